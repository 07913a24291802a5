"""The outlets and stories of the demo, read from its own data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any


class Format(StrEnum):
    """What an outlet's feed is written in."""

    RSS2 = "rss2"
    ATOM = "atom"
    RDF = "rdf"
    RSS091 = "rss091"
    JSON = "json"


class Page(StrEnum):
    """What stands behind a story's link."""

    OPEN = "open"
    GONE = "gone"
    CLOSED = "closed"
    """robots.txt asks crawlers to stay away."""


class News(StrEnum):
    """What a story of a layoff adds: the first word (or more of the same), materially more, or a denial."""

    OPENED = "opened"
    UPDATED = "updated"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One invented publisher. ``stumbles``: its second answer is a 503."""

    id: str
    title: str
    about: str
    format: Format
    full: bool = False
    """The feed carries whole texts, not only teasers."""
    etag: bool = True
    last_modified: bool = True
    crawl_delay: float | None = None
    stumbles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One text of ours.

    ``at`` is when it appears, counted from the newsroom's opening; before it for what was there already.
    A story ``tells`` of a company's layoff, or is something else ``instead``. ``carries`` is a slug whose
    link this outlet's feed carries with tracking parameters; there is no page of its own then.
    """

    slug: str
    outlet: str
    at: timedelta
    title: str
    teaser: str
    body: str
    author: str
    tells: str | None = None
    instead: str | None = None
    page: Page = Page.OPEN
    carries: str | None = None
    news: News = News.OPENED

    @property
    def baseline(self) -> bool:
        return self.at < timedelta(0)

    @property
    def path(self) -> str:
        return f"/{'premium' if self.page is Page.CLOSED else 'news'}/{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """All that the newsroom will publish, and what a reader must be told of it."""

    outlets: tuple[Outlet, ...]
    stories: tuple[Story, ...]

    def companies(self, news: News) -> frozenset[str]:
        """Of whom this must be told. What was there before the opening is told to nobody."""
        return frozenset(
            story.tells for story in self.stories if story.tells and story.news is news and not story.baseline
        )

    def at(self, outlet: Outlet) -> tuple[Story, ...]:
        return tuple(story for story in self.stories if story.outlet == outlet.id)

    @property
    def length(self) -> timedelta:
        return max(story.at for story in self.stories)


def programme(today: date) -> Programme:
    """The demo's own, from ``outlets.toml`` and ``stories.toml`` beside this module."""
    stories: dict[str, Story] = {}
    for row in _rows("stories.toml", "story", f"{today:%A}"):
        story = _story(row, stories)
        stories[story.slug] = story
    return Programme(
        outlets=tuple(
            Outlet(**{**row, "format": Format(str(row["format"]))}) for row in _rows("outlets.toml", "outlet", "")
        ),
        stories=tuple(stories.values()),
    )


def _rows(name: str, table: str, today: str) -> list[dict[str, Any]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text.replace("{today}", today))[table]
    return rows


def _story(row: dict[str, Any], earlier: dict[str, Story]) -> Story:
    """A copy takes the words of the story it copies or carries, which stands before it in the file."""
    copied = row.pop("copies", None) or row.get("carries")
    if copied is not None:
        original = earlier[copied]
        row = {
            name: getattr(original, name) for name in ("title", "teaser", "body", "author", "tells", "instead")
        } | row
    return Story(
        **{
            **row,
            "at": timedelta(seconds=row["at"]),
            "page": Page(row.get("page", Page.OPEN)),
            "news": News(row.get("news", News.OPENED)),
            "teaser": " ".join(row["teaser"].split()),
            "body": row["body"].strip(),
        }
    )
