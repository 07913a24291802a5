"""Why jobs go, in the words that a sentence about a cut gives for it."""

from __future__ import annotations

from monitor.detect import lexicon
from monitor.detect.acts import Act
from monitor.detect.lexicon import words
from monitor.detect.passages import Found, Passage

_MARKS = (
    ("because", "of"),
    ("owing", "to"),
    ("due", "to"),
    ("as", "a", "result", "of"),
    ("in", "response", "to"),
    ("in", "the", "wake", "of"),
    ("on", "the", "back", "of"),
    ("in", "a", "bid", "to"),
    ("in", "an", "effort", "to"),
    ("in", "an", "attempt", "to"),
    ("in", "order", "to"),
    ("as", "part", "of"),
    *((word,) for word in ("amid", "citing", "cites", "cited", "blaming", "blames", "blamed", "because")),
)
_BY_FIRST = {word: tuple(mark for mark in _MARKS if mark[0] == word) for word in {mark[0] for mark in _MARKS}}
_MARKING = frozenset(_BY_FIRST) | {"as", "after", "following"}
_NO_REASON = words(
    """
    backlash calls claims concerns confusion criticism criticisms document documents doubts email emails
    expansion fear fears filing filings fundraising ipo lawsuit leak media memo negotiations
    outcry people protests report reports resignation rumors rumours sources speculation strike talks threat
    threats uncertainty valuation warnings
    """
)
_ROUNDS = (
    lexicon.CUT_NOUNS | lexicon.SHRINK_NOUNS | words("layoff round wave job jobs deal agreement settlement lay probe")
)
_CUTS = lexicon.CUT_NOUNS | words("closures cut cutback cutbacks cuts job jobs layoff round wave")
_MONEY = words("aid budget budgets funding grant grants price prices rate rates spending")
_CAUSES = words(
    """
    ad ads advertising ai automation business car chip competition consumer consumers cost costs crisis
    customers demand earnings economy energy exports funding growth income inflation interest it loss losses
    market markets oil orders pandemic prices profit profits rates recession recovery revenue revenues rising
    sales slowdown slump spending tariffs they traffic war
    """
)
_CHANGES = words(
    """
    adapts aims attempts battles bets boosts braces continues contracts cools copes cut cuts deals decline
    declines dives dries drop drops dry ebbs embraces erode eroded erodes face faces fall falls falter falters
    fell fights focus focuses grapples hit hits hurt hurts integrates invests jump leans looks looms lose loses
    lost mount move moves pivot pivots plans plummet plunge plunged plunges prepares pulls pushes reorganises
    reorganizes responds restructures rise rises rose seeks shift shifts shrank shrink shrinks sink sinks slid
    slides slip slow slowed slows slump slumps soar soften softens sour spends squeeze streamlines struggle
    struggles suffers surge takes tries trims tumble tumbles turns wane wanes wants weaken weakens weighs
    worsens
    """
)
_LOST = words(
    "drop decline downturn fall loss losses slowdown slump collapse plunge merger takeover acquisition losing failing"
)
_AFTER = words(
    "a an the its losing failing sales profit profits revenue revenues demand weak poor falling declining merger"
)
_ARTICLES = words("a an the its big sharp steep heavy large huge record annual quarterly")
_ENDS = words(
    """
    according after although as but despite if said say says though told unless until when where whereas which
    while who
    """
)
_HARD = frozenset(',;:()[]"“”!?|—–/')
_NO_END = words("a aims an and as at by for from in it looks of on or plans seeks the they to tries wants with")
_NOT_ALONE = words("its market that the this")
_CLOSING_QUOTE = {"“": "”", "‘": "’", '"': '"', "'": "'"}
_LONGEST = 160
_SHORTEST = 2
_FARTHEST = 40


def reason(passage: Passage) -> Found | None:
    """The clause that says why, without the word that announces it."""
    norms = passage.cut.norms
    if _MARKING.isdisjoint(norms):
        return None
    for index, word in enumerate(norms):
        if word not in _MARKING:
            continue
        first = _behind_mark(passage, index)
        if first is not None and _belongs(passage, index) and (found := _clause(passage, first, opens=index == 0)):
            return found
    return None


def _behind_mark(passage: Passage, index: int) -> int | None:
    """Where the clause begins, if a reason is announced at a token."""
    norms = passage.cut.norms
    for mark in _BY_FIRST.get(norms[index], ()):
        last = index + len(mark)
        if tuple(norms[index:last]) == mark and last < len(norms) and _announces(passage, mark, last):
            return last
    following = norms[index + 1 : index + 5]
    if norms[index] == "as" and _is_change(following) and norms[max(index - 1, 0)] != "even":
        return index + 1
    if norms[index] in ("after", "following") and _is_blow(following):
        return index + 1
    return None


def _announces(passage: Passage, mark: tuple[str, ...], first: int) -> bool:
    norms, gap = passage.cut.norms, passage.cut.gaps[first]
    if not _HARD.isdisjoint(gap.replace("“", "").replace('"', "")):
        return False
    ahead = norms[first : first + 5]
    if mark == ("due", "to"):
        return ahead[0] not in lexicon.AUXILIARY | lexicon.SAYING | lexicon.CUT_VERBS | {
            "begin",
            "leave",
            "expire",
            "retire",
        }
    if mark in (("as", "part", "of"), ("in", "the", "wake", "of"), ("in", "response", "to")):
        return _ROUNDS.isdisjoint(norms[first : first + 8]) and _NO_REASON.isdisjoint(ahead)
    if mark[-1] in ("amid", "citing", "cites", "cited"):
        circular = mark == ("amid",) and not _CUTS.isdisjoint(ahead) and _MONEY.isdisjoint(ahead)
        return _NO_REASON.isdisjoint(ahead) and not circular
    if mark == ("because",):
        return ahead[0] != "of"
    return True


def _is_change(ahead: list[str]) -> bool:
    """Whether a cause does something: "as sales fall", "as it shifts to AI"."""
    for index, word in enumerate(ahead[:3]):
        if word in _CAUSES:
            behind = ahead[index + 1 : index + 3]
            return not _CHANGES.isdisjoint(behind[:1]) or (
                bool(behind) and behind[0] in _CAUSES and not _CHANGES.isdisjoint(behind[1:])
            )
        if word in lexicon.AUXILIARY or word in ("many", "much", "well", "of", "part"):
            return False
    return False


def _is_blow(ahead: list[str]) -> bool:
    """Whether something bad happened: "after losing a contract", "following a fall in orders", "after sales fell"."""
    if not ahead or ahead[0] not in _AFTER:
        return False
    if ahead[0] in ("losing", "failing"):
        return True
    if ahead[0] in _CAUSES:
        return not _CHANGES.isdisjoint(ahead[1:2])
    rest = next((index for index, word in enumerate(ahead) if word not in _ARTICLES), len(ahead))
    return not _LOST.isdisjoint(ahead[rest : rest + 1])


def _belongs(passage: Passage, index: int) -> bool:
    """Whether the reason is one of the cut: behind what is cut, or ahead of it at the beginning."""
    if index in passage.aside or "addition" in passage.cut.norms[max(index - 14, 0) : index]:
        return False
    act = passage.acts[index]
    if act is not Act.NONE:
        return act is Act.CUT
    if index == 0:
        return True
    norms = passage.cut.norms
    standing = lexicon.CUT_NOUNS | lexicon.JOBS | lexicon.SHRINK_NOUNS
    return not standing.isdisjoint(norms[max(index - 8, 0) : index]) or norms[index] in ("citing", "blaming")


def _clause(passage: Passage, first: int, *, opens: bool) -> Found | None:
    """The words up to the end of the clause; one that opens a sentence ends at a comma, or nobody knows where."""
    cut = passage.cut
    start = cut.starts[first]
    last = first + 1
    while last < min(first + _FARTHEST, len(cut)) and not _is_over(passage, last, first):
        last += 1
    end = cut.tails[last - 1]
    if opens and "," not in cut.gaps[last]:
        return None
    if end - start < _SHORTEST or end - start > _LONGEST or cut.norms[last - 1] in _NO_END:
        return None
    if last == first + 1 and cut.norms[first] in _NOT_ALONE:
        return None
    closing = _CLOSING_QUOTE.get(cut.text[start - 1 : start])
    start -= closing is not None and closing in cut.text[start:end]
    return Found(cut.text[start:end], start, end)


def _is_over(passage: Passage, index: int, first: int) -> bool:
    """Whether the clause that begins at ``first`` has ended before a token."""
    cut = passage.cut
    gap = cut.gaps[index]
    if not _HARD.isdisjoint(gap) or " - " in gap or "\n\n" in gap:
        return True
    if cut.norms[index] in _ENDS or cut.tails[index] - cut.starts[first] > _LONGEST:
        return True
    return _resumes(cut.norms, index)


def _resumes(norms: list[str], index: int) -> bool:
    """Whether another thing that is done begins: "weak demand and will close a plant"."""
    return norms[index] == "and" and not lexicon.AUXILIARY.isdisjoint(norms[index + 1 : index + 2])
