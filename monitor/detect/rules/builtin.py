"""The built-in names of the pattern language: numbers, percentages, an employer, any word, a sentence's ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.detect.numerals import FRACTIONS, QUALIFIERS, SCALE, SMALL, SUFFIX, VAGUE


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A name that every pattern may use."""

    expression: str
    says: str
    sample: str
    needs_a_word: bool = True


def _one_of(*phrases: str) -> str:
    """Any of the phrases, as an expression over words that stand between two spaces each."""
    return "(?:" + "|".join("".join(f" {word} " for word in phrase.split()) for phrase in phrases) + ")"


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(word for text in texts for word in text.split())


def _phrases(table: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The phrases of a table of words, the longest first, so that none stops short in another."""
    return tuple(" ".join(words) for words in sorted(table, key=len, reverse=True))


# One is no group of people.
_SMALL = tuple(word for word, value in SMALL.items() if value > 1)
_LARGE = tuple(SCALE)
# Spelt out only: "k" and "m" stand with their digits, and "m" alone is money.
_BEHIND_DIGITS = _one_of(*(word for word in SUFFIX if len(word) > 3))
_FEW = ("a", "one", "several", "a few", "a couple", "half a")
_ABOUT = _one_of(
    *_phrases(QUALIFIERS),
    *_words("below above another additional further only just several"),
    *("well over", "at most", "an additional", "a further", "an extra", "a total of", "most of"),
)
# A bare year is no number of jobs: "2024 layoffs" are those of the year.
_WHOLE = r"\d{1,3}(?:(?:[,.]|  )\d{3})*|1[0-8]\d\d|20[0569]0|2[1-9]\d\d|[03-9]\d{3}|\d{5,}|\d+(?:\.\d+)?k"
_DIGITS = rf" (?:{_WHOLE}) {_BEHIND_DIGITS}?"
_COUNTED = _one_of(*_SMALL, *(f"{few} {large}" for few in _FEW for large in _LARGE))
_UNCOUNTED = _one_of(*_phrases(VAGUE), "several")
_SPELT = f"(?:{_COUNTED}(?: and |{_one_of(*_SMALL, *_LARGE)}){{0,5}}|{_UNCOUNTED})"
_PLAIN = f"(?:{_DIGITS}|{_SPELT})"
_OF = "(?: of (?: the | its | their )?)?"
_NUMBER = f"(?: between )?{_ABOUT}{{0,2}}{_PLAIN}(?:(?: to | and | or )?{_ABOUT}?{_PLAIN})?{_OF}"

_FRACTION = _one_of(*_phrases(FRACTIONS), "one in")
_DECIMAL = r" \d+(?:[.,]\d+)? "
_PER_CENT = rf"(?: \d+(?:\.\d+)?pc |{_DECIMAL}(?: to {_DECIMAL})?(?: % | percent | pct | pc | per  cent ))"
_PERCENT = f"{_ABOUT}{{0,2}}(?:{_PER_CENT}|{_FRACTION}){_OF}(?: an | a | each | every )?"

SLOT = "\x01"
"""The word that stands for an employer's whole name in a `slots.slotted` view."""

BUILT_IN = {
    "number": BuiltIn(
        _NUMBER,
        "1,200 · 1.2k · two hundred · several hundred · dozens · about 300 · up to 400 · between 6,000 and 6,900",
        " 200 ",
    ),
    "percent": BuiltIn(_PERCENT, "10% · 10 percent · 10 per cent · half of · a third of · about 4.5 %", " 10  % "),
    "employer": BuiltIn(f" {SLOT} ", "Halvora · Ospera Bank, known or found from the sentence", f" {SLOT} "),
    "word": BuiltIn(r" [^ \n]+ ", "any one word", " etwas "),
    "start": BuiltIn(r"\n", "the start of a sentence", "", needs_a_word=False),
    "end": BuiltIn(r"\n", "the end of a sentence", "", needs_a_word=False),
}
