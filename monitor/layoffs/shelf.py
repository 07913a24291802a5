"""The layoffs at hand, found by their employer, or by number where nobody names one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.model import Facts, Layoff

_MOST = 50
"""Layoffs of one number that are looked at: the newest."""


class Shelf:
    """Layoffs by id. A report finds those that it could join; a few that it cannot join may be among them."""

    def __init__(self, layoffs: Iterable[Layoff] = ()) -> None:
        self._layoffs: dict[str, Layoff] = {}
        self._by_company: dict[str, dict[str, None]] = {}
        self._by_count: dict[tuple[bool, int], dict[str, None]] = {}
        for layoff in layoffs:
            self.put(layoff)

    def __getitem__(self, layoff_id: str) -> Layoff:
        return self._layoffs[layoff_id]

    def get(self, layoff_id: str | None) -> Layoff | None:
        return self._layoffs.get(layoff_id or "")

    def put(self, layoff: Layoff) -> None:
        """Add a layoff, or take its newest state."""
        if (before := self._layoffs.get(layoff.id)) is not None:
            self.drop(before)
        self._layoffs[layoff.id] = layoff
        if layoff.company_key is not None:
            self._by_company.setdefault(layoff.company_key, {})[layoff.id] = None
        for count in _counts(layoff):
            self._by_count.setdefault(count, {})[layoff.id] = None

    def drop(self, layoff: Layoff) -> None:
        del self._layoffs[layoff.id]
        places = [self._by_count.get(count, {}) for count in _counts(layoff)]
        for place in (*places, self._by_company.get(layoff.company_key or "", {})):
            place.pop(layoff.id, None)

    def of(self, company_key: str) -> tuple[Layoff, ...]:
        return tuple(self._layoffs[each] for each in self._by_company.get(company_key, ()))

    def candidates(self, facts: Facts) -> tuple[Layoff, ...]:
        """Layoffs of the employer; with its number, those of nobody named, and of anybody if it names none."""
        found = dict.fromkeys(whole for each in self._ids(facts) for whole in self._whole(each))
        return tuple(self._layoffs[each] for each in found)

    def _whole(self, layoff_id: str) -> Iterator[str]:
        """A layoff, and the one it was merged into: that is never merged itself."""
        yield layoff_id
        merged = self._layoffs[layoff_id].merged_into
        if merged in self._layoffs:
            yield merged

    def _ids(self, facts: Facts) -> Iterator[str]:
        count = facts.headcount
        for company in facts.employers:
            yield from self._by_company.get(company.key, ())
        if count is None or count.value is None:
            return
        for named in (False,) if facts.employers else (False, True):
            yield from list(self._by_count.get((named, round(count.value)), ()))[-_MOST:]


def _counts(layoff: Layoff) -> Iterator[tuple[bool, int]]:
    if layoff.headcount is not None:
        yield layoff.company_key is not None, layoff.headcount
