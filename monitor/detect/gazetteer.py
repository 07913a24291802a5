"""The places known by name, and what lies in what: ``places.txt``, read when the first place is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from monitor.detect.tokens import Tokens, tokens

_JOINS = frozenset((" ", "-", ". ", "'", "’", "\u00a0", ", "))


class Place(NamedTuple):
    """A place under one of its names. ``path`` is its name with all it lies in.

    ``people``: the name is what its people are called. ``short``: an abbreviation, which counts behind a town only.
    """

    path: str
    town: bool = False
    people: bool = False
    short: bool = False

    def lies_in(self, other: Place) -> bool:
        return self.path.endswith(f", {other.path}")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by their words; the most likely reading of a name first."""

    names: dict[str, tuple[Place, ...]]
    longest: dict[str, int]

    def at(self, cut: Tokens, index: int) -> tuple[int, tuple[Place, ...]]:
        """The token behind the longest name that begins at a token, and what it may mean; empty if there is none."""
        norms = cut.norms
        for last in range(min(index + self.longest.get(norms[index], 0), len(norms)), index, -1):
            places = self.names.get(norms[index] if last == index + 1 else " ".join(norms[index:last]))
            if places and all(gap in _JOINS for gap in cut.gaps[index + 1 : last]):
                return last, places
        return index, ()


@cache
def gazetteer() -> Gazetteer:
    """All places, read once."""
    names: dict[str, tuple[Place, ...]] = {}
    section = ""
    for line in files("monitor.detect").joinpath("places.txt").read_text(encoding="utf-8").splitlines():
        if line[0] == "[":
            section = line
        elif line[0] != "#":
            (_towns if section == "[towns]" else _area)(line, names)
    longest: dict[str, int] = {}
    for name in names:
        first, *others = name.split(" ")
        if len(others) >= longest.get(first, 0):
            longest[first] = len(others) + 1
    return Gazetteer(names, longest)


def _area(line: str, names: dict[str, tuple[Place, ...]]) -> None:
    path, others, people = (*line.split(" | "), "", "")[:3]
    place = Place(path)
    _add(names, path.partition(",")[0], place)
    for other in filter(None, others.split("; ")):
        # "U.S." is a name wherever it stands; "Mass." and "OH" are only behind a town.
        short = path.endswith((", United States", ", Canada", ", Australia")) and _is_short(other)
        _add(names, other, place._replace(short=short))
    for other in filter(None, people.split("; ")):
        _add(names, other, place._replace(people=True))


def _is_short(name: str) -> bool:
    return (name.isupper() and "." not in name and len(name) < 4) or (name[-1] == "." and name.count(".") == 1)


def _towns(line: str, names: dict[str, tuple[Place, ...]]) -> None:
    path, _, towns = line.partition(" | ")
    for written in towns.split(", "):
        largest = written[0] == "+"
        name, *others = written[largest:].split("=")
        place = Place(f"{name}, {path}", town=True)
        _add(names, name, place, first=largest)
        for other in others:
            _add(names, other, place)


def _add(names: dict[str, tuple[Place, ...]], name: str, place: Place, *, first: bool = False) -> None:
    plain = name.isascii() and name.replace(" ", "").isalpha()
    key = name.lower() if plain else " ".join(tokens(name).norms)
    known = names.get(key, ())
    ahead = first and all(each.town for each in known)
    names[key] = (place, *known) if ahead else (*known, place)
