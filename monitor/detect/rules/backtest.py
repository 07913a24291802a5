"""What other rules change over archived articles: those caught and lost, alerts per week, rules that never fire.

Pure: it takes article after article and keeps counts, the last differences, and the employers of the last weeks; what
it holds does not grow with the archive.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.detect.companies import company_key
from monitor.detect.rules.evaluate import Labelled
from monitor.detect.rules.rule import Scale
from monitor.detect.text import fold, sentences
from monitor.model import Flag, Text
from scrapers.items import Article

_UNKNOWN = 0.5
"""The weight of a rule that neither pack has any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An article of the archive, with the decision that stands."""

    seq: int
    article: Article
    flag: Flag
    first_seen_at: datetime
    copy: bool
    """It repeats another article's text, and is told with that one."""
    baseline: bool
    """It came with its source's first poll, so nobody was told."""
    layoff_id: str | None
    company: str | None

    @property
    def text(self) -> Text:
        article = self.article
        day = article.published_at.date() if article.published_at else None
        return Text(article.title, article.summary, article.body or "", article.language, day)


@dataclass(frozen=True, slots=True)
class Differing:
    """An article that the two sides decide differently, and the sentence that the flagging side decided by."""

    archived: Archived
    before: Flag
    after: Flag
    sentence: str


@dataclass(slots=True)
class Differences:
    """How many there were, and the last of them."""

    limit: int
    count: int = 0
    last: deque[Differing] = field(init=False)

    def __post_init__(self) -> None:
        self.last = deque(maxlen=self.limit)

    def add(self, each: Differing) -> None:
        self.count += 1
        self.last.append(each)


@dataclass(slots=True)
class Week:
    """A week from Monday on, by when articles were first seen (UTC): their number, and the alerts of either side."""

    monday: date
    articles: int = 0
    before: int = 0
    after: int = 0


class Labels:
    """Labelled articles, found again in the archive by id, by address or by title."""

    def __init__(self, labelled: Iterable[Labelled]) -> None:
        self._by_id: dict[str, Labelled] = {}
        self._by_url: dict[str, Labelled] = {}
        self._by_title: dict[str, Labelled] = {}
        for each in labelled:
            self._by_id[each.id] = each
            if each.text.title.strip():
                self._by_title[_folded(each.text.title)] = each
            if each.url:
                self._by_url[each.url] = each

    def __len__(self) -> int:
        return len(self._by_id)

    def of(self, article: Article) -> Labelled | None:
        by_address = self._by_url.get(article.canonical_url or "")
        return self._by_id.get(article.id) or by_address or self._by_title.get(_folded(article.title))


class Backtest:
    """Takes the archive's articles in order of arrival, each as both sides decide it.

    ``window``: an employer's articles within it make one alert. ``weights`` are those of all rules, for choosing the
    sentence that decided. ``limit``: how many differences of a kind are kept.
    """

    def __init__(
        self, *, window: timedelta, weights: Mapping[str, float], scale: Scale, limit: int, labels: Labels | None = None
    ) -> None:
        self._scale = scale
        self.articles = 0
        self.caught = Differences(limit)
        self.lost = Differences(limit)
        self.lost_layoffs: dict[str, None] = {}
        """Ids of layoffs that lost a report."""
        self.lost_true: list[Differing] = []
        """Labelled layoffs that the side before flags and the side after does not."""
        self.labelled: set[str] = set()
        """Ids of the labelled articles that the archive holds."""
        self.fired: set[str] = set()
        self.weeks: dict[date, Week] = {}
        self._weights = weights
        self._labels = labels
        self._alerts = _Alerts(window), _Alerts(window)

    def take(self, archived: Archived, before: Flag, after: Flag) -> None:
        self.articles += 1
        self.fired.update(after.rules, after.vetoes)
        self._count(archived, before, after)
        differing = None
        if before.flagged != after.flagged:
            deciding = before if before.flagged else after
            differing = Differing(
                archived, before, after, sentence(archived.text, deciding, self._weights, self._scale)
            )
            self._differ(differing)
        label = self._labels.of(archived.article) if self._labels else None
        if label is None:
            return
        self.labelled.add(label.id)
        if label.layoff and differing and before.flagged:
            self.lost_true.append(differing)

    def _differ(self, differing: Differing) -> None:
        archived = differing.archived
        if archived.copy:
            return
        (self.lost if differing.before.flagged else self.caught).add(differing)
        if differing.before.flagged and archived.layoff_id:
            self.lost_layoffs[archived.layoff_id] = None

    def _count(self, archived: Archived, before: Flag, after: Flag) -> None:
        day = archived.first_seen_at.date()
        monday = day - timedelta(days=day.weekday())
        week = self.weeks.setdefault(monday, Week(monday))
        week.articles += 1
        if archived.copy or archived.baseline:
            return
        old, new = self._alerts
        week.before += before.flagged and old.opens(archived)
        week.after += after.flagged and new.opens(archived)


class _Alerts:
    """An estimate of what people are told: each employer's flagged articles within the window are one layoff."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._heard: dict[str, datetime] = {}
        self._swept: datetime | None = None

    def opens(self, archived: Archived) -> bool:
        """Whether a flagged article is the first of its layoff. One that names no employer always is."""
        at = archived.first_seen_at
        self._sweep(at)
        if archived.company is None:
            return True
        key = company_key(archived.company)
        last = self._heard.get(key)
        self._heard[key] = at
        return last is None or at - last > self._window

    def _sweep(self, now: datetime) -> None:
        """Forget the employers of long ago, once a window."""
        if self._swept is None or now - self._swept > self._window:
            self._heard = {key: at for key, at in self._heard.items() if now - at <= self._window}
            self._swept = now


def sentence(text: Text, flag: Flag, weights: Mapping[str, float], scale: Scale) -> str:
    """The sentence in which the rules that fired weigh most; empty where none fired."""
    fields = dict(text.fields())
    places = {"title": scale.title, "summary": scale.summary, "body": scale.lead}
    said: dict[tuple[str, int, int], float] = {}
    for each in flag.evidence:
        if each.rule in flag.rules:
            start, end = _around(fields[each.field], each.start)
            place = (each.field, start, end)
            weight = weights.get(each.rule, _UNKNOWN) * places[each.field]
            said[place] = said.get(place, 0.0) + weight
    if not said:
        return ""
    name, start, end = max(said, key=said.__getitem__)
    return " ".join(fields[name][start:end].split())


def _around(text: str, position: int) -> tuple[int, int]:
    return next(((start, end) for start, end in sentences(text) if start <= position < end), (0, len(text)))


def _folded(title: str) -> str:
    return fold(title).text.strip()
