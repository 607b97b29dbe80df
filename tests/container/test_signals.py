# SPDX-License-Identifier: MIT
"""Process 1 of a container that is told to end, in each phase of a run."""
import signal
import socket

from container import SIGNALS, SLOW, ContainerTest

# An application that handles signals, as one that is process 1 must.
APPLICATION = ("sh", "-c", 'trap "exit 42" INT TERM; echo up >&2; sleep 60 & wait')


class SignalTest(ContainerTest):
    def begin(self, *arguments, db=None, command="run"):
        program = ["--", "echo", "started"] if command == "run" else []
        return self.start(command, *arguments, *program, env={"LOCKGATE_DB": db or self.tcp_url})

    def each(self, words, *arguments, **options):
        for command in ("run", "apply"):
            for number in SIGNALS:
                with self.subTest(command=command, signal=number.name):
                    self.expect_cancelled(self.begin(*arguments, command=command, **options), number, words)

    def test_waiting_for_the_database(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        self.each("waiting for the database", "--wait-db", "60s", db="postgres://u@127.0.0.1:1/x")

    def test_waiting_for_the_lock(self):
        self.write("1_a.up.sql", "SELECT pg_sleep(60);\n")
        holder = self.begin(command="apply")
        self.wait_for_line(holder, "1 a")
        self.each("waiting for the lock")
        self.assertEqual(128 + signal.SIGTERM, self.stop(holder, signal.SIGTERM)[0])

    def test_in_a_statement(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int); SELECT pg_sleep(60);\n")
        self.each("1 a")
        self.assertEqual([(None,)], self.sql("SELECT to_regclass('a')::text"))
        self.assertEqual([], self.sql("SELECT version FROM lockgate.migration"))

    def test_in_a_statement_that_waits_for_a_lock_of_the_database(self):
        self.execute("CREATE TABLE t (x int)")
        self.write("1_a.up.sql", "ALTER TABLE t ADD y int;\n")
        self.connect().cursor().execute("LOCK TABLE t")
        self.each("1 a", "--lock-timeout", "60s", "--policy", "first=allow")

    def test_in_a_statement_of_sqlite(self):
        self.write("1_slow.up.sql", SLOW)
        self.each("1 slow", db=self.sqlite)

    def test_waiting_for_the_lock_of_sqlite(self):
        self.write("1_slow.up.sql", SLOW)
        holder = self.begin(command="apply", db=self.sqlite)
        self.wait_for_line(holder, "1 slow")
        self.each("waiting for the lock", db=self.sqlite)
        self.assertEqual(128 + signal.SIGINT, self.stop(holder, signal.SIGINT)[0])

    def stop_reporting(self, number, answered):
        """Ends it while the report behind `answered` others waits for an answer. Returns its exit code."""
        with socket.create_server(("127.0.0.1", 0)) as receiver:
            receiver.settimeout(30)
            process = self.start("apply", "--report", "webhook", "--outbox", f"{self.inside}/outbox", env={
                "LOCKGATE_DB": self.tcp_url, "LOCKGATE_WEBHOOK_URL": f"http://127.0.0.1:{receiver.getsockname()[1]}/"})
            for _ in range(answered):
                connection, _ = receiver.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            connection, _ = receiver.accept()
            with connection:
                self.assertIn(b"POST / HTTP", connection.recv(65536))
                code, err = self.stop(process, number)
        self.assertIn("not delivered", err)
        return code

    def test_reporting_that_it_begins(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        for number in SIGNALS:
            self.assertEqual(128 + number, self.stop_reporting(number, 0))
        self.assertEqual([(None,)], self.sql("SELECT to_regclass('a')::text"))

    def test_reporting_how_it_ended(self):
        """The outcome is fixed before: what is done is done, and the report waits where it can be sent from."""
        for name, number in enumerate(SIGNALS, start=1):
            self.write(f"{name}_a.up.sql", f"CREATE TABLE a{name} (x int);\n")
            self.assertEqual(0, self.stop_reporting(number, 1))
            self.assertEqual([(name,)], self.sql("SELECT count(*) FROM lockgate.migration"))

    def test_the_program_has_become_process_1(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        for number in SIGNALS:
            process = self.start("run", "--", *APPLICATION, env={"LOCKGATE_DB": self.tcp_url})
            self.wait_for_line(process, "up\n")
            self.assertEqual(42, self.stop(process, number)[0])

    def test_a_second_signal_ends_it_at_once(self):
        self.write("1_slow.up.sql", SLOW)
        process = self.begin(command="apply", db=self.sqlite)
        self.wait_for_line(process, "1 slow")
        self.assertEqual(128 + signal.SIGINT, self.stop(process, signal.SIGINT)[0])


class NonrootSignalTest(SignalTest):
    image = "nonroot"
