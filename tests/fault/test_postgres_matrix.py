# SPDX-License-Identifier: MIT
"""
The fault matrix on PostgreSQL: at every place the process is killed, its backend terminated, the line cut,
the server restarted, the server's disk full.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time

import psycopg2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import faults  # noqa: E402
from cluster import Cluster, give_to_server_user  # noqa: E402
from matrix import Matrix  # noqa: E402
from postgres import query, suite_cluster  # noqa: E402
from program import LOCKGATE, ProgramTest  # noqa: E402
from relay import Relay  # noqa: E402

# Long enough that what is done while the answer is awaited meets the server at work.
LOG = "INSERT INTO log VALUES ({0});\nSELECT pg_sleep(0.01);\n"
DOWN = "DELETE FROM log WHERE n = {0};\nSELECT pg_sleep(0.01);\n"
OFF = "-- lockgate: transaction=off\n"
FILES = {
    "1_a.up.sql": "CREATE TABLE log (n int);\nCREATE TABLE a (x int);\n" + LOG.format(1),
    "1_a.down.sql": "DROP TABLE a;\nDROP TABLE log;\n",
    "2_b.up.sql": "CREATE TABLE b (x int);\n" + LOG.format(2),
    "2_b.down.sql": "DROP TABLE b;\n" + DOWN.format(2),
    "2_b.check.sql": "SELECT 1 FROM b;\n",
    "3_c.up.sql": OFF + "CREATE INDEX CONCURRENTLY c ON a (x);\nINSERT INTO log VALUES (3);\nVACUUM a;\n",
    "3_c.down.sql": OFF + "DROP INDEX CONCURRENTLY c;\nDELETE FROM log WHERE n = 3;\nVACUUM a;\n",
    "4_d.up.sql": "CREATE TABLE d (x int);\n" + LOG.format(4),
    "4_d.down.sql": "DROP TABLE d;\n" + DOWN.format(4),
    "v.repeat.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;\n",
}
COMMANDS = {
    "apply": ["apply"], "together": ["apply", "--single-transaction"], "revert": ["revert", "--all"],
    "adopt": ["adopt", "--from", "sequelize", "--keep-in-step"], "in_step": ["apply"],
    "resolve": ["resolve", "3", "migrations", "--retry"],
}
SMALL_DISK_MB = 110


def terminate(url):
    """Ends the program's session, and waits until it has gone."""
    chosen = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    query(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {chosen}")
    for _ in range(500):
        if not query(url, f"SELECT 1 FROM pg_stat_activity WHERE {chosen}"):
            return
        time.sleep(0.01)
    raise AssertionError("a session stays")


class PostgresMatrixTest(Matrix, ProgramTest):
    engine, files = "postgres", FILES

    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="lockgate-matrix-", dir="/tmp"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.disk = faults.Filler(cls.place, SMALL_DISK_MB)
        cls.addClassCleanup(cls.disk.remove)
        give_to_server_user(cls.place)
        cls.place.chmod(0o755)
        cls.cluster = Cluster(cls.place / "server", suite_cluster().programs)
        cls.cluster.create()
        cls.addClassCleanup(cls.cluster.remove)
        # A small disk is full before the write-ahead log alone fills it.
        cls.cluster.start()
        for setting in ("max_wal_size = '32MB'", "min_wal_size = '32MB'", "checkpoint_timeout = '30s'"):
            query(cls.cluster.url(), f"ALTER SYSTEM SET {setting}")
        query(cls.cluster.url(), "SELECT pg_reload_conf()")

    @classmethod
    def tearDownClass(cls):
        cls.print_counts()

    def setUp(self):
        super().setUp()
        self.relay = Relay(self.cluster.port)
        self.addCleanup(self.relay.__exit__)
        self.started = None
        self.url = self.cluster.url("work")
        self.env = self.environment({
            "LOCKGATE_DB": self.cluster.tcp_url("work", port=self.relay.port), "ASAN_OPTIONS": "detect_leaks=0"})

    def admin(self, *statements):
        for statement in statements:
            query(self.cluster.url(), statement)

    def prepare(self, scenario):
        """The state before the command: made once, then copied on the server."""
        self.admin("DROP DATABASE IF EXISTS work WITH (FORCE)")
        if self.started != scenario:
            self.admin("DROP DATABASE IF EXISTS start WITH (FORCE)", "CREATE DATABASE work")
            self.make_start(scenario)
            self.started = scenario
            self.admin("ALTER DATABASE work RENAME TO start")
        # A copied sequence gives numbers that no log has, until there was a checkpoint: a crash takes them back.
        self.admin("CREATE DATABASE work TEMPLATE start", "CHECKPOINT")

    def make_start(self, scenario):
        self.write_files()
        if scenario == "revert":
            self.must("apply")
        elif scenario in ("adopt", "in_step"):
            self.write_files("1_a.up.sql", "2_b.up.sql")
            query(self.url, 'CREATE TABLE "SequelizeMeta" (name varchar(255) PRIMARY KEY);'
                            """INSERT INTO "SequelizeMeta" VALUES ('1_a.js'), ('2_b.js');"""
                            + FILES["1_a.up.sql"] + FILES["2_b.up.sql"])
            if scenario == "in_step":
                self.must("adopt", "--from", "sequelize", "--keep-in-step")
                self.write_files("1_a.up.sql", "2_b.up.sql", "3_c.up.sql", "4_d.up.sql")
        elif scenario == "resolve":
            self.write("3_c.up.sql", FILES["3_c.up.sql"].replace("INSERT INTO log", "INSERT INTO nothing"))
            self.expect(5, "apply", env=self.env)
            self.write_files()
        elif scenario == "together":
            self.write_files(*[name for name in FILES if not name.startswith("3_")])

    def run_watched(self, watch, scenario):
        code, err = faults.run(watch, [LOCKGATE, *COMMANDS[scenario], "-q"], self.folder, self.env)
        self.has_failed = code == 5
        return code, err

    def settle(self):
        """A disk with room, a server that is up, and no backend that still works for a run that has gone."""
        self.disk.free()
        deadline = time.monotonic() + 60
        while True:
            try:
                if not query(self.url, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                                       "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"):
                    return
            except psycopg2.OperationalError:
                self.cluster.restart()
            self.assertLess(time.monotonic(), deadline, "a session stays")
            time.sleep(0.01)

    def names(self):
        return {row[0] for row in query(self.url, "SELECT relname FROM pg_class WHERE relnamespace IN "
                                                  "('public'::regnamespace, to_regnamespace('lockgate'))")}

    def rows(self):
        if "migration" not in self.names():
            return {}
        return {version: (state, done) for version, state, done in query(
            self.url, "SELECT version, state, statements_done FROM lockgate.migration")}

    def log(self):
        return sorted(row[0] for row in query(self.url, "SELECT n FROM log")) if "log" in self.names() else []

    def mend(self, scenario):
        """The next run, and what it says that it needs."""
        if scenario == "adopt":
            if not self.rows():
                self.must(*COMMANDS["adopt"])
            self.must("verify")
        elif scenario == "revert":
            if self.rows().keys() - {"v"}:
                self.go_on(*COMMANDS["revert"], is_done=lambda: 3 not in self.log())
        elif scenario == "resolve" and self.run_it("verify", env=self.env).code:
            self.must(*COMMANDS["resolve"])
            self.must("apply")
        else:
            self.go_on("apply", is_done=lambda: 3 in self.log())

    def go_on(self, *arguments, is_done):
        """
        Whether a statement outside of transactions has taken effect is a question that lockgate asks a human where
        nobody else can tell, and so it is when one has failed; here one looks into the log, as somebody would.
        """
        result = self.run_it(*arguments, env=self.env)
        if result.code == 0:
            return
        self.assertIn("dirty 3", result.out, result)
        self.assertIn("lockgate resolve 3", result.out)
        is_insert = self.rows()["3"] == ("running", 1)
        self.assertTrue(is_insert or self.has_failed, "any other statement is judged without help")
        self.must("resolve", "3", "migrations", "--done" if is_insert and is_done() else "--retry")
        self.must(*arguments)

    def state(self):
        names = self.names()
        schema = query(self.url, "SELECT c.relname, c.relkind, coalesce(i.indisvalid, true) FROM pg_class c "
                                 "LEFT JOIN pg_index i ON i.indexrelid = c.oid "
                                 "WHERE relnamespace = 'public'::regnamespace ORDER BY 1")
        old = query(self.url, 'SELECT name FROM "SequelizeMeta" ORDER BY 1') if "SequelizeMeta" in names else []
        return schema, self.log(), old, self.rows()

    def check_all(self, name, harm, codes):
        for scenario in os.environ.get("LOCKGATE_FAULT_SCENARIOS", " ".join(COMMANDS)).split():
            self.run_matrix(scenario, name, harm, codes)


class FaultTest(PostgresMatrixTest):
    def test_killed(self):
        self.check_all("killed", faults.kill, (-9,))

    def test_told_to_stop(self):
        self.check_all("SIGTERM", faults.stop, (0, 143))

    def test_backend_terminated(self):
        self.check_all("terminated", lambda _: terminate(self.url), (0, 3))

    def test_line_cut(self):
        self.check_all("cut", lambda _: self.relay.cut(), (0, 3))

    def test_server_restarted(self):
        self.check_all("restarted", lambda _: self.cluster.restart(), (0, 3))

    def test_disk_full(self):
        self.check_all("disk full", self.disk.fill, (0, 3, 5))
