"""Where a sentence names employers, whatever its capitals: those of the directory, and those that a cut makes one."""

from __future__ import annotations

from monitor.detect.companies import Directory
from monitor.detect.employers import employers
from monitor.detect.text import fold
from monitor.detect.tokens import tokens

_LONGEST = 1_500
"""Characters of a folded sentence that are read."""


def named(sentence: str, directory: Directory) -> tuple[tuple[int, int], ...]:
    """The characters of each name, in order.

    Case, accents and the kinds of quotes and dashes make no difference: a decision must not hang on them.
    """
    folded = fold(sentence)
    cut = tokens(folded.text[:_LONGEST])
    spots = directory.spots(cut, cased=False)
    found = {(spot.first, spot.last) for spot in spots}
    found |= {(name.first, name.last) for name in employers(cut, spots, directory, capitals=False)}
    return tuple(folded.span(cut.starts[first], cut.ends[last - 1]) for first, last in sorted(found))
