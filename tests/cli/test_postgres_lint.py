# SPDX-License-Identifier: MIT
"""What the lint rules claim, seen on a real server: locks, scans, rewrites, errors and rows; the good ones do none."""
import re

import psycopg2

from lint_examples import OFF, POSTGRES, Example, T, U
from postgres import PostgresTest, query

CLEAN = """DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
CREATE EXTENSION IF NOT EXISTS plpgsql"""

# What else the rules find (True) or let through (False), and why: the claim holds, or it does not.
VARIANTS = [
    ("check-without-not-valid", T, "ALTER TABLE t ADD COLUMN c int CHECK (c > 0);", True,
     ("scan", "t", "AccessExclusiveLock")),
    ("foreign-key-without-not-valid", T + U, "ALTER TABLE u ADD COLUMN c bigint REFERENCES t;", False,
     ("scan", "u", "AccessExclusiveLock")),
    ("foreign-key-without-not-valid", T + U, "ALTER TABLE u ADD COLUMN c bigint DEFAULT 1 REFERENCES t;", True,
     ("scan", "u", "AccessExclusiveLock")),
    ("unique-without-index", T, "ALTER TABLE t ADD COLUMN c int UNIQUE;", True, ("scan", "t", "AccessExclusiveLock")),
    ("add-column-serial", T, "ALTER TABLE t ADD COLUMN c bigserial;", True, ("rewrite", "t")),
    ("add-column-volatile-default", T, "ALTER TABLE t ADD COLUMN c float DEFAULT 1 + random();", True,
     ("rewrite", "t")),
    ("add-column-volatile-default", T, "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT statement_timestamp();", False,
     ("rewrite", "t")),
    ("add-column-volatile-default", T, "ALTER TABLE t ADD COLUMN c text DEFAULT upper('x')::varchar(3);", False,
     ("rewrite", "t")),
    ("add-column-volatile-default", T, "ALTER TABLE t ALTER COLUMN a SET DEFAULT random();", False, ("rewrite", "t")),
    ("add-column-not-null", T, "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT NULL;", True, ("error", "23502")),
    ("set-not-null", T, "ALTER TABLE t ALTER COLUMN a DROP NOT NULL;", False, ("scan", "t", "AccessExclusiveLock")),
    ("index-not-concurrent", "CREATE TABLE p (id bigint) PARTITION BY RANGE (id);\n"
     "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);", "CREATE INDEX i ON ONLY p (id);", False,
     ("lock", "p1", "ShareLock")),
    ("enum-value-used", "", "CREATE TYPE e AS ENUM ('one', 'two');\nSELECT 'two'::e;", False,
     ("error", "55P04")),
    ("needs-no-transaction", T + "CREATE MATERIALIZED VIEW m AS SELECT id FROM t;\nCREATE UNIQUE INDEX i ON m (id);",
     "REFRESH MATERIALIZED VIEW CONCURRENTLY m;", False, ("error", "25001")),
    ("needs-no-transaction", T, "VACUUM (ANALYZE) t;", True, ("error", "25001")),
    ("needs-no-transaction", T, "REINDEX (CONCURRENTLY) TABLE t;", True, ("error", "25001")),
    ("vacuum-full", T, OFF + "VACUUM (FULL) t;", True, ("rewrite", "t")),
    ("vacuum-full", T, OFF + "VACUUM (FULL false) t;", False, ("rewrite", "t")),
    ("truncate", T, "TRUNCATE t;", True, ("lock", "t", "AccessExclusiveLock")),
    ("several-tables-locked", T + U, "ALTER TABLE t ADD COLUMN c int;\n"
     "ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t NOT VALID;", False, ("lock", "u", "AccessExclusiveLock")),
]


def statements(script):
    return [text.strip() for text in re.split(r";\s*\n|;\s*$|; (?=INSERT|SET)", script) if text.strip()]


class ConfirmTest(PostgresTest):
    def setUp(self):
        super().setUp()
        query(self.db + "&options=-callow_in_place_tablespaces%3Don", "CREATE TABLESPACE lint_space LOCATION ''")
        # Behind the removal of the database, which has tables there.
        self._cleanups.insert(0, (query, (self.cluster.url(), "DROP TABLESPACE lint_space"), {}))
        self.role = self.make_role()
        session = self.connect()
        session.autocommit = True
        self.owner = session.cursor()
        self.owner.execute("SET synchronous_commit = off")

    def prepare(self, example):
        self.owner.execute(CLEAN)
        for statement in statements(example.setup):
            try:
                self.owner.execute(statement)
            except psycopg2.Error:
                self.assertIn("-- fails:", statement)

    def shows(self, example, script):
        """Whether the script does what the rule says of the bad one."""
        self.prepare(example)
        session = psycopg2.connect(self.db)
        try:
            session.autocommit = "transaction=off" in script
            return self.look(session.cursor(), example, statements(script) + statements(example.then))
        finally:
            session.close()

    def look(self, cursor, example, script):
        kind, *claim = example.claim
        look = {"lock": self.lock, "scan": self.scan, "rewrite": self.rewrite, "error": self.error, "rows": self.rows}
        if example.role:
            cursor.execute(f"SET ROLE {self.role}")
        return look[kind](cursor, script, *claim)

    @staticmethod
    def one(cursor, text, *parameters):
        cursor.execute(text, parameters)
        return cursor.fetchone()[0]

    def locks(self, cursor, relation):
        return self.one(cursor, "SELECT array_agg(mode) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = %s "
                                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                        relation) or []

    def lock(self, cursor, script, table, mode):
        relation = self.one(cursor, "SELECT %s::regclass::oid", table)
        for statement in script:
            cursor.execute(statement)
        return mode in self.locks(cursor, relation)

    def scan(self, cursor, script, table, mode):
        relation = self.one(cursor, "SELECT %s::regclass::oid", table)
        found = False
        for statement in script:
            before = self.one(cursor, "SELECT pg_stat_get_xact_numscans(%s)", relation)
            cursor.execute(statement)
            after = self.one(cursor, "SELECT pg_stat_get_xact_numscans(%s)", relation)
            found = found or (after > before and mode in self.locks(cursor, relation))
        return found

    def rewrite(self, cursor, script, table):
        relation = self.one(cursor, "SELECT %s::regclass::oid", table)
        before = self.one(cursor, "SELECT pg_relation_filenode(%s)", relation)
        for statement in script:
            cursor.execute(statement)
        return self.one(cursor, "SELECT pg_relation_filenode(%s)", relation) != before

    def error(self, cursor, script, sqlstate):
        try:
            for statement in script:
                cursor.execute(statement)
        except psycopg2.Error as error:
            self.assertEqual(sqlstate, error.pgcode, error)
            return True
        return False

    @staticmethod
    def rows(cursor, script, text, rows):
        """What fails aloud shows nothing."""
        try:
            for statement in script:
                cursor.execute(statement)
        except psycopg2.IntegrityError:
            return False
        cursor.execute(text)
        return cursor.fetchall() == rows

    def test_each_bad_one_does_what_its_rule_says(self):
        for example in POSTGRES:
            with self.subTest(example.code):
                self.assertTrue(self.shows(example, example.bad))

    def test_variants(self):
        for code, setup, script, is_found, claim in VARIANTS:
            with self.subTest(code, script=script):
                example = Example(code, "postgres", setup, script, "", claim)
                self.assertEqual(is_found, self.shows(example, script))
                self.write("1_a.sql", script + "\n")
                found = [finding["code"] for finding in self.run_it("lint", "--json").json["findings"]]
                self.assertEqual(is_found, code in found)

    def test_no_good_one_does(self):
        """But for those that say of themselves that the same is meant."""
        seen = 0
        for example in POSTGRES:
            if "phase=contract" in example.good or (example.claim[0] == "lock" and "transaction=off" in example.good):
                continue
            with self.subTest(example.code):
                seen += 1
                self.assertFalse(self.shows(example, example.good))
        self.assertGreater(seen, 25)
