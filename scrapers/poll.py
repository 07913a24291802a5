"""One polite conditional GET of a feed, and what its answer means. It parses nothing and keeps no state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapers.egress import Answer, Ask, Door, Refused
from scrapers.items import Document, Failed, Memory, Reason, Unchanged, Validators

Clock = Callable[[], datetime]

_FEEDS = (
    b"application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/json;q=0.9, "
    b"application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_LONGEST_WAIT = 10**9
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,20})", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,20}")


async def poll(door: Door, url: str, memory: Memory, *, clock: Clock) -> tuple[Document | Unchanged | Failed, Memory]:
    """Ask whether it changed; the memory is what to keep if the answer is taken whole.

    ``clock`` is read only for a Retry-After date from a server that gives no Date.
    """
    ask = Ask(url=url, headers=((b"Accept", _FEEDS), *_conditions(memory.validators)))
    try:
        answer = await door.ask(ask)
    except Refused as refused:
        return Failed(reason=refused.reason, detail=refused.detail), memory
    match answer.status:
        case 200 | 203:
            return _changed(answer, memory)
        case 304 if memory.validators != Validators():
            return _unchanged(answer, memory)
        case _:
            return _failed(answer, clock), memory


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def keeps(document: Document) -> timedelta | None:
    """For how long an answer says it stays good: Cache-Control's max-age, else Expires. None where it says nothing."""
    written = (document.header("cache-control") or b"").decode("latin-1")
    age = _MAX_AGE.search(written)
    if age is not None:
        return timedelta(seconds=min(int(age[1]), _LONGEST_WAIT))
    until = _date((document.header("expires") or b"").decode("latin-1"))
    sent = _date((document.header("date") or b"").decode("latin-1"))
    return max(until - sent, timedelta(0)) if until and sent else None


def _conditions(validators: Validators) -> tuple[tuple[bytes, bytes], ...]:
    pairs = ((b"If-None-Match", validators.etag), (b"If-Modified-Since", validators.last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _document(answer: Answer) -> Document:
    return Document(url=answer.url, status=answer.status, headers=answer.headers, body=answer.body, moved=answer.moved)


def _validators(document: Document) -> Validators:
    """The raw bytes, to be echoed as they are."""
    return Validators(document.header("etag") or None, document.header("last-modified") or None)


def _changed(answer: Answer, memory: Memory) -> tuple[Document | Unchanged, Memory]:
    document = _document(answer)
    given, body_hash = _validators(document), hash_of(document.body)
    if body_hash == memory.body_hash:
        return _same(document), replace(memory, validators=given)
    return document, replace(memory, validators=given, body_hash=body_hash)


def _unchanged(answer: Answer, memory: Memory) -> tuple[Unchanged, Memory]:
    document, known = _document(answer), memory.validators
    given = _validators(document)
    merged = Validators(given.etag or known.etag, given.last_modified or known.last_modified)
    return _same(document), replace(memory, validators=merged)


def _same(document: Document) -> Unchanged:
    moved = document.url if document.moved else None
    return Unchanged(status=document.status, keeps=keeps(document), moved=moved)


def _failed(answer: Answer, clock: Clock) -> Failed:
    wait = _document(answer).header("retry-after")
    reason = Reason.STATUS
    if answer.status in {401, 403, 451}:
        reason = Reason.FORBIDDEN
    if _document(answer).header("cf-mitigated") == b"challenge":
        reason = Reason.BOT_WALL
    if answer.status == 410:
        reason = Reason.GONE
    if answer.status == 429 or (answer.status == 503 and wait is not None):
        reason = Reason.THROTTLED
    retry_after = _retry_after(answer, wait, clock) if wait is not None else None
    return Failed(reason=reason, detail=f"status {answer.status}", status=answer.status, retry_after=retry_after)


def _retry_after(answer: Answer, written: bytes, clock: Clock) -> timedelta | None:
    text = written.decode("latin-1").strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=min(int(text), _LONGEST_WAIT))
    until = _date(text)
    if until is None:
        return None
    sent = _date((_document(answer).header("date") or b"").decode("latin-1"))
    return max(until - (sent or clock()), timedelta(0))


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read
