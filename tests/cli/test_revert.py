# SPDX-License-Identifier: MIT
"""`revert`: what it selects, that it needs no source, and what it leaves alone."""
import shutil

from program import ProgramTest


class RevertTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.batches = []
        for versions in (("1", "2"), ("3",), ("4", "5")):
            for version in versions:
                self.write(f"{version}_t.up.sql", f"CREATE TABLE t{version} (x);\n")
                self.write(f"{version}_t.down.sql", f"DROP TABLE t{version};\n")
            self.batches.append(self.expect(0, "apply", "--db", self.db, "--json").json["batch"])

    def revert(self, code, *more, **options):
        return self.expect(code, "revert", "--db", self.db, *more, **options)

    def versions(self):
        return "".join(row[0] for row in self.sql("SELECT version FROM lockgate_migration ORDER BY position"))

    def tables(self):
        return "".join(row[0][1:] for row in self.sql(
            "SELECT name FROM sqlite_schema WHERE name LIKE 't_' ORDER BY name"))

    def left(self, versions):
        self.assertEqual((versions, versions), (self.versions(), self.tables()))

    def test_without_a_selector_it_needs_yes(self):
        self.assertIn("--yes", self.revert(2).err)
        self.left("12345")

    def test_default_is_the_last_batch(self):
        report = self.revert(0, "--yes", "--json").json
        self.assertEqual((["5", "4"], "3"), ([r["version"] for r in report["reverted"]], report["current"]))
        self.left("123")
        self.revert(0, "--yes")
        self.left("12")
        self.assertEqual([("revert", "ok"), ("revert", "ok")],
                         self.sql("SELECT action, outcome FROM lockgate_batch WHERE action = 'revert'"))
        self.assertEqual([("5",), ("4",), ("3",)],
                         self.sql("SELECT version FROM lockgate_event WHERE what = 'reverted' ORDER BY id"))

    def test_batch_last_and_by_id(self):
        self.revert(0, "--batch", self.batches[1])
        self.left("1245")
        self.revert(0, "--batch", "last")
        self.left("12")
        self.revert(2, "--batch", "01J00000000000000000000000")

    def test_steps(self):
        self.revert(0, "--steps", "3")
        self.left("12")
        self.revert(0, "--steps", "99")
        self.left("")
        self.assertIn("nothing to undo", self.revert(0, "--steps", "1").out)

    def test_to(self):
        self.revert(0, "--to", "2")
        self.left("12")
        self.revert(2, "--to", "77")
        self.left("12")

    def test_all_then_apply_again(self):
        self.revert(0, "--all")
        self.left("")
        self.expect(0, "apply", "--db", self.db)
        self.left("12345")

    def test_selectors_exclude_each_other(self):
        self.revert(2, "--all", "--steps", "1")
        self.revert(2, "--steps", "0")
        self.left("12345")

    def test_from_history_alone(self):
        shutil.rmtree(self.folder / "migrations")
        self.revert(0, "--steps", "1")
        self.left("1234")

    def test_it_runs_what_was_stored(self):
        self.write("5_t.down.sql", "SELECT nope;\n")
        self.revert(0, "--steps", "1")
        self.left("1234")

    def test_dry_run_shows_the_sql_and_asks_nothing(self):
        before = (self.folder / "app.db").read_bytes()
        out = self.revert(0, "--dry-run").out
        self.assertLess(out.index("DROP TABLE t5;"), out.index("DROP TABLE t4;"))
        self.assertNotIn("DROP TABLE t3;", out)
        self.assertEqual(before, (self.folder / "app.db").read_bytes())

    def test_missing_down_is_found_before_anything_runs(self):
        self.write("6_t.sql", "CREATE TABLE t6 (x);\n")
        self.write("7_t.up.sql", "CREATE TABLE t7 (x);\n")
        self.write("7_t.down.sql", "DROP TABLE t7;\n")
        self.expect(0, "apply", "--db", self.db)
        result = self.revert(1, "--yes", "--json")
        self.assertEqual(["irreversible"], self.codes(result))
        self.assertEqual("6", result.json["findings"][0]["version"])
        self.left("1234567")
        # A source may know the down script that was not there at first.
        self.write("6_t.down.sql", "DROP TABLE t6;\n")
        self.expect(0, "revert", "migrations", "--db", self.db, "--yes")
        self.left("12345")

    def test_failing_down_script(self):
        self.write("6_t.up.sql", "CREATE TABLE t6 (x);\n")
        self.write("6_t.down.sql", "DROP TABLE t6;\nSELECT 1;\nSELECT nope;\n")
        self.expect(0, "apply", "--db", self.db)
        result = self.revert(5, "--steps", "2")
        self.assertIn("down script of version '6', line 3, column 8: statement 3 of 3", result.err)
        error = self.revert(5, "--steps", "2", "--json").json["error"]
        self.assertEqual((None, None, "6"), (error["file"], error["line"], error["version"]))
        self.left("123456")

    def test_adopted_rows_and_repeatables_stay(self):
        self.write("v.repeat.sql", "SELECT 1;\n")
        self.write("0_zero.up.sql", "CREATE TABLE t0 (x);\n")
        self.write("0_zero.down.sql", "DROP TABLE t0;\n")
        self.expect(0, "resolve", "0", "migrations", "--db", self.db, "--applied")
        self.expect(0, "apply", "--db", self.db)
        self.revert(0, "--all")
        self.assertEqual([("repeatable", "v"), ("versioned", "0")],
                         self.sql("SELECT kind, version FROM lockgate_migration ORDER BY kind"))

    def test_other_project_is_not_touched(self):
        self.write("1_o.up.sql", "CREATE TABLE o (x);\n", "other")
        self.write("1_o.down.sql", "DROP TABLE o;\n", "other")
        self.expect(0, "apply", "other", "--project", "other", "--policy", "first=allow", "--db", self.db)
        self.revert(0, "--all")
        self.assertEqual([("other",)], self.sql("SELECT DISTINCT project FROM lockgate_migration"))
        self.assertIn("--project other", self.revert(0, "--all", "--project", "third").err)
        self.revert(0, "--all", "--project", "other")
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name = 'o'"))

    def test_sectioned_down(self):
        self.write("8_s.sql", "-- migrate:up\nCREATE TABLE t8 (x);\n-- migrate:down\nDROP TABLE t8;\n")
        self.expect(0, "apply", "--db", self.db)
        self.left("123458")
        self.revert(0, "--steps", "1")
        self.left("12345")
