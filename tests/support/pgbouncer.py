# SPDX-License-Identifier: MIT
"""PgBouncer in front of a cluster: the proxy that gives each transaction another backend."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

from cluster import ClusterError, as_server_user, free_port, give_to_server_user

SETTINGS = """
[databases]
* = host={sockets} port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {pool_size}
max_client_conn = 200
stats_users = postgres
admin_users = postgres
"""


class PgBouncer:
    """Use it in a `with`. `mode` is transaction or session; `users` are known besides postgres."""

    def __init__(self, cluster, mode="transaction", pool_size=4, users=()):
        self.cluster, self.mode, self.pool_size, self.users = cluster, mode, pool_size, ("postgres", *users)

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="lgpb-", dir="/tmp")
        give_to_server_user(self.folder)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self.port = free_port()
        self._write("users", "".join(f'"{user}" ""\n' for user in self.users))
        self._write("settings", SETTINGS.format(
            sockets=self.cluster.sockets, server_port=self.cluster.port, port=self.port, folder=self.folder,
            mode=self.mode, pool_size=self.pool_size))
        with open(f"{self.folder}/log", "wb") as log:
            self.process = subprocess.Popen([program, f"{self.folder}/settings"], stdout=log, stderr=log,
                                            **as_server_user())
        self._wait()

    def _write(self, name, text):
        with open(f"{self.folder}/{name}", "w") as file:
            file.write(text)
        give_to_server_user(f"{self.folder}/{name}")

    def _wait(self):
        for _ in range(200):
            try:
                psycopg2.connect(self.url("pgbouncer")).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
            if self.process.poll() is not None:
                break
        raise ClusterError("pgbouncer does not start: " + self.log())

    def __exit__(self, *_):
        process = getattr(self, "process", None)
        if process and process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(f"{self.folder}/log", errors="replace") as file:
            return file.read()

    def url(self, database, user="postgres"):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable"
