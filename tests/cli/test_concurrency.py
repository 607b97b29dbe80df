# SPDX-License-Identifier: MIT
"""Many runs at once: one applies, all succeed, nothing runs twice."""
import fcntl
import os
import struct
from program import ProgramTest

RUNS = 32


class ConcurrencyTest(ProgramTest):
    def run_at_once(self, *arguments, count=RUNS):
        processes = [self.start(*arguments) for _ in range(count)]
        outcomes = []
        for process in processes:
            _, err = process.communicate(timeout=120)
            outcomes.append((process.returncode, err.decode()))
        return outcomes

    def test_simultaneous_apply(self):
        self.write("1_t.sql", "CREATE TABLE t (x);\n")
        for version in range(2, 7):
            self.write(f"{version}_row.sql", f"INSERT INTO t VALUES ({version});\n")
        self.write("7_off.sql", "-- lockgate: transaction=off\nINSERT INTO t VALUES (7);\nVACUUM;\n"
                   "INSERT INTO t VALUES (8);\n")
        for code, err in self.run_at_once("apply", "--db", self.db):
            self.assertEqual(0, code, err)
        self.assertEqual([(x,) for x in range(2, 9)], self.sql("SELECT x FROM t ORDER BY rowid"))
        self.assertEqual([(7, 7)], self.sql("SELECT count(*), count(DISTINCT position) FROM lockgate_migration"))
        self.assertEqual([("apply", "ok")], self.sql("SELECT action, outcome FROM lockgate_batch"))

    def test_simultaneous_init(self):
        for code, err in self.run_at_once("init", "--db", self.db):
            self.assertEqual(0, code, err)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_format"))

    def test_simultaneous_revert_undoes_once_each(self):
        for version in range(1, 9):
            self.write(f"{version}_t.up.sql", f"CREATE TABLE t{version} (x);\n")
            self.write(f"{version}_t.down.sql", f"DROP TABLE t{version};\n")
        self.expect(0, "apply", "--db", self.db)
        for code, err in self.run_at_once("revert", "--steps", "1", "--db", self.db, count=4):
            self.assertEqual(0, code, err)
        self.assertEqual([(4, "4")], self.sql("SELECT count(*), max(version) FROM lockgate_migration"))

    def test_two_projects_at_once(self):
        for project in ("one", "two", "three", "four"):
            for version in range(1, 6):
                self.write(f"{version}_t.sql", f"CREATE TABLE {project}{version} (x);\n", project)
        processes = [self.start("apply", project, "--project", project, "--policy", "first=allow", "--db", self.db)
                     for project in ("one", "two", "three", "four") for _ in range(3)]
        for process in processes:
            _, err = process.communicate(timeout=120)
            self.assertEqual(0, process.returncode, err.decode())
        self.assertEqual([(20,)], self.sql("SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                           "AND name NOT LIKE 'lockgate_%' AND name NOT LIKE 'sqlite_%'"))
        self.assertEqual([(5,)] * 4, self.sql("SELECT count(*) FROM lockgate_migration GROUP BY project"))

    def test_verify_while_others_apply(self):
        self.write("1_t.sql", "CREATE TABLE t (x);\n")
        for version in range(2, 40):
            self.write(f"{version}_row.sql", f"INSERT INTO t VALUES ({version});\n")
        writer = self.start("apply", "--db", self.db)
        while writer.poll() is None:
            self.assertEqual([], self.codes(self.expect(0, "verify", "--db", self.db, "--json")))
        self.assertEqual(0, writer.returncode, writer.communicate())
        writer.communicate()
        self.assertEqual(0, self.expect(0, "verify", "--db", self.db, "--json").json["pending"])


class LateDatabaseTest(ProgramTest):
    def test_a_waiter_sees_the_database_that_came_while_it_waited(self):
        self.write("1_a.sql", "CREATE TABLE a (id INTEGER);\n")
        self.expect(0, "apply", "--db", "sqlite:made.db")
        whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        with open(self.folder / "app.db-lockgate", "w+b") as sidecar:
            fcntl.fcntl(sidecar, fcntl.F_OFD_SETLK, whole)
            waiter = self.start("apply", "--db", self.db)
            self.assertIn(b"does not exist", waiter.stderr.readline())
            self.assertIn(b"waiting for the lock", waiter.stderr.readline())
            os.rename(self.folder / "made.db", self.folder / "app.db")
        out, err = waiter.communicate(timeout=60)

        self.assertEqual(0, waiter.returncode, err)
        self.assertIn(b"up to date", out)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_batch"))
