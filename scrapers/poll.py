"""One polite conditional GET of a feed, and what its answer means. It parses nothing and keeps no state."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapers.egress import Answer, Ask, Door, Refused
from scrapers.items import Document, Failed, Reason, Unchanged, Validators

Clock = Callable[[], datetime]

_FEEDS = (
    b"application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/json;q=0.9, "
    b"application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_LONGEST_WAIT = 10**9
_SECONDS = re.compile(r"\d{1,20}")


async def poll(
    door: Door, url: str, validators: Validators, body_hash: str | None, *, clock: Clock
) -> Document | Unchanged | Failed:
    """Ask whether it changed. ``clock`` is read only for a Retry-After date from a server that gives no Date."""
    ask = Ask(url=url, headers=((b"Accept", _FEEDS), *_conditions(validators)))
    try:
        answer = await door.ask(ask)
    except Refused as refused:
        return Failed(reason=refused.reason, detail=refused.detail)
    match answer.status:
        case 200 | 203:
            return _changed(answer, body_hash)
        case 304 if validators != Validators():
            return _unchanged(answer, validators)
        case _:
            return _failed(answer, clock)


def validators_of(document: Document) -> Validators:
    """The raw bytes, to be echoed as they are."""
    return Validators(document.header("etag") or None, document.header("last-modified") or None)


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _conditions(validators: Validators) -> tuple[tuple[bytes, bytes], ...]:
    pairs = ((b"If-None-Match", validators.etag), (b"If-Modified-Since", validators.last_modified))
    return tuple((name, value) for name, value in pairs if value)


def _document(answer: Answer) -> Document:
    return Document(url=answer.url, status=answer.status, headers=answer.headers, body=answer.body)


def _changed(answer: Answer, body_hash: str | None) -> Document | Unchanged:
    document = _document(answer)
    if hash_of(document.body) == body_hash:
        return Unchanged(validators=validators_of(document), status=answer.status)
    return document


def _unchanged(answer: Answer, validators: Validators) -> Unchanged:
    given = validators_of(_document(answer))
    merged = Validators(given.etag or validators.etag, given.last_modified or validators.last_modified)
    return Unchanged(validators=merged if merged != validators else None, status=answer.status)


def _failed(answer: Answer, clock: Clock) -> Failed:
    wait = _document(answer).header("retry-after")
    reason = Reason.STATUS
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
