"""Reads a file of companies as people write or export it: a name a line, or a table whose header names its columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.config.problems import quoted, suggestion
from monitor.config.reading import Wrong


class Kind(StrEnum):
    """What a cell tells of a company."""

    NAME = "name"
    TICKER = "ticker"
    CIK = "cik"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Row:
    """What one row tells of one company, its name first; ``place`` is where it stands, empty outside of files."""

    cells: tuple[tuple[Kind, str], ...]
    place: str = ""


# As the exports of spreadsheets, CRMs, exchanges and the SEC head them, the surest first: where there is a company,
# a "Name" may be a person's. Without case, spaces and punctuation.
_HEADINGS = {
    Kind.NAME: (
        *("company", "companyname", "employer", "employername", "organization", "organisation", "organizationname"),
        *("organisationname", "accountname", "account", "issuer", "issuername", "securityname", "security", "name"),
    ),
    Kind.TICKER: ("ticker", "tickersymbol", "stockticker", "symbol", "stocksymbol"),
    Kind.CIK: ("cik", "cikstr", "ciknumber", "cikcode"),
    Kind.DOMAIN: ("domain", "companydomain", "companydomainname", "website", "companywebsite", "websiteurl"),
}
_KNOWN = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings}
_USUAL = ("company", "name", "ticker", "cik", "domain")
_NO_LETTER = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(r'"?sep=([^"\w])"?\n?', re.IGNORECASE)


def rows(name: str, text: str) -> Iterator[Row]:
    """The companies of the file ``name``; raises ``Wrong`` where it is no such list."""
    lines = io.StringIO(text, newline=None).readlines()
    first = _next(lines, 0)
    delimiters = ",;\t"
    if first < len(lines) and (separator := _SEPARATOR.fullmatch(lines[first])):
        delimiters = separator[1]
        first = _next(lines, first + 1)
    if first == len(lines):
        return
    delimiter, columns = max((_header(lines[first], each) for each in delimiters), key=lambda found: len(found[1]))
    if columns:
        yield from _table(name, _records(lines, first, delimiter), columns)
    elif name.lower().endswith(".txt"):
        yield from _listed(name, ((at, [line]) for at, line in enumerate(lines, 1)))
    else:
        yield from _listed(name, _records(lines, first, max(delimiters, key=lines[first].count)))


def _next(lines: list[str], at: int) -> int:
    """The first line from there on that says something."""
    return next((index for index in range(at, len(lines)) if _says(lines[index])), len(lines))


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _header(line: str, delimiter: str) -> tuple[str, list[tuple[Kind, int]]]:
    """The columns that tell of companies, in the order in which they are asked; those of one kind the surest first."""
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
    except csv.Error:
        return delimiter, []
    headings = [_NO_LETTER.sub("", cell.lower()) for cell in cells]
    return delimiter, [(kind, headings.index(heading)) for heading, kind in _KNOWN.items() if heading in headings]


def _records(lines: list[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins in."""
    reader = csv.reader(lines[first:], delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        line = first + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Wrong(f"line {line}: not CSV: {error}") from error
        if cells is None:
            return
        yield line, cells


def _table(name: str, records: Iterator[tuple[int, list[str]]], columns: list[tuple[Kind, int]]) -> Iterator[Row]:
    next(records)
    for line, cells in records:
        found: dict[Kind, str] = {}
        for kind, at in columns:
            if at < len(cells) and (cell := _clean(cells[at], line)):
                found.setdefault(kind, cell)
        if found:
            yield Row(tuple(found.items()), f"{name}, line {line}")


def _listed(name: str, records: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for line, record in records:
        cells = [cell for each in record if (cell := _clean(each, line))]
        if not cells or cells[0].startswith("#"):
            continue
        if len(cells) > 1:
            hints = (suggestion(_NO_LETTER.sub("", cell.lower()), _USUAL) for cell in cells)
            raise Wrong(
                f"line {line}: no column is a company, name, ticker, cik or domain, found "
                f"{', '.join(map(quoted, cells[:4]))}{next(filter(None, hints), '')}; "
                "a list of names alone, one a line, may be a .txt"
            )
        yield Row(((Kind.NAME, cells[0]),), f"{name}, line {line}")


def _clean(cell: str, line: int) -> str:
    text = " ".join(cell.split())
    if not text.isprintable():
        raise Wrong(f"line {line}: a name has control characters in it")
    return text
