"""Which words of a sentence are the name of an employer, known to the directory or not.

Who of them cuts is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.detect import lexicon
from monitor.detect.companies import Directory, Employer, Spot
from monitor.detect.lexicon import words
from monitor.detect.media import is_medium
from monitor.detect.numerals import SCALE, SMALL
from monitor.detect.tokens import Tokens

_HARD = frozenset(',;:()[]|—–"“”!?/')
_GROUPS = words("department departments team teams division unit studio office newsroom")
LONGEST = 5
_WITHIN = (" ", "-", " & ", ".", "&", "'", "’", "", ". ", "‑")
"""What may stand between the words of a name."""
_BACKS = words("based backed owned led funded listed supported")
_SITES = lexicon.WORKPLACES | words(
    """
    bakery base brewery campus colliery dairy distillery facilities facility headquarters hospital hotel hub kitchen lab
    newsroom operation operations port shipyard smelters steelworks studio terminal works yard
    """
)
_TOWN_SITES = lexicon.WORKS | words("colliery depot shipyard site smelter steelworks terminal works")
_BEFORE_PLACE = lexicon.CLOSING | words("at from in its their")
_NO_PRODUCT = lexicon.AUXILIARY | lexicon.SUBORDINATE | lexicon.FILLER | lexicon.CUT_VERBS | lexicon.SAYING
_NO_PRODUCT |= {"and", "of", "the"}
_HOUSES = words("academy church college hospice hospital school")
_BODIES = words(
    "academy archdiocese bank board borough bureau city college commonwealth council county department diocese "
    "district government house institute ministry museum office port school state town university village"
)
_HEADS = words(
    "black blue bright bronze copper crown east eastern first general gold golden grand great greater green little new "
    "north northern old port red royal saint silver south southern standard sterling union united west western white"
)
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
class Piece:
    """A stretch of the tokens."""

    first: int
    last: int


class Naming:
    """The names in the tokens of one sentence."""

    def __init__(self, cut: Tokens, spots: tuple[Spot, ...], directory: Directory, *, capitals: bool) -> None:
        self.cut = cut
        self.norms = cut.norms
        self.spots = {spot.first: spot for spot in spots}
        self.directory = directory
        self.capitals = capitals

    def names(self, piece: Piece) -> list[Named]:
        """The names in a piece; what follows a person's role is a person."""
        found: list[Named] = []
        index = piece.first
        role = False
        while index < piece.last:
            named = self.name(index, piece)
            if named is None:
                within = self.norms[index] == "at" and index > 0 and self.norms[index - 1] in _GROUPS
                role = not within and (
                    self.norms[index] in lexicon.ROLES or (role and self.norms[index] not in lexicon.DESCRIPTORS)
                )
                index += 1
                continue
            if not (role and named.employer is None) and not self._backs(named.last, piece.last):
                if found and self._introduced(found[-1].last, named.first):
                    found.pop()
                found.append(named)
            index = self.behind_form(max(named.last, index + 1))
        found = [named for at, named in enumerate(found) if not self._is_site(found[:at], named)]
        known = [named for named in found if named.employer is not None] or found
        return [named for named in known if not self.cut.possessive[named.last - 1]] or known

    def _is_site(self, owners: list[Named], named: Named) -> bool:
        """Whether a name only says where a place of work is: "Halvora's Cork plant", "at Brockhaven plant"."""
        if named.employer is not None or named.first == 0:
            return False
        if owners and owners[-1].last == named.first and self.cut.possessive[named.first - 1]:
            return not _SITES.isdisjoint(self.norms[named.last : named.last + 1])
        before = self.norms[named.first - 1] in _BEFORE_PLACE
        return before and named.last == named.first + 1 and self.is_before_site(named.last)

    def is_before_site(self, index: int) -> bool:
        """Whether a place of work that towns are named beside stands at a token, or one word on: "biscuit factory"."""
        if index >= len(self.cut) or self.cut.possessive[index - 1] or self.cut.gaps[index] != " ":
            return False
        if self.norms[index] in _TOWN_SITES:
            return True
        product = self.norms[index] in lexicon.EVERYDAY or (self.capitals and not self.cut.capital(index))
        within = product and self.norms[index] not in _NO_PRODUCT and self.cut.gaps[index + 1] == " "
        return within and not _TOWN_SITES.isdisjoint(self.norms[index + 1 : index + 2])

    def behind_form(self, index: int) -> int:
        """The token behind a name's legal form, or its code at an exchange."""
        if 0 < index < len(self.cut) and not self.cut.possessive[index - 1] and self._is_code(index):
            index += 2
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

    def name(self, index: int, piece: Piece) -> Named | None:
        """The name that begins at a token, if one does and it is not only the means by which something was said."""
        named = self._name(index, piece)
        return None if named is None or is_medium(self.cut, named.first, named.last) else named

    def _name(self, index: int, piece: Piece) -> Named | None:
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
                rest = self.capitals and known.context and end == index + 1 < piece.last and not self._follows(end)
                return None if rest else Named(index, end, known)
            if self.norms[end - 1] not in lexicon.UNIT_TAILS:
                break
        while last > index + 1 and self.norms[last - 1] in lexicon.LEGAL_FORMS:
            last -= 1
        if not self._plausible(index, last) or self._is_rest(index, last):
            return None
        return Named(index - (self._is_cut_short(index, last) or self._has_head(index, piece)), last, None)

    def _has_head(self, first: int, piece: Piece) -> bool:
        """Whether the everyday word before a name is its beginning: "Royal Lindheim Hospital"."""
        begun = first > piece.first and self.norms[first - 1] in _HEADS and self.cut.gaps[first] == " "
        return begun and (not self.capitals or self.cut.capital(first - 1))

    def _is_rest(self, first: int, last: int) -> bool:
        """Whether an everyday word is what is left of a name that began the sentence: "Yellow Table"."""
        begun = self.capitals and (first, last) == (1, 2) and self.cut.gaps[1] == " "
        introducing = lexicon.DESCRIPTORS | lexicon.NATIONALITIES | lexicon.FILLER
        return begun and set(self.norms[:2]) <= lexicon.EVERYDAY and self.norms[0] not in introducing

    def _is_cut_short(self, first: int, last: int) -> bool:
        """Whether a name of one everyday word lacks the nationality before it: "Canadian Window"."""
        whole = first == 0 or self.cut.gaps[first] != " " or self.norms[first - 1] not in lexicon.NATIONALITIES
        return self.capitals and not whole and last == first + 1 and self.norms[first] in lexicon.EVERYDAY

    def _everyday(self, index: int, piece: Piece) -> Named | None:
        """A known name that is an everyday word too: it must be all there is, but for what says what it is."""
        if self.capitals and not self.cut.capital(index):
            return None
        if index > piece.first and not self._introduces(index - 1):
            return None
        for last in range(min(piece.last, index + LONGEST), index, -1):
            employer = self.directory.exact(self.cut, index, last)
            if employer is None or (index > piece.first and last == index + 1 and self.norms[index] in _TOO_COMMON):
                continue
            if last == index + 1 and self.norms[index] in lexicon.NEVER and self.cut.gaps[last].strip():
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
        if self.cut.gaps[index] == "-":
            return self.norms[index] in _BACKS
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
            if index > first and (self.cut.gaps[index] not in _WITHIN or self._is_code(index)):
                break
            index += 1
            if self.cut.possessive[index - 1] and not (self.norms[first] == "st" and self._is_house(index, stop)):
                break
        return index

    def _is_code(self, index: int) -> bool:
        """Whether a name's code at an exchange begins at a token: "Halvora HLV.N"."""
        dotted = index + 1 < len(self.cut) and self.cut.gaps[index + 1] == "." and len(self.norms[index + 1]) < 3
        return dotted and self.cut.text[self.cut.starts[index] : self.cut.ends[index + 1]].isupper()

    def _is_house(self, index: int, stop: int) -> bool:
        """Whether a saint's name goes on: "St Hilda's Hospital"."""
        return index < stop and self.norms[index] in _HOUSES

    def _name_like(self, index: int, first: int) -> bool:
        word = self.norms[index]
        if self.capitals and word == "of" and index > first and index + 1 < len(self.cut):
            body = self.norms[first] in _BODIES
            return self.cut.capital(index + 1) and (body or self.norms[index + 1] not in _PLACES)
        if index == first and self._is_body(index):
            return True
        if word in _NO_NAME or word[0].isdigit():
            return False
        if self.capitals:
            named = self.cut.capital(index) and not (word in lexicon.ROLES and index > first)
            return named and (index > 0 or word not in lexicon.EVERYDAY or word == "st")
        if word in lexicon.EVERYDAY:
            return index > first and word in lexicon.NAME_TAILS and word not in lexicon.ROLES
        return word not in _NO_TITLE and not (word[-1] == "s" and word[:-1] in lexicon.PLACES)

    def _is_body(self, index: int) -> bool:
        """Whether a public body begins at a token: "Ministry of Transport", "City of Lindheim"."""
        body = self.capitals and self.norms[index] in _BODIES and self.norms[index + 1 : index + 2] == ["of"]
        return body and index + 2 < len(self.cut) and self.cut.capital(index) and self.cut.capital(index + 2)

    def _plausible(self, first: int, last: int) -> bool:
        name = self.norms[first:last]
        told = not all(word in _PLACES for word in name) and not all(word in lexicon.FORMS for word in name)
        told = told and not all(word in SMALL or word in SCALE for word in name)
        return len("".join(name)) > 1 and told and not (len(name) == 1 and name[0] in _GENERIC)

    def breaks(self, index: int) -> bool:
        gap = self.cut.gaps[index]
        return gap not in (" ", "") and (not _HARD.isdisjoint(gap) or " - " in gap or "\n" in gap)

    def word(self, index: int) -> str:
        return self.norms[index] if index >= 0 else ""
