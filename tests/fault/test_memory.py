# SPDX-License-Identifier: MIT
"""
Memory that runs out, at each of the allocations of base/ that a run makes: it ends with one line and exit 3,
the database is as after a kill, and the next run goes on. On PostgreSQL every so many.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgres import PostgresTest, query  # noqa: E402
from program import ProgramTest  # noqa: E402

FILES = {
    "1_a.up.sql": "CREATE TABLE a (x int);\n", "1_a.down.sql": "DROP TABLE a;\n",
    "2_b.up.sql": "CREATE TABLE b (x int);\n", "2_b.check.sql": "SELECT 1 FROM b;\n",
    "3_c.up.sql": "-- lockgate: transaction=off\nCREATE TABLE c (x int);\nVACUUM;\n",
}
LAST = 20000


class MemoryTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for name, text in FILES.items():
            self.write(name, text)

    def starve(self, step, *arguments):
        """Lets each allocation fail in turn; `look` follows each run. True once none is left to fail."""
        for number in range(1, LAST, step):
            env = {"LOCKGATE_FAULT_ALLOCATION": str(number)}
            result = self.run_it(*arguments, "--db", self.db, env=env)
            if result.code == 0:
                return number
            self.assertEqual((3, "lockgate: out of memory"), (result.code, result.err.splitlines()[-1]), number)
            self.look(number)
        return self.fail("it never gets through")

    def look(self, number):
        applied = {version for version, state in self.rows() if state == "applied"}
        tables = self.tables()
        for version, table in (("1", "a"), ("2", "b")):
            self.assertEqual(version in applied, table in tables, (number, applied, tables))


class SqliteTest(MemoryTest):
    def rows(self):
        if not (self.folder / "app.db").exists() or not self.sql(
                "SELECT 1 FROM sqlite_schema WHERE name = 'lockgate_migration'"):
            return []
        return self.sql("SELECT version, state FROM lockgate_migration")

    def tables(self):
        return {row[0] for row in self.sql("SELECT name FROM sqlite_schema")} if self.rows() else set()

    def test_each_allocation_of_an_apply(self):
        """The runs that fail share a database, so they meet it at every stage, and at last go through."""
        print(f"{self.starve(1, 'apply', '-q')} allocations")
        self.expect(0, "verify", "--db", self.db)
        self.assertEqual(3, len(self.rows()))

    def test_each_allocation_on_an_empty_database(self):
        for number in range(1, LAST):
            for path in self.folder.glob("app.db*"):
                path.unlink()
            result = self.run_it("apply", "-q", "--db", self.db, env={"LOCKGATE_FAULT_ALLOCATION": str(number)})
            self.look(number)
            if result.code == 0:
                print(f"{number - 1} allocations")
                break
            self.assertEqual(3, result.code, result)
            self.expect(0, "apply", "-q", "--db", self.db)
            self.assertEqual(3, len(self.rows()))
        else:
            self.fail("it never gets through")

    def test_each_allocation_of_a_revert(self):
        for name in FILES:
            if not name.startswith("1_"):
                (self.folder / "migrations" / name).unlink()
        self.expect(0, "apply", "--db", self.db)
        print(f"{self.starve(1, 'revert', '--all', '-q')} allocations")
        self.assertEqual([], self.rows())


class PostgresMemoryTest(MemoryTest, PostgresTest):
    def rows(self):
        return query(self.db, "SELECT version, state FROM lockgate.migration") if query(
            self.db, "SELECT to_regclass('lockgate.migration') IS NOT NULL")[0][0] else []

    def tables(self):
        return PostgresTest.tables(self)

    def test_allocations_of_an_apply(self):
        print(f"{self.starve(7, 'apply', '-q')} allocations")
        self.expect(0, "verify", "--db", self.db)
        self.assertEqual(3, len(self.rows()))
