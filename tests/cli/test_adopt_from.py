# SPDX-License-Identifier: MIT
"""`adopt --from`: history tables of other tools on SQLite, made by hand from their documented layouts."""
import base64
import hashlib
import re
import zlib

from foreign_layouts import SQLITE, table_of
from program import ProgramTest


class ToolTest(ProgramTest):
    """A folder 1_a, 2_b, 3_c; the tool has applied the first two."""

    TOOL = TABLE = None
    SCRIPTS = {v: f"CREATE TABLE {v} (x);\n" for v in "abc"}

    def setUp(self):
        super().setUp()
        for number, name in enumerate("abc", 1):
            self.write(f"{number}_{name}.up.sql", self.SCRIPTS[name])
            self.write(f"{number}_{name}.down.sql", f"DROP TABLE {name};\n")
        self.execute("CREATE TABLE a (x); CREATE TABLE b (x)")

    def make_table(self):
        self.execute(SQLITE[self.TOOL])

    def adopt(self, code, *more):
        return self.expect(code, "adopt", "--from", self.TOOL, *more, "--db", self.db, "--json")

    def rows(self):
        return self.sql("SELECT version, adopted_from FROM lockgate_migration ORDER BY position")

    def theirs(self, columns):
        return self.sql(f'SELECT {columns} FROM "{self.TABLE}" ORDER BY rowid')

    def expect_unmanaged_line(self):
        """The line that verify prints is one that works."""
        finding = self.expect(1, "verify", "--db", self.db, "--json").json["findings"][0]
        self.assertEqual("unmanaged", finding["code"])
        self.assertIn(f"adopt SOURCE --from {self.TOOL} --db URL", finding["hint"])
        self.assertIn(self.TABLE, finding["message"])

    def expect_going_on(self, keep=True):
        """Adopted, verified, the next one applied, and it is in the other table too, until reverted."""
        self.expect_unmanaged_line()
        report = self.adopt(0, *(["--keep-in-step"] if keep else [])).json
        self.assertEqual((["1", "2"], "2"), ([a["version"] for a in report["applied"]], report["current"]))
        self.assertEqual([("1", self.TOOL), ("2", self.TOOL)], self.rows())
        self.assertEqual([], self.expect(0, "verify", "--db", self.db, "--json").json["findings"])
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(3, len(self.rows()))
        return report

    def revert(self):
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertEqual(2, len(self.rows()))


class SequelizeTest(ToolTest):
    TOOL, TABLE = "sequelize", "SequelizeMeta"

    def setUp(self):
        super().setUp()
        self.make_table()
        self.execute("INSERT INTO SequelizeMeta VALUES ('1_a.js'), ('2-b.cjs')")

    def test_going_on(self):
        report = self.expect_going_on()
        self.assertEqual(["unproven"], [f["code"] for f in report["findings"]])
        self.assertIsNone(report["findings"][0]["version"])
        self.assertEqual([("1_a.js",), ("2-b.cjs",), ("3-c.cjs",)], self.theirs("name"))
        self.revert()
        self.assertEqual([("1_a.js",), ("2-b.cjs",)], self.theirs("name"))

    def test_events_say_on_whose_word(self):
        self.adopt(0)
        self.assertEqual([("1", "sequelize: '1_a.js'"), ("2", "sequelize: '2-b.cjs'")],
                         self.sql("SELECT version, detail FROM lockgate_event WHERE what = 'adopted' ORDER BY id"))

    def test_nothing_is_kept_in_step_unasked(self):
        self.expect_going_on(keep=False)
        self.assertEqual(2, len(self.theirs("name")))
        self.revert()

    def test_a_single_run_keeps_in_step(self):
        self.adopt(0)
        self.expect(0, "apply", "--db", self.db, "--keep-in-step")
        self.assertEqual(3, len(self.theirs("name")))
        self.expect(0, "revert", "--db", self.db, "--yes", "--keep-in-step")
        self.assertEqual(2, len(self.theirs("name")))
        self.expect(0, "run", "--db", self.db, "--keep-in-step", "--", "true")
        self.assertEqual(3, len(self.theirs("name")))

    def test_keeping_in_step_needs_an_adoption(self):
        self.expect(0, "adopt", "--to", "2", "--db", self.db)
        result = self.expect(2, "apply", "--db", self.db, "--keep-in-step")
        self.assertIn("--from TOOL --keep-in-step", result.err)
        self.assertEqual(2, len(self.rows()))

    def test_undo_forgets_that_too(self):
        self.adopt(0, "--keep-in-step")
        self.expect(0, "adopt", "--undo", "--yes", "--db", self.db)
        self.assertEqual([], self.rows())
        self.adopt(0)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(2, len(self.theirs("name")))

    def test_undo_closes_the_gate_again(self):
        for _ in range(2):
            self.assertEqual(["unmanaged"], self.codes(self.expect(1, "verify", "--db", self.db, "--json")))
            self.expect(0, "adopt", "--undo", "--yes", "--db", self.db)
        self.adopt(0)
        self.expect(0, "verify", "--db", self.db)
        self.expect(0, "adopt", "--undo", "--yes", "--db", self.db)
        self.assertEqual(["unmanaged"], self.codes(self.expect(1, "apply", "--db", self.db, "--json")))

    def test_a_tool_that_is_gone_is_left_behind(self):
        self.adopt(0, "--keep-in-step")
        self.execute('DROP TABLE "SequelizeMeta"')
        result = self.expect(2, "apply", "--db", self.db)
        self.assertIn("lockgate adopt --undo --keep-in-step", result.err)
        result = self.expect(0, "adopt", "--undo", "--keep-in-step", "--yes", "--db", self.db)
        self.assertIn("no longer kept in step", result.out)
        self.assertEqual(2, len(self.rows()))
        self.expect(0, "apply", "--db", self.db)
        self.assertIn("no table of another tool", self.expect(
            2, "adopt", "--undo", "--keep-in-step", "--yes", "--db", self.db).err)

    def test_timestamps_are_written_where_the_table_has_them(self):
        self.execute('ALTER TABLE "SequelizeMeta" ADD COLUMN "createdAt" DATETIME')
        self.execute('ALTER TABLE "SequelizeMeta" ADD COLUMN "updatedAt" DATETIME')
        self.adopt(0, "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        name, created, updated = self.theirs('name, "createdAt", "updatedAt"')[2]
        self.assertEqual("3-c.cjs", name)
        self.assertRegex(created, r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+00:00$")
        self.assertEqual(created, updated)

    def test_a_record_that_is_refused_keeps_the_migration_out(self):
        self.adopt(0, "--keep-in-step")
        self.execute("INSERT INTO SequelizeMeta VALUES ('3-c.cjs')")
        result = self.expect(5, "apply", "--db", self.db, "--json")
        self.assertIn("'SequelizeMeta', the history table of sequelize", result.json["error"]["message"])
        self.assertEqual(2, len(self.rows()))
        self.assertEqual([], self.sql("SELECT 1 FROM sqlite_schema WHERE name = 'c'"))
        self.execute("DELETE FROM SequelizeMeta WHERE name = '3-c.cjs'")
        self.expect(0, "apply", "--db", self.db)

    def test_a_refused_record_behind_a_journal(self):
        self.write("3_c.up.sql", "-- lockgate: transaction=off\nCREATE TABLE c (x);\n")
        self.adopt(0, "--keep-in-step")
        self.execute("INSERT INTO SequelizeMeta VALUES ('3-c.cjs')")
        self.assertIn("resolve 3 --retry", self.expect(5, "apply", "--db", self.db).err)
        self.execute("DELETE FROM SequelizeMeta WHERE name = '3-c.cjs'")
        self.expect(0, "resolve", "3", "--retry", "--reason", "looked", "--db", self.db)
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(3, len(self.theirs("name")))

    def test_a_table_that_is_gone_is_told(self):
        self.adopt(0, "--keep-in-step")
        self.execute('DROP TABLE "SequelizeMeta"')
        self.assertIn("adopt --undo", self.expect(2, "apply", "--db", self.db).err)
        self.assertEqual(2, len(self.rows()))

    def test_renamed_table(self):
        self.execute('ALTER TABLE "SequelizeMeta" RENAME TO "old ""Meta; --"')
        self.TABLE = 'old ""Meta; --'
        self.assertIn("--history-table", self.adopt(2).json["error"]["message"] + self.adopt(2).err)
        self.adopt(0, "--history-table", 'old "Meta; --', "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual(3, len(self.theirs("name")))

    def test_what_the_source_lacks_blocks(self):
        self.execute("INSERT INTO SequelizeMeta VALUES ('20230101-gone.js')")
        result = self.adopt(1).json
        finding = [f for f in result["findings"] if f["code"] == "removed"][0]
        self.assertEqual(("block", "20230101"), (finding["severity"], finding["version"]))
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name LIKE 'lockgate_%'"))
        self.assertEqual(["unproven", "removed"], self.codes(self.adopt(0, "--policy", "removed=warn")))
        self.expect(0, "verify", "--db", self.db)

    def test_a_waiver_accepts_what_is_gone(self):
        self.execute("INSERT INTO SequelizeMeta VALUES ('20230101-gone.js'), ('odd name.js')")
        self.write("waivers.txt", "removed 20230101 squashed long ago\nremoved odd_name never was one\n")
        self.assertEqual(["unproven"], self.codes(self.adopt(0)))
        self.assertEqual([("removed: squashed long ago",), ("removed: never was one",)],
                         self.sql("SELECT detail FROM lockgate_event WHERE what = 'waived' ORDER BY id"))

    def test_what_came_late_stays_pending(self):
        self.execute("DELETE FROM SequelizeMeta WHERE name = '1_a.js'")
        result = self.expect(0, "adopt", "--from", "sequelize", "--db", self.db)
        self.assertIn("note: 1 a is older than the newest adopted one", result.out)
        self.assertEqual(["out-of-order"], self.codes(self.expect(1, "verify", "--db", self.db, "--json")))

    def test_another_tools_table_is_named(self):
        result = self.expect(2, "adopt", "--from", "knex", "--db", self.db)
        self.assertIn("'knex_migrations'", result.err)
        self.assertIn("'SequelizeMeta' of sequelize", result.err)

    def test_a_table_of_another_kind(self):
        self.execute("CREATE TABLE knex_migrations (what TEXT)")
        self.assertIn("'knex_migrations'", self.expect(3, "adopt", "--from", "knex", "--db", self.db).err)

    def test_rows_that_say_nothing(self):
        self.execute('DROP TABLE "SequelizeMeta"; CREATE TABLE "SequelizeMeta" (name)')
        for value, what in (("NULL", "a row that says nothing"), ("''", "a row that says nothing"),
                            ("x'ff61'", "a value that is no text"), ("hex(zeroblob(5000))", "a value that is no text")):
            with self.subTest(value):
                self.execute(f'DELETE FROM "SequelizeMeta"; INSERT INTO "SequelizeMeta" VALUES ({value})')
                self.assertIn(f"'SequelizeMeta', the history table of sequelize: it has {what};",
                              self.adopt(3).json["error"]["message"])

    def test_hostile_names_are_shown_as_they_are(self):
        self.execute("INSERT INTO SequelizeMeta VALUES ('\x1b[31m::error::' || char(10) || 'x.js')")
        result = self.expect(1, "adopt", "--from", "sequelize", "--db", self.db)
        self.assertNotIn("\x1b", result.out)
        self.execute("INSERT INTO SequelizeMeta VALUES (CAST(x'ff00' AS TEXT))")
        self.assertIn("no text", self.expect(3, "adopt", "--from", "sequelize", "--db", self.db).err)

    def test_usage(self):
        for more in (["--to", "2"], ["--undo"]):
            self.adopt(2, *more)
        self.expect(2, "adopt", "--to", "2", "--keep-in-step", "--db", self.db)
        self.assertIn("'sequelize'", self.expect(2, "adopt", "--from", "sequelise", "--db", self.db).err)
        self.assertIn("SQLite", self.expect(2, "adopt", "--from", "node-pg-migrate", "--db", self.db).err)
        self.expect(2, "adopt", "--from", "sequelize", "--db", "sqlite:none.db")

    def test_non_empty_history(self):
        self.expect(0, "adopt", "--to", "1", "--db", self.db)
        self.adopt(1)
        self.adopt(0, "--yes", "--reason", "the rest")
        self.assertEqual([("1", "baseline"), ("2", "sequelize")], self.rows())


class KnexTest(ToolTest):
    TOOL, TABLE = "knex", "knex_migrations"

    def setUp(self):
        super().setUp()
        self.make_table()
        self.execute("""
            INSERT INTO knex_migrations_lock (is_locked) VALUES (0);
            INSERT INTO knex_migrations (name, batch, migration_time) VALUES
                ('1_a.js', 1, 1700000000000), ('2_b.js', 4, 1700000001000)""")

    def test_going_on(self):
        self.write("4_d.up.sql", "CREATE TABLE d (x);\n")
        self.expect_unmanaged_line()
        self.adopt(0, "--keep-in-step")
        self.expect(0, "apply", "--db", self.db)
        rows = self.theirs("name, batch, typeof(migration_time)")
        self.assertEqual([("3_c.js", 5, "integer"), ("4_d.js", 5, "integer")], rows[2:])

    def test_a_held_lock_stops_it(self):
        self.execute("UPDATE knex_migrations_lock SET is_locked = 1")
        result = self.adopt(1)
        self.assertIn("knex_migrations_lock", result.json["error"]["message"])
        self.assertIn("migrate:unlock", self.expect(1, "adopt", "--from", "knex", "--db", self.db).err)


class DbmateTest(ToolTest):
    TOOL, TABLE = "dbmate", "schema_migrations"

    def test_going_on(self):
        self.make_table()
        self.execute("INSERT INTO schema_migrations VALUES ('1'), ('2')")
        self.expect_going_on()
        self.assertEqual(["1", "2", "3"], [row[0] for row in self.theirs("version")])
        self.revert()
        self.assertEqual(["1", "2"], [row[0] for row in self.theirs("version")])


class GolangMigrateTest(ToolTest):
    TOOL, TABLE = "golang-migrate", "schema_migrations"

    def setUp(self):
        super().setUp()
        self.make_table()
        self.execute("INSERT INTO schema_migrations VALUES (2, 0)")

    def test_going_on(self):
        report = self.expect_going_on()
        self.assertEqual(["unproven"], [f["code"] for f in report["findings"]])
        self.assertIn("2 migrations up to it", report["findings"][0]["message"])
        self.assertEqual([(3, 0)], self.theirs("version, dirty"))
        self.revert()
        self.assertEqual([(2, 0)], self.theirs("version, dirty"))

    def test_dirty(self):
        self.execute("UPDATE schema_migrations SET dirty = 1")
        result = self.expect(1, "adopt", "--from", self.TOOL, "--db", self.db)
        self.assertIn("'2' has failed or is half done, says 'schema_migrations'", result.err)
        self.execute("UPDATE schema_migrations SET version = -1")
        self.adopt(1)

    def test_nothing_applied(self):
        self.execute("UPDATE schema_migrations SET version = -1")
        self.assertEqual([], self.adopt(0).json["applied"])


class GooseTest(ToolTest):
    TOOL, TABLE = "goose", "goose_db_version"

    def test_going_on(self):
        self.make_table()
        self.execute("""
            INSERT INTO goose_db_version (version_id, is_applied) VALUES
                (0, 1), (1, 1), (2, 1), (3, 1), (3, 0)""")
        self.expect_going_on()
        self.assertEqual((3, 1), self.theirs("version_id, is_applied")[-1])
        self.revert()
        self.assertEqual((2, 1), self.theirs("version_id, is_applied")[-1])


class DieselTest(ToolTest):
    TOOL, TABLE = "diesel", "__diesel_schema_migrations"

    def test_going_on(self):
        self.make_table()
        self.execute("""
            INSERT INTO __diesel_schema_migrations (version) VALUES ('1'), ('2')""")
        self.expect_going_on()
        self.assertEqual(["1", "2", "3"], [row[0] for row in self.theirs("version")])
        self.revert()


class SqlxTest(ToolTest):
    TOOL, TABLE = "sqlx", "_sqlx_migrations"

    def setUp(self):
        super().setUp()
        self.make_table()
        for number, name in enumerate("ab", 1):
            digest = hashlib.sha384(self.SCRIPTS[name].encode()).hexdigest()
            self.execute("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) "
                         f"VALUES ({number}, '{name}', 1, x'{digest}', 5)")

    def test_going_on(self):
        self.assertEqual([], self.expect_going_on()["findings"])
        self.assertEqual((3, "c", 1, hashlib.sha384(self.SCRIPTS["c"].encode()).digest()),
                         self.theirs("version, description, success, checksum")[2])
        self.revert()

    def test_changed(self):
        self.write("2_b.up.sql", "CREATE TABLE b (x); -- more\n")
        finding = self.adopt(1).json["findings"][0]
        self.assertEqual(("checksum-changed", "block", "2"),
                         (finding["code"], finding["severity"], finding["version"]))
        line = re.search(r"checksum 2 \w+ \w+ ", finding["hint"])[0]
        self.write("waivers.txt", line + "only a comment\n")
        self.assertEqual([], self.adopt(0).json["findings"])

    def test_failed(self):
        self.execute("UPDATE _sqlx_migrations SET success = 0 WHERE version = 2")
        self.adopt(1)


def flyway_crc(text):
    crc = 0
    for line in text.encode().splitlines():
        crc = zlib.crc32(line, crc)
    return crc - (1 << 32) if crc >= 1 << 31 else crc


class FlywayTest(ToolTest):
    TOOL, TABLE = "flyway", "flyway_schema_history"

    def setUp(self):
        super().setUp()
        self.make_table()
        self.add(None, "<< Flyway Schema Creation >>", "SCHEMA", None)
        for number, name in enumerate("ab", 1):
            self.add(str(number), name, "SQL", flyway_crc(self.SCRIPTS[name]))

    def add(self, version, description, kind, checksum, success=1):
        rank = self.sql("SELECT count(*) + 1 FROM flyway_schema_history")[0][0]
        quoted = ["NULL" if value is None else f"'{value}'" for value in (version, description, kind)]
        self.execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, "
                     f"installed_by, execution_time, success) VALUES ({rank}, {', '.join(quoted)}, 'V.sql', "
                     f"{'NULL' if checksum is None else checksum}, 'me', 1, {success})")

    def test_going_on(self):
        self.assertEqual([], self.expect_going_on()["findings"])
        self.assertEqual((4, "3", "c", "SQL", "3_c.up.sql", flyway_crc(self.SCRIPTS["c"]), 1),
                         self.theirs("installed_rank, version, description, type, script, checksum, success")[3])
        self.revert()
        self.assertEqual(3, len(self.theirs("1")))

    def test_rows_of_every_type(self):
        self.add("3", "c", "SQL", 1)
        self.add("3", "c", "UNDO_SQL", 2)
        self.add("9", "gone", "SQL", 3)
        self.add("9", "gone", "DELETE", None)
        self.assertEqual(["1", "2"], [a["version"] for a in self.adopt(0).json["applied"]])

    def test_no_checksum_is_named(self):
        self.execute("UPDATE flyway_schema_history SET checksum = NULL, type = 'JDBC' WHERE version = '2'")
        finding, = self.adopt(0).json["findings"]
        self.assertEqual(("unproven", "warn", "2"), (finding["code"], finding["severity"], finding["version"]))

    def test_changed_and_failed(self):
        self.execute("UPDATE flyway_schema_history SET checksum = 7 WHERE version = '1'")
        self.assertEqual(["checksum-changed"], self.codes(self.adopt(1)))
        self.add("3", "c", "SQL", 1, success=0)
        self.assertIn("'3' has failed", self.adopt(1).json["error"]["message"])

    def test_baseline(self):
        self.execute("DELETE FROM flyway_schema_history WHERE version IS NOT NULL")
        self.add("2", "<< Flyway Baseline >>", "BASELINE", None)
        report = self.adopt(0).json
        self.assertEqual((["1", "2"], ["unproven"]),
                         ([a["version"] for a in report["applied"]], [f["code"] for f in report["findings"]]))

    def test_repeatables_run_again_when_they_have_changed(self):
        self.write("same_view.repeat.sql", "SELECT 1;\n")
        self.write("other_view.repeat.sql", "SELECT 2;\n")
        self.add(None, "same view", "SQL", 99)
        self.add(None, "same view", "SQL", flyway_crc("SELECT 1;\n"))
        self.add(None, "other view", "SQL", 99)
        report = self.adopt(0, "--keep-in-step").json
        self.assertEqual(["1", "2", "same_view"], [a["version"] for a in report["applied"]])
        report = self.expect(0, "apply", "--db", self.db, "--json").json
        self.assertEqual(["3", "other_view"], [a["version"] for a in report["applied"]])
        self.assertEqual((None, "other view", flyway_crc("SELECT 2;\n")),
                         self.theirs("version, description, checksum")[-1])

    def test_versions_in_groups(self):
        self.write("4.1_d.up.sql", "CREATE TABLE d (x);\n")
        self.add("3", "c", "SQL", flyway_crc(self.SCRIPTS["c"]))
        self.add("4.1", "d", "SQL", flyway_crc("CREATE TABLE d (x);\n"))
        self.assertEqual("4.1", self.adopt(0).json["current"])


class PrismaTest(ToolTest):
    TOOL, TABLE = "prisma", "_prisma_migrations"

    def setUp(self):
        super().setUp()
        self.make_table()
        for number, name in enumerate("ab", 1):
            self.add(f"{number}_{name}", self.SCRIPTS[name], number, "1700000000000", "NULL")

    def add(self, name, script, number, finished, rolled_back):
        digest = hashlib.sha256(script.encode()).hexdigest()
        self.execute("INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at, "
                     f"started_at, applied_steps_count) VALUES ('id{number}', '{digest}', {finished}, '{name}', "
                     f"{rolled_back}, {1690000000000 + number}, 1)")

    def test_going_on(self):
        self.assertEqual([], self.expect_going_on()["findings"])
        row = self.theirs("id, checksum, migration_name, typeof(finished_at), rolled_back_at, applied_steps_count")[2]
        self.assertRegex(row[0], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertEqual((hashlib.sha256(self.SCRIPTS["c"].encode()).hexdigest(), "3_c", "integer", None, 1), row[1:])
        self.revert()
        self.assertIsNotNone(self.theirs("rolled_back_at")[2][0])

    def test_rows_of_one_name(self):
        self.add("3_c", "x", 3, "NULL", "1700000000001")
        self.assertEqual(2, len(self.adopt(0).json["applied"]))

    def test_failed(self):
        self.add("3_c", "x", 3, "NULL", "NULL")
        self.assertIn("'3_c' has failed", self.adopt(1).json["error"]["message"])

    def test_line_ends_make_no_difference(self):
        self.write("2_b.up.sql", self.SCRIPTS["b"].replace("\n", "\r\n"))
        self.assertEqual([], self.adopt(0).json["findings"])


class AtlasTest(ToolTest):
    TOOL, TABLE = "atlas", "atlas_schema_revisions"

    def setUp(self):
        super().setUp()
        self.make_table()
        running = hashlib.sha256()
        self.add(".atlas_cloud_identifier", "x", 0)
        for number, name in enumerate("ab", 1):
            running.update(f"{number}_{name}.up.sql".encode() + self.SCRIPTS[name].encode())
            self.add(str(number), base64.b64encode(running.digest()).decode(), number)

    def add(self, version, digest, moment, applied=1, kind=2):
        self.execute("INSERT INTO atlas_schema_revisions VALUES "
                     f"('{version}', 'd', {kind}, {applied}, 1, {moment}, 1, '', '', '{digest}', NULL, 'Atlas')")

    def test_going_on(self):
        self.assertEqual([], self.expect_going_on(keep=False)["findings"])

    def test_keeping_in_step_is_refused_by_name(self):
        self.assertIn("atlas", self.adopt(2, "--keep-in-step").json["error"]["message"])

    def test_the_first_change_is_the_culprit(self):
        self.write("1_a.up.sql", "CREATE TABLE a (y);\n")
        findings = self.adopt(1).json["findings"]
        self.assertEqual([("checksum-changed", "1"), ("unproven", "2")],
                         [(f["code"], f["version"]) for f in findings])

    def test_half_done_and_baseline(self):
        self.execute("DELETE FROM atlas_schema_revisions WHERE version = '1'")
        self.execute("UPDATE atlas_schema_revisions SET type = 1 WHERE version = '2'")
        self.assertEqual(["1", "2"], [a["version"] for a in self.adopt(0).json["applied"]])
        self.add("3", "x", 3, applied=0)
        self.adopt(1, "--yes", "--reason", "again")


def liquibase_sum(text):
    change = hashlib.md5(re.sub(r"\s", "", text).encode()).hexdigest()
    return "9:" + hashlib.md5(f"9:{change}:".encode()).hexdigest()


class LiquibaseTest(ToolTest):
    TOOL, TABLE = "liquibase", "DATABASECHANGELOG"

    def setUp(self):
        super().setUp()
        for number, name in enumerate("ab", 1):
            (self.folder / f"migrations/{number}_{name}.up.sql").rename(
                self.folder / f"migrations/{number}_ann_lee_{name}.up.sql")
            (self.folder / f"migrations/{number}_{name}.down.sql").unlink()
        self.make_table()
        self.execute("""
            INSERT INTO DATABASECHANGELOGLOCK VALUES (1, 0, NULL, NULL)""")
        for number, name in enumerate("ab", 1):
            self.add(name, f"db/{number}_ann_lee_{name}.up.sql", number, f"'{liquibase_sum(self.SCRIPTS[name])}'")

    def add(self, name, path, order, md5, kind="EXECUTED"):
        self.execute("INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, "
                     f"MD5SUM) VALUES ('{name}', 'ann.lee', '{path}', '2026-01-01', {order}, '{kind}', {md5})")

    def test_going_on(self):
        self.assertEqual([], self.expect_going_on(keep=False)["findings"])

    def test_keeping_in_step_is_refused_by_name(self):
        self.assertIn("liquibase", self.adopt(2, "--keep-in-step").json["error"]["message"])

    def test_what_cannot_be_computed_is_named(self):
        self.execute("UPDATE DATABASECHANGELOG SET MD5SUM = '7:abc' WHERE ID = 'a'")
        self.execute("UPDATE DATABASECHANGELOG SET MD5SUM = NULL WHERE ID = 'b'")
        self.assertEqual(["unproven", "unproven"], self.codes(self.adopt(0)))

    def test_the_path_is_a_part_of_the_identity(self):
        self.execute("UPDATE DATABASECHANGELOG SET FILENAME = 'elsewhere.sql' WHERE ID = 'b'")
        self.assertEqual(["removed"], self.codes(self.adopt(1)))

    def test_a_held_lock_names_its_holder(self):
        self.execute("UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'host (10.0.0.1)'")
        self.assertIn("host (10.0.0.1)", self.adopt(1).json["error"]["message"])

    def test_changed_and_failed(self):
        self.write("2_ann_lee_b.up.sql", "DROP TABLE b;\n")
        self.assertEqual(["checksum-changed"], self.codes(self.adopt(1)))
        self.add("c", "x.sql", 3, "NULL", "FAILED")
        self.adopt(1)


def own_files(tool):
    """The same three migrations in the tool's own folder: {path: text}."""
    forms = {"prisma": "2024010{0}000000_{1}/migration.sql", "flyway": "V1.{0}__make_{1}.sql",
             "diesel": "2024-01-0{0}-000000_{1}/up.sql", "sqlx": "{0}_make_{1}.sql",
             "golang-migrate": "{0}_{1}.up.sql", "goose": "0000{0}_{1}.sql", "dbmate": "2024010{0}_{1}.sql"}
    heads = {"goose": "-- +goose Up\n", "dbmate": "-- migrate:up\n"}
    tails = {"dbmate": "-- migrate:down\n"}
    return {forms[tool].format(number, name): heads.get(tool, "") + f"CREATE TABLE {name} (x int);\n" + tails.get(tool, "")
            for number, name in enumerate("abc", 1)}


# What each tool has of the first two, by its file's text; and what it is to have of the third.
OWN_ROWS = {
    "prisma": (lambda n, name, text: "(id, checksum, finished_at, migration_name, started_at) VALUES "
               f"('{n}', '{hashlib.sha256(text).hexdigest()}', 1, '2024010{n}000000_{name}', {n})",
               "migration_name", "20240103000000_c"),
    "flyway": (lambda n, name, text: f"VALUES ({n}, '1.{n}', 'make {name}', 'SQL', 'V1.{n}__make_{name}.sql', "
               f"{flyway_crc(text.decode())}, 'me', 'now', 1, 1)",
               "version || '|' || description || '|' || script", "1.3|make c|V1.3__make_c.sql"),
    "diesel": (lambda n, name, text: f"(version) VALUES ('2024010{n}000000')", "version", "20240103000000"),
    "sqlx": (lambda n, name, text: f"VALUES ({n}, 'make {name}', 'now', 1, x'{hashlib.sha384(text).hexdigest()}', 1)",
             "version || '|' || description", "3|make c"),
    "golang-migrate": (lambda n, name, text: f"SELECT {n}, 0 WHERE {n} = 2", "version", 3),
    "goose": (lambda n, name, text: f"(version_id, is_applied) VALUES ({n}, 1)", "version_id", 3),
    "dbmate": (lambda n, name, text: f"VALUES ('2024010{n}')", "version", "20240103"),
}


class OwnFolderTest(ProgramTest):
    """The tool's own folder is packed, adopted and gone on with."""

    def test_every_format(self):
        for tool, (rows, column, third) in OWN_ROWS.items():
            with self.subTest(tool):
                self.check(tool, rows, column, third)

    def check(self, tool, rows, column, third):
        database = f"{tool}.db"
        table = table_of(SQLITE[tool])
        self.execute(SQLITE[tool] + "; CREATE TABLE a (x int); CREATE TABLE b (x int)", db=database)
        files = own_files(tool)
        for number, (path, text) in enumerate(files.items(), 1):
            written = self.write(path, text, folder=tool)
            if number < 3:
                self.execute(f"INSERT INTO {table} {rows(number, 'abc'[number - 1], written.read_bytes())}", db=database)
        target = (tool, "--format", tool, "--db", f"sqlite:{database}")
        report = self.expect(0, "adopt", *target, "--from", tool, "--keep-in-step", "--json").json
        self.assertEqual(2, len(report["applied"]))
        self.assertEqual([], [f for f in report["findings"] if f["version"]])
        self.expect(0, "verify", *target)
        self.assertEqual(1, len(self.expect(0, "apply", *target, "--json").json["applied"]))
        self.assertEqual(third, self.sql(f"SELECT {column} FROM {table} ORDER BY rowid DESC", db=database)[0][0])

    def test_atlas(self):
        running, lines = hashlib.sha256(), []
        self.execute(SQLITE["atlas"] + "; CREATE TABLE a (x int); CREATE TABLE b (x int)")
        for number, name in enumerate("abc", 1):
            path = self.write(f"{number}_{name}.sql", f"CREATE TABLE {name} (x int);\n")
            running.update(path.name.encode() + path.read_bytes())
            lines.append((path.name, base64.b64encode(running.digest()).decode()))
            if number < 3:
                self.execute("INSERT INTO atlas_schema_revisions VALUES "
                             f"('{number}', '{name}', 2, 1, 1, {number}, 1, '', '', '{lines[-1][1]}', NULL, 'Atlas')")
        total = base64.b64encode(hashlib.sha256("".join(map("".join, lines)).encode()).digest()).decode()
        self.write("atlas.sum", f"h1:{total}\n" + "".join(f"{name} h1:{digest}\n" for name, digest in lines))
        report = self.expect(0, "adopt", "--from", "atlas", "--db", self.db, "--json").json
        self.assertEqual((2, []), (len(report["applied"]), report["findings"]))
        self.expect(0, "apply", "--db", self.db)
