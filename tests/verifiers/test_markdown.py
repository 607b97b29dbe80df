# SPDX-License-Identifier: MIT
"""Markdown as GitHub's dialect renders it (micromark): of foreign text nothing but text is left."""
import html.parser
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import COUNTS, JudgeTest, rendered, run_node  # noqa: E402
from runs import real  # noqa: E402

OURS = {"h3", "p", "code", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "details", "summary", "pre"}
# What GitHub and GitLab look for in the rendered text, outside of code.
REFERENCES = re.compile(r"(?<![\w`])@[a-z0-9]|#\d|\bgh-\d|(?<!\w)[!$&]\d|(?<!\w)[~%]\w|https?://|\bwww\.\w", re.I)


class Page(html.parser.HTMLParser):
    """The tags of a page, with their attributes, and its text outside of code."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.prose, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            raise AssertionError(f"{tag} is closed and not open")

    def handle_data(self, data):
        if "code" not in self.open:
            self.prose.append(data)


class MarkdownTest(JudgeTest):
    def test_the_judge_sees_attacks(self):
        page = Page(run_node("read_markdown.mjs", "![a](https://b/c) <b>d</b> @e www.f.org ~~g~~ @h")[0])
        self.assertEqual({"p", "img", "b", "a", "del"}, {tag for tag, _ in page.tags})
        self.assertRegex("".join(page.prose), REFERENCES)

    def judge(self, texts, links):
        for text, markup in zip(texts, run_node("read_markdown.mjs", *texts)):
            page = Page(markup)
            self.assertEqual([], page.open)
            self.assertLessEqual({tag for tag, _ in page.tags}, OURS | ({"a"} if links else set()), text)
            for tag, attributes in page.tags:
                allowed = {"th": {"align"}, "td": {"align"}, "code": {"class"}, "a": {"href"}}.get(tag, set())
                self.assertLessEqual(set(attributes), allowed, tag)
            self.assertEqual(links, [attributes["href"] for tag, attributes in page.tags if tag == "a"])
            self.assertIsNone(REFERENCES.search("".join(page.prose)), "".join(page.prose))

    def test_hostile_reports(self):
        self.judge([rendered("markdown", count).decode() for count in COUNTS], [])

    def test_real_runs(self):
        texts = [content.decode() for form in ("markdown", "summary") for _, content in real(form)]
        self.assertLess(15, len(texts))
        self.judge(texts, ["https://github.example/shop/api/actions/runs/7"])

    def test_tables_keep_their_shape(self):
        text = rendered("markdown", 20).decode()
        page = Page(run_node("read_markdown.mjs", text)[0])
        tags = [tag for tag, _ in page.tags]
        self.assertEqual((4, 4 + 4 * 20), (tags.count("table"), tags.count("tr")))
        self.assertEqual(20 * 4 + 20 * 3 * 3, tags.count("td"))
        self.assertEqual(1, tags.count("h3"))
        self.assertEqual(20, tags.count("details"))
