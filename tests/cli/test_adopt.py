# SPDX-License-Identifier: MIT
"""`adopt --to`: taking over a database that was migrated by other means, and giving it back."""
from program import ProgramTest


class AdoptTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for version in "123":
            self.write(f"{version}_t.up.sql", f"CREATE TABLE t{version} (x);\n")
            self.write(f"{version}_t.down.sql", f"DROP TABLE t{version};\n")
        self.execute("CREATE TABLE t1 (x); CREATE TABLE t2 (x)")

    def adopt(self, code, *more):
        return self.expect(code, "adopt", *more, "--db", self.db)

    def rows(self):
        return self.sql("SELECT version, state, adopted_from FROM lockgate_migration ORDER BY position")

    def test_baseline_runs_no_script(self):
        self.expect(1, "verify", "--db", self.db)
        report = self.adopt(0, "--to", "2", "--json").json
        self.assertEqual((["1", "2"], "2"), ([a["version"] for a in report["applied"]], report["current"]))
        self.assertEqual([("1", "applied", "baseline"), ("2", "applied", "baseline")], self.rows())
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([("3",)], self.sql("SELECT version FROM lockgate_migration WHERE adopted_from IS NULL"))
        self.assertEqual([("adopt", "ok"), ("apply", "ok")],
                         self.sql("SELECT action, outcome FROM lockgate_batch ORDER BY id"))

    def test_adopted_rows_are_gated_like_others(self):
        self.adopt(0, "--to", "2")
        self.write("1_t.up.sql", "CREATE TABLE t1 (y);\n")
        self.assertEqual(["checksum-changed"], self.codes(self.expect(1, "verify", "--db", self.db, "--json")))

    def test_adopted_rows_are_never_reverted(self):
        self.adopt(0, "--to", "2")
        self.expect(0, "apply", "--db", self.db)
        self.expect(0, "revert", "--all", "--db", self.db)
        self.assertEqual(["1", "2"], [row[0] for row in self.rows()])
        self.assertEqual([("t1",), ("t2",)], self.sql("SELECT name FROM sqlite_schema WHERE name LIKE 't_' ORDER BY 1"))

    def test_undo_forgets_rows_and_runs_nothing(self):
        self.adopt(0, "--to", "2")
        self.expect(0, "apply", "--db", self.db)
        report = self.adopt(0, "--undo", "--yes", "--json").json
        self.assertEqual(["1", "2"], [r["version"] for r in report["reverted"]])
        self.assertEqual([("3", "applied", None)], self.rows())
        self.assertEqual(3, len(self.sql("SELECT name FROM sqlite_schema WHERE name LIKE 't_'")))

    def test_non_empty_history_needs_yes_and_reason(self):
        self.adopt(0, "--to", "1")
        self.adopt(1, "--to", "2")
        self.adopt(1, "--to", "2", "--yes")
        self.adopt(1, "--to", "2", "--reason", "late")
        self.assertEqual(1, len(self.rows()))
        self.adopt(0, "--to", "2", "--yes", "--reason", "late")
        self.assertEqual(2, len(self.rows()))
        self.assertEqual([("late",)], self.sql("SELECT reason FROM lockgate_batch WHERE reason IS NOT NULL"))

    def test_a_bundle_for_another_engine(self):
        self.expect(0, "bundle", "--dialect", "postgres", "-o", "other.lockgate")
        for more in (("--to", "2"), ("--from", "dbmate")):
            result = self.expect(1, "adopt", "other.lockgate", *more, "--db", self.db)
            self.assertIn("the bundle is for postgres, but the target is sqlite", result.err)

    def test_usage(self):
        self.adopt(2)
        self.adopt(2, "--to", "2", "--undo")
        self.adopt(2, "--to", "9")
        self.adopt(2, "--to", "two")
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name LIKE 'lockgate_%'"))
