"""The rules that ship: their own examples, texts of every kind, and figures on real headlines where those are at hand."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from monitor.detect import companies
from monitor.detect.rules import load
from monitor.detect.rules.evaluate import Evaluation, Judgement, Labelled
from monitor.model import Stage, Text

LAY_OFF = re.compile(r"\b(?:lay ?offs?|lays? off|laid off|laying off)\b", re.IGNORECASE)
JOBS = re.compile(r"\b(?:jobs?|staff|workforce|roles?|employees|workers|headcount|positions)\b", re.IGNORECASE)
RULES = Path(__file__).parents[2] / "config" / "rules"


@pytest.fixture(scope="module")
def pack():
    return load(sorted(RULES.glob("*.toml")), companies.load(RULES.parent / "companies.toml"))


@pytest.fixture(scope="module")
def data():
    folder = os.environ.get("PINKSLIP_DATA")
    return Path(folder) if folder else pytest.skip("skipped: no data")


def test_every_example_in_the_rule_files_is_decided_as_it_says(pack):
    assert [str(each) for each in pack.failures()] == []


def test_every_rule_carries_a_headline_to_flag_and_every_veto_one_to_pass(pack):
    assert [each.id for each in pack.untried()] == []


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("Halvora may cut 300 jobs, sources say", Stage.RUMOURED),
        ("Halvora plans to lay off 300 workers", Stage.PLANNED),
        ("Halvora begins laying off staff", Stage.UNDER_WAY),
        ("Halvora files WARN notice for 300 layoffs", Stage.FILED),
        ("Halvora lays off 300 workers", Stage.ANNOUNCED),
    ],
)
def test_the_stage_is_read_from_the_words(pack, title, stage):
    assert pack.judge(Text(title)).stage is stage


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Halvora rules out layoffs this year", "denied"),
        ("Brantiq rehires engineers it laid off in March", "reversed"),
        ("US jobless claims fall as layoffs stay low", "macro"),
        ("Ospera Bank slashes the pay of its managers", "other_cut"),
        ("How to survive a layoff", "human_interest"),
        ("Tirmona fires 12 employees over racist posts", "single_person"),
        ("Here are the companies that announced layoffs this week", "multi_company_roundup"),
    ],
)
def test_what_is_no_layoff_is_told_as_what_it_is(pack, title, kind):
    flag = pack.judge(Text(title))
    assert (flag.flagged, flag.kind) == (False, kind)


def test_a_notice_that_was_filed_outranks_what_is_planned(pack):
    body = (
        "Nexora plans to lay off 300 workers in Lindheim. " + "The town has lived from the works for decades. " * 12
    ) + "The company filed a WARN notice for 300 workers on 3 May."
    assert pack.judge(Text("Nexora may lay off 300 workers", "", body)).stage is Stage.FILED


@pytest.mark.parametrize(
    "title",
    [
        "Halvora has denied a report that it plans to lay off 5 percent of its employees",
        "Halvora denies report it will cut 500 jobs",
        "Halvora rejects reports of 500 job cuts",
    ],
)
def test_a_denied_report_is_a_denial(pack, title):
    flag = pack.judge(Text(title))
    assert (flag.flagged, flag.kind, flag.stage) == (False, "denied", Stage.DENIED)


@pytest.mark.parametrize(
    "title",
    [
        "Brantiq cuts prices 15% on workforce software",
        "Brantiq trims fees 10% on payroll software",
        "Brantiq cuts staff turnover by 15%",
        "Brantiq eliminates passwords for 10,000 employees",
        "Brantiq cuts production 20% as workers strike",
        "Ospera Bank lets go of 12% stake in Norvane",
        "Ospera Bank trims positions in tech stocks",
        "Ospera Bank to hire 500 after rivals cut jobs",
    ],
)
def test_everyday_business_news_is_no_layoff(pack, title):
    assert not pack.judge(Text(title)).flagged


@pytest.mark.parametrize(
    "title",
    [
        "Halvora employees describe the morning the layoffs came",
        "What Brantiq's job cuts mean for the town of Eskerby",
        "Former Tirmona workers sue over mass layoffs without notice",
        "Union protests job cuts at Volmar Motors' Lindau plant",
        "After Nexora's layoffs, remaining staff are asked to do more",
        "Leaked memo shows how Kelpanto chose who would be laid off",
        "Read the email Ospera Bank's chief executive sent to laid-off staff",
        "Halvora's layoffs begin as first notices reach staff",
        "Brantiq layoffs: which teams are hit hardest",
        "Laid-off Tirmona employees to get 16 weeks of severance",
        "Volmar Motors chief defends decision to cut 1,200 jobs",
        "Nexora apologises to staff over the way it handled layoffs",
        "Kelpanto layoffs hit its Dublin office hardest",
        "Minister meets Ospera Bank bosses over planned job losses",
        "Judge lets lawsuit over Halvora layoffs go ahead",
        "Brantiq shares jump after job cuts",
        "Workers at Tirmona walk out over redundancies",
        '"I found out by email": Volmar Motors staff on losing their jobs',
        "Inside Nexora's layoffs",
        "Hundreds of laid-off Kelpanto workers still waiting for final pay",
    ],
)
def test_what_follows_one_employers_cut_is_told_with_it(pack, title):
    assert pack.judge(Text(title)).flagged


@pytest.mark.parametrize(
    "title",
    [
        "What employees should do after being laid off",
        "How to survive layoffs: advice from a Halvora recruiter",
        "Opinion: Brantiq's rivals should learn from a decade of layoffs",
        "Tirmona hires workers laid off by rivals",
        "Volmar Motors workers protest over pay and pensions",
        "Former Nexora employee sues over dismissal after complaint",
        "Tech layoffs are changing how Americans look for work",
        "Halvora staff describe life under new hybrid working policy",
        "What interest rate cuts mean for Ospera Bank's customers",
        "Kelpanto employees walk out over return-to-office order",
        "Union demands higher severance in national wage talks",
        "Leaked memo shows Nexora plans to open 30 stores",
        "Laid off at 52, she opened a bakery with her severance",
        "Judge dismisses lawsuit over Brantiq data breach",
        "Volmar Motors chief says no layoffs are planned this year",
        "Mayor fears for jobs as recession looms",
        "Ospera Bank apologises to customers over app outage",
        "Why layoffs do not make companies more profitable, study finds",
        "Tirmona begins price cuts across its range",
    ],
)
def test_what_only_sounds_like_what_follows_a_cut_is_not_told(pack, title):
    assert not pack.judge(Text(title)).flagged


def test_a_passing_mention_late_in_a_body_does_not_flag(pack):
    body = (
        "Nexora shows a new line of electric vans at the fair in Lindheim. " * 12 + "In 2019 it laid off 200 workers."
    )
    assert not pack.judge(Text("Nexora shows a new van", "", body)).flagged


def test_a_lead_that_tells_of_a_cut_flags_under_a_plain_headline(pack):
    body = "Nexora said on Monday it would cut 200 jobs, a tenth of its workforce, as orders fell."
    assert pack.judge(Text("Nexora to restructure van business", "", body)).flagged


def labelled(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        text = Text(item["title"], item["summary"] or "", item["body"] or "")
        yield Labelled(
            id=item["id"],
            text=text,
            layoff=item["label"] == "layoff_event",
            kind=item["kind"],
            borderline=item["borderline"],
        )


def test_the_figures_on_labelled_headlines_hold(pack, data):
    items = sorted(labelled(data / "detect.jsonl"), key=lambda each: each.id)
    evaluation = Evaluation(tuple(Judgement(each, pack.judge(each.text)) for each in items))
    print(f"FIGURE detect F1 {evaluation.all.f1:.3f} all, {evaluation.clear.f1:.3f} without borderline")
    assert evaluation.all.f1 >= 0.94
    assert evaluation.clear.f1 >= 0.97


DRESSES = {
    "capitals": str.upper,
    "small letters": str.lower,
    "apostrophes": lambda text: text.translate(dict.fromkeys(map(ord, "'\u2018\u2019"), "\u02bc")),
    "dashes": lambda text: text.replace("-", "\u2011"),
    "spaces": lambda text: text.replace(" ", " \u00a0"),
    "nothing behind sentences": lambda text: text.replace(". ", ".\u200b "),
}


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
def test_how_a_real_headline_is_written_changes_no_decision(pack, data, dress):
    texts = [each.text for each in labelled(data / "detect.jsonl")]
    changed = [text.title for text in texts if told(pack, text) != told(pack, dressed(text, dress))]
    assert changed == []


def dressed(text, dress):
    return Text(dress(text.title), dress(text.summary), dress(text.body))


def told(pack, text):
    flag = pack.judge(text)
    return flag.score, flag.kind, flag.stage, flag.severity, set(flag.rules), set(flag.vetoes)


def test_the_figures_on_headlines_of_layoffs_hold(pack, data):
    titles = [json.loads(line)["title"] for line in (data / "slugs.jsonl").read_text(encoding="utf-8").splitlines()]
    saying = [title for title in titles if LAY_OFF.search(title)]
    speaking = [title for title in titles if JOBS.search(title) and not LAY_OFF.search(title)]
    shares = [sum(pack.judge(Text(title)).flagged for title in some) / len(some) for some in (saying, speaking)]
    print(
        f"FIGURE slugs recall {shares[0]:.3f} with a word for lay-off, {shares[1]:.3f} with jobs, staff or the like only"
    )
    assert shares[0] >= 0.97
    assert shares[1] >= 0.88
