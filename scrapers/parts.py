"""Polls a sitemap; one that is an index by its newest parts, each of them asked whether it changed.

What is remembered of the parts stands in the memory of the source, where that of a feed keeps the hashes of its items.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import assert_never

from scrapers.items import (
    Article,
    Document,
    Failed,
    Memory,
    News,
    Outcome,
    Reason,
    Skipped,
    Source,
    Unchanged,
    Validators,
)
from scrapers.poll import keeps
from scrapers.sitemap import Index, Part

NESTED = "an index within an index"

Ask = Callable[[str, Memory], Awaitable[tuple[Document | Unchanged | Failed, Memory]]]
Parse = Callable[[Document, Source], Awaitable[tuple[News | Index | Failed, bool]]]


async def poll(source: Source, memory: Memory, ask: Ask, parse: Parse) -> tuple[Outcome, Memory]:
    """``ask`` and ``parse`` are the collector's: they keep its manners and its limits."""
    answer, kept = await ask(source.url, memory)
    known = _recalled(memory)
    match answer:
        case Failed():
            return answer, memory
        case Unchanged():
            due = {url: each for url, each in known.items() if each.changed is None}
            found = await _asked(due, source, ask, parse)
            return _together(found, answer), _remembered(kept, {**known, **found.known})
        case Document():
            read, whole = await parse(answer, source)
            if isinstance(read, Failed):
                return read, memory
            if isinstance(read, News):
                return read, replace(kept, spans=b"") if whole else Memory()
            changed = _changed(read, known)
            found = await _asked(changed, source, ask, parse)
            still = {part.url: known[part.url] for part in read.parts if part.url in known}
            seen = Unchanged(status=answer.status, keeps=keeps(answer), moved=answer.url if answer.moved else None)
            return _together(found, seen), _remembered(kept if whole else Memory(), {**still, **found.known})
        case _:
            assert_never(answer)


@dataclass(frozen=True, slots=True)
class _Known:
    """A part as it was last answered. ``changed`` is what the index said of it; None: ask again in any case."""

    changed: str | None
    memory: Memory


@dataclass(frozen=True, slots=True)
class _Asked:
    outcomes: tuple[News | Unchanged | Failed, ...]
    known: dict[str, _Known]


def _changed(index: Index, known: dict[str, _Known]) -> dict[str, _Known]:
    """The parts to ask: those that say they changed, and those that do not say."""
    due: dict[str, _Known] = {}
    for part in index.parts:
        before = known.get(part.url, _Known(None, Memory()))
        if part.changed_at is None or before.changed != _said(part):
            due[part.url] = replace(before, changed=_said(part))
    return due


def _said(part: Part) -> str | None:
    return part.changed_at.isoformat() if part.changed_at else None


async def _asked(due: dict[str, _Known], source: Source, ask: Ask, parse: Parse) -> _Asked:
    outcomes: list[News | Unchanged | Failed] = []
    known: dict[str, _Known] = {}
    for url, before in due.items():
        outcome, after, whole = await _part(replace(source, url=url), before.memory, ask, parse)
        outcomes.append(outcome)
        known[url] = _Known(before.changed if whole else None, after)
        if isinstance(outcome, Failed) and outcome.retry_after is not None:  # all of them are on one site
            break
    return _Asked(tuple(outcomes), known)


async def _part(
    source: Source, memory: Memory, ask: Ask, parse: Parse
) -> tuple[News | Unchanged | Failed, Memory, bool]:
    answer, kept = await ask(source.url, memory)
    if not isinstance(answer, Document):
        return answer, kept, isinstance(answer, Unchanged)
    read, whole = await parse(answer, source)
    if isinstance(read, Index):
        return Failed(reason=Reason.NOT_A_FEED, detail=NESTED, status=answer.status), memory, False
    if isinstance(read, Failed):
        return read, memory, False
    return read, kept if whole else Memory(), whole


def _together(found: _Asked, index: Unchanged) -> Outcome:
    """News, if a part has any; what another failed with is counted then, and else it is the outcome."""
    news = [each for each in found.outcomes if isinstance(each, News)]
    failed = [each for each in found.outcomes if isinstance(each, Failed)]
    throttled = next((each for each in failed if each.retry_after is not None), None)
    if not news:
        return throttled or (failed[0] if failed else index)
    articles: dict[str, Article] = {}
    skipped: Counter[str] = Counter()
    for each in news:
        for article in each.articles:
            articles.setdefault(article.id, article)
        skipped.update({reason.reason: reason.count for reason in each.skipped})
    skipped.update(f"a part failed: {each.reason}" for each in failed)
    return News(
        articles=tuple(articles.values()),
        entries=sum(each.entries for each in news) + len(failed),
        skipped=tuple(Skipped(reason, count) for reason, count in skipped.items()),
        size=sum(each.size for each in news),
        keeps=index.keeps,
        moved=index.moved,
    )


def _remembered(own: Memory, known: dict[str, _Known]) -> Memory:
    rows = [(url, each.changed, *_row(each.memory)) for url, each in known.items()]
    return replace(own, spans=json.dumps(rows).encode() if rows else b"")


def _row(memory: Memory) -> tuple[str | None, str | None, str | None]:
    return _text(memory.validators.etag), _text(memory.validators.last_modified), memory.body_hash


def _recalled(memory: Memory) -> dict[str, _Known]:
    """Nothing of what another kind of source left there."""
    try:
        rows = json.loads(memory.spans)
        return {
            url: _Known(changed, Memory(validators=Validators(_bytes(etag), _bytes(modified)), body_hash=body_hash))
            for url, changed, etag, modified, body_hash in rows
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def _text(header: bytes | None) -> str | None:
    return header.decode("latin-1") if header is not None else None


def _bytes(header: str | None) -> bytes | None:
    return header.encode("latin-1") if header is not None else None
