# SPDX-License-Identifier: MIT
"""What a script may not do to the history, to the file, and to names that are lockgate's."""
from program import ProgramTest

OFF = "-- lockgate: transaction=off\n"


class GuardTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\nCREATE VIEW v AS SELECT x FROM a;\n")
        self.write("1_a.down.sql", "DROP VIEW v;\nDROP TABLE a;\n")
        self.expect(0, "apply", "--db", self.db)

    def apply(self, code, script):
        self.write("2_b.sql", script)
        return self.expect(code, "apply", "--db", self.db)

    def versions(self):
        return "".join(row[0] for row in self.sql("SELECT version FROM lockgate_migration ORDER BY position"))

    def refuse(self, script, words):
        for head in ("", OFF):
            with self.subTest(script=script, head=head):
                result = self.apply(5, head + script)
                self.assertIn(words, result.err)
                self.assertIn("2_b.sql:", result.err)
                self.assertEqual("1", self.versions().rstrip("2"))
                self.execute("DELETE FROM lockgate_migration WHERE version = '2'; DROP TABLE IF EXISTS q; "
                             "DROP TRIGGER IF EXISTS t")

    def test_temporary_objects_on_our_tables(self):
        for script in ("CREATE TEMP TRIGGER t AFTER INSERT ON main.lockgate_migration "
                       "BEGIN DELETE FROM lockgate_migration; END;",
                       "CREATE TEMP TRIGGER t AFTER INSERT ON LOCKGATE_event BEGIN SELECT 1; END;",
                       "CREATE TRIGGER t BEFORE DELETE ON lockgate_migration BEGIN SELECT RAISE(IGNORE); END;",
                       "CREATE INDEX i ON lockgate_migration (version);",
                       "CREATE TEMP TABLE lockgate_migration (x);",
                       "CREATE TEMP VIEW lockgate_event AS SELECT 1;"):
            self.refuse(script, "lockgate's own")

    def test_our_rows(self):
        for script in ("DELETE FROM lockgate_migration;", "UPDATE main.lockgate_event SET what = 'x';",
                       "DROP TABLE lockgate_batch;", "ALTER TABLE lockgate_format RENAME TO x;",
                       "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM lockgate_migration; END; "
                       "INSERT INTO a VALUES (1);"):
            self.refuse(script, "lockgate's own")

    def test_renaming_to_a_name_of_ours(self):
        for script in ("create table q(a); alter table q rename to lockgate_evil;",
                       "create table q(a); create index i on q(a); alter table q rename to LockGate_evil;",
                       "create temp table q(a); alter table q rename to lockgate_migration;"):
            self.refuse(script, "lockgate_")
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name LIKE '%evil'"))

    def test_renaming_to_other_names(self):
        self.apply(0, "CREATE TABLE q (x); ALTER TABLE q RENAME TO lockgates; ALTER TABLE a ADD COLUMN y;")

    def test_triggers_and_views_of_the_schema_work_in_scripts(self):
        self.apply(0, "CREATE TABLE log (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO log VALUES (new.x); "
                      "END;\nINSERT INTO a VALUES (7);\nCREATE TABLE copy AS SELECT x FROM v;\n")
        self.assertEqual([(7,), (7,)], self.sql("SELECT x FROM log UNION ALL SELECT x FROM copy"))

    def test_triggers_made_by_hand_do_not_stop_the_record(self):
        for action, table in (("DELETE", "migration"), ("INSERT", "migration"), ("INSERT", "event"),
                              ("INSERT", "batch"), ("UPDATE", "batch")):
            self.execute(f"CREATE TRIGGER by_hand_{action}_{table} BEFORE {action} ON lockgate_{table} "
                         "BEGIN SELECT RAISE(IGNORE); END")
        self.apply(0, "CREATE TABLE b (x);")
        self.assertEqual("12", self.versions())
        self.expect(0, "resolve", "2", "--reverted", "--db", self.db)
        self.expect(0, "revert", "--steps", "1", "--db", self.db)
        self.assertEqual("", self.versions())
        self.assertEqual([("applied", 2), ("resolved", 1), ("reverted", 1)],
                         self.sql("SELECT what, count(*) FROM lockgate_event GROUP BY what ORDER BY what"))
        self.assertEqual([], self.sql("SELECT id FROM lockgate_batch WHERE outcome IS NULL"))

    def test_views_in_place_of_our_tables_are_not_believed(self):
        self.execute("ALTER TABLE lockgate_migration RENAME TO kept; CREATE VIEW lockgate_migration AS "
                     "SELECT * FROM kept")
        self.expect(3, "verify", "--db", self.db)

    def test_vacuum_into(self):
        for script in ("VACUUM INTO '/tmp/lockgate-copy';", "vacuum main into 'x';"):
            result = self.apply(7, OFF + script)
            self.assertIn("2_b.sql:2:1", result.err)
            self.assertIn("VACUUM INTO", result.err)

    def test_vacuum(self):
        self.apply(0, OFF + "VACUUM;\nCREATE TABLE b (x);\n")
        self.assertEqual("12", self.versions())

    def test_pragmas_that_could_harm_the_file(self):
        for pragma in ("journal_mode=off", "journal_mode = MEMORY", "journal_mode('m')", "main.journal_mode=o",
                       "synchronous=off", "synchronous=0", "synchronous = 8", "synchronous(no)",
                       "locking_mode=exclusive", "writable_schema=1"):
            self.refuse(f"PRAGMA {pragma};", "pragma")

    def test_pragmas_that_do_not(self):
        self.apply(0, OFF + "PRAGMA journal_mode;\nPRAGMA journal_mode=wal;\nPRAGMA journal_mode=TRUNCATE;\n"
                            "PRAGMA journal_mode=persist;\nPRAGMA journal_mode='delete';\nPRAGMA synchronous;\n"
                            "PRAGMA synchronous=NORMAL;\nPRAGMA synchronous=2;\n")
