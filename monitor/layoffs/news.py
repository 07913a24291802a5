"""What is news in a layoff to those who were told of it before; the rest attaches in silence."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.layoffs.figures import TOLERANCE, covers
from monitor.model import Layoff, Stage

STEP = {
    Stage.RUMOURED: 0,
    Stage.PLANNED: 1,
    Stage.ANNOUNCED: 1,
    Stage.DENIED: 1,
    Stage.REVERSED: 1,
    Stage.CONFIRMED: 2,
    Stage.FILED: 3,
    Stage.UNDER_WAY: 4,
}
"""Outlets word one announcement as "plans to cut" and as "cuts": only a step between these groups is news.

What was denied comes back only when somebody confirms it, or names a number that was not denied.
"""


def material(told: Layoff, layoff: Layoff) -> str | None:
    """What is news in a layoff to one who was told of it before, in words; None where nothing is."""
    return "; ".join(_material(told, layoff)) or None


def _material(told: Layoff, layoff: Layoff) -> Iterator[str]:
    if told.company_key is None and layoff.company is not None:
        yield f"the employer is {layoff.company}"
    if layoff.stated is not None and told.stated is None:
        yield f"a first number: {layoff.stated}"
    elif layoff.headcount is not None and not covers(told, layoff.headcount):
        yield f"{layoff.stated}, was {told.stated}"
    if layoff.percent is not None and told.percent is None and told.stated is None:
        yield f"a first figure: {layoff.percent:g} %"
    elif layoff.percent is not None and told.percent is not None and _is_off(layoff.percent, told.percent):
        yield f"{layoff.percent:g} %, was {told.percent:g} %"
    if layoff.stage.undone is not told.stage.undone or STEP[layoff.stage] > STEP[told.stage]:
        yield f"now {_words(layoff.stage)}, was {_words(told.stage)}"
    if layoff.primary and not told.primary:
        yield "the employer itself says so"


def _is_off(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE * max(one, other)


def _words(stage: Stage) -> str:
    return stage.replace("_", " ")
