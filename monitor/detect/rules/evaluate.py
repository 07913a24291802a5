"""How well a pack decides on articles whose answer is known: by article and by event, and beside another pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.model import Flag, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article with its known answer. ``kind`` says why; ``borderline`` marks a contestable one.

    Articles about one event share ``event``; null: this is the only one about its own.
    """

    id: str
    text: Text
    layoff: bool
    kind: str
    borderline: bool = False
    event: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a pack said to a labelled article."""

    labelled: Labelled
    flag: Flag

    @property
    def right(self) -> bool:
        return self.flag.flagged == self.labelled.layoff


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, and the three ratios made of them; a ratio of nothing is 0."""

    found: int
    missed: int
    false_alarms: int
    passed: int

    @property
    def precision(self) -> float:
        return _ratio(self.found, self.found + self.false_alarms)

    @property
    def recall(self) -> float:
        return _ratio(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.found, 2 * self.found + self.missed + self.false_alarms)


@dataclass(frozen=True, slots=True)
class Event:
    """The articles about one event that have one label, and how many of them were flagged."""

    name: str
    layoff: bool
    items: int
    flagged: int
    title: str
    """Of its first article."""

    @property
    def share(self) -> float:
        return self.flagged / self.items


@dataclass(frozen=True, slots=True)
class EventFigures:
    """The ratios where every event counts one, however many articles it has: each article weighs 1 / its event's.

    Recall is the mean, over layoff events, of the share of their articles that was found. Precision is the sum of
    those shares, out of itself and the same sum over the other events. F1 is the harmonic mean of the two.
    """

    events: tuple[Event, ...]

    @property
    def layoffs(self) -> tuple[Event, ...]:
        return tuple(each for each in self.events if each.layoff)

    @property
    def unfound(self) -> tuple[Event, ...]:
        """The layoff events of which no article was found."""
        return tuple(each for each in self.layoffs if not each.flagged)

    @property
    def precision(self) -> float:
        return _ratio(self._found, sum(each.share for each in self.events))

    @property
    def recall(self) -> float:
        return _ratio(self._found, len(self.layoffs))

    @property
    def f1(self) -> float:
        return _ratio(2 * self.precision * self.recall, self.precision + self.recall)

    @property
    def _found(self) -> float:
        return sum(each.share for each in self.layoffs)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of article: how many there are and how many were decided rightly."""

    kind: str
    layoff: bool
    items: int
    right: int


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """How often a rule found its words in a layoff and elsewhere, and in how many false alarms it had a part."""

    rule: str
    layoffs: int
    others: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class VetoFigures:
    """How often a veto reached something in a layoff and elsewhere, and in how many misses it had a part."""

    veto: str
    layoffs: int
    others: int
    misses: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures over some judgements."""

    judgements: tuple[Judgement, ...]

    @property
    def all(self) -> Figures:
        return figures(self.judgements)

    @property
    def clear(self) -> Figures:
        """Without the borderline ones."""
        return figures(self._clear())

    @property
    def events(self) -> EventFigures:
        return EventFigures(events(self.judgements))

    @property
    def clear_events(self) -> EventFigures:
        """Without the borderline articles; an event that has no other is left out."""
        return EventFigures(events(self._clear()))

    @property
    def misses(self) -> tuple[Judgement, ...]:
        return tuple(each for each in self.judgements if each.labelled.layoff and not each.right)

    @property
    def false_alarms(self) -> tuple[Judgement, ...]:
        return tuple(each for each in self.judgements if not each.labelled.layoff and not each.right)

    def by_kind(self) -> tuple[Kind, ...]:
        kinds = sorted({(not each.labelled.layoff, each.labelled.kind) for each in self.judgements})
        return tuple(self._kind(kind, layoff=not other) for other, kind in kinds)

    def _kind(self, kind: str, *, layoff: bool) -> Kind:
        of_it = [each for each in self.judgements if (each.labelled.layoff, each.labelled.kind) == (layoff, kind)]
        return Kind(kind, layoff, len(of_it), sum(each.right for each in of_it))

    def by_rule(self) -> tuple[RuleFigures, ...]:
        names = sorted({name for each in self.judgements for name in each.flag.rules})
        return tuple(self._rule(name) for name in names)

    def by_veto(self) -> tuple[VetoFigures, ...]:
        names = sorted({name for each in self.judgements for name in each.flag.vetoes})
        return tuple(self._veto(name) for name in names)

    def fired(self) -> frozenset[str]:
        """The rules that found their words, and the vetoes that held something back or lowered it."""
        return frozenset(name for each in self.judgements for name in (*each.flag.rules, *each.flag.vetoes))

    def _rule(self, name: str) -> RuleFigures:
        of_it = [each for each in self.judgements if name in each.flag.rules]
        layoffs = sum(each.labelled.layoff for each in of_it)
        alarms = sum(each.flag.flagged and not each.labelled.layoff for each in of_it)
        return RuleFigures(name, layoffs, len(of_it) - layoffs, alarms)

    def _veto(self, name: str) -> VetoFigures:
        of_it = [each for each in self.judgements if name in each.flag.vetoes]
        layoffs = sum(each.labelled.layoff for each in of_it)
        missed = sum(each.labelled.layoff and not each.flag.flagged for each in of_it)
        return VetoFigures(name, layoffs, len(of_it) - layoffs, missed)

    def _clear(self) -> Iterator[Judgement]:
        return (each for each in self.judgements if not each.labelled.borderline)


@dataclass(frozen=True, slots=True)
class Change:
    """An article that two packs decide differently: as the one flags it, and as the other does."""

    labelled: Labelled
    before: Flag
    after: Flag


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two packs on the same articles, in the same order: what the second would change."""

    before: Evaluation
    after: Evaluation

    @property
    def newly_found(self) -> tuple[Change, ...]:
        return self._changes(layoff=True, flagged=True)

    @property
    def newly_missed(self) -> tuple[Change, ...]:
        return self._changes(layoff=True, flagged=False)

    @property
    def new_false_alarms(self) -> tuple[Change, ...]:
        return self._changes(layoff=False, flagged=True)

    @property
    def mended(self) -> tuple[Change, ...]:
        """False alarms of the first pack that are none for the second."""
        return self._changes(layoff=False, flagged=False)

    def _changes(self, *, layoff: bool, flagged: bool) -> tuple[Change, ...]:
        pairs = zip(self.before.judgements, self.after.judgements, strict=True)
        return tuple(
            Change(before.labelled, before.flag, after.flag)
            for before, after in pairs
            if before.labelled.layoff == layoff and before.flag.flagged != flagged == after.flag.flagged
        )


def figures(judgements: Iterable[Judgement]) -> Figures:
    outcomes = [(each.labelled.layoff, each.flag.flagged) for each in judgements]
    return Figures(
        found=outcomes.count((True, True)),
        missed=outcomes.count((True, False)),
        false_alarms=outcomes.count((False, True)),
        passed=outcomes.count((False, False)),
    )


def events(judgements: Iterable[Judgement]) -> tuple[Event, ...]:
    """The events in order of their first article. What one event holds of either label is counted apart."""
    grouped: dict[tuple[bool, bool, str], list[Judgement]] = {}
    for each in judgements:
        item = each.labelled
        name = (item.layoff, True, item.id) if item.event is None else (item.layoff, False, item.event)
        grouped.setdefault(name, []).append(each)
    return tuple(
        Event(name, layoff, len(items), sum(each.flag.flagged for each in items), items[0].labelled.text.title)
        for (layoff, _, name), items in grouped.items()
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
