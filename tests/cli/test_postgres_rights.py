# SPDX-License-Identifier: MIT
"""Roles that may do little: reading needs no right but to read, and what is missing is named."""
from postgres import PostgresTest


class RightsTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")
        self.role = self.make_role()
        self.as_role = self.url_of(self.role)

    def on_db(self, code, *arguments):
        return self.expect(code, *arguments, "--db", self.as_role)


class ReaderTest(RightsTest):
    def test_without_a_history_it_is_empty(self):
        verdict = self.on_db(0, "verify", "--json").json
        self.assertEqual((1, []), (verdict["pending"], verdict["findings"]))
        self.on_db(0, "status", "migrations")
        self.on_db(0, "plan")
        self.assertEqual([], self.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'lockgate'"))

    def test_a_history_that_may_not_be_read_is_no_empty_one(self):
        self.expect(0, "apply", "--db", self.db)
        result = self.on_db(3, "verify")
        self.assertIn("permission denied", result.err)
        self.assertIn("--reader", result.err)

    def test_reader_may_verify(self):
        self.expect(0, "apply", "--db", self.db)
        self.expect(0, "init", "--reader", self.role, "--db", self.db)
        self.assertEqual(0, self.on_db(0, "verify", "--json").json["pending"])
        self.on_db(0, "status", "migrations", "--exit-code")
        self.on_db(0, "apply")
        self.on_db(0, "lock")

    def test_reader_may_see_what_is_pending_but_not_apply_it(self):
        self.expect(0, "init", "--reader", self.role, "--db", self.db)
        self.assertEqual(1, self.on_db(0, "verify", "--json").json["pending"])
        result = self.on_db(3, "apply")
        self.assertIn("permission denied", result.err)
        self.assertEqual([], self.sql("SELECT 1 FROM lockgate.batch"))
        self.assertEqual([], self.advisory_locks())

    def test_reader_with_a_name_that_must_be_quoted(self):
        name = self.role + ' "; DROP TABLE x; --'
        quoted = '"' + name.replace('"', '""') + '"'
        self.execute(f"CREATE ROLE {quoted}")
        self.addCleanup(self.execute, f"DROP OWNED BY {quoted}; DROP ROLE {quoted}")
        self.expect(0, "init", "--reader", name, "--db", self.db)
        self.assertEqual([(True,)], self.sql("SELECT has_table_privilege(%s, 'lockgate.migration', 'SELECT')", name))

    def test_reader_that_is_not_there(self):
        self.assertIn("nobody_knows", self.expect(3, "init", "--reader", "nobody_knows", "--db", self.db).err)

    def test_session_that_is_read_only(self):
        self.expect(0, "apply", "--db", self.db)
        self.execute(f"ALTER DATABASE {self.database} SET default_transaction_read_only = on")
        self.expect(0, "verify", "--db", self.db)
        self.write("2_t.sql", "CREATE TABLE u (x int);\n")
        self.expect(0, "apply", "--db", self.db)


class WriterTest(RightsTest):
    def test_without_the_right_to_create_a_schema(self):
        result = self.on_db(3, "apply")
        self.assertIn("permission denied", result.err)
        self.assertEqual(set(), self.tables())

    def test_owner_of_the_database_needs_no_more(self):
        self.execute(f"ALTER DATABASE {self.database} OWNER TO {self.role}")
        self.on_db(0, "apply")
        self.on_db(0, "verify")
        self.assertEqual([(self.role,)], self.sql("SELECT tableowner FROM pg_tables WHERE tablename = 't'"))

    def test_nobody_else_may_read_or_write_the_history(self):
        self.expect(0, "apply", "--db", self.db)
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            self.assertEqual([], self.sql(
                "SELECT relname FROM pg_class WHERE relnamespace = 'lockgate'::regnamespace AND relkind = 'r' "
                "AND has_table_privilege(%s, oid, %s)", self.role, right))
        self.assertEqual([(False,)], self.sql("SELECT has_schema_privilege(%s, 'lockgate', 'USAGE')", self.role))

    def test_scripts_run_as_a_role(self):
        self.execute(f"GRANT CREATE ON SCHEMA public TO {self.role}")
        self.expect(0, "apply", "--role", self.role, "--db", self.db)
        self.assertEqual([(self.role,)], self.sql("SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
        self.assertEqual([("postgres",)], self.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'migration'"))

    def test_objects_of_the_same_name_are_not_called(self):
        """What a stranger has put into public is nothing that lockgate's own statements would use."""
        self.execute("CREATE TABLE public.migration (x int); CREATE FUNCTION public.now() RETURNS timestamptz "
                     "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trap'; END $$; "
                     "CREATE FUNCTION public.count(int) RETURNS int LANGUAGE plpgsql AS "
                     "$$ BEGIN RAISE EXCEPTION 'trap'; END $$; "
                     f"ALTER DATABASE {self.database} SET search_path = public, pg_catalog")
        self.expect(0, "apply", "--policy", "first=allow", "--db", self.db)
        self.expect(0, "verify", "--db", self.db)
        self.expect(0, "status", "--db", self.db)


class RefusalTest(RightsTest):
    def test_password_is_wrong_and_told_to_nobody(self):
        result = self.expect(3, "verify", "--db", self.cluster.tcp_url(self.database, password="S3cret!".lower()))
        self.assertIn("password authentication failed", result.err)
        self.assertNotIn("s3cret", result.err + result.out)

    def test_database_is_not_there(self):
        result = self.expect(3, "apply", "--db", self.cluster.url("nowhere_to_be_found"))
        self.assertIn("does not exist", result.err)
        self.assertIn("--create-database", result.err)

    def test_no_server(self):
        result = self.expect(3, "verify", "--db", "postgresql://postgres@127.0.0.1:1/x?connect_timeout=2")
        self.assertIn("127.0.0.1", result.err)
