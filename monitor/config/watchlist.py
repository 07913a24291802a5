"""Turns what a route says under ``companies`` (names, tickers, CIKs, domains, or files of them) into company keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor.config import values
from monitor.config.problems import quoted
from monitor.config.reading import Table, Wrong, contents
from monitor.detect.companies import Directory, company_key
from monitor.detect.tokens import tokens

_COLUMNS = ("company", "name", "ticker", "domain", "cik")
_FILES = (".csv", ".txt")


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Where the files lie, and who is known."""

    folder: Path
    directory: Directory

    def read(self, table: Table, value: object) -> frozenset[str]:
        names = [value] if isinstance(value, str) else values.several(values.line, some=True)(value)
        rows: list[tuple[str, ...]] = []
        wrong: list[str] = []
        for name in names:
            try:
                rows.extend(self._rows(name))
            except Wrong as error:
                wrong.extend(error.messages)
        if wrong:
            raise Wrong(*wrong)
        return self._keys(table, rows)

    def _rows(self, name: str) -> list[tuple[str, ...]]:
        if not name.lower().endswith(_FILES):
            return [_named(name)]
        try:
            rows = list(_csv_rows(contents(self.folder / name)))
        except Wrong as error:
            raise Wrong(f"the file {quoted(name)}: {error.messages[0]}") from error
        except csv.Error as error:
            raise Wrong(f"the file {quoted(name)}: not CSV: {error}") from error
        if any(not cell.isprintable() for row in rows for cell in row):
            raise Wrong(f"the file {quoted(name)}: a name has control characters in it")
        if not rows:
            raise Wrong(f"the file {quoted(name)} names no company")
        return rows

    def _keys(self, table: Table, rows: list[tuple[str, ...]]) -> frozenset[str]:
        keys: set[str] = set()
        unknown: list[str] = []
        for row in rows:
            found = {self.directory.key(cell) for cell in row if self._knows(cell)}
            if not found:
                unknown.append(row[0])
            keys |= found or {self.directory.key(row[0])}
        if unknown:
            first = ", ".join(quoted(name) for name in unknown[:3]) + (" …" if len(unknown) > 3 else "")
            table.note(
                "companies", f"{len(unknown)} of {len(rows)} not in companies.toml, found by this name only: {first}"
            )
        return frozenset(keys)

    def _knows(self, name: str) -> bool:
        """By one of its names, or by a ticker or domain, whose key is then not made of its own letters."""
        cut = tokens(name)
        known = self.directory.exact(cut, 0, len(cut)) is not None
        return known or self.directory.key(name) != company_key(name)


def _named(name: str) -> tuple[str, ...]:
    if not name.strip():
        raise Wrong('want the name of a company, found ""')
    return (name.strip(),)


def _csv_rows(text: str) -> Iterator[tuple[str, ...]]:
    """The cells of each company. Without a header that we know each line is one company, spelled in one way."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    names = [cell.strip().lower() for cell in head.split(delimiter)]
    wanted = sorted(
        (_COLUMNS.index(name.strip('"')), at) for at, name in enumerate(names) if name.strip('"') in _COLUMNS
    )
    if not wanted:
        yield from (_named(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))
        return
    next(lines)
    for cells in lines:
        row = tuple(cells[at].strip() for _, at in wanted if at < len(cells) and cells[at].strip())
        if row:
            yield row
