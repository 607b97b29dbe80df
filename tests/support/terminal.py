# SPDX-License-Identifier: MIT
"""lockgate on a real pseudo terminal, and what a terminal's screen shows of it (pyte emulates it)."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

from program import LOCKGATE


def claim_terminal():
    """In the child: a session of its own, whose terminal is stdin, as a shell would have it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """One call of the program on a terminal of `columns`; `files` replaces some of its streams."""

    def __init__(self, arguments, cwd, env, columns=80, lines=24, **files):
        self.columns = columns
        self.screen = pyte.HistoryScreen(columns, lines, history=5000)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.master, slave = pty.openpty()
        self.resize(columns, lines)
        self.process = subprocess.Popen(arguments, cwd=cwd, env={**env, "TERM": env.get("TERM", "xterm-256color")},
                                        stdin=slave, stdout=files.get("stdout", slave),
                                        stderr=files.get("stderr", slave), preexec_fn=claim_terminal)
        os.close(slave)

    def resize(self, columns, lines=24):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)
        self.columns = columns

    def read(self, seconds):
        """Takes in what comes within that time; False at the end."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return True
            try:
                data = os.read(self.master, 65536)
            except OSError:  # EIO: nobody has the terminal open any more
                return False
            self.raw += data
            self.stream.feed(data)
        return True

    @property
    def lines(self):
        """Every line that is or was on the screen, without blanks at the end."""
        def text(line):
            return "".join(line[column].data for column in range(self.columns)).rstrip()
        shown = [text(line) for line in self.screen.history.top] + [line.rstrip() for line in self.screen.display]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    @property
    def last(self):
        return self.lines[-1] if self.lines else ""

    def wait_for(self, pattern, seconds=20):
        """Until the last line that is shown matches."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.last):
            if not self.read(0.05) or time.monotonic() > deadline:
                raise AssertionError(f"'{pattern}' did not come:\n" + "\n".join(self.lines) + f"\n{self.raw!r}")
        return self.last

    def send(self, number):
        self.process.send_signal(number)

    def finish(self, seconds=30):
        """To the end of the program; its exit code."""
        deadline = time.monotonic() + seconds
        while self.read(0.2):
            if time.monotonic() > deadline:
                raise AssertionError("the program does not end:\n" + "\n".join(self.lines))
            if self.process.poll() is not None:
                self.read(0.05)
                break
        return self.process.wait(timeout=10)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


class TerminalMixin:
    """For tests of ProgramTest's kind."""

    def on_terminal(self, *arguments, env=None, columns=80, program=None, **files):
        terminal = Terminal([program or LOCKGATE, *map(str, arguments)], self.folder, self.environment(env), columns,
                            **files)
        self.addCleanup(terminal.close)
        return terminal
