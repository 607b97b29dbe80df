# SPDX-License-Identifier: MIT
"""Where the bytes go: full or closed stdout, hostile names, files that cannot be read or written."""
import os
import pty
import subprocess
import unittest

from program import LOCKGATE, ProgramTest

IS_ROOT = os.geteuid() == 0


class StreamTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for version in range(1, 4):
            self.write(f"{version}_t.sql", f"CREATE TABLE t{version} (x);\n")

    def call(self, *arguments, **options):
        return subprocess.run([LOCKGATE, *arguments], cwd=self.folder, env=self.environment(), check=False,
                              stdin=subprocess.DEVNULL, timeout=60, **options)

    def applied(self):
        return self.sql("SELECT count(*) FROM lockgate_migration")[0][0]

    def test_result_on_stdout_progress_on_stderr(self):
        result = self.expect(0, "apply", "--db", self.db)
        self.assertIn("applied: 3", result.out)
        self.assertIn("[3/3]", result.err)
        quiet = self.expect(0, "apply", "--db", "sqlite:b.db", "-q")
        self.assertEqual("", quiet.err)
        self.assertNotIn("\x1b", result.out + result.err)

    def test_full_stdout(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(3, self.call("verify", "--db", self.db, stdout=full, stderr=subprocess.DEVNULL).returncode)
            self.assertEqual(3, self.call("help", stdout=full, stderr=subprocess.DEVNULL).returncode)
            self.assertEqual(3, self.call("plan", "--json", "--db", self.db, stdout=full,
                                          stderr=subprocess.DEVNULL).returncode)
            # What was done is done, and is recorded.
            self.assertEqual(3, self.call("apply", "--db", self.db, stdout=full, stderr=subprocess.PIPE).returncode)
        self.assertEqual(3, self.applied())
        self.assertEqual([("ok",)], self.sql("SELECT outcome FROM lockgate_batch"))

    def test_closed_stdout_does_not_end_an_apply(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        try:
            self.call("apply", "--db", self.db, "-v", stdout=write_end, stderr=write_end)
        finally:
            os.close(write_end)
        self.assertEqual(3, self.applied())
        self.assertEqual([("ok",)], self.sql("SELECT outcome FROM lockgate_batch"))

    def test_no_descriptors_at_all(self):
        subprocess.run(["sh", "-c", 'exec "$0" apply --db "$1" <&- >&- 2>&-', LOCKGATE, self.db], cwd=self.folder,
                       env=self.environment(), check=False, timeout=60)
        self.assertEqual([("ok",)], self.sql("PRAGMA integrity_check"))
        self.assertEqual(3, self.applied())

    def test_json_is_alone_on_stdout(self):
        self.assertEqual("apply", self.expect(0, "apply", "--db", self.db, "--json", "-v").json["command"])

    def test_colour_only_on_a_terminal(self):
        def on_terminal(*more, **env):
            master, slave = pty.openpty()
            process = subprocess.Popen([LOCKGATE, "verify", "--db", self.db, *more], cwd=self.folder, stdout=slave,
                                       stderr=slave, stdin=slave, env=self.environment({"TERM": "xterm", **env}))
            os.close(slave)
            process.wait()
            data = os.read(master, 65536)
            os.close(master)
            return b"\x1b[" in data
        self.assertTrue(on_terminal())
        self.assertFalse(on_terminal("--no-color"))
        self.assertFalse(on_terminal(NO_COLOR="1"))
        self.assertFalse(on_terminal(TERM="dumb"))

    def test_terminal_is_asked(self):
        self.write("4_t.up.sql", "CREATE TABLE t4 (x);\n")
        self.write("4_t.down.sql", "DROP TABLE t4;\n")
        self.expect(0, "apply", "--db", self.db)
        for answer, code in ((b"n\n", 1), (b"\n", 1), (b"y\n", 0)):
            master, slave = pty.openpty()
            process = subprocess.Popen([LOCKGATE, "revert", "--steps", "1", "--db", self.db], cwd=self.folder,
                                       stdin=slave, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       env=self.environment())
            os.write(master, answer)
            _, err = process.communicate(timeout=20)
            os.close(slave)
            os.close(master)
            self.assertEqual(code, process.returncode, err)
            self.assertIn(b"[y/N]", err)


class HostileNameTest(ProgramTest):
    def test_file_names_are_refused_or_shown_harmless(self):
        for name in (b"1_a\n::error::x.sql", b"1_\x1b[31mred.sql", b"1_\xff\xfe.sql", b"1_\r.sql",
                     "1_\u202egnp.sql".encode(), b"1_a b.sql", b"1_-- .sql", b"1_'; DROP.sql"):
            folder = os.fsencode(self.folder / "migrations")
            os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(b"CREATE TABLE a (x);\n")
            for command in (["bundle", "-v"], ["verify", "--no-db", "-v"], ["apply", "--db", self.db, "-v"],
                            ["plan", "--db", self.db], ["bundle", "--json"]):
                result = self.run_it(*command)
                self.assertIn(result.code, (0, 7), (name, result))
                for line in (result.out + result.err).splitlines():
                    self.assertFalse(line.startswith("::"), (name, line))
                self.assertNotIn("\x1b", result.out + result.err)
                self.assertNotIn("\r", result.out + result.err)
                # In a document a name is data; to people it is shown.
                self.assertNotIn("\u202e", result.err + ("" if "--json" in command else result.out))
            os.unlink(path)
            for rest in self.folder.glob("app.db*"):
                rest.unlink()

    def test_database_text_is_shown_harmless(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\nCREATE TABLE \"a\nb\x1b[2J\" (x);\nINSERT INTO a SELECT nope "
                   "FROM \"a\nb\x1b[2J\";\n")
        result = self.expect(5, "apply", "--db", self.db)
        self.assertNotIn("\x1b", result.out + result.err)
        for path in self.folder.glob("app.db*"):
            path.unlink()
        self.execute("CREATE TABLE \"x\n::error::y\x1b\" (a)")
        result = self.expect(1, "verify", "--db", self.db)
        self.assertNotIn("\x1b", result.out + result.err)
        self.assertNotIn("\n::", result.out + result.err)

    def test_symlinks_and_special_files(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        os.mkfifo(self.folder / "migrations" / "2_pipe.sql")
        result = self.run_it("verify", "--no-db")
        self.assertIn(result.code, (0, 3, 7), result)
        os.unlink(self.folder / "migrations" / "2_pipe.sql")
        os.symlink("/etc/hostname", self.folder / "migrations" / "2_link.sql")
        self.assertIn(self.run_it("verify", "--no-db").code, (0, 3, 7))
        os.mkfifo(self.folder / "pipe.lockgate")
        self.assertIn(self.run_it("inspect", "pipe.lockgate").code, (3, 7))


class FileTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n")

    def test_not_a_database(self):
        self.write("app.db", "this is no database, however long the text may be" * 30, ".")
        before = (self.folder / "app.db").read_bytes()
        for command in ("verify", "apply", "status", "init"):
            self.expect(3, command, "--db", self.db)
        self.assertEqual(before, (self.folder / "app.db").read_bytes())

    def test_folder_as_database(self):
        self.expect(3, "verify", "--db", f"sqlite:{self.folder}")
        self.expect(3, "apply", "--db", "sqlite:nowhere/app.db")
        self.expect(2, "apply", "--db", "sqlite:")

    def test_damaged_history(self):
        self.expect(0, "apply", "--db", self.db)
        self.execute("UPDATE lockgate_migration SET content_sha256 = 'xyz'")
        result = self.expect(3, "verify", "--db", self.db)
        self.assertIn("1", result.err)
        self.execute("DROP TABLE lockgate_migration")
        self.expect(3, "apply", "--db", self.db)

    @unittest.skipIf(IS_ROOT and not os.path.exists("/usr/bin/setpriv"), "root may write everywhere")
    def test_read_only(self):
        def call(code, *arguments):
            command = [LOCKGATE, *arguments]
            if IS_ROOT:
                command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
            result = subprocess.run(command, cwd=self.folder, env=self.environment(), check=False,
                                    capture_output=True, stdin=subprocess.DEVNULL, text=True, timeout=60)
            self.assertEqual(code, result.returncode, (arguments, result))
            return result
        self.folder.chmod(0o755)
        self.expect(0, "apply", "--db", self.db)
        os.chmod(self.folder / "app.db", 0o444)
        self.folder.chmod(0o555)
        call(0, "verify", "--db", self.db)
        call(0, "status", "--db", self.db)
        call(0, "apply", "--db", self.db)
        self.folder.chmod(0o755)
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.folder.chmod(0o555)
        call(0, "verify", "--db", self.db)
        self.assertIn("app.db", call(3, "apply", "--db", self.db).stderr)
        call(3, "bundle", "-o", "new.lockgate")
        self.folder.chmod(0o755)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_unusual_names(self):
        self.assertIn("no parameters", self.expect(2, "apply", "--db", "sqlite:app.db?mode=memory").err)
        for name in ("with blank.db", "ü%20.db", "file:x.db"):
            self.expect(0, "apply", "--db", f"sqlite:{name}")
            self.assertTrue((self.folder / name).exists(), name)
