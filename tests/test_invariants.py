"""What holds after every step of any sequence of polls, pages, sends, digests, restarts and jumps of the clock."""

import random
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import decide, routes, tell
from monitor.archive import Archive
from monitor.archive.outbox import imbalances, ledger
from monitor.model import Policy, Quiet, Route, Stage, Verdict
from scrapers.items import FullText
from tests.making import CONSOLE, CRM, judged
from tests.test_sequences import World

WORDS = "and its chief executive told all employees on Monday morning in a long letter to everyone"
ON = tuple(stage for stage in Stage if not stage.undone)
CHANNELS = ("console", "crm")
NIGHT = Quiet(time(22), time(7), ZoneInfo("America/New_York"))
ROUTES = (
    (),
    (Route(channel="console"), Route(channel="crm", min_headcount=500)),
    (Route(channel="console", quiet=NIGHT), Route(channel="crm", stages=frozenset({Stage.CONFIRMED, Stage.ANNOUNCED}))),
    (Route(channel="console", companies=frozenset({"halvora"})), Route(channel="crm")),
)


class Sequence:
    """One random history of a world."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.any = random.Random(seed)
        self.world = World(folder)
        self.world.policy = Policy(
            channels=(CONSOLE, CRM),
            routes=self.any.choice(ROUTES),
            storm=self.any.choice([2, 20]),
            page_wait=timedelta(seconds=self.any.choice([0, 20])),
        )
        self.polled = set()
        self.bodies = {}

    def step(self):
        kinds = {
            self.poll: 8,
            self.page: 3,
            self.send: 4,
            self.digest: 2,
            self.wait: 2,
            self.restart: 1,
            self.replay: 1,
        }
        self.any.choices(list(kinds), list(kinds.values()))[0]()

    def item(self):
        company = self.any.choice([None, "Halvora", "Brantiq", "Corvex"])
        jobs = self.any.choice([None, 1, 20, 500, 520, 5000])
        flagged = self.any.random() < 0.6
        kind = "layoff" if flagged else self.any.choice(["denied", "reversed", None, "sports"])
        age = self.any.choice([None, 5, 5, 60 * 8, 60 * 24 * 40, -600])
        return judged(
            f"{company or 'Firm'} {kind} {jobs} jobs {self.any.randrange(3)}",
            company,
            jobs,
            stage=self.any.choice(ON),
            flagged=flagged,
            kind=kind,
            url=f"https://x.example/{self.any.randrange(24)}",
            published_at=None if age is None else self.world.now - timedelta(minutes=age),
            summary=self.any.choice(["", WORDS]),
        )

    def poll(self):
        name = self.any.choice(["herald", "wire", "post", "forum"])
        items = {item.article.id: item for item in (self.item() for _ in range(self.any.randint(1, 4)))}.values()
        settings = {"full_text": self.any.choice(list(FullText))}
        self.world.poll(name, *items, baseline=name not in self.polled, **settings)
        self.polled.add(name)
        before = self.state()
        self.world.poll(name, *items, **settings)
        assert self.state() == before, "planned twice, it plans something"

    def page(self):
        with self.world.archive.writing():
            wanted = self.world.archive.pages_wanted(10)
        for request in wanted[:1]:
            article = replace(request.article, body="All of it. " * 50, text_origin="page")
            read = replace(self.item(), article=article)
            archive, policy, now = self.world.archive, self.world.policy, self.world.now
            source = self.world.sources[article.source_id]
            with archive.writing():
                known = archive.known(source.id, (read,), now, policy.window)
                archive.apply(decide.plan_article(read, source, known, policy, now, baseline=request.baseline), now)
                archive.page_done(article.id, "read", now)

    def send(self):
        verdict = self.any.choice([Verdict.SENT, Verdict.SENT, Verdict.RETRY, Verdict.THROTTLED, Verdict.PERMANENT])
        self.world.attempt(verdict, self.any.choice(CHANNELS))

    def digest(self):
        archive = self.world.archive
        with archive.writing():
            held = archive.outbox.releasable(self.world.now)
            layoffs = archive.layoffs({alert.layoff_id for alert in held})
            archive.outbox.add(tell.release(held, layoffs, self.world.policy.channels, self.world.now))

    def wait(self):
        self.world.now += timedelta(minutes=self.any.choice([1, 7, 60, 60 * 9, 60 * 24 * 3, 60 * 24 * 11]))

    def restart(self):
        self.world.archive.close()
        self.world.archive = Archive.open(self.folder / "pinkslip.db")
        with self.world.archive.writing():
            self.world.archive.outbox.enable(CHANNELS)

    def replay(self):
        ids = [alert["id"] for alert in self.world.rows("alerts")]
        with self.world.archive.writing():
            self.world.archive.outbox.replay(self.any.sample(ids, min(len(ids), 2)), self.world.now)

    def settle(self):
        """Time passes, somebody reloads, and the channels answer."""
        self.restart()
        for _ in range(30):
            self.world.now += timedelta(hours=7)
            self.digest()
            for channel in CHANNELS:
                while self.world.attempt(Verdict.SENT, channel):
                    pass

    def state(self):
        return [self.world.rows(table) for table in ("alerts", "layoffs", "reports")]

    def check(self):
        alerts, layoffs, reports = self.state()
        for alert in alerts:
            if alert["attempts"]:
                assert self.bodies.setdefault(alert["id"], alert["body"]) == alert["body"], "words changed once sent"
        assert imbalances(ledger(self.world.archive.db)) == ()
        by_id = {alert["id"]: alert for alert in alerts}
        for alert in alerts:
            if alert["digest_id"]:
                fate = by_id[alert["digest_id"]]["state"]
                assert alert["state"] == ("held" if fate == "pending" else fate), "a member left its digest"
        standing = [alert for alert in alerts if alert["state"] != "suppressed"]
        opened = Counter((a["channel_id"], a["layoff_id"]) for a in standing if a["kind"] == "layoff.opened")
        assert not opened or max(opened.values()) == 1, "opened twice"
        counted = Counter(report["layoff_id"] for report in reports)
        assert {each["id"]: each["reports"] for each in layoffs if each["reports"]} == dict(counted)

    def untold(self):
        """Flagged articles of which a channel that their layoff is routed to was never owed anything."""
        archive = self.world.archive
        articles = archive.db.query(
            "select articles.id, layoff_id from articles join flags on flags.article_id = articles.id left join reports "
            "on reports.article_id = articles.id where flagged and duplicate_of is null and coalesce(baseline, 0) = 0"
        )
        told = {(a["channel_id"], a["layoff_id"]) for a in self.world.rows("alerts") if a["state"] != "suppressed"}
        for row in list(articles):
            layoff = archive.layoffs({row["layoff_id"]})[row["layoff_id"]]
            for taker in routes.takers(layoff, self.world.policy):
                if (taker.channel.id, layoff.id) not in told:
                    yield row["id"], taker.channel.id


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_everything_is_told_once_whatever_happens(tmp_path, seed):
    sequence = Sequence(tmp_path, seed)
    for _ in range(30):
        sequence.step()
        sequence.check()
    assert list(sequence.untold()) == []
    sequence.settle()
    sequence.check()
    left = Counter(alert["state"] for alert in sequence.world.rows("alerts"))
    assert not left["pending"] + left["held"]
    sequence.world.archive.close()
