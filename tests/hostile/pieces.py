# SPDX-License-Identifier: MIT
"""What hostile bundles are made of: one good bundle, and ways to put another one together."""

import hashlib
import struct
import subprocess

# The statement count and the tokens of each script stand beside its text, for this program has
# no SQL lexer.
UP1 = b"CREATE TABLE t (\n  id INTEGER PRIMARY KEY\n);\n"
UP1_TOKENS = [b"CREATE", b"TABLE", b"t", b"(", b"id", b"INTEGER", b"PRIMARY", b"KEY", b")", b";"]
DOWN1 = b"DROP TABLE t;\n"
DOWN1_TOKENS = [b"DROP", b"TABLE", b"t", b";"]
UP2 = b"INSERT INTO t VALUES (1);\n"
UP2_TOKENS = [b"INSERT", b"INTO", b"t", b"VALUES", b"(", b"1", b")", b";"]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def tokens_hash(tokens):
    return sha(b"".join(struct.pack(">Q", len(t)) + t for t in tokens))


class Script:
    def __init__(self, text, tokens, statements, file):
        self.text, self.tokens, self.statements, self.file = text, tokens, statements, file

    def line(self, role):
        content = self.text.replace(b"\r\n", b"\n")
        return (
            f"{role} size={len(self.text)} line=1 statements={self.statements} "
            f"raw={sha(self.text)} content={sha(content)} "
            f"tokens={tokens_hash(self.tokens)} file={self.file}\n"
        )


FIRST = [
    Script(UP1, UP1_TOKENS, 1, "1_first.up.sql"),
    Script(DOWN1, DOWN1_TOKENS, 1, "1_first.down.sql"),
]
SECOND = Script(UP2, UP2_TOKENS, 1, "2_second.up.sql")

HEAD = "lockgate-bundle 1\nproject shop\nengine sqlite\nalgorithm lg1\n"
M1 = "migration versioned 1 first\n"
M2 = "migration versioned 2 second\n"
MANIFEST = (
    HEAD + M1 + FIRST[0].line("up") + FIRST[1].line("down") + M2 + SECOND.line("up") + "end 2\n"
)
BODIES = [
    ("000001.up.sql", UP1),
    ("000001.down.sql", DOWN1),
    ("000002.up.sql", UP2),
]


# ustar


def field(block, offset, data):
    block[offset : offset + len(data)] = data


def header(name, size, **change):
    block = bytearray(512)
    name = name if isinstance(name, bytes) else name.encode()
    field(block, 0, name[:100])
    field(block, 100, b"000644 \0")
    field(block, 108, b"000000 \0")
    field(block, 116, b"000000 \0")
    field(block, 124, b"%011o " % size)
    field(block, 136, b"00000000000 ")
    field(block, 156, b"0")
    field(block, 257, b"ustar\0" + b"00")
    field(block, 329, b"000000 \0")
    field(block, 337, b"000000 \0")
    for offset, data in change.pop("fields", []):
        field(block, offset, data)
    field(block, 148, b"        ")
    field(block, 148, b"%06o\0 " % (sum(block) + change.pop("checksum", 0)))
    return bytes(block)


def padding(data, byte=b"\0"):
    return byte * (-len(data) % 512)


def entry(name, data, **change):
    return header(name, len(data), **change) + data + padding(data)


END = bytes(1024)


def tar(manifest=MANIFEST, bodies=None, front=b"", signatures=(), end=END):
    data = manifest if isinstance(manifest, bytes) else manifest.encode()
    out = front + entry("manifest", data)
    for name, signature in signatures:
        out += entry(name, signature)
    for name, body in BODIES if bodies is None else bodies:
        out += entry(name, body)
    return out + end


def zstd(data, *options):
    # A pipe, so that no size is known and the frame is as lockgate's: no size, but a checksum.
    return subprocess.run(
        ["zstd", "-q", "-1", "-c", "--check", *options],
        input=data, stdout=subprocess.PIPE, check=True,
    ).stdout


def skippable(data):
    return struct.pack("<II", 0x184D2A50, len(data)) + data


# A frame that needs 8 MiB and has neither checksum nor size.
FRAME = b"\x28\xb5\x2f\xfd\0\x68"

CASES = []


def raw(name, data, fragment, trusted=""):
    CASES.append((name, data, fragment, trusted))


def stream(name, data, fragment, trusted=""):
    """Uncompressed, for that is quick; what zstd makes is as good, which other cases show."""
    small = len(data) < 1 << 20
    raw(name, FRAME + blocks(data) if small else zstd(data), fragment, trusted)


def manifest(name, text, fragment):
    stream(name, tar(text), fragment)


def edit(name, old, new, fragment):
    assert MANIFEST.count(old) >= 1, (name, old)
    manifest(name, MANIFEST.replace(old, new, 1), fragment)


def bodies(name, changed, fragment):
    stream(name, tar(bodies=changed), fragment)


def sql(name, text, fragment, statements=1, tokens=()):
    """A bundle that is right in all but what its second script says."""
    script = Script(text, list(tokens), statements, "2_second.up.sql")
    changed = MANIFEST.replace(SECOND.line("up"), script.line("up"))
    stream(name, tar(changed, BODIES[:2] + [("000002.up.sql", text)]), fragment)


def blocks(data, repeated=0):
    """A frame's blocks, uncompressed; at the end 128 KiB of zeros `repeated` times, 4 bytes each."""
    out = b"" if data or repeated else b"\1\0\0"
    for at in range(0, len(data), 1 << 16):
        part = data[at : at + (1 << 16)]
        last = not repeated and at + len(part) == len(data)
        out += struct.pack("<I", last | len(part) << 3)[:3] + part
    for left in range(repeated, 0, -1):
        out += struct.pack("<I", (left == 1) | 1 << 1 | (1 << 17) << 3)[:3] + b"\0"
    return out


def window_frame(log, repeated=0):
    """A frame that says it needs a window of 2^log bytes, and holds the good stream as it is."""
    return struct.pack("<IBB", 0xFD2FB528, 0, (log - 10) << 3) + blocks(tar(), repeated)


def odd_first(name, fragment, entry_name="000001.up.sql", data=UP1, **change):
    """The first script's entry with another header."""
    text = MANIFEST.encode()
    out = entry("manifest", text) + entry(entry_name, data, **change)
    for body_name, body in BODIES[1:]:
        out += entry(body_name, body)
    stream(name, out + END, fragment)
