# SPDX-License-Identifier: MIT
"""Signatures on PostgreSQL: who has signed stands in the history, and a stored script that nobody signed stays there."""
import subprocess

from postgres import PostgresTest


class TrustTest(PostgresTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", "ci.pem"], cwd=self.folder, check=True)
        line = self.expect(0, "sign", "--show-public", "--signing-key", "ci.pem").out
        self.write("trusted", line.replace("signer", "release@shop"), ".")
        self.expect(0, "bundle")

    def on_db(self, code, command, *more):
        return self.expect(code, command, *more, "--db", self.db, "--trusted-keys", "trusted", "--json").json

    def test_from_unsigned_to_reverted(self):
        self.assertEqual(["unsigned"], [f["code"] for f in self.on_db(7, "apply", "app.lockgate")["findings"]])
        self.assertEqual([(None,)], self.sql("SELECT to_regclass('lockgate.batch')"))
        self.expect(0, "sign", "app.lockgate", "--signing-key", "ci.pem")
        self.assertEqual("release@shop", self.on_db(0, "apply", "app.lockgate")["bundle"]["signed_by"])
        self.assertEqual([("release@shop",)], self.sql("SELECT signed_by FROM lockgate.batch"))

        planted = "DROP TABLE a; -- planted\n"
        self.assertEqual(["untrusted"], [f["code"] for f in self.on_db(7, "revert", "--all")["findings"]])
        self.sql("UPDATE lockgate.migration SET down_sql = %s", planted)
        self.assertEqual(3, self.on_db(3, "revert", "--all", "app.lockgate")["exit_code"])
        self.sql("UPDATE lockgate.migration SET down_sql = %s", "DROP TABLE a;\n")
        self.assertEqual(1, len(self.on_db(0, "revert", "--all", "app.lockgate")["reverted"]))
        self.assertEqual([("apply", "release@shop"), ("revert", "release@shop")],
                         self.sql("SELECT action, signed_by FROM lockgate.batch ORDER BY action"))
