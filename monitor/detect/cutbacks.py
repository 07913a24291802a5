"""Which numbers of a sentence count cut jobs, or the part of a workforce that is cut.

Everything else that is counted (people employed or hired, money, days, earlier rounds, totals) is left out:
a number not clearly of cut jobs is no number of cut jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.acts import ASIDE, Act, acts, befallen, ends
from monitor.detect.lexicon import words
from monitor.detect.numbers import Quantity
from monitor.detect.tokens import Tokens

_AHEAD = 7
"""How many words may stand between a number and the jobs it counts."""
_MOST = 1_000_000
_MANY = 10
"""Fewer than these may be anything, where no word says what they are."""
_PERCENT = 100
"""Up to these, a number whose sign is lost may be a percentage."""
_HARD = frozenset(';:()[]|—–"“”!?/')
_QUOTING = frozenset(("'", '"', "”", "’", "“", "/"))
_PAUSES = frozenset(",.;)-–—:!?")
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
_DECLINE = words("cut cuts cutting reduce reduces reducing reduced trim trims trimming trimmed slash slashed shrink")
_DISMISS = words("fire fires firing fired sack sacks sacking sacked dismiss dismisses dismissing dismissed")
_NO_END = words("its their the our his workforce headcount percent pct of")
_ANYBODY = words("people persons members ppl agents officers doctors players")
_ABOUT_JOBS = (lexicon.JOBS - _ANYBODY) | lexicon.CUT_NOUNS | lexicon.LAY | lexicon.PEOPLE_VERBS | {"redundant", "cut"}
_ABOUT_JOBS |= {"cuts", "cutting", "work", "go", "notice"}
_NO_ADJECTIVES = lexicon.CUT_VERBS | lexicon.HIRE | {"workforce", "headcount"}
_COLLECTIVE = words("staff workforce headcount payroll team")
_WHOLE = lexicon.WORKFORCE | lexicon.JOBS
_BETWEEN = words("another additional a an its further of total the")
_OR = words("or about equivalent meaning some roughly")
_WHOSE = words("its their our his s whose")
_EMPLOYING = words("employs employing employ employed with has have staff workforce totaling totalling")
_AMOUNT_TO = words(
    "exceed top reach total affects affect affecting affected hits hit impacts impacting impact exceeds exceeded"
)
_AMOUNTS = words("amount amounts amounting amounted notice")
_LOSS_OF = words(
    "total loss losses layoff layoffs off offs elimination cut cuts reduction maximum minimum redundancies some net "
    "rif dismissal decrease firing shedding redundancy furlough termination go"
)
_GONE = words("affected impacted laid departing departed cut lost eliminated redundant")
_POSTS = words("job jobs position positions post posts role roles")
_WHERE = (["at"], ["in"])
_COUNTABLE = lexicon.CUT_NOUNS | {"notice", "notices"}
_AFTERWARDS = words("after following and")
_BRINGING = words("bringing brings taking takes")
_SEASONS = words("year fall spring summer autumn winter month january february march november december")
_THE_LAST = words("the of since than to from in over")
_WILL = words("to will could may let must")
_SHARES = words("percent pct cent half third quarter fifth tenth")
_BE_NOW = words("is are")
_NO_EMPLOYER = lexicon.PLACES | lexicon.NATIONALITIES | lexicon.NEVER
_BE = words("be being were are been was")
_ALL_OF = words("layoff layoffs redundancies")
_REDUCED = words("layoff layoffs reduction cut cuts redundancies")
_THROUGH = words("of in and at")


@dataclass(frozen=True, slots=True)
class Cutback:
    """A quantity of what is cut: jobs, or percent of a workforce."""

    quantity: Quantity
    percent: bool


def cutbacks(cut: Tokens, numbers: tuple[Quantity, ...], *, capitals: bool = True) -> tuple[Cutback, ...]:
    """The quantities that count what is cut, in order. ``capitals``: the text has small letters as prose has.

    Without them its percent signs may be lost too, so that "cuts 20 of its workforce" says nothing certain.
    """
    judge = _Judge(cut, capitals=capitals)
    found: list[Cutback] = []
    for quantity in numbers:
        after_share = bool(found) and found[-1].percent
        if judge.is_share(quantity) if quantity.percent else judge.is_count(quantity, after_share=after_share):
            found.append(Cutback(quantity, quantity.percent))
    return tuple(found)


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
    def __init__(self, cut: Tokens, *, capitals: bool) -> None:
        self.capitals = capitals
        self.cut = cut
        self.norms = cut.norms

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        return acts(self.cut)

    def is_count(self, quantity: Quantity, *, after_share: bool) -> bool:
        """Whether a number counts cut jobs."""
        if not self._can_count(quantity) or self._may_be_share(quantity):
            return False
        noun = self._noun(quantity.last)
        if self._is_of_others(quantity, noun):
            return False
        act = self.acts[quantity.first]
        if noun is None:
            return self._is_part(quantity, act) or self._is_bare_count(quantity, act) or self._befalls(quantity)
        if quantity.value is not None and quantity.value < 10 and noun - quantity.last > 1:
            return False
        if act is Act.EARLIER or (self.norms[noun] in _ANYBODY and _ABOUT_JOBS.isdisjoint(self.norms)):
            return False
        restated = after_share and (
            "(" in self.cut.gaps[quantity.first] or self._before(quantity.first) in _OR or self._is_or(quantity)
        )
        told = self._is_cut(noun) or self._is_affected(noun) or self._befalls(quantity)
        return act is Act.CUT or restated or told

    def is_share(self, quantity: Quantity) -> bool:
        """Whether a percentage is of a workforce, and cut."""
        first, last = quantity.first, quantity.last
        ahead = self.norms[last : last + 5]
        possible = quantity.value is not None and 0 < quantity.value <= 100
        if not possible or self._is_earlier(last) or not _PAY.isdisjoint(ahead):
            return False
        cutting = self.acts[first] is Act.CUT
        noun = self._workforce(last)
        if noun is not None:
            goes = cutting or self._shrinks(noun) or self._is_affected(noun) or self._shrinks(last - 1)
            return goes and not self._is_of_the_cut(last, noun)
        left = self.norms[max(first - 6, 0) : first]
        if not _PAY.isdisjoint(left[-3:]):
            return False
        if not _WHOLE.isdisjoint(left) and self._is_cut_of(left, cutting=cutting):
            return True
        if ahead and ahead[0] in _REDUCED:
            return ahead[0] in _ALL_OF or not lexicon.WORKFORCE.isdisjoint(ahead)
        return (cutting and bool(self._verb_on_people(first))) or self._is_going(last)

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
        if not _GONE.isdisjoint(between) or self._shrinks(noun):
            return True
        ahead = self.norms[noun + 1 : noun + 3]
        at_work = ahead[:1] in _WHERE and ahead != ["at", "risk"]
        return len(between) == 2 and self.norms[noun] in _POSTS and not at_work

    def _is_cut_of(self, left: list[str], *, cutting: bool) -> bool:
        """Whether words for a workforce lead up to a percentage: "staff by", "headcount", "job cuts of"."""
        if left[-1] == "of":
            return not lexicon.SHRINK_NOUNS.isdisjoint(left[-2:])
        return cutting and ("by" in left[-2:] or left[-1] in lexicon.WORKFORCE)

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
            self._is_level(quantity)
            or (self._is_size(quantity.first, noun) and not self._befalls(quantity))
            or self._is_total(quantity, behind)
            or self._is_year(quantity, noun)
            or self._is_earlier(behind)
        )

    def _may_be_share(self, quantity: Quantity) -> bool:
        """Whether a number up to 100 could be a percentage whose sign is lost."""
        if quantity.value is None or quantity.value > 100:
            return False
        ahead = self.norms[quantity.last : quantity.last + 6]
        if ahead[:1] == ["of"] and not any(word[0].isdigit() for word in ahead):
            whole = _COLLECTIVE if self.capitals else lexicon.WORKFORCE
            if not whole.isdisjoint(ahead):
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
        ahead = self.norms[quantity.last : quantity.last + 8]
        if act is not Act.CUT or ahead[:1] != ["of"]:
            return ahead[:3] == ["out", "of", "work"]
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
        if ahead[0] in _TIME or (ahead[0] == "of" and ahead[1] != "the"):
            return False
        pause = not _PAUSES.isdisjoint(self.cut.gaps[quantity.last])
        ends = not ahead[0] or ahead[0] in _STOP or ahead[0] in _NEXT or pause
        if verb:
            return ends or (verb not in _DISMISS and ahead[0] not in _NO_END)
        left = self.norms[max(quantity.first - 5, 0) : quantity.first]
        by = left[-1:] == ["by"] and not lexicon.WORKFORCE.isdisjoint(left)
        amounts = bool(left) and left[-1] in _AMOUNT_TO and not _COUNTABLE.isdisjoint(left)
        paid = left[-2:] in (["severance", "to"], ["rif", "of"])
        from_all = ahead[0] in ("from", "of") and bool(left) and left[-1] in lexicon.CUT_VERBS
        more = ahead[0] == "more" and bool(left) and not lexicon.JOBS.isdisjoint(self.norms[: quantity.first])
        more = more and left[-1] in lexicon.CUT_VERBS
        return ends and (by or amounts or paid or more or (from_all and self._workforce(quantity.last + 1) is not None))

    def _befalls(self, quantity: Quantity) -> bool:
        """Whether it is told in other words what befalls a number of people: "sends 800 packing"."""
        many = quantity.value is not None and quantity.value >= _MANY and (self.capitals or quantity.value > _PERCENT)
        return (
            many
            and self.acts[quantity.first] is not Act.EARLIER
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

    def _is_cut(self, noun: int) -> bool:
        return self.norms[noun] in lexicon.CUT_NOUNS or self.norms[noun] == "lay" or self._shrinks(noun)

    def _shrinks(self, noun: int) -> bool:
        close = not _PAUSES.isdisjoint(self.cut.gaps[noun + 1].replace("-", "")) if noun + 1 < len(self.norms) else True
        return not close and self.norms[noun + 1] in lexicon.SHRINK_NOUNS

    def _is_affected(self, noun: int) -> bool:
        """Whether it is said behind the noun that the jobs go: "400 jobs at risk", "are to be cut"."""
        for index in range(noun + 1, min(noun + 10, len(self.norms))):
            word, before = self.norms[index], self.norms[index - 1]
            if not _PAUSES.isdisjoint(self.cut.gaps[index].strip("-")) or word in lexicon.HIRE:
                return False
            if word == "go":
                if before in _WILL:
                    return True
            elif word in lexicon.AFFECTED or (word == "cut" and before in _BE) or (word, before) == ("off", "laid"):
                return True
        return False

    def _is_level(self, quantity: Quantity) -> bool:
        """A number of people that stay, or were: "to 50 from 112", "from 112 to 50"."""
        before = self._before(quantity.first)
        if before != "to" or self._before(quantity.first - 1) in _AMOUNTS:
            return before == "from"
        left = self.norms[max(quantity.first - 6, 0) : quantity.first - 1]
        from_behind = "from" in self.norms[quantity.last : quantity.last + 3]
        return from_behind or "from" in left or not lexicon.WORKFORCE.isdisjoint(left)

    def _is_size(self, first: int, noun: int | None) -> bool:
        """Whether the number is of all who work there: "its 300 staff", "10 percent of 68,000 jobs"."""
        before = self._before(first)
        left = self.norms[max(first - 3, 0) : first]
        if "(" in self.cut.gaps[first] or (noun is not None and self._is_cut(noun)):
            return False
        if before in _WHOSE or (first and self.cut.possessive[first - 1]):
            return noun is None or not self._is_affected(noun)
        if before == "the" and left[:-1][-1:] == ["of"]:
            return "%" in self.cut.gaps[first - 2] or not _SHARES.isdisjoint(self.norms[max(first - 4, 0) : first])
        if before == "of":
            return _LOSS_OF.isdisjoint(left[:-1]) or left[:-1] == ["of", "total"]
        strong = noun is not None and "strong" in self.norms[first : noun + 2]
        return strong or before in _EMPLOYING

    def _is_total(self, quantity: Quantity, behind: int) -> bool:
        """Whether a number adds up rounds or employers: "bringing the total to 27,000", "so far this year"."""
        left = self.norms[max(quantity.first - 5, 0) : quantity.first]
        if "total" in left[-3:] and left[-1] in ("to", "total") and "a" not in left:
            return True
        if not _BRINGING.isdisjoint(left) and left[-1] == "to":
            return True
        around = self.norms[max(quantity.first - 6, 0) : behind + 10]
        return any(pair == ("so", "far") for pair in pairwise(around))

    def _is_year(self, quantity: Quantity, noun: int | None) -> bool:
        if not quantity.bare or quantity.value is None or not 1950 <= quantity.value <= 2049:
            return False
        if noun is None:
            return True
        if quantity.value % 100 == 0 and noun - quantity.last < 3:
            return False
        before = self._before(quantity.first)
        counted = before in lexicon.CUT_VERBS or before == "off" or quantity.first != quantity.core
        return not counted or self.norms[noun] in lexicon.CUT_NOUNS

    def _is_earlier(self, last: int) -> bool:
        """Whether an earlier time stands behind the number: "1,000 jobs last year"."""
        ahead = self.norms[last : last + 7]
        for length, word in enumerate(ahead):
            if length and (word[0].isdigit() or word in _AFTERWARDS):
                ahead = ahead[:length]
                break
        before = ["", *ahead]
        for index, (word, following) in enumerate(pairwise(ahead)):
            if word == "last" and following in _SEASONS and before[index] not in _THE_LAST:
                return True
            if (word, following) in (("year", "ago"), ("year", "earlier")):
                return True
            if (word, following, *ahead[index + 2 : index + 3]) == ("earlier", "this", "year"):
                return True
        return "previously" in ahead[:3]
