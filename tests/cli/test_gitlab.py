# SPDX-License-Identifier: MIT
"""The sink of GitLab: the status of the commit, and one note on the merge request."""
import json
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from http_server import RESET, Answer, Server  # noqa: E402
from program import ProgramTest  # noqa: E402

COMMIT, HEAD = "a" * 40, "b" * 40
TOKEN = "glpat-canaryTokenOfThisTest"


class GitLab:
    """What lockgate uses of GitLab's REST API, with a memory."""

    def __init__(self):
        self.statuses, self.notes, self.calls = [], [], []
        self.me = 5

    def __call__(self, request):
        url = urllib.parse.urlsplit(request.path)
        path, query = url.path.removeprefix("/api/v4"), dict(urllib.parse.parse_qsl(url.query))
        self.calls.append((request.method, path))
        if request.headers.get("PRIVATE-TOKEN") != TOKEN:
            return Answer(401, body={"message": "401 Unauthorized"})
        body = json.loads(request.body) if request.body else None
        status = re.fullmatch(r"/projects/42/statuses/([0-9a-f]{40})", path)
        if status and request.method == "POST":
            if any(old["sha"] == status[1] and old["name"] == body["name"] and old["state"] == body["state"]
                   for old in self.statuses):
                return Answer(400, body={"message": "Cannot transition status via :run from :running"})
            self.statuses.append({"sha": status[1], **body})
            return Answer(201, body=body)
        if path == "/user":
            return Answer(200, body={"id": self.me})
        if path == "/projects/42/merge_requests/9/notes" and request.method == "GET":
            page, size = int(query.get("page", 1)), min(int(query["per_page"]), 10)
            newest = list(reversed(self.notes))
            headers = {}
            if page * size < len(newest):
                headers["Link"] = f'<{self.url}{path}?per_page={size}&page={page + 1}>; rel="next"'
            return Answer(200, headers, newest[(page - 1) * size:page * size])
        if path == "/projects/42/merge_requests/9/notes" and request.method == "POST":
            return Answer(201, body=self.add_note(body["body"], self.me))
        note = re.fullmatch(r"/projects/42/merge_requests/9/notes/(\d+)", path)
        if note and request.method == "PUT":
            self.notes[int(note[1])]["body"] = body["body"]
            return Answer(200, body=self.notes[int(note[1])])
        return Answer(404, body={"message": "404 Not Found"})

    def add_note(self, text, author, system=False):
        self.notes.append({"id": len(self.notes), "body": text, "author": {"id": author}, "system": system})
        return self.notes[-1]


class GitLabTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (id INTEGER);\n")
        self.gitlab = GitLab()
        self.gitlab.add_note("the first one has number 0", 1)
        server = Server(self.gitlab)
        self.server = server.__enter__()
        self.addCleanup(server.__exit__)
        self.gitlab.url = self.server.url + "/api/v4"

    def report(self, code, *arguments, command="verify", env=None):
        return self.expect(code, command, "--db", self.db, "--report", "gitlab", *arguments, env={
            "GITLAB_CI": "true", "CI_API_V4_URL": self.gitlab.url, "CI_PROJECT_ID": "42", "CI_COMMIT_SHA": COMMIT,
            "CI_COMMIT_REF_NAME": "main", "CI_PIPELINE_ID": "88", "CI_JOB_URL": "https://gitlab.example/-/jobs/1",
            "LOCKGATE_GITLAB_TOKEN": TOKEN, "LOCKGATE_OUTBOX": str(self.folder / "outbox"), **(env or {})})

    def merge_request(self):
        return {"CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42"}

    def test_a_status_belongs_to_the_pipeline(self):
        self.report(0, "--environment", "prod", command="apply")
        self.assertEqual(["running", "success"], [status["state"] for status in self.gitlab.statuses])
        status = self.gitlab.statuses[-1]
        self.assertEqual((COMMIT, "lockgate/prod", "88", "main", "https://gitlab.example/-/jobs/1"),
                         (status["sha"], status["name"], status["pipeline_id"], status["ref"], status["target_url"]))
        self.assertLessEqual(len(status["description"]), 255)

    def test_states(self):
        self.write("1_a.up.sql", "SELECT nothing FROM nowhere;\n")
        self.report(5, command="apply")
        self.assertEqual(["running", "failed"], [status["state"] for status in self.gitlab.statuses])

    def test_a_state_that_is_set_already_is_delivered(self):
        self.report(0)
        self.assertNotIn("warning", self.report(0).err)
        self.assertEqual(1, len(self.gitlab.statuses))
        self.assertEqual([], list((self.folder / "outbox" / "pending").iterdir()))
        self.assertEqual([], list((self.folder / "outbox" / "dead").iterdir()))

    def test_of_merged_results_the_branchs_commit_counts(self):
        self.report(0, env=self.merge_request())
        self.assertEqual(HEAD, self.gitlab.statuses[0]["sha"])

    def test_one_note_is_kept_up_to_date(self):
        self.report(0, env=self.merge_request())
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.report(0, env=self.merge_request())
        self.assertEqual(2, len(self.gitlab.notes))
        self.assertIn("2 pending", self.gitlab.notes[1]["body"])

    def test_it_is_found_behind_many(self):
        self.report(0, env=self.merge_request())
        for number in range(25):
            self.gitlab.add_note(f"note {number}", 1)
        self.write("2_b.up.sql", "SELECT 1;\n")
        self.report(0, env=self.merge_request())
        self.assertEqual(27, len(self.gitlab.notes))

    def test_others_may_have_our_marker(self):
        self.report(0, env=self.merge_request())
        body = self.gitlab.notes.pop()["body"]
        self.gitlab.add_note(body, 6)
        self.gitlab.add_note(body, self.gitlab.me, system=True)
        self.report(0, env=self.merge_request())
        self.assertEqual(4, len(self.gitlab.notes))

    def test_a_lost_answer_makes_no_second_note(self):
        lost = []
        original = self.gitlab.__call__

        def handler(request):
            answer = original(request)
            if request.method == "POST" and request.path.endswith("/notes") and not lost:
                lost.append(request)
                return RESET
            return answer
        self.server.handler = handler
        self.report(0, env=self.merge_request())
        self.assertEqual((1, 2), (len(lost), len(self.gitlab.notes)))

    def test_a_fork_is_left_out(self):
        env = {**self.merge_request(), "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43", "LOCKGATE_GITLAB_TOKEN": ""}
        self.assertIn("left out", self.report(0, env=env).err)
        self.assertEqual([], self.gitlab.calls)

    def test_what_is_missing_is_said_before_anything_runs(self):
        self.assertIn("LOCKGATE_GITLAB_TOKEN", self.report(2, env={"LOCKGATE_GITLAB_TOKEN": ""}).err)
        self.assertIn("no job of GitLab CI", self.report(2, env={"GITLAB_CI": ""}).err)

    def test_the_token_is_never_shown(self):
        self.server.plan("/api/v4/projects/42/statuses/" + COMMIT, Answer(401, body={"message": "bad " + TOKEN}))
        result = self.report(0, "-v")
        kept = b"".join(path.read_bytes() for path in (self.folder / "outbox").rglob("*") if path.is_file()).decode()
        self.assertNotIn("canary", result.out + result.err + kept)
        self.assertIn("the answer was 401", result.err)
