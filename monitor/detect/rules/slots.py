"""A text with every employer's name in it as one word, so that a pattern can ask for `<employer>`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from monitor.detect.rules.builtin import SLOT
from monitor.detect.rules.words import View


def slotted(seen: View, names: Iterable[tuple[int, int]]) -> View:
    """The same view with the words of each name as one; ``names`` are characters of the original, in order."""
    bounds = (*seen.places, len(seen.encoded))
    starts = [start for start, _ in seen.spans]
    pieces: list[bytes] = []
    spans: list[tuple[int, int]] = []
    done = 0
    for start, end in names:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if first < done or last <= first:
            continue
        pieces += [seen.encoded[bounds[word] : bounds[word + 1]] for word in range(done, first)]
        spans += seen.spans[done:first]
        name = seen.encoded[bounds[first] : bounds[last]]
        pieces.append(f" {SLOT} ".encode() + name[len(name.rstrip(b"\n")) :])
        spans.append((seen.spans[first][0], seen.spans[last - 1][1]))
        done = last
    pieces += [seen.encoded[bounds[word] : bounds[word + 1]] for word in range(done, len(starts))]
    spans += seen.spans[done:]
    head = seen.encoded[: bounds[0]]
    places = tuple(accumulate((len(piece) for piece in pieces[:-1]), initial=len(head))) if pieces else ()
    return View(head + b"".join(pieces), places, tuple(spans), seen.sentences)
