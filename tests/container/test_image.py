# SPDX-License-Identifier: MIT
"""What is in the image, how it is set up, and that it needs nothing else."""
import pathlib
import shutil
import subprocess

from container import IMAGES, ContainerTest, config

SHELLS = ("usr/bin/sh", "usr/bin/dash", "usr/bin/bash")
BUILDERS = ("cc", "gcc", "cpp", "c++", "g++", "clang", "tcc", "as", "ld", "make", "pkg-config")


class ConfigTest(ContainerTest):
    def test_entry_point(self):
        for image in ("default", "nonroot"):
            self.assertEqual((["/usr/local/bin/lockgate"], ["help"], ["NONE"]), (
                config(image)["Entrypoint"], config(image)["Cmd"], config(image)["Healthcheck"]["Test"]))

    def test_users(self):
        self.assertEqual(("", "65532:65532"), (config("default")["User"], config("nonroot")["User"]))

    def test_labels(self):
        labels = config("default")["Labels"]
        for name in ("title", "description", "licenses"):
            self.assertTrue(labels[f"org.opencontainers.image.{name}"], name)


class ContentTest(ContainerTest):
    def installed(self):
        return subprocess.run(["dpkg-query", f"--admindir={self.root}/var/lib/dpkg", "-W", "-f", "${Package}\n"],
                              check=True, capture_output=True, text=True).stdout.split()

    def test_no_compiler(self):
        found = [path for folder in ("usr/bin", "usr/local/bin", "usr/sbin") for name in BUILDERS
                 for path in (self.root / folder).glob(name)]
        self.assertEqual([], found)
        self.assertEqual([], [name for name in self.installed() if name.endswith("-dev") or name.startswith("gcc-1")
                              and not name.endswith("-base")])

    def test_only_what_it_needs_is_added(self):
        listed = (self.root / "usr/local/share/lockgate/runtime-packages").read_text().split()
        self.assertIn("libpq5", listed)
        base = subprocess.run(["dpkg-query", f"--admindir={(IMAGES / 'base').resolve()}/var/lib/dpkg", "-W", "-f",
                               "${Package}\n"], check=True, capture_output=True, text=True).stdout.split()
        added = set(self.installed()) - set(base)
        self.assertLessEqual(set(listed) - set(base), added)
        self.assertEqual(set(), {name for name in added if not name.startswith("lib")} -
                         {"ca-certificates", "openssl", "krb5-locales"})

    def test_nothing_of_the_build_is_left(self):
        self.assertFalse((self.root / "src").exists())
        self.assertEqual([], list((self.root / "var/lib/apt/lists").iterdir()))
        self.assertEqual(["lockgate", "lockgate-action", "lockgate-action-post"],
                         sorted(path.name for path in (self.root / "usr/local/bin").iterdir()))

    def test_certificates(self):
        bundle = (self.root / "etc/ssl/certs/ca-certificates.crt").read_text()
        self.assertGreater(bundle.count("BEGIN CERTIFICATE"), 100)


class StartTest(ContainerTest):
    def setUp(self):
        super().setUp()
        self.write("1_a.up.sql", "CREATE TABLE a (x);\n")

    def test_version_and_help(self):
        self.assertIn("lockgate ", self.run_to_end(0, "version"))
        self.assertIn("usage: lockgate", self.run_to_end(0, *config(self.image)["Cmd"]))

    def test_sqlite(self):
        self.run_to_end(0, "verify", "--db", self.sqlite)
        self.assertIn("1 applied", self.run_to_end(0, "apply", "--db", self.sqlite))
        self.assertIn("up to date", self.run_to_end(0, "apply", "--db", self.sqlite))
        self.write("1_a.up.sql", "CREATE TABLE a (y);\n")
        self.run_to_end(1, "verify", "--db", self.sqlite)

    def test_postgres(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        self.assertIn("1 applied", self.run_to_end(0, "apply", env={"LOCKGATE_DB": self.tcp_url}))
        self.assertEqual([("1",)], self.sql("SELECT version FROM lockgate.migration"))

    def test_the_program_of_run(self):
        self.assertIn("started\n", self.run_to_end(0, "run", "--db", self.sqlite, "--", "echo", "started"))

    def test_no_shell_is_needed(self):
        hide = [f"mount --bind /dev/null {self.root / shell}" for shell in SHELLS
                if not (self.root / shell).is_symlink()]
        refused = self.run_to_end(126, "-c", "true", entrypoint=["/bin/sh"], mounts=hide)
        self.assertIn("denied", refused)
        self.run_to_end(0, "apply", "--db", self.sqlite, mounts=hide)

    READ_ONLY = ("mount --bind {root} {root}", "mount --bind {folder} {folder}", "mount -o remount,bind,ro {root}")

    def test_a_root_that_is_read_only(self):
        mounts = [line.format(root=self.root, folder=self.folder) for line in self.READ_ONLY]
        refused = self.run_to_end(1, "/tmp/x", entrypoint=["/usr/bin/touch"], mounts=mounts)
        self.assertIn("Read-only", refused)
        self.assertIn("1 applied", self.run_to_end(0, "apply", "--db", self.sqlite, mounts=mounts))
        self.run_to_end(0, "apply", "--db", self.sqlite, mounts=mounts)

    def test_a_root_that_is_read_only_and_a_server(self):
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        mounts = [f"mount --bind {self.root} {self.root}", f"mount -o remount,bind,ro {self.root}"]
        self.run_to_end(0, "apply", env={"LOCKGATE_DB": self.tcp_url}, mounts=mounts)


class NonrootTest(StartTest):
    image = "nonroot"

    def test_it_is_not_root(self):
        self.assertIn("65532", self.run_to_end(0, "-u", entrypoint=["/usr/bin/id"]))


class AnyUserTest(StartTest):
    """The default target under another user, as `docker run --user` and runAsUser have it."""

    user = "65532:65532"


class TarballTest(ContainerTest):
    """What setup/action.yml fetches, on a machine that has none of its libraries."""

    image = "base"

    def test_it_brings_its_libraries(self):
        (name,) = pathlib.Path(IMAGES.parent).glob("lockgate-*-linux-*.tar.gz")
        subprocess.run(["tar", "-xzf", name, "-C", self.folder], check=True)
        proc = [f"mount -t proc proc {self.root}/proc"]  # the loader looks there for where the program is
        program = f"{self.inside}/{name.name.removesuffix('.tar.gz')}/bin/lockgate"
        self.write("1_a.up.sql", "CREATE TABLE a (x int);\n")
        for env in ({"LOCKGATE_DB": self.sqlite}, {"LOCKGATE_DB": self.tcp_url}):
            self.assertIn("1 applied", self.run_to_end(0, "apply", entrypoint=[program], env=env, mounts=proc))
        self.assertIsNone(shutil.which("psql", path=str(self.root / "usr/bin")))


class ExampleTest(ContainerTest):
    """The image of examples/energy-tracker, started with another program in the place of its server."""

    image = "energy-tracker"

    def test_it_brings_the_schema_up_to_date_and_starts(self):
        self.assertEqual((["node", "server.js"], "1000:1000"), (config(self.image)["Cmd"], config(self.image)["User"]))
        environment = dict(pair.split("=", 1) for pair in config(self.image)["Env"])
        self.assertEqual("sqlite:/data/energy.db", environment["LOCKGATE_DB"])
        for words in ("4 applied", "up to date"):
            text = self.run_to_end(0, "sh", "-c", "echo outcome: $LOCKGATE_OUTCOME", cwd=config(self.image)["WorkingDir"],
                                   env=environment)
            self.assertIn("outcome: ok", text)
            self.assertIn(words, text)
            self.addCleanup((self.root / "data" / "energy.db").unlink, missing_ok=True)
            self.addCleanup((self.root / "data" / "energy.db-lockgate").unlink, missing_ok=True)
