"""How far back a command looks: ``--days N`` or a length of time, by when articles were first seen."""

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

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_SHORTEST, _LONGEST = timedelta(days=1), timedelta(days=36_500)


class Span(click.ParamType[timedelta]):
    """A length of time: ``36h``, ``90d``, ``52w``; a day at least."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        text = str(value)
        if text[:-1].isdecimal() and text.isascii() and text[-1] in _UNITS and len(text) < len("1000000d"):
            span = timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
            if _SHORTEST <= span <= _LONGEST:
                return span
        return self.fail(f"{text!r} is no length of time from a day to 36500d; write 365d, or 52w", param, ctx)


def since(session: Session, days_back: int | None) -> datetime | None:
    return None if days_back is None else session.now - timedelta(days=days_back)
