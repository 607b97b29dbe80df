# SPDX-License-Identifier: MIT
"""`lockgate run`: the schema first, then CMD, which finds its process as lockgate had found it."""
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

from program import LOCKGATE, ProgramTest

SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")
# What a program can see of how it was started, as JSON.
LOOK = """
import json, os, resource, sys
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
descriptors = {}
for name in os.listdir("/proc/self/fd"):
    try:
        descriptors[int(name)] = os.readlink("/proc/self/fd/" + name)
    except FileNotFoundError:
        pass
print(json.dumps({
    "pid": os.getpid(), "arguments": sys.argv[1:], "environment": dict(os.environ), "descriptors": descriptors,
    "blocked": int(status["SigBlk"], 16), "ignored": int(status["SigIgn"], 16), "pending": int(status["ShdPnd"], 16),
    "core": resource.getrlimit(resource.RLIMIT_CORE)}))
"""


def bits(*signals):
    return sum(1 << (number - 1) for number in signals)


# Python ignores these by itself, so a program written in it says nothing of them.
PIPE = bits(signal.SIGPIPE, signal.SIGXFSZ)


class RunTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n")

    def run_with(self, code, *arguments, program=("echo", "started"), **options):
        return self.expect(code, "run", "--db", self.db, *arguments, "--", *program, **options)

    LOOKING = (sys.executable, "-c", LOOK, "one", "two words", "")

    def look(self, *arguments, **options):
        return json.loads(self.run_with(0, *arguments, program=self.LOOKING, **options).out)

    def look_without_us(self, env=None, **options):
        """What the program sees when it is started directly."""
        return json.loads(subprocess.run(self.LOOKING, check=True, capture_output=True, env=self.environment(env),
                                         stdin=subprocess.DEVNULL, **options).stdout)

    def expect_no_trace(self, **options):
        seen, expected = self.look(**options), self.look_without_us(**options)
        for key in ("blocked", "ignored", "pending", "core"):
            self.assertEqual(expected[key], seen[key], key)
        return seen

    def wait_for(self, condition, what):
        for _ in range(1000):
            if condition():
                return
            time.sleep(0.01)
        self.fail(f"{what} did not happen")

    def start_run(self, *arguments, program=("echo", "started"), **options):
        process = self.start("run", "--db", self.db, *arguments, "--", *program, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()


class LaunchTest(RunTest):
    def test_the_schema_is_there_when_the_program_starts(self):
        query = f"import sqlite3; print(sqlite3.connect({str(self.folder / 'app.db')!r}).execute('SELECT * FROM a').fetchall())"
        result = self.run_with(0, program=(sys.executable, "-c", query))
        self.assertEqual("[]\n", result.out)
        self.assertIn("1 applied", result.err)

    def test_stdout_is_the_programs(self):
        for _ in range(2):
            self.assertEqual("started\n", self.run_with(0).out)

    def test_the_process_becomes_the_program(self):
        process = self.start_run(program=(sys.executable, "-c", "import os; print(os.getpid())"))
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.pid, int(out))

    def test_exit_codes_are_the_programs(self):
        for code in (0, 1, 3, 5, 77, 255):
            self.run_with(code, program=("sh", "-c", f"exit {code}"))
        self.assertEqual(-signal.SIGUSR1, self.run_it("run", "--db", self.db, "--", "sh", "-c", "kill -USR1 $$").code)

    def test_arguments_reach_it_as_they_are(self):
        self.assertEqual(["one", "two words", ""], self.look()["arguments"])
        result = self.run_with(0, program=("echo", "--db", "x", "--json", "--help", "--", "-q"))
        self.assertEqual("--db x --json --help -- -q\n", result.out)

    def test_source_may_be_left_out_or_named(self):
        self.assertEqual("started\n", self.run_with(0, "migrations").out)
        self.expect(0, "bundle", "--dialect", "sqlite")
        self.assertEqual("started\n", self.run_with(0, "app.lockgate").out)
        self.write("lockgate.ini", "source = elsewhere\n", ".")
        self.assertIn("elsewhere", self.run_with(3).err)

    def test_it_is_found_by_path(self):
        script = self.write("program", "#!/bin/sh\necho mine\n", "bin")
        script.chmod(0o755)
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.assertEqual("mine\n", self.run_with(0, program=("program",), env={"PATH": path}).out)

    def test_what_cannot_be_started(self):
        result = self.run_with(127, program=("no-such-program",))
        self.assertIn("no-such-program", result.err)
        self.write("text", "no program\n", ".")
        self.assertIn("'./text'", self.run_with(126, program=("./text",)).err)
        self.assertIn(str(self.folder), self.run_with(126, program=(self.folder,)).err)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_missing_program(self):
        for arguments in ([], ["--"]):
            result = self.expect(2, "run", "--db", self.db, *arguments)
            self.assertIn("-- CMD", result.err)
        self.assertFalse((self.folder / "app.db").exists())
        self.expect(2, "run", "migrations", "extra", "--db", self.db, "--", "true")
        self.expect(2, "run", "--", "true")

    def test_json_is_printed_before_it_starts(self):
        decoder = json.JSONDecoder()
        out = self.run_with(0, "--json", program=("echo", "started")).out
        document, end = decoder.raw_decode(out)
        self.assertEqual(("run", "ok", 0, ["1"]), (document["command"], document["outcome"], document["exit_code"],
                                                   [item["version"] for item in document["applied"]]))
        self.assertEqual("started", out[end:].strip())
        # The program's own options are not ours.
        self.assertEqual("--json\n", self.run_with(0, program=("echo", "--json")).out)

    def test_quiet(self):
        self.assertNotIn("[1/1]", self.run_with(0, "-q").err)
        self.write("2_bad.sql", "SELECT nonsense;\n")
        self.assertNotIn("not started", self.run_with(5, "-q").err)


class InheritanceTest(RunTest):
    def test_environment(self):
        env = {"LOCKGATE_DB": "sqlite:" + str(self.folder / "other.db"), "LOCKGATE_LOCK_WAIT": "1s",
               "LOCKGATE_UNKNOWN": "x", "LOCKGATE_OUTCOME": "forged", "DATABASE_URL": "postgres://its/own",
               "LOCKGATEKEEPER": "kept", "MY_LOCKGATE_DB": "kept too"}
        seen = self.look(env=env)["environment"]
        self.assertEqual({"LOCKGATE_OUTCOME": "ok"},
                         {key: value for key, value in seen.items() if key.startswith("LOCKGATE_")})
        for key in ("DATABASE_URL", "LOCKGATEKEEPER", "MY_LOCKGATE_DB", "PATH"):
            self.assertEqual(self.environment(env)[key], seen[key])

    def test_signals_are_as_they_were(self):
        self.expect_no_trace()

        def prepare():
            for number in (signal.SIGHUP, signal.SIGUSR2):
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1})

        seen = self.expect_no_trace(preexec_fn=prepare)
        self.assertEqual(bits(signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1), seen["blocked"])
        self.assertEqual(bits(signal.SIGHUP, signal.SIGUSR2), seen["ignored"] & bits(*range(1, 32)) & ~PIPE)

    def test_a_broken_pipe_ends_the_program(self):
        for ignored in (False, True):
            result = self.run_with(0, program=("sed", "-n", "s/^SigIgn:.//p", "/proc/self/status"),
                                   preexec_fn=lambda value=ignored: signal.signal(
                                       signal.SIGPIPE, signal.SIG_IGN if value else signal.SIG_DFL))
            self.assertEqual(ignored, bool(int(result.out, 16) & bits(signal.SIGPIPE)))

    def test_core_files(self):
        # A sanitizer switches core files off before main() begins.
        env = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":disable_coredump=0"}
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        for soft in (0, 4096):
            if hard != resource.RLIM_INFINITY and soft > hard:
                continue
            seen = self.expect_no_trace(
                env=env, preexec_fn=lambda value=soft: resource.setrlimit(resource.RLIMIT_CORE, (value, hard)))
            self.assertEqual([soft, hard], seen["core"])

    def test_descriptors(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        for mode in ("apply", "verify", "wait"):
            seen = self.look("--mode", mode, pass_fds=(reader,))["descriptors"]
            # 0, 1, 2, what was handed to us, and the folder that the program reads just now.
            mine = {number: name for number, name in seen.items() if "/proc/" not in name}
            self.assertEqual({"0", "1", "2", str(reader)}, set(mine), seen)

    def test_the_lock_is_free(self):
        process = self.start_run(program=("sleep", "60"))
        self.wait_for(lambda: pathlib.Path(f"/proc/{process.pid}/comm").read_text() == "sleep\n", "exec")
        self.assertFalse(self.expect(0, "lock", "--db", self.db, "--json").json["held"])
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.expect(0, "apply", "--db", self.db, "--lock-wait", "100ms")


class OutcomeTest(RunTest):
    PROGRAM = ("sh", "-c", "echo $LOCKGATE_OUTCOME")

    def expect_start(self, code, outcome, *arguments):
        """Without --start-on nothing starts and the code is ours; with it the program does."""
        others = {"failed", "undecided", "refused"} - {outcome}
        for more in ([], ["--start-on", ",".join(sorted(others))]):
            result = self.run_with(code, *arguments, *more, program=self.PROGRAM)
            self.assertEqual("", result.out)
            self.assertIn("not started", result.err)
        for start_on in (outcome, "failed,undecided,refused"):
            result = self.run_with(0, *arguments, "--start-on", start_on, program=self.PROGRAM)
            self.assertEqual(outcome + "\n", result.out)
            self.assertIn("all the same", result.err)

    def expect_no_start(self, code, *arguments, **options):
        result = self.run_with(code, *arguments, "--start-on", "failed,undecided,refused", program=self.PROGRAM,
                               **options)
        self.assertEqual("", result.out)

    def test_failed(self):
        self.write("2_bad.sql", "SELECT nonsense;\n")
        self.expect_start(5, "failed")

    def test_refused(self):
        self.run_with(0)
        self.write("1_a.sql", "CREATE TABLE a (y);\n")
        self.expect_start(1, "refused")

    def test_undecided(self):
        (self.folder / "app.db").write_text("this is no database, whatever its name may say" * 100)
        self.expect_start(3, "undecided")

    def test_bad_bundle_never_starts(self):
        self.write("1_b.sql", "the same version twice")
        self.expect_no_start(7)

    def test_usage_never_starts(self):
        self.expect_no_start(2, "--policy", "order=maybe")
        self.expect_no_start(2, "--project", "two words")
        self.expect_no_start(2, env={"LOCKGATE_LOCK_WAIT": "soon"})

    def test_locked_never_starts(self):
        self.write("2_slow.sql", SLOW)
        holder = self.start("apply", "--db", self.db)
        self.addCleanup(self.end, holder)
        self.wait_for(lambda: self.run_it("lock", "--db", self.db, "--json").json["held"], "the lock")
        self.expect_no_start(4, "--lock-wait", "50ms")

    def test_bad_lists(self):
        for words in ("ok", "bad-bundle", "usage", "locked", "cancelled", "failed,", ",failed", "failed,,refused",
                      "failed refused", "fail", "FAILED", ""):
            result = self.expect(2, "run", "--db", self.db, "--start-on", words, "--", "true")
            self.assertIn("start", result.err)
        self.assertFalse((self.folder / "app.db").exists())

    def test_from_the_environment(self):
        self.write("2_bad.sql", "SELECT nonsense;\n")
        result = self.run_with(0, program=self.PROGRAM, env={"LOCKGATE_START_ON": "failed"})
        self.assertEqual("failed\n", result.out)

    def test_json_of_an_outcome(self):
        self.write("2_bad.sql", "SELECT nonsense;\n")
        document = self.run_with(5, "--json").json
        self.assertEqual(("failed", 5, "2"), (document["outcome"], document["exit_code"], document["error"]["version"]))


class ModeTest(RunTest):
    def test_unknown_mode(self):
        err = self.run_with(2, "--mode", "check").err
        for word in ("'check'", "apply", "verify", "wait"):
            self.assertIn(word, err)

    def test_verify(self):
        result = self.run_with(1, "--mode", "verify")
        self.assertEqual("", result.out)
        self.assertIn("pending", result.err)
        self.assertFalse((self.folder / "app.db").exists())
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual("started\n", self.run_with(0, "--mode", "verify").out)
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.assertEqual(["pending"], self.codes(self.run_with(1, "--mode", "verify", "--json")))
        self.assertEqual("started\n", self.run_with(0, "--mode", "verify", "--policy", "pending=allow").out)
        self.write("1_a.sql", "CREATE TABLE a (y);\n")
        self.assertEqual("", self.run_with(1, "--mode", "verify", "--policy", "pending=allow").out)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_wait_for_another_process(self):
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        waiter = self.start_run("--mode", "wait")
        line = b""
        while b"waiting for others" not in line:
            line = waiter.stderr.readline()
            self.assertTrue(line)
        self.assertFalse((self.folder / "app.db").exists())
        # First one of them, by a build that has no more; then all.
        (self.folder / "old").mkdir()
        (self.folder / "old" / "1_a.sql").write_text("CREATE TABLE a (x);\n")
        self.expect(0, "apply", "old", "--db", self.db)
        time.sleep(0.5)
        self.assertIsNone(waiter.poll())
        self.expect(0, "apply", "--db", self.db)
        out, err = waiter.communicate(timeout=30)
        self.assertEqual((0, b"started\n"), (waiter.returncode, out), err)

    def test_wait_is_over(self):
        started = time.monotonic()
        result = self.run_with(1, "--mode", "wait", "--wait-schema", "300ms")
        self.assertLess(time.monotonic() - started, 60)
        self.assertEqual("", result.out)
        for word in ("pending", "1 a", "not started"):
            self.assertIn(word, result.err)
        document = self.run_with(1, "--mode", "wait", "--wait-schema", "0", "--json", "--policy", "pending=allow").json
        self.assertEqual((["pending"], 1, "refused"), (
            [finding["code"] for finding in document["findings"]], document["pending"], document["outcome"]))
        self.assertEqual(1, len(document["plan"]))

    def test_wait_ends_at_once_where_it_is_hopeless(self):
        self.expect(0, "apply", "--db", self.db)
        self.write("1_a.sql", "CREATE TABLE a (y);\n")
        started = time.monotonic()
        self.assertIn("checksum-changed", self.run_with(1, "--mode", "wait").err)
        self.assertLess(time.monotonic() - started, 60)

    def test_wait_outlives_a_busy_database(self):
        self.expect(0, "apply", "--db", self.db)
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        waiter = self.start_run("--mode", "wait", "--lock-timeout", "10ms")
        while b"waiting for others" not in (line := waiter.stderr.readline()):
            self.assertTrue(line)
        busy = ("import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
                "c.execute('BEGIN EXCLUSIVE'); print(1, flush=True); sys.stdin.read()")
        holder = subprocess.Popen([sys.executable, "-c", busy, str(self.folder / "app.db")], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        holder.stdout.readline()
        while b"waiting for others" not in (line := waiter.stderr.readline()):
            self.assertTrue(line)
        holder.communicate()
        self.expect(0, "apply", "--db", self.db)
        out, err = waiter.communicate(timeout=30)
        self.assertEqual((0, b"started\n"), (waiter.returncode, out), err)

    def test_wait_of_a_bundle_that_is_there(self):
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual("started\n", self.run_with(0, "--mode", "wait").out)


class ReplicaTest(RunTest):
    def test_many_at_once(self):
        for version in range(2, 6):
            self.write(f"{version}_row.sql", f"INSERT INTO a VALUES ({version});\n")
        replicas = [self.start_run() for _ in range(30)]
        applied = 0
        for replica in replicas:
            out, err = replica.communicate(timeout=120)
            self.assertEqual((0, b"started\n"), (replica.returncode, out), err)
            applied += b"applied in batch" in err
        self.assertEqual(1, applied)
        self.assertEqual([(x,) for x in range(2, 6)], self.sql("SELECT x FROM a ORDER BY rowid"))
        self.assertEqual([("apply", "ok")], self.sql("SELECT action, outcome FROM lockgate_batch"))

    def test_whoever_waited_says_who_did_it(self):
        (self.folder / "app.db").touch()
        busy = ("import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
                "c.execute('BEGIN IMMEDIATE'); print(1, flush=True); sys.stdin.read()")
        holder = subprocess.Popen([sys.executable, "-c", busy, str(self.folder / "app.db")], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        holder.stdout.readline()
        first = self.start_run("--lock-timeout", "0")
        self.wait_for((self.folder / "app.db-lockgate").exists, "the lock")
        second = self.start_run("--lock-timeout", "0")
        while b"waiting for the lock" not in (line := second.stderr.readline()):
            self.assertTrue(line)
        holder.communicate()
        self.assertIn(b"1 applied", first.communicate(timeout=60)[1])
        self.assertIn(b"applied by another run", second.communicate(timeout=60)[1])


class SignalTest(RunTest):
    """A signal before exec ends the run: CMD is not started."""

    def start_applying(self, *arguments, **options):
        self.write("2_slow.sql", SLOW)
        process = self.start_run(*arguments, **options)
        self.wait_for(self.is_applying, "the slow migration")
        return process

    def is_applying(self):
        try:
            return (self.folder / "app.db-lockgate").read_text().endswith("migration 2\n")
        except FileNotFoundError:
            return False

    def expect_end(self, process, number):
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        self.assertEqual((128 + number, b""), (process.returncode, out), err)
        return err

    def test_while_applying(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process = self.start_applying()
            self.expect_end(process, number)
            self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))
            self.assertEqual([("cancelled",)], self.sql("SELECT outcome FROM lockgate_batch"))
            for path in self.folder.glob("app.db*"):
                path.unlink()

    def test_while_waiting_for_the_lock(self):
        self.start_applying()
        waiter = self.start_run("--start-on", "failed,undecided,refused")
        while b"waiting for the lock" not in (line := waiter.stderr.readline()):
            self.assertTrue(line)
        self.expect_end(waiter, signal.SIGTERM)

    def test_while_waiting_for_the_schema(self):
        waiter = self.start_run("--mode", "wait", "--start-on", "failed,undecided,refused")
        while b"waiting for others" not in (line := waiter.stderr.readline()):
            self.assertTrue(line)
        self.expect_end(waiter, signal.SIGTERM)

    def test_a_signal_that_was_blocked_or_ignored_at_start(self):
        def prepare():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGALRM})

        self.expect_end(self.start_applying(preexec_fn=prepare), signal.SIGTERM)

    def test_cleaning_up_has_an_end(self):
        """Even what hangs, here on a pipe that nobody reads, ends within the promised time."""
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(writer, True)
        self.write("2_slow.sql", SLOW)
        process = subprocess.Popen([LOCKGATE, "apply", "--db", self.db, "--json", "-q"], cwd=self.folder,
                                   env=self.environment(), stdout=writer, stderr=subprocess.DEVNULL)
        os.close(writer)
        self.addCleanup(process.kill)
        self.wait_for(self.is_applying, "the slow migration")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(143, process.wait(timeout=20))

    def test_no_alarm_reaches_the_program(self):
        result = self.run_with(0, program=(sys.executable, "-c", "import signal; print(signal.alarm(0))"))
        self.assertEqual("0\n", result.out)


class FirstProcessTest(SignalTest):
    """The same as PID 1 of a container, where signals have no default actions."""

    UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--"]

    def start(self, *arguments, env=None, **options):
        if arguments[0] != "run":
            return super().start(*arguments, env=env, **options)
        options.setdefault("cwd", self.folder)
        process = subprocess.Popen([*self.UNSHARE, LOCKGATE, *map(str, arguments)], env=self.environment(env),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.wait_for(lambda: process.poll() is not None or self.child_of(process), "the first process")
        child = self.child_of(process)
        process.send_signal = lambda number: os.kill(child, number)
        return process

    @staticmethod
    def child_of(process):
        path = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            children = path.read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def test_it_is_the_first(self):
        self.assertEqual(1, self.look()["pid"])

    def test_the_program_is_the_first_and_gets_the_signals(self):
        program = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(42))\n" \
                  "print('ready', flush=True)\ntime.sleep(60)\n"
        process = self.start_run(program=(sys.executable, "-c", program))
        self.assertEqual(b"ready\n", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        self.assertEqual(42, process.returncode)


# A process namespace needs rights that not every user and container has.
if subprocess.call([*FirstProcessTest.UNSHARE, "true"], stderr=subprocess.DEVNULL) != 0:
    del FirstProcessTest
