# SPDX-License-Identifier: MIT
"""The Action's front: the program under another name takes inputs from the environment, not arguments."""
import http.server
import os
import pathlib
import socket
import subprocess
import threading
import time

from program import LOCKGATE, ProgramTest, Result

# What the runner sets for an input that the workflow leaves out.
LEFT_OUT = ("source", "db", "lock-wait", "policy", "plan-token", "json", "no-db", "working-directory", "slack-url")


class ActionTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")

    def begin(self, inputs, env=None, entry="lockgate-action", **options):
        link = self.folder / "bin" / entry
        link.parent.mkdir(exist_ok=True)
        if not link.exists():
            link.symlink_to(LOCKGATE)
        variables = {f"INPUT_{name.upper()}": "" for name in LEFT_OUT}
        variables.update({f"INPUT_{name.upper()}": value for name, value in inputs.items()})
        return subprocess.Popen([link, "version", "--db", "no"], cwd=self.folder,
                                env=self.environment({**variables, **(env or {})}), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def act(self, code, inputs, env=None, **options):
        process = self.begin(inputs, env, **options)
        result = Result(None, *process.communicate(timeout=60))
        result.code = process.returncode
        self.assertEqual(code, result.code, result)
        return result

    def applied(self):
        return self.sql("SELECT version FROM lockgate_migration") if (self.folder / "app.db").exists() else []


class CommandTest(ActionTest):
    def test_verify_is_the_default_and_arguments_are_not_read(self):
        result = self.act(0, {"db": self.db, "json": "true"})
        self.assertEqual(("verify", 1), (result.json["command"], result.json["pending"]))
        self.assertEqual([], self.applied())

    def test_apply_and_revert(self):
        self.act(0, {"command": "apply", "db": self.db, "source": "migrations"})
        self.assertEqual([("1",)], self.applied())
        self.act(0, {"command": "revert", "db": self.db, "batch": "last"})
        self.assertEqual([], self.applied())

    def test_a_target_in_the_settings_hides_no_missing_secret(self):
        self.write("lockgate.ini", f"db = {self.db}\n", ".")
        self.assertIn("a missing secret?", self.act(2, {"command": "apply"}).err)
        self.act(0, {"command": "apply"}, env={"DATABASE_URL": self.db})
        self.act(0, {"no-db": "true"})
        self.act(0, {"base": "migrations"})

    def test_localhost_is_the_containers_own(self):
        for url in ("postgres://u@localhost:1/x", "host=127.0.0.1 port=1 dbname=x"):
            self.assertIn("the Action's own container", self.act(3, {"db": url}).err)
        self.assertNotIn("own container", self.act(3, {"db": "postgres://u@nowhere.invalid:1/x"}).err)

    def test_bundle(self):
        self.act(0, {"command": "bundle", "output": "app.lockgate", "dialect": "sqlite"})
        self.assertEqual(1, self.act(0, {"source": "app.lockgate", "db": self.db, "json": "true"}).json["pending"])

    def test_a_source_that_looks_like_an_option(self):
        self.assertIn("'--help'", self.act(3, {"db": self.db, "source": "--help"}).err)

    def test_commands_that_are_not_the_actions(self):
        for command in ("new", "run", "init", "lock", "resolve", "adopt", "inspect", "help", "--version"):
            self.assertIn("input 'command'", self.act(2, {"command": command, "db": self.db}).err, command)
        self.assertIn("lockgate apply", self.act(2, {"command": "migrate", "db": self.db}).err)

    def test_exit_codes_are_those_of_the_command(self):
        self.act(0, {"command": "apply", "db": self.db})
        self.write("1_a.up.sql", "CREATE TABLE a (x, y);\n")
        self.act(1, {"db": self.db})
        self.act(2, {})

    def test_working_directory(self):
        self.write("1_b.up.sql", "CREATE TABLE b (x);\n", "service/migrations")
        result = self.act(0, {"db": self.db, "working-directory": "service", "json": "true"})
        self.assertEqual(["b"], [step["name"] for step in result.json["plan"]])
        self.assertIn("input 'working-directory'", self.act(2, {"db": self.db, "working-directory": "none"}).err)


class InputTest(ActionTest):
    def lock_wait_is_read(self, inputs, env=None):
        """Which of the sources is complained about: each of them holds no duration."""
        return self.act(2, {"command": "apply", "db": self.db, **inputs}, env).err

    def test_precedence(self):
        value = self.folder / "value"
        value.write_text("from-file")
        self.write("lockgate.ini", "lock-wait = from-settings\n", ".")
        variable, file = {"LOCKGATE_LOCK_WAIT": "from-variable"}, {"LOCKGATE_LOCK_WAIT_FILE": str(value)}
        self.assertIn("from-input", self.lock_wait_is_read({"lock-wait": "from-input"}, {**variable, **file}))
        self.assertIn("from-variable", self.lock_wait_is_read({}, variable))
        self.assertIn("from-file", self.lock_wait_is_read({}, file))
        self.assertIn("from-settings", self.lock_wait_is_read({}))
        self.act(0, {"command": "apply", "db": self.db, "lock-wait": "1s"}, {**variable, **file})

    def test_a_target_from_elsewhere(self):
        for variable in ("LOCKGATE_DB", "DATABASE_URL"):
            self.assertEqual(1, self.act(0, {"json": "true"}, {variable: self.db}).json["pending"])
            self.act(0, {"db": self.db}, {variable: "sqlite:/no/such/folder/x.db"})

    def test_messages_name_the_input(self):
        self.assertIn("input 'wait-db': 'soon'", self.act(2, {"db": self.db, "wait-db": "soon"}).err)
        self.assertIn("input 'plan-token'", self.act(2, {"db": self.db, "plan-token": "x"}).err)

    def test_booleans(self):
        for word in ("true", "True", "TRUE"):
            self.act(0, {"no-db": word})
        for word in ("false", "False", "FALSE"):
            self.assertIn("no target", self.act(2, {"no-db": word}).err)
            self.act(2, {"no-db": word}, {"LOCKGATE_NO_DB": "true"})
        for word in ("yes", "1", "0", "tRUE", " true", "on"):
            self.assertIn("input 'no-db'", self.act(2, {"no-db": word}).err)

    def test_lists(self):
        self.act(0, {"command": "apply", "db": self.db})
        self.write("0_late.up.sql", "SELECT 1;\n")
        self.act(1, {"db": self.db})
        for policies in ("order=allow\npending=block", "\norder=warn \n pending=block\n", "order=warn pending=block"):
            findings = self.act(1, {"db": self.db, "policy": policies, "json": "true"}).json["findings"]
            self.assertEqual({"block"}, {item["severity"] for item in findings if item["code"] == "pending"})
            self.assertFalse([item for item in findings
                              if item["code"] == "out-of-order" and item["severity"] == "block"])
        self.act(0, {"db": self.db, "policy": "order=allow"})

    def test_a_secret_may_stand_beside_a_command_that_has_no_use_for_it(self):
        self.act(0, {"command": "bundle", "output": "app.lockgate", "github-token": "ghs_x", "slack-url": "https://x"})


class SecretTest(ActionTest):
    SECRET = "swordfish"

    def test_no_argument_and_no_message_shows_it(self):
        db = f"postgres://u:{self.SECRET}@127.0.0.1:1/x"
        process = self.begin({"command": "apply", "db": db, "wait-db": "20s", "webhook-secret": self.SECRET})
        line = pathlib.Path(f"/proc/{process.pid}/cmdline")
        for _ in range(200):
            if process.poll() is not None:
                break
            self.assertNotIn(self.SECRET, line.read_text())
            time.sleep(0.001)
        process.terminate()
        out, err = process.communicate(timeout=60)
        self.assertEqual(128 + 15, process.returncode, err)
        masks = [line for line in err.splitlines() if line.startswith("::add-mask::")]
        self.assertEqual(masks, err.splitlines()[:len(masks)], "before anything else")
        self.assertIn("::add-mask::" + self.SECRET, masks)
        self.assertNotIn(self.SECRET, out + "\n".join(err.splitlines()[len(masks):]))


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes every event."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class PostTest(ActionTest):
    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self.port = unused.getsockname()[1]
        self.inputs = {"command": "apply", "db": self.db, "report": "webhook", "report-timeout": "200ms",
                       "webhook-url": f"http://127.0.0.1:{self.port}/"}
        self.home = {"HOME": str(self.folder / "home"), "GITHUB_ACTIONS": "true"}

    def flush(self):
        result = self.act(0, self.inputs, self.home, entry="lockgate-action-post")
        return result.out

    def receive(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Receiver)
        server.taken = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.taken

    def test_it_sends_what_is_left_once(self):
        self.assertIn("not delivered yet", self.act(0, self.inputs, self.home).err)
        self.assertIn("0 delivered, 2 not", self.flush())
        taken = self.receive()
        self.assertIn("2 delivered, 0 not", self.flush())
        self.assertIn("0 delivered, 0 not", self.flush())
        self.assertEqual((2, 2), (len(taken), len(set(taken))))

    def test_it_never_does_the_command_again(self):
        self.flush()
        self.assertEqual([], self.applied())

    def test_what_its_step_has_demanded_fails_that_step_alone(self):
        self.inputs["report"] = "webhook!"
        self.act(6, self.inputs, self.home)
        self.flush()

    def test_without_an_outbox(self):
        (self.folder / "file").touch()
        self.home["HOME"] = str(self.folder / "file")
        self.act(0, self.inputs, self.home, entry="lockgate-action-post")


class NameTest(ActionTest):
    def test_other_names_are_the_command_line(self):
        for name in ("lockgate", "lockgate-action-2", "x-lockgate-action"):
            link = self.folder / name
            os.symlink(LOCKGATE, link)
            result = subprocess.run([link, "version"], check=True, capture_output=True, text=True)
            self.assertTrue(result.stdout.startswith("lockgate "), name)
