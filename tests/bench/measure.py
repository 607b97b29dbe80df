# SPDX-License-Identifier: MIT
"""What the benchmarks share: whole processes, timed in turn."""
import os
import pathlib
import statistics
import subprocess
import time

LOCKGATE = os.environ["LOCKGATE"]
BUILD = pathlib.Path(os.environ["BUILD"]).resolve() / "tests" / "bench"
RUNS = int(os.environ.get("RUNS", "9"))


def measure(command, before=None):
    """One run: (seconds, seconds of CPU, peak MiB)."""
    if before:
        before()
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command}: exit {child.returncode}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, ours, theirs, other, before_ours=None, before_theirs=None, runs=RUNS):
    """Runs both in turn after a warm-up of each, and prints the medians and the median of the ratios."""
    measure(ours, before_ours)
    measure(theirs, before_theirs)
    pairs = [(measure(ours, before_ours), measure(theirs, before_theirs)) for _ in range(runs)]
    our_ms = statistics.median(pair[0][0] for pair in pairs) * 1000
    their_ms = statistics.median(pair[1][0] for pair in pairs) * 1000
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in pairs)
    peak = max(pair[0][2] for pair in pairs)
    cpu_ms = statistics.median(pair[0][1] for pair in pairs) * 1000
    print(f"{title:<52} {our_ms:9.1f} ms {cpu_ms:8.1f} ms CPU {peak:6.1f} MiB   {other}: {their_ms:9.1f} ms   "
          f"ratio {ratio:5.2f}", flush=True)


def write_migrations(folder, count, filler=0):
    folder.mkdir()
    for i in range(1, count + 1):
        up = (f"CREATE TABLE t{i} (id INTEGER PRIMARY KEY, a TEXT, b INT);\nCREATE INDEX t{i}_b ON t{i} (b);\n"
              f"INSERT INTO t{i} (id, a, b) VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30);\n")
        while len(up) < filler:
            up += f"INSERT INTO t{i} (a, b) VALUES ('row {len(up) * i % 9973}', {i * len(up) % 104729});\n"
        (folder / f"{i:06d}_m{i}.up.sql").write_text(up)


def make_bundle(source, bundle, dialect):
    subprocess.run([LOCKGATE, "bundle", source, "--dialect", dialect, "-q", "-o", bundle], check=True,
                   stdout=subprocess.DEVNULL)


def remove(*paths):
    def before():
        for path in paths:
            for name in (path, *path.parent.glob(path.name + "-*")):
                pathlib.Path(name).unlink(missing_ok=True)
    return before
