# SPDX-License-Identifier: MIT
"""Running lockgate on a real PostgreSQL server: a database of its own for each test."""
import itertools
import os
import re
import subprocess
import tempfile

import psycopg2

from cluster import Cluster, start_new
from program import ProgramTest

LOCK_SPACE = 0x4C4B4754
NUMBERS = itertools.count(1)

# What pg_dump would say in more words; for servers newer than it.
SCHEMA = """
WITH space AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|lockgate$)')
SELECT 'schema', nspname, '' FROM space
UNION ALL SELECT 'relation ' || relkind::text, c.oid::regclass::text,
  coalesce(pg_get_viewdef(c.oid), relpersistence::text)
  FROM pg_class c JOIN space s ON s.oid = relnamespace WHERE relkind NOT IN ('i', 'I', 't')
UNION ALL SELECT 'column', format('%s.%I', c.oid::regclass, attname),
  format('%s %s %s %s', format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
  FROM pg_class c JOIN space s ON s.oid = relnamespace
  JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum WHERE relkind IN ('r', 'p', 'v', 'm')
UNION ALL SELECT 'index', indexrelid::regclass::text, format('%s %s', pg_get_indexdef(indexrelid), indisvalid)
  FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN space s ON s.oid = relnamespace
UNION ALL SELECT 'constraint', format('%s.%I', conrelid::regclass, conname), pg_get_constraintdef(o.oid)
  FROM pg_constraint o JOIN space s ON s.oid = connamespace
UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN space s ON s.oid = pronamespace WHERE prokind IN ('f', 'p')
UNION ALL SELECT 'trigger', format('%s.%I', tgrelid::regclass, tgname), pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN space s ON s.oid = relnamespace WHERE NOT tgisinternal
UNION ALL SELECT 'label', t.oid::regtype::text, format('%s %s', enumsortorder, enumlabel)
  FROM pg_enum JOIN pg_type t ON t.oid = enumtypid JOIN space s ON s.oid = typnamespace
UNION ALL SELECT 'comment', format('%s.%s', c.oid::regclass, objsubid), description
  FROM pg_description JOIN pg_class c ON c.oid = objoid JOIN space s ON s.oid = relnamespace
ORDER BY 1, 2, 3
"""


def query(url, text, *parameters):
    """The rows of one statement, or of the last one of several; each is its own transaction."""
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


class OwnCluster:
    """A server that a test may break. Use it in a `with`, which gives the Cluster."""

    def __enter__(self):
        folder = tempfile.mkdtemp(prefix="lockgate-own-", dir="/tmp")
        self.cluster = start_new(folder, programs=suite_cluster().programs)
        return self.cluster

    def __exit__(self, *_):
        self.cluster.remove()


def suite_cluster():
    path = os.environ.get("LOCKGATE_TEST_CLUSTER")
    if not path:
        raise AssertionError("no server: eval \"$(tests/support/postgres-cluster start DIR)\", export what it sets")
    return Cluster.load(path)


class PostgresTest(ProgramTest):
    """A test with an empty database of its own, self.database, on the suite's server."""

    def setUp(self):
        super().setUp()
        self.cluster = suite_cluster()
        self.database = self.make_database()
        self.db = self.cluster.url(self.database)
        self.tcp_url = self.cluster.tcp_url(self.database)

    def make_database(self, options=""):
        """Another database, removed after the test."""
        name = f"test_{os.getpid()}_{next(NUMBERS)}"
        query(self.cluster.url(), f"CREATE DATABASE {name} {options}")
        self.addCleanup(query, self.cluster.url(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return name

    def make_role(self, options="LOGIN"):
        """A role of this test's alone, which may do nothing yet."""
        name = f"role_{os.getpid()}_{next(NUMBERS)}"
        query(self.cluster.url(), f"CREATE ROLE {name} {options}")
        # Databases go first: cleanups run from the last to the first, so this one is put below theirs.
        self._cleanups.insert(0, (query, (self.cluster.url(), f"DROP ROLE {name}"), {}))
        return name

    def url_of(self, user, database=None):
        return self.cluster.url(database or self.database, user)

    def connect(self, url=None):
        """A session for a test to hold something open with."""
        connection = psycopg2.connect(url or self.db)
        self.addCleanup(connection.close)
        return connection

    def sql(self, text, *parameters, db=None):
        return query(db or self.db, text, *parameters)

    def execute(self, script, db=None):
        query(db or self.db, script)

    def psql(self, *arguments, db=None, script=None):
        """Runs psql, which stops at the first error; gives what it prints."""
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", db or self.db, *map(str, arguments)],
                              input=script, text=True, capture_output=True, cwd=self.folder, timeout=300)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def dump(self, db=None):
        """The schema in words, lockgate's own left out: equal for equal databases."""
        url = db or self.db
        done = subprocess.run(["pg_dump", "-s", "-N", "lockgate", "-d", url], text=True, capture_output=True,
                              timeout=300)
        if "version mismatch" in done.stderr:
            return "\n".join(" ".join(row) for row in query(url, SCHEMA))
        self.assertEqual(0, done.returncode, done.stderr)
        # Each dump has a key of its own in its \restrict line.
        return re.sub(r"(?m)^\\(un)?restrict .*\n", "", done.stdout)

    def tables(self, db=None):
        return {row[0] for row in self.sql(
            "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'lockgate')",
            db=db)}

    def advisory_locks(self):
        """Processes that hold lockgate's locks in this database."""
        return [row[0] for row in self.sql(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", LOCK_SPACE)]

    def log_statements(self):
        self.execute(f"ALTER DATABASE {self.database} SET log_statement = 'all'")

    def server_log(self, application=None):
        """What the server has logged of this database: (process, application, severity, text)."""
        entry = re.compile(r"(?ms)^\d{4}-\S+ \S+ \S+ \[(\d+)\] ([^|\n]*)\|([^|\n]*)\|(\w+):  (.*?)(?=^\d{4}-|\Z)")
        found = entry.findall(self.cluster.log.read_text(errors="replace"))
        return [(int(pid), name, severity, text.rstrip("\n").replace("\n\t", "\n"))
                for pid, database, name, severity, text in found
                if database == self.database and application in (None, name)]
