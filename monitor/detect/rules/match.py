"""Judging: which rules and vetoes find their words in a text, and what follows. Pure, and never raises.

Every field is first reduced to its words; one pass of an RE2 set over them says which patterns have a chance.
An article without any trigger word costs no more than that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Generic, TypeVar

import re2

from monitor.detect.companies import Directory
from monitor.detect.names import named
from monitor.detect.rules.language import Pattern, options
from monitor.detect.rules.rule import Condition, Reach, Rule, Scale, Veto
from monitor.detect.rules.slots import slotted
from monitor.detect.rules.words import View, sketch, view
from monitor.detect.text import Folded, fold
from monitor.model import Evidence, Flag, Severity, Stage, Text

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

    def __init__(self, rules: tuple[Rule, ...], vetoes: tuple[Veto, ...], scale: Scale, directory: Directory) -> None:
        self._directory = directory
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
        search = _Search(fields, self._directory, _language(text.language))
        matches = list(self._found(self._rules, self._by_pattern, search))
        sentences = {(match.field, match.found[0]) for match in matches if match.by.weight > 0}
        if not sentences:
            return _NOTHING
        vetoes = list(self._found(self._vetoes, self._vetoes_by_pattern, search))
        return self._flag(text, [match for match in matches if (match.field, match.found[0]) in sentences], vetoes)

    def _hoped(self, text: str) -> frozenset[Pattern]:
        """The patterns that may be found in a field, judged by single words."""
        hits = self._anchors.Match(sketch(text)) if self._anchors else None
        return self._unanchored.union(*(self._waiting[hit] for hit in hits)) if hits else self._unanchored

    def _asked(self, by_pattern: Mapping[Pattern, tuple[int, ...]], hoped: frozenset[Pattern]) -> list[int]:
        """The numbers of the rules that have a pattern of their own ``any`` among those hoped for, in order."""
        return sorted({number for pattern in hoped if pattern in by_pattern for number in by_pattern[pattern]})

    def _found(
        self, all_of_them: tuple[By, ...], by_pattern: Mapping[Pattern, tuple[int, ...]], search: _Search
    ) -> Iterator[_Match[By]]:
        for field in search.fields:
            for number in self._asked(by_pattern, field.hoped):
                yield from search.matches(all_of_them[number], field)

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
            severity=_severity(speaking) if flagged else None,
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


class _Field:
    """One field of a text, the patterns that may be found in it, and those that were looked for."""

    def __init__(self, name: str, text: str, hoped: frozenset[Pattern]) -> None:
        self.name = name
        self.text = text
        self.hoped = hoped
        self.found: dict[Pattern, tuple[Found, ...]] = {}

    @cached_property
    def view(self) -> View:
        return view(self.text)

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    def zone(self, sentence: int) -> str:
        if self.name != "body":
            return self.name
        if len(self.view.spans) <= LEAD_WORDS:
            return "lead"
        return "lead" if self.view.sentences[sentence] < self.view.spans[LEAD_WORDS][0] else "body"


class _Search:
    """A text being searched, every pattern once in every field, for the rules of its language."""

    def __init__(self, fields: list[_Field], directory: Directory, language: str | None) -> None:
        self.fields = fields
        self._directory = directory
        self._language = language
        self._slotted: dict[str, View] = {}

    def matches(self, by: By, field: _Field) -> Iterator[_Match[By]]:
        spoken = by.language is None or self._language is None or by.language == self._language
        if not spoken or field.name not in by.when.fields:
            return
        for found in self._holds(by.when, field):
            yield _Match(by, field.name, field.zone(found[0]), found)

    def _holds(self, when: Condition, field: _Field) -> Iterator[Found]:
        """The first place in every sentence where the condition holds."""
        found = sorted(place for pattern in when.any for place in self._places(pattern, field))
        if not found:
            return
        seen: set[int] = set()
        refused = [self._reached(pattern, when.within, field) for pattern in when.none]
        needed = [self._reached(pattern, when.within, field) for pattern in when.all]
        for place in found:
            sentence = place[0]
            if sentence in seen or any(sentence in each for each in refused):
                continue
            if all(sentence in each for each in needed):
                seen.add(sentence)
                yield place

    def _reached(self, pattern: Pattern, within: Reach, field: _Field) -> Collection[int]:
        """The sentences of a field that are within reach of where a pattern was found."""
        if within is Reach.SENTENCE:
            return {place[0] for place in self._places(pattern, field)}
        where = self.fields if within is Reach.ARTICLE else [field]
        return range(len(field.view.sentences)) if any(self._places(pattern, each) for each in where) else ()

    def _places(self, pattern: Pattern, field: _Field) -> tuple[Found, ...]:
        if pattern not in field.hoped or field.name not in pattern.fields:
            return ()
        if pattern not in field.found:
            field.found[pattern] = tuple(_raw(pattern, field) if pattern.raw else self._worded(pattern, field))
        return field.found[pattern]

    def _worded(self, pattern: Pattern, field: _Field) -> Iterator[Found]:
        seen = self._with_slots(field) if pattern.slots else field.view
        for match in pattern.compiled.finditer(seen.encoded):
            start, end = seen.span(*match.span())
            yield seen.sentence(start), start, end

    def _with_slots(self, field: _Field) -> View:
        if field.name not in self._slotted:
            names = named(field.text, field.view.sentences, self._directory)
            self._slotted[field.name] = slotted(field.view, names)
        return self._slotted[field.name]


def _raw(pattern: Pattern, field: _Field) -> Iterator[Found]:
    # Half of a surrogate pair cannot be encoded; a question mark in its place keeps every offset.
    for match in pattern.compiled.finditer(field.folded.text.encode(errors="replace").decode()):
        if match.start() < match.end():
            start, end = field.folded.span(*match.span())
            yield field.view.sentence(start), start, end


def _language(written: str | None) -> str | None:
    """The language itself, without region or script: "de" of "de-AT". English counts as unknown.

    It is what much software writes into a feed whose publisher never said.
    """
    language = (written or "").replace("_", "-").partition("-")[0].lower()
    return None if language in ("", "en") else language


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


def _severity(speaking: list[Rule]) -> Severity:
    return max((rule.severity for rule in speaking), key=lambda severity: severity.rank)


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
