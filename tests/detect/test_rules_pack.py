"""Rule files: what is refused, in which words, and what the examples show."""

from __future__ import annotations

import cProfile

import pytest

from monitor.detect.companies import Directory, Employer
from monitor.detect.rules import PackError, load
from monitor.model import Severity, Stage, Text

GOOD = """
[lists]
jobs = ["jobs", "positions"]
[[rule]]
id = "t.cut"
says = "Jobs are cut."
weight = 0.8
stage = "planned"
any = ["cut* ~3 <jobs>"]
flag = ["Volmar cuts 900 jobs"]
pass = ["Volmar cuts prices"]
[[veto]]
id = "t.no"
says = "None are."
kind = "denied"
any = ["no plans"]
pass = ["Volmar has no plans to cut jobs"]
"""


@pytest.fixture
def written(tmp_path):
    """Write rule files, give their paths."""

    def write(*texts):
        paths = [tmp_path / f"r{number}.toml" for number, _ in enumerate(texts)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def problems(paths):
    with pytest.raises(PackError) as caught:
        load(paths)
    return list(caught.value.problems)


def test_a_right_file_gives_its_rules_and_vetoes(written):
    pack = load(written(GOOD))
    assert [each.id for each in pack.all()] == ["t.cut", "t.no"]


def test_right_examples_do_not_fail(written):
    assert load(written(GOOD)).failures() == ()


def test_the_stage_is_that_of_the_rule(written):
    assert load(written(GOOD)).judge(Text("Volmar cuts 900 jobs")).stage is Stage.PLANNED


@pytest.mark.parametrize(
    ("change", "to", "problem"),
    [
        ("weight = 0.8", "wieght = 0.8", "rule \"t.cut\": wieght: no such key; did you mean 'weight'?"),
        ("weight = 0.8", "", 'rule "t.cut": weight: is missing; want a number from 0 to 1'),
        ("weight = 0.8", "weight = 8", 'rule "t.cut": weight: want a number from 0 to 1, found 8'),
        ("weight = 0.8", "weight = true", 'rule "t.cut": weight: want a number from 0 to 1, found True'),
        ('says = "Jobs are cut."', "", 'rule "t.cut": says: is missing; want a text'),
        ('id = "t.cut"', "", 'rule "no. 1": id: is missing; want a text'),
        ('id = "t.no"', 'id = "t.cut"', 'veto "t.cut": id: is taken already, in r0.toml'),
        ('stage = "planned"', 'stage = "planed"', "did you mean 'planned'?, found 'planed'"),
        ('kind = "denied"', "", 'veto "t.no": kind: is missing; want a text'),
        ('any = ["no plans"]', "", 'veto "t.no": any: want at least one pattern'),
        ('any = ["no plans"]', 'any = "no plans"', "veto \"t.no\": any: want a list of texts, found 'no plans'"),
        (
            'any = ["no plans"]',
            'any = ["no <plnas>"]',
            'veto "t.no": any: pattern "no <plnas>", character 4: no such list: <plnas>',
        ),
        ('any = ["no plans"]', 'any = ["no (plans"]', "character 4: '(' is never closed; want ')'"),
        (
            'any = ["no plans"]',
            'any = ["no plans"]\nover = ["t.cot"]',
            "over: no such rule: \"t.cot\"; did you mean 't.cut'?",
        ),
        (
            'any = ["no plans"]',
            'any = ["no plans"]\nreach = "paragraph"',
            "reach: want one of sentence, field, article",
        ),
        (
            'any = ["no plans"]',
            'any = ["no plans"]\nfields = ["titel"]',
            "fields: want some of title, summary, body; did you mean 'title'?",
        ),
        (
            'flag = ["Volmar cuts 900 jobs"]',
            "flag = [3]",
            "flag: want a headline, or a table of title, summary and body, found 3",
        ),
        (
            'jobs = ["jobs", "positions"]',
            'jobs = ["jobs", "(positions"]',
            "lists.jobs: pattern \"(positions\", character 1: '(' is never closed",
        ),
        ('jobs = ["jobs", "positions"]', "jobs = []", "lists.jobs: want a list of words, found []"),
        ("[lists]", "[list]", "list: no such key; did you mean 'lists'?"),
        ("[[rule]]", "[rule]", "rule: want tables headed [[rule]]"),
        ("[lists]", "[scale]\nthreshold = 2\n[lists]", "scale: threshold: want a number from 0 to 1, found 2"),
    ],
)
def test_what_is_wrong_is_told_with_file_place_and_near_miss(written, change, to, problem):
    told = problems(written(GOOD.replace(change, to, 1)))
    assert any(each.startswith("r0.toml: ") and problem in each for each in told), told


def test_all_problems_of_all_files_are_told_at_once(written):
    told = problems(
        written(GOOD.replace("weight", "wieght"), "not toml", GOOD.replace("t.", "u.").replace("says", "sais"))
    )
    assert {each.split(":")[0] for each in told} == {"r0.toml", "r1.toml", "r2.toml"}


def test_a_broken_list_is_told_once_and_not_again_for_every_rule_that_uses_it(written):
    told = problems(written(GOOD.replace('"positions"', '"(positions"')))
    assert len(told) == 1


def test_lists_are_known_to_all_files(written):
    lists, _, rest = GOOD.partition("[[rule]]")
    assert load(written("[[rule]]" + rest, lists)).failures() == ()


def test_an_id_is_taken_in_all_files(written):
    assert any("is taken already, in r0.toml" in each for each in problems(written(GOOD, GOOD)))


def test_a_list_is_written_once_in_all_files(written):
    told = problems(written(GOOD, '[lists]\njobs = ["posts"]'))
    assert told == ["r1.toml: lists.jobs: a list of this name is there already, in r0.toml"]


def test_the_scale_is_set_in_one_file_only(written):
    told = problems(written(GOOD + "[scale]\nnear = 0.2\n", "[scale]\nthreshold = 0.6\n"))
    assert told == ["r1.toml: scale: is set in r0.toml already"]


def test_a_pack_without_a_rule_is_refused(written):
    assert problems(written("")) == ["rules: there is no rule in any file"]


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert problems([tmp_path / "gone.toml"])[0].startswith("gone.toml: cannot be read: ")


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("Volmar cuts 900 jobs", "Volmar hires 900", 'r0.toml: "t.cut": want flagged: "Volmar hires 900"'),
        ("Volmar cuts prices", "Volmar cuts positions", 'r0.toml: "t.cut": want passed: "Volmar cuts positions"'),
        ("Volmar has no plans to cut jobs", "Volmar is quiet", 'r0.toml: "t.no": want passed because of this veto'),
    ],
)
def test_a_failing_example_is_told_with_its_rule(written, change, to, said):
    failures = load(written(GOOD.replace(change, to))).failures()
    assert [str(each).startswith(said) for each in failures] == [True]


def test_an_example_may_have_a_summary_and_a_body(written):
    example = '{ title = "Volmar in trouble", body = "Volmar cuts 900 jobs." }'
    pack = load(written("[scale]\nlead = 0.9\n" + GOOD.replace('"Volmar cuts 900 jobs"', example)))
    assert pack.failures() == ()


ONE = """
[[rule]]
id = "t.one"
says = "One."
weight = 0.8
any = ["job cuts"]
"""


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('none = ["cuts"]', 'rule "t.one": any: can never hold: whatever it finds, `none` refuses'),
        ('none = ["job cuts"]', 'rule "t.one": any: can never hold: whatever it finds, `none` refuses'),
        ('none = ["c*s"]', 'rule "t.one": any: can never hold: whatever it finds, `none` refuses'),
        (
            'fields = ["title"]\nall = ["body: plant"]',
            'rule "t.one": any: can never hold: all: "body: plant" looks in another field',
        ),
        ('all = ["plant"]\nnone = ["plant"]', 'rule "t.one": any: can never hold: whatever it finds, `none` refuses'),
        ('within = "page"', "rule \"t.one\": within: want one of sentence, field, article, found 'page'"),
        ('within = "articel"', "within: want one of sentence, field, article; did you mean 'article'?"),
        ('severity = "hihg"', "severity: want one of low, normal, high; did you mean 'high'?"),
        ('language = "German"', "language: want two or three small letters, such as en or de, found 'German'"),
    ],
)
def test_a_rule_that_can_never_hold_is_refused_with_its_place(written, more, problem):
    (found,) = problems(written(ONE + more))
    assert problem in found


def test_a_rule_that_looks_in_a_field_where_no_pattern_does_is_refused(written):
    text = ONE.replace('"job cuts"', '"title: job cuts"') + 'fields = ["body"]'
    assert problems(written(text)) == [
        'r0.toml: rule "t.one": any: can never be found: no pattern looks in a field that the rule looks in'
    ]


@pytest.mark.parametrize(
    "more", ['none = ["cuts now"]', 'all = ["plant"]', 'all = ["body: plant"]\nwithin = "article"']
)
def test_a_rule_that_may_hold_is_not_refused(written, more):
    assert load(written(ONE + more)).untried()


def test_a_rule_of_a_language_is_for_articles_of_it_and_of_unknown_language(written):
    pack = load(written('language = "de"\nmeasured = false\n' + ONE))
    decided = {
        language: pack.judge(Text("Job cuts", language=language)).flagged for language in ("de-AT", "en", "fr", None)
    }
    assert decided == {"de-AT": True, "en": True, "fr": False, None: True}


def test_a_rule_may_have_another_language_than_its_file(written):
    pack = load(written('language = "de"\n' + ONE + 'language = "nl"\n'))
    assert pack.rules[0].language == "nl"


def test_the_severity_is_the_highest_that_speaks(written):
    high = ONE.replace("t.one", "t.two").replace("job cuts", "thousands") + 'severity = "high"'
    pack = load(written(ONE + 'severity = "low"' + high))
    assert pack.judge(Text("Job cuts")).severity is Severity.LOW
    assert pack.judge(Text("Thousands of job cuts")).severity is Severity.HIGH
    assert pack.judge(Text("Sunshine")).severity is None


@pytest.mark.parametrize(
    ("within", "flagged"), [("sentence", [True, False, False]), ("field", [True, True, False]), ("article", [True] * 3)]
)
def test_what_is_needed_besides_may_stand_further_away(written, within, flagged):
    pack = load(written(ONE + f'all = ["plant"]\nwithin = "{within}"'))
    texts = [Text("Job cuts at plant"), Text("Job cuts. A plant closes"), Text("Job cuts", "A plant closes")]
    assert [pack.judge(text).flagged for text in texts] == flagged


@pytest.mark.parametrize(("within", "flagged"), [("sentence", True), ("field", True), ("article", False)])
def test_what_must_not_stand_there_may_stand_further_away(written, within, flagged):
    pack = load(written(ONE + f'none = ["playoffs"]\nwithin = "{within}"'))
    assert pack.judge(Text("Job cuts", "The playoffs begin")).flagged is flagged


EMPLOYED = """
[[rule]]
id = "t.employer"
says = "An employer has job cuts."
weight = 0.8
any = ["<employer> ~2 job cuts", "job cuts at <employer>"]
"""


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Volmar Motors plans job cuts", "Volmar Motors plans job cuts"),
        ("VOLMAR MOTORS PLANS JOB CUTS", "VOLMAR MOTORS PLANS JOB CUTS"),
        ("volmar motors plans job cuts", "volmar motors plans job cuts"),
        ("More job cuts at Ospera Bank in May", "job cuts at Ospera Bank"),
        ("Economists expect job cuts", None),
        ("Job cuts at record level", None),
    ],
)
def test_an_employer_is_known_or_found_from_the_sentence(written, title, found):
    flag = load(written(EMPLOYED)).judge(Text(title))
    assert [each.text for each in flag.evidence] == ([found] if found else [])


def test_an_employer_of_the_directory_is_one_word_to_a_pattern(written):
    directory = Directory((Employer(name="Bank of Lindheim", key="bl", words="Bank of Lindheim", context=False),))
    text = "At the Bank of Lindheim, job cuts. Nothing else"
    assert load(written(EMPLOYED), directory).judge(Text(text)).evidence[0].text == "Bank of Lindheim, job cuts"


@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_a_pattern_for_a_field_looks_nowhere_else(written, field):
    pack = load(written(ONE.replace('"job cuts"', f'"{field}: job cuts"')))
    texts = {name: Text(**{"title": "x", name: "Job cuts"}) for name in ("title", "summary", "body")}
    assert [name for name, text in texts.items() if pack.judge(text).rules] == [field]


def test_a_veto_of_another_language_does_not_reach(written):
    veto = '[[veto]]\nid = "t.veto"\nsays = "No."\nkind = "macro"\nany = ["cuts"]\n'
    pack = load(written(ONE, 'language = "de"\n' + veto))
    assert pack.judge(Text("Job cuts", language="fr")).flagged
    assert not pack.judge(Text("Job cuts", language="de")).flagged


def test_a_stage_of_a_language_is_told_only_beside_a_rule_of_it(written):
    stage = 'language = "nl"\n[[rule]]\nid = "t.stage"\nsays = "Soon."\nweight = 0\nstage = "planned"\nany = ["job"]\n'
    assert load(written(ONE, stage)).judge(Text("Job cuts")).stage is Stage.ANNOUNCED
    dutch = ONE.replace("[[rule]]", 'language = "nl"\n[[rule]]')
    assert load(written(dutch, stage)).judge(Text("Job cuts")).stage is Stage.PLANNED


def test_names_in_a_later_sentence_are_found_in_their_place(written):
    text = "Nothing here. More job cuts at Ospera Bank"
    (evidence,) = load(written(EMPLOYED)).judge(Text(text)).evidence
    assert (evidence.text, text[evidence.start : evidence.end]) == (
        "job cuts at Ospera Bank",
        "job cuts at Ospera Bank",
    )


def test_a_name_at_the_end_of_a_sentence_leaves_the_end_there(written):
    pack = load(written(EMPLOYED.replace('"job cuts at <employer>"', '"job cuts at <employer> <end>"')))
    assert pack.judge(Text("Job cuts at Ospera Bank")).flagged
    assert not pack.judge(Text("Job cuts at Ospera Bank this week")).flagged


def test_a_regular_expression_counts_in_the_sentence_it_is_found_in(written):
    pack = load(written(ONE + "none = ['/playoffs?/']"))
    assert pack.judge(Text("The playoffs begin. Job cuts at Halvora")).flagged
    assert not pack.judge(Text("Halvora. Job cuts in the playoffs")).flagged


def test_an_article_that_is_not_flagged_has_no_severity(written):
    weak = ONE.replace("0.8", "0.4") + 'severity = "high"'
    flag = load(written(weak)).judge(Text("Job cuts"))
    assert (flag.rules, flag.severity) == (("t.one",), None)


def test_a_rule_that_sets_no_severity_raises_none(written):
    stage = '[[rule]]\nid = "t.stage"\nsays = "Soon."\nweight = 0\nstage = "planned"\nany = ["soon"]\n'
    pack = load(written(ONE + 'severity = "low"', stage))
    assert pack.judge(Text("Job cuts soon")).severity is Severity.LOW


def test_the_stage_may_stand_in_the_title_when_the_text_speaks_louder(written):
    stage = ONE.replace("t.one", "t.soon").replace("job cuts", "soon").replace("0.8", "0.1") + 'stage = "planned"'
    pack = load(written("[scale]\nsummary = 1.0\n" + ONE + stage))
    assert pack.judge(Text("Soon", "Job cuts")).stage is Stage.PLANNED


def test_a_lowered_near_miss_stays_one(written):
    veto = '[[veto]]\nid = "t.veto"\nsays = "Hm."\nkind = "macro"\nlowers = 0.3\nany = ["perhaps"]\n'
    flag = load(written(ONE.replace("0.8", "0.4") + veto)).judge(Text("Perhaps job cuts"))
    assert (flag.flagged, flag.near, flag.score) == (False, True, 0.28)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[scale]\nthreshold = 0.5\nnear = 0.9\n" + ONE, "scale: near: want no more than the threshold, found 0.9"),
        (ONE.replace("0.8", "0"), "weight: of nothing tells nothing without a stage or a severity"),
        ('[lists]\nnumber = ["many"]\n' + ONE, "lists.number: is built in; choose another name"),
    ],
)
def test_what_does_nothing_is_refused(written, text, problem):
    assert any(problem in each for each in problems(written(text)))


def test_lists_that_double_are_refused_before_they_fill_the_memory(written):
    lists = "\n".join(f'l{n} = ["(<l{n + 1}>|<l{n + 1}>|q b{n})"]' for n in range(24))
    (first, *_) = problems(written(f'[lists]\n{lists}\nl24 = ["a b"]\n' + ONE.replace('"job cuts"', '"<l0>"')))
    assert "grows too large with all its lists" in first


def test_a_text_of_many_sentences_costs_in_proportion(written):
    veto = '[[veto]]\nid = "t.veto"\nsays = "Hm."\nkind = "macro"\nreach = "field"\nlowers = 0.1\nany = ["job"]\n'
    pack = load(written(ONE + veto))
    calls = {}
    for sentences in (100, 400):
        profile = cProfile.Profile()
        profile.runcall(pack.judge, Text("x", "", "Job cuts! " * sentences))
        calls[sentences] = sum(entry.callcount for entry in profile.getstats())
    assert calls[400] < 6 * calls[100]
