# SPDX-License-Identifier: MIT
"""`apply` on SQLite: what is run and recorded, and that a failure leaves nothing and names its place."""
import sqlite3

from program import ProgramTest


class ApplyTest(ProgramTest):
    def apply(self, code=0, *more, **options):
        return self.expect(code, "apply", "--db", self.db, *more, **options)

    def tables(self):
        return {row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                           "AND name NOT LIKE 'lockgate_%' AND name NOT LIKE 'sqlite_%'")}

    def fails_at(self, place, script, name="1_bad.sql", code=5):
        self.write(name, script)
        result = self.apply(code)
        self.assertIn(f"migrations/{name}:{place}:", result.err)
        return result


class HistoryTest(ApplyTest):
    def test_rows_batch_and_events(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        report = self.apply(0, "--json", env={"GITHUB_ACTIONS": "true", "GITHUB_SHA": "0123abcd",
                                              "GITHUB_ACTOR": "ada"}).json
        self.assertEqual([
            ("versioned", "1", "a", 1, "applied", "lg1", 2, 2, "DROP TABLE a;\n", None),
            ("versioned", "2", "b", 2, "applied", "lg1", 1, 1, None, None)],
            self.sql("SELECT kind, version, name, position, state, algorithm, statements_done, statements_total, "
                     "CAST(down_sql AS TEXT), adopted_from FROM lockgate_migration ORDER BY position"))
        batch = self.sql("SELECT id, project, scope, action, bundle_id, outcome, source, actor FROM lockgate_batch")
        self.assertEqual([(report["batch"], "app", "main", "apply", report["bundle"]["id"], "ok", "0123abcd", "ada")],
                         batch)
        self.assertEqual([("1", "applied"), ("2", "applied")],
                         self.sql("SELECT version, what FROM lockgate_event ORDER BY id"))

    def test_no_op_writes_nothing(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.apply()
        path = self.folder / "app.db"
        before, stat = path.read_bytes(), path.stat()
        self.assertIn("up to date", self.apply().out)
        self.assertEqual(before, path.read_bytes())
        self.assertEqual(stat.st_mtime_ns, path.stat().st_mtime_ns)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate_batch"))

    def test_empty_and_comment_only_scripts(self):
        self.write("1_empty.sql", "")
        self.write("2_comment.sql", "-- nothing\n/* at all */\n")
        self.assertEqual(2, len(self.apply(0, "--json").json["applied"]))

    def test_trigger_bodies(self):
        self.write("1_t.sql", """CREATE TABLE a (x); CREATE TABLE log (t);
CREATE TRIGGER tr AFTER INSERT ON a BEGIN
  INSERT INTO log VALUES ('one; END; two');
  INSERT INTO log SELECT CASE WHEN new.x > 1 THEN 'big' ELSE 'small' END;
END;
INSERT INTO a VALUES (5);
""")
        self.assertEqual(4, self.apply(0, "--json").json["applied"][0]["statements"])
        self.assertEqual([("one; END; two",), ("big",)], self.sql("SELECT t FROM log"))

    def test_bytes_are_run_as_they_are(self):
        self.write("1_t.sql", "\ufeffCREATE TABLE a (x);\r\nINSERT INTO a VALUES ('é\r\nü');\r\n")
        self.apply()
        self.assertEqual([("é\r\nü",)], self.sql("SELECT x FROM a"))

    def test_relative_and_absolute_urls(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.expect(0, "apply", "--db", "sqlite:app.db")
        self.expect(0, "status", "migrations", "--exit-code", "--db", f"sqlite://{self.folder}/app.db")
        self.expect(0, "apply", "--db", "sqlite::memory:")


class FailureTest(ApplyTest):
    def test_failed_migration_leaves_nothing(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\nINSERT INTO a VALUES (1);\nINSERT INTO missing VALUES (1);\n")
        self.write("3_c.sql", "CREATE TABLE c (x);\n")
        result = self.apply(5, "--json")
        self.assertEqual({"a"}, self.tables())
        self.assertEqual([(0,)], self.sql("SELECT count(*) FROM a"))
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate_migration"))
        error = result.json["error"]
        self.assertEqual(("migrations/2_b.sql", 3, 1, "2"),
                         tuple(error[k] for k in ("file", "line", "column", "version")))
        self.assertIn("missing", error["message"])
        self.assertEqual(("failed", 5, 2, "1"),
                         tuple(result.json[k] for k in ("outcome", "exit_code", "pending", "current")))
        self.assertEqual([("failed",)], self.sql("SELECT outcome FROM lockgate_batch"))
        version, detail = self.sql("SELECT version, detail FROM lockgate_event WHERE what = 'failed'")[0]
        self.assertEqual("2", version)
        self.assertIn("missing", detail)
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.apply()
        self.assertEqual({"a", "b", "c"}, self.tables())

    def test_place_in_multibyte_text(self):
        self.fails_at("1:27", "SELECT 'äöü€😀', 'ß' AS é, nope;\n")

    def test_place_in_a_later_statement(self):
        self.fails_at("4:10", "SELECT 1;\n\n/* é */ SELECT 2;\n  SELECT nope\n;\n")

    def test_place_inside_a_long_statement(self):
        self.fails_at("3:3", "CREATE TABLE a (x);\nSELECT 1,\n  nope,\n  2;\n")

    def test_place_in_a_sectioned_file(self):
        self.fails_at("5:8", "-- about\n-- migrate:up\nCREATE TABLE a (x);\n-- é\nSELECT nope;\n"
                      "-- migrate:down\nDROP TABLE a;\n")
        self.assertEqual(set(), self.tables())

    def test_place_with_crlf(self):
        self.fails_at("3:8", "CREATE TABLE a (x);\r\n-- é\r\nSELECT nope;\r\n")

    def test_constraint_failure(self):
        result = self.fails_at("2:1", "CREATE TABLE a (x CHECK (x > 0));\nINSERT INTO a VALUES (0);\n")
        self.assertIn("CHECK", result.err)

    def test_place_from_a_bundle(self):
        self.write("1_bad.sql", "SELECT 1;\nSELECT nope;\n")
        self.expect(0, "bundle", "--dialect", "sqlite", "-o", "b.lockgate")
        self.assertIn("1_bad.sql:2:8:", self.expect(5, "apply", "b.lockgate", "--db", self.db).err)

    def test_check_script(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (NULL);\n")
        self.write("1_a.check.sql", "SELECT 1 WHERE 0;\nSELECT rowid, x FROM a WHERE x IS NULL;\n")
        result = self.apply(5)
        self.assertIn("migrations/1_a.check.sql:2:1:", result.err)
        self.assertEqual(set(), self.tables())
        self.write("1_a.up.sql", "CREATE TABLE a (x); INSERT INTO a VALUES (1);\n")
        self.apply()

    def test_check_may_only_read(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.write("1_a.check.sql", "DELETE FROM a;\n")
        self.assertIn("1_a.check.sql:1:1", self.apply(5).err)

    def test_insert_or_rollback(self):
        self.write("1_a.sql", "CREATE TABLE a (x UNIQUE); INSERT INTO a VALUES (1);\n"
                   "INSERT OR ROLLBACK INTO a VALUES (1);\nCREATE TABLE after (x);\n")
        self.apply(5)
        self.assertEqual(set(), self.tables())
        self.assertEqual([(0,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_statement_timeout(self):
        self.write("1_slow.sql", "CREATE TABLE s AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                   "LIMIT 2000000000) SELECT count(*) FROM c;\n")
        result = self.apply(5, "--statement-timeout", "200ms")
        self.assertIn("1_slow.sql:1:1:", result.err)
        self.assertIn("timeout", result.err)
        self.assertEqual(set(), self.tables())
        self.write("1_slow.sql", "-- lockgate: statement_timeout=100ms\n" +
                   (self.folder / "migrations" / "1_slow.sql").read_text())
        self.apply(5)

    def test_busy_database(self):
        self.write("1_a.sql", "-- lockgate: retries=0\nCREATE TABLE a (x);\n")
        self.expect(0, "init", "--db", self.db)
        other = sqlite3.connect(self.folder / "app.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        result = self.run_it("apply", "--db", self.db, "--lock-timeout", "50ms")
        other.execute("ROLLBACK")
        other.close()
        self.assertIn(result.code, (3, 5), result)
        self.assertEqual(set(), self.tables())
        self.apply()


class HostileScriptTest(ApplyTest):
    def test_own_tables_are_out_of_reach(self):
        for script in ("DELETE FROM lockgate_migration;", "DROP TABLE lockgate_event;",
                       "INSERT INTO lockgate_format VALUES (7);", "ALTER TABLE lockgate_batch RENAME TO b;",
                       "CREATE TRIGGER t AFTER INSERT ON lockgate_event BEGIN SELECT 1; END;",
                       "CREATE TABLE lockgate_mine (a);"):
            self.fails_at("1:1", script)
            self.assertEqual(set(), self.tables())
            self.assertEqual([(1,)], self.sql("SELECT version FROM lockgate_format"))

    def test_attach(self):
        self.write("1_bad.sql", "CREATE TABLE a (x);\nATTACH 'other.db' AS other;\n")
        result = self.run_it("apply", "--db", self.db)
        self.assertIn(result.code, (5, 7))
        self.assertIn("migrations/1_bad.sql:2:1", result.err)
        self.assertFalse((self.folder / "other.db").exists())

    def test_transaction_statements_are_a_bad_bundle(self):
        for word in ("COMMIT", "BEGIN", "END", "ROLLBACK", "BEGIN IMMEDIATE", "/* x */ commit"):
            self.write("1_bad.sql", f"CREATE TABLE a (x);\n  {word};\n")
            for command in (["apply", "--db", self.db], ["bundle", "--dialect", "sqlite"],
                            ["verify", "--no-db", "--dialect", "sqlite"]):
                self.assertIn("migrations/1_bad.sql:2:", self.expect(7, *command).err)
        self.assertFalse((self.folder / "app.db").exists() and self.tables())

    def test_bad_directive(self):
        for line in ("transaction=maybe", "colour=red", "retries=x", "statement_timeout=5 parsecs"):
            self.write("1_bad.sql", f"-- first\n-- lockgate: {line}\nSELECT 1;\n")
            self.assertIn("migrations/1_bad.sql:2", self.apply(7).err)

    def test_directive_elsewhere_is_none(self):
        self.write("1_ok.sql", "CREATE TABLE a (x);\n-- lockgate: colour=red\nSELECT '\n-- lockgate: x=y\n';\n")
        self.apply()

    def test_nul_and_invalid_utf8(self):
        for script in (b"SELECT '\0';\n", b"SELECT '\xff';\n"):
            self.write("1_bad.sql", script)
            self.assertIn("migrations/1_bad.sql", self.apply(7).err)


class ForeignKeyTest(ApplyTest):
    SCHEMA = ("CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (p INTEGER REFERENCES parent ON DELETE CASCADE);\n"
              "INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (1), (2);\n")
    REBUILD = ("CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT);\n"
               "INSERT INTO new_parent (id) SELECT id FROM parent;\nDROP TABLE parent;\n"
               "ALTER TABLE new_parent RENAME TO parent;\n")

    def setUp(self):
        super().setUp()
        self.write("1_schema.sql", self.SCHEMA)
        self.apply()

    def test_rebuild_keeps_the_children(self):
        self.write("2_rebuild.sql", self.REBUILD)
        self.apply()
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM child"))
        self.assertEqual([], self.sql("PRAGMA foreign_key_check"))

    def test_pragma_idiom(self):
        self.write("2_rebuild.sql", "PRAGMA foreign_keys=off;\n" + self.REBUILD + "PRAGMA foreign_keys=on;\n")
        self.apply()
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM child"))

    def test_pragma_that_would_do_nothing_is_refused(self):
        self.write("2_late.sql", "SELECT 1;\nPRAGMA foreign_keys=on;\nSELECT 2;\n")
        self.assertIn("migrations/2_late.sql:2", self.apply(7).err)
        # Off they are anyway.
        self.write("2_late.sql", "SELECT 1;\nPRAGMA foreign_keys=off;\nSELECT 2;\n")
        self.apply()

    def test_orphans_are_found(self):
        self.write("2_orphan.sql", "-- lockgate: foreign_keys=off\nDELETE FROM parent WHERE id = 2;\n")
        result = self.apply(5)
        self.assertIn("migrations/2_orphan.sql", result.err)
        self.assertIn("1 row whose foreign key", result.err)
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM parent"))

    def test_orphans_of_before_do_not_count(self):
        self.execute("INSERT INTO child VALUES (99)")
        self.write("2_rebuild.sql", "-- lockgate: foreign_keys=off\n" + self.REBUILD)
        self.apply()

    def test_foreign_keys_on(self):
        self.write("2_delete.sql", "-- lockgate: foreign_keys=on\nDELETE FROM parent WHERE id = 2;\n")
        self.apply()
        self.assertEqual([(1,)], self.sql("SELECT p FROM child"))
