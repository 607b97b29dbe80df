# SPDX-License-Identifier: MIT
"""Scripts as people have them, in databases that are set up in other ways than most."""
import subprocess
import threading

from postgres import PostgresTest


class ScriptTest(PostgresTest):
    def apply(self, script, code=0, *more):
        self.write("1_t.sql", script)
        return self.expect(code, "apply", "--db", self.db, *more)

    def same_as_psql(self, script):
        """What psql makes of the script is what lockgate makes of it."""
        by_psql = self.cluster.url(self.make_database())
        text = script.decode() if isinstance(script, bytes) else script
        self.psql(script=text, db=by_psql)
        self.apply(script)
        self.assertEqual(self.dump(by_psql), self.dump())
        for table in self.tables():
            quoted = table.replace('"', '""')
            rows = f'SELECT * FROM "{quoted}" ORDER BY 1'
            self.assertEqual(self.sql(rows, db=by_psql), self.sql(rows))


class ShapeTest(ScriptTest):
    def test_ends_without_a_semicolon_or_a_newline(self):
        for number, end in enumerate(("", ";", " -- the end", "; -- the end", "; /* the\nend */", ";;;", ";\n\n\n"), 1):
            self.write(f"{number}_t.sql", f"CREATE TABLE t{number} (x int){end}")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual({f"t{number}" for number in range(1, 8)}, self.tables())

    def test_copy_data_of_every_kind(self):
        self.same_as_psql("CREATE TABLE a (x text, y text);\n"
                          "COPY a FROM stdin;\n\\.\n"
                          "COPY a FROM stdin DELIMITER '|';\n-- no comment|'\n\\\\.|$$\n\\N|;\n\\.\n"
                          "INSERT INTO a VALUES ('last', ';');\n")

    def test_copy_data_as_csv(self):
        self.apply("CREATE TABLE a (x text, y text);\n"
                   "COPY a (x, y) FROM STDIN WITH (FORMAT csv, HEADER);\nx,y\n\"1;\n2\",é\n\\.\n")
        self.assertEqual([("1;\n2", "é")], self.sql("SELECT x, y FROM a"))

    def test_a_great_deal_of_copy_data(self):
        rows = "".join(f"{n}\t{'é' * 40}\n" for n in range(60000))
        self.apply(f"CREATE TABLE a (x int, y text);\nCOPY a FROM stdin;\n{rows}\\.\nSELECT count(*) FROM a;\n")
        self.assertEqual([(60000, 59999, 40)], self.sql("SELECT count(*), max(x), max(length(y)) FROM a"))

    def test_copy_out_and_many_rows_go_nowhere(self):
        self.apply("COPY (SELECT generate_series(1, 200000)) TO stdout;\n"
                   "SELECT repeat('x', 1000) FROM generate_series(1, 50000);\nCREATE TABLE a (x int);\n")
        self.assertEqual({"a"}, self.tables())

    def test_quotes_of_every_kind(self):
        self.same_as_psql("CREATE TABLE \"odd \"\"; name\" (x text DEFAULT E'\\';', y text DEFAULT 'it''s;');\n"
                          "/* one /* in; */ another; */ CREATE TABLE b$c$d (x text DEFAULT U&'d\\0061t;a');\n"
                          "DO $$ BEGIN PERFORM $q$;$q$; END $$;\n"
                          "CREATE RULE r AS ON INSERT TO b$c$d DO ALSO (SELECT 1; SELECT 2);\n")

    def test_output_of_pg_dump(self):
        if "version mismatch" in self.raw_dump(self.db)[1]:
            script = ("\\restrict abc\nSET client_encoding = 'UTF8';\nSET row_security = off;\n"
                      "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.a (x int);\n"
                      "COPY public.a (x) FROM stdin;\n1\n\\.\n\\unrestrict abc\n")
        else:
            source = self.cluster.url(self.make_database())
            self.execute("CREATE TABLE a (x serial PRIMARY KEY, y text); INSERT INTO a (y) VALUES ('1;'), (E'\\t\\\\');"
                         "CREATE VIEW v AS SELECT y FROM a; CREATE FUNCTION f() RETURNS int LANGUAGE sql "
                         "AS 'SELECT 1;'; COMMENT ON TABLE a IS 'é;'", db=source)
            script = self.raw_dump(source)[0]
        self.same_as_psql(script)
        self.expect(0, "verify", "--db", self.db)

    def raw_dump(self, url):
        done = subprocess.run(["pg_dump", url], text=True, capture_output=True, timeout=60)
        return done.stdout, done.stderr


class DatabaseTest(ScriptTest):
    SETTINGS = {"standard_conforming_strings": "off", "escape_string_warning": "off", "DateStyle": "'SQL, DMY'",
                "TimeZone": "'Asia/Tokyo'", "IntervalStyle": "sql_standard", "bytea_output": "escape",
                "search_path": "'nowhere'", "default_transaction_isolation": "serializable",
                "default_transaction_read_only": "on", "default_transaction_deferrable": "on", "lock_timeout": "1",
                "statement_timeout": "700", "idle_in_transaction_session_timeout": "1", "client_min_messages": "debug1",
                "quote_all_identifiers": "on", "extra_float_digits": "-15", "row_security": "off", "jit": "on",
                "enable_sort": "off", "default_tablespace": "''", "check_function_bodies": "off"}

    def test_hostile_defaults(self):
        for name, value in self.SETTINGS.items():
            self.execute(f"ALTER DATABASE {self.database} SET {name} = {value}",
                         db=self.cluster.url())
        self.write("1_t.up.sql", "CREATE TABLE public.t (x text);\nINSERT INTO public.t VALUES ('a\\'), ('é');\n")
        self.write("1_t.down.sql", "DROP TABLE public.t; -- back\\slash '\n")
        self.write("2_slow.up.sql", "SELECT pg_sleep(1);\n")
        self.write("2_slow.down.sql", "SELECT pg_sleep(1);\n")
        self.expect(0, "apply", "--db", self.db)
        self.expect(0, "verify", "--db", self.db)
        rows = self.expect(0, "status", "migrations", "--json", "--db", self.db).json["migrations"]
        self.assertRegex(rows[0]["applied_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        reset = "SET default_transaction_read_only = off; SET standard_conforming_strings = on; "
        self.assertEqual([("DROP TABLE public.t; -- back\\slash '\n",)],
                         self.sql(reset + "SELECT down_sql FROM lockgate.migration WHERE version = '1'"))
        self.expect(0, "revert", "--all", "--db", self.db)

    def test_another_encoding(self):
        for encoding in ("LATIN1", "SQL_ASCII", "EUC_JP"):
            name = self.make_database(f"ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
            url = self.cluster.url(name)
            text = "日本" if encoding == "EUC_JP" else "éü"
            self.write("1_t.sql", f"CREATE TABLE t (x text);\nINSERT INTO t VALUES ('{text}');\n")
            self.expect(0, "apply", "--db", url)
            self.write("2_bad.sql", f"SELECT '{text}';\nSELECT '{text}' FROM frm;\n")
            error = self.expect(5, "apply", "--json", "--db", url).json["error"]
            self.assertEqual((2, 18), (error["line"], error["column"]), encoding)
            self.assertEqual([(text,)], self.sql("SELECT x FROM t", db=url + "&client_encoding=UTF8"))
            (self.folder / "migrations" / "2_bad.sql").unlink()
            self.expect(0, "verify", "--db", url)

    def test_names_that_must_be_quoted(self):
        name = "Odd \"name' é " + self.database
        quoted = '"' + name.replace('"', '""') + '"'
        self.execute(f"CREATE DATABASE {quoted}")
        self.addCleanup(self.execute, f"DROP DATABASE {quoted} WITH (FORCE)", self.cluster.url())
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        self.expect(0, "apply", "--db",
                    f"host={self.cluster.sockets} port={self.cluster.port} user=postgres dbname='{escaped}'")


class PatienceTest(ScriptTest):
    def setUp(self):
        super().setUp()
        self.execute("CREATE TABLE t (x int)")
        self.holder = self.connect()
        self.holder.cursor().execute("LOCK TABLE t IN ACCESS SHARE MODE")
        self.write("1_t.sql", "CREATE TABLE before (x int);\nALTER TABLE t ADD COLUMN y int;\n")

    def apply_first(self, code, *more):
        return self.expect(code, "apply", "--policy", "first=allow", "--db", self.db, *more)

    def test_a_lock_that_passes_is_waited_for_in_short_turns(self):
        timer = threading.Timer(1.5, self.holder.rollback)
        timer.start()
        self.addCleanup(timer.join)
        self.apply_first(0, "--lock-timeout", "100ms")
        self.assertEqual({"t", "before"}, self.tables())

    def test_a_lock_that_stays_is_named(self):
        self.write("1_t.sql", "-- lockgate: retries=1\nCREATE TABLE before (x int);\nALTER TABLE t ADD COLUMN y int;\n")
        result = self.apply_first(5, "--lock-timeout", "100ms")
        self.assertIn("1_t.sql:3:", result.err)
        self.assertIn("--lock-timeout", result.err)
        self.assertEqual({"t"}, self.tables())

    def test_a_statement_may_take_only_so_long(self):
        self.holder.rollback()
        self.write("1_t.sql", "-- lockgate: statement_timeout=200ms\nSELECT 1;\nSELECT pg_sleep(30);\n")
        result = self.apply_first(5, "--json")
        error = result.json["error"]
        self.assertEqual(("57014", 3), (error["sqlstate"], error["line"]))
