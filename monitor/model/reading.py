"""What is read from one article: a flag with its evidence, facts with their characters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scrapers.items import Article


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


class Severity(StrEnum):
    """How much people should care, in climbing order, as the rules that fired say."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return [*Severity].index(self)


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
    published: date | None = None
    """The day it appeared, which "on Friday" and "in March" are counted from."""

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
    severity: Severity | None = None


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
class Stated:
    """Something a text states in its own words: a place, a unit, a date, a reason.

    ``value`` is what it comes to: a place with all it lies in ("Cork, Ireland"), a date in ISO 8601 as exactly as it is
    stated ("2026-03-15", "2026-03", "2026-Q1"); else the words themselves. ``sentence`` is the one around the span.
    """

    value: str
    field: str
    start: int
    end: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the text states about the cut; what it does not state is null or empty.

    ``headcounts`` holds every count of cut jobs in order of the text; ``headcount`` is the one that speaks for all.
    ``effective`` is when people go, ``announced`` when it was said.
    """

    companies: tuple[Company, ...] = ()
    headcount: Amount | None = None
    percent: Amount | None = None
    headcounts: tuple[Amount, ...] = ()
    places: tuple[Stated, ...] = ()
    units: tuple[Stated, ...] = ()
    effective: Stated | None = None
    announced: Stated | None = None
    reason: Stated | None = None
    wave: Stated | None = None
    """The words that tell it from an earlier cut: "another 300", "second round"."""
    together: int = 1
    """How many of the companies cut together; the figures are of all of them."""

    @property
    def company(self) -> Company | None:
        return self.companies[0] if self.companies else None

    @property
    def parts(self) -> tuple[str, ...]:
        """What of the employer is cut: divisions, plants and teams, also those that the directory knows by name."""
        keys = {company.key for company in self.employers}
        known = (company.text for company in self.companies if company.unit and company.key in keys)
        return tuple(dict.fromkeys((*(unit.value for unit in self.units), *known)))

    @property
    def employers(self) -> tuple[Company, ...]:
        """Who cuts: mostly one, none where nobody is named."""
        return self.companies[: self.together]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to know its copies by.

    ``exact`` is what copies to the word share. Texts that share one of ``bands`` (below 2^47) may be near-copies, and
    are if their ``signature`` (64 bytes) say so; a text too short to tell a near-copy from a coincidence has neither.
    They hold for one version of rensa's algorithm: after another, old ones find nothing.
    """

    exact: str | None = None
    bands: tuple[int, ...] = ()
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its decision. ``primary``: the employer itself says so, or an office it reported to."""

    article: Article
    flag: Flag
    facts: Facts
    primary: bool = False
    fingerprint: Fingerprint = Fingerprint()
