# SPDX-License-Identifier: MIT
"""rebase: migrations that the base lacks get later versions, by renaming files and nothing else."""
import calendar
import os
import re
import subprocess
import time

from program import LOCKGATE, ProgramTest

JOURNAL = ".lockgate-rebase"


class RebaseTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for folder in ("base", "migrations"):
            self.write("0001_a.sql", "CREATE TABLE a (x INTEGER);\n", folder)
            self.write("0002_b.sql", "CREATE TABLE b (x INTEGER);\n", folder)
        self.write("0003_theirs.sql", "CREATE TABLE c (x INTEGER);\n", "base")

    def files(self, folder="migrations"):
        root = self.folder / folder
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    def rebase(self, code, *more, base="base", **options):
        return self.expect(code, "rebase", "--base", base, *more, **options)

    def expect_unchanged(self, code, *more, **options):
        before = self.files()
        result = self.rebase(code, *more, **options)
        self.assertEqual(before, self.files())
        return result


class FormTest(RebaseTest):
    def test_every_part_is_renamed_and_none_is_touched(self):
        ours = {"0003_c.up.sql": "SELECT 1;\n", "0003_c.down.sql": "SELECT 2;\n", "0003_c.check.sql": "SELECT 1 WHERE 0;\n",
                "0004_d.sql": "-- migrate:up\nSELECT 3;\n-- migrate:down\nSELECT 4;\n"}
        for name, text in ours.items():
            self.write(name, text)
        self.write("view.repeat.sql", "SELECT 5;\n")
        dry = self.expect_unchanged(0, "--dry-run")
        shown = self.rebase(0).out
        self.assertEqual(dry.out, shown)
        self.assertEqual({
            "migrations/0003_c.up.sql -> migrations/0004_c.up.sql",
            "migrations/0003_c.down.sql -> migrations/0004_c.down.sql",
            "migrations/0003_c.check.sql -> migrations/0004_c.check.sql",
            "migrations/0004_d.sql -> migrations/0005_d.sql"}, set(shown.splitlines()))
        files = self.files()
        self.assertEqual({"0001_a.sql", "0002_b.sql", "0004_c.up.sql", "0004_c.down.sql", "0004_c.check.sql",
                          "0005_d.sql", "view.repeat.sql"}, set(files))
        for name, text in ours.items():
            number, rest = name.split("_")
            self.assertEqual(text.encode(), files[f"{int(number) + 1:04}_{rest}"])
        self.assertIn("nothing to rename", self.expect_unchanged(0).out)
        self.expect(0, "verify", "--base", "base", "--dialect", "sqlite")

    def test_times(self):
        self.write("20260101000000_x.sql", "SELECT 1;\n", "base")
        self.write("20260101000000_x.sql", "SELECT 1;\n")
        self.write("20260109000000_theirs.sql", "SELECT 2;\n", "base")
        self.write("20260102000000_one.sql", "SELECT 3;\n")
        self.write("20260103000000_two.sql", "SELECT 4;\n")
        before = time.strftime("%Y%m%d%H%M%S", time.gmtime())
        self.rebase(0)
        versions = [re.search(r"(\d{14})_" + name, " ".join(self.files())).group(1) for name in ("one", "two")]
        self.assertLessEqual(max(before, "20260109000001"), versions[0])
        self.assertEqual(versions, sorted(versions))
        moments = [calendar.timegm(time.strptime(v, "%Y%m%d%H%M%S")) for v in versions]
        self.assertEqual(1, moments[1] - moments[0])

    def test_groups_and_seeds(self):
        self.write("1.4_x.sql", "SELECT 1;\n", "base")
        self.write("1_s.sql", "SELECT 1;\n", "base/seeds")
        self.write("1_t.sql", "SELECT 2;\n", "migrations/seeds")
        self.write("3.1_x.sql", "SELECT 2;\n", "base")
        self.write("2.9_y.sql", "SELECT 3;\n")
        self.rebase(0)
        self.assertIn("3.2_y.sql", self.files())
        self.assertIn("seeds/2_t.sql", self.files())

    def test_after_the_merge(self):
        """Both branches took one version, and both files are in the folder by now."""
        self.write("0003_theirs.sql", "CREATE TABLE c (x INTEGER);\n")
        self.write("0003_ours.up.sql", "CREATE TABLE d (x INTEGER);\n")
        self.write("0003_ours.down.sql", "DROP TABLE d;\n")
        self.expect(7, "verify", "--base", "base", "--dialect", "sqlite")
        self.rebase(0)
        self.assertEqual({"0001_a.sql", "0002_b.sql", "0003_theirs.sql", "0004_ours.up.sql", "0004_ours.down.sql"},
                         set(self.files()))
        self.expect(0, "verify", "--base", "base", "--dialect", "sqlite")

    def test_what_the_base_has_is_never_touched(self):
        self.write("0002_b.sql", "CREATE TABLE b (y INTEGER);\n")
        (self.folder / "migrations/0001_a.sql").rename(self.folder / "migrations/0001_renamed.sql")
        self.expect_unchanged(0)

    def test_a_bundle_as_base(self):
        self.write("0003_c.sql", "SELECT 1;\n")
        self.expect(0, "bundle", "base", "-o", "base.lockgate", "--dialect", "sqlite")
        self.rebase(0, base="base.lockgate")
        self.assertIn("0004_c.sql", self.files())

    def test_json(self):
        self.write("0003_c.sql", "SELECT 1;\n")
        self.assertEqual(
            {"source": "migrations", "base": "base", "dry_run": True,
             "renames": [{"kind": "versioned", "version": "0003", "new_version": "0004",
                          "file": "migrations/0003_c.sql", "new_file": "migrations/0004_c.sql"}]},
            self.expect_unchanged(0, "--dry-run", "--json").json)


class RefusalTest(RebaseTest):
    def setUp(self):
        super().setUp()
        self.write("0003_c.up.sql", "SELECT 1;\n")
        self.write("0003_c.down.sql", "SELECT 2;\n")

    def test_usage(self):
        self.expect(2, "rebase")
        self.expect(2, "rebase", "--base", "base", "--db", self.db)
        self.expect(0, "bundle", "-o", "ours.lockgate")
        self.assertIn("rename", self.expect_unchanged(2, "ours.lockgate").err)
        self.expect_unchanged(3, "nowhere")
        self.expect_unchanged(3, base="nowhere")

    def test_a_name_of_ours_is_passed_over(self):
        self.write("0004_c.up.sql", "SELECT 5;\n")
        self.rebase(0)
        self.assertEqual({"0001_a.sql", "0002_b.sql", "0005_c.up.sql", "0005_c.down.sql", "0006_c.up.sql"},
                         set(self.files()))
        self.assertEqual(b"SELECT 5;\n", self.files()["0006_c.up.sql"])

    def test_waivers(self):
        self.write("waivers.txt", "order 3 late on purpose\n")
        result = self.expect_unchanged(1)
        self.assertIn("waivers.txt has a line for this one: order 3", result.err)
        self.write("waivers.txt", "order 1 another one\n")
        self.rebase(0)

    def test_already_in_the_base(self):
        self.write("0009_c.sql", "SELECT 1;\n", "base")
        self.assertIn("in the base already", self.expect_unchanged(1).err)

    def test_a_folder_that_is_not_sound(self):
        self.write("0003_c.up.sql", "COMMIT;\n")
        self.assertIn("migrations/0003_c.up.sql:1", self.expect_unchanged(7).err)

    def test_a_name_that_gets_too_long(self):
        name = "c" * 191
        self.write("9999_base.sql", "SELECT 1;\n", "base")
        self.write(f"0003_{name}.sql", "SELECT 1;\n")
        self.expect_unchanged(7)


class CrashTest(RebaseTest):
    """The folder may be written, but its seeds may not: the rename stops between the two."""

    def setUp(self):
        super().setUp()
        self.write("0003_c.up.sql", "SELECT 1;\n")
        self.write("0003_c.down.sql", "SELECT 2;\n")
        self.write("1_s.sql", "SELECT 3;\n", "base/seeds")
        self.write("1_t.sql", "SELECT 4;\n", "migrations/seeds")

    def stop_half_way(self):
        for path in (self.folder, self.folder / "migrations"):
            path.chmod(0o777)
        (self.folder / "migrations/seeds").chmod(0o555)
        command = [LOCKGATE, "rebase", "--base", "base"]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        result = subprocess.run(command, cwd=self.folder, env=self.environment(), check=False,
                                capture_output=True, text=True, stdin=subprocess.DEVNULL)
        (self.folder / "migrations/seeds").chmod(0o755)
        self.assertEqual(3, result.returncode, result)
        self.assertIn("goes on where it stopped", result.stderr)
        self.assertIn(JOURNAL, self.files())
        return result

    def test_running_it_again_completes_it(self):
        before = self.files()
        self.stop_half_way()
        half = self.files()
        self.assertIn("0004_c.up.sql", half)
        self.assertIn("seeds/1_t.sql", half)
        dry = self.expect_unchanged(0, "--dry-run")
        self.assertEqual("migrations/seeds/1_t.sql -> migrations/seeds/2_t.sql\n", dry.out)
        result = self.rebase(0)
        self.assertEqual(dry.out, result.out)
        self.assertIn("interrupted", result.err)
        after = self.files()
        self.assertEqual({"0001_a.sql", "0002_b.sql", "0004_c.up.sql", "0004_c.down.sql", "seeds/2_t.sql"}, set(after))
        self.assertEqual(sorted(before.values()), sorted(after.values()))

    def test_what_was_done_by_hand_meanwhile(self):
        self.stop_half_way()
        (self.folder / "migrations/seeds/1_t.sql").rename(self.folder / "migrations/seeds/2_t.sql")
        self.rebase(0)
        self.assertNotIn(JOURNAL, self.files())

    def test_both_or_none_is_for_people(self):
        self.stop_half_way()
        self.write("2_t.sql", "SELECT 5;\n", "migrations/seeds")
        self.assertIn("each of", self.expect_unchanged(1).err)
        for name in ("1_t.sql", "2_t.sql"):
            (self.folder / "migrations/seeds" / name).unlink()
        self.assertIn("none of", self.expect_unchanged(1).err)

    def test_stopped_between_link_and_unlink(self):
        self.write(JOURNAL, "lockgate rebase 1\n0003_c.up.sql\t0004_c.up.sql\n0003_c.down.sql\t0004_c.down.sql\nend\n")
        os.link(self.folder / "migrations/0003_c.up.sql", self.folder / "migrations/0004_c.up.sql")
        self.rebase(0)
        self.assertEqual({"0001_a.sql", "0002_b.sql", "0004_c.up.sql", "0004_c.down.sql", "seeds/2_t.sql"},
                         set(self.files()))

    def test_killed_while_it_wrote_the_journal(self):
        for text in ("", "lockgate", "lockgate rebase 1\n", "lockgate rebase 1\n0003_c.up.sql\t0004_c.up.sql\n"):
            self.write(JOURNAL, text)
            self.rebase(0)
            self.assertNotIn(JOURNAL, self.files())

    def test_hostile_journals(self):
        self.write("0003_victim.sql", "SELECT 1;\n", ".")
        for line in ("../0003_victim.sql\t../0004_victim.sql", "0003_c.up.sql\t../0004_c.up.sql",
                     "0003_c.up.sql\t0004_d.up.sql", "0003_c.up.sql\tseeds/0004_c.up.sql", "a\tb", "", "0003_c.up.sql",
                     "/etc/passwd\t/etc/passwd2", "waivers.txt\t1_waivers.txt", "0003_c.up.sql\t0004_c.up.sql\0"):
            self.write(JOURNAL, f"lockgate rebase 1\n{line}\nend\n")
            self.assertIn(f"migrations/{JOURNAL}:2", self.expect_unchanged(7).err, line)
        self.write(JOURNAL, "something else\n")
        self.expect_unchanged(7)
        (self.folder / "migrations" / JOURNAL).unlink()
        (self.folder / "migrations" / JOURNAL).symlink_to(self.folder / "0003_victim.sql")
        self.rebase(3)
        self.assertTrue((self.folder / "0003_victim.sql").exists())
        (self.folder / "migrations" / JOURNAL).unlink()
        os.mkfifo(self.folder / "migrations" / JOURNAL)
        self.rebase(7)
