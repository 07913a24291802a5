"""The employers known by name: the directory that ``companies.toml`` makes, and where its names stand in a text."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.detect import lexicon
from monitor.detect.text import fold
from monitor.detect.tokens import Tokens, tokens

_TOP = ("names", "context_names", "company")
_SETTINGS = ("name", "aliases", "units", "parent", "ticker", "domain", "context")
_GENERIC = lexicon.FORMS | lexicon.NAME_TAILS | lexicon.LONELY | lexicon.DESCRIPTORS
_TICKER = re.compile(r"\s*\((?:[A-Za-z]+ ?: ?)?[A-Z]{1,6}(?:\.[A-Z]{1,2})?\)")
_GAPS = frozenset((" ", "", "-", ".", ". ", " & ", "&", "'", "’", "/", " + ", "+", "\u00a0", "‑", " -"))
_SHORTEST_TICKER = 3
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class CompaniesError(Exception):
    """``companies.toml`` is wrong; ``problems`` lists everything that is."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An employer under one of its names. ``context``: the name is an everyday word, alone it means nothing."""

    name: str
    key: str
    words: str
    context: bool
    unit: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a known name stands: the tokens from ``first`` up to, not including, ``last``."""

    employer: Employer
    first: int
    last: int


class Directory:
    """Finds known employers. Made by ``load``, and empty without an argument."""

    def __init__(self, employers: tuple[Employer, ...] = (), marks: Mapping[str, str] | None = None) -> None:
        self._marks = {_mark(mark): key for mark, key in (marks or {}).items()}
        self._names: dict[str, str] = {}
        self._exact: dict[tuple[str, ...], Employer] = {}
        for loose in (False, True):
            for employer in employers:
                for words in _shapes(employer, loose=loose):
                    self._exact.setdefault(words, employer)
        lengths: dict[str, set[int]] = {}
        for words in self._exact:
            lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {word: sorted(found, reverse=True) for word, found in lengths.items()}
        for employer in employers:
            self._names.setdefault(employer.key, employer.name)

    def __len__(self) -> int:
        return len(self._names)

    def key(self, words: str) -> str:
        """The key of a company given by name, alias, ticker or domain; that of the bare name if it is unknown."""
        cut = tokens(words)
        if (employer := self.exact(cut, 0, len(cut))) is not None:
            return employer.key
        return self._marks.get(_mark(words), company_key(words))

    def listed(self, words: str) -> Employer | None:
        """The employer whose ticker this is, in capitals as tickers are written; two letters could be anybody's."""
        if len(words) < _SHORTEST_TICKER or not words.isupper():
            return None
        key = self._marks.get(_mark(words))
        return Employer(name=self._names[key], key=key, words=words, context=False) if key else None

    def exact(self, cut: Tokens, first: int, last: int) -> Employer | None:
        """The employer whose whole name these tokens are; a legal form at the end is no part of it."""
        while last > first:
            if employer := self._exact.get(tuple(cut.norms[first:last])):
                return employer
            if cut.norms[last - 1] not in lexicon.FORMS:
                return None
            last -= 1
        return None

    def known(self, cut: Tokens) -> tuple[int, ...]:
        """The tokens at which a known name begins, even one that is an everyday word too."""
        lengths = self._lengths
        return tuple(
            index
            for index, word in enumerate(cut.norms)
            if word in lengths and any(tuple(cut.norms[index : index + each]) in self._exact for each in lengths[word])
        )

    def spots(self, cut: Tokens, *, cased: bool) -> tuple[Spot, ...]:
        """The known names in the tokens, in order, the longest where several begin. ``cased``: capitals tell names."""
        return tuple(self._spots(cut, cased=cased))

    def _spots(self, cut: Tokens, *, cased: bool) -> Iterator[Spot]:
        behind = 0
        for index, word in enumerate(cut.norms):
            if index < behind:
                continue
            spot = None
            if word in self._lengths:
                spot = self._spot(cut, index, cased=cased)
            elif not cased and len(word) > 5 and word[-1] == "s" and word[:-1] in self._lengths:
                employer = self._exact.get((word[:-1],))
                if employer and not employer.context:
                    spot = Spot(employer, index, index + 1)
            if spot is not None:
                yield spot
                behind = spot.last

    def _spot(self, cut: Tokens, index: int, *, cased: bool) -> Spot | None:
        for length in self._lengths[cut.norms[index]]:
            last = index + length
            employer = self._exact.get(tuple(cut.norms[index:last]))
            if employer is None or last > len(cut) or (employer.context and length < 2):
                continue
            if length > 1 and any(gap not in _GAPS for gap in cut.gaps[index + 1 : last]):
                continue
            if cased and not _capitals(cut, index, last, employer.words):
                continue
            return Spot(employer, index, last)
        return None


def load(path: Path) -> Directory:
    """The directory of a ``companies.toml``; raises ``CompaniesError`` with every problem in it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CompaniesError((f"{path.name}: {error}",)) from error
    reader = _Reader(path.name)
    directory = reader.read(content)
    if reader.problems:
        raise CompaniesError(tuple(reader.problems))
    return directory


def company_key(name: str) -> str:
    """What two spellings of one name share: no case, accents, spaces, punctuation, legal form or ticker.

    Where only everyday words of company names would be left, the form stays: "Insurance Group" is no "insurance".
    """
    words = tokens(_TICKER.sub("", name)).norms
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    bare = words
    while bare and (bare[-1] in lexicon.FORMS or bare[-2:] == ["a", "s"]):
        bare = bare[: -1 if bare[-1] in lexicon.FORMS else -2]
    if not all(word in _GENERIC for word in bare):
        words = bare
    return "".join(words) or fold(name).text.strip()


class _Reader:
    """Reads the tables of one file; collects what is wrong instead of stopping at it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[str] = []
        self.employers: list[Employer] = []
        self.owners: dict[str, str] = {}
        self.words: set[str] = set()
        self.marks: dict[str, str] = {}
        self.parents: list[tuple[str, str]] = []

    def read(self, content: Mapping[str, object]) -> Directory:
        for setting in content:
            self.known(setting, _TOP, self.file)
        tables = content.get("company", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.problems.append(f"{self.file}: company: want [[company]] tables, found {tables!r:.60}")
            tables = []
        for position, table in enumerate(tables, start=1):
            self.company(position, table)
        for setting, context in (("names", False), ("context_names", True)):
            for name in self.strings(content.get(setting, []), f"{self.file}: {setting}"):
                self.employer(f"{self.file}: {setting}", name, name, context=context)
        for place, parent in self.parents:
            if company_key(parent) not in self.owners:
                self.problems.append(
                    f"{place}: parent: no company named {parent!r}{_near(parent, self.owners.values())}"
                )
        return Directory(tuple(self.employers), self.marks)

    def company(self, position: int, table: Mapping[str, object]) -> None:
        name = table.get("name")
        place = (
            f"{self.file}: company {name!r}" if isinstance(name, str) and name else f"{self.file}: company {position}"
        )
        for setting in table:
            self.known(setting, _SETTINGS, place)
        if not isinstance(name, str) or not name.strip():
            self.problems.append(f"{place}: name: want a name, found {name!r}")
            return
        aliases = self.strings(table.get("aliases", []), f"{place}: aliases")
        units = self.strings(table.get("units", []), f"{place}: units")
        context = self.context(table.get("context", False), (name, *aliases, *units), place)
        for words in (name, *aliases, *units):
            self.employer(place, name, words, context=words in context, unit=words in units)
        for setting in ("ticker", "domain", "parent"):
            value = table.get(setting)
            if value is None:
                continue
            if not isinstance(value, str) or not value.strip():
                self.problems.append(f"{place}: {setting}: want a text, found {value!r}")
            elif setting == "parent":
                self.parents.append((place, value))
            elif value in self.marks:
                self.problems.append(f"{place}: {setting}: {value!r} is taken")
            else:
                self.marks[value] = company_key(name)

    def employer(self, place: str, name: str, words: str, *, context: bool, unit: bool = False) -> None:
        key = company_key(words)
        if not any(character.isalnum() for character in words):
            self.problems.append(f"{place}: {words!r} is no name")
        elif words in self.words or self.owners.get(key, name) != name:
            self.problems.append(f"{place}: the name {words!r} is taken by {self.owners[key]!r}")
        else:
            self.owners[key] = name
            self.words.add(words)
            self.employers.append(Employer(name=name, key=company_key(name), words=words, context=context, unit=unit))

    def context(self, value: object, names: tuple[str, ...], place: str) -> frozenset[str]:
        if isinstance(value, bool):
            return frozenset(name for name in names if value and len(tokens(name)) < 2)
        chosen = self.strings(value, f"{place}: context")
        for name in chosen:
            if name not in names:
                self.problems.append(f"{place}: context: {name!r} is none of its names{_near(name, names)}")
        return frozenset(chosen)

    def strings(self, value: object, place: str) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        self.problems.append(f"{place}: want a list of names, found {value!r:.60}")
        return ()

    def known(self, setting: str, settings: tuple[str, ...], place: str) -> None:
        if setting not in settings:
            self.problems.append(f"{place}: {setting}: no such setting{_near(setting, settings)}")


def _near(word: str, words: object) -> str:
    candidates = [str(candidate) for candidate in words] if isinstance(words, (tuple, type({}.values()))) else []
    close = difflib.get_close_matches(word, candidates, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _mark(text: str) -> str:
    return text.strip().removeprefix("www.").casefold()


def _shapes(employer: Employer, *, loose: bool) -> Iterator[tuple[str, ...]]:
    """The sequences of words by which a name is known; the loose ones are as addresses spell it."""
    cut = tokens(employer.words)
    words = tuple(cut.norms)
    if not words:
        return
    if not loose:
        yield words
        return
    if employer.context:
        return
    joined = "".join(words)
    if cut.tails[-1] != cut.ends[-1]:
        yield (*words[:-1], words[-1] + "s")
    if len(words) > 1 and len(joined) >= 6:
        yield (joined,)
    pieces = tuple(piece.lower() for piece in _CAMEL.findall(employer.words))
    if len(words) == 1 and len(pieces) > 1 and len(joined) >= 6 and "".join(pieces) == joined:
        yield pieces


def _capitals(cut: Tokens, first: int, last: int, words: str) -> bool:
    """Whether the capitals are a name's: the first letter's, and all of an abbreviation's."""
    if words[0].islower() and last - first == 1:
        return True
    start = cut.starts[first]
    if last - first == 1 and len(words) <= 4 and words.isupper():
        return cut.text[start : cut.ends[first]].isupper()
    return cut.text[start].isupper() or cut.text[start].isdigit() or words[0].islower()
