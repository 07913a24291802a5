"""Where news comes from: how each source fares, adding one, and trying one without changing anything."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any
from urllib.parse import urlsplit

import click
from rich.text import Text

from monitor.archive import NoArchiveError
from monitor.cli.session import Session
from monitor.cli.show import ago, as_json, document, plain, table
from monitor.config import ConfigError, Settings, add_source
from monitor.daemon import collector_for
from monitor.decide import judge
from scrapers.collect import Found
from scrapers.items import Failed, Memory, News, Outcome, Reason, Source


@click.group()
def sources() -> None:
    """The sources of sources.toml, and how asking them goes."""


@sources.command("list")
@as_json
@click.pass_obj
def list_sources(session: Session, json_wanted: bool) -> None:
    """Every configured source: when it was last asked, how that went, when it is asked next."""
    settings = session.unjudging()
    try:
        with session.reader() as reader:
            known = {record["id"]: record for record in reader.sources().records()}
    except NoArchiveError:
        known = {}  # before the first run there is no archive, but there are sources
    records = [_record(source, known.get(source.id, {})) for source in settings.sources]
    if json_wanted:
        document(records)
        return
    rows = [
        (
            each["id"],
            _state(each),
            ago(each["polled_at"], session.now),
            ago(each["next_due"], session.now) if each["next_due"] and each["enabled"] else "",
            f"{each['articles']:,}",
            f"{each['flagged']:,}",
            each["detail"] or each["title"],
        )
        for each in records
    ]
    table(("source", "state", "asked", "next", "articles", "flagged", ""), rows, flexible=6, right=(4, 5))


@sources.command()
@click.argument("url")
@click.option("--id", "source_id", metavar="ID", help="Its id; made of the host otherwise.")
@click.option("--title", help="The outlet's name as people know it.")
@click.pass_obj
def add(session: Session, url: str, source_id: str | None, title: str | None) -> None:
    """Find the feed at or behind URL and write it into sources.toml. Its first poll is a silent baseline."""
    settings = session.unjudging()
    found = asyncio.run(_discover(settings, _absolute(url)))
    if isinstance(found, Failed):
        click.echo(f"{url}: {found.reason}: {found.detail}", err=True)
        sys.exit(1)
    if not found:
        click.echo(f"{url} names no feed. If you know its address, add that.", err=True)
        sys.exit(1)
    feed, *others = found
    clash = next((source for source in settings.sources if source.url == feed.url), None)
    if clash is not None:
        click.echo(f"{feed.url} is there already: source {clash.id}", err=True)
        sys.exit(1)
    taken = {source.id for source in settings.sources}
    chosen = source_id or _free_id(feed.url, taken)
    if chosen in taken:
        raise click.UsageError(f"there is a source {chosen!r} already; choose another --id")
    try:
        add_source(settings.folder, Source(id=chosen, url=feed.url, title=title or feed.title))
    except ConfigError as error:
        raise click.UsageError("\n".join(map(str, error.problems))) from error
    click.echo(f"added  {chosen}  {feed.url}")
    for other in others:
        click.echo(f"also there: {other.url}", err=True)
    click.echo("A running daemon takes it up after SIGHUP.", err=True)


@sources.command()
@click.argument("target", metavar="URL|ID")
@as_json
@click.pass_obj
def probe(session: Session, target: str, json_wanted: bool) -> None:
    """Ask a source now and show what a poll would bring and decide. Changes nothing."""
    settings = session.unjudging()
    named = next((source for source in settings.sources if source.id == target), None)
    if named is None and "." not in target and ":" not in target:
        raise click.UsageError(f"there is no source {target!r}; `pinkslip sources list` shows them")
    source = named or Source(id="probe", url=_absolute(target))
    outcome = asyncio.run(_poll(settings, source))
    if not isinstance(outcome, News):
        reason = f"{outcome.reason}: {outcome.detail}" if isinstance(outcome, Failed) else "unchanged"
        if isinstance(outcome, Failed) and outcome.reason is Reason.NOT_A_FEED:
            reason += "; `pinkslip sources add` finds the feed behind a page"
        document({"source": source.url, "outcome": reason}) if json_wanted else click.echo(f"{source.url}: {reason}")
        sys.exit(1)
    judged = judge(outcome.articles, settings.pack, settings.directory)
    skipped = {each.reason: each.count for each in outcome.skipped}
    if json_wanted:
        entries = [
            {"title": each.article.title, "url": each.article.url, "published_at": each.article.published_at}
            | {"flagged": each.flag.flagged, "kind": each.flag.kind, "rules": each.flag.rules}
            for each in judged
        ]
        document(
            {
                "source": source.url,
                "outcome": "news",
                "entries": outcome.entries,
                "skipped": skipped,
                "articles": entries,
            }
        )
        return
    click.echo(f"{source.url}: {outcome.entries} entries, {outcome.size:,} bytes", err=True)
    for reason, count in skipped.items():
        click.echo(f"  {count} left out: {reason}", err=True)
    rows = [
        (
            Text("layoff", style="bold") if each.flag.flagged else Text(each.flag.kind or "", style="dim"),
            each.article.published_at.strftime("%Y-%m-%d %H:%M") if each.article.published_at else "undated",
            Text(plain(each.article.title)),
        )
        for each in judged
    ]
    table(("", "published", "title"), rows, flexible=2)


async def _discover(settings: Settings, url: str) -> tuple[Found, ...] | Failed:
    async with collector_for(settings) as collector:
        return await collector.discover(url)


async def _poll(settings: Settings, source: Source) -> Outcome:
    async with collector_for(settings) as collector:
        outcome, _ = await collector.poll(source, Memory())
        return outcome


def _absolute(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _free_id(url: str, taken: set[str]) -> str:
    host = (urlsplit(url).hostname or "source").removeprefix("www.").removeprefix("feeds.")
    stem = re.sub(r"[^a-z0-9]+", "-", host.rsplit(".", 1)[0]).strip("-") or "source"
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _record(source: Source, known: dict[str, Any]) -> dict[str, Any]:
    columns = ("polled_at", "succeeded_at", "next_due", "failures", "detail")
    return {
        "id": source.id,
        "title": source.name,
        "url": source.url,
        "about": source.about,
        "enabled": source.enabled,
        "confirmed": source.confirmed,
        **{column: known.get(column) for column in columns},
        "articles": known.get("articles", 0),
        "flagged": known.get("flagged", 0),
    }


def _state(record: dict[str, Any]) -> str:
    if not record["enabled"]:
        return "off"
    if record["polled_at"] is None:
        return "new"
    return f"failing ×{record['failures']}" if record["failures"] else "well"
