"""Reading one pattern: recursive descent from its words to one expression, and what is certain of all that it finds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import re2

from monitor.detect.rules.builtin import BUILT_IN, WORDS
from monitor.detect.rules.marks import ANY, Marks, marked_as
from monitor.detect.rules.words import words
from monitor.detect.text import fold

_BRACKETS = "()[]|<>"
_LIKE_NEAR = re.compile(r"(?:\w+/\d*|near\d+)$", re.IGNORECASE)
_LOGIC = {"AND": "put one under all", "OR": "write (a|b)", "NOT": "put it under none"}
_NEAR = re.compile(r"near/(\d+)$", re.IGNORECASE)
_WIDEST_GAP = 12
_COUNT = re.compile(r"[0-9]{1,3}")
_DEEPEST = 40
_MANY = 8
"""So many words in one place get a mark."""
_BETWEEN = r"(?:\Ws)?\W*"
"""What may stand between the parts of a hyphenated word, a possessive included."""
_LARGEST = 200_000


_COMMONEST = """
a after an and are as at be by for from has have in is it its more new no not of off on or out over says that the their
this to up was will with
"""
_COMMON = frozenset(rf"\b{word}\b" for word in words(_COMMONEST))


class PatternError(ValueError):
    """A pattern that does not compile.

    ``place`` counts its characters from 1; ``inherited``: the fault is in a list that it uses.
    """

    def __init__(self, problem: str, place: int, *, inherited: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place
        self.inherited = inherited


Anchors = frozenset[str]
"""Expressions for single words, one of which must stand in a text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a pattern: its expression, its anchors (none: it may match without any), whether it needs a word.

    ``words``: it is one of these words, and nothing else. ``branches``: it is one of these. ``must``: words that it
    cannot lack. ``edges``: it begins with the start of a sentence, or ends with its end.
    """

    expression: str
    anchors: frozenset[Anchors] = frozenset()
    needs_a_word: bool = True
    gap: bool = False
    words: frozenset[str] = frozenset()
    branches: tuple[Piece, ...] = ()
    edges: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()


class Lists(dict[str, str]):
    """The source of every named list; each is read once, and its words get a mark."""

    def __init__(self, sources: Mapping[str, str] | None = None) -> None:
        super().__init__(sources or {})
        self.read: dict[str, Piece] = {}
        self.marks = Marks(WORDS)


def check_entry(source: str, lists: Lists) -> None:
    """Raise `PatternError` if the entry of a list is none that a pattern can use."""
    parsed(source, lists)


def parsed(source: str, lists: Lists, start: int = 0) -> Piece:
    """What a pattern says from a character on; raises `PatternError`."""
    return _Parser(source, lists, (), start).whole()


class _Parser:
    """Recursive descent over one pattern. ``within`` names the lists being expanded, to refuse circles."""

    def __init__(self, source: str, lists: Lists, within: tuple[str, ...], start: int = 0) -> None:
        self.source = source
        self.lists = lists
        self.within = within
        self.at = start
        self.depth = 0

    def whole(self) -> Piece:
        piece = self.alternatives()
        if self.at < len(self.source):
            raise self.error(f"'{self.source[self.at]}' closes nothing")
        return piece

    def alternatives(self) -> Piece:
        branches = [self.distances()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.distances())
        return self.either(branches)

    def distances(self) -> Piece:
        """Sequences with ``near/n`` between them: that far apart at most, in either order."""
        start = self.at
        piece = self.sequence()
        while near := self.take_near():
            behind = self.sequence()
            for side in (piece, behind):
                if not side.needs_a_word:
                    raise self.error("near/ needs a word on both sides", start)
            gap = _gap(near)
            piece = self.either([self.joined([piece, gap, behind], start), self.joined([behind, gap, piece], start)])
        return piece

    def sequence(self) -> Piece:
        start = self.at
        items: list[Piece] = []
        while (character := self.peek()) and character not in ")]|" and not self.sees_near():
            items.append(self.item(character))
        if not items:
            raise self.error("nothing stands here; want a word", start)
        if any("start" in item.edges for item in items[1:]) or any("end" in item.edges for item in items[:-1]):
            raise self.error("can never be found: <start> stands first and <end> last", start)
        if not self.depth and (items[0].gap or items[-1].gap):
            raise self.error("a gap needs a word on both sides", start)
        return self.joined(items, start)

    def joined(self, items: list[Piece], start: int) -> Piece:
        if len(items) == 1:
            return items[0]
        expression = "".join(item.expression for item in items)
        if len(expression) > _LARGEST:
            raise self.error("grows too large with all its lists", start)
        return Piece(
            expression,
            frozenset().union(*(item.anchors for item in items)),
            any(item.needs_a_word for item in items),
            must=frozenset().union(*(item.must for item in items)),
            edges=(items[0].edges & {"start"}) | (items[-1].edges & {"end"}),
        )

    def either(self, branches: list[Piece]) -> Piece:
        """One of the branches. Many single words become one mark."""
        if sum(len(branch.expression) for branch in branches) > _LARGEST:
            raise self.error("grows too large with all its lists")
        single = [branch for branch in branches if branch.words]
        words = frozenset().union(*(branch.words for branch in single))
        if len(words) >= _MANY and (mark := self.lists.marks.of(words)):
            marked = replace(_either(single), expression=marked_as(mark), branches=(), words=words)
            branches = [*(branch for branch in branches if not branch.words), marked]
        return _either(branches)

    def item(self, character: str) -> Piece:
        match character:
            case "(":
                return self.bracketed(")")
            case "[":
                inner = self.bracketed("]")
                return Piece(f"(?:{inner.expression})?", needs_a_word=False)
            case "<":
                return self.named()
            case "~":
                return self.gap()
            case ">":
                raise self.error("'>' closes nothing")
            case _:
                return self.word()

    def bracketed(self, closing: str) -> Piece:
        start = self.at
        self.at += 1
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error("is nested too deeply", start)
        piece = self.alternatives()
        if self.peek() != closing:
            raise self.error(f"'{self.source[start]}' is never closed; want '{closing}'", start)
        self.at += 1
        self.depth -= 1
        return piece

    def named(self) -> Piece:
        start = self.at
        end = self.source.find(">", start)
        if end < 0:
            raise self.error("'<' is never closed; want '>'")
        name = self.source[start + 1 : end].strip()
        self.at = end + 1
        if name in BUILT_IN:
            built_in = BUILT_IN[name]
            anchors = frozenset(r"\d" if word == "0" else _anchor(f" {word} ") for word in built_in.words)
            return Piece(
                built_in.expression,
                frozenset({anchors} if anchors else ()),
                built_in.needs_a_word,
                edges=frozenset({name} & {"start", "end"}),
            )
        if name not in self.lists:
            raise self.error(f"no such list: <{name}>{meant(name, [*self.lists, *BUILT_IN])}", start)
        if len(self.within) > _DEEPEST:
            raise self.error("lists are nested too deeply", start)
        if name in self.within:
            raise self.error(f"list <{name}> holds itself: {' > '.join((*self.within, name))}", start)
        try:
            if name not in self.lists.read:
                self.lists.read[name] = _Parser(self.lists[name], self.lists, (*self.within, name)).whole()
            return self.lists.read[name]
        except PatternError as error:
            raise PatternError(f"in list <{name}>: {error.problem}", start + 1, inherited=True) from error

    def gap(self) -> Piece:
        start = self.at
        self.at += 1
        digits = self.take_word()
        if not _COUNT.fullmatch(digits) or not 1 <= int(digits) <= _WIDEST_GAP:
            raise self.error(f"want a gap from ~1 to ~{_WIDEST_GAP}, found '~{digits}'", start)
        return _gap(int(digits))

    def sees_near(self) -> re.Match[str] | None:
        """``near/n`` ahead, which joins instead of being a word."""
        start = self.at
        found = _NEAR.match(self.take_word())
        self.at = start
        return found

    def take_near(self) -> int:
        """The n of ``near/n``, if that comes next."""
        self.peek()
        found = self.sees_near()
        if found is None:
            return 0
        if not _COUNT.fullmatch(found[1]) or not 1 <= int(found[1]) <= _WIDEST_GAP:
            raise self.error(f"want a distance from near/1 to near/{_WIDEST_GAP}, found 'near/{found[1]}'")
        self.take_word()
        return int(found[1])

    def word(self) -> Piece:
        start = self.at
        written = self.take_word()
        if written in _LOGIC:
            raise self.error(f"'{written}' is no operator; {_LOGIC[written]}", start)
        if _LIKE_NEAR.match(written):
            raise self.error(f"'{written}' is no distance; want near/1 to near/{_WIDEST_GAP}", start)
        parts = [_word(part) for part in written.split("-")] if written.strip("-") else []
        if not parts or not all(parts):
            wanted = "two letters of its own beside the star" if "*" in written else "a letter or a digit"
            raise self.error(f"'{written}' is no word; want {wanted}", start)
        joined = _joined([part for part in parts if part])
        plain = joined.replace("(?:  )?", "").replace(ANY, "").replace("\\", "")
        anchors = frozenset({frozenset({_anchor(joined.replace(ANY, ""))})})
        single = plain.strip().replace("[^ n]*", "*")
        words = frozenset({single} if len(parts) == 1 and " " not in single else ())
        must = frozenset(word for word in words if "*" not in word)
        return Piece(joined, anchors, words=words, must=must)

    def take_word(self) -> str:
        start = self.at
        while (
            self.at < len(self.source) and self.source[self.at] not in _BRACKETS and not self.source[self.at].isspace()
        ):
            self.at += 1
        return self.source[start : self.at]

    def peek(self) -> str:
        while self.at < len(self.source) and self.source[self.at].isspace():
            self.at += 1
        return self.source[self.at] if self.at < len(self.source) else ""

    def error(self, problem: str, at: int | None = None) -> PatternError:
        return PatternError(problem, (self.at if at is None else at) + 1)


def _either(branches: list[Piece]) -> Piece:
    if len(branches) == 1:
        return branches[0]
    anchored = all(branch.anchors for branch in branches)
    return Piece(
        "(?:" + "|".join(branch.expression for branch in branches) + ")",
        _shared([branch.anchors for branch in branches]) if anchored else frozenset(),
        all(branch.needs_a_word for branch in branches),
        words=frozenset().union(*(branch.words for branch in branches))
        if all(b.words for b in branches)
        else frozenset(),
        branches=tuple(branches),
        edges=frozenset.intersection(*(branch.edges for branch in branches)),
        must=frozenset.intersection(*(branch.must for branch in branches)),
    )


def _shared(branches: list[frozenset[Anchors]]) -> frozenset[Anchors]:
    """What holds whichever branch is found: the sets that all have, and one word of the rarest set of each."""
    rarest = frozenset().union(*(min(anchors, key=commonness) for anchors in branches))
    return frozenset.intersection(*branches) | {rarest}


def _gap(widest: int) -> Piece:
    """Up to so many words, whatever they are."""
    return Piece(f"(?: [^ \\n]+ ){{0,{widest}}}?", needs_a_word=False, gap=True)


def _word(written: str) -> str | None:
    """The expression for one word; ``*`` stands for any letters, and needs two of its own beside it."""
    if "*" not in written:
        return "".join(f" {re2.escape(word)}{ANY} " for word in words(written)) or None
    stems = [fold(stem).text for stem in written.split("*")]
    if not all(stem.isalnum() or not stem for stem in stems) or sum(map(len, stems)) < 2:
        return None
    return " " + "[^ \\n]*".join(stems) + f"{ANY} "


def _joined(parts: list[str]) -> str:
    """Words around a hyphen: written apart, with a hyphen, or as one."""
    return "".join(parts) if len(parts) == 1 else " ".join(("", "(?:  )?".join(part.strip() for part in parts), ""))


def _anchor(expression: str) -> str:
    """The same word for a `words.sketch`, where words stand as they were written."""
    anchor = expression.strip().replace("(?:  )?", "  ").replace("  ", _BETWEEN).replace("[^ \\n]*", r"\S*")
    # RE2 knows the boundaries of ASCII words only; without one more is found, which does no harm.
    if not anchor.isascii():
        return anchor
    return rf"\b{anchor}"[2 * (not anchor[0].isalnum()) :] + r"\b" * anchor[-1].isalnum()


def commonness(anchors: Anchors) -> tuple[bool, bool, int, list[str]]:
    """Anchors to look for first: none of them in every other text, none of them a short word, then few of them."""
    return not _COMMON.isdisjoint(anchors), any(len(anchor) < 8 for anchor in anchors), len(anchors), sorted(anchors)


def meant(found: str, known: list[str]) -> str:
    """``; did you mean 'weight'?`` where something known is near enough, else nothing."""
    near = difflib.get_close_matches(found, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
