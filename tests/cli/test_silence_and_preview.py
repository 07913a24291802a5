"""On the command line: what would be told to whom, and what shall not be told for a time."""

from __future__ import annotations

import pytest

ROUTED = """
[archive]
path = "pinkslip.db"
[[channel]]
id = "newsroom"
kind = "console"
[[channel]]
id = "desk"
kind = "console"
[[route]]
channel = "newsroom"
min_headcount = 5000
take_unknown = []
[[route]]
channel = "newsroom"
companies = ["Halvora"]
digest = "daily 08:30 Europe/Berlin"
"""


@pytest.fixture
def routed(folder, archived):
    (folder / "pinkslip.toml").write_text(ROUTED)
    return {kept.judged.article.title: kept.judged.article for kept in archived.articles}


def test_preview_names_the_route_that_takes_an_article_and_what_refuses_it(routed, call):
    said = call("alerts", "preview", routed["Halvora cuts 1,100 jobs in a lay-off round"].id).stdout
    assert "route 1: min_headcount 5000: it states 1100" in said
    assert "route 2: takes it" in said
    assert "(its digest)" in said
    assert "desk: no route leads there" in said


def test_preview_exits_1_where_nobody_is_told(routed, call):
    said = call("alerts", "preview", routed["Brantiq plans layoffs"].url, expect=1).stdout
    assert "newsroom: does not take it" in said
    assert "companies: Brantiq is not among them" in said
    assert "reports no layoff" in call("alerts", "preview", "https://herald.example/rates", expect=1).output
    assert "no article nothing" in call("alerts", "preview", "nothing", expect=1).output


def test_preview_of_a_headline_shows_the_words_of_a_channel(routed, call, ask):
    said = call("alerts", "preview", "--title", "Halvora to cut 300 jobs", "--channel", "newsroom").stdout
    assert "“Halvora to cut 300 jobs”" in said
    [channel] = ask("alerts", "preview", "--title", "Halvora to cut 300 jobs", "--channel", "newsroom")["channels"]
    assert (channel["takes"], [each["takes"] for each in channel["routes"]]) == (True, [False, True])
    call("alerts", "preview", "--title", "Halvora opens an office", expect=1)
    call("alerts", "preview", "--title", "Halvora to cut 300 jobs", "--channel", "nowhere", expect=2)


def test_a_silence_is_added_listed_seen_and_ended(archived, call, ask):
    made = ask("alerts", "silence", "add", "--company", "Halvora", "--for", "2d", "--note", "we know")
    assert (made["subject"], made["value"], made["taken_back"]) == ("company", "halvora", 1)
    assert [(each["id"], each["note"], each["holds"]) for each in ask("alerts", "silence", "list")] == [
        (1, "we know", True)
    ]
    assert {each["state"] for each in ask("alerts", "list", "--company", "Halvora")} == {"suppressed"}
    assert (
        "silence 1: company halvora until"
        in call("alerts", "preview", "--title", "Halvora to cut 300 jobs", expect=1).stdout
    )
    call("alerts", "silence", "end", "1")
    call("alerts", "silence", "end", "1", expect=1)
    assert ask("alerts", "silence", "list") == []
    assert len(ask("alerts", "silence", "list", "--all")) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "name one of --company"),
        (["--company", "Halvora", "--source", "wire", "--for", "2d"], "name one of --company"),
        (["--company", "Halvora"], "for how long"),
        (["--company", "Halvora", "--until", "2020-01-01"], "still to come"),
        (["--source", "wyre", "--for", "2d"], "no source 'wyre'"),
        (["--layoff", "nothing", "--for", "2d"], "no layoff has the id"),
        (["--company", "Halvora", "--for", "soon"], "how long: 6h, 2d"),
    ],
)
def test_a_silence_that_would_hold_nothing_is_refused(archived, call, arguments, problem):
    assert problem in call("alerts", "silence", "add", *arguments, expect=2).output
