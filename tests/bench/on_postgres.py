# SPDX-License-Identifier: MIT
"""PostgreSQL's rows of the benchmark: on a server of their own that writes its log to the disk, over its socket."""
import itertools
import os
import pathlib
import shutil
import subprocess
import sys

from measure import BUILD, LOCKGATE, RUNS, compare, make_bundle, write_migrations
from write_schema import statements

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cluster  # noqa: E402

RECORD = ("INSERT INTO history VALUES ('app', 'main', 'versioned', '{0}', repeat('x', 450));\n"
          "INSERT INTO event (at, row) VALUES (clock_timestamp(), repeat('y', 90));\n")


class Server:
    def __init__(self, work):
        programs = os.environ.get("POSTGRES_BIN") or cluster.find_programs(None)
        os.chmod(work, 0o755)
        self.cluster = cluster.Cluster(work / "server", programs)
        self.cluster.create()
        self.cluster.start()
        # Durable, as a server is that somebody relies on.
        for setting in ("fsync = on", "full_page_writes = on"):
            self.sql(f"ALTER SYSTEM SET {setting}")
        self.cluster.restart("fast")

    def sql(self, *statements, database="postgres"):
        commands = [part for statement in statements for part in ("-c", statement)]
        subprocess.run(["psql", "-X", "-q", *commands, self.cluster.url(database)], check=True,
                       stdout=subprocess.DEVNULL)

    def fresh(self, name, *statements):
        """What makes the database anew before a run."""
        def before():
            self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}", "CHECKPOINT")
            if statements:
                self.sql(*statements, database=name)
        return before


def psql(url, script):
    return ["psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f", script, url]


def apply_many(work, server):
    """The same statements in the same transactions, and rows as large as ours, sent by psql."""
    write_migrations(work / "apply", 1000)
    bundle, script = work / "apply.lockgate", work / "all.sql"
    make_bundle(work / "apply", bundle, "postgres")
    with script.open("w") as out:
        for path in sorted((work / "apply").iterdir()):
            out.write("BEGIN;\n" + path.read_text() + RECORD.format(path.name[:6]) + "COMMIT;\n")
    tables = ("CREATE TABLE history (project text, scope text, kind text, version text, row text,"
              " PRIMARY KEY (project, scope, kind, version))",
              "CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, row text)")
    compare("PostgreSQL: apply 1,000 migrations", [LOCKGATE, "apply", bundle, "--db", server.cluster.url("ours")],
            psql(server.cluster.url("theirs"), script), "psql", server.fresh("ours"), server.fresh("theirs", *tables),
            runs=max(3, RUNS // 2))


def no_op(work, server):
    write_migrations(work / "noop", 5000)
    bundle, url = work / "noop.lockgate", server.cluster.url("noop")
    make_bundle(work / "noop", bundle, "postgres")
    server.fresh("noop")()
    subprocess.run([LOCKGATE, "apply", bundle, "--db", url, "-q"], check=True, stdout=subprocess.DEVNULL)
    server.sql("VACUUM ANALYZE", database="noop")
    for command in ("apply", "verify"):
        compare(f"PostgreSQL: {command}, nothing to do, 5,000 applied", [LOCKGATE, command, bundle, "--db", url],
                [BUILD / "bare_connect", url], "connect and SELECT 1", runs=RUNS * 3)


def copy_many(work, server):
    folder, script = work / "copy", work / "copy" / "1_rows.up.sql"
    folder.mkdir()
    with script.open("w") as out:
        out.write("CREATE TABLE rows (id bigint, name text, at timestamptz, amount numeric);\n"
                  "COPY rows FROM stdin;\n")
        for i in range(1_000_000):
            out.write(f"{i}\tname of row {i}\t2026-01-05 09:30:00+00\t{i % 9973}.25\n")
        out.write("\\.\n")
    compare(f"PostgreSQL: 1,000,000 rows by COPY, {script.stat().st_size >> 20} MiB",
            [LOCKGATE, "apply", folder, "--db", server.cluster.url("ours")],
            psql(server.cluster.url("theirs"), script), "psql", server.fresh("ours"), server.fresh("theirs"),
            runs=max(3, RUNS // 2))


def drift(work, server):
    """A schema of 31,000 objects; what it costs to record it is told by one small migration on it and beside it."""
    script, folder = work / "schema.sql", work / "small"
    script.write_text("\n".join(statements()))
    folder.mkdir()
    for name in ("large", "small"):
        server.fresh(name)()
    url = server.cluster.url("large")
    subprocess.run(psql(url, script), check=True)
    server.sql("VACUUM ANALYZE", database="large")
    (folder / "1_a.sql").write_text("CREATE TABLE first_one (a int);\n")
    for name in ("large", "small"):
        subprocess.run([LOCKGATE, "apply", folder, "--db", server.cluster.url(name), "-q", "--policy", "first=allow"],
                       check=True, stdout=subprocess.DEVNULL)
    compare("PostgreSQL: drift, 31,000 objects", [LOCKGATE, "drift", "--db", url], ["pg_dump", "-s", "-f", "/dev/null", url],
            "pg_dump -s")
    numbers = itertools.count(2)

    def one_more():
        n = next(numbers)
        (folder / f"{n:06d}_t.sql").write_text(f"CREATE TABLE later_{n} (a int);\n")

    compare("PostgreSQL: one small migration, 31,000 objects", [LOCKGATE, "apply", folder, "--db", url],
            [LOCKGATE, "apply", folder, "--db", server.cluster.url("small")], "the same on an empty schema", one_more)


def run(work):
    server = Server(work)
    try:
        no_op(work, server)
        apply_many(work, server)
        copy_many(work, server)
        drift(work, server)
    finally:
        server.cluster.remove()
        shutil.rmtree(work / "copy", ignore_errors=True)
