# SPDX-License-Identifier: MIT
"""Code Quality reports by what GitLab documents of them ("Code Quality report format")."""
import json
import pathlib
import sys

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import COUNTS, JudgeTest, rendered  # noqa: E402
from runs import real  # noqa: E402

TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string"}, "check_name": TEXT, "fingerprint": TEXT,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object", "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^(/|\\./)"}},
                    "lines": {"type": "object", "required": ["begin"],
                              "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


class CodeQualityTest(JudgeTest):
    def test_reports(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        self.assertEqual([], json.loads(rendered("codequality")))
        for count in COUNTS:
            content = rendered("codequality", count)
            self.assertEqual(b"[", content[:1], "no byte order mark")
            report = json.loads(content)
            self.assertEqual([], [error.message for error in validator.iter_errors(report)])
            self.assertEqual(count + 1, len({issue["fingerprint"] for issue in report}))

    def test_real_runs(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        places = {}
        for title, content in real("codequality"):
            report = json.loads(content)
            self.assertEqual([], [error.message for error in validator.iter_errors(report)], title)
            places[title] = [(issue["check_name"], issue["location"]["path"]) for issue in report]
        self.assertEqual([("failed", "db/migrations/3_c.sql")], places["failed"])
        self.assertEqual([("checksum-changed", "db/migrations/1_a.sql"), ("out-of-order", "db/migrations/1.5_late.sql")],
                         places["refused"])
        self.assertEqual([], places["applied"] + places["undecided"])
