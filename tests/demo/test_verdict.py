from __future__ import annotations

from datetime import UTC, date, datetime

from monitor.demo.receiver import Taken
from monitor.demo.stories import News, programme
from monitor.demo.verdict import verdict

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PROGRAMME = programme(date(2026, 11, 23))
LINKS = {f"http://127.0.0.1/{story.slug}": story for story in PROGRAMME.stories}
EXPECTED = [(company, str(news)) for news in News for company in sorted(PROGRAMME.companies(news))]


def alert(company: str, news: str = "opened", *slugs: str) -> Taken:
    urls = tuple(f"http://127.0.0.1/{slug}" for slug in slugs)
    return Taken(id=f"{company}{news}", at=NOW, type=f"layoff.{news}", company=company, urls=urls)


ALL = [alert(company, news) for company, news in EXPECTED]


def test_all_that_was_expected_is_good() -> None:
    assert verdict(PROGRAMME, ALL, LINKS).good


def test_what_did_not_come_is_missing() -> None:
    assert verdict(PROGRAMME, ALL[1:], LINKS).missing == ("Brantiq: no layoff.opened came",)


def test_an_update_that_nobody_asked_for_is_fine() -> None:
    assert verdict(PROGRAMME, [*ALL, alert("Halvora", "updated")], LINKS).good


def test_a_layoff_told_twice_is_wrong() -> None:
    assert verdict(PROGRAMME, [*ALL, alert("Halvora")], LINKS).wrong == ("Halvora: told 2 times as if it were new",)


def test_what_was_there_before_must_not_be_told() -> None:
    wrong = verdict(PROGRAMME, [*ALL, alert("Fernhill Robotics")], LINKS).wrong
    assert wrong == ("Fernhill Robotics: told of a layoff that is no news",)


def test_a_hard_negative_among_the_reports_is_wrong() -> None:
    false = alert("Halvora", "updated", "october-jobs-report")
    [complaint] = verdict(PROGRAMME, [*ALL, false], LINKS).wrong
    assert complaint.endswith("was told as a layoff of Halvora, but is macro")


def test_a_digest_is_not_expected() -> None:
    digest = Taken(id="d", at=NOW, type="digest", company=None, urls=())
    assert verdict(PROGRAMME, [*ALL, digest], LINKS).wrong == ("a message nobody expected: digest",)
