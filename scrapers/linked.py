"""What a page says about its article in JSON-LD: headline, date, authors, text, whether it is free; it trusts none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from typing import Any

Node = dict[str, Any]

_ARTICLES = ("Article", "Posting", "Report")
_MOST = 10_000
"""Nodes looked at: a page describes a few dozen."""


class Linked:
    """The articles of one page, in the order they are written, first those that say most."""

    def __init__(self, tree: Any) -> None:
        nodes = list(_nodes(tree))
        self._named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
        self.articles = [node for node in nodes if _is_article(node)]

    def texts(self, *keys: str) -> Iterator[str]:
        """Every text under these keys, the first key's first."""
        for key in keys:
            yield from (
                unescape(node[key]) for node in self.articles if isinstance(node.get(key), str) and node[key].strip()
            )

    def authors(self) -> Iterator[str]:
        """Names of the first article that gives any."""
        for key in ("author", "creator"):
            for node in self.articles:
                names = [name for name in map(self._name, _many(node.get(key))) if name]
                if names:
                    yield from names
                    return

    def free(self) -> bool | None:
        """Whether everybody may read it: no part may be closed."""
        stated = [
            _truth(part.get("isAccessibleForFree"))
            for node in self.articles
            for part in (node, *(part for part in _many(node.get("hasPart")) if isinstance(part, dict)))
        ]
        return None if all(said is None for said in stated) else False not in stated

    def told(self) -> bool:
        """Whether the page says that it holds an article: a headline or a date with it."""
        return any(node.get("headline") or node.get("datePublished") for node in self.articles)

    def words(self) -> int | None:
        """How many words the whole article has."""
        counts = [_number(node.get("wordCount")) for node in self.articles]
        return max((count for count in counts if count), default=None)

    def _name(self, person: object) -> str:
        if isinstance(person, dict):
            known = self._named.get(person.get("@id", ""), {}) if isinstance(person.get("@id"), str) else {}
            person = next(
                (
                    one.get(key)
                    for one in (person, known)
                    for key in ("name", "byline")
                    if isinstance(one.get(key), str)
                ),
                "",
            )
        return unescape(person) if isinstance(person, str) else ""


def _nodes(tree: Any) -> Iterator[Node]:
    left = _MOST
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            written = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _many(written):
            if isinstance(node, dict):
                for inner in (node, *_many(node.get("@graph"))):
                    if isinstance(inner, dict) and (left := left - 1) > 0:
                        yield inner


def _is_article(node: Node) -> bool:
    return any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in _many(node.get("@type")))


def _many(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _truth(said: object) -> bool | None:
    if isinstance(said, str):
        return {"true": True, "false": False}.get(said.strip().lower().removeprefix("http://schema.org/"))
    return said if isinstance(said, bool) else None


def _number(said: object) -> int | None:
    if isinstance(said, str) and said.strip().isascii() and said.strip().isdigit() and len(said) < 8:
        return int(said)
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 10**7 else None
