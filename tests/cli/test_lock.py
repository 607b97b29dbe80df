# SPDX-License-Identifier: MIT
"""One run at a time, `lock`, and what a signal does to a run."""
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time

from program import ProgramTest

SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")


class SlowTest(ProgramTest):
    """A run that is in the middle of its second migration."""

    def setUp(self):
        super().setUp()
        self.write("1_quick.sql", "CREATE TABLE quick (x);\n")
        self.write("2_slow.sql", "CREATE TABLE before (x);\n" + SLOW)

    def start_slow(self, *more):
        process = self.start("apply", "--db", self.db, *more)
        self.addCleanup(self.end, process)
        for _ in range(500):
            if self.holder_file().endswith("migration 2\n"):
                time.sleep(0.05)
                return process
            time.sleep(0.01)
        self.fail("the slow migration did not begin")

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def holder_file(self):
        try:
            return (self.folder / "app.db-lockgate").read_text()
        except FileNotFoundError:
            return ""

    def tables(self):
        return [row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE name NOT LIKE '%lockgate%' "
                                           "AND name NOT LIKE 'sqlite_%' AND type = 'table' ORDER BY 1")]


class LockTest(SlowTest):
    def test_a_second_run_names_the_holder(self):
        process = self.start_slow()
        started = time.monotonic()
        result = self.expect(4, "apply", "--db", self.db, "--lock-wait", "200ms")
        self.assertLess(time.monotonic() - started, 60)
        self.assertIn(f"process {process.pid}", result.err)
        self.assertIn("2", result.err)
        self.assertIn("lockgate lock", result.err)
        document = self.expect(4, "apply", "--db", self.db, "--lock-wait", "50ms", "--json").json
        self.assertEqual("locked", document["outcome"])
        for command in (["revert", "--all"], ["init"], ["resolve", "1", "--reverted"],
                        ["adopt", "migrations", "--to", "1"]):
            self.expect(4, *command, "--db", self.db, "--lock-wait", "50ms")

    def test_lock_json(self):
        self.assertEqual({"held": False, "holder": None}, self.expect(0, "lock", "--db", self.db, "--json").json)
        process = self.start_slow()
        document = self.expect(0, "lock", "--db", self.db, "--json").json
        self.assertTrue(document["held"])
        self.assertEqual({"pid", "user", "application", "host", "since", "migration"}, set(document["holder"]))
        self.assertEqual((process.pid, "lockgate", "2"),
                         tuple(document["holder"][key] for key in ("pid", "application", "migration")))
        self.assertIn(str(process.pid), self.expect(0, "lock", "--db", self.db).out)

    def test_reading_does_not_wait(self):
        self.start_slow()
        verdict = self.expect(0, "verify", "--db", self.db, "--json").json
        self.assertEqual([], verdict["findings"])
        self.expect(0, "status", "--db", self.db)

    def test_work_under_way_is_not_dirty(self):
        self.write("2_slow.sql", "-- lockgate: transaction=off\n" + SLOW)
        self.start_slow()
        self.assertEqual([], self.expect(0, "verify", "--db", self.db, "--json").json["findings"])

    def test_no_op_does_not_wait(self):
        self.start_slow()
        self.expect(0, "init", "--db", "sqlite:other.db")
        (self.folder / "migrations" / "2_slow.sql").unlink()
        self.expect(0, "apply", "--db", self.db, "--lock-wait", "1ms")

    def test_break(self):
        process = self.start_slow()
        self.expect(2, "lock", "--db", self.db, "--break")
        self.expect(2, "lock", "--db", self.db, "--break", "--reason", "   ".strip())
        self.expect(0, "lock", "--db", self.db, "--break", "--reason", "stuck for hours", "--yes")
        process.communicate(timeout=10)
        self.assertEqual(128 + signal.SIGTERM, process.returncode)
        self.assertEqual(["quick"], self.tables())
        event = self.sql("SELECT detail FROM lockgate_event WHERE what = 'lock broken'")[0][0]
        self.assertIn("stuck for hours", event)
        self.assertIn(str(process.pid), event)
        self.assertFalse(self.expect(0, "lock", "--db", self.db, "--json").json["held"])

    def test_break_of_nothing(self):
        self.expect(0, "init", "--db", self.db)
        self.expect(0, "lock", "--db", self.db, "--break", "--reason", "why not", "--yes")

    def test_break_believes_no_forged_holder(self):
        self.expect(0, "init", "--db", self.db)
        victim = subprocess.Popen(["sleep", "60"])
        self.addCleanup(self.end, victim)
        path = self.folder / "app.db-lockgate"
        path.write_text(f"pid {victim.pid}\nuser x\nhost {os.uname().nodename}\nsince now\nmigration 1\n")
        with open(path, "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            result = self.expect(4, "lock", "--db", self.db, "--break", "--reason", "x", "--yes",
                                 "--lock-wait", "100ms")
            self.assertIn("cannot be reached", result.err)
        self.expect(0, "lock", "--db", self.db, "--break", "--reason", "x", "--yes")
        self.assertIsNone(victim.poll())

    def test_lock_of_a_killed_run_is_free(self):
        process = self.start_slow()
        process.kill()
        process.wait()
        (self.folder / "migrations" / "2_slow.sql").write_text("CREATE TABLE after (x);\n")
        self.expect(0, "apply", "--db", self.db, "--lock-wait", "1s")
        self.assertEqual(["after", "quick"], self.tables())


class SignalTest(SlowTest):
    def check_cancelled(self, number, process, out):
        self.assertEqual(128 + number, process.returncode)
        document = json.loads(out)
        self.assertEqual(("cancelled", 128 + number), (document["outcome"], document["exit_code"]))
        self.assertEqual(["quick"], self.tables())
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))
        self.assertEqual([("cancelled",)], self.sql("SELECT outcome FROM lockgate_batch"))
        self.assertEqual([], self.codes(self.expect(0, "verify", "--db", self.db, "--json")))

    def test_first_signal_cancels(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start_slow("--json")
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
            self.check_cancelled(number, process, out)
            for path in self.folder.glob("app.db*"):
                path.unlink()

    def test_second_signal_ends_at_once(self):
        process = self.start_slow()
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=5)
        self.assertIn(process.returncode, (-signal.SIGINT, -signal.SIGTERM, 130, 143))
        self.assertEqual(["quick"], self.tables())

    def test_signal_while_waiting_for_the_lock(self):
        self.start_slow()
        waiter = self.start("apply", "--db", self.db)
        self.assertIn(b"waiting", waiter.stderr.readline())
        waiter.send_signal(signal.SIGTERM)
        waiter.communicate(timeout=60)
        self.assertEqual(143, waiter.returncode)

    def test_cancelled_journal_goes_on(self):
        self.write("2_slow.sql", "-- lockgate: transaction=off\nCREATE TABLE before (x);\n" + SLOW +
                   "CREATE TABLE last (x);\n")
        process = self.start_slow()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=7)
        self.assertEqual(143, process.returncode)
        self.assertEqual([("running", 1)], self.sql(
            "SELECT state, statements_done FROM lockgate_migration WHERE version = '2'"))
        self.assertEqual([("cancelled",)], self.sql("SELECT outcome FROM lockgate_batch"))
        # It stands between two statements, so the next apply goes on: nobody has to decide.
        verdict = self.expect(0, "verify", "--db", self.db, "--json")
        self.assertEqual(([], 1), (self.codes(verdict), verdict.json["pending"]))


class ArgvTest(SlowTest):
    def test_the_target_is_not_in_argv(self):
        process = self.start_slow()
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            arguments = file.read().split(b"\0")
        self.assertEqual([b"apply", b"--db"], arguments[1:3])
        self.assertEqual({ord("*")}, set(arguments[3]))

    def test_nor_behind_an_equals_sign(self):
        self.start_slow()
        waiter = self.start("apply", f"--db={self.db}", "-q")
        self.addCleanup(self.end, waiter)
        deadline = time.monotonic() + 60
        while b"app.db" in pathlib.Path(f"/proc/{waiter.pid}/cmdline").read_bytes():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
