# SPDX-License-Identifier: MIT
"""Every hostile bundle is refused with its defect named, by every command that reads one."""
import concurrent.futures
import os
import pathlib
import subprocess

from made import HERE, MadeTest

LOCKGATE = os.environ.get("LOCKGATE", str(HERE.parents[1] / "build" / "lockgate"))
BAD_BUNDLE = 7


def run(*arguments):
    return subprocess.run([LOCKGATE, *map(str, arguments)], text=True, errors="replace", stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, check=False)


class Hostile(MadeTest):
    maker = "make-hostile"

    def cases(self, name):
        return [line.split("\t") for line in (self.folder / name).read_text().splitlines()]

    def judge(self, runs):
        """Pairs of a sentence and a command, two of them at a time."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = pool.map(lambda one: run(*one[1]), runs)
        for (sentence, command), result in zip(runs, results):
            with self.subTest(command=" ".join(map(str, command))):
                self.assertTrue(sentence)
                self.assertEqual(0 if sentence == "-" else BAD_BUNDLE, result.returncode, result.stderr)
                self.assertIn("" if sentence == "-" else sentence, result.stderr)

    def test_each_is_refused_and_the_good_ones_pass(self):
        cases = self.cases("expected")
        self.judge([(sentence, ("verify", self.folder / name, "--no-db")) for name, sentence in cases])
        # The other reader of the same path: one of each kind is enough.
        self.judge([(sentence, ("inspect", self.folder / name)) for name, sentence in cases[::8]])
        bad = sum(sentence != "-" for _, sentence in cases)
        print(f"hostile bundles: {bad}")
        self.assertGreaterEqual(bad, 500)

    def test_each_signature_that_does_not_count_is_refused_with_its_reason(self):
        cases = self.cases("expected-signed")
        self.judge([(sentence, ("verify", self.folder / name, "--no-db", "--trusted-keys", self.folder / trusted))
                    for name, sentence, trusted in cases])
        # Who demands no signature looks at none.
        self.judge([("-", ("verify", self.folder / name, "--no-db")) for name, _, _ in cases[::8]])
        bad = sum(sentence != "-" for _, sentence, _ in cases)
        print(f"hostile signatures: {bad}")
        self.assertGreaterEqual(bad, 70)


if __name__ == "__main__":
    unittest.main()
