"""Where jobs go: the places that a sentence about a cut names as such, not a company's seat or a part of a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.gazetteer import Gazetteer, Place, gazetteer
from monitor.detect.lexicon import words
from monitor.detect.passages import Found, Passage
from monitor.detect.tokens import Tokens

_IN = words("in across throughout within")
_WITH_STATE = words("at from near outside")
_WITHIN = words(
    """
    both central city downtown east eastern greater its mainland nearby north northeast northeastern northern
    northwest of south southeast southeastern southern southwest the their town west western
    """
)
_WIDER = words("state city town county north south east west rest all parts outside most much")
_SEATED = words(
    """
    arrested based born competition conference court courts demand deposits expansion founded growth
    headquartered incorporated interest invest invested investing investment investments listed lives living
    market meeting officials opened registered revenue rival rivals said sales says shares sources speaking
    stake start startup stock told trading war
    """
)
_NOT_OF_IT = words(
    """
    authorities court courts dispute election elections embassy exchange government ipo jail lawmakers lawsuit
    listing police prison senator senators shares stock stocks suit talks tariffs trade trading trial war
    """
)
_PLACES_OF_WORK = lexicon.WORKPLACES | words(
    """
    base bases bureau campus complex facilities facility headquarters hub lab laboratory labs newsroom operation
    operations shipyard smelter steelworks studio
    """
)
_PARTS = words("arm business division subsidiary unit workforce")
_NO_PEOPLE = words("agents execs executives members officers people persons post posts personnel faculty pilots")
_PEOPLE = (lexicon.JOBS - _NO_PEOPLE) | lexicon.CUT_NOUNS | {"job", "pilots"}
_HEADS = _PLACES_OF_WORK | _PARTS | _PEOPLE
_NO_HEAD = lexicon.DESCRIPTORS | words(
    "activity claims data figures gate growth group market numbers orders output productivity report wages"
)
_PLURALS = words("sales business headquarters news services logistics")
_NO_ADJECTIVE = (
    lexicon.AUXILIARY
    | lexicon.SAYING
    | lexicon.SUBORDINATE
    | lexicon.CUT_VERBS
    | words("a an and at by government her his it its my new no of off or our their the they to trade union unions we")
)
_OWNS = words("its their the our all some these those nearly about around over of in at from and")
_TIMES = words(
    """
    april august december february friday january july june march may monday november october saturday september
    sunday thursday today tuesday wednesday
    """
)
_REACHES = words("affect affecting affects hit hits hitting impact impacting impacts reach reaches reaching")
_CAPITALS_FOR = words("dc eu la nj ny nz sf uae uk us usa")
_NAMES_ALL_THE_SAME = words("buffalo bury medan nice reading")
_BEHIND_TITLE = lexicon.EVERYDAY - lexicon.NAME_TAILS - lexicon.LONELY
_BEHIND_NAME = lexicon.SUBORDINATE | lexicon.FILLER | lexicon.AUXILIARY | lexicon.SAYING | {"and", "or", "to"}
_UNKNOWN_AT = lexicon.WORKS | words("depot site sites terminal warehouse")
_BEFORE_NAME = lexicon.CLOSING | words("at from in its the their")
_BESIDE_NAME = _UNKNOWN_AT | {"in", "at"}
_LONG_WORD = 6
_FARTHEST = 3
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class _Spot:
    """A name in the tokens ``[first, last)``; ``end`` in characters. ``told``: what it lies in is named beside it."""

    first: int
    last: int
    end: int
    place: Place
    told: bool = False
    readings: tuple[Place, ...] = ()


def places(passage: Passage) -> tuple[Found, ...]:
    """The places where jobs go, in order."""
    reader = _Reader(passage, gazetteer())
    return tuple(Found(spot.place.path, passage.cut.starts[spot.first], spot.end) for spot in reader.chosen())


class _Reader:
    def __init__(self, passage: Passage, known: Gazetteer) -> None:
        self.passage = passage
        self.cut: Tokens = passage.cut
        self.norms = passage.cut.norms
        self.known = known
        self.companies = {index for spot in passage.spots for index in range(spot.first, spot.last)}

    def chosen(self) -> list[_Spot]:
        known = self._spots()
        if not known and _BESIDE_NAME.isdisjoint(self.norms):
            return []
        unknown = self._unknown(known)
        if not known and not unknown:
            return []
        inside = {index for spot in unknown for index in range(spot.first, spot.last)}
        known = [spot for spot in known if spot.first not in inside and self._is_whole(spot)]
        spots = sorted(known + unknown, key=lambda spot: spot.first)
        stated = {spot.first for spot in spots if spot in unknown or self._is_stated(spot)}
        for spot, following in zip(reversed(spots[:-1]), reversed(spots[1:]), strict=True):
            if following.first in stated and self._is_listed(spot, following) and self._qualifies(following):
                stated.add(spot.first)
        for spot, following in pairwise(spots):
            if spot.first in stated and self._is_listed(spot, following) and not following.place.people:
                stated.add(following.first)
        chosen = [spot for spot in spots if spot.first in stated and self.passage.of_the_cut(spot.first)]
        return [_settled(spot, known) for spot in chosen]

    def _spots(self) -> list[_Spot]:
        spots: list[_Spot] = []
        behind = 0
        begins = [index for index, word in enumerate(self.norms) if word in self.known.longest]
        for index in begins:
            if index < behind or index in self.companies or (self.passage.capitals and not self._is_capital(index)):
                continue
            if (spot := self._spot(index)) is not None:
                spots.append(spot)
                behind = spot.last
        return spots

    def _spot(self, index: int) -> _Spot | None:
        last, readings = self.known.at(self.cut, index)
        readings = tuple(each for each in readings if not each.short)
        if not readings or not self._is_written(index, last):
            return None
        spot = _Spot(index, last, self.cut.ends[last - 1], readings[0], readings=readings)
        for reading in readings:
            if reading.town and (wider := self._container(last, reading)):
                return replace(wider, first=index, place=reading, told=True)
        everyday = last == index + 1 and self.norms[index] in lexicon.EVERYDAY
        if everyday and readings[0].town and self.norms[index] not in _NAMES_ALL_THE_SAME:
            return None
        return spot

    def _is_written(self, index: int, last: int) -> bool:
        """Whether the letters are a name's: a capital, and no pronoun."""
        text = self.cut.text[self.cut.starts[index] : self.cut.ends[last - 1]]
        if last == index + 1 and self.norms[index] in _CAPITALS_FOR:
            if self.passage.capitals or self.norms[index] in ("la", "sf"):
                return text.isupper()
            sure = index > 0 and self.norms[index - 1] in _OWNS
            return self.norms[index] != "us" or sure or (text.isupper() and not self._shouts())
        if self.passage.capitals:
            return text[0].isupper()
        return last > index + 1 or self.norms[index] not in lexicon.EVERYDAY

    def _shouts(self) -> bool:
        return self.cut.text[self.cut.starts[0] : self.cut.ends[-1]].isupper()

    def _container(self, index: int, town: Place | None) -> _Spot | None:
        """The state or country that stands behind a town: ", Ohio", "(Ohio)", " in Ireland"."""
        if index >= len(self.norms) or self.cut.possessive[index - 1]:
            return None
        gap = self.cut.gaps[index].strip()
        if gap not in (",", "(", "") or (gap == "" and self.norms[index] != "in"):
            return None
        first = index + (self.norms[index] == "in")
        if first >= len(self.norms) or (gap == "" and town is None):
            return None
        last, readings = self.known.at(self.cut, first)
        text = self.cut.text[self.cut.starts[first] : self.cut.ends[last - 1]] if readings else ""
        for reading in readings:
            if reading.town or reading.people or (town is not None and not town.lies_in(reading)):
                continue
            if town is None and ", " not in reading.path and gap == "(":
                continue
            if reading.short and not (text.isupper() or self.cut.text[self.cut.ends[last - 1] :][:1] == "."):
                continue
            dotted = reading.short and self.cut.text[self.cut.ends[last - 1] :][:1] == "."
            return _Spot(first, last, self.cut.ends[last - 1] + dotted, reading)
        return None

    def _is_whole(self, spot: _Spot) -> bool:
        """Whether a name is no part of a longer one: "Bank of Ireland", "Chicago Tribune", "Dublin-based"."""
        return self._begins(spot) and self._ends(spot)

    def _begins(self, spot: _Spot) -> bool:
        if spot.first == 0:
            return True
        gap, before = self.cut.gaps[spot.first], self.norms[spot.first - 1]
        if gap.strip(" \u00a0") in ("-", "&", "‑", "'", "’"):
            return False
        if before == "of" and gap == " ":
            return spot.first < 2 or self.norms[spot.first - 2] in _WIDER or not self._is_capital(spot.first - 2)
        joined = gap == " " and not self.cut.possessive[spot.first - 1] and spot.first - 1 not in self.companies
        if not joined or before in _WITHIN or before in _IN or before in _WITH_STATE or before in _TIMES:
            return True
        if not self.passage.capitals:
            return before in lexicon.EVERYDAY or before[0].isdigit()
        return (
            not self._is_capital(spot.first - 1) or before[0].isdigit() or spot.first == 1 or before in self.known.names
        )

    def _ends(self, spot: _Spot) -> bool:
        if spot.last >= len(self.norms):
            return True
        gap, behind = self.cut.gaps[spot.last], self.norms[spot.last]
        if gap.startswith(("-", "‑", "&", " & ")) or behind in _NOT_OF_IT:
            based = behind == "based" and not _HEADS.isdisjoint(self.norms[spot.last + 1 : spot.last + 2])
            return based and behind not in _NOT_OF_IT
        if self.cut.possessive[spot.last - 1]:
            return False
        if gap != " " or behind in _TIMES:
            return True
        if not self.passage.capitals:
            return behind in _BEHIND_TITLE or behind in self.known.longest or behind[0].isdigit()
        return not self._is_capital(spot.last) or spot.last in self.companies or behind in self.known.longest

    def _is_capital(self, index: int) -> bool:
        return self.passage.capitals and self.cut.text[self.cut.starts[index]].isupper()

    def _is_stated(self, spot: _Spot) -> bool:
        return self._stands_in(spot) or self._qualifies(spot) or self._is_reached(spot)

    def _stands_in(self, spot: _Spot) -> bool:
        """Whether it is said that something is done in a place."""
        if spot.place.people:
            return False
        index = spot.first - 1
        while index > 0 and self.norms[index] in _WITHIN and self.cut.gaps[index + 1] == " ":
            index -= 1
        if index < 0 or not (self.norms[index] in _IN or (spot.told and self.norms[index] in _WITH_STATE)):
            return False
        if spot.place.town and not spot.told and index < spot.first - 1 and self.norms[spot.first - 1] == "the":
            return False
        left = self.norms[max(index - 3, 0) : index]
        if "," in self.cut.gaps[index]:
            left = []
        return _SEATED.isdisjoint(left)

    def _qualifies(self, spot: _Spot) -> bool:
        """Whether a place stands before what is of it: "its Ohio plant", "Irish operations"."""
        head = self._head(spot.last)
        if head is None:
            return False
        before = self.norms[spot.first - 1] if spot.first else ""
        owned = bool(before) and (
            before in _OWNS
            or before[0].isdigit()
            or self.cut.possessive[spot.first - 1]
            or "%" in self.cut.gaps[spot.first]
        )
        if spot.place.town and self.norms[head] not in _PLACES_OF_WORK:
            return owned and self.norms[head] in _PEOPLE
        return True

    def _head(self, first: int) -> int | None:
        """What a place is said of, at most two words on."""
        based = self.norms[first : first + 1] == ["based"]
        for index in range(first + based, min(first + based + _FARTHEST, len(self.norms))):
            gap, word = self.cut.gaps[index], self.norms[index]
            if gap not in (" ", "-") and not (based and index == first + 1):
                return None
            if word in _HEADS:
                return index if self._is_head(index, first + based) else None
            if word in _NO_ADJECTIVE or self._is_capital(index) or word[0].isdigit() or _is_verb(word):
                return None
            if not self.passage.capitals and word not in lexicon.EVERYDAY:
                return None
        return None

    def _is_head(self, index: int, first: int) -> bool:
        """Whether a word ends what is said of a place: no "store chain", no "jobs report"."""
        if self._is_capital(index) or (index > first and self.norms[index] in lexicon.CUT_NOUNS):
            return False
        if index + 1 < len(self.norms) and self.cut.gaps[index + 1] not in (" ", "-"):
            return True
        return _NO_HEAD.isdisjoint(self.norms[index + 1 : index + 2])

    def _is_reached(self, spot: _Spot) -> bool:
        """Whether cuts are said to reach a country or a state: "layoffs hit Ohio"."""
        if spot.place.town or spot.place.people or spot.first < 2 or self.norms[spot.first - 1] not in _REACHES:
            return False
        cuts = lexicon.CUT_NOUNS | lexicon.SHRINK_NOUNS
        return not cuts.isdisjoint(self.norms[spot.first - 3 : spot.first - 1])

    def _is_listed(self, spot: _Spot, following: _Spot) -> bool:
        between = self.norms[spot.last : following.first]
        if between not in ([], ["and"], ["or"], ["in"], ["and", "in"], ["and", "the"], ["the"]):
            return False
        gaps = "".join(self.cut.gaps[spot.last : following.first + 1])
        return gaps.strip(" ,/&") == "" and (bool(between) or gaps.strip() != "")

    def _unknown(self, spots: list[_Spot]) -> list[_Spot]:
        """Places that are in no list, where the sentence makes a name one: "in Lordstown, Ohio", "Lordstown plant"."""
        if not self.passage.capitals and not self._has_small_words():
            return []
        taken = {index for spot in spots for index in range(spot.first, spot.last)} | self.companies
        found = []
        for index in [index for index, word in enumerate(self.norms) if word in _BESIDE_NAME]:
            word = self.norms[index]
            if word in ("in", "at") and index + 1 < len(self.norms):
                spot = self._named_in(index + 1, taken)
            elif word in _UNKNOWN_AT and index > 0 and not self._is_capital(index):
                spot = self._named_before(index, taken)
            else:
                continue
            if spot is not None:
                found.append(spot)
        return found

    def _has_small_words(self) -> bool:
        """Whether it is no headline of capitals: German nouns have them too, but its verbs do not."""
        cut = self.cut
        ends = zip(cut.starts, cut.ends, strict=True)
        return any(end - start > _LONG_WORD and cut.text[start:end].islower() for start, end in ends)

    def _named_in(self, first: int, taken: set[int]) -> _Spot | None:
        last = first
        while last < len(self.norms) and last < first + _LONGEST and self._is_unknown(last, taken):
            if last > first and self.cut.gaps[last] != " ":
                break
            last += 1
        if last == first:
            return None
        name = self.cut.text[self.cut.starts[first] : self.cut.ends[last - 1]]
        if wider := self._container(last, None):
            return replace(wider, first=first, place=Place(f"{name}, {wider.place.path}"), told=True)
        if self.norms[first - 1] != "in" or last > first + 1 or first < 2 or self.norms[first - 2] not in _HEADS:
            return None
        if last < len(self.norms) and self.cut.gaps[last] == " " and self.norms[last] not in _BEHIND_NAME:
            return None
        spot = _Spot(first, last, self.cut.ends[last - 1], Place(name))
        return spot if self._ends(spot) else None

    def _named_before(self, head: int, taken: set[int]) -> _Spot | None:
        """The name before a place of work, with one word of what is made there between: "Ashby biscuit plant"."""
        last = head if self._is_capital(head - 1) else head - 1
        if (
            last < 1
            or any(gap != " " for gap in self.cut.gaps[last : head + 1])
            or not self._is_unknown(last - 1, taken)
        ):
            return None
        if last < head and (self.norms[last] in _NO_ADJECTIVE or self.norms[last] in _HEADS):
            return None
        if last > 1 and self.norms[last - 2] not in _BEFORE_NAME and not self.cut.possessive[last - 2]:
            return None
        first = last - 1
        name = self.cut.text[self.cut.starts[first] : self.cut.ends[first]]
        return _Spot(first, last, self.cut.ends[first], Place(name))

    def _is_unknown(self, index: int, taken: set[int]) -> bool:
        """Whether a word is a name that may be a town's: one capital, and no company's."""
        if index in taken or self.cut.possessive[index]:
            return False
        word, text = self.norms[index], self.cut.text[self.cut.starts[index] : self.cut.ends[index]]
        if len(text) < 4 or not text.isalpha() or not text[0].isupper() or not text[1:].islower():
            return False
        no_name = (
            word in lexicon.EVERYDAY
            or word in lexicon.NEVER
            or word in lexicon.NAME_TAILS
            or word in lexicon.UNIT_TAILS
        )
        return not no_name and word not in _TIMES and word not in self.passage.names and word not in self.known.longest


def _settled(spot: _Spot, around: list[_Spot]) -> _Spot:
    """A town whose state or country the sentence names elsewhere lies there."""
    if spot.told or not spot.place.town or len(spot.readings) < 2:
        return spot
    wider = [other.place for other in around if not other.place.town and other.first != spot.first]
    inside = (each for each in spot.readings if each.town and any(each.lies_in(other) for other in wider))
    return replace(spot, place=next(inside, spot.place))


def _is_verb(word: str) -> bool:
    """Whether a word between a place and what is of it may be a verb: "Ohio urges workers"."""
    return word[-1] == "s" and word not in _PLURALS
