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


class CommandTest(LintTest):
    def test_levels_and_exit_codes(self):
        script = "ALTER TABLE t DROP a;\nCREATE INDEX i ON t (b);\n"
        report = self.lint(script, code=1)
        keys = ("command", "outcome", "environment", "target", "plan", "pending")
        self.assertEqual(("lint", "refused", "lint", None, [], None), tuple(report[key] for key in keys))
        self.assertEqual([("drop-column", "warn", 1, 20), ("index-not-concurrent", "block", 2, 19)],
                         [tuple(f[key] for key in ("code", "severity", "line", "column")) for f in report["findings"]])
        finding = report["findings"][1]
        self.assertEqual(("1", "a", "versioned", "migrations/1_a.sql"),
                         tuple(finding[key] for key in ("version", "name", "kind", "file")))
        self.assertEqual("'t': all writes to the table wait until the index is built", finding["message"])
        self.assertIn("CREATE INDEX CONCURRENTLY", finding["hint"])
        self.lint(script, "--policy", "index-not-concurrent=warn", code=0)
        self.lint(script, "--policy", "lint=warn", code=0)
        self.assertEqual(["block", "block"], [f["severity"] for f in self.lint(
            script, "--policy", "lint=block", code=1)["findings"]])
        self.assertEqual(["drop-column"], self.found(
            script, "--policy", "drop-column=block", "--policy", "lint=off", code=1))
        self.assertEqual([], self.found(script, "--policy", "lint=off", code=0))

    def test_what_people_read(self):
        self.write("1_a.sql", "CREATE INDEX i ON \"two words\" (b);\n")
        shown = self.expect(1, "lint")
        self.assertEqual("block: index-not-concurrent 1 a\n    migrations/1_a.sql:1:19\n    'two words': all writes to "
                         "the table wait until the index is built\n    -> write CREATE INDEX CONCURRENTLY, with '-- "
                         "lockgate: transaction=off' at the top\nrefused: 1 finding blocks\n", shown.out)
        self.write("1_a.sql", "SELECT 1;\n")
        shown = self.expect(0, "lint")
        self.assertEqual("ok: 1 migration looked at, 0 warnings\n", shown.out)
        self.assertIn("for SQLite say --dialect sqlite", shown.err)
        self.assertEqual("", self.expect(0, "lint", "--dialect", "postgres").err)

    def test_policies_of_the_gate_may_stand_beside(self):
        """As in a variable that all steps of a job have."""
        self.write("1_a.sql", "CREATE TABLE t (a TEXT);\nDROP TABLE u;\n")
        both = {"LOCKGATE_POLICY": "order=warn lint=off"}
        self.assertIn("0 warnings", self.expect(0, "lint", env=both).out)
        self.expect(0, "verify", "--no-db", env=both)
        self.assertIn("did you mean 'drop-table'?", self.expect(2, "lint", "--policy", "drop-tables=off").err)
        self.assertIn("did you mean 'order'?", self.expect(2, "verify", "--no-db", "--policy", "oder=warn").err)

    def test_an_unknown_rule_is_an_error_with_its_place(self):
        self.write("1_a.sql", "-- lockgate: allow=drop-tables nobody uses it\nDROP TABLE t;\n")
        result = self.expect(7, "lint")
        self.assertIn("migrations/1_a.sql:1:20: there is no lint rule 'drop-tables' to allow", result.err)
        self.assertIn("did you mean 'drop-table'?", result.err)
        self.write("1_a.sql", "-- lockgate: allow=drop-table\nDROP TABLE t;\n")
        self.assertIn("gives no reason", self.expect(7, "lint").err)
        self.write("1_a.sql", "-- lockgate: allow=drop-table nobody uses it\nDROP TABLE t;\n")
        self.expect(0, "lint", "--policy", "lint=block")

    def test_only_what_the_base_lacks(self):
        bad = "CREATE INDEX i ON t (a);\n"
        self.write("1_a.sql", bad)
        self.write("2_b.sql", "SELECT 1;\n")
        self.write("v.repeat.sql", "SELECT 1;\n")
        shutil.copytree(self.folder / "migrations", self.folder / "base")
        self.write("3_c.sql", bad)

        def found():
            return [f["version"] for f in self.expect(1, "lint", "--base", "base", "--json").json["findings"]]

        self.assertEqual(["3"], found())
        self.write("2_b.sql", bad)
        self.write("v.repeat.sql", bad)
        self.assertEqual(["2", "3", "v"], found())
        self.expect(0, "lint", "--base", "migrations")
        self.expect(3, "lint", "--base", "nowhere")

    def test_bundles(self):
        self.write("1_a.sql", "-- lockgate: foreign_keys=on\nDROP TABLE t;\n")
        self.expect(0, "bundle", "--dialect", "sqlite", "-o", "a.lockgate")
        report = self.expect(1, "lint", "a.lockgate", "--json").json
        self.assertEqual([("drop-table", "1_a.sql"), ("drop-table-cascades", "1_a.sql")],
                         [(f["code"], f["file"]) for f in report["findings"]])
        self.write("1_a.sql", "SELECT 1;\n")
        self.expect(0, "lint", "--base", "a.lockgate")

    def test_kinds(self):
        bad = "DROP TABLE t;\n"
        self.write("5_a.baseline.sql", bad)
        self.write("6_b.up.sql", "SELECT 1;\n")
        self.write("6_b.down.sql", bad)
        self.write("7_c.sql", "-- migrate:up\n\nDROP TABLE t;\n-- migrate:down\nDROP TABLE u;\n")
        self.write("v.repeat.sql", bad)
        self.write("seeds/8_d.sql", bad)
        found = self.expect(0, "lint", "--json").json["findings"]
        self.assertEqual([("7", 3), ("v", 1)], [(f["version"], f["line"]) for f in found])
        found = self.expect(0, "lint", "--with-seeds", "--json").json["findings"]
        self.assertEqual(["7", "v", "8"], [f["version"] for f in found])

    def test_the_directives_of_other_tools_count(self):
        self.write("1_a.sql", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a);\n"
                   "-- migrate:down\n", "db/migrations")
        self.assertEqual("ok: 1 migration looked at, 0 warnings\n",
                         self.expect(0, "lint", "db/migrations", "--format", "dbmate").out)

    def test_names_cannot_speak_to_the_terminal(self):
        self.write("1_a.sql", "DROP TABLE \"\x1b[31m\n::error::x\";\n")
        result = self.run_it("lint", env={"GITHUB_ACTIONS": "true", "CI": "true"})
        self.assertEqual(0, result.code, result)
        self.assertNotIn("\x1b", result.out + result.err)
        self.assertNotRegex(result.out + result.err, r"(?m)^::error::x")


class ReportTest(LintTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (b);\nALTER TABLE u DROP c;\n")

    def report(self, form):
        self.expect(1, "lint", "--report", f"{form}=report")
        return (self.folder / "report").read_text()

    def test_sarif(self):
        run = json.loads(self.report("sarif"))["runs"][0]
        results = run["results"]
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual(["index-not-concurrent", "index-not-concurrent", "drop-column"],
                         [result["ruleId"] for result in results])
        for result in results:
            self.assertEqual(result["ruleId"], rules[result["ruleIndex"]]["id"])
        self.assertEqual(3, len({result["partialFingerprints"]["lockgate/v1"] for result in results}))
        self.assertEqual("All writes to the table wait until the index is built.",
                         rules[0]["shortDescription"]["text"])
        self.assertEqual("lockgate/lint/", run["automationDetails"]["id"])
        self.assertIn("docs/lint.md explains 'index-not-concurrent'", rules[0]["help"]["text"])
        self.assertEqual([1, 2, 3], [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results])

    def test_code_quality(self):
        items = json.loads(self.report("codequality"))
        self.assertEqual(3, len({item["fingerprint"] for item in items}))

    def test_junit(self):
        text = self.report("junit")
        self.assertEqual(2, text.count('<failure type="index-not-concurrent"'))
        self.assertIn("&apos;t&apos;: all writes", text.replace("'t'", "&apos;t&apos;"))

    def test_annotations(self):
        result = self.run_it("lint", "--report", "annotations", env={"GITHUB_ACTIONS": "true"})
        self.assertIn("::error file=migrations/1_a.sql,line=2,col=19,title=index not concurrent",
                      result.out + result.err)

    def test_html_and_markdown(self):
        self.assertIn("index not concurrent", self.report("html"))
        self.assertIn("index-not-concurrent", self.report("markdown"))
