# SPDX-License-Identifier: MIT
"""
For each lint rule and engine a script that it finds fault with, one that it does not, and what shows the fault on
a real database: `setup` is what the database holds before. A claim is one of
  ("lock", table, mode)     the transaction that ran `bad` holds this lock on the table
  ("scan", table, mode)     it read the whole table while it held this lock on it
  ("rewrite", relation)     the relation has another file afterwards
  ("error", sqlstate/text)  `bad` fails so
  ("rows", query, rows)     the query answers so afterwards
  ("strict", text)          an SQLite that does not take double quotes for strings refuses it so
`then` runs behind `bad`, before the claim is looked at; with `role` all of it as a role that may do nothing yet.
"""
import collections

Example = collections.namedtuple("Example", "code engine setup bad good claim then role", defaults=("", False))

T = ("CREATE TABLE t (id bigint PRIMARY KEY, a int, b text);\n"
     "INSERT INTO t SELECT n, n, 'x' FROM generate_series(1, 9) n;\n")
U = "CREATE TABLE u (id bigint PRIMARY KEY, t_id bigint);\nINSERT INTO u VALUES (1, 1);\n"
PARTS = ("CREATE TABLE p (id bigint NOT NULL, a int) PARTITION BY RANGE (id);\n"
         "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);\nINSERT INTO p VALUES (1, 1);\n"
         "CREATE TABLE q (id bigint NOT NULL, a int);\nINSERT INTO q VALUES (11, 1);\n")
OFF = "-- lockgate: transaction=off\n"


def postgres(code, setup, bad, good, *claim, **more):
    return Example(code, "postgres", setup, bad, good, claim, **more)


def sqlite(code, setup, bad, good, *claim, **more):
    return Example(code, "sqlite", setup, bad, good, claim, **more)


POSTGRES = [
    postgres("index-not-concurrent", T, "CREATE INDEX i ON t (a);", OFF + "CREATE INDEX CONCURRENTLY i ON t (a);",
             "scan", "t", "ShareLock"),
    postgres("drop-index-not-concurrent", T + "CREATE INDEX i ON t (a);", "DROP INDEX i;",
             OFF + "DROP INDEX CONCURRENTLY i;", "lock", "t", "AccessExclusiveLock"),
    postgres("reindex-not-concurrent", T, "REINDEX TABLE t;", OFF + "REINDEX TABLE CONCURRENTLY t;",
             "scan", "t", "ShareLock"),
    postgres("concurrent-if-not-exists",
             T + "INSERT INTO t VALUES (10, 1, 'x');\n-- fails:\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a);",
             OFF + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);",
             OFF + "DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);",
             "rows", "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", [(False,)]),
    postgres("needs-no-transaction", T, "CREATE INDEX CONCURRENTLY i ON t (a);",
             OFF + "CREATE INDEX CONCURRENTLY i ON t (a);", "error", "25001"),
    postgres("add-column-not-null", T, "ALTER TABLE t ADD COLUMN c int NOT NULL;",
             "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0;", "error", "23502"),
    postgres("add-column-volatile-default", T, "ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid();",
             "ALTER TABLE t ADD COLUMN c timestamptz NOT NULL DEFAULT now();", "rewrite", "t"),
    postgres("add-column-serial", T, "ALTER TABLE t ADD COLUMN c bigint GENERATED ALWAYS AS IDENTITY;",
             "ALTER TABLE t ADD COLUMN c bigint;", "rewrite", "t"),
    postgres("add-column-stored", T, "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a + 1) STORED;",
             "ALTER TABLE t ADD COLUMN c int;", "rewrite", "t"),
    postgres("change-column-type", T, "ALTER TABLE t ALTER COLUMN a TYPE bigint;",
             "-- lockgate: allow=change-column-type b is text already\nALTER TABLE t ALTER COLUMN b TYPE text;",
             "rewrite", "t"),
    postgres("set-not-null", T + "ALTER TABLE t ADD CONSTRAINT a_is_there CHECK (a IS NOT NULL) NOT VALID;",
             "ALTER TABLE t ALTER COLUMN a SET NOT NULL;",
             "ALTER TABLE t VALIDATE CONSTRAINT a_is_there;\nALTER TABLE t ALTER COLUMN a SET NOT NULL;",
             "scan", "t", "AccessExclusiveLock"),
    postgres("check-without-not-valid", T, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
             "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", "scan", "t", "AccessExclusiveLock"),
    postgres("foreign-key-without-not-valid", T + U,
             "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t;",
             "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (t_id) REFERENCES t NOT VALID;",
             "scan", "u", "ShareRowExclusiveLock"),
    postgres("unique-without-index", T + "CREATE UNIQUE INDEX i ON t (a);",
             "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a);",
             "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i;", "scan", "t", "AccessExclusiveLock"),
    postgres("exclusion-constraint", T, "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING btree (a WITH =);",
             "CREATE TABLE n (a int, EXCLUDE USING btree (a WITH =));", "scan", "t", "AccessExclusiveLock"),
    postgres("validate-in-transaction", T + "ALTER TABLE t ADD CONSTRAINT d CHECK (a > 0) NOT VALID;",
             "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;",
             "ALTER TABLE t VALIDATE CONSTRAINT d;", "scan", "t", "AccessExclusiveLock"),
    postgres("rename-column", T, "ALTER TABLE t RENAME COLUMN a TO c;",
             "-- lockgate: phase=contract\nALTER TABLE t RENAME COLUMN a TO c;", "error", "42703",
             then="SELECT a FROM t;"),
    postgres("rename-table", T, "ALTER TABLE t RENAME TO n;",
             "-- lockgate: phase=contract\nALTER TABLE t RENAME TO n;", "error", "42P01", then="SELECT a FROM t;"),
    postgres("drop-column", T, "ALTER TABLE t DROP COLUMN a;",
             "-- lockgate: phase=contract\nALTER TABLE t DROP COLUMN a;", "error", "42703", then="SELECT a FROM t;"),
    postgres("drop-table", T, "DROP TABLE t;", "-- lockgate: phase=contract\nDROP TABLE t;", "error", "42P01",
             then="SELECT a FROM t;"),
    postgres("drop-schema", "CREATE SCHEMA s;\nCREATE TABLE s.n (a int);", "DROP SCHEMA s CASCADE;",
             "-- lockgate: phase=contract\nDROP SCHEMA s;", "error", "42P01", then="SELECT a FROM s.n;"),
    postgres("truncate", T + U + "ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t;", "TRUNCATE t CASCADE;",
             "DELETE FROM t WHERE id < 5;", "rows", "SELECT count(*) FROM u", [(0,)]),
    postgres("set-logged", T, "ALTER TABLE t SET UNLOGGED;", "CREATE UNLOGGED TABLE n (a int);", "rewrite", "t"),
    postgres("set-tablespace", T, "ALTER TABLE t SET TABLESPACE lint_space;",
             "CREATE TABLE n (a int) TABLESPACE lint_space;", "rewrite", "t"),
    postgres("cluster", T, "CLUSTER t USING t_pkey;", "ALTER TABLE t CLUSTER ON t_pkey;", "rewrite", "t"),
    postgres("vacuum-full", T, OFF + "VACUUM FULL t;", OFF + "VACUUM t;", "rewrite", "t"),
    postgres("refresh-not-concurrent",
             T + "CREATE MATERIALIZED VIEW m AS SELECT id FROM t;\nCREATE UNIQUE INDEX i ON m (id);",
             "REFRESH MATERIALIZED VIEW m;", "REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
             "lock", "m", "AccessExclusiveLock"),
    postgres("detach-not-concurrent", PARTS, "ALTER TABLE p DETACH PARTITION p1;",
             OFF + "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;", "lock", "p", "AccessExclusiveLock"),
    postgres("attach-partition",
             PARTS + "ALTER TABLE q ADD CONSTRAINT fits CHECK (id >= 10 AND id < 20) NOT VALID;",
             "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (10) TO (20);",
             "ALTER TABLE q VALIDATE CONSTRAINT fits;\n"
             "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (10) TO (20);", "scan", "q", "AccessExclusiveLock"),
    postgres("create-partition", PARTS, "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);",
             "CREATE TABLE p2 (LIKE p);\nALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20);",
             "lock", "p", "AccessExclusiveLock"),
    postgres("create-trigger", T,
             "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();",
             "CREATE TABLE n (a int);\nCREATE TRIGGER g BEFORE UPDATE ON n FOR EACH ROW "
             "EXECUTE FUNCTION suppress_redundant_updates_trigger();", "lock", "t", "ShareRowExclusiveLock"),
    postgres("disable-trigger", T + U + "ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t;",
             "ALTER TABLE u DISABLE TRIGGER ALL;", "ALTER TABLE u ENABLE TRIGGER ALL;",
             "rows", "SELECT count(*) FROM u WHERE t_id NOT IN (SELECT id FROM t)", [(1,)],
             then="INSERT INTO u VALUES (2, 99);"),
    postgres("lock-table", T, "LOCK TABLE t IN SHARE MODE;", "SELECT 1;", "lock", "t", "ShareLock"),
    postgres("several-tables-locked", T + U, "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE u ADD COLUMN c int;",
             "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t ADD COLUMN d int;", "lock", "u", "AccessExclusiveLock"),
    postgres("backfill-under-lock", T, "ALTER TABLE t ADD COLUMN c int;\nUPDATE t SET c = a WHERE id > 0;",
             "UPDATE t SET b = 'y' WHERE id > 0;", "lock", "t", "AccessExclusiveLock"),
    postgres("mass-change", T, "UPDATE t SET b = 'y';", "UPDATE t SET b = 'y' WHERE id = 3;",
             "rows", "SELECT count(*) FROM t WHERE b = 'y'", [(9,)]),
    postgres("enum-value-used", "CREATE TYPE e AS ENUM ('one');\nCREATE TABLE n (e e);",
             "ALTER TYPE e ADD VALUE 'two';\nINSERT INTO n VALUES ('two');",
             "ALTER TYPE e ADD VALUE 'two';\nINSERT INTO n VALUES ('one');", "error", "55P04"),
    postgres("create-extension", "DROP EXTENSION plpgsql;", "CREATE EXTENSION plpgsql;", "SELECT 1;", "error", "42501",
             role=True),
    postgres("json-type", "", "CREATE TABLE n (id bigint PRIMARY KEY, c json);",
             "CREATE TABLE n (id bigint PRIMARY KEY, c jsonb);", "error", "42883", then="SELECT DISTINCT c FROM n;"),
    postgres("char-type", "", "CREATE TABLE n (id bigint PRIMARY KEY, c char(4));",
             "CREATE TABLE n (id bigint PRIMARY KEY, c character varying(4), d \"char\");",
             "rows", "SELECT octet_length(c) FROM n", [(4,)], then="INSERT INTO n VALUES (1, 'x');"),
    postgres("timestamp-type", "", "CREATE TABLE n (c timestamp(3));",
             "CREATE TABLE n (c timestamp(3) with time zone, d timestamptz);",
             "rows", "SELECT count(DISTINCT c) FROM n", [(2,)],
             then="SET LOCAL TimeZone = 'UTC'; INSERT INTO n VALUES (now()); "
                  "SET LOCAL TimeZone = 'Asia/Tokyo'; INSERT INTO n VALUES (now());"),
    postgres("int-key", "", "CREATE TABLE n (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);",
             "CREATE TABLE n (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a int);", "error", "2200H",
             then="SELECT setval('n_id_seq', 2147483647); INSERT INTO n DEFAULT VALUES;"),
]

S = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT);\nINSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'x');\n"
CHILD = ("CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INT REFERENCES t (id) ON DELETE CASCADE);\n"
         "INSERT INTO u VALUES (1, 1);\n")

SQLITE = [
    sqlite("needs-no-transaction", S, "VACUUM;", OFF + "VACUUM;", "error", "cannot VACUUM from within a transaction"),
    sqlite("add-column-not-null", S, "ALTER TABLE t ADD COLUMN c TEXT NOT NULL;",
           "ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT '';", "error",
           "Cannot add a NOT NULL column with default value NULL"),
    sqlite("add-column-stored", S, "ALTER TABLE t ADD COLUMN c INT AS (a + 1) STORED;",
           "ALTER TABLE t ADD COLUMN c INT AS (a + 1) VIRTUAL;", "error", "cannot add a STORED column"),
    sqlite("add-column-default", S, "ALTER TABLE t ADD COLUMN c TEXT DEFAULT CURRENT_TIMESTAMP;",
           "ALTER TABLE t ADD COLUMN c TEXT DEFAULT (-1);", "error", "Cannot add a column with non-constant default"),
    sqlite("add-column-unique", S, "ALTER TABLE t ADD COLUMN c TEXT UNIQUE;",
           "ALTER TABLE t ADD COLUMN c TEXT;\nCREATE UNIQUE INDEX i ON t (c);", "error", "Cannot add a UNIQUE column"),
    sqlite("rename-column", S, "ALTER TABLE t RENAME COLUMN a TO c;",
           "-- lockgate: phase=contract\nALTER TABLE t RENAME COLUMN a TO c;", "error", "no such column: a",
           then="SELECT a FROM t;"),
    sqlite("rename-table", S, "ALTER TABLE t RENAME TO n;",
           "CREATE TABLE n (id INTEGER PRIMARY KEY, a INT);\nDROP TABLE t;\nALTER TABLE n RENAME TO t;", "error",
           "no such table: t", then="SELECT a FROM t;"),
    sqlite("drop-column", S, "ALTER TABLE t DROP COLUMN a;",
           "-- lockgate: phase=contract\nALTER TABLE t DROP COLUMN a;", "error", "no such column: a",
           then="SELECT a FROM t;"),
    sqlite("drop-table", S, "DROP TABLE t;",
           "CREATE TABLE n (id INTEGER PRIMARY KEY, a INT);\nDROP TABLE t;\nALTER TABLE n RENAME TO t;", "error",
           "no such table: t", then="SELECT a FROM t;"),
    sqlite("mass-change", S, "DELETE FROM t;", "DELETE FROM t WHERE id = 1;", "rows", "SELECT count(*) FROM t", [(0,)]),
    sqlite("drop-table-cascades", S + CHILD,
           "-- lockgate: foreign_keys=on phase=contract\nDROP TABLE t;", "-- lockgate: phase=contract\nDROP TABLE t;",
           "rows", "SELECT count(*) FROM u", [(0,)]),
    sqlite("rebuild-renames-first", S + CHILD,
           "ALTER TABLE t RENAME TO old;\nCREATE TABLE t (id INTEGER PRIMARY KEY, a INT);\n"
           "INSERT INTO t SELECT id, a FROM old;\nDROP TABLE old;",
           "CREATE TABLE new (id INTEGER PRIMARY KEY, a INT);\nINSERT INTO new SELECT id, a FROM t;\n"
           "DROP TABLE t;\nALTER TABLE new RENAME TO t;",
           "rows", "SELECT \"table\" FROM pragma_foreign_key_list('u')", [("old",)]),
    sqlite("legacy-alter-table", S + "CREATE VIEW v AS SELECT a FROM t;\n",
           "PRAGMA legacy_alter_table = ON;\nALTER TABLE t RENAME TO n;",
           "PRAGMA legacy_alter_table = OFF;", "error", "no such table: main.t", then="SELECT a FROM v;"),
    sqlite("replace-deletes", S, "REPLACE INTO t (id, a) VALUES (1, 5);",
           "INSERT INTO t (id, a) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET a = excluded.a;",
           "rows", "SELECT a, b FROM t WHERE id = 1", [(5, None)]),
    sqlite("double-quoted-string", S, "INSERT INTO t (b) VALUES (\"y\");", "INSERT INTO t (\"b\") VALUES ('y');",
           "strict", "no such column: y"),
    sqlite("string-type", "", "CREATE TABLE n (c STRING);", "CREATE TABLE n (c TEXT);",
           "rows", "SELECT c, typeof(c) FROM n", [(7, "integer")], then="INSERT INTO n VALUES ('007');"),
    sqlite("key-not-rowid", "", "CREATE TABLE n (id BIGINT PRIMARY KEY, a INT);",
           "CREATE TABLE n (id INTEGER PRIMARY KEY, a BIGINT);", "rows", "SELECT id FROM n", [(None,)],
           then="INSERT INTO n (a) VALUES (1);"),
    sqlite("nullable-key", "", "CREATE TABLE n (id TEXT PRIMARY KEY);",
           "CREATE TABLE n (id TEXT NOT NULL PRIMARY KEY);\nCREATE TABLE m (id TEXT PRIMARY KEY) WITHOUT ROWID;",
           "rows", "SELECT id FROM n", [(None,), (None,)], then="INSERT INTO n VALUES (NULL), (NULL);"),
]

EXAMPLES = POSTGRES + SQLITE


def words(claim):
    """A claim as docs/lint.md says it."""
    kind, *facts = claim
    if kind == "lock":
        return f"the transaction holds `{facts[1]}` on `{facts[0]}`."
    if kind == "scan":
        return f"`{facts[0]}` is read from end to end while the transaction holds `{facts[1]}` on it."
    if kind == "rewrite":
        return f"`{facts[0]}` has another file afterwards."
    if kind == "error":
        return f"fails with `{facts[0]}`."
    if kind == "rows":
        rows = "; ".join(", ".join("NULL" if value is None else str(value) for value in row) for row in facts[1])
        return f"`{facts[0]}` then answers `{rows}`."
    return f"an SQLite that takes double quotes for names alone says `{facts[0]}`."
