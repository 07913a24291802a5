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


class Kind(StrEnum):
    """How a source publishes."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where a listing page keeps what: CSS, or XPath if it begins with ``/``, ``./`` or ``(``.

    ``title``, ``date`` and ``summary`` are looked for within what ``links`` matched; ``body`` on the article's page.
    """

    links: str
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place news comes from, as configured. ``selectors`` are a listing's."""

    id: str
    url: str
    title: str = ""
    about: str = ""
    kind: Kind = Kind.FEED
    selectors: Selectors | None = None
    sitemap: str | None = None
    """Where a feed's gaps are filled from."""
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
class Memory:
    """What is remembered of a source's last whole answer, to tell what is new in the next."""

    validators: Validators = Validators()
    body_hash: str | None = None
    """Tells the very bytes that a server sends again although it was told what we know."""
    spans: bytes = b""
    """The hashes of its items, one behind the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """How a feed asks to be polled, unclamped. Hours are UTC, days go from Monday, 0."""

    wait: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hub:
    """A WebSub hub that pushes a feed, and the address it knows the feed by; empty: the feed's own."""

    url: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The bytes a server answered with. Header names are lower case."""

    url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    moved: bool = False
    """Nothing but permanent redirects led to ``url``."""

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


class DateTrust(StrEnum):
    """How much of a date its publisher wrote, and what we made of it."""

    EXACT = "exact"
    ZONE_ASSUMED = "zone_assumed"
    """No zone was written: taken as UTC."""
    DAY = "day"
    CLAMPED = "clamped"
    """It claimed to come from the future: taken as the moment we saw it."""


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
    """Where the longest text came from: ``feed`` or ``page``; ``teaser`` where the page gives only its beginning."""
    content_hash: str
    guid: str | None
    written_link: str | None
    written_title: str
    written_date: str | None
    date_origin: str | None = None
    """Where ``published_at`` was read: ``feed``, ``sitemap``, ``listing`` or ``page``."""
    date_trust: DateTrust | None = None
    free: bool | None = None
    """Whether everybody may read it, where the publisher says so."""


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
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    GONE = "gone"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    PARSER = "parser_killed"
    ROBOTS = "robots"
    NO_TEXT = "no_text"
    CONSENT_WALL = "consent_wall"
    BOT_WALL = "bot_wall"
    LOGIN_WALL = "login_wall"
    ERROR_PAGE = "error_page"
    NO_MATCH = "selectors_match_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A changed source. ``entries`` is how many it lists now: articles, all skipped, and those known by their bytes."""

    articles: tuple[Article, ...]
    entries: int
    skipped: tuple[Skipped, ...]
    size: int
    """Bytes of the decoded body."""
    status: int = 200
    hints: Hints = Hints()
    hub: Hub | None = None
    keeps: timedelta | None = None
    """For how long the server says that its answer stays good, unclamped."""
    moved: str | None = None
    """Where nothing but permanent redirects led to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server said 304, or sent what it had sent before. ``keeps`` and ``moved`` as in ``News``."""

    status: int = 304
    entries: int | None = None
    """How many it lists, where that was counted; None: as many as the time before."""
    keeps: timedelta | None = None
    moved: str | None = None


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
    authors: str | None = None
    date_trust: DateTrust | None = None
    free: bool | None = None
    """Whether everybody may read it, where the publisher says so."""
    teaser: bool = False
    """The text is no more than the beginning of an article that is not free."""


class Mode(StrEnum):
    """What a subscriber asks of a WebSub hub, or the hub answers."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a WebSub hub is asked for. ``secret`` goes to a hub behind https only."""

    mode: Mode
    hub: str
    topic: str
    callback: str
    secret: str
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a WebSub hub asks back at the callback, or that it denies the wish."""

    mode: Mode
    topic: str
    challenge: str = ""
    lease: timedelta | None = None
    reason: str = ""
