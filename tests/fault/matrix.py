# SPDX-License-Identifier: MIT
"""
The fault matrix: every place that a command passes, times every harm. After each the next run goes on, or
says exactly what it needs, and the end is that of an undisturbed run.
"""
import collections
import os
import shutil

import faults

# 1: every place; else every so many, where there is less time.
STRIDE = int(os.environ.get("LOCKGATE_FAULT_STRIDE", "1"))


class Matrix:
    """Mixed into a test of an engine, which says how to prepare, harm, look and mend."""

    counts = collections.Counter()

    def places(self, scenario):
        """What an undisturbed run passes, and the state that it ends in."""
        with faults.Watch() as watch:
            self.prepare(scenario)
            code, err = self.run_watched(watch, scenario)
            self.assertEqual(0, code, err)
        self.assertTrue(watch.passed)
        self.mend(scenario)
        return watch.passed, self.state()

    def run_matrix(self, scenario, name, harm, codes):
        passed, undisturbed = self.places(scenario)
        # What names a step of the gate stands at the same place as what follows it.
        chosen = [at for at, place in enumerate(passed) if not place.startswith("gate")][::STRIDE]
        for at in chosen:
            with self.subTest(scenario=scenario, fault=name, at=at, place=passed[at]):
                with faults.Watch(at, harm) as watch:
                    self.prepare(scenario)
                    code, err = self.run_watched(watch, scenario)
                self.assertEqual(passed[at], watch.passed[at])
                self.assertIn(code, codes, err)
                self.settle()
                self.look()
                self.mend(scenario)
                self.assertEqual(undisturbed, self.state())
                self.counts[(self.engine, scenario, name)] += 1
        self.assertEqual(len(chosen), self.counts[(self.engine, scenario, name)])

    def write_files(self, *names):
        shutil.rmtree(self.folder / "migrations", ignore_errors=True)
        for name, text in self.files.items():
            if not names or name in names:
                self.write(name, text)

    def must(self, *arguments):
        return self.expect(0, *arguments, env=self.env)

    def look(self):
        """What stands as applied has taken effect, once; what does not has left nothing."""
        names, rows, log = self.names(), self.rows(), self.log()
        self.assertEqual(len(log), len(set(log)), log)
        for version, table, line in (("1", "a", 1), ("2", "b", 2), ("4", "d", 4)):
            is_there = rows.get(version, ("",))[0] == "applied"
            if version in rows or "SequelizeMeta" not in names:
                self.assertEqual((is_there, is_there), (table in names, line in log), (version, rows))

    @classmethod
    def print_counts(cls):
        rows = {key: count for key, count in cls.counts.items() if key[0] == cls.engine}
        for (engine, scenario, fault), count in sorted(rows.items()):
            print(f"{engine:9} {scenario:12} {fault:10} {count:4} places")
        print(f"{sum(rows.values())} harmed runs")
