from __future__ import annotations

from datetime import date

import pytest

from monitor.demo.stories import News, Page, Story, programme

TODAY = date(2026, 11, 23)
PROGRAMME = programme(TODAY)


def test_every_story_stands_at_a_known_outlet() -> None:
    assert {story.outlet for story in PROGRAMME.stories} == {outlet.id for outlet in PROGRAMME.outlets}


def test_every_outlet_has_something_before_the_opening_and_something_after() -> None:
    waves = {(outlet.id, story.baseline) for outlet in PROGRAMME.outlets for story in PROGRAMME.at(outlet)}
    assert len(waves) == 2 * len(PROGRAMME.outlets)


@pytest.mark.parametrize("story", PROGRAMME.stories, ids=lambda story: story.slug)
def test_a_story_is_either_of_a_layoff_or_of_something_else(story: Story) -> None:
    assert (story.tells is None) != (story.instead is None)


@pytest.mark.parametrize("story", [s for s in PROGRAMME.stories if s.tells], ids=lambda story: story.slug)
def test_a_story_of_a_layoff_names_its_company_in_its_title(story: Story) -> None:
    assert str(story.tells) in story.title


def test_slugs_are_unique() -> None:
    assert len({story.slug for story in PROGRAMME.stories}) == len(PROGRAMME.stories)


def test_a_copy_has_the_words_of_what_it_copies() -> None:
    bodies = [story.body for story in PROGRAMME.stories if story.tells == "Halvora"]
    assert bodies[0] == bodies[1]


def test_today_is_named_in_the_texts() -> None:
    assert {"{today}" in story.body for story in PROGRAMME.stories} == {False}
    assert any("on Monday" in story.body for story in PROGRAMME.stories)


def test_the_programme_holds_a_dead_and_a_closed_page() -> None:
    assert {story.page for story in PROGRAMME.stories} == set(Page)


def test_what_is_told_again_was_told_before() -> None:
    later = PROGRAMME.companies(News.UPDATED) | PROGRAMME.companies(News.REVERSED)
    assert later
    assert later <= PROGRAMME.companies(News.OPENED)
