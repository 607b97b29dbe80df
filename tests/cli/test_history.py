# SPDX-License-Identifier: MIT
"""The history in the database: what is written, and that nothing in it is believed unseen."""
import os
import socket
import sqlite3
import threading

from program import ProgramTest


class HistoryTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")

    def verify(self, code, *more):
        return self.expect(code, "verify", "--db", self.db, *more)


class WritingTest(HistoryTest):
    def held(self, seconds):
        """Writes to the database for so long, beginning now."""
        connection = sqlite3.connect(self.folder / "app.db", isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("BEGIN IMMEDIATE")

        def let_go():
            connection.execute("ROLLBACK")
            connection.close()

        timer = threading.Timer(seconds, let_go)
        timer.start()
        self.addCleanup(timer.join)

    def test_every_write_waits_for_another_writer(self):
        self.write("2_b.up.sql", "CREATE TABLE b (x);\n")
        for arguments in (("init",), ("adopt", "--to", "1"), ("adopt", "--undo", "--yes"), ("apply", "--policy", "first=allow"),
                          ("resolve", "2", "--reverted"), ("revert", "--steps", "1")):
            with self.subTest(arguments):
                self.held(0.6)
                self.expect(0, *arguments, "--db", self.db, "--lock-timeout", "50ms")

    def test_nothing_to_do_creates_nothing(self):
        (self.folder / "empty").mkdir()
        self.run_it("apply", "empty", "--project", "p", "--db", self.db)
        for command in ("verify", "status", "lock"):
            self.run_it(command, "--db", self.db)
        self.assertEqual([], [path.name for path in self.folder.glob("app.db*")])

    def test_one_statement_is_not_many(self):
        self.write("2_b.sql", "CREATE TABLE b (x); CREATE TABLE c (x);\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(["1 statement in", "2 statements in"],
                         [" ".join(row[0].split()[:3]) for row in
                          self.sql("SELECT detail FROM lockgate_event WHERE what = 'applied' ORDER BY id")])

    def test_a_full_disk_is_told_with_its_migration(self):
        self.expect(0, "apply", "--db", self.db)
        self.write("2_b.up.sql", "CREATE TABLE b (x);\nPRAGMA max_page_count=1;\n")
        self.write("2_b.down.sql", "DROP TABLE b;\n-- " + "x" * 300000 + "\n")
        result = self.expect(3, "apply", "--db", self.db)
        for word in ("2_b.up.sql:1:1", "full", "nothing of 2 was kept", "free space"):
            self.assertIn(word, result.err)
        error = self.expect(3, "apply", "--db", self.db, "--json").json["error"]
        self.assertEqual("2", error["version"])
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name = 'b'"))
        self.assertEqual([("2", 2)], self.sql(
            "SELECT version, count(*) FROM lockgate_event WHERE what = 'failed' GROUP BY version"))

    def test_a_statement_that_fills_the_disk(self):
        self.expect(0, "apply", "--db", self.db)
        for head, kept in (("", "nothing of 2 was kept"), ("-- lockgate: transaction=off\n", "resolve 2 --retry")):
            self.write("2_b.sql", head + "PRAGMA max_page_count=1;\nCREATE TABLE b AS SELECT zeroblob(300000);\n")
            result = self.expect(5, "apply", "--db", self.db)
            for word in ("2_b.sql:", ":1: statement 2 of 2", "full", kept, "free space"):
                self.assertIn(word, result.err)


class ReadingTest(HistoryTest):
    def setUp(self):
        super().setUp()
        self.expect(0, "apply", "--db", self.db)

    def damage(self, script, *words, command=("verify",)):
        """What is said after `script`, which is undone again."""
        before = (self.folder / "app.db").read_bytes()
        self.execute("PRAGMA ignore_check_constraints=1; " + script)
        result = self.expect(3, *command, "--db", self.db)
        for word in words:
            self.assertIn(word, result.err, script)
        (self.folder / "app.db").write_bytes(before)

    def test_values_that_lockgate_never_writes(self):
        for column, value in (("algorithm", "'lg2'"), ("phase", "'later'"), ("raw_sha256", "'xyz'"),
                              ("content_sha256", "'A' || substr(content_sha256, 2)"), ("tokens_sha256", "''"),
                              ("down_sha256", "'0'"), ("kind", "'view'"), ("state", "'half'"),
                              ("name", "'a' || char(0) || 'b'"), ("phase", "char(0)"), ("version", "'1' || char(0)")):
            with self.subTest(column=column, value=value):
                # What only the rows tell is looked at when something else differs.
                self.damage(f"UPDATE lockgate_migration SET name = 'n'; UPDATE lockgate_migration SET {column} = {value}",
                            "version '1'", column if "char(0)" not in value else "NUL")

    def test_numbers_out_of_range(self):
        self.write("1_a.up.sql", "CREATE TABLE a (y);\n")
        for column, value in (("position", "0"), ("position", "-1"), ("position", "'x'"), ("position", "1.5"),
                              ("position", "4611686018427387904"), ("statements_done", "-1"),
                              ("statements_done", "10000001"), ("statements_total", "4294967297"),
                              ("statements_total", "x''")):
            with self.subTest(column=column, value=value):
                self.damage(f"UPDATE lockgate_migration SET {column} = {value}", "version '1'", column)

    def test_a_layout_without_its_version(self):
        for command in (("verify",), ("status",), ("init",), ("apply",)):
            self.damage("DELETE FROM lockgate_format", "lockgate_format has no row", "backup", command=command)
        self.damage("INSERT INTO lockgate_format VALUES (1)", "several rows")
        self.damage("UPDATE lockgate_format SET version = 'one'", "lockgate_format")
        self.damage("UPDATE lockgate_format SET version = 0", "lockgate_format")
        self.damage("UPDATE lockgate_format SET version = 2", "newer lockgate")

    def test_tables_that_are_missing(self):
        for table in ("format", "migration", "batch", "object", "event"):
            self.damage(f"DROP TABLE lockgate_{table}", f"'lockgate_{table}' is missing", "backup")

    def test_tables_made_by_hand(self):
        self.execute(self.expect(0, "init", "--db", "sqlite:other.db", "--print").out, db="other.db")
        self.expect(0, "apply", "--db", "sqlite:other.db")

    def test_a_second_scope_is_not_the_wrong_project(self):
        self.write("1_o.sql", "CREATE TABLE o (x);\n", "other")
        self.expect(0, "apply", "other", "--project", "other", "--policy", "first=allow", "--db", self.db)
        found = self.verify(1, "--scope", "tenant", "--json")
        self.assertNotIn("wrong-project", self.codes(found))
        self.assertIn("wrong-project", self.codes(self.verify(1, "--project", "third", "--json")))

    def test_stored_down_scripts_are_the_recorded_ones(self):
        for down in ("'DROP TABLE a; SELECT 1;'", "'SELECT 1;'", "down_sql || char(0) || 'DROP TABLE b;'"):
            self.damage(f"UPDATE lockgate_migration SET down_sql = {down}", "version '1'",
                        command=("revert", "--steps", "1"))
        self.damage("UPDATE lockgate_migration SET down_sql = 'SELECT 1;'", "not the one that was recorded",
                    command=("revert", "--steps", "1"))
        self.damage("UPDATE lockgate_migration SET down_sql = 'SELECT 1;' || char(10) || '  COMMIT;'",
                    "down script of version '1', line 2, column 3", command=("revert", "--steps", "1"))
        self.assertEqual([("a",)], self.sql("SELECT name FROM sqlite_schema WHERE name = 'a'"))

    def test_a_down_script_of_the_source_has_a_place(self):
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.expect(0, "apply", "--db", self.db)
        self.write("2_b.sql", "-- migrate:up\nCREATE TABLE b (x);\n-- migrate:down\nSELECT nope;\n")
        error = self.expect(5, "revert", "migrations", "--steps", "1", "--db", self.db, "--json").json["error"]
        self.assertEqual((4, 8), (error["line"], error["column"]))
        self.assertTrue(error["file"].endswith("2_b.sql"), error)


class SidecarTest(HistoryTest):
    def test_what_is_no_file_is_named(self):
        path = self.folder / "app.db-lockgate"

        def unix_socket(name):
            with socket.socket(socket.AF_UNIX) as unbound:
                unbound.bind(str(name))

        self.execute("CREATE TABLE t (x)")
        for kind, make in (("pipe", os.mkfifo), ("folder", os.mkdir), ("socket", unix_socket),
                           ("symbolic link", lambda name: os.symlink("/etc/passwd", name))):
            make(path)
            for command in (("lock",), ("lock", "--break", "--reason", "r", "--yes"), ("apply", "--policy", "first=allow")):
                with self.subTest(kind=kind, command=command):
                    result = self.expect(3, *command, "--db", self.db)
                    self.assertIn(kind, result.err)
                    self.assertIn("remove it", result.err)
            os.rmdir(path) if kind == "folder" else os.unlink(path)

    def test_who_may_write_the_database_may_lock_it(self):
        for mode in (0o660, 0o666, 0o600):
            self.execute("CREATE TABLE t (x)", db=f"{mode}.db")
            os.chmod(self.folder / f"{mode}.db", mode)
            self.expect(0, "apply", "--db", f"sqlite:{mode}.db", "--policy", "first=allow", umask=0o077)
            self.assertEqual(mode, os.stat(self.folder / f"{mode}.db-lockgate").st_mode & 0o777)
