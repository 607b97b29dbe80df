# SPDX-License-Identifier: MIT
"""Folders of other tools: packed, applied, reverted, and gone on with in their own way."""
from program import ProgramTest

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n"
POSTS = "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n"

# Two migrations of each tool, the second with a down script where the tool has them.
FOLDERS = {
    "atlas": {
        "20260101000000_users.sql": USERS,
        "20260102000000_posts.sql": POSTS,
        "atlas.sum": "h1:9xSrTXQU6Zps37GFSVnefh5rfWKPwPyc6CWYX1zVQHE=\n"
                     "20260101000000_users.sql h1:BdpWaIugDPtlKafsjt59hy61UWOrHTbgcITtyKp8o3U=\n"
                     "20260102000000_posts.sql h1:8VMGhjLpUfCjPZc1NXqBxfOA4g9AqULuyu4ZG6mIWRs=\n",
    },
    "dbmate": {
        "20260101000000_users.sql": f"-- migrate:up transaction:true\n{USERS}\n-- migrate:down\nDROP TABLE users;\n",
        "20260102000000_posts.sql": f"-- migrate:up\n{POSTS}\n-- migrate:down\nDROP TABLE posts;\n",
    },
    "diesel": {
        "2026-01-01-000000_users/up.sql": USERS,
        "2026-01-02-000000_posts/up.sql": POSTS,
        "2026-01-02-000000_posts/down.sql": "DROP TABLE posts;\n",
        "2026-01-02-000000_posts/metadata.toml": "run_in_transaction = true\n",
    },
    "flyway": {
        "V1__users.sql": USERS,
        "more/V1_1__posts.sql": POSTS,
        "more/V1_1__posts.sql.conf": "executeInTransaction=true\n",
        "U1.1__posts.sql": "DROP TABLE posts;\n",
    },
    "golang-migrate": {
        "000001_create users.up.sql": f"BEGIN;\n{USERS}COMMIT;\n",
        "000002_create posts.up.sql": POSTS,
        "000002_create posts.down.sql": "DROP TABLE posts;\n",
    },
    "goose": {
        "00001_users.sql": f"-- +goose Up\n{USERS}",
        "00002_posts.sql": f"-- +goose Up\n{POSTS}\n-- +goose Down\nDROP TABLE posts;\n",
    },
    "liquibase": {
        "v1/001-users.sql": f"--liquibase formatted sql\n--changeset ada:users\n{USERS}",
        "v1/002-posts.sql": "--liquibase formatted sql\n--changeset ada:mine dbms:oracle\nSELECT 1 FROM dual;\n"
                            f"--changeset ada:posts\n{POSTS}--rollback DROP TABLE\n--rollback posts;\n",
    },
    "node-pg-migrate": {
        "1767225600000_users.sql": f"-- Up Migration\n{USERS}-- Down Migration\nDROP TABLE users;\n",
        "1767312000000_posts.sql": f"-- Down Migration\nDROP TABLE posts;\n-- Up Migration\n{POSTS}",
    },
    "prisma": {
        "migration_lock.toml": 'provider = "sqlite"\n',
        "20260101000000_users/migration.sql": USERS,
        "20260102000000_posts/migration.sql": POSTS,
        "20260102000000_posts/down.sql": "DROP TABLE posts;\n",
    },
    "sqitch": {
        "sqitch.plan": "%syntax-version=1.0.0\n%project=app\n\n"
                       "users 2026-01-01T00:00:00Z Ada <ada@example.com>\n"
                       "parts/posts [users] 2026-01-01T00:00:00Z Ada <ada@example.com> # Posts.\n",
        "deploy/users.sql": f"-- Deploy users\nBEGIN;\n{USERS}COMMIT;\n",
        "deploy/parts/posts.sql": POSTS,
        "revert/parts/posts.sql": "BEGIN;\nDROP TABLE posts;\nCOMMIT;\n",
        "verify/users.sql": "SELECT id FROM users;\n",
    },
    "sqlx": {
        "1_users.sql": f"-- no-transaction\n{USERS}",
        "2_posts.up.sql": POSTS,
        "2_posts.down.sql": "DROP TABLE posts;\n",
    },
}


class FormatTest(ProgramTest):
    def tables(self, db):
        return {row[0] for row in self.sql(
            "SELECT name FROM sqlite_schema WHERE name IN ('users', 'posts')", db=db)}

    def write_folder(self, tool):
        for name, text in FOLDERS[tool].items():
            self.write(name, text, tool)
        return tool

    def apply(self, folder, *more):
        return self.expect(0, "apply", folder, "--db", f"sqlite:{folder}.db", "--json", *more).json

    def test_recognised_folders_are_applied(self):
        for tool in FOLDERS:
            with self.subTest(tool):
                report = self.apply(self.write_folder(tool))
                self.assertEqual(2, len(report["applied"]))
                self.assertEqual({"users", "posts"}, self.tables(f"{tool}.db"))
                self.assertEqual([], self.apply(tool)["applied"])

    def test_naming_the_format_makes_the_same_bundle(self):
        for tool in FOLDERS:
            with self.subTest(tool):
                folder = self.write_folder(tool)
                arguments = ("bundle", folder, "-o", "x.lockgate", "--dialect", "sqlite", "--json")
                self.assertEqual(self.expect(0, *arguments).json["bundle_id"],
                                 self.expect(0, *arguments, "--format", tool).json["bundle_id"])
                self.expect(0, "verify", "x.lockgate", "--no-db")

    def test_down_scripts_revert(self):
        for tool in FOLDERS:
            if tool == "atlas":
                continue
            with self.subTest(tool):
                self.apply(self.write_folder(tool))
                self.expect(0, "revert", "--db", f"sqlite:{tool}.db", "--steps", "1", "--yes")
                self.assertEqual({"users"}, self.tables(f"{tool}.db"))

    def test_new_goes_on_with_the_folder(self):
        for tool in FOLDERS:
            with self.subTest(tool):
                self.apply(self.write_folder(tool))
                created = self.expect(0, "new", "add_tags", tool).out.split()
                self.assertTrue(created and all((self.folder / path).is_file() for path in created), created)
                report = self.apply(tool)
                # Liquibase has an author, too.
                self.assertEqual(["add_tags"], [m["name"].removeprefix("lockgate_") for m in report["applied"]])

    def test_files_keep_their_names_in_messages(self):
        self.write("2026-01-01-000000_users/up.sql", f"{USERS}\nDROP TABLE nobody;\n")
        result = self.expect(5, "apply", "--db", self.db)
        self.assertIn("migrations/2026-01-01-000000_users/up.sql:3", result.err)
        self.write("00001_users.sql", f"-- +goose Up\n{USERS}\nDROP TABLE nobody;\n-- +goose Down\n", "goose")
        self.assertIn("goose/00001_users.sql:4", self.expect(5, "apply", "goose", "--db", "sqlite:g.db").err)

    def test_what_atlas_has_not_summed_is_refused(self):
        self.write_folder("atlas")
        self.write("20260101000000_users.sql", USERS + "-- late\n", "atlas")
        result = self.expect(7, "apply", "atlas", "--db", "sqlite:atlas.db")
        self.assertIn("atlas/20260101000000_users.sql", result.err)
        self.assertIn("was edited", result.err)
        self.assertFalse((self.folder / "atlas.db").exists())
        self.expect(7, "new", "x", "atlas")

    def test_what_is_not_carried_over_is_refused(self):
        for tool, name, text, place in (
                ("goose", "00003_x.go", "package x\n", "00003_x.go"),
                ("goose", "00003_x.sql", "-- +goose Up\n-- +goose ENVSUB ON\n", "00003_x.sql:2"),
                ("dbmate", "20260103000000_x.sql", "-- migrate:up x:y\n", "20260103000000_x.sql:1"),
                ("prisma", "migration_lock.toml", 'provider = "mysql"\n', "migration_lock.toml:1"),
                ("diesel", "2026-01-01-000000_users/metadata.toml", "\nx\n", "metadata.toml:2")):
            with self.subTest(tool):
                self.write(name, text, self.write_folder(tool))
                result = self.expect(7, "bundle", tool, "--dialect", "sqlite")
                self.assertIn(f"{place}", result.err)
                self.assertIn("  -> ", result.err)
                (self.folder / tool / name).unlink()

    def test_own_transactions_are_refused_with_the_format_that_takes_them_off(self):
        self.write("1_users.up.sql", f"BEGIN;\n{USERS}COMMIT;\n")
        result = self.expect(7, "apply", "--db", self.db)
        self.assertIn("migrations/1_users.up.sql:1:1: 'BEGIN'", result.err)
        self.assertIn("--format golang-migrate", result.err)
        self.expect(0, "apply", "--db", self.db, "--format", "golang-migrate")

    def test_a_folder_for_each_engine(self):
        for tool in FOLDERS:
            with self.subTest(tool):
                for name, text in FOLDERS[tool].items():
                    self.write(name, text, f"both/{tool}/sqlite")
                self.write("1_a.up.sql", "SELECT now();\n", f"both/{tool}/postgres")
                self.assertEqual(2, len(self.expect(
                    0, "apply", f"both/{tool}", "--db", f"sqlite:both-{tool}.db", "--json").json["applied"]))

    def test_late_migrations_are_renamed_where_files_have_versions(self):
        self.write_folder("goose")
        for name, text in FOLDERS["goose"].items():
            self.write(name, text, "base")
        self.write("00003_x.sql", "-- +goose Up\nSELECT 1;\n", "base")
        self.write("00003_y.sql", "-- +goose Up\nSELECT 2;\n", "goose")
        self.expect(0, "rebase", "goose", "--base", "base", "--dialect", "sqlite")
        self.assertTrue((self.folder / "goose" / "00004_y.sql").exists())

    def test_folders_with_versions_are_not_renamed(self):
        for tool, first, second in (("diesel", "2026-01-03-000000_x/up.sql", "2026-01-03-000000_y/up.sql"),
                                    ("prisma", "20260103000000_x/migration.sql", "20260103000000_y/migration.sql")):
            with self.subTest(tool):
                self.write_folder(tool)
                for name, text in FOLDERS[tool].items():
                    self.write(name, text, f"base-{tool}")
                self.write(first, "SELECT 1;\n", f"base-{tool}")
                self.write(second, "SELECT 2;\n", tool)
                result = self.expect(1, "rebase", tool, "--base", f"base-{tool}", "--dialect", "sqlite")
                self.assertIn(second, result.err)
                self.assertIn("by hand", result.err)
                self.assertTrue((self.folder / tool / second).exists())
