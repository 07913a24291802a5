"""Corrections: layoffs merged or split, and articles marked, by people; remembered, and told to nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import click

from monitor import decide
from monitor.archive import Archive
from monitor.archive.reader import Reader
from monitor.cli.articles import named
from monitor.cli.layoffs.listing import tell
from monitor.cli.session import Session
from monitor.config import Settings
from monitor.layoffs.corrections import Case, CorrectionError, dismissed, marked, merged
from monitor.layoffs.corrections import split as parted
from monitor.model import Judged, Layoff, Plan
from scrapers.items import Source


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def merge(session: Session, first: str, second: str) -> None:
    """Make the reports of B reports of A, now and from now on. Nobody is told."""
    desk = _Desk(session)
    with session.writer() as archive:
        into, other = desk.layoff(archive, first), desk.layoff(archive, second)
        desk.carry_out(archive, lambda: merged(desk.case(archive, into), desk.case(archive, other), session.now))
        _show(archive, into.id)


@click.command()
@click.argument("layoff_id", metavar="ID")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.pass_obj
def split(session: Session, layoff_id: str, articles: tuple[str, ...]) -> None:
    """Make these reports of a layoff, by id or URL, a layoff of their own. Nobody is told."""
    desk = _Desk(session)
    with session.writer() as archive:
        layoff = desk.layoff(archive, layoff_id)
        ids = [desk.article(archive, each) for each in articles]
        plan = desk.carry_out(archive, lambda: parted(desk.case(archive, layoff), ids, session.now))
        for each in plan.layoffs:
            _show(archive, each.id)


@click.command()
@click.argument("article", metavar="ARTICLE")
@click.argument("verdict", type=click.Choice(["false", "true"]))
@click.pass_obj
def mark(session: Session, article: str, verdict: str) -> None:
    """Say of an article, by id or URL, that it reports a layoff or that it does not; it stays so, whatever rules say.

    false: it leaves its layoff and never comes back; nobody is told. true: it is decided as if it were flagged, and
    who is to be told of its layoff is.
    """
    desk = _Desk(session)
    with session.writer() as archive:
        article_id = desk.article(archive, article)
        if verdict == "true":
            desk.report(archive, article_id)
        else:
            desk.dismiss(archive, article_id)


class _Desk:
    """Where corrections are made: reads what they are about, and carries them out in one transaction."""

    def __init__(self, session: Session) -> None:
        self._now = session.now
        self._settings: Settings = session.unjudging()

    def layoff(self, archive: Archive, name: str) -> Layoff:
        found = Reader(archive.db).layoff(name)
        return found or _refuse(f"No layoff has the id {name}; `pinkslip layoffs list` shows them.")

    def article(self, archive: Archive, name: str) -> str:
        found = named(Reader(archive.db), name)
        if len(found) != 1:
            many = "is more than one article; name one by its id" if found else "is no article of the archive"
            _refuse(f"{name} {many}. `pinkslip search` finds articles.")
        return found[0]

    def case(self, archive: Archive, layoff: Layoff) -> Case:
        read = {each.article.id: each for each in self._read(archive, layoff)}
        return Case(layoff, Reader(archive.db).reports(layoff.id), read, archive.alerts_of(layoff.id))

    def carry_out(self, archive: Archive, plan: Callable[[], Plan]) -> Plan:
        with archive.writing():
            try:
                made = plan()
            except CorrectionError as error:
                _refuse(f"{error}. Nothing was changed.")
            archive.apply(made, self._now)
        return made

    def dismiss(self, archive: Archive, article_id: str) -> None:
        filed = archive.decisions.of(article_id)
        layoff = Reader(archive.db).layoff(filed.layoff_id) if filed.layoff_id else None
        if layoff is None:
            self.carry_out(archive, lambda: Plan(corrections=(marked(article_id, true=False),)))
            click.echo(f"Article {article_id} reports no layoff, and never will.")
            return
        self.carry_out(archive, lambda: dismissed(self.case(archive, layoff), article_id, self._now))
        click.echo(f"Article {article_id} has left layoff {layoff.id}, and will not come back.")
        if layoff.reports > 1:
            _show(archive, layoff.id)

    def report(self, archive: Archive, article_id: str) -> None:
        filed = archive.decisions.of(article_id)
        if filed.copy:
            _refuse(f"Article {article_id} repeats another; `pinkslip why {article_id}` names it. Nothing was changed.")
        (judged,) = decide.judge([filed.article], self._settings.pack, self._settings.directory)
        source = next((each for each in self._settings.sources if each.id == filed.article.source_id), None)
        source = source or Source(id=filed.article.source_id, url="")
        with archive.writing():
            archive.apply(Plan(corrections=(marked(article_id, true=True),)), self._now)
            known = archive.known(source.id, [judged], self._now, self._settings.policy.window)
            plan = decide.plan_article(judged, source, known, self._settings.policy, self._now)
            archive.apply(replace(plan, pages=()), self._now)
        layoff_id = archive.decisions.of(article_id).layoff_id
        owed = len(plan.alerts)
        click.echo(f"Article {article_id} reports layoff {layoff_id}; {owed} alert{'' if owed == 1 else 's'} owed.")
        _show(archive, layoff_id or "")

    def _read(self, archive: Archive, layoff: Layoff) -> list[Judged]:
        """The reports as they were decided, with what is read from them now."""
        archived = archive.decisions.reports(layoff.id)
        judged = decide.judge((each.article for each in archived), self._settings.pack, self._settings.directory)
        return [replace(new, flag=each.flag) for each, new in zip(archived, judged, strict=True)]


def _show(archive: Archive, layoff_id: str) -> None:
    reader = Reader(archive.db)
    layoff = reader.layoff(layoff_id)
    if layoff is not None:
        tell(reader, layoff)


def _refuse(reason: str) -> NoReturn:
    click.echo(reason, err=True)
    sys.exit(1)
