"""An archive with half a year of news in it, decided by the rules that ship, and some of its alerts sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import decide
from monitor.archive import Archive
from monitor.archive.rows import stamp
from monitor.config import pack_of, starter
from monitor.demo.stories import programme
from monitor.detect.companies import Directory
from scrapers.items import Memory
from tests.making import CONSOLE, CRM, POLICY, article, news, source, state

NOW = datetime.now(UTC).replace(microsecond=0)
"""The pages look back from the clock."""

PACK = pack_of(starter())
_POLICY = replace(POLICY, channels=(CONSOLE, CRM))

COMPANIES = ("Halvora", "Brantiq", "Tirmona", "Volmar Motors", "Nexora", "Kelpanto", "Ospera Bank")


def file(archive: Archive, articles, *, at: datetime, source_id: str = "herald", baseline: bool = False, **changes):
    """Let one poll bring these articles."""
    from_source = source(source_id)
    items = decide.judge(articles, PACK, Directory())
    with archive.writing():
        known = archive.known(source_id, items, at, _POLICY.window)
        plan = decide.plan(
            from_source,
            replace(state(source_id, baseline=baseline), **changes),
            news(*items),
            items,
            known,
            _POLICY,
            memory=Memory(),
            now=at,
            jitter=0.0,
        )
        archive.apply(plan, at)
    return plan


def fill(path: Path) -> Path:
    archive = Archive.open(path)
    plan = programme(NOW.date())
    with archive.writing():
        archive.sources.enroll([source(outlet.id, title=outlet.title) for outlet in plan.outlets], NOW)
        archive.sources.enroll([source("herald"), source("wire")], NOW)
    for n in range(25):
        at = NOW - timedelta(weeks=25 - n, hours=n)
        company = COMPANIES[n % len(COMPANIES)]
        jobs = 700 + (n * 7919) % 15_300
        title = f"{company} to cut {jobs:,} jobs" if n % 5 else f"{company} announces layoffs"
        file(archive, [article(title, published_at=at, url=f"https://herald.example/{n}")], at=at)
    for story in sorted(plan.stories, key=lambda each: each.at):
        at = NOW - timedelta(hours=5) + story.at * (100 if story.at > timedelta(0) else 1)
        one = article(
            story.title,
            source_id=story.outlet,
            url=f"https://{story.outlet}.example{story.path}",
            summary=story.teaser,
            body=story.body,
            author=story.author,
            published_at=at,
        )
        file(archive, [one], at=at + timedelta(seconds=20), source_id=story.outlet, baseline=story.baseline)
    _send_some(archive)
    with archive.writing():
        archive.db.execute(
            "update sources set condition = 'failing', failures = 4, since = ?, detail = 'timeout: no answer in 30 s' "
            "where id = 'wire'",
            [stamp(NOW - timedelta(days=2))],
        )
        archive.db.execute("update sources set polled_at = ?, next_due = ?", _around(NOW))
    archive.close()
    return path


def _send_some(archive: Archive) -> None:
    """All but the last few alerts were taken at the second attempt."""
    with archive.writing():
        archive.db.execute(
            "update alerts set state = 'delivered', attempts = 2, sent_at = "
            "strftime('%Y-%m-%dT%H:%M:%f000Z', created_at, '+18 seconds') where channel_id = 'console' "
            "or created_at < ?",
            [stamp(NOW - timedelta(hours=2))],
        )
        archive.db.execute(
            "insert into deliveries (alert_id, channel_id, attempt, started_at, took_ms, verdict, status, detail, "
            "ambiguous) select id, channel_id, 1, created_at, 1200, 'retry', 503, 'asked to wait', 1 from alerts "
            "where state = 'delivered' union all select id, channel_id, 2, sent_at, 84, 'sent', 200, '', 0 from alerts "
            "where state = 'delivered'"
        )


def _around(now: datetime) -> list[str]:
    return [stamp(now - timedelta(minutes=4)), stamp(now + timedelta(minutes=11))]
