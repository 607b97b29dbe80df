# SPDX-License-Identifier: MIT
"""What the repository shows to a newcomer works as it is written there."""
import os
import pathlib
import re
import shutil
import subprocess

from program import LOCKGATE, ROOT, ProgramTest

EXAMPLE = ROOT / "examples" / "energy-tracker"


class ExampleTest(ProgramTest):
    def test_demo_ends_well_and_shows_the_refusal(self):
        result = subprocess.run([EXAMPLE / "demo", LOCKGATE], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env=self.environment(), check=False)

        self.assertEqual(0, result.returncode, result.stdout)
        for words in ("checksum-changed", "20260107120000_create_energy_logs.up.sql", "exit status 1"):
            self.assertIn(words, result.stdout)
        self.assertEqual(2, len(set(re.findall(r"\b[0-9a-f]{64}\b", result.stdout.split("checksum-changed")[1]))))

    def test_example_goes_there_and_back_and_there(self):
        shutil.copytree(EXAMPLE / "migrations", self.folder / "migrations")

        self.expect(0, "apply", "--db", self.db, "--with-seeds")
        self.assertEqual([("DailySchedules",), ("EnergyLogs",)],
                         self.sql("SELECT name FROM sqlite_schema WHERE name IN ('DailySchedules', 'EnergyLogs') "
                                  "ORDER BY name"))
        self.assertEqual([("demo", "2026-01-10", 1650)], self.sql("SELECT * FROM usage_by_day"))
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name = 'EnergyLogs'"))
        self.expect(0, "apply", "--db", self.db)
        self.expect(0, "status", "migrations", "--db", self.db, "--exit-code")

    def test_readme_lines_run_in_a_plain_shell(self):
        readme = (ROOT / "README.md").read_text()
        lines = re.search(r"## Ten lines to try it\n.*?```sh\n(.*?)```", readme, re.S)[1]
        path = str(pathlib.Path(LOCKGATE).parent) + os.pathsep + os.environ["PATH"]

        result = subprocess.run(["sh", "-e", "-c", lines], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env=self.environment({"PATH": path}), check=False)

        self.assertEqual(0, result.returncode, result.stdout)
        self.assertIn("ok: 1 applied", result.stdout)
        self.assertIn("reverted: 1 create_users", result.stdout)


if __name__ == "__main__":
    import unittest
    unittest.main()
