"""Searching: where in a text the conditions of rules hold, sentence by sentence, looking only where there is hope.

One pass of an RE2 set over single words says which patterns have a chance; a pattern is tried in those sentences only
that hold one of each of its words, and only its first place there is looked for. A regular expression is tried only in
texts that hold the letters it cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

import re2

from monitor.detect.companies import Directory
from monitor.detect.names import named
from monitor.detect.rules.language import Pattern, options
from monitor.detect.rules.marks import Marks
from monitor.detect.rules.parse import Anchors, commonness
from monitor.detect.rules.rule import Condition, Reach
from monitor.detect.rules.slots import slotted
from monitor.detect.rules.words import View, sketch, view
from monitor.detect.text import Folded, fold, folded, plain

_SET_MEMORY = 256 * 2**20

LEAD_WORDS = 70
"""How many words of a body are its beginning."""
_LEAD = re.compile(r"(?:\S*\s*){0,200}")
"""However long its sentences are."""
_READ = 20_000
"""Characters of a field that are read: what an article is about stands at its beginning."""

Found = tuple[int, int, int]
"""A sentence, and the characters of the field from and to which a pattern was found in it."""


_TOGETHER = 200
"""Regular expressions whose letters are looked for in one pass: few enough that the engine's own memory does."""


class Hopes:
    """Which patterns may be found in a text, judged by single words; and of regular expressions by their letters."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        numbers: dict[Anchors, int] = {}
        raw: list[Pattern] = []
        self._unanchored: set[Pattern] = set()
        self._waiting: dict[int, list[tuple[Pattern, frozenset[int]]]] = {}
        for pattern in patterns:
            if pattern.raw:
                raw.append(pattern)
                continue
            if not pattern.anchors:
                self._unanchored.add(pattern)
                continue
            needed = frozenset(numbers.setdefault(anchors, len(numbers)) for anchors in pattern.anchors)
            rarest = numbers[min(pattern.anchors, key=commonness)]
            self._waiting.setdefault(rarest, []).append((pattern, needed))
        met: dict[str, set[int]] = {}
        for anchors, number in numbers.items():
            for anchor in anchors:
                met.setdefault(anchor, set()).add(number)
        self._met = [met[anchor] for anchor in sorted(met)]
        self._set = _set_of(sorted(met))
        chunks = (raw[start : start + _TOGETHER] for start in range(0, len(raw), _TOGETHER))
        self._raw = [(chunk, _filter_of(chunk)) for chunk in chunks]

    def of(self, text: str) -> AbstractSet[Pattern]:
        """Those that may be found in a field."""
        worded = self.among(sketch(text))
        if not self._raw:
            return worded
        encoded = _encoded(folded(text))
        hits = ((chunk, letters.Match(encoded, potential=True) or ()) for chunk, letters in self._raw)
        return worded | {chunk[number] for chunk, numbers in hits for number in numbers}

    def among(self, text: bytes) -> AbstractSet[Pattern]:
        """Those that may be found in a stretch of words, regular expressions aside."""
        hits = self._set.Match(text) if self._set else None
        if not hits:
            return self._unanchored
        met: set[int] = set()
        for hit in hits:
            met |= self._met[hit]
        waiting = self._waiting
        found = [pattern for number in met if number in waiting for pattern, needed in waiting[number] if needed <= met]
        return self._unanchored.union(found) if found else self._unanchored


def read(text: str) -> str:
    """What is read of a field, with one kind of dash, apostrophe and quotation mark."""
    return plain(text[:_READ])


def lead(text: str) -> int:
    """The character at which the beginning of a body ends: where the sentence does that its first 70 words end in."""
    stretch = _LEAD.match(text)
    stop = stretch.end() if stretch else 0
    head = view(text[:stop])
    if len(head.spans) <= LEAD_WORDS:
        return stop
    behind = head.spans[LEAD_WORDS][0]
    return next((start for start in head.sentences if start >= behind), stop)


class Field:
    """One field of a text: in which sentences each pattern may be found, and what was found there."""

    def __init__(  # noqa: PLR0913 (what the search knows of a field, and what it is searched with)
        self, name: str, text: str, hoped: AbstractSet[Pattern], hopes: Hopes, marks: Marks, directory: Directory
    ) -> None:
        self.name = name
        self.text = text
        self.hoped = hoped
        self._hopes = hopes
        self._marks = marks
        self._directory = directory
        self._found: dict[tuple[Pattern, int], Found | None] = {}
        self._slotted: dict[int, View] = {}
        self._raw: dict[Pattern, dict[int, Found]] = {}

    @cached_property
    def view(self) -> View:
        return view(self.text, self._marks.word)

    @cached_property
    def within(self) -> list[AbstractSet[Pattern]]:
        """The patterns that may be found in each sentence."""
        if len(self.view.sentences) < 2:
            return [self.hoped]
        raw = {pattern for pattern in self.hoped if pattern.raw}
        return [self._hopes.among(self.view.encoded[start:end]) | raw for start, end in self._stretches]

    @cached_property
    def where(self) -> Mapping[Pattern, Collection[int]]:
        """The sentences in which each pattern may be found."""
        where: dict[Pattern, list[int]] = {}
        for sentence, hoped in enumerate(self.within):
            for pattern in hoped:
                where.setdefault(pattern, []).append(sentence)
        return where

    def first(self, pattern: Pattern, sentence: int) -> Found | None:
        """The first place of a pattern in a sentence."""
        if pattern not in self.within[sentence] or self.name not in pattern.fields:
            return None
        key = (pattern, sentence)
        if key not in self._found:
            self._found[key] = self._first_raw(pattern, sentence) if pattern.raw else self._first(pattern, sentence)
        return self._found[key]

    def anywhere(self, pattern: Pattern) -> bool:
        return any(self.first(pattern, sentence) for sentence in self.where.get(pattern, ()))

    def _first(self, pattern: Pattern, sentence: int) -> Found | None:
        if pattern.slots:
            seen = self._with_slots(sentence)
            match = pattern.compiled.search(seen.encoded)
        else:
            seen = self.view
            match = pattern.compiled.search(seen.encoded, *self._stretches[sentence])
        return (sentence, *seen.span(*match.span())) if match else None

    def _first_raw(self, pattern: Pattern, sentence: int) -> Found | None:
        if pattern not in self._raw:
            found = self._raw[pattern] = {}
            for match in pattern.compiled.finditer(_encoded(self._folded.text).decode()):
                if match.start() < match.end():
                    start, end = self._folded.span(*match.span())
                    holding = self.view.sentence(start)
                    found.setdefault(holding, (holding, start, end))
        return self._raw[pattern].get(sentence)

    def _with_slots(self, sentence: int) -> View:
        if sentence not in self._slotted:
            starts = (*self.view.sentences, len(self.text))
            begins = starts[sentence]
            names = named(self.text[begins : starts[sentence + 1]], self._directory)
            names = tuple((begins + start, begins + end) for start, end in names)
            self._slotted[sentence] = slotted(self.view, self._stretches[sentence], names)
        return self._slotted[sentence]

    @cached_property
    def _folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def _stretches(self) -> list[tuple[int, int]]:
        return self.view.stretches()


def holds(
    when: Condition, field: Field, fields: Iterable[Field], sentences: AbstractSet[int] | None = None
) -> Iterator[Found]:
    """The first place in every sentence where a condition holds; ``sentences``: only of these."""
    if field.name not in when.fields:
        return
    hoped = {sentence for pattern in when.any for sentence in field.where.get(pattern, ())}
    for sentence in sorted(hoped if sentences is None else hoped & sentences):
        here = field.within[sentence]
        found = [place for pattern in when.any if pattern in here and (place := field.first(pattern, sentence))]
        if not found or any(_stands(pattern, when.within, field, fields, sentence) for pattern in when.none):
            continue
        if all(_stands(pattern, when.within, field, fields, sentence) for pattern in when.all):
            yield min(found)


def _stands(pattern: Pattern, within: Reach, field: Field, fields: Iterable[Field], sentence: int) -> bool:
    """Whether a pattern is found within reach of a sentence."""
    if within is Reach.SENTENCE:
        return pattern in field.within[sentence] and field.first(pattern, sentence) is not None
    return any(each.anywhere(pattern) for each in (fields if within is Reach.ARTICLE else [field]))


def _encoded(text: str) -> bytes:
    """Half of a surrogate pair cannot be encoded; a question mark in its place keeps every offset."""
    return text.encode(errors="replace")


def _filter_of(patterns: Iterable[Pattern]) -> re2.Filter:
    made = re2.Filter()
    for pattern in patterns:
        made.Add(pattern.expression.encode(), pattern.options)
    made.Compile()
    return made


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
