# SPDX-License-Identifier: MIT
"""Seeds, repeatables and baselines: when they run, and when they do not."""
from program import ProgramTest


class KindsTest(ProgramTest):
    def apply(self, code=0, *more):
        return self.expect(code, "apply", "--db", self.db, *more)

    def tables(self):
        return {row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                           "AND name NOT LIKE 'lockgate_%' AND name NOT LIKE 'sqlite_%'")}

    def test_seeds_only_when_asked(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("seeds/1_demo.sql", "INSERT INTO a VALUES (1);\n")
        self.apply()
        self.assertEqual([(0,)], self.sql("SELECT count(*) FROM a"))
        self.expect(0, "status", "migrations", "--db", self.db, "--exit-code")
        self.apply(0, "--with-seeds")
        self.apply(0, "--with-seeds")
        self.apply()
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM a"))
        self.assertEqual([("seed", "1")], self.sql("SELECT kind, version FROM lockgate_migration WHERE kind = 'seed'"))

    def test_repeatables_run_again_on_change(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("view.repeat.sql", "INSERT INTO a VALUES (1);\n")
        self.apply()
        self.apply()
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM a"))
        self.write("view.repeat.sql", "INSERT INTO a VALUES (2);\n")
        self.assertEqual([], self.codes(self.expect(0, "verify", "--db", self.db, "--json")))
        self.apply()
        self.apply()
        self.assertEqual([(1,), (2,)], self.sql("SELECT x FROM a"))
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_migration WHERE kind = 'repeatable'"))

    def test_repeatables_run_after_versioned(self):
        self.write("a.repeat.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT x FROM a;\n")
        self.write("99_a.sql", "CREATE TABLE a (x);\n")
        self.assertEqual(["99", "a"], [item["version"] for item in self.apply(0, "--json").json["applied"]])

    def test_baseline(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.apply()
        self.write("2_squash.baseline.sql", "CREATE TABLE a (x); CREATE TABLE b (x);\n", "squashed")
        self.write("3_c.sql", "CREATE TABLE c (x);\n", "squashed")
        # An old database is past it and skips it; nothing below it counts as removed.
        verdict = self.expect(0, "verify", "squashed", "--db", self.db, "--json")
        self.assertEqual(([], ["3"]), (self.codes(verdict), [p["version"] for p in verdict.json["plan"]]))
        self.expect(0, "apply", "squashed", "--db", self.db)
        self.assertEqual({"a", "b", "c"}, self.tables())
        # A fresh one starts there.
        self.expect(0, "apply", "squashed", "--db", "sqlite:fresh.db")
        self.assertEqual([("baseline", "2"), ("versioned", "3")],
                         self.sql("SELECT kind, version FROM lockgate_migration ORDER BY position", db="fresh.db"))
        self.expect(0, "status", "squashed", "--db", "sqlite:fresh.db", "--exit-code")
