"""Setting up: a starter configuration, and whether a configuration is right."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.session import CONFIG, Session
from monitor.cli.show import as_json, counted, document
from monitor.config import ConfigError, write_starter


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def init(session: Session, folder: Path | None) -> None:
    """Write a starter configuration into FOLDER (default: ./config). What is there already stays as it is."""
    folder = folder or session.named
    target = folder or Path("config")
    written, kept = write_starter(target)
    for path in written:
        click.echo(f"wrote  {path}")
    for path in kept:
        click.echo(f"kept   {path}")
    option = "" if folder is None else f"--config {target} "
    click.echo(
        f"Next: pinkslip {option}check, then pinkslip {option}run. Alerts appear in the terminal; "
        f"{target / 'pinkslip.toml'} has Slack one line away.",
        err=True,
    )


@click.command()
@as_json
@click.pass_obj
def check(session: Session, json_wanted: bool) -> None:
    """Validate all configuration and list every problem. Contacts nothing. Exits 78 where something is wrong."""
    try:
        settings = session.load()
    except ConfigError as error:
        if json_wanted:
            document({"ok": False, "problems": [_problem(each) for each in error.problems]})
        else:
            for each in error.problems:
                click.echo(str(each))
            click.echo(f"{session.folder}: {counted(len(error.problems), 'problem')}", err=True)
        sys.exit(CONFIG)
    enabled = sum(source.enabled for source in settings.sources)
    if json_wanted:
        document(
            {
                "ok": True,
                "problems": [],
                "notes": [_problem(each) for each in settings.notes],
                "sources": enabled,
                "channels": [channel.id for channel in settings.policy.channels],
                "rules": len(settings.pack.rules),
                "archive": str(settings.archive),
            }
        )
        return
    for note in settings.notes:
        click.echo(f"note: {note}")
    click.echo(
        f"{session.folder} is right: {counted(enabled, 'source')}, {counted(len(settings.pack.rules), 'rule')} and "
        f"{counted(len(settings.pack.vetoes), 'veto', 'vetoes')}, "
        f"{counted(len(settings.policy.channels), 'channel')} "
        f"({', '.join(channel.id for channel in settings.policy.channels)}). The archive is {settings.archive}."
    )


def _problem(problem: object) -> dict[str, str]:
    return {name: getattr(problem, name) for name in ("file", "place", "message")}
