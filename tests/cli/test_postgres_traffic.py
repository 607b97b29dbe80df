# SPDX-License-Identifier: MIT
"""What goes over the wire: round trips and bytes, counted by a relay between program and server."""
from postgres import PostgresTest
from relay import Relay


class TrafficTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.relay = Relay(self.cluster.port)
        self.addCleanup(self.relay.__exit__)
        self.far = self.cluster.tcp_url(self.database, port=self.relay.port)

    def write_many(self, count):
        for version in range(1, count + 1):
            self.write(f"{version}_t.sql", f"SELECT {version};\n")

    def counted(self, *arguments, code=0):
        """(round trips, bytes sent, bytes received) of one run, once it is connected."""
        self.relay.reset()
        result = self.expect(code, *arguments, "--db", self.far)
        self.relay.settle()
        self.assertEqual(1, len(self.relay.connections), result)
        return self.relay.round_trips, self.relay.bytes_sent, self.relay.bytes_received


class NoOpTest(TrafficTest):
    def test_one_round_trip(self):
        self.write_many(3)
        self.expect(0, "apply", "--db", self.db)
        for command in ("verify", "apply"):
            self.assertEqual(1, self.counted(command)[0], self.relay.queries)

    def test_an_empty_database_takes_a_few(self):
        self.write_many(3)
        self.assertLessEqual(self.counted("verify")[0], 6, self.relay.queries)

    def test_bytes_do_not_grow_with_the_history(self):
        seen = []
        for count in (100, 5000):
            self.write_many(count)
            self.expect(0, "adopt", "--to", str(count), "--yes", "--reason", "many", "--db", self.db)
            # A digit more in a count is a byte more; the history is 50 times as long.
            seen.append((self.counted("verify"), self.counted("apply")))
        self.assertEqual(*[[(trips, sent) for trips, sent, _ in row] for row in seen])
        for few, many in zip(*seen):
            self.assertEqual(1, few[0])
            self.assertLessEqual(abs(many[2] - few[2]), 4)


class ApplyTest(TrafficTest):
    def trips_of(self, count):
        self.write_many(count)
        return self.counted("apply")[0]

    def test_a_migration_is_one_round_trip(self):
        # Where a schema is recorded already, it is read before the first one too.
        for count in (1, 10):
            ten = self.trips_of(count)
            for path in (self.folder / "migrations").iterdir():
                path.unlink()
            self.execute("DELETE FROM lockgate.migration")
        self.assertEqual(30, self.trips_of(40) - ten, self.relay.queries)

    def test_what_surrounds_them_is_little(self):
        self.assertLessEqual(self.trips_of(10) - 10, 23, self.relay.queries)
        self.write("11_t.sql", "SELECT 11;\n")
        self.assertLessEqual(self.counted("apply")[0] - 1, 14, self.relay.queries)

    def test_a_check_is_one_more(self):
        self.write("1_t.up.sql", "CREATE TABLE t (x int);\n")
        self.expect(0, "apply", "--db", self.db)
        plain = self.write("2_t.up.sql", "SELECT 1;\n")
        without = self.counted("apply")[0]
        plain.unlink()
        self.execute("DELETE FROM lockgate.migration WHERE version = '2'")
        self.write("2_t.up.sql", "SELECT 1;\n")
        self.write("2_t.check.sql", "SELECT 1 FROM t;\n")
        self.assertEqual(without + 1, self.counted("apply")[0], self.relay.queries)

    def test_the_lock_is_polled_never_waited_for(self):
        self.write_many(1)
        self.counted("apply")
        self.assertTrue([text for text in self.relay.queries if "pg_try_advisory_lock" in text])
        self.assertFalse([text for text in self.relay.queries if "pg_advisory_lock" in text])
