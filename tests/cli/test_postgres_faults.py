# SPDX-License-Identifier: MIT
"""Scripts that fail in unusual places, and histories that somebody else has prepared."""
import signal
import time

from postgres import OwnCluster, PostgresTest, query

OFF = "-- lockgate: transaction=off\n"


class FaultTest(PostgresTest):
    """A database with one migration applied; the second one is what goes wrong."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")
        self.expect(0, "apply", "--db", self.db)
        self.before = self.history()

    def history(self, db=None):
        return self.sql("SELECT m::text FROM lockgate.migration AS m ORDER BY position", db=db)

    def fails(self, script, name="2_bad.sql"):
        """Expects that nothing of the script is kept, and that the next run is not impeded; gives the error."""
        path = self.write(name, script)
        error = self.expect(5, "apply", "--db", self.db, "--json").json["error"]
        self.assertEqual((f"migrations/{name}", "2"), (error["file"], error["version"]), error)
        self.assertEqual(({"t"}, self.before), (self.tables(), self.history()))
        self.assertEqual([], self.advisory_locks())
        path.write_text("CREATE TABLE x (i int);\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual({"t", "x"}, self.tables())
        return error


class CommitTest(FaultTest):
    TRIGGER = ("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS\n"
               "$$ BEGIN RAISE EXCEPTION 'not in this house'; END $$;\n"
               "CREATE CONSTRAINT TRIGGER last AFTER INSERT ON x DEFERRABLE INITIALLY DEFERRED\n"
               "FOR EACH ROW EXECUTE FUNCTION refuse();\n")

    def test_deferred_trigger_that_raises(self):
        error = self.fails("CREATE TABLE x (i int);\n" + self.TRIGGER + "INSERT INTO x VALUES (1);\n")
        self.assertEqual("P0001", error["sqlstate"])
        self.assertIn("at the end of the transaction", error["message"])
        self.assertIn("not in this house", error["message"])
        self.assertEqual(1, error["line"])

    def test_it_is_said_in_the_log_of_events(self):
        self.fails("CREATE TABLE x (i int);\n" + self.TRIGGER + "INSERT INTO x VALUES (1);\n")
        self.assertIn("P0001", self.sql("SELECT detail FROM lockgate.event WHERE what = 'failed'")[0][0])

    def test_constraints_made_immediate_fail_where_they_stand(self):
        error = self.fails("CREATE TABLE x (i int);\n" + self.TRIGGER + "INSERT INTO x VALUES (1);\n"
                           "SET CONSTRAINTS ALL IMMEDIATE;\n")
        self.assertEqual(("P0001", 7), (error["sqlstate"], error["line"]))


class SabotageTest(FaultTest):
    """Scripts that take away what their record is to be written into."""

    def test_schema_dropped(self):
        self.fails("CREATE TABLE x (i int);\nDROP SCHEMA lockgate CASCADE;\n")

    def test_table_dropped(self):
        self.fails("CREATE TABLE x (i int);\nDROP TABLE lockgate.migration CASCADE;\n")

    def test_rows_deleted(self):
        self.fails("CREATE TABLE x (i int);\nDELETE FROM lockgate.migration;\n")

    def test_transaction_made_read_only(self):
        self.fails("CREATE TABLE x (i int);\nSET TRANSACTION READ ONLY;\n")

    def test_default_of_transactions_made_read_only(self):
        """Of later ones alone, so this one is right; but the next must not suffer."""
        self.write("2_x.sql", "CREATE TABLE x (i int);\nSET default_transaction_read_only = on;\n")
        self.write("3_y.sql", "CREATE TABLE y (i int);\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual({"t", "x", "y"}, self.tables())


class EncodingTest(PostgresTest):
    def setUp(self):
        super().setUp()
        name = self.make_database("ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        self.latin = self.cluster.url(name)
        self.write("1_t.sql", "CREATE TABLE t (x text);\nINSERT INTO t VALUES ('é');\n")

    def fails(self, name, script):
        self.write(name, script)
        error = self.expect(5, "apply", "--db", self.latin, "--json").json["error"]
        self.assertEqual((f"migrations/{name}", "2"), (error["file"], error["version"]), error)
        self.assertIn(error["sqlstate"], ("22P05", "22021"))
        self.assertEqual([("1",)], query(self.latin, "SELECT version FROM lockgate.migration"))
        self.assertEqual({"t"}, self.tables(self.latin))

    def test_character_that_the_database_lacks(self):
        self.fails("2_euro.sql", "CREATE TABLE x (i int);\nINSERT INTO t VALUES ('€');\n")
        self.assertEqual([("é",)], query(self.latin, "SELECT x FROM t"))

    def test_character_in_a_comment(self):
        self.fails("2_euro.sql", "-- costs 5 €\nCREATE TABLE x (i int);\n")

    def test_character_in_data_to_copy(self):
        self.fails("2_euro.sql", "CREATE TABLE x (i int);\nCOPY t FROM stdin;\n€\n\\.\n")


class ReindexTest(FaultTest):
    def start_reindex(self):
        """REINDEX waits for a snapshot that is older; gives the run, its backend and the older session."""
        self.execute("CREATE INDEX i ON t (x)")
        self.write("2_i.sql", OFF + "REINDEX INDEX CONCURRENTLY i;\n")
        older = self.connect()
        older.set_session(isolation_level="REPEATABLE READ")
        older.cursor().execute("SELECT count(*) FROM t")
        process = self.start("apply", "--db", self.db)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        for _ in range(500):
            waiting = self.sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                               "AND wait_event = 'virtualxid'")
            if waiting:
                return process, waiting[0][0], older
            time.sleep(0.02)
        self.fail(f"REINDEX did not begin: {process.poll()}")

    def invalid(self):
        return [row[0] for row in self.sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 't'::regclass AND NOT indisvalid")]

    def expect_mended(self):
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([], self.invalid())
        self.assertEqual([("i",)], self.sql("SELECT indexrelid::regclass::text FROM pg_index "
                                            "WHERE indrelid = 't'::regclass"))
        self.assertEqual(["applied"] * 2, [row[0] for row in self.sql("SELECT state FROM lockgate.migration")])
        self.expect(0, "verify", "--db", self.db)

    def test_backend_terminated(self):
        process, backend, older = self.start_reindex()
        self.sql("SELECT pg_terminate_backend(%s)", backend)
        process.wait(timeout=60)
        self.assertNotEqual([], self.invalid())
        older.rollback()
        self.expect_mended()

    def test_signal(self):
        process, _, older = self.start_reindex()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(143, process.wait(timeout=60))
        older.rollback()
        self.expect_mended()


class ReconnectTest(PostgresTest):
    def test_signal_while_the_server_is_away(self):
        self.write("1_slow.sql", "CREATE TABLE x (i int);\nSELECT pg_sleep(60);\n")
        with OwnCluster() as cluster:
            process = self.start("apply", "--db", cluster.url(), "--json")
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
            while not query(cluster.url(), "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
                time.sleep(0.05)
            cluster.stop()
            time.sleep(0.3)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=30)
            self.assertEqual(143, process.returncode, err.decode())
            cluster.restart()
            self.assertEqual([], query(cluster.url(), "SELECT 1 FROM pg_class WHERE relname = 'x'"))
            self.assertEqual([], query(cluster.url(), "SELECT 1 FROM lockgate.migration"))


class PlantedTest(PostgresTest):
    """Schema lockgate belongs to a role that may do little, and a superuser meets it."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")
        self.role = self.make_role()
        self.execute(f"GRANT CREATE ON DATABASE {self.database} TO {self.role}")
        self.as_role = self.url_of(self.role)
        self.execute("CREATE SCHEMA trap", db=self.as_role)

    def plant(self, script):
        self.expect(0, "init", "--db", self.as_role)
        self.execute(script, db=self.as_role)

    def function(self, returns, ends_with):
        return (f"CREATE FUNCTION trap.spring() RETURNS {returns} LANGUAGE plpgsql AS $$ BEGIN "
                "IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN "
                f"ALTER ROLE {self.role} SUPERUSER; END IF; RETURN {ends_with}; END $$;\n")

    def expect_refused(self, word, *commands):
        for command in commands:
            self.assertIn(word, self.expect(3, command, "--db", self.db).err, command)
            self.assertEqual([(False,)], self.sql("SELECT rolsuper FROM pg_roles WHERE rolname = %s", self.role))
        self.assertNotIn("t", self.tables())

    def test_trigger(self):
        self.plant(self.function("trigger", "NEW") + "CREATE TRIGGER spring BEFORE INSERT ON lockgate.batch "
                   "FOR EACH ROW EXECUTE FUNCTION trap.spring()")
        self.expect_refused(self.role, "apply")

    def test_view(self):
        self.plant(self.function("int", "1") + "CREATE TABLE trap.format AS TABLE lockgate.format;\n"
                   "DROP TABLE lockgate.format;\nCREATE VIEW lockgate.format AS "
                   "SELECT * FROM trap.format WHERE trap.spring() = 1")
        self.expect_refused("schema 'lockgate'", "verify", "status", "apply")

    def test_whoever_has_made_it_goes_on(self):
        self.expect(0, "init", "--db", self.as_role)
        self.execute(f"GRANT CREATE ON SCHEMA public TO {self.role}")
        self.expect(0, "apply", "--db", self.as_role)
        self.expect(0, "verify", "--db", self.as_role)


class RowSecurityTest(FaultTest):
    def test_a_reader_who_is_shown_no_rows_takes_none_for_an_answer(self):
        role = self.make_role()
        self.expect(0, "init", "--reader", role, "--db", self.db)
        self.execute("ALTER TABLE lockgate.migration ENABLE ROW LEVEL SECURITY")
        for command in ("verify", "status", "plan"):
            result = self.expect(3, command, "--db", self.url_of(role))
            self.assertIn("row", result.err, command)
        self.expect(0, "verify", "--db", self.db)
