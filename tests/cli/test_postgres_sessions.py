# SPDX-License-Identifier: MIT
"""What a script does to its session does not reach the next one; and no script makes lockgate large."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgres import PostgresTest  # noqa: E402

MEMORY_KIB = 64 * 1024


class SessionTest(PostgresTest):
    HABITS = ("SET search_path = pg_catalog; SET statement_timeout = '1s';\n"
              "SET client_encoding = 'LATIN1'; PREPARE p AS SELECT 1; LISTEN l; CREATE TEMP TABLE tmp (id int);\n"
              "SET lock_timeout = 1; SET default_transaction_read_only = on; SELECT set_config('my.own', 'x', false);\n")
    LOOK = """
DO $$ BEGIN
  ASSERT current_setting('search_path') = '"$user", public', current_setting('search_path');
  ASSERT current_setting('statement_timeout') = '0';
  ASSERT current_setting('standard_conforming_strings') = 'on';
  ASSERT current_setting('client_encoding') = 'UTF8';
  ASSERT current_setting('lock_timeout') = '2s', current_setting('lock_timeout');
  ASSERT current_setting('default_transaction_read_only') = 'off';
  ASSERT coalesce(current_setting('my.own', true), '') = '';
  ASSERT current_user = session_user;
  ASSERT (SELECT count(*) FROM pg_prepared_statements) = 0;
  ASSERT (SELECT count(*) FROM pg_listening_channels()) = 0;
  ASSERT to_regclass('tmp') IS NULL;
END $$;
"""

    def test_in_a_transaction(self):
        role = self.make_role("NOLOGIN")
        self.write("1_a.up.sql", self.HABITS + f"SET ROLE {role};\n")
        self.write("2_b.up.sql", self.LOOK)
        self.write("3_c.up.sql", f"SET SESSION AUTHORIZATION {role};\n")
        self.write("4_d.up.sql", self.LOOK)
        self.expect(0, "apply", "--db", self.db)

    def test_without_a_transaction(self):
        role = self.make_role("NOLOGIN")
        self.write("1_a.up.sql", f"-- lockgate: transaction=off\n{self.HABITS}SET ROLE {role};\nSELECT 1;\n")
        self.write("2_b.up.sql", self.LOOK)
        self.expect(0, "apply", "--db", self.db)

    def test_after_a_failure_that_is_tried_again(self):
        self.execute("CREATE TABLE busy (id int)")
        self.write("1_a.up.sql", "-- lockgate: retries=3 lock_timeout=100ms\nSET my.own = 'x';\n"
                   "LOCK TABLE busy;\n" + self.LOOK.replace("2s", "100ms").replace("''", "'x'"))
        holder = self.connect()
        holder.cursor().execute("LOCK TABLE busy")
        process = self.start("apply", "--db", self.db, "--policy", "first=allow")
        while not (line := process.stderr.readline()) or b"trying again" not in line:
            self.assertTrue(line, "no other try is told of")
        holder.rollback()
        out, err = process.communicate(timeout=60)
        self.assertEqual(0, process.returncode, (out, err))

    def test_roles_that_scripts_run_as(self):
        one, other = self.make_role("NOLOGIN"), self.make_role("NOLOGIN")
        self.execute(f"GRANT CREATE ON SCHEMA public TO {one}, {other}")
        self.write("1_a.up.sql", "CREATE TABLE a (id int);\n")
        self.write("2_b.up.sql", f"-- lockgate: role={other}\nCREATE TABLE b (id int);\n")
        self.write("3_c.up.sql", f"-- lockgate: role={other} transaction=off\nCREATE TABLE c (id int);\n")
        self.expect(0, "apply", "--db", self.db, "--role", one)
        self.assertEqual([("a", one), ("b", other), ("c", other)],
                         self.sql("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        self.assertEqual([("postgres",)], self.sql("SELECT DISTINCT tableowner FROM pg_tables"
                                                   " WHERE schemaname = 'lockgate'"))

    def test_a_role_that_cannot_be_taken(self):
        user, role = self.make_role("LOGIN"), self.make_role("NOLOGIN")
        self.sql(f"ALTER DATABASE {self.database} OWNER TO {user}")
        self.write("1_a.up.sql", f"-- lockgate: role={role}\nCREATE TABLE a (id int);\n")
        error = self.expect(5, "apply", "--db", self.url_of(user), "--json").json["error"]
        self.assertEqual(("42501", 1), (error["sqlstate"], error["line"]))
        self.assertIn(f"cannot run as role '{role}'", error["message"])
        self.write("1_a.up.sql", "CREATE TABLE a (id int);\n")
        other = self.cluster.url(self.make_database())
        error = self.expect(5, "apply", "--db", other, "--role", "nobody there", "--json").json["error"]
        self.assertEqual("22023", error["sqlstate"])


class SizeTest(PostgresTest):
    def peak_kib(self, *arguments):
        child = subprocess.Popen([os.environ["LOCKGATE"], *map(str, arguments)], cwd=self.folder,
                                 env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(0, child.returncode)
        # A sanitizer takes several times what it watches.
        return usage.ru_maxrss if "sanitize" not in os.environ["LOCKGATE"] else 0

    def test_memory_does_not_grow_with_copy_data(self):
        path = self.write("1_a.up.sql", "CREATE TABLE a (id bigint, t text);\nCOPY a FROM stdin;\n")
        with path.open("a") as out:
            for i in range(1_600_000):
                out.write(f"{i}\tsome text in row {i} that takes room\n")
            out.write("\\.\n")
        self.assertGreater(path.stat().st_size, MEMORY_KIB * 1024)
        self.assertLess(self.peak_kib("apply", "--db", self.db), MEMORY_KIB)
        self.assertEqual([(1_600_000,)], self.sql("SELECT count(*) FROM a"))

    def test_nor_with_the_rows_of_a_query(self):
        self.write("1_a.up.sql", "SELECT repeat('x', 1000) FROM generate_series(1, 100000);\n")
        self.assertLess(self.peak_kib("apply", "--db", self.db), MEMORY_KIB)

    def test_data_behind_an_error_is_read_to_its_end(self):
        rows = "".join(f"{i}\n" for i in range(200_000))
        self.write("1_a.up.sql", f"CREATE TABLE a (id int primary key);\nCOPY a FROM stdin;\n1\n1\n{rows}\\.\nSELECT 1;\n")
        self.assertEqual("23505", self.expect(5, "apply", "--db", self.db, "--json").json["error"]["sqlstate"])
        self.assertEqual(set(), self.tables())

    def test_a_large_script_is_one_transaction(self):
        lines = "".join(f"INSERT INTO a VALUES ({i}, '{'é' * 40}');\n" for i in range(40_000))
        self.write("1_a.up.sql", f"CREATE TABLE a (id int, t text);\n{lines}SELECT 'é', broken;\n")
        error = self.expect(5, "apply", "--db", self.db, "--json").json["error"]
        self.assertEqual((40_002, 13), (error["line"], error["column"]))
        self.assertEqual(set(), self.tables())
        self.write("1_a.check.sql", "SELECT 1 FROM a HAVING count(*) <> 40000;\n")
        self.write("1_a.up.sql", f"CREATE TABLE a (id int, t text);\n{lines}")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(40_000, 1)], self.sql("SELECT count(*), count(DISTINCT xmin::text) FROM a"))
