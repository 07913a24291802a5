"""A page that lists articles -> its entries, found by selectors; and the text of an article's page, found by one. Pure.

What a selector does not find is not made up: a link without words has no title, a date that reads two ways is none.
dateparser is imported on first use: only a worker should pay for it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapers import pages
from scrapers.canonical import web_link
from scrapers.items import Document, Entry, Failed, Page, Reason, Selectors
from scrapers.selectors import matches, text

LARGEST = 2 * 2**20
MOST_ENTRIES = 500
SHORTEST = 200
"""Fewer characters than these are not an article, wherever they stand."""

_LONGEST_DATE = 100
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_EITHER_WAY = re.compile(r"\D*(\d{1,2})([/.-])(\d{1,2})\2\d{2,4}\b")
_UNREAD = ("script", "style", "noscript", "template")
_BLOCKS = (
    ".//*[self::p or self::li or self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 "
    "or self::blockquote or self::td or self::pre]"
)


def parse(document: Document, selectors: Selectors, language: str | None, now: datetime) -> tuple[Entry, ...] | Failed:
    """In the page's order, each address once. Failed as ``NO_MATCH`` without any link: a site rebuilt, say."""
    if len(document.body) > LARGEST:
        return Failed(reason=Reason.TOO_LARGE, detail=f"a page of {len(document.body)} bytes", status=document.status)
    page = _page(document)
    base = web_link(page.xpath("//base/@href").get(), document.url) or document.url
    language = language or page.xpath("/html/@lang").get()
    found: dict[str, Entry] = {}
    for match in matches(page, selectors.links):
        link = web_link(_href(match), base)
        if link and (link not in found or not found[link].title) and len(found) < MOST_ENTRIES:
            found[link] = _entry(match, link, selectors, language, now)
    if not found:
        detail = f"nothing on the page matches links = {selectors.links!r}"
        return Failed(reason=Reason.NO_MATCH, detail=detail, status=document.status)
    return tuple(found.values())


def extract(document: Document, body: str) -> Page | Failed:
    """An article's page, its text from where ``body`` says; where that matches nothing, as any page is read."""
    page = pages.extract(document)
    if isinstance(page, Failed) and page.reason is not Reason.NO_TEXT:
        return page
    chosen = "\n\n".join(filter(None, (_paragraphs(match) for match in matches(_page(document), body))))
    if len(chosen) < SHORTEST:
        return page
    if isinstance(page, Failed):
        return Page(url=document.url, title=None, text=chosen, published_at=None, language=None)
    return replace(page, text=chosen, teaser=False)


def _page(document: Document) -> Any:
    import parsel  # noqa: PLC0415  only a worker should pay for it
    from w3lib.encoding import html_to_unicode  # noqa: PLC0415

    kind = (document.header("content-type") or b"").decode("latin-1")
    return parsel.Selector(text=html_to_unicode(kind, document.body)[1].replace("\0", ""), type="html")


def _href(match: Any) -> str | None:
    """Where it leads: itself an address or a link, else the first link in it that has words, else the first."""
    if isinstance(match.root, str):
        return str(match.root)
    for path in ("./@href", ".//a[@href][normalize-space()]/@href", ".//a/@href", "ancestor::a/@href"):
        if (href := match.xpath(path).get()) is not None:
            return str(href)
    return None


def _entry(match: Any, link: str, selectors: Selectors, language: str | None, now: datetime) -> Entry:
    written, published_at = _date(match, selectors.date, language, now)
    return Entry(
        guid=None,
        link=link,
        # Text, where entries of feeds are markup.
        title=html.escape(_title(match, selectors.title), quote=False),
        summary=html.escape(_first(match, selectors.summary), quote=False),
        content="",
        author=None,
        published=written,
        published_at=published_at,
        language=None,
    )


def _title(match: Any, selector: str | None) -> str:
    if selector is not None:
        return _first(match, selector)
    if isinstance(match.root, str):
        return ""
    links = [match] if match.root.tag == "a" else match.xpath(".//a[@href][normalize-space()]")[:1]
    return next((text(link) for link in links), "")


def _first(match: Any, selector: str | None) -> str:
    return next(filter(None, (text(each) for each in _within(match, selector))), "")


def _within(match: Any, selector: str | None) -> list[Any]:
    if selector is None or isinstance(match.root, str):
        return []
    return matches(match, selector)


def _date(match: Any, selector: str | None, language: str | None, now: datetime) -> tuple[str | None, datetime | None]:
    """As written, preferably for machines, and as read."""
    for found in _within(match, selector or ".//time"):
        stated = () if isinstance(found.root, str) else found.xpath("(.//@datetime | ./@content)[1]").getall()
        for written in filter(None, (*(each.strip() for each in stated), text(found))):
            return written[:_LONGEST_DATE], _moment(written[:_LONGEST_DATE], language, now)
    return None, None


def _moment(written: str, language: str | None, now: datetime) -> datetime | None:
    """In UTC. "3 hours ago" counts from ``now``; a date without a year is the last such day."""
    try:
        if _ISO.match(written):
            read = datetime.fromisoformat(written)
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return None if _is_ambiguous(written, language) else _in_words(written, language, now)


def _is_ambiguous(written: str, language: str | None) -> bool:
    """Whether day and month could change places: English alone does not say."""
    numbers = _EITHER_WAY.match(written)
    if numbers is None or numbers[2] == "." or (language or "en").lower() != "en":
        return False
    return numbers[1] != numbers[3] and int(numbers[1]) <= 12 and int(numbers[3]) <= 12


def _in_words(written: str, language: str | None, now: datetime) -> datetime | None:
    import dateparser  # noqa: PLC0415  see above

    settings = {
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": ["day", "month"],
        "RELATIVE_BASE": now.astimezone(UTC).replace(tzinfo=None),
        **({"DATE_ORDER": "DMY"} if (numbers := _EITHER_WAY.match(written)) and numbers[2] == "." else {}),
    }
    for known in _known(language):
        try:
            read: datetime | None = dateparser.parse(written, settings=settings, **known)
        except (ValueError, OverflowError):  # a language that it does not know, too
            continue
        if read is not None:
            return read.astimezone(UTC)
    return None


def _known(language: str | None) -> Iterator[dict[str, list[str]]]:
    if language:
        tag = language.strip()
        yield {"locales": [tag]} if "-" in tag else {"languages": [tag.lower()]}
        yield {"languages": [tag.partition("-")[0].lower()]}
    yield {}


def _paragraphs(match: Any) -> str:
    """The text of an element, its blocks apart by an empty line; of one without blocks in one line."""
    if isinstance(match.root, str):
        return text(match)
    inner = [each for each in match.xpath(_BLOCKS) if not each.xpath(_BLOCKS)]
    return "\n\n".join(filter(None, map(text, inner))) or text(match)
