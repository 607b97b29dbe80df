# SPDX-License-Identifier: MIT
"""The live schema against the recorded one, on PostgreSQL."""
import subprocess
import time

from postgres import PostgresTest

# What belongs to a schema: kind, identity, how it is made, changed and dropped.
OBJECTS = [
    ("schema", "extra", "CREATE SCHEMA extra", None, "DROP SCHEMA extra"),
    ("table", "public.n1", "CREATE TABLE n1 ()", "ALTER TABLE n1 SET (fillfactor = 50)", "DROP TABLE n1"),
    ("table", "public.n2", "CREATE UNLOGGED TABLE n2 ()", "ALTER TABLE n2 SET LOGGED", "DROP TABLE n2"),
    ("table", "public.n3", "CREATE TABLE n3 (a int) PARTITION BY LIST (a)",
     "ALTER TABLE n3 ENABLE ROW LEVEL SECURITY", "DROP TABLE n3"),
    ("table", "public.p1", "CREATE TABLE p1 PARTITION OF parts FOR VALUES IN (1)",
     "ALTER TABLE parts DETACH PARTITION p1; ALTER TABLE parts ATTACH PARTITION p1 FOR VALUES IN (2)",
     "DROP TABLE p1"),
    ("column", "public.t.n5", "ALTER TABLE t ADD n5 int", "ALTER TABLE t ALTER n5 TYPE bigint", "ALTER TABLE t DROP n5"),
    ("column", "public.t.n6", "ALTER TABLE t ADD n6 int", "ALTER TABLE t ALTER n6 SET NOT NULL", "ALTER TABLE t DROP n6"),
    ("column", "public.t.n7", "ALTER TABLE t ADD n7 int DEFAULT 1", "ALTER TABLE t ALTER n7 SET DEFAULT 2",
     "ALTER TABLE t DROP n7"),
    ("column", "public.t.n8", "ALTER TABLE t ADD n8 int GENERATED ALWAYS AS (a + 1) STORED",
     "ALTER TABLE t ALTER n8 DROP EXPRESSION", "ALTER TABLE t DROP n8"),
    ("column", "public.t.n9", "ALTER TABLE t ADD n9 text", "ALTER TABLE t ALTER n9 SET STORAGE EXTERNAL",
     "ALTER TABLE t DROP n9"),
    ("constraint", "public.t.n10", "ALTER TABLE t ADD CONSTRAINT n10 CHECK (a > 0) NOT VALID",
     "ALTER TABLE t VALIDATE CONSTRAINT n10", "ALTER TABLE t DROP CONSTRAINT n10"),
    ("constraint", "public.t.n11", "ALTER TABLE t ADD CONSTRAINT n11 FOREIGN KEY (a) REFERENCES u",
     "ALTER TABLE t ALTER CONSTRAINT n11 DEFERRABLE", "ALTER TABLE t DROP CONSTRAINT n11"),
    ("constraint", "public.t.n12", "ALTER TABLE t ADD CONSTRAINT n12 UNIQUE (a)",
     "ALTER TABLE t DROP CONSTRAINT n12; ALTER TABLE t ADD CONSTRAINT n12 UNIQUE (a, b)",
     "ALTER TABLE t DROP CONSTRAINT n12"),
    ("index", "public.t.n13", "CREATE INDEX n13 ON t (a)", "DROP INDEX n13; CREATE INDEX n13 ON t (a) WHERE a > 1",
     "DROP INDEX n13"),
    ("view", "public.n14", "CREATE VIEW n14 AS SELECT a FROM t", "CREATE OR REPLACE VIEW n14 AS SELECT a + 1 AS a FROM t",
     "DROP VIEW n14"),
    ("view", "public.n15", "CREATE VIEW n15 AS SELECT a FROM t", "ALTER VIEW n15 SET (security_barrier)", "DROP VIEW n15"),
    ("materialized view", "public.n16", "CREATE MATERIALIZED VIEW n16 AS SELECT a FROM t",
     "ALTER MATERIALIZED VIEW n16 SET (fillfactor = 50)", "DROP MATERIALIZED VIEW n16"),
    ("sequence", "public.n17", "CREATE SEQUENCE n17", "ALTER SEQUENCE n17 INCREMENT 2", "DROP SEQUENCE n17"),
    ("function", "public.n18(integer)", "CREATE FUNCTION n18(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "CREATE OR REPLACE FUNCTION n18(x int) RETURNS int LANGUAGE sql AS 'SELECT 2'", "DROP FUNCTION n18"),
    ("procedure", "public.n19()", "CREATE PROCEDURE n19() LANGUAGE sql AS 'SELECT 1'",
     "ALTER PROCEDURE n19 SECURITY DEFINER", "DROP PROCEDURE n19"),
    ("aggregate", "public.n20(integer)", "CREATE AGGREGATE n20(int) (sfunc = int4pl, stype = int)",
     "CREATE OR REPLACE AGGREGATE n20(int) (sfunc = int4pl, stype = int, initcond = '0')", "DROP AGGREGATE n20(int)"),
    ("trigger", "public.t.n21", "CREATE TRIGGER n21 BEFORE INSERT ON t EXECUTE FUNCTION touch()",
     "ALTER TABLE t DISABLE TRIGGER n21", "DROP TRIGGER n21 ON t"),
    ("rule", "public.t.n22", "CREATE RULE n22 AS ON DELETE TO t DO INSTEAD NOTHING", "ALTER TABLE t DISABLE RULE n22",
     "DROP RULE n22 ON t"),
    ("policy", "public.t.n23", "CREATE POLICY n23 ON t USING (a > 0)", "ALTER POLICY n23 ON t USING (a > 1)",
     "DROP POLICY n23 ON t"),
    ("enum", "public.n24", "CREATE TYPE n24 AS ENUM ('a')", "ALTER TYPE n24 ADD VALUE 'b' BEFORE 'a'", "DROP TYPE n24"),
    ("composite type", "public.n25", "CREATE TYPE n25 AS (a int)", "ALTER TYPE n25 ADD ATTRIBUTE b int", "DROP TYPE n25"),
    ("domain", "public.n26", "CREATE DOMAIN n26 AS int", "ALTER DOMAIN n26 ADD CONSTRAINT c CHECK (VALUE > 0)",
     "DROP DOMAIN n26"),
    ("range", "public.n27", "CREATE TYPE n27 AS RANGE (subtype = int8)", None, "DROP TYPE n27"),
    ("operator", "public.###(integer, integer)",
     "CREATE OPERATOR ### (leftarg = int, rightarg = int, function = int4pl)",
     None, "DROP OPERATOR ### (int, int)"),
    ("collation", "public.n29", "CREATE COLLATION n29 FROM \"C\"", None, "DROP COLLATION n29"),
    ("statistics", "public.n30", "CREATE STATISTICS n30 ON a, b FROM t", None, "DROP STATISTICS n30"),
    ("comment", "public.t", "COMMENT ON TABLE t IS 'one'", "COMMENT ON TABLE t IS 'two'", "COMMENT ON TABLE t IS NULL"),
    ("comment", "function public.touch()", "COMMENT ON FUNCTION touch() IS 'one'", "COMMENT ON FUNCTION touch() IS 'two'",
     "COMMENT ON FUNCTION touch() IS NULL"),
    ("privileges", "public.t.a", "GRANT SELECT (a) ON t TO PUBLIC", "GRANT UPDATE (a) ON t TO PUBLIC",
     "REVOKE ALL (a) ON t FROM PUBLIC"),
    ("default privileges", "public.of postgres for tables",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO PUBLIC",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM PUBLIC"),
    ("event trigger", "n35", "CREATE EVENT TRIGGER n35 ON sql_drop EXECUTE FUNCTION watch()",
     "ALTER EVENT TRIGGER n35 DISABLE", "DROP EVENT TRIGGER n35"),
    ("publication", "n36", "CREATE PUBLICATION n36", "ALTER PUBLICATION n36 ADD TABLE t", "DROP PUBLICATION n36"),
    ("foreign-data wrapper", "n37", "CREATE FOREIGN DATA WRAPPER n37", "ALTER FOREIGN DATA WRAPPER n37 OPTIONS (a 'b')",
     "DROP FOREIGN DATA WRAPPER n37"),
    ("foreign server", "n38", "CREATE SERVER n38 FOREIGN DATA WRAPPER w", "ALTER SERVER n38 VERSION '2'", "DROP SERVER n38"),
    ("foreign table", "public.n39", "CREATE FOREIGN TABLE n39 () SERVER s", "ALTER FOREIGN TABLE n39 OPTIONS (a 'b')",
     "DROP FOREIGN TABLE n39"),
    ("cast", "(public.pair as boolean)", "CREATE CAST (pair AS boolean) WITH INOUT",
     "DROP CAST (pair AS boolean); CREATE CAST (pair AS boolean) WITH INOUT AS ASSIGNMENT",
     "DROP CAST (pair AS boolean)"),
]
GROUND = """CREATE TABLE t (a int, b int);
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE parts (a int) PARTITION BY LIST (a);
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'somewhere');
"""
# What session settings and a restore could write in another way.
DELICATE = """CREATE TABLE d (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, at timestamptz DEFAULT
  '2020-01-01 00:00:00+00', span interval DEFAULT '1 day 02:00', f float8 DEFAULT 0.1, raw bytea DEFAULT '\\x00ff',
  x text COLLATE "C" DEFAULT E'a\\\\b', g int GENERATED ALWAYS AS (id * 2) STORED, UNIQUE (x) INCLUDE (f),
  CHECK (f > 0.1), gone int, after int);
ALTER TABLE d DROP gone;
CREATE TABLE heir (more pair DEFAULT '(1,2)') INHERITS (d);
CREATE TABLE e (at date NOT NULL, w text, CHECK (w <> ''), PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE INDEX ON e (w);
CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE e_rest PARTITION OF e DEFAULT;
CREATE TABLE "Odd.Na""me" ("a b" int PRIMARY KEY, "order" int);
CREATE INDEX "i.x" ON "Odd.Na""me" (("a b" + 1)) WHERE "order" > 1;
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES "Odd.Na""me" NOT VALID;
CREATE VIEW v WITH (security_barrier) AS SELECT d.id, d.x, d.at AT TIME ZONE 'UTC' AS z FROM d WHERE f > 0.5;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS c FROM d;
CREATE UNIQUE INDEX ON mv (c);
CREATE TABLE typed OF pair;
REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC;
GRANT INSERT ON d TO pg_monitor WITH GRANT OPTION;
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'geheim');
"""


class DriftTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_ground.sql", GROUND)

    def apply(self, code=0, *more, db=None):
        return self.expect(code, "apply", "--db", db or self.db, *more)

    def drift(self, code, *more, db=None, env=None):
        return self.expect(code, "drift", "--db", db or self.db, *more, env=env)

    def accept(self):
        self.drift(0, "--accept", "--reason", "test")

    def changes(self, code=0, db=None, **options):
        changes = self.drift(code, "--json", db=db, **options).json["drift"]["changes"]
        return [(c["change"], c["kind"], c["identity"]) for c in changes]

    def codes_of(self, code, *arguments):
        return self.codes(self.expect(code, *arguments, "--db", self.db, "--json"))

    def wait_for_lock_waiter(self, count=1):
        for _ in range(500):
            if self.sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
                        "(SELECT oid FROM pg_database WHERE datname = current_database())")[0][0] >= count:
                return
            time.sleep(0.02)
        self.fail("nobody waits for a lock")


class ObjectsTest(DriftTest):
    def test_each_kind_added_changed_and_dropped_is_named(self):
        self.apply()
        self.assertEqual([], self.changes())
        for fate, code, place in (("added", 0, 2), ("changed", 0, 3), ("missing", 1, 4)):
            rows = [row for row in (reversed(OBJECTS) if place == 4 else OBJECTS) if row[place]]
            for row in rows:
                self.execute(row[place])
            found = self.changes(code)
            for kind, identity, *statements in rows:
                with self.subTest(fate, kind=kind, statement=statements[place - 2]):
                    self.assertIn((fate, kind, identity), found)
            self.accept()
            self.assertEqual([], self.changes())

    def test_one_change_is_one_finding(self):
        self.apply()
        for statement, names in (("ALTER TABLE t ADD c int", ["column public.t.c"]),
                                 ("CREATE TABLE n (id serial PRIMARY KEY, b int UNIQUE)",
                                  ["sequence public.n_id_seq", "table public.n"]),
                                 ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                                  ["function public.f()"]),
                                 ("CREATE TABLE p2 PARTITION OF parts FOR VALUES IN (2)", ["table public.p2"]),
                                 ("ALTER TABLE parts ADD b int", ["column public.parts.b"])):
            self.execute(statement)
            found = self.drift(0, "--json").json["findings"]
            self.assertEqual(names, [f["name"] for f in found], statement)
            self.accept()

    def test_what_goes_with_a_table_is_shown_with_it(self):
        self.apply()
        self.execute("CREATE INDEX ti ON t (a); COMMENT ON COLUMN t.b IS 'it'")
        self.accept()
        self.execute("DROP TABLE t")
        result = self.drift(1)
        self.assertIn("block: schema-missing table public.t\n", result.out)
        self.assertIn("is gone, with 5 objects that belong to it", result.out)
        self.assertIn("    -column public.t.b\n    -type integer\n    -behind a\n", result.out)
        self.assertIn("    -index public.t.ti\n    -CREATE INDEX ti ON public.t USING btree (a)\n", result.out)

    def test_both_definitions_as_a_difference(self):
        self.apply()
        self.execute("CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN\nRETURN old;\nEND$$")
        found = self.drift(0, "--json").json["drift"]["changes"]
        self.assertEqual(1, len(found))
        self.assertIn("-AS $function$BEGIN RETURN new; END$function$\n+AS $function$BEGIN\n+RETURN old;\n"
                      "+END$function$\n", found[0]["difference"])

    def test_columns_keep_their_order(self):
        self.apply()
        self.execute("ALTER TABLE t DROP a; ALTER TABLE t ADD a int")
        self.assertEqual([("changed", "column", "public.t.a"), ("changed", "column", "public.t.b")], self.changes())

    def test_members_of_extensions_are_the_extension_s(self):
        if not self.sql("SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'"):
            self.skipTest("this server has no extensions")
        self.apply()
        self.execute("CREATE EXTENSION hstore")
        self.assertEqual([("added", "extension", "hstore")], self.changes())

    def test_what_is_not_looked_at_is_counted(self):
        self.write("2_d.sql", DELICATE)
        self.apply()
        result = self.drift(0)
        self.assertIn("not covered: text search configurations (1)\n", result.out)
        self.assertIn("not covered: user mappings (1)\n", result.out)
        self.assertIn({"kind": "user mappings", "count": 1}, self.drift(0, "--json").json["drift"]["uncovered"])
        self.assertEqual([], self.sql("SELECT 1 FROM lockgate.object WHERE definition LIKE '%%geheim%%' "
                                      "OR definition LIKE '%%somewhere%%'"))


class StabilityTest(DriftTest):
    def setUp(self):
        super().setUp()
        self.write("2_d.sql", DELICATE)
        self.apply()

    def test_dump_and_restore(self):
        other = self.cluster.url(self.make_database("TEMPLATE template0"))
        done = subprocess.run(["pg_dump", "-d", self.db], capture_output=True, timeout=300)
        if b"version mismatch" in done.stderr:
            # No pg_dump of this release is here: the copy is the server's own.
            other = self.cluster.url(self.make_database(f"TEMPLATE {self.database}"))
        else:
            self.psql(db=other, script=done.stdout.decode())
        self.assertEqual([], self.changes(db=other))

    def test_settings_of_the_session(self):
        for option in ("timezone=Asia/Tokyo", "datestyle=german", "intervalstyle=iso_8601", "extra_float_digits=3",
                       "quote_all_identifiers=on", "search_path=public", "bytea_output=escape",
                       "standard_conforming_strings=off", "lc_monetary=C", "row_security=on"):
            with self.subTest(option):
                self.assertEqual([], self.changes(env={"PGOPTIONS": f"-c {option}"}))

    def test_another_user_sees_the_same(self):
        reader = self.make_role()
        refused = self.drift(3, db=self.url_of(reader))
        self.assertIn("init --reader", refused.err)
        self.expect(0, "init", "--reader", reader, "--db", self.db)
        self.execute("CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int)")
        self.assertEqual(self.changes(), self.changes(db=self.url_of(reader)))
        self.assertIn(("added", "table", "hidden.t"), self.changes(db=self.url_of(reader)))
        self.expect(3, "drift", "--accept", "--reason", "x", "--db", self.url_of(reader))

    def test_after_an_upgrade_names_alone_are_compared(self):
        self.execute("UPDATE lockgate.object SET definition = '12' WHERE kind = 'server';"
                     "UPDATE lockgate.object SET definition = 'as 12 wrote it', sha256 = repeat('0', 64) WHERE kind = 'view'")
        report = self.drift(0, "--json").json["drift"]
        self.assertEqual([], report["changes"])
        self.assertEqual("12", report["recorded_release"])
        # plpgsql, v, mv.
        self.assertEqual(3, report["skipped"])
        self.assertIn("3 definitions are not compared, for server release 12 has written them", self.drift(0).out)
        self.write("3_w.sql", "CREATE VIEW w AS SELECT 1 AS one;\n")
        self.apply()
        self.assertEqual("12", self.drift(0, "--json").json["drift"]["recorded_release"])
        self.execute("DROP VIEW v")
        self.assertEqual([("missing", "privileges", "public.v"), ("missing", "view", "public.v")], self.changes(1))
        self.accept()
        report = self.drift(0, "--json").json["drift"]
        self.assertEqual((report["release"], 0), (report["recorded_release"], report["skipped"]))


class RunsTest(DriftTest):
    def test_an_apply_takes_up_nothing_of_others(self):
        self.apply()
        self.execute("ALTER TABLE t DROP b; CREATE TABLE alien (a int)")
        before = self.changes(1)
        self.write("2_c.sql", "CREATE TABLE IF NOT EXISTS alien (a int);\nCREATE TABLE ours (a int);\n")
        self.apply()
        self.assertEqual(before, self.changes(1))
        self.assertEqual([("column", "public.ours.a"), ("privileges", "public.ours"), ("server", "server"),
                          ("table", "public.ours")],
                         self.sql("SELECT kind, identity FROM lockgate.object WHERE batch_id = "
                                  "(SELECT max(id) FROM lockgate.batch) ORDER BY 1, 2"))
        self.accept()
        self.assertEqual([], self.changes())

    def test_a_revert_is_recorded(self):
        self.write("2_c.up.sql", "CREATE TABLE c (a int);\n")
        self.write("2_c.down.sql", "DROP TABLE c;\n")
        self.apply()
        self.expect(0, "revert", "--steps", "1", "--db", self.db)
        self.assertEqual([], self.changes())

    def start_waiting_apply(self):
        """A run that has made one table and waits for a lock before the next step; and what it waits for."""
        self.apply()
        self.write("2_c.sql", "CREATE TABLE c (a int);\n")
        self.write("3_t.sql", "-- lockgate: lock_timeout=60s\nALTER TABLE t ADD c int;\n")
        older = self.connect()
        older.cursor().execute("LOCK TABLE t")
        process = self.start("apply", "--db", self.db)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.wait_for_lock_waiter()
        return process, older

    def test_while_a_run_is_at_work_nothing_is_judged(self):
        process, older = self.start_waiting_apply()
        self.assertIn("a run is at work", self.drift(4).err)
        self.assertEqual([], self.codes_of(0, "verify", "--policy", "drift=block"))
        older.rollback()
        process.wait(60)
        self.assertEqual(0, process.returncode)
        self.assertEqual([], self.changes())

    def test_a_run_that_was_killed_is_named(self):
        process, older = self.start_waiting_apply()
        process.kill()
        process.wait()
        older.rollback()
        for _ in range(500):
            if not self.advisory_locks():
                break
            time.sleep(0.02)
        self.assertIn(("added", "table", "public.c"), self.changes())
        batch = self.sql("SELECT max(id) FROM lockgate.batch")[0][0]
        self.assertIn(f"batch {batch} has ended without recording what it changed", self.drift(0).out)

    def test_what_is_dropped_meanwhile_is_read_again(self):
        self.write("2_v.sql", "CREATE VIEW v AS SELECT a FROM t;\nCREATE VIEW w AS SELECT 1 AS one;\n")
        self.apply()
        other = self.connect()
        other.cursor().execute("DROP VIEW v")
        process = self.start("drift", "--json", "--lock-timeout", "30s", "--db", self.db)
        self.wait_for_lock_waiter()
        other.commit()
        out, err = process.communicate(timeout=60)
        self.assertEqual((1, b""), (process.returncode, err))
        self.assertIn(b'"identity": "public.v"', out)

    def test_a_lock_is_not_waited_for_for_long(self):
        self.write("2_v.sql", "CREATE VIEW v AS SELECT a FROM t;\n")
        self.apply()
        self.connect().cursor().execute("LOCK TABLE v")
        self.assertIn("--lock-timeout", self.drift(3, "--lock-timeout", "100ms").err)

    def test_an_apply_that_cannot_record_is_done_all_the_same(self):
        self.write("2_v.sql", "CREATE VIEW v AS SELECT a FROM t;\n")
        self.apply()
        other = self.connect()
        other.cursor().execute("LOCK TABLE v")
        self.write("3_c.sql", "CREATE TABLE c (a int);\n")
        result = self.apply(0, "--lock-timeout", "100ms")
        self.assertIn("is not recorded", result.err)
        other.rollback()
        self.assertEqual([("schema not recorded",)], self.sql(
            "SELECT what FROM lockgate.event WHERE batch_id = (SELECT max(id) FROM lockgate.batch) AND version IS NULL"))
        self.assertIn("has ended without recording", self.drift(0).out)


class NeighboursTest(DriftTest):
    def test_two_projects_in_one_database(self):
        self.apply(0, "--project", "one")
        self.write("1_other.sql", "CREATE TABLE other (a int);\n", "second")
        self.expect(0, "apply", "second", "--project", "two", "--policy", "first=allow", "--db", self.db)
        for project in ("one", "two"):
            self.assertEqual([], self.expect(0, "drift", "--project", project, "--db", self.db, "--json")
                             .json["drift"]["changes"], project)
        self.execute("ALTER TABLE other ADD b int; ALTER TABLE t ADD c int")
        for project, names in (("one", ["column public.other.b", "column public.t.c"]),
                               ("two", ["column public.other.b", "column public.t.c"])):
            found = self.expect(0, "drift", "--project", project, "--db", self.db, "--json").json["findings"]
            self.assertEqual(names, [f["name"] for f in found], project)
        self.execute("DROP TABLE other")
        self.expect(0, "drift", "--project", "one", "--db", self.db)
        self.expect(1, "drift", "--project", "two", "--db", self.db)

    def test_a_scope_is_its_schema(self):
        self.apply()
        self.execute("CREATE SCHEMA tenant")
        self.accept()
        self.write("1_c.sql", "CREATE TABLE c (a int);\n", "tenants")
        self.expect(0, "apply", "tenants", "--scope", "tenant", "--db", self.db)
        self.assertEqual([("tenant.c",)], self.sql(
            "SELECT identity FROM lockgate.object WHERE scope = 'tenant' AND kind = 'table'"))
        self.assertEqual({("missing", "schema", "tenant"), ("missing", "privileges", "tenant")}, set(self.changes(1)))
        self.accept()
        self.execute("ALTER TABLE tenant.c ADD b int")
        self.assertEqual([], self.changes())
        found = self.expect(0, "drift", "--scope", "tenant", "--db", self.db, "--json").json["findings"]
        self.assertEqual(["column tenant.c.b"], [f["name"] for f in found])
        self.execute("ALTER TABLE t ADD c int; ALTER TABLE tenant.c DROP b")
        self.expect(0, "drift", "--scope", "tenant", "--db", self.db)


class InvalidIndexTest(DriftTest):
    def setUp(self):
        super().setUp()
        self.apply()

    def spoil(self):
        self.execute("INSERT INTO t VALUES (1), (1)")
        connection = self.connect()
        connection.autocommit = True
        with self.assertRaisesRegex(Exception, "could not create unique index"):
            connection.cursor().execute('CREATE UNIQUE INDEX CONCURRENTLY "my index" ON t (a)')

    def test_it_warns_unless_told_otherwise(self):
        self.spoil()
        result = self.expect(0, "verify", "--db", self.db)
        self.assertIn('warn: invalid-index index public."my index"', result.out)
        self.assertIn('REINDEX INDEX CONCURRENTLY public."my index"', result.out)
        self.assertEqual(["invalid-index"], self.codes_of(0, "apply"))
        self.assertEqual(["invalid-index"], self.codes_of(1, "apply", "--policy", "invalid_index=block"))
        self.assertEqual([], self.codes_of(0, "verify", "--policy", "invalid_index=allow"))
        self.assertEqual([("added", "index", 'public.t."my index"')], self.changes())
        self.execute('DROP INDEX "my index"')
        self.assertEqual([], self.codes_of(0, "verify"))

    def test_one_that_is_being_built_does_not_count(self):
        older = self.connect()
        older.cursor().execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
        build = subprocess.Popen(["psql", "-Xq", "-d", self.db, "-c", "CREATE INDEX CONCURRENTLY slow ON t (a)"])
        self.addCleanup(build.wait)
        for _ in range(500):
            if self.sql("SELECT 1 FROM pg_index WHERE NOT indisvalid"):
                break
            time.sleep(0.02)
        self.assertEqual([], self.codes_of(0, "verify", "--policy", "invalid_index=block"))
        reader = self.make_role()
        self.expect(0, "init", "--reader", reader, "--db", self.db)
        self.expect(0, "verify", "--policy", "invalid_index=block", "--db", self.url_of(reader))
        older.rollback()
        build.wait(60)
        self.assertEqual([], self.codes_of(0, "verify"))

    def test_one_of_a_partitioned_table_does_not_count(self):
        self.execute("CREATE TABLE p1 PARTITION OF parts FOR VALUES IN (1); CREATE INDEX later ON ONLY parts (a)")
        self.assertEqual([(True,)], self.sql("SELECT NOT indisvalid FROM pg_index WHERE indexrelid = 'later'::regclass"))
        self.assertEqual([], self.codes_of(0, "verify"))
