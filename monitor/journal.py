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

Value = str | int | float | bool | datetime | None


def configure(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send the log of Pinkslip to ``stream``; libraries speak only from warning on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line())
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
    # JSON escapes control characters, and with ASCII output lone surrogates and terminal sequences too.
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()} "
        trace = f" trace={json.dumps(self.formatException(record.exc_info))}" if record.exc_info else ""
        message = record.getMessage()
        if record.name != _LOGGER.name:
            message = line(record.name, says=message)
        return f"{at}Z {level}{message}{trace}"
