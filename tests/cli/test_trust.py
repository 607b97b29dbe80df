# SPDX-License-Identifier: MIT
"""--trusted-keys: what is taken, what is refused and how that is told; signers are ssh-keygen and minisign."""
import hashlib
import json
import subprocess

from program import LOCKGATE
from signers import SignerTest


class TrustTest(SignerTest):
    def setUp(self):
        super().setUp()
        self.ssh_key()
        self.trust(self.public_line("alice"))

    def attach(self, name, bundle="app.lockgate"):
        self.expect(0, "sign", bundle, "--attach", name)

    def signed(self):
        self.attach(self.ssh_sign())

    def verify(self, code=0, *more, trusted="trusted", source="app.lockgate"):
        return self.expect(code, "verify", source, "--no-db", "--trusted-keys", trusted, *more)

    def refused(self, *words, code="untrusted", trusted="trusted", source="app.lockgate", more=()):
        """Exit 7, a finding, and a sentence that says all of it."""
        result = self.verify(7, "--json", *more, trusted=trusted, source=source)
        document = result.json
        self.assertEqual([(code, "block")], [(f["code"], f["severity"]) for f in document["findings"]])
        self.assertEqual("bad-bundle", document["outcome"])
        self.assertIsNone(document["bundle"])
        for word in (source, code, *words):
            self.assertIn(word, document["error"]["message"])
        return document


class SourceTest(TrustTest):
    def test_a_signed_bundle_is_taken_by_every_command(self):
        self.signed()
        trust = ("--db", self.db, "--trusted-keys", "trusted")
        for command in ("verify", "plan", "apply", "status"):
            document = self.expect(0, command, "app.lockgate", *trust, "--json").json
            self.assertEqual("alice", document["bundle"]["signed_by"], command)
        self.assertEqual([("alice",)], self.sql("SELECT DISTINCT signed_by FROM lockgate_batch"))
        document = self.expect(0, "inspect", "app.lockgate", "--json", "--trusted-keys", "trusted").json
        self.assertEqual("alice", document["signed_by"])
        self.assertIn("signed by alice", self.expect(0, "inspect", "app.lockgate", "--trusted-keys", "trusted").out)
        self.expect(0, "run", "app.lockgate", *trust, "--", "true")

    def test_what_is_not_signed_is_refused_by_every_command(self):
        for source in ("app.lockgate", "migrations"):
            for command in (("verify",), ("verify", "--no-db"), ("plan",), ("apply",), ("status",), ("run",),
                            ("adopt", "--to", "1"), ("revert", "--all")):
                db = () if "--no-db" in command else ("--db", self.db)
                program = ("--", "touch", "started") if command == ("run",) else ()
                result = self.expect(7, *command, source, *db, "--trusted-keys", "trusted", *program)
                self.assertIn("unsigned", result.err)
            self.expect(7, "resolve", "1", source, "--db", self.db, "--applied", "--trusted-keys", "trusted")
        self.expect(7, "run", "app.lockgate", "--db", self.db, "--trusted-keys", "trusted", "--start-on",
                    "failed,undecided,refused", "--", "touch", "started")
        self.expect(7, "inspect", "app.lockgate", "--trusted-keys", "trusted")
        self.assertFalse((self.folder / "app.db").exists())
        self.assertFalse((self.folder / "started").exists())

    def test_no_signer_is_named_that_nobody_asked_for(self):
        self.signed()
        document = self.expect(0, "apply", "app.lockgate", "--db", self.db, "--json").json
        self.assertIsNone(document["bundle"]["signed_by"])
        self.assertEqual([(None,)], self.sql("SELECT DISTINCT signed_by FROM lockgate_batch"))

    def test_a_folder_with_a_signature_beside_it(self):
        signature = self.ssh_sign()
        more = ("--dialect", "sqlite", "--signature", signature)
        self.verify(0, *more, source="migrations")
        document = self.expect(0, "apply", "migrations", "--db", self.db, "--trusted-keys", "trusted", "--signature",
                               signature, "--json").json
        self.assertEqual("alice", document["bundle"]["signed_by"])
        self.write("2_b.sql", "CREATE TABLE b (y);\n")
        self.refused("altered", source="migrations", more=more)

    def test_an_unsigned_folder_is_refused_before_it_is_packed(self):
        self.write("3_c.sql", "COMMIT;\n")
        self.assertNotIn("3_c", self.verify(7, source="migrations").err)

    def test_a_signature_beside_a_bundle(self):
        signature = self.ssh_sign()
        self.verify(0, "--signature", signature)
        self.expect(0, "bundle", "--dialect", "sqlite", "--signature", signature, "-o", "signed.lockgate")
        self.verify(0, source="signed.lockgate")
        self.write("3_c.sql", "SELECT 1;\n")
        self.assertIn("does not fit", self.expect(7, "bundle", "--dialect", "sqlite", "--signature", signature).err)
        self.write("bad.sig", "nonsense", ".")
        self.verify(7, "--signature", "bad.sig")
        self.verify(2, "--signature", "none.sig")
        self.expect(2, "verify", "app.lockgate", "--no-db", "--signature", signature)

    def test_settings_and_environment(self):
        self.expect(7, "verify", "app.lockgate", "--no-db", env={"LOCKGATE_TRUSTED_KEYS": "trusted"})
        self.write("lockgate.ini", "trusted-keys = trusted\n", ".")
        self.expect(7, "verify", "app.lockgate", "--no-db")
        # What is to be signed must be packed first.
        self.expect(0, "bundle", "--dialect", "sqlite")
        self.signed()
        self.expect(0, "verify", "app.lockgate", "--no-db")

    def test_a_base_need_not_be_signed(self):
        self.signed()
        self.bundle("base")
        self.expect(0, "verify", "app.lockgate", "--base", "base.lockgate", "--trusted-keys", "trusted")
        self.expect(7, "verify", "base.lockgate", "--base", "app.lockgate", "--trusted-keys", "trusted")

    def test_a_folder_of_programs_is_not_run(self):
        """It would be compiled, by the project's own packages, before anything could be compared."""
        self.signed()
        self.write("package.json", "{}", folder="project")
        self.write("index.js", "require('fs').writeFileSync(process.env.MARK, '')", folder="project/node_modules/sequelize")
        self.write("package.json", '{"name": "sequelize", "version": "6.0.0", "main": "index.js"}',
                   folder="project/node_modules/sequelize")
        self.write("20260101000000-a.js", "module.exports = { up() {}, down() {} };\n", folder="project/migrations")
        mark = {"MARK": str(self.folder / "mark")}
        signature = self.ssh_sign()
        for command in (["verify", "--no-db", "project/migrations", "--signature", signature],
                        ["apply", "project/migrations", "--db", self.db, "--signature", signature],
                        ["verify", "app.lockgate", "--base", "project/migrations"]):
            result = self.expect(7, *command, "--format", "sequelize", "--dialect", "sqlite", "--trusted-keys", "trusted", env=mark)
            self.assertIn("compiled by running it", result.err)
            self.assertIn("sign the bundle", result.err)
        self.assertFalse((self.folder / "mark").exists())

    def test_the_manifest_is_not_read_before_it_is_known_whose_it_is(self):
        """A stranger's manifest that is no manifest: what is said of it is that it is a stranger's."""
        self.signed()
        entries = self.entries()
        entries["manifest"] = b"\x00 not a manifest"
        self.pack(entries)
        self.refused("altered")
        self.assertIn("manifest", self.expect(7, "verify", "app.lockgate", "--no-db").err)


class KeysTest(TrustTest):
    def test_minisign(self):
        self.minisign_key()
        self.refused(code="unsigned")
        self.attach(self.minisign())
        self.verify(0, trusted="bob.pub")
        key = self.read("bob.pub").splitlines()[1]
        self.trust(self.public_line("alice"), f"bob@x minisign {key}\n")
        document = self.expect(0, "apply", "app.lockgate", "--db", self.db, "--trusted-keys", "trusted", "--json").json
        self.assertEqual("bob@x", document["bundle"]["signed_by"])
        self.minisign_key("eve")
        self.refused("minisign " + self.read("bob.pub").splitlines()[0].split()[-1], "not named", trusted="eve.pub")

    def test_a_comment_of_minisign_that_was_altered(self):
        self.minisign_key()
        text = self.read(self.minisign(more=("-t", "for staging only")))
        self.write("bob.minisig", text.replace("staging", "production"), ".")
        self.refused("altered", trusted="bob.pub", more=("--signature", "bob.minisig"))
        self.write("bob.minisig", text, ".")
        self.verify(0, "--signature", "bob.minisig", trusted="bob.pub")

    def test_our_own_line(self):
        self.pem()
        self.expect(0, "sign", "app.lockgate", "--signing-key", "ci.pem")
        self.trust(self.expect(0, "sign", "--show-public", "--signing-key", "ci.pem").out)
        self.assertEqual("signer", self.expect(0, "inspect", "app.lockgate", "--trusted-keys", "trusted",
                                               "--json").json["signed_by"])

    def test_ssh_keygen_takes_the_same_list(self):
        self.ssh_key("carol")
        self.trust("# releases\n", self.public_line("carol", "carol@x", 'valid-before="20200101Z"'),
                   self.public_line("alice", "alice@x,al", 'namespaces="lockgate-bundle@v1",valid-after="20200101Z"'))
        self.signed()
        self.assertEqual("alice@x,al", self.expect(0, "inspect", "app.lockgate", "--json", "--trusted-keys",
                                                   "trusted").json["signed_by"])
        self.ssh_verifies("alice.sig", "alice@x")
        self.ssh_verifies(self.ssh_sign("carol"), "carol@x", code=255)

    def test_rotation(self):
        self.signed()
        self.ssh_key("next")
        both = self.trust(self.public_line("alice"), self.public_line("next"))
        self.verify(0)
        only_next = self.trust(self.public_line("next"), name="only-next")
        fingerprint = self.tool("ssh-keygen", "-lf", "alice.pub").split()[1]
        self.refused(fingerprint, "not named", "only-next", trusted=only_next)
        self.attach(self.ssh_sign("next"))
        self.verify(0, trusted=both)
        self.verify(0, trusted=only_next)
        self.verify(0, trusted=self.trust(self.public_line("alice"), name="only-old"))

    def test_keys_out_of_their_time_or_place(self):
        self.signed()
        fingerprint = self.tool("ssh-keygen", "-lf", "alice.pub").split()[1]
        for options, words in (('valid-before="20200101Z"', ("expired", "2020-01-01T00:00:00Z")),
                               ('valid-after="29990101Z"', ("only from", "2999-01-01T00:00:00Z")),
                               ('namespaces="git,file"', ("git,file", "lockgate-bundle@v1")),
                               ('namespaces="*,!lockgate-*"', ("lockgate-bundle@v1",))):
            self.refused(fingerprint, "'alice'", *words,
                         trusted=self.trust(self.public_line("alice", options=options), name="bounded"))
        for options in ('valid-after="20200101Z",valid-before="29990101Z"', 'namespaces="lockgate-*"'):
            self.verify(0, trusted=self.trust(self.public_line("alice", options=options), name="bounded"))

    def test_lists_that_cannot_be_meant(self):
        self.signed()
        self.ssh_key("rsa", "rsa")
        for text, words in (("", ("names no key",)), (self.public_line("rsa"), ("ssh-rsa", "bad:1")),
                            (self.public_line("alice", options="cert-authority"), ("cert-authority", "bad:1")),
                            ("#\nnonsense\n", ("bad:2",)), ("x" * (1 << 20) + "\n", ("bad",))):
            err = self.verify(2, trusted=self.trust(text, name="bad")).err
            for word in words:
                self.assertIn(word, err)
        self.assertIn("none", self.verify(2, trusted="none").err)
        self.verify(2, trusted=".")

    def test_keys_of_other_types_are_told_with_v(self):
        self.signed()
        self.ssh_key("rsa", "rsa")
        mixed = self.trust(self.public_line("rsa"), self.public_line("alice"), name="mixed")
        self.assertNotIn("ssh-rsa", self.verify(0, trusted=mixed).err)
        self.assertIn("mixed:1: a key of type 'ssh-rsa'", self.verify(0, "-v", trusted=mixed).err)


class TamperTest(TrustTest):
    def test_another_bundle_of_the_same_signer(self):
        self.signed()
        signatures = self.signatures()
        self.write("2_b.sql", "CREATE TABLE b (x); DROP TABLE a;\n")
        self.bundle()
        self.pack(dict(self.entries(), **signatures))
        self.refused("altered", "'alice'")

    def test_one_good_signature_of_several(self):
        self.ssh_key("eve")
        self.minisign_key()
        signature = self.ssh_sign()
        hers = self.read(signature).encode()
        self.attach(signature)
        self.attach(self.ssh_sign("eve"))
        self.attach(self.minisign())
        self.verify(0)
        self.pack(dict(self.entries(), **{"signature.000": b"", "signature.zzz": self.ssh_sign(namespace="file")
                                          .encode()}))
        self.verify(0)
        entries = self.entries()
        good, = (name for name, body in self.signatures().items() if body == hers)
        del entries[good]
        self.pack(entries)
        document = self.refused("SHA256:", "minisign ", "not understood")
        self.assertIn("signature.000", document["error"]["message"])

    def test_every_part_of_the_entry(self):
        self.signed()
        entries = self.entries()
        (name, body), = self.signatures().items()
        for bad in (body[:-2], body[:-40], body[:100], body + b"\n", body + b"x", body + body, b"x" + body,
                    body.replace(b"U1NIU0lH", b"U1NIU0lI"), body.swapcase(), b"\n", b""):
            self.pack(dict(entries, **{name: bad}))
            self.refused("not understood")
        for at in range(len(body)):
            if at % 29 == 0 and body[at:at + 1].isalpha() and 30 < at < len(body) - 30:
                self.pack(dict(entries, **{name: body[:at] + body[at:at + 1].swapcase() + body[at + 1:]}))
                self.refused()
        self.pack(entries)
        self.verify(0)

    def test_the_names_of_entries_prove_nothing(self):
        self.signed()
        entries = self.entries()
        (name, body), = self.signatures().items()
        del entries[name]
        self.pack(dict(entries, **{"signature.x": body}))
        self.verify(0)


class RevertTest(TrustTest):
    def setUp(self):
        super().setUp()
        self.write("2_b.down.sql", "DROP TABLE b;\n")
        self.bundle()
        self.signed()
        self.expect(0, "apply", "app.lockgate", "--db", self.db, "--trusted-keys", "trusted")

    def revert(self, code, *more):
        return self.expect(code, "revert", *more, "--all", "--db", self.db, "--trusted-keys", "trusted")

    def test_a_stored_script_needs_a_signed_source(self):
        for dry in ((), ("--dry-run",)):
            document = self.revert(7, "--json", *dry).json
            self.assertEqual([("untrusted", "2"), ("untrusted", "1")],
                             [(f["code"], f["version"]) for f in document["findings"]])
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM lockgate_migration"))
        document = self.revert(0, "app.lockgate", "--json").json
        self.assertEqual(["2", "1"], [item["version"] for item in document["reverted"]])
        self.assertEqual([("alice",)], self.sql("SELECT signed_by FROM lockgate_batch WHERE action = 'revert'"))

    def test_a_signed_source_with_another_script(self):
        self.write("1_a.down.sql", "DROP TABLE a; -- now\n")
        self.bundle()
        self.signed()
        document = self.revert(7, "app.lockgate", "--json").json
        self.assertEqual([("untrusted", "1")], [(f["code"], f["version"]) for f in document["findings"]])
        self.assertIn("lockgate", document["error"]["message"])
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM lockgate_migration"))
        self.expect(0, "revert", "app.lockgate", "--steps", "1", "--db", self.db, "--trusted-keys", "trusted")

    def test_a_script_that_was_planted_together_with_its_hash(self):
        planted = "DROP TABLE a; DROP TABLE b;\n"
        digest = hashlib.sha256(planted.encode()).hexdigest()
        self.execute(f"UPDATE lockgate_migration SET down_sql = '{planted}', down_sha256 = '{digest}' "
                     "WHERE version = '1'")
        document = self.revert(7, "app.lockgate", "--json").json
        self.assertEqual([("untrusted", "1")], [(f["code"], f["version"]) for f in document["findings"]])
        self.assertEqual([(2,)], self.sql("SELECT count(*) FROM lockgate_migration"))

    def test_without_demand_nothing_changes(self):
        self.expect(0, "revert", "--all", "--db", self.db)


class MachineTest(TrustTest):
    """/etc/lockgate/allowed_signers, in a mount namespace whose /etc holds nothing else."""

    def on_machine(self, code, *arguments, keys="trusted", env=None):
        script = ('mount -t tmpfs none /etc && mkdir /etc/lockgate && '
                  '{ [ -z "$KEYS" ] || cp -r "$KEYS" /etc/lockgate/allowed_signers; } && exec "$@"')
        result = subprocess.run(["unshare", "--map-root-user", "--user", "--mount", "sh", "-c", script, "sh", LOCKGATE,
                                 *arguments], cwd=self.folder, env=self.environment(dict(env or {}, KEYS=keys)),
                                stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(code, result.returncode, result)
        return result

    def test_it_is_always_demanded(self):
        self.on_machine(0, "verify", "app.lockgate", "--no-db", keys="")
        for arguments in (("verify", "app.lockgate", "--no-db"), ("apply", "app.lockgate", "--db", self.db),
                          ("apply", "migrations", "--db", self.db), ("status", "app.lockgate", "--db", self.db)):
            self.assertIn(b"/etc/lockgate/allowed_signers", self.on_machine(7, *arguments).stderr)
        self.signed()
        result = self.on_machine(0, "apply", "app.lockgate", "--db", self.db, "--json")
        self.assertEqual("alice", json.loads(result.stdout)["bundle"]["signed_by"])
        self.on_machine(7, "revert", "--all", "--db", self.db)

    def test_other_keys_do_not_take_its_place(self):
        self.ssh_key("eve")
        self.attach(self.ssh_sign("eve"))
        self.trust(self.public_line("eve"), name="hers")
        self.verify(0, trusted="hers")
        for env in ({"LOCKGATE_TRUSTED_KEYS": "hers"}, {}):
            more = () if env else ("--trusted-keys", "hers")
            self.on_machine(7, "verify", "app.lockgate", "--no-db", *more, env=env)
        self.attach(self.ssh_sign())
        result = self.on_machine(0, "inspect", "app.lockgate", "--json", "--trusted-keys", "hers")
        self.assertEqual("eve", json.loads(result.stdout)["signed_by"])
        result = self.on_machine(0, "plan", "app.lockgate", "--db", self.db, "--json", "--trusted-keys", "hers")
        self.assertEqual("alice", json.loads(result.stdout)["bundle"]["signed_by"])

    def test_one_that_is_no_list_lets_nothing_pass(self):
        self.signed()
        self.write("broken", "nonsense\n", ".")
        self.on_machine(2, "verify", "app.lockgate", "--no-db", keys="broken")
        self.on_machine(3, "verify", "app.lockgate", "--no-db", keys="migrations")

    def test_packing_and_signing_go_on(self):
        self.pem()
        self.on_machine(0, "bundle", "--dialect", "sqlite")
        self.on_machine(0, "sign", "app.lockgate", "--signing-key", "ci.pem")
        self.on_machine(0, "inspect", "app.lockgate")
