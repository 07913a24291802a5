"""The starter's sources: real outlets, told apart, each with a reason to be there."""

import re
import tomllib
from collections import Counter
from itertools import filterfalse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

STARTER = Path(__file__).parent.parent / "config" / "sources.toml"
SOURCES = tomllib.loads(STARTER.read_text(encoding="utf-8"))["source"]
SEARCHES = ("hnrss.org", "www.reddit.com", "news.google.com")


def host(source):
    return urlsplit(source["url"]).netloc


def address(source):
    """The URL without what two spellings of one address differ in."""
    parts = urlsplit(source["url"])
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query


def those_without(pattern, key):
    return [source["id"] for source in filterfalse(lambda source: re.fullmatch(pattern, source[key]), SOURCES)]


def test_there_are_at_least_sixty():
    assert len(SOURCES) >= 60


def test_no_two_share_an_id():
    assert Counter(source["id"] for source in SOURCES).most_common(1)[0][1] == 1


def test_no_two_share_an_address():
    assert Counter(map(address, SOURCES)).most_common(1)[0][1] == 1


def test_every_id_is_short_and_plain():
    assert those_without(r"[a-z0-9]+(-[a-z0-9]+)*", "id") == []


def test_every_address_is_on_the_web():
    assert those_without(r"https?://[a-z0-9.-]+\.[a-z]+/\S*", "url") == []


def test_every_source_says_in_a_sentence_why_it_is_there():
    assert those_without(r"[A-Z].{20,150}\.", "about") == []


def test_every_source_has_the_name_people_know():
    assert those_without(r"\S(.*\S)?", "title") == []


def test_nobody_is_asked_more_often_than_every_ten_minutes():
    assert those_without(r"[1-5]\dm|[1-9]\d?h", "every") == []


def test_they_come_in_at_least_eight_languages():
    assert len({source.get("language", "en") for source in SOURCES}) >= 8


@pytest.mark.parametrize("wanted", ["www.geekwire.com", "hnrss.org", "www.reddit.com", "www.prnewswire.com"])
def test_the_paper_of_the_first_story_the_searches_and_a_wire_are_there(wanted):
    assert wanted in set(map(host, SOURCES))


@pytest.mark.parametrize("service", SEARCHES)
def test_a_search_is_asked_by_the_hour_and_its_pages_are_left_alone(service):
    asked = {(host(source), source["every"][-1], source.get("full_text")) for source in SOURCES}
    assert {ask for ask in asked if ask[0] == service} == {(service, "h", "never")}


def test_nine_in_ten_addresses_could_be_confirmed():
    assert sum(source.get("confirmed", True) for source in SOURCES) >= 0.9 * len(SOURCES)
