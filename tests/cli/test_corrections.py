"""What people correct stays corrected: layoffs merged and split, articles marked."""

import pytest

from monitor.archive import Archive
from tests.cli.filing import file_headlines, rows, rule, veto, write_rules


@pytest.fixture
def day(folder):
    """A poll of the herald: headlines of today, or of some days ago."""
    write_rules(folder, rule("cuts"), rule("sheds"))
    return lambda *titles, days_ago=1, **changes: file_headlines(folder, *titles, days_ago=days_ago, **changes)


def by_company(folder):
    """Reports and range of each layoff, by employer, those without reports left out."""
    sql = "select company, reports, headcount_low, headcount_high from layoffs where reports > 0 order by opened_at, id"
    return rows(folder, sql)


def ids(folder, company):
    return [
        row[0] for row in rows(folder, f"select id from layoffs where company = '{company}' order by opened_at, id")
    ]


def article(folder, title):
    return rows(folder, f"select id from articles where title = '{title}'")[0][0]


def test_merged_layoffs_are_one_and_take_the_reports_that_either_would_have_had(folder, day, call):
    day("Velora cuts 400 jobs", "Velora Technologies cuts 420 jobs", days_ago=3)
    (first,), (second,) = ids(folder, "Velora"), ids(folder, "Velora Technologies")
    call("layoffs", "merge", first, second)
    day("Velora Technologies sheds 410 jobs", "Velora sheds 405 jobs")
    assert by_company(folder) == [("Velora", 4, 400, 420)]


def test_a_merge_tells_nobody_and_takes_back_what_was_not_sent(folder, day, call):
    day("Velora cuts 400 jobs", "Velora Technologies cuts 420 jobs")
    call("layoffs", "merge", *ids(folder, "Velora"), *ids(folder, "Velora Technologies"))
    states = rows(folder, "select state, reason from alerts order by rowid")
    assert ("pending", "first report") in states
    assert [state for state, _ in sorted(states)] == ["pending", "suppressed"]


@pytest.mark.parametrize(
    ("pair", "said"), [(("Velora", "Velora"), "is one layoff already"), (("Velora", "Brantiq"), "was merged into")]
)
def test_what_cannot_be_merged_is_refused_with_the_reason(folder, day, call, pair, said):
    day("Velora cuts 400 jobs", "Brantiq cuts 30 jobs")
    (velora,), (brantiq,) = ids(folder, "Velora"), ids(folder, "Brantiq")
    if pair[0] != pair[1]:
        call("layoffs", "merge", velora, brantiq)
    names = {"Velora": velora, "Brantiq": brantiq}
    refused = call("layoffs", "merge", *(names[each] for each in pair), expect=1)
    assert said in refused.output
    assert "Nothing was changed" in refused.output


def test_a_split_stays_split(folder, day, call):
    day("Velora cuts 400 jobs", "Velora cuts 500 jobs in Leeds", days_ago=3)
    (whole,) = ids(folder, "Velora")
    call("layoffs", "split", whole, article(folder, "Velora cuts 500 jobs in Leeds"))
    day("Velora sheds 500 jobs", "Velora sheds 400 jobs")
    assert sorted(by_company(folder)) == [("Velora", 2, 400, 400), ("Velora", 2, 500, 500)]
    follows = rows(folder, "select follows from layoffs where follows is not null")
    assert follows == [(whole,)]


def test_a_split_that_would_leave_nothing_is_refused(folder, day, call):
    day("Velora cuts 400 jobs")
    refused = call("layoffs", "split", *ids(folder, "Velora"), article(folder, "Velora cuts 400 jobs"), expect=1)
    assert "at least one has to stay" in refused.output


def test_a_report_marked_false_leaves_with_its_figure_and_never_returns(folder, day, call):
    day("Velora cuts 400 jobs", "Velora cuts 900 jobs", days_ago=3)
    call("layoffs", "mark", article(folder, "Velora cuts 900 jobs"), "false")
    assert by_company(folder) == [("Velora", 1, 400, 400)]
    day("Velora cuts 900 jobs", summary="It now says more than it did.", content_hash="other")
    assert by_company(folder) == [("Velora", 1, 400, 400)]


def test_the_only_report_marked_false_leaves_a_layoff_of_nothing(folder, day, call):
    day("Velora cuts 400 jobs")
    call("layoffs", "mark", article(folder, "Velora cuts 400 jobs"), "false")
    assert by_company(folder) == []
    assert rows(folder, "select state from alerts") == [("suppressed",)]
    assert "No layoff" in call("layoffs", "list").output


def test_an_article_marked_true_is_told_although_no_rule_found_it(folder, day, call):
    day("Velora parts with 400 of its people")
    said = call("layoffs", "mark", article(folder, "Velora parts with 400 of its people"), "true").output
    assert "1 alert owed" in said
    assert [row[:2] for row in by_company(folder)] == [("Velora", 1)]
    day("Velora parts with 400 of its people", summary="More words.", content_hash="other", days_ago=0)
    assert [row[:2] for row in by_company(folder)] == [("Velora", 1)]


def test_a_mark_can_be_taken_back(folder, day, call):
    day("Velora cuts 400 jobs")
    name = article(folder, "Velora cuts 400 jobs")
    call("layoffs", "mark", name, "false")
    call("layoffs", "mark", name, "true")
    assert by_company(folder) == [("Velora", 1, 400, 400)]
    assert rows(folder, "select action, verdict from corrections") == [("mark", "false"), ("mark", "true")]


def test_a_name_that_nothing_has_is_said_with_the_way_to_find_it(call, day):
    day("Velora cuts 400 jobs")
    assert "`pinkslip layoffs list`" in call("layoffs", "merge", "abcd1234", "abcd1234", expect=1).output
    assert "`pinkslip search`" in call("layoffs", "mark", "https://nowhere.example/x", "false", expect=1).output


def deliver(folder):
    """All that is owed is sent."""
    archive = Archive.open(folder / "pinkslip.db")
    with archive.writing():
        archive.db.execute("update alerts set state = 'delivered', attempts = 1 where state = 'pending'")
    archive.close()


def test_what_was_corrected_is_not_told_again_as_news(folder, day, call):
    day("Velora cuts 400 jobs", "Velora Technologies cuts 900 jobs", days_ago=3)
    deliver(folder)
    call("layoffs", "merge", *ids(folder, "Velora"), *ids(folder, "Velora Technologies"))
    day("Velora sheds 900 jobs")
    assert rows(folder, "select kind, state from alerts") == [("layoff.opened", "delivered")] * 2


def test_who_was_told_of_the_layoff_merged_away_is_not_told_again(folder, day, call):
    day("Velora cuts 400 jobs", days_ago=3, baseline=True)
    day("Velora Technologies cuts 420 jobs", days_ago=3)
    deliver(folder)
    call("layoffs", "merge", *ids(folder, "Velora"), *ids(folder, "Velora Technologies"))
    day("Velora sheds 410 jobs")
    assert rows(folder, "select kind, state from alerts") == [("layoff.opened", "delivered")]


def test_an_alert_that_waits_says_what_is_left_when_a_report_is_marked_false(folder, day, call):
    day("Velora cuts 400 jobs", "Velora cuts 900 jobs", days_ago=0)
    call("layoffs", "mark", article(folder, "Velora cuts 900 jobs"), "false")
    ((body,),) = rows(folder, "select body from alerts where state = 'pending'")
    assert b"400 jobs" in body
    assert b"900" not in body


def test_a_merge_that_was_wrong_can_be_split_again(folder, day, call):
    day("Velora cuts 400 jobs", "Brantiq cuts 30 jobs", days_ago=2)
    (velora,), (brantiq,) = ids(folder, "Velora"), ids(folder, "Brantiq")
    call("layoffs", "merge", velora, brantiq)
    call("layoffs", "split", velora, article(folder, "Brantiq cuts 30 jobs"))
    day("Brantiq sheds 30 jobs", "Velora sheds 400 jobs")
    assert sorted(by_company(folder)) == [("Brantiq", 2, 30, 30), ("Velora", 2, 400, 400)]
    assert ids(folder, "Brantiq") == [brantiq]


def test_what_was_merged_into_a_layoff_follows_it_into_the_next(folder, day, call):
    day("Velora cuts 400 jobs", "Brantiq cuts 410 jobs", "Halvora cuts 420 jobs", days_ago=2)
    names = {name: ids(folder, name)[0] for name in ("Velora", "Brantiq", "Halvora")}
    call("layoffs", "merge", names["Brantiq"], names["Velora"])
    call("layoffs", "merge", names["Halvora"], names["Brantiq"])
    day("Velora sheds 400 jobs")
    assert [row[:2] for row in by_company(folder)] == [("Halvora", 4)]


def test_a_denial_that_is_left_alone_stays_one(folder, day, call):
    write_rules(
        folder,
        rule("cuts"),
        veto("denies", "Velora denies that it cuts 400 jobs").replace('kind = "denies"', 'kind = "denied"'),
    )
    day("Velora cuts 400 jobs", days_ago=2)
    day("Velora denies that it cuts 400 jobs")
    call("layoffs", "mark", article(folder, "Velora cuts 400 jobs"), "false")
    assert rows(folder, "select stage, reports from layoffs") == [("denied", 1)]


def test_what_may_be_one_is_proposed_with_the_command_that_merges_it(folder, day, call, ask):
    day("Velora cuts 400 jobs", "Velora Technologies cuts 410 jobs", "Brantiq cuts 410 jobs")
    (pair,) = ask("layoffs", "list", "--proposed")
    assert {pair["a"]["company"], pair["b"]["company"]} == {"Velora", "Velora Technologies"}
    shown = call("layoffs", "list", "--proposed").output
    call(*shown.partition("pinkslip ")[2].split())
    assert ask("layoffs", "list", "--proposed") == []


def test_what_was_split_is_not_proposed(folder, day, call, ask):
    day("Velora cuts 400 jobs", "Velora cuts 410 jobs in Leeds")
    call("layoffs", "split", *ids(folder, "Velora"), article(folder, "Velora cuts 410 jobs in Leeds"))
    assert ask("layoffs", "list", "--proposed") == []


def test_a_merge_takes_the_name_from_whichever_has_one(folder, day, call):
    day("Velora cuts 410 jobs", "It cuts 410 jobs")
    (velora,) = ids(folder, "Velora")
    ((unnamed,),) = rows(folder, "select id from layoffs where company is null")
    call("layoffs", "merge", unnamed, velora)
    day("Velora sheds 410 jobs", days_ago=0)
    assert by_company(folder) == [("Velora", 3, 410, 410)]


def test_reports_that_leave_go_under_the_name_they_give(folder, day, call):
    day("Velora cuts 400 jobs", "Brantiq cuts 400 jobs", days_ago=2)
    call("layoffs", "merge", *ids(folder, "Velora"), *ids(folder, "Brantiq"))
    call("layoffs", "split", *ids(folder, "Velora"), article(folder, "Brantiq cuts 400 jobs"))
    assert sorted(by_company(folder)) == [("Brantiq", 1, 400, 400), ("Velora", 1, 400, 400)]


def test_marking_what_is_a_report_already_tells_nobody_again(folder, day, call):
    day("Velora cuts 400 jobs")
    before = rows(folder, "select id, state from alerts")
    assert "will go on to" in call("layoffs", "mark", article(folder, "Velora cuts 400 jobs"), "true").output
    assert rows(folder, "select id, state from alerts") == before


def test_corrections_are_shown_by_why_and_by_show(folder, day, call):
    day("Velora cuts 400 jobs", "Velora Technologies cuts 420 jobs")
    call("layoffs", "merge", *ids(folder, "Velora"), *ids(folder, "Velora Technologies"))
    assert "merge by hand" in call("layoffs", "show", *ids(folder, "Velora")).output
    name = article(folder, "Velora cuts 400 jobs")
    call("layoffs", "mark", name, "false")
    assert "marked false by hand" in call("why", name).output


def test_pairs_are_found_by_a_word_of_their_names_by_initials_or_by_number(folder, day, ask):
    day(
        "Velora cuts 400 jobs",
        "Velora Technologies cuts jobs",
        "Halvora Norvik Tirmona cuts 30 jobs",
        "HNT cuts 30 jobs",
        "It cuts 75 jobs",
        "Brantiq cuts 75 jobs",
        "Tirmona cuts 400 jobs",
    )
    pairs = {frozenset((each["a"]["company"], each["b"]["company"])) for each in ask("layoffs", "list", "--proposed")}
    assert pairs == {
        frozenset(("Velora", "Velora Technologies")),
        frozenset(("Halvora Norvik Tirmona", "HNT")),
        frozenset((None, "Brantiq")),
    }
