"""Which silence a layoff falls under: a pure question, asked whenever somebody would be told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from fnmatch import fnmatchcase
from typing import assert_never

from monitor.model import Layoff, Report, Silence, Subject

SILENCED = "silence "
"""How the reason of an alert begins that a silence holds back."""


def over(layoff: Layoff, fresh: Iterable[Report], silences: Iterable[Silence]) -> Silence | None:
    """The first that covers it. A rule or a source must stand behind all that is new: other news is still told."""
    reports = tuple(fresh)
    return next((each for each in silences if _covers(each, layoff, reports)), None)


def reason(silence: Silence) -> str:
    until = silence.until.astimezone(UTC)
    return f"{SILENCED}{silence.id}: {silence.subject} {silence.value} until {until:%Y-%m-%d %H:%M} UTC"


def _covers(silence: Silence, layoff: Layoff, reports: tuple[Report, ...]) -> bool:
    match silence.subject:
        case Subject.COMPANY:
            return layoff.company_key == silence.value
        case Subject.LAYOFF:
            return layoff.id == silence.value
        case Subject.SOURCE:
            return bool(reports) and all(report.source_id == silence.value for report in reports)
        case Subject.RULE:
            return bool(reports) and all(
                any(fnmatchcase(rule, silence.value) for rule in report.rules) for report in reports
            )
        case _:
            assert_never(silence.subject)
