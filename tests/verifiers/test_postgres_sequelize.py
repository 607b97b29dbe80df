# SPDX-License-Identifier: MIT
"""Sequelize folders on a real PostgreSQL: what sequelize-cli does to one database, and lockgate to another."""
import signal
import time

from postgres import PostgresTest, query
from sequelize_project import Project

USERS = """
    await queryInterface.sequelize.query('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"');
    await queryInterface.createTable('Users', {
      id: { type: Sequelize.UUID, primaryKey: true, defaultValue: Sequelize.literal('uuid_generate_v4()') },
      name: { type: Sequelize.STRING, allowNull: false }, kind: Sequelize.ENUM('a', "it's"),
      tags: Sequelize.ARRAY(Sequelize.TEXT), data: Sequelize.JSONB, createdAt: Sequelize.DATE });"""


class SequelizeTest(Project, PostgresTest):
    def setUp(self):
        super().setUp()
        self.make_project()
        self.scratch = {"LOCKGATE_SCRATCH_DB": self.cluster.url(self.make_database())}

    def bundle(self, code=0, *options):
        return self.expect(code, "bundle", "-o", "app.lockgate", *options, env=self.scratch)

    def connection(self, database):
        server = dict(part.split("=", 1) for part in self.cluster.url(database).split("?", 1)[1].split("&"))
        return {"dialect": "postgres", "host": server["host"], "port": int(server["port"]), "username": server["user"],
                "database": database}

    def scratches(self):
        return query(self.cluster.url(), "SELECT datname FROM pg_database WHERE datname LIKE 'lockgate_scratch_%'")

    def test_same_schema_and_rows_as_sequelize_cli(self):
        self.migration("20240101120000-users.js", USERS, "    await queryInterface.dropTable('Users');\n"
                       "    await queryInterface.sequelize.query('DROP TYPE \"enum_Users_kind\"');")
        self.migration("20240102120000-more.js", """
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.sequelize.query("SELECT set_config('my.name', 'local', true)", { transaction });
      await queryInterface.addColumn('Users', 'mail', { type: Sequelize.TEXT, defaultValue: 'x\\\\y' }, { transaction });
      await queryInterface.changeColumn('Users', 'mail', { type: Sequelize.STRING(20), allowNull: false }, { transaction });
      await queryInterface.renameColumn('Users', 'mail', 'email', { transaction });
      await queryInterface.addConstraint('Users', { type: 'unique', fields: ['email'], name: 'one', transaction });
      await queryInterface.bulkInsert('Users', [{ id: '8a2b5f0e-1f5e-4a57-9b53-6d3f4b9c0a11', name: 'x', tags: ['a', "b'"],
        email: 'x\\\\y', data: JSON.stringify({ a: [1] }), createdAt: new Date(Date.UTC(2024, 0, 5)) }], { transaction });
      await queryInterface.sequelize.query(
        'UPDATE "Users" SET name = $1 || current_setting($2), data = $3, tags = $4, "createdAt" = $5 WHERE email = $6',
        { bind: ["o'\\\\", 'my.name', { b: null }, ['c"', 'd,'], new Date(Date.UTC(2024, 0, 6)), 'x\\\\y'], transaction });
    });""", "    await queryInterface.removeColumn('Users', 'email');")
        self.migration("20240103120000-index.js", """
    await queryInterface.addIndex('Users', ['name'], { concurrently: true, name: 'by_name' });
    await queryInterface.sequelize.query("ALTER TYPE \\"enum_Users_kind\\" ADD VALUE 'c'");
    await queryInterface.sequelize.query("UPDATE \\"Users\\" SET kind = 'c'");""",
                       "    await queryInterface.removeIndex('Users', 'by_name', { concurrently: true });")
        theirs = self.make_database()
        self.sequelize_cli("db:migrate", connection=self.connection(theirs))
        first = self.bundle().out
        self.assertEqual(first, self.bundle().out)
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual(self.dump(self.cluster.url(theirs)).replace('"SequelizeMeta"', ""), self.with_meta(self.db))
        rows = 'SELECT * FROM "Users"'
        self.assertEqual(self.sql(rows, db=self.cluster.url(theirs)), self.sql(rows))
        self.assertEqual("c", self.sql('SELECT kind::text FROM "Users"')[0][0])
        self.assertRegex(self.expect(0, "inspect", "app.lockgate", "--manifest").out,
                         r"file=20240103120000-index.js compiled= transaction=off")
        self.expect(0, "revert", "--db", self.db, "--to", "20240101120000", "--yes")
        self.assertEqual([], self.scratches())

    def with_meta(self, url):
        query(url, 'CREATE TABLE "SequelizeMeta" (name character varying(255) NOT NULL PRIMARY KEY)')
        text = self.dump(url).replace('"SequelizeMeta"', "")
        query(url, 'DROP TABLE "SequelizeMeta"')
        return text

    def test_what_the_scratch_database_holds_is_there_and_stays(self):
        scratch = self.scratch["LOCKGATE_SCRATCH_DB"]
        query(scratch, "CREATE SCHEMA prepared; CREATE TABLE prepared.kinds (id int PRIMARY KEY)")
        before = self.dump(scratch)
        self.migration("20240101120000-users.js",
                       "    await queryInterface.sequelize.query('CREATE TABLE a (b int REFERENCES prepared.kinds)');")
        self.bundle()
        self.assertEqual(before, self.dump(scratch))

    def test_a_scratch_database_in_use_is_named(self):
        self.migration("20240101120000-users.js", USERS)
        session = self.connect(self.scratch["LOCKGATE_SCRATCH_DB"])
        result = self.bundle(3)
        self.assertIn("is being accessed by other users", result.err)
        self.assertIn("nobody else may be connected", result.err)
        session.close()
        self.scratch["LOCKGATE_SCRATCH_DB"] = "postgres://nobody:s3cret@127.0.0.1:1/none"
        result = self.bundle(3)
        self.assertIn("the folder cannot be compiled", result.err)
        self.assertNotIn("s3cret", result.err)

    def test_a_failure_leaves_no_database_behind(self):
        self.migration("20240101120000-users.js",
                       USERS + "\n    await queryInterface.addColumn('Nobody', 'a', Sequelize.TEXT);")
        result = self.bundle(7)
        self.assertIn('migrations/20240101120000-users.js:10: ', result.err)
        self.assertIn('relation "public.Nobody" does not exist', result.err)
        self.assertEqual([], self.scratches())
        for text, message in (("process.exit(0);", "it starts or ends a process (process.exit)"),
                              ("setTimeout(() => { throw new Error('too late'); });\n"
                               "    await new Promise((resolve) => { setTimeout(resolve, 20); });", "too late")):
            with self.subTest(text):
                self.migration("20240101120000-users.js", "    " + text)
                result = self.bundle(7)
                self.assertIn("migrations/20240101120000-users.js:4: ", result.err)
                self.assertIn(message, result.err)
                self.assertEqual([], self.scratches())

    def test_what_differs_each_time_is_refused(self):
        """Else equal files would make another bundle each time, and one of the wrong database."""
        ask = "    const [[row]] = await queryInterface.sequelize.query('SELECT %s AS it');\n    " \
              "await queryInterface.sequelize.query(`COMMENT ON SCHEMA public IS '${row.it}'`);"
        cases = {
            ask % "now()": "20240101120000-x.js:4: '20240101120000-x.js' cannot be compiled: what it does depends on "
                           "what now returns, which is not the same twice",
            ask % "gen_random_uuid()": "what gen_random_uuid returns",
            "    const [[row]] = await queryInterface.sequelize.query('SELECT current_database() AS it');\n"
            "    await queryInterface.sequelize.query(`ALTER DATABASE \"${row.it}\" SET work_mem = '8MB'`);":
                "20240101120000-x.js:5: '20240101120000-x.js' cannot be compiled: what it does depends on the database's name",
            "    await queryInterface.sequelize.query("
            "`COMMENT ON DATABASE \"${queryInterface.sequelize.config.database}\" IS 'x'`);": "the database's name",
        }
        for text, message in cases.items():
            with self.subTest(text):
                self.migration("20240101120000-x.js", text)
                self.assertIn(message, self.bundle(7).err)
        self.migration("20240101120000-x.js", USERS + "\n    await queryInterface.sequelize.query('SELECT now()');\n"
                       "    await queryInterface.describeTable('Users'); await queryInterface.showAllTables();")
        self.bundle()

    def test_a_signal_ends_it_in_good_order(self):
        self.migration("20240101120000-users.js",
                       "    await queryInterface.sequelize.query('SELECT pg_sleep(600)');")
        process = self.start("bundle", "-o", "app.lockgate", env=self.scratch)
        deadline = time.monotonic() + 60
        while not query(self.cluster.url(), "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' "
                        "AND datname LIKE 'lockgate_scratch_%' AND state = 'active'"):
            self.assertLess(time.monotonic(), deadline)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(130, process.returncode, err)
        self.assertEqual(b"", out)
        self.assertEqual([], self.scratches())
        self.assertFalse((self.folder / "app.lockgate").exists())

    def test_a_statement_that_fails_later_has_the_line_of_the_javascript(self):
        self.migration("20240101120000-users.js", USERS)
        self.migration("20240102120000-more.js", """
    await queryInterface.addColumn('Users', 'a', Sequelize.TEXT);
    await queryInterface.sequelize.query(`
      ALTER TABLE "Users"
        ADD CONSTRAINT c CHECK (name <> 'bad')`);""")
        self.bundle()
        self.execute('CREATE EXTENSION "uuid-ossp"; CREATE TABLE "Users" (id int, name text); '
                     "INSERT INTO \"Users\" VALUES (1, 'bad')")
        self.expect(0, "adopt", "app.lockgate", "--db", self.db, "--to", "20240101120000", "--yes")
        result = self.expect(5, "apply", "app.lockgate", "--db", self.db, "--json")
        self.assertEqual(("20240102120000-more.js", 6), (result.json["error"]["file"], result.json["error"]["line"]))
        self.assertEqual("23514", result.json["error"]["sqlstate"])
