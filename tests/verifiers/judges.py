# SPDX-License-Identifier: MIT
"""Reports to judge, and how to call the judges that npm brings."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from program import ROOT  # noqa: E402

MODULES = pathlib.Path(os.environ["VERIFIERS"]) / "node_modules"
RENDER = ROOT / os.environ["BUILD"] / "tests" / "verifiers" / "render"
# Rounds of the hostile texts, so that each of them comes into each field.
COUNTS = range(1, 24)


def rendered(form, count=None):
    """One report in which every text is an attack; without a count one of which nothing is known."""
    arguments = [RENDER, form] + ([] if count is None else [str(count)])
    return subprocess.run(arguments, check=True, capture_output=True, timeout=60).stdout


def run_node(script, *inputs):
    """Calls tests/verifiers/SCRIPT with `inputs` as JSON on its stdin; returns the JSON that it prints."""
    environment = dict(os.environ, MODULES=str(MODULES))
    result = subprocess.run(["node", HERE / script], input=json.dumps(inputs), check=False, capture_output=True,
                            text=True, timeout=120, env=environment)
    if result.returncode:
        raise AssertionError(f"{script}: {result.stderr}")
    return json.loads(result.stdout)


class JudgeTest(unittest.TestCase):
    maxDiff = None
