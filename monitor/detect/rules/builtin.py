"""The built-in names of the pattern language: numbers, percentages, an employer, any word, a sentence's ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.detect.numerals import FRACTIONS, QUALIFIERS, SCALE, SMALL, SUFFIX, VAGUE
from monitor.detect.rules.marks import ANY, NUMERAL, THOUSAND, mark, marked_as

WORDS: list[frozenset[str]] = []
"""The words that the built-in names ask for; the number of each is that of its mark."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A name that every pattern may use."""

    expression: str
    says: str
    needs_a_word: bool = True
    words: frozenset[str] = frozenset()
    """One of these must stand in a text for it to be found there; a digit is "0". None: unknown."""


def _one_of(*words: str) -> str:
    """Any of the words, by their mark."""
    asked = frozenset(" ".join(words).split())
    if asked not in WORDS:
        WORDS.append(asked)
    return f"(?:{marked_as(mark(WORDS.index(asked)))})"


def _then(phrase: str) -> str:
    """The words of a phrase, one after the other."""
    return "".join(f" {word}{ANY} " for word in phrase.split())


def _singles(table: Iterable[tuple[str, ...]]) -> str:
    return " ".join(words[0] for words in table if len(words) == 1)


# One is no group of people.
_SMALL = " ".join(word for word, value in SMALL.items() if value > 1)
_LARGE = " ".join(SCALE)
# Spelt out only: "k" and "m" stand with their digits, and "m" alone is money.
_BEHIND_DIGITS = _one_of(*(word for word in SUFFIX if len(word) > 3))
_DECIMAL = rf" \d+(?:[.,]\d+)?{ANY} "
_ABOUT = "".join(
    (
        "(?:",
        _one_of(_singles(QUALIFIERS), "below above another additional further only just several"),
        f"|{_one_of('up close')}{_then('to')}",
        f"|{_then('as')}{_one_of('many much')}{_then('as')}",
        f"|(?:{_then('no')})?{_one_of('more less fewer')}{_then('than')}",
        f"|{_one_of('maximum minimum upwards upward most')}{_then('of')}",
        f"|{_then('at')}{_one_of('least most')}",
        f"|{_one_of('a an')}(?:{_one_of('further estimated additional extra')}|{_then('total of')})",
        f"|{_then('well over')}|{_then('in the region of')}",
        ")",
    )
)
_DIGITS = f"(?:{_one_of(NUMERAL)}{_one_of(THOUSAND)}*{_BEHIND_DIGITS}?|{_DECIMAL}{_BEHIND_DIGITS})"
_FEW = (
    f"(?:{_then('half a')}|(?:{_then('a')})?{_one_of('few couple')}(?:{_then('of')})?|{_one_of('a one several')})"
    f"{_one_of(_LARGE)}"
)
_MORE = f"{_one_of('and', _SMALL, _LARGE)}*"
_VAGUE = (
    f"(?:{_one_of('tens hundreds')}{_then('of thousands')}|{_then('a handful')}(?:{_then('of')})?"
    f"|{_one_of(_singles(VAGUE), 'several')})"
)
_FIRST = f"(?:{_DIGITS}|(?:{_one_of(_SMALL)}|{_FEW}){_MORE}|{_VAGUE})"
_SECOND = f"{_one_of('to and or')}?{_one_of(_singles(QUALIFIERS))}?(?:{_DIGITS}|{_one_of(_SMALL)}{_MORE})"
_OF = f"(?:{_then('of')}{_one_of('the its their')}?)?"
_NUMBER = f"(?:{_then('between')})?{_ABOUT}*{_FIRST}(?:{_SECOND})?{_OF}"

_FRACTION = (
    f"(?:{_one_of('half')}|{_one_of('a one two three')}"
    f"{_one_of(' '.join(words[-1] for words in FRACTIONS if len(words) == 2))}"
    f"|{_then('one in')}(?:{_one_of(_SMALL)})?)"
)
_SIGN = f"(?:{_one_of('% percent pct pc')}|{_then('per cent')})"
_PER_CENT = (
    rf"(?: \d+(?:\.\d+)?pct?{ANY} |{_DECIMAL}(?:{_then('to')}{_DECIMAL})?{_SIGN}|{_one_of(_SMALL)}{{1,2}}{_SIGN})"
)
_PERCENT = f"{_ABOUT}*(?:{_PER_CENT}|{_FRACTION}){_OF}{_one_of('an a each every')}?"

SLOT = "\x01"
"""The word that stands for an employer's whole name in a `slots.slotted` view."""

BUILT_IN = {
    "number": BuiltIn(
        _NUMBER,
        "1,200 · 1.2k · two hundred · several hundred · dozens · about 300 · up to 400 · between 6,000 and 6,900",
        words=frozenset(f"0 {_SMALL} {_LARGE} {_singles(VAGUE)} several thousands hundreds handful".split()),
    ),
    "percent": BuiltIn(
        _PERCENT,
        "10% · 10 percent · 10 per cent · half of · a third of · about 4.5 %",
        words=frozenset({"%", "percent", "pct", "pc", "per", "in", "half", "0"}) | {words[-1] for words in FRACTIONS},
    ),
    "employer": BuiltIn(f" {SLOT} ", "Halvora · Ospera Bank, known or found from the sentence"),
    "word": BuiltIn(r" [^ \n]+ ", "any one word"),
    "start": BuiltIn(r"\n", "the start of a sentence", needs_a_word=False),
    "end": BuiltIn(r"\n", "the end of a sentence", needs_a_word=False),
}
