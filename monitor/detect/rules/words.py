"""A text as the rules see it: folded words in sentences, with the way back to the characters they came from.

Every word stands between two spaces of its own (`" cut  900  jobs "`), every sentence between line feeds, so
that a compiled pattern needs no look-around to find whole words and can never run across a sentence's end.
Question marks, colons and semicolons count as words, so that neighbours are neighbours in the same clause.
Where a sentence ends is read from punctuation alone: a headline decides alike in capitals and in small letters,
which is why the sentences people are shown (`monitor.detect.text.sentences`) are not used here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from monitor.detect.text import fold

_INSIDE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f"
_APOSTROPHES = "'\u2018\u2019\u201b\u02bc"
_WORD = re.compile(
    rf"(\d+(?:[.,]\d+)*[^\W_]*|[^\W_]+(?:[{_INSIDE}]+[^\W_]*)*|[%?$€£¥]|[:;](?!\S))(?:[{_APOSTROPHES}]s(?![^\W_]))?",
    re.IGNORECASE,
)
_CURRENCY = frozenset("$€£¥")
_COMBINING = re.compile("[\u0300-\u036f]+")
_PLAIN = (
    *((dash, "-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"),
    *((quote, "'") for quote in "\u2018\u2019\u201b\u02bc\u201c\u201d\u00ab\u00bb"),
    *((nothing, "") for nothing in "\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    *((currency, "$") for currency in "€£¥"),
)
"""What most texts hold beyond ASCII; a text with more is folded word by word."""
_NOT_OF_A_WORD = re.compile(r"[^\w.,%?:;]|_")

_SENTENCE_END = re.compile(r"\.\.|…|[.!?][\"'“”‘’«»)\]]*(?:\s|$)")
_ABBREVIATED = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]|mr|mrs|ms|dr|st|sr|jr|prof|inc|corp|ltd|co|cos|bros|vs|approx|est|gov|sen|rep|gen|lt|col"
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

    def sentence(self, start: int) -> int:
        """The number of the sentence that holds the original's character at ``start``."""
        return max(bisect_right(self.sentences, start) - 1, 0)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [folded for word in _WORD.findall(text) if (folded := _folded(word))]


def sketch(text: str) -> bytes:
    """A text folded in haste, to be searched for single words: all of `words` can be found in it, and perhaps more."""
    if not text.isascii():
        for written, plain in _PLAIN:
            text = text.replace(written, plain)
        text = _COMBINING.sub("", unicodedata.normalize("NFKD", text))
    if not text.isascii():
        text = " ".join(words(text))
    return text.lower().replace("_", " ").encode()


def view(text: str) -> View:
    """The words of a text in their sentences."""
    found = [(match.span(1), word) for match in _WORD.finditer(text) if (word := _folded(match[1] or ""))]
    spans = tuple(span for span, _ in found)
    starts = [start for start, _ in spans]
    firsts = sorted({0, *(bisect_left(starts, end) for end in _ends(text))} - {len(starts)})
    pieces = [f" {word} " for _, word in found]
    for first in firsts:
        pieces[first] = ("\n\n" if first else "\n") + pieces[first]
    sizes = [len(piece.encode()) for piece in pieces]
    breaks = dict.fromkeys(firsts, 2) | {0: 1}
    places = tuple(
        end - size + breaks.get(number, 0)
        for number, (end, size) in enumerate(zip(accumulate(sizes), sizes, strict=True))
    )
    return View("".join([*pieces, "\n"]).encode(), places, spans, tuple(starts[first] for first in firsts))


def _ends(text: str) -> Iterator[int]:
    """The characters before which a sentence has ended. A dot after an abbreviation ends none."""
    for mark in _SENTENCE_END.finditer(text):
        start = mark.start()
        if mark[0][0] != "." or mark[0] == ".." or not _ABBREVIATED.search(text, max(start - 9, 0), start):
            yield start + 1


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    if word in _CURRENCY:
        return "$"
    return _NOT_OF_A_WORD.sub("", fold(word).text)
