# SPDX-License-Identifier: MIT
"""`transaction=off`, and `resolve`: what a half-done migration leaves, and every way on from there."""
from program import ProgramTest

OFF = "-- lockgate: transaction=off\n"


class JournalTest(ProgramTest):
    def apply(self, code=0, *more):
        return self.expect(code, "apply", "--db", self.db, *more)

    def resolve(self, code, *more):
        return self.expect(code, "resolve", *more, "--db", self.db)

    def row(self, version="1"):
        rows = self.sql("SELECT state, statements_done, statements_total FROM lockgate_migration WHERE version = ?",
                        version)
        return rows[0] if rows else None

    def values(self):
        return [row[0] for row in self.sql("SELECT x FROM t ORDER BY rowid")]

    def half_done(self):
        """Statement 2 of 3 fails."""
        self.write("1_t.sql", OFF + "CREATE TABLE t (x);\nINSERT INTO nope VALUES (2);\nINSERT INTO t VALUES (3);\n")
        return self.apply(5)

    def mend(self, statement="INSERT INTO t VALUES (2);"):
        self.write("1_t.sql", OFF + f"CREATE TABLE t (x);\n{statement}\nINSERT INTO t VALUES (3);\n")

    def verify_codes(self, code):
        return self.codes(self.expect(code, "verify", "--db", self.db, "--json"))


class OffTest(JournalTest):
    def test_vacuum_and_pragmas(self):
        self.write("1_v.sql", OFF + "CREATE TABLE t (x);\nVACUUM;\nPRAGMA journal_mode = WAL;\nPRAGMA optimize;\n"
                   "INSERT INTO t VALUES (1);\n")
        self.apply()
        self.assertEqual([("wal",)], self.sql("PRAGMA journal_mode"))
        self.assertEqual([1], self.values())
        self.assertEqual(("applied", 5, 5), self.row())
        self.expect(0, "verify", "--db", self.db)

    def test_vacuum_inside_a_transaction_says_what_to_do(self):
        self.write("1_v.sql", "VACUUM;\n")
        result = self.run_it("apply", "--db", self.db)
        self.assertIn(result.code, (5, 7))
        self.assertIn("migrations/1_v.sql:1:1", result.err)

    def test_check_runs_too(self):
        self.write("1_t.up.sql", OFF + "CREATE TABLE t (x);\nINSERT INTO t VALUES (NULL);\n")
        self.write("1_t.check.sql", "SELECT x FROM t WHERE x IS NULL;\n")
        self.apply(5)
        self.assertEqual(("running", 2, 2), self.row())
        self.execute("UPDATE t SET x = 1")
        self.resolve(0, "1", "migrations", "--retry")
        self.apply()
        self.assertEqual(("applied", 2, 2), self.row())
        self.assertEqual([1], self.values())

    def test_failure_is_written_down(self):
        result = self.half_done()
        self.assertIn("migrations/1_t.sql:3:", result.err)
        self.assertIn("resolve", result.err)
        self.assertEqual(("running", 1, 3), self.row())
        self.assertEqual([], self.values())
        self.assertEqual([("failed",)], self.sql("SELECT outcome FROM lockgate_batch"))
        self.assertEqual(["dirty"], self.verify_codes(1))
        self.apply(1)
        self.assertEqual("running", self.expect(0, "status", "--db", self.db, "--json").json["migrations"][0]["state"])
        self.expect(1, "revert", "--db", self.db, "--all")

    def test_dirty_outside_the_bundle_warns_unless_something_is_pending(self):
        self.write("0_first.sql", "SELECT 1;\n")
        self.half_done()
        (self.folder / "migrations" / "1_t.sql").unlink()
        self.assertEqual(["dirty"], self.verify_codes(0))
        self.write("2_more.sql", "SELECT 1;\n")
        self.assertIn("dirty", self.verify_codes(1))


class ResolveTest(JournalTest):
    def test_retry_after_mending(self):
        self.half_done()
        self.mend()
        self.resolve(0, "1", "migrations", "--retry", "--reason", "typo")
        self.apply()
        self.assertEqual(("applied", 3, 3), self.row())
        self.assertEqual([2, 3], self.values())
        self.assertEqual([("resolve", "typo", "ok")], self.sql(
            "SELECT action, reason, outcome FROM lockgate_batch WHERE action = 'resolve'"))
        self.assertEqual([("1", "retry")], self.sql(
            "SELECT version, detail FROM lockgate_event WHERE what = 'resolved'"))
        self.assertEqual([], self.verify_codes(0))

    def test_mending_alone_is_not_enough(self):
        self.half_done()
        self.mend()
        self.assertEqual(["dirty"], self.verify_codes(1))

    def test_retry_refuses_a_changed_beginning(self):
        self.half_done()
        self.write("1_t.sql", OFF + "CREATE TABLE other (x);\nINSERT INTO t VALUES (2);\nINSERT INTO t VALUES (3);\n")
        self.assertIn("migrations/1_t.sql", self.resolve(1, "1", "migrations", "--retry").err)
        self.write("1_t.sql", OFF + "CREATE TABLE t (x);\n")
        self.resolve(0, "1", "migrations", "--retry")
        self.write("1_t.sql", OFF)
        self.resolve(1, "1", "migrations", "--retry")

    def test_retry_takes_a_comment_in_the_beginning(self):
        self.half_done()
        self.write("1_t.sql", OFF + "-- now with a comment\nCREATE TABLE  t (x);\nINSERT INTO t VALUES (2);\n"
                   "INSERT INTO t VALUES (3);\n")
        self.resolve(0, "1", "migrations", "--retry")
        self.apply()
        self.assertEqual([2, 3], self.values())

    def test_retry_without_mending_fails_again(self):
        self.half_done()
        self.resolve(0, "1", "--retry")
        self.apply(5)
        self.assertEqual(("running", 1, 3), self.row())
        self.assertEqual(["dirty"], self.verify_codes(1))

    def test_retry_where_nothing_was_done_starts_anew(self):
        self.write("1_t.sql", OFF + "INSERT INTO nope VALUES (1);\n")
        self.apply(5)
        self.assertEqual(("running", 0, 1), self.row())
        self.resolve(0, "1", "--retry")
        self.assertIsNone(self.row())
        self.write("1_t.sql", OFF + "CREATE TABLE t (x);\n")
        self.apply()

    def test_done_goes_on_behind_it(self):
        self.half_done()
        self.resolve(0, "1", "--done")
        self.assertEqual(("running", 2, 3), self.row())
        self.apply()
        self.assertEqual([3], self.values())
        self.assertEqual(("applied", 3, 3), self.row())

    def test_done_with_the_last_statement(self):
        self.write("1_t.sql", OFF + "CREATE TABLE t (x);\nINSERT INTO nope VALUES (2);\n")
        self.apply(5)
        self.resolve(0, "1", "migrations", "--done")
        self.assertEqual(("applied", 2, 2), self.row())
        self.assertEqual([], self.verify_codes(0))

    def test_applied_ends_it(self):
        self.half_done()
        self.resolve(0, "1", "--applied")
        self.assertEqual("applied", self.row()[0])
        self.assertEqual([], self.verify_codes(0))
        self.assertEqual([], self.values())

    def test_reverted_forgets_it(self):
        self.half_done()
        self.execute("DROP TABLE t")
        self.resolve(0, "1", "--reverted")
        self.assertIsNone(self.row())
        self.mend()
        self.apply()
        self.assertEqual([2, 3], self.values())

    def test_applied_outside(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.execute("CREATE TABLE a (x)")
        self.resolve(0, "1", "migrations", "--applied", "--reason", "by hand")
        self.assertEqual([("1", "applied", "resolve")],
                         self.sql("SELECT version, state, adopted_from FROM lockgate_migration"))
        self.apply()
        self.assertEqual([("2", 2)], self.sql("SELECT version, position FROM lockgate_migration WHERE version = '2'"))

    def test_nothing_to_decide(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.apply()
        for decision in ("--applied", "--done", "--retry"):
            self.resolve(1, "1", decision)
        self.resolve(2, "7", "--retry")
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_batch"))
        self.resolve(2, "1")
        self.resolve(2, "1", "--done", "--retry")
        self.expect(2, "resolve", "--db", self.db, "--retry")

    def test_repeatable_that_stands_half_done(self):
        self.write("v.repeat.sql", OFF + "CREATE TABLE t (x);\nSELECT nope;\n")
        self.apply(5)
        self.assertEqual(["dirty"], self.verify_codes(1))
        self.resolve(0, "v", "--reverted")
        self.execute("DROP TABLE t")
        self.write("v.repeat.sql", OFF + "CREATE TABLE t (x);\nSELECT 1;\n")
        self.apply()


class HalfRevertedTest(JournalTest):
    """Statement 2 of 3 of a down script fails: what stands is half undone, and never goes on upwards."""

    def setUp(self):
        super().setUp()
        self.write("0_s.up.sql", "CREATE TABLE t (x);\nCREATE TABLE gone (x);\n")
        self.write("0_s.down.sql", "DROP TABLE t;\n")
        self.write("1_t.up.sql", OFF + "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\nINSERT INTO t VALUES (3);\n")
        self.write("1_t.down.sql",
                   OFF + "DELETE FROM t WHERE x = 3;\nDELETE FROM gone WHERE x = 2;\nDELETE FROM t WHERE x = 1;\n")
        self.apply()
        self.execute("DROP TABLE gone")
        self.revert(5)
        self.assertEqual(("running", 1, 3), self.row())

    def revert(self, code=0, *more):
        return self.expect(code, "revert", "--steps", "1", "--db", self.db, *more)

    def test_apply_asks(self):
        result = self.apply(1)
        self.assertIn("the revert of version '1' was interrupted: statement 2 of 3", result.out)
        self.assertIn("lockgate resolve 1 --retry|--done|--applied|--reverted", result.out)
        self.assertIn("half undone", self.revert(1).out)
        self.assertEqual([1, 2], self.values())

    def test_retry_goes_on_with_the_revert(self):
        self.assertIn("with the next revert", self.resolve(0, "1", "migrations", "--retry").out)
        self.assertIn("let it come to its end: lockgate revert", self.apply(1).out)
        self.execute("CREATE TABLE gone (x)")
        self.revert()
        self.assertIsNone(self.row())
        self.assertEqual([2], self.values())
        self.assertEqual(("applied", 2, 2), self.row("0"))

    def test_the_default_ends_what_was_begun_and_no_more(self):
        self.resolve(0, "1", "--done")
        self.assertEqual(("running", 2, 3), self.row())
        self.expect(0, "revert", "--yes", "--db", self.db)
        self.assertEqual([2], self.values())
        self.assertIsNone(self.row())
        self.assertIsNotNone(self.row("0"))

    def test_done_with_the_last_statement_forgets_it(self):
        self.resolve(0, "1", "--done")
        self.resolve(0, "1", "--done")
        self.assertIsNone(self.row())

    def test_applied_and_reverted_end_it(self):
        self.resolve(0, "1", "migrations", "--applied")
        self.assertEqual(("applied", 3, 3), self.row())
        self.assertEqual([], self.verify_codes(0))
        self.execute("CREATE TABLE gone (x)")
        self.revert()
        self.assertIsNone(self.row())
