"""Where a text names employers, whatever its capitals: those of the directory, and those that a cut makes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.detect.companies import Directory
from monitor.detect.employers import employers
from monitor.detect.text import fold
from monitor.detect.tokens import tokens

_READ = 20_000
"""Characters of a field that are read."""
_LONGEST = 1_500
"""Characters of a sentence in which an unknown employer is looked for."""


def named(text: str, sentences: Iterable[int], directory: Directory) -> tuple[tuple[int, int], ...]:
    """The characters of each name, in order. ``sentences`` are the characters at which sentences start.

    Case, accents and the kinds of quotes and dashes make no difference: a decision must not hang on them.
    """
    return tuple(dict.fromkeys(_named(text[:_READ], [*sentences], directory)))


def _named(text: str, starts: list[int], directory: Directory) -> Iterator[tuple[int, int]]:
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        folded = fold(text[start : min(end, start + _LONGEST)])
        cut = tokens(folded.text)
        spots = directory.spots(cut, cased=False)
        found = {(spot.first, spot.last) for spot in spots}
        found |= {(name.first, name.last) for name in employers(cut, spots, directory, capitals=False)}
        for first, last in sorted(found):
            begins, ends = folded.span(cut.starts[first], cut.ends[last - 1])
            yield start + begins, start + ends
