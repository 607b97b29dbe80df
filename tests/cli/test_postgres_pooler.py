# SPDX-License-Identifier: MIT
"""Behind PgBouncer, which may give each transaction another backend: nothing twice, and nothing left behind."""
import threading

from pgbouncer import PgBouncer
from postgres import PostgresTest

SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout', 'search_path', " \
    "'idle_in_transaction_session_timeout', 'standard_conforming_strings', 'role', 'session_authorization', " \
    "'default_transaction_read_only', 'client_connection_check_interval') ORDER BY name"


class PoolerTest(PostgresTest):
    mode = "transaction"

    def setUp(self):
        super().setUp()
        self.pooler = PgBouncer(self.cluster, self.mode, pool_size=4)
        self.pooler.__enter__()
        self.addCleanup(self.pooler.__exit__)
        self.pooled = self.pooler.url(self.database)

    def write_many(self, first, last):
        for version in range(first, last + 1):
            log = "CREATE TABLE log (n int);\n" if version == 1 else ""
            self.write(f"{version}_t.sql", f"{log}INSERT INTO log VALUES ({version});\n")

    def settings_of_pool(self):
        """Of each backend that the pooler keeps; application names are its own business."""
        sessions = [self.connect(self.pooled) for _ in range(4)]
        found = []
        for session in sessions:
            with session.cursor() as cursor:
                cursor.execute(SETTINGS)
                found.append(cursor.fetchall())
        for session in sessions:
            session.rollback()
            session.close()
        return found

    def expect_nothing_left(self, before):
        self.assertEqual([], self.advisory_locks())
        self.assertEqual(before, self.settings_of_pool())
        self.assertEqual([], self.sql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                                      "AND state LIKE 'idle in transaction%'"))


class TransactionModeTest(PoolerTest):
    def test_two_runners(self):
        self.write_many(1, 200)
        before = self.settings_of_pool()
        processes = [self.start("apply", "--db", self.pooled) for _ in range(2)]
        for process in processes:
            _, err = process.communicate(timeout=120)
            self.assertEqual(0, process.returncode, err.decode())
        self.assertEqual([(n,) for n in range(1, 201)], self.sql("SELECT n FROM log ORDER BY n"))
        self.assertEqual([(200, 200)], self.sql("SELECT count(*), count(DISTINCT position) FROM lockgate.migration "
                                              "WHERE state = 'applied'"))
        self.expect_nothing_left(before)

    def test_runners_among_busy_clients(self):
        """A backend that other clients hold at the moment must not pass for one of this session's own."""
        self.write_many(1, 30)
        stop = threading.Event()
        clients = [threading.Thread(target=self.keep_busy, args=(stop,)) for _ in range(4)]
        for client in clients:
            client.start()
        try:
            processes = [self.start("apply", "--db", self.pooled) for _ in range(3)]
            ends = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
        finally:
            stop.set()
            for client in clients:
                client.join()
        self.assertEqual([0] * 3, [code for _, code in ends], ends)
        self.assertEqual([(n,) for n in range(1, 31)], self.sql("SELECT n FROM log ORDER BY n"))
        self.assertEqual([], self.advisory_locks())

    def keep_busy(self, stop):
        session = self.connect(self.pooled)
        session.autocommit = True
        with session.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("SELECT pg_sleep(0.001 * random())")

    def test_one_runner_at_the_pooler_and_one_at_the_server(self):
        self.write_many(1, 60)
        before = self.settings_of_pool()
        processes = [self.start("apply", "--db", url) for url in (self.pooled, self.db)]
        for process in processes:
            _, err = process.communicate(timeout=120)
            self.assertEqual(0, process.returncode, err.decode())
        self.assertEqual([(n,) for n in range(1, 61)], self.sql("SELECT n FROM log ORDER BY n"))
        self.expect_nothing_left(before)

    def test_settings_and_failures_stay_inside(self):
        self.write_many(1, 1)
        self.expect(0, "apply", "--db", self.pooled)
        before = self.settings_of_pool()
        self.write("2_set.sql", "SET lock_timeout = '77s';\nSET search_path = pg_catalog;\nSET ROLE pg_monitor;\n")
        self.expect(0, "apply", "--db", self.pooled)
        self.write("3_bad.sql", "SET statement_timeout = '99s';\nSELECT 1 / 0;\n")
        self.expect(5, "apply", "--db", self.pooled)
        self.expect_nothing_left(before)

    def test_without_a_transaction_it_is_refused(self):
        self.write_many(1, 2)
        self.write("3_off.sql", "-- lockgate: transaction=off\nCREATE INDEX CONCURRENTLY i ON log (n);\n")
        result = self.expect(3, "apply", "--db", self.pooled)
        self.assertIn("pooler", result.err)
        self.assertIn("--db", result.err)
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM lockgate.migration"))
        self.assertEqual([], self.sql("SELECT 1 FROM pg_class WHERE relname = 'i'"))
        self.expect(0, "apply", "--db", self.db)

    def test_reading_and_reverting(self):
        self.write("1_t.up.sql", "CREATE TABLE t (x int);\n")
        self.write("1_t.down.sql", "DROP TABLE t;\n")
        self.assertEqual(1, self.expect(0, "verify", "--db", self.pooled, "--json").json["pending"])
        self.expect(0, "apply", "--db", self.pooled)
        self.expect(0, "status", "--db", self.pooled)
        self.expect(0, "revert", "--all", "--db", self.pooled)
        self.assertEqual(set(), self.tables())


class SessionModeTest(PoolerTest):
    mode = "session"

    def test_everything_as_without_it(self):
        self.write_many(1, 5)
        self.write("6_off.sql", "-- lockgate: transaction=off\nCREATE INDEX CONCURRENTLY i ON log (n);\n")
        self.expect(0, "apply", "--db", self.pooled)
        self.assertEqual([(True,)], self.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"))
        self.assertEqual([], self.advisory_locks())
