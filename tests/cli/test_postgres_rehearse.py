# SPDX-License-Identifier: MIT
"""plan --rehearse on PostgreSQL: what each statement locks, rewrites and touches is told, and nothing stays."""
import signal

from postgres import PostgresTest

EXCLUSIVE = "AccessExclusiveLock"
SETUP = """
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent SELECT generate_series(1, 100);
CREATE TABLE big (id int PRIMARY KEY, n int, v varchar(10), p int);
INSERT INTO big SELECT i, i, 'x', 1 FROM generate_series(1, 3000) AS i;
CREATE TABLE child (b int REFERENCES big);
"""


class RehearseTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_setup.sql", SETUP)
        self.expect(0, "apply", "--db", self.db, "-q")

    def state(self):
        files = self.sql("SELECT oid, relname, relfilenode FROM pg_class WHERE oid >= 16384 ORDER BY 1")
        return files, self.dump(), self.sql("SELECT * FROM lockgate.migration"), self.sql(
            "SELECT * FROM lockgate.batch"), self.sql("SELECT * FROM lockgate.event")

    def rehearse(self, code=0, *more):
        """The document; the database is as it was, and nobody holds a lock of it."""
        before = self.state()
        result = self.expect(code, "plan", "--rehearse", "--db", self.db, "--json", *more)
        self.assertEqual(before, self.state())
        held = ("SELECT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
        self.assertEqual([], self.sql(held))
        return result.json

    def one(self, statement):
        """Locks of tables, and tables rewritten or truncated, of a script with this statement alone."""
        self.write("2_b.sql", statement + ";\n")
        row = self.rehearse()["rehearsal"][0]
        locks = {(lock["relation"].removeprefix("public."), lock["mode"]) for lock in row["locks"]}
        return ({(name, mode) for name, mode in locks if not name.endswith("_pkey")},
                [name.removeprefix("public.") for name in row["rewritten"]],
                [name.removeprefix("public.") for name in row["truncated"]])

    def test_locks_and_rewrites(self):
        only = {("big", EXCLUSIVE)}
        both = {("big", "ShareRowExclusiveLock"), ("parent", "ShareRowExclusiveLock")}
        for statement, locks, rewritten, truncated in (
                ("ALTER TABLE big ADD COLUMN c int DEFAULT 5", only, [], []),
                ("ALTER TABLE big ADD COLUMN c float DEFAULT random()", only, ["big"], []),
                ("ALTER TABLE big ALTER n TYPE bigint", only, ["big"], []),
                ("ALTER TABLE big ALTER v TYPE varchar(20)", only, [], []),
                ("ALTER TABLE big ADD CHECK (n > 0) NOT VALID", only, [], []),
                ("ALTER TABLE big ADD FOREIGN KEY (p) REFERENCES parent NOT VALID", both, [], []),
                ("CREATE INDEX ON big (n)", {("big", "ShareLock")}, [], []),
                ("ALTER TABLE big SET UNLOGGED", only, ["big"], []),
                ("TRUNCATE parent", {("parent", EXCLUSIVE)}, [], ["parent"]),
                ("TRUNCATE big CASCADE", only | {("child", EXCLUSIVE)}, [], ["big", "child"]),
                ("DROP TABLE child", {("child", EXCLUSIVE)}, [], []),
                ("CREATE TABLE fresh (x int)", set(), [], [])):
            with self.subTest(statement):
                if "UNLOGGED" in statement:
                    self.execute("DROP TABLE child")
                found = self.one(statement)
                if "UNLOGGED" in statement:
                    self.execute("CREATE TABLE child (b int REFERENCES big)")
                self.assertLessEqual(locks, found[0])
                self.assertEqual((rewritten, truncated), found[1:])
                if locks == {("big", "ShareLock")} or not locks:
                    self.assertEqual(locks, found[0])

    def test_rows_copy_checks_and_repeatables(self):
        self.write("2_b.up.sql", "UPDATE big SET n = n + 1 WHERE id <= 10;\nCREATE TABLE c (x int);\n"
                                 "COPY c FROM stdin;\n1\n2\n\\.\nSELECT * FROM c;\n")
        self.write("2_b.check.sql", "SELECT x FROM c WHERE x > 2;\n")
        self.write("view.repeat.sql", "CREATE OR REPLACE VIEW v AS SELECT x FROM c;\n")
        rows = self.rehearse()["rehearsal"]
        self.assertEqual([("2", 1, 10), ("2", 2, None), ("2", 3, 2), ("2", 7, 2), ("view", 1, None)],
                         [(row["version"], row["line"], row["rows"]) for row in rows])
        self.write("2_b.check.sql", "SELECT x FROM c WHERE x > 1;\n")
        self.assertIn("the check found a row", self.rehearse(5)["error"]["message"])
        (self.folder / "migrations/2_b.check.sql").write_text("SELECT x FROM c WHERE x > 2;\n")
        self.expect(0, "apply", "--db", self.db)

    def test_failures(self):
        self.write("2_b.sql", "CREATE TABLE c (x int);\nINSERT INTO nope VALUES (1);\n")
        document = self.rehearse(5)
        self.assertEqual(("migrations/2_b.sql", 2, "42P01", "2"),
                         tuple(document["error"][key] for key in ("file", "line", "sqlstate", "version")))
        self.assertEqual(1, len(document["rehearsal"]))
        self.write("2_b.sql", "CREATE TABLE c (x int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\n"
                              "INSERT INTO c VALUES (777);\n")
        self.assertEqual("23503", self.rehearse(5)["error"]["sqlstate"])
        holder = self.connect()
        holder.cursor().execute("LOCK TABLE parent")
        self.write("2_b.sql", "ALTER TABLE parent ADD COLUMN c int;\n")
        document = self.expect(5, "plan", "--rehearse", "--db", self.db, "--json", "--lock-timeout", "100ms").json
        self.assertEqual("55P03", document["error"]["sqlstate"])

    def test_what_cannot_be_undone_is_refused(self):
        for script, word in (("-- lockgate: transaction=off\nCREATE INDEX CONCURRENTLY ON big (n);\n", "transactions"),
                             ("SELECT 1;\nSELECT pg_catalog.setval('s', 1);\n", "setval"),
                             ("COPY big TO PROGRAM 'cat >/dev/null';\n", "PROGRAM"),
                             ("COPY big (id) FROM '/dev/null';\n", "/dev/null"),
                             ("SELECT \"dblink_exec\"('x', 'y');\n", "dblink_exec"),
                             ("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;\n", "SUBSCRIPTION")):
            with self.subTest(script):
                self.write("2_b.sql", script)
                error = self.rehearse(2)["error"]
                self.assertEqual(("migrations/2_b.sql", "2"), (error["file"], error["version"]))
                self.assertIn(word, error["message"])
        self.write("2_b.sql", "SELECT 'setval(1)';\nNOTIFY x;\nCOPY (SELECT '1') TO stdout;\n")
        self.assertEqual(3, len(self.rehearse()["rehearsal"]))

    def test_a_signal_undoes_it(self):
        self.write("2_b.sql", "ALTER TABLE big ALTER n TYPE bigint;\nSELECT pg_sleep(60);\n")
        before = self.state()
        process = self.start("plan", "--rehearse", "--db", self.db, "-v")
        self.addCleanup(process.kill)
        for line in process.stderr:
            if b"statement 2 of 2" in line:
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(143, process.returncode)
        self.assertEqual(before, self.state())

    def test_scope_and_no_history(self):
        self.execute("CREATE SCHEMA tenant_7")
        (self.folder / "migrations/1_setup.sql").unlink()
        self.write("1_a.sql", "CREATE TABLE a (x int);\nINSERT INTO tenant_7.a VALUES (1);\n")
        rows = self.rehearse(0, "--scope", "tenant_7")["rehearsal"]
        self.assertEqual([None, 1], [row["rows"] for row in rows])
        empty = self.cluster.url(self.make_database())
        self.write("1_a.sql", "CREATE TABLE a (x int);\n")
        self.expect(0, "plan", "--rehearse", "--db", empty)
        self.assertEqual([], self.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'lockgate'", db=empty))
