# SPDX-License-Identifier: MIT
"""The ustar headers of manifest, signature and scripts, one field at a time (POSIX.1-1988, 10.1.1)."""

from pieces import BODIES, END, MANIFEST, entry, odd_first, stream

# Each with its checksum right, and its name in lockgate's sentence.
FIELDS = (
    ("mode", 105, b"5"), ("mode", 107, b" "), ("owner", 113, b"1"), ("group", 121, b"1"), ("size", 135, b"\0"),
    ("time", 146, b"1"), ("time", 136, b"\x80"), ("type", 156, b"5"), ("type", 156, b"\0"), ("link name", 157, b"/"),
    ("link name", 256, b"x"), ("magic", 257, b"U"), ("magic", 262, b" "), ("magic", 264, b"1"),
    ("owner's name", 265, b"r"), ("group's name", 328, b"r"), ("device number", 334, b"1"),
    ("device number", 342, b"1"), ("prefix", 345, b"/"), ("prefix", 499, b"x"), ("filling", 500, b"x"),
    ("filling", 511, b"x"), ("name", 99, b"x"),
)


def every_header():
    text = MANIFEST.encode()
    rest = b"".join(entry(*body) for body in BODIES) + END
    for number, (noun, offset, byte) in enumerate(FIELDS, 1):
        change = {"fields": [(offset, byte)]}
        sentence = f"header's {noun}"
        stream(f"header-of-manifest-{number}-{offset}", entry("manifest", text, **change) + rest, sentence)
        stream(f"header-of-signature-{number}-{offset}",
               entry("manifest", text) + entry("signature.a", b"sig\n", **change) + rest, sentence)
        odd_first(f"header-of-script-{number}-{offset}", sentence, **change)
    for what, data in (("manifest", entry("manifest", text, checksum=-1) + rest),
                       ("signature", entry("manifest", text) + entry("signature.a", b"x", checksum=8) + rest)):
        stream(f"header-of-{what}-checksum", data, "header's checksum")


def ordinals():
    for name in ("000000.up.sql", "000002.up.sql", "00001.up.sql", "0000001.up.sql", "1.up.sql", "00000l.up.sql",
                 "000001.down.sql", "000001.check.sql", "000001.up.SQL", "000001.up.sq", "000001.up.sql.sql",
                 "000001-up.sql", " 000001.up.sql", "000001.up.sql ", "+00001.up.sql", "1_first.up.sql", ""):
        odd_first("ordinal-" + (name.replace(" ", "blank-") or "none"), "header's name", name)
