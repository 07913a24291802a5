"""Small rules of our own, and an archive of headlines that they decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import decide
from monitor.archive import Archive, Reader
from monitor.config import pack_of
from monitor.detect.companies import Directory
from scrapers.items import Memory
from tests.making import POLICY, article, news, source, state

NOW = datetime.now(UTC).replace(microsecond=0)
"""The commands look back from the clock."""


def rule(word: str, weight: float = 0.9) -> str:
    return f'[[rule]]\nid = "own.{word}"\nsays = "It says {word}."\nweight = {weight}\nany = ["{word}"]\n' + (
        f'flag = ["Velora {word} 40 jobs"]\n' if weight >= 0.5 else f'pass = ["Velora {word} 40 jobs"]\n'
    )


def veto(word: str, example: str) -> str:
    return (
        f'[[veto]]\nid = "not.{word}"\nsays = "Not {word}."\nkind = "{word}"\nany = ["{word}"]\npass = ["{example}"]\n'
    )


def write_rules(folder: Path, *tables: str) -> Path:
    """Make these the rules of a configuration folder, in the place of those it had."""
    rules = folder / "rules"
    if rules.is_symlink():
        rules.unlink()
    rules.mkdir(parents=True, exist_ok=True)
    for path in rules.glob("*.toml"):
        path.unlink()
    (rules / "own.toml").write_text("\n".join(tables), encoding="utf-8")
    return folder


def file_headlines(folder: Path, *titles: str, days_ago: float = 0, baseline: bool = False, **changes: object):
    """Let one poll bring these headlines, decided by the rules of the folder. Gives the plan that was carried out."""
    now = NOW - timedelta(days=days_ago)
    changes = {"published_at": now, **changes}
    items = decide.judge((article(title, **changes) for title in titles), pack_of(folder), Directory())
    archive = Archive.open(folder / "pinkslip.db")
    try:
        with archive.writing():
            archive.sources.enroll([source(), source("wire")], now)
            known = archive.known("herald", items, now, POLICY.window)
            plan = decide.plan(
                source(),
                state(baseline=baseline),
                news(*items),
                items,
                known,
                POLICY,
                memory=Memory(),
                now=now,
                jitter=0.0,
            )
            archive.apply(plan, now)
    finally:
        archive.close()
    return plan


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    reader = Reader.open(folder / "pinkslip.db")
    try:
        return reader.db.execute(sql).fetchall()
    finally:
        reader.close()


TOLD = (
    "select * from layoffs order by id",
    "select * from reports order by article_id",
    "select * from alerts order by id",
    "select * from pages order by article_id",
)


def told(folder: Path) -> list[list[tuple[object, ...]]]:
    """All that people were told, or will be."""
    return [rows(folder, sql) for sql in TOLD]


def decisions(folder: Path) -> dict[str, tuple[object, ...]]:
    """What stands, by headline, but for when it was decided."""
    sql = (
        "select title, flagged, score, kind, rules, vetoes, evidence, near from flags join articles on id = article_id"
    )
    return {title: rest for title, *rest in rows(folder, sql)}
