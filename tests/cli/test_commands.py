"""What the commands say, and the codes they end with."""

import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from monitor.archive import hold
from monitor.cli import _COMMANDS, pinkslip


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help(name):
    assert "Usage" in CliRunner().invoke(pinkslip, [name, "--help"]).output


def test_init_writes_a_configuration_that_is_right_and_never_overwrites(tmp_path):
    target = tmp_path / "config"
    first = CliRunner().invoke(pinkslip, ["init", str(target)])
    (target / "pinkslip.toml").write_text((target / "pinkslip.toml").read_text() + "# mine\n")
    second = CliRunner().invoke(pinkslip, ["init", str(target)])
    checked = CliRunner().invoke(pinkslip, ["--config", str(target), "check"])
    assert (first.exit_code, second.exit_code, checked.exit_code) == (0, 0, 0)
    assert (target / "pinkslip.toml").read_text().endswith("# mine\n")


def test_check_lists_every_problem_of_every_file_and_ends_with_78(folder, call):
    (folder / "sources.toml").write_text(
        '[[source]]\nid = "a"\nurl = "https://a.example/f"\nevry = "5m"\nevery = "0"\n'
    )
    (folder / "pinkslip.toml").write_text('[[channel]]\nid = "s"\nkind = "slack"\nurl = { env = "NOT_SET_ANYWHERE" }\n')
    said = call("check", expect=78).stdout
    assert "evry: no such setting; did you mean 'every'?" in said
    assert "NOT_SET_ANYWHERE is not set" in said
    assert said.count("sources.toml") == 2


def test_a_wrong_configuration_stops_a_command_that_needs_it_with_78(folder, call):
    (folder / "sources.toml").write_text("[[source]\n")
    assert "sources.toml" in call("sources", "list", expect=78).stderr


@pytest.mark.usefixtures("archived")
def test_reading_the_archive_needs_no_secret_and_no_source(folder, call):
    (folder / "sources.toml").write_text("")
    with (folder / "pinkslip.toml").open("a") as config:
        config.write('[[channel]]\nid = "s"\nkind = "slack"\nurl = { env = "NOT_SET_ANYWHERE" }\n')
    assert "Halvora" in call("layoffs", "list").stdout


@pytest.mark.usefixtures("archived")
def test_the_beginning_of_an_id_is_enough(archived, call):
    assert archived.layoffs[0].company in call("layoffs", "show", archived.layoffs[0].id[:6]).stdout


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("command", [("layoffs", "list"), ("alerts", "list"), ("export",), ("search", "jobs")])
def test_an_unknown_source_is_a_mistake(call, command):
    assert "no source 'nosuch'" in call(*command, "--source", "nosuch", expect=2).stderr


@pytest.mark.usefixtures("archived")
def test_layoffs_can_be_narrowed_to_a_source(ask):
    assert (len(ask("layoffs", "list", "--source", "herald")), ask("layoffs", "list", "--source", "wire")) == (3, [])


def test_without_an_archive_the_remedy_is_named(folder):
    command = [sys.executable, "-m", "monitor.cli", "--config", folder, "layoffs", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "pinkslip once" in done.stderr, "Traceback" in done.stderr) == (74, True, False)


def test_a_second_process_on_the_archive_ends_with_75_and_names_the_first(folder):
    command = [sys.executable, "-m", "monitor.cli", "--config", folder, "once"]
    with hold(folder / "pinkslip.db"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "pid" in done.stderr) == (75, True)


@pytest.mark.usefixtures("archived")
def test_layoffs_are_listed_with_their_number_in_its_own_words(ask):
    rows = {row["company"]: (row["stated"], row["stage"]) for row in ask("layoffs", "list")}
    assert rows == {"Halvora": ("1,100", "announced"), "Brantiq": (None, "announced"), "Sumco": ("5", "announced")}


@pytest.mark.usefixtures("archived")
def test_layoffs_can_be_narrowed(ask):
    assert [row["company"] for row in ask("layoffs", "list", "--min-headcount", "100")] == ["Halvora"]


def test_a_layoff_is_shown_with_its_reports_and_alerts(archived, call):
    halvora = next(layoff for layoff in archived.layoffs if layoff.company == "Halvora")
    said = call("layoffs", "show", halvora.id).stdout
    assert "Halvora: 1,100" in said
    assert "layoff.opened to console: pending" in said


@pytest.mark.usefixtures("archived")
def test_an_unknown_layoff_ends_with_1(call):
    call("layoffs", "show", "nothing", expect=1)


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("query", ["lay-off", "lay off", "layoff*", 'AND "', "NEAR("])
def test_search_takes_any_words(ask, query):
    assert isinstance(ask("search", query), list)


@pytest.mark.usefixtures("archived")
def test_search_finds_lay_off(ask):
    found = {row["title"] for row in ask("search", "lay-off")}
    assert found == {"Halvora cuts 1,100 jobs in a lay-off round", "Brantiq plans layoffs"}


def test_why_tells_an_article_by_its_address_even_with_tracking(archived, call):
    said = call("why", "http://www.herald.example/rates/?utm_source=x").stdout
    assert "not flagged" in said
    assert "macro" in said


def test_why_tells_the_path_from_an_alert(archived, call):
    said = call("why", archived.alerts[0].id).stdout
    assert archived.alerts[0].id in said


@pytest.mark.usefixtures("archived")
def test_csv_cells_cannot_be_formulas(call):
    rows = list(csv.DictReader(io.StringIO(call("export", "--what", "articles", "--format", "csv").stdout)))
    assert [row["title"] for row in rows if "SUM" in row["title"]] == ["'=SUM(A1) cuts 5 jobs"]


@pytest.mark.usefixtures("archived")
def test_json_lines_are_one_record_each(call):
    lines = call("export", "--format", "jsonl").stdout.splitlines()
    assert {json.loads(line)["company"] for line in lines} == {"Halvora", "Brantiq", "Sumco"}


@pytest.mark.usefixtures("archived")
def test_alerts_add_up(ask):
    counts = ask("db", "check")["alerts"]
    assert counts["decided"] == sum(n for state, n in counts.items() if state != "decided") == 3


@pytest.mark.usefixtures("archived")
def test_an_alert_that_is_still_owed_is_not_owed_again(call):
    assert "0 alerts owed again" in call("alerts", "replay", "--dead").stderr


def test_alerts_test_names_the_channels_there_are(call):
    assert "there is console" in call("alerts", "test", "slak", expect=2).stderr


def test_a_test_alert_reaches_the_console(call):
    assert "test" in call("alerts", "test", "console").stdout.lower()


@pytest.mark.usefixtures("archived")
def test_a_backup_is_an_archive_of_its_own(call, tmp_path):
    call("db", "backup", str(tmp_path / "copy.db"))
    assert (tmp_path / "copy.db").stat().st_size > 0
    call("db", "backup", str(tmp_path / "copy.db"), expect=2)


def test_sources_are_listed_before_the_first_run(ask):
    assert [(row["id"], row["articles"]) for row in ask("sources", "list")] == [("herald", 0), ("wire", 0)]


def test_help_imports_nothing_heavy():
    heavy = "{'scrapy', 'feedparser', 'httpx', 'trafilatura', 'apscheduler', 'sqlite_utils', 're2'}"
    script = f"import sys; from monitor.cli import pinkslip; from click.testing import CliRunner; CliRunner().invoke(pinkslip, ['--help']); print({heavy} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("command", [("layoffs", "list"), ("export", "--format", "json"), ("--help",)])
def test_a_reader_that_stops_early_is_no_error(folder, command):
    run = [sys.executable, "-m", "monitor.cli", "--config", folder, *command]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert (process.stderr.read(), process.wait(20)) == (b"", 1)


def test_a_peer_that_hangs_up_cannot_end_us_by_a_signal(folder):
    script = "import signal, sys, click; from monitor import cli; cli.pinkslip.main = lambda **_: print(signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN); cli.main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_list_of_nothing_is_a_heading(folder, call):
    (folder / "sources.toml").write_text("")
    assert call("sources", "list").stdout.split() == ["source", "state", "asked", "next", "articles", "flagged"]


def test_measuring_on_no_articles_is_no_crash(call, tmp_path):
    (tmp_path / "none.jsonl").write_text('{"title": "Cats", "label": false}\n')
    assert "precision" in call("rules", "eval", str(tmp_path / "none.jsonl")).stdout.lower()
