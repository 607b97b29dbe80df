# SPDX-License-Identifier: MIT
"""The live schema against the recorded one, on SQLite."""
import subprocess

from program import ProgramTest

SCHEMA = """CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INT);
CREATE TABLE book (
  id INTEGER PRIMARY KEY, author_id INT REFERENCES author(id), title TEXT DEFAULT 'a "b" -- c'
);
CREATE INDEX book_title ON book (title) WHERE title <> ''; -- a comment
CREATE VIEW titles AS SELECT title FROM book;
CREATE TRIGGER keep AFTER DELETE ON author BEGIN SELECT 1; UPDATE book SET author_id = NULL; END;
"""


class DriftTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_books.up.sql", SCHEMA)
        self.write("1_books.down.sql", "DROP VIEW titles; DROP TABLE book; DROP TABLE author;\n")

    def apply(self, *more):
        return self.expect(0, "apply", "--db", self.db, *more)

    def drift(self, code, *more):
        return self.expect(code, "drift", "--db", self.db, *more)

    def changes(self, code):
        report = self.drift(code, "--json").json
        return [(c["change"], c["kind"], c["identity"]) for c in report["drift"]["changes"]]

    def findings(self, code):
        return [(f["code"], f["severity"], f["name"]) for f in self.drift(code, "--json").json["findings"]]

    def test_nothing_recorded_is_no_answer(self):
        self.assertIn("nothing is recorded", self.drift(3).err)
        self.assertFalse((self.folder / "app.db").exists())
        self.expect(2, "drift", "--db", self.db, "--accept", "--reason", "x")
        self.expect(2, "drift", "--db", self.db, "--accept")
        self.expect(2, "drift", "--db", self.db, "--reason", "x")

    def test_as_applied(self):
        batch = self.apply("--json").json["batch"]
        report = self.drift(0, "--json").json
        self.assertEqual([], report["findings"])
        self.assertEqual((batch, []), (report["drift"]["recorded_batch"], report["drift"]["changes"]))
        # Two tables, six columns, an index, a view, a trigger.
        self.assertEqual(11, report["drift"]["objects"])
        self.assertIn(f"as batch {batch} recorded them", self.drift(0).out)

    def test_each_kind_added_changed_and_dropped(self):
        self.apply()
        self.execute("CREATE TABLE extra (x); CREATE INDEX born ON author (born); CREATE VIEW v AS SELECT 1;"
                     "CREATE TRIGGER t AFTER INSERT ON book BEGIN SELECT 1; END; ALTER TABLE book ADD COLUMN pages INT")
        self.assertEqual(
            [("added", "column", "book.pages"), ("added", "column", "extra.x"), ("added", "index", "author.born"),
             ("changed", "table", "book"), ("added", "table", "extra"), ("added", "trigger", "book.t"),
             ("added", "view", "v")], self.changes(0))
        self.drift(0, "--accept", "--reason", "all that is new")
        self.execute("DROP INDEX born; CREATE INDEX born ON author (born DESC); DROP VIEW v; CREATE VIEW v AS SELECT 2;"
                     "DROP TRIGGER t; CREATE TRIGGER t AFTER INSERT ON book BEGIN SELECT 2; END;")
        self.assertEqual([("changed", "index", "author.born"), ("changed", "trigger", "book.t"),
                          ("changed", "view", "v")], self.changes(0))
        self.drift(0, "--accept", "--reason", "all that has changed")
        self.execute("DROP INDEX born; DROP VIEW v; DROP TRIGGER t; DROP TABLE extra;"
                     "ALTER TABLE book DROP COLUMN pages")
        self.assertEqual(
            [("missing", "column", "book.pages"), ("missing", "column", "extra.x"), ("missing", "index", "author.born"),
             ("changed", "table", "book"), ("missing", "table", "extra"), ("missing", "trigger", "book.t"),
             ("missing", "view", "v")], self.changes(1))

    def test_parts_of_a_table_are_one_finding(self):
        self.apply()
        self.execute("PRAGMA foreign_keys = off; DROP VIEW titles; DROP TABLE book")
        self.assertEqual([("schema-missing", "block", "table book"), ("schema-missing", "block", "view titles")],
                         self.findings(1))
        result = self.drift(1)
        self.assertIn("with 4 objects that belong to it", result.out)
        self.assertIn("--- recorded table book", result.out)
        self.assertIn("-title TEXT DEFAULT 'a \"b\" -- c'", result.out)
        self.assertIn("-index book.book_title", result.out)

    def test_both_definitions_as_a_difference(self):
        self.apply()
        self.execute("DROP VIEW titles; CREATE VIEW titles AS SELECT id FROM book")
        result = self.drift(0)
        self.assertIn("    --- recorded view titles\n    +++ live view titles\n    @@ -1 +1 @@\n"
                      "    -CREATE VIEW titles AS SELECT title FROM book\n"
                      "    +CREATE VIEW titles AS SELECT id FROM book\n", result.out)

    def test_quotes_and_comments_do_not_count(self):
        self.apply()
        # What ALTER TABLE does to the names of others, there and back again.
        self.execute("ALTER TABLE author RENAME TO person; ALTER TABLE person RENAME TO author;"
                     "DROP VIEW titles; CREATE VIEW [titles] AS /* all */ SELECT `title`\n FROM \"book\" -- of them\n")
        self.assertIn('"author"', self.sql("SELECT sql FROM sqlite_schema WHERE name = 'book'")[0][0])
        self.assertEqual([], self.changes(0))

    def test_vacuum_dump_and_restore(self):
        self.apply()
        self.execute("VACUUM")
        self.assertEqual([], self.changes(0))
        dump = subprocess.run(["sqlite3", self.folder / "app.db", ".dump"], check=True, capture_output=True).stdout
        subprocess.run(["sqlite3", self.folder / "other.db"], input=dump, check=True, capture_output=True)
        self.expect(0, "drift", "--db", f"sqlite:{self.folder}/other.db")
        self.assertEqual([], self.expect(0, "drift", "--db", f"sqlite:{self.folder}/other.db", "--json")
                         .json["drift"]["changes"])

    def test_an_apply_takes_up_nothing_of_others(self):
        self.apply()
        self.execute("CREATE TABLE alien (x); ALTER TABLE author DROP COLUMN born")
        before = self.changes(1)
        self.write("2_pages.sql", "ALTER TABLE book ADD COLUMN pages INT;\nCREATE TABLE IF NOT EXISTS alien (x);\n")
        self.apply()
        self.assertEqual(before, self.changes(1))
        # Also what a migration changes that had drifted before.
        self.write("3_alien.sql", "ALTER TABLE alien ADD COLUMN y;\n")
        self.apply()
        self.assertEqual(before, self.changes(1))
        self.drift(0, "--accept", "--reason", "alien is ours now")
        self.assertEqual([], self.changes(0))

    def test_accept_is_remembered(self):
        self.apply()
        self.execute("CREATE TABLE extra (x)")
        batch = self.drift(0, "--accept", "--reason", "a 'hot' fix", "--json").json["batch"]
        self.assertEqual([("drift", "a 'hot' fix", "ok")],
                         self.sql("SELECT action, reason, outcome FROM lockgate_batch WHERE id = ?", batch))
        self.assertEqual([("drift accepted", "2 objects: a 'hot' fix")],
                         self.sql("SELECT what, detail FROM lockgate_event WHERE batch_id = ?", batch))
        self.assertEqual(batch, self.drift(0, "--json").json["drift"]["recorded_batch"])

    def test_writes_no_more_than_what_has_changed(self):
        first = self.apply("--json").json["batch"]
        self.write("2_c.sql", "CREATE TABLE c (x);\n")
        second = self.apply("--json").json["batch"]
        self.assertEqual([("column", "c.x"), ("server", "server"), ("table", "c")],
                         self.sql("SELECT kind, identity FROM lockgate_object WHERE batch_id = ? ORDER BY 1", second))
        self.assertEqual([(11,)], self.sql("SELECT count(*) FROM lockgate_object WHERE batch_id = ?", first))

    def test_a_revert_is_recorded(self):
        self.apply()
        self.expect(0, "revert", "--db", self.db, "--all")
        self.assertEqual([], self.changes(0))
        self.assertEqual([("server", "server")], self.sql("SELECT kind, identity FROM lockgate_object"))
        self.execute("CREATE TABLE extra (x)")
        self.assertEqual([("added", "column", "extra.x"), ("added", "table", "extra")], self.changes(0))

    def test_a_failed_run_records_what_it_has_done(self):
        self.write("2_bad.sql", "CREATE TABLE c (x);\nSELECT nonsense;\n")
        self.expect(5, "apply", "--db", self.db)
        self.assertEqual([], self.changes(0))
        self.assertEqual(11, self.drift(0, "--json").json["drift"]["objects"])

    def test_a_cancelled_run_records_what_it_has_done(self):
        self.write("2_slow.sql", "CREATE TABLE slow AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                                 "LIMIT 3000000000) SELECT count(*) AS n FROM c;\n")
        process = self.start("apply", "--db", self.db)
        self.addCleanup(process.kill)
        while b"2_slow" not in (line := process.stderr.readline()) and b"2 slow" not in line:
            self.assertTrue(line)
        process.terminate()
        process.communicate(timeout=60)
        self.assertEqual(143, process.returncode)
        self.assertEqual([], self.changes(0))

    def test_an_adoption_records_what_it_takes_over(self):
        self.execute(SCHEMA)
        self.expect(0, "adopt", "--to", "1", "--db", self.db, "--yes")
        self.assertEqual([], self.changes(0))

    def test_a_run_that_did_not_record_is_named(self):
        self.apply()
        self.execute("INSERT INTO lockgate_batch (id, project, scope, action, tool, started_at) VALUES "
                     "('7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'app', 'main', 'apply', 'x', '2026-01-01T00:00:00Z');"
                     "CREATE TABLE extra (x)")
        self.assertIn("batch 7ZZZZZZZZZZZZZZZZZZZZZZZZZ has ended without recording", self.drift(0).out)

    def test_policy_and_plan(self):
        self.apply()
        self.execute("DROP VIEW titles; CREATE TABLE extra (x)")
        for command, policy, code, severities in (
                ("verify", None, 0, []), ("apply", None, 0, []), ("plan", None, 0, ["warn", "warn"]),
                ("apply --dry-run", None, 0, ["warn", "warn"]), ("plan", "off", 0, []),
                ("verify", "warn", 1, ["warn", "block"]), ("plan", "warn", 1, ["warn", "block"]),
                ("apply", "block", 1, ["block", "block"]), ("drift", None, 1, ["warn", "block"]),
                ("drift", "off", 1, ["warn", "block"]), ("drift", "block", 1, ["block", "block"])):
            with self.subTest(command=command, policy=policy):
                more = ["--policy", f"drift={policy}"] if policy else []
                found = self.expect(code, *command.split(), "--db", self.db, "--json", *more).json["findings"]
                self.assertEqual(severities, [f["severity"] for f in found])
                self.assertEqual(["schema-drift", "schema-missing"][:len(found)], [f["code"] for f in found])
        self.assertIn("does not take 'allow'", self.expect(2, "verify", "--db", self.db, "--policy", "drift=allow").err)

    def test_an_apply_is_held_back_under_the_lock_too(self):
        self.apply()
        self.execute("DROP VIEW titles")
        self.write("2_c.sql", "CREATE TABLE c (x);\n")
        self.expect(1, "apply", "--db", self.db, "--policy", "drift=warn")
        self.assertEqual([], self.sql("SELECT 1 FROM sqlite_schema WHERE name = 'c'"))
        self.apply()
        self.assertEqual([("missing", "view", "titles")], self.changes(1))

    def test_the_token_of_a_plan_is_good_for_apply(self):
        self.apply()
        self.execute("CREATE TABLE extra (x)")
        self.write("2_c.sql", "CREATE TABLE c (x);\n")
        token = self.expect(0, "plan", "--db", self.db, "--json").json["plan_token"]
        self.apply("--plan-token", token)

    def test_two_projects_in_one_file(self):
        self.apply("--project", "one")
        self.write("1_other.sql", "CREATE TABLE other (x);\n", "second")
        self.expect(0, "apply", "second", "--project", "two", "--policy", "first=allow", "--db", self.db)
        self.execute("CREATE TABLE alien (x)")
        for project in ("one", "two"):
            found = self.expect(0, "drift", "--db", self.db, "--project", project, "--json").json["findings"]
            self.assertEqual(["table alien"], [f["name"] for f in found], project)

    def test_what_had_drifted_stays_drift_when_a_migration_changes_it_too(self):
        self.apply()
        self.execute("ALTER TABLE book ADD COLUMN pages INT")
        self.write("2_more.sql", "ALTER TABLE book ADD COLUMN weight INT;\n")
        self.apply()
        self.assertEqual([("added", "column", "book.pages"), ("changed", "table", "book")], self.changes(0))
        self.write("3_gone.sql", "DROP VIEW titles;\nDROP TABLE book;\n")
        self.apply()
        self.assertEqual([], self.changes(0))

    def test_another_project_takes_up_no_more_than_its_own(self):
        self.apply()
        self.execute("CREATE TABLE rogue (x); ALTER TABLE book ADD COLUMN pages INT")
        drifted = self.changes(0)
        self.write("1_b.up.sql", "CREATE TABLE b (x);\n", folder="other")
        self.expect(0, "apply", "other", "--project", "other", "--policy", "first=allow", "--db", self.db)
        self.assertEqual(drifted, self.changes(0))
        seen = self.drift(0, "--project", "other", "--json").json["drift"]["changes"]
        self.assertIn(("added", "table", "rogue"), [(c["change"], c["kind"], c["identity"]) for c in seen])

    def test_an_adoption_beside_another_project_takes_over_its_tables(self):
        self.apply()
        self.execute("CREATE TABLE b (x)")
        self.write("1_b.up.sql", "CREATE TABLE b (x);\n", folder="other")
        self.expect(0, "adopt", "other", "--project", "other", "--to", "1", "--yes", "--db", self.db)
        self.assertEqual([], self.drift(0, "--project", "other", "--json").json["drift"]["changes"])
        self.assertEqual([], self.changes(0))

    def test_names_that_need_quotes(self):
        self.write("2_odd.sql", 'CREATE TABLE "a.b ""c""" ("x.y" INT, [z] INT, `q``r` INT);\n')
        self.apply()
        self.assertEqual([], self.changes(0))
        self.execute('DROP TABLE "a.b ""c"""')
        self.assertEqual([("schema-missing", "block", 'table "a.b ""c"""')], self.findings(1))

    def test_nothing_is_written_to_read(self):
        self.apply()
        before = (self.folder / "app.db").read_bytes()
        self.drift(0)
        (self.folder / "app.db").chmod(0o444)
        self.drift(0)
        self.assertEqual(before, (self.folder / "app.db").read_bytes())
