"""Labelled articles and their events, read from files of JSON lines; a wrong line is wrong use, with its number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from monitor.detect.rules.evaluate import Labelled
from monitor.model import Text

_LAYOFF = {"layoff_event": True, "not_layoff": False, "true": True, "false": False}
_Read = TypeVar("_Read")

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def labelled(file: Path) -> list[Labelled]:
    """Articles with title, summary, body, label, kind and borderline, and an id and a url if they have them."""
    articles = _lines(file, _article)
    if not articles:
        raise click.UsageError(f"{file}: there is no article in it")
    return articles


def with_events(articles: list[Labelled], clusters: Path) -> list[Labelled]:
    """The same, each with the event that a file of ``{"id", "cluster_id"}`` gives it, if it does."""
    events = dict(_lines(clusters, _cluster))
    if not any(each.id in events for each in articles):
        raise click.UsageError(f"{clusters}: no id in it is that of a labelled article: is it of another file?")
    return [replace(each, event=events.get(each.id)) for each in articles]


def _lines(file: Path, read: Callable[[int, dict[str, object]], _Read]) -> list[_Read]:
    found: list[_Read] = []
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            found.append(read(number, _record(line)))
        except (ValueError, TypeError, RecursionError) as error:
            raise click.UsageError(f"{file}, line {number}: {error}") from error
    return found


def _record(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f'want a JSON object such as {{"title": "…", "label": true}}: {error.msg}') from error
    if not isinstance(record, dict):
        raise TypeError("not a JSON object")
    return record


def _article(number: int, record: dict[str, object]) -> Labelled:
    label = str(record.get("label")).lower()
    if label not in _LAYOFF:
        raise ValueError(f"want a label of layoff_event or not_layoff, found {record.get('label')!r}")
    title, summary, body, url = (record.get(key) or "" for key in ("title", "summary", "body", "url"))
    if not (isinstance(title, str) and isinstance(summary, str) and isinstance(body, str) and isinstance(url, str)):
        raise TypeError("title, summary, body and url must be texts")
    language = record.get("language")
    return Labelled(
        id=_id(record) or str(number),
        text=Text(title, summary, body, language if isinstance(language, str) else None),
        layoff=_LAYOFF[label],
        kind=str(record.get("kind") or label),
        borderline=record.get("borderline") is True,
        url=url or None,
    )


def _cluster(_: int, record: dict[str, object]) -> tuple[str, str]:
    name, event = _id(record), record.get("cluster_id")
    if not name or not isinstance(event, str | int) or event == "":
        raise ValueError("want an id and a cluster_id")
    return name, str(event)


def _id(record: dict[str, object]) -> str:
    found = record.get("id")
    return "" if found is None else str(found)
