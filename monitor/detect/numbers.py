"""Numbers as people write them: digits, words, ranges, "several hundred", with how exactly each is meant.

What is counted, and whether it was cut, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.detect.lexicon import CUT_VERBS, JOBS
from monitor.detect.numerals import BETWEEN, FRACTIONS, PERCENT, QUALIFIERS, SCALE, SMALL, SUFFIX, VAGUE
from monitor.detect.tokens import Tokens
from monitor.model import Qualifier

_BEGINS = frozenset(words[0] for words in (*VAGUE, *FRACTIONS)) | SMALL.keys() | {"an"}
_VAGUE_FIRST = frozenset(words[0] for words in VAGUE)
_FRACTION_FIRST = frozenset(words[0] for words in FRACTIONS)
_QUALIFIER_LAST = frozenset(words[-1] for words in QUALIFIERS)
_LONGEST = 15
_FORM = re.compile(
    r"(?P<dots>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
)
_JOINS = frozenset((("to", False, False), ("to", False, True), ("and", False, True)))
_WITHIN = frozenset((" ", "-", "\u00a0"))
_GROUPING = frozenset((" ", "\u00a0", "\u202f", "\u2009", "'", "’"))
_CURRENCY = frozenset("$€£¥₹₩")
_MONEY_BEFORE = frozenset(("usd", "eur", "gbp", "rs", "inr", "aud", "cad", "chf", "rmb", "yen", "sek", "nok", "dkk"))
_RUN_INTO = CUT_VERBS | {"off"}
_DASHES = frozenset(("-", "–", "—", " - ", " – ", " — ", "‑"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in the text. ``first`` and ``last`` bound its tokens, the words that qualify it included.

    ``core`` is the token where the number itself begins. ``bare`` is a plain run of digits, as years are.
    """

    value: float | None
    low: float | None
    high: float | None
    qualifier: Qualifier
    vague: str | None
    percent: bool
    money: bool
    bare: bool
    first: int
    core: int
    last: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    last: int
    bare: bool = False
    share: bool = False


def quantities(cut: Tokens) -> tuple[Quantity, ...]:
    """Every number in the tokens, in order."""
    found: list[Quantity] = []
    behind = 0
    for index in [at for at, word in enumerate(cut.norms) if word[0] <= "9" or word in _BEGINS]:
        if index >= behind and (quantity := _quantity(cut, index)) is not None:
            found.append(quantity)
            behind = quantity.last
    return tuple(found)


def _quantity(cut: Tokens, index: int) -> Quantity | None:
    word = cut.norms[index]
    if word in _FRACTION_FIRST and (fraction := _listed(cut, index, FRACTIONS, 4)):
        value = round(FRACTIONS[fraction], 1)
        return _stated(cut, index, _Number(value, index + len(fraction), share=True), value)
    if word in _VAGUE_FIRST and (words := _listed(cut, index, VAGUE, 4)):
        return _vague(cut, index, words)
    if word.isdigit() and cut.norms[index + 1 : index + 2] == ["in"] and (share := _one_in(cut, index)):
        return _stated(cut, index, _Number(share, index + 3, share=True), share)
    number = _number(cut, index)
    if number is None:
        return None
    upper = _upper(cut, index, number)
    return _stated(cut, index, upper or number, number.value)


def _one_in(cut: Tokens, index: int) -> float | None:
    """The part of all that "1 in 8 jobs" is, as a percentage."""
    one, whole = cut.norms[index], "".join(cut.norms[index + 2 : index + 3])
    told = whole.isdigit() and len(whole) < 3 and 0 < int(one) < int(whole) and len(one) == 1
    return round(100 * int(one) / int(whole), 1) if told and cut.norms[index + 3 : index + 4] != ["days"] else None


def _listed(cut: Tokens, index: int, table: Mapping[tuple[str, ...], object], longest: int) -> tuple[str, ...] | None:
    for length in range(longest, 0, -1):
        words = tuple(cut.norms[index : index + length])
        if words in table:
            return words
    return None


def _number(cut: Tokens, index: int) -> _Number | None:
    word = cut.norms[index]
    if word[0].isdigit():
        return _digits(cut, index)
    if word in SMALL or (word in ("a", "an") and index + 1 < len(cut) and cut.norms[index + 1] in SCALE):
        return _words(cut, index)
    return None


def _digits(cut: Tokens, index: int) -> _Number | None:
    word = cut.norms[index]
    value = None if index and _is_in_name(cut, index) else _value(word)
    if value is None:
        return None
    last = index + 1
    bare = word.isdigit()
    fused = len(word) == 3 and cut.gaps[last] == " " and cut.norms[last:] and cut.norms[last] != "000"
    if bare and len(word) <= 3 and not fused:
        while last < min(len(cut), index + 4) and _group(cut, last):
            value = value * 1000 + int(cut.norms[last])
            bare = False
            last += 1
    if last < len(cut) and cut.gaps[last] in ("", " ", "-", "\u00a0"):
        suffix = cut.norms[last]
        if suffix in SUFFIX and (cut.gaps[last] == "" or len(suffix) > 2 or suffix in ("bn", "mn")):
            return _Number(value * SUFFIX[suffix], last + 1)
        if cut.gaps[last] == "" and suffix not in PERCENT and suffix not in JOBS:
            return None
    return _Number(value, last, bare=bare)


def _is_in_name(cut: Tokens, index: int) -> bool:
    """Whether digits belong to the word before them: B2, mid-2024, Covid 19."""
    before = cut.norms[index - 1]
    if cut.gaps[index] == "":
        return before not in _RUN_INTO
    return before == "covid" or (cut.gaps[index] == "-" and not before[0].isdigit())


def _group(cut: Tokens, index: int) -> bool:
    """Whether a token continues a number that is written in groups of three: 1 200, 1'200."""
    word = cut.norms[index]
    apart = cut.gaps[index] in _GROUPING and cut.gaps[index + 1] != ""
    return apart and len(word) == 3 and word.isdigit() and word.isascii()


def _value(word: str) -> float | None:
    """What digits with commas and dots mean; None where they are no number, as in 1,2003,400."""
    if len(word) > _LONGEST or not (form := _FORM.fullmatch(word)):
        return None
    return float(word.replace(".", "") if form.lastgroup == "dots" else word.replace(",", ""))


def _words(cut: Tokens, index: int) -> _Number:
    """A number in words: "two hundred and fifty", "twenty-five", "a thousand"."""
    total = current = 0
    at = index
    if cut.norms[at] in ("a", "an"):
        current, at = 1, at + 1
    while at < len(cut) and (at == index or cut.gaps[at] in _WITHIN):
        word = cut.norms[at]
        if word in SMALL and _fits(current, SMALL[word]):
            current += SMALL[word]
        elif word in SCALE and 0 < current < SCALE["billion"]:
            current *= SCALE[word]
            if SCALE[word] >= 1000:
                total, current = total + current, 0
        elif not (
            word == "and" and current and current % 100 == 0 and at + 1 < len(cut) and cut.norms[at + 1] in SMALL
        ):
            break
        at += 1
    return _Number(float(total + current), at)


def _fits(current: int, small: int) -> bool:
    """Whether a small number continues another: twenty-five, a hundred (and) twelve."""
    return current % 100 == 0 or (current % 10 == 0 and current % 100 >= 20 and small < 10)


def _upper(cut: Tokens, index: int, lower: _Number) -> _Number | None:
    """The second number of a range, if there is one."""
    at = lower.last
    percent = at < len(cut) and (cut.norms[at] in PERCENT or _percent_sign(cut, at))
    if percent and cut.norms[at] in PERCENT:
        at += 1
    if at >= len(cut):
        return None
    before = cut.norms[index - 1] if index else ""
    gap = cut.gaps[at].replace("%", "")
    if (gap.strip(" ") in ("-", "–", "—", "‑") and gap in _DASHES) or _fused(cut, at):
        upper = _digits_after_dash(cut, at)
    elif (cut.norms[at], before == "from", before == "between") in _JOINS and at + 1 < len(cut):
        upper = _number(cut, at + 1)
    else:
        return None
    if upper is None or not lower.value < upper.value <= 20 * lower.value:
        return None
    return None if before == "by" and not _behind(cut, upper)[2] else upper


def _fused(cut: Tokens, at: int) -> bool:
    """Whether a range has lost its dash, as in 10%15%: the sign alone keeps its ends apart."""
    return cut.gaps[at] == "%" and cut.gaps[at + 1][:1] == "%"


def _digits_after_dash(cut: Tokens, at: int) -> _Number | None:
    value = _value(cut.norms[at]) if cut.norms[at][0].isdigit() else None
    if value is None:
        return None
    last = at + 1
    if last < len(cut) and cut.gaps[last] in ("", " ") and cut.norms[last] in SUFFIX and len(cut.norms[last]) != 2:
        return _Number(value * SUFFIX[cut.norms[last]], last + 1)
    return _Number(value, last)


def _percent_sign(cut: Tokens, index: int) -> bool:
    return cut.gaps[index].strip()[:1] in ("%", "％")


def _stated(cut: Tokens, core: int, number: _Number, low: float) -> Quantity:
    """The quantity that ends with ``number``; ``low`` is the lower end, the same but for a range."""
    last, end, percent = _behind(cut, number)
    qualifier, first = _qualified(cut, core)
    if low != number.value:
        qualifier = Qualifier.RANGE
        first = core - 1 if core and cut.norms[core - 1] == "between" else core
    elif qualifier is Qualifier.EXACT and (postfix := _postfix(cut, last)) is not qualifier:
        qualifier = postfix
        if cut.norms[last : last + 1] == ["or"]:
            last, end = last + 2, cut.ends[last + 1]
    return Quantity(
        value=number.value,
        low=low,
        high=number.value,
        qualifier=qualifier,
        vague=None,
        percent=percent,
        money=_money(cut, core),
        bare=number.bare and low == number.value,
        first=first,
        core=core,
        last=last,
        end=end,
    )


def _behind(cut: Tokens, number: _Number) -> tuple[int, int, bool]:
    """Where a quantity ends, as token and as character, and whether it is a percentage."""
    last = number.last
    end = cut.ends[last - 1]
    if number.share:
        return last, end, True
    if _percent_sign(cut, last):
        return last, end + cut.gaps[last].index(cut.gaps[last].strip()[0]) + 1, True
    words = 1 if cut.norms[last : last + 1] and cut.norms[last] in PERCENT else 0
    if cut.norms[last : last + 2] == ["per", "cent"]:
        words = 2
    return last + words, cut.ends[last + words - 1], words > 0


def _vague(cut: Tokens, core: int, words: tuple[str, ...]) -> Quantity:
    low, high = VAGUE[words]
    last = core + len(words)
    end = cut.ends[last - 1]
    return Quantity(
        value=None,
        low=float(low),
        high=float(high),
        qualifier=Qualifier.VAGUE,
        vague=" ".join(words),
        percent=False,
        money=_money(cut, core),
        bare=False,
        first=_qualified(cut, core)[1],
        core=core,
        last=last,
        end=end,
    )


def _qualified(cut: Tokens, core: int) -> tuple[Qualifier, int]:
    """How exactly a number is meant, and the token where the words that say so begin."""
    before = core - 1
    if before > 0 and cut.norms[before] in BETWEEN:
        before -= 1
    if before >= 0 and cut.norms[before] in _QUALIFIER_LAST:
        for length in (4, 3, 2, 1):
            words = tuple(cut.norms[max(before - length + 1, 0) : before + 1])
            if len(words) == length and words in QUALIFIERS:
                return QUALIFIERS[words], before - length + 1
    return Qualifier.EXACT, core


def _postfix(cut: Tokens, last: int) -> Qualifier:
    if cut.gaps[last].startswith("+") or cut.norms[last : last + 2] == ["or", "more"]:
        return Qualifier.AT_LEAST
    if cut.norms[last : last + 2] == ["or", "so"]:
        return Qualifier.ABOUT
    return Qualifier.EXACT


def _money(cut: Tokens, core: int) -> bool:
    gap = cut.gaps[core].rstrip(" ")
    return gap[-1:] in _CURRENCY or (core > 0 and cut.norms[core - 1] in _MONEY_BEFORE)
