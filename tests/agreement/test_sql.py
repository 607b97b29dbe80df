# SPDX-License-Identifier: MIT
"""The statements of gate/ENGINE/sql are in the program byte for byte, and are what they say they are."""
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from foreign_layouts import LAYOUTS, table_of  # noqa: E402
from postgres import PostgresTest  # noqa: E402
from program import LOCKGATE, ROOT, ProgramTest  # noqa: E402

ENGINES = ("postgres", "sqlite")
MARKS = {"postgres": r"\$(\d+)", "sqlite": r"\?(\d+)"}
AWKS = [["mawk"], ["gawk"], ["gawk", "--posix"], ["busybox", "awk"], ["original-awk"]]
TEXTS = re.compile(r"E?'(?:[^'\\]|\\.|'')*'")


def files_of(engine):
    return sorted((ROOT / f"gate/{engine}/sql").glob("*.sql"))


def embed(awk, engine, files, cwd):
    return subprocess.run([*awk, "-v", f"prefix={engine}_sql_", "-v", f"header=gate/{engine}/sql.h", "-f",
                           str(ROOT / "gate/embed.awk"), *map(str, files)], cwd=cwd, check=True,
                          capture_output=True).stdout


def read_back(source):
    """The texts that a C compiler would see, by name."""
    texts = {}
    for name, body in re.findall(rb"^const char (\w+)\[\] =\n((?:\t\".*\"\n)*)\t;$", source, flags=re.M):
        literals = b"".join(re.findall(rb"^\t\"(.*)\"$", body, flags=re.M))
        texts[name.decode()] = re.sub(rb"\\(.)", lambda m: b"\n" if m[1] == b"n" else m[1], literals)
    return texts


def code_of(sql):
    """The statement without its comments, texts emptied."""
    return TEXTS.sub("''", re.sub(r"--.*", "", sql))


def every_statement():
    """Engine, file and text of each; give the file as what an assertion is about."""
    return [(engine, path, path.read_text()) for engine in ENGINES for path in files_of(engine)]


def prepared_for(engine, path):
    """The statement with the name of a table in it, where it has a place for one, and what makes that table."""
    sql = path.read_text()
    if not re.match(r"foreign_(add|read|remove|lock)_", path.stem):
        return sql, ""
    tool = re.sub(r"^foreign_[a-z]+_|_dated$", "", path.stem).replace("_", "-")
    layout = LAYOUTS[engine][tool]
    name = table_of(layout, 1 if path.stem.startswith("foreign_lock_") else 0)
    if path.stem.endswith("_dated"):
        layout += f'; ALTER TABLE {name} ADD COLUMN "createdAt" text; ALTER TABLE {name} ADD COLUMN "updatedAt" text'
    if engine == "sqlite":
        return sql.replace("?1", name), layout
    sql = sql.replace("$1.$2", "public." + name)
    return re.sub(r"\$([3-9])", lambda mark: f"${int(mark[1]) - 2}", sql), layout


class SqlTest(ProgramTest):
    def test_the_header_names_every_file(self):
        for engine in ENGINES:
            header = (ROOT / f"gate/{engine}/sql.h").read_text()
            names = re.findall(rf"^extern const char {engine}_sql_(\w+)\[\];", header, flags=re.M)
            self.assertGreater(len(names), 20)
            self.assertEqual([path.stem for path in files_of(engine)], names)

    def test_every_statement_is_used(self):
        for engine, path, _ in every_statement():
            users = [source for source in (ROOT / f"gate/{engine}").glob("*.c")
                     if re.search(rf"\b{engine}_sql_{path.stem}\b", source.read_text())]
            self.assertTrue(users, path)

    def test_the_program_holds_each_text(self):
        program = pathlib.Path(LOCKGATE).read_bytes()
        for _, path, _ in every_statement():
            self.assertIn(b"\0" + path.read_bytes() + b"\0", b"\0" + program, path)

    def test_each_awk_gives_the_same_and_it_is_the_text(self):
        found = [awk for awk in AWKS if shutil.which(awk[0])]
        self.assertTrue(found)
        for engine in ENGINES:
            files = files_of(engine)
            expected = {f"{engine}_sql_{path.stem}": path.read_bytes() for path in files}
            for awk in found:
                self.assertEqual(expected, read_back(embed(awk, engine, files, ROOT)), awk)

    def test_awk_keeps_what_c_would_read_otherwise(self):
        nasty = self.write("nasty.sql", "SELECT '\\', \"a\\\\b\", '\\n&', '??/', '%s\t';\n-- \"\n\nSELECT 'é';\n", ".")
        for awk in (awk for awk in AWKS if shutil.which(awk[0])):
            text = read_back(embed(awk, "sqlite", [nasty], self.folder))["sqlite_sql_nasty"]
            self.assertEqual(nasty.read_bytes(), text, awk)

    def test_each_is_one_statement_behind_a_comment(self):
        for _, path, sql in every_statement():
            self.assertRegex(sql, r"\A(-- .*\n)+(?!--)", path)
            self.assertTrue(sql.endswith(";\n"), path)
            self.assertEqual(1, code_of(sql).count(";"), path)

    def test_each_comment_names_the_parameters(self):
        for engine, path, sql in every_statement():
            comment = " ".join(line for line in sql.splitlines() if line.startswith("--"))
            numbers = set(map(int, re.findall(MARKS[engine], code_of(sql))))
            self.assertEqual(set(range(1, len(numbers) + 1)), numbers, path)
            if numbers:
                self.assertIn(max(numbers), map(int, re.findall(MARKS[engine], comment)), path)

    def test_tables_of_postgres_have_their_schema(self):
        for path in files_of("postgres"):
            self.assertNotRegex(code_of(path.read_text()), r"(?i)\b(FROM|JOIN|INTO|UPDATE|TABLE|EXISTS)\s+"
                                r"(batch|event|format|migration|object)\b", path)

    def test_each_is_a_statement_that_sqlite_takes(self):
        self.expect(0, "init", "--db", self.db)
        connection = sqlite3.connect(self.folder / "app.db", isolation_level=None)
        self.addCleanup(connection.close)
        for path in files_of("sqlite"):
            with self.subTest(path.name):
                sql, layout = prepared_for("sqlite", path)
                parameters = max(map(int, re.findall(MARKS["sqlite"], sql)), default=0)
                connection.executescript(f"BEGIN; {layout};" if layout else "BEGIN")
                connection.execute("EXPLAIN " + sql, [None] * parameters).fetchall()
                connection.execute("ROLLBACK")

    def test_no_name_is_formatted_into_sql(self):
        for path in (ROOT / "gate/sqlite").glob("*.c"):
            for call in re.findall(r"sqlite3_(?:exec|prepare\w*|mprintf)\([^;]*;", path.read_text()):
                self.assertNotIn("%", call, path.name)
        for path in (ROOT / "gate/postgres").glob("*.c"):
            self.assertNotRegex(path.read_text(), r'"\s*(?:SELECT|INSERT|UPDATE|DELETE|GRANT|ALTER)\b', path)


class PostgresSqlTest(PostgresTest):
    def test_the_server_takes_each_that_it_can_prepare(self):
        self.expect(0, "init", "--db", self.db)
        cursor = self.connect().cursor()
        taken = 0
        for path in files_of("postgres"):
            sql, layout = prepared_for("postgres", path)
            if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", code_of(sql)):
                continue
            with self.subTest(path.name):
                cursor.execute(layout or "SELECT")
                cursor.execute("SET LOCAL search_path = pg_catalog, pg_temp")
                cursor.execute(f"PREPARE {path.stem} AS {sql}")
                taken += 1
            cursor.connection.rollback()
        self.assertGreater(taken, 20)
