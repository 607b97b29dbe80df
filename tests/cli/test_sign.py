# SPDX-License-Identifier: MIT
"""sign: what it adds, what ssh-keygen and minisign say of it, and what it refuses to add."""
import os

from signers import SignerTest

RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")


class SignTest(SignerTest):
    def sign(self, *more, code=0, **options):
        return self.expect(code, "sign", "app.lockgate", *more, **options)

    def test_ssh_keygen_verifies_what_we_sign(self):
        self.pem()
        id_ = self.sign("--signing-key", "ci.pem").out
        self.assertEqual(self.expect(0, "inspect", "app.lockgate", "--json").json["bundle_id"], id_.strip())
        (name, body), = self.signatures().items()
        self.write("ours.sig", body, ".")
        line = self.expect(0, "sign", "--show-public", "--signing-key", "ci.pem").out
        self.trust(line)
        self.ssh_verifies("ours.sig", "signer")
        self.write("app.manifest", self.read("app.manifest") + " ", ".")
        self.ssh_verifies("ours.sig", "signer", code=255)
        self.assertRegex(name, r"^signature\.ssh-[0-9a-f]{16}$")

    def test_the_id_stays_and_signing_twice_is_once(self):
        before = self.expect(0, "inspect", "app.lockgate", "--json").json
        self.pem()
        self.sign("--signing-key", "ci.pem")
        first = (self.folder / "app.lockgate").read_bytes()
        self.sign("--signing-key", "ci.pem")
        self.assertEqual(first, (self.folder / "app.lockgate").read_bytes())
        self.sign("--signing-key", self.pem("other.pem"))
        after = self.expect(0, "inspect", "app.lockgate", "--json").json
        self.assertEqual(before["bundle_id"], after["bundle_id"])
        self.assertEqual(before["migrations"], after["migrations"])
        self.assertEqual([("ssh", True)] * 2, [(s["format"], s["valid"]) for s in after["signatures"]])
        # A bundle that is packed anew from a signed one is the same bundle, with its signatures.
        self.expect(0, "bundle", "app.lockgate", "-o", "again.lockgate")
        self.assertEqual(self.entries(), self.entries("again.lockgate"))

    def test_the_key_from_the_environment(self):
        self.pem()
        key = self.read("ci.pem")
        self.sign(env={"LOCKGATE_SIGNING_KEY": "ci.pem"})
        one = self.signatures()
        self.bundle()
        self.sign(env={"LOCKGATE_SIGNING_KEY_PEM": key})
        self.assertEqual(one, self.signatures())
        self.bundle()
        self.sign(env={"LOCKGATE_SIGNING_KEY_PEM_FILE": "ci.pem"})
        self.assertEqual(one, self.signatures())
        self.assertIn("LOCKGATE_SIGNING_KEY_PEM", self.sign("--signing-key-pem", key, code=2).err)
        self.sign("--signing-key", "ci.pem", env={"LOCKGATE_SIGNING_KEY_PEM": key}, code=2)

    def test_no_byte_of_a_key_is_shown(self):
        self.pem()
        key = self.read("ci.pem")
        secret = key.splitlines()[1]
        for options in ({"LOCKGATE_SIGNING_KEY": key}, {"LOCKGATE_SIGNING_KEY_FILE": "ci.pem"},
                        {"LOCKGATE_SIGNING_KEY_PEM": key[:-30]}, {"LOCKGATE_SIGNING_KEY_PEM": secret}):
            for json in ((), ("--json",)):
                result = self.sign("-v", *json, env=options, code=2)
                self.assertNotIn(secret[:20], result.out + result.err)
                self.assertIn("LOCKGATE_SIGNING_KEY", result.out + result.err)

    def test_keys_that_cannot_sign(self):
        self.ssh_key()
        self.tool("openssl", "genpkey", *RSA, "-out", "rsa.pem")
        self.pem("locked.pem", "-aes256", "-pass", "pass:x")
        self.write("nothing.pem", "", ".")
        for name, word in (("alice", "ssh-keygen -Y sign"), ("rsa.pem", "not an Ed25519 key"),
                           ("locked.pem", "passphrase"), ("nothing.pem", "no private key"), ("none.pem", "none.pem"),
                           (".", "'.'")):
            self.assertIn(word, self.sign("--signing-key", name, code=2).err)
        self.assertIn("--signing-key", self.sign(code=2).err)
        self.assertEqual({}, self.signatures())

    def test_a_key_that_others_may_read_is_warned_of(self):
        self.pem()
        self.assertNotIn("chmod", self.sign("--signing-key", "ci.pem").err)
        os.chmod(self.folder / "ci.pem", 0o644)
        self.assertIn("chmod 600", self.sign("--signing-key", "ci.pem").err)

    def test_usage(self):
        self.pem()
        self.expect(2, "sign")
        self.expect(2, "sign", "--signing-key", "ci.pem")
        self.expect(2, "sign", "migrations", "--signing-key", "ci.pem")
        self.sign("more", "--signing-key", "ci.pem", code=2)
        self.expect(2, "sign", "app.lockgate", "--show-public", "--signing-key", "ci.pem")
        self.sign("--signing-key", "ci.pem", "--attach", "x", code=2)
        self.sign("--attach", "none.sig", code=2)
        self.expect(3, "sign", "none.lockgate", "--signing-key", "ci.pem")
        self.write("bad.lockgate", "no bundle", ".")
        self.expect(7, "sign", "bad.lockgate", "--signing-key", "ci.pem")

    def test_json(self):
        self.pem()
        document = self.sign("--signing-key", "ci.pem", "--json").json
        public = self.expect(0, "sign", "--show-public", "--signing-key", "ci.pem", "--json").json
        self.assertEqual(("ssh", public["key"], True, None),
                         tuple(document["signature"][key] for key in ("format", "key", "valid", "problem")))
        self.assertEqual("app.lockgate", document["file"])
        self.assertEqual(self.tool("sha256sum", "app.lockgate").split()[0], document["file_sha256"][7:])


class AttachTest(SignerTest):
    def attach(self, name, code=0, *more):
        return self.expect(code, "sign", "app.lockgate", "--attach", name, *more)

    def refuse(self, name, *words):
        before = (self.folder / "app.lockgate").read_bytes()
        err = self.attach(name, 7).err
        for word in words:
            self.assertIn(word, err)
        self.assertEqual(before, (self.folder / "app.lockgate").read_bytes())

    def test_signatures_of_ssh_keygen(self):
        for key, more in (("alice", ()), ("carol", ("-O", "hashalg=sha256"))):
            self.ssh_key(key)
            self.attach(self.ssh_sign(key, more=more))
        fingerprints = {self.tool("ssh-keygen", "-lf", key + ".pub").split()[1] for key in ("alice", "carol")}
        shown = self.expect(0, "inspect", "app.lockgate", "--json").json["signatures"]
        self.assertEqual(fingerprints, {item["key"] for item in shown})
        self.assertEqual({("ssh", "lockgate-bundle@v1", True)},
                         {(item["format"], item["namespace"], item["valid"]) for item in shown})
        text = self.expect(0, "inspect", "app.lockgate").out
        for fingerprint in fingerprints:
            self.assertIn(fingerprint, text)

    def test_signatures_of_minisign(self):
        self.minisign_key()
        result = self.attach(self.minisign())
        self.assertIn("--trusted-keys", result.err)
        item, = self.expect(0, "inspect", "app.lockgate", "--json").json["signatures"]
        number = self.read("bob.pub").splitlines()[0].split()[-1]
        self.assertEqual(("minisign", "minisign " + number, None), (item["format"], item["key"], item["valid"]))
        (_, body), = self.signatures().items()
        self.write("out.minisig", body, ".")
        self.tool("minisign", "-V", "-p", "bob.pub", "-m", "app.manifest", "-x", "out.minisig")

    def test_what_does_not_fit_is_not_added(self):
        self.ssh_key()
        self.refuse(self.ssh_sign(namespace="file"), "'file'", "lockgate-bundle@v1")
        self.write("3_c.sql", "SELECT 1;\n")
        self.bundle("other")
        self.refuse(self.ssh_sign(manifest="other.manifest"), "does not fit")
        good = self.read(self.ssh_sign())
        for text, word in ((good + "x", "behind"), (good[:-40], "missing"), (good[:60], "missing"), ("", "neither"),
                           (good.replace("U1NI", "u1NI"), "SSHSIG"), ("x" * 70000, "")):
            self.write("bad.sig", text, ".")
            self.refuse("bad.sig", word)
        self.ssh_key("dora", "ecdsa")
        self.refuse(self.ssh_sign("dora"), "ecdsa-sha2-nistp256")
        self.minisign_key()
        self.refuse(self.minisign(more=("-l",)), "legacy")

    def test_inspect_tells_what_is_not_valid(self):
        """A bundle that somebody else's tool has put together."""
        self.ssh_key()
        signature = self.read(self.ssh_sign())
        self.write("3_c.sql", "SELECT 1;\n")
        self.bundle()
        files = dict(self.entries(), **{"signature.a": b"nonsense", "signature.b": signature.encode()})
        self.pack(files)
        items = self.expect(0, "inspect", "app.lockgate", "--json").json["signatures"]
        self.assertEqual([("signature.a", None, False), ("signature.b", "ssh", False)],
                         [(item["name"], item["format"], item["valid"]) for item in items])
        self.assertTrue(all(item["problem"] for item in items))
        self.assertIn("not valid", self.expect(0, "inspect", "app.lockgate").out)
        self.expect(0, "verify", "app.lockgate", "--no-db")
