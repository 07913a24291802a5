"""Which numbers count other people than those who go now: a workforce, a level, a total, an earlier round, a year."""

from __future__ import annotations

from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.fates import is_affected, is_cut
from monitor.detect.lexicon import words
from monitor.detect.numbers import Quantity
from monitor.detect.tokens import Tokens

_RAISING = words(
    "expand expanded expanding expands hike hiked hikes increase increased increases increasing lift lifted lifts "
    "raise raised raises raising up upped ups"
)
_MANY_EMPLOYERS = words("business businesses companies employers entities firms organisations organizations those")
_AMOUNTS = words("amount amounts amounting amounted notice notices")
_WHOSE = words("its their our his s whose")
_EMPLOYING = words("employs employing employ employed with has have staff workforce totaling totalling")
_LOSS_OF = words(
    "total loss losses layoff layoffs off offs elimination cut cuts reduction maximum minimum redundancies some net "
    "rif dismissal decrease firing shedding redundancy furlough termination go"
)
_SHARES = words("percent pct cent half third quarter fifth tenth")
_BRINGING = words("bringing brings taking takes")
_SEASONS = words("year fall spring summer autumn winter month january february march november december")
_THE_LAST = words("the of since than to from in over")
_AFTERWARDS = words("after following and")
_ROUNDS = lexicon.CUT_NOUNS | words("cuts losses")
_LONG_AGO = words(
    "january february march april may june july august september october november december last spring summer autumn "
    "winter early late mid"
)
_HAVE = words("has have had")
_MORE = words("additional another extra further more")


def is_level(cut: Tokens, quantity: Quantity) -> bool:
    """A number of people that stay, or were: "to 50 from 112", "from 112 to 50"."""
    before = _before(cut, quantity.first)
    if is_raised(cut, quantity.first):
        return False
    if before != "to" or _before(cut, quantity.first - 1) in _AMOUNTS:
        return before == "from"
    left = cut.norms[max(quantity.first - 6, 0) : quantity.first - 1]
    from_behind = "from" in cut.norms[quantity.last : quantity.last + 3]
    return from_behind or "from" in left or not lexicon.WORKFORCE.isdisjoint(left)


def is_raised(cut: Tokens, first: int) -> bool:
    """Whether a number is what cuts have come to: "raises number of job cuts to 1,350"."""
    left = cut.norms[max(first - 8, 0) : first]
    of_cuts = left[-1:] == ["to"] and left[-2:-1] != [] and (left[-2] in _ROUNDS or left[-3:-1] == ["job", "cut"])
    return of_cuts and not _RAISING.isdisjoint(left[:-2])


def is_size(cut: Tokens, first: int, noun: int | None) -> bool:
    """Whether the number is of all who work there: "its 300 staff", "10 percent of 68,000 jobs"."""
    before = _before(cut, first)
    left = cut.norms[max(first - 3, 0) : first]
    if "(" in cut.gaps[first] or (noun is not None and is_cut(cut, noun)):
        return False
    if before in _WHOSE or (first and cut.possessive[first - 1]):
        return noun is None or not (is_affected(cut, noun) or left == ["all", "of", "its"])
    if before == "the" and left[:-1][-1:] == ["of"]:
        return "%" in cut.gaps[first - 2] or not _SHARES.isdisjoint(cut.norms[max(first - 4, 0) : first])
    if before == "of":
        within = _is_dated(cut, first) or (left[:-1] != [] and left[-2][0].isdigit())
        return within or _LOSS_OF.isdisjoint(left[:-1]) or left[:-1] == ["of", "total"]
    strong = noun is not None and "strong" in cut.norms[first : noun + 2]
    if before == "with" and left[-2:-1] != [] and left[-2] in _MANY_EMPLOYERS:
        return True
    with_affected = before == "with" and noun is not None and is_affected(cut, noun)
    return strong or (before in _EMPLOYING and not with_affected)


def _is_dated(cut: Tokens, first: int) -> bool:
    """Whether a number is of cuts that have an earlier year before them: "its 2021 layoffs of 400 workers"."""
    left = cut.norms[max(first - 4, 0) : first - 1]
    return left[-1:] != [] and left[-1] in _ROUNDS and any(len(word) == 4 and word[:2] in ("19", "20") for word in left)


def is_total(cut: Tokens, quantity: Quantity, behind: int) -> bool:
    """Whether a number adds up rounds or employers: "bringing the total to 27,000", "so far this year"."""
    left = cut.norms[max(quantity.first - 5, 0) : quantity.first]
    if "total" in left[-3:] and left[-1] in ("to", "total") and "a" not in left:
        return True
    if not _BRINGING.isdisjoint(left) and left[-1] == "to":
        return True
    around = cut.norms[max(quantity.first - 6, 0) : behind + 10]
    opened = _since(cut.norms[:2]) and not any(";" in gap for gap in cut.gaps[: quantity.first])
    if opened or any(_since(cut.norms[at : at + 2]) for at in range(behind, behind + 3)):
        return True
    return any(pair == ("so", "far") for pair in pairwise(around)) or _is_of_the_year(cut, quantity, behind)


def _since(two: list[str]) -> bool:
    """Whether a number has come together since a time that is long past: "since January", "since 2022"."""
    return two[:1] == ["since"] and len(two) > 1 and (two[1] in _LONG_AGO or (two[1].isdigit() and len(two[1]) == 4))


def _is_of_the_year(cut: Tokens, quantity: Quantity, behind: int) -> bool:
    """Whether a number is what this year has come to: "has cut 2,000 jobs this year"."""
    pairs = list(pairwise(cut.norms[behind : behind + 6]))
    if ("this", "year") not in pairs:
        return False
    year = behind + pairs.index(("this", "year"))
    if cut.possessive[year + 1] or any("," in gap or ";" in gap for gap in cut.gaps[behind + 1 : year + 1]):
        return False
    left = cut.norms[max(quantity.first - 5, 0) : quantity.first]
    at = next((at for at in range(len(left) - 1, -1, -1) if left[at] in _HAVE), None)
    return at is not None and _MORE.isdisjoint(left) and "to" not in left[at:]


def is_year(cut: Tokens, quantity: Quantity, noun: int | None) -> bool:
    """Whether a number is a year, and no count."""
    if not quantity.bare or quantity.value is None or not 1950 <= quantity.value <= 2049:
        return False
    if noun is None:
        return True
    if quantity.value % 100 == 0 and noun - quantity.last < 3:
        return False
    before = _before(cut, quantity.first)
    counted = before in lexicon.CUT_VERBS or before == "off" or quantity.first != quantity.core
    return not counted or cut.norms[noun] in lexicon.CUT_NOUNS


def is_earlier(cut: Tokens, last: int) -> bool:
    """Whether an earlier time stands behind the number: "1,000 jobs last year"."""
    ahead = cut.norms[last : last + 7]
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


def _before(cut: Tokens, index: int) -> str:
    return cut.norms[index - 1] if index else ""
