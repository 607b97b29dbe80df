# SPDX-License-Identifier: MIT
"""The sinks of GitHub: which commit, which request, what is written, and what is written again."""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from fake_github import GitHub  # noqa: E402
from http_server import RESET, Answer, Server  # noqa: E402
from program import ProgramTest  # noqa: E402

MERGE, HEAD = "a" * 40, "b" * 40
TOKEN = "ghp_canaryTokenOfThisTest0123456789"


class GitHubTest(ProgramTest):
    """A run of GitHub Actions, as far as a program can tell."""

    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")
        self.outbox = self.folder / "outbox"
        self.github = GitHub()
        server = Server(self.github)
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)
        self.github.url = self.server.url + "/api/v3"
        self.addCleanup(self.keep_log)

    def keep_log(self):
        """For tests/verifiers: what was sent, as lines of JSON."""
        if os.environ.get("LOCKGATE_TEST_REQUESTS"):
            with open(os.environ["LOCKGATE_TEST_REQUESTS"], "a", encoding="utf-8") as log:
                for entry in self.github.log:
                    log.write(json.dumps({"test": self.id(), **entry}) + "\n")

    def event(self, name, payload):
        path = self.write("event.json", json.dumps(payload), ".")
        return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}

    def pull_request(self, number=7, head="o/r", sha=HEAD):
        return self.event("pull_request", {
            "pull_request": {"number": number, "head": {"sha": sha, "repo": head and {"full_name": head}}},
            "repository": {"full_name": "o/r"}})

    def actions(self, extra=None):
        return {"GITHUB_ACTIONS": "true", "GITHUB_SHA": MERGE, "GITHUB_REPOSITORY": "o/r",
                "GITHUB_API_URL": self.server.url + "/api/v3", "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_RUN_ID": "77", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_ACTOR": "somebody",
                "GITHUB_WORKSPACE": str(self.folder), "GITHUB_TOKEN": TOKEN, "GITHUB_EVENT_NAME": "push",
                "LOCKGATE_OUTBOX": str(self.outbox), **(extra or {})}

    def report(self, code, sink, *arguments, command="verify", env=None, **options):
        return self.expect(code, command, "--db", self.db, "--report", sink, *arguments, env=self.actions(env), **options)

    def calls(self, method=None):
        return [(entry["method"], entry["path"]) for entry in self.github.log if method in (None, entry["method"])]


class RequestTest(GitHubTest):
    def test_every_request_says_who_and_which_version(self):
        self.report(0, "status,check")
        for entry in self.github.log:
            headers = entry["headers"]
            self.assertEqual("Bearer " + TOKEN, headers["authorization"])
            self.assertEqual("2022-11-28", headers["x-github-api-version"])
            self.assertIn("application/vnd.github+json", headers["accept"])
            self.assertRegex(headers["user-agent"], r"^lockgate/")
        self.github.log.clear()
        self.report(0, "status", "--github-api-version", "2026-03-10")
        self.assertEqual("2026-03-10", self.github.log[0]["headers"]["x-github-api-version"])

    def test_the_end_of_a_version_is_told(self):
        self.github.refusals["/repos/o/r/statuses"] = Answer(201, {"Sunset": "Sat, 10 Mar 2029 00:00:00 GMT"}, {})
        self.assertIn("ends: Sat, 10 Mar 2029", self.report(0, "status").err)

    def test_what_is_missing_is_said_before_anything_runs(self):
        for variable, words in (("GITHUB_TOKEN", "GITHUB_TOKEN"), ("GITHUB_REPOSITORY", "which repository"),
                                ("GITHUB_API_URL", "which repository")):
            result = self.report(2, "status", command="apply", env={variable: ""})
            self.assertIn(words, result.err)
        self.assertIn("no run of GitHub Actions", self.report(2, "status", env={"GITHUB_ACTIONS": ""}).err)
        self.assertFalse((self.folder / "app.db").exists())

    def test_a_repository_that_is_no_name_never_becomes_a_path(self):
        for name in ("o/r/../x", "o", "../r", "o/..", "o/r?x", "o/ r", "/r", "o/"):
            self.report(2, "status", env={"GITHUB_REPOSITORY": name})
        self.assertEqual([], self.github.log)

    def test_a_missing_permission_is_named(self):
        self.github.refusals["/repos"] = Answer(403, {"X-Accepted-GitHub-Permissions": "statuses=write"},
                                                {"message": "Resource not accessible by integration"})
        result = self.report(0, "status")
        self.assertIn("add 'statuses: write' to this job's 'permissions'", result.err)
        self.assertIn("Resource not accessible by integration", result.err)
        self.github.refusals["/repos"] = Answer(403, body={"message": "Resource not accessible by integration"})
        self.assertIn("add 'checks: write'", self.report(0, "check").err)
        self.assertIn("add 'pull-requests: write'", self.report(0, "comment", env=self.pull_request()).err)

    def test_rate_limits_are_waited_for(self):
        import time
        limits = (Answer(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 1)}, {}),
                  Answer(429, {"Retry-After": "1"}, {}), Answer(403, {"Retry-After": "1"}, {}))
        for answer in limits:
            self.server.plan("/api/v3/repos/o/r/statuses/" + MERGE, answer)
            self.report(0, "status")
        self.assertEqual(3, len(self.github.statuses))

    def test_a_secondary_limit_is_left_alone_for_a_minute(self):
        self.github.refusals["/repos"] = Answer(403, body={"message": "You have exceeded a secondary rate limit."})
        self.report(0, "status")
        self.assertEqual(1, len(self.github.log))
        name, = (path.name for path in (self.outbox / "pending").iterdir())
        self.assertIn("status", name)

    def test_a_redirect_is_followed_on_the_same_host_alone(self):
        path = "/api/v3/repos/o/r/statuses/" + MERGE
        self.server.plan(path, Answer(307, {"Location": self.server.url + "/api/v3/repos/moved/r/statuses/" + MERGE}))
        self.report(0, "status")
        self.assertEqual("moved/r", self.github.statuses[0]["repository"])
        self.assertEqual("success", self.github.statuses[0]["state"])
        with Server() as other:
            self.server.plan(path, Answer(307, {"Location": other.url + "/steal"}))
            self.report(0, "status")
            self.assertEqual([], other.requests)
        for _ in range(6):
            self.server.plan(path, Answer(301, {"Location": self.server.url + path}))
        self.report(0, "status")

    def test_the_token_is_never_shown(self):
        self.github.refusals["/repos"] = Answer(401, body={"message": "Bad credentials: " + TOKEN})
        result = self.report(0, "status,check", "-v", "--json")
        kept = b"".join(path.read_bytes() for path in self.outbox.rglob("*") if path.is_file()).decode()
        self.assertNotIn("canary", result.out + result.err + kept)


    def test_a_message_that_is_cut_loses_no_report(self):
        for text in ("a" + "\u00e9" * 300, "\U0001f512" * 300, "\x00\x1b[31m" + "x" * 5000):
            self.server.plan("/api/v3/repos/o/r/statuses/" + MERGE, Answer(503, {"Retry-After": "99"}, {"message": text}))
            self.report(0, "status")
            listed = self.expect(0, "report", "list", "--json", env={"LOCKGATE_OUTBOX": str(self.outbox)}).json
            self.assertEqual(1, len(listed["reports"]), "a newer state replaces the older one")

    def test_testing_a_sink_sets_no_status_of_a_deploy(self):
        self.expect(0, "report", "test", "--report", "status,check", "--environment", "prod", env=self.actions())
        self.assertEqual(["lockgate/prod (test)"], [status["context"] for status in self.github.statuses])
        self.assertEqual(["lockgate / prod (test)"], [check["name"] for check in self.github.checks])

    def test_outputs_and_exit_status_agree(self):
        output = self.write("output.txt", "", ".")
        self.github.refusals["/repos"] = Answer(422, {}, {})
        result = self.report(6, "status!", "--json", env={"GITHUB_OUTPUT": str(output)})
        self.assertEqual("unreported", result.json["outcome"])
        self.assertIn("\nunreported\n", output.read_text())
        self.assertIn("sink 'status' is required and has not taken the report: exit status 6", result.err)


class EventTest(GitHubTest):
    def commit_of(self, env):
        self.github.statuses.clear()
        self.report(0, "status", env=env)
        return self.github.statuses[-1]["sha"] if self.github.statuses else None

    def test_the_commit_that_people_see(self):
        self.assertEqual(MERGE, self.commit_of({}))
        self.assertEqual(HEAD, self.commit_of(self.pull_request()))
        self.assertEqual(HEAD, self.commit_of(self.event("merge_group", {
            "merge_group": {"head_sha": HEAD, "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-abc"}})))
        self.assertEqual(HEAD, self.commit_of(self.event("workflow_run", {
            "workflow_run": {"head_sha": HEAD, "pull_requests": [{"number": 7}]}})))
        self.assertEqual(HEAD, self.commit_of(self.event("deployment", {"deployment": {"sha": HEAD, "id": 9}})))

    def test_a_comments_commit_is_asked_for(self):
        self.github.heads[7] = HEAD
        env = self.event("issue_comment", {"issue": {"number": 7, "pull_request": {}}})
        self.assertEqual(HEAD, self.commit_of(env))
        self.assertIn(("GET", "/repos/o/r/pulls/7"), self.calls())

    def test_a_fork_is_told_once_and_fails_nothing(self):
        for head, actor in (("fork/r", "somebody"), (None, "somebody"), ("o/r", "dependabot[bot]")):
            env = {**self.pull_request(head=head), "GITHUB_ACTOR": actor}
            summary = self.write("summary.md", "", ".")
            result = self.report(0, "status,check,comment,webhook", env={
                **env, "GITHUB_TOKEN": "", "LOCKGATE_WEBHOOK_URL": "", "GITHUB_STEP_SUMMARY": str(summary)})
            self.assertEqual(1, result.err.count("left out"), result)
            self.assertIn("1 pending", summary.read_text())
        self.assertEqual([], self.github.log)

    def test_pull_request_target_is_refused(self):
        env = self.event("pull_request_target", {
            "pull_request": {"number": 7, "head": {"sha": HEAD, "repo": {"full_name": "fork/r"}}},
            "repository": {"full_name": "o/r"}})
        result = self.report(2, "status", command="apply", env=env)
        self.assertIn("--allow-untrusted", result.err)
        self.assertIn("::error", result.err)
        self.assertFalse((self.folder / "app.db").exists())
        self.report(0, "status", "--allow-untrusted", env=env)
        self.assertEqual(HEAD, self.github.statuses[0]["sha"])

    def test_an_event_that_cannot_be_read_trusts_nobody(self):
        for text in ("", "{", "[]", '{"pull_request": {"head": {"sha": "../../x"}}}'):
            self.write("event.json", text, ".")
            result = self.report(0, "status", env={"GITHUB_EVENT_NAME": "pull_request",
                                                   "GITHUB_EVENT_PATH": str(self.folder / "event.json")})
            self.assertIn("left out", result.err)
        self.assertEqual([], self.github.log)


class StatusTest(GitHubTest):
    def test_states(self):
        def state(code, **options):
            self.github.statuses.clear()
            self.report(code, "status", **options)
            return [status["state"] for status in self.github.statuses]
        self.assertEqual(["success"], state(0))
        self.assertEqual(["pending", "success"], state(0, command="apply"))
        self.write("2_b.up.sql", "SELECT nothing FROM nowhere;\n")
        self.assertEqual(["pending", "failure"], state(5, command="apply"))
        (self.folder / "migrations" / "2_b.up.sql").unlink()
        self.write("1_a.up.sql", "CREATE TABLE other (id INTEGER);\n")
        self.assertEqual(["failure"], state(1))
        self.write("1_a.up.sql", "COMMIT;\n")
        self.assertEqual(["failure"], state(7))
        self.db = "postgres://nobody@127.0.0.1:1/none"
        self.write("1_a.up.sql", "SELECT 1;\n")
        self.assertEqual(["error"], state(3))

    def test_its_name_and_its_words(self):
        self.write("1_a.up.sql", "SELECT nothing FROM " + "nowhere_" * 60 + ";\n")
        self.report(5, "status", "--environment", "prod", command="apply")
        status = self.github.statuses[-1]
        self.assertEqual("lockgate/prod", status["context"])
        self.assertLessEqual(len(status["description"]), 140)
        self.assertEqual("https://github.example/o/r/actions/runs/77/attempts/2", status["target_url"])

    def test_a_newer_state_replaces_one_that_waits(self):
        self.server.plan("/api/v3/repos/o/r/statuses/" + MERGE, *[Answer(503, {"Retry-After": "99"}, {})] * 2)
        self.report(0, "status")
        self.report(0, "status")
        self.assertEqual(1, len(list((self.outbox / "pending").iterdir())))


class CheckTest(GitHubTest):
    def change_all(self, count):
        for number in range(1, count + 1):
            self.write(f"{number}_a.up.sql", "SELECT 1;\n")
        self.expect(0, "apply", "--db", self.db)
        for number in range(1, count + 1):
            self.write(f"{number}_a.up.sql", "SELECT 2;\n")

    def test_a_run_is_made_and_completed(self):
        self.report(0, "check", "--environment", "prod", command="apply")
        check, = self.github.checks
        self.assertEqual(("lockgate / prod", MERGE, "completed", "success"),
                         (check["name"], check["head_sha"], check["status"], check["conclusion"]))
        self.assertEqual(["POST", "PATCH"], [method for method, _ in self.calls() if method != "GET"])
        self.assertRegex(check["external_id"], "^lgr-")
        self.assertIn("actions/runs/77", check["output"]["summary"])

    def test_findings_are_annotations_in_pages_of_fifty(self):
        self.change_all(120)
        self.report(1, "check")
        check, = self.github.checks
        self.assertEqual("failure", check["conclusion"])
        self.assertEqual(120, len(check["annotations"]))
        self.assertEqual(120, len({item["path"] for item in check["annotations"]}))
        self.assertEqual("migrations/1_a.up.sql", check["annotations"][0]["path"])
        self.assertEqual(["POST", "PATCH", "PATCH"], [method for method, _ in self.calls() if method != "GET"])

    def test_an_answer_that_is_lost_makes_no_second_run(self):
        taken = []
        original = self.github.post_check

        def post(repository, body, query):
            answer = original(repository, body=body, query=query)
            taken.append(1)
            return RESET if len(taken) == 1 else answer
        self.github.post_check = post
        self.report(0, "check")
        self.assertEqual(1, len(self.github.checks))
        self.assertEqual("completed", self.github.checks[0]["status"])

    def test_annotations_go_on_where_a_try_has_ended(self):
        self.change_all(120)
        original, count = self.github.patch_check, []

        def patch(repository, number, body, query):
            count.append(1)
            answer = original(repository, number, body=body, query=query)
            return RESET if len(count) == 1 else answer
        self.github.patch_check = patch
        self.report(1, "check")
        self.assertEqual(120, len(self.github.checks[0]["annotations"]))


class CommentTest(GitHubTest):
    def comment(self, code=0, *arguments, **options):
        return self.report(code, "comment", *arguments, env={**self.pull_request(), **options.pop("env", {})}, **options)

    def test_one_comment_is_kept_up_to_date(self):
        self.comment()
        comment, = self.github.comments
        self.assertIn("1 pending", comment["body"])
        self.assertRegex(comment["body"], r"<!-- lockgate:v1 key=[0-9a-f]{16} -->\n$")
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.comment()
        self.assertEqual(1, len(self.github.comments))
        self.assertIn("2 pending", self.github.comments[0]["body"])

    def test_nothing_to_say_makes_no_comment_but_ends_one(self):
        self.expect(0, "apply", "--db", self.db)
        self.comment()
        self.assertEqual([], self.github.comments)
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.comment()
        self.expect(0, "apply", "--db", self.db)
        self.comment()
        self.assertIn("up to date", self.github.comments[0]["body"])

    def test_when(self):
        for when, count in (("off", 0), ("failure", 0), ("always", 1)):
            self.github.comments.clear()
            self.comment(0, "--comment", when)
            self.assertEqual(count, len(self.github.comments), when)
        self.assertIn("no time to comment", self.comment(2, "--comment", "never").err)

    def test_others_may_have_our_marker(self):
        self.comment()
        body = self.github.comments[0]["body"]
        self.github.comments.clear()
        mallory = self.github.add_comment(body, ("mallory", "User", None))
        bot = self.github.add_comment(body, ("other[bot]", "Bot", {"slug": "other"}))
        self.comment()
        self.assertEqual(3, len(self.github.comments))
        self.assertEqual((body, body), (mallory["body"], bot["body"]))

    def test_a_users_token_knows_its_own(self):
        self.github.author = ("deployer", "User", None)
        self.comment()
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.comment()
        self.assertEqual(1, len(self.github.comments))

    def test_it_is_found_on_later_pages(self):
        self.github.page = 10
        for number in range(25):
            self.github.add_comment(f"comment {number}", ("somebody", "User", None))
        self.comment()
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.comment()
        self.assertEqual(26, len(self.github.comments))

    def test_pages_of_another_host_are_not_followed(self):
        with Server() as other:
            self.github.refusals["/repos/o/r/issues/7/comments"] = Answer(
                200, {"Link": f'<{other.url}/steal>; rel="next"'}, [])
            self.comment()
            self.assertEqual([], other.requests)

    def test_an_equal_comment_is_left_alone(self):
        self.comment(0, "--comment", "always")
        body = self.github.comments[0]["body"]
        self.github.log.clear()
        self.github.comments[0]["body"] = body
        self.assertEqual([], [call for call in self.calls() if call[0] in ("POST", "PATCH")])

    def test_environments_have_comments_of_their_own(self):
        self.comment(0, "--environment", "staging")
        self.comment(0, "--environment", "prod")
        self.assertEqual(2, len(self.github.comments))
        self.assertNotIn("prod", self.github.comments[1]["body"].splitlines()[-1])

    def test_a_huge_report_still_fits(self):
        for number in range(2, 1500):
            self.write(f"{number}_{'name_' * 20}.up.sql", "SELECT 1;\n")
        self.comment()
        self.assertEqual(1, len(self.github.comments))
        self.assertLessEqual(len(self.github.comments[0]["body"]), 65536)

    def test_a_push_has_no_comment(self):
        self.report(0, "comment")
        self.assertEqual([], self.github.log)


class DeploymentTest(GitHubTest):
    def test_an_events_deployment_is_closed(self):
        env = self.event("deployment", {"deployment": {"sha": HEAD, "id": 9}})
        self.report(0, "deployment", command="apply", env=env)
        self.assertEqual([(9, "in_progress"), (9, "success")],
                         [(number, body["state"]) for number, body in self.github.deployment_statuses])
        self.assertEqual([], self.github.deployments)

    def test_one_is_made_and_found_again(self):
        self.report(0, "deployment", "--environment", "prod", command="apply")
        deployment, = self.github.deployments
        self.assertEqual(("prod", MERGE, False, []), (deployment["environment"], deployment["ref"],
                                                      deployment["auto_merge"], deployment["required_contexts"]))
        self.assertEqual([70, 70], [number for number, _ in self.github.deployment_statuses])

    def test_looking_deploys_nothing(self):
        self.report(0, "deployment")
        self.assertEqual([], self.github.log)
