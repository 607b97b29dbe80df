# SPDX-License-Identifier: MIT
"""What Flyway, Liquibase, node-pg-migrate and sqitch have and lockgate's own folders do not."""
from program import ProgramTest

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n"
HEAD = "--liquibase formatted sql\n"


class FlywayTest(ProgramTest):
    def write_all(self):
        self.write("V1__users.sql", USERS)
        self.write("V2__name.sql", "ALTER TABLE users ADD name TEXT;\n")
        self.write("B2__squashed.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n")
        self.write("V3__mail.sql", "ALTER TABLE users ADD mail TEXT;\n")
        self.write("R__names.sql", "DROP VIEW IF EXISTS names; CREATE VIEW names AS SELECT name FROM users;\n")

    def test_baseline_and_repeatable(self):
        self.write_all()
        report = self.expect(0, "apply", "--db", self.db, "--json").json
        self.assertEqual([("baseline", "2"), ("versioned", "3"), ("repeatable", "names")],
                         [(m["kind"], m["version"]) for m in report["applied"]])
        self.write("R__names.sql", "DROP VIEW names; CREATE VIEW names AS SELECT mail FROM users;\n")
        report = self.expect(0, "apply", "--db", self.db, "--json").json
        self.assertEqual(["names"], [m["version"] for m in report["applied"]])

    def test_error_names_the_file_below(self):
        self.write("2026/V1__users.sql", USERS + "\nSELECT nothing;\n")
        self.assertIn("migrations/2026/V1__users.sql:3", self.expect(5, "apply", "--db", self.db).err)

    def test_files_left_out_are_listed(self):
        self.write_all()
        self.write("v4__small.sql", "SELECT broken\n")
        self.write("mysql/V9__other.sql", "SELECT broken\n")
        listed = self.expect(0, "bundle", "--dialect", "sqlite", "-v").err
        self.assertIn("skipped v4__small.sql", listed)
        self.assertIn("skipped mysql", listed)

    def test_settings_beside_the_folder_count(self):
        self.write("V1__users.sql", "CREATE TABLE users (name TEXT DEFAULT '${me}');\n")
        self.assertIn("V1__users.sql:1:40", self.expect(7, "apply", "--db", self.db).err)
        self.write("flyway.toml", "[flyway]\nplaceholderReplacement = false\n", ".")
        self.expect(0, "apply", "--db", self.db)


class LiquibaseTest(ProgramTest):
    def test_new_changesets_move_no_version(self):
        self.write("main.sql", HEAD + f"--changeset ada:1\n{USERS}")
        self.expect(0, "apply", "--db", self.db)
        self.write("main.sql", HEAD + f"--changeset ada:1\n{USERS}"
                   "--changeset ada:2\nALTER TABLE users ADD name TEXT;\n")
        self.write("next.sql", HEAD + "--changeset ada:1\nALTER TABLE users ADD mail TEXT;\n")
        report = self.expect(0, "apply", "--db", self.db, "--json").json
        self.assertEqual(["1.2", "2.1"], [m["version"] for m in report["applied"]])
        self.assertEqual([], report["findings"])

    def test_a_rollback_that_is_edited_is_no_other_change(self):
        text = HEAD + f"--changeset ada:1\n{USERS}--rollback DROP TABLE user;\n"
        self.write("main.sql", text)
        self.expect(0, "apply", "--db", self.db)
        self.write("main.sql", text.replace("user;", "users;"))
        findings = self.expect(0, "verify", "--db", self.db, "--json").json["findings"]
        self.assertEqual({"warn"}, {finding["severity"] for finding in findings})

    def test_notes_are_printed(self):
        self.write("main.sql", HEAD + f"--changeset ada:1 runAlways:true\n{USERS}")
        self.write("raw.sql", USERS)
        notes = self.expect(0, "bundle", "--dialect", "sqlite").err
        self.assertIn("note: migrations/main.sql:2: ", notes)
        self.assertIn("note: migrations/raw.sql:1: ", notes)

    def test_lines_of_a_rollback_keep_their_distance(self):
        self.write("main.sql", HEAD + f"--changeset ada:1\n{USERS}--rollback DROP TABLE users;\n"
                   "-- why\n--rollback DROP TABLE nobody;\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertIn("line 3", self.expect(5, "revert", "--db", self.db, "--all", "--yes").err)


class SqitchTest(ProgramTest):
    def plan(self, *lines):
        self.write("sqitch.plan", "%syntax-version=1.0.0\n%project=flipr\n\n" +
                   "".join(f"{line} 2026-01-01T00:00:00Z Ada <ada@example.com>\n" for line in lines))

    def test_project_is_the_plans(self):
        self.plan("users")
        self.write("deploy/users.sql", f"BEGIN;\n{USERS}COMMIT;\n")
        self.assertEqual("flipr", self.expect(0, "apply", "--db", self.db, "--json").json["project"])
        self.assertEqual([("flipr",)], self.sql("SELECT DISTINCT project FROM lockgate_migration"))
        self.assertEqual("shop", self.expect(0, "bundle", "--project", "shop", "--json", "--dialect", "sqlite",
                                             "-o", "x") and self.expect(0, "inspect", "x", "--json").json["project"])

    def test_reworked_change(self):
        self.plan("users", "@v1", "users [users@v1]")
        self.write("deploy/users@v1.sql", USERS)
        self.write("revert/users@v1.sql", "DROP TABLE users;\n")
        self.write("deploy/users.sql", "ALTER TABLE users ADD name TEXT;\n")
        self.write("revert/users.sql", "ALTER TABLE users DROP name;\n")
        report = self.expect(0, "apply", "--db", self.db, "--json").json
        self.assertEqual(["20260101000000", "20260101000000.1"], [m["version"] for m in report["applied"]])
        self.expect(0, "revert", "--db", self.db, "--project", "flipr", "--all", "--yes")
        self.assertEqual([], self.sql("SELECT name FROM sqlite_schema WHERE name = 'users'"))

    def test_plan_is_checked(self):
        self.plan("users [nobody]")
        self.write("deploy/users.sql", USERS)
        self.assertIn("migrations/sqitch.plan:4", self.expect(7, "apply", "--db", self.db).err)


class NodePgMigrateTest(ProgramTest):
    def test_javascript_is_refused(self):
        self.write("1767225600000_users.sql", f"-- Up Migration\n{USERS}-- Down Migration\n")
        self.write("1767225600001_names.ts", "export const up = () => {}\n")
        result = self.expect(7, "apply", "--db", self.db)
        self.assertIn("1767225600001_names.ts", result.err)
        self.assertIn("--dry-run", result.err)
