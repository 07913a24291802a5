"""What is said of the jobs that a number counts, at their noun or behind it: that they go."""

from __future__ import annotations

from itertools import pairwise

from monitor.detect import lexicon
from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens

PAUSES = frozenset(",.;)-–—:!?")
_WILL = words("to will could may let must")
_BE = words("be being were been are was")
_FACING = words("face faces facing faced")
_FACED = words("axe boot chop dismissal dole furlough layoff layoffs redundancies sack")
_REACH = 10
_THEY = (["it"], ["they"])
_DONE = (("let", "go"), ("letting", "go"), ("laid", "off"), ("laying", "off"), ("lay", "off"))


def is_cut(cut: Tokens, noun: int) -> bool:
    """Whether a noun is of cuts itself, or the jobs before one: "300 layoffs", "300 job cuts"."""
    return cut.norms[noun] in lexicon.CUT_NOUNS or cut.norms[noun] == "lay" or shrinks(cut, noun)


def shrinks(cut: Tokens, noun: int) -> bool:
    """Whether the word right behind is of cuts."""
    if noun + 1 >= len(cut) or not PAUSES.isdisjoint(cut.gaps[noun + 1].replace("-", "")):
        return False
    behind = cut.norms[noun + 1]
    return behind in lexicon.SHRINK_NOUNS or behind in lexicon.CUT_NOUNS


def is_affected(cut: Tokens, noun: int) -> bool:
    """Whether it is said behind the noun that the jobs go: "400 jobs at risk", "are to be cut"."""
    norms = cut.norms
    if _is_whom(cut, noun + 1):
        return True
    for index in range(noun + 1, min(noun + _REACH, len(norms))):
        word, before = norms[index], norms[index - 1]
        if not PAUSES.isdisjoint(cut.gaps[index].strip("-")) or word in lexicon.HIRE:
            return False
        if word == "go":
            if before in _WILL:
                return True
        elif (
            word in lexicon.AFFECTED
            or (word in lexicon.CUT_VERBS and before in _BE)
            or (word, before) == ("off", "laid")
        ):
            return True
        if word in _FACED and not _FACING.isdisjoint(norms[max(index - 3, 0) : index]):
            return True
    return False


def _is_whom(cut: Tokens, index: int) -> bool:
    """Whether it is said behind people what their employer does to them: "workers it is letting go"."""
    norms = cut.norms
    if norms[index : index + 1] in (["that"], ["whom"], ["who"]):
        index += 1
    return norms[index : index + 1] in _THEY and any(pair in _DONE for pair in pairwise(norms[index + 1 : index + 6]))
