# SPDX-License-Identifier: MIT
"""Servers that lockgate does not work on, servers that are not there yet, and databases that it makes itself."""
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from urllib.parse import quote

from cluster import Cluster, give_to_server_user
from postgres import OwnCluster, PostgresTest, query
from program import ProgramTest
from relay import ASKS_FOR_TLS

COMMANDS = (("verify",), ("apply",), ("status",), ("lock",), ("run", "--", "touch", "started"))
AT_ONCE = 20  # seconds; the waits below are much longer
LONG = ("--wait-db", "60s")


class FakeServer:
    """Speaks the start of PostgreSQL's protocol 3 and says of itself what it is told. Use it in a `with`."""

    def __init__(self, answers=True, **parameters):
        self.answers, self.parameters = answers, parameters
        self.clients = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"postgresql://someone@127.0.0.1:{self.port}/app"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for client in self.clients:
            client.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.clients.append(client)
            if self.answers:
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, client.makefile("rb") as stream:
            try:
                while self._read_request(stream) in ASKS_FOR_TLS:
                    client.sendall(b"N")
                client.sendall(self._greeting())
                stream.read()
            except (OSError, struct.error):
                pass

    @staticmethod
    def _read_request(stream):
        length, code = struct.unpack(">II", stream.read(8))
        stream.read(length - 8)
        return code

    def _greeting(self):
        known = {"server_encoding": "UTF8", "client_encoding": "UTF8", "standard_conforming_strings": "on"}
        messages = [(b"R", struct.pack(">I", 0))]
        messages += [(b"S", f"{key}\0{value}\0".encode()) for key, value in {**known, **self.parameters}.items()]
        messages += [(b"K", struct.pack(">II", 4711, 42)), (b"Z", b"I")]
        return b"".join(kind + struct.pack(">I", len(body) + 4) + body for kind, body in messages)


class RefusedTest(ProgramTest):
    """Expects that every command ends at once, without waiting, and says why."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")

    def expect_refused(self, url, *words):
        for command, *rest in COMMANDS:
            started = time.monotonic()
            result = self.expect(3, command, "--db", url, *LONG, *rest)
            self.assertLess(time.monotonic() - started, AT_ONCE, command)
            for word in words:
                self.assertIn(word, result.err, command)
        self.assertFalse((self.folder / "started").exists())


class OtherServerTest(RefusedTest):
    def test_cockroachdb(self):
        with FakeServer(server_version="13.0.0", crdb_version="CockroachDB CCL v23.1.11") as server:
            self.expect_refused(server.url, "CockroachDB", "PostgreSQL and SQLite")

    def test_a_version_that_is_too_old(self):
        for version, extra in (("12.9", ""), ("9.6.24", " (Debian 9.6.24-1)")):
            with FakeServer(server_version=version + extra) as server:
                self.expect_refused(server.url, f"PostgreSQL {version}", "version 13")

    def test_the_verdict_in_json_says_so_too(self):
        with FakeServer(server_version="12.9") as server:
            document = self.expect(3, "verify", "--db", server.url, "--json").json
        self.assertEqual("undecided", document["outcome"])
        self.assertIn("12.9", document["error"]["message"])

    def test_a_server_that_ends_after_the_greeting(self):
        with FakeServer(server_version="15.4") as server:
            process = self.start("verify", "--db", server.url)
            while not server.clients:
                time.sleep(0.02)
            time.sleep(0.2)
            server.clients[0].shutdown(socket.SHUT_RDWR)
            _, err = process.communicate(timeout=60)
        self.assertEqual(3, process.returncode, err.decode())


def write_to(cluster, name, text):
    path = cluster.folder / "data" / name
    with path.open("a") as file:
        file.write(text)
    give_to_server_user(path)


def copy_as_standby(primary):
    """A server that follows `primary`, whose WAL it gets by streaming."""
    write_to(primary, "pg_hba.conf", "local replication all trust\n")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lockgate-standby-", dir="/tmp"))
    give_to_server_user(folder)
    standby = Cluster(folder, primary.programs, primary.sockets, password=primary.password)
    # Not every package of a server has pg_basebackup; a copy of one that is stopped does as well.
    primary.stop("fast")
    subprocess.run(["cp", "-a", primary.folder / "data", folder / "data"], check=True)
    primary.restart()
    write_to(standby, "standby.signal", "")
    write_to(standby, "postgresql.conf", f"primary_conninfo = '{primary.url()}'\n")
    return standby


class StandbyTest(RefusedTest):
    @classmethod
    def setUpClass(cls):
        own = OwnCluster()
        cls.primary = own.__enter__()
        cls.addClassCleanup(own.__exit__)
        cls.standby = copy_as_standby(cls.primary)
        # Before the primary, whose folder of sockets it shares.
        cls.addClassCleanup(cls.standby.remove)
        cls.standby.start()

    def catch_up(self):
        position = query(self.primary.url(), "SELECT pg_current_wal_lsn()")[0][0]
        for _ in range(500):
            if query(self.standby.url(), "SELECT pg_last_wal_replay_lsn() >= %s", position)[0][0]:
                return
            time.sleep(0.02)
        self.fail("the standby does not follow")

    def test_every_command_is_refused(self):
        self.expect_refused(self.standby.url(), "standby", "target_session_attrs")

    def test_even_where_the_schema_is_up_to_date(self):
        query(self.primary.url(), "CREATE DATABASE followed")
        self.expect(0, "apply", "--db", self.primary.url("followed"))
        self.catch_up()
        self.assertEqual([(1,)], query(self.standby.url("followed"), "SELECT count(*) FROM lockgate.migration"))
        self.expect_refused(self.standby.url("followed"), "standby", "target_session_attrs")

    def test_the_primary_is_found_among_several(self):
        query(self.primary.url(), "CREATE DATABASE found")
        self.catch_up()
        both = (f"host={self.standby.sockets},{self.primary.sockets} port={self.standby.port},{self.primary.port} "
                "user=postgres dbname=found")
        self.expect(0, "apply", "--db", f"{both} target_session_attrs=primary")
        self.assertEqual([(1,)], query(self.primary.url("found"), "SELECT count(*) FROM lockgate.migration"))


class StubTest(PostgresTest):
    """A server whose pg_try_advisory_lock() says yes to everybody."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")

    def replace_lock(self):
        self.execute("ALTER FUNCTION pg_catalog.pg_try_advisory_lock(integer, integer) RENAME TO real_one;\n"
                     "CREATE FUNCTION pg_catalog.pg_try_advisory_lock(integer, integer) RETURNS boolean "
                     "LANGUAGE sql AS 'SELECT true'")

    def test_nothing_is_written_to_a_new_database(self):
        self.replace_lock()
        for command in (["apply"], ["init"], ["adopt", "migrations", "--to", "1"], ["run", "--", "touch", "started"]):
            result = self.expect(3, command[0], "--db", self.db, *command[1:])
            self.assertIn("advisory locks", result.err, command)
        self.assertEqual([], self.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'lockgate'"))
        self.assertEqual(set(), self.tables())
        self.assertFalse((self.folder / "started").exists())

    def test_nothing_is_written_to_a_history(self):
        self.expect(0, "apply", "--db", self.db)
        self.replace_lock()
        self.write("2_u.sql", "CREATE TABLE u (x int);\n")
        for command in ("apply", "revert --all --yes", "resolve 2 --applied"):
            self.assertIn("advisory locks", self.expect(3, *command.split(), "--db", self.db).err, command)
        self.assertEqual({"t"}, self.tables())
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate.migration"))
        self.assertEqual([(1,)], self.sql("SELECT count(*) FROM lockgate.batch"))

    def test_reading_needs_no_lock(self):
        self.replace_lock()
        self.assertEqual(1, self.expect(0, "verify", "--db", self.db, "--json").json["pending"])
        self.expect(0, "status", "--db", self.db)
        self.expect(0, "plan", "--db", self.db)


class WaitTest(PostgresTest):
    """Runs of lockgate that have told that they wait for the database."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")

    def start_waiting(self, command, url, *rest):
        process = self.start(command, "--db", url, "--wait-db", "60s", *rest)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.told = process.stderr.readline().decode()
        self.assertIsNone(process.poll(), self.told)
        return process

    def expect_end(self, code, process):
        process.stderr.read()
        self.assertEqual(code, process.wait(timeout=60), self.told)


class LateServerTest(WaitTest):
    @classmethod
    def setUpClass(cls):
        own = OwnCluster()
        cls.late = own.__enter__()
        cls.addClassCleanup(own.__exit__)

    def setUp(self):
        super().setUp()
        # New ones, whatever the test before has left.
        for command in ("apply", "verify"):
            query(self.late.url(), f"DROP DATABASE IF EXISTS {command} WITH (FORCE)")
            query(self.late.url(), f"CREATE DATABASE {command}")

    def expect_waits(self, comes_up, *words):
        processes = []
        for command in ("apply", "verify"):
            processes.append(self.start_waiting(command, self.late.url(command)))
            for word in words:
                self.assertIn(word, self.told)
        comes_up()
        for process in processes:
            self.expect_end(0, process)
        self.assertEqual([("applied",)], query(self.late.url("apply"), "SELECT state FROM lockgate.migration"))

    def test_nobody_listens_yet(self):
        self.late.stop("fast")
        self.expect(3, "verify", "--db", self.late.url("apply"))
        self.expect_waits(self.late.restart)

    def test_it_is_starting_up(self):
        """A standby that lets nobody in goes on starting up until it is promoted."""
        self.late.stop("fast")
        write_to(self.late, "standby.signal", "")
        write_to(self.late, "postgresql.conf", "hot_standby = off\n")
        self.late.restart()
        self.assertIn("--wait-db", self.expect(3, "verify", "--db", self.late.url("apply")).err)
        self.expect_waits(lambda: self.late.must("pg_ctl", "promote", "-w", "-D", self.late.folder / "data"),
                          "the database system is")


class FullServerTest(WaitTest):
    def test_a_connection_that_becomes_free_is_waited_for(self):
        role = self.make_role("LOGIN CONNECTION LIMIT 1")
        self.execute(f"ALTER DATABASE {self.database} OWNER TO {role}")
        other = self.connect(self.url_of(role))
        self.assertIn("--wait-db", self.expect(3, "apply", "--db", self.url_of(role)).err)
        process = self.start_waiting("apply", self.url_of(role))
        self.assertIn("too many connections", self.told)
        other.close()
        self.expect_end(0, process)
        self.assertEqual({"t"}, self.tables())

    def test_the_wait_has_an_end(self):
        role = self.make_role("LOGIN CONNECTION LIMIT 1")
        self.connect(self.url_of(role))
        started = time.monotonic()
        result = self.expect(3, "verify", "--db", self.url_of(role), "--wait-db", "700ms", "--json")
        self.assertTrue(0.7 <= time.monotonic() - started < 3)
        self.assertEqual("53300", result.json["error"]["sqlstate"])


class HopelessTest(PostgresTest):
    """What no waiting mends ends at once."""

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")

    def expect_at_once(self, code, url, env=None):
        for command, *rest in (("apply",), ("run", "--", "touch", "started")):
            started = time.monotonic()
            result = self.expect(code, command, "--db", url, *LONG, *rest, env=env)
            self.assertLess(time.monotonic() - started, AT_ONCE, result)
        self.assertFalse((self.folder / "started").exists())
        return result.err

    def test_wrong_password(self):
        err = self.expect_at_once(3, self.cluster.tcp_url(self.database, password="Wr0ngOne"))
        self.assertIn("password authentication failed", err)
        self.assertNotIn("Wr0ngOne", err)

    def test_unknown_database(self):
        self.assertIn("nowhere_to_be_found", self.expect_at_once(3, self.cluster.url("nowhere_to_be_found")))

    def test_unknown_role(self):
        self.assertIn("nobody_knows", self.expect_at_once(3, self.url_of("nobody_knows")))

    def test_tls_that_the_server_does_not_speak(self):
        url = self.tcp_url.replace("sslmode=disable", "sslmode=require")
        self.assertIn("sslmode", self.expect_at_once(3, url))

    def test_values_that_libpq_refuses(self):
        for wrong in ("sslmode=no-verify", "port=abc", "port=70000", "service=nope"):
            with self.subTest(wrong):
                self.expect_at_once(2, f"host={self.cluster.sockets} user=postgres dbname={self.database} {wrong}")

    def test_values_that_libpq_refuses_in_a_url(self):
        for wrong in ("sslmode=no-verify", "port=abc", "port=70000", "service=nope"):
            with self.subTest(wrong):
                self.expect_at_once(2, f"postgresql://postgres@127.0.0.1/{self.database}?{wrong}")

    def test_values_that_libpq_refuses_in_the_environment(self):
        for name, value in (("PGSSLMODE", "no-verify"), ("PGPORT", "70000"), ("PGSERVICE", "nope")):
            with self.subTest(name):
                self.expect_at_once(2, f"postgresql://postgres@127.0.0.1/{self.database}", {name: value})


class MadeDatabaseTest(PostgresTest):
    RUNS = 6

    def setUp(self):
        super().setUp()
        self.write("1_t.sql", "CREATE TABLE t (x int);\n")

    def name_database(self, suffix):
        name = self.database + suffix
        quoted = '"' + name.replace('"', '""') + '"'
        self.addCleanup(query, self.cluster.url(), f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        return name, self.cluster.url(quote(name, safe=""))

    def count(self, name):
        return self.sql("SELECT count(*) FROM pg_database WHERE datname = %s", name)[0][0]

    def test_simultaneous_applies_make_it_once(self):
        name, url = self.name_database("_made")
        processes = [self.start("apply", "--create-database", "--db", url) for _ in range(self.RUNS)]
        for process in processes:
            _, err = process.communicate(timeout=60)
            self.assertEqual(0, process.returncode, err.decode())
        self.assertEqual(1, self.count(name))
        self.assertEqual([("apply", "ok")], query(url, "SELECT action, outcome FROM lockgate.batch"))
        self.assertEqual([("1", "applied")], query(url, "SELECT version, state FROM lockgate.migration"))

    def test_nobody_makes_it_unasked(self):
        name, url = self.name_database("_unmade")
        for command in ("apply", "init", "verify"):
            error = self.expect(3, command, "--db", url, "--json").json["error"]
            self.assertEqual("3D000", error["sqlstate"])
        self.assertEqual(0, self.count(name))

    def test_a_name_that_must_be_quoted(self):
        name, url = self.name_database(' "; DROP TABLE x; -- Ü%')
        self.expect(0, "apply", "--create-database", "--db", url)
        self.expect(0, "verify", "--db", url)
        self.assertEqual(1, self.count(name))

    def test_init_makes_it_and_apply_goes_on(self):
        name, url = self.name_database("_init")
        self.expect(0, "init", "--create-database", "--db", url)
        self.expect(0, "apply", "--db", url)
        self.assertEqual(1, self.count(name))

    def test_a_role_that_may_not_make_it(self):
        name, _ = self.name_database("_forbidden")
        result = self.expect(3, "apply", "--create-database", "--db", self.url_of(self.make_role(), name))
        self.assertIn("permission denied", result.err)
        self.assertIn(name, result.err)
        self.assertEqual(0, self.count(name))


class SignalTest(WaitTest):
    NOBODY = "postgresql://someone@127.0.0.1:1/app"

    def expect_stops(self, process, number=signal.SIGTERM):
        started = time.monotonic()
        process.send_signal(number)
        self.expect_end(128 + number, process)
        self.assertLess(time.monotonic() - started, AT_ONCE)

    def test_while_nobody_listens(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.expect_stops(self.start_waiting("apply", self.NOBODY), number)
            self.expect_stops(self.start_waiting("run", self.NOBODY, "--", "touch", "started"), number)
        self.assertFalse((self.folder / "started").exists())

    def test_while_the_server_keeps_silent(self):
        for command in (("apply",), ("run", "--", "touch", "started")):
            with FakeServer(answers=False) as server:
                process = self.start(command[0], "--db", server.url, "--wait-db", "60s", *command[1:])
                self.addCleanup(process.communicate)
                self.addCleanup(process.kill)
                while not server.clients:
                    time.sleep(0.02)
                time.sleep(0.1)
                self.told = ""
                self.expect_stops(process)
        self.assertFalse((self.folder / "started").exists())
