"""The moment that feedparser reads in a date, without its nine parsers where one of the two common forms is plain.

It reads no forms of its own: whatever is not plainly RFC 822 or W3C goes to feedparser.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from feedparser.datetimes import _parse_date

_RFC_822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:GMT|UTC|Z|([+-])([0-9]{2})([0-9]{2}))"
)
_W3C = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}


def instant(written: str) -> datetime | None:
    try:
        if match := _RFC_822.fullmatch(written):
            day, month, year, *rest = match.groups()
            return _utc(year, _MONTHS[month], day, *rest)
        if match := _W3C.fullmatch(written):
            return _utc(*match.groups())
    except (ValueError, OverflowError):
        pass
    return of_struct(_parse_date(written))


def of_struct(parsed: Any) -> datetime | None:
    """Of a struct_time in UTC; a leap second is the second before it."""
    if parsed is None:
        return None
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError):
        return None


def _utc(  # noqa: PLR0913  the parts of a date
    year: str,
    month: str | int,
    day: str,
    hour: str,
    minute: str,
    second: str,
    sign: str | None,
    hours: str | None,
    minutes: str | None,
) -> datetime:
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    if sign is None or hours is None or minutes is None:
        return moment
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return moment - ahead if sign == "+" else moment + ahead
