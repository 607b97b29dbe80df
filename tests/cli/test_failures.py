# SPDX-License-Identifier: MIT
"""What must not happen when something goes wrong."""
import os
import stat
import subprocess

from program import LOCKGATE, ProgramTest

GOOD = "CREATE TABLE a (id INTEGER);\n"


class NothingIsOkTest(ProgramTest):
    """A command that fails never says that anything is well."""

    def fails(self, code, *arguments, **options):
        result = self.expect(code, *arguments, **options)
        self.assertNotRegex(result.out, r"(?m)^ok\b", str(result))
        return result

    def test_failed_migration(self):
        self.write("1_a.sql", GOOD)
        self.write("2_b.sql", "SELECT nonsense;\n")

        result = self.fails(5, "apply", "--db", self.db)

        self.assertIn("applied: 1 a", result.out)
        self.assertIn("the 1 migration before it stays applied", result.err)

    def test_first_migration_fails(self):
        self.write("1_a.sql", "SELECT nonsense;\n")
        self.assertNotIn("before it", self.fails(5, "apply", "--db", self.db).err)

    def test_no_database(self):
        self.write("1_a.sql", GOOD)
        self.write("app.db", "this is no database at all\n" * 100, ".")
        for command in ("verify", "plan", "apply", "status"):
            self.fails(3, command, "migrations", "--db", self.db)

    def test_locked(self):
        self.write("1_a.sql", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;")
        holder = self.start("apply", "--db", self.db)
        try:
            while '"held": true' not in self.run_it("lock", "--db", self.db, "--json").out:
                self.assertIsNone(holder.poll())
            self.fails(4, "apply", "--db", self.db, "--lock-wait", "100ms")
            self.fails(4, "revert", "--db", self.db, "--yes", "--lock-wait", "100ms")
        finally:
            holder.terminate()
            holder.communicate()

    def test_revert_of_what_is_not_there(self):
        self.write("1_a.sql", GOOD)
        self.expect(0, "apply", "--db", self.db)
        self.fails(2, "revert", "--db", self.db, "--batch", "nonsense")
        self.fails(2, "revert", "--db", self.db, "--to", "99")
        self.fails(1, "revert", "--db", self.db, "--yes")


class WritingTest(ProgramTest):
    def test_bundle_replaces_no_pipe(self):
        self.write("1_a.sql", GOOD)
        os.mkfifo(self.folder / "pipe")

        result = self.expect(3, "bundle", "-o", "pipe")

        self.assertIn("not a regular file", result.err)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.folder / "pipe").st_mode))

    def test_bundle_follows_a_link(self):
        self.write("1_a.sql", GOOD)
        self.write("real", "old", ".")
        os.symlink("real", self.folder / "link")

        self.expect(0, "bundle", "-o", "link")

        self.assertTrue((self.folder / "link").is_symlink())
        self.expect(0, "verify", "real", "--no-db")

    def test_result_that_does_not_get_out(self):
        self.write("1_a.sql", GOOD)
        with open("/dev/full", "wb") as full:
            process = subprocess.run([LOCKGATE, "apply", "--db", self.db], cwd=self.folder, stdout=full,
                                     stderr=subprocess.PIPE, env=self.environment(), check=False)

        self.assertEqual(3, process.returncode)
        self.assertIn(b"all was done", process.stderr)
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))


class MissingTargetTest(ProgramTest):
    """A missing secret never makes a green gate."""

    def setUp(self):
        super().setUp()
        self.write("1_a.sql", GOOD)

    def test_empty_variables(self):
        for name in ("LOCKGATE_DB", "DATABASE_URL"):
            for command in ("verify", "apply", "status"):
                self.assertIn(name, self.expect(2, command, env={name: ""}).err)

    def test_settings_do_not_hide_an_empty_variable(self):
        self.write("lockgate.ini", f"db = {self.db}\n", ".")
        for name in ("LOCKGATE_DB", "DATABASE_URL"):
            self.assertIn(name, self.expect(2, "verify", env={name: ""}).err)
        self.expect(0, "verify")

    def test_no_target_is_said_before_a_missing_source(self):
        self.assertIn("no target", self.expect(2, "apply", "nowhere").err)

    def test_nobody_is_asked_without_a_terminal(self):
        self.expect(0, "adopt", "--db", self.db, "--to", "1")
        self.expect(2, "adopt", "--undo", "--db", self.db)
        self.expect(2, "revert", "--db", self.db)
        self.expect(2, "lock", "--break", "--reason", "test", "--db", self.db)
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))


if __name__ == "__main__":
    import unittest
    unittest.main()
