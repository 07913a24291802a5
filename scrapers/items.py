"""The values that fetching gives: one frozen type per stage an item is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class FullText(StrEnum):
    """When the page behind an entry is crawled for its text."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place news comes from, as configured."""

    id: str
    url: str
    title: str = ""
    about: str = ""
    kind: str = "feed"
    every: timedelta = timedelta(minutes=15)
    full_text: FullText = FullText.AUTO
    language: str | None = None
    confirmed: bool = True
    enabled: bool = True

    @property
    def name(self) -> str:
        return self.title or self.id


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "changed since?" with: raw header bytes, echoed unread."""

    etag: bytes | None = None
    last_modified: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The bytes a server answered with. Header names are lower case."""

    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> bytes | None:
        wanted = name.lower().encode()
        return next((value for key, value in self.headers if key == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as its publisher wrote it: markup, any link, any date."""

    guid: str | None
    link: str | None
    title: str
    summary: str
    content: str
    author: str | None
    published: str | None
    """The date as written."""
    published_at: datetime | None
    """The date as feedparser read it, in UTC."""
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One item as we read it: absolute link, plain text, UTC.

    ``id`` is made of the canonical URL, else of source and guid, else of the content;
    ``content_hash`` changes when title, summary or body do. The four ``written_*`` fields
    and ``guid`` keep what the publisher wrote, for the record.
    """

    id: str
    source_id: str
    url: str | None
    canonical_url: str | None
    title: str
    summary: str
    body: str | None
    author: str | None
    language: str | None
    published_at: datetime | None
    text_origin: str
    """Where the longest text came from: ``feed`` or ``page``."""
    content_hash: str
    guid: str | None
    written_link: str | None
    written_title: str
    written_date: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Entries of a feed that did not become articles, counted under their reason."""

    reason: str
    count: int


class Reason(StrEnum):
    """Why a source or a page gave nothing. Logged, counted and shown under these names."""

    ADDRESS = "address_refused"
    URL = "url_refused"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    ENCODING = "encoding_refused"
    PROTOCOL = "protocol"
    REDIRECT = "redirect_refused"
    STATUS = "status"
    THROTTLED = "throttled"
    GONE = "gone"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    PARSER = "parser_killed"
    ROBOTS = "robots"
    NO_TEXT = "no_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A changed feed. ``entries`` is how many the parser found: articles plus all skipped."""

    articles: tuple[Article, ...]
    entries: int
    skipped: tuple[Skipped, ...]
    validators: Validators
    size: int
    """Bytes of the decoded body."""
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server said 304, or sent the very bytes it sent before."""

    validators: Validators | None = None
    status: int = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing could be had. ``retry_after`` is what the server asked for, unclamped."""

    reason: Reason
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None


Outcome = News | Unchanged | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The text of one article page, as extracted."""

    url: str
    title: str | None
    text: str
    published_at: datetime | None
    language: str | None
