"""The pattern language: words, wildcards, lists, numbers, slots and distances, compiled for a linear-time engine.

`docs/rules.md` describes it. A pattern becomes one RE2 expression over a `words.View`, and the sets of words of which a
text must hold one each for the pattern to be found at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import re2

from monitor.detect.rules.builtin import SLOT
from monitor.detect.rules.parse import Anchors, Lists, PatternError, Piece, parsed
from monitor.detect.text import fold

FIELDS = ("title", "summary", "body")

_FIELD = re.compile(rf"\s*({'|'.join(FIELDS)}):", re.IGNORECASE)
_LIKE_A_FIELD = re.compile(r"\s*([^\W\d_]+):")
_CAPITAL = re.compile(r"(?<!\\)(?:\\\\)*[A-Z]")
_MOST_BRANCHES = 2_000
_LEAST_MEMORY, _MEMORY_A_CHARACTER = 2 * 2**20, 300


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
        return re2.compile(self.expression.encode(), self.options)

    @property
    def options(self) -> re2.Options:
        encoding = re2.Options.Encoding.UTF8 if self.raw else re2.Options.Encoding.LATIN1
        return _options(self.expression, encoding)


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
    piece = parsed(source, lists, start)
    pieces = tuple(islice(_branches(piece), _MOST_BRANCHES)) if split else (piece,)
    if len(pieces) == _MOST_BRANCHES:
        pieces = (piece,)
    return tuple(_worded(source, each, fields, start + 1) for each in pieces)


def _refuse_other_fields(source: str, found: re.Match[str] | None) -> None:
    like = _LIKE_A_FIELD.match(source)
    if found is None and like and (near := difflib.get_close_matches(like[1].lower(), FIELDS, n=1, cutoff=0.7)):
        raise PatternError(f"no such field: '{like[1]}:'; did you mean '{near[0]}:'?", 1)


def _branches(piece: Piece) -> Iterator[Piece]:
    for branch in piece.branches:
        yield from _branches(branch)
    if not piece.branches:
        yield piece


def _worded(source: str, piece: Piece, fields: frozenset[str], place: int) -> Pattern:
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
