"""What `rules eval` prints over events, and of other rules beside the configured ones."""

import json

import pytest

from tests.cli.filing import rule, veto, write_rules

ITEMS = [
    {"id": "a", "title": "Halvora cuts 400 jobs", "label": "layoff_event", "kind": "announced"},
    {"id": "b", "title": "Halvora sheds 400 jobs", "label": "layoff_event", "kind": "announced"},
    {"id": "c", "title": "Brantiq sheds 300 jobs", "label": "layoff_event", "kind": "rumoured", "borderline": True},
    {"id": "d", "title": "Ospera Bank cuts rates", "label": "not_layoff", "kind": "macro"},
    {"id": "e", "title": "Quillon Games opens a studio", "label": False},
]
CLUSTERS = [{"id": "a", "cluster_id": "halvora"}, {"id": "b", "cluster_id": "halvora", "type": "layoff_event"}]


def lines(path, records):
    path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return str(path)


@pytest.fixture
def items(folder, tmp_path):
    write_rules(folder, rule("cuts"), rule("axes"))
    return lines(tmp_path / "items.jsonl", ITEMS)


@pytest.fixture
def clusters(tmp_path):
    return lines(tmp_path / "clusters.jsonl", CLUSTERS)


def test_figures_over_events_stand_beside_those_over_articles(items, clusters, ask):
    said = ask("rules", "eval", items, "--clusters", clusters)
    assert said["all"]["recall"] == pytest.approx(1 / 3)
    macro = said["macro"]["all"]
    assert (macro["recall"], macro["precision"], macro["f1"]) == pytest.approx((0.25, 1 / 3, 2 / 7))
    assert (said["macro"]["without_borderline"]["recall"], macro["layoff_events"]) == (0.5, 2)


def test_events_of_which_nothing_was_found_are_named(items, clusters, ask, call):
    assert ask("rules", "eval", items, "--clusters", clusters)["unfound_events"] == [
        {"event": "c", "items": 1, "title": "Brantiq sheds 300 jobs"}
    ]
    said = call("rules", "eval", items, "--clusters", clusters).stdout
    assert "layoff events of which nothing was found\n  c  1 × Brantiq sheds 300 jobs\n" in said


def test_without_clusters_nothing_is_said_of_events(items, ask, call):
    assert "macro" not in ask("rules", "eval", items)
    assert "EVENTS" not in call("rules", "eval", items).stdout


def test_rules_that_never_fired_are_named_in_one_line(items, ask, call):
    assert ask("rules", "eval", items)["never_fired"] == ["own.axes"]
    assert "\nnever fired: own.axes\n" in call("rules", "eval", items).stdout


@pytest.mark.parametrize("named", ["other", "other/rules"])
def test_other_rules_stand_beside_with_every_article_that_differs(items, ask, tmp_path, named):
    write_rules(tmp_path / "other", rule("sheds"), rule("opens"), veto("rates", "Ospera Bank sheds rates"))
    against = ask("rules", "eval", items, "--against", str(tmp_path / named))["against"]
    kinds = ("newly_found", "newly_missed", "new_false_alarms", "mended")
    assert {kind: [each["id"] for each in against[kind]] for kind in kinds} == {
        "newly_found": ["b", "c"],
        "newly_missed": ["a"],
        "new_false_alarms": ["e"],
        "mended": ["d"],
    }
    assert against["newly_found"][0]["after"]["rules"] == ["own.sheds"]
    assert against["all"]["recall"] == pytest.approx(2 / 3)


def test_a_comparison_is_readable_and_exits_0(items, clusters, call, tmp_path):
    other = write_rules(tmp_path / "other", rule("sheds"))
    said = call("rules", "eval", items, "--clusters", clusters, "--against", str(other)).stdout
    assert said.count("  against ") == 4
    assert "against: newly found (2)" in said
    assert "Halvora sheds 400 jobs  [nothing fired → own.sheds]" in said


def test_the_examples_of_other_rules_may_fail(items, call, tmp_path):
    other = write_rules(tmp_path / "other", rule("sheds").replace("Velora sheds", "Velora keeps"))
    call("rules", "eval", items, "--against", str(other))


def test_rule_files_alone_are_read_with_the_companies_configured(items, folder, call, tmp_path):
    other = write_rules(tmp_path / "other", rule("sheds")) / "rules"
    (folder / "companies.toml").write_text("[[company]]\n")
    assert "companies.toml" in call("rules", "eval", items, "--against", str(other), expect=78).stderr


def test_a_configuration_folder_without_rules_is_wrong_use(items, call, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "pinkslip.toml").write_text("")
    assert "no rules in it" in call("rules", "eval", items, "--against", str(tmp_path / "other"), expect=2).stderr


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({"id": "a"}, "line 1: want an id and a cluster_id"),
        ({"cluster_id": "x"}, "line 1: want an id and a cluster_id"),
        ([], "line 1: not a JSON object"),
        ({"id": "z", "cluster_id": "x"}, "is it of another file?"),
    ],
)
def test_a_wrong_file_of_clusters_is_wrong_use(items, call, tmp_path, record, error):
    wrong = lines(tmp_path / "wrong.jsonl", [record])
    assert error in call("rules", "eval", items, "--clusters", wrong, expect=2).stderr


def test_each_veto_is_counted_where_it_was_right_and_where_it_was_wrong(folder, ask, tmp_path):
    write_rules(folder, rule("cuts"), veto("sheds", "Halvora cuts and sheds"))
    items = [
        {"title": "Halvora cuts jobs and sheds 400", "label": True},
        {"title": "Ospera Bank cuts rates and sheds a branch", "label": False},
        {"title": "Brantiq cuts 300 jobs", "label": True},
    ]
    (figures,) = ask("rules", "eval", lines(tmp_path / "vetoes.jsonl", items))["by_veto"]
    assert (figures["layoffs"], figures["others"], figures["misses"]) == (1, 1, 1)


def test_a_file_without_an_article_measures_nothing(folder, call, tmp_path):
    write_rules(folder, rule("cuts"))
    said = call("rules", "eval", lines(tmp_path / "empty.jsonl", []), expect=2)
    assert "there is no article in it" in said.output
