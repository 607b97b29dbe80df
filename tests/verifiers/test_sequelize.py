# SPDX-License-Identifier: MIT
"""Sequelize and Umzug folders, compiled with their own libraries and held against what those do themselves."""
import json
import os
import pathlib

from program import ProgramTest
from sequelize_project import Project

USERS = """    await queryInterface.createTable('Users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      name: { type: Sequelize.STRING, allowNull: false, defaultValue: "O'Hara" },
      kind: Sequelize.ENUM('a', 'b'), createdAt: Sequelize.DATE, updatedAt: Sequelize.DATE });"""


class SequelizeTest(Project, ProgramTest):
    def setUp(self):
        super().setUp()
        self.make_project()

    def bundle(self, code=0, *options, env=None):
        return self.expect(code, "bundle", "--dialect", "sqlite", "-o", "app.lockgate", *options, env=env)

    def script(self, version, env=None):
        plan = self.expect(0, "plan", "app.lockgate", "--db", "sqlite:none.db").out
        parts = {part.split()[0] if part.split() else "": part for part in plan.split("-- ") if " of " not in part[:9]}
        return plan, parts

    def test_same_schema_and_rows_as_sequelize_cli(self):
        self.migration("20240101120000-create-users.js", USERS + """
    await queryInterface.bulkInsert('Users', [{ name: 'x', createdAt: new Date(2024, 0, 5), updatedAt: null }]);""",
                       "    await queryInterface.dropTable('Users');")
        self.migration("20240102120000-more.js", """
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn('Users', 'mail', { type: Sequelize.TEXT }, { transaction });
      await queryInterface.renameColumn('Users', 'mail', 'email', { transaction });
      await queryInterface.changeColumn('Users', 'kind', { type: Sequelize.TEXT, allowNull: true }, { transaction });
      await queryInterface.addIndex('Users', ['email'], { unique: true, transaction });
      await queryInterface.sequelize.query('UPDATE Users SET email = $1, kind = :k WHERE name = $2'.replace(':k', '$3'),
        { bind: ["a'b$1", 'x', 7], transaction });
      await queryInterface.sequelize.query('UPDATE Users SET kind = ? WHERE id = ?', { replacements: ['?', 1], transaction });
    });""", "    await queryInterface.removeColumn('Users', 'email');")
        self.sequelize_cli("db:migrate", connection={"dialect": "sqlite", "storage": "theirs.db"}, env={"TZ": "UTC"})
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", "sqlite:ours.db")
        schema = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'Users' ORDER BY name"
        self.assertEqual(self.sql(schema, db="theirs.db"), self.sql(schema, db="ours.db"))
        self.assertEqual(3, len(self.sql(schema, db="ours.db")) + 1)
        rows = "SELECT * FROM Users"
        self.assertEqual(self.sql(rows, db="theirs.db"), self.sql(rows, db="ours.db"))
        self.expect(0, "revert", "--db", "sqlite:ours.db", "--all", "--yes")
        self.assertEqual([], self.sql(schema, db="ours.db"))

    def test_equal_input_makes_equal_ids(self):
        self.migration("20240101120000-chance.js", USERS + """
    const crypto = require('node:crypto');
    await queryInterface.bulkInsert('Users', [1, 2].map(() => ({
      name: crypto.randomUUID() + Math.random() + crypto.randomBytes(3).toString('hex'), createdAt: new Date(Date.now()) })));
""")
        first = self.bundle().out
        self.assertEqual(first, self.bundle(env={"TZ": "America/New_York"}).out)
        plan, _ = self.script("20240101120000")
        self.assertIn("'2024-01-01 12:00:00.000 +00:00'", plan)

    def test_umzug_context_and_modules(self):
        self.write("package.json", '{"private": true, "type": "module"}', folder=".")
        self.write("2024.01.01T12.00.00.users.js", "export const up = async ({ name, context }) => {\n"
                   "  await context.createTable('users', { id: { type: 'INTEGER', primaryKey: true } });\n"
                   "  await context.sequelize.query(\"INSERT INTO users VALUES (1)\");\n};\n"
                   "export const down = async ({ context: queryInterface }) => queryInterface.dropTable('users');\n")
        self.write("2024.01.02T12.00.00.plain.cjs", "exports.up = ({ context: { sequelize } }) => "
                   "sequelize.getQueryInterface().addColumn('users', 'at', 'TEXT');\n")
        self.umzug("""
import { Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
const sequelize = new Sequelize({ dialect: 'sqlite', storage: 'theirs.db', logging: false });
const umzug = new Umzug({ migrations: { glob: 'migrations/*.*js' }, context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize }), logger: undefined });
await umzug.up();
""")
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", "sqlite:ours.db")
        schema = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'users'"
        self.assertEqual(self.sql(schema, db="theirs.db"), self.sql(schema, db="ours.db"))
        versions = self.sql("SELECT version, name FROM lockgate_migration ORDER BY position", db="ours.db")
        self.assertEqual([("2024.01.01.12.00.00", "users"), ("2024.01.02.12.00.00", "plain")], versions)

    def test_rc_file_names_folders_configuration_and_seeds(self):
        self.write(".sequelizerc", "const path = require('path');\nmodule.exports = {\n"
                   "  config: path.resolve('conf.js'), 'migrations-path': path.resolve('src', 'changes'),\n"
                   "  'seeders-path': path.resolve('src', 'rows') };\n", folder=".")
        self.write("conf.js", "module.exports = { production: { dialect: 'sqlite', define: { underscored: true } } };",
                   folder=".")
        self.migration("20240101120000-users.js", USERS, folder="src/changes")
        self.migration("20240102120000-demo.js",
                       "    await queryInterface.bulkInsert('Users', [{ name: 'demo' }]);", folder="src/rows")
        result = self.bundle(0, ".", env={"NODE_ENV": "production"})
        self.assertNotIn("note:", result.err)
        manifest = self.expect(0, "inspect", "app.lockgate", "--manifest").out
        self.assertIn("migration seed 20240102120000 demo\n", manifest)
        self.assertIn("file=src%2Fchanges%2F20240101120000-users.js compiled=production", manifest)
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual([], self.sql("SELECT name FROM Users"))
        self.expect(0, "apply", "app.lockgate", "--db", self.db, "--with-seeds")
        self.assertEqual([("demo",)], self.sql("SELECT name FROM Users"))

    def test_a_seed_that_cannot_be_compiled_is_left_out(self):
        self.migration("20240101120000-users.js", USERS)
        self.migration("20240101120000-demo.js", """
    const [users] = await queryInterface.sequelize.query('SELECT id FROM Users');
    await queryInterface.bulkInsert('Users', [{ name: String(users.length) }]);""", folder="seeders")
        self.migration("20240102120000-good.js", "    await queryInterface.bulkInsert('Users', [{ name: 'x' }]);",
                       folder="seeders")
        result = self.bundle()
        self.assertIn("note: migrations/seeds/20240101120000-demo.js:5: this seed is left out: what it does depends on "
                      "rows of 'Users'", result.err)
        self.expect(0, "apply", "app.lockgate", "--db", self.db, "--with-seeds")
        self.assertEqual([("x",)], self.sql("SELECT name FROM Users"))

    def test_what_depends_on_data_is_refused_with_its_line(self):
        self.migration("20240101120000-users.js", USERS)
        self.migration("20240102120000-data.js", """
    const [rows] = await queryInterface.sequelize.query('SELECT id FROM Users');
    for (const row of rows)
      await queryInterface.bulkDelete('Users', { id: row.id });""")
        self.migration("20240103120000-file.js", """
    const text = require('fs').readFileSync(__filename, 'utf8');
    await queryInterface.bulkInsert('Users', [{ name: text.slice(0, 1) }]);""")
        self.migration("20240104120000-unread.js",
                       "    await queryInterface.sequelize.query('SELECT id FROM Users');\n"
                       "    await queryInterface.addColumn('Users', 'a', Sequelize.TEXT);")
        result = self.bundle(7)
        self.assertIn("migrations/20240102120000-data.js:5: 2 migrations cannot be compiled, the first: ", result.err)
        self.assertIn("note: migrations/20240102120000-data.js:5: what it does depends on rows of 'Users'", result.err)
        self.assertIn("note: migrations/20240103120000-file.js:5: what it does depends on files (fs.readFileSync)",
                      result.err)
        self.assertIn("recorded 20240102120000 REASON", result.err)
        self.assertFalse((self.folder / "app.lockgate").exists())

        self.write("waivers.txt", "recorded 20240102120000 no rows\nadopted-only 20240103120000 done\n")
        self.bundle()
        refused = self.expect(1, "apply", "app.lockgate", "--db", self.db, "--json")
        self.assertEqual(["adopted-only"], self.codes(refused))
        self.write("waivers.txt", "recorded 20240102120000 no rows\nrecorded 20240103120000 the text is fixed\n")
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual([("'",)], self.sql("SELECT name FROM Users"))

    def test_ids_that_the_database_chose_are_data(self):
        """Whatever way an id takes: here it is 1, and where others were before, it is another one."""
        self.migration("20240101120000-users.js", USERS + """
    await queryInterface.createTable('Posts', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      user: Sequelize.INTEGER, text: Sequelize.TEXT });""")
        define = """
    const options = { timestamps: false };
    const User = queryInterface.sequelize.define('User', { name: Sequelize.STRING }, options);
    const Post = queryInterface.sequelize.define('Post', { user: Sequelize.INTEGER, text: Sequelize.TEXT }, options);
"""
        cases = {
            "    const user = await User.create({ name: 'a' });": "user.id",
            "    const user = User.build({ name: 'a' }); await user.save();": "user.id",
            "    const [user] = await User.bulkCreate([{ name: 'a' }]);": "user.id",
            "    const id = await queryInterface.bulkInsert('Users', [{ name: 'a' }]);": "id",
        }
        for text, user in cases.items():
            with self.subTest(text):
                self.migration("20240102120000-rows.js", define + text + "\n    await Post.create({ text: 'x' });")
                self.bundle()
                self.migration("20240102120000-rows.js", define + text +
                               f"\n    await Post.create({{ user: {user}, text: JSON.stringify([{user} + 1]) }});")
                result = self.bundle(7)
                self.assertIn("20240102120000-rows.js:8: ", result.err)
                self.assertIn("what it does depends on what this statement returns", result.err)
        self.write("waivers.txt", "recorded 20240102120000 nobody was there before\n")
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual([(1, "[2]")], self.sql("SELECT user, text FROM Posts"))

    def test_network_and_programs_are_stopped(self):
        cases = {
            "network": "await fetch('http://127.0.0.1:4999/');",
            "program": "require('child_process').execSync('touch ran');",
            "end": "process.exit(1);",
            "writing": "require('fs').writeFileSync('ran', '');",
            "own": "const own = new Sequelize.Sequelize({ dialect: 'sqlite', storage: 'ran', logging: false });"
                   "await own.query('CREATE TABLE a (b)');",
        }
        words = {"network": "it uses the network (net.connect)",
                 "program": "it starts or ends a process (child_process.execSync)",
                 "end": "it starts or ends a process (process.exit)",
                 "writing": "it changes files (fs.writeFileSync)", "own": "it changes files (fs.mkdirSync)"}
        for name, text in cases.items():
            with self.subTest(name):
                self.migration("20240101120000-x.js", "    try { " + text + " } catch { }")
                result = self.bundle(7)
                self.assertIn("migrations/20240101120000-x.js:4: ", result.err)
                self.assertIn(words[name], result.err)
                self.assertNotIn("recorded 2024", result.err)
                self.assertFalse((self.folder / "ran").exists())

    def test_failures_name_file_and_line(self):
        cases = {
            "await queryInterface.addColumn('Nobody', 'a', Sequelize.TEXT);": "no such table: Nobody",
            "throw new Error('not this way');": "not this way",
            "await queryInterface.sequelize.query(\"PRAGMA user_version = 1; BEGIN; ROLLBACK\");": "'ROLLBACK' controls",
            "try { await queryInterface.dropTable('x y'); await queryInterface.sequelize.query('nonsense'); } catch {}":
                "a statement fails (SQLITE_ERROR: near \"nonsense\"",
            "const t = await queryInterface.sequelize.transaction(); await t.rollback();": "it rolls back",
            "await queryInterface.sequelize.transaction();": "it rolls back",
        }
        for text, message in cases.items():
            with self.subTest(text):
                self.migration("20240101120000-x.js", "\n    " + text)
                result = self.bundle(7)
                self.assertIn("migrations/20240101120000-x.js:5: ", result.err)
                self.assertIn(message, result.err)
        self.migration("20240101120000-x.js", "    process.reallyExit(3);")
        self.assertIn("the compiler ended by itself", self.bundle(7).err)
        for text, message in (("module.exports = {};\n", "exports no function up"),
                              ("\nmodule.exports = {\n", "fails on the scratch database: Unexpected")):
            self.write("20240101120000-x.js", text)
            self.assertIn(message, self.bundle(7, "--format", "sequelize").err)
            self.assertIn("is no SQL", self.bundle(7).err)

    def test_forgotten_await_is_waited_for(self):
        self.migration("20240101120000-users.js", """
    queryInterface.createTable('a', { id: Sequelize.INTEGER }).then(() =>
      queryInterface.addColumn('a', 'b', Sequelize.TEXT));""")
        self.migration("20240102120000-more.js", "    await queryInterface.addColumn('a', 'c', Sequelize.TEXT);")
        result = self.bundle()
        self.assertIn("note: migrations/20240101120000-users.js:5: it does not await this statement", result.err)
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual(["id", "b", "c"], [row[1] for row in self.sql("PRAGMA table_info(a)")])
        self.migration("20240103120000-stray.js", "\n    queryInterface.addColumn('none', 'c', Sequelize.TEXT);")
        self.assertIn("migrations/20240103120000-stray.js:5: ", self.bundle(7).err)

    def test_environment_counts_and_is_recorded(self):
        self.migration("20240101120000-users.js", """
    if (process.env.NODE_ENV === 'test') return;""" + USERS)
        self.bundle(env={"NODE_ENV": "test"})
        manifest = self.expect(0, "inspect", "app.lockgate", "--manifest").out
        self.assertRegex(manifest, r"size=0 .* compiled=test ")
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.bundle(env={"NODE_ENV": "production"})
        self.migration("20240102120000-next.js", "    await queryInterface.createTable('b', { id: Sequelize.INTEGER });")
        self.bundle(env={"NODE_ENV": "production"})
        result = self.expect(0, "verify", "app.lockgate", "--db", self.db, "--json")
        self.assertEqual(["recompiled"], self.codes(result))

    def test_edits_of_applied_files(self):
        path = self.migration("20240101120000-users.js", USERS, "    await queryInterface.dropTable('Users');")
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        text = path.read_text()
        self.migration("20240102120000-next.js", "    await queryInterface.createTable('b', { id: Sequelize.INTEGER });")
        for change, code, expected in (("// the beginning\n" + text, 0, ["comment-changed"]),
                                       (text.replace("'b'", "'c'"), 1, ["checksum-changed"]),
                                       (text.replace("\n", "\r\n"), 0, [])):
            path.write_bytes(change.encode())
            self.bundle()
            result = self.expect(code, "verify", "app.lockgate", "--db", self.db, "--json")
            self.assertEqual(expected, self.codes(result))

    def test_downs_that_cannot_be_compiled_are_left_out(self):
        self.migration("20240101120000-users.js", USERS, "    throw new Error('no way back');")
        self.migration("20240102120000-more.js", "    await queryInterface.addColumn('Users', 'a', Sequelize.TEXT);",
                       "\n    const all = await queryInterface.sequelize.query('SELECT * FROM Users');\n    all.map(String);")
        self.write("20240103120000-no-down.js", "exports.up = async (q) => { await q.removeColumn('Users', 'a'); };\n")
        result = self.bundle()
        self.assertIn("20240101120000-users.js:10: its down is left out, for it fails on the scratch database: no way back",
                      result.err)
        self.assertIn("20240102120000-more.js:8: its down is left out: what it does depends on rows of 'Users'", result.err)
        inspect = self.expect(0, "inspect", "app.lockgate", "--json").json
        self.assertEqual([None] * 3, [migration["down"] for migration in inspect["migrations"]])

    def test_downs_of_object_literals_are_found(self):
        self.write("20240101120000-a.js", "module.exports = {\n  up: function (q, S) { return q.createTable('a', { b: S.TEXT }) },\n"
                   "  down: function (q) { return q.dropTable('a') }\n}\n")
        self.bundle(0, "--format", "sequelize")
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.expect(0, "revert", "--db", self.db, "--yes")

    def test_names_and_orders(self):
        self.migration("20240101120000-b.js", USERS)
        self.migration("20240101120000-c.js", "    await queryInterface.addColumn('Users', 'c', Sequelize.TEXT);")
        self.bundle()
        inspect = self.expect(0, "inspect", "app.lockgate", "--json").json
        self.assertEqual(["20240101120000", "20240101120000.1"], [one["version"] for one in inspect["migrations"]])
        self.migration("9-late.js", "    await queryInterface.addColumn('Users', 'd', Sequelize.TEXT);")
        self.assertIn("'20240101120000-c.js' runs before '9-late.js'", self.bundle(7).err)
        (self.folder / "migrations" / "9-late.js").unlink()
        self.write("helper.js", "exports.x = 1;\n")
        self.assertIn("migrations/helper.js: 'helper.js' does not begin with a number", self.bundle(7).err)
        (self.folder / "migrations" / "helper.js").unlink()
        self.write("20240105120000-typed.ts", "export async function up() {}\n")
        self.assertIn("'20240105120000-typed.ts' is TypeScript", self.bundle(7).err)

    def test_new_writes_in_the_manner_of_the_folder(self):
        self.migration("20240101120000-users.js", USERS)
        path = self.folder / self.expect(0, "new", "add_mail").out.strip()
        self.assertRegex(path.name, r"^20\d{12}-add_mail\.js$")
        self.assertIn("async up(queryInterface, Sequelize)", path.read_text())
        self.bundle()
        self.write("package.json", '{"type": "module"}', folder=".")
        self.write("001_a.mjs", "export const up = async ({ context }) => {};\n", folder="other")
        path = self.folder / self.expect(0, "new", "b", "other").out.strip()
        self.assertEqual("002_b.mjs", path.name)
        self.assertIn("export async function up({ context: queryInterface })", path.read_text())
        self.bundle(0, "other")
        self.write("2024.01.31T12.00.00.a.cjs", "exports.up = async ({ context }) => {};\n", folder="umzug")
        path = self.folder / self.expect(0, "new", "b", "umzug").out.strip()
        self.assertRegex(path.name, r"^20\d\d\.\d\d\.\d\dT\d\d\.\d\d\.\d\d\.b\.cjs$")
        self.bundle(0, "umzug")

    def test_a_project_without_its_rc_file_is_no_empty_folder(self):
        self.migration("20240101120000-users.js", USERS, folder="src/migrations")
        result = self.bundle(7, "src")
        self.assertIn("no migration is in the folder, but 'migrations' holds some", result.err)

    def test_sequelize_7(self):
        self.write("20240101120000-users.cjs", """const { DataTypes } = require('@sequelize/core');
exports.up = async (queryInterface) => {
  await queryInterface.createTable('users', { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.STRING });
  await queryInterface.sequelize.transaction((transaction) => queryInterface.sequelize.query(
    "INSERT INTO users VALUES ($id, $name)", { bind: { id: 1, name: "O'Hara" }, transaction }));
};
exports.down = (queryInterface) => queryInterface.dropTable('users');
""")
        (self.folder / "node_modules").unlink()
        (self.folder / "node_modules").mkdir()
        for name in ("@sequelize", "sqlite3"):
            (self.folder / "node_modules" / name).symlink_to(
                pathlib.Path(os.environ["VERIFIERS"]) / "peers" / "node_modules" / name)
        self.bundle()
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        self.assertEqual([(1, "O'Hara")], self.sql("SELECT * FROM users"))
        self.expect(0, "revert", "--db", self.db, "--yes")

    def test_configuration_that_cannot_be_read_is_an_error(self):
        """Without it the SQL would be another one: here, other names of columns."""
        self.migration("20240101120000-users.js", USERS)
        self.write("config.js", "require('not-there');", folder="config")
        self.write(".sequelizerc", "module.exports = { config: 'config/config.js' };", folder=".")
        self.assertIn("its configuration cannot be read: Cannot find module 'not-there'", self.bundle(3).err)
        self.write(".sequelizerc", "module.exports = { config: path.resolve('config', 'config.js') };", folder=".")
        self.assertIn(".sequelizerc cannot be read: path is not defined", self.bundle(3).err)

    def test_what_is_missing_is_said(self):
        self.migration("20240101120000-users.js", USERS)
        (self.folder / "node_modules").unlink()
        self.assertIn("the project's own package 'sequelize' is not installed", self.bundle(3).err)
        without = self.bundle(3, env={"PATH": "/nowhere"})
        self.assertIn("cannot start 'node'", without.err)
        self.assertIn("Node.js 18 or newer", without.err)
        self.assertIn("--scratch-db", self.expect(2, "bundle", "--dialect", "postgres").err)

    def test_no_variable_of_ours_reaches_the_project(self):
        self.migration("20240101120000-users.js", USERS + """
    if (Object.keys(process.env).some((name) => name.startsWith('LOCKGATE_'))) throw new Error('seen');
    console.log('::set-output name=x::y');""")
        result = self.bundle(env={"LOCKGATE_SCOPE": "main", "LOCKGATE_WEBHOOK_SECRET": "whsec_AAAA"})
        self.assertNotIn("set-output", result.out + result.err)
        self.assertEqual(1, json.loads(self.bundle(0, "--json").out)["migrations"])
