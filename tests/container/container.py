# SPDX-License-Identifier: MIT
"""Starting the image as a container runtime does: its root is all there is, and lockgate is process 1.

It has a folder of the test's, below /srv, and shares the network of the machine. Signals come from outside, as those
of `docker stop` do: to a process 1 without a handler they do not come at all.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from postgres import PostgresTest

IMAGES = pathlib.Path(os.environ["IMAGES"])
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")
GRACE_SECONDS = 7


def config(image):
    return json.loads((IMAGES / f"{image}.json").read_text())["Docker"]["config"]


class ContainerTest(PostgresTest):
    """A test with a folder that the container sees at self.inside."""

    image = "default"
    user = None  # "UID:GID"; None: what the image says

    def setUp(self):
        super().setUp()
        self.root = (IMAGES / self.image).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.root / "srv"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.inside = "/" + str(self.folder.relative_to(self.root))
        self.sqlite = f"sqlite:{self.inside}/app.db"
        user = self.user or config(self.image)["User"] or "0:0"
        self.userspec = user if ":" in user else f"{user}:{user}"
        os.chown(self.folder, *map(int, self.userspec.split(":")))

    def start(self, *arguments, env=None, entrypoint=None, mounts=(), cwd=None, **options):
        """`mounts` are shell lines that are run in a mount namespace of the container's own."""
        chroot = ["chroot", f"--userspec={self.userspec}", "--groups=", str(self.root), "/usr/bin/env", "-i",
                  f"--chdir={cwd or self.inside}", f"PATH={PATH}", *(f"{k}={v}" for k, v in (env or {}).items()),
                  *(entrypoint or config(self.image)["Entrypoint"]), *map(str, arguments)]
        if mounts:
            chroot = ["sh", "-ec", "\n".join([*mounts, 'exec "$@"']), "sh", *chroot]
        unshare = ["unshare", "--pid", "--fork", "--kill-child", *(["--mount"] if mounts else []), "--"]
        process = subprocess.Popen([*unshare, *chroot], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        self.addCleanup(self.end, process)
        return process

    def run_to_end(self, code, *arguments, **options):
        """Returns what it printed, stdout first."""
        process = self.start(*arguments, **options)
        out, err = (stream.decode() for stream in process.communicate(timeout=60))
        self.assertEqual(code, process.returncode, err)
        return out + err

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    @staticmethod
    def first_process(process):
        """Its id outside of the container."""
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for _ in range(1000):
            if children.read_text().split():
                return int(children.read_text().split()[0])
            time.sleep(0.01)
        raise AssertionError("the container has no process")

    def wait_for_line(self, process, words):
        """Returns what came on stderr up to there."""
        seen = ""
        while words not in seen:
            line = process.stderr.readline().decode(errors="replace")
            self.assertTrue(line, f"'{words}' did not come:\n{seen}")
            seen += line
        return seen

    def stop(self, process, number):
        """Asks it to end, and holds it to the time that it has. Returns its exit code and what it still said."""
        began = time.monotonic()
        os.kill(self.first_process(process), number)
        _, err = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - began, GRACE_SECONDS, err)
        return process.returncode, err.decode(errors="replace")

    def expect_cancelled(self, process, number, words):
        seen = self.wait_for_line(process, words)
        code, err = self.stop(process, number)
        self.assertEqual(128 + number, code, seen + err)


SIGNALS = (signal.SIGINT, signal.SIGTERM)
