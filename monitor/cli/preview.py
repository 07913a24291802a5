"""What would be told of an article, to whom and why, in the manner of amtool: nothing is sent and nothing changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from monitor import decide, routes, silences
from monitor.alerts import compose, words
from monitor.archive.silences import Silences
from monitor.cli.articles import named
from monitor.cli.replay import article_of
from monitor.cli.session import Session
from monitor.cli.show import as_json, document, plain
from monitor.config import Settings
from monitor.decide import Known
from monitor.model import AlertKind, Channel, ChannelKind, Layoff, Policy, Report, Silence, Telling
from monitor.routes import Choice, Hold
from scrapers.items import FullText, Source


@dataclass(frozen=True, slots=True)
class _Case:
    """A layoff with its reports, and what keeps it from being told."""

    layoff: Layoff
    reports: tuple[Report, ...]
    silence: Silence | None

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(rule for report in self.reports for rule in report.rules)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What a channel would do with it."""

    channel: Channel
    choices: tuple[tuple[int, Choice], ...]
    """Each of its routes with its number."""
    taken: bool
    hold: Hold | None


@click.command()
@click.argument("article", metavar="ARTICLE", required=False)
@click.option("--title", help="A headline instead, as if it came in now.")
@click.option("--channel", "channel_id", metavar="ID", help="Only this channel, and its words.")
@as_json
@click.pass_obj
def preview(
    session: Session, article: str | None, title: str | None, channel_id: str | None, json_wanted: bool
) -> None:
    """Say which route takes an article, by id or URL, and why the others do not. Exits 1 where nobody is told."""
    if (article is None) == (title is None):
        raise click.UsageError("name an article of the archive, or give --title")
    settings = session.settings() if title else session.unjudging()
    channels = {channel.id: channel for channel in settings.policy.channels}
    if channel_id is not None and channel_id not in channels:
        raise click.UsageError(f"there is no channel {channel_id!r}; there is {', '.join(channels)}")
    case = _of_title(session, settings, title) if title else _of_article(session, article or "")
    wanted = [channels[channel_id]] if channel_id else list(channels.values())
    outlooks = [_outlook(case, channel, settings.policy, session.now) for channel in wanted]
    if json_wanted:
        document(_record(case, outlooks, session.now))
    else:
        for line in _lines(case, outlooks, session.now, in_full=channel_id is not None):
            click.echo(line)
    told = case.silence is None and any(outlook.taken for outlook in outlooks)
    sys.exit(0 if told else 1)


def _of_article(session: Session, target: str) -> _Case:
    with session.reader() as reader:
        for article_id in named(reader, target):
            decision = next(iter(reader.decision(article_id).records()))
            layoff = reader.layoff(decision["layoff_id"]) if decision["layoff_id"] else None
            if layoff is None:
                click.echo(f"It reports no layoff, so nobody is told; see `pinkslip why {article_id[:8]}`.", err=True)
                sys.exit(1)
            return _case(session, layoff, reader.reports(layoff.id))
    click.echo(f"The archive has no article {target}.", err=True)
    sys.exit(1)


def _of_title(session: Session, settings: Settings, title: str) -> _Case:
    written: dict[str, object] = {"title": title, "source": "preview", "published": session.now.isoformat()}
    [judged] = decide.judge([article_of(written)], settings.pack, settings.directory)
    source = Source(id="preview", url="", title="preview", full_text=FullText.NEVER)
    planned = decide.plan_article(judged, source, Known(), settings.policy, session.now)
    if not planned.layoffs:
        click.echo("It reports no layoff, so nobody is told; `pinkslip classify` says why.", err=True)
        sys.exit(1)
    return _case(session, planned.layoffs[0], planned.reports)


def _case(session: Session, layoff: Layoff, reports: tuple[Report, ...]) -> _Case:
    held: tuple[Silence, ...] = ()
    if session.archive.exists():
        with session.reader() as reader:
            held = Silences(reader.db).holding(session.now)
    return _Case(layoff, reports, silences.over(layoff, reports, held))


def _outlook(case: _Case, channel: Channel, policy: Policy, now: datetime) -> _Outlook:
    numbered = enumerate(routes.choices(case.layoff, policy, case.rules), 1)
    own = tuple((number, choice) for number, choice in numbered if choice.route.channel == channel.id)
    taking = next((choice.route for _, choice in own if not choice.refusals), None)
    return _Outlook(
        channel=channel,
        choices=own,
        taken=taking is not None or not policy.routes,
        hold=routes.hold(taking, case.layoff, now) if taking else None,
    )


def _lines(case: _Case, outlooks: Iterable[_Outlook], now: datetime, *, in_full: bool) -> Iterable[str]:
    telling = _telling(case, now)
    yield f"{plain(words.headline(telling))} · {plain(words.standing(telling, case.layoff))}"
    if case.silence:
        yield f"  {plain(silences.reason(case.silence))}: nobody is told"
    for outlook in outlooks:
        yield f"{outlook.channel.id}: {_answer(outlook)}"
        for number, choice in outlook.choices:
            yield f"  route {number}: {'; '.join(map(plain, choice.refusals)) or 'takes it'}"
        if outlook.hold:
            why = "quiet hours" if outlook.hold.quiet else "its digest"
            yield f"  held until {outlook.hold.until:%Y-%m-%d %H:%M} UTC ({why})"
        if in_full and outlook.taken:
            yield ""
            yield from (f"  {plain(line)}" for line in _words(outlook.channel, telling).splitlines())


def _answer(outlook: _Outlook) -> str:
    if outlook.taken:
        return "takes it" if outlook.choices else "takes it, as there are no routes"
    return "does not take it" if outlook.choices else "no route leads there"


def _telling(case: _Case, now: datetime) -> Telling:
    return Telling(
        kind=AlertKind.OPENED, layoff=case.layoff, reports=case.reports, fresh=case.reports, reason="preview", now=now
    )


def _words(channel: Channel, telling: Telling) -> str:
    body = compose(channel, "msg_preview", telling).decode()
    if channel.kind is ChannelKind.CONSOLE:
        return body
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


def _record(case: _Case, outlooks: Iterable[_Outlook], now: datetime) -> dict[str, Any]:
    telling = _telling(case, now)
    return {
        "layoff": case.layoff.id,
        "headline": words.headline(telling),
        "silence": silences.reason(case.silence) if case.silence else None,
        "channels": [
            {
                "channel": outlook.channel.id,
                "takes": outlook.taken and case.silence is None,
                "routes": [
                    {"route": number, "takes": not choice.refusals, "refusals": list(choice.refusals)}
                    for number, choice in outlook.choices
                ],
                "held_until": outlook.hold.until if outlook.hold else None,
                "body": _words(outlook.channel, telling) if outlook.taken else None,
            }
            for outlook in outlooks
        ],
    }
