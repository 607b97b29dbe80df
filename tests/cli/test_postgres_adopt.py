# SPDX-License-Identifier: MIT
"""`adopt --from` on PostgreSQL: tables made by hand from the layouts that the tools document."""
import hashlib
import re
import zlib

from foreign_layouts import POSTGRES, table_of
from postgres import PostgresTest

SCRIPTS = {v: f"CREATE TABLE {v} (x int);\n" for v in "abc"}


def crc(text):
    value = 0
    for line in text.encode().splitlines():
        value = zlib.crc32(line, value)
    return value - (1 << 32) if value >= 1 << 31 else value


def sha(kind, name):
    return hashlib.new(kind, SCRIPTS[name].encode()).hexdigest()


# Tool: what it has applied (a and b), what it is to have of c once that is applied.
TOOLS = {
    "sequelize": ("('1_a.js'), ('2_b.js')", "name", "3_c.js"),
    "knex": ("(1, '1_a.js', 1, now()), (2, '2_b.js', 2, now())", "name || batch || (migration_time <= now())",
             "3_c.js3true"),
    "node-pg-migrate": ("(1, '1_a', now()), (2, '2_b', now())", "name", "3_c"),
    "dbmate": ("('1'), ('2')", "version", "3"),
    "golang-migrate": ("(2, false)", "version || dirty::text", "3false"),
    "goose": ("(-3, 0, true, now()), (-2, 1, true, now()), (-1, 2, true, now())", "version_id || is_applied::text",
              "3true"),
    "diesel": ("('1'), ('2')", "version", "3"),
    "sqlx": (", ".join(f"({n}, '{v}', now(), true, '\\x{sha('sha384', v)}', 1)" for n, v in ((1, "a"), (2, "b"))),
             "version || description || success || encode(checksum, 'hex')", f"3ctrue{sha('sha384', 'c')}"),
    "flyway": (", ".join(f"({n}, '{n}', '{v}', 'SQL', 'V', {crc(SCRIPTS[v])}, 'me', now(), 1, true)"
                         for n, v in ((1, "a"), (2, "b"))),
               "concat(installed_rank, version, description, type, script, checksum, installed_by, success)",
               f"33cSQL3_c.up.sql{crc(SCRIPTS['c'])}postgrest"),
    "prisma": (", ".join(f"('{n}', '{sha('sha256', v)}', now(), '{n}_{v}', NULL, NULL, now(), 1)"
                         for n, v in ((1, "a"), (2, "b"))),
               "concat(checksum, migration_name, applied_steps_count, length(id))", f"{sha('sha256', 'c')}3_c136"),
    "atlas": (", ".join(f"('{n}', '', 2, 1, 1, now(), 1, NULL, NULL, '', NULL, 'x')" for n in (1, 2)), None, None),
    "liquibase": (None, None, None),
}


class PostgresAdoptTest(PostgresTest):
    def setUp(self):
        super().setUp()
        for number, name in enumerate("abc", 1):
            self.write(f"{number}_{name}.up.sql", SCRIPTS[name])
            self.write(f"{number}_{name}.down.sql", f"DROP TABLE {name};\n")
        self.execute("CREATE TABLE a (x int); CREATE TABLE b (x int)")

    def make(self, tool, schema=None):
        rows = TOOLS[tool][0]
        path = f"SET search_path = {schema or 'public'};"
        self.execute(path + POSTGRES[tool])
        if rows:
            self.execute(f"{path} INSERT INTO {table_of(POSTGRES[tool])} VALUES {rows}")
        if tool == "knex":
            self.execute("SELECT setval('knex_migrations_id_seq', 9)")
        if tool == "node-pg-migrate":
            self.execute("SELECT setval('pgmigrations_id_seq', 9)")

    def adopt(self, code, tool, *more):
        return self.expect(code, "adopt", "--from", tool, *more, "--db", self.db, "--json")

    def rows(self):
        return self.sql("SELECT version, adopted_from FROM lockgate.migration ORDER BY position")

    def theirs(self, tool):
        return [row[0] for row in self.sql(f"SELECT {TOOLS[tool][1]} FROM {table_of(POSTGRES[tool])} ORDER BY 1")]

    def names(self):
        return self.theirs("sequelize")

    def check(self, tool):
        third = TOOLS[tool][2]
        self.make(tool)
        finding = self.expect(1, "verify", "--db", self.db, "--json").json["findings"][0]
        self.assertIn(f"adopt SOURCE --from {tool} --db URL", finding["hint"])
        before = self.theirs(tool)
        report = self.adopt(0, tool, "--keep-in-step").json
        self.assertEqual(["1", "2"], [a["version"] for a in report["applied"]])
        self.assertNotIn("block", [f["severity"] for f in report["findings"]])
        self.expect(0, "verify", "--db", self.db)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([("1", tool), ("2", tool), ("3", None)], self.rows())
        self.assertIn(third, self.theirs(tool))
        self.expect(0, "revert", "--db", self.db, "--yes")
        if tool == "prisma":
            self.assertEqual([("3_c",)], self.sql("SELECT migration_name FROM _prisma_migrations "
                                                  "WHERE rolled_back_at IS NOT NULL"))
        else:
            self.assertEqual(before, self.theirs(tool))
        self.expect(0, "apply", "--db", self.db)
        self.assertIn(third, self.theirs(tool))

    def test_sequelize(self):
        self.check("sequelize")

    def test_knex(self):
        self.check("knex")

    def test_node_pg_migrate(self):
        self.check("node-pg-migrate")

    def test_dbmate(self):
        self.check("dbmate")

    def test_golang_migrate(self):
        self.check("golang-migrate")

    def test_goose(self):
        self.check("goose")

    def test_diesel(self):
        self.check("diesel")

    def test_sqlx(self):
        self.check("sqlx")

    def test_flyway(self):
        self.check("flyway")

    def test_prisma(self):
        self.check("prisma")

    def test_atlas(self):
        self.execute("CREATE SCHEMA atlas_schema_revisions")
        self.make("atlas", "atlas_schema_revisions")
        self.assertEqual(["unproven", "unproven"], self.codes(self.adopt(0, "atlas")))
        self.assertEqual(2, len(self.rows()))

    def test_liquibase(self):
        for number, name in ((1, "a"), (2, "b")):
            self.execute(f"ALTER TABLE {name} RENAME TO {name}_")
            self.write(f"{number}_ann_x-{name}.up.sql", SCRIPTS[name])
            (self.folder / f"migrations/{number}_{name}.up.sql").unlink()
            (self.folder / f"migrations/{number}_{name}.down.sql").unlink()
        self.make("liquibase")
        for number, name in ((1, "a"), (2, "b")):
            text = re.sub(r"\s+", " ", SCRIPTS[name]).strip()
            change = "8:" + hashlib.md5(f"null:true:true:{text}".encode()).hexdigest() + ":"
            total = "8:" + hashlib.md5(change.encode()).hexdigest()
            self.execute("INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum) "
                         f"VALUES ('x-{name}', 'ann', 'db/{number}_ann_x-{name}.up.sql', now(), {number}, 'EXECUTED', '{total}')")
        self.assertEqual([], self.adopt(0, "liquibase").json["findings"])
        self.execute("INSERT INTO databasechangeloglock VALUES (1, true, now(), 'ci (10.0.0.7)')")
        self.assertIn("ci (10.0.0.7)", self.adopt(1, "liquibase", "--yes", "--reason", "r").json["error"]["message"])

    def test_timestamps_are_written_where_the_table_has_them(self):
        self.execute('CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY, "createdAt" timestamptz NOT NULL, '
                     '"updatedAt" timestamptz NOT NULL)')
        self.execute("INSERT INTO \"SequelizeMeta\" VALUES ('1_a.js', now(), now()), ('2_b.js', now(), now())")
        self.adopt(0, "sequelize", "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(["1_a.js", "2_b.js", "3_c.js"], self.names())

    def test_a_record_that_is_refused_keeps_the_migration_out(self):
        self.make("sequelize")
        self.adopt(0, "sequelize", "--keep-in-step")
        self.execute("ALTER TABLE \"SequelizeMeta\" ADD CHECK (name NOT LIKE '3%')")
        error = self.expect(5, "apply", "--db", self.db, "--json").json["error"]
        self.assertIn("'public.SequelizeMeta', the history table of sequelize", error["message"])
        self.assertEqual(("23514", "3"), (error["sqlstate"], error["version"]))
        self.assertEqual(2, len(self.rows()))
        self.assertNotIn("c", self.tables())

    def test_a_refused_record_behind_a_journal(self):
        self.write("3_c.up.sql", "-- lockgate: transaction=off\nCREATE TABLE c (x int);\n")
        self.make("sequelize")
        self.adopt(0, "sequelize", "--keep-in-step")
        self.execute("INSERT INTO \"SequelizeMeta\" VALUES ('3_c.js')")
        self.assertIn("resolve 3 --retry", self.expect(5, "apply", "--db", self.db).err)
        self.execute("DELETE FROM \"SequelizeMeta\" WHERE name LIKE '3%'")
        self.expect(0, "resolve", "3", "--retry", "--reason", "mended", "--db", self.db)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(["1_a.js", "2_b.js", "3_c.js"], self.names())

    def test_one_message_still(self):
        """The record travels in the string of its migration."""
        self.make("sequelize")
        self.adopt(0, "sequelize", "--keep-in-step")
        self.log_statements()
        self.expect(0, "apply", "--db", self.db)
        sent = [text for _, _, _, text in self.server_log() if "INSERT INTO \"public\".\"SequelizeMeta\"" in text]
        self.assertEqual(1, len(sent))
        self.assertIn("CREATE TABLE c", sent[0])
        self.assertIn("COMMIT", sent[0])

    def test_a_planted_table_is_not_written(self):
        """What the migration does to the search path does not lead elsewhere."""
        self.write("3_c.up.sql", "CREATE SCHEMA evil; CREATE TABLE evil.\"SequelizeMeta\" (name text);\n"
                                 "SET search_path = evil; CREATE TABLE c (x int);\n")
        self.make("sequelize")
        self.adopt(0, "sequelize", "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(["1_a.js", "2_b.js", "3_c.js"], self.names())

    def test_schemas_and_names(self):
        self.execute('CREATE SCHEMA "Odd; ""One"; CREATE SCHEMA two')
        self.make("sequelize", '"Odd; ""One"')
        self.adopt(0, "sequelize")
        self.expect(0, "adopt", "--undo", "--yes", "--db", self.db)
        self.make("sequelize", "two")
        self.assertIn("several schemas", self.adopt(2, "sequelize").json["error"]["message"])
        self.adopt(0, "sequelize", "--history-table", 'Odd; "One.SequelizeMeta', "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(3, 2)], self.sql('SELECT (SELECT count(*) FROM "Odd; ""One"."SequelizeMeta"), '
                                            '(SELECT count(*) FROM two."SequelizeMeta")'))

    def test_the_search_path_comes_first(self):
        self.execute("CREATE SCHEMA app")
        self.make("sequelize", "app")
        self.execute('CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY)')
        self.execute(f"ALTER DATABASE {self.database} SET search_path = app, public")
        self.assertEqual(2, len(self.adopt(0, "sequelize").json["applied"]))

    def test_a_renamed_table_in_lower_case(self):
        self.make("sequelize")
        self.execute('ALTER TABLE "SequelizeMeta" RENAME TO sequelizemeta')
        self.assertEqual(2, len(self.adopt(0, "sequelize").json["applied"]))

    def test_no_right_to_read(self):
        self.make("sequelize")
        role = self.make_role()
        self.execute(f"GRANT CREATE ON DATABASE {self.database} TO {role}")
        result = self.expect(3, "adopt", "--from", "sequelize", "--db", self.url_of(role))
        self.assertIn("'SequelizeMeta', the history table of sequelize", result.err)

    def test_another_tools_columns(self):
        self.execute("CREATE TABLE knex_migrations (what text)")
        self.assertIn("--history-table", self.expect(3, "adopt", "--from", "knex", "--db", self.db).err)

    def test_a_held_knex_lock(self):
        self.make("knex")
        self.execute("INSERT INTO knex_migrations_lock (is_locked) VALUES (1)")
        self.adopt(1, "knex")
        self.execute("UPDATE knex_migrations_lock SET is_locked = 0")
        self.adopt(0, "knex")

    def test_an_event_trigger_that_needs_a_path(self):
        self.execute("CREATE FUNCTION note(tag text) RETURNS void LANGUAGE sql AS 'SELECT'; "
                     "CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS "
                     "'BEGIN PERFORM note(tg_tag); END'; "
                     "CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION on_ddl()")
        self.write("1_a.sql", "SELECT 1;\n", folder="audited")
        self.write("2_b.sql", "CREATE TABLE audited (id int);\n", folder="audited")
        arguments = ("adopt", "audited", "--to", "1", "--yes", "--db", self.db)
        self.assertIn("lockgate init --print | psql -1", self.expect(3, *arguments).err)
        self.psql("-1", script=self.expect(0, "init", "--print", "--db", self.db).out)
        self.expect(0, *arguments)
        self.expect(0, "apply", "audited", "--db", self.db)
