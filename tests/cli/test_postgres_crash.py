# SPDX-License-Identifier: MIT
"""
Runs that end in the middle: the client killed, the backend terminated, the connection cut, the server restarted.
Nothing is half recorded, nothing runs twice, nothing is lost, and the next run goes on.
"""
import os
import random
import threading
import time

import psycopg2

from postgres import OwnCluster, PostgresTest, query
from relay import Relay

MIGRATIONS = 40
ROUNDS = 6


class CrashTest(PostgresTest):
    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("LOCKGATE_TEST_SEED", str(random.randrange(1 << 30))))
        self.random = random.Random(seed)
        print(f"seed {seed}")
        for version in range(1, MIGRATIONS + 1):
            log = "CREATE TABLE log (n int);\n" if version == 1 else ""
            self.write(f"{version}_t.sql", f"CREATE TABLE t{version} (x int);\n{log}"
                       f"INSERT INTO log VALUES ({version});\n")

    def time_of_apply(self, url):
        started = time.monotonic()
        self.expect(0, "apply", "--db", url)
        return time.monotonic() - started

    def check_history(self, url):
        """Each row that stands has its table and its one line in the log, and the other way round."""
        if not query(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'lockgate'"):
            return
        rows = {int(row[0]) for row in query(url, "SELECT version FROM lockgate.migration WHERE state = 'applied'")}
        tables = {int(row[0]) for row in query(
            url, "SELECT substr(tablename, 2) FROM pg_tables WHERE tablename ~ '^t[0-9]+$'")}
        log = [row[0] for row in query(url, "SELECT n FROM log ORDER BY n")] if rows else []
        self.assertEqual((rows, sorted(rows)), (tables, log))
        self.assertEqual([], query(url, "SELECT version FROM lockgate.migration WHERE state = 'running'"))

    def break_some(self, url, harm, whole, codes, own=None):
        """`harm` is done to a run within the time that a whole one takes, until one run gets through."""
        for _ in range(ROUNDS):
            process = self.start("apply", "--db", own or url)
            time.sleep(self.random.uniform(0, whole))
            harm(process)
            _, err = process.communicate(timeout=120)
            self.assertIn(process.returncode, codes, err.decode())
            self.wait_for_orphans(url)
            self.check_history(url)
        self.expect(0, "apply", "--db", url)
        self.check_history(url)
        self.assertEqual([(MIGRATIONS, MIGRATIONS)],
                         query(url, "SELECT count(*), count(DISTINCT position) FROM lockgate.migration"))
        self.expect(0, "verify", "--db", url)

    def wait_for_orphans(self, url):
        """A backend ends its statement before it notices that its client has gone."""
        for _ in range(500):
            if not query(url, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                              "AND application_name LIKE 'lockgate%'"):
                return
            time.sleep(0.02)
        self.fail("a session stays")

    def whole_time(self):
        return self.time_of_apply(self.cluster.url(self.make_database()))


class ClientTest(CrashTest):
    def test_killed(self):
        self.break_some(self.db, lambda process: process.kill(), self.whole_time(), (0, -9))

    def test_killed_between_statements_without_a_transaction(self):
        for path in (self.folder / "migrations").iterdir():
            path.unlink()
        self.write("1_off.sql", "-- lockgate: transaction=off\nCREATE TABLE log (n int);\n" + "".join(
            f"INSERT INTO log VALUES ({n});\n" for n in range(1, 101)))
        whole = self.whole_time()
        for _ in range(ROUNDS):
            process = self.start("apply", "--db", self.db)
            time.sleep(self.random.uniform(0, whole))
            process.kill()
            process.communicate()
            self.wait_for_orphans(self.db)
            if self.run_it("verify", "--db", self.db).code == 1:
                self.decide()
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(n,) for n in range(1, 101)], self.sql("SELECT n FROM log ORDER BY n"))

    def decide(self):
        """A statement that may have run is not run again unasked; who looks at the table can tell."""
        done = self.sql("SELECT statements_done FROM lockgate.migration")[0][0]
        in_log = self.sql("SELECT count(*) FROM log")[0][0] if "log" in self.tables() else -1
        self.assertIn(in_log - (done - 1), (0, 1))
        self.expect(0, "resolve", "1", "migrations", "--done" if in_log == done else "--retry", "--db", self.db)


class BackendTest(CrashTest):
    def test_terminated(self):
        def terminate(_):
            self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                     "AND application_name LIKE 'lockgate%'")

        self.break_some(self.db, terminate, self.whole_time(), (0, 3))

    def test_terminated_in_a_statement_names_the_migration(self):
        self.write(f"{MIGRATIONS + 1}_slow.sql", "CREATE TABLE slow (x int);\nSELECT pg_sleep(60);\n")
        process = self.start("apply", "--db", self.db)
        while not self.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND wait_event = 'PgSleep'"):
            time.sleep(0.05)
        _, err = process.communicate(timeout=60)
        self.assertEqual(3, process.returncode, err.decode())
        self.assertIn(f"{MIGRATIONS + 1}_slow.sql", err.decode())
        self.assertNotIn("slow", self.tables())
        self.expect(0, "verify", "--db", self.db)


class NetworkTest(CrashTest):
    def test_cut(self):
        with Relay(self.cluster.port) as relay:
            far = self.cluster.tcp_url(self.database, port=relay.port)
            self.break_some(self.db, lambda _: relay.cut(), self.whole_time(), (0, 3), own=far)

    def test_cut_for_good(self):
        """Behind the cut nobody answers any more, so the run cannot find out; the next one can."""
        with Relay(self.cluster.port) as relay:
            whole = self.time_of_apply(self.cluster.tcp_url(self.make_database(), port=relay.port))
            process = self.start("apply", "--db", self.cluster.tcp_url(self.database, port=relay.port))
            time.sleep(self.random.uniform(whole / 3, whole))
            relay.accepts = False
            relay.cut()
            _, err = process.communicate(timeout=120)
            self.assertIn(process.returncode, (0, 3), err.decode())
        self.expect(0, "apply", "--db", self.db)
        self.check_history(self.db)


class ServerTest(CrashTest):
    def test_restarted(self):
        with OwnCluster() as cluster:
            query(cluster.url(), "CREATE DATABASE timing")
            query(cluster.url(), "CREATE DATABASE crash")
            whole = self.time_of_apply(cluster.url("timing"))
            self.break_some(cluster.url("crash"), lambda _: cluster.restart(), whole, (0, 3))

    def test_waiting_for_a_server_that_comes_up(self):
        with OwnCluster() as cluster:
            cluster.stop()
            self.expect(3, "apply", "--db", cluster.url())
            timer = threading.Timer(1, cluster.restart)
            timer.start()
            self.addCleanup(timer.join)
            self.expect(0, "apply", "--wait-db", "60s", "--db", cluster.url())
            with self.assertRaises(psycopg2.Error):
                query(cluster.url(), "CREATE TABLE t1 (x int)")
            timer.join()
