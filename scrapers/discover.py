"""The feeds that an HTML page names as its own; pure, for a worker that may be killed. It fetches none of them."""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.canonical import web_link
from scrapers.items import Document
from scrapers.plain import line

_KINDS = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
}
_MOST = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A feed behind a page. ``kind`` is ``rss``, ``atom`` or ``json``, as the page says."""

    url: str
    title: str
    kind: str


def feeds_of(document: Document) -> tuple[Found, ...]:
    """The feeds in the page's order, those of comments last; none for bytes that are no page."""
    from lxml import etree, html  # noqa: PLC0415  only a worker should pay for it

    try:
        page = html.document_fromstring(document.body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = web_link(next(iter(page.xpath("//base/@href")), None), document.url) or document.url
    found: dict[str, Found] = {}
    for link in page.xpath("//link[@href]"):
        url = web_link(link.get("href"), base)
        kind = _KINDS.get((link.get("type") or "").split(";")[0].strip().lower())
        if url and kind and "alternate" in (link.get("rel") or "").lower().split() and len(found) < _MOST:
            found.setdefault(url, Found(url, line(link.get("title") or "")[:200], kind))
    return tuple(sorted(found.values(), key=_is_of_comments))


def _is_of_comments(feed: Found) -> bool:
    return "comments" in feed.url.lower() or "comments" in feed.title.lower()
