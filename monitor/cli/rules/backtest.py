"""The command ``pinkslip rules backtest``: what other rules would have changed over the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from monitor.archive import Reader
from monitor.cli.period import days, since
from monitor.cli.rules.against import against, other_pack
from monitor.cli.rules.labelled import FILE, labelled
from monitor.cli.rules.lines import below, deciders, entry, lost_by, never_fired
from monitor.cli.session import Session
from monitor.cli.show import as_json, counted, document, jobs, short, table
from monitor.detect.rules import Pack
from monitor.detect.rules.backtest import Archived, Backtest, Differences, Differing, Labels, Week
from monitor.model import Flag, Layoff, Policy

_WEEKS = 12
"""How many weeks are shown; the averages are over all."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """The rules before and after. Without rules before, what was decided then stands for them."""

    before: Pack | None
    after: Pack

    def flags(self, archived: Archived) -> tuple[Flag, Flag]:
        text = archived.text
        return self.before.judge(text) if self.before else archived.flag, self.after.judge(text)

    def weights(self) -> dict[str, float]:
        packs = [self.before, self.after] if self.before else [self.after]
        return {rule.id: rule.weight for pack in packs for rule in pack.rules}

    def unused(self, fired: set[str]) -> list[str]:
        return self.after.unused(fired)

    def names(self, folder: Path | None) -> tuple[str, str]:
        return ("the rules configured", f"the rules in {folder}") if folder else ("the archive", "the rules configured")


@dataclass(frozen=True, slots=True)
class _Found:
    """All that is told in the end."""

    run: Backtest
    layoffs: tuple[Layoff, ...]
    unused: list[str]
    sides: tuple[str, str]
    labels: Labels | None


@click.command()
@days
@against
@click.option("--labelled", "file", type=FILE, help="Articles whose answer is known: JSON lines as for `rules eval`.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    metavar="N",
    help="How many articles newly caught, and how many newly lost, to show. All are counted.",
)
@as_json
@click.pass_obj
def backtest(  # noqa: PLR0913 (click hands over every option)
    session: Session, days: int | None, against: Path | None, file: Path | None, limit: int, json_wanted: bool
) -> None:
    """Judge the archive's articles again, and show what would have been otherwise. Changes nothing.

    Compares what was decided then with what the configured rules say now; with --against, the configured rules with
    those in DIR. Shows the articles newly caught and newly lost with the sentence that decided, the layoffs that lose
    every report, alerts per week before and after, and the rules that never fired. Copies of an article are not shown.

    Alerts are an estimate: all flagged articles of one employer within 14 days count as one, in the week of the first;
    an article that names no employer counts by itself; copies and a source's first poll do not count.

    With --labelled, exits 1 if a labelled layoff that the old side flags is lost. Its articles are found in the
    archive by id, by address or by title.
    """
    pack = session.pack
    sides = _Sides(pack, other_pack(session, against)) if against else _Sides(None, pack)
    labels = _labels(file) if file else None
    run = Backtest(window=Policy().window, weights=sides.weights(), scale=pack.scale, limit=limit, labels=labels)
    with session.reader() as reader:
        _judge(reader, session, days, sides, run)
        lost = tuple(_lost_layoffs(reader, sides, run.lost_layoffs))
    if labels is not None and not run.labelled:
        raise click.UsageError(f"{file}: none of its articles is in the archive, so nothing was checked")
    found = _Found(run, lost, sides.unused(run.fired), sides.names(against), labels)
    if json_wanted:
        document(_document(found))
    else:
        _print(found)
    if run.lost_true:
        sys.exit(1)


def _labels(file: Path) -> Labels:
    from scrapers.collect import canonical_url  # noqa: PLC0415 (brings Scrapy with it)

    return Labels(replace(each, url=canonical_url(each.url) if each.url else None) for each in labelled(file))


def _judge(reader: Reader, session: Session, days: int | None, sides: _Sides, run: Backtest) -> None:
    start = since(session, days)
    articles = reader.decisions.extent(start).articles
    with click.progressbar(length=articles, label="judging", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for batch in reader.decisions.batches(start):
            for each in batch:
                run.take(each, *sides.flags(each))
                bar.update(1)


def _lost_layoffs(reader: Reader, sides: _Sides, suspects: Iterable[str]) -> Iterable[Layoff]:
    """Those of which no report is flagged any more, also none from before the days looked at."""
    for layoff_id in suspects:
        layoff = reader.layoff(layoff_id)
        flags = [sides.flags(report) for report in reader.decisions.reports(layoff_id)]
        if layoff is not None and not any(after.flagged for _, after in flags):
            yield layoff


def _print(found: _Found) -> None:
    run, (before, after) = found.run, found.sides
    click.echo(f"{counted(run.articles, 'article')}; before: {before}; after: {after}")
    _print_differences("newly caught", run.caught)
    _print_differences("newly lost", run.lost)
    _print_layoffs(found.layoffs)
    _print_weeks(sorted(run.weeks.values(), key=lambda week: week.monday))
    never_fired(found.unused)
    if found.labels is not None:
        _print_labelled(run, found.labels)


def _print_differences(name: str, differences: Differences) -> None:
    shown = f", the last {len(differences.last)} of them" if len(differences.last) < differences.count else ""
    click.echo(f"\n{name}: {counted(differences.count, 'article')}{shown}")
    for each in reversed(differences.last):
        _print_differing(each)


def _print_differing(each: Differing) -> None:
    archived = each.archived
    entry(f"  {archived.first_seen_at:%Y-%m-%d}  {archived.article.title}")
    if each.sentence and each.sentence != archived.article.title:
        below(f"“{each.sentence}”")
    by = deciders(each.before if each.before.flagged else each.after)
    why = f"; now {lost_by(each.after)}" if each.before.flagged else ""
    below(f"{archived.article.source_id} · {short(archived.article.id)} · {by}{why}")


def _print_layoffs(layoffs: tuple[Layoff, ...]) -> None:
    click.echo(f"\nnewly lost: {counted(len(layoffs), 'layoff')}")
    for each in layoffs:
        entry(f"  {each.opened_at:%Y-%m-%d}  {each.company or 'employer not named'}: {jobs(asdict(each))}")
        below(f"“{each.sentence}”")
        below(f"{short(each.id)} · {counted(each.reports, 'report')}")


def _print_weeks(weeks: list[Week]) -> None:
    if not weeks:
        return
    click.echo()
    rows = [(str(week.monday), *(f"{n:,}" for n in (week.articles, week.before, week.after))) for week in weeks]
    averages = (sum(values) / len(weeks) for values in zip(*map(_numbers, weeks), strict=True))
    rows = [*rows[-_WEEKS:], ("on average", *(f"{each:,.1f}" for each in averages))]
    table(("WEEK FROM", "ARTICLES", "ALERTS BEFORE", "ALERTS AFTER"), rows, flexible=0, right=(1, 2, 3))


def _numbers(week: Week) -> tuple[int, int, int]:
    return week.articles, week.before, week.after


def _print_labelled(run: Backtest, labels: Labels) -> None:
    known = f"{len(run.labelled):,} of {counted(len(labels), 'labelled article')} in the archive"
    click.echo(f"\n{known}; {counted(len(run.lost_true), 'labelled layoff')} lost")
    for each in run.lost_true:
        _print_differing(each)


def _document(found: _Found) -> dict[str, object]:
    run, (before, after) = found.run, found.sides
    said: dict[str, object] = {
        "articles": run.articles,
        "before": before,
        "after": after,
        "newly_caught": _differences(run.caught),
        "newly_lost": _differences(run.lost),
        "layoffs_lost": [asdict(each) for each in found.layoffs],
        "weeks": [asdict(week) | {"monday": str(week.monday)} for _, week in sorted(run.weeks.items())],
        "never_fired": found.unused,
    }
    if found.labels is not None:
        lost = [_differing(each) for each in run.lost_true]
        said["labelled"] = {"articles": len(found.labels), "in_archive": len(run.labelled), "lost": lost}
    return said


def _differences(differences: Differences) -> dict[str, object]:
    return {"count": differences.count, "articles": [_differing(each) for each in reversed(differences.last)]}


def _differing(each: Differing) -> dict[str, object]:
    article = each.archived.article
    return {
        "id": article.id,
        "url": article.url,
        "source": article.source_id,
        "title": article.title,
        "first_seen_at": each.archived.first_seen_at,
        "layoff": each.archived.layoff_id,
        "sentence": each.sentence,
        "before": _decision(each.before),
        "after": _decision(each.after),
    }


def _decision(flag: Flag) -> dict[str, object]:
    return {"flagged": flag.flagged, "score": flag.score, "rules": flag.rules, "vetoes": flag.vetoes}
