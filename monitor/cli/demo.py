"""The demonstration: the real daemon between a newsroom and a receiver that ship with the project."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from monitor.demo import folder as folders
from monitor.demo.picture import drawn
from monitor.demo.screen import Screen
from monitor.demo.show import show
from monitor.demo.summary import Run, told

_WRONG_USE = 2
_INTERRUPTED = 128 + signal.SIGINT


@click.command()
@click.option(
    "--keep",
    "keep",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    metavar="DIR",
    help="Where its configuration and archive are left to look at; replaced at every run.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="For /healthz and /metrics; 0 takes a free one.")
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), hidden=True, help="An SVG of what was seen."
)
def demo(keep: Path, port: int, picture: Path | None) -> None:
    """Watch the whole thing work, on this machine alone.

    A newsroom of eight invented outlets publishes for a quarter of a minute; the daemon polls it, crawls its pages and
    tells a console and a webhook receiver of every layoff, once. Exit code 1 if it does not.
    """
    try:
        folder = folders.prepare(keep)
    except folders.FolderTaken as error:
        click.echo(f"pinkslip: {error}", err=True)
        sys.exit(_WRONG_USE)
    console = Console()
    screen = Screen(console, moving=console.is_terminal)
    try:
        run = asyncio.run(_watched(folder, port, screen))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("Stopped, and the daemon with it.", err=True)
        sys.exit(_INTERRUPTED)
    seen, summary = tuple(screen.lines), tuple(told(run, folder, _called()))
    for line in summary:
        screen.say(line)
    if picture is not None:
        picture.write_text(drawn(seen, summary), "utf-8")
    sys.exit(0 if run.good else 1)


async def _watched(folder: folders.Folder, port: int, screen: Screen) -> Run:
    """SIGTERM and a closed terminal end it as Ctrl-C does: the daemon is stopped first."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with screen:
        return await show(folder, listen=port, screen=screen, now=lambda: datetime.now(UTC))


def _called() -> str:
    """How the command can be called from here again."""
    program = Path(sys.argv[0])
    if program.name != "pinkslip":
        return f"{Path(sys.executable).name} -m monitor.cli"
    if shutil.which("pinkslip") == str(program):
        return "pinkslip"
    here = Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else str(program)
