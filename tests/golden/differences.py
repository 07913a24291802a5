"""How what was read, decided and known differs from what a story says: one line for each difference."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.model import Amount, Facts, Flag, Stated
from tests.golden.story import NONE, Decided, Ended, Never, Read


def of_reading(read: Read, flag: Flag, facts: Facts) -> Iterator[str]:
    """What was not read as it should have been."""
    company = facts.company.name if facts.company else NONE
    percent = NONE if facts.percent is None else facts.percent.value
    effective = facts.effective.value if facts.effective else NONE
    names = list(dict.fromkeys(each.name for each in facts.companies))
    yield from _unlike("flagged", read.flagged, flag.flagged)
    yield from _unlike("kind", read.kind, flag.kind)
    yield from _unlike("stage", read.stage, flag.stage)
    yield from _unlike("company", read.company, company)
    if read.companies not in (None, names):
        yield f"companies: want {read.companies}, got {names}"
    yield from _headcount(read.headcount, facts.headcount)
    yield from _unlike("percent", read.percent, percent)
    yield from _unlike("effective", read.effective, effective)
    units = [*facts.units, *(each for each in facts.companies if each.unit)]
    yield from _absent("places", read.places, [_place(each) for each in facts.places])
    yield from _absent("units", read.units, [each.text for each in units])


def of_what_must_not_be(never: Never, facts: Facts) -> Iterator[str]:
    """What was read although it should not have been."""
    for amount in facts.headcounts:
        numbers = {amount.value, amount.low, amount.high} if amount.vague is None else {amount.value}
        yield from (f"headcounts: never {each:g}, got {amount.text!r}" for each in never.headcounts if each in numbers)
    percent = facts.percent.value if facts.percent else None
    yield from (f"percent: never {each:g}" for each in never.percents if each == percent)
    names = {words for company in facts.companies for words in (company.name, company.text)}
    yield from (f"companies: never {each}" for each in never.companies if each in names)
    places = {_place(each) for each in facts.places}
    yield from (f"places: never {each}" for each in never.places if each in places)
    effective = facts.effective.value if facts.effective else None
    yield from (f"effective: never {each}" for each in never.effective if each == effective)


def of_decision(decided: Decided, answer: dict, layoffs: dict[str, str], articles: list[str]) -> Iterator[str]:
    """``layoffs``: which id each of the story's layoffs was opened under; ``articles``: the story's, by their ids."""
    yield from _unlike("outcome", decided.outcome, answer["outcome"])
    original = articles[decided.duplicate_of - 1] if decided.duplicate_of else None
    if answer["duplicate_of"] != original:
        yield f"duplicate_of: want {original}, got {answer['duplicate_of']}"
    wanted = layoffs.get(decided.layoff) if decided.layoff else None
    if answer["layoff"] != wanted:
        yield f"layoff: want {wanted} ({decided.layoff}), got {answer['layoff']}"
    told = [each["kind"] for each in answer["alerts"]]
    if told != _alerts(answer):
        yield f"alerts: want {_alerts(answer)} after {answer['outcome']}, got {told}"


def of_end(ended: Ended, so_far: dict) -> Iterator[str]:
    """How a layoff stands at the end."""
    yield from _unlike("company", ended.company, so_far["company"] or NONE)
    yield from _unlike("stage", ended.stage, so_far["stage"])
    bounds = [so_far["headcount_low"], so_far["headcount_high"]]
    got = NONE if bounds == [None, None] else bounds
    if got != ended.headcount:
        yield f"headcount: want {ended.headcount}, got {got}"


def _alerts(answer: dict) -> list[str]:
    """What the one channel is told of an article that became this."""
    undone = answer["kind"] in {"denied", "reversed"}
    updated = ["layoff.reversed" if undone else "layoff.updated"]
    return {"opened": ["layoff.opened"], "updated": updated}.get(answer["outcome"], [])


def _headcount(wanted: dict[str, float | str] | str | None, amount: Amount | None) -> Iterator[str]:
    if not isinstance(wanted, dict):
        yield from _unlike("headcount", wanted, NONE if amount is None else amount.text)
        return
    if amount is None:
        yield f"headcount: want {wanted}, got none"
        return
    for key, value in wanted.items():
        got = getattr(amount, key)
        yield from _unlike(f"headcount.{key}", value, NONE if got is None else got)


def _unlike(name: str, wanted: object, got: object) -> Iterator[str]:
    choice = wanted if isinstance(wanted, list) else [wanted]
    if wanted is not None and got not in choice:
        yield f"{name}: want {wanted}, got {got}"


def _absent(name: str, wanted: list[str], got: list[str]) -> Iterator[str]:
    """A unit may be given in fewer or more words: "battery", "the battery division"."""
    for each in wanted:
        folded = each.casefold()
        if not any(folded in words.casefold() or words.casefold() in folded for words in got):
            yield f"{name}: want {each}, got {got}"


def _place(place: Stated) -> str:
    return place.value.partition(",")[0]
