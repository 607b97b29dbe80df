# SPDX-License-Identifier: MIT
"""Every request to GitHub that the suite makes, by GitHub's own description; and its events, by examples of them."""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import test_github  # noqa: E402
from judges import HERE, MODULES, JudgeTest, run_node  # noqa: E402

OPERATIONS = {"repos/create-commit-status", "checks/create", "checks/update", "checks/list-for-ref",
              "issues/list-comments", "issues/create-comment", "issues/update-comment", "repos/list-deployments",
              "repos/create-deployment", "repos/create-deployment-status", "pulls/get", "users/get-authenticated"}
DESCRIPTIONS = ("api.github.com", "ghes-3.17", "ghes-3.19")


def recorded():
    """What tests/cli/test_github.py sends, but for what it sends to paths that it has broken on purpose."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "requests.jsonl"
        subprocess.run([sys.executable, HERE.parent / "support" / "run_unittest.py",
                        HERE.parent / "cli" / "test_github.py"], check=True, capture_output=True, timeout=300,
                       env={**os.environ, "LOCKGATE_TEST_REQUESTS": str(log)})
        return [json.loads(line) for line in log.read_text().splitlines()]


class RequestTest(JudgeTest):
    @classmethod
    def setUpClass(cls):
        cls.requests = recorded()

    def test_github_would_take_each(self):
        judged = run_node("judge_github.mjs", *[[name, self.requests] for name in DESCRIPTIONS])
        self.assertGreater(len(self.requests), 100)
        for name, results in zip(DESCRIPTIONS, judged):
            for request, result in zip(self.requests, results):
                self.assertEqual([], result["problems"], f"{name}: {json.dumps(request)[:3000]}")
            self.assertEqual(OPERATIONS, {result["operation"] for result in results}, name)
        print(f"{len(self.requests)} requests, {len(DESCRIPTIONS)} descriptions", file=sys.stderr)

    def broken(self):
        """Requests with one thing wrong each."""
        def first(method, part):
            return copy.deepcopy(next(request for request in self.requests
                                      if request["method"] == method and part in request["path"]))
        request = first("POST", "/statuses/")
        request["body"]["state"] = "fine"
        yield request
        request = first("POST", "/check-runs")
        del request["body"]["name"]
        yield request
        request = first("PATCH", "/check-runs/")
        request["body"]["output"] = {"title": "t", "summary": "s", "annotations": [
            {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"}] * 51}
        yield request
        request = first("POST", "/check-runs")
        request["body"]["started_at"] = "yesterday"
        yield request
        request = first("POST", "/comments")
        request["body"] = {"text": "no body"}
        yield request
        request = first("GET", "/check-runs")
        request["query"]["filter"] = "newest"
        yield request
        request = first("GET", "/comments")
        request["query"]["pages"] = "2"
        yield request
        request = first("POST", "/statuses/")
        request["path"] = "/repos/o/r/status"
        yield request

    def test_the_judge_refuses(self):
        requests = list(self.broken())
        for result in run_node("judge_github.mjs", ["api.github.com", requests])[0]:
            self.assertNotEqual([], result["problems"])


class EventTest(test_github.GitHubTest):
    """Payloads as GitHub sends them."""

    COMMITS = {"pull_request": ("pull_request", "head", "sha"),
               "pull_request_review": ("pull_request", "head", "sha"),
               "pull_request_review_comment": ("pull_request", "head", "sha"),
               "merge_group": ("merge_group", "head_sha"), "workflow_run": ("workflow_run", "head_sha"),
               "deployment": ("deployment", "sha"), "deployment_status": ("deployment", "sha")}

    def test_each_example(self):
        examples = json.loads((MODULES / "@octokit" / "webhooks-examples" / "api.github.com" / "index.json").read_text())
        count = 0
        for event in examples:
            path = self.COMMITS.get(event["name"])
            for payload in event["examples"] if path else []:
                expected = payload
                for key in path:
                    expected = expected[key]
                self.github.statuses.clear()
                head = (payload.get("pull_request") or {}).get("head", {}).get("repo") if "pull_request" in payload else 0
                is_fork = "pull_request" in payload and (
                    not head or head["full_name"] != payload["repository"]["full_name"])
                self.report(0, "status", env=self.event(event["name"], payload))
                found = [status["sha"] for status in self.github.statuses]
                self.assertEqual([] if is_fork else [expected], found, f"{event['name']}: {payload.get('action')}")
                count += 1
        self.assertGreater(count, 20)
