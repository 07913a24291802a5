"""The bytes of one article page -> its text, title, authors, date and language; pure, for a worker that may be killed.

It fetches nothing and decides nothing about the article. trafilatura is imported on first use: it costs 0.2 s and
tens of megabytes, which only the worker should pay. Where the publisher gives the text in JSON-LD too, that is what
the extracted text is measured by: it says what is missing, and what merely stood around the article.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from scrapers import byline, language
from scrapers.items import Document, Failed, Page, Reason
from scrapers.linked import Linked
from scrapers.plain import plain
from scrapers.walls import SHORT, wall

LARGEST = 2 * 2**20

LONGEST_TITLE = 1000

_HTML = (b"text/html", b"application/xhtml+xml")
_STATEFUL = re.compile(rb"iso-2022|utf-?7|hz-gb", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_SEPARATED = re.compile(r"\s*[|–—·•»-]\s+")

_TIERS = {"free": True, "metered": False, "locked": False}
_SHORTEST_CLOSED = 1_000
"""Fewer characters than this of an article that is not free are its beginning."""
_LONGEST_TEASER = 2_500
_MORE = re.compile(
    r"(?:subscribe|sign up|register|log in|pay) (?:now )?(?:to|and) (?:continue|keep|read|unlock)|to (?:continue|"
    r"keep) reading|already a subscriber"
    r"|(?:weiterlesen|lesen sie (?:den|diesen) artikel|den ganzen artikel lesen) mit|jetzt (?:abonnieren|abo|"
    r"weiterlesen)|(?:bereits|schon) (?:ein )?abo(?:nnent)?|um weiterzulesen"
    r"|réservé (?:aux|à nos) abonnés|(?:pour|afin de) lire la suite|abonnez-vous|déjà abonné"
    r"|(?:para|sigue|seguir) (?:seguir )?leyendo|(?:solo|sólo|exclusivo) para (?:suscriptores|socios)|"
    r"suscríbete para|¿ya eres suscriptor"
    r"|verder lezen\?|(?:lees|lezen) verder met|word abonnee|al abonnee\?|alleen voor abonnees"
    r"|(?:för att|vill du) läsa (?:vidare|hela|mer)|bli prenumerant|redan prenumerant|endast för prenumeranter",
    re.IGNORECASE,
)


def extract(document: Document) -> Page | Failed:
    """Failed as ``NO_TEXT`` when the page is not HTML or says too little, as what it is when that can be told."""
    if len(document.body) > LARGEST:
        return _failed(document, Reason.TOO_LARGE, f"a page of {len(document.body)} bytes")
    if document.header("cf-mitigated") == b"challenge":
        return _failed(document, Reason.BOT_WALL, "it asks for proof of a human: Cloudflare")
    if not _is_html(document):
        return _failed(document, Reason.NO_TEXT, f"not HTML: {_kind(document)!r}")
    import trafilatura  # noqa: PLC0415 - see the module's docstring

    for name in ("trafilatura", "htmldate"):  # they log what the answer says already
        logging.getLogger(name).setLevel(logging.CRITICAL)
    html = _decode(document)
    tree = trafilatura.load_html(html)
    if tree is None:
        return _failed(document, Reason.NO_TEXT, "not HTML that can be read")
    return _read(document, tree, html)


def _read(document: Document, tree: Any, html: str) -> Page | Failed:
    linked = Linked(tree)
    text = _text(tree, linked)
    if found := wall(tree, html, text, described=linked.told()):
        return _failed(document, found.reason, found.detail)
    if len(text) < SHORT:
        return _failed(document, Reason.NO_TEXT, f"{len(text)} characters of text")
    metas = byline.metas(tree)
    free = _free(linked, metas)
    published_at, date_trust = byline.published(tree, metas, linked)
    return Page(
        url=document.url,
        title=_title(tree, metas, linked),
        authors=byline.authors(tree, metas, linked),
        text=text,
        published_at=published_at,
        date_trust=date_trust,
        language=language.settled(_language(tree, metas), text),
        free=free,
        teaser=_teaser(text, linked, free=free),
    )


def _failed(document: Document, reason: Reason, detail: str) -> Failed:
    return Failed(reason=reason, detail=detail, status=document.status)


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


def _text(tree: Any, linked: Linked) -> str:
    import trafilatura  # noqa: PLC0415 - see the module's docstring

    # Measured on 90 real pages: favouring recall finds more of the article and no more of what surrounds it.
    found = trafilatura.extract(tree, fast=True, favor_recall=True, include_comments=False, include_tables=False) or ""
    given = max(map(plain, linked.texts("articleBody")), key=len, default="")
    size = len(found.split())
    if len(given) < SHORT or len(given.split()) < 0.5 * size:  # a teaser
        return found
    return given if size < 0.8 * len(given.split()) else _within(found, given)


def _within(found: str, given: str) -> str:
    """The lines that the publisher counts as the article's, with what leads to them and single ones between them."""
    lines = [line for line in found.split("\n") if line.strip()]
    whole = _letters(given)
    known = [_letters(line)[:30] in whole or _letters(line)[-30:] in whole for line in lines]
    first = known.index(True) if True in known else len(known)
    between = [
        before and after and not line.startswith("- ")
        for before, line, after in zip([False, *known], lines, [*known[1:], False], strict=False)
    ]
    kept = [line for at, line in enumerate(lines) if at < first or known[at] or between[at]]
    text = "\n".join(kept)
    return text if first < len(known) and len(text.split()) >= 0.9 * len(given.split()) else found


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _title(tree: Any, metas: byline.Metas, linked: Linked) -> str | None:
    """The headline, as written for those who share or index it, without its outlet."""
    headings = [_line(one.text_content()) for one in tree.xpath("//h1")[:5]]
    written = (
        *linked.texts("headline"),
        *metas.get("og:title", ()),
        *(headings[:1] if len(headings) == 1 else ()),
        *(node.text_content() for node in tree.xpath("//head/title")),
    )
    title = next((title[:LONGEST_TITLE] for title in map(_line, written) if title), None)
    return _without_outlet(title, headings, _line("".join(metas.get("og:site_name", [])[:1]))) if title else None


def _without_outlet(title: str, headings: list[str], site: str) -> str:
    for heading in headings:
        if heading and title.startswith(heading) and _SEPARATED.match(title, len(heading)):
            return heading
    return re.sub(rf"(?<=\S)\s+[|–—·-]\s+{re.escape(site)}$", "", title) if site else title


def _line(text: str) -> str:
    return " ".join(text.split())


def _language(tree: Any, metas: byline.Metas) -> str | None:
    written = (*tree.xpath("/html/@lang"), *metas.get("og:locale", ()))
    found = (_LANGUAGE.match(value.strip()) for value in written)
    return next((match[0].lower() for match in found if match), None)


def _free(linked: Linked, metas: byline.Metas) -> bool | None:
    stated = linked.free()
    tiers = (_TIERS.get(tier.strip().lower()) for tier in metas.get("article:content_tier", ()))
    return next((tier for tier in tiers if tier is not None), None) if stated is None else stated


def _teaser(text: str, linked: Linked, *, free: bool | None) -> bool:
    """Whether the page gives the beginning of an article alone."""
    whole, size = linked.words(), len(text.split())
    if free is False and (len(text) < _SHORTEST_CLOSED or (whole is not None and size < 0.6 * whole)):
        return True
    end = "\n".join(_ends(text))
    return free is not True and len(text) <= _LONGEST_TEASER and _MORE.search(end) is not None


def _ends(text: str) -> Iterator[str]:
    yield from text.rstrip().split("\n")[-3:]
