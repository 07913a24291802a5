"""What is new in a feed whose other items are known by their bytes; the whole of it wherever that might differ."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from scrapers import feeds, read, spans
from scrapers.items import Article, Document, Failed, News, Source, Unchanged
from scrapers.poll import keeps
from scrapers.spans import Spans


def known(document: Document, remembered: bytes) -> bytes:
    """The hashes of its items if all of them are known, else nothing."""
    found = spans.split(document.body)
    if found is None or not spans.unpacked(remembered).issuperset(found.digests):
        return b""
    return spans.packed(found.digests)


def unchanged(document: Document, hashes: bytes) -> Unchanged:
    moved = document.url if document.moved else None
    return Unchanged(status=document.status, entries=spans.counted(hashes), keeps=keeps(document), moved=moved)


def since(document: Document, source: Source, remembered: bytes) -> tuple[News | Failed, bool, bytes]:
    """For a worker: the news, whether the feed was whole, and the hashes to know its items by next time."""
    found = spans.split(document.body)
    if found is not None and (outcome := _rest(document, source, found, spans.unpacked(remembered))):
        return outcome, True, spans.packed(found.digests)
    feed = feeds.parse(document)
    if isinstance(feed, Failed):
        return feed, False, b""
    told = found is not None and feed.sure and len(found.digests) == len(feed.entries)
    return read.of_feed(feed, document, source), feed.complete, spans.packed(found.digests) if found and told else b""


def _rest(document: Document, source: Source, found: Spans, known: frozenset[bytes]) -> News | None:
    """None if nothing is known, or what is known has to be read again beside what is new."""
    cut = found.within(known)
    feed = feeds.parse(replace(document, body=found.without(known))) if cut else None
    if not isinstance(feed, feeds.Feed) or not feed.sure:
        return None
    outcome = read.of_feed(feed, document, source)
    if any(_shares(one, cut) for one in outcome.articles):
        return None
    return replace(outcome, entries=len(found.digests))


def _shares(one: Article, cut: bytes) -> bool:
    """Whether a known item may have the address or id of a new one: what is made of two is decided over both."""
    if address := one.canonical_url or one.url:
        parts = urlsplit(address)
        return spans.may_name(cut, f"{parts.path}?{parts.query}")
    return one.guid is not None and spans.may_name(cut, one.guid)
