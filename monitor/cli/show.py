"""How answers look: tables that fit a terminal, plain columns in a pipe, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from monitor.archive.reader import Answer

as_json = click.option("--json", "json_wanted", is_flag=True, help="One JSON document instead of a table.")

_NARROWEST = 24
_BELOW = "    "
_STAGES = {"rumoured": "yellow", "planned": "yellow", "denied": "dim", "reversed": "dim"}

_CONTROL = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)))


def plain(value: object) -> str:
    """A cell as text, without anything that a terminal could take for a command."""
    return "" if value is None else str(value).translate(_CONTROL)


def document(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_shown))


def answer_document(answer: Answer, *, decode: Sequence[str] = ()) -> None:
    """An answer as a JSON list of records; columns named in ``decode`` hold JSON already."""
    records = [
        {key: json.loads(value) if key in decode and value else value for key, value in record.items()}
        for record in answer.records()
    ]
    document(records)


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    flexible: int,
    right: Sequence[int] = (),
    notes: Sequence[Text] = (),
) -> None:
    """Print rows under headings. On a terminal the column ``flexible`` gives way, to a line of its own if need be.

    ``notes`` say more of each row, on a line below it, on a terminal alone: what reads a pipe wants lines alike.
    """
    console = output()
    cells = [[cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row] for row in rows]
    widths = [max([cell_len(heading), *(row[n].cell_len for row in cells)]) for n, heading in enumerate(headings)]
    rest = console.width - sum(widths) + widths[flexible] - 2 * (len(widths) - 1)
    below = rest < min(widths[flexible], _NARROWEST)
    widths[flexible] = 0 if below else min(widths[flexible], rest)
    console.print(_line([Text(heading, style="dim") for heading in headings], widths, right), soft_wrap=True)
    for number, row in enumerate(cells):
        console.print(_line(row, widths, right), soft_wrap=True)
        for more in (row[flexible] if below else Text(), notes[number] if notes and sys.stdout.isatty() else Text()):
            if more.plain:
                more.truncate(max(console.width - len(_BELOW), _NARROWEST), overflow="ellipsis")
                console.print(Text(_BELOW) + more, soft_wrap=True)


def say(line: str, style: str = "") -> None:
    """Print a line; on a terminal wrapped under where it begins, but for an address, which is to be copied whole."""
    console = output()
    words = line.lstrip(" ")
    lead = len(line) - len(words)
    if not sys.stdout.isatty() or " " not in words:
        console.print(Text(" " * lead) + Text(words, style), soft_wrap=True)
        return
    for number, part in enumerate(Text(words, style).wrap(console, max(console.width - lead - 2, _NARROWEST))):
        console.print(Text(" " * (lead + (2 if number else 0))) + part, soft_wrap=True)


def stage_of(stage: str) -> Text:
    """A layoff's stage: red where it happens, yellow where it may, pale where it does not."""
    return Text(stage.replace("_", " "), style=_STAGES.get(stage, "red"))


def _line(row: Sequence[Text], widths: Sequence[int], right: Sequence[int]) -> Text:
    padded: list[Text] = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        if width:
            fitted = cell.copy()
            fitted.truncate(width, overflow="ellipsis")
            fitted.align("right" if index in right else "left", width)
            padded.append(fitted)
    line = Text("  ").join(padded)
    line.rstrip()
    return line


def short(any_id: str | None) -> str:
    """As much of an id as a person needs to type; every command that takes an id takes this."""
    return (any_id or "")[: 12 if (any_id or "").startswith("msg_") else 8]


def output() -> Console:
    """Standard output; in a pipe as wide as its longest line and without colour."""
    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else 10_000, highlight=False, soft_wrap=not terminal)


def ago(text: str | None, now: datetime) -> str:
    """A time of the archive, relative to now."""
    if text is None:
        return "never"
    seconds = (now - datetime.fromisoformat(text)).total_seconds()
    future = seconds < 0
    amount = abs(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if amount >= size:
            words = f"{amount // size:.0f} {unit}"
            return f"in {words}" if future else words
    return "now"


def jobs(record: dict[str, Any]) -> str:
    """The size of a layoff as one reads it: "1,100 (8 %)", "5 %", "not stated"."""
    percent = f"{record['percent']:g} %" if record["percent"] is not None else ""
    low, high = record.get("headcount_low"), record.get("headcount_high")
    if record.get("conflicting"):
        return f"{low:,} to {high:,}{f' ({percent})' if percent else ''}"
    if record["stated"] and percent:
        return f"{record['stated']} ({percent})"
    return record["stated"] or percent or "not stated"


def size_of(number: int) -> str:
    """Bytes as one reads them: "812 bytes", "3.4 MB"."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1_000 or unit == "GB":
            return f"{amount:,.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1_000
    raise AssertionError(number)


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError(type(value).__name__)
