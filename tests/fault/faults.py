# SPDX-License-Identifier: MIT
"""
A run of a build with FAULTS=1 that is watched, and harmed at the place that a test chooses.

The program says each place that it passes (base/fault.h) and waits; so the harm is done while it stands
still, and the same run has the same places every time.
"""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import threading


class Watch:
    """`passed` are the places in order; `harm(pid)` is called at the one with index `at`."""

    def __init__(self, at=None, harm=None):
        self.at, self.harm = at, harm
        self.passed = []
        self.problem = None
        self.folder = tempfile.TemporaryDirectory(prefix="lgfault-")
        self.path = pathlib.Path(self.folder.name) / "channel"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.folder.cleanup()

    def _serve(self):
        try:
            while True:
                channel, _ = self.listener.accept()
                self._hear(channel)
                channel.close()
        except OSError:
            pass

    def _hear(self, channel):
        pid = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        for line in channel.makefile("r"):
            self.passed.append(line.strip())
            if len(self.passed) - 1 == self.at:
                try:
                    self.harm(pid)
                except Exception as problem:  # told by run(), in the test's own thread
                    self.problem = problem
            try:
                channel.sendall(b"x")
            except OSError:
                return


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def stop(pid):
    os.kill(pid, signal.SIGTERM)


def run(watch, command, folder, environment, timeout=120):
    """(exit code, standard error) of the program under the watch."""
    done = subprocess.run(command, cwd=folder, env={**environment, "LOCKGATE_FAULTS": str(watch.path)},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=timeout)
    if watch.problem:
        raise watch.problem
    return done.returncode, done.stderr


class Filler:
    """A small file system of its own, which can be filled to the last byte, and emptied again."""

    def __init__(self, folder, megabytes):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", self.folder], check=True)

    def fill(self, *_):
        for size in (1 << 20, 4096):
            with open(self.folder / "filler", "ab", buffering=0) as filler:
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    pass

    def free(self):
        (self.folder / "filler").unlink(missing_ok=True)

    def remove(self):
        subprocess.run(["umount", "-l", self.folder], check=False)
