"""Adds a source to ``sources.toml``, at its end; the rest of the file stays as its owner wrote it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from monitor.config.problems import ConfigError, Report
from monitor.config.reading import document
from monitor.config.sources import read_sources
from scrapers.items import Source


def add_source(folder: Path, source: Source) -> None:
    """Raises ``ConfigError``, and leaves the file alone, if the file is wrong or would be with this source."""
    path = (folder / "sources.toml").resolve()  # a link stays one
    before = _sound(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.copy2(path, draft)
        draft.write_text(before + ("" if before.endswith("\n") else "\n") + _written(source), encoding="utf-8")
        _sound(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _sound(path: Path) -> str:
    report = Report("sources.toml")
    read = document(path, report)
    if read is not None:
        read_sources(read, report)
    if read is None or report.problems:
        raise ConfigError(tuple(report.problems))
    return read.text


def _written(source: Source) -> str:
    """What is not as usual. A title comes from a stranger's feed: what does not print is left out."""
    lines = ["", "[[source]]", f"id = {_string(source.id)}"]
    lines += [f"title = {_string(source.title, 300)}"] if source.title else []
    lines += [f"about = {_string(source.about, 2_000)}"] if source.about else []
    lines += [f"url = {_string(source.url)}"]
    lines += [f"language = {_string(source.language)}"] if source.language else []
    return "\n".join(lines) + "\n"


def _string(text: str, limit: int | None = None) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return json.dumps(plain if limit is None else plain[:limit], ensure_ascii=False)
