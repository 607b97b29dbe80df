# SPDX-License-Identifier: MIT
"""What a PostgreSQL server objects to, and at which line and column of the file it is said to be."""
from postgres import PostgresTest

BODY = """-- é☃ before it all
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $body$
DECLARE n int := 0;
BEGIN
  n := n ++;
  RETURN n
END;
$body$;
"""


class ErrorTest(PostgresTest):
    def fails(self, script, name="1_bad.sql", code=5, *more):
        self.write(name, script)
        return self.expect(code, "apply", "--db", self.db, "--json", *more)

    def place(self, result):
        error = result.json["error"]
        return error["sqlstate"], error["file"], error["line"], error["column"]

    def fails_at(self, sqlstate, line, column, script, name="1_bad.sql"):
        result = self.fails(script, name)
        self.assertEqual((sqlstate, f"migrations/{name}", line, column), self.place(result), result.json["error"])
        self.assertEqual([], self.sql("SELECT 1 FROM lockgate.migration"))
        return result.json["error"]["message"]


class PlaceTest(ErrorTest):
    def test_behind_multi_byte_text(self):
        self.fails_at("42601", 3, 13, "-- é☃ ünïcödé\nSELECT 'ä;ö';\nSELECT 'ü', FROM x;\n")
        self.fails_at("42P01", 2, 19, "SELECT 1;\nSELECT '☃☃☃' FROM frm;\n")
        self.fails_at("42703", 1, 8, "SELECT nothing;\n")

    def test_behind_byte_order_mark_and_crlf(self):
        self.fails_at("42P01", 2, 15, "\ufeffSELECT 'é';\r\nSELECT * FROM frm;\r\n")

    def test_inside_a_function_body(self):
        self.fails_at("42601", 5, 12, BODY)
        self.fails_at("42P01", 3, 17, "SELECT 'é';\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n"
                      "  SELECT x FROM frm;\n$$;\n")

    def test_while_a_function_runs(self):
        text = self.fails_at("42P01", 3, 1, "SELECT 1;\n\nDO $$ BEGIN EXECUTE 'SELECT * FROM frm'; END $$;\n")
        self.assertIn("SELECT * FROM frm", text)
        self.assertIn("PL/pgSQL", text)

    def test_without_a_position_it_is_the_statement(self):
        table = "CREATE TABLE t (x int NOT NULL);\n/* é; */ SELECT 1;\n"
        self.assertIn("null value", self.fails_at("23502", 4, 3, table + "-- now\n  INSERT INTO t VALUES (NULL);\n"))
        self.fails_at("42701", 3, 1, table + "ALTER TABLE t ADD COLUMN x int;\n")
        self.fails_at("22012", 3, 1, table + "SELECT 1 / 0;\nSELECT 2;\n")

    def test_copy_data(self):
        text = self.fails_at("22P02", 2, 1, "CREATE TABLE t (x int);\nCOPY t FROM stdin;\n1\n2\nthree\n\\.\n"
                             "SELECT 1;\n")
        self.assertIn("COPY t, line 3", text)
        self.assertNotIn("t", self.tables())

    def test_behind_copy_data(self):
        self.fails_at("42P01", 5, 15, "CREATE TABLE t (x text);\nCOPY t FROM stdin;\nfrm; é\n\\.\nSELECT * FROM frm;\n")
        self.fails_at("22012", 5, 1, "CREATE TABLE t (x text);\nCOPY t FROM stdin;\nfrm; é\n\\.\nSELECT 1 / 0;\n")

    def test_deferred_constraint_at_commit(self):
        result = self.fails("CREATE TABLE a (id int PRIMARY KEY);\n"
                            "CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\n"
                            "INSERT INTO b VALUES (7);\n")
        self.assertEqual("23503", result.json["error"]["sqlstate"])
        self.assertEqual(("migrations/1_bad.sql", "1"),
                         (result.json["error"]["file"], result.json["error"]["version"]))
        self.assertEqual((set(), []), (self.tables(), self.sql("SELECT 1 FROM lockgate.migration")))

    def test_long_script_beyond_one_string(self):
        rows = "".join(f"INSERT INTO t VALUES ('{'é' * 500} {n}');\n" for n in range(3000))
        self.fails_at("42P01", 3002, 15, "CREATE TABLE t (x text);\n" + rows + "SELECT * FROM frm;\n")

    def test_check_script(self):
        self.write("1_t.up.sql", "CREATE TABLE t (x int);\nINSERT INTO t VALUES (1);\n")
        self.write("1_t.check.sql", "SELECT 1 WHERE false;\nSELECT x FROM t;\n")
        result = self.expect(5, "apply", "--db", self.db, "--json")
        error = result.json["error"]
        self.assertEqual(("migrations/1_t.check.sql", 2), (error["file"], error["line"]))
        self.assertEqual(set(), self.tables())

    def test_without_a_transaction(self):
        self.fails("-- lockgate: transaction=off\nCREATE TABLE t (x int);\n\n  INSERT INTO t\n  VALUES ('é', frm);\n")
        result = self.run_it("apply", "--db", self.db, "--json")
        self.assertEqual(1, result.code)
        self.assertEqual([("running", 1)], self.sql("SELECT state, statements_done FROM lockgate.migration"))


class StateTest(ErrorTest):
    def test_a_failure_leaves_nothing_and_an_event(self):
        self.write("1_good.sql", "CREATE TABLE good (x int);\n")
        result = self.fails("CREATE TABLE half (x int);\nSELECT 1 / 0;\n", "2_bad.sql")
        self.assertEqual(("failed", 5, 1, "1"),
                         tuple(result.json[key] for key in ("outcome", "exit_code", "pending", "current")))
        self.assertEqual({"good"}, self.tables())
        version, detail = self.sql("SELECT version, detail FROM lockgate.event WHERE what = 'failed'")[0]
        self.assertEqual("2", version)
        self.assertIn("22012", detail)
        self.assertEqual([], self.codes(self.expect(0, "verify", "--db", self.db, "--json")))

    def test_statement_that_runs_outside_of_transactions_only(self):
        self.write("1_t.sql", "CREATE TABLE t (x int) PARTITION BY LIST (x);\n")
        result = self.fails("CREATE INDEX i ON t (x);\nREINDEX TABLE t;\n", "2_bad.sql")
        self.assertEqual(("25001", "migrations/2_bad.sql", 2, 1), self.place(result))
        self.assertIn("transaction=off", self.run_it("apply", "--db", self.db).err)

    def test_script_that_ends_the_transaction_itself(self):
        self.fails("CREATE TABLE t (x int);\nCOMMIT;\n", code=7)
        result = self.fails("CREATE TABLE t (x int);\nDO $$ BEGIN COMMIT; END $$;\n")
        self.assertEqual(("2D000", "migrations/1_bad.sql", 2), self.place(result)[:3])
        self.assertEqual(set(), self.tables())

    def test_settings_of_a_script_end_with_it(self):
        role = self.make_role()
        self.execute(f"CREATE SCHEMA other; GRANT ALL ON SCHEMA other TO {role}")
        self.write("1_set.sql", f"SET search_path = other;\nSET ROLE {role};\nSET DateStyle = 'SQL, DMY';\n"
                   "CREATE TABLE mine (x int);\nCREATE TEMP TABLE lost (x int);\n")
        self.write("2_plain.sql", "CREATE TABLE plain (x text);\nINSERT INTO plain VALUES ('a\\'), (current_user);\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([("other", "mine"), ("public", "plain")],
                         self.sql("SELECT schemaname, tablename FROM pg_tables WHERE tablename IN ('mine', 'plain') "
                                  "ORDER BY 2"))
        self.assertEqual([("a\\",), ("postgres",)], self.sql("SELECT x FROM plain"))


class NoticeTest(ErrorTest):
    SCRIPT = ("CREATE TABLE IF NOT EXISTS t (x int);\nCREATE TABLE IF NOT EXISTS t (x int);\n"
              "DO $$ BEGIN RAISE WARNING 'mind the gap'; RAISE NOTICE 'by the way'; END $$;\n")

    def test_warnings_are_shown_and_notices_on_demand(self):
        self.write("1_t.sql", self.SCRIPT)
        result = self.expect(0, "apply", "--db", self.db)
        self.assertIn("mind the gap", result.err)
        self.assertNotIn("by the way", result.err)

    def test_everything_when_asked(self):
        self.write("1_t.sql", self.SCRIPT)
        result = self.expect(0, "apply", "-v", "--db", self.db)
        for text in ("mind the gap", "by the way", 'relation "t" already exists'):
            self.assertIn(text, result.err)
