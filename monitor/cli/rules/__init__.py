"""The commands of ``pinkslip rules``, one module each."""

import click

from monitor.cli.rules.backtest import backtest
from monitor.cli.rules.evaluate import evaluate
from monitor.cli.rules.examples import test
from monitor.cli.rules.listing import list_rules

__all__ = ["rules"]


@click.group()
def rules() -> None:
    """The rules: list them, run their examples, measure them on labelled articles and on the archive."""


for command in (list_rules, test, evaluate, backtest):
    rules.add_command(command)
