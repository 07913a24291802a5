"""Whether a condition can hold at all: a rule that cannot is a mistake that nobody would hear of."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.detect.rules.language import Pattern
from monitor.detect.rules.marks import Marks
from monitor.detect.rules.rule import Condition, Reach


def possible(when: Condition, marks: Marks) -> str | None:
    """What keeps a condition from ever holding, tried on samples of its own patterns; none if nothing does.

    A pattern that is a regular expression has no samples, and is believed.
    """
    looking = [pattern for pattern in when.any if _somewhere(pattern, when)]
    if not looking:
        return "can never be found: no pattern looks in a field that the rule looks in"
    if unread := next((pattern for pattern in when.all if not _meets(pattern, looking, when)), None):
        return f'can never hold: all: "{unread.source}" looks in another field'
    if any(pattern.raw for pattern in (*when.any, *when.all)):
        return None
    if any(_holds(sample, when, marks) for pattern in looking for sample in pattern.samples):
        return None
    return "can never hold: whatever it finds, `none` refuses"


def _somewhere(pattern: Pattern, when: Condition) -> bool:
    return bool(pattern.fields & when.fields)


def _meets(pattern: Pattern, looking: Iterable[Pattern], when: Condition) -> bool:
    """Whether one of ``all`` looks where some of ``any`` do, as it must within a sentence or a field."""
    return when.within is Reach.ARTICLE or any(pattern.fields & each.fields & when.fields for each in looking)


def _holds(sample: bytes, when: Condition, marks: Marks) -> bool:
    """Whether a sentence that one pattern finds, with samples of all that is needed besides, is not refused."""
    marked = marks.sentence(sample)
    needed = [pattern.samples[0].strip(b"\n") for pattern in when.all if not pattern.compiled.search(marked)]
    sentence = marks.sentence(sample.rstrip(b"\n") + b"".join(needed) + b"\n")
    return not any(pattern.compiled.search(sentence) for pattern in when.none if not pattern.raw)
