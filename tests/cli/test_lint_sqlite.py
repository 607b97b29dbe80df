# SPDX-License-Identifier: MIT
"""What the lint rules claim of SQLite, seen on real files to which lockgate applies the examples."""
import sqlite3
import subprocess

from lint_examples import SQLITE
from program import ProgramTest


class ConfirmTest(ProgramTest):
    def shows(self, example, script):
        """Whether the script, applied by lockgate, does what the rule says of the bad one."""
        for path in [*self.folder.glob("app.db*"), *self.folder.glob("migrations/*")]:
            path.unlink()
        self.execute(example.setup)
        self.write("1_a.sql", script)
        kind, *claim = example.claim
        if kind == "strict":
            return claim[0] in self.strictly(script)
        result = self.run_it("apply", "--db", self.db, "--policy", "first=allow")
        if result.code == 5:
            self.assertEqual("error", kind, result)
            self.assertIn(claim[0], result.err)
            return True
        self.assertEqual(0, result.code, result)
        try:
            self.execute(example.then)
        except sqlite3.IntegrityError:
            return False
        except sqlite3.Error as error:
            self.assertEqual(["error", claim[0]], [kind, str(error)[-len(claim[0]):]])
            return True
        return kind == "rows" and self.sql(claim[0]) == claim[1]

    def strictly(self, script):
        """What SQLite's shell has against the script where double quotes are for names alone."""
        return subprocess.run(["sqlite3", self.folder / "app.db"], input=".dbconfig dqs_dml off\n" + script, text=True,
                              capture_output=True, check=False).stderr

    def test_each_bad_one_does_what_its_rule_says(self):
        for example in SQLITE:
            with self.subTest(example.code):
                self.assertTrue(self.shows(example, example.bad))

    def test_no_good_one_does(self):
        """But for those that say of themselves that the same is meant."""
        seen = 0
        for example in SQLITE:
            if "phase=contract" in example.good and example.code != "drop-table-cascades":
                continue
            with self.subTest(example.code):
                seen += 1
                self.assertFalse(self.shows(example, example.good))
        self.assertGreater(seen, 10)
