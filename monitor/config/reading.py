"""A strict reader of TOML: tables are read key by key; what is wrong, missing or unknown is recorded, never raised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from monitor.config.problems import Report, quoted, shown, suggestion

T = TypeVar("T")

_LARGEST = 10 * 2**20
_SYNTAX = re.compile(r"(?s)(?P<message>.*) \(at (?:(?P<line>line \d+, column \d+)|end of document)\)")
_BARE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Wrong(Exception):  # noqa: N818  # it says what the value is
    """A value that is not what its key wants; ``messages`` say what was wanted and what was found."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file as parsed, with its text to find lines in."""

    values: Mapping[str, object]
    text: str

    def lines(self, name: str) -> tuple[int, ...]:
        """The lines on which a ``[[name]]`` stands."""
        header = re.compile(rf"^[ \t]*\[\[[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*\]\]", re.MULTILINE)
        return tuple(self.text.count("\n", 0, found.start()) + 1 for found in header.finditer(self.text))


def contents(path: Path) -> str:
    """The text of a regular file. Raises ``Wrong``, also for a pipe or a gigabyte, which would stop the daemon."""
    try:
        if not path.exists():
            raise Wrong("no such file")
        if not path.is_file():
            raise Wrong("not a regular file")
        if path.stat().st_size > _LARGEST:
            raise Wrong(f"larger than {_LARGEST // 2**20} MB")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise Wrong(f"cannot be read: {getattr(error, 'strerror', None) or 'not a path'}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Wrong(f"not UTF-8 text, in line {line}") from error


def document(path: Path, report: Report) -> Document | None:
    try:
        text = contents(path)
    except Wrong as wrong:
        report.problem("", wrong.messages[0])
        return None
    try:
        return Document(tomllib.loads(text + "\n"), text)  # an error in the last line then has a column
    except RecursionError:
        report.problem("", "nested too deeply")
    except ValueError as error:  # a TOMLDecodeError, or a number that Python will not read
        report.problem(*_syntax(error))
    return None


def _syntax(error: ValueError) -> tuple[str, str]:
    if not isinstance(error, tomllib.TOMLDecodeError):
        return "", "not TOML: a number with too many digits"
    parts = _SYNTAX.fullmatch(str(error))
    if parts is None:
        return "", f"not TOML: {error}"
    return parts["line"] or "end of the file", f"not TOML: {parts['message']}"


class Table:
    """One table, read key by key; ``close`` reports the keys nobody asked for.

    A parser turns a value into what is meant, or raises ``Wrong``.
    """

    def __init__(self, values: Mapping[str, object], place: str, report: Report, *, at: str = "") -> None:
        self.place = place
        self.at = at or place
        self.known: list[str] = []
        self._values = values
        self._report = report

    def has(self, key: str) -> bool:
        return key in self._values

    def value(self, key: str, parse: Callable[[object], T]) -> T | None:
        """None when the key is missing or wrong."""
        self.known.append(key)
        if key not in self._values:
            return None
        try:
            return parse(self._values[key])
        except Wrong as wrong:
            for message in wrong.messages:
                self.wrong(key, message)
            return None

    def read(self, key: str, parse: Callable[[object], T], default: T) -> T:
        value = self.value(key, parse)
        return default if value is None else value

    def need(self, key: str, parse: Callable[[object], T], want: str) -> T | None:
        if key not in self._values:
            self.wrong(key, f"missing; want {want}")
        return self.value(key, parse)

    def section(self, key: str) -> Table:
        """The table ``[key]``; an empty one if there is none."""
        self.known.append(key)
        values = self._values.get(key, {})
        if not isinstance(values, dict):
            self.wrong(key, f"want a table [{key}], found {shown(values)}")
            values = {}
        return Table(values, f"[{key}]", self._report)

    def tables(self, key: str, lines: tuple[int, ...] = ()) -> list[Table]:
        """The tables ``[[key]]``, each placed by its id, else by its number and line."""
        self.known.append(key)
        values = self._values.get(key, [])
        if not isinstance(values, list):
            self.wrong(key, f"want tables [[{key}]], found {shown(values)}")
            return []
        found = []
        for number, each in enumerate(values, 1):
            at = f"{key} {number}" + (f" (line {lines[number - 1]})" if len(lines) == len(values) else "")
            if isinstance(each, dict):
                found.append(Table(each, _placed(key, each.get("id"), at), self._report, at=at))
            else:
                self._report.problem(at, f"want a table [[{key}]], found {shown(each)}")
        return found

    def text(self, key: str) -> str | None:
        """The string as it stands there, for comparing tables."""
        value = self._values.get(key)
        return value if isinstance(value, str) else None

    def wrong(self, key: str, message: str) -> None:
        self._report.problem(self.place, f"{key}: {message}")

    def note(self, key: str, message: str) -> None:
        self._report.note(self.place, f"{key}: {message}")

    def close(self) -> None:
        for key in self._values:
            if key not in self.known:
                name = key if _BARE.fullmatch(key) else quoted(key)
                self.wrong(name, f"no such setting{suggestion(key, self.known)}")


def refuse_twins(tables: Iterable[Table], key: str) -> None:
    """Report every value of ``key`` that stands in more than one table, with all its places."""
    places: dict[str, list[Table]] = {}
    for table in tables:
        if (text := table.text(key)) is not None:
            places.setdefault(text, []).append(table)
    for same in places.values():
        if len(same) > 1:
            same[-1].wrong(key, "the same in " + " and ".join(table.at for table in same))


def _placed(key: str, name: object, at: str) -> str:
    return f"{key} {quoted(name)}" if isinstance(name, str) and name else at
