"""Where a sentence says that jobs are cut: the words that make a name beside them an employer."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.detect import lexicon
from monitor.detect.acts import FALLING, befallen, falls
from monitor.detect.tokens import Tokens

CLAUSES = frozenset(("as", "after", "if", "when"))
VERBS = lexicon.AUXILIARY | lexicon.SAYING | lexicon.CUT_VERBS | lexicon.HIRE
_REACH = 9
"""How many words behind a verb the jobs may stand that it cuts."""
_CREW = lexicon.JOBS | (lexicon.WORKFORCE - {"team"})
_MANY = frozenset(("dozens", "hundreds", "thousands"))
_BUYOUTS = frozenset(("buyouts",))
_TO = (["for"], ["to"])
_TEAMS = frozenset(("team", "teams"))
_FACE = frozenset(("face", "faces", "facing"))
_FACED = frozenset(("axe", "boot", "chop", "dole", "sack"))
_SHRINKING = frozenset(("shrink", "shrinking", "shrinks"))
_TOLD = frozenset(("jobs", "laid", "lay", "laying", "lays", "layoffs", "posts", "redundancies", "workers"))
_NOTICES = (["notice"], ["notices"], ["act"])
_LET = frozenset(("let", "lets", "letting"))
_MAKE = frozenset(("make", "makes", "making", "made"))
_PART = frozenset(("part", "parts", "parting", "parted"))
_STARTS = lexicon.LAY | lexicon.CUT_VERBS | _LET | _MAKE | _PART | lexicon.JOBS | lexicon.SHRINK_NOUNS | {"buyouts"}
_CUES = _STARTS | lexicon.CUT_NOUNS | lexicon.PEOPLE_VERBS | lexicon.PARTING | FALLING | {"warn"}
_GOING = lexicon.AFFECTED - {"go", "laid", "fired"} | lexicon.SHRINK_NOUNS


def cues(cut: Tokens) -> Iterator[tuple[int, int]]:
    """Where the words stand that say jobs are cut, as first and last token."""
    for index, word in [(at, word) for at, word in enumerate(cut.norms) if word in _CUES or word[0] <= "9"]:
        if len(word) > 1 and word[0].isdigit() and (verb := befallen(cut, index, index + 1)) is not None:
            yield _subject_end(cut, verb), verb + 1
        if word not in _CUES:
            continue
        if word in lexicon.CUT_NOUNS or word in lexicon.PEOPLE_VERBS or word in lexicon.PARTING or falls(cut, index):
            yield index, index + 1
        elif word == "warn" and cut.norms[index + 1 : index + 2] in _NOTICES:
            yield index, index + 2
        elif word in _STARTS and _is_cue(cut, index):
            yield index, index + 2 if word in lexicon.LAY else index + 1


def _subject_end(cut: Tokens, cue: int) -> int:
    """Where the subject of a cue ends: at the first verb if the cue is an aside, as in "as 200 get the push"."""
    if cue == 0 or cut.norms[cue - 1] not in CLAUSES:
        return cue
    return next((index for index in range(1, cue) if cut.norms[index] in VERBS), cue)


def _is_cue(cut: Tokens, index: int) -> bool:
    word = cut.norms[index]
    ahead = cut.norms[index + 1 : index + _REACH]
    if word in lexicon.LAY:
        people = not _CREW.isdisjoint(ahead[:5]) or not _MANY.isdisjoint(ahead[:2])
        return "off" in ahead or "offs" in ahead or people or bool(ahead and ahead[0][0].isdigit())
    if word in lexicon.CUT_VERBS or word in lexicon.SHRINK_NOUNS:
        return _cuts_jobs(cut, index, ahead)
    if word in _LET:
        return "go" in ahead[:5]
    if word in _PART:
        return ahead[:1] == ["with"] and not lexicon.JOBS.isdisjoint(ahead)
    if word in _MAKE:
        return "redundant" in ahead
    return _buys_out(ahead) if word in _BUYOUTS else _jobs_go(ahead)


def _cuts_jobs(cut: Tokens, index: int, ahead: list[str]) -> bool:
    """Whether it is jobs that a verb cuts."""
    if not _CREW.isdisjoint(ahead) or _percent_behind(cut, index):
        return True
    if cut.norms[index] in _SHRINKING and not _TEAMS.isdisjoint(ahead[:4]):
        return True
    people = not lexicon.TRADES.isdisjoint(ahead) or not _TEAMS.isdisjoint(ahead)
    return any(word[0].isdigit() for word in ahead[:3]) and (people or not _TOLD.isdisjoint(cut.norms[:index]))


def _buys_out(ahead: list[str]) -> bool:
    """Whether it is people that buyouts are for."""
    return ahead[:1] in _TO and not lexicon.JOBS.isdisjoint(ahead[:6])


def _jobs_go(ahead: list[str]) -> bool:
    """Whether it is said behind a word for jobs that they go."""
    near = ahead[:5]
    facing = not _FACE.isdisjoint(near) and not _FACED.isdisjoint(ahead)
    return facing or ahead[:1] == ["at"] or not _GOING.isdisjoint(near) or ahead[:2] == ["to", "go"]


def _percent_behind(cut: Tokens, index: int) -> bool:
    for at in range(index + 1, min(index + 6, len(cut))):
        if "%" in cut.gaps[at + 1] or cut.norms[at] in ("percent", "pct", "third", "half", "quarter"):
            return not {"pay", "salary", "salaries", "wages", "price", "prices", "costs"} & set(
                cut.norms[at + 1 : at + 4]
            )
    return False
