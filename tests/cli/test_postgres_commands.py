# SPDX-License-Identifier: MIT
"""The commands on PostgreSQL as a user types them: documents, exit codes, and what is in the database after them."""
from postgres import PostgresTest

OFF = "-- lockgate: transaction=off\n"
SHOP = {
    "1_users.up.sql": "CREATE TYPE mood AS ENUM ('sad', 'glad');\n"
                      "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
                      "  name text NOT NULL DEFAULT 'a;b', mood mood);\n",
    "1_users.down.sql": "DROP TABLE users;\nDROP TYPE mood;\n",
    "2_touch.up.sql": "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
                      "BEGIN\n  new.name := new.name || $x$;é$x$;\n  RETURN new;\nEND;\n$body$;\n"
                      "CREATE TRIGGER touch BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touch();\n",
    "2_touch.down.sql": "DROP FUNCTION touch CASCADE;\n",
    "3_rows.up.sql": "COPY users (name, mood) FROM stdin;\nada\tglad\ngrace; hopper\t\\N\n\\.\n"
                     "INSERT INTO users (name) SELECT 'row ' || n FROM generate_series(1, 10) AS n;\n",
    "3_rows.check.sql": "SELECT id FROM users WHERE name IS NULL;\n",
    "4_sum.up.sql": "CREATE FUNCTION plus(a int, b int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;\n"
                    "CREATE VIEW glad AS SELECT name FROM users WHERE mood = 'glad';\n"
                    "COMMENT ON VIEW glad IS 'those; who are';\n",
    "5_index.up.sql": OFF + "CREATE INDEX CONCURRENTLY users_name ON users (name);\nVACUUM users;\n",
}


class ShopTest(PostgresTest):
    def setUp(self):
        super().setUp()
        for name, text in SHOP.items():
            self.write(name, text)

    def on_db(self, code, command, *more):
        return self.expect(code, command, *more, "--db", self.db)

    def versions(self):
        return "".join(row[0] for row in self.sql("SELECT version FROM lockgate.migration ORDER BY position"))


class ApplyTest(ShopTest):
    def test_the_schema_is_what_psql_makes(self):
        by_psql = self.cluster.url(self.make_database())
        for name, text in SHOP.items():
            if name.endswith(".up.sql"):
                self.psql(script=text, db=by_psql)
        self.on_db(0, "apply")
        self.assertIn("users_name", self.dump())
        self.assertEqual(self.dump(by_psql), self.dump())
        rows = "SELECT id, name, mood FROM users ORDER BY id"
        self.assertEqual(self.sql(rows, db=by_psql), self.sql(rows))
        self.assertEqual(12, len(self.sql(rows)))

    def test_document_and_history(self):
        report = self.on_db(0, "apply", "--json").json
        self.assertEqual(("ok", 0, 0, "5"),
                         tuple(report[key] for key in ("outcome", "exit_code", "pending", "current")))
        self.assertEqual([("1", 2), ("2", 2), ("3", 2), ("4", 3), ("5", 2)],
                         [(step["version"], step["statements"]) for step in report["applied"]])
        self.assertEqual({"engine": "postgres", "database": self.database},
                         {key: report["target"][key] for key in ("engine", "database")})
        major = int(self.sql("SHOW server_version_num")[0][0]) // 10000
        self.assertEqual(str(major), report["target"]["server_version"].split(".")[0])
        self.assertEqual([(str(n), n, "applied", "lg1", report["batch"]) for n in range(1, 6)],
                         self.sql("SELECT version, position, state, algorithm, batch_id FROM lockgate.migration "
                                  "ORDER BY position"))
        self.assertEqual([(report["batch"], "app", "main", "apply", "ok", report["bundle"]["id"])],
                         self.sql("SELECT id, project, scope, action, outcome, bundle_id FROM lockgate.batch"))
        self.assertEqual([(str(n), "applied") for n in range(1, 6)],
                         self.sql("SELECT version, what FROM lockgate.event WHERE what = 'applied' ORDER BY id"))
        self.assertEqual([], self.advisory_locks())

    def test_verify_before_and_after(self):
        before = self.on_db(0, "verify", "--json").json
        self.assertEqual((5, [], None), tuple(before[key] for key in ("pending", "findings", "current")))
        self.assertEqual([], self.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'lockgate'"))
        self.on_db(0, "apply")
        after = self.on_db(0, "verify", "--json").json
        self.assertEqual((0, [], "5"), tuple(after[key] for key in ("pending", "findings", "current")))
        self.assertIn("up to date", self.on_db(0, "apply").out)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate.batch"))

    def test_plan_prints_the_very_sql(self):
        text = self.on_db(0, "plan").out
        for script in (SHOP["1_users.up.sql"], SHOP["2_touch.up.sql"], SHOP["5_index.up.sql"]):
            self.assertIn(script.strip(), text)
        plan = self.on_db(0, "plan", "--json").json["plan"]
        self.assertEqual([("1", True), ("2", True), ("3", True), ("4", True), ("5", False)],
                         [(step["version"], step["transaction"]) for step in plan])

    def test_a_changed_migration_is_refused(self):
        self.on_db(0, "apply")
        self.write("4_sum.up.sql", SHOP["4_sum.up.sql"].replace("a + b", "a - b"))
        self.assertEqual(["checksum-changed"], self.codes(self.on_db(1, "verify", "--json")))
        self.write("4_sum.up.sql", "-- said differently\n" + SHOP["4_sum.up.sql"])
        self.assertEqual(["comment-changed"], self.codes(self.on_db(0, "verify", "--json")))

    def test_a_foreign_schema_is_unmanaged(self):
        self.execute("CREATE TABLE legacy (x int)")
        result = self.on_db(1, "verify", "--json")
        self.assertEqual(["unmanaged"], self.codes(result))
        self.assertIn("legacy", result.json["findings"][0]["message"])
        self.on_db(1, "apply")
        self.on_db(0, "apply", "--policy", "first=allow")

    def test_other_spellings_of_the_url(self):
        self.expect(0, "apply", "--db", f"host={self.cluster.sockets} port={self.cluster.port} user=postgres "
                                        f"dbname={self.database}")
        self.expect(0, "status", "migrations", "--exit-code", "--db", self.tcp_url.replace("postgresql", "postgres"))
        self.expect(0, "status", "migrations", "--exit-code", env={
            "PGHOST": self.cluster.sockets, "PGPORT": str(self.cluster.port), "PGUSER": "postgres",
            "PGDATABASE": self.database})


class StatusTest(ShopTest):
    def test_every_state(self):
        self.write("6_bad.up.sql", OFF + "CREATE TABLE half (x int);\nSELECT nothing;\n")
        self.on_db(5, "apply")
        (self.folder / "migrations" / "4_sum.up.sql").unlink()
        self.write("7_more.up.sql", "CREATE TABLE more (x int);\n")
        rows = self.on_db(0, "status", "migrations", "--json").json["migrations"]
        self.assertEqual({"1": "applied", "2": "applied", "3": "applied", "4": "missing", "5": "applied",
                          "6": "running", "7": "pending"}, {row["version"]: row["state"] for row in rows})
        self.on_db(1, "status", "migrations", "--exit-code")

    def test_without_a_source(self):
        self.on_db(0, "apply")
        self.assertIn("users", self.on_db(0, "status").out)


class RevertTest(ShopTest):
    def test_the_batch_from_any_image(self):
        for name in ("3_rows.up.sql", "3_rows.check.sql", "4_sum.up.sql", "5_index.up.sql"):
            (self.folder / "migrations" / name).unlink()
        empty = self.dump()
        self.on_db(0, "apply")
        self.assertIn("DROP FUNCTION touch CASCADE;", self.on_db(0, "revert", "--all", "--dry-run").out)
        report = self.expect(0, "revert", "--yes", "--db", self.db, "--json", cwd="/").json
        self.assertEqual(["2", "1"], [step["version"] for step in report["reverted"]])
        self.assertEqual(empty, self.dump())
        self.assertEqual([("2", "reverted"), ("1", "reverted")],
                         self.sql("SELECT version, what FROM lockgate.event WHERE what = 'reverted' ORDER BY id"))

    def test_without_a_down_script_nothing_happens(self):
        self.on_db(0, "apply")
        before = self.dump()
        self.assertEqual(["irreversible"] * 3, self.codes(self.on_db(1, "revert", "--all", "--json")))
        self.assertEqual((before, "12345"), (self.dump(), self.versions()))


class ResolveTest(ShopTest):
    def half_done(self):
        self.write("6_off.up.sql", OFF + "CREATE TABLE six (x int);\nINSERT INTO nope VALUES (1);\n"
                   "INSERT INTO six VALUES (3);\n")
        result = self.on_db(5, "apply")
        self.assertIn("migrations/6_off.up.sql:3:", result.err)
        self.assertEqual([("running", 1, 3)], self.six())
        self.assertEqual(["dirty"], self.codes(self.on_db(1, "verify", "--json")))

    def six(self):
        return self.sql("SELECT state, statements_done, statements_total FROM lockgate.migration WHERE version = '6'")

    def test_done_by_hand(self):
        self.half_done()
        self.on_db(0, "resolve", "6", "migrations", "--done", "--reason", "put it right")
        self.assertEqual([("running", 2, 3)], self.six())
        self.on_db(0, "apply")
        self.assertEqual(([("applied", 3, 3)], [(3,)]), (self.six(), self.sql("SELECT x FROM six")))

    def test_retry_after_mending(self):
        self.half_done()
        self.execute("CREATE TABLE nope (x int)")
        self.on_db(0, "resolve", "6", "migrations", "--retry")
        self.on_db(0, "apply")
        self.assertEqual(([("applied", 3, 3)], [(3,)]), (self.six(), self.sql("SELECT x FROM six")))

    def test_applied_outside_and_reverted_outside(self):
        self.on_db(0, "apply")
        self.write("6_six.up.sql", "CREATE TABLE six (x int);\n")
        self.execute("CREATE TABLE six (x int)")
        self.on_db(0, "resolve", "6", "migrations", "--applied", "--reason", "by hand")
        self.assertEqual("123456", self.versions())
        self.execute("DROP TABLE six")
        self.on_db(0, "resolve", "6", "migrations", "--reverted", "--reason", "by hand")
        self.on_db(0, "apply")
        self.assertIn("six", self.tables())


class AdoptTest(ShopTest):
    def test_baseline_and_back(self):
        for name in ("1_users.up.sql", "2_touch.up.sql"):
            self.psql(script=SHOP[name])
        report = self.on_db(0, "adopt", "--to", "2", "--json").json
        self.assertEqual(["1", "2"], [step["version"] for step in report["applied"]])
        self.on_db(0, "apply")
        self.assertEqual([("1", "baseline"), ("2", "baseline"), ("3", None), ("4", None), ("5", None)],
                         self.sql("SELECT version, adopted_from FROM lockgate.migration ORDER BY position"))
        self.on_db(0, "adopt", "--undo", "--yes")
        self.assertEqual("345", self.versions())
        self.assertIn("users", self.tables())


class ProjectsTest(PostgresTest):
    def test_projects_and_scopes_share_a_database(self):
        for name in ("one", "two"):
            self.write("1_t.sql", f"CREATE TABLE {name} (x int);\n", name)
        self.expect(0, "apply", "one", "--project", "one", "--db", self.db)
        refused = self.expect(1, "apply", "two", "--project", "two", "--db", self.db, "--json")
        self.assertEqual(["wrong-project"], self.codes(refused))
        self.expect(0, "apply", "two", "--project", "two", "--policy", "first=allow", "--db", self.db)
        self.assertEqual([("one", "1"), ("two", "1")],
                         self.sql("SELECT project, version FROM lockgate.migration ORDER BY project"))
