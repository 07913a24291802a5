"""Whatever a feed says, what becomes of it fits into the archive and into a message that Slack takes."""

from __future__ import annotations

import os
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers import read
from scrapers.canonical import canonical
from scrapers.items import Document, Failed, News, Source
from tests.alerts import slack_limits
from tests.alerts.test_slack import ALERT_ID, SLACK, compose, said_by_a_stranger

EXAMPLES = int(os.environ.get("PINKSLIP_EXAMPLES", "200"))
SOURCE = Source(id="wire", url="https://news.example/feed")
PIECES = st.sampled_from(
    ("<![CDATA[", "]]>", "<!--", "-->", "&#xD7FF;", "&#0;", "&amp;lt;", "<b>", "</title>", "<item>", "<!channel>", "<@U1>",
     "<http://evil.example|bank>", "{{7*7}}", "\u202e", "\u2028", "a\u0301" * 90, "\U0001f468\u200d\U0001f469", "cuts 400 jobs", "]]]]>")
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=8).map("".join)
ITEMS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=3)


def _fed(items: list[tuple[str, ...]], *, escaped: bool) -> bytes:
    names = ("title", "link", "guid", "description", "pubDate")
    inside = "".join(
        "<item>"
        + "".join(
            f"<{name}>{escape(value) if escaped else value}</{name}>" for name, value in zip(names, item, strict=True)
        )
        + "</item>"
        for item in items
    )
    return f"<rss version='2.0'><channel>{inside}</channel></rss>".encode()


@settings(max_examples=EXAMPLES, deadline=None)
@given(ITEMS, st.booleans())
def test_whatever_a_feed_says_slack_can_be_told(items: list[tuple[str, ...]], escaped: bool) -> None:  # noqa: FBT001
    document = Document(url=SOURCE.url, status=200, headers=(), body=_fed(items, escaped=escaped))
    outcome, _ = read.news(document, SOURCE)
    assert isinstance(outcome, News | Failed)
    for one in outcome.articles if isinstance(outcome, News) else ():
        stored = repr(one).encode()  # no lone surrogate: it can be stored
        assert b"\\x00" not in stored
        for telling in said_by_a_stranger(f"{one.title} {one.summary}"[:2_000], one.url):
            assert slack_limits.problems(compose(SLACK, ALERT_ID, telling)) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(TEXTS.map("https://news.example/{}".format))
def test_a_canonical_address_is_its_own_and_of_the_same_host(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    assert once.startswith("https://news.example")
