# SPDX-License-Identifier: MIT
"""The outbox and kill -9: whatever step it hits, a message that has its file is taken, by its one id.

strace(1) kills the process as it enters the n-th call of each kind, from the first one that concerns
the outbox up to the last, then once more after the server has taken the request and before its answer.
"""
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from fake_github import GitHub  # noqa: E402
from http_server import Answer, Server  # noqa: E402
from program import LOCKGATE, ProgramTest  # noqa: E402

# What makes, fills, names, sends, and removes; also what only looks.
STEPS = ("mkdir", "mkdirat", "openat", "write", "fsync", "renameat", "unlinkat", "connect", "sendto", "recvfrom", "fcntl")


class CrashTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")
        self.outbox = self.folder / "outbox"
        server = Server()
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)
        self.env = self.environment({
            "LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_DB": self.db, "LOCKGATE_REPORT": "webhook",
            "LOCKGATE_WEBHOOK_URL": f"http://127.0.0.1:{self.server.port}/hook", "ASAN_OPTIONS": "detect_leaks=0"})

    def trace(self, *options):
        return subprocess.run(["strace", "-f", "-qq", *options, LOCKGATE, "apply", "-q"], cwd=self.folder, env=self.env,
                              capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)

    def forget(self):
        for path in sorted(self.outbox.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for name in ("app.db", "app.db-journal", "app.db-lockgate"):
            (self.folder / name).unlink(missing_ok=True)
        self.server.requests.clear()

    def steps(self):
        """How often each call was made before the outbox, and by the end of the run."""
        log = self.folder / "calls.log"
        done = self.trace("-o", str(log), "-e", "trace=" + ",".join(STEPS))
        self.assertEqual(0, done.returncode, done.stderr)
        count, before = collections.Counter(), None
        for line in log.read_text().splitlines():
            call = re.match(r"\d+ +(\w+)\(", line)
            if not call:
                continue
            if before is None and str(self.outbox) in line:
                before = collections.Counter(count)
            count[call.group(1)] += 1
        return before, count

    def events(self):
        """By id, the bodies that the server got."""
        found = collections.defaultdict(list)
        for request in self.server.requests:
            found[request.headers["webhook-id"]].append(request.body)
        return found

    def files(self):
        folder = self.outbox / "pending"
        names = os.listdir(folder) if folder.exists() else []
        return {name.split(".")[0] for name in names if name.startswith("lgr-")}

    def check_after(self, where):
        """Flushes, and holds what arrived against what was there."""
        promised = self.files() | set(self.events())
        done = subprocess.run([LOCKGATE, "report", "flush", "-q"], cwd=self.folder, env=self.env, capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, f"{where}: {done.stderr}")
        events = self.events()
        self.assertEqual(promised, set(events), where)
        for identity, bodies in events.items():
            self.assertEqual(1, len(set(bodies)), f"{where}: {identity}")
        self.assertEqual([], os.listdir(self.outbox / "pending"), where)
        self.assertEqual([], os.listdir(self.outbox / "dead"), where)

    def test_at_every_step(self):
        before, count = self.steps()
        self.assertIsNotNone(before)
        killed = 0
        for step in STEPS:
            for number in range(before[step] + 1, count[step] + 1):
                self.forget()
                done = self.trace("-o", "/dev/null", "-e", f"trace={step}", "-e",
                                  f"inject={step}:signal=SIGKILL:when={number}")
                if done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
                    killed += 1
                self.check_after(f"{step} {number}")
        print(f"killed at {killed} steps", file=sys.stderr)
        self.assertGreater(killed, 60)

    def test_a_state_that_is_replaced_is_never_lost(self):
        """One status waits; the run that replaces it is killed at every step: one of the two is told, the newer last."""
        github = GitHub()
        with Server(github) as server:
            github.url = server.url + "/api/v3"
            self.env.update({
                "GITHUB_ACTIONS": "true", "GITHUB_SHA": "a" * 40, "GITHUB_REPOSITORY": "o/r", "GITHUB_TOKEN": "ghs_token",
                "GITHUB_EVENT_NAME": "push", "GITHUB_API_URL": github.url.replace("localhost", "127.0.0.1")})
            command = [LOCKGATE, "verify", "-q", "--report", "none,status", "--report-timeout", "50ms"]

            def verify(*prefix):
                return subprocess.run([*prefix, *command], cwd=self.folder, env=self.env, capture_output=True, timeout=60,
                                      stdin=subprocess.DEVNULL)
            for step in ("openat", "fsync", "renameat", "unlinkat", "fcntl"):
                for number in range(1, 60):
                    self.forget()
                    github.statuses.clear()
                    server.plan(f"/api/v3/repos/o/r/statuses/{'a' * 40}", *[Answer(503, {"Retry-After": "1"}, {})] * 2)
                    self.assertEqual(0, verify().returncode)
                    before = self.files()
                    done = verify("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={step}", "-e",
                                  f"inject={step}:signal=SIGKILL:when={number + (100 if step == 'openat' else 0)}")
                    if done.returncode not in (-signal.SIGKILL, 128 + signal.SIGKILL):
                        break
                    self.assertTrue(self.files(), f"{step} {number}")
                    self.assertTrue(before <= self.files() or max(self.files()) > max(before))

    def test_between_the_servers_yes_and_its_answer(self):
        for status in (200, 503):
            self.forget()
            process = []

            def kill():
                subprocess.run(["pkill", "-9", "-f", f"^{LOCKGATE} apply -q --environment {self.folder.name}$"],
                               check=True)
            self.server.plan("/hook", Answer(200), Answer(status, before=kill))
            process = subprocess.run([LOCKGATE, "apply", "-q", "--environment", self.folder.name], cwd=self.folder,
                                     env=self.env, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
            self.assertEqual(-signal.SIGKILL, process.returncode)
            self.assertEqual(1, len(self.files()))
            self.check_after(f"answer {status}")
            self.assertEqual([1, 2], sorted(len(bodies) for bodies in self.events().values()))

    def test_a_full_disk_loses_no_event(self):
        """No file can be written, and the server is not there: the log keeps it."""
        self.server.plan("/hook", *[Answer(503)] * 99)
        self.env["LOCKGATE_REPORT_TIMEOUT"] = "1ms"
        done = self.trace("-o", "/dev/null", "-e", "trace=renameat", "-e", "inject=renameat:error=ENOSPC")
        lines = [json.loads(line.split(" ", 1)[1]) for line in done.stderr.splitlines()
                 if line.startswith("lockgate-report ")]
        self.assertEqual(0, done.returncode)
        self.assertIn("lockgate.apply.finished", [json.loads(line["body"])["type"] for line in lines])
        self.assertEqual([], os.listdir(self.outbox / "pending"))
