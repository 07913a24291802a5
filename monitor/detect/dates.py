"""When people go and when it was said, where a sentence about a cut says so; dates of anything else are left alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.acts import Act
from monitor.detect.lexicon import words
from monitor.detect.passages import Found, Passage
from monitor.detect.written_dates import Side, When

_SAID = words(
    """
    announce announced announces announcing confirmed confirming disclosed informed notified revealed said says
    told unveiled
    """
)
_ENDS_SAYING = words(
    """
    after as at be been before begin beginning begins by effective from if is it starting that they until was
    were when which who will would
    """
)
_TO_DO = words("begin close cut eliminate end lay leave reduce shed shut start")
_FILLERS = words("early late mid around about on in the end of beginning start middle as next this")
_BY = words("by effective from starting beginning before")
_STARTS = words("begin begins beginning start starts starting commence effective effect")
_LASTING = words("complete completed completing completion finish finished concluded expected leave leaves depart")
_COMING = words(
    """
    about aims begins could expect expected expects intends may might must plan planned plans proposes scheduled
    set shall should slated starts takes will would
    """
)
_DOING = (
    _TO_DO
    | lexicon.CUT_VERBS
    | lexicon.PEOPLE_VERBS
    | lexicon.LAY
    | {"complete", "completed", "done", "go", "happen", "made", "redundant", "take"}
)
_WENT = words(
    """
    axed began closed dismissed eliminated fired furloughed laid let lost sacked shed shuttered slashed started
    terminated took
    """
)
_OTHER = words(
    """
    acquired annual appointed born bought call contract deadline earnings election fiscal founded hired income
    joined loss meeting merger net profit quarterly report reported reports results revenue sales since until
    vote
    """
)
_OF_OTHERS = words(
    """
    budget earnings election fiscal forecast guidance income loss meeting net profit report results revenue
    sales target
    """
)
_OTHERS = words(
    """
    analyst analysts court employees government governor judge lawmaker lawmakers leaders mayor media minister
    people politicians premier report reports representatives secretary senator source sources union unions
    workers
    """
)
_PEOPLE = lexicon.JOBS | lexicon.CUT_NOUNS | lexicon.WORKPLACES | lexicon.WORKFORCE | lexicon.PEOPLE_VERBS | lexicon.LAY
_THINGS = words(
    """
    budget capacity charge charges cost costs debt emissions expenses impact output production saving savings
    spending tonnes tons
    """
)
_SAYING_REACH = 10
_ACT_REACH = 16
_RECENT = 45
"""Days: what was done longer ago is an earlier cut."""


def effective(passage: Passage) -> Found | None:
    """When people go, if the sentence says it."""
    return next((found for each in passage.dates if (found := _effective(passage, each))), None)


def announced(passage: Passage) -> Found | None:
    """When the cut was announced, if the sentence says it."""
    norms = passage.cut.norms
    if _SAID.isdisjoint(norms) and "dated" not in norms:
        return None
    for each in passage.dates:
        if each.first in passage.aside or not _is_saying(passage, each) or _is_of_others(norms, each.first):
            continue
        value = each.iso(passage.published, Side.BEFORE)
        if value and not _is_later(value, passage.published):
            return _found(passage, each, value)
    return None


def _found(passage: Passage, each: When, value: str) -> Found:
    cut = passage.cut
    return Found(value, cut.starts[each.first], cut.ends[each.last - 1])


def _effective(passage: Passage, each: When) -> Found | None:
    norms = passage.cut.norms
    if _is_of_other(norms, each) or _is_saying(passage, each) or not _is_of_people(norms, each.first):
        return None
    side = _side(passage, each)
    value = None if side is None else each.iso(passage.published, side)
    if value is None or side is None or not _fits(value, side, passage.published):
        return None
    if each.first in passage.aside or not (passage.of_the_cut(each.first) or _is_about_going(norms, each.first)):
        return None
    return _found(passage, each, value)


def _is_about_going(norms: list[str], index: int) -> bool:
    left = norms[max(index - 8, 0) : index]
    return any(pair in (("last", "day"), ("take", "effect"), ("takes", "effect")) for pair in pairwise(left))


def _is_of_people(norms: list[str], index: int) -> bool:
    """Whether what is named last before a date are people, jobs or a place of work, and not money or goods."""
    named = (word in _PEOPLE for word in reversed(norms[:index]) if word in _PEOPLE or word in _THINGS)
    return next(named, True)


def _is_of_other(norms: list[str], each: When) -> bool:
    """Whether a date is of results, of a meeting, of the past of a person or a company."""
    if not _OF_OTHERS.isdisjoint(norms[each.last : each.last + 2]):
        return True
    return not _OTHER.isdisjoint(norms[max(each.first - 5, 0) : each.first])


def _side(passage: Passage, each: When) -> Side | None:
    """Whether people go on that date, or went; null if it is not said of them."""
    cut, norms = passage.cut, passage.cut.norms
    index = each.first - 1
    while index >= 0 and norms[index] in _FILLERS and "," not in cut.gaps[index + 1]:
        index -= 1
    between = norms[index + 1 : each.first]
    before = norms[index] if index >= 0 else ""
    reach = range(index, max(index - _ACT_REACH, -1), -1)
    if before in _BY:
        coming = before != "from" or index == 0 or any(_is_coming(norms, at) for at in reach)
        return Side.AFTER if coming else None
    if _is_about_going(norms, each.first) or before in _STARTS:
        return Side.AFTER
    if not between and each.weekday is None and each.shift is None:
        return None
    if not (
        {"on", "in", "of", "mid", "next", "this", "early", "late"} & set(between)
        or each.weekday is not None
        or each.shift is not None
    ):
        return None
    verb = next((at for at in reach if _is_coming(norms, at) or norms[at] in _WENT), None)
    if verb is None or not _acts(passage, verb, each.first):
        return None
    coming = any(_is_coming(norms, at) for at in range(max(verb - 4, 0), verb + 1))
    return Side.AFTER if coming else Side.BEFORE


def _is_coming(norms: list[str], at: int) -> bool:
    """Whether a word says that something will be done: "will close", "plans", "to cut", "to be cut"."""
    word, ahead = norms[at], norms[at + 1 : at + 3]
    if word in ("to", "will", "would", "could", "may", "might", "should", "must", "shall"):
        return not _DOING.isdisjoint(ahead[1:] if ahead[:1] in (["be"], ["begin"]) else ahead)
    return word in _COMING


def _acts(passage: Passage, verb: int, index: int) -> bool:
    """Whether what is done or will be done is the cut: no other clause and no mark stands between."""
    cut = passage.cut
    if any(mark in cut.gaps[at] for at in range(verb + 1, index + 1) for mark in ";:—()"):
        return False
    act = passage.acts[index]
    return act is Act.CUT or (act is Act.NONE and not lexicon.CLOSING.isdisjoint(cut.norms[verb:index]))


def _fits(value: str, side: Side, published: date | None) -> bool:
    """Whether a date can be one of the cut at hand."""
    if published is None:
        return side is Side.AFTER
    if side is Side.AFTER:
        return value >= published.isoformat()[: len(value)] or "Q" in value
    if len(value) < len("2026-03"):
        return False
    if _is_later(value, published):
        return False
    stated = date(int(value[:4]), int(value[5:7]), int(value[8:10] or 28)) if value[5].isdigit() else None
    return stated is not None and (published - stated).days <= _RECENT


def _is_later(value: str, published: date | None) -> bool:
    return published is not None and value[0].isdigit() and value > published.isoformat()[: len(value)]


def _is_saying(passage: Passage, each: When) -> bool:
    """Whether it is said on that date: "said on Monday", "on Monday announced", "in a filing dated 3 March"."""
    cut, norms = passage.cut, passage.cut.norms
    if norms[max(each.first - 1, 0) : each.first] == ["dated"]:
        return True
    if (
        each.day is None
        and each.weekday is None
        and not (each.shift is not None and each.of == "day" and each.shift <= 0)
    ):
        return False
    if norms[each.last : each.last + 1] and norms[each.last] in _SAID and cut.gaps[each.last] == " ":
        return True
    for index in range(each.first - 1, max(each.first - _SAYING_REACH, -1), -1):
        word = norms[index]
        if word in _SAID:
            return True
        if word in _ENDS_SAYING or _is_purpose(norms, index) or any(mark in cut.gaps[index + 1] for mark in ",;:—("):
            return False
    return False


def _is_of_others(norms: list[str], index: int) -> bool:
    """Whether it is a union, a minister or a newspaper that said it."""
    verb = next((at for at in range(index, max(index - _SAYING_REACH, -1), -1) if norms[at] in _SAID), index)
    return not _OTHERS.isdisjoint(norms[max(verb - 6, 0) : verb])


def _is_purpose(norms: list[str], index: int) -> bool:
    return norms[index] in _TO_DO and index > 0 and norms[index - 1] in ("to", "would", "will")
