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
        "attached",
    ]
    assert [each["duplicate_of"] for each in answers[4:]] == ["one", None]
    assert len({each["layoff"] for each in answers if each["layoff"]}) == 1
    told = [[alert["kind"] for alert in each["alerts"]] for each in answers]
    assert told == [["layoff.opened"], [], ["layoff.updated"], [], [], []]
    assert answers[2]["alerts"][0] == {
        "channel": "console",
        "kind": "layoff.updated",
        "state": "pending",
        "reason": "900, was 400",
    }


def test_an_article_that_speaks_of_a_layoff_at_second_sight_opens_it(replay):
    first = line("Live: news of the day at Halvora", "2026-03-01", id="one", url="https://a.example/live")
    second = line("Halvora to cut 400 jobs", "2026-03-02", id="two", url="https://a.example/live")
    assert [each["outcome"] for each in replay(first, second, second)] == ["not_flagged", "opened", "duplicate"]


@pytest.mark.parametrize("absurd", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Mon, 01 Jan 0001 00:00:00 +0000"])
def test_a_year_that_no_news_has_is_no_date(replay, absurd):
    twice = (line("Halvora to cut 400 jobs", absurd, id="one"), line("Halvora cuts 400 jobs", absurd, id="two"))
    assert [each["outcome"] for each in replay(*twice)] == ["opened", "attached"]


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


WORDS = [
    "the",
    "company",
    "said",
    "on",
    "that",
    "day",
    "its",
    "plant",
    "would",
    "close",
    "and",
    "people",
    "go",
    "as",
    "orders",
    "fall",
    "in",
    "many",
    "towns",
]


def long_text(dice, words=200):
    return " ".join(f"{dice.choice(WORDS)}{dice.randint(0, 40)}" for _ in range(words))


def test_a_text_with_a_few_words_changed_is_a_copy_unless_it_names_another_employer(tmp_path):
    dice = random.Random(3)
    text = long_text(dice).split()
    edited = [word if dice.random() > 0.03 else "otherwise" for word in text]
    memory, archive = Memory(POLICY.window), Archive.open(tmp_path / "a.db")
    with archive.writing():
        archive.sources.enroll([source(), source("wire")], NOW)
    told = []
    for name, company, words in (("herald", "Halvora", text), ("wire", "Halvora", edited), ("wire", "Brantiq", edited)):
        each = judged(f"{company} cuts jobs", company, 400, source_id=name, body=" ".join(words))
        plan = decide.plan_article(each, source(name, **NEVER_CRAWLED), memory.known(each, NOW), POLICY, NOW)
        memory.apply(plan, NOW)
        with archive.writing():
            known = archive.known(name, [each], NOW, POLICY.window)
            kept = decide.plan_article(each, source(name, **NEVER_CRAWLED), known, POLICY, NOW)
            archive.apply(kept, NOW)
        assert [one.duplicate_of for one in plan.articles] == [one.duplicate_of for one in kept.articles]
        told.append(kept.articles[0].duplicate_of is not None)
    archive.close()
    assert told == [False, True, False]


def test_keys_of_copies_are_kept_for_a_year(tmp_path):
    archive = Archive.open(tmp_path / "a.db")
    dice = random.Random(4)
    for at in (NOW, NOW + timedelta(days=500)):
        each = judged("Halvora cuts jobs", "Halvora", 400, body=long_text(dice), url=f"https://a.example/{at}")
        with archive.writing():
            archive.sources.enroll([source()], at)
            archive.apply(decide.plan_article(each, source(**NEVER_CRAWLED), decide.Known(), POLICY, at), at)
    assert len({row["segment"] for row in archive.db.query("select segment from bands")}) == 1
    archive.close()


@pytest.mark.parametrize("seed", range(3))
def test_memory_decides_as_the_archive_does(tmp_path, seed):
    memory, archive = Memory(POLICY.window), Archive.open(tmp_path / "a.db")
    with archive.writing():
        archive.sources.enroll([source()], NOW)
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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Halvora considering layoffs", "Halvora begins layoffs"),
        ("Halvora lays off 500", "Halvora lays off another 500"),
        ("Halvora cuts 5% of workforce", "Halvora cuts 15% of workforce"),
        ("Halvora cuts jobs in Ohio", "Halvora cuts jobs in Texas"),
        ("Halvora. Lay. Off 300; workers", "Halvora to lay off 300 workers"),
        ("Layoffs at Zorblax", "Layoffs at Quuxly"),
    ],
)
def test_a_copy_never_hides_what_would_have_been_told(replay, first, second):
    rest = long_text(random.Random(5))
    answers = replay(
        line(first, "2026-03-01T09:00:00Z", id="one", body=rest),
        line(second, "2026-03-01T11:00:00Z", id="two", source="Wire", body=rest),
    )
    assert answers[1]["outcome"] != "duplicate"


def test_a_surrogate_in_a_source_ends_nothing(replay):
    broken = '{"title": "Halvora to cut 500 jobs", "source": "\\udfff"}'
    assert [each["outcome"] for each in replay(broken, line("Rates fall"))] == ["opened", "not_flagged"]
