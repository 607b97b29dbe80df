# SPDX-License-Identifier: MIT
"""Running lockgate as a user does: a temporary folder, real files, a real process."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKGATE = os.environ.get("LOCKGATE", str(ROOT / "build" / "lockgate"))


class Result:
    """How one call ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, which is also the working folder of the program."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lockgate-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.db = "sqlite:" + str(self.folder / "app.db")

    def environment(self, extra=None):
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("LOCKGATE_", "GITHUB_", "CI"))}
        keep.pop("DATABASE_URL", None)
        keep.update(extra or {})
        return keep

    def start(self, *arguments, env=None, **options):
        return subprocess.Popen(
            [LOCKGATE, *map(str, arguments)], cwd=options.pop("cwd", self.folder), env=self.environment(env),
            stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def run_it(self, *arguments, env=None, **options):
        process = self.start(*arguments, env=env, **options)
        out, err = process.communicate(timeout=300)
        return Result(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))

    def expect(self, code, *arguments, env=None, **options):
        result = self.run_it(*arguments, env=env, **options)
        self.assertEqual(code, result.code, f"{' '.join(map(str, arguments))}: {result}")
        return result

    def write(self, name, text, folder="migrations"):
        path = self.folder / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def sql(self, query, *parameters, db="app.db"):
        connection = sqlite3.connect(self.folder / db)
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    def execute(self, script, db="app.db"):
        connection = sqlite3.connect(self.folder / db)
        try:
            connection.executescript(script)
            connection.commit()
        finally:
            connection.close()

    def codes(self, result):
        return [finding["code"] for finding in result.json["findings"]]
