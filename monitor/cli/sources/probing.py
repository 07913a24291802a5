"""``pinkslip sources probe``: asks a source now and shows what a poll would bring and decide. It changes nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from rich.text import Text

from monitor import schedule
from monitor.archive import NoArchiveError
from monitor.cli.session import Session
from monitor.cli.show import ago, as_json, counted, document, plain, table
from monitor.cli.sources.adding import absolute
from monitor.config import Settings
from monitor.daemon import collector_for
from monitor.decide import judge
from monitor.model import Judged, Rhythm
from scrapers.collect import Witness
from scrapers.items import Document, Failed, Hints, Kind, Memory, News, Outcome, Reason, Source, Unchanged

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Asked:
    url: str
    answer: Document | Unchanged | Failed

    def record(self) -> dict[str, Any]:
        led = self.answer.url if isinstance(self.answer, Document) and self.answer.url != self.url else None
        moved = isinstance(self.answer, Document) and self.answer.moved
        return {
            "url": self.url,
            "status": self.answer.status,
            "led_to": led,
            "redirect": None if led is None else "permanent" if moved else "temporary",
        }


@click.command()
@click.argument("target", metavar="URL|ID")
@click.option(
    "--kind", type=click.Choice([str(Kind.FEED), str(Kind.SITEMAP)]), help="What an address that is not configured is."
)
@as_json
@click.pass_obj
def probe(session: Session, target: str, kind: str | None, json_wanted: bool) -> None:
    """Ask a source now and show what a poll would bring and decide, and when it would be asked next.

    Changes nothing. An address that is not configured is read as a feed, or as what --kind says.
    """
    settings = session.unjudging()
    source = _meant(settings, target, Kind(kind or Kind.FEED))
    asked: list[_Asked] = []
    outcome, memory = asyncio.run(_polled(settings, source, lambda url, answer: asked.append(_Asked(url, answer))))
    judged = judge(outcome.articles, settings.pack, settings.directory) if isinstance(outcome, News) else ()
    due = _next(settings, source, outcome, session.now)
    if json_wanted:
        document(
            _record(source, outcome, memory, asked, judged) | {"asked_again": due, "next_due": _due(session, source)}
        )
    else:
        for line in _lines(source, outcome, memory, asked):
            click.echo(line, err=True)
        click.echo(f"  asked again  in {_span(due - session.now)} at the earliest, of itself", err=True)
        if (planned := _due(session, source)) is not None:
            click.echo(f"               the daemon asks it {ago(planned, session.now)}", err=True)
        _show(judged)
    if not isinstance(outcome, News):
        sys.exit(1)


def _meant(settings: Settings, target: str, kind: Kind) -> Source:
    named = next((source for source in settings.sources if source.id == target), None)
    if named is None and "." not in target and ":" not in target:
        raise click.UsageError(f"there is no source {target!r}; `pinkslip sources list` shows them")
    address = absolute(target)
    known = named or next((source for source in settings.sources if source.url == address), None)
    return known or Source(id="probe", url=address, kind=kind)


async def _polled(settings: Settings, source: Source, witness: Witness) -> tuple[Outcome, Memory]:
    async with collector_for(settings) as collector:
        collector.witness = witness
        return await collector.poll(source, Memory())


def _next(settings: Settings, source: Source, outcome: Outcome, now: datetime) -> datetime:
    """As if nothing were known of its rhythm yet."""
    hints = outcome.hints if isinstance(outcome, News) else Hints()
    failures = int(isinstance(outcome, Failed))
    return schedule.next_due(
        source, Rhythm(), hints, outcome, failures=failures, min_every=settings.min_every, now=now, jitter=0.0
    )


def _due(session: Session, source: Source) -> str | None:
    try:
        with session.reader() as reader:
            return next((row["next_due"] for row in reader.sources().records() if row["id"] == source.id), None)
    except NoArchiveError:
        return None


def _lines(source: Source, outcome: Outcome, memory: Memory, asked: list[_Asked]) -> Iterator[str]:
    yield f"{source.url}: {_summary(source, outcome)}"
    for each in asked:
        said = each.record()
        yield f"  asked        {each.url}: {said['status'] or 'no answer'}"
        if said["led_to"]:
            yield f"               {said['redirect']} redirect to {said['led_to']}"
    for name, value in (("ETag", memory.validators.etag), ("Last-Modified", memory.validators.last_modified)):
        if value is not None:
            yield f"  {name:<12} {plain(value.decode('latin-1'))}"
    if isinstance(outcome, News):
        yield from _wishes(outcome)
        for left in outcome.skipped:
            yield f"  left out     {left.count:,}: {left.reason}"


def _summary(source: Source, outcome: Outcome) -> str:
    match outcome:
        case News():
            return f"a {source.kind}, {counted(outcome.entries, 'entry', 'entries')}, {outcome.size:,} bytes"
        case Unchanged():
            return "unchanged"
        case Failed():
            remedy = "; `pinkslip sources add` finds the feed behind a page" if _is_a_page(outcome) else ""
            return f"{outcome.reason}: {plain(outcome.detail)}{remedy}"


def _is_a_page(outcome: Failed) -> bool:
    return outcome.reason is Reason.NOT_A_FEED


def _wishes(outcome: News) -> Iterator[str]:
    hints = outcome.hints
    if outcome.keeps is not None:
        yield f"  stays good   {_span(outcome.keeps)}, its server says"
    if hints.wait is not None:
        yield f"  wants        {_span(hints.wait)} between two polls"
    if hints.skip_hours:
        yield f"  skip hours   {', '.join(map(str, sorted(hints.skip_hours)))} (UTC)"
    if hints.skip_days:
        yield f"  skip days    {', '.join(_DAYS[day] for day in sorted(hints.skip_days))}"
    if outcome.hub is not None:
        yield f"  hub          {plain(outcome.hub.url)}"


def _span(length: timedelta) -> str:
    if length < timedelta(minutes=1):
        return f"{round(length.total_seconds())} s"
    minutes = round(length.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return f"{hours} h {rest} min"
    return f"{hours} h" if hours else f"{minutes} min"


def _show(judged: tuple[Judged, ...]) -> None:
    rows = [
        (
            Text("layoff", style="bold") if each.flag.flagged else Text(each.flag.kind or "", style="dim"),
            each.article.published_at.strftime("%Y-%m-%d %H:%M") if each.article.published_at else "undated",
            Text(plain(each.article.title) or f"({each.article.url})"),
        )
        for each in judged
    ]
    if rows:
        table(("", "published", "title"), rows, flexible=2)


def _record(
    source: Source, outcome: Outcome, memory: Memory, asked: list[_Asked], judged: tuple[Judged, ...]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": source.url,
        "kind": source.kind,
        "outcome": "news" if isinstance(outcome, News) else _summary(source, outcome),
        "requests": [each.record() for each in asked],
        "etag": memory.validators.etag,
        "last_modified": memory.validators.last_modified,
    }
    if not isinstance(outcome, News):
        return told
    return told | {
        "keeps_seconds": outcome.keeps.total_seconds() if outcome.keeps is not None else None,
        "wait_seconds": outcome.hints.wait.total_seconds() if outcome.hints.wait is not None else None,
        "skip_hours": sorted(outcome.hints.skip_hours),
        "skip_days": [_DAYS[day] for day in sorted(outcome.hints.skip_days)],
        "hub": outcome.hub.url if outcome.hub is not None else None,
        "entries": outcome.entries,
        "skipped": {each.reason: each.count for each in outcome.skipped},
        "articles": [
            {"title": each.article.title, "url": each.article.url, "published_at": each.article.published_at}
            | {"flagged": each.flag.flagged, "kind": each.flag.kind, "rules": each.flag.rules}
            for each in judged
        ],
    }
