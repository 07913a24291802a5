"""How far back a command looks: ``--days N``, by when articles were first seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from monitor.cli.session import Session

days = click.option(
    "--days",
    type=click.IntRange(min=1, max=36_500),
    metavar="N",
    help="Only articles first seen in the last N days; all of them unless said otherwise.",
)


def since(session: Session, days_back: int | None) -> datetime | None:
    return None if days_back is None else session.now - timedelta(days=days_back)
