"""The commands ``pinkslip sources``: where news comes from."""

import click

from monitor.cli.sources.adding import add
from monitor.cli.sources.exchanging import export_sources, import_sources
from monitor.cli.sources.listing import list_sources
from monitor.cli.sources.probing import probe
from monitor.cli.sources.switching import disable, enable

__all__ = ["sources"]


@click.group()
def sources() -> None:
    """The sources of sources.toml, and how asking them goes."""


for command in (list_sources, add, probe, import_sources, export_sources, enable, disable):
    sources.add_command(command)
