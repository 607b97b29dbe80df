# SPDX-License-Identifier: MIT
"""The layer check passes on the tree, and finds planted violations."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ["base", "bundles", "gate", "ci", "plugin", "tests"]


def check(folder, files):
    return subprocess.run(["awk", "-f", str(ROOT / "tests/agreement/layers.awk"), *files], cwd=folder, text=True,
                          stdout=subprocess.PIPE, check=False)


class Layers(unittest.TestCase):
    def test_the_tree_has_no_include_that_points_upward(self):
        files = [str(path.relative_to(ROOT)) for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.[ch]"))]

        result = check(ROOT, files)

        self.assertGreater(len(files), 100)
        self.assertEqual("", result.stdout)
        self.assertEqual(0, result.returncode)

    def test_planted_violations_are_found(self):
        planted = {"base/a.c": '#include "gate/target.h"\n', "ci/b.c": '#include "bundles/bundle.h"\n',
                   "gate/c.c": "#include <sqlite3.h>\n", "gate/sqlite/d.h": "#include <sqlite3.h>\n"}

        for name, text in planted.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True)
                path.write_text(text)

                result = check(folder, [name])

                self.assertIn(name + ":1:", result.stdout)
                self.assertEqual(1, result.returncode)


if __name__ == "__main__":
    unittest.main()
