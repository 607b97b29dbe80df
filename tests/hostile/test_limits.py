# SPDX-License-Identifier: MIT
"""Each limit, at which a bundle is accepted and one above which it is refused, in bounded memory and time."""
import os
import pathlib
import resource
import subprocess
import tempfile

from made import HERE, MadeTest

LOCKGATE = os.environ.get("LOCKGATE", str(HERE.parents[1] / "build" / "lockgate"))
IS_SANITIZED = b"__asan_init" in pathlib.Path(LOCKGATE).read_bytes()
CPU_SECONDS = 60
# A manifest of 32 MiB, what is read of it, 16 MiB of scripts, libraries.
MEMORY_KIB = 128 * 1024
# One token, or one run of blanks, is looked at as a whole, in the mapping of a file.
ONE_RUN_KIB = 256 * 1024


def verify(bundle, *more):
    """The exit code, what was said, and the most memory that was used, in KiB."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [LOCKGATE, "verify", bundle, "--no-db", *more], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=said, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS)))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace"), usage.ru_maxrss


class LimitsTest(MadeTest):
    maker = "make-limits"

    def judge(self, name, sentence, *more):
        code, said, memory = verify(self.folder / (name + ".lockgate"), *more)
        self.assertEqual(0 if sentence == "-" else 7, code, said)
        self.assertIn("" if sentence == "-" else sentence, said)
        if not IS_SANITIZED:
            self.assertLess(memory, MEMORY_KIB + (ONE_RUN_KIB if name == "script-of-one-run" else 0))
        return memory

    def test_at_and_one_above(self):
        cases = [line.split("\t") for line in (self.folder / "expected").read_text().splitlines()]
        for name, sentence in cases:
            with self.subTest(name):
                print(f"{name}: {self.judge(name, sentence)} KiB")
        self.assertGreaterEqual(len(cases), 37)

    def test_max_size(self):
        total = int((self.folder / "total").read_text())

        self.judge("good", "-", "--max-size", str(total))
        self.judge("good", f"{total} bytes together, more than {total - 1}", "--max-size", str(total - 1))


if __name__ == "__main__":
    unittest.main()
