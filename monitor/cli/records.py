"""Articles as lines of JSON, and the decisions on them as lines of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

from monitor.model import Amount, Facts, Flag, Stated

_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def record(line: bytes) -> dict[str, object]:
    """The article on a line; raises ``ValueError`` that says what is wrong with it."""
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 (one kind of error answers a line)
    if not isinstance(found.get("title"), str) or not found["title"].strip():
        raise ValueError("no title")
    return found


def text(record: dict[str, object], key: str) -> str:
    """A text of an article, empty where it is left out; raises ``ValueError`` where it is something else."""
    found = record.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise ValueError(f"{key} is not a text")  # noqa: TRY004
    return found


def published(record: dict[str, object]) -> datetime | None:
    """When an article appeared, in UTC: ISO 8601, or as mail and RSS write it. A time without a zone is UTC.

    A year that no news has is a mistake, and counts as no date.
    """
    written = text(record, "published").strip()
    if not written:
        return None
    try:
        moment = _moment(written)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"published is not a time: {written[:40]!r}; write 2026-11-23T09:30:00Z") from None


def decision(flag: Flag, facts: Facts) -> dict[str, object]:
    """What ``classify`` answers, and ``replay`` adds to."""
    return {
        "flagged": flag.flagged,
        "score": flag.score,
        "kind": flag.kind,
        "stage": flag.stage,
        "severity": flag.severity,
        "near": flag.near,
        "rules": flag.rules,
        "vetoes": flag.vetoes,
        "evidence": [asdict(each) for each in flag.evidence],
        "companies": list(dict.fromkeys(company.name for company in facts.companies)),
        "headcount": _amount(facts.headcount),
        "headcounts": [_amount(amount) for amount in facts.headcounts],
        "percent": _amount(facts.percent),
        "places": list(dict.fromkeys(place.text for place in facts.places)),
        "units": list(dict.fromkeys([*(each.text for each in facts.companies if each.unit), *_texts(facts.units)])),
        "effective": facts.effective.value if facts.effective else None,
        "announced": facts.announced.value if facts.announced else None,
        "reason": facts.reason.value if facts.reason else None,
        "stated": [{"fact": name, **asdict(each)} for name, each in _stated(facts)],
    }


def line(answer: dict[str, object]) -> bytes:
    """An answer as one line of JSON, in UTF-8 whatever it holds."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and UTF-8 cannot
        return json.dumps(answer).encode() + b"\n"


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return parsedate_to_datetime(written)


def _texts(stated: tuple[Stated, ...]) -> list[str]:
    return [each.text for each in stated]


def _stated(facts: Facts) -> list[tuple[str, Stated]]:
    """The facts in words, each with its characters and its sentence."""
    single = (("effective", facts.effective), ("announced", facts.announced), ("reason", facts.reason))
    several = [("place", each) for each in facts.places] + [("unit", each) for each in facts.units]
    return several + [(name, each) for name, each in single if each is not None]


def _amount(amount: Amount | None) -> dict[str, object] | None:
    if amount is None:
        return None
    said = {key: _plain(getattr(amount, key)) for key in ("value", "low", "high")}
    rest = ("qualifier", "vague", "field", "start", "end", "text", "sentence")
    return said | {key: getattr(amount, key) for key in rest}


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"not JSON: {name}")
