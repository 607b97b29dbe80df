# SPDX-License-Identifier: MIT
"""Reports over HTTP: what a webhook gets, how passing failures are met, and what changes nothing."""
import base64
import email.utils
import hashlib
import hmac
import json
import os
import pathlib
import resource
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from http_server import DRIBBLE, RESET, SILENCE, Answer, Server, make_certificate, unused_port  # noqa: E402
from program import ProgramTest  # noqa: E402

KEY = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OTHER_KEY = "whsec_" + base64.b64encode(b"another key of this test").decode()


class ReportTest(ProgramTest):
    """A folder with one migration, and a server to be told."""

    handler = None

    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")
        self.outbox = self.folder / "outbox"
        server = Server(self.handler)
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)

    def report(self, code, *arguments, command="verify", sink="webhook", env=None, url=None, **options):
        environment = {"LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_URL": url or self.server.url + "/hook",
                       "LOCKGATE_WEBHOOK_SECRET": KEY, **(env or {})}
        return self.expect(code, command, "--db", self.db, "--report", sink, *arguments, env=environment, **options)

    def flush(self, code=0, *arguments, env=None):
        environment = {"LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_URL": self.server.url + "/hook",
                       "LOCKGATE_WEBHOOK_SECRET": KEY, **(env or {})}
        return self.expect(code, "report", "flush", *arguments, env=environment)

    def waiting(self, state="pending"):
        folder = self.outbox / state
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def hooks(self):
        return self.server.sent_to("/hook")


def signature(key, request):
    text = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    return "v1," + base64.b64encode(
        hmac.new(base64.b64decode(key.removeprefix("whsec_")), text, hashlib.sha256).digest()).decode()


class WebhookTest(ReportTest):
    def test_an_event_is_signed_and_says_what_happened(self):
        self.report(0)
        request, = self.hooks()
        event = json.loads(request.body)
        self.assertEqual("POST", request.method)
        self.assertEqual("application/json", request.headers["Content-Type"])
        self.assertRegex(request.headers["User-Agent"], r"^lockgate/\d")
        self.assertRegex(request.headers["webhook-id"], r"^lgr-[0-9A-HJKMNP-TV-Z]{26}$")
        self.assertLess(abs(int(request.headers["webhook-timestamp"]) - time.time()), 60)
        self.assertEqual(signature(KEY, request), request.headers["webhook-signature"])
        self.assertEqual({"type", "timestamp", "data"}, set(event))
        self.assertEqual("lockgate.verify.finished", event["type"])
        self.assertEqual(("ok", 1), (event["data"]["outcome"], event["data"]["pending"]))
        self.assertEqual([], self.waiting())

    def test_two_keys_sign_while_they_are_changed(self):
        self.report(0, env={"LOCKGATE_WEBHOOK_SECRET": f"{KEY} {OTHER_KEY}"})
        request, = self.hooks()
        self.assertEqual(f"{signature(KEY, request)} {signature(OTHER_KEY, request)}",
                         request.headers["webhook-signature"])

    def test_without_a_key_it_is_sent_and_says_so(self):
        result = self.report(0, env={"LOCKGATE_WEBHOOK_SECRET": ""})
        request, = self.hooks()
        self.assertIsNone(request.headers["webhook-signature"])
        self.assertIn("not signed", result.err)

    def test_a_key_that_is_none_is_found_before_anything_runs(self):
        for key in ("whsec_", "whsec_AAAA", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_" + "A" * 400,
                    KEY + " x"):
            result = self.report(2, command="apply", env={"LOCKGATE_WEBHOOK_SECRET": key})
            self.assertIn("LOCKGATE_WEBHOOK_SECRET is no key", result.err)
            self.assertNotIn(key, result.err)
        self.assertFalse((self.folder / "app.db").exists())
        self.assertEqual([], self.hooks())

    def test_apply_tells_its_beginning_and_its_end(self):
        self.report(0, command="apply")
        first, second = (json.loads(request.body) for request in self.hooks())
        self.assertEqual(["lockgate.apply.started", "lockgate.apply.finished"], [first["type"], second["type"]])
        self.assertEqual("running", first["data"]["outcome"])
        self.assertEqual("1", second["data"]["applied"][0]["version"])
        ids = [request.headers["webhook-id"] for request in self.hooks()]
        self.assertEqual(ids[0], ids[1] + "-started")

    def test_a_no_op_tells_its_end_alone(self):
        self.expect(0, "apply", "--db", self.db)
        self.report(0, command="apply")
        self.assertEqual(1, len(self.hooks()))

    def test_many_findings_are_cut_and_counted(self):
        for number in range(2, 400):
            self.write(f"{number}_{'long_name_' * 8}.up.sql", "SELECT 1;\n")
        self.report(0)
        request, = self.hooks()
        data = json.loads(request.body)["data"]
        self.assertLessEqual(len(request.body), 20000)
        self.assertEqual(399, data["counts"]["plan"])
        self.assertLess(0, len(data["plan"]))
        self.assertLess(len(data["plan"]), 399)


class FailureTest(ReportTest):
    """Each row of the table: what an answer means, and that the exit code stays what it was."""

    def ids(self):
        return {request.headers["webhook-id"] for request in self.hooks()}

    def test_passing_answers_are_tried_again(self):
        for status in (408, 425, 429, 500, 502, 503, 504, 520, 524):
            self.server.requests.clear()
            self.server.plan("/hook", Answer(status), Answer(status), Answer(204))
            self.report(0)
            self.assertEqual(3, len(self.hooks()), status)
            self.assertEqual(1, len(self.ids()), "one event, one id")
            self.assertEqual([], self.waiting(), status)

    def test_a_reset_is_tried_again(self):
        self.server.plan("/hook", RESET, RESET, Answer(200))
        self.report(0)
        self.assertEqual(3, len(self.hooks()))
        self.assertEqual([], self.waiting())

    def test_each_try_is_signed_anew(self):
        self.server.plan("/hook", Answer(503, {"Retry-After": "1"}), Answer(200))
        self.report(0)
        first, second = self.hooks()
        self.assertEqual(first.body, second.body)
        self.assertNotEqual(first.headers["webhook-timestamp"], second.headers["webhook-timestamp"])
        for request in (first, second):
            self.assertEqual(signature(KEY, request), request.headers["webhook-signature"])

    def test_retry_after_is_obeyed_in_both_forms(self):
        self.server.plan("/hook", Answer(503, {"Retry-After": "1"}), Answer(200))
        self.report(0)
        first, second = self.hooks()
        self.assertGreaterEqual(second.time - first.time, 0.9)
        self.server.requests.clear()
        # The date is counted from when it is sent: however long the start took, there is a wait.
        later = Answer(503)
        later.before = lambda: later.headers.update({"Retry-After": email.utils.formatdate(
            int(time.time()) + 2, usegmt=True)})
        self.server.plan("/hook", later, Answer(200))
        self.report(0)
        first, second = self.hooks()
        self.assertGreaterEqual(second.time - first.time, 0.9, later.headers)

    def test_what_asks_for_more_time_than_there_is_waits_in_the_outbox(self):
        self.server.plan("/hook", Answer(429, {"Retry-After": "3600"}))
        result = self.report(0)
        self.assertEqual(1, len(self.hooks()))
        name, = self.waiting()
        entry = json.loads((self.outbox / "pending" / name).read_text())
        self.assertGreater(entry["not_before"], time.time() + 3000)
        self.assertIn("lockgate report flush", result.err)
        self.assertEqual(1, entry["attempts"])
        self.flush(6, "--report-timeout", "1s")
        self.assertEqual(1, len(self.hooks()), "nobody is asked before the time")

    def test_refusals_are_dead_at_once(self):
        for status in (301, 302, 307, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 426, 501):
            self.server.requests.clear()
            self.server.plan("/hook", Answer(status, {"Location": self.server.url + "/other"}))
            result = self.report(0)
            self.assertEqual(1, len(self.server.requests), status)
            self.assertEqual([], self.waiting(), status)
            self.assertIn(f"the answer was {status}", result.err)
        dead = self.waiting("dead")
        self.assertEqual(15, len(dead))
        self.assertIn("the answer was", json.loads((self.outbox / "dead" / dead[0]).read_text())["problem"])

    def test_a_wait_without_end_is_a_day(self):
        self.server.plan("/hook", Answer(429, {"Retry-After": "9223372036854775"}))
        self.report(0)
        self.assertEqual(1, len(self.hooks()))
        listed = self.expect(0, "report", "list", "--json", env={"LOCKGATE_OUTBOX": str(self.outbox)}).json
        self.assertEqual(1, len(listed["reports"]))

    def test_nobody_there(self):
        result = self.report(0, "--report-timeout", "1s", url=f"http://127.0.0.1:{unused_port()}/hook")
        self.assertEqual(1, len(self.waiting()))
        self.assertIn("1 report is not delivered yet", result.err)
        self.flush(0)
        self.assertEqual(1, len(self.hooks()))
        self.assertEqual([], self.waiting())

    def test_a_server_that_never_answers_takes_the_budget_and_no_more(self):
        for answer in (SILENCE, DRIBBLE):
            self.server.plan("/hook", answer)
            start = time.monotonic()
            self.report(0, "--report-timeout", "1s")
            self.assertLess(time.monotonic() - start, 8)
        self.assertEqual(2, len(self.waiting()))

    def test_an_untrusted_certificate_is_dead(self):
        certificate, key = make_certificate(self.folder)
        with Server(certificate=(certificate, key)) as server:
            result = self.report(0, url=server.url + "/hook")
            self.assertEqual([], server.requests)
            self.assertIn("refuses the report", result.err)
            self.assertEqual(1, len(self.waiting("dead")))
            self.report(0, "--ca-file", certificate, url=server.url + "/hook")
            self.assertEqual(1, len(server.requests))
            self.report(0, env={"SSL_CERT_FILE": str(certificate)}, url=server.url + "/hook")
            self.assertEqual(2, len(server.requests))

    def test_a_certificate_of_another_host_is_dead(self):
        certificate, key = make_certificate(self.folder, "elsewhere.example")
        with Server(certificate=(certificate, key)) as server:
            self.report(0, "--ca-file", certificate, url=server.url + "/hook")
            self.assertEqual([], server.requests)
        self.assertEqual(1, len(self.waiting("dead")))

    def test_addresses_that_are_refused_before_anything_runs(self):
        for url, words in (("http://hooks.example/x", "--allow-http"), ("ftp://hooks.example/", "https"),
                           ("no url", "no URL"), ("file:///etc/passwd", "not sent by")):
            result = self.report(2, command="apply", url=url)
            self.assertIn(words, result.err)
        self.assertFalse((self.folder / "app.db").exists())

    def test_the_exit_code_is_the_deploys(self):
        self.server.plan("/hook", Answer(400), Answer(400))
        self.report(0, command="apply")
        self.write("1_a.up.sql", "CREATE TABLE other (id INTEGER);\n")
        self.server.plan("/hook", Answer(400))
        self.report(1)
        self.server.plan("/hook", Answer(400))
        self.report(1, sink="webhook!")

    def test_a_required_sink_turns_0_into_6(self):
        self.server.plan("/hook", Answer(400))
        result = self.report(6, "--json", sink="webhook!")
        self.assertEqual((6, "unreported"), (result.json["exit_code"], result.json["outcome"]))
        result = self.report(6, "--report-timeout", "1s", sink="webhook!",
                             url=f"http://127.0.0.1:{unused_port()}/hook")
        self.report(0, sink="webhook!")

    def test_events_keep_their_order(self):
        self.server.plan("/hook", Answer(503), Answer(503), Answer(503), Answer(503))
        self.report(0, "--report-timeout", "1ms", command="apply")
        self.server.plan("/hook")
        self.server.plans["/hook"].clear()
        self.server.requests.clear()
        self.flush(0)
        types = [json.loads(request.body)["type"] for request in self.hooks()]
        self.assertEqual(["lockgate.apply.started", "lockgate.apply.finished"], types)

    def test_a_signal_ends_reporting_soon(self):
        self.server.plan("/hook", SILENCE)
        process = self.start("verify", "--db", self.db, "--report", "webhook", env={
            "LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_URL": self.server.url + "/hook"})
        deadline = time.monotonic() + 60
        while not self.hooks() and time.monotonic() < deadline:
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertLess(time.monotonic() - start, 6.9)
        self.assertEqual(0, process.returncode, "what was decided before the signal stands")
        self.assertEqual(1, len(self.waiting()))


class OutboxTest(ReportTest):
    def leave_one(self):
        self.report(0, "--report-timeout", "1ms", url=f"http://127.0.0.1:{unused_port()}/hook")

    def test_list_flush_and_drop(self):
        environment = {"LOCKGATE_OUTBOX": str(self.outbox)}
        self.leave_one()
        self.leave_one()
        self.server.plan("/hook", Answer(410))
        self.report(0)
        listed = self.expect(0, "report", "list", "--json", env=environment).json
        self.assertEqual(["pending", "pending", "dead"], [item["state"] for item in listed["reports"]])
        first = listed["reports"][0]["id"]
        self.assertIn("3 reports", self.expect(0, "report", "list", env=environment).out)
        self.expect(0, "report", "drop", first, env=environment)
        self.expect(2, "report", "drop", first, env=environment)
        self.assertIn("1 delivered, 0 not", self.flush(0).out)
        self.assertEqual({"dropped": 1}, self.expect(0, "report", "drop", "--json", env=environment).json)
        self.assertEqual(([], []), (self.waiting(), self.waiting("dead")))

    def test_files_are_nobody_elses_to_read(self):
        self.leave_one()
        name, = self.waiting()
        self.assertEqual(0o600, (self.outbox / "pending" / name).stat().st_mode & 0o777)
        for folder in (self.outbox, self.outbox / "pending", self.outbox / "dead"):
            self.assertEqual(0o700, folder.stat().st_mode & 0o777)

    def test_no_secret_rests_there(self):
        self.server.plan("/hook", Answer(401))
        self.report(0, url=self.server.url.replace("http://", "http://user:canary-password@") + "/hook?key=canary-query")
        text = b"".join(path.read_bytes() for path in self.outbox.rglob("*") if path.is_file())
        for secret in (b"canary", KEY.encode(), b"AAECAwQF", self.server.url.encode()):
            self.assertNotIn(secret, text)

    def test_a_folder_that_others_may_write_to_is_not_used(self):
        self.outbox.mkdir()
        self.outbox.chmod(0o777)
        result = self.report(0, "--report-timeout", "1ms", url=f"http://127.0.0.1:{unused_port()}/hook")
        self.assertIn("others may write", result.err)
        self.assertIn("lockgate-report {", result.err)
        self.assertEqual([], list(self.outbox.iterdir()))

    def test_where_nothing_can_be_written_the_log_keeps_the_report(self):
        (self.folder / "file").write_text("")
        result = self.report(0, "--report-timeout", "1ms", "--outbox", self.folder / "file" / "outbox",
                             url=f"http://127.0.0.1:{unused_port()}/hook", env={"LOCKGATE_OUTBOX": ""} and {})
        line, = [line for line in result.err.splitlines() if line.startswith("lockgate-report ")]
        entry = json.loads(line.removeprefix("lockgate-report "))
        self.assertEqual("webhook", entry["sink"])
        self.assertEqual("lockgate.verify.finished", json.loads(entry["body"])["type"])

    def test_what_is_found_there_is_checked(self):
        self.leave_one()
        name, = self.waiting()
        good = (self.outbox / "pending" / name).read_text()
        pending = self.outbox / "pending"
        for number, text in enumerate((
                "", "{}", "[]", "{" * 100000, good.replace('"webhook"', '"nobody"'), good.replace('"version":1', '"version":2'),
                good.replace('"attempts":', '"attempts":-'), good.replace('"key":""', '"key":"' + "x" * 100 + '"'),
                good[:-1] + ',"id":"twice"}', good + "x" * (5 << 20))):
            (pending / f"lgr-00000000000000000000000{number:03}.webhook.json").write_text(text)
        (pending / "lgr-link.webhook.json").symlink_to("/etc/passwd")
        os.mkfifo(pending / "lgr-pipe.webhook.json")
        (pending / "lgr-00000000000000000000000999.webhook.json").write_text(good)
        self.flush(0)
        self.assertEqual(1, len(self.hooks()))

    def test_the_oldest_make_room(self):
        self.leave_one()
        name, = self.waiting()
        good = (self.outbox / "pending" / name).read_text()
        for number in range(1000):
            identity = f"lgr-0000000000000000000000{number:04}"
            (self.outbox / "pending" / f"{identity}.webhook.json").write_text(
                good.replace(name.split(".")[0], identity))
        result = self.report(0, "--report-timeout", "1ms", url=f"http://127.0.0.1:{unused_port()}/hook")
        self.assertEqual(1000, len(self.waiting()))
        self.assertEqual(2, len(self.waiting("dead")))
        self.assertIn("2 old reports were moved", result.err)

    def test_the_dead_have_a_bound_too(self):
        self.leave_one()
        name, = self.waiting()
        good = (self.outbox / "pending" / name).read_text()
        for number in range(1005):
            identity = f"lgr-0000000000000000000000{number:04}"
            (self.outbox / "dead" / f"{identity}.webhook.json").write_text(good.replace(name.split(".")[0], identity))
        self.server.plan("/hook", Answer(400))
        self.report(0)
        self.assertEqual(1000, len(self.waiting("dead")))

    def test_many_are_sent_with_few_open_files(self):
        self.leave_one()
        name, = self.waiting()
        good = (self.outbox / "pending" / name).read_text()
        for number in range(150):
            identity = f"lgr-0000000000000000000000{number:04}"
            (self.outbox / "pending" / f"{identity}.webhook.json").write_text(
                good.replace(name.split(".")[0], identity))
        environment = {"LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_URL": self.server.url + "/hook"}
        result = self.expect(0, "report", "flush", env=environment,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96)))
        self.assertIn("151 delivered, 0 not", result.out)
        self.assertEqual(151, len({request.headers["webhook-id"] for request in self.hooks()}))

    def test_a_name_is_no_header(self):
        self.leave_one()
        name, = self.waiting()
        good = (self.outbox / "pending" / name).read_text()
        for identity in ("lgr-1\r\nEvil: yes", "lgr-", "lgr-a", "lgr-1-ended", "lgr-1.2", "lgr-1 "):
            (self.outbox / "pending" / f"{identity}.webhook.json").write_text(
                good.replace(name.split(".")[0], json.dumps(identity)[1:-1]))
        self.flush(0)
        self.assertEqual([name.split(".")[0]], [request.headers["webhook-id"] for request in self.hooks()])

    def test_looking_makes_nothing(self):
        environment = {"LOCKGATE_OUTBOX": str(self.outbox)}
        self.assertIn("0 reports", self.expect(0, "report", "list", env=environment).out)
        self.assertFalse(self.outbox.exists())
        self.leave_one()
        name, = self.waiting()
        self.assertEqual(1, len(self.expect(0, "report", "list", "--json", env=environment).json["reports"]))

    def test_what_was_delivered_has_no_problem(self):
        self.leave_one()
        out = self.flush(0).out
        self.assertRegex(out, r"(?m)^delivered .* lgr-\S+$")

    def test_two_that_flush_send_each_event_once(self):
        for _ in range(6):
            self.leave_one()
        environment = {"LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_URL": self.server.url + "/hook"}
        processes = [self.start("report", "flush", env=environment) for _ in range(4)]
        for process in processes:
            process.communicate(timeout=60)
        ids = [request.headers["webhook-id"] for request in self.hooks()]
        self.assertEqual((6, 6), (len(ids), len(set(ids))))

    def test_a_sink_that_lacks_something_keeps_its_reports(self):
        self.leave_one()
        result = self.expect(6, "report", "flush", env={"LOCKGATE_OUTBOX": str(self.outbox)})
        self.assertIn("it has no address", result.out)
        self.assertEqual(1, len(self.waiting()))

    def test_sinks_can_be_tested(self):
        environment = {"LOCKGATE_OUTBOX": str(self.outbox), "LOCKGATE_WEBHOOK_SECRET": KEY}
        arguments = ("report", "test", "--report", "webhook", "--webhook-url", self.server.url + "/hook")
        self.expect(0, *arguments, env=environment)
        self.assertEqual(["lockgate.report.test"], [json.loads(request.body)["type"] for request in self.hooks()])
        self.server.plan("/hook", Answer(401))
        result = self.expect(6, *arguments, env=environment)
        self.assertIn("the answer was 401", result.out)
        self.expect(2, "report", "test", env=environment)
        self.assertEqual([], self.waiting())

    def test_words(self):
        for words in ((), ("send",), ("list", "x"), ("drop", "a", "b")):
            self.assertIn("list, flush, drop or test" if len(words) < 2 else "too many",
                          "".join(self.expect(2, "report", *words).err.splitlines()))


class SlackTest(ReportTest):
    def test_a_message_has_a_fallback_and_blocks(self):
        self.write("2_<b>&.up.sql".replace("<b>&", "b"), "SELECT 1;\n")
        self.report(0, sink="slack", env={"LOCKGATE_SLACK_URL": self.server.url + "/services/T0/B0/canary"})
        request, = self.server.sent_to("/services/T0/B0/canary")
        message = json.loads(request.body)
        self.assertIn("2 pending", message["text"])
        self.assertEqual("header", message["blocks"][0]["type"])
        self.assertLessEqual(len(message["blocks"][0]["text"]["text"]), 150)

    def test_its_address_is_a_secret(self):
        self.server.plan("/services/T0/B0/canary", Answer(404))
        result = self.report(0, "-v", sink="slack", env={"LOCKGATE_SLACK_URL": self.server.url + "/services/T0/B0/canary"})
        text = b"".join(path.read_bytes() for path in self.outbox.rglob("*") if path.is_file()).decode()
        self.assertNotIn("canary", result.out + result.err + text)
        result = self.expect(2, "verify", "--db", self.db, "--slack-url", "https://hooks.example/canary")
        self.assertIn("LOCKGATE_SLACK_URL", result.err)
        self.assertNotIn("canary", result.err)
