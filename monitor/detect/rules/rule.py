"""What a rule and a veto are, once read: conditions over sentences, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.detect.rules.language import FIELDS, Pattern
from monitor.model import Severity, Stage, Text


class Reach(StrEnum):
    """How far something counts from where its words were found."""

    SENTENCE = "sentence"
    FIELD = "field"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds where one of ``any`` is found, and ``within`` reach of it every one of ``all`` and none of ``none``."""

    any: tuple[Pattern, ...]
    all: tuple[Pattern, ...] = ()
    none: tuple[Pattern, ...] = ()
    fields: frozenset[str] = frozenset(FIELDS)
    within: Reach = Reach.SENTENCE

    def patterns(self) -> tuple[Pattern, ...]:
        return (*self.any, *self.all, *self.none)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts that the pack must flag, and texts that it must pass."""

    flag: tuple[Text, ...] = ()
    pass_: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Words that speak for a layoff. A weight of nothing only tells the stage of what other rules found.

    ``language``: it is applied to articles of this one and of unknown language; null: to all. ``measured``: figures on
    labelled articles say how good its pack is.
    """

    id: str
    says: str
    kind: str
    stage: Stage | None
    severity: Severity | None
    language: str | None
    weight: float
    when: Condition
    examples: Examples
    file: str
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Words that say the others mean something else. ``lowers`` is the share of their weight that it takes: 1 is all.

    ``over`` holds the ids of the rules it outranks or lowers; empty: every rule.
    """

    id: str
    says: str
    kind: str
    stage: Stage | None
    language: str | None
    lowers: float
    reach: Reach
    over: frozenset[str]
    when: Condition
    examples: Examples
    file: str
    measured: bool


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
