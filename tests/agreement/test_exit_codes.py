# SPDX-License-Identifier: MIT
"""One table of exit codes: in the code, in lockgate.1, in README.md and in the JSON Schema."""
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT  # noqa: E402
from test_manual import sections  # noqa: E402


def in_code():
    header = dict(re.findall(r"^\t(EXIT_\w+) = (\d+),", (ROOT / "plugin/exit_code.h").read_text(), flags=re.M))
    rows = re.findall(r"\{(EXIT_\w+), \"([a-z-]+)\", \"([^\"]+)\"\}", (ROOT / "plugin/exit_code.c").read_text())
    return [(header[name].replace("128", "128+N"), word, meaning) for name, word, meaning in rows]


class ExitCodeTest(unittest.TestCase):
    maxDiff = None

    def test_the_code_has_all(self):
        self.assertEqual(["0", "1", "2", "3", "4", "5", "6", "7", "128+N"], [code for code, _, _ in in_code()])

    def test_manual(self):
        rows = re.findall(r"^ +(\d+(?:\+N)?) +([a-z-]+)  +(\S.*)$", sections()["EXIT STATUS"], flags=re.M)
        self.assertEqual([row[:2] for row in in_code()], [row[:2] for row in rows])
        for (code, _, meaning), (_, _, text) in zip(in_code(), rows):
            self.assertEqual(meaning.split(";")[0].split(":")[0], text.split(";")[0].split(":")[0], code)

    def test_readme(self):
        rows = re.findall(r"^\| (\d+(?:\+N)?) \| ([a-z-]+) \|", (ROOT / "README.md").read_text(), flags=re.M)
        self.assertEqual([row[:2] for row in in_code()], rows)

    def test_schema(self):
        report = json.loads((ROOT / "ci/report.schema.json").read_text())["$defs"]["report"]
        self.assertEqual([name for _, name, _ in in_code()], report["properties"]["outcome"]["enum"])
        pairs = [(rule["properties"]["exit_code"].get("const", "128+N"), rule["properties"]["outcome"]["const"])
                 for rule in report["oneOf"]]
        self.assertEqual([(code, name) for code, name, _ in in_code()], [(str(code), name) for code, name in pairs])

    def test_schema_has_every_finding(self):
        codes = re.findall(r"^\t\[FINDING_\w+\] = \"([a-z-]+)\"", (ROOT / "gate/verdict.c").read_text(), flags=re.M)
        finding = json.loads((ROOT / "ci/report.schema.json").read_text())["$defs"]["finding"]
        self.assertEqual(codes, finding["properties"]["code"]["anyOf"][0]["enum"])
