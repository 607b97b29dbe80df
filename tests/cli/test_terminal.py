# SPDX-License-Identifier: MIT
"""What a terminal shows while a run lasts, and what it shows in the end; plain lines everywhere else."""
import fcntl
import os
import re
import signal
import subprocess
import tempfile
import time

from program import LOCKGATE, ProgramTest
from terminal import TerminalMixin

SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")
ERASE = b"\r\x1b[K"


class LiveTest(TerminalMixin, ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_quick.sql", "CREATE TABLE quick (x);\n")
        self.expect(0, "init", "--db", self.db)

    def hold_lock(self, text="pid 4711\nuser ci\nhost build-7\nsince 2026-01-05T09:30:00.000000Z\nmigration 2\n"):
        """Another run, as far as an SQLite database can tell."""
        path = self.folder / "app.db-lockgate"
        held = open(path, "r+", encoding="utf-8", errors="surrogateescape")
        self.addCleanup(held.close)
        fcntl.lockf(held, fcntl.LOCK_EX)
        held.truncate(0)
        held.write(text)
        held.flush()
        return held

    def slow_run(self, *more, **options):
        self.write("2_slow.sql", "CREATE TABLE before (x);\n" + SLOW)
        terminal = self.on_terminal("apply", "--db", self.db, *more, **options)
        terminal.wait_for(r"^\[2/2\] 2 slow.* \d\.\d s$")
        return terminal

    def test_what_is_short_leaves_no_trace(self):
        terminal = self.on_terminal("apply", "--db", self.db)
        self.assertEqual(0, terminal.finish())
        self.assertNotIn(ERASE[1:], terminal.raw)
        self.assertEqual(["applied: 1 quick", "ok: 1 applied"], [line.split(" (")[0].split(" in ")[0]
                                                                 for line in terminal.lines])

    def test_a_step_ticks_and_a_signal_ends_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            terminal = self.slow_run(columns=80)
            self.assertRegex(terminal.last, r"^\[\d/\d\] 2 slow: statement 2 of 2 0\.\d s$")
            terminal.wait_for(r" 1\.\d s$")
            self.assertEqual(1, len(terminal.lines))
            terminal.send(number)
            self.assertEqual(128 + number, terminal.finish())
            self.assertNotIn("[2/2]", "\n".join(terminal.lines))
            self.assertRegex("\n".join(terminal.lines), "(?s)applied: 1 quick.*lockgate: ")
            self.assertTrue(terminal.raw.endswith(b"\n"))
            self.execute("DROP TABLE quick; DELETE FROM lockgate_migration")

    def test_narrow_and_wide(self):
        for columns in (40, 200):
            terminal = self.slow_run(columns=columns)
            self.assertIn("statement 2 of 2", terminal.last)
            self.assertLess(len(terminal.last), columns)
            terminal.send(signal.SIGINT)
            terminal.finish()
            self.execute("DROP TABLE quick; DELETE FROM lockgate_migration")

    def test_the_width_is_followed(self):
        terminal = self.slow_run(columns=120)
        for columns in (30, 90, 20, 8):
            terminal.resize(columns)
            terminal.read(0.5)
            self.assertLess(len(terminal.last), columns)
            self.assertLessEqual(len(terminal.lines), 1)
        self.assertEqual([], terminal.lines)  # no room
        terminal.resize(80)
        terminal.wait_for(r"statement 2 of 2 \d\.\d s$")
        terminal.send(signal.SIGINT)
        self.assertEqual(130, terminal.finish())

    def test_waiting_for_the_lock(self):
        for columns in (40, 200):
            held = self.hold_lock()
            terminal = self.on_terminal("apply", "--db", self.db, columns=columns)
            terminal.wait_for(r"^waiting for the lock: process 47.*\d\.\d s$")
            if columns == 200:
                self.assertRegex(terminal.last, r"process 4711 of ci on build-7 since "
                                                r"2026-01-05T09:30:00Z, at 2 \d")
            terminal.wait_for(r" 1\.\d s$")
            held.close()
            self.assertEqual(0, terminal.finish())
            self.assertRegex("\n".join(terminal.lines), r"^applied: 1 quick \([\d.]+ ms\)\nok: 1 applied")
            self.execute("DROP TABLE quick; DELETE FROM lockgate_migration")

    def test_a_signal_while_waiting(self):
        self.hold_lock()
        terminal = self.on_terminal("apply", "--db", self.db)
        terminal.wait_for("^waiting for the lock")
        terminal.send(signal.SIGINT)
        self.assertEqual(130, terminal.finish())
        self.assertRegex(terminal.lines[0], "^lockgate: stopped while waiting for the lock")

    def test_the_second_signal_ends_it_at_once_and_cleanly(self):
        terminal = self.slow_run()
        # It cannot clean up: the first signal is held back from whoever waits for the database.
        os.kill(terminal.process.pid, signal.SIGSTOP)
        terminal.send(signal.SIGINT)
        terminal.send(signal.SIGTERM)
        os.kill(terminal.process.pid, signal.SIGCONT)
        self.assertIn(terminal.finish(), (130, 143))
        self.assertNotIn("statement", "\n".join(terminal.lines))

    def test_a_key_that_is_pressed_does_no_harm(self):
        terminal = self.slow_run()
        os.write(terminal.master, b"q\x03")  # the terminal shows them as q^C, and sends SIGINT
        self.assertEqual(130, terminal.finish())
        self.assertNotIn("q", terminal.lines[-1].split("lockgate: ")[0])
        self.assertTrue(any(line.startswith("lockgate: ") for line in terminal.lines), terminal.lines)

    def test_foreign_text_is_shown_and_does_nothing(self):
        self.hold_lock("pid 1\nuser \x1b[2Jevil\u202e\x07\nhost h\nsince x\nmigration \xff\ta\n")
        terminal = self.on_terminal("apply", "--db", self.db, columns=200)
        terminal.wait_for("^waiting for the lock")
        self.assertNotIn(b"\x1b[2J", terminal.raw)
        self.assertNotIn(b"\x07", terminal.raw)
        self.assertNotIn("\u202e".encode(), terminal.raw)
        terminal.send(signal.SIGINT)
        terminal.finish()

    def test_run_becomes_its_program_on_a_clean_line(self):
        held = self.hold_lock()
        terminal = self.on_terminal("run", "migrations", "--db", self.db, "--", "sh", "-c",
                                    "echo started; ls /proc/$$/task | wc -l")
        terminal.wait_for("^waiting for the lock")
        held.close()
        self.assertEqual(0, terminal.finish())
        self.assertEqual(["started", "1"], terminal.lines[-2:])

    def test_waiting_for_others(self):
        terminal = self.on_terminal("run", "migrations", "--db", self.db, "--mode", "wait", "--", "true")
        terminal.wait_for(r"^waiting for others: 1 migration, the first is 1 [1-9]\.\d s$")
        self.assertEqual(1, len(terminal.lines))
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(0, terminal.finish())
        self.assertNotIn("waiting", "\n".join(terminal.lines))

    def test_permanent_lines_stand_above_it(self):
        terminal = self.slow_run("-v")
        self.assertEqual(["[1/2] 1 quick", "    statement 1 of 1"], terminal.lines[:2])
        self.assertRegex(terminal.lines[-2], "^    statement 2 of 2$")
        terminal.send(signal.SIGINT)
        terminal.finish()
        self.assertEqual(1, sum("[2/2]" in line for line in terminal.lines))

    def test_only_stderr_matters(self):
        """The document is alone on stdout, and a pipe that takes stdout has nothing of the line."""
        for more in ([], ["--json"]):
            with tempfile.TemporaryFile() as out:
                terminal = self.slow_run(*more, stdout=out)
                terminal.send(signal.SIGINT)
                terminal.finish()
                out.seek(0)
                self.assertNotIn(b"\x1b", out.read())
            self.execute("DROP TABLE quick; DELETE FROM lockgate_migration")

    def test_json_on_the_same_terminal(self):
        held = self.hold_lock()
        terminal = self.on_terminal("apply", "--db", self.db, "--json")
        terminal.wait_for("^waiting for the lock")
        held.close()
        self.assertEqual(0, terminal.finish())
        self.assertEqual(["{", "}"], [terminal.lines[0], terminal.lines[-1]])

    def test_the_question_is_not_overwritten(self):
        self.write("2_b.up.sql", "CREATE TABLE b (x);\n")
        self.write("2_b.down.sql", "DROP TABLE b;\n")
        self.expect(0, "apply", "--db", self.db)
        terminal = self.on_terminal("revert", "--steps", "1", "--db", self.db)
        terminal.wait_for(r"\? \[y/N\]$")
        terminal.read(0.8)
        self.assertEqual(1, len(terminal.lines))
        os.write(terminal.master, b"n\n")
        self.assertEqual(1, terminal.finish())


class PlainTest(TerminalMixin, ProgramTest):
    """Where there is no terminal to redraw, or nobody who looks on."""

    def setUp(self):
        super().setUp()
        self.write("1_slow.sql", SLOW.replace("3000000000", "6000000"))
        self.expect(0, "init", "--db", self.db)

    def shown(self, *more, **env):
        terminal = self.on_terminal("apply", "--db", self.db, *more, env=env)
        self.assertEqual(0, terminal.finish())
        self.execute("DROP TABLE slow; DELETE FROM lockgate_migration")
        return terminal.raw.decode()

    def test_there_would_be_a_line(self):
        self.assertIn("\x1b[K", self.shown())

    def test_without_it(self):
        for more, env in (([], {"TERM": "dumb"}), ([], {"CI": "true"}), (["--quiet"], {}), ([], {"TERM": ""}),
                          (["--ci", "gitlab"], {}), ([], {"GITHUB_ACTIONS": "true"})):
            text = self.shown(*more, **env)
            self.assertNotIn("\x1b[K\r", text, (more, env))
            self.assertNotIn("\r[1/1]", text, (more, env))
            if "--quiet" not in more:
                self.assertIn("[1/1] 1 slow\r\n", text, (more, env))

    def test_a_pipe_gets_lines(self):
        result = self.expect(0, "apply", "--db", self.db, env={"TERM": "xterm"})
        self.assertEqual("[1/1] 1 slow\n", result.err)

    def test_no_thread_without_a_terminal(self):
        self.write("2_slow.sql", SLOW)
        process = self.start("apply", "--db", self.db)
        for _ in range(300):
            if self.folder.joinpath("app.db-lockgate").exists():
                break
            time.sleep(0.01)
        time.sleep(0.5)
        self.assertEqual(1, len(os.listdir(f"/proc/{process.pid}/task")))
        process.kill()
        process.communicate()

    def test_in_the_background_nothing_is_drawn(self):
        shell = ["bash", "-c", f"set -m; {LOCKGATE} apply --db {self.db} & wait; echo done"]
        terminal = self.on_terminal(*shell[1:], program=shell[0])
        self.assertEqual(0, terminal.finish())
        self.assertNotIn("[1/1]", terminal.raw.decode())
        self.assertIn("done", terminal.lines)


class ColourTest(TerminalMixin, ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n")

    def colours(self, *more, env=None, **files):
        terminal = self.on_terminal("verify", "--db", self.db, *more, env=env, **files)
        terminal.finish()
        return re.findall(rb"\x1b\[\d+m", terminal.raw)

    def test_rules(self):
        self.assertTrue(self.colours())
        for env in ({"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}, {"TERM": ""}, {"LOCKGATE_NO_COLOR": "true"}):
            self.assertEqual([], self.colours(env=env), env)
        self.assertEqual([], self.colours("--no-color"))
        self.assertTrue(self.colours(env={"NO_COLOR": ""}))

    def test_each_stream_for_itself(self):
        with tempfile.TemporaryFile() as file:
            self.assertEqual([], self.colours(stdout=file))  # nothing of the result is on the terminal
            file.seek(0)
            self.assertNotIn(b"\x1b", file.read())
            self.assertTrue(self.colours(stderr=file))
        with tempfile.TemporaryFile() as file:
            terminal = self.on_terminal("verify", "nowhere", "--db", self.db, stdout=file)
            terminal.finish()
            self.assertIn(b"\x1b[31m", terminal.raw)


class FoldTest(ProgramTest):
    """GitHub's and GitLab's logs fold the steps; what people must see stands outside."""

    GITLAB_BEGIN = re.compile(r"^\x1b\[0Ksection_start:(\d+):(\w+)\[collapsed=true\]\r\x1b\[0K(.*)$", re.M)
    GITLAB_END = re.compile(r"^\x1b\[0Ksection_end:(\d+):(\w+)\r\x1b\[0K$", re.M)

    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")

    def streams_together(self, code, *arguments, env=None):
        done = subprocess.run([LOCKGATE, *arguments], cwd=self.folder, env=self.environment(env), check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        self.assertEqual(code, done.returncode, done.stdout)
        return done.stdout.decode().splitlines()

    def expect_fold(self, lines, inside, behind):
        begin, end = lines.index(next(line for line in lines if line.startswith("::group::"))), \
            lines.index("::endgroup::")
        self.assertEqual((1, 1), (sum(line.startswith("::group::") for line in lines), lines.count("::endgroup::")))
        for text in inside:
            self.assertTrue(any(text in line for line in lines[begin:end]), (text, lines))
        for text in behind:
            self.assertTrue(any(text in line for line in lines[end:]), (text, lines))
            self.assertFalse(any(text in line for line in lines[:end]), (text, lines))

    def test_github(self):
        lines = self.streams_together(0, "apply", "--db", self.db, "--ci", "github", "--report", "none",
                                      "--environment", "p%\n::error::x")
        self.expect_fold(lines, ["[1/2] 1 a", "[2/2] 2 b"], ["applied: 1 a", "ok: 2 applied"])
        title = next(line for line in lines if line.startswith("::group::"))
        self.assertIn("2 migrations", title)
        self.assertIn("(p%25", title)
        self.assertFalse(any(line.startswith("::error") for line in lines))

    def test_failure(self):
        self.write("3_c.sql", "CREATE TABLE a (x);\n")
        for service in ("github", "gitea"):
            lines = self.streams_together(5, "apply", "--db", f"sqlite:{service}.db", "--ci", service, "--report", "none")
            self.expect_fold(lines, ["[3/3] 3 c"], ["lockgate: migrations/3_c.sql", "applied: 2 b"])

    def test_revert(self):
        self.write("1_a.down.sql", "DROP TABLE a;\n")
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        os.remove(self.folder / "migrations/1_a.sql")
        os.remove(self.folder / "migrations/2_b.sql")
        self.expect(0, "apply", "--db", self.db)
        lines = self.streams_together(0, "revert", "--all", "--db", self.db, "--ci", "github", "--report", "none")
        self.expect_fold(lines, ["[1/1] 1 a"], ["reverted: 1 a"])

    def test_gitlab(self):
        result = self.expect(0, "apply", "--db", self.db, "--ci", "gitlab", "--environment", "p\x1b[0Ksection_end:1:x")
        begin, end = self.GITLAB_BEGIN.findall(result.err), self.GITLAB_END.findall(result.err)
        self.assertEqual((1, 1), (len(begin), len(end)), result.err)
        self.assertEqual(begin[0][1], end[0][1])
        self.assertLessEqual(int(begin[0][0]), int(end[0][0]))
        self.assertIn("[2/2] 2 b", result.err)

    def test_nothing_to_fold(self):
        for more in (["--ci", "none"], ["--ci", "github", "--report", "none", "-q"]):
            lines = self.streams_together(0, "apply", "--db", f"sqlite:{more[1]}.db", *more, env={})
            self.assertFalse(any("group::" in line for line in lines), lines)
        self.expect(0, "apply", "--db", self.db)
        lines = self.streams_together(0, "apply", "--db", self.db, "--ci", "github", "--report", "none")
        self.assertFalse(any("group::" in line for line in lines), lines)
