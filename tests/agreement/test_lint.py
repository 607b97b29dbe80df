# SPDX-License-Identifier: MIT
"""Lint rules, docs/lint.md, the examples that confirm them and the schema of the report say the same."""
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from lint_examples import EXAMPLES, words  # noqa: E402
from program import ROOT  # noqa: E402

ENGINES = {"POSTGRES": ["postgres"], "SQLITE": ["sqlite"], "BOTH": ["postgres", "sqlite"]}
NAMES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}
RULES = [(code, level, ENGINES[engines]) for code, level, engines in re.findall(
    r"^\t\[LINT_\w+\] = \{\"([a-z-]+)\",\s+(WARN|BLOCK),\s+(POSTGRES|SQLITE|BOTH),",
    (ROOT / "bundles/lint/rule.c").read_text(), flags=re.M)]


def sections():
    text = (ROOT / "docs/lint.md").read_text()
    parts = re.split(r"^### (.*)\n|^## .*\n", text, flags=re.M)
    return {name: body for name, body in zip(parts[1::2], parts[2::2]) if name}


class LintTest(unittest.TestCase):
    def test_every_rule_is_in_the_table(self):
        header = (ROOT / "bundles/lint/rule.h").read_text()
        codes = re.findall(r"^\tLINT_(\w+),$", header.split("LINT_CODE_COUNT")[0], flags=re.M)
        self.assertGreater(len(codes), 40)
        self.assertEqual([code.lower().replace("_", "-") for code in codes], [code for code, _, _ in RULES])

    def test_every_rule_has_a_section_that_begins_with_its_level(self):
        found = sections()
        self.assertEqual([code for code, _, _ in RULES], list(found))
        for code, level, engines in RULES:
            head = f"{'Blocks' if level == 'BLOCK' else 'Warns'}; {', '.join(NAMES[e] for e in engines)}.\n"
            self.assertTrue(found[code].lstrip("\n").startswith(head), code)
            why = re.split(r"\n\n|```", found[code].lstrip("\n").removeprefix(head))[0]
            self.assertGreater(len(why), 40, code)

    def test_every_rule_has_an_example_for_each_of_its_engines(self):
        self.assertEqual(sorted((code, engine) for code, _, engines in RULES for engine in engines),
                         sorted((example.code, example.engine) for example in EXAMPLES))

    def test_sections_show_the_examples_and_how_they_were_confirmed(self):
        found = sections()
        for example in EXAMPLES:
            name = NAMES[example.engine]
            script = f"-- {name}, found\n{example.bad}\n-- {name}, not found\n{example.good}\n```\n"
            self.assertIn(script, found[example.code])
            self.assertRegex(found[example.code].split(script)[1],
                             rf"\A\nConfirmed on {name}[^:\n]*: {re.escape(words(example.claim))}")

    def test_the_schema_has_the_codes(self):
        schema = json.loads((ROOT / "ci/report.schema.json").read_text())
        kinds = schema["$defs"]["finding"]["properties"]["code"]["anyOf"]
        self.assertEqual([code for code, _, _ in RULES], kinds[1]["enum"])
        self.assertEqual(set(), set(kinds[0]["enum"]) & set(kinds[1]["enum"]))

    def test_no_code_is_a_policy_of_the_gate(self):
        keys = re.findall(r"^\t\[POLICY_\w+\] = \{\"(\w+)\"", (ROOT / "gate/policy.c").read_text(), flags=re.M)
        self.assertIn("order", keys)
        self.assertEqual(set(), set(keys) & {"lint", *(code for code, _, _ in RULES)})
