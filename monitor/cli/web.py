"""The command ``pinkslip web``: the archive in a browser."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.session import Session


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen at this address.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one.")
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="Answer to this host name too, as behind a proxy."
)
@click.option(
    "--metadata",
    "settings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Datasette's metadata, JSON or YAML: who may see what, and settings of its plugins.",
)
@click.pass_obj
def web(session: Session, host: str, port: int, names: tuple[str, ...], settings: Path | None) -> None:
    """Serve the archive in a browser: what happened lately, each layoff, and Datasette on every table. Only reads."""
    from monitor.web import BindError, Site, serve  # noqa: PLC0415 (Datasette takes a second to import)

    site = Site(
        archive=session.archive,
        pack=session.pack,
        host=host,
        port=port,
        names=frozenset(name.lower().rstrip(".") for name in names),
        metadata=_read(settings) if settings else {},
    )
    try:
        asyncio.run(serve(site, lambda: datetime.now(UTC), _ready))
    except BindError as error:
        click.echo(f"pinkslip: {error}", err=True)
        sys.exit(1)


def _ready(address: str) -> None:
    click.echo(address)
    click.echo("Ctrl-C ends it.", err=True)


def _read(path: Path) -> dict[str, Any]:
    from datasette.utils import BadMetadataError, parse_metadata  # noqa: PLC0415

    try:
        found = parse_metadata(path.read_text(encoding="utf-8"))
    except (BadMetadataError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path}: neither JSON nor YAML: {error}") from error
    if not isinstance(found, dict):
        raise click.UsageError(f"{path}: want a mapping of settings")
    return found
