# SPDX-License-Identifier: MIT
"""A password gets into nothing that lockgate writes, whatever characters it has and whatever goes wrong."""
import os
import pathlib
import resource
import signal
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgres import PostgresTest  # noqa: E402

# Between two words that nothing else prints.
PASSWORD = "geh%eim\"'\\& é☃\u00a0wort@/?#:=%41"
CANARIES = ("geh%eim", "geh%25eim", "wort@/", "wort%40")


class SecretsTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.role = self.make_role("LOGIN CREATEDB")
        self.sql(f"ALTER ROLE {self.role} PASSWORD %s", PASSWORD)
        self.sql(f"ALTER DATABASE {self.database} OWNER TO {self.role}")
        self.write("1_a.up.sql", "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n")
        self.encoded = urllib.parse.quote(PASSWORD, safe="")
        self.url = (f"postgresql://{self.role}:{self.encoded}@127.0.0.1:{self.cluster.port}/{self.database}"
                    "?sslmode=disable&gssencmode=disable")
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
        self.pairs = (f"host=127.0.0.1 port={self.cluster.port} dbname={self.database} user={self.role} "
                      f"password='{quoted}' gssencmode=disable")

    def demand_silence(self, *texts):
        for text in texts:
            for canary in CANARIES:
                self.assertNotIn(canary, text)

    def run_silently(self, code, *arguments, **options):
        result = self.expect(code, *arguments, **options)
        self.demand_silence(result.out, result.err)
        return result

    def test_every_form_of_it_works_and_none_is_shown(self):
        commands = (("verify", "migrations"), ("plan", "migrations", "--json"), ("apply", "migrations", "-v"),
                    ("status", "--json"), ("lock", "--json"), ("init",))
        forms = ({"url": self.url}, {"url": self.pairs}, {"env": {"LOCKGATE_DB": self.url}},
                 {"env": {"DATABASE_URL": self.url}},
                 {"env": {"PGHOST": "127.0.0.1", "PGPORT": str(self.cluster.port), "PGUSER": self.role,
                          "PGPASSWORD": PASSWORD, "PGDATABASE": self.database}})
        for form in forms:
            target = ("--db", form["url"]) if "url" in form else ()
            for command in commands:
                self.run_silently(0, *command, *target, env=form.get("env"))

    def test_password_file_and_service(self):
        escaped = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
        passfile = self.write("pass", f"127.0.0.1:{self.cluster.port}:*:{self.role}:{escaped}\n", ".")
        passfile.chmod(0o600)
        services = self.write("services", f"[shop]\nhost=127.0.0.1\nport={self.cluster.port}\nuser={self.role}\n"
                              f"dbname={self.database}\n", ".")
        env = {"PGPASSFILE": str(passfile), "PGSERVICEFILE": str(services), "PGSERVICE": "shop"}
        self.run_silently(0, "apply", "migrations", env=env)
        self.run_silently(0, "verify", "migrations", "--db", "service=shop",
                          env={"PGPASSFILE": str(passfile), "PGSERVICEFILE": str(services)})

    def test_nothing_is_shown_when_it_fails(self):
        wrong = [
            (3, self.url.replace(self.database, "no_such_database")),
            (3, self.url.replace(self.role, "no_such_role")),
            (3, self.url.replace(f":{self.cluster.port}/", ":1/")),
            (3, self.url.replace("127.0.0.1", "no-such-host.invalid")),
            (3, self.url.replace("sslmode=disable", "sslmode=require")),
            (2, self.url + "&schema=public"),
            (2, self.url.replace(f":{self.cluster.port}/", ":port/")),
            (2, self.url.replace(self.encoded, PASSWORD)),
            (2, self.url.replace(self.encoded, "geh%eim")),
            (2, self.pairs.replace("\\'", "'")),
            (2, self.pairs + " schema=public"),
            (2, "postgrex" + self.url[len("postgres"):]),
            (2, "jdbc:" + self.url),
        ]
        for code, url in wrong:
            for extra in ((), ("--json",), ("-v",)):
                with self.subTest(url=url, extra=extra):
                    result = self.run_it("apply", "migrations", "--db", url, *extra)
                    self.demand_silence(result.out, result.err)
                    self.assertIn(result.code, (code,) if code == 2 else (2, 3))
                    self.assertEqual(0, len(self.tables()))

    def test_wrong_password_is_told_by_its_code(self):
        other = self.url.replace(self.encoded, urllib.parse.quote(PASSWORD + "x", safe=""))
        result = self.run_silently(3, "verify", "migrations", "--db", other, "--json")
        self.assertEqual("28P01", result.json["error"]["sqlstate"])
        self.assertLess(result.json["timing"]["total_ms"], 5000)

    def start_long_run(self):
        """A run that is in the middle of a script, its URL in the arguments."""
        self.write("2_sleep.up.sql", "SELECT pg_sleep(60);\n")
        process = self.start("apply", "migrations", "--db", self.url, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_CORE)[1])))
        for _ in range(200):
            if self.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = %s", self.database):
                return process
            time.sleep(0.05)
        self.fail("the run does not get to its script")

    def test_process_list_and_server_do_not_have_it(self):
        process = self.start_long_run()
        try:
            arguments = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes().decode(errors="replace")
            seen = self.sql("SELECT application_name || query FROM pg_stat_activity")
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
        self.assertIn("****", arguments)
        self.demand_silence(arguments, *(row[0] or "" for row in seen), out.decode(), err.decode())
        self.demand_silence(str(self.sql("SELECT * FROM lockgate.batch, lockgate.event")))

    def test_no_core_file_is_left(self):
        process = self.start_long_run()
        process.send_signal(signal.SIGABRT)
        process.communicate(timeout=60)
        self.assertEqual(-signal.SIGABRT, process.returncode)
        self.assertEqual([], [name for name in os.listdir(self.folder) if "core" in name])

    def test_server_log_does_not_have_it(self):
        self.sql(f"ALTER DATABASE {self.database} SET log_statement = 'all'")
        self.run_silently(0, "apply", "migrations", "--db", self.url)
        lines = self.cluster.log.read_text(errors="replace").splitlines()
        self.demand_silence("\n".join(line for line in lines if "ALTER ROLE" not in line))
