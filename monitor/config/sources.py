"""Reads ``sources.toml``: the places news comes from."""

from __future__ import annotations

from datetime import timedelta

from monitor.config import values
from monitor.config.problems import Report
from monitor.config.reading import Document, Table, refuse_twins
from scrapers.items import FullText, Kind, Source

_LATER = ("sitemap", "listing", "edgar", "warn")


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
    kind = table.read("kind", values.choice((Kind.FEED,), later=_LATER), Kind.FEED)
    every = table.read("every", values.duration("1s", "7d"), timedelta(minutes=15))
    full_text = table.read("full_text", values.choice(FullText), FullText.AUTO)
    language = table.value("language", values.language)
    confirmed = table.read("confirmed", values.switch, default=True)
    enabled = table.read("enabled", values.switch, default=True)
    table.close()
    if name is None or url is None:
        return None
    return Source(
        id=name,
        url=url,
        title=title,
        about=about,
        kind=kind,
        every=every,
        full_text=full_text,
        language=language,
        confirmed=confirmed,
        enabled=enabled,
    )
