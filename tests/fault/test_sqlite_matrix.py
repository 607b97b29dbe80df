# SPDX-License-Identifier: MIT
"""The fault matrix on SQLite: killed, and a full disk, at every place."""
import json
import os
import pathlib
import shutil
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import faults  # noqa: E402
from http_server import Server  # noqa: E402
from matrix import Matrix  # noqa: E402
from program import LOCKGATE, ProgramTest  # noqa: E402

LOG = "INSERT INTO log VALUES ({0});\n"
DOWN = "DELETE FROM log WHERE n = {0};\n"
FILES = {
    "1_a.up.sql": "CREATE TABLE log (n INTEGER);\nCREATE TABLE a (x INTEGER);\n" + LOG.format(1),
    "1_a.down.sql": "DROP TABLE a;\nDROP TABLE log;\n",
    "2_b.up.sql": "CREATE TABLE b (x INTEGER);\n" + LOG.format(2),
    "2_b.down.sql": "DROP TABLE b;\n" + DOWN.format(2),
    "2_b.check.sql": "SELECT 1 FROM b;\n",
    "3_c.up.sql": "-- lockgate: transaction=off\n" + LOG.format(31) + "VACUUM;\n" + LOG.format(32),
    "3_c.down.sql": "-- lockgate: transaction=off\n" + DOWN.format(31) + "VACUUM;\n" + DOWN.format(32),
    "4_d.up.sql": "CREATE TABLE d (x INTEGER);\n" + LOG.format(4),
    "4_d.down.sql": "DROP TABLE d;\n" + DOWN.format(4),
    "v.repeat.sql": "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT x FROM a;\n",
}


COMMANDS = {
    "apply": ["apply"], "together": ["apply", "--single-transaction"], "revert": ["revert", "--all"],
    "adopt": ["adopt", "--from", "sequelize", "--keep-in-step"], "in_step": ["apply"],
    "resolve": ["resolve", "3", "migrations", "--retry"], "outbox": ["apply", "--report", "webhook"],
}


class SqliteMatrixTest(Matrix, ProgramTest):
    engine, files = "sqlite", FILES

    def setUp(self):
        super().setUp()
        self.start_folder = self.folder / "start"
        self.place = self.folder / "place"
        self.disk = faults.Filler(self.place, 2)
        self.addCleanup(self.disk.remove)
        self.db = f"sqlite:{self.place}/app.db"
        self.server = Server()
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        self.env = self.environment({
            "LOCKGATE_DB": self.db, "LOCKGATE_OUTBOX": str(self.place / "outbox"), "ASAN_OPTIONS": "detect_leaks=0",
            "LOCKGATE_WEBHOOK_URL": f"{self.server.url}/hook"})

    @classmethod
    def tearDownClass(cls):
        cls.print_counts()

    def prepare(self, scenario):
        """The state before the command: made once, copied for each run."""
        self.server.requests.clear()
        for path in self.place.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not self.start_folder.exists():
            self.make_start(scenario)
            shutil.copytree(self.place, self.start_folder)
            return
        shutil.copytree(self.start_folder, self.place, dirs_exist_ok=True)

    def make_start(self, scenario):
        self.write_files()
        if scenario == "revert":
            self.must("apply")
        elif scenario in ("adopt", "in_step"):
            self.write_files("1_a.up.sql", "2_b.up.sql")
            database = sqlite3.connect(self.place / "app.db")
            database.executescript('CREATE TABLE "SequelizeMeta" (name VARCHAR(255) PRIMARY KEY);'
                                   """INSERT INTO "SequelizeMeta" VALUES ('1_a.js'), ('2_b.js');"""
                                   + FILES["1_a.up.sql"] + FILES["2_b.up.sql"])
            database.close()
            if scenario == "in_step":
                self.must("adopt", "--from", "sequelize", "--keep-in-step")
                self.write_files("1_a.up.sql", "2_b.up.sql", "3_c.up.sql", "4_d.up.sql")
        elif scenario == "resolve":
            self.write("3_c.up.sql", "-- lockgate: transaction=off\n" + LOG.format(31) + "SELECT nothing;\n")
            self.expect(5, "apply", env=self.env)
            self.write_files()
        elif scenario == "together":
            self.write_files(*[name for name in FILES if not name.startswith("3_")])

    def run_watched(self, watch, scenario):
        return faults.run(watch, [LOCKGATE, *COMMANDS[scenario], "-q"], self.folder, self.env)

    def settle(self):
        self.disk.free()

    def query(self, sql):
        if not (self.place / "app.db").exists():
            return []
        connection = sqlite3.connect(self.place / "app.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def names(self):
        return {row[0] for row in self.query("SELECT name FROM sqlite_schema")}

    def rows(self):
        if "lockgate_migration" not in self.names():
            return {}
        return {version: (state, done) for version, state, done in self.query(
            "SELECT version, state, statements_done FROM lockgate_migration")}

    def log(self):
        return sorted(row[0] for row in self.query("SELECT n FROM log")) if "log" in self.names() else []

    def mend(self, scenario):
        """The next run, and what it says that it needs."""
        if scenario == "adopt":
            if not self.rows():
                self.must("adopt", "--from", "sequelize", "--keep-in-step")
            self.must("verify")
        elif scenario == "resolve":
            if not self.is_decided():
                self.must("resolve", "3", "migrations", "--retry")
            self.must("apply")
        elif scenario == "revert":
            if self.rows().keys() - {"v"}:
                self.go_on("revert", "--all")
        else:
            self.go_on("apply", *(["--report", "webhook"] if scenario == "outbox" else []))
        if scenario == "outbox":
            self.must("report", "flush")
            self.assertEqual([], json.loads(self.must("report", "list", "--json").out)["reports"])

    def go_on(self, *arguments):
        """A statement that failed outside of a transaction is for a human to judge: here the disk was full."""
        result = self.run_it(*arguments, env=self.env)
        if result.code == 0:
            return
        self.assertIn("dirty 3", result.out, result)
        self.assertIn("lockgate resolve 3", result.out)
        self.must("resolve", "3", "migrations", "--retry")
        self.must(*arguments)

    def is_decided(self):
        """Whether the row waits for nobody: then apply goes on by itself."""
        return self.run_it("verify", env=self.env).code == 0

    def state(self):
        names = self.names()
        schema = self.query("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'lockgate%' AND "
                            "name NOT LIKE 'sqlite_%' ORDER BY name")
        old = sorted(self.query("SELECT name FROM SequelizeMeta")) if "SequelizeMeta" in names else []
        rows = {version: row for version, row in self.rows().items()}
        self.assertEqual([("ok",)], self.query("PRAGMA integrity_check"))
        kinds = sorted({json.loads(request.body)["type"] for request in self.server.requests})
        return schema, self.log(), old, rows, [kind for kind in kinds if kind.startswith("lockgate.apply.fin")]


class FaultTest(SqliteMatrixTest):
    def check_all(self, name, harm, codes):
        for scenario in os.environ.get("LOCKGATE_FAULT_SCENARIOS", " ".join(COMMANDS)).split():
            shutil.rmtree(self.start_folder, ignore_errors=True)
            self.run_matrix(scenario, name, harm, codes)

    def test_killed(self):
        self.check_all("killed", faults.kill, (-9,))

    def test_told_to_stop(self):
        self.check_all("SIGTERM", faults.stop, (0, 143))

    def test_disk_full(self):
        self.check_all("disk full", self.disk.fill, (0, 3, 5))
