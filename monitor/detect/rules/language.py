"""The pattern language: words, wildcards, lists, numbers, slots and distances, compiled for a linear-time engine.

`docs/rules.md` describes it. A pattern becomes one RE2 expression over a `words.View`, and the sets of words of which a
text must hold one each for the pattern to be found at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import re2

from monitor.detect.rules.builtin import BUILT_IN, SLOT, WORDS
from monitor.detect.rules.marks import ANY, Marks, marked_as
from monitor.detect.rules.words import words
from monitor.detect.text import fold

FIELDS = ("title", "summary", "body")

_MARKS = "()[]|<>"
_FIELD = re.compile(rf"\s*({'|'.join(FIELDS)}):", re.IGNORECASE)
_LIKE_A_FIELD = re.compile(r"\s*([^\W\d_]+):")
_LIKE_NEAR = re.compile(r"(?:\w+/\d*|near\d+)$", re.IGNORECASE)
_LOGIC = {"AND": "put one under all", "OR": "write (a|b)", "NOT": "put it under none"}
_NEAR = re.compile(r"near/(\d+)$", re.IGNORECASE)
_CAPITAL = re.compile(r"(?<!\\)(?:\\\\)*[A-Z]")
_WIDEST_GAP = 12
_COUNT = re.compile(r"[0-9]{1,3}")
_DEEPEST = 40
_MOST_BRANCHES = 2_000
_MANY = 8
"""So many words in one place get a mark."""
_BETWEEN = r"(?:\Ws)?\W*"
"""What may stand between the parts of a hyphenated word, a possessive included."""
_LARGEST = 200_000
_LEAST_MEMORY, _MEMORY_A_CHARACTER = 2 * 2**20, 300


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


@dataclass(frozen=True, eq=False)
class Pattern:
    """A pattern, equal to itself only; compiled when it is first looked for, as most of a pack never are.

    ``anchors`` are sets of expressions for single words; a sentence must hold one of every set. None: unknown.
    ``fields``: where it looks. ``must``: words that it finds nothing without; ``words``: it finds one of these, and
    nothing else. ``slots``: it looks for an employer. ``raw`` marks an expression over the folded text
    instead of over its words.
    """

    source: str
    expression: str
    anchors: frozenset[Anchors] = frozenset()
    fields: frozenset[str] = frozenset(FIELDS)
    must: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    slots: bool = False
    raw: bool = False

    @cached_property
    def compiled(self) -> re2._Regexp:
        encoding = re2.Options.Encoding.UTF8 if self.raw else re2.Options.Encoding.LATIN1
        return re2.compile(self.expression.encode(), _options(self.expression, encoding))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a pattern: its expression, its anchors (none: it may match without any), whether it needs a word.

    ``words``: it is one of these words, and nothing else. ``branches``: it is one of these. ``must``: words that it
    cannot lack. ``edges``: it begins with the start of a sentence, or ends with its end.
    """

    expression: str
    anchors: frozenset[Anchors] = frozenset()
    needs_a_word: bool = True
    gap: bool = False
    words: frozenset[str] = frozenset()
    branches: tuple[_Piece, ...] = ()
    edges: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()


class Lists(dict[str, str]):
    """The source of every named list; each is read once, and its words get a mark."""

    def __init__(self, sources: Mapping[str, str] | None = None) -> None:
        super().__init__(sources or {})
        self.read: dict[str, _Piece] = {}
        self.marks = Marks(WORDS)


def check_entry(source: str, lists: Lists) -> None:
    """Raise `PatternError` if the entry of a list is none that a pattern can use."""
    _Parser(source, lists, ()).whole()


def pattern(source: str, lists: Lists) -> Pattern:
    """Compile a pattern."""
    return _patterns(source, lists, split=False)[0]


def alternatives(source: str, lists: Lists) -> tuple[Pattern, ...]:
    """Compile a pattern as several, one for each of its alternatives: small ones are found sooner than a large one."""
    return _patterns(source, lists, split=True)


def _patterns(source: str, lists: Lists, *, split: bool) -> tuple[Pattern, ...]:
    found = _FIELD.match(source)
    fields = frozenset({found[1].lower()} if found else FIELDS)
    _refuse_other_fields(source, found)
    start = found.end() if found else 0
    written = source[start:].strip()
    if len(written) > 1 and written.startswith("/") and written.endswith("/"):
        return (_raw(source, written[1:-1], fields, source.index("/", start) + 2),)
    if written.startswith("/"):
        raise PatternError("a regular expression stands between two slashes: /…/", source.index("/", start) + 1)
    piece = _Parser(source, lists, (), start).whole()
    pieces = tuple(islice(_branches(piece), _MOST_BRANCHES)) if split else (piece,)
    if len(pieces) == _MOST_BRANCHES:
        pieces = (piece,)
    return tuple(_worded(source, each, fields, start + 1) for each in pieces)


def _refuse_other_fields(source: str, found: re.Match[str] | None) -> None:
    like = _LIKE_A_FIELD.match(source)
    if found is None and like and (near := difflib.get_close_matches(like[1].lower(), FIELDS, n=1, cutoff=0.7)):
        raise PatternError(f"no such field: '{like[1]}:'; did you mean '{near[0]}:'?", 1)


def _branches(piece: _Piece) -> Iterator[_Piece]:
    for branch in piece.branches:
        yield from _branches(branch)
    if not piece.branches:
        yield piece


def _worded(source: str, piece: _Piece, fields: frozenset[str], place: int) -> Pattern:
    if not piece.needs_a_word:
        raise PatternError("matches nothing certain: at least one word must not be optional", place)
    slots = SLOT in piece.expression
    return Pattern(source, piece.expression, piece.anchors, fields, piece.must, piece.words, slots=slots)


def _raw(source: str, expression: str, fields: frozenset[str], place: int) -> Pattern:
    made = Pattern(source, expression, fields=fields, raw=True)
    try:
        compiled = made.compiled
    except re2.error as error:
        reason = error.args[0]
        problem = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"{problem}: the linear-time engine (RE2) refuses it", place) from error
    if compiled.search(b"") is not None:
        raise PatternError("matches the empty text", place)
    written = next(
        (character for character in expression if not character.isascii() and fold(character).text != character), ""
    )
    if written:
        raise PatternError(f"can never be found: '{written}' is folded to '{fold(written).text}'", place)
    if "  " in expression:
        raise PatternError("can never be found: white space is folded to single spaces", place)
    if (capital := _CAPITAL.search(expression)) and not compiled.search(capital[0].lower().encode()):
        raise PatternError("can never be found: texts are folded to small letters", place + capital.end() - 1)
    return made


def _options(expression: str, encoding: re2.Options.Encoding) -> re2.Options:
    """Silent; room for the expression, and for what the engine remembers while it searches."""
    chosen = options()
    chosen.encoding = encoding
    chosen.max_mem = _LEAST_MEMORY + _MEMORY_A_CHARACTER * len(expression)
    return chosen


def options() -> re2.Options:
    """What every expression is compiled with."""
    chosen = re2.Options()
    chosen.log_errors = False
    return chosen


class _Parser:
    """Recursive descent over one pattern. ``within`` names the lists being expanded, to refuse circles."""

    def __init__(self, source: str, lists: Lists, within: tuple[str, ...], start: int = 0) -> None:
        self.source = source
        self.lists = lists
        self.within = within
        self.at = start
        self.depth = 0

    def whole(self) -> _Piece:
        piece = self.alternatives()
        if self.at < len(self.source):
            raise self.error(f"'{self.source[self.at]}' closes nothing")
        return piece

    def alternatives(self) -> _Piece:
        branches = [self.distances()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.distances())
        return self.either(branches)

    def distances(self) -> _Piece:
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

    def sequence(self) -> _Piece:
        start = self.at
        items: list[_Piece] = []
        while (character := self.peek()) and character not in ")]|" and not self.sees_near():
            items.append(self.item(character))
        if not items:
            raise self.error("nothing stands here; want a word", start)
        if any("start" in item.edges for item in items[1:]) or any("end" in item.edges for item in items[:-1]):
            raise self.error("can never be found: <start> stands first and <end> last", start)
        if not self.depth and (items[0].gap or items[-1].gap):
            raise self.error("a gap needs a word on both sides", start)
        return self.joined(items, start)

    def joined(self, items: list[_Piece], start: int) -> _Piece:
        if len(items) == 1:
            return items[0]
        expression = "".join(item.expression for item in items)
        if len(expression) > _LARGEST:
            raise self.error("grows too large with all its lists", start)
        return _Piece(
            expression,
            frozenset().union(*(item.anchors for item in items)),
            any(item.needs_a_word for item in items),
            must=frozenset().union(*(item.must for item in items)),
            edges=(items[0].edges & {"start"}) | (items[-1].edges & {"end"}),
        )

    def either(self, branches: list[_Piece]) -> _Piece:
        """One of the branches. Many single words become one mark."""
        if sum(len(branch.expression) for branch in branches) > _LARGEST:
            raise self.error("grows too large with all its lists")
        single = [branch for branch in branches if branch.words]
        words = frozenset().union(*(branch.words for branch in single))
        if len(words) >= _MANY and (mark := self.lists.marks.of(words)):
            marked = replace(_either(single), expression=marked_as(mark), branches=(), words=words)
            branches = [*(branch for branch in branches if not branch.words), marked]
        return _either(branches)

    def item(self, character: str) -> _Piece:
        match character:
            case "(":
                return self.bracketed(")")
            case "[":
                inner = self.bracketed("]")
                return _Piece(f"(?:{inner.expression})?", needs_a_word=False)
            case "<":
                return self.named()
            case "~":
                return self.gap()
            case ">":
                raise self.error("'>' closes nothing")
            case _:
                return self.word()

    def bracketed(self, closing: str) -> _Piece:
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

    def named(self) -> _Piece:
        start = self.at
        end = self.source.find(">", start)
        if end < 0:
            raise self.error("'<' is never closed; want '>'")
        name = self.source[start + 1 : end].strip()
        self.at = end + 1
        if name in BUILT_IN:
            built_in = BUILT_IN[name]
            anchors = frozenset(r"\d" if word == "0" else _anchor(f" {word} ") for word in built_in.words)
            return _Piece(
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

    def gap(self) -> _Piece:
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

    def word(self) -> _Piece:
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
        return _Piece(joined, anchors, words=words, must=must)

    def take_word(self) -> str:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in _MARKS and not self.source[self.at].isspace():
            self.at += 1
        return self.source[start : self.at]

    def peek(self) -> str:
        while self.at < len(self.source) and self.source[self.at].isspace():
            self.at += 1
        return self.source[self.at] if self.at < len(self.source) else ""

    def error(self, problem: str, at: int | None = None) -> PatternError:
        return PatternError(problem, (self.at if at is None else at) + 1)


def _either(branches: list[_Piece]) -> _Piece:
    if len(branches) == 1:
        return branches[0]
    anchored = all(branch.anchors for branch in branches)
    return _Piece(
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


def _gap(widest: int) -> _Piece:
    """Up to so many words, whatever they are."""
    return _Piece(f"(?: [^ \\n]+ ){{0,{widest}}}?", needs_a_word=False, gap=True)


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
