"""Dates as news writes them, exactly as exact as they are stated, counted from the day the news appeared."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from monitor.detect.tokens import Tokens

_MONTHS = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {name: number for number, day in enumerate(_WEEK) for name in (day, day[:3])} | {"tues": 1, "thurs": 3}
_CAPITALISED = MONTHS.keys() | WEEKDAYS.keys()
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTER_SIGNS = {f"q{number}": number for number in range(1, 5)}
_DIGITS = frozenset("1234")
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_LIKE_WORDS = frozenset(("may", "march", "mar", "sat", "sun", "mon", "wed", "second", "dec", "jan", "today"))
_UNTIL = (["to"], ["until"], ["through"], ["and"])
_ORDINALS = ("st", "nd", "rd", "th")
FIRST_YEAR, LAST_YEAR = 1950, 2099
BEGINS = frozenset((*MONTHS, *WEEKDAYS, *_QUARTERS, *_QUARTER_SIGNS, *_DAYS, "this", "next", "year"))


class Side(Enum):
    """On which side of the day the news appeared a date lies that leaves that open."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date in the tokens ``[first, last)``; what it does not state is null."""

    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    weekday: int | None = None
    shift: int | None = None
    """Days, months or years from the day the news appeared: "yesterday", "next month"."""
    of: str = ""

    def iso(self, published: date | None, side: Side) -> str | None:
        """The date in ISO 8601; null if it cannot be counted from anything."""
        if self.weekday is not None or self.shift is not None:
            return None if published is None else self._counted(published, side)
        year = self.year or self._year(published, side)
        if self.quarter is not None:
            return f"{year}-Q{self.quarter}" if year else None
        ahead = f"{year}" if year else "-"
        if self.month is None:
            return ahead
        if self.day and year and self.day > monthrange(year, self.month)[1]:
            return None
        return f"{ahead}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    def _counted(self, published: date, side: Side) -> str:
        if self.weekday is not None:
            back = (published.weekday() - self.weekday) % 7
            ahead = (self.weekday - published.weekday()) % 7
            return (published + timedelta(days=ahead if side is Side.AFTER else -back)).isoformat()
        shift = self.shift or 0
        if self.of == "year":
            return str(published.year + shift)
        if self.of == "month":
            months = published.year * 12 + published.month - 1 + shift
            return f"{months // 12}-{months % 12 + 1:02}"
        return (published + timedelta(days=shift)).isoformat()

    def _year(self, published: date | None, side: Side) -> int | None:
        if published is None:
            return None
        if self.quarter is not None:
            stated, now = (self.quarter, 0), ((published.month + 2) // 3, 0)
        elif self.day is None:
            stated, now = (self.month or 0, 0), (published.month, 0)
        else:
            stated, now = (self.month or 0, self.day), (published.month, published.day)
        if side is Side.AFTER:
            return published.year + (stated < now)
        return published.year - (stated > now)


def when(cut: Tokens, index: int, *, capitals: bool) -> When | None:
    """The date that begins at a token, if one does."""
    word = cut.norms[index]
    if word in _LIKE_WORDS and word in _CAPITALISED and not cut.text[cut.starts[index]].isupper():
        return None
    if word[0].isdigit():
        return _day_first(cut, index) or _quarter(cut, index) or _year(cut, index)
    if word in MONTHS:
        return _month_first(cut, index, capitals=capitals)
    if word in WEEKDAYS:
        dated = _dated(cut, index + 1, capitals=capitals) if index + 1 < len(cut) else None
        return replace(dated, first=index) if dated else When(first=index, last=index + 1, weekday=WEEKDAYS[word])
    return _relative(cut, index) or _quarter(cut, index)


def _dated(cut: Tokens, index: int, *, capitals: bool) -> When | None:
    """The day of a month that stands behind its weekday: "Monday, March 3"."""
    if cut.gaps[index].strip(" ,."):
        return None
    word = cut.norms[index]
    stated = _month_first(cut, index, capitals=capitals) if word in MONTHS else None
    stated = _day_first(cut, index) if word[0].isdigit() else stated
    return stated if stated and stated.day else None


def _month_first(cut: Tokens, index: int, *, capitals: bool) -> When | None:
    month = MONTHS[cut.norms[index]]
    after = index + 1
    if day := _day(cut, after, month):
        after = _behind_day(cut, after)
        year = _year_at(cut, after)
        return When(first=index, last=after + bool(year), month=month, day=day, year=year)
    year = _year_at(cut, after)
    ahead = cut.norms[after : after + 2]
    if year is None and ahead[:1] in _UNTIL and not MONTHS.keys().isdisjoint(ahead[1:]):
        return When(first=index, last=after, month=month, year=_year_at(cut, after + 2))
    if year is None and not capitals and cut.norms[index] in _LIKE_WORDS:
        return None
    return When(first=index, last=after + bool(year), month=month, year=year)


def _day_first(cut: Tokens, index: int) -> When | None:
    norms = cut.norms
    if len(norms[index]) == 4 and norms[index].isdecimal() and cut.gaps[index + 1 : index + 3] == ["-", "-"]:
        return _numbers(cut, index)
    name = _behind_day(cut, index)
    name += norms[name : name + 1] == ["of"]
    month = MONTHS.get(norms[name]) if name < len(norms) else None
    if month is None or not cut.text[cut.starts[name]].isupper():
        return None
    day = _day(cut, index, month)
    if day is None:
        return None
    year = _year_at(cut, name + 1)
    return When(first=index, last=name + 1 + bool(year), month=month, day=day, year=year)


def _behind_day(cut: Tokens, index: int) -> int:
    """The token behind a day, which may be written "3rd"."""
    ordinal = cut.norms[index + 1 : index + 2]
    return index + 2 if ordinal and ordinal[0] in _ORDINALS and not cut.gaps[index + 1] else index + 1


def _numbers(cut: Tokens, index: int) -> When | None:
    pieces = cut.norms[index : index + 3]
    if len(pieces) < 3 or not all(piece.isdecimal() and piece.isascii() for piece in pieces):
        return None
    year, month, day = map(int, pieces)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= _length(month)):
        return None
    return When(first=index, last=index + 3, year=year, month=month, day=day)


def _day(cut: Tokens, index: int, month: int) -> int | None:
    if index >= len(cut.norms) or cut.gaps[index].strip(" .\u00a0"):
        return None
    word = cut.norms[index]
    if not (word.isdecimal() and word.isascii() and len(word) < 3) or "%" in cut.gaps[index + 1]:
        return None
    return int(word) if 1 <= int(word) <= _length(month) else None


def _length(month: int) -> int:
    return 29 if month == 2 else 30 + (month in (1, 3, 5, 7, 8, 10, 12))


def _year_at(cut: Tokens, index: int) -> int | None:
    if index < len(cut.norms) and cut.norms[index] == "of" and cut.gaps[index] == " ":
        return None
    if index >= len(cut.norms) or cut.gaps[index].strip(" ,.\u00a0"):
        return None
    word = cut.norms[index]
    if not (len(word) == 4 and word.isdecimal() and word.isascii()):
        return None
    behind = cut.norms[index + 1 : index + 2]
    year = int(word)
    return year if FIRST_YEAR <= year <= LAST_YEAR and behind not in (["jobs"], ["workers"], ["people"]) else None


def _year(cut: Tokens, index: int) -> When | None:
    if "$" in cut.gaps[index] or "%" in cut.gaps[index + 1] or cut.gaps[index + 1][:1] in ("-", "/", "’", "'"):
        return None
    year = _year_at(cut, index)
    return When(first=index, last=index + 1, year=year) if year else None


def _quarter(cut: Tokens, index: int) -> When | None:
    norms = cut.norms
    number, last = _QUARTER_SIGNS.get(norms[index]), index + 1
    if number is None:
        number, last = _numbered_quarter(cut, index)
    if number is None:
        return None
    of = norms[last : last + 1] == ["of"]
    year = _year_at(cut, last + of)
    if of and year is None and norms[last + 1 : last + 3] in (["next", "year"], ["last", "year"], ["this", "year"]):
        return None
    return When(first=index, last=last + of + 1 if year else last, quarter=number, year=year)


def _numbered_quarter(cut: Tokens, index: int) -> tuple[int | None, int]:
    """The number of "third quarter", "3rd quarter" or "3Q", and the token behind it."""
    word, behind = cut.norms[index], _behind_day(cut, index)
    if word in _DIGITS and cut.norms[index + 1 : index + 2] == ["q"] and not cut.gaps[index + 1]:
        return int(word), index + 2
    if cut.norms[behind : behind + 1] != ["quarter"]:
        return None, index
    return _QUARTERS.get(word) or (int(word) if word in _DIGITS and behind > index + 1 else None), behind + 1


def _relative(cut: Tokens, index: int) -> When | None:
    word, behind = cut.norms[index], cut.norms[index + 1 : index + 2]
    if word in _DAYS:
        return When(first=index, last=index + 1, shift=_DAYS[word], of="day")
    before = cut.norms[max(index - 3, 0) : index]
    if word == "year" and before == ["end", "of", "the"]:
        return When(first=index, last=index + 1, shift=0, of="year")
    if word == "year" and cut.norms[index + 1 : index + 2] == ["end"] and cut.gaps[index + 1] == "-":
        return When(first=index, last=index + 2, shift=0, of="year")
    shift = {"this": 0, "next": 1}.get(word)
    if shift is None or behind not in (["year"], ["month"]):
        return None
    return When(first=index, last=index + 2, shift=shift, of=behind[0])
