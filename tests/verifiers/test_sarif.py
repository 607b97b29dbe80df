# SPDX-License-Identifier: MIT
"""SARIF by Microsoft's multitool, with the rules of the standard and those of GitHub's code scanning."""
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import MODULES, JudgeTest, rendered  # noqa: E402
from runs import real  # noqa: E402

NO_HOME_PAGE = "Warning_ProvideToolnformationUri"
MULTITOOL = MODULES / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"


def complaints(content):
    """What multitool finds; its exit code says nothing."""
    MULTITOOL.chmod(MULTITOOL.stat().st_mode | stat.S_IXUSR)
    with tempfile.TemporaryDirectory() as folder:
        path, out = pathlib.Path(folder) / "report.sarif", pathlib.Path(folder) / "out.sarif"
        path.write_bytes(content)
        result = subprocess.run(
            [MULTITOOL, "validate", path, "--rule-kind", "Sarif;Ghas", "-o", out], check=False, capture_output=True,
            text=True, timeout=120, env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1"))
        if not out.exists():
            raise AssertionError(result.stdout + result.stderr)
        found = json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return [(item["ruleId"], item["message"].get("id"), item["message"].get("arguments")) for item in found
            if item["message"].get("id") != NO_HOME_PAGE]


class SarifTest(JudgeTest):
    def test_the_judge_complains(self):
        report = json.loads(rendered("sarif", 3))
        del report["runs"][0]["results"][0]["locations"]
        report["runs"][0]["results"][1]["ruleIndex"] = 99
        self.assertLess(1, len(complaints(json.dumps(report).encode())))

    def test_reports(self):
        for count in (None, 1, 23):
            self.assertEqual([], complaints(rendered("sarif", count)))

    def test_real_runs(self):
        rules = {}
        for title, content in real("sarif"):
            if title in ("applied", "failed", "refused", "bad bundle"):
                self.assertEqual([], complaints(content), title)
            rules[title] = [result["ruleId"] for result in json.loads(content)["runs"][0]["results"]]
        self.assertEqual((["failed"], ["checksum-changed", "out-of-order"], ["bad-bundle"], []), tuple(
            rules[title] for title in ("failed", "refused", "bad bundle", "undecided")))
