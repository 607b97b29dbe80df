# SPDX-License-Identifier: MIT
"""The example's server as its image starts it, by `lockgate run`, on the Node of the image."""
import json
import re
import shutil
import signal
import urllib.error
import urllib.request

from program import ROOT, ProgramTest

EXAMPLE = ROOT / "examples" / "energy-tracker"


class ServerTest(ProgramTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(EXAMPLE / "migrations", self.folder / "migrations")
        # What the Dockerfile runs to make its bundle, but for its paths.
        words = json.loads(re.search(r"RUN (\[.*lockgate.*\])", (EXAMPLE / "Dockerfile").read_text())[1])
        self.expect(0, *[word.lstrip("/") for word in words[1:]])

    def serve(self, *options):
        process = self.start("run", "energy.lockgate", *options, "--", "node", EXAMPLE / "server.js", env={
            "LOCKGATE_DB": self.db, "ENERGY_DATABASE": str(self.folder / "app.db"), "PORT": "0",
            "NODE_NO_WARNINGS": "1"})
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def address(self, process):
        line = process.stdout.readline().decode()
        self.assertIn("listening on", line, process.stderr.read() if not line else "")
        return f"http://127.0.0.1:{line.split()[-1]}"

    @staticmethod
    def ask(url, body=None):
        request = urllib.request.Request(url, data=json.dumps(body).encode() if body is not None else None)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def test_two_start_and_one_applies(self):
        servers = [self.serve() for _ in range(2)]
        for server in servers:
            self.assertEqual((200, {"schema": "ok"}), self.ask(self.address(server) + "/health"))
        self.assertEqual(1, self.sql("SELECT count(*) FROM lockgate_batch")[0][0])
        self.assertEqual(4, self.sql("SELECT count(*) FROM lockgate_migration")[0][0])

    def test_it_serves_from_the_schema(self):
        url = self.address(self.serve())
        for read_at, watt_hours in (("2026-02-01 05:00", 300), ("2026-02-01 12:00", 200)):
            self.assertEqual(201, self.ask(url + "/readings", {"household": "h", "read_at": read_at,
                                                              "watt_hours": watt_hours})[0])
        self.assertEqual((200, [{"day": "2026-02-01", "watt_hours": 500}]), self.ask(url + "/usage?household=h"))
        self.assertEqual([("night",), ("day",)], self.sql('SELECT tariff FROM "EnergyLogs" ORDER BY read_at'))
        for bad in ([], 7, {"household": "h"}, {"household": "h", "read_at": "x", "watt_hours": 1},
                    {"household": "h", "read_at": "2026-02-01 05:00", "watt_hours": -1}, "x" * 5000):
            self.assertEqual(400, self.ask(url + "/readings", bad)[0], bad)
        self.assertEqual(404, self.ask(url + "/elsewhere")[0])

    def test_signals_reach_it(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            self.address(server)
            server.send_signal(number)
            out, err = server.communicate(timeout=30)
            self.assertEqual((0, f"{number.name}: closing\n"), (server.returncode, out.decode()), err)

    def test_it_is_not_started_on_a_schema_that_does_not_fit(self):
        self.address(self.serve())
        self.execute("UPDATE lockgate_migration SET content_sha256 = replace(content_sha256, substr(content_sha256, 1, 8), "
                     "'00000000'), tokens_sha256 = replace(tokens_sha256, substr(tokens_sha256, 1, 8), '00000000') "
                     "WHERE version = '20260105093000'")
        server = self.serve()
        self.assertEqual((b"", 1), (server.communicate(timeout=30)[0], server.returncode))
        forced = self.serve("--start-on", "refused")
        line = b""
        while b"listening" not in line:
            line = forced.stdout.readline()
            self.assertTrue(line)
        self.assertEqual((503, {"schema": "refused"}), self.ask(f"http://127.0.0.1:{line.split()[-1].decode()}/health"))
