"""Who cuts: the company that a sentence makes the employer, known to the directory or not.

Reads grammar from word order only: what stands before the verb that cuts, or after "at" behind the noun.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from monitor.detect import lexicon
from monitor.detect.companies import Directory, Employer, Spot
from monitor.detect.cues import CLAUSES, VERBS, cues
from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens

_HARD = frozenset(',;:()[]|—–"“”!?/')
_BRACKETS = frozenset("()")
_GROUPS = words("department departments team teams division unit studio office newsroom")
_MOST_NAMES = 4
_MOST_CUES = 8
_LONGEST = 5
_BACKS = words("based backed owned led funded listed supported")
_LET = frozenset(("let", "lets", "letting"))
_MAKE = frozenset(("make", "makes", "making", "made"))
_PART = frozenset(("part", "parts", "parting", "parted"))
_STARTS = lexicon.LAY | lexicon.CUT_VERBS | _LET | _MAKE | _PART | lexicon.JOBS | lexicon.SHRINK_NOUNS
_SAID = words("said says announced announces confirmed confirms")
_LIMITS = VERBS | lexicon.SUBORDINATE
_AT = ("at", "by", "hit", "hits", "inside")
_NO_NAME = lexicon.NEVER | lexicon.DESCRIPTORS | lexicon.CUT_NOUNS
_NO_TITLE = lexicon.ROLES | lexicon.SAYING
_PLACES = lexicon.PLACES | lexicon.LONELY | lexicon.NATIONALITIES
_TOO_COMMON = lexicon.ROLES | lexicon.NAME_TAILS | lexicon.DESCRIPTORS
_GENERIC = lexicon.FORMS | lexicon.NAME_TAILS | lexicon.LONELY | lexicon.ROLES


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the tokens, with the employer it is, if the directory knows it."""

    first: int
    last: int
    employer: Employer | None


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int


def cased(cut: Tokens) -> bool:
    """Whether capitals tell names from other words here, as they do not in headlines of capitals only."""
    capitals = long = 0
    for word, start in islice(zip(cut.norms, cut.starts, strict=True), 1, None):
        if len(word) > 3 and not word[0].isdigit():
            long += 1
            capitals += not cut.text[start].islower()
    if long == 0:
        return len(cut) > 0 and not cut.text[cut.starts[0]].islower()
    return 0 < capitals < 0.75 * long or (capitals == 0 and cut.text[cut.starts[0]].isupper())


def employers(cut: Tokens, spots: tuple[Spot, ...], directory: Directory, *, capitals: bool) -> tuple[Named, ...]:
    """The employer that cuts, or the employers that do together; empty if the sentence names none."""
    where = tuple(islice(cues(cut), _MOST_CUES))
    if not where and not spots and not directory.known(cut):
        return ()
    reader = _Sentence(cut, spots, directory, capitals=capitals)
    for first, last in where:
        ahead = reader.before(first)
        if not any(named.employer for named in ahead):
            behind = reader.behind(last)
            if not ahead or any(named.employer for named in behind) or (behind and cut.possessive[ahead[-1].last - 1]):
                ahead = behind or ahead
        elif reader.is_adjective(ahead[-1]):
            ahead = reader.behind(last) or ahead
        if ahead:
            return ahead
    for _, last in where[:1]:
        if found := reader.clause(last):
            return found
    return reader.subject()


class _Sentence:
    def __init__(self, cut: Tokens, spots: tuple[Spot, ...], directory: Directory, *, capitals: bool) -> None:
        self.cut = cut
        self.norms = cut.norms
        self.spots = {spot.first: spot for spot in spots}
        self.directory = directory
        self.capitals = capitals

    def before(self, cue: int) -> tuple[Named, ...]:
        """The subject: the last piece before the cue that holds a name and is no aside."""
        pieces = self._pieces(cue)
        named = [(piece, names) for piece in pieces if (names := self._names(piece))]
        if not named:
            return ()
        if self._is_pronoun(cue):
            named = named[:1]
        if not self.capitals or not self._acts(named[-1][0].last, cue):
            named = [entry for entry in named if any(name.employer for name in entry[1])] or named
        piece, names = named[-1]
        listed = [other for other, _ in named if other.last == piece.first and self._breaks(piece.first)]
        if listed and self._is_all_name(listed[-1]) and piece.first == names[0].first:
            names = [*self._names(listed[-1]), *names]
        return self._joined(names)

    def clause(self, cue: int) -> tuple[Named, ...]:
        """Who does something in the clause behind the cue: "as Halvora closes a plant", ", Halvora said"."""
        for index in range(cue, len(self.cut) - 1):
            speaks = self._breaks(index) and self.norms[index] not in CLAUSES
            first = index if speaks else index + 1
            if not speaks and self.norms[index] not in CLAUSES:
                continue
            named = self._name(first, _Piece(first, len(self.cut)))
            if named is None:
                continue
            behind = self._behind_form(named.last)
            if behind < len(self.cut) and self.norms[behind] in (_SAID if speaks else VERBS):
                return (named,)
        return ()

    def subject(self) -> tuple[Named, ...]:
        """The first known employer that a piece is about, whatever the sentence says of it."""
        known = {*self.directory.known(self.cut), *self.spots}
        if not known:
            return ()
        for piece in self._pieces(len(self.cut)):
            if known.isdisjoint(range(piece.first, piece.last)):
                continue
            if names := [named for named in self._names(piece) if named.employer is not None]:
                return self._joined(names)
        return ()

    def is_adjective(self, named: Named) -> bool:
        """Whether an everyday word that is also a name may only say what kind of people: "Remote workers"."""
        everyday = named.employer is not None and named.employer.context
        return everyday and named.last < len(self.cut) and self.norms[named.last] in lexicon.ROLES

    def _acts(self, first: int, cue: int) -> bool:
        """Whether nothing but its verb stands between a piece and the cue."""
        return all(word in VERBS or word in lexicon.FILLER for word in self.norms[first:cue])

    def _is_pronoun(self, cue: int) -> bool:
        """Whether "it" or "they" cut: then the name stands further ahead."""
        index = cue - 1
        while index > 0 and (self.norms[index] in lexicon.AUXILIARY or self.norms[index] in lexicon.SAYING):
            index -= 1
        return index > 0 and self.norms[index] in ("it", "they")

    def _is_all_name(self, piece: _Piece) -> bool:
        names = self._names(piece)
        return len(names) == 1 and (names[0].first, names[0].last) == (piece.first, piece.last)

    def behind(self, cue: int) -> tuple[Named, ...]:
        """What follows "at" or "by" behind the cue."""
        stop = min(cue + 14, len(self.cut))
        for index in range(cue, stop):
            if (self.norms[index] in _AT or (index == cue and self.norms[index] == "from")) and index + 1 < stop:
                last = index + 1
                while (
                    last < stop
                    and not self._breaks(last)
                    and self.norms[last] not in ("in", "as", "after", "to", "amid")
                ):
                    last += 1
                if names := self._names(_Piece(index + 1, last)):
                    return tuple(names[:1])
            elif self.norms[index] == "of" and (owner := self._owner(index + 1, stop)):
                return (owner,)
        return ()

    def _owner(self, first: int, stop: int) -> Named | None:
        """Whose something is: "8% of Halvora's employees"."""
        owner = self._name(first, _Piece(first, stop)) if first < stop else None
        return owner if owner and self.cut.possessive[owner.last - 1] else None

    def _pieces(self, cue: int) -> list[_Piece]:
        pieces: list[_Piece] = []
        first = 0
        aside = False
        for index in [*(limit for limit in self._limits if limit < cue), cue]:
            end = index == cue
            word = self.norms[index] if index < len(self.cut) else ""
            comma = not end and index > first and self._breaks(index)
            verb = index not in self.spots and word in VERBS
            if not (end or comma or verb or word in lexicon.SUBORDINATE):
                continue
            if not aside and index > first and not (pieces and self._adds(first)):
                pieces.append(_Piece(first, index))
            if comma:
                aside = False
                first = index
                if ";" in self.cut.gaps[index]:
                    pieces.clear()
            if verb:
                aside = False
                first = index + 1
            elif word in lexicon.SUBORDINATE and not end:
                aside = True
                first = index + 1
        return pieces

    def _adds(self, first: int) -> bool:
        """Whether a piece says more of the one before, instead of naming another."""
        return self._is_apposition(first) or self._in_brackets(first)

    def _is_apposition(self, first: int) -> bool:
        """Whether a piece only says more of the one before: ", a maker of games," or ", or EB,"."""
        return self._breaks(first) and self.norms[first] in ("a", "an", "the", "or", "one")

    def _in_brackets(self, first: int) -> bool:
        """Whether a piece stands in brackets that close again, as a ticker behind a name does."""
        opened = next((at for at in range(first, -1, -1) if not _BRACKETS.isdisjoint(self.cut.gaps[at])), None)
        if opened is None or self.cut.gaps[opened].rfind("(") <= self.cut.gaps[opened].rfind(")"):
            return False
        return any(")" in self.cut.gaps[at] for at in range(first + 1, min(first + _LONGEST, len(self.cut)) + 1))

    @cached_property
    def _limits(self) -> tuple[int, ...]:
        """The tokens at which a piece may end: outside a known name, behind a mark, a verb or what begins an aside."""
        inside = {index for spot in self.spots.values() for index in range(spot.first + 1, spot.last)}
        return tuple(
            index
            for index, word in enumerate(self.norms)
            if (word in _LIMITS or self._breaks(index)) and index not in inside
        )

    def _breaks(self, index: int) -> bool:
        gap = self.cut.gaps[index]
        return gap not in (" ", "") and (not _HARD.isdisjoint(gap) or " - " in gap or "\n" in gap)

    def _names(self, piece: _Piece) -> list[Named]:
        """The names in a piece; what follows a person's role is a person."""
        found: list[Named] = []
        index = piece.first
        role = False
        while index < piece.last:
            named = self._name(index, piece)
            if named is None:
                within = self.norms[index] == "at" and index > 0 and self.norms[index - 1] in _GROUPS
                role = not within and (role or self.norms[index] in lexicon.ROLES)
                index += 1
                continue
            if not (role and named.employer is None) and not self._backs(named.last, piece.last):
                if found and self._introduced(found[-1].last, named.first):
                    found.pop()
                found.append(named)
            index = self._behind_form(max(named.last, index + 1))
        known = [named for named in found if named.employer is not None] or found
        return [named for named in known if not self.cut.possessive[named.last - 1]] or known

    def _behind_form(self, index: int) -> int:
        """The token behind a name's legal form."""
        while index < len(self.cut) and self.norms[index] in lexicon.LEGAL_FORMS:
            index += 1
        return index

    def _backs(self, index: int, stop: int) -> bool:
        return index + 1 < stop and self.norms[index] in _BACKS

    def _introduced(self, first: int, last: int) -> bool:
        """Whether a name only says whose the next one is: "Brantiq-backed Halvora", "Brantiq rival Halvora"."""
        return first < last and all(
            word in _BACKS or word in lexicon.DESCRIPTORS or word in lexicon.NATIONALITIES
            for word in self.norms[first:last]
        )

    def _joined(self, names: list[Named]) -> tuple[Named, ...]:
        """The last name, with those it is listed with: "Halvora and Brantiq"."""
        chosen = [names[-1]]
        for named in reversed(names[:-1]):
            between = self.norms[named.last : chosen[0].first]
            if not (between == ["and"] or (not between and self.cut.gaps[chosen[0].first].strip() in ("&", ","))):
                break
            chosen.insert(0, named)
        return tuple(chosen[:_MOST_NAMES])

    def _name(self, index: int, piece: _Piece) -> Named | None:
        """The name that begins at a token, if one does."""
        last = self._run(index, piece.last)
        spot = self.spots.get(index)
        if spot is not None and spot.last <= piece.last and self._is_whole(spot, last):
            return Named(spot.first, spot.last, spot.employer)
        if employer := self._everyday(index, piece):
            return employer
        if last == index or (self.norms[index] in lexicon.PLACES and index + 1 in self.spots):
            return None
        for end in range(last, index, -1):
            if known := self.directory.exact(self.cut, index, end):
                return Named(index, end, known)
            if self.norms[end - 1] not in lexicon.UNIT_TAILS:
                break
        while last > index + 1 and self.norms[last - 1] in lexicon.LEGAL_FORMS:
            last -= 1
        if not self._plausible(index, last) or self._is_rest(index, last):
            return None
        return Named(index - self._is_cut_short(index, last), last, None)

    def _is_rest(self, first: int, last: int) -> bool:
        """Whether an everyday word is what is left of a name that began the sentence: "Yellow Table"."""
        begun = self.capitals and (first, last) == (1, 2) and self.cut.gaps[1] == " "
        introducing = lexicon.DESCRIPTORS | lexicon.NATIONALITIES | lexicon.FILLER
        return begun and set(self.norms[:2]) <= lexicon.EVERYDAY and self.norms[0] not in introducing

    def _is_cut_short(self, first: int, last: int) -> bool:
        """Whether a name of one everyday word lacks the nationality before it: "Canadian Window"."""
        whole = first == 0 or self.cut.gaps[first] != " " or self.norms[first - 1] not in lexicon.NATIONALITIES
        return self.capitals and not whole and last == first + 1 and self.norms[first] in lexicon.EVERYDAY

    def _everyday(self, index: int, piece: _Piece) -> Named | None:
        """A known name that is an everyday word too: it must be all there is, but for what says what it is."""
        if self.capitals and not self.cut.capital(index):
            return None
        if index > piece.first and not self._introduces(index - 1):
            return None
        for last in range(min(piece.last, index + _LONGEST), index, -1):
            employer = self.directory.exact(self.cut, index, last)
            if employer is None or (index > piece.first and last == index + 1 and self.norms[index] in _TOO_COMMON):
                continue
            if last == piece.last or self._follows(last):
                return Named(index, last, employer)
        return None

    def _introduces(self, index: int) -> bool:
        return (
            self.norms[index] in lexicon.DESCRIPTORS
            or self.norms[index] in lexicon.NATIONALITIES
            or self.norms[index] in ("the", "and", "at", "exclusive", "s")
            or self.cut.possessive[index]
        )

    def _follows(self, index: int) -> bool:
        return (
            self.cut.possessive[index - 1]
            or self.norms[index] in lexicon.FILLER
            or self.norms[index] in lexicon.ROLES
            or self.norms[index] in lexicon.UNIT_TAILS
            or self.norms[index] == "and"
            or (not self.capitals and self.norms[index] in ("the", "a"))
        )

    def _is_whole(self, spot: Spot, last: int) -> bool:
        """Whether a known name is not only the beginning of a longer, unknown one."""
        if not self.capitals or last <= spot.last:
            return True
        if spot.last in self.spots:
            return True
        return all(word in lexicon.UNIT_TAILS for word in self.norms[spot.last : last])

    def _run(self, first: int, stop: int) -> int:
        """The token behind the name-like words that begin at ``first``."""
        index = first
        while index < stop and self._name_like(index, first):
            if index > first and self.cut.gaps[index] not in (" ", "-", " & ", ".", "&", "'", "’", "", ". ", "‑"):
                break
            index += 1
            if self.cut.possessive[index - 1]:
                break
        return index

    def _name_like(self, index: int, first: int) -> bool:
        word = self.norms[index]
        if index > first and self.capitals and word == "of" and index + 1 < len(self.cut):
            return self.cut.capital(index + 1) and self.norms[index + 1] not in _PLACES
        if word in _NO_NAME or word[0].isdigit():
            return False
        if self.capitals:
            named = self.cut.capital(index) and not (word in lexicon.ROLES and index > first)
            return named and (index > 0 or word not in lexicon.EVERYDAY)
        if word in lexicon.EVERYDAY:
            return index > first and word in lexicon.NAME_TAILS and word not in lexicon.ROLES
        return word not in _NO_TITLE and not (word[-1] == "s" and word[:-1] in lexicon.PLACES)

    def _plausible(self, first: int, last: int) -> bool:
        name = self.norms[first:last]
        told = not all(word in _PLACES for word in name) and not all(word in lexicon.FORMS for word in name)
        return len("".join(name)) > 1 and told and not (len(name) == 1 and name[0] in _GENERIC)
