"""Judging: how matches and vetoes add up, where they reach, and the laws that hold whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detect.rules import load
from monitor.model import Stage, Text

RULES = """
[scale]
threshold = 0.5
near = 0.3
summary = 0.8
lead = 0.7
body = 0.3
[[rule]]
id = "r.cuts"
says = "Job cuts."
weight = 0.6
any = ["job cuts", "lay-offs"]
[[rule]]
id = "r.number"
says = "How many."
weight = 0.5
stage = "planned"
any = ["<number> ~2 jobs"]
[[rule]]
id = "r.weak"
says = "Maybe."
weight = 0.4
any = ["restructuring"]
none = ["debt"]
[[rule]]
id = "r.both"
says = "Both."
weight = 0.9
any = ["staff"]
all = ["redundant"]
fields = ["title"]
[[rule]]
id = "s.rumoured"
says = "Perhaps."
weight = 0
stage = "rumoured"
any = ["may"]
[[rule]]
id = "r.raw"
says = "By expression."
weight = 0.6
any = ['/rif\\d+/']
"""
VETOES = """
[[veto]]
id = "v.no"
says = "None."
kind = "denied"
stage = "denied"
any = ["no plans"]
[[veto]]
id = "v.macro"
says = "Statistics."
kind = "macro"
reach = "article"
any = ["jobless claims"]
[[veto]]
id = "v.field"
says = "Sports."
kind = "sports"
reach = "field"
any = ["playoffs"]
[[veto]]
id = "v.half"
says = "Doubtful."
kind = "opinion"
lowers = 0.5
over = ["r.c*"]
any = ["opinion"]
"""


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """The pack with its vetoes, and without."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    (folder / "vetoes.toml").write_text(VETOES, encoding="utf-8")
    return load([folder / "rules.toml", folder / "vetoes.toml"]), load([folder / "rules.toml"])


@pytest.fixture(scope="module")
def pack(packs):
    return packs[0]


def test_a_match_above_the_threshold_is_flagged_as_its_kind(pack):
    flag = pack.judge(Text("Job cuts at Volmar"))
    assert (flag.flagged, flag.score, flag.kind, flag.rules) == (True, 0.6, "layoff", ("r.cuts",))


def test_matches_of_one_field_add_up(pack):
    assert pack.judge(Text("Job cuts at Volmar: 900 jobs")).score == 0.8


def test_the_same_rule_twice_counts_once(pack):
    assert pack.judge(Text("Job cuts and job cuts")).score == 0.6


def test_a_match_counts_by_where_it_stands(pack):
    far = "Nothing to see here. " * 30
    texts = [Text("x", "Job cuts"), Text("x", "", "Job cuts"), Text("x", "", far + "Job cuts")]
    assert [pack.judge(text).score for text in texts] == [0.48, 0.42, 0.18]


def test_just_under_the_threshold_is_near(pack):
    flag = pack.judge(Text("Volmar restructuring"))
    assert (flag.flagged, flag.near, flag.kind) == (False, True, None)


def test_far_under_the_threshold_is_not_near(pack):
    assert not pack.judge(Text("x", "", "word " * 90 + "restructuring")).near


def test_a_rule_is_silent_in_a_sentence_with_a_word_of_none(pack):
    assert pack.judge(Text("Debt restructuring. Restructuring of debt")).rules == ()


def test_all_must_stand_in_the_same_sentence(pack):
    assert pack.judge(Text("Staff are redundant")).rules == ("r.both",)
    assert pack.judge(Text("Staff are here. Others are redundant")).rules == ()


def test_a_rule_looks_only_in_its_fields(pack):
    assert pack.judge(Text("x", "Staff are redundant")).rules == ()


def test_a_rule_without_weight_tells_the_stage_of_what_others_found(pack):
    flag = pack.judge(Text("Volmar may announce job cuts"))
    assert (flag.score, flag.stage) == (0.6, Stage.RUMOURED)


def test_a_rule_without_weight_says_nothing_alone(pack):
    assert pack.judge(Text("Volmar may")).rules == ()


def test_a_flag_without_a_stage_told_is_announced(pack):
    assert pack.judge(Text("Job cuts")).stage is Stage.ANNOUNCED


def test_a_veto_in_the_sentence_outranks_and_gives_kind_and_stage(pack):
    flag = pack.judge(Text("Volmar has no plans for job cuts"))
    assert (flag.flagged, flag.score, flag.kind, flag.stage, flag.vetoes) == (
        False,
        0.0,
        "denied",
        Stage.DENIED,
        ("v.no",),
    )


def test_what_one_veto_held_back_is_near(pack):
    assert pack.judge(Text("Volmar has no plans for job cuts")).near


def test_what_two_vetoes_held_back_is_not_near(pack):
    assert not pack.judge(Text("No plans for job cuts before the playoffs")).near


def test_a_veto_in_another_sentence_does_not_reach(pack):
    assert pack.judge(Text("Job cuts at Volmar. No plans for a sale")).flagged


def test_a_veto_of_a_field_reaches_its_other_sentences_but_not_another_field(pack):
    assert not pack.judge(Text("Lay-offs. The playoffs begin")).flagged
    assert pack.judge(Text("Lay-offs at Volmar", "The playoffs begin")).flagged


def test_a_veto_of_the_article_reaches_everywhere(pack):
    assert not pack.judge(Text("Lay-offs rise", "", "Jobless claims are out.")).flagged


def test_a_veto_that_lowers_takes_its_share_from_the_rules_it_is_meant_for(pack):
    flag = pack.judge(Text("Opinion: job cuts, 900 jobs"))
    assert (flag.score, flag.vetoes) == (0.65, ("v.half",))


def test_a_veto_without_a_match_is_not_named(pack):
    assert pack.judge(Text("The playoffs begin")).vetoes == ()


def test_a_regular_expression_finds_its_place_in_the_original(pack):
    flag = pack.judge(Text("Ein Straßenfest…  RIF24 ﬁnally"))
    assert [each.text for each in flag.evidence] == ["RIF24"]


def test_a_pack_loaded_again_judges_alike(pack, tmp_path):
    (tmp_path / "all.toml").write_text(RULES + VETOES, encoding="utf-8")
    text = Text("Opinion: job cuts, 900 jobs may go", "no plans for job cuts", "layoffs in the playoffs")
    assert load([tmp_path / "all.toml"]).judge(text) == pack.judge(text)


SPICE = (
    "job cuts",
    "900 jobs",
    "layoffs",
    "no plans",
    "jobless claims",
    "staff",
    ".",
    "?",
    "—",
    "\u2019s",
    "é",
    "\ud800",
    "\u0301",
)
WORDS = st.sampled_from([*(RULES + VETOES).replace('"', " ").split(), *SPICE])
PROSE = st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60)
TEXTS = st.builds(Text, PROSE, PROSE, PROSE)


@settings(max_examples=100)
@given(text=TEXTS)
def test_no_text_raises_and_every_span_finds_its_words_again(pack, text):
    fields = dict(text.fields())
    for each in pack.judge(text).evidence:
        assert fields[each.field][each.start : each.end] == each.text != ""


@settings(max_examples=100)
@given(text=TEXTS)
def test_a_veto_never_adds(packs, text):
    with_vetoes, without = (pack.judge(text) for pack in packs)
    assert with_vetoes.score <= without.score
    assert set(with_vetoes.rules) == set(without.rules)


@settings(max_examples=100)
@given(text=TEXTS, more=st.sampled_from(["job cuts", "900 jobs", "restructuring"]))
def test_one_more_keyword_never_loses_a_match(packs, text, more):
    before, after = (packs[1].judge(each) for each in (text, Text(text.title + ". " + more, text.summary, text.body)))
    assert after.score >= before.score


DRESSES = {
    "capitals": str.upper,
    "small letters": str.lower,
    "typographic dashes": lambda text: text.replace("-", "\u2011"),
    "typographic apostrophes": lambda text: text.replace("'", "\u2019"),
    "letters that are apostrophes": lambda text: text.replace("'", "\u02bc"),
    "signs that are apostrophes": lambda text: text.replace("'", "\uff07"),
    "spaces of no width behind sentences": lambda text: text.replace(". ", ".\u200b "),
    "wide white space": lambda text: text.replace(" ", " \u00a0\n"),
    "soft hyphens": lambda text: text.replace("jobs", "jo\u00adbs"),
}
PLAIN = st.lists(
    st.sampled_from(
        [
            "job cuts",
            "lay-offs",
            "900 jobs",
            "no plans",
            "Volmar's",
            "staff",
            "redundant.",
            "Inc.",
            "may",
            "Playoffs",
            "opinion?",
            "U.S.",
            "a",
        ]
    ),
    max_size=15,
).map(" ".join)


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
@settings(max_examples=100)
@given(title=PLAIN, summary=PLAIN)
def test_case_dashes_quotes_and_white_space_change_no_decision(pack, dress, title, summary):
    plain, dressed = pack.judge(Text(title, summary)), pack.judge(Text(dress(title), dress(summary)))
    assert (plain.score, plain.rules, plain.vetoes, plain.stage) == (
        dressed.score,
        dressed.rules,
        dressed.vetoes,
        dressed.stage,
    )


@pytest.mark.parametrize(("body", "found"), [(0.2, False), (0.3, True)])
def test_behind_its_beginning_a_body_is_looked_at_where_it_could_come_near(tmp_path, body, found):
    (tmp_path / "rules.toml").write_text(RULES.replace("body = 0.3", f"body = {body}"), encoding="utf-8")
    late = "Nothing happens here. " * 40 + "Job cuts."
    flag = load([tmp_path / "rules.toml"]).judge(Text("Volmar", "", late))
    assert bool(flag.rules) is found


def test_a_notice_filed_late_in_a_body_tells_the_stage_with_its_place(tmp_path):
    filed = '[[rule]]\nid = "r.filed"\nsays = "Filed."\nweight = 0.6\nstage = "filed"\nany = ["warn notice"]\n'
    text = RULES.replace("near = 0.3", "near = 0.4") + filed
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    late = "Nothing happens here. " * 40 + "It sent a WARN notice."
    flag = load([tmp_path / "rules.toml"]).judge(Text("Job cuts at Volmar", "", late))
    (evidence,) = [each for each in flag.evidence if each.rule == "r.filed"]
    assert (flag.stage, late[evidence.start : evidence.end]) == (Stage.FILED, "WARN notice")


@pytest.mark.parametrize("space", [" ", " " * 500])
def test_where_the_beginning_of_a_body_ends_does_not_hang_on_white_space(tmp_path, space):
    (tmp_path / "rules.toml").write_text(RULES.replace("near = 0.3", "near = 0.4"), encoding="utf-8")
    pack = load([tmp_path / "rules.toml"])
    body = ("Nothing happens here. " * 10 + "Job cuts at Volmar. " + "Nothing happens here. " * 40).replace(" ", space)
    assert pack.judge(Text("Volmar", "", body)).rules == ("r.cuts",)
