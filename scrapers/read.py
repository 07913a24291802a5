"""Entry -> article: absolute link, canonical URL, plain text, UTC, and an identity that outlives edits."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace

from scrapers import feeds
from scrapers.canonical import canonical, points_at_nothing, web_link
from scrapers.items import Article, Document, Entry, Failed, News, Page, Skipped, Source
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
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")


def news(document: Document, source: Source) -> tuple[News | Failed, bool]:
    """All that a feed says, for a worker, and whether it was whole: what has no end must not be remembered as known."""
    feed = feeds.parse(document)
    if isinstance(feed, Failed):
        return feed, False
    articles, skipped = read(feed.entries, source, document.url)
    outcome = News(
        articles=articles,
        entries=len(feed.entries),
        skipped=skipped,
        size=len(document.body),
        status=document.status,
        keeps=keeps(document),
        moved=document.url if document.moved else None,
    )
    return outcome, feed.complete


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
    """Some feeds give many items one address: their ids and titles tell that they are many. Then it is nobody's key."""
    carried: dict[str, list[Article]] = {}
    for one in articles:
        if one.canonical_url is not None:
            carried.setdefault(one.canonical_url, []).append(one)
    shared = {
        key for key, ones in carried.items() if len({one.guid for one in ones}) > 1 < len({one.title for one in ones})
    }
    return [_without_key(one) if one.canonical_url in shared else one for one in articles]


def _without_key(one: Article) -> Article:
    return replace(one, canonical_url=None, id=_identity(None, one.source_id, one.guid, one.title, one.summary))


def article(entry: Entry, source: Source, base: str = "") -> Article:
    """One entry as we read it. ``base`` is the feed's own address."""
    url = web_link(entry.link, base)
    key = canonical(url) if url else None
    key = None if key and points_at_nothing(key) else key
    title = line(entry.title)[:_LONGEST_TITLE]
    summary, body = _texts(entry)
    guid = tidy(entry.guid)[:_LONGEST_GUID] if entry.guid else None
    return Article(
        id=_identity(key, source.id, guid, title, summary),
        source_id=source.id,
        url=url,
        canonical_url=key,
        title=title,
        summary=summary,
        body=body,
        author=line(entry.author)[:_LONGEST_NAME] if entry.author else None,
        language=source.language or _language(entry.language),
        published_at=entry.published_at,
        text_origin="feed",
        content_hash=content_hash(title, summary, body),
        guid=guid,
        written_link=as_written(entry.link) if entry.link else None,
        written_title=as_written(entry.title),
        written_date=as_written(entry.published) if entry.published else None,
    )


def with_page(one: Article, page: Page) -> Article:
    """The article with the text of its page, and what else the page knows and the feed did not say."""
    text = tidy(page.text)[:_LONGEST_BODY]
    body, origin = (text, "page") if len(text) > len(one.body or "") else (one.body, one.text_origin)
    return replace(
        one,
        body=body,
        text_origin=origin,
        content_hash=content_hash(one.title, one.summary, body),
        published_at=one.published_at or page.published_at,
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
