"""Stories told for the tests: articles in time order, what must be read from each, and what must become of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from monitor.model import Text

FOLDER = Path(__file__).parent
NONE = "none"
"""What is not stated; TOML has no null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What must be read from an article. What is left out is not asked; a list names all that would be right."""

    flagged: bool
    kind: str | None = None
    stage: str | list[str] | None = None
    company: str | list[str] | None = None
    """The first one, which is the employer."""
    companies: list[str] | None = None
    """All of them."""
    headcount: dict[str, float | str] | str | None = None
    percent: float | str | None = None
    places: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    effective: str | list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """What must not be read from an article, though it stands there."""

    headcounts: list[float] = field(default_factory=list)
    percents: list[float] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    effective: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What must become of an article. ``duplicate_of`` counts the story's articles from one."""

    outcome: str | list[str]
    layoff: str | None = None
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article of a story."""

    id: str
    outlet: str
    published: datetime
    title: str
    read: Read
    decided: Decided
    never: Never
    summary: str = ""
    body: str = ""
    language: str | None = None

    @property
    def text(self) -> Text:
        return Text(self.title, self.summary, self.body, self.language, self.published.date())

    def record(self) -> dict[str, str | None]:
        """As a line for ``pinkslip replay``."""
        return {
            "id": self.id,
            "title": self.title,
            "summary": self.summary,
            "body": self.body,
            "source": self.outlet,
            "published": self.published.isoformat(),
            "language": self.language,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A layoff as it must be known after the story's last article."""

    id: str
    company: str
    headcount: list[int] | str
    stage: str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    name: str
    about: str
    articles: tuple[Told, ...]
    layoffs: tuple[Ended, ...]


def stories() -> tuple[Story, ...]:
    """All that are told; an unknown key is an error."""
    return tuple(_story(path) for path in sorted((FOLDER / "stories").glob("*.toml")))


def _story(path: Path) -> Story:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    articles = tuple(_told(f"{path.stem}-{number}", each) for number, each in enumerate(told.pop("article"), 1))
    layoffs = tuple(Ended(**each) for each in told.pop("layoff", []))
    return Story(name=path.stem, articles=articles, layoffs=layoffs, **told)


def _told(name: str, article: dict) -> Told:
    read, decided, never = Read(**article.pop("read")), Decided(**article.pop("decided")), article.pop("never", {})
    body = article.pop("body", "").strip()
    return Told(id=name, read=read, decided=decided, never=Never(**never), body=body, **article)
