# SPDX-License-Identifier: MIT
"""Events of the sink webhook, as a receiver with the reference library takes or refuses them."""
import base64
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import run_node  # noqa: E402
from test_webhook import KEY, OTHER_KEY, ReportTest  # noqa: E402


class StandardWebhooksTest(ReportTest):
    def received(self, secret):
        self.server.requests.clear()
        self.report(0, env={"LOCKGATE_WEBHOOK_SECRET": secret})
        request, = self.hooks()
        headers = {name: request.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        return {"headers": headers, "body": request.body.decode()}

    def judge(self, *cases):
        return run_node("verify_webhook.mjs", *[{"secret": secret, **event} for secret, event in cases])

    def test_it_takes_ours(self):
        keys = [KEY, OTHER_KEY, "whsec_" + base64.b64encode(b"k" * 24).decode(),
                "whsec_" + base64.b64encode(bytes(range(192, 256))).decode()]
        self.assertEqual([None] * len(keys), self.judge(*[(key, self.received(key)) for key in keys]))

    def test_either_key_will_do_while_they_are_changed(self):
        event = self.received(f"{KEY} {OTHER_KEY}")
        self.assertEqual([None, None], self.judge((KEY, event), (OTHER_KEY, event)))

    def test_it_refuses_what_was_touched(self):
        event = self.received(KEY)
        headers = event["headers"]
        touched = [
            {**event, "body": event["body"].replace('"ok"', '"no"', 1)}, {**event, "body": event["body"] + " "},
            {**event, "headers": {**headers, "webhook-id": headers["webhook-id"] + "x"}},
            {**event, "headers": {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)}},
            {**event, "headers": {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}},
        ]
        for result in self.judge(*[(KEY, case) for case in touched], (OTHER_KEY, event)):
            self.assertIsNotNone(result)
