"""Writes into ``sources.toml``: adds sources at its end; the rest of the file stays as its owner wrote it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from monitor.config.problems import ConfigError, Report
from monitor.config.reading import Wrong, document
from monitor.config.sources import read_sources
from monitor.config.values import web_url
from scrapers.items import Kind, Selectors, Source


def add_source(folder: Path, source: Source) -> None:
    """Raises ``ConfigError``, and leaves the file alone, if the file is wrong or would be with this source."""
    add_sources(folder, [source])


def add_sources(folder: Path, added: Sequence[Source]) -> None:
    """All of them, or, with a ``ConfigError``, none."""
    path = sources_file(folder)
    sound(path)
    before = path.read_bytes()
    gap = b"" if before.endswith(b"\n") or not before else b"\n"
    rewrite(path, before + gap + "".join(map(_written, added)).encode())


def source_problem(url: str) -> str | None:
    """Why this cannot be the address of a source, or None."""
    try:
        web_url(url)
    except Wrong as wrong:
        return wrong.messages[0]
    return None


def sources_file(folder: Path) -> Path:
    return (folder / "sources.toml").resolve()  # a link stays one


def rewrite(path: Path, content: bytes, wanted: tuple[Source, ...] | None = None) -> bool:
    """Put it in the file's place at once, with its mode, if it is right, else ``ConfigError``.

    False, and the file left alone, if the sources read in it are not those that were ``wanted``.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.copy2(path, draft)
        draft.write_bytes(content)
        if sound(draft) != wanted and wanted is not None:
            return False
        draft.replace(path)
        return True
    finally:
        draft.unlink(missing_ok=True)


def sound(path: Path) -> tuple[Source, ...]:
    """The sources of a file that is right, else ``ConfigError``."""
    report = Report("sources.toml")
    read = document(path, report)
    found = read_sources(read, report) if read is not None else ()
    if report.problems:
        raise ConfigError(tuple(report.problems))
    return found


def _written(source: Source) -> str:
    """What is not as usual. A title comes from a stranger's feed: what does not print is left out."""
    lines = ["", "[[source]]", f"id = {_string(source.id)}"]
    lines += [f"title = {_string(source.title, 300)}"] if source.title else []
    lines += [f"about = {_string(source.about, 2_000)}"] if source.about else []
    lines += [f"kind = {_string(source.kind)}"] if source.kind is not Kind.FEED else []
    lines += [f"url = {_string(source.url)}"]
    lines += [f"selectors = {{ {_pairs(source.selectors)} }}"] if source.selectors else []
    lines += [f"language = {_string(source.language)}"] if source.language else []
    lines += [] if source.enabled else ["enabled = false"]
    return "\n".join(lines) + "\n"


def _pairs(selectors: Selectors) -> str:
    said = ((field.name, getattr(selectors, field.name)) for field in fields(selectors))
    return ", ".join(f"{name} = {_string(value)}" for name, value in said if value is not None)


def _string(text: str, limit: int | None = None) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return json.dumps(plain if limit is None else plain[:limit], ensure_ascii=False)
