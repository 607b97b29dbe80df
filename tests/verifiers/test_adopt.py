# SPDX-License-Identifier: MIT
"""Databases that the real tools have migrated: lockgate takes them over, goes on, and they see nothing pending."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from postgres import PostgresTest  # noqa: E402
from program import ProgramTest  # noqa: E402
from sequelize_project import PEERS, Project  # noqa: E402


class PeerTest:
    """Mixed into a test: runs a tool of the peers in the test's folder."""

    def peer(self, program, *arguments, code=0, env=None):
        command = ["node", PEERS / program] if str(program).endswith(("js", "sequelize")) else [PEERS / program]
        result = subprocess.run([*command, *map(str, arguments)], cwd=self.folder, env=self.environment(env), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        self.assertEqual(code, result.returncode, result.stdout)
        return result.stdout

    def adopt(self, tool, *more):
        report = self.expect(0, "adopt", *more, "--from", tool, "--keep-in-step", "--db", self.db, "--json").json
        self.assertEqual(["unproven"], self.codes_of(report))
        return [item["version"] for item in report["applied"]]

    @staticmethod
    def codes_of(report):
        return [finding["code"] for finding in report["findings"]]

    def apply_next(self, *source):
        self.expect(0, "verify", *source, "--db", self.db)
        self.assertEqual(1, len(self.expect(0, "apply", *source, "--db", self.db, "--json").json["applied"]))


def sequelize_migration(table):
    return (f"    await queryInterface.createTable('{table}', {{ id: {{ type: Sequelize.INTEGER, primaryKey: true }} }});",
            f"    await queryInterface.dropTable('{table}');")


class SequelizeCliTest(Project, PeerTest, ProgramTest):
    """Its own folder, compiled: the bundle knows every file by its name."""

    def setUp(self):
        super().setUp()
        self.make_project()
        self.connection = {"dialect": "sqlite", "storage": "app.db"}
        for number, table in ((1, "users"), (2, "posts")):
            self.migration(f"2024010{number}120000-{table}.js", *sequelize_migration(table))

    def cli(self, *arguments):
        return self.sequelize_cli(*arguments, connection=self.connection)

    def bundle(self):
        self.expect(0, "bundle", "--dialect", self.connection["dialect"], "-o", "app.lockgate", env=self.scratch())

    def scratch(self):
        return {}

    def test_taken_over_and_in_step(self):
        self.cli("db:migrate")
        self.migration("20240103120000-likes.js", *sequelize_migration("likes"))
        self.bundle()
        self.assertEqual(["20240101120000", "20240102120000"], self.adopt("sequelize", "app.lockgate"))
        self.apply_next("app.lockgate")
        self.assertNotIn("down ", self.cli("db:migrate:status"))
        self.assertIn("up 20240103120000-likes.js", self.cli("db:migrate:status"))
        self.assertIn("No migrations were executed", self.cli("db:migrate"))
        # What sequelize-cli undoes is gone from its table; lockgate knows of it when it is told.
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertIn("down 20240103120000-likes.js", self.cli("db:migrate:status"))


class PostgresSequelizeCliTest(SequelizeCliTest, PostgresTest):
    def setUp(self):
        super().setUp()
        server = dict(part.split("=", 1) for part in self.db.split("?", 1)[1].split("&"))
        self.connection = {"dialect": "postgres", "host": server["host"], "port": int(server["port"]),
                           "username": server["user"], "database": self.database}

    def scratch(self):
        return {"LOCKGATE_SCRATCH_DB": self.cluster.url(self.make_database())}


UMZUG = """
import { Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
const sequelize = new Sequelize({ dialect: 'sqlite', storage: 'app.db', logging: false });
const umzug = new Umzug({ migrations: { glob: 'migrations/*.*js' }, context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize, timestamps: true }), logger: undefined });
if (process.env.UP) await umzug.up();
console.log('pending: ' + (await umzug.pending()).map(m => m.name).join(' '));
"""


class UmzugTest(Project, PeerTest, ProgramTest):
    def step(self, name, table):
        self.write(name, f"export const up = ({{ context }}) => context.createTable('{table}', {{ a: 'INTEGER' }});\n"
                         f"export const down = ({{ context }}) => context.dropTable('{table}');\n")

    def test_taken_over_and_in_step(self):
        self.make_project()
        self.write("package.json", '{"private": true, "type": "module"}', folder=".")
        self.step("2024.01.01T12.00.00.users.js", "users")
        self.step("2024.01.02T12.00.00.plain.mjs", "plain")
        self.assertEqual("pending: \n", self.umzug(UMZUG, env={"UP": "1"}))
        self.step("2024.01.03T12.00.00.more.js", "more")
        self.expect(0, "bundle", "--dialect", "sqlite", "-o", "app.lockgate")
        self.assertEqual(2, len(self.adopt("sequelize", "app.lockgate")))
        self.assertEqual("pending: 2024.01.03T12.00.00.more.js\n", self.umzug(UMZUG))
        self.apply_next("app.lockgate")
        self.assertEqual("pending: \n", self.umzug(UMZUG))
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertEqual("pending: 2024.01.03T12.00.00.more.js\n", self.umzug(UMZUG))


class KnexTest(Project, PeerTest, PostgresTest):
    """Its migrations are written anew as SQL: the files are called the same."""

    def knex(self, *arguments):
        return self.peer("knex/bin/cli.js", *arguments)

    def test_taken_over_and_in_step(self):
        self.make_project()
        self.write("knexfile.js", "module.exports = { client: 'pg', connection: %r, migrations: { directory: 'theirs' } };"
                   % self.tcp_url, folder=".")
        for number, name in enumerate(("users", "posts", "likes"), 1):
            self.write(f"{number}_{name}.js", f"exports.up = k => k.schema.createTable('{name}', t => t.increments());\n"
                       f"exports.down = k => k.schema.dropTable('{name}');\n", folder="theirs")
            self.write(f"{number}_{name}.up.sql", f"CREATE TABLE {name} (id serial);\n")
            self.write(f"{number}_{name}.down.sql", f"DROP TABLE {name};\n")
        self.knex("migrate:up")
        self.knex("migrate:up")
        self.assertEqual(["1", "2"], self.adopt("knex"))
        self.apply_next()
        self.assertIn("No Pending Migration", self.knex("migrate:list"))
        self.assertIn("Already up to date", self.knex("migrate:latest"))
        self.assertEqual([(3,)], self.sql("SELECT batch FROM knex_migrations WHERE name = '3_likes.js'"))
        # The other way round: knex takes its newest batch back, which is the one of lockgate.
        self.assertIn("Batch 3 rolled back: 1 migrations", self.knex("migrate:rollback"))
        self.knex("migrate:latest")
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertIn("3_likes.js", self.knex("migrate:list").split("Found 1 Pending")[1])


class NodePgMigrateTest(Project, PeerTest, PostgresTest):
    def npgm(self, *arguments):
        return self.peer("node-pg-migrate/bin/node-pg-migrate.js", *arguments, "-m", "theirs",
                         env={"DATABASE_URL": self.tcp_url})

    def test_taken_over_and_in_step(self):
        self.make_project()
        for number, name in enumerate(("users", "posts", "likes"), 1):
            stem = f"170000000000{number}_{name}"
            self.write(f"{stem}.js", f"exports.up = pgm => pgm.createTable('{name}', {{ id: 'id' }});\n"
                       f"exports.down = pgm => pgm.dropTable('{name}');\n", folder="theirs")
            self.write(f"{stem}.up.sql", f"CREATE TABLE {name} (id serial);\n")
            self.write(f"{stem}.down.sql", f"DROP TABLE {name};\n")
        self.npgm("up", "2")
        self.assertEqual(["1700000000001", "1700000000002"], self.adopt("node-pg-migrate"))
        self.apply_next()
        self.assertIn("No migrations to run", self.npgm("up"))
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertIn("1700000000003_likes", self.npgm("up"))


class DbmateTest(PeerTest, ProgramTest):
    """The very folder."""

    def dbmate(self, *arguments, code=0):
        return self.peer("@dbmate/linux-x64/bin/dbmate", "-d", "migrations", "--no-dump-schema", *arguments, code=code,
                         env={"DATABASE_URL": self.address()})

    def address(self):
        return "sqlite:app.db"

    def step(self, number, name):
        self.write(f"2024010{number}000000_{name}.sql",
                   f"-- migrate:up\nCREATE TABLE {name} (id int);\n\n-- migrate:down\nDROP TABLE {name};\n")

    def test_taken_over_and_in_step(self):
        self.step(1, "users")
        self.step(2, "posts")
        self.dbmate("up")
        self.step(3, "likes")
        self.assertEqual(["20240101000000", "20240102000000"], self.adopt("dbmate", "--format", "dbmate"))
        self.expect(0, "apply", "--format", "dbmate", "--db", self.db)
        self.assertIn("Pending: 0", self.dbmate("status", "--exit-code"))
        self.expect(0, "revert", "--db", self.db, "--yes")
        self.assertIn("[ ] 20240103000000_likes.sql", self.dbmate("status", "--exit-code", code=1))
        self.dbmate("up")


class PostgresDbmateTest(DbmateTest, PostgresTest):
    def address(self):
        return self.tcp_url.split("?")[0] + "?sslmode=disable"


if __name__ == "__main__":
    unittest.main()
