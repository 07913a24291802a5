"""Marks: one sign for a whole list of words, put behind every word of a text that is in the list.

A pattern that asks for a list then asks for its sign. With all words of their lists written out, a pack of a few
hundred rules would be megabytes of automata, most of them the same words again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ANY = r"[\x0b-\x1f]*"
"""The expression for whatever marks a word has: a few control characters each, which no word of a text holds."""
_FIRST, _THEN, _FOLLOWING = range(0x0B, 0x10), range(0x10, 0x20), 3
MOST = len(_FIRST) * len(_THEN) ** _FOLLOWING
NUMERAL, THOUSAND = "#", "###"
"""In a list of words: any number in digits; the three digits that follow a space within one, as in 1 200."""
# A bare year is no number of jobs: "2024 layoffs" are those of the year.
_NUMERAL = re.compile(
    r"\d{1,3}(?:[,.]\d{3})*|1[0-8]\d\d|20[0569]0|2[1-9]\d\d|[03-9]\d{3}|\d{5,}|\d+(?:\.\d+)?k", re.ASCII
)
_INDEXED = 3
_REMEMBERED, _LONGEST = 50_000, 40


def marked_as(mark: str) -> str:
    """The expression for any word with a mark."""
    return f" [^ \\n]*{mark}{ANY} "


def mark(number: int) -> str:
    """The mark of a number below ``MOST``. None begins inside another one or runs over into the next."""
    codes = [_FIRST[number % len(_FIRST)]]
    number //= len(_FIRST)
    for _ in range(_FOLLOWING):
        number, digit = divmod(number, len(_THEN))
        codes.append(_THEN[digit])
    return "".join(map(chr, codes))


class Marks:
    """Which words have which marks. A word may be written with ``*`` for any letters."""

    def __init__(self, given: Iterable[frozenset[str]] = ()) -> None:
        self._marks: dict[frozenset[str], str] = {}
        self._exact: dict[str, list[str]] = {}
        self._wild: dict[str, list[tuple[list[str], str]]] = {}
        self._seen: dict[str, str] = {}
        for words in given:
            self.of(words)

    def of(self, words: frozenset[str]) -> str | None:
        """The mark of these words, the same for the same words; none when all are given away."""
        if words not in self._marks and len(self._marks) < MOST:
            self._marks[words] = mark(len(self._marks))
            self._keep(self._marks[words], words)
        return self._marks.get(words)

    def word(self, word: str) -> str:
        """A folded word with its marks behind it."""
        marked = self._seen.get(word)
        if marked is None and len(word) > _LONGEST:
            return word + "".join(dict.fromkeys(self._found(word)))
        if marked is None:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            marked = self._seen[word] = word + "".join(dict.fromkeys(self._found(word)))
        return marked

    def _keep(self, mark: str, words: frozenset[str]) -> None:
        self._seen.clear()
        for word in words:
            if "*" not in word:
                self._exact.setdefault(word, []).append(mark)
            else:
                stems = word.split("*")
                self._wild.setdefault(_index(stems), []).append((stems, mark))

    def _found(self, word: str) -> Iterator[str]:
        yield from self._exact.get(word, ())
        if _NUMERAL.fullmatch(word):
            yield from self._exact.get(NUMERAL, ())
            if len(word) == len(THOUSAND) and word.isdecimal():
                yield from self._exact.get(THOUSAND, ())
        ends = ("", *(word[:length] + "*" for length in range(1, _INDEXED + 1)), *_tails(word))
        for index in ends:
            for stems, mark in self._wild.get(index, ()):
                if _matches(word, stems):
                    yield mark


def fits(word: str, form: str) -> bool:
    """Whether a word is the one written, in which ``*`` stands for any letters."""
    return _matches(word, form.split("*")) if "*" in form else word == form


def _index(stems: list[str]) -> str:
    """Where a word with wildcards is looked up: by the letters it begins with, or else by those it ends with."""
    if stems[0]:
        return stems[0][:_INDEXED] + "*"
    return "*" + stems[-1][-_INDEXED:] if stems[-1] else ""


def _tails(word: str) -> Iterator[str]:
    for length in range(1, min(_INDEXED, len(word)) + 1):
        yield "*" + word[-length:]


def _matches(word: str, stems: list[str]) -> bool:
    """Whether the stems stand in the word in their order, the first at its start, the last at its end."""
    first, *middle, last = stems
    if len(word) < len(first) + len(last) or not (word.startswith(first) and word.endswith(last)):
        return False
    at = len(first)
    for stem in middle:
        at = word.find(stem, at, len(word) - len(last))
        if at < 0:
            return False
        at += len(stem)
    return True
