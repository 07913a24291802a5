"""Layoffs and articles as feeds that any reader subscribes to: Atom (RFC 4287) and JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from monitor import __version__
from monitor.alerts import plain, words
from monitor.model import AlertKind, Layoff, Report, Telling

ATOM, JSON = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"

_TAG = "tag:pinkslip.invalid,2026:"
"""Nobody can own this name (RFC 2606), so nobody else makes our ids; and an id outlives every address of the pages."""

_TITLE = 300
_SENTENCE = 1_500
_SOURCES = 50
_URI = "%/:?@!$&'()*+,;=~-._"
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself. ``id`` tells feeds of one archive apart: those of one filter are one feed.

    ``page`` is where people read the same; ``address`` where the feed lies. Both may be unknown, as in a file.
    """

    id: str
    title: str
    updated: datetime
    page: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who reported it, and where to read it."""

    outlet: str
    title: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry, in clean plain text but for ``html``, which is escaped. ``url`` is our own page of it, if any."""

    id: str
    title: str
    updated: datetime
    published: datetime
    html: str
    url: str | None = None
    sources: tuple[Source, ...] = ()
    tags: tuple[str, ...] = ()
    layoff: Layoff | None = None


def of_layoff(layoff: Layoff, reports: tuple[Report, ...], *, page: str | None = None) -> Item:
    """A layoff: its size, the sentence that says so with the numbers bold, and who reported it."""
    telling = Telling(kind=AlertKind.OPENED, now=layoff.updated_at, layoff=layoff, reports=reports)
    sources = tuple(_source(report) for report in words.telling_reports(telling)[:_SOURCES])
    quoted = "".join(
        f"<strong>{escape(piece.text)}</strong>" if piece.strong else escape(piece.text)
        for piece in words.quotation(layoff, reports, _SENTENCE)
    )
    html = [
        f"<p>{escape(plain.cut(words.standing(telling, layoff), _TITLE))}</p>",
        f"<blockquote><p>{quoted}</p></blockquote>" if quoted else "",
        _listed(sources, max(layoff.reports, len(reports))),
    ]
    company = plain.cut(plain.clean(layoff.company or ""), _TITLE)
    return Item(
        id=f"{_TAG}layoff:{layoff.id}",
        title=plain.cut(words.headline(telling), _TITLE),
        updated=layoff.updated_at,
        published=layoff.opened_at,
        html="".join(html),
        url=_address(page),
        sources=sources,
        tags=tuple(tag for tag in (words.stage(layoff), company) if tag),
        layoff=layoff,
    )


def of_article(  # noqa: PLR0913 (each is a cell of its row)
    *,
    article_id: str,
    title: str,
    url: str | None,
    outlet: str,
    summary: str,
    at: datetime,
    flagged: bool = False,
) -> Item:
    source = _cleaned(outlet, title, url, at)
    said = plain.cut(plain.clean(summary), _SENTENCE)
    return Item(
        id=f"{_TAG}article:{article_id}",
        title=source.title,
        updated=at,
        published=at,
        html=(f"<p>{escape(said)}</p>" if said else "") + _listed((source,), 1),
        sources=(source,),
        tags=("layoff",) if flagged else (),
    )


def atom(feed: Feed, items: Iterable[Item]) -> Iterator[bytes]:
    """The document in parts, one for each item, so that a long one needs no room."""
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"  <id>{_xml(_TAG + feed.id)}</id>\n  <title>{_xml(plain.clean(feed.title))}</title>\n"
        f"  <updated>{_time(feed.updated)}</updated>\n  <author><name>Pinkslip</name></author>\n"
        f"  <generator version={_attribute(__version__)}>Pinkslip</generator>\n"
        f"{_link('alternate', feed.page, 'text/html')}{_link('self', feed.address, 'application/atom+xml')}"
    ).encode()
    for item in items:
        yield "".join(_entry(item)).encode()
    yield b"</feed>\n"


def jsonfeed(feed: Feed, items: Iterable[Item]) -> Iterator[bytes]:
    """The same as JSON Feed 1.1, in parts; its ``_pinkslip`` holds the numbers of a layoff."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plain.clean(feed.title),
        "home_page_url": _address(feed.page),
        "feed_url": _address(feed.address),
        "authors": [{"name": "Pinkslip"}],
    }
    opening = json.dumps({key: value for key, value in head.items() if value}, ensure_ascii=False)
    yield f'{opening.removesuffix("}")}, "items": ['.encode()
    between = "\n"
    for item in items:
        yield (between + json.dumps(_json_item(item), ensure_ascii=False)).encode()
        between = ",\n"
    yield b"\n]}\n"


def _entry(item: Item) -> Iterator[str]:
    yield f"  <entry>\n    <id>{_xml(item.id)}</id>\n    <title>{_xml(item.title)}</title>\n"
    yield f"    <published>{_time(item.published)}</published>\n    <updated>{_time(item.updated)}</updated>\n"
    addresses = _addresses(item)
    yield "".join(f"  {_link('alternate' if first else 'via', url)}" for first, url in addresses)
    yield "".join(f"    <category term={_attribute(tag)}/>\n" for tag in item.tags)
    yield f'    <content type="html">{_xml(item.html)}</content>\n  </entry>\n'


def _addresses(item: Item) -> list[tuple[bool, str]]:
    """Where it can be read: our own page first, where there is one, then whoever reported it, each once."""
    urls = dict.fromkeys(url for url in (item.url, *(source.url for source in item.sources)) if url)
    return [(number == 0, url) for number, url in enumerate(urls)]


def _json_item(item: Item) -> _Json:
    source = next((source.url for source in item.sources if source.url), None)
    return {
        "id": item.id,
        **({"url": own} if (own := item.url or source) else {}),
        **({"external_url": source} if item.url and source else {}),
        "title": item.title,
        "content_html": item.html,
        "date_published": _time(item.published),
        "date_modified": _time(item.updated),
        **({"tags": list(item.tags)} if item.tags else {}),
        **({"_pinkslip": _numbers(item.layoff)} if item.layoff else {}),
    }


def _numbers(layoff: Layoff) -> _Json:
    return {
        "company": plain.clean(layoff.company or "") or None,
        "stage": layoff.stage.value,
        "headcount": layoff.headcount,
        "headcount_low": layoff.headcount_low,
        "headcount_high": layoff.headcount_high,
        "percent": layoff.percent,
        "place": plain.clean(layoff.place or "") or None,
        "reports": layoff.reports,
    }


def _source(report: Report) -> Source:
    return _cleaned(report.outlet, report.title, report.url, report.published_at or report.reported_at)


def _cleaned(outlet: str, title: str, url: str | None, at: datetime) -> Source:
    named = plain.cut(plain.clean(outlet), _TITLE)
    return Source(named, plain.cut(plain.clean(title), _TITLE) or named, _address(url), at)


def _listed(sources: tuple[Source, ...], total: int) -> str:
    lines = [
        f"<li>{_linked(source)}{f', {escape(source.outlet)}' if source.outlet != source.title else ''}, "
        f"{source.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC</li>"
        for source in sources
    ]
    more = total - len(sources)
    return f"<ul>{''.join(lines)}{f'<li>and {more:,} more</li>' if more > 0 else ''}</ul>" if lines else ""


def _linked(source: Source) -> str:
    title = escape(source.title)
    return f'<a href="{escape(source.url)}">{title}</a>' if source.url else title


def _link(rel: str, url: str | None, kind: str | None = None) -> str:
    address = _address(url)
    if address is None:
        return ""
    return f'  <link rel="{rel}"{f" type={_attribute(kind)}" if kind else ""} href={_attribute(address)}/>\n'


def _address(url: str | None) -> str | None:
    """A link as strict readers want it: a URI with all encoded that may not stand in one; else nothing."""
    written = plain.link(url)
    if written is None:
        return None
    parts = urlsplit(written)
    if not _HOST.fullmatch(parts.netloc):
        return None
    rest = (quote(_BARE_PERCENT.sub("%25", part), safe=_URI) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, parts.netloc, *rest))


def _xml(text: str) -> str:
    return xml_escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
