"""Turns what a route says under ``places`` into the places that reports state, each with what it lies in."""

from __future__ import annotations

from monitor.config import values
from monitor.config.areas import within
from monitor.config.problems import quoted, suggestion
from monitor.config.reading import Wrong
from monitor.detect.gazetteer import Place, gazetteer
from monitor.detect.tokens import tokens

_EXAMPLE = '"Ballyquill, Ireland"'


def place(value: object) -> frozenset[str]:
    """Every place of that name: who means one of them says what it lies in ("Dublin, Ohio")."""
    written = " ".join(values.line(value).split())
    parts = [part.strip() for part in written.split(",")]
    found = _named(written) or _in_order(parts)
    if not found or not all(any(map(str.isalpha, part)) for part in parts):
        near = "" if _named(parts[0]) else suggestion(parts[0], _names())
        raise Wrong(f"no place known as {quoted(written)}{near}; a small one is known by what it lies in: {_EXAMPLE}")
    return frozenset[str]().union(*map(within, found))


def strangers(paths: frozenset[str]) -> list[str]:
    """Those whose first name is not known, or perhaps misspelt."""
    return sorted(path for path in paths if path not in _named(path.partition(",")[0], short=True))


def _in_order(parts: list[str], *, short: bool = False) -> frozenset[str]:
    """The places of the first name that lie in those of the others; one that is not known lies where it is said to."""
    name, *outer = parts
    inner = _named(name, short=short)
    if not outer:
        return inner
    around = _in_order(outer, short=True)
    if not inner:
        return frozenset(f"{name}, {path}" for path in around)
    return frozenset(path for path in inner if any(path.endswith(f", {each}") for each in around))


def _named(name: str, *, short: bool = False) -> frozenset[str]:
    """The places of a name, without what only people are called. Behind a town it may be ``short``: "CA", "OH"."""
    return frozenset(each.path for each in _known(name) if short or not each.short or len(name) > 2)


def _known(name: str) -> tuple[Place, ...]:
    cut = tokens(name)
    last, places = gazetteer().at(cut, 0) if len(cut) else (0, ())
    return tuple(each for each in places if not each.people and last == len(cut))


def _names() -> set[str]:
    return {each.path.partition(",")[0] for places in gazetteer().names.values() for each in places}
