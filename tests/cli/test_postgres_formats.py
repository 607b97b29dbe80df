# SPDX-License-Identifier: MIT
"""Folders of other tools on PostgreSQL: what runs outside of a transaction, and where errors are."""
import base64
import hashlib

from postgres import PostgresTest

TABLE = "CREATE TABLE t (x int);\n"
INDEX = "CREATE INDEX CONCURRENTLY t_x ON t (x);\n"

# Each says in its tool's words that the index is built outside of a transaction.
CONCURRENTLY = {
    "dbmate": {"1_t.sql": f"-- migrate:up\n{TABLE}-- migrate:down\n",
               "2_i.sql": f"-- migrate:up transaction:false\n{INDEX}-- migrate:down transaction:false\n"
                          "DROP INDEX CONCURRENTLY t_x;\n"},
    "diesel": {"1_t/up.sql": TABLE, "2_i/up.sql": INDEX, "2_i/down.sql": "DROP INDEX CONCURRENTLY t_x;\n",
               "2_i/metadata.toml": "run_in_transaction = false\n"},
    "flyway": {"V1__t.sql": TABLE, "V2__i.sql": INDEX, "U2__i.sql": "DROP INDEX CONCURRENTLY t_x;\n"},
    "golang-migrate": {"1_t.up.sql": TABLE, "2_i.up.sql": INDEX, "2_i.down.sql": "DROP INDEX CONCURRENTLY t_x;\n"},
    "goose": {"1_t.sql": f"-- +goose Up\n{TABLE}",
              "2_i.sql": f"-- +goose NO TRANSACTION\n-- +goose Up\n{INDEX}-- +goose Down\n"
                         "DROP INDEX CONCURRENTLY t_x;\n"},
    "liquibase": {"1.sql": f"--liquibase formatted sql\n--changeset a:t\n{TABLE}"
                           f"--changeset a:i runInTransaction:false\n{INDEX}"
                           "--rollback DROP INDEX CONCURRENTLY t_x;\n"},
    "prisma": {"1_t/migration.sql": TABLE, "2_i/migration.sql": INDEX,
               "2_i/down.sql": "DROP INDEX CONCURRENTLY t_x;\n"},
    "sqitch": {"sqitch.plan": "%project=app\nt 2026-01-01T00:00:00Z A <a@b>\ni [t] 2026-01-02T00:00:00Z A <a@b>\n",
               "deploy/t.sql": f"BEGIN;\n{TABLE}COMMIT;\n", "deploy/i.sql": f"-- Deploy i\n{INDEX}",
               "revert/i.sql": "DROP INDEX CONCURRENTLY t_x;\n"},
    "sqlx": {"1_t.sql": TABLE, "2_i.up.sql": f"-- no-transaction\n{INDEX}",
             "2_i.down.sql": "-- no-transaction\nDROP INDEX CONCURRENTLY t_x;\n"},
}


def atlas_sum(*files):
    """As Atlas documents it: each line's digest is of all names and contents up to it."""
    running, lines = hashlib.sha256(), []
    for file in files:
        running.update(file.name.encode() + file.read_bytes())
        lines.append((file.name, base64.b64encode(running.digest()).decode()))
    total = hashlib.sha256("".join(map("".join, lines)).encode()).digest()
    return f"h1:{base64.b64encode(total).decode()}\n" + "".join(f"{name} h1:{digest}\n" for name, digest in lines)


class FormatTest(PostgresTest):
    def write_all(self, tool, files):
        for name, text in files.items():
            self.write(name, text, tool)

    def indexes(self, db):
        return [row[0] for row in self.sql("SELECT indexname FROM pg_indexes WHERE tablename = 't'", db=db)]

    def test_indexes_are_built_concurrently(self):
        for tool, files in CONCURRENTLY.items():
            with self.subTest(tool):
                self.write_all(tool, files)
                db = self.cluster.url(self.make_database())
                self.expect(0, "apply", tool, "--db", db, "--format", tool)
                self.assertEqual(["t_x"], self.indexes(db))
                self.expect(0, "revert", "--db", db, "--steps", "1", "--yes")
                self.assertEqual([], self.indexes(db))

    def test_schemas_are_those_of_psql(self):
        function = ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  -- +goose Down\n"
                    "  RETURN 1; -- migrate:down\nEND $$;\n")
        self.psql(script=TABLE + function)
        expected = self.dump()
        for tool, files in {
                "dbmate": {"1_t.sql": f"-- migrate:up\n{TABLE}{function}-- migrate:down\nDROP TABLE t;\n"},
                "goose": {"1_t.sql": f"-- +goose Up\n{TABLE}-- +goose StatementBegin\n{function}"
                                     "-- +goose StatementEnd\n-- +goose Down\nDROP TABLE t;\n"},
                "golang-migrate": {"1_t.up.sql": f"BEGIN;\n{TABLE}{function}COMMIT;\n"}}.items():
            with self.subTest(tool):
                self.write_all(tool, files)
                db = self.cluster.url(self.make_database())
                self.expect(0, "apply", tool, "--db", db, "--format", tool)
                self.assertEqual(expected, self.dump(db))

    def test_errors_have_the_line_of_the_file(self):
        wrong = "CREATE TABLE u (x int);\nSELECT nobody;\n"
        for tool, name, text, line in (
                ("dbmate", "1_t.sql", f"-- why\n-- migrate:up\n{wrong}-- migrate:down\n", 4),
                ("goose", "1_t.sql", f"-- +goose Up\n\n{wrong}-- +goose Down\n", 4),
                ("golang-migrate", "1_t.up.sql", f"-- why\nBEGIN;\n{wrong}COMMIT;\n", 4),
                ("diesel", "1_t/up.sql", wrong, 2),
                ("prisma", "1_t/migration.sql", f"BEGIN; {wrong}COMMIT;\n", 2)):
            with self.subTest(tool):
                self.write(name, text, tool)
                result = self.expect(5, "apply", tool, "--db", self.db, "--format", tool)
                self.assertIn(f"{tool}/{name}:{line}:8: ", result.err)
                self.assertEqual(set(), self.tables())

    def test_atlas_says_which_runs_outside_of_a_transaction(self):
        self.expect(0, "new", "t", "atlas", "--format", "atlas")
        self.expect(0, "new", "i", "atlas")
        table, index = sorted((self.folder / "atlas").glob("*.sql"))
        table.write_text(TABLE)
        index.write_text(f"-- atlas:txmode none\n\n{INDEX}")
        self.assertIn("was edited", self.expect(7, "apply", "atlas", "--db", self.db).err)
        self.write("atlas.sum", atlas_sum(table, index), "atlas")
        self.expect(0, "apply", "atlas", "--db", self.db)
        self.assertEqual(["t_x"], self.indexes(self.db))
