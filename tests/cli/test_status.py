# SPDX-License-Identifier: MIT
"""`status`: the state of each migration, with and without a source."""
from program import ProgramTest

USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x');\n"
LOGS = "CREATE TABLE logs (id INTEGER);\n"


class StatusTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_users.sql", USERS)
        self.write("2_logs.sql", LOGS)

    def applied(self):
        self.expect(0, "apply", "--db", self.db)

    def states(self, *more):
        document = self.expect(0, "status", *more, "--db", self.db, "--json").json
        return {m["version"]: m["state"] for m in document["migrations"]}

    def test_states(self):
        self.assertEqual({"1": "pending", "2": "pending"}, self.states("migrations"))
        self.applied()
        self.write("3_more.sql", LOGS)
        (self.folder / "migrations" / "2_logs.sql").unlink()
        self.assertEqual({"1": "applied", "2": "missing", "3": "pending"}, self.states("migrations"))
        self.assertEqual({"1": "applied", "2": "applied"}, self.states())

    def test_exit_code(self):
        self.expect(0, "status", "migrations", "--db", self.db)
        self.expect(1, "status", "migrations", "--db", self.db, "--exit-code")
        self.applied()
        self.expect(0, "status", "migrations", "--db", self.db, "--exit-code")
        self.write("1_users.sql", USERS.replace("'x'", "'y'"))
        self.expect(0, "status", "migrations", "--db", self.db)
        self.expect(1, "status", "migrations", "--db", self.db, "--exit-code")

    def test_seeds_count_only_when_asked(self):
        self.applied()
        self.write("seeds/1_s.sql", "SELECT 1;\n")
        self.assertEqual({"1": "applied", "2": "applied"}, self.states("migrations"))
        self.expect(1, "status", "migrations", "--db", self.db, "--with-seeds", "--exit-code")

    def test_changed_repeatable_is_pending(self):
        self.write("v.repeat.sql", "SELECT 1;\n")
        self.applied()
        self.write("v.repeat.sql", "SELECT 2;\n")
        self.assertEqual("pending", self.states("migrations")["v"])

    def test_adopted_and_running_are_shown(self):
        self.expect(0, "adopt", "--to", "1", "--db", self.db)
        self.write("2_logs.sql", "-- lockgate: transaction=off\nSELECT 1;\nSELECT nope;\n")
        self.expect(5, "apply", "--db", self.db)
        document = self.expect(0, "status", "--db", self.db, "--json").json
        self.assertEqual([("1", "applied", "baseline"), ("2", "running", None)],
                         [(m["version"], m["state"], m["adopted_from"]) for m in document["migrations"]])
        text = self.expect(0, "status", "--db", self.db).out
        self.assertIn("adopted", text)
        self.assertIn("running", text)
