"""An alert as lines for a terminal of 80 columns. No colour: what prints them may add it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, chop_cells, set_cell_size

from monitor.alerts import plain, words
from monitor.model import AlertKind, Layoff, Telling

_WIDTH = 80
_INDENT = "  "
_SENTENCE = 600
_NAME = 24
_LISTED = 40


def text(telling: Telling) -> str:
    """The first line has the news; the others are indented. Only a link may be wider than the terminal."""
    layoff = telling.layoff
    if layoff is not None:
        return "\n".join(_layoff(telling, layoff))
    if telling.kind is AlertKind.DIGEST:
        return "\n".join(_digest(telling))
    return "\n".join([*_wrapped(words.headline(telling)), *_indented(words.message(telling))])


def _layoff(telling: Telling, layoff: Layoff) -> Iterable[str]:
    headline = plain.cut(words.headline(telling), 300)
    yield from _wrapped(f"{headline} · {words.standing(telling, layoff)}")
    yield from _indented(words.quoted(layoff, telling.reports, _SENTENCE))
    reports = words.telling_reports(telling)
    if reports:
        outlet = plain.cut(plain.clean(reports[0].outlet), 80)
        yield from _indented(f"{outlet} {words.heard(reports[0], telling.now)}{words.others(telling, layoff)}")
    yield from _indented(words.why(telling))
    best = words.best_source(reports)
    address = plain.link(best.url) if best is not None else None
    if address is not None:
        yield _INDENT + address


def _digest(telling: Telling) -> Iterable[str]:
    yield from _wrapped(plain.cut(words.headline(telling), 300))
    yield from _indented(words.occasion(telling))
    shown = words.largest_first(telling.layoffs)[:_LISTED]
    for layoff in shown:
        yield _line(layoff)
    more = max(telling.total, len(telling.layoffs)) - len(shown)
    yield from _indented(f"and {more:,} more: pinkslip layoffs list" if more > 0 else "")


def _line(layoff: Layoff) -> str:
    name = set_cell_size(_fitting(words.employer(layoff), _NAME), _NAME)
    room = _WIDTH - len(_INDENT) - _NAME - 2
    return f"{_INDENT}{name}  {_fitting(f'{words.extent(layoff)} · {words.stage(layoff)}', room)}"


def _fitting(text: str, width: int) -> str:
    return plain.cut(text, width, cell_len)


def _indented(text: str) -> Iterable[str]:
    return (_INDENT + line for line in _lines(text, _WIDTH - len(_INDENT)))


def _wrapped(text: str) -> Iterable[str]:
    """The first line from the margin, the others indented; all the width of the narrower."""
    lines = _lines(text, _WIDTH - len(_INDENT))
    return (_INDENT * (position > 0) + line for position, line in enumerate(lines))


def _lines(text: str, width: int) -> list[str]:
    """Wrapped by what the characters take on screen: CJK and emoji take two columns."""
    lines: list[str] = []
    for word in text.replace(" %", "\u00a0%").split(" "):
        if lines and word and cell_len(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width) if word else []
    return [line.replace("\u00a0", " ") for line in lines]
