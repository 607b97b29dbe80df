# SPDX-License-Identifier: MIT
"""kill -9 at random moments: nothing half recorded, nothing twice, nothing lost, and apply goes on."""
import os
import random
import time

from program import ProgramTest

ROUNDS = 25


class CrashTest(ProgramTest):
    def setUp(self):
        super().setUp()
        seed = int(os.environ.get("LOCKGATE_TEST_SEED", str(random.randrange(1 << 30))))
        self.random = random.Random(seed)
        print(f"seed {seed}")

    def kill_some(self, duration, *arguments):
        """Starts the command and kills it within `duration` seconds; True if it ended by itself before."""
        process = self.start(*arguments)
        time.sleep(self.random.uniform(0, duration))
        process.kill()
        _, err = process.communicate()
        self.assertIn(process.returncode, (-9, 0), err.decode())
        return process.returncode == 0

    def time_of(self, *arguments):
        started = time.monotonic()
        self.expect(0, *arguments)
        return time.monotonic() - started

    def check_history(self):
        """Each row that stands as applied has its table, and no table is there without one."""
        if not (self.folder / "app.db").exists():
            return
        tables = {row[0] for row in self.sql("SELECT substr(name, 2) FROM sqlite_schema WHERE name GLOB 't[0-9]*'")}
        names = {row[0] for row in self.sql("SELECT name FROM sqlite_schema")}
        if "lockgate_migration" not in names:
            self.assertEqual(set(), tables)
            return
        rows = {row[0] for row in self.sql("SELECT version FROM lockgate_migration WHERE state = 'applied'")}
        self.assertEqual(tables, rows)

    def test_transactional(self):
        for version in range(1, 61):
            self.write(f"{version}_t.sql", f"CREATE TABLE t{version} (x);\n")
        whole = self.time_of("apply", "--db", "sqlite:timing.db")
        done = False
        for _ in range(ROUNDS):
            done = self.kill_some(whole, "apply", "--db", self.db)
            self.check_history()
            if done:
                break
        self.expect(0, "apply", "--db", self.db)
        self.check_history()
        self.assertEqual([(60, 60)], self.sql("SELECT count(*), max(position) FROM lockgate_migration"))
        self.expect(0, "verify", "--db", self.db)
        self.assertEqual([("ok",)], self.sql("PRAGMA integrity_check"))

    def test_journaled(self):
        statements = "".join(f"INSERT INTO log VALUES ({n});\n" + ("VACUUM;\n" if n % 20 == 0 else "")
                             for n in range(1, 101))
        self.write("1_log.sql", "-- lockgate: transaction=off\nCREATE TABLE log (n);\n" + statements)
        whole = self.time_of("apply", "--db", "sqlite:timing.db")
        for _ in range(ROUNDS):
            if self.kill_some(whole, "apply", "--db", self.db):
                break
            # Interrupted between statements: apply goes on by itself, nobody has to decide.
            self.expect(0, "verify", "--db", self.db)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(n,) for n in range(1, 101)], self.sql("SELECT n FROM log ORDER BY rowid"))
        self.assertEqual([("applied", 106, 106)],
                         self.sql("SELECT state, statements_done, statements_total FROM lockgate_migration"))

    def test_changed_script_after_a_crash_is_dirty(self):
        script = "-- lockgate: transaction=off\nCREATE TABLE log (n);\n" + "INSERT INTO log VALUES (1);\n" * 200
        self.write("1_log.sql", script)
        whole = self.time_of("apply", "--db", "sqlite:timing.db")
        for _ in range(40):
            if self.kill_some(whole, "apply", "--db", self.db):
                (self.folder / "app.db").unlink()
            if (self.folder / "app.db").exists() and self.sql(
                    "SELECT 1 FROM sqlite_schema WHERE name = 'lockgate_migration'") and self.sql(
                    "SELECT 1 FROM lockgate_migration WHERE state = 'running' AND statements_done > 1"):
                break
        else:
            self.fail("no crash was in the middle")
        self.write("1_log.sql", script.replace("VALUES (1)", "VALUES (2)"))
        result = self.expect(1, "apply", "--db", self.db, "--json")
        self.assertEqual(["dirty"], self.codes(result))
        self.write("1_log.sql", script)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(200,)], self.sql("SELECT count(*) FROM log"))

    def test_revert(self):
        for version in range(1, 41):
            self.write(f"{version}_t.up.sql", f"CREATE TABLE t{version} (x);\n")
            self.write(f"{version}_t.down.sql", f"DROP TABLE t{version};\n")
        self.expect(0, "apply", "--db", self.db)
        for _ in range(ROUNDS):
            done = self.kill_some(0.1, "revert", "--all", "--db", self.db)
            self.check_history()
            if done:
                break
        self.expect(0, "revert", "--all", "--db", self.db)
        self.assertEqual([(0,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_bundle_is_whole_or_not_there(self):
        for version in range(1, 200):
            self.write(f"{version}_t.sql", f"CREATE TABLE t{version} (x);\n" * 20)
        whole = self.time_of("bundle", "--dialect", "sqlite", "-o", "first.lockgate")
        reference = (self.folder / "first.lockgate").read_bytes()
        for _ in range(ROUNDS):
            self.kill_some(whole, "bundle", "--dialect", "sqlite", "-o", "app.lockgate")
            path = self.folder / "app.lockgate"
            if path.exists():
                self.assertEqual(reference, path.read_bytes())
                path.unlink()
