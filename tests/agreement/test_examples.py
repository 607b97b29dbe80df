# SPDX-License-Identifier: MIT
"""The examples say what the program does: its options, inputs, outputs and exit codes."""
import pathlib
import re
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ROOT, ProgramTest  # noqa: E402

EXAMPLES = ROOT / "examples"


def read(path):
    return yaml.load((EXAMPLES / path).read_text(), Loader=yaml.SafeLoader)


def manifests():
    return {path.name: read(path) for path in sorted((EXAMPLES / "kubernetes").glob("*.yaml"))}


def containers(manifest):
    pod = manifest["spec"]["template"]["spec"]
    return [*pod.get("initContainers", []), *pod["containers"]]


class WorkflowTest(ProgramTest):
    def test_inputs_and_outputs(self):
        text = (EXAMPLES / "github" / "migrations.yml").read_text()
        action = yaml.load((ROOT / "action.yml").read_text(), Loader=yaml.BaseLoader)
        steps = [step for job in read("github/migrations.yml")["jobs"].values() for step in job["steps"]
                 if step.get("uses", "").startswith("lockgate/")]
        self.assertEqual(["verify", "bundle", "plan", "apply"], [step["with"]["command"] for step in steps])
        for step in steps:
            self.assertLessEqual(set(step["with"]), set(action["inputs"]), step)
        outputs = re.findall(r"steps\.\w+\.outputs\.([a-z-]+)", text)
        self.assertTrue(outputs)
        self.assertLessEqual(set(outputs), set(action["outputs"]))

    def test_no_permission_that_is_not_named(self):
        workflow = read("github/migrations.yml")
        self.assertEqual({}, workflow["permissions"])
        for job in workflow["jobs"].values():
            self.assertEqual("read", job["permissions"]["contents"])


class ManifestTest(ProgramTest):
    def test_every_exit_code_has_its_rule(self):
        codes = re.findall(r"^\tEXIT_[A-Z_]+ = (\d+),", (ROOT / "plugin" / "exit_code.h").read_text(), flags=re.M)
        failures = sorted(int(code) for code in codes if 0 < int(code) < 128)
        for name, manifest in manifests().items():
            if manifest["kind"] != "Job":
                continue
            rules = manifest["spec"]["podFailurePolicy"]["rules"]
            named = {code: rule["action"] for rule in rules if "onExitCodes" in rule
                     for code in rule["onExitCodes"]["values"]}
            self.assertEqual(failures, sorted(named), name)
            self.assertEqual({3, 4}, {code for code, action in named.items() if action == "Count"})

    def test_the_hooks_are_the_job(self):
        jobs = [manifest["spec"] for manifest in manifests().values() if manifest["kind"] == "Job"]
        self.assertEqual(3, len(jobs))
        self.assertEqual([jobs[0]] * 3, jobs)

    def test_commands(self):
        for name, manifest in manifests().items():
            for container in containers(manifest):
                if container["command"][0] != "lockgate":
                    continue
                command = container["command"][1:]
                options = self.expect(0, "help", command[0]).out
                for word in command:
                    if word.startswith("--"):
                        self.assertIn(f" {word} ", options, name)
                for variable in container["env"]:
                    option = variable["name"].removeprefix("LOCKGATE_").removesuffix("_FILE").lower()
                    self.assertIn(f" --{option} ", options, name)


class GitlabTest(ProgramTest):
    def test_variables(self):
        jobs = read("gitlab/.gitlab-ci.yml")
        shared = jobs[".lockgate"]
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.expect(0, "apply", "--db", self.db, env=shared["variables"])
        reports = shared["artifacts"]["reports"]
        for path in [*reports.values(), *shared["artifacts"]["paths"]]:
            self.assertTrue((self.folder / path).exists(), path)
        written = re.findall(r"^(LOCKGATE_[A-Z_]+)=", (self.folder / reports["dotenv"]).read_text(), flags=re.M)
        for name in re.findall(r"\$(LOCKGATE_[A-Z_]+)", " ".join(jobs["deploy"]["script"])):
            self.assertIn(name, written)
