"""A text as the rules see it: folded words in sentences, with the way back to the characters they came from.

Every word stands between two spaces of its own (`" cut  900  jobs "`), every sentence between line feeds, so
that a compiled pattern needs no look-around to find whole words and can never run across a sentence's end.
Question marks, colons and semicolons count as words, so that neighbours are neighbours in the same clause.
Where a sentence ends is read from punctuation alone: a headline decides alike in capitals and in small letters,
which is why the sentences people are shown (`monitor.detect.text.sentences`) are not used here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from monitor.detect.text import fold

_INSIDE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f"
_APOSTROPHES = "'\u2018\u2019\u201b\u02bc"
_WORD = re.compile(
    rf"(\d+(?:[.,]\d+)*[^\W_]*|[^\W_]+(?:[{_INSIDE}]+[^\W_]*)*|[%?$€£¥]|[:;](?!\S))"
    rf"((?:[{_APOSTROPHES}][sS\u017f](?![^\W_]))?)"
)
_CURRENCY = frozenset("$€£¥")
_REMEMBERED = 40
"""Longer words are folded anew each time: there is no end of them."""
_NOT_OF_A_WORD = re.compile(r"[^\w.,%?:;]|_")

_SENTENCE_END = re.compile(rf"[.!?…](?:(?<=\.)\.|(?<=…)|(?<!…)[\"'“”‘’«»)\]{_INSIDE}\u200e\u200f]*(?:\s|$))")
_ABBREVIATED = re.compile(
    r"(?<![^\W_])(?=[^\W_]{1,6}$)"  # looked at once, not at every character
    r"(?:[^\W\d_]|mr|mrs|ms|dr|st|sr|jr|prof|inc|corp|ltd|co|cos|bros|vs|approx|est|ca|rd|bzw|mio|mrd|mln|nr|gov|sen|rep|gen|lt|col"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|calif|mass|va|tex|mich|wash|conn|ill|fla|pa)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class View:
    """The words of a text in UTF-8, and where each came from.

    ``places[i]`` is the byte at which word ``i`` starts in ``encoded``, ``spans[i]`` its characters in the original;
    ``sentences`` holds the character at which each sentence's first word starts.
    """

    encoded: bytes
    places: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original that the bytes ``start:end`` came from; they hold a word."""
        first = bisect_left(self.places, start)
        last = bisect_left(self.places, end) - 1
        return self.spans[first][0], self.spans[last][1]

    def stretches(self) -> list[tuple[int, int]]:
        """The bytes of each sentence, the line feeds around it included."""
        ends = list(accumulate(len(sentence) + 2 for sentence in self.encoded[1:-1].split(b"\n\n")))
        return list(zip([0, *ends], ends, strict=False))

    def sentence(self, start: int) -> int:
        """The number of the sentence that holds the original's character at ``start``."""
        return max(bisect_right(self.sentences, start) - 1, 0)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [folded for match in _WORD.finditer(text) if (folded := _folded(match[1]))]


def sketch(text: str) -> bytes:
    """A text folded in haste, to be searched for single words: all of `words` can be found in it, and perhaps more."""
    return (text.lower().replace("_", " ") if text.isascii() else " ".join(words(text))).encode()


def view(text: str, marked: Callable[[str], str] | None = None) -> View:
    """The words of a text in their sentences; ``marked`` puts behind each word the marks of the lists it is in."""
    # One after the other: a gap, a word, its possessive; at the end a gap.
    pieces = _WORD.split(text.lower() if text.isascii() else text)
    bounds = list(accumulate(map(len, pieces)))
    spans = tuple(zip(bounds[:-1:3], bounds[1::3], strict=True))
    found = pieces[1::3]
    if not text.isascii():
        found = [_folded(word) for word in found]
        spans = tuple(span for span, word in zip(spans, found, strict=True) if word)
        found = [word for word in found if word]
    if marked is not None:
        found = [marked(word) for word in found]
    starts = [start for start, _ in spans]
    firsts = sorted({0, *(bisect_left(starts, end) for end in _ends(text))} - {len(starts)})
    sizes = [len(word) + 2 for word in "  ".join(found).encode().split(b"  ")]
    for first in firsts[1:]:
        sizes[first - 1] += 2
    sentences = ("  ".join(found[first:last]) for first, last in pairwise([*firsts, len(found)]))
    encoded = "".join(f"\n {sentence} \n" for sentence in sentences) or "\n"
    places = tuple(accumulate(sizes[:-1], initial=1)) if found else ()
    return View(encoded.encode(), places, spans, tuple(starts[first] for first in firsts))


_DAY = re.compile(
    r"(?<![^\W_])\d{1,2}\.\s+(?:jan|feb|m[aä]r|apr|mai|jun|jul|aug|sep|okt|nov|dez|quartal|halbjahr)", re.IGNORECASE
)
"""A dot behind a number that is no sentence's end: 1. Mai."""


def _ends(text: str) -> Iterator[int]:
    """The characters before which a sentence has ended. A dot after an abbreviation ends none."""
    for mark in _SENTENCE_END.finditer(text):
        start = mark.start()
        if text[start] != "." or mark[0] == ".." or not _goes_on(text, start):
            yield start + 1


def _goes_on(text: str, dot: int) -> bool:
    """Whether a dot belongs to its word."""
    day = any(_DAY.match(text, max(dot - digits, 0)) for digits in (1, 2))
    return day or _ABBREVIATED.search(text, max(dot - 9, 0), dot) is not None


def _folded(word: str) -> str:
    return _folded_once(word) if len(word) <= _REMEMBERED else _folded_once.__wrapped__(word)


@lru_cache(maxsize=4096)
def _folded_once(word: str) -> str:
    if word.isascii():
        return word.lower()
    if word in _CURRENCY:
        return "$"
    return _NOT_OF_A_WORD.sub("", fold(word).text)
