# SPDX-License-Identifier: MIT
"""Annotations, outputs and the log, as a runner reads them: github-action-ts-run-api, and a model of our own."""
import base64
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import COUNTS, JudgeTest, rendered, run_node  # noqa: E402
from runs import real, real_runs  # noqa: E402
from runner_model import commands_of, lines_of, outputs_of  # noqa: E402

NAMES = ["outcome", "exit-code", "changed", "applied-count", "pending-count", "findings-count", "current-version",
         "bundle-id", "plan-token", "batch", "reports-pending"]


def encoded(data):
    return base64.b64encode(data).decode()


def unescaped(text):
    """The other parser undoes escapes in outputs too, where a runner does not, and only the first of equal ones."""
    return text.replace("%0A", "\n").replace("%25", "%")


class ModelTest(JudgeTest):
    """The model itself finds what it must."""

    def test_log(self):
        self.assertEqual([("error", {"file": "a,b", "line": "3"}, "50%\nx")],
                         commands_of("\u00a0 ::error file=a%2Cb,line=3::50%25%0Ax"))
        for line in ("x ##[add-mask]y", "##VSO[task]", "a\r::warning::b", "\u2003::debug::"):
            self.assertEqual(1, len(commands_of(line)), line)
        for line in ("x ::error::y", "# #[a]", "\u200b::error::", ": :error::"):
            self.assertEqual([], commands_of(line), line)

    def test_outputs(self):
        self.assertEqual({"a": "b<<c", "d": "e\n=f"}, outputs_of("a=b<<c\nd<<X\ne\n=f\nX\n"))
        for text in ("a\n", "a<<X\nb\n", "a<<X\nX", "<<X\nX\n"):
            with self.assertRaises(ValueError, msg=text):
                outputs_of(text)


class CommandTest(JudgeTest):
    def test_a_log_has_no_command(self):
        text = rendered("log", 1).decode()
        self.assertIn("add-mask", text)
        self.assertEqual([], commands_of(text))

    def test_annotations(self):
        for count in COUNTS:
            text = rendered("annotations", count).decode()
            commands = commands_of(text)
            errors = [command for command in commands if command[0] == "error"]
            warnings = [command for command in commands if command[0] == "warning"]
            self.assertEqual(len(lines_of(text)) - 1, len(errors) + len(warnings), text)
            self.assertEqual(commands, errors + warnings, "errors come first")
            self.assertEqual((min(10, count + 1 - count // 3), min(10, count // 3)), (len(errors), len(warnings)))
            for _, properties, data in commands:
                self.assertLessEqual(set(properties), {"file", "line", "col", "title"})
                self.assertIn("title", properties)
                self.assertLess(len(data), 4096)

    def test_annotations_and_outputs_by_another_parser(self):
        cases = [{"outputs": encoded(rendered("outputs", count)), "log": encoded(rendered("annotations", count))}
                 for count in COUNTS]
        cases.append({"outputs": encoded(rendered("outputs")), "log": encoded(rendered("log", 1))})
        results = run_node("read_commands.mjs", *cases)
        for case, result in zip(cases, results):
            outputs = outputs_of(base64.b64decode(case["outputs"]).decode())
            commands = commands_of(base64.b64decode(case["log"]).decode())
            self.assertEqual({name: unescaped(value) for name, value in outputs.items()},
                             {name: unescaped(value) for name, value in result["outputs"].items()})
            for level in ("error", "warning"):
                # The other parser ends the head of a command at the last "::", a runner at the first, and it
                # counts no command without data.
                texts = [unescaped(data.rpartition("::")[2]) for name, _, data in commands if name == level]
                self.assertEqual([text for text in texts if text],
                                 [unescaped(text) for text in result[level + "s"]])
            for nothing in ("notices", "secrets", "debugs", "addedPaths"):
                self.assertEqual([], result[nothing])
            self.assertEqual(({}, {}), (result["savedState"], result["exportedVars"]))

    def test_outputs(self):
        self.assertEqual(NAMES, list(outputs_of(rendered("outputs").decode())))
        for count in COUNTS:
            outputs = outputs_of(rendered("outputs", count).decode())
            self.assertEqual(NAMES, list(outputs))
            self.assertEqual(("failed", "5", "true", str(count), "2"), tuple(
                outputs[name] for name in ("outcome", "exit-code", "changed", "applied-count", "reports-pending")))

    def test_real_runs(self):
        runs = real_runs()
        cases = [{"outputs": encoded(files["output"]), "log": encoded(files["log"])} for files in runs.values()]
        results = run_node("read_commands.mjs", *cases)
        for (title, files), result in zip(runs.items(), results):
            commands = commands_of(files["log"].decode())
            folds = [name for name, _, _ in commands if name in ("group", "endgroup")]
            self.assertEqual(["group", "endgroup"] * (len(folds) // 2), folds, title)
            self.assertLessEqual({name for name, _, _ in commands} - set(folds), {"error", "warning"}, title)
            self.assertEqual(len([name for name, _, _ in commands if name == "error"]), len(result["errors"]), title)
            self.assertEqual(([], {}), (result["secrets"], result["savedState"]), title)
            outputs = outputs_of(files["output"].decode())
            self.assertEqual(NAMES, list(outputs))
            self.assertEqual(outputs, result["outputs"])
            self.assertEqual(json.loads(files["json"])["outcome"], outputs["outcome"])
        places = [properties.get("file") for _, properties, _ in commands_of(runs["refused"]["log"].decode())]
        self.assertEqual(["db/migrations/1_a.sql", "db/migrations/1.5_late.sql"], places)

    def test_dotenv(self):
        for text in [rendered("dotenv", count).decode("ascii") for count in COUNTS] + [
                content.decode("ascii") for _, content in real("dotenv")]:
            self.assertLess(len(text), 5000)
            for line in text.splitlines():
                self.assertRegex(line, r"\ALOCKGATE_[A-Z_]+=[0-9A-Za-z._:+-]*\Z")
