# SPDX-License-Identifier: MIT
"""The Action's descriptions, judged by action-validator."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VALIDATOR = pathlib.Path(os.environ["VERIFIERS"]) / "node_modules" / ".bin" / "action-validator"


def judge(path):
    result = subprocess.run([VALIDATOR, path], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                            timeout=120)
    return result.returncode, result.stdout + result.stderr


class ActionTest(unittest.TestCase):
    def test_ours(self):
        for path in ("action.yml", "setup/action.yml"):
            self.assertEqual((0, ""), judge(ROOT / path), path)

    def test_the_judge_finds_what_is_wrong(self):
        good = (ROOT / "action.yml").read_text()
        for wrong, right in (("using: dockre", "using: docker"), ("icon: key", "icon: lock"),
                             ("color: pink", "color: blue"), ("descriptoin: Block", "description: Block")):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "action.yml"
                self.assertIn(right, good)
                path.write_text(good.replace(right, wrong, 1))
                self.assertNotEqual(0, judge(path)[0], wrong)
