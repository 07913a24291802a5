"""``pinkslip sources enable`` and ``disable``: one line of sources.toml changes."""

from __future__ import annotations

import click

from monitor.cli.session import Session
from monitor.config import ConfigError, switch_source


@click.command()
@click.argument("source_id", metavar="ID")
@click.pass_obj
def enable(session: Session, source_id: str) -> None:
    """Ask a source again."""
    _switch(session, source_id, enabled=True)


@click.command()
@click.argument("source_id", metavar="ID")
@click.pass_obj
def disable(session: Session, source_id: str) -> None:
    """Keep a source, unasked."""
    _switch(session, source_id, enabled=False)


def _switch(session: Session, source_id: str, *, enabled: bool) -> None:
    settings = session.unjudging()
    state = "enabled" if enabled else "disabled"
    try:
        changed = switch_source(settings.folder, source_id, enabled=enabled)
    except KeyError:
        raise click.UsageError(f"there is no source {source_id!r}; `pinkslip sources list` shows them") from None
    except ConfigError as error:
        raise click.UsageError("\n".join(map(str, error.problems))) from error
    click.echo(f"{state}  {source_id}" if changed else f"{source_id} is {state} already")
    if changed:
        click.echo("A running daemon takes it up after SIGHUP.", err=True)
