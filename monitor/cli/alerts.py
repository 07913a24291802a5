"""What was owed, what was sent, and what became of it."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import Any

import click

from monitor import tell
from monitor.archive.outbox import hindrances
from monitor.archive.reader import Wanted
from monitor.cli.articles import filters, narrow
from monitor.cli.preview import preview
from monitor.cli.session import Session, When
from monitor.cli.show import ago, answer_document, as_json, counted, document, plain, short, table
from monitor.cli.silences import silence
from monitor.cli.waiting import why_not_yet
from monitor.daemon import collector_for, utc_now
from monitor.deliver import Courier
from monitor.model import AlertState, Channel, Delivery, Verdict


@click.group()
def alerts() -> None:
    """What each channel is owed and got, and the ledger of attempts."""


alerts.add_command(preview)
alerts.add_command(silence)


@alerts.command("list")
@click.option("--state", type=click.Choice([str(state) for state in AlertState]), help="Only alerts in this state.")
@click.option("--channel", metavar="ID", help="Only this channel's.")
@filters
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@as_json
@click.pass_obj
def list_alerts(
    session: Session, /, state: str | None, channel: str | None, limit: int, json_wanted: bool, **narrowed: Any
) -> None:
    """Alerts, the newest first."""
    with session.reader() as reader:
        chosen = AlertState(state) if state else None
        found = reader.alerts(narrow(reader, limit, **narrowed), chosen, channel)
        hindered = hindrances(reader.db, session.now)
    if json_wanted:
        answer_document(found)
        return
    rows = [
        (
            ago(each["created_at"], session.now),
            each["channel_id"],
            each["kind"].removeprefix("layoff."),
            each["company"] or "",
            each["state"],
            why_not_yet(
                AlertState(each["state"]),
                each["reason"],
                each["due_at"],
                each["digest_id"],
                hindered.get(each["channel_id"]),
                session.now,
            ),
            short(each["id"]),
        )
        for each in found.records()
    ]
    if not rows:
        like = any([state, channel, *narrowed.values()])
        none = "No alert is like that." if like else "No alerts."
        click.echo(f"{none} They come with the first layoff after a source's first poll.", err=True)
        return
    table(("decided", "channel", "kind", "employer", "state", "", "id"), rows, flexible=5)


@alerts.command()
@click.argument("alert_id", metavar="ID")
@as_json
@click.pass_obj
def show(session: Session, alert_id: str, json_wanted: bool) -> None:
    """One alert: its words, its state, and every attempt to send it."""
    with session.reader() as reader:
        alert = reader.alert(alert_id)
        if alert is None:
            click.echo(f"No alert has the id {alert_id}; `pinkslip alerts list` shows them.", err=True)
            sys.exit(1)
        attempts = reader.deliveries(alert.id)
        hindered = hindrances(reader.db, session.now)
    if json_wanted:
        fields = {name: getattr(alert, name) for name in type(alert).__dataclass_fields__}
        document({**fields, "deliveries": list(attempts.records())})
        return
    click.echo(f"{alert.kind} to {alert.channel_id}: {alert.state} ({plain(alert.reason)})")
    due_at = alert.due_at.isoformat()
    hindrance = hindered.get(alert.channel_id)
    if why := why_not_yet(alert.state, alert.reason, due_at, alert.digest_id, hindrance, session.now):
        click.echo(f"  {why}")
    for each in attempts.records():
        said = f" {each['status']}" if each["status"] else ""
        click.echo(
            f"  {each['started_at'][:19]}Z  {each['verdict']}{said} after {each['took_ms']} ms  {plain(each['detail'])}"
        )
    if alert.digest_id:
        click.echo(f"  told in digest {alert.digest_id}")
    click.echo()
    for line in alert.body.decode("utf-8", "replace").splitlines():
        click.echo(f"  {plain(line)}")


@alerts.command()
@click.argument("channel_id", metavar="CHANNEL")
@as_json
@click.pass_obj
def test(session: Session, channel_id: str, json_wanted: bool) -> None:
    """Send a test alert to CHANNEL now, and say what it answered. Exits 1 where it was not taken."""
    channels = {channel.id: channel for channel in session.unjudging().policy.channels}
    channel = channels.get(channel_id)
    if channel is None:
        raise click.UsageError(f"there is no channel {channel_id!r}; there is {', '.join(channels)}")
    delivery = asyncio.run(_trial(session, channel, quiet=json_wanted))
    taken = delivery.verdict is Verdict.SENT
    if json_wanted:
        document({"channel": channel_id, "taken": taken, "status": delivery.status, "detail": delivery.detail})
    else:
        click.echo(f"{channel_id}: {'taken' if taken else delivery.verdict} {delivery.detail}".rstrip(), err=True)
    sys.exit(0 if taken else 1)


@alerts.command()
@click.argument("alert_ids", metavar="[ID]...", nargs=-1)
@click.option("--since", type=When(), help="All that were delivered or died since then.")
@click.option("--dead", is_flag=True, help="All that died.")
@click.pass_obj
def replay(session: Session, alert_ids: tuple[str, ...], since: datetime | None, dead: bool) -> None:
    """Owe alerts again, under their own ids; the daemon, or `pinkslip once`, sends them."""
    if not alert_ids and since is None and not dead:
        raise click.UsageError("name alerts, or say --since or --dead")
    ids = list(alert_ids)
    with session.reader() as reader:
        named = {each: reader.alert(each) for each in ids}
        unknown = [each for each, alert in named.items() if alert is None]
        ids = [alert.id for alert in named.values() if alert is not None]
        if since is not None or dead:
            chosen = reader.alerts(Wanted(since=since), AlertState.DEAD if dead else None)
            ids += [str(each["id"]) for each in chosen.records()]
    for each in unknown:
        click.echo(f"No alert has the id {each}.", err=True)
    with session.writer() as archive, archive.writing():
        count = archive.outbox.replay(ids, session.now)
    if ids or not unknown:
        click.echo(f"{counted(count, 'alert')} owed again; the daemon or `pinkslip once` sends them.", err=True)
    sys.exit(1 if unknown else 0)


async def _trial(session: Session, channel: Channel, *, quiet: bool) -> Delivery:
    async with collector_for(session.unjudging()) as collector:
        courier = Courier(collector.door, lambda text: click.echo(text, err=quiet))
        alert = tell.trial(channel, utc_now())
        return await courier.post(channel, alert, attempt=1, now=utc_now(), repeat=False)
