"""Switches a source of ``sources.toml`` on or off: one line changes, the rest stays as its owner wrote it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from monitor.config.add import rewrite, sound, sources_file
from monitor.config.problems import ConfigError, Problem, Report
from monitor.config.reading import document
from scrapers.items import Source

_HEADER = re.compile(rb"\s*\[")
_ENABLED = re.compile(rb"(\s*[\"']?enabled[\"']?\s*=\s*)(?:true|false)(?=\s|#|$)")
_ID = re.compile(rb"\s*[\"']?id[\"']?\s*=")


def switch_source(folder: Path, name: str, *, enabled: bool) -> bool:
    """Whether anything changed. Raises ``KeyError`` for an unknown id, ``ConfigError`` where the file is wrong."""
    path = sources_file(folder)
    before = sound(path)
    number = next((index for index, source in enumerate(before) if source.id == name), None)
    if number is None:
        raise KeyError(name)
    if before[number].enabled is enabled:
        return False
    wanted = (*before[:number], replace(before[number], enabled=enabled), *before[number + 1 :])
    content = _switched(path, number, enabled=enabled)
    if content is None or not _taken(path, content, wanted):
        message = f"stands in a way that is not changed here: write enabled = {str(enabled).lower()} yourself"
        raise ConfigError((Problem("sources.toml", f'source "{name}"', message),))
    return True


def _taken(path: Path, content: bytes, wanted: tuple[Source, ...]) -> bool:
    try:
        return rewrite(path, content, wanted)
    except ConfigError:  # the line was none: it stood within a text of several lines
        return False


def _switched(path: Path, number: int, *, enabled: bool) -> bytes | None:
    """The file's bytes with one line other, or one more. None where the table does not begin with a line of its own."""
    read = document(path, Report(""))
    headers = read.lines("source") if read is not None else ()
    if number >= len(headers):
        return None
    lines = path.read_bytes().splitlines(keepends=True)
    value = b"true" if enabled else b"false"
    at = headers[number]
    for index in range(headers[number], len(lines)):
        if _HEADER.match(lines[index]):
            break
        if _ENABLED.match(lines[index]):
            lines[index] = _ENABLED.sub(rb"\g<1>" + value, lines[index], count=1)
            return b"".join(lines)
        if _ID.match(lines[index]):
            at = index + 1
    end = b"\r\n" if lines[at - 1].endswith(b"\r\n") else b"\n"
    lines[at - 1] = lines[at - 1].rstrip(b"\r\n") + end
    return b"".join((*lines[:at], b"enabled = " + value + end, *lines[at:]))
