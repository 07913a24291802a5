"""Whether a condition can hold at all: a rule that cannot is a mistake that nobody would hear of."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.detect.rules.language import Pattern
from monitor.detect.rules.marks import fits
from monitor.detect.rules.rule import Condition, Reach


def possible(when: Condition) -> str | None:
    """What keeps a condition from ever holding; none if nothing is known to. Only what is certain is said."""
    looking = [pattern for pattern in when.any if pattern.fields & when.fields]
    if not looking:
        return "can never be found: no pattern looks in a field that the rule looks in"
    if unread := next((pattern for pattern in when.all if not _meets(pattern, looking, when)), None):
        return f'can never hold: all: "{unread.source}" looks in another field'
    needed = frozenset().union(*(pattern.must for pattern in when.all))
    if all(any(_refuses(refusing, pattern, needed, when) for refusing in when.none) for pattern in looking):
        return "can never hold: whatever it finds, `none` refuses"
    return None


def _meets(pattern: Pattern, looking: Iterable[Pattern], when: Condition) -> bool:
    """Whether one of ``all`` looks where some of ``any`` do, as it must within a sentence or a field."""
    return when.within is Reach.ARTICLE or any(pattern.fields & each.fields & when.fields for each in looking)


def _refuses(refusing: Pattern, pattern: Pattern, needed: frozenset[str], when: Condition) -> bool:
    """Whether one of ``none`` stands wherever a pattern does: as the same pattern, or as a word that it cannot lack."""
    if not pattern.fields & when.fields <= refusing.fields:
        return False
    return refusing.source == pattern.source or any(
        fits(word, form) for word in pattern.must | needed for form in refusing.words
    )
