"""Values for tests, made with only what a claim needs said."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.duplicates import fingerprint
from monitor.model import (
    Amount,
    Channel,
    ChannelKind,
    Company,
    Facts,
    Flag,
    Judged,
    Policy,
    Qualifier,
    Secret,
    Severity,
    SourceState,
    Stage,
    Stated,
)
from scrapers.items import Article, News, Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

CONSOLE = Channel(id="console", kind=ChannelKind.CONSOLE)
CRM = Channel(
    id="crm", kind=ChannelKind.WEBHOOK, url=Secret("https://crm.example/hook"), secrets=(Secret("whsec_MDAwMA=="),)
)
POLICY = Policy(channels=(CONSOLE,), page_wait=timedelta(0))


def source(name: str = "herald", **changes: object) -> Source:
    return Source(**{"id": name, "url": f"https://{name}.example/feed", "title": name.title(), **changes})


def state(name: str = "herald", *, baseline: bool = False) -> SourceState:
    succeeded = None if baseline else NOW - timedelta(hours=1)
    return SourceState(id=name, url=f"https://{name}.example/feed", next_due=NOW, succeeded_at=succeeded)


def article(title: str, *, source_id: str = "herald", url: str | None = None, **changes: object) -> Article:
    link = url or f"https://{source_id}.example/{hashlib.sha256(title.encode()).hexdigest()[:10]}"
    fields = {
        "id": hashlib.sha256(link.encode()).hexdigest()[:16],
        "source_id": source_id,
        "url": link,
        "canonical_url": link,
        "title": title,
        "summary": "",
        "body": None,
        "author": None,
        "language": None,
        "published_at": NOW - timedelta(minutes=5),
        "text_origin": "feed",
        "content_hash": hashlib.sha256(f"{title}{changes}".encode()).hexdigest(),
        "guid": link,
        "written_link": link,
        "written_title": title,
        "written_date": None,
    }
    return Article(**{**fields, **changes})


def headcount(value: float, qualifier: Qualifier = Qualifier.EXACT) -> Amount:
    return Amount(
        value=value,
        low=value,
        high=value,
        qualifier=qualifier,
        vague=None,
        field="title",
        start=0,
        end=1,
        text=f"{value:,.0f}",
        sentence=f"It will cut {value:,.0f} jobs.",
    )


def judged(
    title: str,
    company: str | None = None,
    jobs: float | None = None,
    *,
    stage: Stage = Stage.ANNOUNCED,
    flagged: bool = True,
    kind: str | None = "layoff",
    severity: Severity = Severity.NORMAL,
    percent: float | None = None,
    places: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    wave: str | None = None,
    vague: tuple[str, float, float] | None = None,
    together: tuple[str, ...] = (),
    primary: bool = False,
    **changes: object,
) -> Judged:
    named = ()
    if company:
        named = tuple(
            Company(name=name, key=name.lower(), field="title", start=0, end=len(name), text=name)
            for name in (company, *together)
        )
    flag = Flag(
        flagged=flagged,
        score=0.9 if flagged else 0.1,
        kind=kind,
        stage=stage if flagged else None,
        rules=("layoffs.cut-number-jobs",) if flagged else (),
        vetoes=(),
        evidence=(),
        severity=severity if flagged else None,
    )
    counts = headcount(jobs) if jobs is not None else None
    if vague is not None:
        words, low, high = vague
        counts = replace(
            headcount(0), value=None, low=low, high=high, qualifier=Qualifier.VAGUE, vague=words, text=words
        )
    facts = Facts(
        companies=named,
        headcount=counts,
        headcounts=(counts,) if counts else (),
        percent=headcount(percent) if percent is not None else None,
        places=tuple(map(said, places)),
        units=tuple(map(said, units)),
        wave=said(wave) if wave else None,
        together=1 + len(together),
    )
    one = article(title, **changes)
    return Judged(one, flag, facts, primary, fingerprint(one))


def said(words: str) -> Stated:
    return Stated(value=words, field="title", start=0, end=len(words), text=words.partition(",")[0], sentence=words)


def news(*items: Judged) -> News:
    return News(
        articles=tuple(each.article for each in items),
        entries=len(items),
        skipped=(),
        size=1000,
    )
