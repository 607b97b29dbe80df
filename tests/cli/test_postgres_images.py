# SPDX-License-Identifier: MIT
"""Rolling deploys: replicas of an old and of a new image start at the same database, in every order."""
import random
import subprocess

from postgres import PostgresTest, query
from program import LOCKGATE, ProgramTest

OLD = {
    "1_users.up.sql": "CREATE TABLE users (id int PRIMARY KEY, name text, email text);\n",
    "1_users.down.sql": "DROP TABLE users;\n",
    "3_orders.up.sql": "CREATE TABLE orders (id int PRIMARY KEY);\n",
    "3_orders.down.sql": "DROP TABLE orders;\n",
}
EXPAND = {
    "4_full_name.up.sql": "-- lockgate: phase=expand\nALTER TABLE users ADD COLUMN full_name text;\n",
    "4_full_name.down.sql": "ALTER TABLE users DROP COLUMN full_name;\n",
    "5_notes.up.sql": "CREATE TABLE notes (id int PRIMARY KEY);\n",
    "5_notes.down.sql": "DROP TABLE notes;\n",
}
CONTRACT = {
    "6_drop_name.up.sql": "-- lockgate: phase=contract\nALTER TABLE users DROP COLUMN name;\n",
    "6_drop_name.down.sql": "ALTER TABLE users ADD COLUMN name text;\n",
}
LATE = {
    "2_late.up.sql": "CREATE TABLE late (id int PRIMARY KEY);\n",
    "2_late.down.sql": "DROP TABLE late;\n",
}
REPLICAS = 4


class Images:
    """Mixed into a test of an engine."""

    def setUp(self):
        super().setUp()
        self.started = 0

    def image(self, name, *parts):
        """A bundle, as an image has one; the folder that it came from is gone."""
        for part in parts:
            for file, text in part.items():
                self.write(file, text, folder=f"folder-{name}")
        path = self.folder / f"{name}.lockgate"
        self.expect(0, "bundle", "--dialect", self.dialect, "-o", path, f"folder-{name}")
        return path

    def launch(self, image, *arguments):
        self.started += 1
        mark = self.folder / f"started-{self.started}"
        process = subprocess.Popen(
            [LOCKGATE, "run", image, "--db", self.db, *arguments, "--", "touch", mark], cwd=self.folder,
            env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process, mark

    def end(self, launched, code=0):
        process, mark = launched
        _, err = process.communicate(timeout=120)
        self.assertEqual((code, code == 0), (process.returncode, mark.exists()), err.decode())
        return err.decode()

    def deploy(self, image, *arguments, code=0):
        return [self.end(launched, code) for launched in [self.launch(image, *arguments) for _ in range(REPLICAS)]]

    def versions(self):
        return [row[0] for row in self.rows("SELECT version FROM {} WHERE state = 'applied' ORDER BY position")]

    def test_the_new_one_after_the_old_one(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND)
        self.deploy(old)
        self.deploy(new)
        self.assertEqual(["1", "3", "4", "5"], self.versions())

    def test_an_old_one_that_starts_again_is_told_and_starts(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND)
        self.deploy(new)
        for mode in ("apply", "verify", "wait"):
            for err in self.deploy(old, "--mode", mode):
                self.assertIn("database-ahead", err)
        self.assertEqual(["1", "3", "4", "5"], self.versions())

    def test_both_at_once(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND)
        images = [old, new] * REPLICAS
        random.shuffle(images)
        for launched in [self.launch(image) for image in images]:
            self.end(launched)
        self.assertEqual(["1", "3", "4", "5"], self.versions())

    def test_an_old_one_is_kept_out_once_the_schema_has_left_it_behind(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND, CONTRACT)
        self.deploy(old)
        self.deploy(new)
        for mode in ("apply", "verify", "wait"):
            for err in self.deploy(old, "--mode", mode, code=1):
                self.assertIn("contracted", err)
                self.assertIn("6", err)
        # Where it can do without, it says so.
        self.end(self.launch(old, "--start-on", "refused"))

    def test_one_that_has_the_contract_is_not(self):
        middle, new = self.image("middle", OLD, EXPAND, CONTRACT), self.image("new", OLD, EXPAND, CONTRACT, {
            "7_more.up.sql": "CREATE TABLE more (id int);\n"})
        self.deploy(new)
        self.deploy(middle)

    def test_the_old_image_reverts_what_it_never_had(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND, CONTRACT)
        self.deploy(old)
        self.deploy(new)
        self.assertEqual(["1", "3", "4", "5", "6"], self.versions())
        self.expect(0, "revert", old, "--to", "3", "--db", self.db)
        self.assertEqual(["1", "3"], self.versions())
        self.assertNotIn("notes", self.tables())
        for err in self.deploy(old):
            self.assertNotIn("database-ahead", err)

    def test_no_image_is_needed_to_revert(self):
        new = self.image("new", OLD, EXPAND)
        self.deploy(new)
        self.expect(0, "revert", "--steps", "2", "--db", self.db)
        self.assertEqual(["1", "3"], self.versions())
        self.deploy(new)
        self.assertEqual(["1", "3", "4", "5"], self.versions())

    def test_a_late_merge_does_not_lock_the_old_ones_out(self):
        """It was applied after all that the old image has, though its version is lower."""
        old, new = self.image("old", OLD), self.image("new", OLD, LATE, EXPAND)
        self.deploy(old)
        self.assertIn("out-of-order", self.deploy(new, code=1)[0])
        self.deploy(new, "--policy", "order=warn")
        self.assertEqual(["1", "3", "2", "4", "5"], self.versions())
        for mode in ("apply", "verify", "wait"):
            self.deploy(old, "--mode", mode)
        self.deploy(new)

    def test_what_is_missing_in_the_middle_does(self):
        """A build that lacks what others were built upon is no old image: it is another history."""
        new, other = self.image("new", OLD, LATE, EXPAND), self.image("other", OLD, EXPAND)
        self.deploy(new)
        for err in self.deploy(other, code=1):
            self.assertIn("removed", err)

    def test_an_old_one_waits_for_nothing_that_it_does_not_have(self):
        old, new = self.image("old", OLD), self.image("new", OLD, EXPAND)
        waiting = [self.launch(image, "--mode", "wait") for image in (old, old, new, new)]
        self.deploy(old)
        for launched in waiting[:2]:
            self.end(launched)
        self.assertTrue(all(process.poll() is None for process, _ in waiting[2:]))
        self.deploy(new)
        for launched in waiting[2:]:
            self.end(launched)


class PostgresImagesTest(Images, PostgresTest):
    dialect = "postgres"

    def rows(self, sql):
        return query(self.db, sql.format("lockgate.migration"))


class SqliteImagesTest(Images, ProgramTest):
    dialect = "sqlite"

    def rows(self, sql):
        return self.sql(sql.format("lockgate_migration"))

    def tables(self):
        return {row[0] for row in self.sql("SELECT name FROM sqlite_schema")}
