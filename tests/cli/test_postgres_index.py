# SPDX-License-Identifier: MIT
"""CREATE INDEX CONCURRENTLY that is interrupted: the catalogue tells what became of it, and the next run goes on."""
import time

from postgres import PostgresTest

OFF = "-- lockgate: transaction=off\n"


class IndexTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\nINSERT INTO t SELECT generate_series(1, 1000);\n")
        self.write("2_i.sql", OFF + "CREATE INDEX CONCURRENTLY \"an index\" ON public.t (x);\n"
                   "INSERT INTO t VALUES (-1);\nDROP INDEX CONCURRENTLY IF EXISTS nothing;\n")
        self.write("3_u.sql", "CREATE TABLE u (x int);\n")

    def apply(self, code=0, *more):
        return self.expect(code, "apply", "--db", self.db, *more)

    def start_build(self):
        """A build that cannot end while an older transaction uses the table; and that transaction's session."""
        later = [(path, path.read_text()) for path in (self.folder / "migrations").glob("[23]_*")]
        for path, _ in later:
            path.unlink()
        self.apply()
        for path, text in later:
            path.write_text(text)
        older = self.connect()
        older.cursor().execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
        process = self.start("apply", "--db", self.db)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        for _ in range(500):
            waiting = self.sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                               "AND wait_event = 'virtualxid'")
            if waiting:
                return process, older, waiting[0][0]
            time.sleep(0.02)
        self.fail(f"the build did not begin: {process.poll()}")

    def is_valid(self):
        return self.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = '\"an index\"'::regclass")[0][0]

    def expect_done(self):
        self.assertTrue(self.is_valid())
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM t WHERE x = -1"))
        self.assertEqual([("1", "applied"), ("2", "applied"), ("3", "applied")],
                         self.sql("SELECT version, state FROM lockgate.migration ORDER BY position"))
        self.expect(0, "verify", "--db", self.db)

    def test_client_killed_while_the_server_goes_on(self):
        process, older, backend = self.start_build()
        process.kill()
        process.wait()
        result = self.apply(4, "--lock-wait", "300ms")
        self.assertIn(f"process {backend}", result.err)
        older.rollback()
        self.apply()
        self.expect_done()

    def test_backend_terminated_leaves_an_invalid_index(self):
        process, older, backend = self.start_build()
        self.sql("SELECT pg_terminate_backend(%s)", backend)
        process.wait(timeout=60)
        self.assertFalse(self.is_valid())
        older.rollback()
        self.apply()
        self.expect_done()

    def test_build_that_fails_is_named_and_mended(self):
        self.write("2_i.sql", OFF + "CREATE UNIQUE INDEX CONCURRENTLY \"an index\" ON t ((x / 2));\n"
                   "INSERT INTO t VALUES (-1);\n")
        result = self.apply(5, "--json")
        self.assertEqual(("23505", "migrations/2_i.sql", 2),
                         tuple(result.json["error"][key] for key in ("sqlstate", "file", "line")))
        self.assertFalse(self.is_valid())
        self.execute("DELETE FROM t; DROP INDEX \"an index\"")
        self.expect(0, "resolve", "2", "migrations", "--retry", "--db", self.db)
        self.apply()
        self.expect_done()
