"""Which numbers of a sentence count cut jobs, or the part of a workforce that is cut.

Everything else that is counted (people employed or hired, money, days, earlier rounds, totals) is left out:
a number not clearly of cut jobs is no number of cut jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile

from monitor.detect import lexicon
from monitor.detect.acts import ASIDE, Act, Deeds, befallen, ends
from monitor.detect.fates import PAUSES, is_affected, is_cut, shrinks
from monitor.detect.lexicon import words
from monitor.detect.numbers import Quantity
from monitor.detect.others import is_earlier, is_level, is_raised, is_size, is_total, is_year
from monitor.detect.tokens import Tokens

_AHEAD = 7
"""How many words may stand between a number and the jobs it counts."""
_MOST = 1_000_000
_MANY = 10
"""Fewer than these may be anything, where no word says what they are."""
_PERCENT = 100
"""Up to these, a number whose sign is lost may be a percentage."""
_ALL = words("all entire")
_ALL_OVER = words("global remaining us worldwide")
_EVERYBODY = (["workforce"], ["staff"], ["employees"], ["workers"], ["headcount"])
_ANOTHER = (["another"], ["further"], ["additional"])
_VERBS = lexicon.CUT_VERBS | lexicon.LAY
_AVOIDING = words("avert averted averting averts avoid avoided avoiding avoids prevent prevented prevents")
_WHICH = words("which who")
_COSTING = words("claim claims cost costs costing")
_OF_ITS = words("of its global the their total")
_HERE = words("in at from")
_OPENING = (["after"], ["following"], ["having"], ["months"], ["weeks"], ["days"])
_SIGNS = words("percent pct")
_HARD = frozenset(';:()[]|—–"“”!?/')
_QUOTING = frozenset(("'", '"', "”", "’", "“", "/"))
_STOP = words(
    "at in to for from by with after before as amid and or than because since while when which who that if over on "
    "into is are was were will would could may might has have had of per"
)
_NEXT = words(
    "across this next last today now more new throughout nationwide worldwide globally monday tuesday wednesday "
    "thursday friday"
)
_TIME = words(
    "day days week weeks month months year years hour hours minute minutes quarter quarters yr yrs time times old"
)
_PAY = words("pay salary salaries wage wages compensation bonus bonuses price prices costs cost spending budget")
_DECLINE = words(
    "cut cuts cutting reduce reduces reducing reduced shrank shrink shrinking shrinks shrunk slash slashed trim trims "
    "trimming trimmed"
)
_DISMISS = words("fire fires firing fired sack sacks sacking sacked dismiss dismisses dismissing dismissed")
_NO_END = words("its their the our his workforce headcount percent pct of")
_ANYBODY = words("people persons members ppl agents officers doctors players")
_ABOUT_JOBS = (lexicon.JOBS - _ANYBODY) | lexicon.CUT_NOUNS | lexicon.LAY | lexicon.PEOPLE_VERBS | {"redundant", "cut"}
_ABOUT_JOBS |= {"cuts", "cutting", "work", "go", "notice"}
_NO_ADJECTIVES = lexicon.CUT_VERBS | lexicon.HIRE | {"workforce", "headcount"}
_COLLECTIVE = words("staff workforce headcount payroll team")
_WHOLE = lexicon.WORKFORCE | lexicon.JOBS
_BETWEEN = words("another additional a an combined its further of total the upp")
_OR = words("or about equivalent meaning some roughly")
_AMOUNT_TO = words(
    "exceed top reach total affects affect affecting affected hits hit impacts impacting impact exceeds exceeded"
)
_GONE = words("affected impacted laid departing departed cut lost eliminated redundant")
_POSTS = words("job jobs position positions post posts role roles")
_WHERE = (["at"], ["in"])
_COUNTABLE = lexicon.CUT_NOUNS | {"notice", "notices"}
_BE_NOW = words("is are")
_NO_EMPLOYER = lexicon.PLACES | lexicon.NATIONALITIES | lexicon.NEVER
_ALL_OF = words("layoff layoffs redundancies")
_REDUCED = words("layoff layoffs reduction cut cuts redundancies")
_UNITS = words("arm business department desk division newsroom office studio team teams unit")
_NEXT_CUT = lexicon.CUT_VERBS | {"and"}
_THROUGH = words("of in and at")


@dataclass(frozen=True, slots=True)
class Cutback:
    """A quantity of what is cut: jobs, or percent of a workforce; ``part``: of one unit's only."""

    quantity: Quantity
    percent: bool
    part: bool = False


def cutbacks(deeds: Deeds, numbers: tuple[Quantity, ...], *, capitals: bool = True) -> tuple[Cutback, ...]:
    """The quantities that count what is cut, in order. ``capitals``: the text has small letters as prose has.

    Without them its percent signs may be lost too, so that "cuts 20 of its workforce" says nothing certain.
    """
    judge = _Judge(deeds, capitals=capitals)
    found: list[Cutback] = []
    for quantity in numbers:
        after_share = bool(found) and found[-1].percent
        if judge.is_share(quantity) if quantity.percent else judge.is_count(quantity, after_share=after_share):
            found.append(Cutback(quantity, quantity.percent, quantity.percent and judge.is_of_a_unit(quantity.last)))
    return tuple(found[judge.earlier(found) :])


def derived(cut: Tokens, numbers: tuple[Quantity, ...]) -> tuple[Quantity, float] | None:
    """How many go when a workforce is cut "to 50 from 112" or "from 112 to 50": the number read, and the difference."""
    for one, two in pairwise(numbers):
        if any(entry.percent or entry.money or entry.value is None for entry in (one, two)) or not one.first:
            continue
        left = cut.norms[max(one.first - 7, 0) : one.first]
        if lexicon.WORKFORCE.isdisjoint(left) or _DECLINE.isdisjoint(left) or two.first - one.last > 3:
            continue
        difference = (two.value or 0) - (one.value or 0)
        match (left[-1], cut.norms[two.first - 1]):
            case ("to", "from") if difference > 0:
                return one, difference
            case ("from", "to") if difference < 0:
                return one, -difference
    return None


class _Judge:
    def __init__(self, deeds: Deeds, *, capitals: bool) -> None:
        self.capitals = capitals
        self.deeds = deeds
        self.cut = deeds.cut
        self.norms = deeds.cut.norms

    def earlier(self, found: list[Cutback]) -> int:
        """How many of them an opening clause tells of an earlier round: "After laying off 500 in May, X cuts 200"."""
        if len(found) < 2 or found[0].percent != found[1].percent:
            return 0
        one, two = found[0].quantity, found[1].quantity
        aside = self.norms[:1] in _OPENING or not _WHICH.isdisjoint(self.norms[max(one.first - 4, 0) : one.first])
        return int(aside and not _VERBS.isdisjoint(self.norms[one.last : two.first]))

    def is_count(self, quantity: Quantity, *, after_share: bool) -> bool:
        """Whether a number counts cut jobs."""
        if not self._can_count(quantity) or self._may_be_share(quantity):
            return False
        noun = self._noun(quantity.last)
        if noun is not None and self._is_restated(quantity, noun):
            return True
        if self._is_of_others(quantity, noun):
            return False
        if noun is None:
            act = self.deeds.acts[quantity.first]
            return self._is_part(quantity, act) or self._is_bare_count(quantity, act) or self._befalls(quantity)
        return self._counts(quantity, noun, after_share=after_share)

    def _counts(self, quantity: Quantity, noun: int, *, after_share: bool) -> bool:
        """Whether the jobs go that a number counts."""
        act = self.deeds.acts[quantity.first]
        if quantity.value is not None and quantity.value < 10 and noun - quantity.last > 1:
            return False
        if not _AVOIDING.isdisjoint(self.norms[max(quantity.first - 3, 0) : quantity.first]):
            return False
        if act is Act.EARLIER or (self.norms[noun] in _ANYBODY and _ABOUT_JOBS.isdisjoint(self.norms)):
            return False
        restated = after_share and (
            "(" in self.cut.gaps[quantity.first] or self._before(quantity.first) in _OR or self._is_or(quantity)
        )
        costs = self._before(quantity.first) in _COSTING and self.norms[noun] in _POSTS
        told = costs or is_cut(self.cut, noun) or is_affected(self.cut, noun) or self._befalls(quantity)
        return act is Act.CUT or restated or told

    def is_share(self, quantity: Quantity) -> bool:
        """Whether a percentage is of a workforce, and cut."""
        first, last = quantity.first, quantity.last
        ahead = self.norms[last : last + 5]
        possible = quantity.value is not None and 0 < quantity.value <= _PERCENT and self._is_all(quantity)
        noun = self._workforce(last)
        of_pay = not _PAY.isdisjoint(ahead if noun is None else self.norms[last : noun + 2])
        if not possible or of_pay or is_earlier(self.cut, last):
            return False
        cutting = self.deeds.acts[first] is Act.CUT
        if noun is not None:
            goes = cutting or shrinks(self.cut, noun) or is_affected(self.cut, noun) or shrinks(self.cut, last - 1)
            return goes and not self._is_of_a_share(last, noun) and not self._is_of_the_cut(last, noun)
        return self._is_share_alone(quantity, ahead, cutting=cutting)

    def is_of_a_unit(self, last: int) -> bool:
        """Whether a percentage is of a part of the workforce: "20% of its sales team", "30% of the unit's staff"."""
        noun = self._workforce(last)
        return noun is not None and not _UNITS.isdisjoint(self.norms[last : noun + 1])

    def _is_of_a_share(self, last: int, noun: int) -> bool:
        """Whether a percentage is of another one: "half of the 20% of staff to go"."""
        return any("%" in gap for gap in self.cut.gaps[last + 1 : noun]) or not _SIGNS.isdisjoint(self.norms[last:noun])

    def _is_share_alone(self, quantity: Quantity, ahead: list[str], *, cutting: bool) -> bool:
        """Whether a percentage is of a workforce that is named before it, or not at all."""
        first, last = quantity.first, quantity.last
        left = self.norms[max(first - 6, 0) : first]
        if not _PAY.isdisjoint(left[-3:]):
            return False
        if not _WHOLE.isdisjoint(left) and self._is_cut_of(left, cutting=cutting):
            return True
        if ahead and ahead[0] in _REDUCED:
            return ahead[0] in _ALL_OF or not lexicon.WORKFORCE.isdisjoint(ahead)
        return (cutting and bool(self._verb_on_people(first))) or self._is_going(last)

    def _is_all(self, quantity: Quantity) -> bool:
        """Whether everybody goes: "its entire staff", and not "its entire design staff"."""
        ahead = self.norms[quantity.last : quantity.last + 2]
        if len(ahead) > 1 and (ahead[0] in _ALL_OVER or ahead[0] in _NO_EMPLOYER):
            ahead = ahead[1:]
        return self.norms[quantity.core] not in _ALL or ahead[:1] in _EVERYBODY

    def _is_going(self, last: int) -> bool:
        """Whether a part of a named employer goes: "17 percent of Velora is going"."""
        going = next((at for at in range(last + 2, min(last + 6, len(self.norms))) if self.norms[at] == "going"), None)
        if not self.capitals or going is None or self.norms[last] != "of" or self.norms[going - 1] not in _BE_NOW:
            return False
        name = range(last + 1, going - 1)
        named = bool(name) and all(self.cut.capital(at) and self.norms[at] not in _NO_EMPLOYER for at in name)
        return named and ends(self.cut, going + 1, ASIDE)

    def _is_of_the_cut(self, last: int, noun: int) -> bool:
        """Whether a percentage is of the jobs that go, not of all: "half of the posts", "a third of the affected"."""
        between = self.norms[last:noun]
        if between[:2] not in (["of", "the"], ["of", "those"], ["of", "these"]):
            return False
        if not _GONE.isdisjoint(between) or shrinks(self.cut, noun):
            return True
        ahead = self.norms[noun + 1 : noun + 3]
        at_work = ahead[:1] in _WHERE and ahead != ["at", "risk"]
        return len(between) == 2 and self.norms[noun] in _POSTS and not at_work

    def _is_cut_of(self, left: list[str], *, cutting: bool) -> bool:
        """Whether words for a workforce lead up to a percentage: "staff by", "headcount", "job cuts of"."""
        if left[-1] == "of":
            return not lexicon.SHRINK_NOUNS.isdisjoint(left[-2:])
        return cutting and ("by" in left[-3:] or left[-1] in lexicon.WORKFORCE)

    def _is_restated(self, quantity: Quantity, noun: int) -> bool:
        """Whether people stand right behind the part of the workforce they are: "lays off 20% of staff, 285 people"."""
        at = quantity.first - 1
        if at < 1 or noun != quantity.last or self.norms[at] not in _COLLECTIVE or self.norms[noun] in _COLLECTIVE:
            return False
        while at > 0 and (self.norms[at] in _COLLECTIVE or self.norms[at] in _OF_ITS):
            at -= 1
        share = self.norms[at].isdigit() and int(self.norms[at]) < _PERCENT
        return (share or self.norms[at] in _SIGNS) and self.deeds.acts[at] is Act.CUT

    def _before(self, index: int) -> str:
        return self.norms[index - 1] if index else ""

    def _is_or(self, quantity: Quantity) -> bool:
        return quantity.first != quantity.core and self.norms[quantity.first] in _OR

    def _can_count(self, quantity: Quantity) -> bool:
        value = quantity.value
        return not quantity.money and (value is None or (2 <= value < _MOST and value == int(value)))

    def _is_of_others(self, quantity: Quantity, noun: int | None) -> bool:
        """Whether a number is of people that stay or come, of a total, of an earlier cut, or a year."""
        behind = quantity.last if noun is None else noun
        return (
            is_level(self.cut, quantity)
            or (is_size(self.cut, quantity.first, noun) and not self._befalls(quantity))
            or is_total(self.cut, quantity, behind)
            or is_year(self.cut, quantity, noun)
            or is_earlier(self.cut, behind)
        )

    def _may_be_share(self, quantity: Quantity) -> bool:
        """Whether a number up to 100 could be a percentage whose sign is lost."""
        if quantity.value is None or quantity.value > 100:
            return False
        ahead = self.norms[quantity.last : quantity.last + 6]
        whole = _COLLECTIVE if self.capitals else lexicon.WORKFORCE
        noun = next((at for at, word in enumerate(ahead) if word in whole), None)
        if ahead[:1] == ["of"] and noun is not None and not any(word[0].isdigit() for word in ahead[:noun]):
            return True
        left = self.norms[max(quantity.first - 4, 0) : quantity.first]
        return not self.capitals and left[-1:] == ["by"] and not lexicon.WORKFORCE.isdisjoint(left)

    def _noun(self, last: int) -> int | None:
        """The word for jobs that a number counts."""
        for index in range(last, min(last + _AHEAD, len(self.norms))):
            gap = self.cut.gaps[index].strip()
            word = self.norms[index]
            if (not _HARD.isdisjoint(gap) and gap not in _QUOTING) or word in _NO_ADJECTIVES or word[0].isdigit():
                return None
            if index == last and (word in _TIME or gap in ("-", ",")):
                return None
            if self._is_noun(index):
                return index
            joins = (word in ("and", "or") and index > last) or (word == "of" and index == last)
            if word in _STOP and not joins:
                return None
        return None

    def _is_noun(self, index: int) -> bool:
        word, ahead = self.norms[index], self.norms[index + 1 : index + 2]
        if word in lexicon.CUT_NOUNS or (word == "lay" and ahead in (["offs"], ["off"])):
            return True
        if word == "man" and ahead == ["years"]:
            return True
        followed = bool(ahead) and ahead[0] in lexicon.JOBS and self.cut.gaps[index + 1] == " "
        return word in lexicon.JOBS and not followed

    def _workforce(self, last: int) -> int | None:
        """The word for a workforce that a percentage is of."""
        for index in range(last, min(last + 9, len(self.norms))):
            word = self.norms[index]
            if index > last and not _HARD.isdisjoint(self.cut.gaps[index]):
                return None
            if word in lexicon.JOBS or word in lexicon.WORKFORCE or (word == "company" and index < last + 3):
                return index
            if word in _STOP and word not in _THROUGH:
                return None
        return None

    def _is_part(self, quantity: Quantity, act: Act) -> bool:
        """Whether a number is part of a larger one: "cuts 500 of its 2,000 jobs"."""
        ahead = _before_next(self.norms[quantity.last : quantity.last + 8])
        if act is not Act.CUT or ahead[:1] != ["of"]:
            return ahead[:3] == ["out", "of", "work"]
        if quantity.value is not None and quantity.value > _PERCENT and not _WHOLE.isdisjoint(ahead[:5]):
            return True
        larger = next((index for index, word in enumerate(ahead) if word[0].isdigit()), None)
        if larger is None or larger > 4 or lexicon.JOBS.isdisjoint(ahead[larger:]):
            return False
        return quantity.value is not None and len(ahead[larger]) <= len(str(int(quantity.value))) + 2

    def _is_bare_count(self, quantity: Quantity, act: Act) -> bool:
        """A number that names no jobs, where the verb can mean nothing else: "lays off 150"."""
        verb = self._verb_on_people(quantity.first)
        ahead = [*self.norms[quantity.last : quantity.last + 2], "", ""]
        if act is not Act.CUT or (quantity.value is None and not verb):
            return False
        gap = self.cut.gaps[quantity.last]
        pause = not PAUSES.isdisjoint(gap)
        if (ahead[0] in _TIME and "," not in gap) or (ahead[0] == "of" and ahead[1] != "the"):
            return False
        if self._before(quantity.first) in lexicon.CUT_NOUNS and (quantity.value or _MANY) < _MANY:
            return False
        ends = not ahead[0] or ahead[0] in _STOP or ahead[0] in _NEXT or pause
        if verb:
            return ends or (verb not in _DISMISS and ahead[0] not in _NO_END)
        left = self.norms[max(quantity.first - 6, 0) : quantity.first]
        by = left[-1:] == ["by"] and not lexicon.WORKFORCE.isdisjoint(left)
        amounts = bool(left) and left[-1] in _AMOUNT_TO and not _COUNTABLE.isdisjoint(left)
        amounts = amounts or is_raised(self.cut, quantity.first)
        paid = left[-2:] in (["severance", "to"], ["rif", "of"])
        from_all = ahead[0] in ("from", "of") and bool(left) and left[-1] in lexicon.CUT_VERBS
        told = not _ABOUT_JOBS.isdisjoint(self.norms[: max(quantity.first - 1, 0)])
        more = ahead[0] == "more" and bool(left) and left[-1] in lexicon.CUT_VERBS
        more = more or (left[-1:] in _ANOTHER and not lexicon.CUT_VERBS.isdisjoint(left[-3:-1]))
        more = told and more
        more = more or (
            ahead[0] in _HERE and left[-1:] != [] and left[-1] in lexicon.CUT_VERBS and self._has_jobs(quantity)
        )
        near = left[-1:] and left[-1] in lexicon.SHRINK_NOUNS and quantity.first != quantity.core
        near = bool(near) and not lexicon.JOBS.isdisjoint(left[-2:])
        looming = left[-1:] == ["for"] and not lexicon.SHRINK_NOUNS.isdisjoint(left[-3:-1])
        near = near or (looming and not lexicon.JOBS.isdisjoint(left))
        return ends and (
            by or amounts or paid or more or near or (from_all and self._workforce(quantity.last + 1) is not None)
        )

    def _has_jobs(self, quantity: Quantity) -> bool:
        """Whether jobs were counted before, so that a number alone goes on with them: "adds 20 jobs, cuts 30 here"."""
        ahead = pairwise(self.norms[: quantity.first])
        return any(word[0].isdigit() and following in _POSTS for word, following in ahead)

    def _befalls(self, quantity: Quantity) -> bool:
        """Whether it is told in other words what befalls a number of people: "sends 800 packing"."""
        value = quantity.value if quantity.value is not None else quantity.high
        many = value is not None and value >= _MANY
        return (
            many
            and (self.capitals or quantity.value is None or quantity.value > _PERCENT)
            and self.deeds.acts[quantity.first] is not Act.EARLIER
            and befallen(self.cut, quantity.first, quantity.last) is not None
        )

    def _verb_on_people(self, first: int) -> str:
        """The verb right before a number that is done to people only: "laid off some", "furloughing"."""
        index = first - 1
        while index > 0 and self.norms[index] in _BETWEEN:
            index -= 1
        word = self.norms[index] if index >= 0 else ""
        if word == "off" and index > 0 and self.norms[index - 1] in lexicon.LAY:
            return self.norms[index - 1]
        return word if word in lexicon.PEOPLE_VERBS or word in lexicon.LAY else ""


def _before_next(ahead: list[str]) -> list[str]:
    """The words up to where another cut may be told: "45 of its 210 branches" of "and cuts 340 jobs"."""
    return list(takewhile(lambda word: word not in _NEXT_CUT, ahead))
