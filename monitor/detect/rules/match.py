"""Judging: what follows from the rules and vetoes that find their words in a text. Pure, and never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import prod
from typing import Generic, TypeVar

from monitor.detect.companies import Directory
from monitor.detect.rules.language import Pattern
from monitor.detect.rules.marks import Marks
from monitor.detect.rules.rule import Reach, Rule, Scale, Veto
from monitor.detect.rules.search import LEAD_WORDS, Field, Found, Hopes, holds, lead, read
from monitor.model import Evidence, Flag, Severity, Stage, Text

_TAIL = 1_000_000
"""Added to the numbers of sentences behind the beginning of a body."""
_NOTHING = Flag(flagged=False, score=0.0, kind=None, stage=None, rules=(), vetoes=(), evidence=())
_STAGES = (
    Stage.REVERSED,
    Stage.DENIED,
    Stage.FILED,
    Stage.RUMOURED,
    Stage.UNDER_WAY,
    Stage.PLANNED,
    Stage.CONFIRMED,
    Stage.ANNOUNCED,
)

By = TypeVar("By", Rule, Veto)

_Hoped = tuple[str, str, AbstractSet[Pattern]]
"""The name of a field, its words, and the patterns that may be found in them."""


@dataclass(frozen=True, slots=True)
class _Match(Generic[By]):
    """A rule or veto that found its words in a zone: title, summary, lead or body."""

    by: By
    field: str
    zone: str
    found: Found


class Matcher:
    """All rules and vetoes, compiled to be asked together."""

    def __init__(
        self, rules: tuple[Rule, ...], vetoes: tuple[Veto, ...], scale: Scale, directory: Directory, marks: Marks
    ) -> None:
        self._directory = directory
        self._marks = marks
        self._rules = rules
        self._vetoes = vetoes
        self._order = {veto.id: number for number, veto in enumerate(vetoes)}
        self._scale = scale
        self._weights = {"title": scale.title, "summary": scale.summary, "lead": scale.lead, "body": scale.body}
        conditions = [rule.when for rule in rules] + [veto.when for veto in vetoes]
        patterns = {pattern for when in conditions for pattern in when.patterns()}
        self._hopes = Hopes(patterns)
        self._speaking = {pattern for rule in rules if rule.weight > 0 for pattern in rule.when.any}
        self._filing = {pattern for rule in rules if rule.stage is Stage.FILED for pattern in rule.when.any}
        # Behind its beginning a body decides nothing, unless the scale lets it count enough to come near.
        self._whole = scale.body >= min(scale.near, scale.threshold)
        self._by_pattern = _by_pattern(rules)
        self._vetoes_by_pattern = _by_pattern(vetoes)

    def judge(self, text: Text) -> Flag:
        given = [(name, read(words)) for name, words in text.fields() if words]
        hoped = [(name, words, self._hopes.of(words)) for name, words in given]
        if all(self._speaking.isdisjoint(patterns) for _, _, patterns in hoped):
            return _NOTHING
        fields = [self._field(*each) for each in hoped]
        language = _language(text.language)
        matches = [
            _Match(rule, field.name, _zone(field, found[0]), found)
            for field in fields
            for rule in _spoken(self._rules, self._by_pattern, field.hoped, language)
            for found in holds(rule.when, field, fields)
        ]
        if matches:
            matches += self._filed(hoped, fields, language)
        weighty = [match for match in matches if match.by.weight > 0]
        if not weighty:
            return _NOTHING
        sentences = {(match.field, match.found[0]) for match in weighty}
        languages = {None, *(match.by.language for match in weighty)}
        # What only tells the stage speaks where something was found, in its own language.
        matches = [
            match for match in matches if (match.field, match.found[0]) in sentences and match.by.language in languages
        ]
        vetoes = [
            _Match(veto, field.name, _zone(field, found[0]), found)
            for field in fields
            for veto in _spoken(self._vetoes, self._vetoes_by_pattern, field.hoped, language)
            for found in holds(veto.when, field, fields, _reachable(veto, field, matches))
        ]
        return self._flag(text, matches, vetoes)

    def _field(self, name: str, words: str, hoped: AbstractSet[Pattern]) -> Field:
        """A field, and of a body only the beginning where the rest cannot matter."""
        end = len(words) if name != "body" or self._whole else lead(words)
        if end < len(words):
            words = words[:end]
            hoped = self._hopes.of(words)
        return Field(name, words, hoped, self._hopes, self._marks, self._directory)

    def _filed(self, hoped: list[_Hoped], fields: list[Field], language: str | None) -> Iterator[_Match[Rule]]:
        """The notices that the rest of a body tells of: once filed, they are a fact wherever it is said."""
        for (name, words, patterns), read_so_far in zip(hoped, fields, strict=True):
            start = len(read_so_far.text)
            if start == len(words) or self._filing.isdisjoint(patterns):
                continue
            rest = Field(name, words[start:], patterns, self._hopes, self._marks, self._directory)
            for rule in _spoken(self._rules, self._by_pattern, patterns, language):
                if rule.stage is Stage.FILED:
                    for sentence, begins, ends in holds(rule.when, rest, [rest]):
                        yield _Match(rule, name, name, (_TAIL + sentence, start + begins, start + ends))

    def _flag(self, text: Text, matches: list[_Match[Rule]], vetoes: list[_Match[Veto]]) -> Flag:
        held = self._held(matches, vetoes)
        score, zone = self._score(matches, [prod(1 - veto.lowers for veto in holding) for holding in held])
        free, _ = self._score(matches, [1.0] * len(matches))
        holding = {veto.id: veto for each in held for veto in each}
        flagged = score >= self._scale.threshold
        speaking = [match.by for match in matches if match.zone == zone]
        telling = [match.by for match in matches if match.zone in {zone, "title"} or match.by.stage is Stage.FILED]
        strongest = max(holding.values(), key=lambda veto: veto.lowers, default=None)
        alone = next(iter(holding.values())) if len(holding) == 1 else None
        needed = self._scale.near if alone and alone.lowers < 1 else self._scale.threshold
        return Flag(
            flagged=flagged,
            score=score,
            kind=_kind(speaking) if flagged else strongest.kind if strongest else None,
            stage=_stage(telling) if flagged else strongest.stage if strongest else None,
            rules=tuple(dict.fromkeys(match.by.id for match in matches)),
            vetoes=tuple(holding),
            evidence=_evidence(text, [*matches, *(veto for veto in vetoes if veto.by.id in holding)]),
            near=not flagged and (score >= self._scale.near or (alone is not None and free >= needed)),
            severity=_severity(speaking) if flagged else None,
        )

    def _held(self, matches: list[_Match[Rule]], vetoes: list[_Match[Veto]]) -> list[list[Veto]]:
        """The vetoes that reach each match, each once, in order of the files."""
        reaching: dict[tuple[str, int] | str | None, set[int]] = {}
        for veto in vetoes:
            reached = {
                Reach.SENTENCE: (veto.field, veto.found[0]),
                Reach.FIELD: veto.field,
                Reach.ARTICLE: None,
            }[veto.by.reach]
            reaching.setdefault(reached, set()).add(self._order[veto.by.id])
        return [
            [
                each
                for number in sorted(
                    reaching.get((match.field, match.found[0]), set())
                    | reaching.get(match.field, set())
                    | reaching.get(None, set())
                )
                if not (each := self._vetoes[number]).over or match.by.id in each.over
            ]
            for match in matches
        ]

    def _score(self, matches: list[_Match[Rule]], left: list[float]) -> tuple[float, str]:
        """The score of the zone that speaks loudest: its rules by noisy-or, each by the best of its matches."""
        best: dict[str, dict[str, float]] = {}
        for match, share in zip(matches, left, strict=True):
            rules = best.setdefault(match.zone, {})
            rules[match.by.id] = max(rules.get(match.by.id, 0.0), match.by.weight * share)
        scores = {
            zone: round(self._weights[zone] * (1 - prod(1 - weight for weight in rules.values())), 4)
            for zone, rules in best.items()
        }
        zone = max(scores, key=scores.__getitem__)
        return scores[zone], zone


def _spoken(
    all_of_them: tuple[By, ...],
    by_pattern: Mapping[Pattern, tuple[int, ...]],
    hoped: AbstractSet[Pattern],
    language: str | None,
) -> Iterator[By]:
    """Those of a language that have a pattern of their own ``any`` among those hoped for, in order."""
    for number in sorted({number for pattern in hoped if pattern in by_pattern for number in by_pattern[pattern]}):
        by = all_of_them[number]
        if by.language is None or language is None or by.language == language:
            yield by


def _reachable(veto: Veto, field: Field, matches: Iterable[_Match[Rule]]) -> AbstractSet[int] | None:
    """The sentences of a field in which a veto would reach a match; none: all may."""
    meant = [match for match in matches if not veto.over or match.by.id in veto.over]
    if veto.reach is Reach.SENTENCE:
        return {match.found[0] for match in meant if match.field == field.name}
    return None if meant else frozenset()


def _zone(field: Field, sentence: int) -> str:
    """Title, summary, lead or body."""
    if field.name != "body":
        return field.name
    seen = field.view
    return "lead" if len(seen.spans) <= LEAD_WORDS or seen.sentences[sentence] < seen.spans[LEAD_WORDS][0] else "body"


def _language(written: str | None) -> str | None:
    """The language itself, without region or script: "de" of "de-AT". English counts as unknown.

    It is what much software writes into a feed whose publisher never said.
    """
    language = (written or "").replace("_", "-").partition("-")[0].lower()
    return None if language in ("", "en") else language


def _by_pattern(rules: Iterable[Rule | Veto]) -> dict[Pattern, tuple[int, ...]]:
    numbers: dict[Pattern, list[int]] = {}
    for number, rule in enumerate(rules):
        for pattern in rule.when.any:
            numbers.setdefault(pattern, []).append(number)
    return {pattern: tuple(found) for pattern, found in numbers.items()}


def _kind(speaking: list[Rule]) -> str:
    return max(speaking, key=lambda rule: rule.weight).kind


def _severity(speaking: list[Rule]) -> Severity:
    said = [rule.severity for rule in speaking if rule.severity is not None]
    return max(said, key=lambda severity: severity.rank, default=Severity.NORMAL)


def _stage(speaking: list[Rule]) -> Stage:
    told = {rule.stage for rule in speaking}
    return next((stage for stage in _STAGES if stage in told), Stage.ANNOUNCED)


def _evidence(text: Text, matches: Iterable[_Match[Rule] | _Match[Veto]]) -> tuple[Evidence, ...]:
    """Where each rule and veto found its words first, per field."""
    fields = dict(text.fields())
    first: dict[tuple[str, str], Evidence] = {}
    for match in matches:
        _, start, end = match.found
        found = Evidence(match.by.id, match.field, start, end, fields[match.field][start:end])
        first.setdefault((match.by.id, match.field), found)
    return tuple(first.values())
