# SPDX-License-Identifier: MIT
"""The fields of a manifest, one by one: what each may not be, where it may not stand."""

from pieces import (BODIES, FIRST, HEAD, MANIFEST, SECOND, UP2, UP2_TOKENS, Script, edit, manifest, sha, sql,
                    stream, tar, tokens_hash)

NUMBERS = ("size", "line", "statements")
HASHES = ("raw", "content", "tokens")
REQUIRED = (*NUMBERS, *HASHES, "file")
OPTIONAL = ("compiled=", "transaction=off", "phase=expand", "lock-timeout=1", "statement-timeout=1", "retries=1",
            "foreign-keys=on", "role=a")
LINE = SECOND.line("up")
VALUES = dict(field.split("=", 1) for field in LINE.split()[1:])


def line_case(name, line, fragment):
    manifest(name, MANIFEST.replace(LINE, line), fragment)


def field_case(name, key, value, fragment):
    line_case(name, LINE.replace(f" {key}={VALUES[key]}", f" {key}={value}"), fragment)


def required():
    for at, key in enumerate(REQUIRED):
        field = f" {key}={VALUES[key]}"
        following = REQUIRED[at + 1] if key != "file" else None
        line_case(f"field-{key}-missing", LINE.replace(field, ""),
                  f"key '{following}' is unknown, or not in its place" if following else "key 'file' is missing")
        line_case(f"field-{key}-twice", LINE.replace(field, field + field),
                  f"key '{key}' is unknown, or not in its place")
        line_case(f"field-{key}-in-upper-case", LINE.replace(f" {key}=", f" {key.upper()}="),
                  f"key '{key.upper()}' is unknown, or not in its place")
        line_case(f"field-{key}-with-colon", LINE.replace(f" {key}=", f" {key}:"), "unknown, or not in its place")
        if following:
            other = f" {following}={VALUES[following]}"
            line_case(f"field-{key}-behind-the-next", LINE.replace(field + other, other + field),
                      f"key '{following}' is unknown, or not in its place")


def numbers():
    for key in NUMBERS:
        for name, value, fragment in (
                ("empty", "", "a number is missing"), ("negative", "-1", "other characters than digits"),
                ("exponent", "1e3", "other characters than digits"), ("fraction", "1.0", "other characters than digits"),
                ("octal", "007", "begins with 0"), ("of-32-bits", str(1 << 32), "above"),
                ("of-63-bits", str(1 << 63), "above"), ("of-64-bits", str(1 << 64), "above"),
                ("of-64-bits-and-one", str((1 << 64) + 1), "above"), ("of-40-digits", "9" * 40, "above"),
                ("of-200-digits", "1" + "0" * 199, "above")):
            field_case(f"field-{key}-{name}", key, value, fragment)
    for value in ("-0", "00", "+2", "2.", "0x2", "%32", "184467440737095516170"):
        edit(f"end-{value}", "end 2", f"end {value}", "end: ")


def hashes():
    for key in HASHES:
        good = VALUES[key]
        for name, value, fragment in (
                ("empty", "", "0 characters"), ("short", good[:-1], "63 characters"),
                ("long", good + "0", "65 characters"), ("with-a-prefix", "sha256:" + good, "71 characters"),
                ("of-other-letters", "g" + good[1:], f"{key}: digest character 1 is not base16"),
                ("with-a-capital", "A" + good[1:], f"{key}: digest character 1 is not base16"),
                ("with-percent", "%30" + good[3:], f"{key}: digest character 1 is not base16")):
            field_case(f"field-{key}-{name}", key, value, fragment)


def names():
    for name, value, fragment in (
            ("overlong-slash", "x%C0%AFy", "not UTF-8"), ("surrogate", "x%ED%A0%80y", "not UTF-8"),
            ("above-unicode", "x%F4%90%80%80", "not UTF-8"), ("cut-character", "x%C3", "not UTF-8"),
            ("lone-continuation", "%80", "not UTF-8"), ("overlong-nul", "x%C0%80", "not UTF-8"),
            ("delete", "x%7F", "file name"), ("next-line", "x%C2%85", "file name"), ("dot", ".", "file name"),
            ("dot-part", "a%2F.%2Fb", "file name"), ("ends-in-dots", "a%2F..", "file name"),
            ("slash", "%2F", "file name"), ("of-201-wide-characters", "%C3%BC" * 201, "file name"),
            ("plain-character-beyond-ascii", "\u00fc", "byte 0xc3"), ("percent-alone", "%", "0-9 and A-F"),
            ("percent-of-letters", "%ZZ", "0-9 and A-F"), ("plus-for-blank", "a+b", "one right form")):
        field_case(f"file-{name}", "file", value, fragment)
    for name, value, fragment in (
            ("encoded", "%73hop", "the project's name"), ("with-slash", "a/b", "the project's name"),
            ("of-201-characters", "x" * 201, "the project's name"), ("of-two-words", "a b", "'project'"),
            ("of-dots", "..", "the project's name"), ("missing", "", "a blank too many")):
        edit(f"project-{name}", "project shop", f"project {value}", fragment)
    for name, value in (("of-201-characters", "1" * 201), ("with-two-dots", "1..2"), ("begins-with-dot", ".1"),
                        ("negative", "-1"), ("of-other-digits", "1x"), ("encoded", "%31")):
        edit(f"version-{name}", "versioned 1 first", f"versioned {value} first", "version is not one")
    for kind in ("Versioned", "check", "repeat", "waiver", "0"):
        edit(f"kind-{kind}", "migration versioned 1", f"migration {kind} 1", "kind is not one")


def line_ends():
    for name, mark, byte in (("vertical-tab", "\v", "0x0b"), ("form-feed", "\f", "0x0c"), ("delete", "\x7f", "0x7f"),
                             ("next-line", "\u0085", "0xc2"), ("line-separator", "\u2028", "0xe2"),
                             ("no-break-blank", "\u00a0", "0xc2"), ("backspace", "\b", "0x08")):
        edit(f"manifest-{name}", "project shop", f"project shop{mark}", f"byte {byte}")
    manifest("manifest-lf-cr", MANIFEST.replace("\n", "\n\r"), "carriage return")
    manifest("manifest-cr-only", MANIFEST.replace("\n", "\r"), "the manifest's last line has no line feed")
    manifest("manifest-crlf-at-the-end", MANIFEST[:-1] + "\r\n", "carriage return")
    manifest("manifest-utf-16", MANIFEST.encode("utf-16"), "byte 0x")
    manifest("manifest-of-line-feeds", "\n" * 1000, "empty line, or a blank too many")
    manifest("manifest-of-blanks", " " * 1000 + "\n", "empty line, or a blank too many")
    manifest("manifest-of-16-fields", "a " * 16 + "a\n", "more than 15 fields")


def options():
    up = "file=2_second.up.sql"
    for at, field in enumerate(OPTIONAL):
        key = field.split("=")[0]
        edit(f"option-{key}-twice", up, f"{up} {field} {field}", f"key '{key}' is unknown, or not in its place")
        edit(f"option-{key}-before-file", up, f"{field} {up}", f"key '{key}' is unknown, or not in its place")
        if at > 0:
            edit(f"option-{key}-out-of-order", up, f"{up} {field} {OPTIONAL[at - 1]}",
                 f"key '{OPTIONAL[at - 1].split('=')[0]}' is unknown, or not in its place")
        check = LINE + SECOND.line("check").rstrip("\n") + f" {field}\n"
        manifest(f"option-{key}-of-a-check", MANIFEST.replace(LINE, check), "a check script has no directives")
    for field, fragment in (
            ("transaction=", "only be written as 'off'"), ("transaction=OFF", "only be written as 'off'"),
            ("phase=", "neither 'expand' nor 'contract'"), ("phase=EXPAND", "neither 'expand' nor 'contract'"),
            ("foreign-keys=", "neither 'on' nor 'off'"), ("foreign-keys=1", "neither 'on' nor 'off'"),
            ("lock-timeout=31536000001", "above 31536000000"), ("statement-timeout=31536000001", "above 31536000000"),
            ("lock-timeout=-1", "other characters than digits"), ("statement-timeout=", "a number is missing"),
            ("retries=", "a number is missing"), ("retries=4294967296", "above 100"), ("role=%FF", "not UTF-8"),
            ("role=%00", "not UTF-8 without NUL"), ("role=a%", "0-9 and A-F"),
            ("compiled=" + "x" * 201, "the environment is longer than 200 characters"),
            ("compiled=%FF", "not UTF-8"), ("compiled=a:b", "one right form"), ("compiled=%61", "one right form")):
        edit("option-" + field.replace("=", "-")[:30], up, f"{up} {field}", fragment)
    down = FIRST[1].line("down")
    manifest("compiled-down-script", MANIFEST.replace(down, down.rstrip("\n") + " compiled=\n"),
             "only an up script is compiled")
    edit("compiled-with-another-raw", f"raw={sha(UP2)}", f"raw={sha(b'x')}", "'raw' hash")
    compiled = LINE.rstrip("\n").replace(f"content={sha(UP2)}", f"content={sha(b'js')}") + " compiled=production\n"
    stream("compiled-with-another-count", tar(MANIFEST.replace(LINE, compiled.replace("statements=1", "statements=2"))),
           "1 statements, not 2")


def waivers():
    a, b = sha(b"a"), sha(b"b")
    for name, line, fragment in (
            ("of-nothing", "waiver", "the waiver is empty"), ("of-a-kind-alone", "waiver order", "names no version"),
            ("checksum-without-hashes", "waiver checksum 1", "old content hash"),
            ("checksum-with-one-hash", f"waiver checksum 1 {a}", "new content hash"),
            ("checksum-without-reason", f"waiver checksum 1 {a} {b}", "gives no reason"),
            ("checksum-of-equal-hashes", f"waiver checksum 1 {a} {a} why", "nothing to waive"),
            ("checksum-in-upper-case", f"waiver checksum 1 {a.upper()} {b} why", "not base16"),
            ("removed-without-reason", "waiver removed 1", "gives no reason"),
            ("adopted-only-without-reason", "waiver adopted-only 1", "gives no reason"),
            ("recorded-without-reason", "waiver recorded 1", "gives no reason"),
            ("kind-in-upper-case", "waiver Order 1 why", "no kind of waiver"),
            ("of-a-path", "waiver order ..%2Fx why", "neither a version nor the name"),
            ("version-of-201-characters", f"waiver order {'1' * 201} why", "more than 200 characters"),
            ("reason-of-blanks", "waiver order 1 %20%20", "gives no reason"),
            ("reason-ends-in-blank", "waiver order 1 why%20", "one right form"),
            ("reason-with-escape-sequence", "waiver order 1 %1B[31m", "control character"),
            ("reason-with-line-feed", "waiver order 1 x%0Aend%200", "control character"),
            ("reason-not-utf-8", "waiver order 1 %FF", "UTF-8"), ("reason-in-lower-case", "waiver order 1 %c3%bc", "0-9 and A-F"),
            ("reason-of-1001-characters", "waiver order 1 " + "%C3%BC" * 1001, "more than 1000 characters"),
            ("encoded-kind", "waiver %6Frder 1 why", "one right form"),
            ("behind-another-line", "waiver order 1 why\nup size=1", "a script without a migration")):
        edit(f"waiver-{name}", "end 2", f"{line}\nend 2", fragment)


def disagreements():
    """Directives in a script that its line in the manifest leaves out, or has otherwise."""
    for words, other in (("lock_timeout=5s", "lock-timeout=4000"), ("statement_timeout=5s", "statement-timeout=0"),
                         ("retries=8", "retries=7"), ("phase=contract", "phase=expand"), ("transaction=off", None),
                         ("foreign_keys=on", "foreign-keys=off")):
        name = words.replace("=", "-")
        text = f"-- lockgate: {words}\n".encode() + UP2
        sql(f"directive-unsaid-{name}", text, "its directives are not those of the manifest", tokens=UP2_TOKENS)
        if not other:
            continue
        script = Script(text, UP2_TOKENS, 1, "2_second.up.sql")
        line = script.line("up").rstrip("\n") + f" {other}\n"
        stream(f"directive-otherwise-{name}",
               tar(MANIFEST.replace(LINE, line), BODIES[:2] + [("000002.up.sql", text)]),
               "its directives are not those of the manifest")


def cases():
    repeat = "migration repeatable {}\n" + LINE
    for name, words in (("apart", "VIEW Wide view"), ("mixed", "aBc aBd abc"), ("with-digits", "V_1 v_1")):
        manifest(f"letter-case-{name}", HEAD + "".join(map(repeat.format, words.split()))
                 + f"end {len(words.split())}\n", "differ only in letter case")
    manifest("repeatable-twice", HEAD + repeat.format("view") * 2 + "end 2\n", "view")
    manifest("repeatables-not-sorted", HEAD + repeat.format("b") + repeat.format("a") + "end 2\n", "stands before")
    seed = "migration seed 1 x\n" + LINE
    manifest("seed-before-repeatable", HEAD + seed + repeat.format("a") + "end 2\n", "stands before")
    manifest("baseline-behind-its-version", HEAD + "migration versioned 1 a\n" + LINE + "migration baseline 1 b\n"
             + LINE + "end 2\n", "stands before")
    manifest("migration-without-scripts-at-the-end", HEAD + "migration versioned 1 a\nend 1\n", "has no up script")


def fields():
    for make in (required, numbers, hashes, names, line_ends, options, waivers, disagreements, cases):
        make()
    assert tokens_hash(UP2_TOKENS) == VALUES["tokens"]
