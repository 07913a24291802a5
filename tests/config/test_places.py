"""Places: what a route means by them, and what they take in."""

import pytest

from monitor.config import load
from monitor.config.areas import AREAS, within
from monitor.detect.gazetteer import gazetteer

ROUTE = '[[channel]]\nid = "console"\nkind = "console"\n[[route]]\nchannel = "console"\n'


def places(folder):
    return load(folder, {}).policy.routes[0].places


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ireland", {"ireland"}),
        ("SÃO  PAULO", {"sao paulo, brazil"}),
        ("US", {"united states"}),
        ("U.S.", {"united states"}),
        ("USA", {"united states"}),
        ("America", {"united states"}),
        ("UK", {"united kingdom"}),
        ("Great Britain", {"united kingdom"}),
        ("England", {"england, united kingdom"}),
        ("UAE", {"united arab emirates"}),
        ("the Netherlands", {"netherlands"}),
        ("NYC", {"new york city, new york, united states"}),
        ("Washington, DC", {"washington d.c., united states"}),
        ("Austin, TX", {"austin, texas, united states"}),
        ("Columbus, Ohio, USA", {"columbus, ohio, united states"}),
        ("Columbus, OH, US", {"columbus, ohio, united states"}),
        ("Toronto, ON", {"toronto, ontario, canada"}),
        ("Georgia", {"georgia", "georgia, united states"}),
        ("Georgia, United States", {"georgia, united states"}),
        ("Benelux", {"benelux", "belgium", "luxembourg", "netherlands"}),
    ],
)
def test_a_place_is_known_by_its_usual_names_and_told_apart_by_what_it_lies_in(written, meant, configure):
    folder = configure(f'{ROUTE}places = ["{written}"]')
    assert (places(folder), load(folder, {}).notes) == (meant, ())


def test_several_places_are_taken_together(configure):
    assert places(configure(f'{ROUTE}places = ["Ireland", "Austin, TX"]')) == {
        "ireland",
        "austin, texas, united states",
    }


def test_a_place_too_small_to_be_known_is_noted_and_lies_where_it_is_said_to(configure):
    folder = configure(f'{ROUTE}places = ["Ballyquill, Ireland"]')
    assert places(folder) == {"ballyquill, ireland"}
    assert [str(note).partition("places: ")[2] for note in load(folder, {}).notes] == [
        '"Ballyquill, Ireland" is none of the places known; found where a report writes it so'
    ]


def test_a_continent_takes_its_countries_and_the_areas_within_it():
    assert {"Europe", "Ireland", "Benelux", "Baltic states"} <= within("EMEA")
    assert within("Europe").isdisjoint(within("North America") | within("Asia") | within("Africa"))


def test_all_that_areas_are_made_of_is_known_by_that_name():
    known = {place.path for places in gazetteer().names.values() for place in places}
    assert [name for area in AREAS for name in within(area) if name not in known] == []
