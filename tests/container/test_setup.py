# SPDX-License-Identifier: MIT
"""setup/install: what it fetches is used when it is what the workflow names, and else not at all."""
import hashlib
import http.server
import os
import pathlib
import ssl
import subprocess
import threading

from program import ROOT, ProgramTest

TARBALL = next(pathlib.Path(os.environ["IMAGES"]).parent.glob("lockgate-*-linux-*.tar.gz"))
VERSION = TARBALL.name.split("-")[1]
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem")


class Releases(http.server.BaseHTTPRequestHandler):
    """The address of GitHub's releases; `files` of the server holds what is there."""

    def do_GET(self):
        content = self.server.files.get(self.path)
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"Not Found")

    def log_message(self, *_):
        pass


class SetupTest(ProgramTest):
    def setUp(self):
        super().setUp()
        subprocess.run(CERTIFICATE, cwd=self.folder, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Releases)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.files = {self.address(VERSION): TARBALL.read_bytes()}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.sum = hashlib.sha256(TARBALL.read_bytes()).hexdigest()

    @staticmethod
    def address(version):
        return f"/octo/lockgate/releases/download/v{version}/{TARBALL.name}"

    def install(self, code, **changes):
        variables = {"LOCKGATE_SETUP_VERSION": VERSION, "LOCKGATE_SETUP_SHA256": self.sum,
                     "LOCKGATE_SETUP_REPOSITORY": "octo/lockgate", "RUNNER_TEMP": str(self.folder),
                     "GITHUB_SERVER_URL": f"https://localhost:{self.server.server_port}",
                     "GITHUB_PATH": str(self.folder / "path"), "GITHUB_OUTPUT": str(self.folder / "output"),
                     "CURL_CA_BUNDLE": str(self.folder / "cert.pem"), **changes}
        result = subprocess.run([ROOT / "setup" / "install"], cwd=self.folder, stdin=subprocess.DEVNULL, check=False,
                                env={"PATH": os.environ["PATH"], **variables}, capture_output=True, text=True, timeout=60)
        self.assertEqual(code, result.returncode, result)
        return result

    def expect_refused(self, words, **changes):
        result = self.install(1, **changes)
        self.assertIn(words, result.stderr)
        self.assertTrue(result.stderr.splitlines()[-1].startswith("::error title=lockgate::"), result.stderr)
        self.assertFalse((self.folder / "path").exists())
        self.assertEqual([], list(self.folder.rglob("bin/lockgate")))

    def test_it_is_put_on_path(self):
        self.assertIn(f"lockgate {VERSION}", self.install(0).stdout)
        folder = (self.folder / "path").read_text().strip()
        self.assertEqual(f"path={folder}\n", (self.folder / "output").read_text())
        subprocess.run([f"{folder}/lockgate", "version"], check=True, capture_output=True)

    def test_another_file_than_the_workflow_names(self):
        self.server.files[self.address(VERSION)] += b"x"
        self.expect_refused("does not have the SHA-256")

    def test_a_release_that_is_not_there(self):
        self.server.files.clear()
        self.expect_refused("could not be fetched")

    def test_a_server_that_nobody_vouches_for(self):
        self.expect_refused("could not be fetched", CURL_CA_BUNDLE="/etc/ssl/certs/ca-certificates.crt")

    def test_no_unencrypted_way(self):
        self.expect_refused("could not be fetched", GITHUB_SERVER_URL=f"http://localhost:{self.server.server_port}")

    def test_hostile_inputs(self):
        for version in ("", "latest", "1", "../../x", f"{VERSION}/../..", f"{VERSION}\n::add-mask::x", "0.1.0; id",
                        "$(id)", "-o/x"):
            self.expect_refused("version:", LOCKGATE_SETUP_VERSION=version)
        for digest in ("", "x" * 64, self.sum[1:], self.sum.upper(), f"{self.sum}\n{self.sum}"):
            self.expect_refused("sha256:", LOCKGATE_SETUP_SHA256=digest)
        for repository in ("", "octo", "octo/../x/y", "octo/lock gate"):
            self.expect_refused("repository", LOCKGATE_SETUP_REPOSITORY=repository)
