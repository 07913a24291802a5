"""Turns what a route says under ``companies`` (names, tickers, CIKs, domains, or files of them) into company keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.config import roster, values
from monitor.config.problems import quoted
from monitor.config.reading import Table, Wrong, contents
from monitor.config.roster import Kind, Row
from monitor.detect.companies import Directory, company_key
from monitor.detect.tokens import tokens

_FILES = (".csv", ".txt")
_ENCODING = "; save it as UTF-8, which spreadsheets call CSV UTF-8"
_EXCHANGE = re.compile(r"(?i) US(?: Equity)?$")
_NO_NAME = re.compile(r"(?i)\$\S+|[a-z]{2,8}: ?[a-z0-9.-]{1,8}|(?:CIK\W*)?\d{5,10}|https?://\S+")
_PROFILE = re.compile(r"[./]\w+/(?:company|companies|organization|school|in)/")
_TWO = "{} of {} rows name two companies, both are taken: "
_UNKNOWN = "{} of {} not in companies.toml, found by this name only: "
_NOBODY = "{} of {} not in companies.toml, and not by name, so never found: "


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Where the files lie, and who is known."""

    folder: Path
    directory: Directory

    def read(self, table: Table, value: object) -> frozenset[str]:
        names = [value] if isinstance(value, str) else values.several(values.line, some=True)(value)
        rows: list[Row] = []
        wrong: list[str] = []
        for name in names:
            try:
                rows.extend(self._rows(name))
            except Wrong as error:
                wrong.extend(error.messages)
        if wrong:
            raise Wrong(*wrong)
        found = _Found(self.directory)
        for row in rows:
            found.take(row)
        for note in found.notes():
            table.note("companies", note)
        return frozenset(found.keys) | self._subsidiaries(found.keys)

    def _subsidiaries(self, keys: set[str]) -> frozenset[str]:
        """What these companies own, and what that owns."""
        owned: set[str] = set()
        ahead = list(keys)
        while ahead:
            new = set(self.directory.children(ahead.pop())) - owned
            owned |= new
            ahead += new
        return frozenset(owned)

    def _rows(self, name: str) -> list[Row]:
        if not name.lower().endswith(_FILES):
            return [_named(name)]
        try:
            rows = list(roster.rows(name, contents(self.folder / name)))
        except Wrong as error:
            hint = _ENCODING if error.messages[0].startswith("not UTF-8") else ""
            raise Wrong(f"the file {quoted(name)}: {error.messages[0]}{hint}") from error
        if not rows:
            raise Wrong(f"the file {quoted(name)} names no company")
        return rows


@dataclass(slots=True)
class _Found:
    """The companies of the rows taken so far, and what there is to note of them."""

    directory: Directory
    keys: set[str] = field(default_factory=set)
    taken: set[tuple[tuple[Kind, str], ...]] = field(default_factory=set)
    two: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)

    def take(self, row: Row) -> None:
        if row.cells in self.taken:
            return
        self.taken.add(row.cells)
        known: dict[str, str] = {}
        for kind, cell in row.cells:
            if (key := self._key(kind, cell)) is not None:
                known.setdefault(key, cell)
        for owner in self._owners(next(iter(known), "")):
            known.pop(owner, None)  # the row means the subsidiary, with the ticker of its parent
        self.keys.update(known)
        if len(known) > 1:
            self.two.append(" and ".join(map(quoted, known.values())) + _at(row.place))
        if not known:
            self._unknown(row)

    def _unknown(self, row: Row) -> None:
        kind, first = row.cells[0]
        if kind is Kind.NAME and not _NO_NAME.fullmatch(first):
            self.keys.add(company_key(first))
            self.unknown.append(quoted(first) + _at(row.place, self._like(first)))
        else:
            self.keys.add(f"${first}")  # nobody's, as no key has a sign in it; without any, the route would take all
            self.nobody.append(quoted(first) + _at(row.place))

    def notes(self) -> Iterator[str]:
        for words, rows in ((_TWO, self.two), (_UNKNOWN, self.unknown), (_NOBODY, self.nobody)):
            if rows:
                yield words.format(len(rows), len(self.taken)) + ", ".join(rows[:3]) + (" …" if len(rows) > 3 else "")

    def _key(self, kind: Kind, cell: str) -> str | None:
        """Of a known company: by one of its names, or by a mark, whose key is then not made of its own letters."""
        for words in _spellings(kind, cell):
            cut = tokens(words)
            key = self.directory.key(words)
            if self.directory.exact(cut, 0, len(cut)) is not None or key != company_key(words):
                return key
        return None

    def _owners(self, key: str) -> list[str]:
        owners: list[str] = []
        while (parent := self.directory.parent(key)) is not None and parent not in (key, *owners):
            owners.append(key := parent)
        return owners

    def _like(self, name: str) -> str:
        """A known company whose name this one begins with, as the names of its branches do."""
        spot = next(iter(self.directory.spots(tokens(name), cased=False)), None)
        return f"did you mean {spot.employer.name!r}?" if spot is not None and spot.first == 0 else ""


def _named(name: str) -> Row:
    if not name.strip():
        raise Wrong('want the name of a company, found ""')
    return Row(((Kind.NAME, name.strip()),))


def _at(*remarks: str) -> str:
    told = "; ".join(filter(None, remarks))
    return f" ({told})" if told else ""


def _spellings(kind: Kind, cell: str) -> tuple[str, ...]:
    """How the directory may know a cell; not at all where it is a number without its exchange, or another's page."""
    if _PROFILE.search(cell) or (kind is Kind.TICKER and cell.isdigit()):
        return ()
    match kind:
        case Kind.TICKER:
            ticker = _EXCHANGE.sub("", cell)
            return (ticker,) if ":" in ticker else (f"${ticker}", ticker)
        case Kind.CIK:
            return (cell.removesuffix(".0"),)  # spreadsheets make it a number
        case _:
            return (cell,)
