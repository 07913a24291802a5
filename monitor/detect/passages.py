"""One sentence that speaks of a cut, as those who read places, units, dates and reasons take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.acts import Act, Deeds
from monitor.detect.companies import Spot
from monitor.detect.cues import cues
from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens
from monitor.detect.written_dates import BEGINS, FIRST_YEAR, MONTHS, When, when

_EARLIER = words("ago earlier former formerly previous previously prior")
_NOW = words("today month week on monday tuesday wednesday thursday friday saturday sunday")
_SPANS = words("year summer autumn fall winter spring month january february march november december")
_CLAUSES = words("after although as because before but following since though when where which while who")
_YEARS_BEHIND = words("in of since from late early mid")
_VERBS = lexicon.AUXILIARY | lexicon.SAYING | lexicon.CUT_VERBS | lexicon.PEOPLE_VERBS
_STANDING = lexicon.JOBS | lexicon.CUT_NOUNS | lexicon.SHRINK_NOUNS | lexicon.WORKPLACES | lexicon.AFFECTED
_CUTTING = lexicon.CUT_VERBS | lexicon.PEOPLE_VERBS | lexicon.LAY | lexicon.CUT_NOUNS
TOUCHING = _CUTTING | lexicon.SHRINK_NOUNS | lexicon.PARTING | lexicon.AFFECTED | {"let", "lets", "letting", "warn"}
_MARKS = _EARLIER | {"last"}
_TOOLS = _CUTTING | {"go", "jobs", "job", "redundant"}
_WORKPLACES = lexicon.WORKPLACES | words("facilities facility headquarters lab labs newsroom studio unit")
_NEAR = 7
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Found:
    """What is stated, and the characters that state it."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The words of a sentence with what is known of them.

    ``spots``: known employers; ``names``: the words of every name that is read as one. ``capitals``: they tell names
    from other words.
    """

    deeds: Deeds
    spots: tuple[Spot, ...]
    capitals: bool
    names: frozenset[str]
    published: date | None

    @cached_property
    def cut(self) -> Tokens:
        """The words."""
        return self.deeds.cut

    @property
    def acts(self) -> tuple[Act, ...]:
        """What the verb before each token does to people."""
        return self.deeds.acts

    @cached_property
    def aside(self) -> frozenset[int]:
        """The tokens that speak of an earlier time."""
        return _aside(self.cut, self.published)

    @cached_property
    def dates(self) -> tuple[When, ...]:
        """Every date, in order."""
        found: list[When] = []
        norms = self.cut.norms
        for index in [index for index, word in enumerate(norms) if word[0] <= "9" or word in BEGINS]:
            if not (found and index < found[-1].last) and (each := when(self.cut, index, capitals=self.capitals)):
                found.append(each)
        return tuple(found)

    def of_the_cut(self, index: int) -> bool:
        """Whether what stands at a token is said of the cut, and not of an earlier one or of what is done besides."""
        if index in self.aside:
            return False
        act = self.acts[index]
        if act is not Act.NONE:
            return act is Act.CUT
        norms = self.cut.norms
        if not _STANDING.isdisjoint(norms[max(index - _NEAR, 0) : index]):
            return True
        return not _TOOLS.isdisjoint(norms[index + 1 : index + _AHEAD])


def speaks(cut: Tokens) -> bool:
    """Whether a sentence says that jobs are cut, or that a place of work closes."""
    if TOUCHING.isdisjoint(cut.norms):
        return False
    if next(cues(cut), None) is not None:
        return True
    return not lexicon.CLOSING.isdisjoint(cut.norms) and not _WORKPLACES.isdisjoint(cut.norms)


def _aside(cut: Tokens, published: date | None) -> frozenset[int]:
    """The tokens of each clause that names an earlier time."""
    if _MARKS.isdisjoint(cut.norms) and not any(len(word) == 4 and word.isdecimal() for word in cut.norms):
        return frozenset()
    marks = [index for index, word in enumerate(cut.norms) if _is_earlier(cut, index, word, published)]
    if not marks:
        return frozenset()
    bounds = [0, *(index for index in range(1, len(cut)) if _begins(cut, index)), len(cut)]
    found: set[int] = set()
    for first, last in pairwise(bounds):
        if any(first <= mark < last for mark in marks):
            found.update(range(first, last))
    return frozenset(found)


def _is_earlier(cut: Tokens, index: int, word: str, published: date | None) -> bool:
    ahead = cut.norms[index + 1 : index + 3]
    if word in _EARLIER:
        return word != "earlier" or ahead[:1] == ["this"] or _NOW.isdisjoint(ahead)
    if word == "last":
        return not _SPANS.isdisjoint(ahead[:1]) and (index == 0 or cut.norms[index - 1] not in ("the", "of"))
    if published is None or len(word) != 4 or not word.isdecimal() or not FIRST_YEAR <= int(word) < published.year:
        return False
    before = cut.norms[index - 1] if index else ""
    return before in _YEARS_BEHIND or before in MONTHS


def _begins(cut: Tokens, index: int) -> bool:
    """Whether a clause begins at a token."""
    gap, word = cut.gaps[index], cut.norms[index]
    if word in _CLAUSES or ";" in gap or (cut.norms[index - 1] == "and" and word in lexicon.AUXILIARY):
        return True
    return "," in gap and (_goes_on(word) or cut.norms[0] in _CLAUSES)


def _goes_on(word: str) -> bool:
    """Whether a verb behind a comma is of the main clause; "affecting" only adds to the one before."""
    return word in _VERBS and not word.endswith("ing")
