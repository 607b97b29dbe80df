# SPDX-License-Identifier: MIT
"""
The fault matrix: every place that a command passes, times every harm. After each the next run goes on, or
says exactly what it needs, and the end is that of an undisturbed run.
"""
import collections

import faults


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
        for at, place in enumerate(passed):
            if place.startswith("gate"):
                continue  # it names what follows, and nothing has happened since the one before
            with self.subTest(scenario=scenario, fault=name, at=at, place=place):
                with faults.Watch(at, harm) as watch:
                    self.prepare(scenario)
                    code, err = self.run_watched(watch, scenario)
                self.assertEqual(place, watch.passed[at])
                self.assertIn(code, codes, err)
                self.settle()
                self.look()
                self.mend(scenario)
                self.assertEqual(undisturbed, self.state())
                self.counts[(self.engine, scenario, name)] += 1
        harmed = [place for place in passed if not place.startswith("gate")]
        self.assertEqual(len(harmed), self.counts[(self.engine, scenario, name)])

    @classmethod
    def print_counts(cls):
        rows = {key: count for key, count in cls.counts.items() if key[0] == cls.engine}
        for (engine, scenario, fault), count in sorted(rows.items()):
            print(f"{engine:9} {scenario:12} {fault:10} {count:4} places")
        print(f"{sum(rows.values())} harmed runs")
