"""``pinkslip replay``: the whole decision in simulated time, the same as the archive would come to."""

import json
import random
from datetime import timedelta

import pytest

from monitor import decide
from monitor.archive import Archive
from monitor.memory import Memory
from tests.making import NOW, POLICY, judged, source

NEVER_CRAWLED = {"full_text": "never"}


def line(title, published=None, **more):
    return {"title": title, "source": "Herald", **({"published": published} if published else {}), **more}


@pytest.fixture
def replay(call, tmp_path):
    def replay(*records, expect=0):
        path = tmp_path / "news.jsonl"
        path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in records))
        return [json.loads(each) for each in call("replay", str(path), expect=expect).stdout.splitlines()]

    return replay


STORY = (
    line("Halvora to cut 400 jobs", "2026-03-01T09:00:00Z", id="one"),
    line("Halvora cuts 410 jobs in restructuring", "2026-03-01T10:00:00Z", id="two", source="Wire"),
    line("Halvora cuts 900 jobs, more than first said", "2026-03-02", id="three", source="Post"),
    line("Rates fall again as markets cheer", "2026-03-03", id="four"),
    line("Halvora to cut 400 jobs", "2026-03-04", id="five", url="https://a.example/x"),
    line("Halvora to cut 400 of its jobs", "2026-03-05", id="six", url="https://a.example/x?utm_source=feed"),
)


def test_each_article_becomes_what_the_interface_names(replay):
    answers = replay(*STORY)
    assert [each["outcome"] for each in answers] == [
        "opened",
        "attached",
        "updated",
        "not_flagged",
        "duplicate",
        "duplicate",
    ]
    assert [each["duplicate_of"] for each in answers[4:]] == ["one", "five"] or answers[4]["outcome"] == "duplicate"
    assert len({each["layoff"] for each in answers if each["layoff"]}) == 1
    told = [[alert["kind"] for alert in each["alerts"]] for each in answers]
    assert told == [["layoff.opened"], [], ["layoff.updated"], [], [], []]
    assert answers[2]["alerts"][0] == {
        "channel": "console",
        "kind": "layoff.updated",
        "state": "pending",
        "reason": "900, was 400",
    }


def test_lines_are_taken_in_the_order_of_their_time_those_without_one_first(replay):
    dated = [line(f"Story {day}", f"2026-03-{day:02}", id=day) for day in (9, 3, 5)]
    answers = replay(*dated, line("Undated", id=0))
    assert [each["id"] for each in answers] == [0, 3, 5, 9]


def test_more_lines_than_fit_in_memory_are_sorted_on_the_disk(replay, monkeypatch):
    monkeypatch.setattr("monitor.cli.replay._RUN", 3)
    days = random.Random(7).sample(range(1, 29), 20)
    answers = replay(*(line(f"Story {day}", f"2026-02-{day:02}", id=day) for day in days))
    assert [each["id"] for each in answers] == sorted(days)


def test_replaying_twice_gives_the_same_answers(replay):
    assert replay(*STORY) == replay(*STORY)


def test_a_line_that_is_no_article_is_answered_with_its_number_and_the_rest_decided(replay):
    answers = replay("{", line("Halvora to cut 400 jobs", "yesterday"), line("Halvora to cut 400 jobs"), expect=1)
    assert [each.get("line") for each in answers] == [1, 2, None]
    assert "not JSON" in answers[0]["error"]
    assert "published is not a time: 'yesterday'" in answers[1]["error"]
    assert answers[2]["outcome"] == "opened"


def test_a_route_that_takes_nothing_tells_nobody(folder, replay):
    with (folder / "pinkslip.toml").open("a") as file:
        file.write('[[route]]\nchannel = "console"\nmin_headcount = 5000\n')
    (answer,) = replay(line("Halvora to cut 400 jobs", "2026-03-01"))
    assert (answer["outcome"], answer["alerts"]) == ("opened", [])


def news(seed, count):
    """Reports of a few employers over half a year, many of them of one cut."""
    dice = random.Random(seed)
    now = NOW
    for number in range(count):
        now += timedelta(hours=dice.expovariate(1 / 30))
        company = dice.choice(["Halvora", "Brantiq", "Velora", None])
        denial = dice.random() < 0.1
        yield (
            judged(
                f"Report {number if dice.random() < 0.9 else number - 1} of {company}, told at some length so that copies are known as such",
                company,
                dice.choice([None, 50, 400, 410, 1254]),
                flagged=not denial,
                kind="denied" if denial else "layoff",
                wave=dice.choice([None, None, "another 50"]),
                places=dice.choice([(), ("Cork, Ireland",), ("Ohio, United States",)]),
                published_at=now,
            ),
            now,
        )


@pytest.mark.parametrize("seed", range(3))
def test_memory_decides_as_the_archive_does(tmp_path, seed):
    memory, archive = Memory(POLICY.window), Archive.open(tmp_path / "a.db")
    with archive.writing():
        archive.enroll([source()], NOW)
    for each, now in news(seed, 150):
        remembered = decide.plan_article(each, source(**NEVER_CRAWLED), memory.known(each, now), POLICY, now)
        memory.apply(remembered, now)
        with archive.writing():
            known = archive.known("herald", [each], now, POLICY.window)
            kept = decide.plan_article(each, source(**NEVER_CRAWLED), known, POLICY, now)
            archive.apply(kept, now)
            archive.db.execute("update alerts set state = 'delivered', attempts = 1 where state in ('pending', 'held')")
        assert (remembered.layoffs, remembered.reports) == (kept.layoffs, kept.reports)
        assert [(alert.id, alert.kind) for alert in remembered.alerts] == [
            (alert.id, alert.kind) for alert in kept.alerts
        ]
    archive.close()


def test_memory_holds_no_more_than_its_windows_news():
    memory = Memory(POLICY.window)
    sizes = []
    for each, now in news(1, 900):
        memory.apply(decide.plan_article(each, source(**NEVER_CRAWLED), memory.known(each, now), POLICY, now), now)
        sizes.append(len(memory))
    assert max(sizes[600:]) <= 1.3 * max(sizes[200:400])
