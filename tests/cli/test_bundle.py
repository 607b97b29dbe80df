# SPDX-License-Identifier: MIT
"""`new`, `bundle` and `inspect`: what a folder becomes, and that it is the same everywhere."""
import hashlib
import os
import shutil
import sqlite3

from program import ProgramTest

UP = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n"


class BundleTest(ProgramTest):
    def fill(self, folder="migrations"):
        self.write("1_users.up.sql", UP, folder)
        self.write("1_users.down.sql", "DROP TABLE users;\n", folder)
        self.write("2_names.sql", "-- migrate:up\nALTER TABLE users ADD name TEXT;\n"
                   "-- migrate:down\nALTER TABLE users DROP name;\n", folder)
        self.write("10_views.repeat.sql", "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1 AS one;\n", folder)
        self.write("views.repeat.sql", "DROP VIEW IF EXISTS w; CREATE VIEW w AS SELECT 2 AS two;\n", folder)
        self.write("seeds/3_demo.sql", "INSERT INTO users VALUES (7, 'Ada');\n", folder)

    def pack(self, output="app.lockgate", *more, folder="migrations", **options):
        return self.expect(0, "bundle", folder, "--dialect", "sqlite", "-o", output, *more, **options)

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def test_id_is_the_hash_of_the_manifest(self):
        self.fill()
        packed = self.pack()
        manifest = self.expect(0, "inspect", "app.lockgate", "--manifest").out
        self.assertEqual("sha256:" + hashlib.sha256(manifest.encode()).hexdigest(), packed.out.strip())

    def test_equal_input_gives_equal_bytes(self):
        self.fill()
        self.pack()
        reference = self.bytes_of("app.lockgate")
        for i, env in enumerate([{"TZ": "Asia/Kathmandu"}, {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
                                 {"HOME": "/nonexistent", "USER": "somebody"}]):
            self.pack(f"again{i}.lockgate", env=env)
            self.assertEqual(reference, self.bytes_of(f"again{i}.lockgate"), env)

    def test_order_of_creation_modes_and_times_do_not_matter(self):
        self.fill()
        self.pack()
        other = self.folder / "other"
        for path in sorted((self.folder / "migrations").rglob("*.sql"), reverse=True):
            copy = other / path.relative_to(self.folder / "migrations")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            copy.chmod(0o600)
            os.utime(copy, (1, 1))
        umask = os.umask(0o077)
        try:
            self.pack("other.lockgate", folder="other")
        finally:
            os.umask(umask)
        self.assertEqual(self.bytes_of("app.lockgate"), self.bytes_of("other.lockgate"))

    def test_every_byte_counts(self):
        self.fill()
        first = self.pack().out
        self.write("1_users.up.sql", UP.replace("users", "Users"))
        self.assertNotEqual(first, self.pack("b.lockgate").out)

    def test_default_output_is_named_after_the_project(self):
        self.fill()
        self.expect(0, "bundle", "--project", "shop")
        self.assertTrue((self.folder / "shop.lockgate").exists())
        self.assertEqual("shop", self.expect(0, "inspect", "shop.lockgate", "--json").json["project"])
        self.expect(0, "bundle")
        document = self.expect(0, "inspect", "app.lockgate", "--json").json
        self.assertEqual(("app", "postgres"), (document["project"], document["engine"]))

    def test_output_is_replaced_as_a_whole(self):
        self.fill()
        self.write("app.lockgate", "what was there", ".")
        self.pack()
        self.assertEqual(b"\x28\xb5\x2f\xfd", self.bytes_of("app.lockgate")[:4])
        self.write("1_again.sql", "SELECT 1;\n")
        before = self.bytes_of("app.lockgate")
        self.expect(7, "bundle", "--dialect", "sqlite", "-o", "app.lockgate")
        self.assertEqual(before, self.bytes_of("app.lockgate"))
        self.assertEqual(["app.lockgate", "migrations"], sorted(p.name for p in self.folder.iterdir()))

    def test_inspect_names_everything(self):
        self.fill()
        self.pack()
        document = self.expect(0, "inspect", "app.lockgate", "--json").json
        rows = [(m["kind"], m["version"], m["name"], m["file"]) for m in document["migrations"]]
        self.assertEqual([
            ("versioned", "1", "users", "1_users.up.sql"),
            ("versioned", "2", "names", "2_names.sql"),
            ("repeatable", "10_views", "10_views", "10_views.repeat.sql"),
            ("repeatable", "views", "views", "views.repeat.sql"),
            ("seed", "3", "demo", "seeds/3_demo.sql")], rows)
        first = document["migrations"][0]
        self.assertEqual("sha256:" + hashlib.sha256(UP.encode()).hexdigest(), first["raw"])
        self.assertEqual(first["raw"], first["content"])
        self.assertEqual(len(UP), first["size"])
        self.assertIsNone(document["migrations"][3]["down"])

    def test_inspect_verifies_first(self):
        self.fill()
        self.pack()
        data = bytearray(self.bytes_of("app.lockgate"))
        data[len(data) // 2] ^= 1
        self.write("bad.lockgate", bytes(data), ".")
        result = self.expect(7, "inspect", "bad.lockgate")
        self.assertEqual("", result.out)
        self.assertIn("bad.lockgate", result.err)
        self.expect(7, "verify", "bad.lockgate", "--no-db")
        self.expect(7, "apply", "bad.lockgate", "--db", self.db)
        self.assertFalse((self.folder / "app.db").exists() and self.sql("SELECT 1 FROM sqlite_schema"))

    def test_any_damage_is_refused(self):
        self.fill()
        self.pack()
        data = self.bytes_of("app.lockgate")
        manifest = self.manifest("app.lockgate")
        refused = 0
        places = range(0, len(data), max(1, len(data) // 150))
        for at in places:
            self.write("bad.lockgate", data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:], ".")
            result = self.run_it("verify", "bad.lockgate", "--no-db")
            self.assertIn(result.code, (0, 7), at)
            refused += result.code == 7
            # A few bits of a zstd frame decide nothing (RFC 8878): then all of the content is the same.
            if result.code == 0:
                self.assertEqual(manifest, self.manifest("bad.lockgate"), at)
        self.assertGreater(refused, len(places) - 8)

    def test_cut_and_lengthened_bundles(self):
        self.fill()
        self.pack()
        data = self.bytes_of("app.lockgate")
        for damaged in (data[:-1], data[:len(data) // 2], b"", data + b"\0", data + data):
            self.write("bad.lockgate", damaged, ".")
            self.expect(7, "verify", "bad.lockgate", "--no-db")

    def manifest(self, path):
        return self.expect(0, "inspect", path, "--manifest").out

    def test_demo_path_from_a_moved_bundle(self):
        self.fill()
        self.pack()
        shutil.rmtree(self.folder / "migrations")
        verdict = self.expect(0, "verify", "app.lockgate", "--db", self.db, "--json").json
        self.assertEqual(4, verdict["pending"])
        done = self.expect(0, "apply", "app.lockgate", "--db", self.db, "--json").json
        self.assertEqual(["1", "2", "10_views", "views"], [a["version"] for a in done["applied"]])
        self.assertEqual([(1,)], self.sql("SELECT one FROM v"))
        self.expect(0, "apply", "app.lockgate", "--db", self.db)
        status = self.expect(0, "status", "--db", self.db).out
        for word in ("users", "names", "views"):
            self.assertIn(word, status)

    def test_same_version_twice_names_both_files(self):
        self.write("1_users.sql", UP)
        self.write("001_people.sql", UP)
        result = self.expect(7, "bundle")
        self.assertIn("1_users.sql", result.err)
        self.assertIn("001_people.sql", result.err)

    def test_folder_that_is_not_there_or_empty(self):
        self.assertIn("migrations", self.expect(3, "bundle").err)
        (self.folder / "migrations").mkdir()
        self.expect(0, "bundle")

    def test_skipped_files_are_listed_with_v(self):
        self.fill()
        self.write(".hidden.sql", "x")
        self.write("1_users.up.sql~", "x")
        self.write("README.md", "x")
        result = self.pack("app.lockgate", "-v")
        for name in (".hidden.sql", "1_users.up.sql~", "README.md"):
            self.assertIn(name, result.err)
        self.assertNotIn("README.md", self.pack().err)

    def test_max_size(self):
        self.fill()
        self.expect(7, "bundle", "--max-size", "64")
        self.pack("app.lockgate", "--max-size", "1M")
        self.expect(7, "inspect", "app.lockgate", "--max-size", "64")
        self.expect(2, "inspect", "app.lockgate", "--max-size", "64X")


class NewTest(ProgramTest):
    def test_new_creates_what_bundle_takes(self):
        (self.folder / "migrations").mkdir()
        result = self.expect(0, "new", "create_users")
        paths = result.out.split()
        self.assertTrue(paths)
        for path in paths:
            self.assertRegex(path, r"^migrations/\d{14}_create_users(\.up|\.down)?\.sql$")
            self.assertTrue((self.folder / path).exists())
        self.expect(0, "bundle")

    def test_two_in_one_second_do_not_collide(self):
        (self.folder / "migrations").mkdir()
        self.expect(0, "new", "one")
        self.expect(0, "new", "two")
        self.expect(0, "bundle")
        self.assertEqual(2, self.expect(0, "bundle", "--json").json["migrations"])

    def test_bad_names(self):
        (self.folder / "migrations").mkdir()
        self.expect(2, "new")
        self.expect(2, "new", "../evil")
        self.expect(2, "new", "two words")
        self.assertEqual([], list((self.folder / "migrations").iterdir()))


class InitTest(ProgramTest):
    def test_init_creates_the_history_once(self):
        self.expect(0, "init", "--db", self.db)
        tables = {row[0] for row in self.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        self.assertLessEqual({"lockgate_format", "lockgate_migration", "lockgate_batch", "lockgate_object",
                              "lockgate_event"}, tables)
        self.expect(0, "init", "--db", self.db)
        self.assertEqual([(1,)], self.sql("SELECT version FROM lockgate_format"))

    def test_print_shows_sql_that_works(self):
        script = self.expect(0, "init", "--db", self.db, "--print").out
        self.assertFalse((self.folder / "app.db").exists())
        connection = sqlite3.connect(":memory:")
        connection.executescript(script)
        self.assertEqual(5, connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                               "AND name LIKE 'lockgate_%'").fetchone()[0])
        connection.close()

    def test_newer_layout_is_refused(self):
        self.expect(0, "init", "--db", self.db)
        self.execute("UPDATE lockgate_format SET version = 99")
        self.write("1_a.sql", UP)
        for command in ("verify", "apply", "status"):
            result = self.expect(3, command, "migrations", "--db", self.db)
            self.assertIn("99", result.err)
