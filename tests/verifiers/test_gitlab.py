# SPDX-License-Identifier: MIT
"""The GitLab example, read and run by gitlab-ci-local: its jobs in a shell instead of their images."""
import os
import pathlib
import subprocess

import yaml

from program import LOCKGATE, ROOT, ProgramTest

PROGRAM = pathlib.Path(os.environ["VERIFIERS"]) / "node_modules" / ".bin" / "gitlab-ci-local"
EXAMPLE = ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"
AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org")


class GitlabTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        jobs = yaml.safe_load(EXAMPLE.read_text())
        for job in jobs.values():
            if isinstance(job, dict):
                job.pop("image", None)
        self.write(".gitlab-ci.yml", yaml.safe_dump(jobs, sort_keys=False), ".")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git(*AUTHOR, "commit", "-q", "-m", "first")
        self.git("remote", "add", "origin", "git@gitlab.example:octo/shop.git")
        self.git("config", f"url.{self.folder}/.insteadOf", "git@gitlab.example:octo/shop.git")

    def git(self, *arguments):
        return subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def pipeline(self, code, *arguments, **variables):
        path = f"{pathlib.Path(LOCKGATE).parent}{os.pathsep}{os.environ['PATH']}"
        given = [f"--variable={name}={value}" for name, value in variables.items()]
        result = subprocess.run([PROGRAM, "--home", self.folder / "home", *given, *arguments], cwd=self.folder, text=True,
                                env=self.environment({"PATH": path}), check=False, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        self.assertEqual(code, result.returncode, result.stdout)
        return result.stdout

    def jobs(self, *arguments, **variables):
        lines = self.pipeline(0, "--list", *arguments, **variables).splitlines()
        head = next(index for index, line in enumerate(lines) if line.startswith("name "))
        return [line.split()[0] for line in lines[head + 1:] if line and not line.startswith((" ", "parsing", "json"))]

    def test_the_jobs_of_each_pipeline(self):
        self.assertEqual(["base", "verify"], self.jobs(
            "--unset-variable=CI_COMMIT_BRANCH", CI_PIPELINE_SOURCE="merge_request_event"))
        self.assertEqual(["apply", "deploy"], self.jobs())

    def test_the_judge_finds_what_is_wrong(self):
        text = (self.folder / ".gitlab-ci.yml").read_text()
        for right, wrong in (("when: always", "when: allways"), ("stage: verify", "stage: none"), ("needs:", "needz:")):
            self.assertIn(right, text)
            self.write(".gitlab-ci.yml", text.replace(right, wrong), ".")
            self.pipeline(1, "--list")

    def test_apply(self):
        self.pipeline(0, "apply", LOCKGATE_DB=self.db)
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))

    def test_a_later_job_is_told_the_version(self):
        self.assertIn("deploying on schema 1\n", self.pipeline(0, LOCKGATE_DB=self.db))

    def test_a_merge_request(self):
        variables = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        self.git("checkout", "-q", "-b", "topic")
        self.write("2_b.up.sql", "CREATE TABLE b (x);\n")
        self.git("add", ".")
        self.git(*AUTHOR, "commit", "-q", "-m", "another")
        self.pipeline(0, "--unset-variable=CI_COMMIT_BRANCH", **variables)
        self.write("1_a.up.sql", "CREATE TABLE a (x, y);\n")
        self.git(*AUTHOR, "commit", "-q", "-a", "-m", "changed")
        self.git("clean", "-fdx", "base")  # as runners do between jobs
        self.assertIn("checksum-changed", self.pipeline(1, "--unset-variable=CI_COMMIT_BRANCH", **variables))

    def test_a_refusal_fails_the_job(self):
        self.expect(0, "apply", "--db", self.db)
        self.write("1_a.up.sql", "CREATE TABLE b (x);\n")
        self.git(*AUTHOR, "commit", "-q", "-a", "-m", "changed")
        self.assertIn("checksum-changed", self.pipeline(1, "apply", LOCKGATE_DB=self.db))
