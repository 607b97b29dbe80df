# SPDX-License-Identifier: MIT
"""A PostgreSQL server for tests alone: made, started, broken and removed. It never runs as root."""
import glob
import json
import os
import pathlib
import pwd
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = '{sockets}'
port = {port}
max_connections = 200
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
fsync = off
full_page_writes = off
max_wal_size = 4GB
password_encryption = scram-sha-256
timezone = UTC
lc_messages = C
log_line_prefix = '%m [%p] %d|%a|'
"""
ACCESS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


class ClusterError(Exception):
    """No server could be had; a test must fail then, never pass by."""


def server_user():
    """Whom a server runs as: root is refused by PostgreSQL and by PgBouncer. None: the caller."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise ClusterError("neither a user 'postgres' nor 'nobody' is there to run a server as")


def as_server_user():
    """The options of subprocess that run a command as that user."""
    user = server_user()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    options = {"env": {**clean, "LC_ALL": "C"}, "cwd": "/", "stdin": subprocess.DEVNULL}
    if user:
        options.update(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    return options


def give_to_server_user(path):
    user = server_user()
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_programs(version):
    """The folder with initdb of Debian's package; without a version, of the newest."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/{version or '*'}/bin/initdb"),
                   key=lambda path: int(re.sub(r"\D", "", path) or 0))
    if not found:
        raise ClusterError("no PostgreSQL server is installed: run 'make test-deps'")
    return os.path.dirname(found[-1])


class Cluster:
    """A server and its data in a folder. `details()` is all that is needed to come back to it."""

    def __init__(self, folder, programs, sockets=None, port=None, password=None):
        self.folder, self.programs = pathlib.Path(folder), str(programs)
        self.sockets, self.port, self.password = sockets, port, password

    def details(self):
        return {"folder": str(self.folder), "programs": self.programs, "sockets": self.sockets,
                "port": self.port, "password": self.password}

    @classmethod
    def load(cls, path):
        return cls(**json.loads(pathlib.Path(path).read_text()))

    @property
    def details_file(self):
        return self.folder / "cluster.json"

    @property
    def log(self):
        return self.folder / "log"

    def url(self, database="postgres", user="postgres"):
        """On the socket, where everyone is trusted."""
        return f"postgresql:///{database}?host={self.sockets}&port={self.port}&user={user}"

    def tcp_url(self, database="postgres", user="postgres", password=None, port=None):
        """Over TCP, where a password is asked for."""
        return (f"postgresql://{user}:{password or self.password}@127.0.0.1:{port or self.port}/{database}"
                "?sslmode=disable&gssencmode=disable")

    def run(self, program, *arguments):
        """Runs a program of the server's; its output goes to a file, for the server inherits it."""
        with tempfile.TemporaryFile() as output:
            code = subprocess.call([f"{self.programs}/{program}", *map(str, arguments)], stdout=output,
                                   stderr=subprocess.STDOUT, **as_server_user())
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def must(self, program, *arguments):
        code, output = self.run(program, *arguments)
        if code:
            log = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ClusterError(f"{program} failed with {code}:\n{output}{log}")

    def create(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        give_to_server_user(self.folder)
        # A socket's path has 107 bytes at most, wherever the folder is.
        self.sockets = tempfile.mkdtemp(prefix="lgpg-", dir="/tmp")
        os.chmod(self.sockets, 0o755)
        give_to_server_user(self.sockets)
        self.password = secrets.token_hex(16)
        self._bring_programs_into_reach()
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as secret:
            secret.write(self.password)
            secret.flush()
            give_to_server_user(secret.name)
            self.must("initdb", "-D", self.folder / "data", "-U", "postgres", "--pwfile", secret.name, "-E", "UTF8",
                      "--locale", "C", "-A", "scram-sha-256", "--no-sync", "--no-instructions")
        (self.folder / "data" / "pg_hba.conf").write_text(ACCESS)

    def _bring_programs_into_reach(self):
        """Another user may not be let into the folder where they are, such as one below /root."""
        if subprocess.call(["test", "-x", f"{self.programs}/postgres"], **as_server_user()) != 0:
            copy = self.folder / "programs"
            shutil.copytree(os.path.dirname(self.programs), copy, symlinks=True)
            self.programs = str(copy / "bin")

    def configure(self):
        self.port = free_port()
        own = self.folder / "data" / "postgresql.auto.conf"
        own.write_text(SETTINGS.format(sockets=self.sockets, port=self.port))

    def start(self):
        """Another process may take the free port before the server does: then with another one."""
        for attempt in range(5):
            self.configure()
            code, output = self.run("pg_ctl", "start", "-w", "-t", "60", "-D", self.folder / "data", "-l", self.log)
            if code == 0:
                self.details_file.touch(mode=0o600)
                self.details_file.write_text(json.dumps(self.details()))
                return self
            if "could not bind" not in self.log.read_text(errors="replace"):
                break
        raise ClusterError(f"the server does not start: {output}{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self, mode="immediate"):
        if (self.folder / "data" / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", self.folder / "data")

    def restart(self, mode="immediate"):
        """On the same port, as after a crash of the server; clients lose their connections."""
        self.stop(mode)
        self.must("pg_ctl", "start", "-w", "-t", "60", "-D", self.folder / "data", "-l", self.log)

    def remove(self):
        self.stop()
        for folder in (self.sockets, self.folder):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)

    def shell(self):
        """What a caller needs, as assignments of a POSIX shell."""
        values = {"POSTGRES": self.url(), "CLUSTER": str(self.details_file),
                  "SERVER": self.run("postgres", "--version")[1].strip()}
        return "".join(f"LOCKGATE_TEST_{name}={shlex.quote(value)}\n" for name, value in values.items())


def start_new(folder, version=None, programs=None):
    programs = programs or find_programs(version)
    if not os.path.exists(f"{programs}/initdb"):
        raise ClusterError(f"there is no initdb in {programs}")
    cluster = Cluster(folder, programs)
    try:
        cluster.create()
        return cluster.start()
    except BaseException:
        cluster.remove()
        raise
