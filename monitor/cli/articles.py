"""What the archive holds, written out whole; and the filters that every list takes."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from monitor.archive.reader import Reader, Wanted
from monitor.cli.forms import FORMS, Export, refuse
from monitor.cli.session import Session, When
from monitor.cli.show import as_json, counted

_FILTERS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option("--company", metavar="NAME", help="Only this employer, or any whose name holds NAME."),
    click.option("--since", type=When(), help="From then on: 2026-11-01, or 7d."),
    click.option("--until", type=When(), help="Before then."),
    click.option("--source", metavar="ID", help="Only this source."),
    click.option("--flagged", is_flag=True, help="Only articles flagged as layoff news."),
    click.option("--min-headcount", type=click.IntRange(min=1), metavar="N", help="Only layoffs of at least N jobs."),
)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that narrow a list, the same on every command that lists."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def narrow(reader: Reader, limit: int | None, **narrowed: Any) -> Wanted:
    """What the filters ask for; a source that the archive does not know is a mistake, not an empty answer."""
    source = narrowed.get("source")
    if source is not None and not reader.has_source(source):
        raise click.UsageError(f"the archive has no source {source!r}; `pinkslip sources list` shows them")
    return Wanted(limit=limit, **narrowed)


def named(reader: Reader, target: str) -> tuple[str, ...]:
    """The articles that an id, the beginning of one, or a URL as people copy it names."""
    found = reader.article_ids(target)
    if found or "://" not in target:
        return found
    from scrapers.collect import canonical_url  # noqa: PLC0415 (only where the words as typed found nothing)

    return reader.article_ids(canonical_url(target))


@click.command()
@click.option("--what", type=click.Choice(["layoffs", "articles", "alerts"]), default="layoffs", show_default=True)
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@click.option("--web", metavar="URL", help="Where readers reach `pinkslip web`, for a feed's links to it.")
@filters
@click.option("--limit", type=click.IntRange(min=1))
@as_json
@click.pass_obj
def export(  # noqa: PLR0913 (click hands over every option)
    session: Session,
    /,
    what: str,
    form: str,
    output: Path | None,
    web: str | None,
    limit: int | None,
    json_wanted: bool,
    **narrowed: Any,
) -> None:
    """Layoffs, articles or alerts, with the filters of `search`. CSV cells that a spreadsheet would run are quoted.

    atom and jsonfeed are feeds that any reader takes; parquet is for pandas, DuckDB and the like.
    """
    form = "json" if json_wanted else form
    refuse(form, what, web, terminal=output is None and sys.stdout.isatty())
    with session.reader() as reader:
        wanted = narrow(reader, limit, **narrowed)
        answer = reader.export(what, wanted)
        quiet = not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
        with (
            click.progressbar(answer.rows, label="exporting", file=sys.stderr, hidden=quiet) as rows,
            _sink(output) as sink,
        ):
            FORMS[form](Export(reader, what, answer, rows, wanted, session.now, web), sink)
    if output is not None:
        click.echo(f"{counted(len(answer.rows), 'row')} written to {output}", err=True)


@contextlib.contextmanager
def _sink(output: Path | None) -> Iterator[BinaryIO]:
    """Where an export goes. A file appears whole or not at all: what serves a feed from it never serves half of one."""
    if output is None:
        yield sys.stdout.buffer
        return
    target = output.resolve()
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():  # a pipe or a device cannot be replaced
            with target.open("wb") as file:
                yield file
            return
        with partial.open("wb") as file:
            yield file
        if target.exists():
            partial.chmod(target.stat().st_mode)
        partial.replace(target)
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "undated"
