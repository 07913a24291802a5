"""What feedparser calls an element, by its namespace and the prefixes declared; Unsure where that hangs on more."""

from __future__ import annotations

import re
from collections.abc import Iterable

from feedparser.api import StrictFeedParser

from scrapers.spans import DECLARATION, PROLOG

_PROLOG = re.compile(PROLOG + rb"(?=<[A-Za-z_])")
_START_TAG = re.compile(rb"<[^\s<>/=]++(?:\s++[^\s<>/=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+/?>")
_VERSIONS = {"http://purl.org/rss/1.0/": "rss10", "http://www.w3.org/2005/atom": "atom10"}
_USERLAND = "backend.userland.com/rss"

_PREFIXES: dict[str, str] = {uri.lower(): prefix.lower() for uri, prefix in StrictFeedParser.namespaces.items()}
_STANDARD = frozenset(_PREFIXES.values()) - {""}
RULED = frozenset(
    name.lower().removeprefix(side)
    for name in dir(StrictFeedParser)
    for side in ("_start_", "_end_")
    if name.startswith(side)
)
"""The elements that feedparser has a rule for."""
_KEPT = re.compile(r".*_(?:detail|parsed)|date|links|authors|guidislink|contributors|publishers", re.DOTALL)
"""Keys that feedparser keeps something else under: an element of that name would be mixed up with it."""


class Unsure(Exception):  # noqa: N818  it is an answer, not an error
    """Only feedparser knows what it would make of this."""


class Names:
    """Of one document. ``declared`` are its prefixes and what they stand for, wherever it declares them."""

    def __init__(self, declared: Iterable[tuple[str, str]]) -> None:
        self._prefixes: dict[str, set[str]] = {}
        meant: dict[str, set[str]] = {}
        for prefix, uri in declared:
            self._prefixes.setdefault(uri, set()).add(prefix.lower())
            meant.setdefault(prefix.lower(), set()).add(uri)
        known = {_standard(uri) for uri in self._prefixes}
        for prefix, uris in meant.items():
            if prefix and not _is_plain(prefix, uris, known):
                raise Unsure
        self._attributes: dict[str, str] = {}

    def of(self, tag: str) -> str:
        """With an underscore for the colon, as feedparser names the rule for it."""
        uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        local = local.lower()
        if uri and len(uri.split()) != 1:
            raise Unsure
        prefix = _standard(uri)
        names = {f"{one}_{local}" if one else local for one in (self._prefixes[uri] if prefix is None else {prefix})}
        if len(names) > 1 and any(name in RULED for name in names):
            raise Unsure
        if any(name not in RULED and _KEPT.fullmatch(name) for name in names):
            raise Unsure
        return names.pop()

    def attributes(self, items: Iterable[tuple[str, str]]) -> dict[str, str]:
        """By the names that feedparser gives them: one without a namespace goes before one with a strange one."""
        found: dict[str, str] = {}
        plain: dict[str, str] = {}
        for key, value in items:
            if key[0] == "{":
                found[self._attributes.get(key) or self._attribute(key)] = value
            else:
                plain[key.lower()] = value
        return found | plain if found else plain

    def _attribute(self, key: str) -> str:
        uri, _, local = key[1:].rpartition("}")
        if len(uri.split()) != 1:
            raise Unsure
        prefix = _PREFIXES.get(uri.lower())
        name = self._attributes[key] = f"{prefix}:{local}".lower() if prefix else local.lower()
        return name


def declarations(body: bytes) -> tuple[Names, str]:
    """The names of a document in UTF-8, and the version that its root's namespaces tell."""
    prolog = _PROLOG.match(body)
    if prolog is None or b"<!DOCTYPE" in prolog[0] or b"<!ENTITY" in prolog[0]:
        raise Unsure
    root = _START_TAG.match(body, prolog.end())
    if root is None:
        raise Unsure
    declared: list[tuple[str, str]] = []
    version = ""
    for match in DECLARATION.finditer(body, root.start()):
        prefix, uri = (match[1] or b"").decode(), (match[2] or match[3] or b"").decode()
        if not uri:
            continue
        if "&" in uri:
            raise Unsure
        declared.append((prefix, uri))
        if match.start() < root.end() and not version:
            version = _version(prefix, uri.lower())
    return Names(declared), version


def _is_plain(prefix: str, uris: set[str], known: set[str | None]) -> bool:
    """Whether a prefix hides no other: feedparser keeps its own prefixes and the declared ones in one table."""
    standards = {_standard(uri) for uri in uris}
    if None in standards:
        return len(uris) == 1 and prefix not in known
    return prefix not in _STANDARD or standards == {prefix}


def _version(prefix: str, uri: str) -> str:
    if not prefix and uri == "http://my.netscape.com/rdf/simple/0.9/":
        return "rss090"
    return _VERSIONS.get(uri, "")


def _standard(uri: str) -> str | None:
    """The prefix that feedparser has for a namespace it knows."""
    lower = uri.lower()
    return "" if _USERLAND in lower else _PREFIXES.get(lower)
