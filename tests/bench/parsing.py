"""What reading a feed costs: all of it, one new item of it, nothing new in it; beside feedparser as it comes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import feedparser

from scrapers import feeds, spans
from scrapers.items import Document

Cost = Callable[[Callable[[], object], int], float]
Report = Callable[[str, float, str, float], None]

_ITEM = (
    "<item><title>Company{0} cuts {0} jobs in Lisbon</title><link>https://news.example/{0}</link><guid>{0}</guid>"
    "<description><![CDATA[<p>{1}</p>]]></description><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item>"
)


@dataclass(frozen=True, slots=True)
class _Polled:
    """A feed, and what is known of it already."""

    document: Document
    known: frozenset[bytes]


def own(count: int) -> list[bytes]:
    words = " ".join(f"word{number}" for number in range(200))
    items = "".join(_ITEM.format(number, words) for number in range(30))
    feed = f'<rss version="2.0"><channel><title>Northwind Wire</title>{items}</channel></rss>'
    return list(itertools.repeat(feed.encode(), count))


def measure(bodies: list[bytes], cost: Cost, report: Report) -> None:
    documents = [
        Document(url="http://localhost/", status=200, headers=((b"content-type", b"application/xml"),), body=body)
        for body in bodies
    ]
    theirs = cost(lambda: [feedparser.parse(body) for body in bodies], len(bodies))
    size = sum(map(len, bodies)) / len(bodies)
    for name, work, units in (
        ("parsing a feed", lambda: [feeds.parse(each) for each in documents], len(documents)),
        ("a feed with one new item", _reading(documents, 1), len(documents)),
        ("a feed with none", _reading(documents, 0), len(documents)),
    ):
        ours = cost(work, units)
        report(f"{name}, {size / ours:,.0f} MB/s", ours, f"feedparser as it comes, {size / theirs:.1f} MB/s", theirs)
    _shares(documents)


def _reading(documents: list[Document], new: int) -> Callable[[], object]:
    polled = [_Polled(each, _all_but(new, each)) for each in documents]
    return lambda: [_read(each) for each in polled]


def _all_but(new: int, document: Document) -> frozenset[bytes]:
    found = spans.split(document.body)
    return frozenset(found.digests[new:]) if found else frozenset()


def _read(polled: _Polled) -> object:
    found = spans.split(polled.document.body)
    if found is None:
        return feeds.parse(polled.document)
    if polled.known.issuperset(found.digests):
        return None
    rest = feeds.parse(replace(polled.document, body=found.without(polled.known)))
    return rest if isinstance(rest, feeds.Feed) and rest.sure else feeds.parse(polled.document)


def _shares(documents: list[Document]) -> None:
    quick = sum(isinstance(feed := feeds.parse(each), feeds.Feed) and feed.sure for each in documents)
    split = sum(spans.split(each.body) is not None for each in documents)
    print(f"BENCH feeds: {quick} of {len(documents)} read quickly, {split} split into their items")
