# SPDX-License-Identifier: MIT
"""The binary that people get has none of the places where harm can be done."""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import LOCKGATE  # noqa: E402


class ReleaseTest(unittest.TestCase):
    def test_faults_are_in_the_one_and_not_in_the_other(self):
        release = os.environ["LOCKGATE_RELEASE"]
        for binary, is_there in ((LOCKGATE, True), (release, False)):
            text = pathlib.Path(binary).read_bytes()
            self.assertEqual(is_there, b"LOCKGATE_FAULT" in text, binary)
            symbols = subprocess.run(["nm", binary], capture_output=True, text=True, check=True).stdout
            self.assertEqual(is_there, "lg_fault" in symbols, binary)
