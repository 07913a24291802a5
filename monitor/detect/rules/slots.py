"""A sentence with every employer's name in it as one word, so that a pattern can ask for `<employer>`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate, pairwise

from monitor.detect.rules.builtin import SLOT
from monitor.detect.rules.words import View


def slotted(seen: View, stretch: tuple[int, int], names: Iterable[tuple[int, int]]) -> View:
    """One sentence of a view, the words of each name as one; ``names`` are characters of the original, in order."""
    start, end = stretch
    first, last = bisect_left(seen.places, start), bisect_left(seen.places, end)
    bounds = (*seen.places[first:last], end)
    own = seen.spans[first:last]
    words = [seen.encoded[at:behind] for at, behind in pairwise(bounds)]
    starts = [span[0] for span in own]
    pieces: list[bytes] = []
    spans: list[tuple[int, int]] = []
    done = 0
    for begins, ends in names:
        named, behind = bisect_left(starts, begins), bisect_left(starts, ends)
        if named < done or behind <= named:
            continue
        tail = b"\n" if words[behind - 1].endswith(b"\n") else b""
        pieces += [*words[done:named], f" {SLOT} ".encode() + tail]
        spans += [*own[done:named], (own[named][0], own[behind - 1][1])]
        done = behind
    pieces += words[done:]
    spans += own[done:]
    head = seen.encoded[start : bounds[0]]
    places = tuple(accumulate((len(piece) for piece in pieces[:-1]), initial=len(head)))
    return View(head + b"".join(pieces), places, tuple(spans), ())
