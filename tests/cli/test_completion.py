# SPDX-License-Identifier: MIT
"""What bash, zsh and fish offer for a command line, asked of the shells themselves."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from program import LOCKGATE, ROOT, ProgramTest

BASH = r"""
{load}
source completion.bash
complete -p lockgate >/dev/null
ask() {{
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    COMP_LINE="$*" COMP_POINT=${{#COMP_LINE}}
    _lockgate
    printf '%s\n' "${{COMPREPLY[@]}}" ---
}}
"""

PROMPT = rb"READY> (?:\x1b\[\?2004h)?$"

# The listing alone: nothing is inserted, so that the line can be asked for and thrown away.
ZSHRC = r"""
PS1='READY> '
unsetopt prompt_cr prompt_sp
fpath=($ZDOTDIR/functions $fpath)
autoload -U compinit; compinit -u -d $ZDOTDIR/dump
LISTMAX=10000
zle -C ask list-choices asker
asker() { _main_complete; compstate[insert]=; compstate[list]='list force' }
bindkey '^X^A' ask
bindkey '^U' kill-whole-line
"""


def split_as_bash(line):
    """As readline does with COMP_WORDBREAKS: = and : are words of their own."""
    words = []
    for word in line.split(" "):
        words += [part for part in re.split(r"([=:]+)", word) if part] or [""]
    return words


class Shells:
    """What each shell offers for lines whose end is the cursor; words as the program takes them."""

    def __init__(self, test):
        self.test, self.folder = test, test.folder
        for shell in ("bash", "zsh", "fish"):
            script = test.expect(0, "help", "--completion", shell).out
            test.write({"zsh": "functions/_lockgate"}.get(shell, f"completion.{shell}"), script, ".")
        test.write(".zshrc", ZSHRC, ".")

    def call(self, *command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, env=self.test.environment({"HOME": str(self.folder)}))
        errors = [line for line in done.stderr.splitlines() if "compopt: not currently executing" not in line]
        self.test.assertEqual((0, []), (done.returncode, errors), command)
        return done.stdout

    def bash(self, lines, has_package=False):
        """Each answer replaces the last word of bash's: the line that it makes, without what was there."""
        load = "source /usr/share/bash-completion/bash_completion" if has_package else "set -u"
        script = BASH.format(load=load) + "".join(
            "ask " + " ".join(f"'{word}'" for word in split_as_bash(line)) + "\n" for line in lines)
        offered = self.call("bash", "--norc", "--noprofile", "-c", script).split("---\n")
        found = {}
        for line, answers in zip(lines, offered):
            begun = split_as_bash(line)[-1]
            typed = line.split(" ")[-1]
            kept = typed[:len(typed) - (0 if re.fullmatch("[=:]+", begun) else len(begun))]
            found[line] = {kept + answer for answer in answers.split("\n") if answer}
        return found

    def fish(self, lines):
        script = "source completion.fish\n" + "".join(f"complete -C '{line}'; echo ---\n" for line in lines)
        offered = self.call("fish", "--no-config", "-c", script).split("---\n")
        return {line: {answer.split("\t")[0] for answer in answers.splitlines()}
                for line, answers in zip(lines, offered)}

    def zsh(self, lines):
        """A real zsh on a pseudo terminal: what it lists."""
        master, slave = pty.openpty()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, 200, 0, 0))
        env = self.test.environment({"TERM": "dumb", "HOME": str(self.folder), "ZDOTDIR": str(self.folder)})
        shell = subprocess.Popen(["zsh", "-i", "-o", "no_global_rcs"], stdin=slave, stdout=slave, stderr=slave,
                                 cwd=self.folder, env=env, start_new_session=True)
        os.close(slave)
        shown = {}
        try:
            self.read(master, PROMPT)
            for line in lines:
                os.write(master, line.encode() + b"\x18\x01")
                # It lists, and prints prompt and line anew behind that.
                text = self.read(master, rb"\n[^\n]*READY> " + re.escape(line.encode()))
                shown[line] = text.decode(errors="replace").replace(line, "")
                os.write(master, b"\x15\n")
                self.read(master, PROMPT)
        finally:
            shell.kill()
            shell.wait()
            os.close(master)
        return shown

    @staticmethod
    def read(master, pattern):
        data, deadline = b"", time.monotonic() + 20
        while not re.search(pattern, data):
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern} did not come: {data}")
            if select.select([master], [], [], 0.3)[0]:
                data += os.read(master, 65536)
        return data


class CompletionTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "SELECT 1;\n")
        self.write("app.lockgate", "", ".")
        self.shells = Shells(self)

    def expect_offers(self, cases):
        """Bash (with and without its package) and fish offer these, and not those of `but`."""
        lines = [case[0] for case in cases]
        for name, offered in (("bash", self.shells.bash(lines)), ("bash-completion", self.shells.bash(lines, True)),
                              ("fish", self.shells.fish(lines))):
            for line, words, *but in cases:
                for word in words:
                    self.assertTrue({word, word.rstrip("/")} & offered[line], (name, line, word, offered[line]))
                for word in but:
                    self.assertNotIn(word, offered[line], (name, line))

    def commands(self):
        return re.findall(r"^  ([a-z]+) ", self.expect(0, "help").out, flags=re.M)

    def test_other_shells(self):
        self.assertIn("bash, zsh or fish", self.expect(2, "help", "--completion", "tcsh").err)
        self.expect(2, "help", "verify", "--completion", "bash")

    def test_every_command_and_every_option(self):
        expected = {"lockgate ": set(self.commands())}
        for command in self.commands():
            expected[f"lockgate {command} --"] = set(
                re.findall(r"^  (?:-\w,|   ) (--[a-z-]+)", self.expect(0, "help", command).out, flags=re.M))
        self.assertEqual(expected, self.shells.bash(list(expected)))
        self.assertEqual(expected, self.shells.fish(list(expected)))

    def test_values(self):
        self.expect_offers([
            ("lockgate ver", ["verify", "version"], "apply"),
            ("lockgate help ve", ["verify"]),
            ("lockgate report ", ["list", "flush", "drop", "test"]),
            ("lockgate verify --dialect ", ["postgres", "sqlite"]),
            ("lockgate verify --dialect=s", ["--dialect=sqlite"]),
            ("lockgate run --mode w", ["wait"], "apply"),
            ("lockgate apply --policy or", ["order=warn", "order=block"], "first=allow"),
            ("lockgate apply --policy=order=w", ["--policy=order=warn"]),
            ("lockgate apply --ci ", ["github", "gitlab", "none"]),
            ("lockgate apply --comment f", ["failure"]),
            ("lockgate apply --report ", ["summary", "webhook", "junit="]),
            ("lockgate apply --report summary,web", ["summary,webhook"]),
            ("lockgate run --start-on failed,", ["failed,refused"]),
            ("lockgate help --completion ", ["bash", "zsh", "fish"]),
        ])

    def test_what_is_offered_is_taken(self):
        lines = [f"lockgate verify --{option} " for option in ("policy", "dialect", "ci", "format", "comment")]
        for line, words in self.shells.bash(lines).items():
            self.assertGreater(len(words), 0, line)
            for word in words:
                result = self.run_it(*line.split()[1:], word, "--no-db")
                # A format is known, whether this folder is of it or not.
                self.assertNotIn("is not known", result.err)
                self.assertTrue(result.code == 0 or "--format" in line, result)
        line = "lockgate verify --report "
        for word in self.shells.bash([line])[line]:
            result = self.run_it("verify", "--no-db", "--report", word + ("out" if word.endswith("=") else ""))
            self.assertNotIn("there is no sink", result.err)

    def test_paths(self):
        self.expect_offers([
            ("lockgate verify mig", ["migrations/"]),
            ("lockgate inspect app", ["app.lockgate"]),
            ("lockgate bundle -o app", ["app.lockgate"]),
            ("lockgate verify --config=app", ["--config=app.lockgate"]),
        ])
        for has_package in (False, True):
            self.assertEqual({
                "lockgate apply --outbox=mig": {"--outbox=migrations"},
                "lockgate apply --db sqlite:app": {"sqlite:app.lockgate"},
                "lockgate apply --db=sqlite:app": {"--db=sqlite:app.lockgate"},
                "lockgate apply --report junit=app": {"junit=app.lockgate"},
            }, self.shells.bash(["lockgate apply --outbox=mig", "lockgate apply --db sqlite:app",
                                 "lockgate apply --db=sqlite:app", "lockgate apply --report junit=app"], has_package))

    def test_the_program_of_run(self):
        self.expect_offers([("lockgate run migrations -- mktem", ["mktemp"], "--db"),
                            ("lockgate run migrations -- cat --nowher", [], "--no-db")])

    def test_zsh(self):
        cases = {"lockgate ve": ["verify", "version", "the gate"],
                 "lockgate verify --dial": ["--dialect"],
                 "lockgate verify --": ["--no-db", "--report", "check the source alone"],
                 "lockgate verify --dialect ": ["postgres", "sqlite"],
                 "lockgate apply --policy=or": ["order=warn", "order=block"],
                 "lockgate apply --report summary,": ["webhook", "junit="],
                 "lockgate apply --report junit=app": ["app.lockgate"],
                 "lockgate apply --db sqlite:app": ["app.lockgate"],
                 "lockgate apply --db ": ["postgres://", "sqlite:"],
                 "lockgate help ins": ["inspect"],
                 "lockgate verify ": ["migrations", "app.lockgate"],
                 "lockgate run migrations -- mktem": ["mktemp"]}
        for line, shown in self.shells.zsh(list(cases)).items():
            for word in cases[line]:
                self.assertIn(word, shown, line)

    def test_installed(self):
        subprocess.run(["make", "-s", "-C", str(ROOT), "install", f"BUILD={os.path.relpath(os.path.dirname(LOCKGATE), ROOT)}",
                        f"DESTDIR={self.folder}/root", "PREFIX=/usr"], check=True, capture_output=True, timeout=300)
        for path in ("bash-completion/completions/lockgate", "zsh/site-functions/_lockgate",
                     "fish/vendor_completions.d/lockgate.fish"):
            self.assertGreater((self.folder / "root/usr/share" / path).stat().st_size, 1000)
