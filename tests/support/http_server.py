# SPDX-License-Identifier: MIT
"""A real HTTP server on this machine that a test tells what to answer, and asks what it was sent.

    with Server() as server:
        server.plan("/hook", Answer(503, {"Retry-After": "1"}), RESET, Answer(204))
        ... run the program against server.url + "/hook" ...
        server.requests[0].body

A path answers what is planned for it, in order, and 200 behind that; a `handler` decides instead where
one is given. Certificates for HTTPS are made by openssl.
"""
import collections
import http.server
import json
import pathlib
import socket
import ssl
import struct
import subprocess
import threading

Request = collections.namedtuple("Request", "method path headers body time")


class Answer:
    """A status with headers and a body; JSON unless it is bytes."""

    def __init__(self, status=200, headers=None, body=b"", before=None, after=None):
        self.status, self.headers = status, headers or {}
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.before, self.after = before, after  # called around sending it


class Reset(Answer):
    """The connection is reset instead of an answer."""


class Silence(Answer):
    """There is no answer; the connection stays open until the client goes."""


class Dribble(Answer):
    """A body that never ends, a byte now and then."""


RESET, SILENCE, DRIBBLE = Reset(), Silence(), Dribble()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_any(self):
        import time
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, self.headers, body, time.monotonic())
        answer = self.server.owner.answer_to(request)
        if answer.before:
            answer.before()
        self.send(answer)
        if answer.after:
            answer.after()

    def send(self, answer):
        if isinstance(answer, Reset):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if isinstance(answer, Silence):
            self.server.owner.closing.wait(60)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if isinstance(answer, Dribble):
            self.end_headers()
            while not self.server.owner.closing.wait(0.2):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    break
            self.close_connection = True
            return
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass  # the client has gone, which some tests are about


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Server:
    def __init__(self, handler=None, certificate=None):
        self.handler, self.certificate = handler, certificate
        self.plans = collections.defaultdict(collections.deque)
        self.requests = []
        self.lock = threading.Lock()
        self.closing = threading.Event()

    def plan(self, path, *answers):
        self.plans[path].extend(answers)

    def answer_to(self, request):
        with self.lock:
            self.requests.append(request)
            plan = self.plans[request.path.split("?")[0]]
            if plan:
                return plan.popleft()
        return self.handler(request) if self.handler else Answer()

    def sent_to(self, path, method=None):
        return [request for request in self.requests
                if request.path.split("?")[0] == path and method in (None, request.method)]

    def __enter__(self):
        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.owner = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"{'https' if self.certificate else 'http'}://localhost:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def make_certificate(folder, name="localhost"):
    """A key and a certificate that signs itself, as (certificate, key)."""
    key, certificate = pathlib.Path(folder) / "key.pem", pathlib.Path(folder) / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    return certificate, key


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
