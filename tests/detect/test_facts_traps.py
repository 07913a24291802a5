"""Numbers beside a cut that are not the cut: earlier rounds, totals, sizes, money, time; and numbers in odd shapes."""

from __future__ import annotations

import pytest

from monitor.detect import facts
from monitor.detect.companies import Directory
from monitor.model import Amount, Facts, Qualifier, Text

UNKNOWN = Directory(())


def read(title: str) -> Facts:
    return facts.read(Text(title), UNKNOWN)


def headcount(title: str) -> Amount:
    amount = read(title).headcount
    assert amount is not None
    return amount


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Halvora has cut 2,000 jobs this year, and will now shed another 150", 150),
        ("After laying off 500 in January, Brantiq cuts 200 more", 200),
        ("Nexora trims 90 roles, months after it let 400 people go", 90),
        ("Kelpanto lays off 70, its third round since March when 120 left", 70),
        ("Velora to cut 1,400 jobs on top of 3,000 announced last autumn", 1400),
        ("Tirmona's latest layoffs hit 60 staff, following 250 cuts in 2023", 60),
        ("Ospera Bank slashes 800 positions, adding to 2,200 already eliminated", 800),
        ("Quillon Games, which cut 900 jobs last year, lays off 130 more", 130),
        ("Brantiq, which shed 400 posts in March, is cutting a further 120", 120),
        ("Since January Nexora has cut 3,000 jobs; on Monday it axed 250 more", 250),
        ("Nexora layoffs: 35 more workers go, total now 410", 35),
        ("Halvora has let go of 90 people, bringing this year's total to 1,100", 90),
    ],
)
def test_earlier_rounds_and_totals_give_way_to_the_cut_of_today(title: str, value: int) -> None:
    assert headcount(title).value == value


@pytest.mark.parametrize(
    "title",
    [
        "Halvora has cut 2,000 jobs this year",
        "Since January Nexora has cut 3,000 jobs",
        "Nexora has laid off 3,000 people since 2022",
        "Orvanta to pay $1.2 million over 2021 layoffs of 400 workers",
    ],
)
def test_a_total_over_months_is_no_cut(title: str) -> None:
    assert read(title).headcounts == ()


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Brantiq, with a global headcount of 8,300, is eliminating 420 positions", 420),
        ("Velora cuts 300 jobs, or 12% of its 2,500-person staff", 300),
        ("Volmar Motors to cut 450 of 1,100 jobs at Cork plant", 450),
        ("Nexora to eliminate 1,000 jobs, including 200 in its cloud unit", 1000),
        ("Kelpanto, a 60-person startup, lays off 14", 14),
        ("Nexora is preparing to lay off as many as 700 of its 13,000 employees", 700),
        ("Kelpanto workforce of 4,200 to shrink by 600", 600),
        ("Velora cuts 20 of 600-person staff", 20),
        ("Tirmona lays off all of its 40 employees", 40),
        ("Halvora will take a $300 million charge as it cuts 650 jobs", 650),
        ("Brantiq to save £40m a year with 280 redundancies", 280),
        ("Laid-off Velora workers will get 60 days' pay, with 75 people affected", 75),
        ("Nexora gives laid-off staff 12 weeks of pay after cutting 95 roles", 95),
        ("Nexora to cut 110 jobs by 31 December 2026", 110),
        ("Ospera Bank to close 40 branches over 3 years, cutting 520 jobs", 520),
        ("Volmar Motors to idle plant for 6 weeks, laying off 1,900 workers", 1900),
        ("Nexora shuts its depot after cutting 150 jobs", 150),
    ],
)
def test_sizes_money_and_time_are_told_from_the_cut(title: str, value: int) -> None:
    assert [amount.value for amount in read(title).headcounts][:1] == [value]


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Halvora to cut 500 jobs but hire 300 in data centres", 500),
        ("Velora will add 200 jobs in Lindheim while cutting 350 in Cork", 350),
        ("Nexora is hiring 400 AI engineers after cutting 1,100 support staff", 1100),
        ("Tirmona axes 60 jobs while Velora adds 45", 60),
        ("Zelmira employs 900 people and will let 90 of them go", 90),
    ],
)
def test_who_is_hired_or_stays_is_not_counted(title: str, value: int) -> None:
    assert [amount.value for amount in read(title).headcounts] == [value]


@pytest.mark.parametrize(
    ("title", "value"), [("Brantiq shrinks its team to 50 from 112", 62), ("Kelpanto cuts team from 80 to 55", 25)]
)
def test_a_team_between_two_levels_loses_their_difference(title: str, value: int) -> None:
    amount = headcount(title)
    assert (amount.value, amount.qualifier) == (value, Qualifier.DERIVED)


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Halvora cuts1,200jobs in Europe", 1200),
        ("Brantiq lays off 250employees", 250),
        ("Nexora to cut 120 000 jobs", 120_000),
        ("Dataria Is Laying Off 20 Of Staff Today Or 150 People", 150),
        ("Kelpanto Lays Off 20 Of Workforce 1300 Employees", 1300),
    ],
)
def test_a_number_that_has_run_into_a_word_or_lost_its_signs_is_read(title: str, value: int) -> None:
    assert [amount.value for amount in read(title).headcounts] == [value]


@pytest.mark.parametrize(
    "title",
    [
        "Nexora and unions reach deal to avoid 300 layoffs",
        "Covid 19 jobs at Nexora",
        "Nexora layoffs 2",
        "B2B jobs cut at Nexora",
    ],
)
def test_what_is_avoided_or_part_of_a_name_is_no_count(title: str) -> None:
    assert read(title).headcounts == ()


@pytest.mark.parametrize(
    ("title", "low", "high"),
    [
        ("Between 300 and 400 jobs to go at Volmar Motors", 300, 400),
        ("Ospera Bank preparing to cut 300 to 400 traders", 300, 400),
        ("Velora to cut 1,500-2,000 jobs", 1500, 2000),
        ("Zelmira to make some 1,200-1,400 people redundant", 1200, 1400),
    ],
)
def test_both_ends_of_a_range_are_kept(title: str, low: int, high: int) -> None:
    amount = headcount(title)
    assert (amount.low, amount.high, amount.qualifier) == (low, high, Qualifier.RANGE)


@pytest.mark.parametrize(
    ("title", "vague", "low", "high"),
    [
        ("Dozens laid off at Quillon Games", "dozens", 24, 99),
        ("Hundreds of Ospera Bank staff face the axe", "hundreds", 200, 999),
        ("Bars close and hundreds lose jobs at Nexora", "hundreds", 200, 999),
        ("Several thousand jobs to go at Volmar Motors", "several thousand", 3000, 9999),
        ("Kelpanto lays off a couple of dozen workers", "a couple of dozen", 24, 36),
        ("Kelpanto lays off scores of workers", "scores", 40, 199),
    ],
)
def test_a_vague_number_is_found_wherever_people_go(title: str, vague: str, low: int, high: int) -> None:
    amount = headcount(title)
    assert (amount.value, amount.vague, amount.low, amount.high) == (None, vague, low, high)


@pytest.mark.parametrize(
    ("title", "value", "qualifier"),
    [
        ("Halvora to axe no fewer than 700 posts", 700, Qualifier.AT_LEAST),
        ("Halvora to axe no more than 700 posts", 700, Qualifier.UP_TO),
        ("Brantiq to cut upwards of 90 staff", 90, Qualifier.AT_LEAST),
        ("Nexora to cut 500 or more jobs", 500, Qualifier.AT_LEAST),
        ("Nexora staff reductions near 800", 800, Qualifier.ABOUT),
        ("Fewer than 100 workers affected by Nexora job cuts", 100, Qualifier.UP_TO),
    ],
)
def test_the_bound_that_the_words_set_is_kept(title: str, value: int, qualifier: Qualifier) -> None:
    amount = headcount(title)
    assert (amount.value, amount.qualifier) == (value, qualifier)


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("2,000 could be laid off at Nexora", 2000),
        ("Union says 350 at Lindheim Steelworks face redundancy", 350),
        ("More job losses at Orvanta: 130 to leave by June", 130),
        ("Tirmona issues WARN notices to 212 employees", 212),
        ("Closure of Volmar Motors plant to cost 400 jobs", 400),
        ("Zelmira and Orvanta lay off a combined 500", 500),
        ("300 staff layoffs at Nexora revealed", 300),
        ("Job cuts loom for 600 at Nexora", 600),
        ("Nexora shuts down, leaving 210 without work", 210),
    ],
)
def test_a_number_is_counted_in_other_wordings_of_a_cut(title: str, value: int) -> None:
    assert [amount.value for amount in read(title).headcounts] == [value]


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Nexora entlässt 200 Mitarbeiter", 200),
        ("Nexora baut 300 Stellen ab", 300),
        ("115 Leute müssen bei Nexora gehen", 115),
        ("Nexora supprime 120 postes", 120),
        ("Nexora licencie 120 salariés", 120),
        ("Nexora despide a 200 personas", 200),
        ("Nexora säger upp 300 anställda", 300),
        ("Nexora varslar 40", 40),
        ("Nexora schrapt 50 banen", 50),
    ],
)
def test_the_languages_of_the_rules_are_counted_too(title: str, value: int) -> None:
    found = read(title)
    assert [amount.value for amount in found.headcounts] == [value]
    assert [company.name for company in found.companies] == ["Nexora"]


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Half of the 20% of staff to be cut at Nexora work in Cork", 20),
        ("Ospera Bank to let one in ten employees go", 10),
        ("Three in ten Velora workers to lose jobs", 30),
        ("Orvanta to cut 1 in 8 jobs", 12.5),
        ("Quillon Games lays off two thirds of its staff", 66.7),
        ("Tirmona has laid off a third of its 300 staff", 33.3),
        ("Quillon Games lays off nearly half of its developers", 50),
        ("Halvora to lay off 5% of its 24,000 employees", 5),
        ("Tirmona cuts staff 8% as shares slump 20%", 8),
        ("Nexora mulls cutting 20% or more of jobs amid spending on chips", 20),
        ("Zelmira cuts headcount by a further 4 percent after 10 percent cut in May", 4),
        ("Nexora begins laying off its entire Russian workforce", 100),
        ("Nexora lays off all its employees", 100),
    ],
)
def test_the_part_of_the_workforce_that_goes_is_read(title: str, value: float) -> None:
    percent = read(title).percent
    assert percent is not None
    assert percent.value == value


@pytest.mark.parametrize("text", ["10%15%", "10-15%", "10% to 15%", "10%-15%"])
def test_a_range_of_percentages_is_one_whatever_parts_its_ends(text: str) -> None:
    percent = read(f"Nexora to cut {text} of workforce").percent
    assert percent is not None
    assert (percent.low, percent.high) == (10, 15)


@pytest.mark.parametrize(
    "title",
    [
        "Velora to cut workforce by double-digit percentage",
        "Nexora lays off its entire design team",
        "Nexora cuts all its prices",
        "Nexora puts its entire staff on a course",
    ],
)
def test_a_part_that_is_not_stated_of_the_workforce_stays_null(title: str) -> None:
    assert read(title).percent is None


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Halvora raises number of job cuts to 1,350", 1350),
        ("Halvora increases layoffs to 700 from 400", 700),
        ("Brantiq lays off 75, months after changing its name", 75),
        ("What Tirmona told the 400 workers it is letting go", 400),
        ("Tirmona names the 60 employees that it laid off", 60),
        ("Ospera Bank will shut 45 of its 210 branches and cut 340 jobs", 340),
        ("Ospera Bank to shut 145 of its branches and 90 jobs will go", 90),
        ("Tirmona cuts 120 jobs while looking for 250 engineers", 120),
    ],
)
def test_a_cut_told_in_a_roundabout_way_is_the_only_count(title: str, value: int) -> None:
    assert [amount.value for amount in read(title).headcounts] == [value]


@pytest.mark.parametrize(
    "title",
    [
        "Employers with 100 or more workers must give 60 days of notice before a mass layoff",
        "Manager refuses severance, club will not sack the 43-year-old",
    ],
)
def test_a_number_of_nobody_in_particular_is_no_count(title: str) -> None:
    assert read(title).headcounts == ()


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Nexora lays off 20% of its sales team, or 3% of its workforce", 3),
        ("Nexora cuts 30% of its cloud unit's staff, 4% of all employees", 4),
        ("Nexora lays off 20% of its sales team", 20),
    ],
)
def test_a_part_of_the_workforce_speaks_before_a_part_of_one_unit(title: str, value: float) -> None:
    percent = read(title).percent
    assert percent is not None
    assert percent.value == value


RIVALS = """
Quillon Games has laid off 210 people, the publisher confirmed. Two studios stay open.

{sentence}
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "In January, Velora Studios cut 900 jobs, a fifth of its staff, and closed its office in Lyon.",
        "Two weeks later Norvane Interactive let go of 75 people.",
        "Kelpanto & Daughters, which made the game Lockjaw, shut its doors in Lyon with the loss of 38 jobs.",
    ],
)
def test_what_another_employer_cuts_is_none_of_the_articles_figures(sentence: str) -> None:
    found = facts.read(Text("Quillon Games lays off 210 people", "", RIVALS.format(sentence=sentence)), UNKNOWN)
    assert {amount.value for amount in found.headcounts} == {210}
    assert found.percent is None
    assert found.places == ()


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Quillon will also cut 40 contractors.", 40),
        ("It will also cut 40 contractors.", 40),
        ("Jane Roe said the company would lay off 40 more people in May.", 40),
        ("The Malmö studio will lose 40 jobs.", 40),
    ],
)
def test_what_the_employer_itself_cuts_further_down_is_read(sentence: str, value: int) -> None:
    found = facts.read(Text("Quillon Games lays off 210 people", "", RIVALS.format(sentence=sentence)), UNKNOWN)
    assert value in {amount.value for amount in found.headcounts}
