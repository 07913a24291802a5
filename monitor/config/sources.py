"""Reads ``sources.toml``: the places news comes from."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

from monitor.config import values
from monitor.config.problems import Report, quoted, suggestion
from monitor.config.reading import Document, Table, Wrong, refuse_twins
from scrapers.items import FullText, Kind, Selectors, Source
from scrapers.selectors import fault, is_xpath

_LATER = ("edgar", "warn")
_SELECTORS = tuple(field.name for field in fields(Selectors))
_LINKS = 'want links, CSS or XPath that matches the links to articles, such as "h2 a"'


def read_sources(document: Document, report: Report) -> tuple[Source, ...]:
    top = Table(document.values, "", report)
    tables = top.tables("source", document.lines("source"))
    top.close()
    if not tables and not report.problems:
        report.note("", "no source: there is nowhere to look; `pinkslip sources add URL` makes one")
    refuse_twins(tables, "id")
    refuse_twins(tables, "url")
    return tuple(source for table in tables if (source := read_source(table)) is not None)


def read_source(table: Table) -> Source | None:
    """None when it cannot be made; why is in the report."""
    name = table.need("id", values.identifier, 'a short name such as "geekwire"')
    url = table.need("url", values.web_url, "the address of a feed")
    title = table.read("title", values.line, "")
    about = table.read("about", values.about, "")
    kind = table.read("kind", values.choice(Kind, later=_LATER), Kind.FEED)
    every = table.read("every", values.duration("1s", "7d"), timedelta(minutes=15))
    full_text = table.read("full_text", values.choice(FullText), FullText.AUTO)
    selectors = table.value("selectors", _selectors)
    sitemap = table.value("sitemap", values.web_url)
    language = table.value("language", values.language)
    confirmed = table.read("confirmed", values.switch, default=True)
    enabled = table.read("enabled", values.switch, default=True)
    if kind is Kind.LISTING and not table.has("selectors"):
        table.wrong("selectors", f"missing; {_LINKS}")
    if kind is not Kind.LISTING and table.has("selectors"):
        table.wrong("selectors", 'only a source of kind "listing" has them')
    table.close()
    if name is None or url is None:
        return None
    return Source(
        id=name,
        url=url,
        title=title,
        about=about,
        kind=kind,
        selectors=selectors,
        sitemap=sitemap,
        every=every,
        full_text=full_text,
        language=language,
        confirmed=confirmed,
        enabled=enabled,
    )


def _selectors(value: object) -> Selectors:
    """All that is wrong in it is told."""
    if not isinstance(value, dict):
        raise values.want('a table such as { links = "h2 a" }', value)
    messages = [
        f"{key if key.isidentifier() else quoted(key)}: no such setting{suggestion(key, _SELECTORS)}"
        for key in value
        if key not in _SELECTORS
    ]
    messages += [] if "links" in value else [f"links: missing; {_LINKS}"]
    found: dict[str, str] = {}
    for name in _SELECTORS:
        try:
            found |= {name: _selector(value[name])} if name in value else {}
        except Wrong as wrong:
            messages += [f"{name}: {message}" for message in wrong.messages]
    if messages:
        raise Wrong(*messages)
    return Selectors(**found)


def _selector(value: object) -> str:
    written = values.line(value, limit=1_000).strip()
    if (reason := fault(written)) is not None:
        raise Wrong(f"{quoted(written)} is not {'XPath' if is_xpath(written) else 'CSS'}: {reason}")
    return written
