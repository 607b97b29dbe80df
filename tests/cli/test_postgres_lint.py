# SPDX-License-Identifier: MIT
"""What the lint rules claim, seen on a real server: locks, scans, rewrites, errors and rows, and none of it of the good ones."""
import re

import psycopg2

from lint_examples import POSTGRES
from postgres import PostgresTest, query

CLEAN = """DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
CREATE EXTENSION IF NOT EXISTS plpgsql"""


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
