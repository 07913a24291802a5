"""What `rules backtest` says of other rules, over a real archive."""

import json
import os
import pty
import subprocess
import sys

import pytest
from rich.cells import cell_len

from monitor.archive import NoArchiveError, hold
from tests.cli.filing import TOLD, decisions, file_headlines, rows, rule, told, veto, write_rules


def titles(differences):
    return [each["title"] for each in differences["articles"]]


@pytest.mark.usefixtures("filed")
def test_the_archive_is_what_the_configured_rules_are_compared_with(ask):
    said = ask("rules", "backtest")
    assert (said["articles"], titles(said["newly_caught"]), titles(said["newly_lost"])) == (
        5,
        ["Tirmona sheds 200 jobs"],
        ["Ospera Bank cuts rates"],
    )


def test_against_a_folder_the_configured_rules_are_the_side_before(filed, ask, tmp_path):
    other = write_rules(tmp_path / "other", rule("sheds"))
    said = ask("rules", "backtest", "--against", str(other / "rules"))
    assert titles(said["newly_caught"]) == []
    assert sorted(titles(said["newly_lost"])) == ["Brantiq cuts 300 jobs", "Halvora cuts 400 jobs"]


@pytest.mark.usefixtures("filed")
def test_each_article_comes_with_the_sentence_that_decided(folder, ask, call):
    write_rules(folder, rule("cuts"))
    file_headlines(folder, "News from Velora", summary="It was a mild day. Velora sheds 70 people.")
    write_rules(folder, rule("sheds"))
    (velora, _) = ask("rules", "backtest")["newly_caught"]["articles"]
    assert (velora["sentence"], velora["after"]["rules"]) == ("Velora sheds 70 people.", ["own.sheds"])
    assert "“Velora sheds 70 people.”" in call("rules", "backtest").stdout


@pytest.mark.usefixtures("filed")
def test_what_is_lost_says_why(folder, call):
    assert "own.cuts; now score 0.00, held back by not.rates" in call("rules", "backtest").stdout
    write_rules(folder, rule("sheds"), rule("cuts", 0.4))
    assert "own.cuts; now score 0.40, under the threshold" in call("rules", "backtest").stdout
    write_rules(folder, rule("sheds"))
    assert "own.cuts; now no rule fires" in call("rules", "backtest").stdout


@pytest.mark.usefixtures("filed")
def test_rules_that_never_fired_are_named(folder, ask, call):
    write_rules(folder, rule("cuts"), rule("axes"))
    assert ask("rules", "backtest")["never_fired"] == ["own.axes"]
    assert "never fired: own.axes\n" in call("rules", "backtest").stdout


def test_a_layoff_is_lost_when_every_report_of_it_is(folder, ask):
    write_rules(folder, rule("cuts"), rule("sheds"))
    file_headlines(folder, "Halvora cuts 400 jobs", days_ago=3)
    file_headlines(folder, "Halvora sheds 400 jobs", "Brantiq cuts 300 jobs", days_ago=1)
    write_rules(folder, rule("sheds"))
    said = ask("rules", "backtest")
    assert ([each["company"] for each in said["layoffs_lost"]], said["newly_lost"]["count"]) == (["Brantiq"], 2)


def test_a_report_from_before_the_days_looked_at_keeps_its_layoff(folder, ask):
    write_rules(folder, rule("cuts"), rule("sheds"))
    file_headlines(folder, "Halvora sheds 400 jobs", days_ago=3)
    file_headlines(folder, "Halvora cuts 400 jobs", days_ago=1)
    write_rules(folder, rule("sheds"))
    said = ask("rules", "backtest", "--days", "2")
    assert (said["articles"], said["newly_lost"]["count"], said["layoffs_lost"]) == (1, 1, [])


@pytest.mark.usefixtures("filed")
def test_alerts_per_week_are_counted_for_both_sides(folder, ask):
    file_headlines(folder, "Halvora sheds 500 jobs", "Nexora sheds 90 jobs", days_ago=1, baseline=True)
    weeks = ask("rules", "backtest")["weeks"]
    assert [sum(week[side] for week in weeks) for side in ("articles", "before", "after")] == [7, 3, 3]


@pytest.mark.usefixtures("filed")
def test_all_are_counted_and_as_many_shown_as_wanted(folder, ask):
    write_rules(folder, rule("nothing"))
    said = ask("rules", "backtest", "--limit", "2")["newly_lost"]
    assert (said["count"], len(said["articles"])) == (3, 2)


def labels(tmp_path, **fields):
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps({"title": "x", "label": "layoff_event", **fields}) + "\n", encoding="utf-8")
    return str(path)


def test_a_labelled_layoff_that_is_lost_ends_with_1(filed, call, tmp_path):
    write_rules(filed, rule("sheds"))
    file = labels(tmp_path, title="halvora cuts 400 jobs")
    said = json.loads(call("rules", "backtest", "--labelled", file, "--json", expect=1).stdout)["labelled"]
    assert (said["in_archive"], titles({"articles": said["lost"]})) == (1, ["Halvora cuts 400 jobs"])


def test_it_is_found_by_its_address_even_with_tracking(filed, call, tmp_path):
    ((url,),) = rows(filed, "select url from articles where title like 'Halvora%'")
    write_rules(filed, rule("sheds"))
    call("rules", "backtest", "--labelled", labels(tmp_path, url=f"{url}/?utm_source=x"), expect=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Halvora cuts 400 jobs"},
        {"title": "Tirmona sheds 200 jobs"},
        {"title": "Quillon Games opens a studio"},
        {"title": "Ospera Bank cuts rates", "label": "not_layoff"},
    ],
)
@pytest.mark.usefixtures("filed")
def test_what_is_kept_or_was_never_flagged_is_not_lost(call, tmp_path, fields):
    call("rules", "backtest", "--labelled", labels(tmp_path, **fields))


@pytest.mark.usefixtures("filed")
def test_labels_of_which_none_is_in_the_archive_check_nothing_and_say_so(call, tmp_path):
    said = call("rules", "backtest", "--labelled", labels(tmp_path, title="Nobody knows this one"), expect=2)
    assert "none of its articles is in the archive" in said.output


def test_nothing_is_written_and_the_daemon_may_go_on(filed, call):
    before = told(filed), decisions(filed)
    with hold(filed / "pinkslip.db"):
        call("rules", "backtest")
    assert (told(filed), decisions(filed)) == before


def test_without_an_archive_the_remedy_is_named(folder, call):
    write_rules(folder, rule("cuts"))
    assert isinstance(call("rules", "backtest", expect=1).exception, NoArchiveError)


def test_an_empty_archive_is_no_crash(folder, call):
    write_rules(folder, rule("cuts"))
    file_headlines(folder)
    assert "0 articles" in call("rules", "backtest").stdout


@pytest.mark.usefixtures("filed")
def test_a_folder_without_rules_is_wrong_use(call, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no rules in it" in call("rules", "backtest", "--against", str(tmp_path / "empty"), expect=2).stderr
    assert "does not exist" in call("rules", "backtest", "--against", str(tmp_path / "none"), expect=2).stderr


@pytest.mark.usefixtures("filed")
def test_rules_that_cannot_be_used_are_a_wrong_configuration(call, tmp_path):
    (tmp_path / "bad.toml").write_text('[[rule]]\nid = "x"\n[[rule]\n')
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad.toml").rename(tmp_path / "bad" / "bad.toml")
    assert "bad.toml" in call("rules", "backtest", "--against", str(tmp_path / "bad"), expect=78).stderr


NEAR = (rule("trims", 0.4), rule("cuts"), veto("rates", "Ospera Bank cuts rates"))


@pytest.fixture
def nearly(folder):
    write_rules(folder, *NEAR)
    file_headlines(folder, "Velora trims 40 jobs", days_ago=3)
    file_headlines(folder, "Halvora cuts 400 jobs", "Ospera Bank cuts rates", "Quillon Games opens a studio")
    return folder


@pytest.mark.usefixtures("nearly")
def test_near_misses_are_listed_newest_first_with_what_held_them_back(ask):
    near = [(each["title"], each["rules"], each["vetoes"]) for each in ask("rules", "list", "--near")]
    assert near == [
        ("Ospera Bank cuts rates", ["own.cuts"], ["not.rates"]),
        ("Velora trims 40 jobs", ["own.trims"], []),
    ]


@pytest.mark.usefixtures("nearly")
def test_near_misses_are_readable(call):
    said = call("rules", "list", "--near").stdout
    assert "own.cuts: held back by not.rates" in said
    assert "own.trims: just under the threshold" in said


@pytest.mark.usefixtures("nearly")
def test_near_misses_can_be_narrowed(ask):
    assert [each["title"] for each in ask("rules", "list", "--near", "--days", "2")] == ["Ospera Bank cuts rates"]
    assert len(ask("rules", "list", "--near", "--limit", "1")) == 1


@pytest.mark.usefixtures("nearly")
def test_a_copy_is_no_near_miss_of_its_own(folder, ask):
    words = "Ospera Bank cuts rates " + "as the central bank of its country had long been expected to do " * 3
    file_headlines(folder, words)
    file_headlines(folder, words, url="https://elsewhere.example/copy")
    assert [each["title"] for each in ask("rules", "list", "--near")].count(words) == 1


@pytest.mark.parametrize("option", ["--days", "--limit"])
def test_what_narrows_near_misses_needs_them(call, option):
    assert "--near" in call("rules", "list", option, "3", expect=2).stderr


def on_a_terminal(folder, *command):
    """What a command prints on a terminal of 80 columns."""
    reading, writing = pty.openpty()
    run = [sys.executable, "-m", "monitor.cli", "--config", str(folder), *command]
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    with subprocess.Popen(run, stdout=writing, stderr=subprocess.PIPE, env=environment) as process:
        os.close(writing)
        said = b"".join(iter(lambda: _read(reading), b""))
        assert (b"Traceback" in process.stderr.read(), process.wait(20)) == (False, 0)
    os.close(reading)
    return said.decode().replace("\r", "").splitlines()


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""


@pytest.mark.parametrize("command", [("rules", "backtest"), ("rules", "list", "--near"), ("db", "reflag", "--dry-run")])
def test_everything_fits_80_columns(nearly, command):
    long = "Ospera Bank cuts rates " + "and the price of money for its many customers in every town " * 5
    file_headlines(nearly, long, summary="Its board met. " + long, url="https://elsewhere.example/long")
    write_rules(nearly, rule("trims"), rule("rates"), rule("cuts"), rule("customers"), rule("board"))
    lines = on_a_terminal(nearly, *command)
    assert lines
    assert max(map(cell_len, lines)) <= 80


def test_the_tables_that_tell_are_all_looked_at():
    assert {sql.split()[3] for sql in TOLD} == {"layoffs", "reports", "alerts", "pages"}
