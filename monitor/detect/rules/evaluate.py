"""How well a pack decides on articles whose answer is known: precision, recall, F1, the misses and the false alarms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model import Flag, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An article with its known answer. ``kind`` says why; ``borderline`` marks a contestable one."""

    id: str
    text: Text
    layoff: bool
    kind: str
    borderline: bool = False


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
class Evaluation:
    """All figures over some judgements."""

    judgements: tuple[Judgement, ...]

    @property
    def all(self) -> Figures:
        return figures(self.judgements)

    @property
    def clear(self) -> Figures:
        """Without the borderline ones."""
        return figures(each for each in self.judgements if not each.labelled.borderline)

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

    def _rule(self, name: str) -> RuleFigures:
        of_it = [each for each in self.judgements if name in each.flag.rules]
        layoffs = sum(each.labelled.layoff for each in of_it)
        alarms = sum(each.flag.flagged and not each.labelled.layoff for each in of_it)
        return RuleFigures(name, layoffs, len(of_it) - layoffs, alarms)


def figures(judgements: Iterable[Judgement]) -> Figures:
    outcomes = [(each.labelled.layoff, each.flag.flagged) for each in judgements]
    return Figures(
        found=outcomes.count((True, True)),
        missed=outcomes.count((True, False)),
        false_alarms=outcomes.count((False, True)),
        passed=outcomes.count((False, False)),
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
