"""Who wrote a page's article, and when, as the page says it to machines, else as it shows it to readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapers.items import DateTrust
from scrapers.linked import Linked

Metas = dict[str, list[str]]

_EARLIEST, _LATEST = 1990, 2100
_LONGEST = 200
_LONGEST_NAME = 80
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "date",
    "dc.date.issued", "citation_publication_date",
)  # fmt: skip
_AUTHORS = ("parsely-author", "sailthru.author", "author", "article:author", "byl", "dc.creator", "citation_author")
_FAMILY_FIRST = ("dc.creator", "citation_author")
_BY = re.compile(r"(?:(?:written )?by|von|por|par|door|av|af|text)\b[:\s]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:|www\.|@|/")
_SHOWN = (
    "//*[@itemprop='author']//*[@itemprop='name']",
    "//*[@rel='author']",
    "//*[@itemprop='author']",
    "//*[contains(@class, 'author') or contains(@class, 'Author') or contains(@class, 'byline')]",
)
_MOST_SHOWN = 10


def metas(tree: Any) -> Metas:
    """What the page's meta elements hold, by name in lower case."""
    found: Metas = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            if content and (name := meta.get(attribute)):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def authors(tree: Any, written: Metas, linked: Linked) -> str | None:
    """Names in one line, apart by commas."""
    for names in _named(tree, written, linked):
        line = ", ".join(dict.fromkeys(name for one in names if (name := _name(one))))
        if line:
            return line[:_LONGEST]
    return None


def published(tree: Any, written: Metas, linked: Linked) -> tuple[datetime | None, DateTrust | None]:
    """The publisher's own time where it is written for machines, else the day that htmldate finds."""
    from htmldate import find_date  # noqa: PLC0415 - see the docstring of ``pages``

    stated = (
        *linked.texts("datePublished"),
        *(value for name in _DATES for value in written.get(name, ())),
        *tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime"),
    )
    for value in stated:
        if found := _time(value):
            return found
    return _time(find_date(tree, original_date=True, extensive_search=False) or "") or (None, None)


def _named(tree: Any, written: Metas, linked: Linked) -> Iterator[Iterable[str]]:
    yield linked.authors()
    for name in _AUTHORS:
        yield _in_meta(written, name)
    yield _shown(tree)


def _in_meta(written: Metas, name: str) -> Iterator[str]:
    for value in written.get(name, ()):
        family, comma, given = value.partition(", ")
        yield f"{given} {family}" if name in _FAMILY_FIRST and comma and "," not in given else value


def _shown(tree: Any) -> list[str]:
    for path in _SHOWN:
        for element in tree.xpath(path)[:_MOST_SHOWN]:
            if 0 < len(name := _name(element.text_content())) <= _LONGEST_NAME:
                return [name]
    return []


def _name(written: str) -> str:
    name = (
        _BY.sub("", " ".join(written[:1_000].split()), count=1)
        if _BY.match(written.strip())
        else " ".join(written.split())
    )
    name = re.sub(r"\s*,\s*", ", ", name).strip(" ,;|·-")
    return "" if _ADDRESS.search(name) or not any(map(str.isalpha, name)) else name


def _time(written: str) -> tuple[datetime, DateTrust] | None:
    """A time without a zone is taken as UTC: at most fourteen hours off."""
    written = written.strip()
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        try:
            time = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if not _EARLIEST <= time.year < _LATEST:
        return None
    if time.tzinfo is not None:
        return time.astimezone(UTC), DateTrust.EXACT
    bare = len(written) <= len("2026-03-02")
    return time.replace(tzinfo=UTC), DateTrust.DAY if bare else DateTrust.ZONE_ASSUMED
