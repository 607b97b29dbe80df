# SPDX-License-Identifier: MIT
"""The statements of gate/sqlite/sql are in the program byte for byte, and SQLite takes each of them."""
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from program import LOCKGATE, ROOT, ProgramTest  # noqa: E402

FILES = sorted((ROOT / "gate/sqlite/sql").glob("*.sql"))
HEADER = ROOT / "gate/sqlite/sql.h"
AWKS = [["mawk"], ["gawk"], ["gawk", "--posix"], ["busybox", "awk"], ["original-awk"]]


def embed(awk, files, cwd):
    return subprocess.run([*awk, "-v", "prefix=sqlite_sql_", "-v", "header=gate/sqlite/sql.h", "-f",
                           str(ROOT / "gate/embed.awk"), *map(str, files)], cwd=cwd, check=True,
                          capture_output=True).stdout


def read_back(source):
    """The texts that a C compiler would see, by name."""
    texts = {}
    for name, body in re.findall(rb"^const char (\w+)\[\] =\n((?:\t\".*\"\n)*)\t;$", source, flags=re.M):
        literals = b"".join(re.findall(rb"^\t\"(.*)\"$", body, flags=re.M))
        texts[name.decode()] = re.sub(rb"\\(.)", lambda m: b"\n" if m[1] == b"n" else m[1], literals)
    return texts


class SqlTest(ProgramTest):
    def test_the_header_names_every_file(self):
        names = re.findall(r"^extern const char sqlite_sql_(\w+)\[\];", HEADER.read_text(), flags=re.M)
        self.assertGreater(len(FILES), 20)
        self.assertEqual([path.stem for path in FILES], names)

    def test_the_program_holds_each_text(self):
        program = pathlib.Path(LOCKGATE).read_bytes()
        for path in FILES:
            self.assertIn(b"\0" + path.read_bytes() + b"\0", b"\0" + program, path.name)

    def test_each_awk_gives_the_same_and_it_is_the_text(self):
        expected = {f"sqlite_sql_{path.stem}": path.read_bytes() for path in FILES}
        found = [awk for awk in AWKS if shutil.which(awk[0])]
        self.assertTrue(found)
        for awk in found:
            self.assertEqual(expected, read_back(embed(awk, FILES, ROOT)), awk)

    def test_awk_keeps_what_c_would_read_otherwise(self):
        nasty = self.write("nasty.sql", "SELECT '\\', \"a\\\\b\", '\\n&', '??/', '%s\t';\n-- \"\n\nSELECT 'é';\n", ".")
        for awk in (awk for awk in AWKS if shutil.which(awk[0])):
            text = read_back(embed(awk, [nasty], self.folder))["sqlite_sql_nasty"]
            self.assertEqual(nasty.read_bytes(), text, awk)

    def test_each_is_one_statement_that_sqlite_takes(self):
        self.expect(0, "init", "--db", self.db)
        connection = sqlite3.connect(self.folder / "app.db", isolation_level=None)
        self.addCleanup(connection.close)
        for path in FILES:
            sql = path.read_text()
            comment = "".join(line for line in sql.splitlines() if line.startswith("--"))
            parameters = max(map(int, re.findall(r"\?(\d+)", sql)), default=0)
            with self.subTest(path.name):
                self.assertTrue(comment, "says what it does")
                self.assertTrue(sql.endswith(";\n"))
                code = re.sub(r"--.*", "", sql)
                self.assertEqual(1, code.count(";"))
                self.assertIn(f"?{parameters}" if parameters else "", comment)
                connection.execute("EXPLAIN " + sql, [None] * parameters).fetchall()

    def test_no_name_is_formatted_into_sql(self):
        for path in (ROOT / "gate/sqlite").glob("*.c"):
            for call in re.findall(r"sqlite3_(?:exec|prepare\w*|mprintf)\([^;]*;", path.read_text()):
                self.assertNotIn("%", call, path.name)
