"""``--against DIR``: the rules in another folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.session import CONFIG, Session, tell_problems
from monitor.config import ConfigError, Problem, pack_of
from monitor.detect import companies, rules
from monitor.detect.rules import Pack, PackError

against = click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Other rules: a folder of rule files, or a configuration folder with rules/ in it.",
)


def other_pack(session: Session, folder: Path) -> Pack:
    """The rules of another configuration with its companies, or rule files alone with the companies configured here.

    Their examples may fail. A folder without rules is wrong use; rules that cannot be used are a wrong configuration.
    """
    try:
        if any((folder / "rules").glob("*.toml")):
            return pack_of(folder)
        paths = sorted(folder.glob("*.toml"))
        if not paths or (folder / "pinkslip.toml") in paths:
            raise click.UsageError(f"--against {folder}: there are no rules in it: want *.toml there or in rules/")
        return _bare(paths, session.folder / "companies.toml")
    except ConfigError as error:
        tell_problems(folder, error)
        sys.exit(CONFIG)


def _bare(paths: list[Path], known: Path) -> Pack:
    try:
        return rules.load(paths, companies.load(known) if known.exists() else companies.Directory())
    except (PackError, companies.CompaniesError) as error:
        raise ConfigError(tuple(Problem("", "", line) for line in error.problems)) from error
