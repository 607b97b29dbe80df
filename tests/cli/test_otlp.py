# SPDX-License-Identifier: MIT
"""The sink of OpenTelemetry: a run as a trace, with JSON as the protocol has it."""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from http_server import Answer, Server  # noqa: E402
from program import ProgramTest  # noqa: E402


class OtlpCase(ProgramTest):
    """A folder with two migrations, and a collector."""

    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")
        self.write("2_b.up.sql", "CREATE TABLE b (id INTEGER);\n")
        server = Server()
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)

    def trace(self, code, *arguments, command="apply", env=None):
        self.server.requests.clear()
        self.result = self.expect(code, command, "--db", self.db, "--report", "otlp", *arguments, env={
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.server.url, "LOCKGATE_OUTBOX": str(self.folder / "outbox"), **(env or {})})
        self.request, = self.server.requests
        resource, = json.loads(self.request.body)["resourceSpans"]
        scope, = resource["scopeSpans"]
        self.resource = self.attributes(resource["resource"])
        return scope["spans"]

    @staticmethod
    def attributes(item):
        return {attribute["key"]: next(iter(attribute["value"].values())) for attribute in item["attributes"]}


class OtlpTest(OtlpCase):
    def test_a_run_is_a_trace(self):
        spans = self.trace(0, "--environment", "prod")
        root = spans[0]
        self.assertEqual("/v1/traces", self.request.path)
        self.assertEqual("application/json", self.request.headers["Content-Type"])
        self.assertEqual("lockgate apply", root["name"])
        self.assertNotIn("parentSpanId", root)
        self.assertRegex(root["traceId"], "^[0-9a-f]{32}$")
        self.assertEqual({"code": 1}, root["status"])
        attributes = self.attributes(root)
        self.assertEqual(("ok", "2", "0", "prod", "sqlite"), tuple(attributes[key] for key in (
            "lockgate.outcome", "lockgate.applied", "lockgate.pending", "deployment.environment.name", "db.system.name")))
        self.assertEqual("lockgate", self.resource["service.name"])

    def test_each_migration_is_a_span_below_it(self):
        self.write("3_c.up.sql", "SELECT nothing FROM nowhere;\n")
        root, *spans = self.trace(5)
        self.assertEqual(3, len(spans))
        self.assertEqual(4, len({span["spanId"] for span in (root, *spans)}))
        for span in spans:
            self.assertEqual((root["traceId"], root["spanId"]), (span["traceId"], span["parentSpanId"]))
            self.assertLessEqual(int(root["startTimeUnixNano"]), int(span["startTimeUnixNano"]))
            self.assertLessEqual(int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"]))
        self.assertEqual([1, 1, 2], [span["status"]["code"] for span in spans])
        self.assertEqual(2, root["status"]["code"])
        self.assertIn("failed", root["status"]["message"])

    def test_numbers_are_numbers_and_times_are_text(self):
        for span in self.trace(0):
            self.assertIsInstance(span["kind"], int)
            self.assertIsInstance(span["status"]["code"], int)
            for moment in (span["startTimeUnixNano"], span["endTimeUnixNano"],
                           *(event["timeUnixNano"] for event in span.get("events", []))):
                self.assertRegex(moment, "^[0-9]{19}$")

    def test_it_hangs_in_the_trace_of_who_called(self):
        parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        root = self.trace(0, env={"TRACEPARENT": parent})[0]
        self.assertEqual(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (root["traceId"], root["parentSpanId"]))
        for bad in ("", "x", parent[:-4], parent.replace("b7ad", "B7AD"), parent.replace("0af7", "zaf7"),
                    "00-" + "0" * 32 + "-b7ad6b7169203331-01"):
            self.assertNotIn("parentSpanId", self.trace(0, command="verify", env={"TRACEPARENT": bad})[0])

    def test_the_variables_of_its_exporters(self):
        self.trace(0, env={
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.server.url + "/base/", "OTEL_SERVICE_NAME": "shop",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-team=a%20b, authorization=Bearer%20canary", "OTEL_RESOURCE_ATTRIBUTES":
            "service.version=1.2%2C3,service.name=other"})
        self.assertEqual("/base/v1/traces", self.request.path)
        self.assertEqual(("a b", "Bearer canary"), (self.request.headers["x-team"], self.request.headers["authorization"]))
        self.assertEqual({"service.name": "shop", "service.version": "1.2,3"}, self.resource)
        self.trace(0, env={"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": self.server.url + "/exact"})
        self.assertEqual("/exact", self.request.path)

    def test_only_some_answers_are_tried_again(self):
        for status in (400, 408, 500):
            self.server.plan("/v1/traces", Answer(status))
            self.trace(0, command="verify")
            self.assertIn(f"the answer was {status}", self.result.err)
        self.server.plan("/v1/traces", Answer(503))
        with self.assertRaises(ValueError):  # two requests
            self.trace(0, command="verify")

    def test_part_of_it_is_taken(self):
        self.server.plan("/v1/traces", Answer(200, body={"partialSuccess": {"rejectedSpans": "1"}}))
        self.trace(0)
        self.assertIn("has not kept all of it", self.result.err)

    def test_many_migrations_are_bounded(self):
        for number in range(3, 900):
            self.write(f"{number}_c.up.sql", "SELECT 1;\n")
        spans = self.trace(0)
        self.assertLessEqual(len(spans), 501)
        self.assertLess(len(self.request.body), 2 << 20)

    def test_without_an_address(self):
        result = self.expect(2, "verify", "--db", self.db, "--report", "otlp")
        self.assertIn("OTEL_EXPORTER_OTLP_ENDPOINT", result.err)
        self.assertIsNone(re.search("canary", result.err))
