# SPDX-License-Identifier: MIT
"""Several migrations in one message, over a network that is slow; and all in a single transaction."""
import signal
import time

from postgres import PostgresTest, query
from relay import Relay


class TogetherTest(PostgresTest):
    def write_many(self, count, first=1):
        for version in range(first, first + count):
            self.write(f"{version:04}_t.sql", f"CREATE TABLE t{version} (id int PRIMARY KEY);\n")

    def tables(self):
        return sorted(row[0] for row in self.query(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))

    def versions(self):
        return [row[0] for row in self.query(
            "SELECT version FROM lockgate.migration WHERE state = 'applied' ORDER BY position")]

    def query(self, sql):
        return query(self.db, sql)


class FarTest(TogetherTest):
    def setUp(self):
        super().setUp()
        self.relay = Relay(self.cluster.port, delay_ms=5)
        self.addCleanup(self.relay.__exit__)
        self.far = self.cluster.tcp_url(self.database, port=self.relay.port)

    def test_several_go_in_one_message(self):
        self.write_many(100)
        document = self.expect(0, "apply", "--db", self.far, "--json").json
        self.assertEqual([f"{n:04}" for n in range(1, 101)], [row["version"] for row in document["applied"]])
        self.assertTrue(all(row["duration_ms"] > 0 for row in document["applied"]))
        self.assertLess(self.relay.round_trips, 60, self.relay.queries)
        # Each in a transaction of its own.
        self.assertEqual(100, self.query("SELECT count(DISTINCT xmin::text) FROM lockgate.migration")[0][0])
        self.assertEqual(100, len(self.tables()))
        self.assertEqual(100, self.query("SELECT count(*) FROM lockgate.event WHERE what = 'applied'")[0][0])

    def test_those_before_a_failure_stay(self):
        self.write_many(60)
        self.write("0050_t.sql", "CREATE TABLE fine (x int);\nSELECT nothing;\n")
        document = self.expect(5, "apply", "--db", self.far, "--json").json
        self.assertEqual(49, len(document["applied"]))
        self.assertEqual(("0050", "42703", 2), tuple(document["error"][key] for key in ("version", "sqlstate", "line")))
        self.assertEqual(49, len(self.tables()))
        self.write_many(1, 50)
        document = self.expect(0, "apply", "--db", self.far, "--json").json
        self.assertEqual(11, len(document["applied"]))

    def test_what_the_database_has_for_transactions_does_not_matter(self):
        self.query(";".join(f"ALTER DATABASE {self.database} SET {setting}" for setting in (
            "default_transaction_isolation = 'serializable'", "default_transaction_deferrable = on",
            "default_transaction_read_only = on")))
        self.write_many(40)
        self.write("0020_t.sql", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n"
                                 "SET default_transaction_read_only = on;\n")
        self.assertEqual(40, len(self.expect(0, "apply", "--db", self.far, "--json").json["applied"]))

    def test_a_syntax_error_is_told_of_its_own_migration(self):
        self.write_many(60)
        self.write("0050_t.sql", "CREATE TABLE fine (x int);\nCREATE TABEL t50 (x int);\n")
        document = self.expect(5, "apply", "--db", self.far, "--json").json
        self.assertEqual(("0050", "42601", 2), tuple(document["error"][key] for key in ("version", "sqlstate", "line")))
        self.assertEqual(49, len(document["applied"]))
        self.assertEqual([("failed", "0050")], self.query("SELECT what, version FROM lockgate.event WHERE what <> 'applied'"))

    def test_what_passes_is_tried_again(self):
        """A lock held by another session for a while, met in the middle of a message."""
        self.execute("CREATE TABLE busy (x int)")
        self.write_many(60)
        self.write("0050_t.sql", "ALTER TABLE busy ADD COLUMN y int;\n")
        blocker = self.connect(self.db)
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE busy")
        process = self.start("apply", "--db", self.far, "--lock-timeout", "100ms", "--policy", "first=allow", "--json")
        self.addCleanup(process.kill)
        while b"trying again" not in (line := process.stderr.readline()):
            self.assertTrue(line)
        blocker.rollback()
        out, err = process.communicate(timeout=60)
        self.assertEqual(0, process.returncode, err)
        self.assertEqual(60, len(self.versions()))

    def test_a_line_that_is_cut_in_the_middle(self):
        """The server may go on with the message: what it has done is found, and not done twice."""
        self.write_many(60)
        self.write("0055_t.sql", "SELECT pg_sleep(1);\n")
        process = self.start("apply", "--db", self.far, "--json")
        self.addCleanup(process.kill)
        while not self.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        self.relay.cut()
        out, err = process.communicate(timeout=90)
        if process.returncode:
            self.assertIn(b"run the command again", err)
            self.expect(0, "apply", "--db", self.db)
        self.assertEqual([f"{n:04}" for n in range(1, 61)], self.versions())
        self.assertEqual(60, self.query("SELECT count(*) FROM lockgate.event WHERE what = 'applied'")[0][0])

    def test_a_signal_in_the_middle(self):
        self.write_many(60)
        self.write("0055_t.sql", "SELECT pg_sleep(60);\n")
        process = self.start("apply", "--db", self.far, "--json")
        self.addCleanup(process.kill)
        while not self.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
            self.assertIsNone(process.poll())
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        self.assertEqual(143, process.returncode, err)
        self.assertEqual(54, len(self.versions()))
        self.assertEqual([("cancelled", "0055")], self.query(
            "SELECT what, version FROM lockgate.event WHERE what <> 'applied'"))

    def test_checks_and_journals_go_alone(self):
        self.write_many(60)
        for version in (40, 52):
            (self.folder / "migrations" / f"{version:04}_t.sql").unlink()
        self.write("0040_t.up.sql", "CREATE TABLE checked (x int);\n")
        self.write("0040_t.check.sql", "SELECT 1 FROM checked;\n")
        self.write("0052_t.sql", "-- lockgate: transaction=off\nVACUUM;\n")
        self.assertEqual(60, len(self.expect(0, "apply", "--db", self.far, "--json").json["applied"]))


class SingleTransactionTest(TogetherTest):
    def apply(self, code, *arguments):
        return self.expect(code, "apply", "--single-transaction", "--db", self.db, "--json", *arguments)

    def test_all(self):
        self.write_many(5)
        document = self.apply(0).json
        self.assertEqual(5, len(document["applied"]))
        self.assertEqual(1, self.query("SELECT count(DISTINCT xmin::text) FROM lockgate.migration")[0][0])
        self.assertEqual([], self.apply(0).json["applied"])

    def test_or_nothing(self):
        self.write_many(4)
        self.write("0005_t.sql", "SELECT nothing;\n")
        result = self.apply(5)
        self.assertEqual(([], 5), (result.json["applied"], result.json["pending"]))
        self.assertIn("nothing of the 5 migrations was kept", result.err)
        self.assertEqual(1, result.err.count("was kept"))
        self.assertEqual(([], []), (self.tables(), self.versions()))
        self.assertEqual([("failed", "0005")], self.query("SELECT what, version FROM lockgate.event"))

    def test_a_check_that_finds_a_row(self):
        self.write_many(2)
        self.write("0003_t.up.sql", "INSERT INTO t1 VALUES (1);\n")
        self.write("0003_t.check.sql", "SELECT * FROM t1;\n")
        self.write_many(1, 4)
        self.apply(5)
        self.assertEqual(([], []), (self.tables(), self.versions()))

    def test_what_needs_no_transaction_is_refused(self):
        self.write_many(1)
        self.write("0002_i.sql", "-- lockgate: transaction=off\nVACUUM;\n")
        result = self.apply(2)
        self.assertIn("migrations/0002_i.sql:1", result.err)
        self.assertIn("leave --single-transaction out", result.err)
        for command in ("plan", "verify"):
            self.expect(2, command, "--single-transaction", "--db", self.db)
            self.expect(0, command, "--db", self.db)
        self.assertEqual([], self.tables())

    def test_each_begins_with_a_new_session(self):
        self.execute("CREATE SCHEMA other")
        self.write("1_a.sql", "SET search_path = other;\nCREATE TABLE x (i int);\nCREATE TEMP TABLE y (i int);\n"
                              "SET ROLE pg_monitor;\n")
        self.write("2_b.sql", "CREATE TABLE x (i int);\nCREATE TABLE y (i int);\n")
        self.apply(0, "--policy", "first=allow")
        self.assertEqual(["x", "y"], self.tables())

    def test_savepoints_that_stay_open(self):
        """Of a check, and of a script: what comes behind them is in a subtransaction."""
        self.write_many(1)
        self.write("0002_t.up.sql", "CREATE TABLE t2 (id int);\nSAVEPOINT mine;\n")
        self.write("0002_t.check.sql", "SELECT 1 FROM t2;\n")
        self.write_many(2, 3)
        self.assertEqual(4, len(self.apply(0).json["applied"]))
        self.assertEqual(4, len(self.tables()))

    def test_a_script_that_ends_it(self):
        self.write_many(2)
        self.write("0003_t.sql", "DO $$ BEGIN EXECUTE 'COMMIT'; END $$;\n")
        self.apply(5)
        self.assertEqual(([], []), (self.tables(), self.versions()))

    def test_a_terminated_backend(self):
        self.write_many(3)
        self.write("0004_t.sql", "SELECT pg_terminate_backend(pg_backend_pid());\n")
        self.apply(3)
        self.assertEqual(([], []), (self.tables(), self.versions()))

    def test_what_passes_is_tried_again(self):
        self.execute("CREATE TABLE busy (x int)")
        self.write_many(1)
        self.write("0002_t.sql", "ALTER TABLE busy ADD COLUMN y int;\n")
        blocker = self.connect(self.db)
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE busy")
        process = self.start("apply", "--single-transaction", "--db", self.db, "--lock-timeout", "100ms", "--policy",
                             "first=allow")
        self.addCleanup(process.kill)
        while b"trying again" not in (line := process.stderr.readline()):
            self.assertTrue(line)
        self.assertIn(b"lock timeout", line)
        blocker.rollback()
        _, err = process.communicate(timeout=60)
        self.assertEqual(0, process.returncode, err)
        self.assertEqual(["busy", "t1"], self.tables())

    def test_run_takes_it_too(self):
        self.write_many(2)
        self.expect(0, "run", "--single-transaction", "--db", self.db, "--", "touch", "started")
        self.assertTrue((self.folder / "started").exists())
