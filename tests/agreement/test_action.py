# SPDX-License-Identifier: MIT
"""action.yml says what the Action's front does: its inputs are the options of its commands, its outputs ours."""
import pathlib
import re
import subprocess
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import LOCKGATE, ROOT, ProgramTest  # noqa: E402

# Inputs that no option is, and options of its commands that are no input, each with its reason.
OWN = {"command", "source", "working-directory"}
LEFT_OUT = {
    "help": "prints help instead of doing anything",
    "no-color": "nothing is coloured where there is no terminal",
    "ci": "which service it is, the runner says",
    "termination-log": "of Kubernetes",
}


def read(path):
    """With every word as text, as GitHub reads it: no `yes` is a boolean there."""
    return yaml.load((ROOT / path).read_text(), Loader=yaml.BaseLoader)


class ActionTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.action = read("action.yml")
        source = (ROOT / "plugin" / "action.c").read_text()
        bits = re.search(r"ACTION_COMMANDS =([A-Z_|\s]+),", source).group(1)
        cls.commands = [bit.removeprefix("ON_").lower() for bit in re.split(r"\s*\|\s*", bits.strip())]

    def options(self):
        """What help says of each option of the Action's commands."""
        options = {}
        for command in self.commands:
            text = self.expect(0, "help", command).out
            options.update(re.findall(r"^  (?:-\w,|   ) --([a-z-]+)(?: \S+)? +(.+)$", text, flags=re.M))
            options.update((name.lower().replace("_", "-"), words)
                           for name, words in re.findall(r"^  LOCKGATE_([A-Z_]+) +(.+)$", text, flags=re.M))
        return options

    def test_commands(self):
        self.assertGreater(len(self.commands), 4)
        self.assertEqual(sorted(self.commands), sorted(re.findall(r"\w+", re.sub(
            " or ", " ", self.action["inputs"]["command"]["description"]))))
        refused = subprocess.run(["lockgate-action"], executable=LOCKGATE, check=False, capture_output=True, text=True,
                                 cwd=self.folder, env=self.environment({"INPUT_COMMAND": "new"}))
        self.assertEqual(2, refused.returncode)
        self.assertIn("it takes " + self.action["inputs"]["command"]["description"], refused.stderr)

    def test_inputs_are_the_options(self):
        options = self.options()
        self.assertEqual(set(), set(LEFT_OUT) - set(options))
        expected = {name: words for name, words in options.items() if name not in LEFT_OUT}
        inputs = {name: row["description"] for name, row in self.action["inputs"].items() if name not in OWN}
        self.assertEqual(expected, inputs)
        self.assertEqual(OWN, OWN & set(self.action["inputs"]))

    def test_outputs_are_those_that_are_written(self):
        """By each command that has them, and under the names that action.yml promises."""
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        for command in ("verify", "plan", "apply", "status", "bundle"):
            output = self.folder / f"output-{command}"
            output.touch()
            env = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(output), "HOME": str(self.folder),
                   "INPUT_COMMAND": command, "INPUT_DB": "" if command == "bundle" else self.db}
            subprocess.run(["lockgate-action"], executable=LOCKGATE, check=True, capture_output=True, cwd=self.folder,
                           env=self.environment(env))
            self.assertEqual(list(self.action["outputs"]), re.findall(r"^([a-z-]+)<<", output.read_text(), flags=re.M))

    def test_every_input_is_read(self):
        for name, row in self.action["inputs"].items():
            self.assertLessEqual(set(row), {"description", "default"}, name)
        defaults = {name: row["default"] for name, row in self.action["inputs"].items() if "default" in row}
        self.assertEqual({"command": "verify", "github-token": "${{ github.token }}"}, defaults)

    def test_the_entry_points_are_in_the_image(self):
        image = (ROOT / "Dockerfile").read_text()
        self.assertEqual("Dockerfile", self.action["runs"]["image"])
        for entry in ("entrypoint", "post-entrypoint"):
            self.assertIn(f"ln -s lockgate {self.action['runs'][entry]}", image)

    def test_manual(self):
        page = (ROOT / "lockgate.1").read_text()
        section = page.split(".Sh GITHUB ACTION\n")[1].split("\n.Sh ")[0]
        self.assertEqual(OWN, set(re.findall(r"^\.It Cm ([a-z-]+)$", section, flags=re.M)))
        for name in LEFT_OUT:
            self.assertRegex(section, rf"Fl -{name}\b")
