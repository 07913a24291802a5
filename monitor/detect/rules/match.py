"""Judging: which rules and vetoes find their words in a text, and what follows. Pure, and never raises.

Every field is first reduced to its words; one pass of an RE2 set over them says which patterns have a chance.
An article without any trigger word costs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Generic, TypeVar

import re2

from monitor.detect.rules.language import Pattern, options
from monitor.detect.rules.rule import Condition, Reach, Rule, Scale, Veto
from monitor.detect.rules.words import View, sketch, view
from monitor.detect.text import Folded, fold
from monitor.model import Evidence, Flag, Stage, Text

LEAD_WORDS = 70
"""How many words of a body are its beginning."""
_SET_MEMORY = 256 * 2**20
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

Found = tuple[int, int, int]
"""A sentence, and the characters of the field from and to which a pattern was found in it."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a text with the patterns that may be found in it."""

    name: str
    text: str
    hoped: frozenset[Pattern]


By = TypeVar("By", Rule, Veto)


@dataclass(frozen=True, slots=True)
class _Match(Generic[By]):
    """A rule or veto that found its words in a zone: title, summary, lead or body."""

    by: By
    field: str
    zone: str
    found: Found


class Matcher:
    """All rules and vetoes, compiled to be asked together."""

    def __init__(self, rules: tuple[Rule, ...], vetoes: tuple[Veto, ...], scale: Scale) -> None:
        self._rules = rules
        self._vetoes = vetoes
        self._scale = scale
        self._weights = {"title": scale.title, "summary": scale.summary, "lead": scale.lead, "body": scale.body}
        conditions = [rule.when for rule in rules] + [veto.when for veto in vetoes]
        patterns = {pattern for when in conditions for pattern in when.patterns()}
        self._unanchored = frozenset(pattern for pattern in patterns if not pattern.anchors)
        self._anchored = _by_anchor(patterns)
        self._anchors = _set_of(self._anchored)
        self._waiting = list(self._anchored.values())
        self._by_pattern = _by_pattern(rules)
        self._vetoes_by_pattern = _by_pattern(vetoes)

    def judge(self, text: Text) -> Flag:
        fields = [_Field(name, given, self._hoped(given)) for name, given in text.fields() if given]
        if not any(self._asked(self._by_pattern, field.hoped) for field in fields):
            return _NOTHING
        searches = [_Search(field) for field in fields]
        matches = list(self._found(self._rules, self._by_pattern, searches))
        sentences = {(match.field, match.found[0]) for match in matches if match.by.weight > 0}
        if not sentences:
            return _NOTHING
        vetoes = list(self._found(self._vetoes, self._vetoes_by_pattern, searches))
        return self._flag(text, [match for match in matches if (match.field, match.found[0]) in sentences], vetoes)

    def _hoped(self, text: str) -> frozenset[Pattern]:
        """The patterns that may be found in a field, judged by single words."""
        hits = self._anchors.Match(sketch(text)) if self._anchors else None
        return self._unanchored.union(*(self._waiting[hit] for hit in hits)) if hits else self._unanchored

    def _asked(self, by_pattern: Mapping[Pattern, tuple[int, ...]], hoped: frozenset[Pattern]) -> list[int]:
        """The numbers of the rules that have a pattern of their own ``any`` among those hoped for, in order."""
        return sorted({number for pattern in hoped if pattern in by_pattern for number in by_pattern[pattern]})

    def _found(
        self, all_of_them: tuple[By, ...], by_pattern: Mapping[Pattern, tuple[int, ...]], searches: list[_Search]
    ) -> Iterator[_Match[By]]:
        for search in searches:
            for number in self._asked(by_pattern, search.field.hoped):
                yield from search.matches(all_of_them[number])

    def _flag(self, text: Text, matches: list[_Match[Rule]], vetoes: list[_Match[Veto]]) -> Flag:
        held = [_holding(match, vetoes) for match in matches]
        score, zone = self._score(matches, [prod(1 - veto.lowers for veto in holding) for holding in held])
        free, _ = self._score(matches, [1.0] * len(matches))
        holding = {veto.id: veto for each in held for veto in each}
        flagged = score >= self._scale.threshold
        speaking = [match.by for match in matches if match.zone == zone]
        telling = [match.by for match in matches if match.zone in {zone, "title"} or match.by.stage is Stage.FILED]
        strongest = max(holding.values(), key=lambda veto: veto.lowers, default=None)
        held_back = free >= self._scale.threshold and len(holding) == 1
        return Flag(
            flagged=flagged,
            score=score,
            kind=_kind(speaking) if flagged else strongest.kind if strongest else None,
            stage=_stage(telling) if flagged else strongest.stage if strongest else None,
            rules=tuple(dict.fromkeys(match.by.id for match in matches)),
            vetoes=tuple(holding),
            evidence=_evidence(text, [*matches, *(veto for veto in vetoes if veto.by.id in holding)]),
            near=not flagged and (score >= self._scale.near or held_back),
        )

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


class _Search:
    """One field being searched; every pattern is looked for once."""

    def __init__(self, field: _Field) -> None:
        self.field = field
        self.found: dict[Pattern, tuple[Found, ...]] = {}

    @cached_property
    def view(self) -> View:
        return view(self.field.text)

    @cached_property
    def folded(self) -> Folded:
        return fold(self.field.text)

    def matches(self, by: By) -> Iterator[_Match[By]]:
        if self.field.name not in by.when.fields:
            return
        for found in self.holds(by.when):
            yield _Match(by, self.field.name, self.zone(found[0]), found)

    def holds(self, when: Condition) -> Iterator[Found]:
        """The first place in every sentence where the condition holds."""
        found = [place for pattern in when.any for place in self.places(pattern)]
        if not found:
            return
        needed = [{place[0] for place in self.places(pattern)} for pattern in when.all]
        refused = {place[0] for pattern in when.none for place in self.places(pattern)}
        seen: set[int] = set()
        for place in sorted(found):
            sentence = place[0]
            if sentence in seen or sentence in refused or not all(sentence in each for each in needed):
                continue
            seen.add(sentence)
            yield place

    def places(self, pattern: Pattern) -> tuple[Found, ...]:
        if pattern not in self.field.hoped:
            return ()
        if pattern not in self.found:
            self.found[pattern] = tuple(self.raw(pattern) if pattern.raw else self.worded(pattern))
        return self.found[pattern]

    def worded(self, pattern: Pattern) -> Iterator[Found]:
        for match in pattern.compiled.finditer(self.view.encoded):
            start, end = self.view.span(*match.span())
            yield self.view.sentence(start), start, end

    def raw(self, pattern: Pattern) -> Iterator[Found]:
        # Half of a surrogate pair cannot be encoded; a question mark in its place keeps every offset.
        for match in pattern.compiled.finditer(self.folded.text.encode(errors="replace").decode()):
            if match.start() < match.end():
                start, end = self.folded.span(*match.span())
                yield self.view.sentence(start), start, end

    def zone(self, sentence: int) -> str:
        if self.field.name != "body":
            return self.field.name
        if len(self.view.spans) <= LEAD_WORDS:
            return "lead"
        return "lead" if self.view.sentences[sentence] < self.view.spans[LEAD_WORDS][0] else "body"


def _by_anchor(patterns: Iterable[Pattern]) -> dict[str, frozenset[Pattern]]:
    waiting: dict[str, set[Pattern]] = {}
    for pattern in patterns:
        for anchor in pattern.anchors:
            waiting.setdefault(anchor, set()).add(pattern)
    return {anchor: frozenset(waiting[anchor]) for anchor in sorted(waiting)}


def _set_of(anchors: Iterable[str]) -> re2.Set | None:
    chosen = options()
    # Short of memory a set would answer "nothing found" instead of growing slow; single words need little.
    chosen.max_mem = _SET_MEMORY
    made = re2.Set.SearchSet(chosen)
    empty = True
    for anchor in anchors:
        made.Add(anchor.encode())
        empty = False
    if empty:
        return None
    made.Compile()
    return made


def _by_pattern(rules: Iterable[Rule | Veto]) -> dict[Pattern, tuple[int, ...]]:
    numbers: dict[Pattern, list[int]] = {}
    for number, rule in enumerate(rules):
        for pattern in rule.when.any:
            numbers.setdefault(pattern, []).append(number)
    return {pattern: tuple(found) for pattern, found in numbers.items()}


def _holding(match: _Match[Rule], vetoes: Iterable[_Match[Veto]]) -> list[Veto]:
    """The vetoes that reach a match, each once."""
    return list({veto.by.id: veto.by for veto in vetoes if _reaches(veto, match)}.values())


def _reaches(veto: _Match[Veto], match: _Match[Rule]) -> bool:
    if veto.by.over and match.by.id not in veto.by.over:
        return False
    if veto.by.reach is Reach.ARTICLE:
        return True
    same_field = veto.field == match.field
    return same_field and (veto.by.reach is Reach.FIELD or veto.found[0] == match.found[0])


def _kind(speaking: list[Rule]) -> str:
    return max(speaking, key=lambda rule: rule.weight).kind


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
