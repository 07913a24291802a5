"""A stretch of text cut into words and numbers, each with its place in the field and what stands before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from monitor.detect.text import fold

_TOKEN = re.compile(
    r"([^\W\d_]\.(?:[^\W\d_]\.)+|\d+(?:[.,]\d+)*"
    # A grouped number that a verb has run into is a word of its own: "cuts1,200jobs".
    r"|[^\W\d_]++(?=\d{1,3},\d{3})|[^\W_]+)((?:['’`][sS](?![^\W_]|\.[^\W\d_]\.))*)"
)
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
    stretch = text[start:end]
    # One after the other: a gap, a word, its possessive; at the end a gap.
    pieces = _TOKEN.split(stretch.lower() if stretch.isascii() else stretch)
    bounds = list(accumulate(map(len, pieces), initial=start))
    norms = pieces[1::3] if stretch.isascii() else [_folded(word) for word in pieces[1::3]]
    if "." in stretch:
        norms = [norm.replace(".", "") if "." in norm and not norm[0].isdigit() else norm for norm in norms]
    gaps = pieces[0::3]
    possessive = list(map(bool, pieces[2::3]))
    if any(apostrophe in stretch for apostrophe in _APOSTROPHES):
        for index, gap in enumerate(gaps[1:-1]):
            if gap[:1] in _APOSTROPHES and gap[1:2] in ("", " ") and norms[index][-1] == "s":
                possessive[index] = True
    return Tokens(text, norms, bounds[1:-1:3], bounds[2::3], bounds[3::3], gaps, possessive)


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word).text or word
