"""A stretch of text cut into words and numbers, each with its place in the field and what stands before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.detect.text import fold

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*|[^\W_]+")
_APOSTROPHES = ("'", "’", "ʼ", "`")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel lists, one entry per token; ``gaps[i]`` is what stands before token ``i``.

    A possessive ``'s`` is no token of its own: ``possessive`` marks the word that carries it, ``tails`` is where
    the word ends with it. ``gaps`` has one entry more than there are tokens: what follows the last.
    """

    text: str
    norms: list[str]
    starts: list[int]
    ends: list[int]
    tails: list[int]
    gaps: list[str]
    possessive: list[bool]

    def __len__(self) -> int:
        return len(self.norms)

    def capital(self, index: int) -> bool:
        """Whether a word looks like a name: with a capital anywhere ("eBay"), or with a digit in it ("8x8")."""
        word = self.text[self.starts[index] : self.ends[index]]
        return not word.islower() and (not word[0].isdigit() or not word.isdigit())


def tokens(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """The tokens of ``text[start:end]``, folded like ``text.fold`` does; offsets are those of the whole text."""
    stop = len(text) if end is None else end
    cut = Tokens(text, [], [], [], [], [], [])
    behind = start
    for match in _TOKEN.finditer(text, start, stop):
        first, last = match.span()
        word = match.group()
        gap = text[behind:first]
        behind = last
        if word in ("s", "S") and gap in _APOSTROPHES and cut.norms:
            cut.possessive[-1] = True
            cut.tails[-1] = last
            continue
        if gap[:1] in _APOSTROPHES and gap[1:2] in ("", " ") and cut.norms and cut.norms[-1][-1] == "s":
            cut.possessive[-1] = True
        norm = word.lower() if word.isascii() else fold(word).text or word
        cut.norms.append(norm.replace(".", "") if "." in norm and not norm[0].isdigit() else norm)
        cut.starts.append(first)
        cut.ends.append(last)
        cut.tails.append(last)
        cut.gaps.append(gap)
        cut.possessive.append(False)
    cut.gaps.append(text[behind:stop])
    return cut
