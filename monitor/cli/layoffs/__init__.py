"""The commands ``pinkslip layoffs``: what happened, and corrections that are remembered."""

import click

from monitor.cli.layoffs.correcting import mark, merge, split
from monitor.cli.layoffs.listing import edits, list_layoffs, record, show, tell

__all__ = ["edits", "layoffs", "record", "tell"]


@click.group()
def layoffs() -> None:
    """What happened: one line per employer's cut, however many articles report it."""


for command in (list_layoffs, show, merge, split, mark):
    layoffs.add_command(command)
