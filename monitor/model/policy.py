"""What the operator decided: channels, routes, and how patient to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.model.reading import Severity, Stage


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


class ChannelKind(StrEnum):
    CONSOLE = "console"
    WEBHOOK = "webhook"
    SLACK = "slack"
    SLACK_APP = "slack_app"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place alerts go to. ``secrets`` sign a webhook, newest first; all of them sign while they rotate.

    ``token`` and ``to`` are those of an app of Slack, and the id of the channel that it writes to; ``urls`` are
    Apprise's. ``sources``: it is also told of sources that go down.
    """

    id: str
    kind: ChannelKind
    url: Secret | None = None
    secrets: tuple[Secret, ...] = ()
    token: Secret | None = None
    to: str | None = None
    urls: tuple[Secret, ...] = ()
    sources: bool = True
    web: str | None = None
    """Where the web page is, for links to it."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, in a zone, in which alerts are held."""

    start: time
    end: time
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Digest:
    """When what gathers is told as one: each hour, or each day, or on one day of the week, at a time in a zone.

    ``weekday``: 0 is Monday; None: every day. ``at`` None: each hour of UTC.
    """

    at: time | None = None
    zone: ZoneInfo | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    """What neither quiet hours nor a digest hold: a company of these, or at least so many jobs."""

    companies: frozenset[str] = frozenset()
    min_headcount: int | None = None


class Unknown(StrEnum):
    """What a route may ask for that a layoff need not state."""

    COMPANY = "company"
    SIZE = "size"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which layoffs one channel gets. An empty condition lets everything through; ``companies`` are company keys.

    ``places`` are such as a layoff's are, folded: "ireland", "cork, ireland". ``take_unknown``: a condition that asks
    for what the layoff does not state lets it through.
    """

    channel: str
    companies: frozenset[str] = frozenset()
    min_headcount: int | None = None
    min_percent: float | None = None
    places: frozenset[str] = frozenset()
    take_unknown: frozenset[Unknown] = frozenset({Unknown.SIZE})
    stages: frozenset[Stage] = frozenset()
    severities: frozenset[Severity] = frozenset()
    rules: tuple[str, ...] = ()
    """Rules, or globs of them, of which one must have fired."""
    quiet: Quiet | None = None
    digest: Digest | None = None
    gather: timedelta | None = None
    """How long it waits for more, to tell all of it at once."""
    urgent: Urgent | None = None


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
