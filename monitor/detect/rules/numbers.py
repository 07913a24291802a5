"""The built-in names of the pattern language: numbers, percentages, any word, a sentence's start and end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A name that every pattern may use."""

    expression: str
    says: str
    needs_a_word: bool = True


def _one_of(*phrases: str) -> str:
    """Any of the phrases, as an expression over words that stand between two spaces each."""
    return "(?:" + "|".join("".join(f" {word} " for word in phrase.split()) for phrase in phrases) + ")"


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(word for text in texts for word in text.split())


_SMALL = _words(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety",
)
_LARGE = ("hundred", "thousand", "million", "dozen")
_FEW = ("a", "one", "several", "a few", "a couple", "half a")
_ABOUT = _one_of(
    *_words("about around roughly approximately nearly almost some over under below above"),
    *_words("another additional further only just several"),
    *("up to", "as many as", "as much as", "more than", "fewer than", "less than", "no more than", "well over"),
    *(
        "at least",
        "at most",
        "an additional",
        "a further",
        "an extra",
        "a total of",
        "an estimated",
        "close to",
        "most of",
    ),
)
# A bare year is no number of jobs: "2024 layoffs" are those of the year.
_WHOLE = r"\d{1,3}(?:[,.]\d{3})*|1[0-8]\d\d|20[0569]0|2[1-9]\d\d|[03-9]\d{3}|\d{5,}|\d+(?:\.\d+)?k"
_DIGITS = rf" (?:{_WHOLE}) (?: thousand | hundred | million )?"
_COUNTED = _one_of(*_SMALL, *(f"{few} {large}" for few in _FEW for large in _LARGE))
_UNCOUNTED = _one_of(
    "hundreds", "thousands", "dozens", "scores", "tens of thousands", "hundreds of thousands", "several", "a handful"
)
_SPELT = f"(?:{_COUNTED}(?: and |{_one_of(*_SMALL, *_LARGE)}){{0,5}}|{_UNCOUNTED})"
_PLAIN = f"(?:{_DIGITS}|{_SPELT})"
_OF = "(?: of (?: the | its | their )?)?"
_NUMBER = f"(?: between )?{_ABOUT}{{0,2}}{_PLAIN}(?:(?: to | and | or )?{_ABOUT}?{_PLAIN})?{_OF}"

_FRACTION = _one_of(
    *("half", "a third", "a quarter", "a fifth", "a tenth", "one third", "one quarter", "one fifth", "one tenth"),
    *("one in", "two thirds", "three quarters"),
)
_DECIMAL = r" \d+(?:[.,]\d+)? "
_PER_CENT = rf"(?: \d+(?:\.\d+)?pc |{_DECIMAL}(?: to {_DECIMAL})?(?: % | percent | pct | pc | per  cent ))"
_PERCENT = f"{_ABOUT}{{0,2}}(?:{_PER_CENT}|{_FRACTION}){_OF}(?: an | a | each | every )?"

BUILT_IN = {
    "number": BuiltIn(
        _NUMBER,
        "1,200 · 1.2k · two hundred · several hundred · dozens · about 300 · up to 400 · between 6,000 and 6,900",
    ),
    "percent": BuiltIn(_PERCENT, "10% · 10 percent · 10 per cent · half of · a third of · about 4.5 %"),
    "word": BuiltIn(r" [^ \n]+ ", "any one word"),
    "start": BuiltIn(r"\n", "the start of a sentence", needs_a_word=False),
    "end": BuiltIn(r"\n", "the end of a sentence", needs_a_word=False),
}
