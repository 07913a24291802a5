"""What each page shows: the archive is asked, and a template is named with what it gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from monitor.alerts import feed
from monitor.archive.dossier import Case, Decided, Dossiers, Piece
from monitor.archive.pages import Fare, Pages, Sum, Week
from monitor.archive.reader import Reader, reports_of
from monitor.detect.rules import Pack, Rule
from monitor.model import AlertState
from monitor.web import words
from monitor.web.charts import jobs_per_week

_WEEK = timedelta(days=7)
_USUAL = 12
"""Weeks before this one that say what is usual."""
_SHOWN = 26
"""Weeks in the chart."""
_QUARTER = timedelta(days=90)
_FRONT, _LIST, _FOUND = 20, 50, 30
_LONGEST = 500
"""Characters of a question; full text search takes a deep expression apart for ever."""

_STATED = ("headcount", "percent", "place", "unit", "effective", "announced", "reason", "wave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as far as a page depends on it."""

    now: datetime
    pack: Pack
    site: str
    """How this site was addressed: scheme, host and port."""
    path: dict[str, str]
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    template: str
    shows: dict[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What is no page: a feed for readers of feeds."""

    body: bytes
    kind: str


View = Callable[[Database, Asked], Page | Document]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that reports state, with the first sentence that says it."""

    piece: Piece
    article: Decided


def front(db: Database, asked: Asked) -> Page:
    pages, now = Pages(db), asked.now
    lines = pages.latest(_FRONT)
    heard = pages.heard_since()
    weeks = pages.weeks(max(now - _SHOWN * _WEEK, heard or now).date(), now.date())
    week = pages.total(now - _WEEK, now + _WEEK)
    fares = pages.fares(now)
    return Page(
        "front.html",
        {
            "headline": words.headline(week, _usual(pages, heard, now), last=lines[0] if lines else None),
            "lines": lines,
            "week": week,
            "chart": jobs_per_week(weeks, _chart_in_words(weeks)) if len(weeks) > 1 else None,
            "weeks": weeks,
            "unstated": sum(each.layoffs - each.stated for each in weeks),
            "largest": pages.largest(now - _QUARTER, 6),
            "fares": fares,
            "health": _health(fares),
            "told": pages.told(now - timedelta(days=1), now),
            "read": pages.read(),
            "next_due": min((fare.next_due for fare in fares), default=None),
            "new_since": now - timedelta(hours=1),
        },
    )


def layoffs(db: Database, asked: Asked) -> Page:
    before = _moment(asked.query.get("before"))
    lines = Pages(db).latest(_LIST, before=before)
    return Page("layoffs.html", {"lines": lines, "before": before, "more": _last(lines, _LIST, "layoff")})


def layoff(db: Database, asked: Asked) -> Page:
    found = Reader(db).layoff(asked.path["id"])
    if found is None:
        return missing("layoff", asked.path["id"])
    case = Dossiers(db).case(found)
    return Page(
        "layoff.html",
        {"case": case, "it": found, "facts": _facts(case), "alerts": Pages(db).alerts_of(found.id)},
    )


def atom(db: Database, asked: Asked) -> Document:
    return Document(b"".join(feed.atom(*_feed(db, asked, "layoffs.atom"))), feed.ATOM)


def jsonfeed(db: Database, asked: Asked) -> Document:
    return Document(b"".join(feed.jsonfeed(*_feed(db, asked, "feed.json"))), feed.JSON)


def companies(db: Database, asked: Asked) -> Page:
    query = asked.query.get("q", "").strip()[:_LONGEST]
    return Page("companies.html", {"q": query, "companies": Pages(db).companies(query, 200)})


def company(db: Database, asked: Asked) -> Page:
    lines = Pages(db).latest(200, company_key=asked.path["key"])
    if not lines:
        return missing("company", asked.path["key"])
    return Page("company.html", {"lines": lines, "name": words.named(lines[0].layoff)})


def sources(db: Database, asked: Asked) -> Page:
    fares = Pages(db).fares(asked.now - timedelta(days=30))
    return Page("sources.html", {"fares": fares, "health": _health(fares)})


def alerts(db: Database, asked: Asked) -> Page:
    pages = Pages(db)
    state, channel = asked.query.get("state", ""), asked.query.get("channel", "")
    before = _moment(asked.query.get("before"))
    found = pages.alerts(_LIST, state=state, channel=channel, before=before)
    return Page(
        "alerts.html",
        {
            "alerts": found,
            "states": {str(each): pages.alert_states().get(each, 0) for each in AlertState},
            "channels": pages.channels(),
            "state": state,
            "channel": channel,
            "more": found[-1].created_at if len(found) == _LIST else None,
        },
    )


def alert(db: Database, asked: Asked) -> Page:
    found = Reader(db).alert(asked.path["id"])
    if found is None:
        return missing("alert", asked.path["id"])
    told = found.layoff_id and Reader(db).layoff(found.layoff_id)
    return Page(
        "alert.html",
        {"it": found, "layoff": told, "attempts": Dossiers(db).attempts(found.id), "body": _legible(found.body)},
    )


def why(db: Database, asked: Asked) -> Page:
    target = asked.query.get("q", "").strip()
    if not target:
        return Page("why.html", {"q": ""})
    if len(target) > 4 * _LONGEST:
        return Page("why.html", {"q": "", "wrong": "No address or id is as long as that."}, 400)
    reader = Reader(db)
    articles = Dossiers(db).articles(_named(reader, target))
    alert = reader.alert(target)
    layoff = reader.layoff(alert.layoff_id if alert and alert.layoff_id else target)
    shows = {"q": target, "articles": articles, "alert": alert, "layoff": layoff}
    owed = {each.layoff_id: Pages(db).alerts_of(each.layoff_id) for each in articles if each.layoff_id}
    return Page("why.html", {**shows, "owed": owed}, 200 if articles or alert or layoff else 404)


def rules(db: Database, asked: Asked) -> Page:
    caught = Pages(db).catches()
    both = [(each, caught.get(each.id, 0)) for each in asked.pack.all()]
    return Page(
        "rules.html",
        {
            "rules": sorted((pair for pair in both if isinstance(pair[0], Rule)), key=_by_catch),
            "vetoes": sorted((pair for pair in both if not isinstance(pair[0], Rule)), key=_by_catch),
        },
    )


def rule(db: Database, asked: Asked) -> Page:
    name = asked.path["id"]
    known = next((each for each in asked.pack.all() if each.id == name), None)
    hits = Pages(db).caught(name, _FOUND)
    if known is None and not hits:
        return missing("rule", name)
    return Page("rule.html", {"it": known, "id": name, "weighs": isinstance(known, Rule), "hits": hits})


def search(db: Database, asked: Asked) -> Page:
    query = asked.query.get("q", "").strip()
    if len(query) > _LONGEST:
        return Page("search.html", {"q": "", "wrong": f"At most {_LONGEST} characters, please."}, 400)
    hits = Pages(db).search(query, _FOUND) if query else ()
    return Page("search.html", {"q": query, "hits": hits, "most": _FOUND})


def missing(kind: str, name: str) -> Page:
    return Page("missing.html", {"kind": kind, "name": words.plain(name)}, 404)


def trouble(says: str) -> Page:
    """What is shown when the archive does not answer."""
    slow = "interrupted" in says
    return Page("trouble.html", {"slow": slow, "says": says}, 400 if slow else 503)


def _feed(db: Database, asked: Asked, address: str) -> tuple[feed.Feed, list[feed.Item]]:
    told = [line.layoff for line in Pages(db).latest(_LIST)]
    reports = reports_of(db, [each.id for each in told])
    about = feed.Feed(
        id="layoffs",
        title="Layoffs",
        updated=told[0].updated_at if told else asked.now,
        page=f"{asked.site}/layoffs",
        address=f"{asked.site}/{address}",
    )
    items = [feed.of_layoff(it, reports.get(it.id, ()), page=f"{asked.site}/layoffs/{it.id}") for it in told]
    return about, items


def _usual(pages: Pages, heard: datetime | None, now: datetime) -> Sum | None:
    """A mean week of the months before this one; nobody knows what is usual after a fortnight."""
    known = min(_USUAL, int((now - heard) / _WEEK) - 1) if heard else 0
    if known < 3:
        return None
    before = pages.total(now - (known + 1) * _WEEK, now - _WEEK)
    return Sum(before.layoffs // known, before.stated // known, before.jobs // known)


def _chart_in_words(weeks: tuple[Week, ...]) -> str:
    most = max(weeks, key=lambda week: week.jobs)
    return (
        f"Jobs cut per week since {words.day(_midnight(weeks[0].monday))}: {weeks[-1].jobs:,} in this week so far, "
        f"{most.jobs:,} at most, in the week from {words.day(_midnight(most.monday))} on"
    )


def _midnight(monday: date) -> datetime:
    return datetime(monday.year, monday.month, monday.day)  # noqa: DTZ001 (a day, not a time)


_WELL = ("ok", "unknown")
_QUIET = ("quiet", "silent")


def _health(fares: tuple[Fare, ...]) -> dict[str, tuple[Fare, ...]]:
    return {
        "well": tuple(each for each in fares if each.condition in _WELL),
        "quiet": tuple(each for each in fares if each.condition in _QUIET),
        "failing": tuple(each for each in fares if each.condition not in (*_WELL, *_QUIET)),
    }


def _facts(case: Case) -> tuple[Fact, ...]:
    """What its reports state, each thing once, with the first sentence that says it."""
    found: dict[tuple[str, str], Fact] = {}
    for article in case.articles:
        for piece in article.facts:
            if piece.name in _STATED:
                found.setdefault((piece.name, piece.value.casefold()), Fact(piece, article))
    return tuple(sorted(found.values(), key=lambda fact: _STATED.index(fact.piece.name)))


def _named(reader: Reader, target: str) -> tuple[str, ...]:
    """The articles that an id, the beginning of one, or an address as people copy it names."""
    found = reader.article_ids(target)
    if found or "://" not in target:
        return found
    from scrapers.collect import canonical_url  # noqa: PLC0415 (only where the words as typed found nothing)

    try:
        return reader.article_ids(canonical_url(target))
    except ValueError:
        return ()


def _legible(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _by_catch(pair: tuple[Any, int]) -> tuple[int, str]:
    return -pair[1], pair[0].id


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None


def _last(lines: tuple[Any, ...], most: int, name: str) -> datetime | None:
    """Where the next page begins, if there is one."""
    at: datetime | None = getattr(lines[-1], name).updated_at if len(lines) == most else None
    return at
