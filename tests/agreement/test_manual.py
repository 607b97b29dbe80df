# SPDX-License-Identifier: MIT
"""lockgate.1 and FORMAT.md say what the program does: commands, options, codes, policies, limits."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import LOCKGATE, ROOT, ProgramTest  # noqa: E402


def sections():
    """The manual page as plain text without line breaks inside a paragraph's head, by section."""
    page = subprocess.run(["mandoc", "-Tascii", "-Owidth=400", str(ROOT / "lockgate.1")], check=True,
                          capture_output=True, text=True).stdout
    page = re.sub(".\b", "", page).expandtabs()
    parts = re.split(r"^([A-Z][A-Z ]+)$", page, flags=re.M)
    return {name.strip(): text for name, text in zip(parts[1::2], parts[2::2])}


def tags(section):
    """The heads of a tagged list: what stands at the list's own indent, up to where its text begins."""
    return [re.split(r"  +", line[5:])[0] for line in section.splitlines() if re.match(r" {5}\S", line)]


def named(pattern, path):
    return re.findall(pattern, (ROOT / path).read_text(), flags=re.M)


class ManualTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.page = sections()

    def help(self, *command):
        return self.expect(0, "help", *command).out

    def commands(self):
        return re.findall(r"^  ([a-z]+) ", self.help(), flags=re.M)

    def options_of(self, command):
        return dict(re.findall(r"^  (?:-\w,|   ) --([a-z-]+)(?: (\S+))?", self.help(command), flags=re.M))

    def all_options(self):
        options = {}
        for command in self.commands():
            options.update(self.options_of(command))
        return options

    def test_the_page_has_no_errors(self):
        result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(ROOT / "lockgate.1")], check=False,
                                capture_output=True, text=True)
        self.assertEqual((0, ""), (result.returncode, result.stdout))

    def test_commands_and_their_forms(self):
        documented = [re.sub(r"\s*\|\s*", "|", tag) for tag in tags(self.page["COMMANDS"])]
        forms = [re.search(r"^usage: lockgate (.*)$", self.help(command), flags=re.M).group(1).strip()
                 for command in self.commands()]
        self.assertEqual(forms, documented)

    def test_options_and_their_values(self):
        documented = {}
        for tag in tags(self.page["OPTIONS"]):
            match = re.match(r"(?:-\w, )?--([a-z-]+)(?: (\S+))?$", tag)
            if match:
                documented[match.group(1)] = match.group(2) or ""
        self.assertEqual(self.all_options(), documented)

    def test_every_option_that_is_mentioned_is_one(self):
        known = set(self.all_options())
        for path in ("lockgate.1", "README.md", "CONTRIBUTING.md", "SECURITY.md"):
            if not (ROOT / path).exists():
                continue
            for line in (ROOT / path).read_text().splitlines():
                if "lockgate" not in line and path != "lockgate.1":
                    continue
                pattern = r"\.?Fl -([a-z-]+)" if path == "lockgate.1" else r"lockgate [^`|#]*?--([a-z-]+)"
                for name in re.findall(pattern, line):
                    self.assertIn(name, known, f"{path}: {line}")

    def test_environment_names_are_options(self):
        names = {option.upper().replace("-", "_") for option in self.all_options()} | self.variables()
        for name in re.findall(r"LOCKGATE_([A-Z_]+)", self.page["ENVIRONMENT"]):
            self.assertIn(name.removesuffix("_FILE"), names | {"X", ""})

    def variables(self):
        """The secrets that only the environment holds, without their prefix."""
        return {name for command in self.commands()
                for name in re.findall(r"^  LOCKGATE_([A-Z_]+) ", self.help(command), flags=re.M)}

    def test_secrets_of_the_environment_are_documented(self):
        self.assertGreater(len(self.variables()), 3)
        for name in self.variables():
            self.assertIn("LOCKGATE_" + name, self.page["ENVIRONMENT"])

    def test_sinks(self):
        known = set(named(r"^\t\.name = \"([a-z]+)\",", "ci/sinks/webhook.c"))
        for path in sorted((ROOT / "ci/sinks").glob("*.c")):
            known |= set(named(r"^\t\.name = \"([a-z]+)\",", path.relative_to(ROOT)))
        known |= set(named(r"^\t\{\"([a-z]+)\", render_", "ci/files.c"))
        known |= set(named(r"^\t\{\"([a-z]+)\", REPORT_", "plugin/report_choice.c"))
        lines = re.findall(r"^ {5}([a-z]+(?:, [a-z]+)*)(?:  .*)?$", self.page["REPORTS"], flags=re.M)
        documented = {name for line in lines for name in line.split(", ")}
        self.assertGreater(len(known), 12)
        self.assertEqual(known, documented)

    def test_each_option_has_its_variable(self):
        self.write("1_a.sql", "SELECT 1;\n")
        for command in ("apply", "revert", "bundle", "status", "resolve"):
            for option in self.options_of(command):
                if option in ("help", "webhook-url", "scratch-db"):  # empty ones are none: a secret of a fork
                    continue
                variable = "LOCKGATE_" + option.upper().replace("-", "_")
                result = self.expect(2, command, env={variable: ""})
                self.assertIn(variable, result.err, command)

    def test_settings(self):
        text = " ".join(self.page["SETTINGS"].split())
        documented = re.search(r"name of an option: ([a-z, -]+)\.", text).group(1).split(", ")
        self.write("1_a.sql", "SELECT 1;\n")
        taken = []
        for option in self.all_options():
            self.write("lockgate.ini", f"{option} =\n", ".")
            result = self.expect(2, "apply")
            if f"there is no setting '{option}'" not in result.err:
                taken.append(option)
        self.assertEqual(sorted(taken), sorted(documented))

    def test_findings(self):
        codes = named(r"^\t\[FINDING_\w+\] = \"([a-z-]+)\"", "gate/verdict.c")
        self.assertGreater(len(codes), 10)
        self.assertEqual(codes, tags(self.page["FINDINGS"]))

    def test_policies(self):
        rows = named(r"^\t\[POLICY_\w+\] = \{\"(\w+)\", POLICY_(\w+), ([A-Z| ]+)\}", "gate/policy.c")
        self.assertGreater(len(rows), 5)
        documented = {}
        for tag in tags(self.page["POLICIES"]):
            key, values = tag.split("=")
            documented[key] = values.split(" | ")
        self.assertEqual({key: set(values.lower().split(" | ")) for key, _, values in rows},
                         {key: set(values) for key, values in documented.items()})
        for key, default, _ in rows:
            self.assertEqual(default.lower(), documented[key][0], f"the default of {key} comes first")

    def test_directives(self):
        keys = named(r"\{\"([a-z_]+)\", (?:read_|NULL)", "bundles/directive.c")
        documented = re.findall(r"([a-z_]+)=", " ".join(tags(self.page["DIRECTIVES"])))
        self.assertGreater(len(keys), 5)
        self.assertEqual(set(keys), set(documented))

    def test_waivers(self):
        documented = re.findall(r"^ +([a-z-]+) VERSION", self.page["WAIVERS"], flags=re.M)
        kinds = named(r"^\t\[?(?:WAIVER_\w+\] = )?\"([a-z-]+)\",?$", "bundles/waiver.c") or documented
        self.assertEqual(set(kinds), set(documented))
        for kind in documented:
            line = f"{kind} 1 reviewed" if kind != "checksum" else f"checksum 1 {'0' * 64} {'1' * 64} reviewed"
            self.write("waivers.txt", line + "\n")
            self.expect(0, "bundle")

    def test_examples_work(self):
        (self.folder / "migrations").mkdir()
        examples = re.findall(r"^ +lockgate (.*)$", self.page["EXAMPLES"], flags=re.M)
        self.assertGreater(len(examples), 3)
        script = "set -e\n" + "\n".join('"$LOCKGATE" ' + line for line in examples)
        result = subprocess.run(["sh", "-c", script], cwd=self.folder, env=self.environment({"LOCKGATE": LOCKGATE}),
                                check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(0, result.returncode, result)


class FormatTest(ProgramTest):
    def test_limits(self):
        limits = {}
        for name, value in named(r"^#define BUNDLE_MAX_(\w+) (\(UINT64_C\(\d+\) << \d+\)|\d+)", "bundles/limits.h"):
            value = re.sub(r"UINT64_C\((\d+)\)", r"\1", value)
            base, _, shift = value.strip("()").partition(" << ")
            limits[name] = int(base) << int(shift or 0)
        table = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$",
                                (ROOT / "FORMAT.md").read_text().split("## Limits")[1].split("\n## ")[0], flags=re.M))

        def numbers(row):
            return [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*\d|\d", table.pop(row))]

        table.pop("What", None)
        table.pop("---", None)
        self.assertEqual(limits.pop("ENTRIES"), numbers("scripts")[0])
        self.assertEqual(limits.pop("BODY_BYTES"), numbers("one script")[0])
        self.assertEqual(limits.pop("TOTAL_BYTES"), numbers("all scripts together")[0])
        self.assertEqual(limits.pop("MANIFEST_BYTES"), numbers("manifest")[0])
        self.assertEqual([limits.pop("SIGNATURES"), limits.pop("SIGNATURE_BYTES")], numbers("signatures"))
        self.assertEqual(1 << limits.pop("WINDOW_LOG"), numbers("window of the frame")[0])
        self.assertEqual(limits.pop("STATEMENTS"), numbers("statements of a script")[0])
        self.assertEqual(limits.pop("NAME_CHARS"), numbers("name, version, file name, project, role")[0])
        self.assertEqual(limits.pop("WAIVERS"), numbers("waivers")[0])
        self.assertEqual(limits.pop("REASON_CHARS"), numbers("reason of a waiver")[0])
        self.assertEqual(limits.pop("RETRIES"), numbers("retries")[0])
        limits.pop("WAIVER_FILE_BYTES")  # of a folder, not of a bundle
        self.assertEqual(({}, {}), (limits, table))
