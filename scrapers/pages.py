"""The bytes of one article page -> its text, title, date and language; pure, for a worker that may be killed.

It fetches nothing and decides nothing about the article. trafilatura is imported on first use: it costs 0.2 s and
tens of megabytes, which only the worker should pay.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

from scrapers.items import Document, Failed, Page, Reason

LARGEST = 2 * 2**20
SHORTEST = 200
"""Fewer characters than this are a teaser, a cookie notice or an empty shell, not an article."""

LONGEST_TITLE = 1000

_HTML = (b"text/html", b"application/xhtml+xml")
_STATEFUL = re.compile(rb"iso-2022|utf-?7|hz-gb", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_DATES = ("article:published_time", "og:published_time", "datePublished", "parsely-pub-date", "sailthru.date", "date")


def extract(document: Document) -> Page | Failed:
    """Failed as ``NO_TEXT`` when the page is not HTML or says less than ``SHORTEST`` characters."""
    if len(document.body) > LARGEST:
        return Failed(reason=Reason.TOO_LARGE, detail=f"a page of {len(document.body)} bytes", status=document.status)
    if not _is_html(document):
        return Failed(reason=Reason.NO_TEXT, detail=f"not HTML: {_kind(document)!r}", status=document.status)
    import trafilatura  # noqa: PLC0415 - see the module's docstring

    for name in ("trafilatura", "htmldate"):  # they log what the answer says already
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tree = trafilatura.load_html(_decode(document))
    if tree is None:
        return Failed(reason=Reason.NO_TEXT, detail="not HTML that can be read", status=document.status)
    linked = tuple(_articles(tree))
    title, published_at, language = _title(tree, linked), _published(tree, linked), _language(tree)
    # Measured on 90 real pages: favouring recall finds more of the article and no more of what surrounds it.
    text = trafilatura.extract(tree, fast=True, favor_recall=True, include_comments=False, include_tables=False) or ""
    if len(text) < SHORTEST:
        detail = f"{len(text)} characters of text"
        return Failed(reason=Reason.NO_TEXT, detail=detail, status=document.status)
    return Page(url=document.url, title=title, text=text, published_at=published_at, language=language)


def _kind(document: Document) -> str:
    return (document.header("content-type") or b"").split(b";")[0].strip().lower().decode("ascii", "replace")[:80]


def _is_html(document: Document) -> bool:
    kind = _kind(document).encode()
    return b"<" in document.body[:4096] and (kind in _HTML or kind in {b"", b"text/plain"})


def _decode(document: Document) -> str:
    """Valid UTF-8 is UTF-8 whatever was declared; the rest is read as browsers do.

    trafilatura must be given text: it unpacks compressed bytes and guesses charsets without looking at the header.
    """
    from w3lib.encoding import html_to_unicode, read_bom  # noqa: PLC0415 - comes with Scrapy

    body = document.body
    declared = (document.header("content-type") or b"") + body[:1024]
    charset = _CHARSET.search(declared)
    stateful = charset is not None and _STATEFUL.match(charset[1]) is not None
    if read_bom(body)[0] is None and not stateful:
        try:
            return body.decode()
        except UnicodeDecodeError:
            pass
    header = (document.header("content-type") or b"").decode("latin-1")
    text: str = html_to_unicode(header, body, default_encoding="cp1252")[1]
    return text


def _title(tree: Any, linked: tuple[dict[str, Any], ...]) -> str | None:
    written = (
        *tree.xpath("//meta[@property='og:title']/@content"),
        *(unescape(node["headline"]) for node in linked if isinstance(node.get("headline"), str)),
        *(node.text_content() for node in tree.xpath("//head/title")),
    )
    titles = (" ".join(title.split()) for title in written if isinstance(title, str))
    title = next((title[:LONGEST_TITLE] for title in titles if title), None)
    site = " ".join("".join(tree.xpath("//meta[@property='og:site_name'][1]/@content")).split())
    return re.sub(rf"(?<=\S)\s+[|–—·-]\s+{re.escape(site)}$", "", title) if title and site else title


def _published(tree: Any, linked: tuple[dict[str, Any], ...]) -> datetime | None:
    """The publisher's own time where it is written for machines, else the day that htmldate finds."""
    from htmldate import find_date  # noqa: PLC0415 - see the module's docstring

    written = (
        *(node.get("datePublished") for node in linked),
        *(
            value
            for name in _DATES
            for value in tree.xpath("//meta[@property=$n or @name=$n or @itemprop=$n]/@content", n=name)
        ),
    )
    times = (_time(value) for value in written if isinstance(value, str))
    stated = next((time for time in times if time), None)
    return stated or _time(find_date(tree, original_date=True, extensive_search=False) or "")


def _time(written: str) -> datetime | None:
    """A time without a zone is taken as UTC: at most fourteen hours off."""
    try:
        time = datetime.fromisoformat(written.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _language(tree: Any) -> str | None:
    written = (*tree.xpath("/html/@lang"), *tree.xpath("//meta[@property='og:locale']/@content"))
    found = (_LANGUAGE.match(value.strip()) for value in written)
    return next((match[0].lower() for match in found if match), None)


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page describes in JSON-LD."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            linked = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from (node for node in _nodes(linked) if _is_article(node))


def _nodes(linked: object) -> Iterator[dict[str, Any]]:
    for node in linked if isinstance(linked, list) else [linked]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (inner for inner in graph if isinstance(inner, dict)) if isinstance(graph, list) else ()


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(("Article", "Posting", "Report"))
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )
