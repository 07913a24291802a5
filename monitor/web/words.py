"""How the pages say times, sizes and comparisons, and which characters of a text they mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from monitor.archive.dossier import Decided, Piece
from monitor.archive.pages import Line, Sum
from monitor.archive.search import FOUND, LOST
from monitor.model import Layoff

Marked = tuple[tuple[str, bool], ...]
"""A text in parts, and whether each is marked."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)))


def plain(value: object) -> str:
    """Text without characters that nobody sees, those among them that turn the direction of what follows."""
    return "" if value is None else str(value).translate(_CONTROL)


def link(url: str | None) -> str:
    """The address of a page that may be linked to; else nothing."""
    if url is None or re.search(r"[\x00-\x20\x7f\\]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def span(time: timedelta | None) -> str:
    """How long something takes: "38 s", "5 min", "2 h"."""
    if time is None:
        return ""
    seconds = abs(time.total_seconds())
    for size, unit in _UNITS:
        if seconds >= 2 * size or (unit != "d" and seconds >= size):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def ago(at: datetime | None, now: datetime) -> str:
    """A time as one says it now: "12 min", "yesterday", "3 d", "14 Nov", "14 Nov 2025"; "in 2 h" if it is to come."""
    if at is None:
        return "never"
    passed = now - at
    if passed < timedelta(minutes=1):
        return f"in {span(passed)}" if passed < timedelta(0) else "now"
    if passed < timedelta(hours=20):
        return span(passed)
    return _days_ago(at, now)


def _days_ago(at: datetime, now: datetime) -> str:
    days = (now.astimezone(UTC).date() - at.astimezone(UTC).date()).days
    if days <= 1:
        return "yesterday"
    if days < 7:
        return f"{days} d"
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def since(at: datetime, now: datetime) -> str:
    """A beginning: "14:20", "Friday", "3 November"."""
    passed = now - at
    if passed < timedelta(hours=20):
        return f"{at.astimezone(UTC):%H:%M}"
    return f"{at:%A}" if passed < timedelta(days=6) else day(at) if at.year != now.year else f"{at.day} {at:%B}"


def exact(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(layoff: Layoff) -> tuple[str, str]:
    """How many, and what share, in the layoff's own words."""
    share = f"{layoff.percent:g} %" if layoff.percent is not None else ""
    if layoff.conflicting and layoff.headcount_low is not None and layoff.headcount_high is not None:
        return f"{layoff.headcount_low:,} to {layoff.headcount_high:,}", share
    if layoff.stated:
        return plain(layoff.stated), share
    return (f"{layoff.headcount:,}", share) if layoff.headcount is not None else ("not stated", share)


def named(layoff: Layoff) -> str:
    return plain(layoff.company) or "An unnamed employer"


def headline(week: Sum, usual: Sum | None, *, last: Line | None) -> str:
    """What happened lately, in one line. ``usual`` is a mean week, where enough is known to say what is usual."""
    if last is None:
        return "No layoffs yet"
    if not week.layoffs:
        return f"No layoffs in the last seven days; the last one heard of is {named(last.layoff)}"
    layoffs = counted(week.layoffs, "layoff")
    if not week.stated:
        return f"{layoffs} in the last seven days, none of them with a number"
    rate = _compared(week.jobs, usual.jobs) if usual is not None and usual.jobs else ""
    return f"{counted(week.jobs, 'job')} in {layoffs} in the last seven days{rate and f', {rate}'}"


_RATES = (
    (9.5, "far more than usual"),
    (2.5, "{:.0f} times the usual"),
    (1.75, "twice the usual"),
    (1.25, "more than usual"),
    (0.8, "about as usual"),
    (0.6, "less than usual"),
    (0.4, "about half the usual"),
    (0.0, "far less than usual"),
)


def _compared(jobs: float, usual: float) -> str:
    rate = jobs / usual
    return next(said.format(rate) for least, said in _RATES if rate >= least)


def with_words(text: str, words: Iterable[str]) -> Marked:
    """A text in which the first place of each of these words is marked."""
    found = (re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text) for each in words if each)
    return with_spans(text, [each.span() for each in found if each])


def with_spans(text: str, spans: Iterable[tuple[int, int]]) -> Marked:
    """A text in which these characters are marked; what lies outside of it is left alone."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        parts += [(text[at:begin], False), (text[begin:stop], True)]
        at = stop
    parts.append((text[at:], False))
    return tuple((plain(words), marked) for words, marked in parts if words)


def passage(snippet: str) -> Marked:
    """A snippet of the index, with what was searched for marked."""
    before, *pieces = snippet.split(FOUND)
    halves = (piece.partition(LOST) for piece in pieces)
    parts = [(before, False), *chain.from_iterable(((found, True), (rest, False)) for found, _, rest in halves)]
    return tuple((plain(words), marked) for words, marked in parts if words)


def sentence(piece: Piece, article: Decided) -> Marked:
    """The sentence that a fact came from, with the words that state it marked."""
    text = str(getattr(article, piece.field, None) or "")
    if not piece.sentence:
        start, end = _around(text, piece.start, piece.end)
        return with_spans(text[start:end], [(piece.start - start, piece.end - start)])
    start = text.rfind(piece.sentence, 0, piece.start + len(piece.sentence))
    if start < 0 or not start <= piece.start < start + len(piece.sentence):
        return with_words(piece.sentence, [piece.text])
    return with_spans(piece.sentence, [(piece.start - start, piece.end - start)])


def spans_of(field: str, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in pieces if each.field == field]


_NEAR = 90


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The words around some characters, not cut in two."""
    first = 0 if start <= _NEAR else text.find(" ", start - _NEAR, start) + 1 or start
    last = text.rfind(" ", end, end + _NEAR) if len(text) > end + _NEAR else len(text)
    return first, last if last > end else len(text)
