# SPDX-License-Identifier: MIT
"""Secrets that are as awkward as people make them, searched for in everything that leaves the program."""
import base64
import json
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from fake_github import GitHub  # noqa: E402
from http_server import Answer, Server  # noqa: E402
from postgres import PostgresTest  # noqa: E402

CANARY = "c4n%ry\"'\\&<é> x/@?:"
FILES = "json,junit,sarif,codequality,markdown,html,dotenv"


def forms(secret):
    """The encodings of it that a reader could undo."""
    raw = secret.encode()
    yield raw
    for safe in ("", "/"):
        yield urllib.parse.quote(secret, safe=safe).encode()
        yield urllib.parse.quote(secret, safe=safe).lower().encode()
    yield urllib.parse.quote_plus(secret).encode()
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode()
    for quote in ("&quot;", "&#34;"):
        for apostrophe in ("'", "&apos;", "&#39;"):
            yield (secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', quote)
                   .replace("'", apostrophe)).encode()
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + raw)
        yield encoded[4 if offset else 0:len(encoded) - 4]
    yield b"c4n"  # its beginning survives any escaping there is


class CanaryTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.github = GitHub()
        server = Server(self.github)
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)
        self.github.url = self.server.url + "/api/v3"
        self.role = self.make_role(f"LOGIN SUPERUSER PASSWORD $x${CANARY}$x$")

    def url(self, password=CANARY):
        plain = urllib.parse.urlsplit(self.tcp_url)
        return plain._replace(netloc=f"{self.role}:{urllib.parse.quote(password, safe='')}@{plain.hostname}:{plain.port}",
                              ).geturl()

    def run_everything(self, code, command, *arguments, db=None):
        """One run with every sink that there is; gives all bytes that it let out."""
        for name in ("summary.md", "output.txt"):
            (self.folder / name).write_text("")
        self.write("event.json", json.dumps({
            "pull_request": {"number": 7, "head": {"sha": "b" * 40, "repo": {"full_name": "o/r"}}},
            "repository": {"full_name": "o/r"}}), ".")
        environment = {
            "GITHUB_ACTIONS": "true", "GITHUB_SHA": "a" * 40, "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7",
            "GITHUB_API_URL": self.github.url, "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_TOKEN": "ghs_" + CANARY, "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"), "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"), "GITHUB_OUTPUT": str(self.folder / "output.txt"),
            "LOCKGATE_OUTBOX": str(self.folder / "outbox"), "LOCKGATE_DB": db or self.url(),
            "LOCKGATE_WEBHOOK_URL": self.server.url + "/hook?key=" + urllib.parse.quote(CANARY),
            "LOCKGATE_WEBHOOK_SECRET": "whsec_" + base64.b64encode(CANARY.encode() * 2).decode(),
            "LOCKGATE_SLACK_URL": self.server.url + "/slack/" + urllib.parse.quote(CANARY, safe="")}
        sinks = "status,check,comment,deployment,webhook,slack," + ",".join(
            f"{name}=report.{name}" for name in FILES.split(","))
        result = self.expect(code, command, "--report", sinks, "-v", *arguments, env=environment)
        if command == "verify":
            result.out += self.expect(code, command, "--json", env={"LOCKGATE_DB": db or self.url()}).out
        texts = {"stdout": result.out.encode(), "stderr": result.err.encode()}
        for path in self.folder.rglob("*"):
            if path.is_file() and path.parent.name != "migrations":
                texts[path.name] = path.read_bytes()
        for request in self.server.requests:
            texts[f"{request.method} {len(texts)}"] = request.body
        return texts

    def assert_clean(self, texts):
        self.assertGreater(len(texts), 14)
        for name, text in texts.items():
            for form in forms(CANARY):
                self.assertNotIn(form, text, f"{name}: {text[:3000]!r}")

    def test_a_run_that_works(self):
        self.write("1_a.up.sql", "CREATE TABLE a (id int);\n")
        self.assert_clean(self.run_everything(0, "apply"))

    def test_a_message_of_the_server_that_quotes_it(self):
        quoted = CANARY.replace("'", "''")
        self.write("1_a.up.sql", f"DO $x$ BEGIN RAISE WARNING 'w %', E'{quoted}'; RAISE EXCEPTION 'it is %', '{quoted}'; "
                                 "END $x$;\n".replace("E'", "'"))
        self.assert_clean(self.run_everything(5, "apply"))
        self.assert_clean(self.run_everything(5, "apply", "--json"))

    def test_a_script_that_sets_it(self):
        quoted = CANARY.replace("'", "''")
        self.write("1_a.up.sql", f"ALTER ROLE {self.role} PASSWORD '{quoted}' nonsense;\n")
        self.assert_clean(self.run_everything(5, "apply"))

    def test_a_script_that_has_changed(self):
        self.write("1_a.up.sql", "SELECT 1;\n")
        self.expect(0, "apply", env={"LOCKGATE_DB": self.url()})
        quoted = CANARY.replace("'", "''")
        self.write("1_a.up.sql", f"SELECT 1;\nSELECT '{quoted}';\n")
        self.assert_clean(self.run_everything(1, "verify"))

    def test_a_target_that_refuses(self):
        self.write("1_a.up.sql", "SELECT 1;\n")
        wrong = self.url().replace(self.database, "nowhere_" + self.database)
        self.assert_clean(self.run_everything(3, "verify", db=wrong))

    def test_sinks_that_refuse_and_quote_it(self):
        self.write("1_a.up.sql", "SELECT 1;\n")
        self.github.refusals["/"] = Answer(401, body={"message": "Bad credentials: ghs_" + CANARY})
        self.assert_clean(self.run_everything(0, "verify"))
