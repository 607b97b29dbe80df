# SPDX-License-Identifier: MIT
"""One run at a time on PostgreSQL: who holds the lock, what waits for it, and how it is taken away."""
import json
import os
import signal
import time

from postgres import PostgresTest

SLOW = "CREATE TABLE before (x int);\nSELECT pg_sleep(60);\n"


class SlowTest(PostgresTest):
    """A run that is in the middle of its second migration."""

    def setUp(self):
        super().setUp()
        self.write("1_quick.sql", "CREATE TABLE quick (x int);\n")
        self.write("2_slow.sql", SLOW)

    def start_slow(self, *more):
        process = self.start("apply", "--db", self.db, *more)
        self.addCleanup(self.end, process)
        for _ in range(500):
            if self.sql("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"):
                return process
            time.sleep(0.02)
        self.fail(f"the slow migration did not begin: {process.poll()}")

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def backend(self):
        holders = self.advisory_locks()
        self.assertEqual(1, len(holders))
        return holders[0]


class HolderTest(SlowTest):
    def test_who_waits_is_told_for_whom(self):
        process = self.start_slow()
        started = time.monotonic()
        result = self.expect(4, "apply", "--db", self.db, "--lock-wait", "300ms")
        self.assertLess(time.monotonic() - started, 60)
        for text in (f"process {self.backend()}", "postgres", os.uname().nodename[:31], "2", "lockgate lock"):
            self.assertIn(text, result.err)
        self.assertIn("waiting for the lock", result.err)
        for command in (["revert", "--all"], ["init"], ["resolve", "1", "--reverted"],
                        ["adopt", "migrations", "--to", "1"]):
            self.expect(4, *command, "--db", self.db, "--lock-wait", "50ms")
        self.assertIsNone(process.poll())

    def test_lock_json(self):
        self.assertEqual({"held": False, "holder": None}, self.expect(0, "lock", "--db", self.db, "--json").json)
        self.start_slow()
        document = self.expect(0, "lock", "--db", self.db, "--json").json
        self.assertTrue(document["held"])
        self.assertEqual({"pid", "user", "application", "host", "since", "migration"}, set(document["holder"]))
        self.assertEqual((self.backend(), "postgres", "lockgate", "2"),
                         tuple(document["holder"][key] for key in ("pid", "user", "application", "migration")))
        self.assertIn(str(self.backend()), self.expect(0, "lock", "--db", self.db).out)

    def test_a_stranger_sees_the_holder_too(self):
        self.start_slow()
        role = self.make_role()
        document = self.expect(0, "lock", "--db", self.url_of(role), "--json").json
        self.assertEqual((self.backend(), "2"), (document["holder"]["pid"], document["holder"]["migration"]))

    def test_other_projects_do_not_wait(self):
        self.start_slow()
        self.write("1_other.sql", "CREATE TABLE other (x int);\n", "elsewhere")
        self.expect(0, "apply", "elsewhere", "--project", "other", "--policy", "first=allow", "--db", self.db,
                    "--lock-wait", "1ms")

    def test_reading_does_not_wait(self):
        self.start_slow()
        self.assertEqual([], self.expect(0, "verify", "--db", self.db, "--json").json["findings"])
        self.expect(0, "status", "--db", self.db)


class BreakTest(SlowTest):
    def test_break_ends_the_session(self):
        process = self.start_slow("--json")
        backend = self.backend()
        self.expect(2, "lock", "--db", self.db, "--break")
        self.expect(0, "lock", "--db", self.db, "--break", "--reason", "stuck for hours", "--yes")
        out, err = process.communicate(timeout=60)
        self.assertEqual((3, "undecided"), (process.returncode, json.loads(out)["outcome"]), err)
        self.assertEqual({"quick"}, self.tables())
        event = self.sql("SELECT detail FROM lockgate.event WHERE what = 'lock broken'")[0][0]
        self.assertIn("stuck for hours", event)
        self.assertIn(str(backend), event)
        self.assertFalse(self.expect(0, "lock", "--db", self.db, "--json").json["held"])
        self.write("2_slow.sql", "CREATE TABLE after (x int);\n")
        self.expect(0, "apply", "--db", self.db)

    def test_break_of_nothing(self):
        self.expect(0, "init", "--db", self.db)
        self.expect(0, "lock", "--db", self.db, "--break", "--reason", "why not", "--yes")

    def test_break_without_the_right(self):
        process = self.start_slow()
        role = self.make_role()
        result = self.expect(3, "lock", "--db", self.url_of(role), "--break", "--reason", "mine", "--yes")
        self.assertIn("pg_signal_backend", result.err)
        self.assertIsNone(process.poll())


class SignalTest(SlowTest):
    def test_a_signal_cancels_the_statement(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start_slow("--json")
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
            self.assertEqual((128 + number, "cancelled"), (process.returncode, json.loads(out)["outcome"]), err)
            self.assertEqual({"quick"}, self.tables())
            self.assertEqual([("cancelled",)], self.sql("SELECT outcome FROM lockgate.batch ORDER BY id DESC LIMIT 1"))
            self.assertEqual([], self.codes(self.expect(0, "verify", "--db", self.db, "--json")))
            self.assertEqual([], self.advisory_locks())


class TogetherTest(PostgresTest):
    RUNS = 8

    def run_at_once(self, *arguments):
        processes = [self.start(*arguments) for _ in range(self.RUNS)]
        for process in processes:
            _, err = process.communicate(timeout=120)
            self.assertEqual(0, process.returncode, err.decode())

    def test_eight_runs_with_an_index_built_concurrently(self):
        self.write("1_t.sql", "CREATE TABLE t (x int);\nINSERT INTO t SELECT generate_series(1, 20000);\n")
        for version in range(2, 12):
            self.write(f"{version}_row.sql", f"INSERT INTO t VALUES ({-version});\n")
        self.write("12_i.sql", "-- lockgate: transaction=off\nCREATE INDEX CONCURRENTLY i ON t (x);\n"
                   "CREATE UNIQUE INDEX CONCURRENTLY u ON t (x, (x + 1));\n")
        self.write("13_row.sql", "INSERT INTO t VALUES (-13);\n")
        self.run_at_once("apply", "--db", self.db)
        self.assertEqual([(20011, -13)], self.sql("SELECT count(*), min(x) FROM t"))
        self.assertEqual([("i", True), ("u", True)], self.sql(
            "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1"))
        self.assertEqual([(13, 13, 13)], self.sql(
            "SELECT count(*), count(DISTINCT position), count(*) FILTER (WHERE state = 'applied') "
            "FROM lockgate.migration"))
        self.assertEqual([("apply", "ok")], self.sql("SELECT action, outcome FROM lockgate.batch"))
        self.assertEqual([], self.advisory_locks())

    def test_simultaneous_init(self):
        self.run_at_once("init", "--db", self.db)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate.format"))
