# SPDX-License-Identifier: MIT
"""What reports say beside what the rest of the program says: finding codes, and names in the environment."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT  # noqa: E402


def found(pattern, path):
    return re.findall(pattern, (ROOT / path).read_text(), flags=re.M)


class ReportTest(unittest.TestCase):
    def test_every_finding_has_words(self):
        codes = found(r"^\t\[FINDING_\w+\] = \"([a-z-]+)\"", "gate/verdict.c")
        self.assertTrue(codes)
        self.assertEqual(codes, found(r"^\t\{\"([a-z-]+)\", \"[a-z ]+\", \"[a-z ]+\",", "ci/rules.c"))

    def test_no_variable_is_an_option(self):
        """A later job's lockgate would read it as one."""
        names = found(r"add_variable\(\"([A-Z_]+)\"", "ci/render/outputs.c")
        options = {name.upper().replace("-", "_")
                   for name in found(r"^\t\{\"([a-z-]+)\", (?:0|'.'),", "plugin/option_rows.c")}
        self.assertTrue(names)
        self.assertIn("PLAN_TOKEN", options)
        self.assertEqual(set(), options & set(names))
