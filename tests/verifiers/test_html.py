# SPDX-License-Identifier: MIT
"""The HTML report: valid by html-validate, and a page that loads nothing, runs nothing and can be read."""
import base64
import hashlib
import html.parser
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from judges import COUNTS, JudgeTest, rendered, run_node  # noqa: E402
from runs import real  # noqa: E402

SAMPLES = ("small", "refused", "failed", "large")
OURS = set("html head meta title style body header main footer section article h1 h2 h3 h4 p span strong b code pre "
           "ins del dl dt dd div table colgroup col thead tbody tr th td details summary ol li figure figcaption svg "
           "rect time a".split())
VOID = {"meta", "col"}
MEGABYTE = 1 << 20


class Page(html.parser.HTMLParser):
    """Tags with their attributes, the text of each tag's insides, and what is left open."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.style = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes another")

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    def values(self, name):
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class HtmlTest(JudgeTest):
    def test_the_judge_complains(self):
        text = rendered("html", "small").decode()
        broken = [text.replace("<th scope=\"row\">", "<td>", 1), text.replace("<html lang=\"en\">", "<html>"),
                  text.replace("<title>", "<title><b>")]
        for complaints in run_node("judge_html.mjs", *broken):
            self.assertTrue(complaints)

    def test_pages_are_valid(self):
        texts = [rendered("html", what).decode() for what in (None, *SAMPLES, *COUNTS)]
        for complaints in run_node("judge_html.mjs", *texts):
            self.assertEqual([], complaints)

    def test_of_foreign_text_only_text_is_left(self):
        for what in (None, *SAMPLES, *COUNTS):
            page = Page(rendered("html", what).decode())
            self.assertEqual([], page.open)
            self.assertLessEqual({tag for tag, _ in page.tags}, OURS)
            names = {name for _, attributes in page.tags for name in attributes}
            self.assertEqual(set(), {name for name in names if name.startswith("on")}
                             | names & {"src", "srcset", "style", "action", "data", "poster", "background"})
            for href in page.values("href"):
                self.assertEqual(("https://ci.example/shop/api/actions/runs/7/attempts/1", 1),
                                 (href, len(page.values("href"))))

    def test_real_runs(self):
        pages = [(title, content.decode()) for title, content in real("html")]
        self.assertLess(8, len(pages))
        for (title, text), complaints in zip(pages, run_node("judge_html.mjs", *(text for _, text in pages))):
            self.assertEqual([], complaints, title)
            page = Page(text)
            self.assertLessEqual({tag for tag, _ in page.tags}, OURS)
            self.assertEqual(["https://github.example/shop/api/actions/runs/7"], page.values("href"))
            self.assertNotIn("onerror", {name for _, attributes in page.tags for name in attributes})

    def test_attacks_can_be_read(self):
        words = "".join("".join(Page(rendered("html", count).decode()).words) for count in COUNTS)
        for text in ("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\\u202edrowssap\\u2066",
                     "' onmouseover='alert(1)", "&amp; &#60;", "\\x1b[31mred"):
            self.assertIn(text, words)

    def test_nothing_may_be_loaded(self):
        page = Page(rendered("html", "refused").decode())
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        policy = next(attributes["content"] for tag, attributes in page.tags
                      if attributes.get("http-equiv") == "Content-Security-Policy")
        self.assertEqual(f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
                         policy)
        self.assertNotRegex(page.style, r"url\(|@import|https?:|expression")

    def test_text_can_be_told_from_its_ground(self):
        style = Page(rendered("html").decode()).style
        schemes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", block))
                   for block in re.findall(r":root \{(.*?)\}", style, flags=re.S)]
        self.assertEqual(3, len(schemes), "light, dark and print")
        tones = ("good", "bad", "warn", "wait")
        pairs = [(ink, ground) for ink in ("ink", "soft", *tones) for ground in ("page", "card")]
        pairs += [(tone, f"{tone}-tint") for tone in tones]
        pairs += [(ink, f"{tone}-tint") for ink in ("ink", "soft") for tone in tones]
        for scheme in schemes:
            for ink, ground in pairs:
                self.assertGreaterEqual(contrast(scheme[ink], scheme[ground]), 4.5, (ink, ground))
            self.assertGreaterEqual(contrast(scheme["bar"], scheme["page"]), 3)

    def test_large_reports_stay_small(self):
        self.assertLess(len(rendered("html", "large")), MEGABYTE)
        self.assertLess(len(rendered("html", 50000)), 8 * MEGABYTE)
