# SPDX-License-Identifier: MIT
"""The zstd frame: each field of its header and of its blocks (RFC 8878, 3.1.1), and every place to cut."""

import struct

from pieces import BODIES, END, MANIFEST, blocks, entry, header, raw, stream, tar

MAGIC = b"\x28\xb5\x2f\xfd"
WINDOW = b"\x68"  # 2^23 bytes
CHECKSUM_FLAG, UNUSED_BIT, RESERVED_BIT, SINGLE_SEGMENT = 0x04, 0x10, 0x08, 0x20


def frame(descriptor=0, window=WINDOW, fields=b"", content=None, behind=b""):
    return MAGIC + bytes([descriptor]) + window + fields + (blocks(tar()) if content is None else content) + behind


def block(data, kind=0, last=False, size=None):
    return struct.pack("<I", last | kind << 1 | (len(data) if size is None else size) << 3)[:3] + data


def frames():
    size = len(tar())
    for flag, width in ((1, 1), (2, 2), (3, 4)):
        number = (7).to_bytes(width, "little")
        raw(f"frame-dictionary-of-{width}-bytes", frame(flag, fields=number), "the zstd frame is damaged")
    raw("frame-reserved-bit", frame(RESERVED_BIT), "the zstd frame is damaged")
    for name, lie in (("too-small", size - 512), ("too-large", size + 512), ("huge", 1 << 62)):
        raw(f"frame-content-size-{name}", frame(3 << 6, fields=struct.pack("<Q", lie)), "the zstd frame is damaged")
    raw("frame-single-segment-too-large", frame(3 << 6 | SINGLE_SEGMENT, b"", struct.pack("<Q", (8 << 20) + 1)),
        "needs a window above 8388608 bytes")
    raw("frame-single-segment-of-64-bits", frame(3 << 6 | SINGLE_SEGMENT, b"", b"\xff" * 8),
        "needs a window above 8388608 bytes")
    raw("frame-window-one-step-above", frame(window=b"\x69"), "needs a window above 8388608 bytes")
    raw("frame-window-of-64-bits", frame(window=b"\xff"), "needs a window above 8388608 bytes")
    raw("frame-checksum-wrong", frame(CHECKSUM_FLAG, behind=b"abcd"), "the zstd frame is damaged")
    raw("frame-checksum-missing", frame(CHECKSUM_FLAG), "cut short")
    raw("frame-checksum-cut", frame(CHECKSUM_FLAG, behind=b"abc"), "cut short")
    raw("frame-checksum-without-its-flag", frame(behind=b"abcd"), "bytes follow the zstd frame")
    data = tar()
    raw("block-of-reserved-kind", frame(content=block(data[:512], 3)), "the zstd frame is damaged")
    raw("block-above-128-kib", frame(content=block(bytes((128 << 10) + 1), last=True)), "the zstd frame is damaged")
    raw("block-size-beyond-the-file", frame(content=block(data, last=True, size=len(data) + 1)), "cut short")
    raw("block-never-last", frame(content=block(data)), "cut short")
    raw("block-last-too-early", frame(content=block(data[:512], last=True) + block(data[512:], last=True)),
        "the zstd frame ends too early")
    raw("blocks-without-content", frame(content=block(b"") * 100000), "cut short")
    # 32 MiB from a kilobyte, which are no manifest.
    zeros = block(b"\0", 1, size=128 << 10) * 256
    raw("manifest-of-zeros", frame(content=block(header("manifest", 32 << 20)) + zeros + block(END, last=True)),
        "the manifest's last line has no line feed")
    for name, magic in (("xz", b"\xfd7zXZ\0"), ("bzip2", b"BZh91AY&SY"), ("lz4", b"\x04\x22\x4d\x18"),
                        ("zip", b"PK\3\4"), ("zstd-0.7", b"\x27\xb5\x2f\xfd"), ("elf", b"\x7fELF"),
                        ("dictionary", b"\x37\xa4\x30\xec"), ("big-endian", MAGIC[::-1])):
        raw(f"magic-of-{name}", magic + frame()[4:], "does not begin with a zstd frame")


def cuts():
    """The places at which one thing ends and another begins, in the stream of two signatures."""
    parts = [("manifest", MANIFEST.encode()), ("signature.a", b"one\n"), *BODIES]
    at = 0
    for number, (_, data) in enumerate(parts, 1):
        for what, length in (("in-the-header", 256), ("behind-the-header", 512), ("in-the-bytes", 512 + len(data) // 2),
                             ("behind-the-bytes", 512 + len(data)), ("in-the-filling", len(entry("x", data)) - 1),
                             ("behind-the-filling", len(entry("x", data)))):
            yield f"{number}-{what}", at + length
        at += len(entry("x", data))
    yield "in-the-first-end-block", at + 256


def boundaries():
    data = tar(signatures=[("signature.a", b"one\n")])
    for name, at in cuts():
        stream(f"stream-cut-{name}", data[:at], "the zstd frame ends too early")
    whole = frame(CHECKSUM_FLAG, content=block(data[:512]) + block(data[512:], last=True), behind=b"abcd")
    for name, at in (("magic", 4), ("descriptor", 5), ("window", 6), ("block-header", 9), ("first-block", 9 + 512),
                     ("second-block-header", 12 + 512), ("last-block", 12 + len(data))):
        raw(f"frame-cut-behind-{name}", whole[:at], "cut short")
    assert data.endswith(END)


def good_frames():
    raw("000-good-raw-blocks", frame(), "-")
    raw("000-good-unused-bit", frame(UNUSED_BIT), "-")
    raw("000-good-dictionary-zero", frame(1, fields=b"\0"), "-")
    raw("000-good-content-size", frame(3 << 6, fields=struct.pack("<Q", len(tar()))), "-")
    raw("000-good-blocks-without-content", frame(content=block(b"") * 1000 + block(tar(), last=True)), "-")
