# SPDX-License-Identifier: MIT
"""On a terminal: what PostgreSQL makes a run wait for, and the timeline of it."""
import signal
import socket

from postgres import PostgresTest
from terminal import TerminalMixin


class LiveTest(TerminalMixin, PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_quick.sql", "CREATE TABLE quick (x int);\n")

    def test_a_message_of_several_statements(self):
        self.write("2_slow.sql", "SELECT 1;\nSELECT pg_sleep(60);\nSELECT 3;\n")
        for columns in (40, 200):
            terminal = self.on_terminal("apply", "--db", self.db, columns=columns)
            terminal.wait_for(r"^\[\d/\d\] 2 s?l?…?o?w?: statements 1-3 of 3 [0-9.]+ s$")
            terminal.send(signal.SIGINT)
            self.assertEqual(130, terminal.finish())
            self.assertFalse([line for line in terminal.lines if "statements 1 to 3" in line])

    def test_a_journaled_one_by_one(self):
        self.write("2_slow.sql", "-- lockgate: transaction=off\nSELECT 1;\nSELECT pg_sleep(60);\nSELECT 3;\n")
        terminal = self.on_terminal("apply", "--db", self.db)
        terminal.wait_for(r"^\[2/2\] 2 slow: statement 2 of 3 \d\.\d s$")
        terminal.send(signal.SIGTERM)
        self.assertEqual(143, terminal.finish())

    def test_the_holder_of_the_lock(self):
        self.write("2_slow.sql", "SELECT pg_sleep(1.5);\n")
        first = self.start("apply", "--db", self.db)
        self.addCleanup(first.communicate)
        while not self.advisory_locks():
            pass
        terminal = self.on_terminal("apply", "--db", self.db, columns=200)
        terminal.wait_for(rf"^waiting for the lock: process {self.advisory_locks()[0]} of postgres \(lockgate.*\) on "
                          r".+ since \d{4}-\S+Z, at 2 \d\.\d s$")
        self.assertEqual(0, terminal.finish())
        self.assertEqual(1, len(terminal.lines), terminal.lines)

    def test_a_database_that_does_not_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"postgres://u@127.0.0.1:{silent.getsockname()[1]}/d"
            terminal = self.on_terminal("apply", "--db", url, columns=60)
            terminal.wait_for(r"^connecting to the database 0\.\d s$")
            terminal.send(signal.SIGINT)
            self.assertEqual(130, terminal.finish())
        terminal = self.on_terminal("apply", "--db", url, "--wait-db", "60s", columns=120)
        terminal.wait_for(r"^waiting for the database: .* 1\.\d s$")
        terminal.send(signal.SIGINT)
        self.assertEqual(130, terminal.finish())
        self.assertTrue(terminal.lines[0].startswith("lockgate: "), terminal.lines)

    def test_a_step_that_is_tried_again(self):
        self.write("2_alter.sql", "ALTER TABLE quick ADD y int;\n")
        blocker = self.connect()
        self.execute("CREATE TABLE other (x int)")
        self.write("1_quick.sql", "CREATE TABLE quick (x int);\n")
        self.write("2_alter.sql", "ALTER TABLE other ADD y int;\n")
        blocker.cursor().execute("LOCK TABLE other")
        terminal = self.on_terminal("apply", "--db", self.db, "--lock-timeout", "400ms", "--policy", "first=allow")
        terminal.wait_for(r"^\[2/2\] 2 alter.*, retry 1 of 5")
        self.assertRegex("\n".join(terminal.lines), r"trying again in [\d.]+ s \(1 of 5\)\n\[2/2\]")
        blocker.rollback()
        self.assertEqual(0, terminal.finish())


class TimelineTest(PostgresTest):
    def test_the_moments_of_a_run(self):
        self.execute("CREATE TABLE other (x int)")
        self.write("1_quick.sql", "DO $$ BEGIN RAISE WARNING 'two\nlines'; END $$;\n")
        self.write("2_alter.sql", "SELECT 1 / 0;\n")
        self.expect(5, "apply", "--db", self.db, "--policy", "first=allow", "--report", "html=report.html")
        page = (self.folder / "report.html").read_text()
        places = [page.find(text) for text in ("connected", "verified", "locked", "two lines", "division by zero")]
        self.assertNotIn(-1, places, page)

    def test_the_history_is_told_where_it_is_shown(self):
        self.write("1_quick.sql", "CREATE TABLE quick (x int);\n")
        self.expect(0, "apply", "--db", self.db)
        self.write("2_more.sql", "CREATE TABLE more (x int);\n")
        result = self.expect(0, "apply", "--db", self.db, "--report", "html=report.html", "--json")
        page = (self.folder / "report.html").read_text()
        batches = {row[0] for row in self.sql("SELECT batch_id FROM lockgate.migration")}
        self.assertEqual(2, len(batches))
        for text in batches:
            self.assertIn(text, page)
        self.assertNotIn("pending</", page)
        self.assertNotIn("migrations", result.json)
