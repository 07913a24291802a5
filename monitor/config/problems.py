"""What is wrong in the configuration: each problem with its file and place, all of them in one error."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``place`` is empty where the file as a whole is meant."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class ConfigError(Exception):
    """The configuration is wrong; ``problems`` holds everything that is, of every file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class Report:
    """Collects what is found in one file. Notes are worth telling but stop nothing."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, place: str, message: str) -> None:
        self.problems.append(Problem(self.file, place, message))

    def note(self, place: str, message: str) -> None:
        self.notes.append(Problem(self.file, place, message))


def told(line: str, folder: str) -> Problem:
    """A problem of a file in ``folder`` as its own reader words it: ``file: …``."""
    file, _, message = line.partition(": ")
    return Problem(folder + file, "", message if message.isprintable() else quoted(message))


def suggestion(given: str, known: Iterable[str]) -> str:
    """The end of a sentence: empty, or ``; did you mean 'every'?``."""
    close = difflib.get_close_matches(given[:100], list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def shown(value: object) -> str:
    """A value as an error names it: on one line, short, without control characters."""
    match value:
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case int() | float():
            return "a huge number" if abs(value) >= 10**18 else str(value)
        case list() | dict():
            return "a list" if isinstance(value, list) else "a table"
        case _:
            return "a date or time"


def quoted(text: str) -> str:
    short = text if len(text) <= 60 else text[:59] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())
