# SPDX-License-Identifier: MIT
"""What is released by scope has a value before the first return: else the release frees what lies on the stack."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ("base", "bundles", "gate", "ci", "plugin", "tests")
DECLARED = re.compile(r"\s+LG_CLEANUP\(\w+\)(?:\s+(?:const )?struct \w+ (\w+);)?$")
CONTINUED = re.compile(r"\s+struct \w+ (\w+);$")


def find_bare(lines):
    """Line numbers of returns that come before the variable has a value."""
    for number, line in enumerate(lines):
        declared = DECLARED.match(line)
        if declared and not declared.group(1):
            declared = CONTINUED.match(lines[number + 1])
        if not declared:
            continue
        name = declared.group(1)
        has_value = re.compile(rf"\w\(.*&{name}\b|^\s+.*&{name}\b|\b{name} = ")
        for below in range(number + 1, len(lines)):
            if has_value.search(lines[below]) or lines[below] == "}":
                break
            if re.search(r"\breturn\b", lines[below]):
                yield below + 1
                break


class CleanupTest(unittest.TestCase):
    def test_no_return_before_the_first_value(self):
        files = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.c"))]
        self.assertGreater(len(files), 300)
        for path in files:
            self.assertEqual([], list(find_bare(path.read_text().split("\n"))), path)

    def test_it_sees_one(self):
        bare = ["\tLG_CLEANUP(lg_buf_release) struct lg_buf text;", "", "\tif (is_done)", "\t\treturn LG_OK;",
                "\tlg_buf_init(&text, 1);", "}"]
        self.assertEqual([4], list(find_bare(bare)))
        self.assertEqual([], list(find_bare([bare[0], bare[4], *bare[2:4], "}"])))
