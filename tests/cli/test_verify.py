# SPDX-License-Identifier: MIT
"""The gate's answers: every finding that SQLite can show, its exit code, and what lets it pass."""
import hashlib

from program import ProgramTest

USERS = "-- users\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x');\n"
LOGS = "CREATE TABLE logs (id INTEGER);\n"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class GateTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_users.sql", USERS)
        self.write("2_logs.sql", LOGS)

    def applied(self):
        self.expect(0, "apply", "--db", self.db)

    def verify(self, code, *more):
        return self.expect(code, "verify", "migrations", "--db", self.db, "--json", *more)

    def only_finding(self, code, *more):
        findings = self.verify(code, *more).json["findings"]
        self.assertEqual(1, len(findings), findings)
        return findings[0]

    def tables(self):
        return {row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")}


class ContentTest(GateTest):
    def test_equal_is_no_finding(self):
        self.applied()
        self.assertEqual([], self.codes(self.verify(0)))

    def test_crlf_and_bom_are_the_same_content(self):
        self.applied()
        self.write("1_users.sql", "\ufeff" + USERS.replace("\n", "\r\n"))
        self.assertEqual([], self.codes(self.verify(0)))

    def test_crlf_first_lf_later(self):
        self.write("1_users.sql", USERS.replace("\n", "\r\n"))
        self.applied()
        self.write("1_users.sql", USERS)
        self.assertEqual([], self.codes(self.verify(0)))

    def test_comment_edit_warns(self):
        self.applied()
        self.write("1_users.sql", USERS.replace("-- users", "-- the users, commented /* anew */"))
        finding = self.only_finding(0)
        self.assertEqual(("comment-changed", "warn", "1"),
                         (finding["code"], finding["severity"], finding["version"]))
        self.assertEqual("migrations/1_users.sql", finding["file"])
        self.verify(1, "--policy", "cosmetic=block")
        self.assertEqual([], self.codes(self.verify(0, "--policy", "cosmetic=allow")))

    def test_changed_literal_blocks_and_shows_both_hashes(self):
        self.applied()
        changed = USERS.replace("'x'", "'y'")
        self.write("1_users.sql", changed)
        finding = self.only_finding(1)
        self.assertEqual(("checksum-changed", "block", "1", "users", "versioned", "migrations/1_users.sql"),
                         tuple(finding[k] for k in ("code", "severity", "version", "name", "kind", "file")))
        for text in (digest(USERS), digest(changed)):
            self.assertIn(text, finding["message"])
        self.assertIn("waivers.txt", finding["hint"])
        shown = self.expect(1, "verify", "--db", self.db)
        self.assertIn("checksum-changed", shown.out + shown.err)
        self.assertIn("migrations/1_users.sql", shown.out + shown.err)
        self.expect(1, "apply", "--db", self.db)
        self.expect(1, "plan", "--db", self.db)

    def test_blank_inside_a_literal_counts(self):
        self.applied()
        self.write("1_users.sql", USERS.replace("'x'", "'x '"))
        self.assertEqual("checksum-changed", self.only_finding(1)["code"])

    def test_commented_out_code_counts(self):
        self.write("1_users.sql", USERS + "CREATE TABLE more (a);\n")
        self.applied()
        self.write("1_users.sql", USERS + "/* CREATE TABLE more (a); */\n")
        self.assertEqual("checksum-changed", self.only_finding(1)["code"])

    def test_refused_apply_changes_nothing(self):
        self.applied()
        self.write("1_users.sql", USERS.replace("'x'", "'y'"))
        self.write("3_more.sql", "CREATE TABLE more (a);\n")
        before = (self.folder / "app.db").read_bytes()
        self.expect(1, "apply", "--db", self.db)
        self.assertEqual(before, (self.folder / "app.db").read_bytes())

    def test_waiver_accepts_exactly_its_pair(self):
        self.applied()
        changed = USERS.replace("'x'", "'y'")
        self.write("1_users.sql", changed)
        self.write("waivers.txt", f"# reviewed\nchecksum 1 {digest(USERS)} {digest(changed)} reviewed by Ada\n")
        self.assertEqual([], self.codes(self.verify(0)))
        self.write("1_users.sql", USERS.replace("'x'", "'z'"))
        self.assertEqual("checksum-changed", self.only_finding(1)["code"])
        self.write("1_users.sql", changed)
        self.write("3_more.sql", "CREATE TABLE more (a);\n")
        self.expect(0, "apply", "--db", self.db)
        events = self.sql("SELECT version, detail FROM lockgate_event WHERE what = 'waived'")
        self.assertEqual(1, len(events))
        self.assertIn("reviewed by Ada", events[0][1])
        # The history keeps what was really run.
        self.assertEqual([(digest(USERS),)],
                         self.sql("SELECT content_sha256 FROM lockgate_migration WHERE version = '1'"))

    def test_waiver_travels_in_the_bundle(self):
        self.applied()
        changed = USERS.replace("'x'", "'y'")
        self.write("1_users.sql", changed)
        self.write("waivers.txt", f"checksum 1 {digest(USERS)} {digest(changed)} reviewed\n")
        self.expect(0, "bundle", "--dialect", "sqlite", "-o", "b.lockgate")
        self.expect(0, "verify", "b.lockgate", "--db", self.db)

    def test_malformed_waiver_names_its_line(self):
        self.write("waivers.txt", "# one\nchecksum 1 abc\n")
        self.assertIn("migrations/waivers.txt:2", self.expect(7, "verify", "--db", self.db).err)

    def test_down_changed(self):
        self.write("1_users.down.sql", "DROP TABLE users;\n")
        self.applied()
        self.write("1_users.down.sql", "DROP TABLE IF EXISTS users;\n")
        finding = self.only_finding(0)
        self.assertEqual(("down-changed", "warn"), (finding["code"], finding["severity"]))
        self.verify(1, "--policy", "down=block")
        self.assertEqual([], self.codes(self.verify(0, "--policy", "down=allow")))
        (self.folder / "migrations" / "1_users.down.sql").unlink()
        self.assertEqual("down-changed", self.only_finding(0)["code"])

    def test_renamed(self):
        self.applied()
        (self.folder / "migrations" / "1_users.sql").rename(self.folder / "migrations" / "1_people.sql")
        finding = self.only_finding(0)
        self.assertEqual(("renamed", "warn"), (finding["code"], finding["severity"]))
        self.assertIn("users", finding["message"])


class OrderTest(GateTest):
    def test_out_of_order(self):
        self.applied()
        self.write("1.5_between.sql", "CREATE TABLE between_them (a);\n")
        finding = self.only_finding(1)
        self.assertEqual(("out-of-order", "block", "1.5"),
                         (finding["code"], finding["severity"], finding["version"]))
        self.assertEqual("warn", self.only_finding(0, "--policy", "order=warn")["severity"])
        self.assertEqual([], self.codes(self.verify(0, "--policy", "order=allow")))
        self.write("waivers.txt", "order 1.5 a late branch\n")
        self.assertEqual([], self.codes(self.verify(0)))
        self.applied()
        self.assertIn("between_them", self.tables())

    def test_versions_are_numbers(self):
        self.write("10_ten.sql", "CREATE TABLE ten (a);\n")
        self.write("0009_nine.sql", "CREATE TABLE nine (a);\n")
        done = self.expect(0, "apply", "--db", self.db, "--json").json["applied"]
        self.assertEqual(["1", "2", "0009", "10"], [item["version"] for item in done])

    def test_removed_and_its_waiver(self):
        self.applied()
        (self.folder / "migrations" / "1_users.sql").unlink()
        finding = self.only_finding(1)
        self.assertEqual(("removed", "block", "1"), (finding["code"], finding["severity"], finding["version"]))
        self.verify(0, "--policy", "removed=warn")
        self.write("waivers.txt", "removed 1 squashed long ago\n")
        self.assertEqual([], self.codes(self.verify(0)))

    def test_ahead_warns(self):
        self.applied()
        (self.folder / "migrations" / "2_logs.sql").unlink()
        finding = self.only_finding(0)
        self.assertEqual(("database-ahead", "warn", "2"),
                         (finding["code"], finding["severity"], finding["version"]))
        self.verify(1, "--policy", "ahead=block")
        self.expect(0, "apply", "--db", self.db)

    def test_contracted_blocks(self):
        self.write("3_drop.sql", "-- lockgate: phase=contract\nDROP TABLE logs;\n")
        self.applied()
        (self.folder / "migrations" / "3_drop.sql").unlink()
        finding = self.only_finding(1)
        self.assertEqual(("contracted", "block", "3"), (finding["code"], finding["severity"], finding["version"]))

    def test_removed_is_by_position_not_by_version(self):
        self.applied()
        self.write("1.5_late.sql", "CREATE TABLE late (a);\n")
        self.expect(0, "apply", "--db", self.db, "--policy", "order=allow")
        (self.folder / "migrations" / "1.5_late.sql").unlink()
        self.assertEqual("database-ahead", self.only_finding(0)["code"])

    def test_pending_policy(self):
        self.assertEqual(2, self.verify(0).json["pending"])
        self.assertEqual("pending", self.only_finding(1, "--policy", "pending=block")["code"])
        self.applied()
        self.verify(0, "--policy", "pending=block")


class WholeTest(GateTest):
    def test_unmanaged_names_the_tool_and_the_way(self):
        self.execute("CREATE TABLE things (a)")
        finding = self.only_finding(1)
        self.assertEqual("unmanaged", finding["code"])
        self.assertIn("things", finding["message"])
        self.assertIn("adopt", finding["hint"])
        self.execute("CREATE TABLE SequelizeMeta (name TEXT)")
        finding = self.only_finding(1)
        self.assertIn("SequelizeMeta", finding["message"])
        self.assertIn("sequelize", finding["message"])
        self.expect(1, "apply", "--db", self.db)
        self.assertNotIn("users", self.tables())
        self.expect(0, "apply", "--db", self.db, "--policy", "first=allow")
        self.assertIn("users", self.tables())
        self.verify(0)

    def test_first_block_even_when_empty(self):
        self.assertEqual("unmanaged", self.only_finding(1, "--policy", "first=block")["code"])
        self.applied()
        self.verify(0, "--policy", "first=block")

    def test_wrong_project_then_two_projects(self):
        self.applied()
        self.write("1_other.sql", "CREATE TABLE other (a);\n", "second")
        result = self.expect(1, "verify", "second", "--db", self.db, "--project", "second", "--json")
        self.assertEqual(["wrong-project"], self.codes(result))
        self.assertIn("app", result.json["findings"][0]["message"])
        self.expect(0, "apply", "second", "--db", self.db, "--project", "second", "--policy", "first=allow")
        self.verify(0)
        self.expect(0, "verify", "second", "--db", self.db, "--project", "second")
        self.assertEqual([("app", 2), ("second", 1)],
                         self.sql("SELECT project, count(*) FROM lockgate_migration GROUP BY 1 ORDER BY 1"))

    def test_two_scopes(self):
        self.write("1_row.sql", "CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1);\n", "scoped")
        self.expect(0, "apply", "scoped", "--db", self.db, "--scope", "north")
        self.expect(0, "apply", "scoped", "--db", self.db, "--scope", "south", "--policy", "first=allow")
        self.expect(0, "apply", "scoped", "--db", self.db, "--scope", "south")
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM t"))
        self.assertEqual([("north",), ("south",)], self.sql("SELECT scope FROM lockgate_migration ORDER BY 1"))

    def test_wrong_engine(self):
        self.expect(0, "bundle", "--dialect", "postgres", "-o", "pg.lockgate")
        result = self.expect(1, "verify", "pg.lockgate", "--db", self.db, "--json")
        self.assertEqual(["wrong-engine"], self.codes(result))
        self.expect(1, "apply", "pg.lockgate", "--db", self.db)
        self.assertFalse((self.folder / "app.db").exists() and "users" in self.tables())

    def test_plan_token(self):
        token = self.verify(0).json["plan_token"]
        self.assertEqual(token, self.expect(0, "plan", "--db", self.db, "--json").json["plan_token"])
        self.write("3_more.sql", "CREATE TABLE more (a);\n")
        result = self.expect(1, "apply", "--db", self.db, "--plan-token", token, "--json")
        self.assertEqual(["plan-changed"], self.codes(result))
        (self.folder / "migrations" / "3_more.sql").unlink()
        self.expect(1, "apply", "--db", self.db, "--plan-token", token, "--policy", "order=allow")
        self.expect(0, "apply", "--db", self.db, "--plan-token", token)
        self.assertIn("logs", self.tables())
        # Nothing is left to be approved: a repeated job passes.
        self.expect(0, "apply", "--db", self.db, "--plan-token", token)

    def test_plan_shows_the_exact_sql(self):
        plan = self.expect(0, "plan", "--db", self.db).out
        self.assertIn(USERS, plan)
        self.assertIn(LOGS, plan)
        self.assertLess(plan.index(USERS), plan.index(LOGS))
        self.assertFalse((self.folder / "app.db").exists())
        self.assertEqual(plan, self.expect(0, "apply", "--db", self.db, "--dry-run").out)
        self.assertFalse((self.folder / "app.db").exists())

    def test_reading_commands_do_not_create_the_file(self):
        for command in (["verify"], ["plan"], ["status"], ["status", "migrations"], ["lock"],
                        ["revert", "--dry-run"]):
            self.expect(0, *command, "--db", self.db)
            self.assertEqual(["migrations"], sorted(p.name for p in self.folder.iterdir()), command)

    def test_verify_without_database(self):
        self.expect(0, "verify", "--no-db")
        self.write("3_bad.sql", "CREATE TABLE 'open;\n")
        self.assertIn("migrations/3_bad.sql:1:", self.expect(7, "verify", "--no-db").err)
