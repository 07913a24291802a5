"""When two articles carry one text, to the word or nearly."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.duplicates import ALIKE_OF_ONE_SOURCE, alike, fingerprint, likeness
from monitor.model import Fingerprint
from tests.bench.duplicates import edited, found, prose, shortened, syndicated
from tests.making import article

TEXT = "Halvora will let 1,100 people go in Lisbon, its chief executive told all employees on Monday."
STORIES = [article(text.title, source_id=text.source, body=text.rest) for text in prose(200)]
STORY = STORIES[0]
NOTICE = (
    "{0} will lay off {1} workers at its {2} plant, according to a notice filed with the state labour department on "
    "Monday. The separations are expected to begin on {3} and to be permanent. Affected employees are not represented by "
    "a union, and no bumping rights exist. The company said that it would offer severance pay and help with finding "
    "other work to those who are affected. The notice was filed under the law that requires employers to give sixty "
    "days of warning before a plant closing or a mass layoff."
)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        TEXT.replace(" ", "\n "),
        TEXT.replace(", its", " – its"),
        TEXT + "…",
        TEXT.replace("ce", "\uff43\uff45"),
    ],
)
def test_case_punctuation_and_space_do_not_make_another_text(copy):
    assert fingerprint(article("Halvora", summary=copy)).exact == fingerprint(article("Halvora", summary=TEXT)).exact


def test_another_number_makes_another_text():
    assert (
        fingerprint(article("x", summary=TEXT)).exact
        != fingerprint(article("x", summary=TEXT.replace("1,100", "1,200"))).exact
    )


def test_a_short_text_has_no_key():
    assert fingerprint(article("Layoffs at Halvora")).exact is None


@given(st.lists(st.text(min_size=1), min_size=12, max_size=30))
def test_the_words_of_a_text_are_those_that_unicode_knows(pieces):
    text = " ".join(pieces)
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    spelt = article("twelve words a b c d e f g h i j", summary=" ".join(words))
    assert fingerprint(article("twelve words a b c d e f g h i j", summary=text)).exact == fingerprint(spelt).exact


def test_the_exact_part_of_a_fingerprint_is_the_text_s_key():
    assert [fingerprint(story).exact for story in STORIES] == [fingerprint(story).exact for story in STORIES]


@given(st.sampled_from(STORIES), st.sampled_from([str.upper, str.title, lambda text: re.sub(r"[ .]+", " –\n", text)]))
def test_white_space_case_and_punctuation_do_not_make_another_fingerprint(story, change):
    assert fingerprint(article(story.title, source_id="gazette", body=change(story.body))) == fingerprint(story)


def test_a_text_is_wholly_like_itself():
    signature = fingerprint(STORY).signature
    assert likeness(signature, signature) == 1
    assert alike(signature, signature)


def test_likeness_is_the_same_either_way():
    one, other = (fingerprint(each).signature for each in STORIES[:2])
    assert likeness(one, other) == likeness(other, one)


def test_a_fingerprint_is_the_same_in_every_process_and_version():
    """The archive keeps them: with another answer here, all that it kept finds nothing any more."""
    made = fingerprint(article("Halvora", body=NOTICE))
    assert made.bands[:3] == (4976252301700, 87696884264031, 79568282835322)
    assert made.signature[:16].hex() == "642f81146d9a00b4a9c40b0aa30f3494"


def test_keys_of_different_bands_differ_and_fit_six_bytes():
    bands = [fingerprint(story).bands for story in STORIES]
    assert all(key % 10 == number for keys in bands for number, key in enumerate(keys))
    assert all(0 <= key < 2**47 for keys in bands for key in keys)


def test_a_fingerprint_takes_little_room():
    made = fingerprint(STORY)
    assert (len(made.bands), len(made.signature)) == (10, 64)


@pytest.mark.parametrize("words", [0, 3, 11, 59])
def test_a_text_too_short_has_no_near_copies(words):
    text = " ".join(f"word{number}" for number in range(words))
    made = fingerprint(article("", body=text))
    assert made == Fingerprint(fingerprint(article("", body=text)).exact)
    assert not alike(made.signature, made.signature)


@pytest.mark.parametrize(
    ("change", "floor"),
    [
        (lambda text, made: edited(text, 0.05, made), 0.98),
        (lambda text, made: edited(text, 0.1, made), 0.93),
        (lambda text, made: shortened(text, 0.3, made), 0.85),
        (syndicated, 0.9),
    ],
    ids=["5 % of words edited", "10 % of words edited", "30 % of sentences dropped", "syndicated"],
)
def test_near_copies_are_found(change, floor):
    made = random.Random(2)
    copies = [article("Another headline", source_id="gazette", body=change(story.body, made)) for story in STORIES]
    assert sum(map(found, STORIES, copies)) >= floor * len(STORIES)


def test_other_stories_are_not_alike():
    signatures = [fingerprint(story).signature for story in STORIES]
    assert not any(alike(one, other) for place, one in enumerate(signatures) for other in signatures[:place])


def test_one_outlet_s_boilerplate_does_not_make_two_stories_alike():
    boilerplate = next(prose(1, words=120)).rest
    one, other = (article(each.title, body=f"{each.body} {boilerplate}") for each in STORIES[1:3])
    assert not found(one, other)


def test_notices_from_one_template_are_alike_and_left_to_the_facts():
    """No likeness tells a notice with another company in it from a copy with as many words edited."""
    one = fingerprint(article("", body=NOTICE.format("Halvora Inc.", "120", "Cork", "4 January")))
    other = fingerprint(article("", body=NOTICE.format("Volmar Motors", "85", "Braga", "18 March")))
    assert alike(one.signature, other.signature)
    assert likeness(one.signature, other.signature) < ALIKE_OF_ONE_SOURCE


def test_what_stands_behind_twenty_thousand_characters_changes_nothing():
    body = " ".join(text.rest for text in prose(12))
    assert fingerprint(article("", body=body)).bands == fingerprint(article("", body=body + TEXT)).bands
