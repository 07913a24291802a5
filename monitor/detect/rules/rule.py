"""What a rule and a veto are, once read: conditions over sentences, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.detect.rules.language import Pattern
from monitor.model import Stage, Text

FIELDS = ("title", "summary", "body")


class Reach(StrEnum):
    """How far a veto reaches from where its words were found."""

    SENTENCE = "sentence"
    FIELD = "field"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds in a sentence where one of ``any`` and every one of ``all`` is found, and none of ``none``."""

    any: tuple[Pattern, ...]
    all: tuple[Pattern, ...] = ()
    none: tuple[Pattern, ...] = ()
    fields: frozenset[str] = frozenset(FIELDS)

    def patterns(self) -> tuple[Pattern, ...]:
        return (*self.any, *self.all, *self.none)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts that the pack must flag, and texts that it must pass."""

    flag: tuple[Text, ...] = ()
    pass_: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that speak for a layoff. A weight of nothing only tells the stage of what other rules found."""

    id: str
    says: str
    kind: str
    stage: Stage | None
    weight: float
    when: Condition
    examples: Examples
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Words that say the others mean something else. ``lowers`` is the share of their weight that it takes: 1 is all.

    ``over`` holds the ids of the rules it outranks or lowers; empty: every rule.
    """

    id: str
    says: str
    kind: str
    stage: Stage | None
    lowers: float
    reach: Reach
    over: frozenset[str]
    when: Condition
    examples: Examples
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From which score an article is flagged or nearly, and what a match counts by where it stands.

    ``lead`` is the beginning of the body, ``body`` the rest of it.
    """

    threshold: float = 0.5
    near: float = 0.35
    title: float = 1.0
    summary: float = 0.8
    lead: float = 0.7
    body: float = 0.3
