"""``pinkslip sources import`` and ``export``: feeds from and to other feed readers, as OPML."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import click

from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, plain
from monitor.cli.sources import naming
from monitor.config import ConfigError, add_sources, source_problem
from scrapers.items import Kind, Source
from scrapers.opml import LARGEST, OpmlError, Outline, parse, written

_LONGEST_TITLE = 300
_LONGEST_ABOUT = 2_000


@dataclass(frozen=True, slots=True)
class _Taken:
    """What comes of a file: new sources, how many were known, and what is wrong with others."""

    added: tuple[Source, ...]
    known: int
    wrong: tuple[str, ...]


@click.command("import")
@click.argument("file", type=click.File("rb"))
@as_json
@click.pass_obj
def import_sources(session: Session, file: BinaryIO, json_wanted: bool) -> None:
    """Add the feeds of an OPML FILE (`-` is stdin) to sources.toml. Those that are there already are skipped."""
    settings = session.unjudging()
    try:
        outlines = parse(file.read(LARGEST + 1))
        taken = _taken(outlines, settings.sources)
        add_sources(settings.folder, taken.added)
    except OpmlError as error:
        raise click.UsageError(f"{file.name}: {error}; nothing was added") from error
    except ConfigError as error:
        raise click.UsageError("\n".join(map(str, error.problems))) from error
    if json_wanted:
        added = [{"id": each.id, "title": each.title, "url": each.url} for each in taken.added]
        document({"added": added, "known": taken.known, "wrong": taken.wrong})
    else:
        for each in taken.added:
            click.echo(f"added  {each.id}  {each.url}")
    for complaint in taken.wrong:
        click.echo(f"{file.name}: {complaint}", err=True)
    click.echo(
        f"{counted(len(taken.added), 'source')} added, {taken.known} there already, {len(taken.wrong)} left out.",
        err=True,
    )
    if taken.wrong and not taken.added:
        sys.exit(1)


@click.command("export")
@click.pass_obj
def export_sources(session: Session) -> None:
    """Write the feeds of sources.toml as OPML to standard output; those that are off as comments."""
    sources = session.unjudging().sources
    feeds = [source for source in sources if source.kind is Kind.FEED]
    outlines = [
        Outline(
            url=source.url,
            title=source.name,
            about=source.about,
            language=source.language or "",
            enabled=source.enabled,
        )
        for source in feeds
    ]
    click.echo(written(outlines, "Pinkslip"), nl=False)
    if others := len(sources) - len(feeds):
        click.echo(f"{counted(others, 'source')} left out: OPML knows feeds alone.", err=True)


def _taken(outlines: Iterable[Outline], sources: tuple[Source, ...]) -> _Taken:
    ids = {source.id for source in sources}
    known = {_sameness(source.url) for source in sources}
    added: list[Source] = []
    wrong: list[str] = []
    repeated = 0
    for each in outlines:
        if (problem := source_problem(each.url)) is not None:
            wrong.append(f"line {each.line}: {plain(each.title or each.url)}: {problem}")
        elif _sameness(each.url) in known:
            repeated += 1
        else:
            source = _source(each, ids)
            added.append(source)
            ids.add(source.id)
            known.add(_sameness(each.url))
    return _Taken(tuple(added), repeated, tuple(wrong))


def _source(outline: Outline, ids: set[str]) -> Source:
    """An outline's folders say what it is about where nothing else does."""
    title = plain(outline.title)[:_LONGEST_TITLE]
    return Source(
        id=naming.of_title(title, outline.url, ids),
        url=outline.url,
        title=title,
        about=plain(outline.about or " / ".join(outline.folders))[:_LONGEST_ABOUT],
        enabled=outline.enabled,
    )


def _sameness(url: str) -> tuple[str, str, str]:
    """Equal for addresses that differ in http or https, in the case of the host, or by a slash at the end."""
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/"), parts.query
