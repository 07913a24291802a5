"""The values that deciding gives: flags, facts, layoffs, reports, alerts, and the plan of a poll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from scrapers.items import Article, Skipped, Validators


class Secret:
    """A string that does not print. ``reveal()`` is called where it leaves through the door."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Stage(StrEnum):
    """How far a cut has come, in climbing order; the last two undo it."""

    RUMOURED = "rumoured"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    FILED = "filed"
    UNDER_WAY = "under_way"
    DENIED = "denied"
    REVERSED = "reversed"

    @property
    def undone(self) -> bool:
        return self in {Stage.DENIED, Stage.REVERSED}


class Qualifier(StrEnum):
    """How exactly a number is stated."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    UP_TO = "up_to"
    RANGE = "range"
    VAGUE = "vague"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Text:
    """The fields of an article that rules and facts read. Offsets count characters of a field as given."""

    title: str
    summary: str = ""
    body: str = ""
    language: str | None = None

    def fields(self) -> tuple[tuple[str, str], ...]:
        return (("title", self.title), ("summary", self.summary), ("body", self.body))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a rule found its words."""

    rule: str
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """The decision on an article. ``near`` marks one just under the threshold, or vetoed by one rule."""

    flagged: bool
    score: float
    kind: str | None
    stage: Stage | None
    rules: tuple[str, ...]
    vetoes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An employer named in the text. ``key`` is what two names of one employer share.

    ``unit``: the text names a part of it, as "AWS" does of Amazon.
    """

    name: str
    key: str
    field: str
    start: int
    end: int
    text: str
    unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A headcount (jobs) or a percentage of the workforce, and the characters it was read from.

    ``vague`` keeps words such as "several hundred"; then ``value`` is null and ``low``/``high`` bound it.
    ``sentence`` is the sentence around the span.
    """

    value: float | None
    low: float | None
    high: float | None
    qualifier: Qualifier
    vague: str | None
    field: str
    start: int
    end: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the text states about the cut; what it does not state is null or empty.

    ``headcounts`` holds every count of cut jobs in order of the text; ``headcount`` is the one that speaks for all.
    """

    companies: tuple[Company, ...] = ()
    headcount: Amount | None = None
    percent: Amount | None = None
    headcounts: tuple[Amount, ...] = ()

    @property
    def company(self) -> Company | None:
        return self.companies[0] if self.companies else None


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its decision."""

    article: Article
    flag: Flag
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Layoff:
    """One employer's one cut, however many articles report it.

    ``opened_at`` and ``updated_at`` are when its first and its latest report were published, or seen where nobody
    dated them. ``stated`` is the number in its own words ("up to 400", "several hundred"); ``sentence`` the one that
    says so.
    """

    id: str
    company: str | None
    company_key: str | None
    stage: Stage
    headcount: int | None
    headcount_low: int | None
    headcount_high: int | None
    stated: str | None
    percent: float | None
    place: str | None
    sentence: str
    opened_at: datetime
    updated_at: datetime
    reports: int
    revision: int = 0
    """How often it changed materially since it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article attached to a layoff, and why. ``outlet`` is the source's name as people know it."""

    layoff_id: str
    article_id: str
    source_id: str
    outlet: str
    title: str
    url: str | None
    published_at: datetime | None
    reported_at: datetime
    why: str
    baseline: bool
    headcount: Amount | None
    percent: Amount | None
    rules: tuple[str, ...]


class AlertKind(StrEnum):
    """What an alert tells; the values are also the webhook types."""

    OPENED = "layoff.opened"
    UPDATED = "layoff.updated"
    REVERSED = "layoff.reversed"
    DIGEST = "digest"
    SOURCE_DOWN = "source.down"
    SOURCE_RECOVERED = "source.recovered"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an alert tells, before it is put into a channel's words.

    ``before`` is the layoff as it was told last; ``reports`` go oldest first, and ``fresh`` are those of them that
    brought the change; ``layoffs`` are those a digest lists out of ``total``; ``message`` is what a source or a test
    has to say, in a sentence.
    """

    kind: AlertKind
    now: datetime
    reason: str = ""
    layoff: Layoff | None = None
    before: Layoff | None = None
    reports: tuple[Report, ...] = ()
    fresh: tuple[Report, ...] = ()
    late: timedelta | None = None
    layoffs: tuple[Layoff, ...] = ()
    total: int = 0
    message: str = ""
    source_id: str | None = None


class AlertState(StrEnum):
    """Where an alert stands. Decided = pending + held + delivered + dead + suppressed, always."""

    PENDING = "pending"
    HELD = "held"
    DELIVERED = "delivered"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing one channel is owed.

    ``id`` is the ``webhook-id``: a hash of channel, layoff and transition, the same over retries.
    ``body`` is what is posted, byte for byte, however often. ``due_at`` is when it may next be sent (pending)
    or released into a digest (held). ``digest_id`` names the digest that tells of it instead.
    """

    id: str
    channel_id: str
    layoff_id: str | None
    kind: AlertKind
    state: AlertState
    reason: str
    body: bytes
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    attempts: int = 0
    digest_id: str | None = None
    told: Layoff | None = None
    """The layoff as this alert tells it: what the channel knows once it is sent."""

    @property
    def unsent(self) -> bool:
        """Whether its words may still change: no attempt was ever begun."""
        return self.state is AlertState.PENDING and not self.attempts


class Verdict(StrEnum):
    """What a channel's answer means for the alert."""

    SENT = "sent"
    RETRY = "retry"
    THROTTLED = "throttled"
    PERMANENT = "permanent"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to send an alert, and how it went.

    ``ambiguous``: the request may have been taken although no answer came.
    """

    alert_id: str
    channel_id: str
    attempt: int
    started_at: datetime
    took: timedelta
    verdict: Verdict
    status: int | None
    detail: str
    retry_after: timedelta | None = None
    ambiguous: bool = False


class ChannelKind(StrEnum):
    CONSOLE = "console"
    WEBHOOK = "webhook"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place alerts go to. ``secrets`` sign a webhook, newest first; all of them sign while they rotate."""

    id: str
    kind: ChannelKind
    url: Secret | None = None
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, in a zone, in which alerts are held."""

    start: time
    end: time
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which layoffs one channel gets. An empty condition lets everything through; ``companies`` are company keys."""

    channel: str
    companies: frozenset[str] = frozenset()
    min_headcount: int | None = None
    min_percent: float | None = None
    stages: frozenset[Stage] = frozenset()
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator decided about layoffs and alerts."""

    channels: tuple[Channel, ...] = ()
    routes: tuple[Route, ...] = ()
    fresh: timedelta = timedelta(hours=6)
    window: timedelta = timedelta(days=14)
    page_wait: timedelta = timedelta(seconds=20)
    """How long an alert waits for the text of its article's page."""
    storm: int = 20
    """Layoffs told one by one to a channel within ten minutes; the rest go into a digest."""
    min_every: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the archive remembers of a source between polls."""

    id: str
    url: str
    next_due: datetime
    validators: Validators = field(default_factory=Validators)
    body_hash: str | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    """None until the first complete poll: that one is the silent baseline."""
    failures: int = 0
    """Polls in a row that gave nothing."""
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One row of the log of polls."""

    source_id: str
    at: datetime
    outcome: str
    status: int | None
    detail: str | None
    entries: int = 0
    new: int = 0
    revised: int = 0
    known: int = 0
    duplicates: int = 0
    flagged: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A judged article with what the archive shall do about it."""

    judged: Judged
    duplicate_of: str | None = None
    text_key: str | None = None
    revision: bool = False
    """It is in the archive already, with other text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one poll changes. It commits whole or not at all."""

    poll: Poll | None = None
    source: SourceState | None = None
    host_until: tuple[str, datetime] | None = None
    """A host that asked to be left alone, and until when."""
    articles: tuple[Kept, ...] = ()
    seen: tuple[Article, ...] = ()
    """Known articles that this source carries too, or carries in new words."""
    layoffs: tuple[Layoff, ...] = ()
    reports: tuple[Report, ...] = ()
    moved: tuple[Report, ...] = ()
    """Known reports that are of another layoff now, or that count as news now."""
    alerts: tuple[Alert, ...] = ()
    pages: tuple[str, ...] = ()
    """Ids of articles whose page shall be crawled."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """An article whose page shall be crawled. ``baseline``: it came with a source's first poll."""

    article: Article
    baseline: bool
