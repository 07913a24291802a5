"""Corrections: layoffs merged or split, and articles marked, by people; remembered, and told to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import click

from monitor import decide
from monitor.archive import Archive
from monitor.archive.reader import Reader
from monitor.cli.articles import named
from monitor.cli.layoffs.listing import tell
from monitor.cli.session import Session
from monitor.config import Settings
from monitor.corrections import Case, CorrectionError, dismissed, marked, merged
from monitor.corrections import split as divided
from monitor.layoffs import as_marked
from monitor.model import Judged, Layoff, Plan
from scrapers.items import Source


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def merge(session: Session, first: str, second: str) -> None:
    """Make the reports of B reports of A, now and from now on. Nobody is told."""
    with _desk(session) as desk:
        into, other = desk.layoff(first), desk.layoff(second)
        desk.carry_out(merged(desk.case(into), desk.case(other), desk.policy, desk.now))
        desk.show(into.id)


@click.command()
@click.argument("layoff_id", metavar="ID")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.pass_obj
def split(session: Session, layoff_id: str, articles: tuple[str, ...]) -> None:
    """Make these reports of a layoff, by id or URL, a layoff of their own. Who was told of the whole is not told."""
    with _desk(session) as desk:
        layoff = desk.layoff(layoff_id)
        ids = [desk.article(each) for each in articles]
        plan = desk.carry_out(divided(desk.case(layoff), ids, desk.policy, desk.now))
        for each in plan.layoffs:
            desk.show(each.id)


@click.command()
@click.argument("article", metavar="ARTICLE")
@click.argument("verdict", type=click.Choice(["false", "true"]))
@click.pass_obj
def mark(session: Session, article: str, verdict: str) -> None:
    """Say of an article, by id or URL, that it reports a layoff or that it does not; it stays so, whatever rules say.

    false: it leaves its layoff and never comes back; nobody is told. true: it is decided as if it were flagged, and
    who is to be told of its layoff is.
    """
    with _desk(session) as desk:
        article_id = desk.article(article)
        if verdict == "true":
            desk.report(article_id)
        else:
            desk.dismiss(article_id)


@contextmanager
def _desk(session: Session) -> Iterator[_Desk]:
    """Everything is read, decided and written in one transaction: a daemon may be at work."""
    settings = session.unjudging()
    with session.reader():
        pass  # it says what to do where there is no archive yet
    with session.writer() as archive, archive.writing():
        try:
            yield _Desk(archive, settings, session.now)
        except CorrectionError as error:
            raise click.ClickException(f"{error}. Nothing was changed.") from error


class _Desk:
    """Where corrections are made."""

    def __init__(self, archive: Archive, settings: Settings, now: datetime) -> None:
        self._archive = archive
        self._reader = Reader(archive.db)
        self._settings = settings
        self.policy = settings.policy
        self.now = now

    def layoff(self, name: str) -> Layoff:
        found = self._reader.layoff(name)
        if found is None:
            raise CorrectionError(f"no layoff has the id {name}; `pinkslip layoffs list` shows them")
        return found

    def article(self, name: str) -> str:
        found = named(self._reader, name)
        if len(found) != 1:
            many = "is more than one article; name one by its id" if found else "is no article of the archive"
            raise CorrectionError(f"{name} {many}; `pinkslip search` finds articles")
        return found[0]

    def case(self, layoff: Layoff) -> Case:
        read = {each.article.id: each for each in self._read(layoff)}
        absorbed = self._reader.absorbed_by(layoff.id)
        return Case(layoff, self._reader.reports(layoff.id), read, self._archive.alerts_about(layoff.id), absorbed)

    def carry_out(self, plan: Plan) -> Plan:
        self._archive.apply(plan, self.now)
        return plan

    def dismiss(self, article_id: str) -> None:
        filed = self._archive.decisions.of(article_id)
        layoff = self._reader.layoff(filed.layoff_id) if filed.layoff_id else None
        if layoff is None:
            self.carry_out(Plan(corrections=(marked(article_id, true=False),)))
            click.echo(f"Article {article_id} reports no layoff, and never will.")
            return
        self.carry_out(dismissed(self.case(layoff), article_id, self.policy, self.now))
        click.echo(f"Article {article_id} has left layoff {layoff.id}, and will not come back.")
        if layoff.reports > 1:
            self.show(layoff.id)

    def report(self, article_id: str) -> None:
        filed = self._archive.decisions.of(article_id)
        if filed.copy:
            raise CorrectionError(f"article {article_id} repeats another; `pinkslip why {article_id}` names it")
        self.carry_out(Plan(corrections=(marked(article_id, true=True),)))
        if filed.layoff_id is not None:
            click.echo(f"Article {article_id} reports layoff {filed.layoff_id}, and will go on to.")
            return
        (judged,) = decide.judge([filed.article], self._settings.pack, self._settings.directory)
        source = next((each for each in self._settings.sources if each.id == filed.article.source_id), None)
        source = source or Source(id=filed.article.source_id, url="")
        known = self._archive.known(source.id, [judged], self.now, self.policy.window)
        plan = self.carry_out(replace(decide.plan_article(judged, source, known, self.policy, self.now), pages=()))
        layoff_id = self._archive.decisions.of(article_id).layoff_id
        owed = len(plan.alerts)
        click.echo(f"Article {article_id} reports layoff {layoff_id}; {owed} alert{'' if owed == 1 else 's'} owed.")
        self.show(layoff_id or "")

    def show(self, layoff_id: str) -> None:
        layoff = self._reader.layoff(layoff_id)
        if layoff is not None:
            tell(self._reader, layoff)

    def _read(self, layoff: Layoff) -> list[Judged]:
        """The reports as rules and people decided them, with what is read from them now."""
        archived = self._archive.decisions.reports(layoff.id)
        marks = self._archive.marks([each.article.id for each in archived])
        judged = decide.judge((each.article for each in archived), self._settings.pack, self._settings.directory)
        decided = [replace(new, flag=each.flag) for each, new in zip(archived, judged, strict=True)]
        return [as_marked(each, marks.get(each.article.id)) for each in decided]
