"""Numbers of a cut that no word for jobs follows: who goes is told by the verb alone, or by what closes."""

from __future__ import annotations

import pytest

from monitor.detect import facts
from monitor.detect.companies import Directory
from monitor.model import Facts, Text

UNKNOWN = Directory(())


def read(title: str) -> Facts:
    return facts.read(Text(title), UNKNOWN)


@pytest.mark.parametrize(
    ("title", "company", "value"),
    [
        ("Velora axes 1,500 and boards up dozens of warehouses", "Velora", 1500),
        ("Velora to axe 240 as ovens move abroad", "Velora", 240),
        ("Velora sheds 2,600 at Lindheim", "Velora", 2600),
        ("Kelpanto sends last 800 packing", "Kelpanto", 800),
        ("Halvora to part with 6,000 as phones go digital", "Halvora", 6000),
        ("Tirmona closes Lindheim lens plant; 330 affected", "Tirmona", 330),
        ("Tirmona shuts two Lindheim pits, 2,000 redundant", "Tirmona", 2000),
        ("Tirmona considers closing 95 branches, putting 750 at risk", "Tirmona", 750),
        ("Velora closed its plants employing 1,254", "Velora", 1254),
        ("Volmar Motors hands 2,500 their notice", "Volmar Motors", 2500),
        ("Volmar Motors gives notice to 65", "Volmar Motors", 65),
        ("Brantiq says 1,100 more must go", "Brantiq", 1100),
        ("Brantiq doubles down on cuts: 20,000 will go, seven factories shut", "Brantiq", 20000),
        ("NEXORA SAYS 4,500 TO LEAVE PAYROLL BY YEAR END", "NEXORA", 4500),
        ("Nexora to lose 500 map makers to automation", "Nexora", 500),
        ("Tirmona: last 12,500 workers go as final stores close", "Tirmona", 12500),
        ("Nexora shares climb as investors cheer 9,000 departures", "Nexora", 9000),
        ("Quillon Games wields the axe on 900 and shuts its studio", "Quillon Games", 900),
        ("Halvora lets 350 go before IPO", "Halvora", 350),
        ("Brantiq trims head office by 300", "Brantiq", 300),
        ("Velora thins its ranks by 185", "Velora", 185),
        ("Velora pulls out of Lindheim as 200 get the push", "Velora", 200),
        ("kelpanto to axe 170 at port lindheim", "kelpanto", 170),
    ],
)
def test_a_number_is_of_jobs_where_only_people_can_be_meant(title: str, company: str, value: int) -> None:
    found = read(title)
    assert [amount.value for amount in found.headcounts] == [value]
    assert [one.name for one in found.companies] == [company]


def test_years_of_work_that_fall_away_are_counted() -> None:
    amount = read("The measures mean a decrease of 85 man-years").headcount
    assert amount is not None
    assert (amount.value, amount.text) == (85, "85")


@pytest.mark.parametrize(
    ("title", "company", "value"),
    [
        ("Canadian Window to carve 3% out of its workforce", "Canadian Window", 3),
        ("Velora snips 20% of workers", "Velora", 20),
        ("Velora winnows 11% of workforce", "Velora", 11),
    ],
)
def test_more_verbs_take_a_part_from_a_workforce(title: str, company: str, value: float) -> None:
    found = read(title)
    assert found.percent is not None
    assert (found.percent.value, [one.name for one in found.companies]) == (value, [company])


@pytest.mark.parametrize("title", ["17 percent of Velora is going", "17% of Quillon Games are going, memo says"])
def test_a_part_of_a_named_employer_goes(title: str) -> None:
    percent = read(title).percent
    assert percent is not None
    assert percent.value == 17


@pytest.mark.parametrize(
    "title",
    [
        "Foo Corp cuts 500 flights",
        "Dow sheds 400",
        "Dow sheds 400 at the close",
        "Velora sheds 400",
        "Velora sheds 400 at noon",
        "Army fires 200 rockets",
        "Rovers dismissed for 145",
        "Halvora loses 1,200 in court",
        "Halvora loses 1,200 at sea",
        "Nexora axes 1,500 routes",
        "Nexora axes 7 as ovens move abroad",
        "Nexora axes $1,500 and moves on",
        "Nexora will not axe 1,500",
        "Man with axe, 40, is held",
        "Airline to axe 1,500 as fuel runs short",
        "Halvora parts with 2,000 shares",
        "Halvora parts with 300 for a new site",
        "Kelpanto sends 500 home with a gift",
        "Kelpanto lets 400 go free",
        "Kelpanto lets 400 go on holiday",
        "Landlord hands 200 their notice",
        "Volmar Motors gives notice to 65 suppliers",
        "Tax office issues notice to 2,000 over dues",
        "Union gives notice to 300 of a ballot",
        "Velora opens plant employing 300",
        "Velora closes deal on plant employing 300",
        "Velora closes in on site employing 300",
        "Velora closes purchase of factory employing 450",
        "Snow shuts offices, 700 affected",
        "Storm shuts plant; 700 affected",
        "Shops shut; 10,000 affected",
        "Tirmona closing plant puts 400 at risk of cancer",
        "Dam puts 1,200 at risk",
        "Trees in the city: 1,100 more must go",
        "Two clubs say 1,000 must go by train",
        "Hotel welcomes 9,000 departures",
        "Nexora shares jump on 900 departures from Lindheim",
        "Last 800 players go as final nears",
        "Brantiq trims debt by 300",
        "Brantiq trims office by 300 square metres",
        "brantiq trims office by 30 after sales slow",
        "Velora workers save 85 man-years with robots",
        "Velora employs 300 in Lindheim",
    ],
)
def test_a_number_that_may_be_of_anything_is_no_headcount(title: str) -> None:
    assert read(title).headcounts == ()


@pytest.mark.parametrize(
    "title",
    [
        "Velora drops 4% in early trading",
        "Velora carves 3% out of its costs",
        "Velora snips 20% of its range",
        "17 percent of Velora is going public",
        "17 percent of Velora is going to charity",
        "17 percent of Germany is going",
        "17 percent of everything is going",
    ],
)
def test_a_part_of_anything_else_is_no_part_of_a_workforce(title: str) -> None:
    assert read(title).percent is None


@pytest.mark.parametrize(
    "title",
    [
        "British airline cuts 500 jobs",
        "German carmakers cut 5,000 jobs",
        "Dutch Bank to cut 500 jobs",
    ],
)
def test_everyday_words_alone_are_no_company(title: str) -> None:
    assert read(title).companies == ()


def test_an_earlier_cut_without_a_noun_is_left_out() -> None:
    amounts = read("Velora cuts 500 jobs after axing 300 in spring").headcounts
    assert [amount.value for amount in amounts] == [500]
