# SPDX-License-Identifier: MIT
"""Every document that --json prints is one that ci/report.schema.json describes, whatever the outcome."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT, ProgramTest  # noqa: E402

SCHEMA = json.loads((ROOT / "ci" / "report.schema.json").read_text())
SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")


def validator(name):
    schema = dict(SCHEMA, **{"$ref": f"#/$defs/{name}"})
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class SchemaTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")

    def document(self, code, *arguments, schema="report", **options):
        result = self.expect(code, *arguments, "--json", **options)
        document = result.json
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                  for e in validator(schema).iter_errors(document)]
        self.assertEqual([], errors, f"{arguments}: {result}")
        if schema == "report":
            self.assertEqual(code, document["exit_code"])
            self.assertEqual(arguments[0], document["command"])
        return document

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        for name, definition in SCHEMA["$defs"].items():
            self.assertIs(False, definition["additionalProperties"], name)

    def test_bundle_inspect_sign_and_lock(self):
        document = self.document(0, "bundle", "--dialect", "sqlite", schema="bundled")
        self.assertEqual(2, document["migrations"])
        self.document(0, "inspect", "app.lockgate", schema="inspect")
        self.document(0, "lock", "--db", self.db, schema="lock")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key.pem"], cwd=self.folder, check=True)
        self.document(0, "sign", "app.lockgate", "--signing-key", "key.pem", schema="sign")
        public = self.document(0, "sign", "--show-public", "--signing-key", "key.pem", schema="public_key")
        self.write("trusted", public["line"] + "\n", ".")
        document = self.document(0, "inspect", "app.lockgate", "--trusted-keys", "trusted", schema="inspect")
        self.assertEqual("signer", document["signed_by"])
        self.document(0, "plan", "app.lockgate", "--db", self.db, "--trusted-keys", "trusted")
        self.document(7, "plan", "migrations", "--db", self.db, "--trusted-keys", "trusted")
        self.write("bad.lockgate", "no bundle", ".")
        self.document(7, "inspect", "bad.lockgate")
        self.document(7, "sign", "bad.lockgate", "--signing-key", "key.pem")
        self.document(2, "sign", "app.lockgate")
        self.document(3, "bundle", "nowhere")
        self.document(2, "inspect")
        self.document(2, "inspect", "app.lockgate", "--manifest")
        self.document(2, "lock")

    def test_base_and_rebase(self):
        self.write("1_a.up.sql", "CREATE TABLE a (y);\n", "base")
        self.write("3_c.sql", "SELECT 1;\n", "base")
        report = self.document(1, "verify", "--base", "base", "--dialect", "sqlite")
        self.assertEqual({"checksum-changed", "out-of-order", "database-ahead"},
                         {f["code"] for f in report["findings"]})
        self.document(2, "verify", "--base", "base", "--no-db")
        self.document(3, "verify", "--base", "nowhere")
        for more in (["--dry-run"], [], []):
            self.document(0, "rebase", "--base", "base", "--dialect", "sqlite", *more, schema="rebased")
        self.document(2, "rebase")
        self.document(3, "rebase", "--base", "nowhere")
        self.document(2, "rebase", "--base", "base", "--dialect", "nosql")

    def test_drift(self):
        db = ("--db", self.db)
        self.assertIsNone(self.document(3, "drift", *db)["drift"])
        self.document(0, "apply", *db)
        self.assertEqual([], self.document(0, "drift", *db)["drift"]["changes"])
        self.execute("DROP TABLE a; ALTER TABLE b ADD COLUMN y")
        report = self.document(1, "drift", *db)
        self.assertEqual({"schema-missing", "schema-drift"}, {f["code"] for f in report["findings"]})
        self.document(1, "verify", "--policy", "drift=warn", *db)
        self.document(2, "drift", "--accept", *db)
        self.document(0, "drift", "--accept", "--reason", "x", *db)

    def test_reports(self):
        outbox = ("--outbox", self.folder / "outbox")
        self.document(0, "report", "list", *outbox, schema="reports")
        for name in ("--webhook-url", "--report"):
            self.document(2, "report", "test", name, "http://127.0.0.1:1/" if "url" in name else "webhook", *outbox)
        webhook = ("--report", "webhook", "--webhook-url", "http://127.0.0.1:1/", "--report-timeout", "1ms", *outbox)
        self.document(6, "report", "test", *webhook, schema="reports")
        self.document(0, "verify", "--no-db", *webhook)
        listed = self.document(0, "report", "list", *outbox, schema="reports")
        self.assertEqual(["pending"], [message["state"] for message in listed["reports"]])
        self.document(6, "report", "flush", *outbox, schema="reports")
        self.document(0, "report", "drop", *outbox, schema="dropped")
        self.document(2, "report", "send", *outbox)

    def test_ok(self):
        db = ("--db", self.db)
        self.document(0, "verify", "--no-db")
        self.document(0, "status", *db)
        self.document(0, "status", "migrations", *db)
        self.document(0, "init", *db)
        self.assertEqual(2, len(self.document(0, "verify", *db)["plan"]))
        self.document(0, "plan", *db)
        self.assertEqual(2, len(self.document(0, "plan", "--rehearse", *db)["rehearsal"]))
        self.document(0, "apply", "--dry-run", *db)
        report = self.document(0, "apply", "--environment", "staging", *db)
        self.assertEqual((["1", "2"], 0, "2", "staging"), (
            [item["version"] for item in report["applied"]], report["pending"], report["current"],
            report["environment"]))
        self.document(0, "apply", *db)
        self.document(0, "status", *db)
        self.assertEqual(["applied", "applied"],
                         [m["state"] for m in self.document(0, "status", "migrations", *db)["migrations"]])
        self.document(0, "resolve", "2", "--reverted", *db)
        self.document(0, "revert", "--all", "--dry-run", *db)
        self.assertEqual(["1"], [m["version"] for m in self.document(0, "revert", "--all", *db)["reverted"]])
        self.document(0, "revert", "--all", *db)
        self.document(0, "adopt", "--to", "1", *db)
        self.document(0, "adopt", "--undo", "--yes", *db)

    def test_refused(self):
        db = ("--db", self.db)
        self.document(0, "apply", *db)
        self.document(1, "revert", "--all", *db)
        self.write("1_a.up.sql", "CREATE TABLE a (y);\n")
        self.write("1.5_late.sql", "SELECT 1;\n")
        report = self.document(1, "verify", *db)
        self.assertEqual({"checksum-changed", "out-of-order"}, {f["code"] for f in report["findings"]})
        self.document(1, "plan", *db)
        self.document(1, "apply", *db)
        self.document(1, "status", "migrations", "--exit-code", *db)
        self.document(1, "resolve", "1", "--retry", *db)
        self.document(1, "adopt", "--to", "1", *db)
        self.document(1, "verify", *db, "--project", "other")

    def test_usage(self):
        for command in ("verify", "plan", "apply", "status", "revert", "adopt", "resolve", "lock", "init"):
            self.document(2, command)
            self.document(2, command, "--nonsense")
            self.document(2, command, "--db", "mysql://u:p@h/d")
        self.document(2, "init", "--print", "--db", self.db)
        self.document(2, "aply")

    def test_undecided(self):
        self.write("app.db", "this is no database" * 100, ".")
        for command in ("verify", "plan", "apply", "status", "init"):
            self.document(3, command, "--db", self.db)
        self.document(3, "verify", "nowhere", "--db", self.db)

    def test_failed(self):
        self.write("3_c.sql", "SELECT 1;\nSELECT nope;\n")
        error = self.document(5, "apply", "--db", self.db)["error"]
        self.assertEqual(("migrations/3_c.sql", 2, 8, "3"),
                         tuple(error[key] for key in ("file", "line", "column", "version")))
        self.write("4_off.sql", "-- lockgate: transaction=off\nSELECT 1;\nSELECT nope;\n")
        self.write("3_c.sql", "SELECT 1;\n")
        self.document(5, "apply", "--db", self.db)
        self.document(1, "verify", "--db", self.db)
        self.document(0, "status", "--db", self.db)
        self.document(0, "resolve", "4", "--done", "--db", self.db)

    def test_bad_bundle(self):
        self.write("3_c.sql", "COMMIT;\n")
        for command in ("verify", "plan", "apply", "status"):
            report = self.document(7, command, "migrations", "--db", self.db)
            self.assertEqual(("migrations/3_c.sql", 1), (report["error"]["file"], report["error"]["line"]))
        self.document(7, "bundle")

    def test_locked_and_cancelled(self):
        self.write("3_slow.sql", SLOW)
        process = self.start("apply", "--db", self.db, "--json")
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if "migration 3" in (self.read("app.db-lockgate") or ""):
                break
            time.sleep(0.01)
        self.document(4, "apply", "--db", self.db, "--lock-wait", "50ms")
        self.document(0, "lock", "--db", self.db, schema="lock")
        os.kill(process.pid, signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
        report = json.loads(out)
        self.assertEqual([], list(validator("report").iter_errors(report)))
        self.assertEqual(("cancelled", 143, 1), (report["outcome"], report["exit_code"], report["pending"]))

    def read(self, name):
        try:
            return (self.folder / name).read_text()
        except FileNotFoundError:
            return None

    def test_names_that_json_cannot_hold(self):
        path = os.path.join(os.fsencode(self.folder), b"migrations", b"3_\xff\x01\"\\.sql")
        with open(path, "wb") as file:
            file.write(b"SELECT 1;\n")
        self.document(7, "bundle")
