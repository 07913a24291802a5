"""What the demo says at its end: what happened, what was passed over and why, what is missing, where to look next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from rich.text import Text

from monitor.archive.reader import Counts
from monitor.demo.folder import Folder
from monitor.demo.receiver import Receiver
from monitor.demo.screen import ACCENT, QUIET
from monitor.demo.stories import Programme, Story
from monitor.demo.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An article in the archive. ``kind`` says what it is instead of a layoff, where a rule knows."""

    url: str | None
    flagged: bool
    kind: str | None
    copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One demonstration, ended. ``published`` has the moment of each story by its link."""

    took: float
    plan: Programme
    asked: Mapping[str, int]
    polls: int
    counts: Counts | None
    seen: tuple[Seen, ...]
    receiver: Receiver
    stories: Mapping[str, Story]
    published: Mapping[str, datetime]
    verdict: Verdict
    exit_code: int

    @property
    def good(self) -> bool:
        return not self.complaints

    @property
    def complaints(self) -> tuple[str, ...]:
        """What is not as it should be."""
        found = [*self.verdict.missing, *self.verdict.wrong]
        if self.exit_code:
            found.append(f"the daemon ended with {self.exit_code}")
        if self.counts is None:
            found.append("the daemon made no archive")
        if self.asked["closed"]:
            found.append("a page was asked for that robots.txt closes")
        return tuple(found)


def told(run: Run, folder: Folder, pinkslip: str) -> Iterable[Text]:
    """``pinkslip`` is how the command is called here."""
    yield Text(f"\nWhat happened in {run.took:.0f} s", ACCENT)
    yield from map(Text, _happened(run))
    yield Text("\nPassed over, and why", ACCENT)
    yield from map(Text, _passed(run))
    yield Text("\nWhere to look", ACCENT)
    yield from _look(run, folder, pinkslip)
    yield from _ending(run, folder)


def _happened(run: Run) -> Iterable[str]:
    asked, receiver, counts = run.asked, run.receiver, run.counts
    yield (
        f"  {len(run.plan.outlets)} sources polled {run.polls} times: {asked['feed']} feeds,"
        f" {asked['not_modified']} × “not modified”, {asked['unavailable']} × “come back later”"
    )
    yield (
        f"  {asked['page'] + asked['gone']} article pages crawled, {asked['gone']} of them gone;"
        f" of those that robots.txt closes, {asked['closed']}"
    )
    if counts is None:
        return
    entries, articles, copies = len(run.plan.stories), len(run.seen), sum(article.copy for article in run.seen)
    yield (
        f"  {entries} entries, {articles} articles: {entries - articles} had a known link, {copies} the text of another"
    )
    yield f"  {counts.flagged} flagged, {articles - counts.flagged} passed over; {counts.layoffs} layoffs"
    states = " + ".join(f"{number} {state}" for state, number in counts.alerts.items())
    yield f"  {counts.decided} alerts decided = {states}"
    yield (
        f"  the receiver verified {receiver.verified} signatures, answered {receiver.failures} × 500"
        f" and {receiver.refusals} × 429,"
    )
    yield f"  dropped {receiver.repeats} repeat by its id, and has {len(receiver.taken)} alerts, each once"
    lags = _lags(run)
    if lags:
        yield (
            f"  from publication to alert: median {median(lags):.1f} s, longest {max(lags):.1f} s,"
            " the wait for a poll included"
        )


def _lags(run: Run) -> list[float]:
    """Seconds from the first report's publication to the taking of the alert that opens its layoff."""
    return [
        (alert.at - min(dates)).total_seconds()
        for alert in run.receiver.taken.values()
        if alert.type == "layoff.opened"
        and (dates := [run.published[url] for url in alert.urls if url in run.published])
    ]


def _passed(run: Run) -> Iterable[str]:
    kinds = {article.url: article.kind for article in run.seen if not article.flagged}
    for url, story in run.stories.items():
        if story.instead is not None and url in kinds and not story.baseline:
            yield f"  {_fitted(story.title, 62)}  {(kinds[url] or 'no rule fired').replace('_', ' ')}"


def _fitted(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else text[: width - 1] + "…"


def _look(run: Run, folder: Folder, pinkslip: str) -> Iterable[Text]:
    command = f"{pinkslip} --config {folder.path}"
    example = next((url for url, story in run.stories.items() if story.instead == "macro"), "ID")
    for words, what in (
        (f"{command} layoffs list", "the layoffs, newest first"),
        (f"{command} search lay-off", "full text over the archive"),
        (f"{command} why {example}", "the whole path of one article"),
        (f"{command} alerts list", "what was owed, and to whom"),
        (f"sqlite3 {folder.archive}", "one SQLite file; begin with its view latest_layoffs"),
        (f"less {folder.log}", "one line per thing that happened"),
    ):
        yield Text.assemble(f"  {words}", (f"  # {what}", QUIET))


def _ending(run: Run, folder: Folder) -> Iterable[Text]:
    if not run.good:
        yield Text("\nNot as it should be", ACCENT)
        yield from (Text(f"  {complaint}") for complaint in run.complaints)
        yield Text(f"  the daemon's log may say why: {folder.log}")
        return
    layoffs = sum(alert.type == "layoff.opened" for alert in run.receiver.taken.values())
    told = f"All {layoffs} layoffs since the first poll were told, each once; nothing else was."
    yield Text(f"\n{told} The daemon stopped cleanly.")
