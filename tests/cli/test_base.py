# SPDX-License-Identifier: MIT
"""verify --base: what a pull request would bring, held against the base branch without a database."""
import json
import shutil
import subprocess

import jsonschema

from program import ROOT, ProgramTest

SCHEMA = json.loads((ROOT / "ci" / "report.schema.json").read_text())
A = "-- a\nCREATE TABLE a (\n  id INTEGER,\n  name TEXT DEFAULT 'x'\n);\n"


class BaseTest(ProgramTest):
    """Base and branch begin alike, with two migrations."""

    def setUp(self):
        super().setUp()
        self.write("20260101000000_a.up.sql", A, "base")
        self.write("20260101000000_a.down.sql", "DROP TABLE a;\n", "base")
        self.write("20260103000000_b.sql", "CREATE TABLE b (id INTEGER);\n", "base")
        shutil.copytree(self.folder / "base", self.folder / "migrations")

    def rename(self, old, new, folder="migrations"):
        (self.folder / folder / old).rename(self.folder / folder / new)

    def verify(self, code, *more, base="base", **options):
        return self.expect(code, "verify", "--base", base, *more, **options)

    def report(self, code, *more, **options):
        report = self.verify(code, "--json", *more, **options).json
        jsonschema.Draft202012Validator(SCHEMA).validate(report)
        self.assertIsNone(report["target"])
        self.assertIsNone(report["plan_token"])
        return report

    def findings(self, code, *more, **options):
        return [(f["code"], f["severity"], f["version"], f["file"]) for f in
                self.report(code, *more, **options)["findings"]]

    def only_finding(self, code, *more, **options):
        findings = self.report(code, *more, **options)["findings"]
        self.assertEqual(1, len(findings), findings)
        return findings[0]


class FindingTest(BaseTest):
    def test_the_same_is_ok(self):
        report = self.report(0)
        self.assertEqual(([], [], 0, "20260103000000"),
                         (report["findings"], report["plan"], report["pending"], report["current"]))
        self.assertIn("ok: up to date", self.verify(0).out)
        self.verify(0, base="migrations")

    def test_a_new_one_is_pending(self):
        self.write("20260104000000_c.sql", "SELECT 1;\n")
        report = self.report(0)
        self.assertEqual(([], ["20260104000000"], 1),
                         (report["findings"], [p["version"] for p in report["plan"]], report["pending"]))
        self.assertEqual([("pending", "block", None, None)], self.findings(1, "--policy", "pending=block"))

    def test_late(self):
        self.write("20260102000000_c.sql", "SELECT 1;\n")
        finding = self.only_finding(1)
        self.assertEqual(("out-of-order", "block", "20260102000000", "migrations/20260102000000_c.sql", 1),
                         tuple(finding[k] for k in ("code", "severity", "version", "file", "line")))
        self.assertIn("lockgate rebase SOURCE --base BASE", finding["hint"])
        self.assertEqual("warn", self.only_finding(0, "--policy", "order=warn")["severity"])
        self.write("waivers.txt", "order 20260102000000 touches nothing else\n")
        self.assertEqual([], self.findings(0))

    def test_edited_and_the_difference(self):
        self.write("20260101000000_a.up.sql", A.replace("'x'", "'y'"))
        finding = self.only_finding(1)
        self.assertEqual(("checksum-changed", "migrations/20260101000000_a.up.sql"),
                         (finding["code"], finding["file"]))
        self.assertIn("is not as in the base", finding["message"])
        self.assertNotIn("+  name", self.verify(1).out)
        shown = self.verify(1, "-v").out
        expected = subprocess.run(["diff", "-u", "base/20260101000000_a.up.sql",
                                   "migrations/20260101000000_a.up.sql"], cwd=self.folder,
                                  capture_output=True, text=True, check=False).stdout.splitlines()[2:]
        self.assertGreater(len(expected), 5)
        self.assertIn("\n".join("    " + line for line in expected), shown)
        self.assertIn("--- base/20260101000000_a.up.sql\n", shown)

    def test_an_edit_is_waived(self):
        self.write("20260101000000_a.up.sql", A.replace("'x'", "'y'"))
        words = self.only_finding(1)["hint"].split()
        line = " ".join(words[words.index("checksum"):-1]) + " reviewed"
        self.write("waivers.txt", line + "\n")
        self.assertEqual([], self.findings(0))
        # Where the base has taken that step, a branch that has not is only behind.
        shutil.rmtree(self.folder / "base")
        self.rename("migrations", "base", ".")
        self.write("20260101000000_a.up.sql", A)
        self.write("20260101000000_a.down.sql", "DROP TABLE a;\n")
        self.write("20260103000000_b.sql", "CREATE TABLE b (id INTEGER);\n")
        self.assertEqual([], self.findings(0))

    def test_only_comments_edited(self):
        self.write("20260101000000_a.up.sql", A.replace("-- a", "-- the first"))
        self.assertEqual(("comment-changed", "warn"), tuple(self.only_finding(0)[k] for k in ("code", "severity")))
        shown = self.verify(0, "-v").out
        self.assertIn("    -- a\n    +-- the first\n", shown.replace("    --- a", "    -- a"))
        self.findings(1, "--policy", "cosmetic=block")
        self.assertEqual([], self.findings(0, "--policy", "cosmetic=allow"))
        self.write("20260101000000_a.up.sql", A.replace("\n", "\r\n"))
        self.assertEqual([], self.findings(0))

    def test_down_edited_and_renamed(self):
        self.write("20260101000000_a.down.sql", "DROP TABLE IF EXISTS a;\n")
        self.rename("20260103000000_b.sql", "20260103000000_bee.sql")
        self.assertEqual(
            [("down-changed", "warn", "20260101000000", "migrations/20260101000000_a.down.sql"),
             ("renamed", "warn", "20260103000000", "migrations/20260103000000_bee.sql")], self.findings(0))
        self.assertIn("+DROP TABLE IF EXISTS a;", self.verify(0, "-v").out)

    def test_removed(self):
        for part in ("up", "down"):
            (self.folder / "migrations" / f"20260101000000_a.{part}.sql").unlink()
        finding = self.only_finding(1)
        self.assertEqual(("removed", "block", "base/20260101000000_a.up.sql", 1),
                         tuple(finding[k] for k in ("code", "severity", "file", "line")))
        self.assertIn("either it was deleted here, or the base got it after", finding["message"])
        self.assertIn("merge the base", finding["hint"])
        self.assertEqual("warn", self.only_finding(0, "--policy", "removed=warn")["severity"])
        self.write("waivers.txt", "removed 20260101000000 never released\n")
        self.assertEqual([], self.findings(0))

    def test_renumbered_is_one_finding_with_both_files(self):
        self.rename("20260103000000_b.sql", "20260105000000_b.sql")
        report = self.report(1)
        self.assertEqual(1, len(report["findings"]))
        finding = report["findings"][0]
        self.assertEqual(("removed", "20260103000000", "migrations/20260105000000_b.sql"),
                         tuple(finding[k] for k in ("code", "version", "file")))
        self.assertIn("renumbered: '20260103000000_b.sql' of the base is '20260105000000_b.sql' here",
                      finding["message"])
        self.rename("20260105000000_b.sql", "20251231000000_b.sql")
        self.assertEqual([("removed", "block", "20260103000000", "migrations/20251231000000_b.sql")],
                         self.findings(1))

    def test_renumbered_on_a_database(self):
        self.expect(0, "apply", "--db", self.db)
        self.rename("20260103000000_b.sql", "20260105000000_c.sql")
        result = self.expect(1, "verify", "--db", self.db, "--json").json
        self.assertEqual([("removed", "migrations/20260105000000_c.sql")],
                         [(f["code"], f["file"]) for f in result["findings"]])
        self.assertIn("would run it again", result["findings"][0]["message"])

    def test_one_version_for_two(self):
        self.write("20260104000000_c.sql", "SELECT 1;\n")
        self.write("20260104000000_d.sql", "SELECT 2;\n", "base")
        finding = self.only_finding(1)
        self.assertIn("it is 'c' here and 'd' in the base", finding["message"])
        self.assertIn("lockgate rebase", finding["hint"])

    def test_seeds_only_on_request(self):
        self.write("1_x.sql", "SELECT 1;\n", "base/seeds")
        self.write("1_x.sql", "SELECT 2;\n", "migrations/seeds")
        self.assertEqual([], self.findings(0))
        self.assertEqual([("checksum-changed", "block", "1", "migrations/seeds/1_x.sql")],
                         self.findings(1, "--with-seeds"))


class StaleTest(BaseTest):
    """The base has got its newest migration after the branch began."""

    def setUp(self):
        super().setUp()
        self.write("20260105000000_new.sql", "-- lockgate: phase=contract\nDROP TABLE b;\n", "base")

    def test_it_warns_and_names_the_base_s_file(self):
        finding = self.only_finding(0)
        self.assertEqual(("database-ahead", "warn", "base/20260105000000_new.sql"),
                         tuple(finding[k] for k in ("code", "severity", "file")))
        self.assertIn("either the base got it after this branch began, or it was deleted here", finding["message"])
        self.assertIn("merge the base first", finding["hint"])

    def test_not_even_beside_a_new_one(self):
        self.write("20260106000000_c.sql", "SELECT 1;\n")
        self.assertEqual(["database-ahead"], [f[0] for f in self.findings(0)])

    def test_a_late_one_is_late_all_the_same(self):
        self.write("20260104000000_c.sql", "SELECT 1;\n")
        self.assertEqual(["out-of-order", "database-ahead"], [f[0] for f in self.findings(1)])

    def test_a_checkout_that_is_merged_may_demand_it(self):
        self.assertEqual("block", self.only_finding(1, "--policy", "ahead=block")["severity"])


class SourceTest(BaseTest):
    def test_bundles_on_either_side(self):
        self.write("20260102000000_c.sql", "SELECT 1;\n")
        self.expect(0, "bundle", "base", "-o", "base.lockgate", "--dialect", "sqlite")
        self.expect(0, "bundle", "-o", "ours.lockgate", "--dialect", "sqlite")
        for ours, base in (("migrations", "base.lockgate"), ("ours.lockgate", "base"),
                           ("ours.lockgate", "base.lockgate"), ("migrations/", "base/")):
            report = self.report(1, ours, base=base)
            self.assertEqual(["out-of-order"], [f["code"] for f in report["findings"]])
            name = "20260102000000_c.sql"
            self.assertEqual("migrations/" + name if ours.startswith("migrations") else name,
                             report["findings"][0]["file"])

    def test_the_difference_of_two_bundles(self):
        self.write("20260101000000_a.up.sql", A.replace("'x'", "'y'"))
        self.expect(0, "bundle", "base", "-o", "base.lockgate")
        self.expect(0, "bundle", "-o", "ours.lockgate")
        self.assertIn("+  name TEXT DEFAULT 'y'", self.verify(1, "ours.lockgate", "-v", base="base.lockgate").out)

    def test_dialects(self):
        trigger = ("CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1); "
                   "INSERT INTO b VALUES (2); END;\n")
        self.write("20260104000000_t.sql", trigger)
        self.verify(0, "--dialect", "sqlite")
        function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2 $$;\n"
        self.write("20260104000000_t.sql", function)
        self.assertEqual(1, self.report(0, "--dialect", "postgres")["plan"][0]["statements"])
        # A folder is read as the SQL that the bundle beside it is for.
        self.write("20260104000000_t.sql", trigger)
        self.expect(0, "bundle", "base", "-o", "base.lockgate", "--dialect", "sqlite")
        self.assertEqual(1, self.report(0, base="base.lockgate")["plan"][0]["statements"])

    def test_two_engines_two_projects(self):
        self.expect(0, "bundle", "base", "-o", "pg.lockgate", "--dialect", "postgres")
        self.expect(0, "bundle", "-o", "lite.lockgate", "--dialect", "sqlite")
        finding = self.only_finding(1, "lite.lockgate", base="pg.lockgate")
        self.assertEqual("wrong-engine", finding["code"])
        self.assertIn("the base is for postgres", finding["message"])
        self.expect(0, "bundle", "base", "-o", "other.lockgate", "--project", "other")
        self.assertIn("'other'", self.verify(2, "pg.lockgate", base="other.lockgate").err)
        self.verify(0, base="other.lockgate")

    def test_a_base_that_is_not_there_or_not_sound(self):
        result = self.verify(3, base="nowhere")
        self.assertIn("base: there is no source 'nowhere'", result.err)
        self.assertIn("empty folder", result.err)
        self.verify(3, "nowhere")
        (self.folder / "none").mkdir()
        self.assertEqual(2, self.report(0, base="none")["pending"])
        self.write("broken.lockgate", "no bundle", ".")
        self.assertIn("base", self.verify(7, base="broken.lockgate").err)
        self.write("20260109000000_x.sql", "COMMIT;\n", "base")
        self.assertIn("base/20260109000000_x.sql:1", self.verify(7).err)

    def test_no_database_is_opened(self):
        for env in ({"LOCKGATE_DB": self.db}, {"DATABASE_URL": "postgres://nobody@192.0.2.1/none"},
                    {"LOCKGATE_DB": ""}, {"DATABASE_URL": ""}, {"PGDATABASE": ""}, {"LOCKGATE_DB_FILE": "/nowhere"}):
            self.verify(0, env=env)
        self.expect(0, "verify", env={"LOCKGATE_BASE": "base", "LOCKGATE_DB": self.db})
        self.write("lockgate.ini", f"db = {self.db}\n", ".")
        self.verify(0)
        self.assertFalse((self.folder / "app.db").exists())

    def test_which_to_leave_out(self):
        result = self.verify(2, "--db", self.db)
        self.assertIn("leave out --db", result.err)
        self.assertIn("leave out --no-db", self.verify(2, "--no-db").err)
        self.expect(2, "verify", "--db", self.db, env={"LOCKGATE_BASE": "base"})
        self.expect(2, "apply", "--base", "base", "--db", self.db)
        self.assertFalse((self.folder / "app.db").exists())

    def test_hostile_texts_in_a_difference(self):
        self.write("20260101000000_a.up.sql", A.replace("'x'", "'\x1b[2J\u202e'"))
        out = self.verify(1, "-v").out
        self.assertIn("\\x1b[2j\\xe2\\x80\\xae", out.lower())
        self.assertNotIn("\x1b", out)
        self.write("20260101000000_a.up.sql", "SELECT 1;\n" * 60000)
        out = self.verify(1, "-v").out
        self.assertLess(len(out), 200000)
        self.assertIn("the difference goes on", out)
