"""``pinkslip sources add``: finds what is behind an address, writes the best of it down, and names the rest."""

from __future__ import annotations

import asyncio
import shlex
import sys

import click

from monitor.cli.session import Session
from monitor.cli.show import counted, plain
from monitor.cli.sources import naming
from monitor.config import ConfigError, Settings, add_source
from monitor.daemon import collector_for
from scrapers.collect import Finding, Found
from scrapers.items import Source

_LISTING = """\
A page that lists articles can be a source itself. Write into sources.toml, with what matches on that page:

[[source]]
id = "{id}"
kind = "listing"
url = "{url}"
selectors = {{ links = "article h2 a", date = "time" }}

`pinkslip check` says whether it is right, `pinkslip sources probe {id}` what it finds."""


@click.command()
@click.argument("url")
@click.option("--id", "source_id", metavar="ID", help="Its id; made of the host otherwise.")
@click.option("--title", help="The outlet's name as people know it.")
@click.pass_obj
def add(session: Session, url: str, source_id: str | None, title: str | None) -> None:
    """Find the feed or sitemap at or behind URL and write it into sources.toml.

    Its first poll is a silent baseline.
    """
    settings = session.unjudging()
    taken = {source.id for source in settings.sources}
    if source_id in taken:
        raise click.UsageError(f"there is a source {source_id!r} already; choose another --id")
    address = absolute(url)
    finding = asyncio.run(_find(settings, address))
    if not finding.found:
        _nothing(address, finding, taken)
        sys.exit(1)
    best, *others = finding.found
    click.echo(f"found  {_described(best)}", err=True)
    clash = next((source for source in settings.sources if source.url == best.url), None)
    if clash is None:
        chosen = source_id or naming.of_host(best.url, taken)
        _write(settings, Source(id=chosen, url=best.url, title=title or plain(best.title), kind=best.kind))
        click.echo(f"added  {chosen}  {best.url}")
        _advise(best)
    else:
        click.echo(f"{best.url} is there already: source {clash.id}", err=True)
    known = {source.url for source in settings.sources}
    for other in others:
        click.echo(f"also there: {_described(other)}", err=True)
        if other.url not in known:
            click.echo(f"  pinkslip sources add {_quoted(other.url)}", err=True)
    if clash is not None:
        sys.exit(1)
    click.echo("A running daemon takes it up after SIGHUP.", err=True)


def absolute(url: str) -> str:
    return url if "://" in url else f"https://{url}"


async def _find(settings: Settings, url: str) -> Finding:
    async with collector_for(settings) as collector:
        return await collector.find(url)


def _write(settings: Settings, source: Source) -> None:
    try:
        add_source(settings.folder, source)
    except ConfigError as error:
        raise click.UsageError("\n".join(map(str, error.problems))) from error


def _described(found: Found) -> str:
    newest = f", the newest of {found.newest:%Y-%m-%d %H:%M} UTC" if found.newest else ""
    words = counted(found.entries, "entry", "entries")
    return f"{found.url}\n       a {found.kind}, {found.way}: {words}{newest}"


def _advise(found: Found) -> None:
    if found.entries and not found.titled:
        click.echo("It gives addresses without titles: every new page is crawled to be decided on.", err=True)


def _nothing(url: str, finding: Finding, taken: set[str]) -> None:
    if [each.url for each in finding.tried] == [url]:
        click.echo(f"{url}: {plain(finding.tried[0].said)}", err=True)
        return
    click.echo(f"{url}: neither a feed nor a sitemap is behind it. Tried:", err=True)
    for each in finding.tried:
        click.echo(f"  {each.url}: {plain(each.said)}", err=True)
    click.echo(_LISTING.format(id=naming.of_host(url, taken), url=url), err=True)


def _quoted(url: str) -> str:
    return shlex.quote(url)
