# SPDX-License-Identifier: MIT
"""All that is pending in a single transaction, on SQLite."""
import pathlib
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ProgramTest  # noqa: E402


class SingleTransactionTest(ProgramTest):
    def apply(self, code, *arguments):
        return self.expect(code, "apply", "--single-transaction", "--db", self.db, *arguments)

    def tables(self):
        return [row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                           "'lockgate%' AND name NOT LIKE 'sqlite%' ORDER BY name")]

    def write_many(self, count):
        for version in range(1, count + 1):
            self.write(f"{version}_t.sql", f"CREATE TABLE t{version} (id INTEGER PRIMARY KEY);\n")

    def test_all(self):
        self.write_many(20)
        self.apply(0)
        self.assertEqual(20, len(self.tables()))
        self.expect(0, "status", "--exit-code", "--db", self.db)

    def test_or_nothing(self):
        self.write_many(4)
        self.write("5_t.sql", "SELECT nothing;\n")
        result = self.apply(5)
        self.assertIn("5_t.sql:1", result.err)
        self.assertIn("nothing of the 5 migrations was kept", result.err)
        self.assertEqual([], self.tables())
        self.assertEqual([], self.sql("SELECT version FROM lockgate_migration"))
        self.assertEqual([("failed", "5")], self.sql("SELECT what, version FROM lockgate_event"))

    def test_settings_that_were_changed_do_not_outlive_it(self):
        self.write("1_a.sql", "CREATE TEMP TABLE y (x);\n")
        self.write("2_b.sql", "CREATE TABLE x (i);\n")
        self.write("3_c.sql", "CREATE TABLE z (i);\n")
        self.apply(0)
        self.assertEqual(["x", "z"], self.tables())

    def test_foreign_keys_are_switched_once(self):
        self.write("1_a.sql", "CREATE TABLE a (x INTEGER PRIMARY KEY);\n")
        self.write("2_b.sql", "-- lockgate: foreign_keys=on\nCREATE TABLE b (x REFERENCES a);\n")
        result = self.apply(2)
        self.assertIn("2_b.sql:1", result.err)
        self.assertEqual([], self.tables())
        self.write("1_a.sql", "-- lockgate: foreign_keys=on\nCREATE TABLE a (x INTEGER PRIMARY KEY);\n")
        self.write("3_c.sql", "-- lockgate: foreign_keys=on\nINSERT INTO b VALUES (7);\n")
        self.apply(5)
        self.assertEqual([], self.tables())

    def test_what_needs_no_transaction_is_refused(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "-- lockgate: transaction=off\nVACUUM;\n")
        self.assertIn("2_b.sql:1", self.apply(2).err)
        self.assertEqual([], self.tables())

    def test_others_see_nothing_until_the_end(self):
        self.write_many(2)
        self.write("3_t.sql", "CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                              "LIMIT 3000000000) SELECT count(*) AS n FROM c;\n")
        process = self.start("apply", "--single-transaction", "--db", self.db)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        while b"3" not in (line := process.stderr.readline()):
            self.assertTrue(line)
        reader = sqlite3.connect(self.folder / "app.db", timeout=20)
        self.assertEqual(0, reader.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE 't_'").fetchone()[0])
        reader.close()
        process.kill()
        process.communicate()
        self.assertEqual([], self.tables())
        self.write("3_t.sql", "CREATE TABLE t3 (x);\n")
        self.apply(0)
        self.assertEqual(["t1", "t2", "t3"], self.tables())
