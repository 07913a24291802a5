"""The commands classify and rules, as people call them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.classify import classify
from monitor.cli.rules import rules
from monitor.cli.session import Session

CONFIG = Path(__file__).parents[2] / "config"
GOOD = {"id": 7, "title": "Halvora lays off 120 engineers", "url": "https://example.org/1", "anything": [1]}


PINKSLIP = '[archive]\npath = "pinkslip.db"\n[[channel]]\nid = "console"\nkind = "console"\n'
SOURCES = '[[source]]\nid = "wire"\nurl = "https://wire.example/feed"\n'


def configured_with(folder, *rule_files):
    """A command line's own session, on a folder with these rules and no archive yet."""
    (folder / "pinkslip.toml").write_text(PINKSLIP)
    (folder / "sources.toml").write_text(SOURCES)
    (folder / "rules").mkdir()
    for path in rule_files:
        (folder / "rules" / path.name).symlink_to(path)
    return Session(str(folder))


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    return configured_with(tmp_path_factory.mktemp("configured"), *(CONFIG / "rules").glob("*.toml"))


@pytest.fixture
def run(configured):
    return lambda command, *arguments: CliRunner().invoke(command, [str(each) for each in arguments], obj=configured)


@pytest.fixture
def classified(run, tmp_path):
    """Run classify over lines, give its exit code and what it answered."""

    def over(*lines: bytes):
        path = tmp_path / "in.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        result = run(classify, path)
        return result.exit_code, [json.loads(line) for line in result.stdout_bytes.splitlines()]

    return over


def line(**fields):
    return json.dumps(fields).encode()


def test_a_decision_names_rules_evidence_and_facts_as_the_interface_says(classified):
    _, (answer,) = classified(json.dumps(GOOD).encode())
    expected = {
        "id",
        "flagged",
        "score",
        "kind",
        "stage",
        "severity",
        "near",
        "rules",
        "vetoes",
        "evidence",
        "companies",
        "headcount",
        "headcounts",
    }
    assert set(answer) == expected | {"percent", "places", "units", "effective", "announced", "reason", "stated"}
    assert (answer["id"], answer["flagged"], answer["kind"], answer["stage"]) == (7, True, "layoff", "announced")
    assert answer["headcount"]["value"] == 120
    assert all(GOOD["title"][each["start"] : each["end"]] == each["text"] for each in answer["evidence"])


def test_answers_come_in_the_order_of_the_lines(classified):
    code, answers = classified(*(line(id=number, title="x") for number in range(50)))
    assert (code, [answer["id"] for answer in answers]) == (0, list(range(50)))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (b"", "not JSON: Expecting value at character 1"),
        (b"[1]", "not a JSON object"),
        (b'{"id": 1}', "no title"),
        (b'{"title": " "}', "no title"),
        (b'{"title": 4}', "no title"),
        (b'{"title": "x", "body": 4}', "body is not a text"),
        (b'{"title": "x", "id": NaN}', "not JSON: NaN"),
        (b'{"title": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_line_is_answered_with_its_number_and_the_others_are_decided(classified, wrong, error):
    code, answers = classified(line(title="a"), wrong, line(title="b", id=3))
    assert (code, answers[1], answers[2]["id"]) == (1, {"line": 2, "error": error}, 3)


def test_half_a_surrogate_pair_is_answered_as_json_all_the_same(classified):
    code, answers = classified(b'{"title": "\\ud800 layoffs", "id": "\\udfff"}')
    assert (code, answers[0]["id"]) == (0, "\udfff")


def test_several_files_name_the_file_of_a_wrong_line(run, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(line(title="a") + b"\n")
    (tmp_path / "b.jsonl").write_bytes(b"no\n")
    last = run(classify, tmp_path / "a.jsonl", tmp_path / "b.jsonl").stdout_bytes.splitlines()[-1]
    assert json.loads(last)["file"] == str(tmp_path / "b.jsonl")


def test_a_last_line_without_its_line_feed_is_decided(run, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(line(title="a") + b"\n" + line(title="b"))
    assert len(run(classify, tmp_path / "a.jsonl").stdout_bytes.splitlines()) == 2


COMMAND = [sys.executable, "-c", "from monitor.cli import main; main()", "--config", str(CONFIG), "classify"]


@pytest.fixture
def environment():
    return os.environ | {"PYTHONPATH": str(CONFIG.parent)}


def test_many_lines_are_shared_among_processes_and_answered_in_order_twice_alike(run, tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_bytes(
        b"".join(line(id=n, title=f"Halvora lays off {n} engineers", body="word " * 40) + b"\n" for n in range(3000))
    )
    once, twice = (run(classify, path).stdout_bytes for _ in range(2))
    assert once == twice
    assert [json.loads(each)["id"] for each in once.splitlines()] == list(range(3000))


def test_a_line_is_answered_before_the_next_is_written(environment):
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(line(id=number, title="Halvora lays off 10 people") + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_reader_that_stops_early_ends_it_quietly(environment, tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_bytes(
        b"".join(line(id=n, title="Halvora lays off people", body="word " * 40) + b"\n" for n in range(20_000))
    )
    with subprocess.Popen(
        [*COMMAND, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait(20)) == (b"", -13)


def test_the_list_has_every_rule_and_veto(run, configured):
    listed = json.loads(run(rules, "list", "--json").stdout)
    assert [each["id"] for each in listed] == [each.id for each in configured.settings().pack.all()]


def test_the_list_is_readable(run):
    assert "layoffs.number" in run(rules, "list").stdout


def test_examples_that_hold_exit_0(run):
    result = run(rules, "test")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.fixture
def failing(tmp_path):
    (tmp_path / "configured").mkdir()
    path = tmp_path / "bad.toml"
    path.write_text(
        '[[rule]]\nid = "b.x"\nsays = "x"\nweight = 1\nany = ["x"]\nflag = ["y"]\npass = ["x"]\n', encoding="utf-8"
    )
    return configured_with(tmp_path / "configured", path)


def test_examples_that_fail_exit_1_each_with_its_place(failing):
    result = CliRunner().invoke(rules, ["test"], obj=failing)
    assert result.exit_code == 1
    assert [said.split(": want")[0] for said in result.stdout.splitlines()] == ['bad.toml: "b.x"'] * 2


def test_failing_examples_come_as_json_too(failing):
    result = CliRunner().invoke(rules, ["test", "--json"], obj=failing)
    assert [each["wanted"] for each in json.loads(result.stdout)["failures"]] == ["flagged", "passed"]


ITEMS = [
    {"id": "a", "title": "Halvora lays off 120 engineers", "label": "layoff_event", "kind": "announced"},
    {"id": "b", "title": "Halvora says farewell to its people", "label": "layoff_event", "kind": "announced"},
    {"id": "c", "title": "Brantiq lays off a joke", "label": "not_layoff", "kind": "noise", "borderline": True},
    {"id": "d", "title": "Weather", "label": False},
]


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in ITEMS), encoding="utf-8")
    return path


def test_eval_gives_figures_with_and_without_borderline_and_what_went_wrong(run, labelled):
    measured = json.loads(run(rules, "eval", labelled, "--json").stdout)
    assert (measured["all"]["precision"], measured["without_borderline"]["precision"]) == (0.5, 1.0)
    assert ([each["id"] for each in measured["missed"]], [each["id"] for each in measured["false_alarms"]]) == (
        ["b"],
        ["c"],
    )


def test_eval_is_readable_and_shows_no_progress_in_a_pipe(run, labelled):
    result = run(rules, "eval", labelled)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Halvora says farewell" in result.stdout


def test_eval_of_a_wrong_line_is_wrong_use_and_names_it(run, tmp_path):
    (tmp_path / "x.jsonl").write_text('{"title": "x"}\n', encoding="utf-8")
    result = run(rules, "eval", tmp_path / "x.jsonl")
    assert result.exit_code == 2
    assert "line 1: want a label" in result.stderr
