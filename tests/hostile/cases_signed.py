# SPDX-License-Identifier: MIT
"""Signatures that do not count, each held against a list of trusted keys: SSHSIG and minisign.

The good ones are made by ssh-keygen and minisign, with keys that are thrown away.
"""

import base64
import os
import pathlib
import struct
import subprocess
import tempfile

from pieces import MANIFEST, stream, tar

NAMESPACE = "lockgate-bundle@v1"
BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group: RFC 8032, 5.1


class Signers:
    def __init__(self, folder):
        self.at = pathlib.Path(folder)
        (self.at / "good").write_text(MANIFEST)
        (self.at / "other").write_text(MANIFEST.replace("shop", "other"))
        for name, type_ in (("alice", "ed25519"), ("mallory", "ed25519"), ("ecdsa", "ecdsa"), ("rsa", "rsa")):
            self.run("ssh-keygen", "-q", "-t", type_, "-N", "", "-C", name, "-f", name)
        for name in ("bob", "eve"):
            self.run("minisign", "-G", "-W", "-p", name + ".pub", "-s", name + ".key")

    def run(self, *command):
        subprocess.run(command, cwd=self.at, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def ssh(self, key="alice", manifest="good", namespace=NAMESPACE):
        signature = self.at / (manifest + ".sig")
        signature.unlink(missing_ok=True)
        self.run("ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, manifest)
        return signature.read_bytes()

    def minisign(self, key="bob", manifest="good", *more):
        self.run("minisign", "-S", "-s", key + ".key", "-m", manifest, "-x", "minisig", *more)
        return (self.at / "minisig").read_bytes()

    def public(self, name):
        return (self.at / (name + ".pub")).read_text()


def blob_of(armoured):
    return base64.b64decode(b"".join(armoured.split(b"\n")[1:-2]))


def armour(blob, width=70):
    text = base64.b64encode(blob)
    return BEGIN + b"".join(text[at:at + width] + b"\n" for at in range(0, len(text), width)) + END


def text_of(data):
    return struct.pack(">I", len(data)) + data


def parts_of(blob):
    """Version, key, namespace, reserved, digest, signature."""
    parts, at = [blob[6:10]], 10
    while at < len(blob):
        size, = struct.unpack_from(">I", blob, at)
        parts.append(blob[at + 4:at + 4 + size])
        at += 4 + size
    return parts


def blob_from(parts, magic=b"SSHSIG"):
    return magic + parts[0] + b"".join(map(text_of, parts[1:]))


def refused(name, signatures, fragment, trusted="trusted"):
    pairs = [(f"signature.{at:02}", data) for at, data in enumerate(signatures)]
    stream("signed-" + name, tar(signatures=pairs), fragment, trusted)


def changed(good, place, value):
    parts = parts_of(blob_of(good))
    parts[place] = value
    return armour(blob_from(parts))


def ssh_form(good):
    lines = good.splitlines(keepends=True)
    blob = blob_of(good)
    for name, text, fragment in (
            ("begin-in-lower-case", good.replace(b"BEGIN", b"begin"), "is neither a signature of ssh-keygen"),
            ("begin-behind-a-blank", b" " + good, "is neither a signature of ssh-keygen"),
            ("begin-behind-a-mark", b"\xef\xbb\xbf" + good, "is neither a signature of ssh-keygen"),
            ("begin-of-pgp", good.replace(b"SSH SIG", b"PGP SIG"), "is neither a signature of ssh-keygen"),
            ("begin-twice", BEGIN + good, "no base64"), ("end-missing", b"".join(lines[:-1]), "is missing"),
            ("end-twice", good + END, "something stands behind"), ("end-of-two", good + good, "something stands behind"),
            ("text-behind-the-end", good + b"x", "something stands behind"),
            ("empty-line", lines[0] + b"\n" + b"".join(lines[1:]), "has not 1 to 76 characters"),
            ("line-of-77-characters", armour(blob, 77), "has not 1 to 76 characters"),
            ("nothing-between-the-marks", BEGIN + END, "does not begin with 'SSHSIG'"),
            ("other-letters", BEGIN + b"*" * 70 + b"\n" + END, "no base64"),
            ("base64-of-urls", BEGIN + b"U1NIU0lH-_-_\n" + END, "no base64"),
            ("blank-in-a-line", good.replace(lines[1], lines[1][:30] + b" " + lines[1][30:-2] + b"\n"), "no base64"),
            ("padding-within", lines[0] + b"AAA=\n" + b"".join(lines[1:]), "no base64"),
            ("too-large", armour(blob + bytes(5000)), "its base64")):
        refused("ssh-" + name, [text], fragment)


def ssh_content(good, signers):
    blob = blob_of(good)
    parts = parts_of(blob)
    key, signature = parts[1], parts[5]
    for name, text, fragment in (
            ("other-magic", armour(b"SSHSIX" + blob[6:]), "does not begin with 'SSHSIG'"),
            ("version-0", changed(good, 0, struct.pack(">I", 0)), "not of version 1"),
            ("version-2", changed(good, 0, struct.pack(">I", 2)), "not of version 1"),
            ("cut-off", armour(blob[:-1]), "cut off, or goes on"), ("goes-on", armour(blob + b"x"), "cut off, or goes on"),
            ("length-of-32-bits", armour(blob[:10] + b"\xff" * 4 + blob[14:]), "cut off, or goes on"),
            ("reserved", changed(good, 3, b"x"), "its reserved field is not empty"),
            ("digest-sha1", changed(good, 4, b"sha1"), "neither sha512 nor sha256"),
            ("digest-none", changed(good, 4, b""), "neither sha512 nor sha256"),
            ("digest-in-upper-case", changed(good, 4, b"SHA512"), "neither sha512 nor sha256"),
            ("other-digest", changed(good, 4, b"sha256"), "does not fit this manifest"),
            ("namespace-empty", changed(good, 2, b""), "its namespace has not 1 to 128 characters"),
            ("namespace-with-nul", changed(good, 2, NAMESPACE.encode() + b"\0"), "its namespace has not 1 to 128"),
            ("namespace-of-129-characters", changed(good, 2, b"x" * 129), "its namespace has not 1 to 128"),
            ("namespace-changed", changed(good, 2, b"file"), "its namespace is 'file'"),
            ("namespace-of-git", signers.ssh(namespace="git"), "its namespace is 'git'"),
            ("key-of-31-bytes", changed(good, 1, key[:11 + 4] + text_of(key[19:-1])), "not the form of Ed25519"),
            ("key-of-33-bytes", changed(good, 1, key[:11 + 4] + text_of(key[19:] + b"x")), "not the form of Ed25519"),
            ("key-goes-on", changed(good, 1, key + b"x"), "not the form of Ed25519"),
            ("key-empty", changed(good, 1, b""), "not the form of Ed25519"),
            ("key-of-rsa", signers.ssh("rsa"), "'ssh-rsa', not ssh-ed25519"),
            ("key-of-ecdsa", signers.ssh("ecdsa"), "'ecdsa-sha2-nistp256', not ssh-ed25519"),
            ("key-of-another-type", changed(good, 1, text_of(b"ssh-ed448") + key[15:]), "'ssh-ed448', not ssh-ed25519"),
            ("signature-of-63-bytes", changed(good, 5, signature[:15] + text_of(signature[19:-1])), "form of Ed25519"),
            ("signature-of-another-type", changed(good, 5, text_of(b"ssh-rsa") + signature[15:]), "'ssh-rsa'"),
            ("signature-of-zeros", changed(good, 5, signature[:19] + bytes(64)), "does not fit this manifest"),
            ("signature-changed", changed(good, 5, signature[:19] + bytes([signature[19] ^ 1]) + signature[20:]),
             "does not fit this manifest"),
            ("signature-plus-the-order", changed(good, 5, malleable(signature)), "does not fit this manifest"),
            ("key-of-another", signers.ssh("mallory"), "which is not named there"),
            ("key-put-in-its-place", changed(signers.ssh("mallory"), 1, key), "does not fit this manifest"),
            ("for-another-bundle", signers.ssh(manifest="other"), "does not fit this manifest")):
        refused("ssh-" + name, [text], fragment)


def malleable(signature):
    """The same with S + L, which RFC 8032 (5.1.7) refuses."""
    s = int.from_bytes(signature[-32:], "little") + ORDER
    return signature[:-32] + s.to_bytes(32, "little")


def minisign(good, signers):
    lines = good.splitlines(keepends=True)
    record = base64.b64decode(lines[1])

    def with_record(data):
        return b"".join([lines[0], base64.b64encode(data) + b"\n", *lines[2:]])

    other = signers.minisign(manifest="other").splitlines(keepends=True)
    for name, text, fragment in (
            ("three-lines", b"".join(lines[:3]), "has not four lines"), ("five-lines", good + b"x\n", "has not four lines"),
            ("empty-line-behind", good + b"\n", "has not four lines"), ("one-line", lines[0], "has not four lines"),
            ("lines-exchanged", b"".join([lines[0], lines[2], lines[1], lines[3]]), "line 2 is not the base64"),
            ("untrusted-in-upper-case", good.replace(b"untrusted", b"Untrusted"), "is neither a signature"),
            ("legacy", signers.minisign("bob", "good", "-l"), "legacy form"),
            ("other-algorithm", with_record(b"EE" + record[2:]), "not minisign's 'ED'"),
            ("record-cut", with_record(record[:-1]), "line 2 is not the base64"),
            ("record-too-long", with_record(record + b"x"), "line 2 is not the base64"),
            ("other-number", with_record(record[:2] + b"\0" * 8 + record[10:]), "which is not named there"),
            ("signature-changed", with_record(record[:20] + bytes([record[20] ^ 1]) + record[21:]), "does not fit"),
            ("trusted-in-upper-case", b"".join([*lines[:2], b"T" + lines[2][1:], lines[3]]), "line 3 does not begin"),
            ("comment-changed", b"".join([*lines[:2], lines[2][:-1] + b"x\n", lines[3]]), "does not fit"),
            ("comment-of-8193-bytes", b"".join([*lines[:2], b"trusted comment: " + b"x" * 8193 + b"\n", lines[3]]),
             "more than 8192"),
            ("global-cut", good[:-3] + b"\n", "line 4 is not the base64"),
            ("global-of-another", b"".join([*lines[:3], other[3]]), "does not fit"),
            ("for-another-bundle", b"".join(other), "does not fit"),
            ("key-of-another", signers.minisign("eve"), "which is not named there")):
        refused("minisign-" + name, [text], fragment)


def lists(ssh, mini, signers):
    alice = signers.public("alice").strip()
    refused("by-none", [], "unsigned")
    refused("by-text", [b"signed by alice\n"], "is neither a signature")
    refused("by-nothing", [b""], "is neither a signature")
    refused("by-a-key-file", [alice.encode()], "is neither a signature")
    refused("by-sixteen-others", [signers.ssh("mallory")] * 16, "'signature.03' is of the key")
    for name, options, fragment in (
            ("expired", 'valid-before="20200101"', "it has expired"), ("not-yet", 'valid-after="29990101"', "valid only from"),
            ("for-files", 'namespaces="file"', "not for 'lockgate-bundle@v1'"),
            ("but-for-bundles", f'namespaces="*,!{NAMESPACE}"', "not for 'lockgate-bundle@v1'")):
        yield name, f"alice {options} {alice}\n"
        refused(f"by-a-key-{name}", [ssh], fragment, name)
    for name, data in (("ssh", [ssh]), ("minisign", [mini]), ("crlf", [ssh.replace(b"\n", b"\r\n")]),
                       ("without-last-line-feed", [ssh[:-1]]), ("twice", [ssh, ssh]),
                       ("among-others", [b"", signers.ssh(manifest="other"), mini, b"x"])):
        stream("000-good-signed-" + name, tar(signatures=[(f"signature.{at}", text) for at, text in enumerate(data)]),
               "-", "trusted")


def signed(folder):
    with tempfile.TemporaryDirectory() as keys:
        signers = Signers(keys)
        ssh, mini = signers.ssh(), signers.minisign()
        ssh_form(ssh)
        ssh_content(ssh, signers)
        minisign(mini, signers)
        trusted = {"trusted": f"alice {signers.public('alice')}bob minisign {signers.public('bob').splitlines()[1]}\n"}
        trusted.update(lists(ssh, mini, signers))
    for name, text in trusted.items():
        pathlib.Path(os.path.join(folder, name)).write_text(text, encoding="ascii")
