"""How a layoff is worded, in any channel: plain text, cleaned, not yet cut or escaped."""

from __future__ import annotations

import re
from calendar import month_abbr
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.alerts import plain
from monitor.model import AlertKind, Amount, Layoff, Qualifier, Report, Telling

UNSTATED = "number not stated"

_BARE = re.compile(
    r"(?:\d(?:[\d.,\s]*\d)?\s?[km]?\+?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozen|hundred|thousand|million))$",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:dozens|scores|hundreds|thousands)$", re.IGNORECASE)
_SHARE = re.compile(r"%|\bper\s?cent\b", re.IGNORECASE)
_LONG = re.compile(r"(?<![\d.,])\d{4,15}(?![.,]?\d)")

_HEDGES = {
    Qualifier.ABOUT: "about ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.UP_TO: "up to ",
}

_OCCASIONS = {
    "late": "older news, found after we were away",
    "storm": "too many at once to tell one by one",
    "quiet": "held during quiet hours",
    "digest": "gathered since the last digest",
}

_MARGIN = 120
"""Characters of a long sentence that stay before its number."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quotation; ``strong`` where it states a number."""

    text: str
    strong: bool = False


def headline(telling: Telling) -> str:
    """The one line that tells it: "Halvora: 1,100 jobs, about 8 % of staff"."""
    layoff = telling.layoff
    if layoff is not None:
        return _news(telling, layoff)
    source = plain.clean(telling.source_id or "several")
    match telling.kind:
        case AlertKind.DIGEST:
            return _sum(telling)
        case AlertKind.SOURCE_DOWN:
            return f"Source down: {source}"
        case AlertKind.SOURCE_RECOVERED:
            return f"Source back: {source}"
        case AlertKind.CHANNEL_DISABLED:
            return f"Channel gone: {plain.clean(telling.channel_id or '')}"
        case _:
            return "A test from Pinkslip"


def message(telling: Telling) -> str:
    """What a source or a test has to say."""
    said = plain.clean(telling.message or telling.reason)
    return said or ("Layoffs will arrive here." if telling.kind is AlertKind.TEST else "")


def employer(layoff: Layoff) -> str:
    return plain.clean(layoff.company or "") or "An unnamed employer"


def extent(layoff: Layoff, reports: Iterable[Report] = ()) -> str:
    """Number and share as stated: "up to 400 jobs, about 8 % of staff". ``reports`` know how exact the share is."""
    parts = [part for part in (_jobs(layoff), _share(layoff, reports)) if part is not None]
    return ", ".join(parts) or UNSTATED


def standing(telling: Telling, layoff: Layoff) -> str:
    """How far it has come, where, and how late we are: "filed (was announced) · Austin"."""
    parts = [
        "update" if telling.kind is AlertKind.UPDATED else "",
        _climb(telling.before, layoff),
        plain.clean(layoff.place or ""),
        _effective(layoff.effective),
        "after an earlier cut" if layoff.follows and telling.kind is AlertKind.OPENED else "",
        lateness(telling.late),
    ]
    return " · ".join(part for part in parts if part)


def stage(layoff: Layoff) -> str:
    return layoff.stage.value.replace("_", " ")


def lateness(late: timedelta | None) -> str:
    """Say "late by 2 h 10 min", or nothing."""
    if late is None:
        return ""
    minutes = max(1, round(late.total_seconds() / 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"late by {days} d {hours} h" if hours else f"late by {days} d"
    return f"late by {hours} h {minutes % 60} min" if hours else f"late by {minutes} min"


def quotation(layoff: Layoff, reports: Iterable[Report], limit: int) -> tuple[Piece, ...]:
    """The sentence that says so, its numbers strong; a long one is cut so that the first number stays in it."""
    sentence = plain.clean(layoff.sentence)
    spans = _spans(sentence, layoff, reports)
    if spans and spans[0][1] > limit - _MARGIN and (dropped := _lead(sentence, spans[0][0])):
        sentence = "…" + sentence[dropped:]
        spans = [(start - dropped + 1, end - dropped + 1) for start, end in spans]
    sentence = plain.cut(sentence, limit)
    pieces: list[Piece] = []
    done = 0
    for start, end in spans:
        if end <= len(sentence) - sentence.endswith("…"):
            pieces += [Piece(sentence[done:start]), Piece(sentence[start:end], strong=True)]
            done = end
    return tuple(piece for piece in (*pieces, Piece(sentence[done:])) if piece.text)


def quoted(layoff: Layoff, reports: Iterable[Report], limit: int) -> str:
    """The same without the marks of its numbers, in quotation marks unless it has some of its own; or nothing."""
    sentence = "".join(piece.text for piece in quotation(layoff, reports, limit))
    return sentence if not sentence or set(sentence) & set('“”„«»"') else f"“{sentence}”"


def telling_reports(telling: Telling) -> tuple[Report, ...]:
    """The reports that a reader is pointed at: those that brought what changed, and first the one that is quoted."""
    reports = telling.reports if telling.kind is AlertKind.OPENED else telling.fresh or telling.reports
    sentence = telling.layoff.sentence if telling.layoff else ""
    return tuple(sorted(reports, key=lambda report: sentence not in _sentences(report)))


def _sentences(report: Report) -> tuple[str, ...]:
    amounts = (amount for amount in (report.headcount, report.percent) if amount is not None)
    return (report.title, *(amount.sentence for amount in amounts))


def best_source(reports: tuple[Report, ...]) -> Report | None:
    """The first report that can be opened, else the first."""
    return next((report for report in reports if plain.link(report.url)), reports[0] if reports else None)


def heard(report: Report, now: datetime) -> str:
    """When an outlet had it: "09:02 UTC", with the day unless it is today."""
    at = (report.published_at or report.reported_at).astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == now.astimezone(UTC).date() else f"{at.day} {at:%b %H:%M} UTC"


def others(telling: Telling, layoff: Layoff) -> str:
    """Go on with ", then 13 more", or nothing; for a change ", after 13 others"."""
    more = max(layoff.reports, len(telling.reports)) - 1
    if more <= 0:
        return ""
    opened = telling.kind is AlertKind.OPENED
    shown, earliest = telling_reports(telling)[:1], telling.reports[:1]
    if opened and shown != earliest:
        return f" · {more + 1:,} reports, first {_outlet(earliest[0])} {heard(earliest[0], telling.now)}"
    return f", then {more:,} more" if opened else f", after {more:,} other{'' if more == 1 else 's'}"


def _outlet(report: Report) -> str:
    return plain.cut(plain.clean(report.outlet), 80)


def why(telling: Telling) -> str:
    """Say which rules fired, or what changed where that is the news; or nothing."""
    if telling.kind is not AlertKind.OPENED and telling.reason:
        return f"what changed: {plain.clean(telling.reason)}"
    names = dict.fromkeys(rule.rpartition(".")[2] for report in telling.reports for rule in report.rules)
    fired = plain.clean(", ".join(list(names)[:6]) or telling.reason)
    return f"why this fired: {fired}" if fired else ""


def occasion(telling: Telling) -> str:
    """Say why many are told at once, and how late; or nothing."""
    reason = _OCCASIONS.get(telling.reason, plain.clean(telling.reason))
    return " · ".join(part for part in (reason, lateness(telling.late)) if part)


def largest_first(layoffs: tuple[Layoff, ...]) -> tuple[Layoff, ...]:
    return tuple(sorted(layoffs, key=_size, reverse=True))


def _effective(stated: str | None) -> str:
    """When people go: "effective 15 Mar 2026" of "2026-03-15", "effective Q1 2026" of "2026-Q1"."""
    year, _, rest = (stated or "").partition("-")
    month, _, day = rest.partition("-")
    if not year:
        return ""
    if not month.isdecimal() or not 1 <= int(month) <= 12:
        return f"effective {f'{plain.clean(rest)} ' if rest else ''}{plain.clean(year)}"
    return f"effective {f'{int(day)} ' if day.isdecimal() else ''}{month_abbr[int(month)]} {plain.clean(year)}"


def _climb(before: Layoff | None, layoff: Layoff) -> str:
    if before is None or before.stage is layoff.stage:
        return stage(layoff)
    came_from = f"was {stage(before)}"
    return came_from if layoff.stage.undone else f"{stage(layoff)} ({came_from})"


def _news(telling: Telling, layoff: Layoff) -> str:
    name, size = employer(layoff), extent(layoff, telling.reports)
    before = telling.before
    if layoff.stage.undone:
        earlier = extent(before or layoff, telling.reports)
        reported = "" if earlier == UNSTATED else f" (had been {earlier})"
        return f"{name}: layoffs {stage(layoff)}{reported}"
    if before is not None and (was := extent(before, telling.reports)) != size:
        return f"{name}: {size} (was {was.removeprefix('number ')})"
    return f"{name}: {'layoffs, ' if size == UNSTATED else ''}{size}"


def _sum(telling: Telling) -> str:
    count = max(telling.total, len(telling.layoffs))
    layoffs = f"{count:,} layoff{'' if count == 1 else 's'}"
    largest = next((layoff for layoff in largest_first(telling.layoffs) if _size(layoff) > (0, 0)), None)
    return layoffs if largest is None else f"{layoffs}, the largest {employer(largest)}: {extent(largest)}"


def _jobs(layoff: Layoff) -> str | None:
    if layoff.conflicting:
        return f"{layoff.headcount_low:,} to {layoff.headcount_high:,} jobs"
    stated = plain.clean(layoff.stated or "")
    if not stated or _SHARE.search(stated):
        return _counted(layoff)
    stated = _LONG.sub(lambda found: f"{int(found[0]):,}", stated)
    if _PLURAL.search(stated):
        return f"{stated} of jobs"
    return f"{stated} {_noun(stated)}" if _BARE.search(stated) else stated


def _counted(layoff: Layoff) -> str | None:
    low, high = layoff.headcount_low, layoff.headcount_high
    if layoff.headcount is not None:
        return f"{layoff.headcount:,} {_noun(str(layoff.headcount))}"
    if low is not None and high is not None:
        return f"{low:,} to {high:,} jobs"
    if high is not None:
        return f"up to {high:,} jobs"
    return None if low is None else f"at least {low:,} jobs"


def _noun(number: str) -> str:
    return "job" if number in {"1", "one"} else "jobs"


def _share(layoff: Layoff, reports: Iterable[Report]) -> str | None:
    if layoff.percent is None:
        return None
    read_from = next(
        (report.percent for report in reports if report.percent and report.percent.value == layoff.percent), None
    )
    hedge = _HEDGES.get(read_from.qualifier, "") if read_from else ""
    return f"{hedge}{layoff.percent:g} % of staff"


def _size(layoff: Layoff) -> tuple[float, float]:
    return (layoff.headcount or layoff.headcount_high or layoff.headcount_low or 0, layoff.percent or 0)


def _spans(sentence: str, layoff: Layoff, reports: Iterable[Report]) -> list[tuple[int, int]]:
    """Where the sentence states the numbers, in order, none inside another."""
    amounts = [amount for report in reports for amount in (report.headcount, report.percent) if amount is not None]
    read = [amount.text for amount in amounts if _same(amount, sentence)]
    wanted = read or [layoff.stated or "", *_written(layoff)]
    found = sorted(span for text in dict.fromkeys(wanted) if (span := _find(sentence, plain.clean(text))) is not None)
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _written(layoff: Layoff) -> Iterable[str]:
    if layoff.headcount:
        yield f"{layoff.headcount:,}"
    if layoff.percent:
        yield from (f"{layoff.percent:g}{sign}" for sign in (" %", "%", " percent", " per cent"))


def _lead(sentence: str, number: int) -> int:
    """How much of a long sentence goes, so that its number is seen."""
    latest = max(number - _MARGIN, 0)
    return sentence.rfind(" ", max(latest - 40, 0), latest) + 1 or plain.whole(sentence, latest)


def _same(amount: Amount, sentence: str) -> bool:
    return plain.clean(amount.sentence) == sentence


def _find(sentence: str, text: str) -> tuple[int, int] | None:
    """Where the words stand by themselves: "60" is not in "1,600"."""
    if not text:
        return None
    found = re.search(rf"(?<![\w.,]){re.escape(text)}(?!\w|[.,]\d)", sentence)
    return found.span() if found else None
