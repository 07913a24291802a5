"""Whether what the receiver was told is what the newsroom published: nothing missing, nothing twice, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from monitor.demo.receiver import Taken
from monitor.demo.stories import News, Programme, Story


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence each."""

    missing: tuple[str, ...]
    """May still come."""
    wrong: tuple[str, ...]
    """Cannot be made good."""

    @property
    def good(self) -> bool:
        return not self.missing and not self.wrong


def verdict(programme: Programme, taken: Collection[Taken], stories: Mapping[str, Story]) -> Verdict:
    """``stories`` by the link they are carried under."""
    told = Counter((alert.type, alert.company or "an unnamed employer") for alert in taken)
    missing = tuple(
        f"{company}: no {_type(news)} came"
        for news in News
        for company in sorted(programme.companies(news))
        if not told[_type(news), company]
    )
    return Verdict(missing, (*_unasked(programme, told), *_false_alarms(taken, stories)))


def _type(news: News) -> str:
    return f"layoff.{news}"


def _unasked(programme: Programme, told: Counter[tuple[str, str]]) -> Iterable[str]:
    expected = programme.companies(News.OPENED)
    for (kind, company), times in sorted(told.items()):
        if kind == _type(News.OPENED) and company not in expected:
            yield f"{company}: told of a layoff that is no news"
        elif kind == _type(News.OPENED) and times > 1:
            yield f"{company}: told {times} times as if it were new"
        elif not kind.startswith("layoff."):
            yield f"a message nobody expected: {kind}"


def _false_alarms(taken: Iterable[Taken], stories: Mapping[str, Story]) -> Iterable[str]:
    reported = {url: alert for alert in taken for url in alert.urls}
    for url, alert in reported.items():
        story = stories.get(url)
        if story is not None and story.instead is not None:
            yield f"“{story.title}” was told as a layoff of {alert.company}, but is {story.instead}"
