# SPDX-License-Identifier: MIT
"""Every hostile bundle is refused with its defect named, by every command that reads one."""
import os
import pathlib
import re
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
LOCKGATE = os.environ.get("LOCKGATE", str(HERE.parents[1] / "build" / "lockgate"))


class Hostile(unittest.TestCase):
    def test_each_is_refused_and_the_good_ones_pass(self):
        result = subprocess.run([HERE / "run-hostile", LOCKGATE], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=600, check=False)

        self.assertEqual(0, result.returncode, result.stdout)
        runs = re.search(r"^hostile: (\d+) runs, 0 failed$", result.stdout, re.M)
        self.assertIsNotNone(runs, result.stdout)
        self.assertGreaterEqual(int(runs[1]), 2 * 40)


if __name__ == "__main__":
    unittest.main()
