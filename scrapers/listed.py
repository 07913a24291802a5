"""What a sitemap or a listing page says -> news, for a worker that may be killed.

Where a feed's entry without words is nothing, an address alone is news here: its page has the words.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from scrapers import listing, read, sitemap
from scrapers.items import Article, Document, Entry, Failed, News, Skipped, Source
from scrapers.poll import keeps
from scrapers.sitemap import Index

NO_LINK = "no link"
REPEATED = "listed twice"
OLDER = "older, or too many"


def of_sitemap(document: Document, source: Source, now: datetime) -> tuple[News | Index | Failed, bool]:
    """And whether it was whole: what has no end must not be remembered as known."""
    parsed = sitemap.parse(document, now)
    if isinstance(parsed, Failed):
        return parsed, False
    if isinstance(parsed, Index):
        return parsed, parsed.complete
    return _news(document, source, parsed.entries, parsed.older), parsed.complete


def of_listing(document: Document, source: Source, now: datetime) -> tuple[News | Failed, bool]:
    assert source.selectors is not None
    entries = listing.parse(document, source.selectors, source.language, now)
    if isinstance(entries, Failed):
        return entries, False
    return _news(document, source, entries, 0), True


def _news(document: Document, source: Source, entries: tuple[Entry, ...], older: int) -> News:
    articles: dict[str, Article] = {}
    skipped = Counter({OLDER: older} if older else {})
    for entry in entries:
        one = read.article(entry, source, document.url)
        if one.url is None:
            skipped[NO_LINK] += 1
        elif articles.setdefault(one.id, one) is not one:
            skipped[REPEATED] += 1
    return News(
        articles=tuple(articles.values()),
        entries=len(entries) + older,
        skipped=tuple(Skipped(reason, count) for reason, count in skipped.items()),
        size=len(document.body),
        status=document.status,
        keeps=keeps(document),
        moved=document.url if document.moved else None,
    )
