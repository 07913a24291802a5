"""The log: one line per thing that happened, event first, then ``key=value``; nothing from outside can break a line."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

_LOGGER = logging.getLogger("pinkslip")
_PLAIN = re.compile(r"[\w.,:/+@%#*-]+", re.ASCII)
_LONGEST = 2_000
_LONGEST_LINE = 8_000
_QUIET_SECONDS = 60.0
_REMEMBERED = 256

Value = str | int | float | bool | datetime | None


def configure(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send the log of Pinkslip to ``stream``; libraries speak only from warning on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line())
    handler.addFilter(_Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(level)


def note(event: str, **fields: Value) -> None:
    _LOGGER.info(line(event, **fields))


def warn(event: str, **fields: Value) -> None:
    _LOGGER.warning(line(event, **fields))


def crash(event: str, error: BaseException, **fields: Value) -> None:
    """A bug: with its traceback, once, at the top of the job it ended."""
    _LOGGER.error(line(event, error=type(error).__name__, **fields), exc_info=error)


def line(event: str, **fields: Value) -> str:
    return " ".join([event, *(f"{key}={_shown(value)}" for key, value in fields.items() if value is not None)])


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = str(value)[:_LONGEST]
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    escaped = _escaped(text)
    return escaped if len(escaped) <= _LONGEST else _escaped(text[: _LONGEST // 12])  # twelve characters for one


def _escaped(text: str) -> str:
    """JSON escapes control characters, and with ASCII output lone surrogates and terminal sequences too."""
    return json.dumps(text).replace("\x7f", "\\u007f")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()} "
        trace = f" trace={_ends(self.formatException(record.exc_info))}" if record.exc_info else ""
        message = record.getMessage()
        if record.name != _LOGGER.name:
            message = line(record.name, says=message)
        return f"{at}Z {level}{message}{trace}"[:_LONGEST_LINE]


def _ends(trace: str) -> str:
    """Where it began and what it came to: an error may repeat a megabyte of somebody's text."""
    if len(trace) <= 2 * _LONGEST:
        return _escaped(trace)
    return f"{_quoted(trace[:_LONGEST])}...{_quoted(trace[-_LONGEST:])}"


class _Repeats(logging.Filter):
    """Lets a warning through once a minute; the next one like it says how many there were in between."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno <= logging.INFO:
            return True
        text = record.getMessage()
        key = f"{text} {record.exc_info[1]!r}"[:_LONGEST] if record.exc_info else text
        since, repeats = self._seen.pop(key, (0.0, 0))
        if 0 <= record.created - since < _QUIET_SECONDS:
            self._seen[key] = since, repeats + 1
            return False
        if repeats:
            record.msg, record.args = f"{text} repeated={repeats}", None
        self._seen[key] = record.created, 0
        if len(self._seen) > _REMEMBERED:
            self._seen.pop(next(iter(self._seen)))
        return True
