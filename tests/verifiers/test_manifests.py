# SPDX-License-Identifier: MIT
"""The Kubernetes examples, judged by the schemas of the Kubernetes API (kubernetes-models)."""
import copy
import json
import pathlib
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "examples" / "kubernetes").glob("*.yaml"))


def judge(*objects):
    """For each object what is wrong with it, "" for nothing."""
    return json.loads(subprocess.run(["node", pathlib.Path(__file__).with_name("manifests.mjs")], check=True, text=True,
                                     input=json.dumps(objects), stdout=subprocess.PIPE, timeout=120).stdout)


class ManifestTest(unittest.TestCase):
    def test_examples(self):
        self.assertEqual(4, len(MANIFESTS))
        objects = [yaml.safe_load(path.read_text()) for path in MANIFESTS]
        self.assertEqual({path.name: "" for path in MANIFESTS}, dict(zip([path.name for path in MANIFESTS], judge(*objects))))

    def test_the_judge_finds_what_is_wrong(self):
        good = yaml.safe_load((ROOT / "examples" / "kubernetes" / "job.yaml").read_text())
        wrong = [copy.deepcopy(good) for _ in range(4)]
        wrong[0]["spec"]["podFailurePolicy"]["rules"][1]["action"] = "Count!"
        wrong[1]["spec"]["template"]["spec"]["containers"][0]["imagee"] = "x"
        del wrong[2]["spec"]["podFailurePolicy"]["rules"][1]["onExitCodes"]["values"]
        wrong[3]["kind"] = "Jobb"
        found = judge(*wrong)
        for words, text in zip(("action", "unknown key: spec/template/spec/containers/0/imagee", "values", "kind"), found):
            self.assertIn(words, text)
