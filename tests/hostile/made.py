# SPDX-License-Identifier: MIT
"""A test on bundles that a script makes, in a folder of their own."""
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class MadeTest(unittest.TestCase):
    maker = None  # its name, beside this file

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        # By another process: what this one used would count as what its children use (getrusage(2)).
        subprocess.run([HERE / cls.maker, cls.folder], check=True)
