# SPDX-License-Identifier: MIT
"""Who is told: the words of --report, what goes without saying under a CI service, and files."""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from http_server import Server, unused_port  # noqa: E402
from program import ProgramTest  # noqa: E402


class ReportTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")

    def verify(self, code, *arguments, **options):
        return self.expect(code, "verify", "--db", self.db, *arguments, **options)

    def actions(self, **extra):
        for name in ("summary.md", "output.txt"):
            (self.folder / name).write_text("")
        return {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.folder), "GITHUB_EVENT_NAME": "push",
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
                "GITHUB_OUTPUT": str(self.folder / "output.txt"), "HOME": str(self.folder), **extra}

    def outputs(self):
        text = (self.folder / "output.txt").read_text()
        return {name: value for name, _, value in re.findall(r"^([a-z-]+)<<(lg_[0-9a-f]{32})\n(.*?)\n\2$", text,
                                                             flags=re.M | re.S)}


class WordTest(ReportTest):
    def test_what_is_no_sink(self):
        for word, hint in (("webhok", "did you mean 'webhook'"), ("sarif", "sarif=FILE"), ("sarif=", "sarif=FILE"),
                           ("json", "json=FILE"), ("status=x", "takes no file"), ("summary=x", "GITHUB_STEP_SUMMARY"),
                           ("=x", "no sink ''"), ("nonsense=x", "no sink 'nonsense'"), ("!", "no sink ''")):
            result = self.verify(2, "--report", word)
            self.assertIn(hint, result.err, word)
            self.assertIn("--report", result.err)

    def test_named_twice(self):
        for words in ("json=a,json=a", "json=a,junit=a"):
            self.assertIn("two reports would be the file 'a'", self.verify(2, "--report", words).err)
        self.assertIn("'annotations' is named twice", self.verify(2, "--report", "annotations,annotations").err)
        for path in ("/dev/stdout", "/proc/self/fd/1"):
            self.assertIn("no place for a file", self.verify(2, "--report", "json=" + path).err)
        self.verify(0, "--report", "json=a,json=b", "--report", "markdown=c")
        self.assertEqual(3, sum((self.folder / name).exists() for name in "abc"))

    def test_words_come_from_the_environment_and_the_settings(self):
        self.verify(0, env={"LOCKGATE_REPORT": "json=a,junit=b markdown=c"})
        self.write("lockgate.ini", "report = json=d, markdown=e\n", ".")
        self.verify(0)
        self.verify(0, "--report", "json=f")
        self.assertEqual("abcdef", "".join(sorted(path.name for path in self.folder.iterdir() if len(path.name) == 1)))

    def test_no_flag_holds_a_secret(self):
        for name in ("webhook-secret", "github-token", "gitlab-token", "slack-url"):
            result = self.verify(2, f"--{name}", "canary")
            self.assertIn("LOCKGATE_" + name.upper().replace("-", "_"), result.err)
            self.assertNotIn("canary", result.err)
        self.assertIn("webhook-secret", self.verify(2, "--webhook-secret=canary").err)

    def test_a_secret_may_come_from_a_file(self):
        secret = self.write("secret", "whsec_" + "A" * 40 + "\n", ".")
        with Server() as server:
            self.verify(0, "--report", "webhook", "--webhook-url", server.url, env={
                "LOCKGATE_WEBHOOK_SECRET_FILE": str(secret), "LOCKGATE_OUTBOX": str(self.folder / "outbox")})
            self.assertIsNotNone(server.requests[0].headers["webhook-signature"])

    def test_a_service_that_is_none(self):
        self.assertIn("no CI service 'jenkins'", self.verify(2, "--ci", "jenkins").err)


class FileTest(ReportTest):
    def test_a_file_is_replaced_as_a_whole(self):
        (self.folder / "r.json").write_text("x" * 100000)
        result = self.verify(0, "--json", "--report", "json=r.json")
        written = json.loads((self.folder / "r.json").read_text())
        written["timing"] = result.json["timing"]
        self.assertEqual(result.json, written)

    def test_one_that_cannot_be_written_changes_nothing_unless_required(self):
        result = self.verify(0, "--report", "json=nowhere/r.json,markdown=m.md")
        self.assertIn("sink 'json'", result.err)
        self.assertTrue((self.folder / "m.md").exists())
        self.assertEqual(6, self.verify(6, "--json", "--report", "json!=nowhere/r.json").json["exit_code"])
        self.write("1_a.up.sql", "COMMIT;\n")
        self.verify(7, "--report", "json!=nowhere/r.json")

    def test_every_outcome_has_a_report(self):
        def outcome(code, *arguments):
            self.expect(code, *arguments, "--report", "json=r.json,junit=r.xml,sarif=r.sarif,html=r.html")
            return json.loads((self.folder / "r.json").read_text())["outcome"]
        self.assertEqual("ok", outcome(0, "apply", "--db", self.db))
        self.assertEqual("undecided", outcome(3, "verify", "--db", "postgres://nobody@127.0.0.1:1/none"))
        self.write("2_b.up.sql", "SELECT nothing FROM nowhere;\n")
        self.assertEqual("failed", outcome(5, "apply", "--db", self.db))
        self.write("2_b.up.sql", "COMMIT;\n")
        self.assertEqual("bad-bundle", outcome(7, "verify", "--db", self.db))
        (self.folder / "migrations" / "2_b.up.sql").unlink()
        self.write("1_a.up.sql", "CREATE TABLE b (id INTEGER);\n")
        self.assertEqual("refused", outcome(1, "verify", "--db", self.db))


class ActionsTest(ReportTest):
    def test_summary_annotations_and_outputs_go_without_saying(self):
        self.verify(0, env=self.actions())
        self.assertIn("1 pending", (self.folder / "summary.md").read_text())
        outputs = self.outputs()
        self.assertEqual(("ok", "0", "false", "1", "0"), tuple(outputs[name] for name in (
            "outcome", "exit-code", "changed", "pending-count", "reports-pending")))

    def test_an_error_is_an_annotation_at_its_place(self):
        self.write("1_a.up.sql", "SELECT 1;\nCOMMIT;\n")
        result = self.verify(7, env=self.actions())
        self.assertRegex(result.err, r"(?m)^::error file=migrations/1_a\.up\.sql,line=2,")
        self.assertRegex(self.expect(7, "bundle", env=self.actions()).err, r"(?m)^::error file=migrations/1_a\.up\.sql")

    def test_a_mistake_in_the_options_is_one_too(self):
        result = self.expect(2, "apply", "--nonsense", env=self.actions())
        self.assertIn("::error", result.err)
        self.assertEqual("usage", self.outputs()["outcome"])

    def test_so_is_one_in_the_sinks(self):
        for words in ("bogus", "slack", "status=x"):
            env = self.actions()
            self.assertIn("::error", self.verify(2, "--report", words, env=env).err)
            self.assertEqual("usage", self.outputs()["outcome"])

    def test_none_switches_them_off(self):
        result = self.expect(7 if self.write("1_a.up.sql", "COMMIT;\n") else 0, "verify", "--db", self.db, "--report",
                             "none", env=self.actions())
        self.assertNotIn("::error", result.err)
        self.assertEqual("", (self.folder / "summary.md").read_text())

    def test_ci_none_is_no_ci(self):
        self.verify(0, "--ci", "none", env=self.actions())
        self.assertEqual("", (self.folder / "summary.md").read_text() + (self.folder / "output.txt").read_text())

    def test_others_summary_is_kept_and_a_full_one_is_left(self):
        summary = self.folder / "summary.md"
        env = self.actions()
        summary.write_text("# others")
        self.verify(0, env=env)
        self.assertTrue(summary.read_text().startswith("# others\n\n"))
        summary.write_text("x" * 999_500)
        result = self.verify(0, env=env)
        self.assertEqual(999_500, len(summary.read_text()))
        self.assertIn("summary is full", result.err)

    def test_a_report_that_is_not_delivered_is_told(self):
        env = self.actions(LOCKGATE_WEBHOOK_URL=f"http://127.0.0.1:{unused_port()}/")
        result = self.verify(0, "--report", "webhook", "--report-timeout", "1ms", env=env)
        self.assertIn("::warning title=lockgate::", result.err)
        self.assertIn("has not taken the report yet", (self.folder / "summary.md").read_text())
        self.assertEqual("1", self.outputs()["reports-pending"])
        self.assertEqual(1, len(list((self.folder / ".lockgate" / "outbox" / "pending").iterdir())))

    def test_foreign_text_is_no_command(self):
        self.write("1_a.up.sql", "SELECT '\n::set-output name=x::y\n##[error]x\n' FROM \"##[add-mask]z\";\n")
        result = self.expect(5, "apply", "--db", self.db, "-v", env=self.actions())
        for line in (result.out + result.err).splitlines():
            self.assertNotIn("##[", line)
            if line.lstrip().startswith("::"):
                self.assertRegex(line, r"^::(error|warning|group|endgroup)\b")

    def test_fileless_runners_lack_nothing(self):
        env = self.actions()
        del env["GITHUB_STEP_SUMMARY"], env["GITHUB_OUTPUT"]
        self.verify(0, env=env)
        for sink in ("summary", "outputs"):
            self.assertIn("is not set", self.verify(2, "--report", sink, env=env).err)


class TerminationTest(ReportTest):
    def test_a_pod_is_told_how_it_ended(self):
        log = self.write("termination-log", "x" * 5000, ".")
        self.write("1_a.up.sql", "SELECT nothing FROM nowhere;\n")
        self.expect(5, "apply", "--db", self.db, "--termination-log", log)
        self.assertRegex(log.read_text(), r"^failed: 1_a: statement 1 of 1: .*\n$")
        self.assertLess(len(log.read_bytes()), 4096)

    def test_of_a_program_that_follows_it_is_the_programs(self):
        log = self.write("termination-log", "", ".")
        self.expect(0, "run", "--db", self.db, "--termination-log", log, "--", "true")
        self.assertEqual("", log.read_text())

    def test_what_is_no_file_is_left_alone(self):
        os.mkfifo(self.folder / "pipe")
        self.verify(0, "--termination-log", self.folder / "pipe")
        self.verify(0, "--termination-log", self.folder / "none")
        self.assertFalse((self.folder / "none").exists())
