"""The command ``pinkslip``: each group lives in a module of its own, imported when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from monitor import __version__

_COMMANDS = {
    "init": ("setup:init", "Write a starter configuration; never overwrites."),
    "check": ("setup:check", "Validate all configuration; contact nothing."),
    "doctor": ("doctor:doctor", "Look whether all is well, and what to do where it is not."),
    "run": ("running:run", "The daemon, until SIGTERM or Ctrl-C."),
    "once": ("running:once", "One pass: ask what is due, decide, deliver, exit."),
    "demo": ("demo:demo", "Watch the whole thing work on a newsroom of its own."),
    "classify": ("classify:classify", "Articles in as JSON lines, decisions out."),
    "replay": ("replay:replay", "Articles through the whole decision in simulated time; nothing is sent."),
    "rules": ("rules:rules", "The rules: list, test, eval, backtest."),
    "why": ("why:why", "The whole path of an article, a layoff or an alert."),
    "sources": ("sources:sources", "Where news comes from: list, add, probe, import, export."),
    "layoffs": ("layoffs:layoffs", "What happened: list, show; merge, split, mark."),
    "search": ("searching:search", "Full text over the archive."),
    "export": ("articles:export", "Layoffs, articles or alerts as CSV or JSON."),
    "alerts": ("alerts:alerts", "What was owed and sent: list, show, test, replay."),
    "slo": ("slo:slo", "How long from publication to the alert, per source and channel."),
    "web": ("web:web", "The archive in a browser, read-only."),
    "db": ("upkeep:db", "The archive's file: check, backup, prune, migrate, reflag."),
}


class _Lazy(click.Group):
    """Imports a command when it is called: `--help` should not wait for Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(f"monitor.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "folder",
    metavar="DIR",
    help="The configuration folder. Default: $PINKSLIP_CONFIG, then ./config, then your configuration folder.",
)
@click.version_option(__version__, prog_name="pinkslip")
@click.pass_context
def pinkslip(ctx: click.Context, folder: str | None) -> None:
    """A layoff newswire that you run yourself."""
    from monitor.cli.session import Session  # noqa: PLC0415 (imports the configuration, which --help can do without)

    ctx.obj = Session(folder)


def main() -> None:
    """Run a command and exit as the interface promises: 74 for the archive, 75 for a held one, 78 for configuration."""
    try:
        try:
            code = pinkslip.main(prog_name="pinkslip", standalone_mode=False)
        finally:
            sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:
        # A reader that stops early, such as `head`, ends us quietly, here as in click. The signal stays ignored:
        # with its default action a receiver that hangs up would end the daemon.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\npinkslip: interrupted", err=True)
        sys.exit(130)
    except Exception as error:  # told apart below: a bug is raised again
        from monitor.cli.session import exit_code  # noqa: PLC0415

        code = exit_code(error)
        if code is None:
            raise
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        click.echo(f"pinkslip: {said}", err=True)
        sys.exit(code)
