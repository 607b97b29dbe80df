# SPDX-License-Identifier: MIT
"""Tenants: one folder, many schemas of one database, each with its own history and lock."""
import subprocess
import time

from postgres import PostgresTest, query
from program import LOCKGATE


class ScopeTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_users.up.sql", "CREATE TABLE users (id int PRIMARY KEY);\n")
        self.write("1_users.down.sql", "DROP TABLE users;\n")
        self.write("2_names.up.sql", "ALTER TABLE users ADD COLUMN name text;\nCREATE VIEW v AS SELECT name FROM users;\n")
        self.write("2_names.down.sql", "DROP VIEW v;\nALTER TABLE users DROP COLUMN name;\n")

    def query(self, sql):
        return query(self.db, sql)

    def tables(self):
        return self.query("SELECT schemaname || '.' || tablename FROM pg_tables "
                          "WHERE schemaname !~ '^(pg_|information_schema|lockgate)' ORDER BY 1")

    def make(self, *names):
        self.run_sql(*(f'CREATE SCHEMA "{name}"' for name in names))

    def run_sql(self, *statements):
        self.execute(";".join(statements))

    def apply(self, scope, *arguments, code=0):
        return self.expect(code, "apply", "--scope", scope, "--db", self.db, *arguments)


class SearchPathTest(ScopeTest):
    def test_scripts_work_in_the_schema(self):
        self.make("tenant_7", "tenant_8")
        self.apply("tenant_7")
        self.assertEqual([("tenant_7.users",)], self.tables())
        self.apply("tenant_8")
        self.assertEqual([("tenant_7.users",), ("tenant_8.users",)], self.tables())
        self.assertEqual([("main", 0), ("tenant_7", 2)], [
            (scope, len(self.expect(0, "status", "--scope", scope, "--db", self.db, "--json").json["migrations"]))
            for scope in ("main", "tenant_7")])
        self.expect(0, "revert", "--scope", "tenant_7", "--all", "--db", self.db)
        self.assertEqual([("tenant_8.users",)], self.tables())

    def test_what_is_shared_is_found_behind(self):
        self.make("tenant_7")
        self.run_sql("CREATE TABLE shared (x int)", "CREATE FUNCTION help() RETURNS int LANGUAGE sql AS 'SELECT 7'")
        self.write("3_s.sql", "INSERT INTO shared VALUES (help());\nCREATE TABLE t (x int);\n"
                              "SELECT 1 / (current_schema() = 'tenant_7')::int;\n")
        self.apply("tenant_7")
        self.assertEqual([(7,)], self.query("SELECT x FROM shared"))
        self.assertIn(("tenant_7.t",), self.tables())

    def test_outside_of_transactions_too(self):
        self.make("tenant_7")
        self.apply("tenant_7")
        self.write("3_i.up.sql", "-- lockgate: transaction=off\nCREATE INDEX CONCURRENTLY i ON users (name);\n"
                                 "CREATE TABLE off (x int);\nVACUUM users;\n")
        self.write("3_i.check.sql", "SELECT 1 FROM off;\n")
        self.apply("tenant_7")
        self.assertIn(("tenant_7.off",), self.tables())

    def test_checks_see_the_schema(self):
        self.make("tenant_7")
        self.run_sql("CREATE TABLE users (id int, name text)", "INSERT INTO users VALUES (1, 'x')")
        self.write("2_names.check.sql", "SELECT name FROM users;\n")
        self.apply("tenant_7")

    def test_one_transaction_for_all(self):
        self.make("tenant_7")
        self.apply("tenant_7", "--single-transaction")
        self.assertEqual([("tenant_7.users",)], self.tables())

    def test_a_script_that_sets_the_path_does_not_lead_the_next_one_away(self):
        self.make("tenant_7", "other")
        self.write("0_path.sql", "SET search_path = other;\nCREATE TABLE there (x int);\n")
        self.apply("tenant_7")
        self.assertEqual([("other.there",), ("tenant_7.users",)], self.tables())

    def test_names_are_quoted(self):
        self.make("Tenant-7")
        self.apply("Tenant-7")
        self.assertEqual([("Tenant-7.users",)], self.tables())


class MissingTest(ScopeTest):
    def test_nothing_ends_up_elsewhere(self):
        result = self.apply("tenant_9", code=2)
        self.assertIn("no schema 'tenant_9'", result.err)
        self.assertIn("--create-database", result.err)
        self.assertEqual([], self.tables())

    def test_it_is_made_when_asked(self):
        self.apply("tenant_9", "--create-database")
        self.assertEqual([("tenant_9.users",)], self.tables())
        self.apply("tenant_9", "--create-database")

    def test_it_is_made_as_the_user_may(self):
        self.expect(0, "init", "--db", self.db)
        role = self.make_role()
        self.run_sql(f"GRANT USAGE ON SCHEMA lockgate TO {role}",
                     f"GRANT ALL ON ALL TABLES IN SCHEMA lockgate TO {role}")
        result = self.expect(3, "apply", "--scope", "tenant_9", "--create-database", "--db", self.url_of(role))
        self.assertIn("cannot make schema 'tenant_9'", result.err)

    def test_a_script_that_drops_it(self):
        self.make("tenant_7")
        self.write("2_names.up.sql", "DROP SCHEMA tenant_7 CASCADE;\n")
        self.write("3_t.sql", "CREATE TABLE t (x int);\n")
        self.assertIn("no schema 'tenant_7'", self.apply("tenant_7", code=2).err)
        self.assertEqual([], self.tables())


    def test_schemas_that_are_no_tenants(self):
        self.expect(0, "init", "--db", self.db)
        for name in ("lockgate", "pg_catalog", "pg_temp", "information_schema"):
            self.assertIn("no migrations may work", self.apply(name, "--create-database", code=2).err)


class UnmanagedTest(ScopeTest):
    def test_only_the_tables_of_the_schema_count(self):
        self.make("tenant_7", "tenant_8")
        self.run_sql("CREATE TABLE a (x int)", "CREATE TABLE schema_migrations (version text)",
                     "CREATE TABLE tenant_8.b (x int)")
        self.expect(1, "verify", "--db", self.db)
        self.expect(0, "verify", "--scope", "tenant_7", "--db", self.db)
        self.assertEqual(["unmanaged"], self.codes(
            self.expect(1, "verify", "--scope", "tenant_8", "--db", self.db, "--json")))


class ManyTest(ScopeTest):
    COUNT = 200

    def test_two_hundred_in_a_loop(self):
        names = [f"tenant_{n}" for n in range(self.COUNT)]
        self.make(*names)
        for name in names:
            self.apply(name, "-q")
        self.assertEqual([(self.COUNT, 2 * self.COUNT)], self.query(
            "SELECT count(DISTINCT scope), count(*) FROM lockgate.migration WHERE state = 'applied'"))
        self.assertEqual(self.COUNT, len(self.tables()))
        self.write("3_t.sql", "CREATE TABLE t (x int);\n")
        self.apply(names[3])
        self.assertEqual(1, self.expect(0, "verify", "--scope", names[4], "--db", self.db, "--json").json["pending"])
        self.assertEqual(0, self.expect(0, "verify", "--scope", names[3], "--db", self.db, "--json").json["pending"])

    def test_side_by_side(self):
        """The lock of one tenant keeps no other one waiting, and every first one may be the very first."""
        names = [f"tenant_{n}" for n in range(16)]
        self.make(*names)
        self.write("3_t.sql", "SELECT pg_sleep(60);\n")
        slow = self.start("apply", "--scope", names[0], "--db", self.db)
        self.addCleanup(slow.communicate)
        self.addCleanup(slow.kill)
        while not self.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
            self.assertIsNone(slow.poll())
            time.sleep(0.02)
        (self.folder / "migrations" / "3_t.sql").unlink()
        runs = [subprocess.Popen([LOCKGATE, "apply", "--scope", name, "--db", self.db, "--lock-wait", "0s"],
                                 cwd=self.folder, env=self.environment(), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE) for name in names[1:]]
        for run in runs:
            _, err = run.communicate(timeout=60)
            self.assertEqual(0, run.returncode, err)
        self.write("4_t.sql", "CREATE TABLE t (x int);\n")
        self.apply(names[0], "--lock-wait", "0s", code=4)
        self.assertEqual([(30,)], self.query(
            f"SELECT count(*) FROM lockgate.migration WHERE state = 'applied' AND scope <> '{names[0]}'"))
