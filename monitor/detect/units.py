"""Which part of the employer is cut: a unit, a division, a team, a plant that the sentence names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.acts import Act
from monitor.detect.lexicon import words
from monitor.detect.passages import Found, Passage

_HEADS = words(
    """
    arm brand business businesses department departments division divisions plant segment studio team teams unit
    units
    """
)
_MANY = words("businesses departments divisions teams units")
_OWNED = words("brand business businesses department departments plant segment studio unit units")
"""Words for parts that others have too: they must be said to be the employer's."""
_WHOSE = words("its their our whose")
_AT = words("in at from across within of inside")
_NOT_NAMING = words(
    """
    a affected all an another any best big certain core current different each entire every first five former
    four global individual internal international key large larger largest last less local main many more most
    national new next no one other own remaining respective same second separate several single six small
    smaller some such ten that the these third this those three top two various whole whose
    """
)
_STOPS = (
    lexicon.AUXILIARY
    | lexicon.CUT_NOUNS
    | lexicon.SHRINK_NOUNS
    | lexicon.SUBORDINATE
    | (lexicon.SAYING - words("agree look looking start starting"))
    | lexicon.CUT_VERBS
    | lexicon.PEOPLE_VERBS
    | words(
        """
    dozens employee employees hundreds job jobs of pct people percent positions roles staff thousands worker
    workers
    """
    )
    | words("he she we i you they it not off to go us")
)
_NO_UNIT = words(
    """
    agriculture army bad bargaining baseball basketball big business commerce corporate-wide cricket crisis
    daily defence defense dream education energy executive family fire football force founding good government
    health hockey home human interior justice labor labour leadership legal management monetary national
    negotiating normal ownership per police private public rescue response risky rugby senior show small soccer
    sports startup state strike task tech tough transportation treasury union usual war winning
    """
)
_GOING_ON = words("and or starting beginning effective worldwide globally")
_LONGEST = 5
_AHEAD = 6


def units(passage: Passage) -> tuple[Found, ...]:
    """The parts of the employer that are cut, in order: those the directory knows, and those that are described."""
    norms = passage.cut.norms
    described = (
        [] if _HEADS.isdisjoint(norms) else [_unit(passage, at) for at, word in enumerate(norms) if word in _HEADS]
    )
    found = [unit for unit in described if unit is not None]
    for one in _known(passage):
        if not any(unit.start <= one.start < unit.end for unit in found):
            found.append(one)
    return tuple(sorted(found, key=lambda unit: unit.start))


def _known(passage: Passage) -> Iterator[Found]:
    cut = passage.cut
    for spot in passage.spots:
        if spot.employer.unit and passage.of_the_cut(spot.first):
            start, end = cut.starts[spot.first], cut.ends[spot.last - 1]
            yield Found(cut.text[start:end], start, end)


def _unit(passage: Passage, head: int) -> Found | None:
    cut, norms = passage.cut, passage.cut.norms
    first = _first(passage, head)
    if first in (head, 0) or _goes_on(passage, head):
        return None
    before, names = norms[first - 1], norms[first:head]
    owned = before in _WHOSE or cut.possessive[first - 1]
    stated = owned or before in _AT or (before == "the" and norms[max(first - 2, 0)] in _AT and first > 1)
    if not stated or (norms[head] in _OWNED and not owned and not _is_in_title(passage, first)):
        return None
    if not _NO_UNIT.isdisjoint(names[-1:]) or all(name in _NOT_NAMING or name in lexicon.ROLES for name in names):
        return None
    if names[0] in _NOT_NAMING or not _is_cut(passage, first, head, owned=owned):
        return None
    start, end = cut.starts[first], cut.ends[head]
    return Found(cut.text[start:end], start, end)


def _first(passage: Passage, head: int) -> int:
    """Where the words begin that name a part, without whose it is."""
    cut, norms = passage.cut, passage.cut.norms
    companies = {index for spot in passage.spots if not spot.employer.unit for index in range(spot.first, spot.last)}
    first = head
    while first > 0 and head - first < _LONGEST:
        word, gap = norms[first - 1], cut.gaps[first]
        joined = gap in (" ", "-", "' ", "’ ", " '", "") or (
            gap == ", " and norms[head] in _MANY and _lists(norms, first, head)
        )
        if not joined or cut.possessive[first - 1] or first - 1 in companies:
            break
        if word == "and" and norms[head] in _MANY and first < head and norms[first - 2] not in _STOPS:
            first -= 1
            continue
        if word in _STOPS or word in _WHOSE or word in _AT or word in _NOT_NAMING or word == "and" or word[0].isdigit():
            break
        first -= 1
    return first


def _lists(norms: list[str], first: int, head: int) -> bool:
    """Whether a comma stands in a list that "and" ends: "sales, marketing and HR teams"."""
    return "and" in norms[first:head]


def _goes_on(passage: Passage, head: int) -> bool:
    """Whether the word only begins what is spoken of: "unit sales", "team leader", "business trips"."""
    behind = head + 1
    cut = passage.cut
    if behind >= len(cut) or cut.gaps[behind] != " ":
        return behind < len(cut) and cut.gaps[behind].startswith("-")
    word = cut.norms[behind]
    people = word in lexicon.JOBS and word not in ("managers", "members", "executives", "execs")
    return not people and not (
        word in _STOPS or word in _AT or word in lexicon.FILLER or word in lexicon.SUBORDINATE or word in _GOING_ON
    )


def _is_in_title(passage: Passage, first: int) -> bool:
    """Whether a headline leaves out whose a part is: "cuts jobs in cloud unit"."""
    norms = passage.cut.norms
    return (
        passage.cut.starts[0] == 0 and norms[first - 1] in ("in", "at", "from") and norms[first] not in lexicon.PLACES
    )


def _is_cut(passage: Passage, first: int, head: int, *, owned: bool) -> bool:
    """Whether it is the part that is cut: it stands behind what is cut, or loses people itself."""
    if first in passage.aside or passage.acts[first] in (Act.OTHER, Act.EARLIER):
        return False
    norms = passage.cut.norms
    if passage.acts[first] is Act.CUT:
        return True
    ahead = norms[head + 1 : head + 1 + _AHEAD]
    loses = any(word in lexicon.CUT_VERBS or word in lexicon.LAY or word in lexicon.PEOPLE_VERBS for word in ahead)
    behind_jobs = any(
        left in lexicon.JOBS and right in _AT for left, right in pairwise(norms[max(first - 4, 0) : first])
    )
    return behind_jobs or (loses and owned)
