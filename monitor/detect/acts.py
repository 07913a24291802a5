"""What the verb before each word of a sentence does to people: cuts them, or something else."""

from __future__ import annotations

from enum import Enum

from monitor.detect import lexicon
from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens

_REACH = 14
"""How many words a verb is remembered for."""
_CLAUSE = words("as while when where who but although though if whose")
_CUT_TOO = words("let lets letting notice makes redundant")
_COUNTED = words(
    "of affecting affects affect affected impacting impacts impact hit hits for exceed exceeds reach reaches total to"
)
_HAVING = words("has have had leaving employs sold earned produces produced")
_EARLIER = words("after following since")
FALLING = words("fall falls drop drops shrink shrinks decline declines decrease decreases")
_FALLEN = words("headcount workforce staff staffing")
_STAYS_OPEN = words("open keep save")


class Act(Enum):
    """What a verb does to people. ``EARLIER`` cut them before the cut that the sentence is about."""

    NONE = "none"
    CUT = "cut"
    OTHER = "other"
    EARLIER = "earlier"


def acts(cut: Tokens) -> tuple[Act, ...]:
    """For each token, and for the end, the act of the nearest verb before it."""
    found: list[Act] = []
    act = Act.NONE
    age = 0
    for index, word in enumerate(cut.norms):
        age += 1
        if age > _REACH or ";" in cut.gaps[index]:
            act = Act.NONE
        found.append(act)
        if word in _CUTTING and _cuts(cut, index):
            earlier = act is Act.CUT and not _EARLIER.isdisjoint(cut.norms[max(index - 3, 0) : index])
            act, age = (Act.EARLIER if earlier else Act.CUT), 0
        elif word in _CLAUSE and age > 1:
            act = Act.NONE
        elif _does_else(cut, index):
            act, age = Act.OTHER, 0
    return (*found, act)


def _cuts(cut: Tokens, index: int) -> bool:
    word = cut.norms[index]
    if word in lexicon.PEOPLE_VERBS or word in lexicon.LAY or word in _CUT_TOO:
        return True
    if word in lexicon.PARTING or falls(cut, index):
        return True
    if word in lexicon.SHRINK_NOUNS or word in lexicon.CUT_NOUNS:
        behind_jobs = index and cut.norms[index - 1] in lexicon.JOBS and "," not in cut.gaps[index]
        verb = word in lexicon.CUT_VERBS and not behind_jobs
        return verb or not _COUNTED.isdisjoint(cut.norms[index + 1 : index + 4])
    return word in lexicon.CUT_VERBS


def falls(cut: Tokens, index: int) -> bool:
    """Whether a workforce goes down by a number here: "headcount to fall by 2,000"."""
    by = cut.norms[index] in FALLING and "by" in cut.norms[index + 1 : index + 4]
    return by and not _FALLEN.isdisjoint(cut.norms[max(index - 4, 0) : index])


def _does_else(cut: Tokens, index: int) -> bool:
    word = cut.norms[index]
    if word in lexicon.HIRE:
        return not (word in _STAYS_OPEN and index and cut.norms[index - 1] == "to")
    return word in _HAVING and not _is_auxiliary(cut, index)


def _is_auxiliary(cut: Tokens, index: int) -> bool:
    """Whether "has" only helps the verb behind it: "has cut"."""
    return any(word in _HELPED for word in cut.norms[index + 1 : index + 4])


_CUTTING = lexicon.PEOPLE_VERBS | lexicon.LAY | _CUT_TOO | lexicon.PARTING | FALLING | lexicon.SHRINK_NOUNS
_CUTTING |= lexicon.CUT_NOUNS | lexicon.CUT_VERBS
_HELPED = lexicon.CUT_VERBS | lexicon.PEOPLE_VERBS | lexicon.LAY | lexicon.SAYING | {"been", "said", "to"}
