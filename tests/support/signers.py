# SPDX-License-Identifier: MIT
"""Signers that others wrote: OpenSSH's ssh-keygen, minisign and openssl, in a test's folder."""
import subprocess

from program import ProgramTest

NAMESPACE = "lockgate-bundle@v1"


def entry(name, body):
    """The entry of an archive, as FORMAT.md has it in section Container."""
    fields = [name.encode().ljust(100, b"\0"), b"000644 \0", b"000000 \0", b"000000 \0", b"%011o " % len(body),
              b"00000000000 ", b" " * 8, b"0", b"\0" * 100, b"ustar\x0000", b"\0" * 64, b"000000 \0", b"000000 \0",
              b"\0" * 167]
    fields[6] = b"%06o\0 " % sum(b"".join(fields))
    return b"".join(fields) + body + b"\0" * (-len(body) % 512)


class SignerTest(ProgramTest):
    """With a bundle of two migrations, app.lockgate, and its manifest beside it."""

    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")
        self.write("1_a.down.sql", "DROP TABLE a;\n")
        self.write("2_b.sql", "CREATE TABLE b (x);\n")
        self.bundle()

    def bundle(self, name="app"):
        id_ = self.expect(0, "bundle", "--dialect", "sqlite", "-o", f"{name}.lockgate").out
        self.write(name + ".manifest", self.expect(0, "inspect", f"{name}.lockgate", "--manifest").out, ".")
        return id_

    def tool(self, *command, code=0, stdin=b""):
        result = subprocess.run(list(map(str, command)), cwd=self.folder, env=self.environment(), input=stdin,
                                capture_output=True, check=False)
        self.assertEqual(code, result.returncode, result)
        return result.stdout.decode()

    def read(self, name):
        return (self.folder / name).read_text()

    # Keys

    def pem(self, name="ci.pem", *more):
        self.tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", name, *more)
        return name

    def ssh_key(self, name="alice", type_="ed25519"):
        self.tool("ssh-keygen", "-q", "-t", type_, "-N", "", "-C", name, "-f", name)
        return name

    def minisign_key(self, name="bob"):
        self.tool("minisign", "-G", "-W", "-p", name + ".pub", "-s", name + ".key")
        return name

    def public_line(self, name, principal=None, options=""):
        return f"{principal or name} {options}{' ' if options else ''}{self.read(name + '.pub').strip()}\n"

    def trust(self, *lines, name="trusted"):
        self.write(name, "".join(lines), ".")
        return name

    # Signatures over a manifest, in a file beside it

    def ssh_sign(self, key="alice", manifest="app.manifest", namespace=NAMESPACE, more=()):
        signature = self.folder / (manifest + ".sig")
        signature.unlink(missing_ok=True)
        self.tool("ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, *more, manifest)
        return signature.rename(self.folder / f"{key}.sig").name

    def minisign(self, key="bob", manifest="app.manifest", more=()):
        self.tool("minisign", "-S", "-s", key + ".key", "-m", manifest, "-x", key + ".minisig", *more)
        return key + ".minisig"

    def ssh_verifies(self, signature, principal, trusted="trusted", manifest="app.manifest", code=0):
        return self.tool("ssh-keygen", "-Y", "verify", "-f", trusted, "-I", principal, "-n", NAMESPACE, "-s", signature,
                         code=code, stdin=(self.folder / manifest).read_bytes())

    def entries(self, bundle="app.lockgate"):
        stream = subprocess.run(["zstd", "-dcq", bundle], cwd=self.folder, check=True, capture_output=True).stdout
        names = subprocess.run(["tar", "tf", "-"], input=stream, check=True, capture_output=True).stdout.decode()
        return {name: subprocess.run(["tar", "xOf", "-", name], input=stream, check=True, capture_output=True).stdout
                for name in names.split()}

    def signatures(self, bundle="app.lockgate"):
        return {name: body for name, body in self.entries(bundle).items() if name.startswith("signature.")}

    # A bundle that somebody else has put together

    def pack(self, files):
        """Entries of entries(), with whatever a test has done to them; signatures are put in order."""
        signatures = sorted(name for name in files if name.startswith("signature."))
        rest = [name for name in files if name != "manifest" and name not in signatures]
        stream = b"".join(entry(name, files[name]) for name in ("manifest", *signatures, *rest))
        (self.folder / "stream").write_bytes(stream + b"\0" * 1024)
        self.tool("zstd", "-qf", "stream", "-o", "app.lockgate")
