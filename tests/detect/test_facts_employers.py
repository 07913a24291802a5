"""Who cuts, where no directory knows: owners and their units, public bodies, clubs, everyday words, bare capitals."""

from __future__ import annotations

import pytest

from monitor.detect import facts
from monitor.detect.companies import Directory, Employer
from monitor.model import Text

UNKNOWN = Directory(())
EVERYDAY = Directory(
    tuple(
        Employer(name=name, key=name.lower(), words=name, context=True)
        for name in ("Block", "Target", "Gap", "Snap", "Square", "Box", "Match", "Unity")
    )
)


def employers(title: str, directory: Directory = UNKNOWN) -> list[str]:
    return [company.text for company in facts.read(Text(title), directory).companies]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Halvora, Brantiq and Velora cut jobs", ["Halvora", "Brantiq", "Velora"]),
        ("Zelmira, Orvanta, Pelgrim Foods announce layoffs", ["Zelmira", "Orvanta", "Pelgrim Foods"]),
        ("Kelpanto lays off 45 and Tirmona sheds 200 as ad market slows", ["Kelpanto", "Tirmona"]),
        ("Halvora and Nexora to merge, shedding 1,300 jobs", ["Halvora", "Nexora"]),
    ],
)
def test_everyone_that_cuts_is_named(title: str, names: list[str]) -> None:
    assert employers(title) == names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Volmar's Cork plant to lose 240 jobs", "Volmar"),
        ("Pelgrim Foods' Arden bakery to close with 190 redundancies", "Pelgrim Foods"),
        ("Brantiq's Kelpanto to lay off 10% of staff", "Kelpanto"),
        ("Halvora's Brantiq unit to lay off 55", "Brantiq"),
        ("Brantiq cuts 300 jobs as rival Nexora hires 200", "Brantiq"),
        ("About 30 people were let go from Kelpanto on Friday", "Kelpanto"),
        ("Orvanta, whose 3,500 staff were told on Tuesday, will drop 280 positions", "Orvanta"),
        ("Twenty-five workers laid off at Tirmona", "Tirmona"),
        ("Brantiq shrinks its team to 50 from 112", "Brantiq"),
        ("Expense Management Firm Pelio Hit By Layoffs", "Pelio"),
        ("Almost 1 in 5 Nexora employees laid off", "Nexora"),
        ("Marwood Press offers buyouts to 200 staff", "Marwood Press"),
        ("Since January Nexora has cut 3,000 jobs", "Nexora"),
    ],
)
def test_the_one_whose_people_go_is_the_employer(title: str, name: str) -> None:
    assert employers(title)[:1] == [name]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("NHS Lindheim to cut 1,500 jobs", "NHS Lindheim"),
        ("Ministry of Transport to shed 900 civil servants", "Ministry of Transport"),
        ("City of Lindheim lays off 110 workers", "City of Lindheim"),
        ("Lindheim City Council to axe 300 posts", "Lindheim City Council"),
        ("University of Kent puts 58 jobs at risk", "University of Kent"),
        ("Bank of Arden to trim 200 back-office jobs", "Bank of Arden"),
        ("Royal Lindheim Hospital to cut 40 nursing posts", "Royal Lindheim Hospital"),
        ("St Hilda's Hospital lays off 35 nurses", "St Hilda's Hospital"),
        ("Lindheim United to make 200 staff redundant", "Lindheim United"),
        ("Lindheim Rovers FC make 30 staff redundant", "Lindheim Rovers FC"),
    ],
)
def test_public_bodies_and_clubs_are_employers_by_their_whole_name(title: str, name: str) -> None:
    assert employers(title) == [name]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Brave Lays Off 27 Employees", "Brave"),
        ("Quiet Harbor Lays Off 22 Percent of Staff", "Quiet Harbor"),
        ("Big Table Games To Cut 250 Jobs", "Big Table Games"),
        ("coffee startup quiet harbor lays off 20 employees", "quiet harbor"),
        ("Quiet Bikes Lays Off 100 Employees", "Quiet Bikes"),
        ("Yellow Table to cut 500 jobs", "Yellow Table"),
        ("Quiet Harbor Conducts Third Round Of Layoffs", "Quiet Harbor"),
        ("Quiet Harbor The Networking App For Women Has Laid Off Staff", "Quiet Harbor"),
        ("After Raising 38m Commerce Startup Zelmira Lays Off 20", "Zelmira"),
        ("Groventa Lay Another 500 Workers", "Groventa"),
    ],
)
def test_everyday_words_are_a_name_where_they_lay_people_off(title: str, name: str) -> None:
    assert employers(title)[:1] == [name]


@pytest.mark.parametrize(
    "title",
    [
        "Coffee Chain To Cut 300 Jobs",
        "COFFEE CHAIN TO CUT 300 JOBS",
        "Steel mill lays off 300",
        "Merger To Cut 400 Jobs",
        "Rising Costs Force Hospital To Lay Off 60 Nurses",
        "Airline to cut 2,000 jobs",
        "Judge fires 20 clerks",
        "Tech Startups Lay Off 300 Workers",
        "Forest fires spread in hot summer",
        "Budget cuts 300 jobs",
    ],
)
def test_a_kind_of_employer_or_an_event_is_no_name(title: str) -> None:
    assert employers(title) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Target cuts 1,800 corporate jobs", "Target"),
        ("Nexora misses target, cuts 500 jobs", "Nexora"),
        ("Block lays off 931 employees", "Block"),
        ("Judge to block Nexora's plan to cut 500 jobs", "Nexora"),
        ("Gap to cut 1,800 jobs", "Gap"),
        ("Gap narrows as Nexora cuts 90 jobs", "Nexora"),
        ("Nexora cuts 200 jobs to close budget gap", "Nexora"),
        ("Snap lays off 10% of global workforce", "Snap"),
        ("In a snap, Nexora lays off 20", "Nexora"),
        ("Snap election threatens 200 jobs at Nexora", "Nexora"),
        ("Box-office firm Kelpanto cuts 20 jobs", "Kelpanto"),
        ("Unity to lay off 25% of its workforce", "Unity"),
        ("Box cuts 60 roles", "Box"),
        ("Box maker Kelpanto cuts 75 jobs", "Kelpanto"),
        ("Square lays off 40 as it closes an office", "Square"),
    ],
)
def test_an_everyday_name_is_read_by_what_it_does(title: str, name: str) -> None:
    assert employers(title, EVERYDAY) == [name]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Carmaker to cut 640 jobs at Brockhaven plant", []),
        ("Carmaker to cut 640 jobs at Brockhaven engine plant", []),
        ("Harlan Freight to close Lindheim terminal, lay off 280", ["Harlan Freight"]),
        ("Ashby biscuit factory closure: 260 workers to lose jobs as Velora pulls out", ["Velora"]),
        ("Ashby biscuit factory closure: 260 workers to lose jobs", ["Ashby"]),
        ("Halvora plant to close with loss of 300 jobs", ["Halvora"]),
        ("300 jobs to go at the Halvora plant", ["Halvora"]),
        ("About 120 jobs to go at Lindheim School District", ["Lindheim School District"]),
        ("Kelpanto & Daughters, which made the game Lockjaw, lays off 38", ["Kelpanto & Daughters"]),
        ("Halvora Air Lines HAL.N said it will cut 500 jobs", ["Halvora Air Lines"]),
    ],
)
def test_where_a_place_of_work_stands_is_no_employer(title: str, names: list[str]) -> None:
    assert employers(title) == names


@pytest.mark.parametrize("title", ["Job cuts at Halvora plant", "640 jobs to go at Halvora's plant"])
def test_a_known_name_beside_a_place_of_work_is_the_employer(title: str) -> None:
    known = Directory((Employer(name="Halvora", key="halvora", words="Halvora", context=False),))
    assert employers(title, known) == ["Halvora"]
