# SPDX-License-Identifier: MIT
"""plan --rehearse on SQLite: what is pending runs, is told, and is undone."""
import hashlib
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import ProgramTest  # noqa: E402

SLOW = ("CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000000000) "
        "SELECT count(*) AS n FROM c;\n")


class RehearseTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, x);\n")
        self.expect(0, "apply", "--db", self.db)
        self.execute("INSERT INTO a (x) VALUES (1), (2), (3)")

    def bytes(self):
        return hashlib.sha256((self.folder / "app.db").read_bytes()).hexdigest()

    def rehearse(self, code=0, *more):
        """What it says; the file stays as it was, byte for byte."""
        before = self.bytes()
        result = self.expect(code, "plan", "--rehearse", "--db", self.db, *more)
        self.assertEqual(before, self.bytes())
        self.assertFalse((self.folder / "app.db-journal").exists())
        return result

    def test_each_statement_is_told_and_undone(self):
        self.write("2_b.sql", "CREATE TABLE b (y);\n\nUPDATE a SET x = x + 1\n  WHERE x > 1;\nSELECT * FROM a;\n"
                              "DELETE FROM a WHERE x = 7;\n")
        self.write("3_c.sql", "INSERT INTO b VALUES (1), (2);\n")
        rows = self.rehearse(0, "--json").json["rehearsal"]
        self.assertEqual([("2", 1, 1, None), ("2", 2, 3, 2), ("2", 3, 5, None), ("2", 4, 6, 0), ("3", 1, 1, 2)],
                         [(r["version"], r["statement"], r["line"], r["rows"]) for r in rows])
        for row in rows:
            self.assertEqual(([], [], []), (row["locks"], row["rewritten"], row["truncated"]))
            self.assertGreaterEqual(row["duration_ms"], 0)
        self.assertEqual("migrations/2_b.sql", rows[0]["file"])
        text = self.rehearse().out
        self.assertRegex(text, r"rehearsed: 2 b, statement 2 \(migrations/2_b\.sql:3\): [0-9.]+ ms, 2 rows\n")
        self.assertIn("ok: 2 pending", text)
        self.expect(0, "apply", "--db", self.db)

    def test_without_the_option_nothing_is_rehearsed(self):
        self.write("2_b.sql", "CREATE TABLE b (y);\n")
        self.assertIsNone(self.expect(0, "plan", "--db", self.db, "--json").json["rehearsal"])
        self.assertIsNone(self.expect(0, "verify", "--db", self.db, "--json").json["rehearsal"])

    def test_nothing_pending(self):
        self.assertEqual([], self.rehearse(0, "--json").json["rehearsal"])

    def test_what_the_gate_refuses_is_not_run(self):
        self.write("0_late.sql", "SELECT nope;\n")
        self.assertEqual([], self.rehearse(1, "--json").json["rehearsal"])

    def test_a_failure_has_its_place_and_what_went_well_before_is_told(self):
        self.write("2_b.sql", "CREATE TABLE b (y);\nINSERT INTO nope VALUES (1);\n")
        document = self.rehearse(5, "--json").json
        self.assertEqual(1, len(document["rehearsal"]))
        self.assertEqual(("migrations/2_b.sql", 2, "2"),
                         tuple(document["error"][key] for key in ("file", "line", "version")))
        self.assertIn("nothing was kept", document["error"]["message"])
        self.assertEqual([], self.sql("SELECT * FROM lockgate_event WHERE what = 'failed'"))
        self.assertEqual(1, len(self.sql("SELECT * FROM lockgate_batch")))

    def test_checks_repeatables_and_foreign_keys(self):
        self.write("view.repeat.sql", "CREATE VIEW v AS SELECT x FROM a;\n")
        self.write("2_b.up.sql", "DELETE FROM a;\n")
        self.write("2_b.check.sql", "SELECT 'still there' FROM a;\n")
        self.assertEqual(["2", "view"], [r["version"] for r in self.rehearse(0, "--json").json["rehearsal"]])
        self.write("2_b.up.sql", "DELETE FROM a WHERE x = 1;\n")
        self.assertIn("still there", self.rehearse(5).err)
        (self.folder / "migrations/2_b.check.sql").unlink()
        self.write("2_b.up.sql", "-- lockgate: foreign_keys=on\nCREATE TABLE c (x REFERENCES a DEFERRABLE INITIALLY "
                                 "DEFERRED);\nINSERT INTO c VALUES (77);\n")
        (self.folder / "migrations/view.repeat.sql").unlink()
        self.assertIn("foreign key leads nowhere", self.rehearse(5).err)

    def test_outside_of_transactions_is_refused_by_name(self):
        self.write("2_b.sql", "CREATE TABLE b (y);\n")
        self.write("3_off.sql", "-- lockgate: transaction=off\nVACUUM;\n")
        result = self.rehearse(2)
        self.assertIn("migrations/3_off.sql:1", result.err)
        self.assertIn("version '3' runs outside of transactions", result.err)
        self.assertNotIn("rehearsed:", result.out)

    def test_settings_that_a_script_changes_do_not_reach_beyond(self):
        self.write("2_b.sql", "CREATE TEMP TABLE t (y);\nINSERT INTO t VALUES (1);\n")
        self.rehearse()
        self.rehearse()

    def test_a_database_that_is_not_there_is_not_made(self):
        result = self.expect(2, "plan", "--rehearse", "--db", "sqlite:new.db")
        self.assertIn("there is no database", result.err)
        self.assertEqual([], list(self.folder.glob("new.db*")))

    def test_a_signal_undoes_it(self):
        self.write("2_b.sql", "CREATE TABLE b (y);\n" + SLOW)
        before = self.bytes()
        process = self.start("plan", "--rehearse", "--db", self.db, "-v")
        self.addCleanup(process.kill)
        for line in process.stderr:
            if b"statement 2 of 2" in line:
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(143, process.returncode)
        self.assertEqual(before, self.bytes())
        self.assertFalse((self.folder / "app.db-journal").exists())

    def test_it_waits_for_the_lock(self):
        self.write("2_b.sql", SLOW)
        process = self.start("plan", "--rehearse", "--db", self.db, "-v")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if b"statement 1 of 1" in line:
                break
        self.expect(4, "apply", "--db", self.db, "--lock-wait", "50ms")
        self.expect(4, "plan", "--rehearse", "--db", self.db, "--lock-wait", "50ms")
