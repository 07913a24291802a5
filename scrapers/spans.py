"""Where a feed's items stand in its bytes, so that those known by their bytes need not be read again; it reads none.

Only where no doubt is left what an item is: else None, which means read it all. What is cut out must have stood in a
document that ``feeds`` was sure of: then the rest is well-formed if the whole is.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SIZE = 8
PROLOG = rb"\s*+(?:<\?(?:[^?]++|\?(?!>))*+\?>\s*+|<!--(?:[^-]++|-(?!-))*+-->\s*+)*+"
DECLARATION = re.compile(rb"xmlns(?::([^\s=]++))?+\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_ROOT = re.compile(
    PROLOG + rb"<((?:[\w.-]++:)?(rss|RDF|feed))(?:\s++[^\s<>/=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+>"
)
_ENDS = {
    name: re.compile(rb"</" + name + rb"\s*+>(?:\s++|<!--(?:[^-]++|-(?!-))*+-->)*+\Z")
    for name in (b"rss", b"rdf:RDF", b"feed")
}
_TAIL = 2**12
_ITEMS = {b"rss": b"item", b"RDF": b"item", b"feed": b"entry"}
_TAG_ENDS = tuple(b" \t\r\n>"[at : at + 1] for at in range(5))
_SLASH = ord("/")
_BEFORE = tuple(b" \t\r\n:"[at : at + 1] for at in range(5))
_STRANGE = re.compile(rb"</?(?:[\w.-]++:)?(?:item|entry)[\s/>]|<!DOCTYPE|<!ENTITY", re.IGNORECASE)
"""Around the items: others, that were not found."""
_FIRST = re.compile(rb"<(?:[\w.-]++:)?(?:content|encoded|summary)[\s/>]", re.IGNORECASE)
"""Around the items: what lets feedparser read the first of them otherwise."""
_SPOKEN = re.compile(rb"<(?:[\w.-]++:)?(?:channel|language)[\s>][^<]*+(?:<!\[CDATA\[[^\]]*+)?+", re.IGNORECASE)
_LINKED = re.compile(rb"<(?:[\w.-]++:)?link\s[^<]*+", re.IGNORECASE)
"""Around the items: with attributes, as the hub and the feed's own address are."""
_BASE = re.compile(rb"base\s*+=")
_OPENINGS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
_RUN = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Spans:
    """``places`` are where items begin and end; ``digests`` those of their bytes and of what they inherit."""

    body: bytes
    places: tuple[tuple[int, int], ...]
    digests: tuple[bytes, ...]
    chained: bool
    """feedparser may read an item otherwise behind another: then one goes only with all that follow it."""

    def without(self, known: frozenset[bytes]) -> bytes:
        """The document less the known items."""
        kept: list[bytes] = []
        end = 0
        for start, stop in self._known(known):
            kept.append(self.body[end:start])
            end = stop
        return b"".join((*kept, self.body[end:]))

    def within(self, known: frozenset[bytes]) -> bytes:
        """The known items alone."""
        return b"".join(self.body[start:stop] for start, stop in self._known(known))

    def _known(self, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
        last = next((at for at, digest in reversed([*enumerate(self.digests)]) if digest not in known), -1)
        first = last + 1 if self.chained else 0
        return (
            place for place, digest in zip(self.places[first:], self.digests[first:], strict=True) if digest in known
        )


def split(body: bytes) -> Spans | None:
    """Linear in the bytes, whatever they are."""
    root = _ROOT.match(body, len(codecs.BOM_UTF8) if body.startswith(codecs.BOM_UTF8) else 0)
    if root is None or root[1] not in _ENDS:
        return None
    end = _ENDS[root[1]].search(body, max(root.end(), len(body) - _TAIL))
    places = _places(body, root.end(), _ITEMS[root[2]])
    if end is None or not places or _is_open(body, places[-1][1], end.start()):
        return None
    around = b"".join(_around(body, root.end(), places))
    spaces = _spaces(body)
    if spaces is None or _STRANGE.search(root[0]) or _STRANGE.search(around):
        return None
    inherited = (root[0], *spaces, b"", *_SPOKEN.findall(around), b"", *_LINKED.findall(around))
    salted = hashlib.sha256(hashlib.sha256(b"\0".join(inherited)).digest())
    view = memoryview(body)
    digests = tuple(_digest(salted.copy(), view[start:stop]) for start, stop in places)
    chained = _has_base(body, root.end()) or _FIRST.search(around) is not None
    return Spans(body, places, digests, chained)


def _digest(salted: hashlib._Hash, item: memoryview) -> bytes:
    salted.update(item)
    return salted.digest()[:_SIZE]


def packed(digests: Iterable[bytes]) -> bytes:
    return b"".join(digests)


def unpacked(digests: bytes) -> frozenset[bytes]:
    return frozenset(digests[at : at + _SIZE] for at in range(0, len(digests), _SIZE))


def counted(digests: bytes) -> int:
    return len(digests) // _SIZE


def may_name(item: bytes, address: str) -> bool:
    """Whether an item may have an address or id, by the longest run of letters or digits in it.

    What differs between two ways to write one address is not in it; letters that are escaped are not found.
    """
    run = max(_RUN.findall(address), key=len, default="")
    return run.encode() in item


def _places(body: bytes, at: int, name: bytes) -> tuple[tuple[int, int], ...] | None:
    """Of all elements of that name, if none is empty, or in a comment, an instruction or CDATA.

    Of one in another, the end is left over.
    """
    opening, closing = b"<" + name, b"</" + name
    places: list[tuple[int, int]] = []
    before = at
    while (start := body.find(opening, at)) >= 0:
        at = start + len(opening)
        if not body.startswith(_TAG_ENDS, at):  # <items>
            continue
        end = body.find(closing, at)
        stop = body.find(b">", end) + 1
        if end < 0 or body[end + len(closing) : stop].strip() != b">" or body[body.find(b">", at) - 1] == _SLASH:
            return None
        if _is_open(body, before, start) or _is_open(body, start, end):
            return None
        places.append((start, stop))
        at = before = stop
    return tuple(places)


def _spaces(body: bytes) -> list[bytes] | None:
    """The namespaces that are declared anywhere, each with its prefix; None if one has several."""
    declared = {(match[2] or match[3] or b"", match[1] or b"") for match in DECLARATION.finditer(body)}
    return sorted(map(b"=".join, declared)) if len(dict(declared)) == len(declared) else None


def _has_base(body: bytes, at: int) -> bool:
    """Whether an item may have one: feedparser lets it hold for those behind it too."""
    return any(body.startswith(_BEFORE, match.start() - 1) for match in _BASE.finditer(body, at))


def _is_open(body: bytes, start: int, end: int) -> bool:
    """Whether something begins there in which a tag is none, and may not have ended."""
    return any(
        (begun := body.rfind(opening, start, end)) >= 0 and body.rfind(closing, begun + len(opening), end) < 0
        for opening, closing in _OPENINGS
    )


def _around(body: bytes, at: int, places: tuple[tuple[int, int], ...]) -> Iterator[bytes]:
    for start, stop in places:
        yield body[at:start]
        at = stop
    yield body[at:]
