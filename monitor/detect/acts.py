"""What a sentence does to the people it counts: cuts them, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from monitor.detect import lexicon
from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens

_REACH = 14
"""How many words a verb is remembered for."""
_CLAUSE = words("as while when where who but although though if whose")
_CUT_TOO = words("let lets letting notice notices makes redundant")
_COUNTED = words(
    "of affecting affects affect affected impacting impacts impact hit hits for exceed exceeds reach reaches total to "
    "near nearing"
)
_LOOKING = words("look looking looks search searches searching")
_HAVING = words("has have had leaving employs sold earned produces produced")
_EARLIER = words("after following since")
FALLING = words("fall falls drop drops shrink shrinks decline declines decrease decreases")
_FALLEN = words("headcount workforce staff staffing")
_STAYS_OPEN = words("open keep save")
_PASSED = words("another its their the last final all some about around nearly almost over roughly")
_ENDS = words(
    "across after amid and as at because before by from globally in more nationwide next now on or over since this to "
    "today when while who with worldwide"
)
_GO_ENDS = words("after amid as at before by in when while worldwide")
_AXE = words("axes axing")
_PART = words("part parts parted parting")
_GIVE = words("give gave gives giving given hand handed handing hands")
_SEND = words("send sending sends sent")
_LET = words("let lets letting")
_LOSE = words("axe axes axing cut cuts cutting lose loses losing shed shedding sheds")
_SHED = words("shed shedding sheds")
_PUT = words("place places placing put puts putting")
_PUSH = words("axe boot bullet chop elbow heave push sack")
_PAPERS = words("cards notice notices")
_MUST = words("must will")
_STRUCK = words("affected gone jobless redundant")
ASIDE = words("after amid as when while")
"""Words that begin what goes on besides."""
_NO_PLACE = words("midday noon close open opening")
_WORKERS = words("employees jobs miners posts staff staffers steelworkers workers")
_TROUBLES = words("blackout blast fumes heat hospital leak outage power smoke snow storm storms water")
_JOINING = words("of for on in with at to from by about")
_GROUPS = words("arm department desk division office payroll ranks team unit")
_DEPARTURES = words("departures dismissals exits leavers sackings terminations")
_BOARDROOM = words(
    "analysts boss compulsory forced investors payroll restructuring severance shareholders shares staff talks union "
    "unions voluntary"
)
_CUTS = words("axe cuts job jobs layoffs redundancies redundancy staff")
_PAUSES = frozenset(",.;:)!?–—")
_BEING = words("are be been being could get gets have may might more others set to was were will would being") | {"can"}
_LET_GO = (("laid", "off"), ("let", "go"), ("made", "redundant"))
_DEPART = words("depart go leave")
_WHERE = (["at"], ["in"])
_WORK = words("jobs work")
_PEOPLE_ONLY = words("furloughed jobless retrenched sacked unemployed")
_LOSING = words("lose loses losing lost")
_JOBS_LOST = words("job jobs posts positions livelihoods")
_FACE = words("face faces facing")
_TELLING = _BEING | _FACE | _LOSING | _PEOPLE_ONLY | words("laid let made")


class Act(Enum):
    """What a verb does to people. ``EARLIER`` cut them before the cut that the sentence is about."""

    NONE = "none"
    CUT = "cut"
    OTHER = "other"
    EARLIER = "earlier"


@dataclass(frozen=True)
class Deeds:
    """The acts of a sentence, worked out once by whoever asks first."""

    cut: Tokens

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """For each token, and for the end, the act of the nearest verb before it."""
        return acts(self.cut)


def acts(cut: Tokens) -> tuple[Act, ...]:
    """For each token, and for the end, the act of the nearest verb before it."""
    found: list[Act] = []
    act = Act.NONE
    age = 0
    of_jobs = False
    for index, word in enumerate(cut.norms):
        age += 1
        if age > _REACH or ";" in cut.gaps[index]:
            act = Act.NONE
        found.append(act)
        if word in _CUTTING and _cuts(cut, index):
            earlier = act is Act.CUT and of_jobs and not _EARLIER.isdisjoint(cut.norms[max(index - 3, 0) : index])
            of_jobs = word not in _NO_ROUND and not (
                word == "laid" and not lexicon.JOBS.isdisjoint(cut.norms[index + 2 : index + 3])
            )
            act, age = (Act.EARLIER if earlier else Act.CUT), 0
        elif word in _CLAUSE and age > 1:
            act = Act.NONE
        elif _does_else(cut, index):
            act, age = Act.OTHER, 0
    return (*found, act)


def befallen(cut: Tokens, first: int, last: int) -> int | None:
    """The word that says what befalls a number which names nobody, where only people can be meant.

    "sends 800 packing", "gives notice to 65", "closes a plant; 330 affected". The number is ``[first, last)``.
    """
    if not lexicon.ELSEWHERE.isdisjoint(cut.norms):
        return None
    verb = first - 1
    while verb > 0 and cut.norms[verb] in _PASSED:
        verb -= 1
    readings = (_dismissed, _lost, _shown_out, _thinned, _laid_off, _leaving, _closed)
    return next((index for reading in readings if (index := reading(cut, verb, first, last)) is not None), None)


def _dismissed(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The verb before a number at which its part of the sentence ends: "parts with 300 as sales fall"."""
    del first
    if verb < 0 or not ends(cut, last, _ENDS):
        return None
    word, before = cut.norms[verb], cut.norms[max(verb - 2, 0) : verb]
    match (*before, word):
        case (*_, part, "with") if part in _PART:
            return verb - 1
        case (*_, "axe", "on"):
            return verb - 1
        case (give, "notice", "to") if give in _GIVE and ends(cut, last, _GO_ENDS):
            return verb - 2
        case (*_, auxiliary, "axe") if auxiliary in lexicon.AUXILIARY:
            return verb
    return verb if word in _AXE else None


def _lost(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The verb before a number of those who work at a trade, or at a place: "loses 40 welders"."""
    del first
    if verb < 0:
        return None
    ahead = [*cut.norms[last : last + 2], "", ""]
    if cut.norms[verb] in _SHED and ahead[0] == "at":
        return verb if ahead[1] and ahead[1] not in lexicon.EVERYDAY and ahead[1] not in _NO_PLACE else None
    trade = ahead[0] in lexicon.TRADES or (ahead[0] not in _ENDS and ahead[1] in lexicon.TRADES)
    return verb if trade and cut.norms[verb] in _LOSE and cut.gaps[last] == " " else None


def _shown_out(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The verb around a number: "sends 800 packing", "lets 350 go", "hands 2,500 their notice"."""
    del first
    if verb < 0:
        return None
    word, ahead = cut.norms[verb], [*cut.norms[last : last + 2], "", ""]
    if word == "home" and verb:
        verb, word = verb - 1, cut.norms[verb - 1]
    sent = word in _SEND and ahead[0] == "packing"
    let = word in _LET and ahead[0] == "go" and ends(cut, last + 1, _GO_ENDS)
    let = let or (word in _LET and ahead[:2] == ["of", "them"] and cut.norms[last + 2 : last + 3] == ["go"])
    handed = word in _GIVE and ahead[0] == "their" and ahead[1] in _PAPERS
    return verb if sent or let or handed else None


def _thinned(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The verb that takes a number from a group of people: "trims head office by 300"."""
    del verb
    if first < 3 or cut.norms[first - 1] != "by" or cut.norms[first - 2] not in _GROUPS or not ends(cut, last, _ENDS):
        return None
    ahead = range(first - 3, max(first - 7, -1), -1)
    return next((index for index in ahead if cut.norms[index] in lexicon.CUT_VERBS), None)


def _laid_off(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The number itself, where it is said right behind it what is done to people only: "dozens laid off"."""
    del verb
    at = last
    if cut.norms[at : at + 1] in _WHERE:
        at = next((near for near in range(at + 1, min(at + 6, len(cut))) if cut.norms[near] in _TELLING), at)
    while at < min(last + 8, len(cut)) and cut.norms[at] in _BEING:
        at += 1
    if any(not _PAUSES.isdisjoint(gap) for gap in cut.gaps[last : at + 1]):
        return None
    ahead = [*cut.norms[at : at + 4], "", "", "", ""]
    gone = (ahead[0], ahead[1]) in _LET_GO or ahead[0] in _PEOPLE_ONLY
    gone = gone or (ahead[0] == "without" and ahead[1] in _WORK)
    losing = ahead[0] in _LOSING and not _JOBS_LOST.isdisjoint(ahead[1:3])
    facing = ahead[0] in _FACE and not _CUTS.isdisjoint(ahead[1:3])
    return first if gone or losing or facing else None


def _leaving(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The number itself, where it is said behind it that they go: "1,100 more must go", "200 get the push"."""
    del verb
    norms = cut.norms
    at = last + 1 if norms[last : last + 1] in (["more"], ["others"]) else last
    ahead = [*norms[at : at + 4], "", "", "", ""]
    told = not _CUTS.isdisjoint(norms) or (first > 0 and norms[first - 1] in lexicon.SAYING)
    going = told and ahead[0] in _MUST and ahead[1] == "go" and ends(cut, at + 2, ASIDE)
    going = going or (told and ahead[0] == "to" and ahead[1] in _DEPART and ends(cut, at + 2, _GO_ENDS))
    paid_off = ahead[1] == "leave" and "payroll" in ahead[2:4] and (ahead[0] in _MUST or ahead[0] == "to")
    pushed = ahead[0] in ("get", "gets", "got") and ahead[1] == "the" and ahead[2] in _PUSH
    departing = ahead[0] in _DEPARTURES and ends(cut, at + 1, _GO_ENDS) and not _BOARDROOM.isdisjoint(norms)
    final = first > 0 and norms[first - 1] in ("last", "final")
    workers = final and ahead[0] in _WORKERS and ahead[1] == "go" and ends(cut, at + 2, ASIDE)
    return first if going or paid_off or pushed or departing or workers else None


def _closed(cut: Tokens, verb: int, first: int, last: int) -> int | None:
    """The word that closes a place of work, where a number is of those who work there."""
    norms = cut.norms
    ahead = [*norms[last : last + 3], "", "", ""]
    places = lexicon.WORKPLACES
    if ahead[0] in _STRUCK and ends(cut, last + 1, ASIDE) and _TROUBLES.isdisjoint(norms):
        places = lexicon.WORKS if ahead[0] == "affected" else places
    elif not (
        (verb > 0 and norms[verb] in _PUT and ahead[:2] == ["at", "risk"] and ahead[2] != "of")
        or (first > 1 and norms[first - 1] == "employing" and norms[first - 2] in places)
    ):
        return None
    closing = (index for index in range(max(first - 12, 0), first) if norms[index] in lexicon.CLOSING)
    return next((index for index in closing if _is_closed(cut, index, places)), None)


def _is_closed(cut: Tokens, verb: int, places: frozenset[str]) -> bool:
    """Whether it is a place of work that a verb closes, and not a deal on one."""
    for index in range(verb + 1, min(verb + 8, len(cut))):
        if cut.norms[index] in _JOINING or not _PAUSES.isdisjoint(cut.gaps[index]):
            return False
        if cut.norms[index] in places:
            return True
    return False


def ends(cut: Tokens, index: int, words_behind: frozenset[str]) -> bool:
    """Whether what is said of a number ends before a token."""
    if index >= len(cut) or cut.norms[index] in words_behind:
        return True
    gap = cut.gaps[index]
    return "%" not in gap and (" - " in gap or not _PAUSES.isdisjoint(gap))


def _cuts(cut: Tokens, index: int) -> bool:
    word = cut.norms[index]
    if word in lexicon.PEOPLE_VERBS or word in lexicon.LAY or word in _CUT_TOO:
        return True
    if word in lexicon.PARTING or falls(cut, index):
        return True
    if word == "decrease" and cut.norms[index + 1 : index + 2] == ["of"]:
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
    if word in _LOOKING:
        return cut.norms[index + 1 : index + 2] == ["for"]
    return word in _HAVING and not _is_auxiliary(cut, index)


def _is_auxiliary(cut: Tokens, index: int) -> bool:
    """Whether "has" only helps the verb behind it: "has cut"."""
    return any(word in _HELPED for word in cut.norms[index + 1 : index + 4])


_CUTTING = lexicon.PEOPLE_VERBS | lexicon.LAY | _CUT_TOO | lexicon.PARTING | FALLING | lexicon.SHRINK_NOUNS
_CUTTING |= lexicon.CUT_NOUNS | lexicon.CUT_VERBS
_NO_ROUND = lexicon.CLOSING | {"layoff"}
"""What may be told before a cut without being a cut of its own."""
_HELPED = lexicon.CUT_VERBS | lexicon.PEOPLE_VERBS | lexicon.LAY | lexicon.SAYING | {"been", "said", "to"}
