# SPDX-License-Identifier: MIT
"""A TCP relay in front of a PostgreSQL server: it counts, delays, stalls and cuts."""
import socket
import struct
import threading
import time

ASKS_FOR_TLS = (80877103, 80877104)  # SSLRequest, GSSENCRequest: answered by one byte


class Connection:
    """One client's connection. What is counted begins when the server is first ready for a query."""

    def __init__(self, relay, client, server):
        self.relay, self.client, self.server = relay, client, server
        self.is_ready = self.is_asking = self.is_started = False
        self.round_trips = self.bytes_sent = self.bytes_received = 0
        self.queries, self.threads = [], []
        self.sent, self.received = bytearray(), bytearray()
        self.last = None
        self.lock = threading.Lock()

    def hear_client(self, chunk):
        if self.is_ready:
            self.bytes_sent += len(chunk)
        self.sent += chunk
        while len(self.sent) >= 8:
            at = 1 if self.is_started else 0
            length = struct.unpack_from(">I", self.sent, at)[0] + at
            if len(self.sent) < length:
                return
            message = bytes(self.sent[:length])
            del self.sent[:length]
            if self.is_started and message[:1] == b"Q":
                self.queries.append(message[5:-1].decode(errors="replace"))
            elif not self.is_started:
                self.is_asking = struct.unpack_from(">I", message, 4)[0] in ASKS_FOR_TLS
                self.is_started = not self.is_asking

    def hear_server(self, chunk):
        if self.is_ready:
            self.bytes_received += len(chunk)
            self.round_trips += self.last == "client"
            return
        if self.is_asking:
            chunk, self.is_asking = chunk[1:], False
        self.received += chunk
        while len(self.received) >= 5:
            length = struct.unpack_from(">I", self.received, 1)[0] + 1
            if len(self.received) < length:
                return
            self.is_ready = self.is_ready or self.received[:1] == b"Z"
            del self.received[:length]

    def carry(self, source, sink, side, hear):
        try:
            while chunk := source.recv(1 << 16):
                with self.lock:
                    has_turned = self.last != side
                    hear(chunk)
                    self.last = side
                if has_turned and self.relay.delay:
                    time.sleep(self.relay.delay)
                self.relay.flows.wait()
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.cut()

    def cut(self):
        """Ends the connection in the middle of whatever it is: for both sides the other one is gone."""
        for end in (self.client, self.server):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class Relay:
    """Use it in a `with`. A round trip is counted when the server answers what a client has sent."""

    def __init__(self, port, host="127.0.0.1", delay_ms=0):
        self.upstream = (host, port)
        self.delay = delay_ms / 1000
        self.flows = threading.Event()
        self.flows.set()
        self.connections = []
        self.accepts = True
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.accepts = False
        self.listener.close()
        self.resume()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.upstream) if self.accepts else None
            except OSError:
                server = None
            if not server:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, client, server)
            for arguments in ((client, server, "client", connection.hear_client),
                              (server, client, "server", connection.hear_server)):
                thread = threading.Thread(target=connection.carry, args=arguments, daemon=True)
                connection.threads.append(thread)
                thread.start()
            self.connections.append(connection)

    def cut(self):
        for connection in self.connections:
            connection.cut()

    def stall(self):
        """Nothing more passes, and nobody is told."""
        self.flows.clear()

    def resume(self):
        self.flows.set()

    def reset(self):
        """Forgets what was counted."""
        self.connections = []

    def settle(self):
        """Waits until the last words of clients that have ended are counted too."""
        for connection in self.connections:
            for thread in connection.threads:
                thread.join(timeout=30)

    def _sum(self, name):
        return sum(getattr(connection, name) for connection in self.connections)

    @property
    def round_trips(self):
        return self._sum("round_trips")

    @property
    def bytes_sent(self):
        return self._sum("bytes_sent")

    @property
    def bytes_received(self):
        return self._sum("bytes_received")

    @property
    def queries(self):
        """The texts of simple queries, in the order of their connections."""
        return [query for connection in self.connections for query in connection.queries]
