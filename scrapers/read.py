"""Entry -> article: absolute link, canonical URL, plain text, UTC, and an identity that outlives edits."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace

from scrapers import feeds, language
from scrapers.canonical import canonical, points_at_nothing, web_link
from scrapers.feeds import Feed
from scrapers.items import Article, DateTrust, Document, Entry, Failed, News, Page, Skipped, Source
from scrapers.links import steady, unwrapped
from scrapers.plain import as_written, line, plain, tidy
from scrapers.poll import keeps

EMPTY = "empty"
DUPLICATE = "repeated in the feed"

_LONGEST_TITLE = 1_000
_LONGEST_SUMMARY = 20_000
_LONGEST_BODY = 200_000
_LONGEST_NAME = 200
_LONGEST_GUID = 2_000
_REAL_TEXT = 400
"""Characters from which on a feed's content is an article's text rather than a teaser."""
_FIRST_YEAR = 1990
"""Of news on the web: what claims to be older has a clock that never ran, or is a database's nought."""
_CLOCK = re.compile(r"\d:\d\d|T\d{4}|\d\s*[hH]\s*\d\d|\d\s*[ap]\.?m\b", re.IGNORECASE)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\b(?:UTC?|GMT|[ECMP][SD]T|CES?T|BST|JST|IST))\s*\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")


def news(document: Document, source: Source) -> tuple[News | Failed, bool]:
    """All that a feed says, for a worker, and whether it was whole: what has no end must not be remembered as known."""
    feed = feeds.parse(document)
    return (feed, False) if isinstance(feed, Failed) else (of_feed(feed, document, source), feed.complete)


def of_feed(feed: Feed, document: Document, source: Source) -> News:
    articles, skipped = read(feed.entries, source, document.url)
    return News(
        articles=articles,
        entries=len(feed.entries),
        skipped=skipped,
        size=len(document.body),
        status=document.status,
        hints=feed.hints,
        hub=feed.hub,
        keeps=keeps(document),
        moved=document.url if document.moved else None,
    )


def read(entries: tuple[Entry, ...], source: Source, base: str = "") -> tuple[tuple[Article, ...], tuple[Skipped, ...]]:
    """The articles in the feed's order, each once, and how many entries are not among them."""
    articles: dict[str, Article] = {}
    skipped: Counter[str] = Counter()
    for one in _told_apart([article(entry, source, base) for entry in entries]):
        if not one.title and not one.summary and not one.body:
            skipped[EMPTY] += 1
        elif articles.setdefault(one.id, one) is not one:
            skipped[DUPLICATE] += 1
    return tuple(articles.values()), tuple(Skipped(reason, count) for reason, count in skipped.items())


def _told_apart(articles: list[Article]) -> list[Article]:
    """Some feeds give many items one address or id, and their titles tell them apart: then it is nobody's key."""
    carried: dict[str, list[Article]] = {}
    for one in articles:
        carried.setdefault(one.id, []).append(one)
    return [_by_what_differs(one, carried[one.id]) for one in articles]


def _by_what_differs(one: Article, alike: list[Article]) -> Article:
    """An address and a guid that agree are believed for two headlines: an article may stand there as it was, too."""
    titles, guids = len({each.title for each in alike}), len({each.guid for each in alike})
    if titles == 1 or (titles == 2 and guids == 1 and one.guid is not None and one.canonical_url is not None):
        return one
    guid = one.guid if guids > 1 else None
    return replace(one, canonical_url=None, id=_identity(None, one.source_id, guid, one.title, one.summary))


def article(entry: Entry, source: Source, base: str = "") -> Article:
    """One entry as we read it. ``base`` is the feed's own address."""
    url = web_link(entry.link, base)
    url = unwrapped(url) if url else None
    key = canonical(steady(url)) if url else None
    key = None if key and points_at_nothing(key) else key
    title = line(entry.title)[:_LONGEST_TITLE]
    summary, body = _texts(entry)
    guid = tidy(entry.guid)[:_LONGEST_GUID] if entry.guid else None
    dated = entry.published_at is not None and entry.published_at.year >= _FIRST_YEAR
    return Article(
        id=_identity(key, source.id, guid, title, summary),
        source_id=source.id,
        url=url,
        canonical_url=key,
        title=title,
        summary=summary,
        body=body,
        author=line(entry.author)[:_LONGEST_NAME] if entry.author else None,
        language=source.language or language.settled(_language(entry.language), f"{title}. {body or summary}"),
        published_at=entry.published_at if dated else None,
        text_origin="feed",
        content_hash=content_hash(title, summary, body),
        guid=guid,
        written_link=as_written(entry.link) if entry.link else None,
        written_title=as_written(entry.title),
        written_date=as_written(entry.published) if entry.published else None,
        date_origin=str(source.kind) if dated else None,
        date_trust=trust(entry.published) if dated and entry.published else None,
    )


def trust(written: str) -> DateTrust:
    """How much of a date was written."""
    if not _CLOCK.search(written):
        return DateTrust.DAY
    return DateTrust.EXACT if _ZONE.search(written) else DateTrust.ZONE_ASSUMED


def with_page(one: Article, page: Page) -> Article:
    """The article with the text of its page, and what else the page knows and the feed did not say."""
    text = tidy(page.text)[:_LONGEST_BODY]
    longer = len(text) > len(one.body or "")
    body, origin = (text, "teaser" if page.teaser else "page") if longer else (one.body, one.text_origin)
    title = one.title or line(page.title or "")[:_LONGEST_TITLE]
    dated = one.published_at is None and page.published_at is not None
    return replace(
        one,
        title=title,
        body=body,
        text_origin=origin,
        content_hash=content_hash(title, one.summary, body),
        author=one.author or page.authors,
        free=one.free if page.free is None else page.free,
        published_at=page.published_at if dated else one.published_at,
        date_origin="page" if dated else one.date_origin,
        date_trust=page.date_trust if dated else one.date_trust,
        language=one.language or _language(page.language),
    )


def content_hash(title: str, summary: str, body: str | None) -> str:
    return _hash(title, summary, body or "")[:32]


def _texts(entry: Entry) -> tuple[str, str | None]:
    """Summary and body. A feed that gives its whole text as the summary has it in both."""
    summary = plain(entry.summary)
    content = plain(entry.content) if entry.content and entry.content != entry.summary else summary
    summary = (summary or content)[:_LONGEST_SUMMARY]
    if len(content) < _REAL_TEXT or (content != summary and len(content) < 1.5 * len(summary)):
        return summary, None
    return summary, content[:_LONGEST_BODY]


def _identity(key: str | None, source_id: str, guid: str | None, title: str, summary: str) -> str:
    if key is not None:
        return _hash(key)[:16]
    if guid is not None:
        return _hash("guid", source_id, guid)[:16]
    return _hash("content", source_id, title, summary)[:16]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _language(written: str | None) -> str | None:
    tag = (written or "").strip().replace("_", "-").lower()
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else None
