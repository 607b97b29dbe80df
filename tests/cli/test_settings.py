# SPDX-License-Identifier: MIT
"""lockgate.ini: what it may hold, which of several values wins, and errors with their line."""
from program import ProgramTest


class SettingsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n", "db/changes")

    def settings(self, text, name="lockgate.ini"):
        self.write(name, text, ".")

    def refused(self, text, *words):
        self.settings(text)
        result = self.expect(2, "verify", "--db", self.db)
        for word in words:
            self.assertIn(word, result.err)

    def test_source_target_and_project(self):
        self.settings(f"; ours\nsource = db/changes\n[lockgate]\ndb = {self.db}\nproject = shop\n")
        report = self.expect(0, "apply", "--json").json
        self.assertEqual(("shop", "db/changes"), (report["project"], report["bundle"]["source"]))
        self.assertEqual([("shop",)], self.sql("SELECT project FROM lockgate_migration"))

    def test_precedence(self):
        self.settings(f"source = db/changes\ndb = {self.db}\nproject = from-settings\n")

        def project(*more, **env):
            return self.expect(0, "verify", "--json", *more, env=env).json["project"]

        self.assertEqual("from-settings", project())
        self.write("value", "from-file\n", ".")
        self.assertEqual("from-file", project(LOCKGATE_PROJECT_FILE="value"))
        self.assertEqual("from-variable", project(LOCKGATE_PROJECT="from-variable"))
        self.assertEqual("from-flag", project("--project", "from-flag", LOCKGATE_PROJECT="from-variable"))

    def test_settings_come_before_database_url(self):
        self.settings("source = db/changes\ndb = sqlite:settings.db\n")
        self.expect(0, "apply", env={"DATABASE_URL": "sqlite:generic.db"})
        self.assertTrue((self.folder / "settings.db").exists())
        self.assertFalse((self.folder / "generic.db").exists())

    def test_config_names_another_file(self):
        self.settings("nonsense in here\n")
        self.settings(f"source = db/changes\ndb = {self.db}\n", "other.ini")
        self.expect(0, "verify", "--config", "other.ini")
        self.assertIn("nowhere.ini", self.expect(2, "verify", "--config", "nowhere.ini").err)

    def test_policy(self):
        self.settings(f"source = db/changes\ndb = {self.db}\n[policy]\npending = block\n")
        self.assertEqual(["pending"], self.codes(self.expect(1, "verify", "--json")))
        # A flag wins over the file.
        self.expect(0, "verify", "--policy", "pending=allow")
        self.refused("[policy]\norder = warn\ncolour = red\n", "lockgate.ini:3", "colour")
        self.refused("[policy]\norder = maybe\n", "lockgate.ini:2")

    def test_errors_have_their_line(self):
        self.refused("source = db/changes\nprojcet = shop\n", "lockgate.ini:2", "projcet", "project")
        self.refused("source = x\n[lockgat]\nproject = shop\n", "lockgate.ini:3", "lockgat")
        self.refused("project = a\nproject = b\n", "lockgate.ini:2", "twice")
        self.refused("\n\njust words\n", "lockgate.ini:3")
        self.refused("lock-wait = soon\n", "lockgate.ini:1", "soon")
        self.refused("yes = true\n", "lockgate.ini:1")
        self.refused("with-seeds = perhaps\n", "lockgate.ini:1")

    def test_empty_section_that_is_unknown(self):
        self.settings("source = db/changes\n[nothing]\n")
        self.expect(0, "verify", "--db", self.db)

    def test_long_line_is_refused(self):
        self.refused("project = " + "a" * 300 + "\n", "lockgate.ini:1", "longer")

    def test_passwords_are_refused(self):
        for url in ("postgres://u:hunter2@host/db", "host=h password=hunter2", "host=h password = 'hunter2'",
                    "postgres://h/d?password=hunter2", "postgres://h/d?sslpassword=hunter2", "sslpassword=hunter2",
                    "postgres://h/d?p%61ssword=hunter2", "postgres://h/d?%70%41ssword%3D=x&pass%77ord=hunter2"):
            self.settings(f"source = db/changes\n\ndb = {url}\n")
            result = self.expect(2, "verify")
            self.assertIn("lockgate.ini:3", result.err)
            self.assertIn("LOCKGATE_DB", result.err)
            self.assertNotIn("hunter2", result.out + result.err)

    def test_what_only_looks_like_a_password(self):
        for url in ("postgres://user@h:5432/d", "postgres://h:5432/password", "host=h dbname=passwords",
                    "postgres://h/d?application_name=50%", "postgres://h/d?application_name=%zz"):
            self.settings(f"source = db/changes\ndb = {url}\n")
            self.assertNotIn("holds a password", self.run_it("verify").err, url)

    def test_nul_and_size(self):
        self.settings(b"project = a\0b\n")
        self.expect(2, "verify", "--db", self.db)
        self.settings(";" + "\n;" * 70000)
        self.expect(2, "verify", "--db", self.db)

    def test_bom_and_crlf(self):
        self.settings(f"\ufeffsource = db/changes\r\nproject = shop\r\n")
        self.assertEqual("shop", self.expect(0, "verify", "--db", self.db, "--json").json["project"])

    def test_flags_in_settings(self):
        self.write("seeds/1_s.sql", "INSERT INTO a VALUES (1);\n", "db/changes")
        self.settings("source = db/changes\nwith-seeds = true\n")
        self.expect(0, "apply", "--db", self.db)
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM a"))
