# SPDX-License-Identifier: MIT
"""The Action in its container, as GitHub's runner starts it: its entry points, variables, folders and files."""
import json
import re
import socket
import subprocess
import threading
import urllib.parse

import yaml

from container import ContainerTest
from program import ROOT

ACTION = yaml.load((ROOT / "action.yml").read_text(), Loader=yaml.BaseLoader)
EVENT = {"ref": "refs/heads/main", "after": "0" * 40, "repository": {"full_name": "octo/shop"}}


class RunnerTest(ContainerTest):
    """A folder that stands for what the runner mounts below /github."""

    def setUp(self):
        super().setUp()
        for name in ("workspace", "home", "workflow", "file_commands", "runner_temp"):
            (self.folder / name).mkdir()
        (self.folder / "workflow" / "event.json").write_text(json.dumps(EVENT))
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n", "workspace/migrations")
        self.write("1_a.down.sql", "DROP TABLE a;\n", "workspace/migrations")
        (self.root / "github").mkdir(exist_ok=True)
        self.mounts = [f"mount --bind {self.folder} {self.root}/github", f"mount -t proc proc {self.root}/proc"]

    def file(self, name):
        path = self.folder / "file_commands" / name
        return path.read_text() if path.exists() else ""

    def variables(self, inputs):
        given = {name: row.get("default", "") for name, row in ACTION["inputs"].items()}
        given["github-token"] = "ghs_example"
        self.assertLessEqual(set(inputs), set(given))
        given.update(inputs)
        for name in ("output", "summary"):
            (self.folder / "file_commands" / name).touch()
        return {
            **{f"INPUT_{name.upper()}": value for name, value in given.items()},
            "CI": "true", "GITHUB_ACTIONS": "true", "HOME": "/github/home", "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "/github/workflow/event.json", "GITHUB_SHA": "a" * 40,
            "GITHUB_REPOSITORY": "octo/shop", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7",
            "GITHUB_RUN_ATTEMPT": "1", "GITHUB_ACTOR": "octocat", "GITHUB_API_URL": "http://127.0.0.1:1",
            "GITHUB_OUTPUT": "/github/file_commands/output", "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
            "RUNNER_TEMP": "/github/runner_temp", "RUNNER_OS": "Linux",
        }

    def act(self, code, entry="entrypoint", **inputs):
        return self.run_to_end(code, "an argument", entrypoint=[ACTION["runs"][entry]], mounts=self.mounts,
                               env=self.variables({name.replace("_", "-"): text for name, text in inputs.items()}),
                               cwd="/github/workspace")


class ActionTest(RunnerTest):
    def test_verify_then_apply(self):
        self.act(0, db=self.tcp_url)
        self.assertEqual([(None,)], self.sql("SELECT to_regclass('lockgate.migration')::text"))
        self.assertIn("1 applied", self.act(0, command="apply", db=self.tcp_url))
        self.assertEqual([("a" * 40, "https://github.com/octo/shop/actions/runs/7/attempts/1", "octocat")],
                         self.sql("SELECT source, run_url, actor FROM lockgate.batch"))

    def test_outputs_and_summary(self):
        self.act(0, command="apply", db=self.tcp_url)
        outputs = dict(re.findall(r"^([a-z-]+)<<(?:lg_[0-9a-f]{32})\n(.*)\nlg_[0-9a-f]{32}$", self.file("output"),
                                  flags=re.M))
        self.assertEqual(set(ACTION["outputs"]), set(outputs))
        self.assertEqual(("ok", "0", "true", "1", "0", "1"), tuple(outputs[name] for name in (
            "outcome", "exit-code", "changed", "applied-count", "pending-count", "current-version")))
        self.assertIn("1 applied", self.file("summary"))

    def test_the_job_ends_with_what_was_not_delivered(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = {"report": "webhook", "webhook_url": f"http://127.0.0.1:{server.getsockname()[1]}/",
                       "report_timeout": "300ms"}
            self.act(0, command="apply", db=self.tcp_url, **address)
            self.assertTrue(list((self.folder / "home").rglob("*.json")))
            threading.Thread(target=self.take, args=(server,), daemon=True).start()
            self.assertIn("2 delivered, 0 not", self.act(0, "post-entrypoint", command="apply", **address))

    @staticmethod
    def take(server):
        """Answers every request; those of the first step, which was not answered, have gone."""
        while True:
            connection, _ = server.accept()
            with connection:
                if connection.recv(65536):
                    connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    def test_a_refusal_fails_the_step(self):
        self.act(0, command="apply", db=self.tcp_url)
        self.write("1_a.up.sql", "CREATE TABLE a (y int);\n", "workspace/migrations")
        self.assertIn("checksum-changed", self.act(1, db=self.tcp_url))

    def test_a_bundle_is_handed_to_a_later_step(self):
        self.act(0, command="bundle", output="app.lockgate")
        self.assertTrue((self.folder / "workspace" / "app.lockgate").exists())
        self.assertIn("1 applied", self.act(0, command="apply", source="app.lockgate", db=self.tcp_url))

    def test_a_missing_secret_is_no_green_gate(self):
        self.assertIn("no target", self.act(2, db=""))

    def test_a_checkout_of_another_user(self):
        """The workspace belongs to the runner's user, the container is root."""
        subprocess.run(["chown", "-R", "1001:1001", self.folder / "workspace"], check=True)
        self.act(0, db=self.tcp_url)

    def test_nothing_of_the_token_is_left(self):
        """But for what tells the runner to hide it, which the runner does not show."""
        text = self.act(0, command="apply", db=self.tcp_url)
        self.assertIn("\n::add-mask::ghs_example\n", text)
        text = "".join(line for line in text.splitlines(True) if not line.startswith("::add-mask::"))
        for path in self.folder.rglob("*"):
            text += path.read_text(errors="replace") if path.is_file() else ""
        self.assertNotIn("ghs_example", text)
        self.assertNotIn(urllib.parse.urlsplit(self.tcp_url).password, text)
