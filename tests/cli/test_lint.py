# SPDX-License-Identifier: MIT
"""lint: each rule finds its bad example and lets its good one pass; severities, directives, bases, reports."""
import json
import shutil

import jsonschema

from lint_examples import EXAMPLES, Example
from program import ROOT, ProgramTest

SCHEMA = json.loads((ROOT / "ci" / "report.schema.json").read_text())


class LintTest(ProgramTest):
    def lint(self, script, *more, dialect="postgres", code=None, name="1_a.sql"):
        """The report on one script in a folder."""
        self.write(name, script)
        result = self.run_it("lint", "--dialect", dialect, "--json", *more)
        report = result.json
        jsonschema.Draft202012Validator(SCHEMA).validate(report)
        if code is not None:
            self.assertEqual(code, result.code, result)
        return report

    def found(self, script, *more, **options):
        return [finding["code"] for finding in self.lint(script, *more, **options)["findings"]]


class ExampleTest(LintTest):
    def test_each_bad_one_is_found_and_each_good_one_passes(self):
        for example in EXAMPLES:
            with self.subTest(example.code, engine=example.engine):
                self.assertIsInstance(example, Example)
                self.assertIn(example.code, self.found(example.bad + "\n", dialect=example.engine))
                self.assertNotIn(example.code, self.found(example.good + "\n", dialect=example.engine))

    def test_nothing_else_is_found_in_a_good_one(self):
        for example in EXAMPLES:
            with self.subTest(example.code, engine=example.engine):
                self.assertEqual([], self.found(example.good + "\n", dialect=example.engine))
