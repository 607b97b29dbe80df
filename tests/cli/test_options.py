# SPDX-License-Identifier: MIT
"""Arguments and the environment: what is understood, what is refused, and how the refusal helps."""
from program import ProgramTest


class OptionsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.sql", "CREATE TABLE a (x);\n")

    def usage(self, *arguments, **options):
        return self.expect(2, *arguments, **options).err


class UsageTest(OptionsTest):
    def test_no_command(self):
        self.assertIn("lockgate help", self.usage())

    def test_borrowed_words(self):
        for theirs, ours in (("up", "apply"), ("migrate", "apply"), ("down", "revert"), ("undo", "revert"),
                             ("rollback", "revert"), ("generate", "new"), ("create", "new"), ("baseline", "adopt"),
                             ("repair", "resolve"), ("force", "resolve"), ("unlock", "lock")):
            self.assertIn(f"lockgate {ours}", self.usage(theirs, "--db", self.db))

    def test_nearest_command(self):
        for typed, meant in (("aply", "apply"), ("verfiy", "verify"), ("statsu", "status"), ("bundel", "bundle")):
            self.assertIn(f"'lockgate {meant}'", self.usage(typed))
        self.assertIn("lockgate help", self.usage("xyzzy"))

    def test_nearest_option(self):
        for typed, meant in (("--lock-wiat", "--lock-wait"), ("--polcy", "--policy"), ("--jsno", "--json"),
                             ("--dbb=x", "--db"), ("--plan_token", "--plan-token")):
            err = self.usage("apply", typed)
            self.assertIn(f"'{typed.split('=')[0]}'", err)
            self.assertIn(f"'{meant}'", err)

    def test_option_of_another_command(self):
        self.assertIn("--steps", self.usage("apply", "--steps", "1", "--db", self.db))
        self.assertIn("--no-db", self.usage("apply", "--no-db"))

    def test_values(self):
        for arguments in (["--lock-wait", "soon"], ["--lock-wait", "5"], ["--lock-wait=-1s"], ["--lock-wait"],
                          ["--lock-wait", ""], ["--json=yes"], ["--policy", "order"], ["--policy", "order=maybe"],
                          ["--policy", "ordre=warn"], ["--project", "two words"], ["--scope", "a/b"],
                          ["--lock-wait", "1s", "--lock-wait", "2s"], ["--db", ""], ["-x"], ["--dialect", "oracle"],
                          ["--format", "nothing"]):
            more = [] if arguments[:1] == ["--db"] else ["--db", self.db]
            err = self.usage("apply", *more, *arguments)
            self.assertTrue(err.startswith("lockgate: "), err)
        self.assertFalse((self.folder / "app.db").exists())

    def test_policy_names_the_nearest_key_or_its_values(self):
        self.assertIn("order", self.usage("verify", "--db", self.db, "--policy", "ordre=warn"))
        err = self.usage("verify", "--db", self.db, "--policy", "order=maybe")
        for value in ("block", "warn", "allow"):
            self.assertIn(value, err)

    def test_too_many_arguments(self):
        self.assertIn("'extra'", self.usage("apply", "migrations", "extra", "--db", self.db))
        self.assertIn("extra", self.usage("version", "extra"))
        self.usage("inspect")

    def test_repeated_policies(self):
        self.expect(0, "verify", "--db", self.db, "--policy", "order=warn", "--policy", "first=allow")

    def test_options_may_stand_anywhere_and_join(self):
        self.expect(0, "apply", "--db=" + self.db, "-qv", "--", "migrations")
        self.expect(0, "bundle", "-oout.lockgate", "migrations")
        self.assertTrue((self.folder / "out.lockgate").exists())

    def test_source_that_begins_with_a_dash(self):
        self.write("1_a.sql", "CREATE TABLE a (x);\n", "-dash")
        self.expect(0, "bundle", "-o", "x.lockgate", "--", "-dash")


class HelpTest(OptionsTest):
    def test_help_everywhere(self):
        whole = self.expect(0, "help").out
        self.assertEqual(whole, self.expect(0, "--help").out)
        for command in ("apply", "verify", "new", "version"):
            text = self.expect(0, "help", command).out
            self.assertEqual(text, self.expect(0, command, "--help").out)
            self.assertIn(f"usage: lockgate {command}", text)
        self.assertIn("'lockgate help apply'" if False else "apply", self.usage("help", "aply"))

    def test_version(self):
        self.assertRegex(self.expect(0, "version").out, r"^lockgate \d+\.\d+\.\d+\n$")
        self.expect(0, "--version")

    def test_help_needs_no_sane_environment(self):
        self.write("lockgate.ini", "nonsense", ".")
        self.expect(0, "help", env={"LOCKGATE_LOCK_WAIT": "x"})
        self.expect(0, "apply", "--help", env={"LOCKGATE_LOCK_WAIT": "x"})


class TargetTest(OptionsTest):
    def test_there_is_no_default_target(self):
        for command in ("verify", "plan", "apply", "status", "revert", "lock", "init"):
            self.assertIn("--db", self.usage(command))
        self.usage("resolve", "1", "--retry")
        self.usage("adopt", "--to", "1")

    def test_an_empty_target_is_a_usage_error(self):
        for variable in ("LOCKGATE_DB", "DATABASE_URL"):
            for command in ("verify", "apply", "status"):
                self.assertIn(variable, self.usage(command, env={variable: ""}))
        self.write("secret", "", ".")
        self.assertIn("LOCKGATE_DB_FILE", self.usage("verify", env={"LOCKGATE_DB_FILE": "secret"}))
        # A flag that names the target makes DATABASE_URL meaningless.
        self.expect(0, "verify", "--db", self.db, env={"DATABASE_URL": ""})

    def test_environment(self):
        self.expect(0, "apply", env={"DATABASE_URL": "sqlite:generic.db"})
        self.expect(0, "apply", env={"LOCKGATE_DB": "sqlite:own.db", "DATABASE_URL": "sqlite:wrong.db"})
        self.expect(0, "apply", "--db", "sqlite:flag.db", env={"LOCKGATE_DB": "sqlite:wrong.db"})
        self.write("secret", "sqlite:file.db\r\n", ".")
        self.expect(0, "apply", env={"LOCKGATE_DB_FILE": "secret"})
        names = {path.name for path in self.folder.glob("*.db")}
        self.assertEqual({"generic.db", "own.db", "flag.db", "file.db"}, names)

    def test_libpq_variables(self):
        for variable in ("PGDATABASE", "PGSERVICE"):
            result = self.run_it("verify", env={variable: "shop", "PGHOST": "/nowhere", "PGSERVICEFILE": "/nowhere"})
            self.assertIn(result.code, (2, 3), result)
            self.assertNotIn("no target is named", result.err)
        self.assertIn("no target is named", self.usage("verify", env={"PGHOST": "localhost", "PGUSER": "me"}))
        self.assertIn("no target is named", self.usage("verify", env={"PGSERVICE": ""}))
        self.assertIn("PGDATABASE is set but empty", self.usage("verify", env={"PGDATABASE": ""}))
        # What is nearer wins, and what loses is not looked at.
        self.expect(0, "verify", env={"PGDATABASE": "shop", "DATABASE_URL": self.db})
        self.expect(0, "verify", "--db", self.db, env={"PGDATABASE": ""})
        self.write("lockgate.ini", f"db = {self.db}\n", ".")
        self.expect(0, "verify", env={"PGDATABASE": "shop"})
        self.assertIn("PGDATABASE", self.usage("verify", env={"PGDATABASE": ""}))

    def test_other_targets(self):
        for url, words in (("mysql://u:hunter2@h/d", ("PostgreSQL", "MySQL")),
                           ("mariadb://u:hunter2@h/d", ("PostgreSQL", "MariaDB")),
                           ("jdbc:postgresql://h/d?password=hunter2", ("leave out 'jdbc:'", "postgres://")),
                           ("jdbc:sqlite:x.db", ("leave out 'jdbc:'", "sqlite:PATH")),
                           ("app.db", ("postgres://USER@HOST/DATABASE", "sqlite:PATH")),
                           ("oracle:x", ("'oracle'", "postgres://USER@HOST/DATABASE", "sqlite:PATH"))):
            err = self.usage("verify", "--db", url)
            for word in words:
                self.assertIn(word, err, url)
            self.assertNotIn("hunter2", err)

    def test_sqlite_has_no_roles(self):
        for command in (["apply"], ["revert", "--all"], ["run", "--", "true"]):
            self.assertIn("'deployer'", self.usage(command[0], "--db", self.db, "--role", "deployer", *command[1:]))
        self.assertFalse((self.folder / "app.db").exists())
        self.assertIn("'auditor'", self.usage("init", "--db", self.db, "--reader", "auditor"))
        self.assertIn("--reader", self.usage("init", "--db", self.db, "--reader", "auditor", "--print"))

    def test_sqlite_waits_for_nothing_and_creates_what_is_missing(self):
        self.expect(0, "apply", "--db", self.db, "--wait-db", "1h", "--create-database")
        self.expect(0, "init", "--db", "sqlite:other.db", "--create-database")
        for command in ("verify", "plan", "status", "lock"):
            self.expect(0, command, "--db", self.db, "--wait-db", "1s")

    def test_both_variable_and_file(self):
        self.write("secret", "sqlite:file.db", ".")
        err = self.usage("verify", env={"LOCKGATE_DB": self.db, "LOCKGATE_DB_FILE": "secret"})
        self.assertIn("LOCKGATE_DB", err)
        self.assertIn("LOCKGATE_DB_FILE", err)

    def test_a_file_that_is_not_there(self):
        self.assertIn("nowhere", self.usage("verify", env={"LOCKGATE_DB_FILE": "nowhere"}))

    def test_variables_are_checked_like_flags(self):
        self.assertIn("LOCKGATE_LOCK_WAIT", self.usage("apply", "--db", self.db, env={"LOCKGATE_LOCK_WAIT": "soon"}))
        self.assertIn("LOCKGATE_PROJECT", self.usage("apply", "--db", self.db, env={"LOCKGATE_PROJECT": ""}))
        self.usage("verify", "--db", self.db, env={"LOCKGATE_POLICY": "order=maybe"})
        self.expect(1, "verify", "--db", self.db, env={"LOCKGATE_POLICY": "order=warn  pending=block"})
        self.assertEqual("shop", self.expect(0, "verify", "--db", self.db, "--json",
                                             env={"LOCKGATE_PROJECT": "shop"}).json["project"])

    def test_no_secret_in_the_output(self):
        for url in ("mysql://u:hunter2@host/db", "hunter2", "postgres://u:hunter2@h/d?schema=public",
                    "host=h password=hunter2"):
            for more in ([], ["--json"], ["-v"]):
                result = self.run_it("apply", "--db", url, *more)
                self.assertIn(result.code, (2, 3), result)
                self.assertNotIn("hunter2", result.out + result.err)
        self.assertIn("mysql", self.usage("apply", "--db", "mysql://u:hunter2@host/db"))
