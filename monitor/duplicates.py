"""Whether two articles carry the same text, to the word or nearly: keys that syndicated copies share.

Two-word shingles, 128 permutations, 10 bands of 3, alike from 0.6 on, 60 words at least. Of real texts with 5 % or 10 %
of their words edited or 30 % of their sentences dropped, 0.99, 0.98 and 0.94 are found, and fewer than one text in a
thousand is taken for another (``make bench``). Teasers of 50 words are not compared: different stories share a photo's
caption or an outlet's boilerplate there.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rensa import RMinHash

from monitor.model import Fingerprint, Judged, Stage
from scrapers.items import Article

_STRANGE = re.compile(r"[\x80-\U0010ffff](?<=\W)")
_SPACED = bytes(byte if byte > 0x7F or chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(256))

# Shorter texts coincide by chance, "Layoffs at Acme" is written by many; one source hardly writes them twice.
_FEWEST_WORDS = 12
_FEWEST_OF_ONE_SOURCE = 4
_FEWEST_OF_A_NEAR_COPY = 60
_MOST_WORDS = 3_500
"""Some 20,000 characters: what comes behind them changes no answer."""

_MOST_LOOKED_AT = 50
"""Texts that share one band which are compared, the newest."""

_PERMUTATIONS = 128
_SEED = 1
_BANDS = 10
_ROWS = 3
_PRIME = 2**43 - 57
"""Keys below 2^47 take six bytes in SQLite, and a million articles still meet by chance once in a million look-ups."""
_LOW_BITS = int.from_bytes(b"\x11" * (_PERMUTATIONS // 2))

ALIKE = 0.6
ALIKE_OF_ONE_SOURCE = 0.85
"""An outlet repeats captions, boilerplate and whole templates around different news."""


@dataclass(frozen=True, slots=True)
class Original:
    """An article that others may be copies of. ``gist`` is what a near-copy must not say otherwise."""

    id: str
    source_id: str
    fingerprint: Fingerprint
    gist: str


class Originals:
    """Texts by what their copies share. Of two with the same words the first counts."""

    def __init__(self, known: Iterable[Original] = ()) -> None:
        self._originals: dict[str, Original] = {}
        self._exact: dict[str, str] = {}
        self._bands: dict[int, list[str]] = {}
        for original in known:
            self.put(original)

    def put(self, original: Original) -> None:
        if original.id in self._originals:
            self.drop(original.id)
        self._originals[original.id] = original
        if original.fingerprint.exact is not None:
            self._exact.setdefault(original.fingerprint.exact, original.id)
        for band in original.fingerprint.bands:
            self._bands.setdefault(band, []).append(original.id)

    def drop(self, article_id: str) -> None:
        original = self._originals.pop(article_id, None)
        if original is None:
            return
        if self._exact.get(original.fingerprint.exact or "") == article_id:
            del self._exact[original.fingerprint.exact or ""]
        for band in original.fingerprint.bands:
            self._bands[band].remove(article_id)
            if not self._bands[band]:
                del self._bands[band]

    def of(self, judged: Judged) -> tuple[Original, ...]:
        """All that an article may be a copy of."""
        exact = self._exact.get(judged.fingerprint.exact or "")
        near = (each for band in judged.fingerprint.bands for each in self._bands.get(band, ())[-_MOST_LOOKED_AT:])
        ids = dict.fromkeys((*near, *(() if exact is None else (exact,))))
        return tuple(self._originals[each] for each in ids)

    def find(self, judged: Judged) -> str | None:
        """The article that this one repeats, to the word or nearly, and says nothing else of."""
        said = gist(judged)
        others = [each for each in self.of(judged) if each.id != judged.article.id and each.gist == said]
        exact = judged.fingerprint.exact
        same = next((each.id for each in others if exact is not None and each.fingerprint.exact == exact), None)
        if same is not None or (judged.flag.flagged and judged.facts.company is None):
            return same  # without an employer nothing tells two texts of one template apart
        alike = (
            (likeness(each.fingerprint.signature, judged.fingerprint.signature), each.id)
            for each in others
            if _is_copy(each, judged)
        )
        return max(alike, default=(0.0, None))[1]


def original(judged: Judged) -> Original:
    return Original(judged.article.id, judged.article.source_id, judged.fingerprint, gist(judged))


def gist(judged: Judged) -> str:
    """All that decides what becomes of an article: one template tells many layoffs, and a copy must hide none."""
    flag, facts = judged.flag, judged.facts
    if not flag.flagged:
        return flag.kind or ""
    count, percent = facts.headcount, facts.percent
    said = (
        Stage.ANNOUNCED if flag.stage is Stage.PLANNED else flag.stage,  # outlets word one either way
        [company.key for company in facts.employers],
        None if count is None else (count.value, count.vague, count.qualifier),
        None if percent is None else percent.value,
        sorted(place.value for place in facts.places),
        sorted(facts.parts),
        facts.effective and facts.effective.value,
        facts.wave is not None,
    )
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprint(article: Article) -> Fingerprint:
    """What copies of a text are known by, whatever their address, markup, case and punctuation.

    ``exact``: for a short text, copies by the same source; None for one too short to tell a copy from a coincidence.
    """
    words = _words(article)
    exact = _exact(article, words)
    if len(words) < _FEWEST_OF_A_NEAR_COPY:
        return Fingerprint(exact)
    minima = _minima(words[:_MOST_WORDS])
    return Fingerprint(exact, _bands(minima), _signature(minima))


def likeness(one: bytes, other: bytes) -> float:
    """How much of two texts is the same, estimated from their signatures: 1 for the same words, 0.04 either way."""
    if not one or not other:
        return 0.0
    unlike = int.from_bytes(one) ^ int.from_bytes(other)
    unlike |= unlike >> 2
    unlike |= unlike >> 1
    same = 1 - (unlike & _LOW_BITS).bit_count() / _PERMUTATIONS
    return max(0.0, (same - 1 / 16) / (15 / 16))  # four bits agree by chance once in sixteen


def alike(one: bytes, other: bytes, *, one_source: bool = False) -> bool:
    """Whether two texts are one by their signatures. Those of one source must be more alike."""
    return likeness(one, other) >= (ALIKE_OF_ONE_SOURCE if one_source else ALIKE)


def _is_copy(original: Original, judged: Judged) -> bool:
    one_source = original.source_id == judged.article.source_id
    return alike(original.fingerprint.signature, judged.fingerprint.signature, one_source=one_source)


def _words(article: Article) -> list[bytes]:
    r"""What ``\w+`` finds, in half its time: that was half of the whole."""
    text = f"{article.title}\n{article.summary}\n{article.body or ''}"
    text = unicodedata.normalize("NFKC", text).casefold()
    return _STRANGE.sub(" ", text).encode("utf-8", "surrogatepass").translate(_SPACED).split()


def _exact(article: Article, words: list[bytes]) -> str | None:
    if len(words) < _FEWEST_OF_ONE_SOURCE:
        return None
    scope = [article.source_id.encode("utf-8", "surrogatepass")] if len(words) < _FEWEST_WORDS else []
    return hashlib.sha256(b" ".join([*scope, *words])).hexdigest()[:32]


def _minima(words: list[bytes]) -> list[int]:
    shingles = RMinHash(_PERMUTATIONS, _SEED)
    shingles.update(list(map(b" ".join, itertools.pairwise(words))))
    minima: list[int] = shingles.digest()
    return minima


def _bands(minima: list[int]) -> tuple[int, ...]:
    rows = (minima[band * _ROWS : (band + 1) * _ROWS] for band in range(_BANDS))
    return tuple(
        (one << 64 | two << 32 | three) % _PRIME * _BANDS + band for band, (one, two, three) in enumerate(rows)
    )


def _signature(minima: list[int]) -> bytes:
    """The low four bits of each."""
    return bytes((one & 15) << 4 | two & 15 for one, two in zip(minima[::2], minima[1::2], strict=True))
