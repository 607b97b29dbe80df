# SPDX-License-Identifier: MIT
"""Traces as OpenTelemetry's own library reads them: it keeps every key that lockgate writes."""
import copy
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import run_node  # noqa: E402
from test_otlp import OtlpCase  # noqa: E402


class TraceTest(OtlpCase):
    def test_the_library_keeps_all_of_it(self):
        documents = []
        self.write("3_c.up.sql", "SELECT nothing FROM nowhere;\n")
        for code, command in ((5, "apply"), (0, "status"), (0, "verify")):
            self.trace(code, command=command, env={
                "TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
            documents.append(json.loads(self.request.body))
        misspelt = copy.deepcopy(documents[0])
        span = misspelt["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
        span["startTimeUnixNanos"] = span.pop("startTimeUnixNano")
        *results, bad = run_node("read_trace.mjs", *map(json.dumps, [*documents, misspelt]))
        for document, result in zip(documents, results):
            self.assertEqual(document, self.without_empty_lists(document, result.get("kept"), result))
        self.assertNotEqual(misspelt, bad.get("kept"))

    def without_empty_lists(self, ours, theirs, result):
        """The library leaves a list out that has nothing in it, which means the same."""
        self.assertIsNotNone(theirs, result)
        if isinstance(ours, dict):
            for key, value in ours.items():
                if value == [] and key not in theirs:
                    theirs[key] = []
                else:
                    self.assertIn(key, theirs)
                    self.without_empty_lists(value, theirs[key], result)
        elif isinstance(ours, list):
            for one, other in zip(ours, theirs):
                self.without_empty_lists(one, other, result)
        return theirs

