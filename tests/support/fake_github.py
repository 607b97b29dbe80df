# SPDX-License-Identifier: MIT
"""What lockgate uses of GitHub's REST API, with a memory: statuses, check runs, comments, deployments.

It keeps the rules that GitHub's own description lacks: a status's description has 140 characters at the
most, a completed check run has a conclusion, a comment 65,536 characters. The requests it got can be
written to a file for a verifier to judge.
"""
import json
import re
import urllib.parse

from http_server import Answer

ACTIONS = {"id": 15368, "slug": "github-actions"}


class GitHub:
    def __init__(self, prefix="/api/v3", author=("github-actions[bot]", "Bot", ACTIONS), page=100):
        self.prefix, self.author, self.page = prefix, author, page
        self.statuses, self.checks, self.comments, self.deployments = [], [], [], []
        self.deployment_statuses = []
        self.heads = {}  # of pull requests
        self.refusals = {}  # of a path's beginning: the answer
        self.log = []

    def __call__(self, request):
        url = urllib.parse.urlsplit(request.path)
        path = url.path.removeprefix(self.prefix)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = json.loads(request.body) if request.body else None
        self.log.append({"method": request.method, "path": path, "query": query, "body": body,
                         "headers": {name.lower(): value for name, value in request.headers.items()}})
        if not url.path.startswith(self.prefix) or not request.headers.get("Authorization", "").startswith("Bearer "):
            return Answer(404, body={"message": "Not Found"})
        for start, answer in self.refusals.items():
            if path.startswith(start):
                return answer
        for method, pattern, function in self.routes():
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return function(*match.groups(), body=body, query=query)
        return Answer(404, body={"message": "Not Found"})

    def routes(self):
        repository = r"/repos/([^/]+/[^/]+)"
        return [
            ("POST", repository + r"/statuses/([0-9a-f]+)", self.post_status),
            ("GET", repository + r"/commits/([0-9a-f]+)/check-runs", self.get_checks),
            ("POST", repository + r"/check-runs", self.post_check),
            ("PATCH", repository + r"/check-runs/(\d+)", self.patch_check),
            ("GET", repository + r"/issues/(\d+)/comments", self.get_comments),
            ("POST", repository + r"/issues/(\d+)/comments", self.post_comment),
            ("PATCH", repository + r"/issues/comments/(\d+)", self.patch_comment),
            ("GET", repository + r"/pulls/(\d+)", self.get_pull),
            ("GET", repository + r"/deployments", self.get_deployments),
            ("POST", repository + r"/deployments", self.post_deployment),
            ("POST", repository + r"/deployments/(\d+)/statuses", self.post_deployment_status),
            ("GET", r"/user", self.get_user),
        ]

    def post_status(self, repository, commit, body, query):
        if len(body.get("description") or "") > 140:
            return Answer(422, body={"message": "Validation Failed: description is too long"})
        self.statuses.append({"repository": repository, "sha": commit, **body})
        return Answer(201, body=body)

    @staticmethod
    def shown(check):
        return {**check, "output": {"annotations_count": len(check["annotations"]), "title": check["output"]["title"]}}

    def get_checks(self, repository, commit, body, query):
        found = [check for check in self.checks
                 if check["head_sha"] == commit and check["name"] == query.get("check_name", check["name"])]
        return Answer(200, body={"total_count": len(found), "check_runs": [self.shown(check) for check in found]})

    def change_check(self, check, body):
        output = body.get("output") or {}
        annotations = output.pop("annotations", [])
        if len(annotations) > 50 or len(output.get("summary", "")) > 65535:
            return Answer(422, body={"message": "Validation Failed"})
        if body.get("status") == "completed" and not body.get("conclusion"):
            return Answer(422, body={"message": "a completed check run needs a conclusion"})
        check.update(body)
        check["annotations"] = check.get("annotations", []) + annotations
        return None

    def post_check(self, repository, body, query):
        check = {"id": len(self.checks) + 1}
        refused = self.change_check(check, body)
        if refused:
            return refused
        self.checks.append(check)
        return Answer(201, body=self.shown(check))

    def patch_check(self, repository, number, body, query):
        check = self.checks[int(number) - 1]
        return self.change_check(check, body) or Answer(200, body=self.shown(check))

    def get_comments(self, repository, number, body, query):
        page = int(query.get("page", 1))
        size = min(int(query.get("per_page", 30)), self.page)
        part = self.comments[(page - 1) * size:page * size]
        headers = {}
        if page * size < len(self.comments):
            headers["Link"] = (f'<{self.url}/repos/{repository}/issues/{number}/comments?per_page={size}&page={page + 1}>; '
                               'rel="next"')
        return Answer(200, headers, part)

    def add_comment(self, text, author=None):
        login, kind, app = author or self.author
        comment = {"id": 1000 + len(self.comments), "body": text, "user": {"login": login, "type": kind},
                   "performed_via_github_app": app}
        self.comments.append(comment)
        return comment

    def post_comment(self, repository, number, body, query):
        if len(body["body"]) > 65536:
            return Answer(422, body={"message": "Body is too long (maximum is 65536 characters)"})
        return Answer(201, body=self.add_comment(body["body"]))

    def patch_comment(self, repository, number, body, query):
        comment, = [item for item in self.comments if item["id"] == int(number)]
        comment["body"] = body["body"]
        return Answer(200, body=comment)

    def get_pull(self, repository, number, body, query):
        return Answer(200, body={"head": {"sha": self.heads[int(number)]}})

    def get_deployments(self, repository, body, query):
        return Answer(200, body=[item for item in self.deployments if item["ref"] == query.get("sha")
                                 and item["environment"] == query.get("environment")])

    def post_deployment(self, repository, body, query):
        self.deployments.append({"id": 70 + len(self.deployments), **body})
        return Answer(201, body=self.deployments[-1])

    def post_deployment_status(self, repository, number, body, query):
        if len(body.get("description") or "") > 140:
            return Answer(422, body={"message": "Validation Failed: description is too long"})
        self.deployment_statuses.append((int(number), body))
        return Answer(201, body=body)

    def get_user(self, body, query):
        login, kind, _ = self.author
        if kind == "Bot":
            return Answer(403, body={"message": "Resource not accessible by integration"})
        return Answer(200, body={"login": login})
