"""What channels hear over many polls and pages, on a real archive: everything that is news, each of it once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import decide, tell
from monitor.alerts.retries import retry_at
from monitor.archive import Archive
from monitor.duplicates import fingerprint
from monitor.model import Delivery, Policy, Quiet, Route, Stage, Verdict
from scrapers.items import FullText, Memory
from tests.making import CONSOLE, CRM, NOW, POLICY, judged, news, source, state

WAITING = replace(POLICY, page_wait=timedelta(seconds=20))


def carried_by(name, item):
    article = replace(item.article, source_id=name)
    return replace(item, article=article, fingerprint=fingerprint(article))


class World:
    """An archive, its sources, and a clock that goes on a minute with every poll."""

    def __init__(self, folder):
        self.archive = Archive.open(folder / "pinkslip.db")
        self.policy = POLICY
        self.now = NOW
        self.sources = {}

    def poll(self, name, *items, baseline=False, **settings):
        self.now += timedelta(minutes=1)
        self.sources[name] = source(name, **settings)
        items = tuple(carried_by(name, item) for item in items)
        with self.archive.writing():
            self.archive.sources.enroll([self.sources[name]], self.now)
            known = self.archive.known(name, items, self.now, self.policy.window)
            plan = decide.plan(
                self.sources[name],
                state(name, baseline=baseline),
                news(*items),
                items,
                known,
                self.policy,
                memory=Memory(),
                now=self.now,
                jitter=0.0,
            )
            self.archive.apply(plan, self.now)

    def page(self, item, *, jobs=None, company=None, **changes):
        """The page of an article comes, and says what ``changes`` say."""
        read = judged(item.article.title, company, jobs, **changes)
        with self.archive.writing():
            wanted = self.archive.pages_wanted(10)
            request = next(each for each in wanted if each.article.id == item.article.id)
            article = replace(request.article, body="All of it. " * 50, text_origin="page")
            read = replace(read, article=article, fingerprint=fingerprint(article))
            name = article.source_id
            known = self.archive.known(name, (read,), self.now, self.policy.window)
            plan = decide.plan_article(
                read, self.sources[name], known, self.policy, self.now, baseline=request.baseline
            )
            self.archive.apply(plan, self.now)
            self.archive.page_done(article.id, "read", self.now)

    def attempt(self, verdict=Verdict.SENT, channel="console"):
        with self.archive.writing():
            alert = self.archive.outbox.take(channel, self.now)
            if alert is None:
                return None
            delivery = Delivery(
                alert_id=alert.id,
                channel_id=channel,
                attempt=alert.attempts,
                started_at=self.now,
                took=timedelta(0),
                verdict=verdict,
                status=None,
                detail="",
            )
            refusals, _ = self.archive.outbox.history(alert)
            self.archive.outbox.record(alert, delivery, retry_at(refusals + 1, delivery, self.now, 0.5))
        return alert

    def send_all(self):
        while self.attempt():
            pass

    def told(self):
        """Kind and state of each alert, in order."""
        rows = self.archive.db.query("select kind, state from alerts order by rowid")
        return [(row["kind"].removeprefix("layoff."), row["state"]) for row in rows]

    def rows(self, table):
        return list(self.archive.db.query(f"select * from {table}"))


def release(world):
    with world.archive.writing():
        held = world.archive.outbox.releasable(world.now)
        layoffs = world.archive.layoffs({alert.layoff_id for alert in held})
        world.archive.outbox.add(tell.release(held, layoffs, world.policy.channels, world.now))


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.archive.close()


def test_a_route_by_size_hears_when_the_page_brings_the_number(world):
    world.policy = replace(WAITING, routes=(Route(channel="console", min_headcount=50),))
    item = judged("Halvora cuts 20 jobs in Porto", "Halvora", 20, source_id="herald")
    world.poll("herald", item)
    world.page(item, company="Halvora", jobs=500)
    assert world.told() == [("opened", "pending")]


def test_a_route_by_company_hears_when_the_page_names_it(world):
    world.policy = replace(WAITING, routes=(Route(channel="console", companies=frozenset({"halvora"})),))
    item = judged("Cloud giant cuts 500 jobs", None, 500)
    world.poll("herald", item)
    world.page(item, company="Halvora", jobs=500)
    assert world.told() == [("opened", "pending")]


def test_a_page_that_names_an_employer_joins_its_layoff(world):
    world.policy = WAITING
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, body="text"))
    world.send_all()
    item = judged("Cloud giant cuts 500 jobs", None, 500)
    world.poll("wire", item)
    world.page(item, company="Halvora", jobs=500)
    assert world.told() == [("opened", "delivered"), ("opened", "suppressed")]
    assert sorted(row["reports"] for row in world.rows("layoffs")) == [0, 2]


def test_a_page_that_says_otherwise_takes_the_alert_back(world):
    world.policy = WAITING
    item = judged("Halvora cuts 500 jobs", "Halvora", 500)
    world.poll("herald", item)
    world.page(item, flagged=False, kind="sports")
    assert world.told() == [("opened", "suppressed")]


def test_a_page_that_says_otherwise_takes_back_what_a_digest_would_tell(world):
    world.policy = WAITING
    item = judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(hours=8))
    world.poll("herald", item)
    world.page(item, flagged=False, kind="sports")
    assert world.told() == [("opened", "suppressed")]


def test_a_page_of_a_first_poll_is_told_to_nobody(world):
    item = judged("Halvora quarterly results", "Halvora", flagged=False, kind=None)
    world.poll("herald", item, baseline=True, full_text=FullText.ALWAYS)
    world.page(item, company="Halvora", jobs=500)
    assert (world.told(), len(world.rows("layoffs"))) == ([], 1)


def test_a_page_is_not_lost_to_a_poll_that_was_asked_before_it_came(world):
    world.policy = WAITING
    item = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1")
    world.poll("herald", item)
    edited = judged("Halvora cuts 500 jobs!", "Halvora", 500, url="https://herald.example/1")
    world.page(item, company="Halvora", jobs=500)
    world.poll("herald", edited)
    assert [row["text_origin"] for row in world.rows("articles")] == ["page"]


def test_an_edit_that_denies_is_told(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1"))
    world.send_all()
    denied = judged("Halvora denies", "Halvora", flagged=False, kind="denied", url="https://herald.example/1")
    world.poll("herald", denied)
    assert world.told() == [("opened", "delivered"), ("reversed", "pending")]


def test_a_figure_from_a_first_poll_is_told_with_the_next_report(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    world.send_all()
    world.poll("wire", judged("Halvora cuts 5,000 jobs", "Halvora", 5000), baseline=True)
    world.poll("post", judged("Halvora axes 5,000 jobs", "Halvora", 5000))
    assert world.told() == [("opened", "delivered"), ("updated", "pending")]


def test_small_steps_add_up_to_news(world):
    world.poll("herald", judged("Halvora cuts 1,000 jobs", "Halvora", 1000))
    world.send_all()
    world.poll("wire", judged("Halvora cuts 1,090 jobs", "Halvora", 1090))
    world.poll("post", judged("Halvora cuts 1,300 jobs", "Halvora", 1300))
    assert world.told() == [("opened", "delivered"), ("updated", "pending")]


def test_an_old_cut_does_not_swallow_a_new_one(world):
    long_ago = NOW - timedelta(days=90)
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=long_ago), baseline=True)
    world.poll("herald", judged("Halvora cuts another 200 jobs", "Halvora", 200))
    assert (len(world.rows("layoffs")), world.told()) == (2, [("opened", "pending")])


def test_a_report_with_an_old_date_does_not_draw_new_ones_away(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500))
    world.send_all()
    stale = judged("Halvora to cut 900 jobs, says", "Halvora", 900, published_at=NOW - timedelta(days=20))
    world.poll("wire", stale)
    world.poll("post", judged("Halvora is cutting 500 jobs", "Halvora", 500))
    assert world.told() == [("opened", "delivered"), ("opened", "held")]


@pytest.mark.parametrize("year", [1, 1926, 1970])
def test_news_with_an_absurd_date_is_told_late_rather_than_never(world, year):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW.replace(year=year)))
    assert world.told() == [("opened", "held")]
    assert world.rows("articles")[0]["published_at"].startswith(f"{year:04}-11-23T")


def test_old_news_is_not_told_in_quiet_hours(world):
    quiet = Quiet(time(11, 0), time(23, 0), ZoneInfo("UTC"))
    world.policy = replace(POLICY, routes=(Route(channel="console", quiet=quiet),))
    world.poll("herald", judged("Halvora cuts", "Halvora", 500, published_at=NOW - timedelta(hours=8)))
    assert world.rows("alerts")[0]["due_at"].startswith("2026-11-23T23:00")


def test_an_unsent_update_says_the_last_of_it(world):
    world.policy = Policy(channels=(CRM,), page_wait=timedelta(0))
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    world.attempt(channel="crm")
    world.poll("wire", judged("Halvora cuts 200 jobs", "Halvora", 200))
    world.poll("post", judged("Halvora calls it off", "Halvora", flagged=False, kind="reversed"))
    body = json.loads(world.rows("alerts")[1]["body"])
    assert (body["type"], body["data"]["stage"], body["data"]["previous"]["headcount"]) == (
        "layoff.reversed",
        "reversed",
        100,
    )


def test_an_update_never_overtakes_the_opening(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    world.attempt(Verdict.RETRY)
    world.poll("wire", judged("Halvora cuts 900 jobs", "Halvora", 900))
    assert [world.attempt().kind, world.attempt().kind] == ["layoff.opened", "layoff.updated"]


def test_a_channel_that_is_gone_stays_owed(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    world.attempt(Verdict.DISABLED)
    assert (world.told(), world.attempt()) == ([("opened", "pending")], None)
    with world.archive.writing():
        world.archive.outbox.enable(["console"])
    assert world.attempt() is not None


def test_an_alert_sent_again_keeps_its_words(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    first = world.attempt()
    with world.archive.writing():
        world.archive.outbox.replay([first.id], world.now)
    world.poll("wire", judged("Halvora cuts 900 jobs", "Halvora", 900))
    assert world.attempt().body == first.body
    assert world.told() == [("opened", "delivered"), ("updated", "pending")]


def test_an_alert_sent_again_has_its_whole_schedule_before_it(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    for _ in range(10):
        world.attempt(Verdict.RETRY)
        world.now = datetime.fromisoformat(world.rows("alerts")[0]["due_at"])
    assert world.told() == [("opened", "dead")]
    with world.archive.writing():
        world.archive.outbox.replay([world.rows("alerts")[0]["id"]], world.now)
    world.attempt(Verdict.RETRY)
    assert world.told() == [("opened", "pending")]


def test_being_asked_to_wait_is_no_refusal(world):
    world.poll("herald", judged("Halvora cuts 100 jobs", "Halvora", 100))
    for _ in range(12):
        world.attempt(Verdict.THROTTLED)
        world.now += timedelta(hours=1)
    world.attempt(Verdict.RETRY)
    assert world.told() == [("opened", "pending")]


def test_what_a_digest_told_is_not_told_again(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(hours=8)))
    with world.archive.writing():
        held = world.archive.outbox.gathering()
        layoffs = world.archive.layoffs({alert.layoff_id for alert in held})
        world.archive.outbox.add(tell.release(held, layoffs, (CONSOLE,), world.now))
    world.send_all()
    world.poll("wire", judged("Halvora cuts 500 jobs now", "Halvora", 500))
    assert [kind for kind, _ in world.told()] == ["opened", "digest"]


def test_a_denial_is_not_undone_by_a_slower_outlet(world):
    world.poll("herald", judged("Halvora may cut", "Halvora", 500, stage=Stage.RUMOURED))
    world.send_all()
    world.poll("wire", judged("Halvora denies", "Halvora", flagged=False, kind="denied"))
    world.send_all()
    world.poll("post", judged("Halvora to cut 500 jobs", "Halvora", 500, stage=Stage.PLANNED))
    assert [kind for kind, _ in world.told()] == ["opened", "reversed"]


def test_a_source_that_got_another_address_during_its_poll_begins_anew(world):
    world.poll("herald", judged("Nothing much", flagged=False, kind=None), baseline=True)
    old = world.sources["herald"]
    with world.archive.writing():
        (before,) = world.archive.sources.states(["herald"])
        world.archive.sources.enroll([replace(old, url="https://other.example/feed")], world.now)
        known = world.archive.known("herald", (), world.now, POLICY.window)
        plan = decide.plan(old, before, news(), (), known, POLICY, memory=Memory(), now=world.now, jitter=0.0)
        world.archive.apply(plan, world.now)
        (after,) = world.archive.sources.states(["herald"])
    assert (after.succeeded_at, after.url) == (None, "https://other.example/feed")


def test_words_of_another_source_that_say_what_nobody_reported_are_told(world):
    url = "https://herald.example/1"
    world.poll("forum", judged("Halvora restructures", flagged=False, kind=None, url=url))
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, url=url))
    assert world.told() == [("opened", "pending")]


@pytest.mark.parametrize("copied", [{}, {"url": "https://copy.example/1"}])
def test_what_a_first_poll_had_is_news_when_another_source_brings_it(world, copied):
    words = "Halvora will let 500 people go in Lisbon, its chief executive told all employees on Monday morning."
    url = "https://herald.example/1"
    item = judged("Halvora cuts 500 jobs", "Halvora", 500, url=url, summary=words)
    world.poll("new", item, baseline=True)
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, summary=words, **{"url": url, **copied}))
    assert world.told() == [("opened", "pending")]


def test_a_source_that_changes_its_links_all_the_time_is_told_once(world):
    for n in range(5):
        item = judged("Carmaker to cut 500 jobs", None, 500, url=f"https://herald.example/{n}")
        world.poll("herald", item)
    assert world.told() == [("opened", "pending")]


def test_a_number_that_comes_long_after_is_another_cut(world):
    world.poll("herald", judged("Halvora cuts 16,000 jobs", "Halvora", 16_000))
    for week in range(1, 6):
        world.now = NOW + timedelta(days=10 * week)
        world.poll("herald", judged(f"Halvora after the cuts, {week}", "Halvora", published_at=world.now))
    world.poll("herald", judged("Halvora cuts 5,000 jobs", "Halvora", 5_000, published_at=world.now))
    assert len(world.rows("layoffs")) == 2


def test_denial_and_report_taking_turns_are_told_once_each(world):
    for n in range(6):
        world.poll("herald", judged(f"Halvora to cut 500 jobs {n}", "Halvora", 500, stage=Stage.PLANNED))
        world.send_all()
        world.poll("wire", judged(f"Halvora denies {n}", "Halvora", flagged=False, kind="denied"))
        world.send_all()
    assert [kind for kind, _ in world.told()] == ["opened", "reversed"]


def test_a_new_report_beside_an_edit_that_takes_back_is_told(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1"), baseline=True)
    world.poll(
        "herald",
        judged("Halvora plays football", "Halvora", flagged=False, kind="sports", url="https://herald.example/1"),
        judged("Halvora to cut 700 jobs", "Halvora", 700),
    )
    assert ("opened", "pending") in world.told()


def test_news_after_a_denial_that_nobody_was_told_of_is_told(world):
    world.poll(
        "herald",
        judged("Halvora may cut", "Halvora", 10, stage=Stage.RUMOURED),
        judged("Halvora denies", "Halvora", flagged=False, kind="denied"),
    )
    world.poll("wire", judged("Halvora cuts 5,000 jobs", "Halvora", 5000, stage=Stage.ANNOUNCED))
    world.poll("post", judged("Halvora to lay off 5,000", "Halvora", 5000, stage=Stage.PLANNED))
    assert world.told()


def test_news_after_a_denial_of_what_a_first_poll_had_is_told(world):
    world.poll("herald", judged("Halvora may cut", "Halvora", 10, stage=Stage.RUMOURED), baseline=True)
    world.poll("wire", judged("Halvora denies", "Halvora", flagged=False, kind="denied"))
    world.poll("post", judged("Halvora cuts 5,000 jobs", "Halvora", 5000))
    assert world.told()


def test_a_placeholder_that_becomes_the_story_is_told(world):
    world.poll(
        "herald", judged("Breaking news more to follow", flagged=False, kind=None, url="https://herald.example/1")
    )
    world.poll(
        "herald", judged("Breaking news more to follow", flagged=False, kind=None, url="https://herald.example/2")
    )
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/2"))
    assert world.told() == [("opened", "pending")]


def test_a_copy_in_a_first_poll_is_news_when_another_source_brings_it(world):
    words = "Halvora will let 500 people go in Lisbon, its chief executive told all employees on Monday morning."
    a = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1", summary=words)
    b = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/2", summary=words)
    world.poll("new", a, b, baseline=True)
    world.poll("herald", b)
    assert world.told() == [("opened", "pending")]


def test_two_pages_that_both_say_otherwise_take_the_alert_back(world):
    world.policy = WAITING
    a, b = judged("Halvora cuts 500 jobs", "Halvora", 500), judged("Halvora to cut 500", "Halvora", 500)
    world.poll("herald", a, b)
    world.page(a, flagged=False, kind="sports")
    world.page(b, flagged=False, kind="sports")
    assert world.told() == [("opened", "suppressed")]


def test_what_a_page_disproved_is_not_news_from_another_source(world):
    a = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1")
    world.poll("new", a, baseline=True, full_text=FullText.ALWAYS)
    world.page(a, flagged=False, kind="sports")
    world.poll(
        "wire", judged("Halvora cuts 500 jobs", "Halvora", flagged=False, kind="sports", url="https://herald.example/1")
    )
    assert world.told() == []


def test_a_figure_that_was_taken_back_does_not_come_back(world):
    world.policy = WAITING
    a = judged("Halvora cuts 5,000 jobs", "Halvora", 5000)
    world.poll("herald", a)
    world.page(a, flagged=False, kind="sports")
    world.poll("wire", judged("Halvora cuts 20 jobs", "Halvora", 20))
    bodies = [r["body"] for r in world.rows("alerts") if r["state"] == "pending"]
    assert b"5,000" not in bodies[-1]


def test_members_share_the_fate_of_a_digest_that_is_sent_again(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(hours=8)))
    world.now += timedelta(minutes=2)
    release(world)
    world.attempt(Verdict.PERMANENT)
    assert world.told() == [("opened", "dead"), ("digest", "dead")]
    with world.archive.writing():
        world.archive.outbox.replay([r["id"] for r in world.rows("alerts")], world.now)
    world.send_all()
    assert world.told() == [("opened", "delivered"), ("digest", "delivered")]


def test_what_a_wrong_clock_held_is_told(world):
    world.now += timedelta(days=400)
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=world.now - timedelta(hours=8)))
    world.now -= timedelta(days=399)
    release(world)
    assert [k for k, _ in world.told()] == ["opened", "digest"]


def test_an_update_does_not_overtake_the_digest_before_it(world):
    world.poll("herald", judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(hours=8)))
    world.now += timedelta(minutes=2)
    release(world)
    world.attempt(Verdict.RETRY)
    world.poll("wire", judged("Halvora cuts 5,000 jobs", "Halvora", 5000))
    assert world.attempt().kind == "digest"


def test_what_was_taken_back_is_not_sent_again(world):
    world.policy = WAITING
    a = judged("Halvora cuts 500 jobs", "Halvora", 500)
    world.poll("herald", a)
    world.page(a, flagged=False, kind="sports")
    with world.archive.writing():
        world.archive.outbox.replay([r["id"] for r in world.rows("alerts")], world.now)
    assert world.told() == [("opened", "suppressed")]


@pytest.mark.parametrize("year", [1, 900])
def test_a_date_before_the_year_1000_spoils_nothing(world, year):
    world.poll("evil", judged("Halvora cuts 1 job", "Halvora", 1, published_at=datetime(year, 6, 1, tzinfo=UTC)))
    for n in range(3):
        world.poll(f"herald{n}", judged(f"Halvora cuts 5,000 jobs {n}", "Halvora", 5000, published_at=None))
    with world.archive.writing():
        held = world.archive.outbox.gathering()
        world.archive.layoffs({a.layoff_id for a in held})
    assert ("opened", "pending") in world.told()


def test_a_report_whose_employer_changed_moves_and_is_told_as_what_it_is_now(world):
    mistaken = judged("Halvora cuts 500 jobs", "Halvora", 500)
    world.poll("herald", mistaken)
    world.send_all()
    corrected = judged("Brantiq cuts 75 jobs", "Brantiq", 75, url=mistaken.article.url)
    world.poll("herald", corrected)
    assert world.told() == [("opened", "delivered"), ("opened", "pending")]
    layoffs = {row["company"]: row["reports"] for row in world.rows("layoffs")}
    assert layoffs == {"Halvora": 0, "Brantiq": 1}


def test_an_alert_that_no_route_takes_any_more_is_taken_back(world):
    world.policy = replace(WAITING, routes=(Route(channel="console", min_headcount=50),))
    first = judged("Halvora cuts jobs", "Halvora")
    world.poll("herald", first, full_text=FullText.AUTO)
    world.page(first, company="Halvora", jobs=10)
    assert world.told() == [("opened", "suppressed")]
