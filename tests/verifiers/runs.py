# SPDX-License-Identifier: MIT
"""Real runs of the program under a faked GitHub runner, and what each of its reports holds."""
import functools
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import LOCKGATE  # noqa: E402

FORMS = ("json", "junit", "sarif", "codequality", "markdown", "html", "dotenv")
ATTACK = "::error::x ##[add-mask]y </script><img src=x onerror=a()> @octocat #1 https://evil.example |`"
NAME = ATTACK.replace("/", "")  # of a file


class Workspace:
    """A checkout with migrations, and one run after the other."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "db" / "migrations").mkdir(parents=True)
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.runs = {}

    def write(self, name, text):
        path = os.path.join(os.fsencode(self.folder / "db" / "migrations"), os.fsencode(name))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run(self, title, code, *arguments):
        """Keeps of each form the bytes, and of the runner's files and the log too."""
        out = self.folder / "out" / title
        out.mkdir(parents=True)
        for name in ("output", "summary"):
            (out / name).touch()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("LOCKGATE_", "GITHUB_", "CI"))}
        environment |= {
            "GITHUB_ACTIONS": "true", "GITHUB_SHA": "9f2c41ab77e0d1c52b8a0c6d3f5e4a1b2c3d4e5f",
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "shop/api", "GITHUB_RUN_ID": "7",
            "GITHUB_EVENT_NAME": "push", "GITHUB_WORKSPACE": str(self.folder), "GITHUB_OUTPUT": str(out / "output"),
            "GITHUB_STEP_SUMMARY": str(out / "summary"), "GITHUB_ACTOR": "ada", "HOME": str(self.folder)}
        reports = ",".join(f"{form}={out / form}" for form in FORMS)
        result = subprocess.run(
            [LOCKGATE, *arguments, "--report", reports], check=False, env=environment, cwd=self.folder / "db",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        if result.returncode != code:
            raise AssertionError(f"{title}: exit {result.returncode}\n{result.stdout.decode(errors='replace')}")
        self.runs[title] = {path.name: path.read_bytes() for path in out.iterdir()}
        self.runs[title]["log"] = result.stdout


@functools.cache
def real_runs():
    """{title: {form: bytes}}; besides the forms "output" and "summary", the runner's files, and "log"."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(folder)
        db = ("--db", "sqlite:app.db")
        workspace.run("applied", 0, "apply", *db, "--environment", ATTACK)
        workspace.run("up to date", 0, "verify", *db)
        workspace.write("3_c.sql", f"SELECT 1;\nSELECT * FROM \"{ATTACK}\";\n")
        workspace.run("pending", 0, "verify", *db)
        workspace.run("failed", 5, "apply", *db)
        workspace.write("1_a.sql", "CREATE TABLE a (y);\n")
        workspace.write("1.5_late.sql", "CREATE TABLE late (x);\n")
        workspace.run("refused", 1, "verify", *db, "--environment", ATTACK)
        workspace.run("status", 0, "status", "migrations", *db)
        (workspace.folder / "db" / NAME).write_text("this is no database\n" * 100)
        workspace.run("undecided", 3, "verify", "--db", f"sqlite:{NAME}")
        workspace.run("wrong usage", 2, "verify", *db, "--policy", ATTACK)
        workspace.write(f"4_{NAME}.sql", "SELECT 1;\n")
        workspace.run("bad bundle", 7, "verify", *db)
        return workspace.runs


def real(form):
    """(title, bytes) of each run that has a report in this form."""
    return [(title, files[form]) for title, files in real_runs().items() if files.get(form)]
