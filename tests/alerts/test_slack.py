from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.alerts import compose, slack
from monitor.model import AlertKind, Layoff, Report, Telling
from tests.alerts import slack_limits
from tests.alerts.examples import ALERT_ID, ALL, DIGEST, FIRST, HALVORA, OPENED, SLACK, UPDATED, amount

VECTORS = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!here|here>",
    "<@U1>",
    "<!subteam^S1>",
    "<#C1|general>",
    "<http://evil.example|bank>",
    "<mailto:a@evil.example|write>",
    "&lt;!here&gt;",
    "&amp;lt;!here&amp;gt;",
    "*bold* _slanted_ ~struck~ `code` ```block```",
    ":siren: http://evil.example www.evil.example evil.example",
    "@channel @here #general",
    "> quoted\n> lines",
    '{"type":"image","image_url":"https://evil.example/x.png"}',
    "\u202e<!channel>",
    "<\u200b!channel>",
    "<\u2060!channel>",
    "<!chan\x00nel>",
)

HOSTILE = st.one_of(
    st.sampled_from(VECTORS),
    st.text(max_size=200),
    st.builds(
        lambda piece, times: piece * times,
        st.sampled_from(("a", "<", "&", "👩‍💻", "e\u0301\u0301", "ש ", "🇩🇪", "*")),
        st.sampled_from((1, 149, 151, 2999, 12_001)),
    ),
)


def card(telling: Telling) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(compose(SLACK, ALERT_ID, telling))
    return message


def texts(message: dict[str, Any]) -> list[str]:
    return [message["text"], *slack_limits.strings(message.get("blocks", []))]


def said_by_a_stranger(words: str, url: str | None = None) -> tuple[Telling, ...]:
    """The same hostile words wherever words from outside can come to stand."""
    layoff = replace(HALVORA, company=words, stated=words, place=words, sentence=words)
    report = replace(
        FIRST,
        outlet=words,
        title=words,
        why=words,
        url=url or words,
        rules=(words, "pack." + words),
        headcount=amount(words, words),
        percent=amount(words, words),
    )
    opened = replace(OPENED, layoff=layoff, reports=(report, report), reason=words)
    digest = replace(DIGEST, layoffs=(layoff,) * 70, total=5000, reason=words)
    source = Telling(kind=AlertKind.SOURCE_DOWN, now=OPENED.now, source_id=words, message=words)
    return opened, replace(opened, kind=AlertKind.UPDATED, before=layoff), digest, source


def test_slack_takes_every_card_whatever_strangers_write(capsys: pytest.CaptureFixture[str]) -> None:
    refused: list[str] = []
    counted = 0

    @settings(max_examples=100, deadline=None)
    @given(HOSTILE)
    @example("a\u0301" * 500_000)
    def write(words: str) -> None:
        nonlocal counted
        for telling in said_by_a_stranger(words):
            body = compose(SLACK, ALERT_ID, telling)
            for form in (body, slack.repeated(body, ALERT_ID), slack.plain_text(body)):
                refused.extend(slack_limits.problems(form))
                counted += 1

    write()
    with capsys.disabled():
        print(f"\nFIGURE R14 messages={counted} refused={len(refused)}")

    assert refused == []


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_from_outside_mentions_links_or_formats(vector: str) -> None:
    for telling in said_by_a_stranger(vector, url="https://wire.example.org/" + vector.replace("/", "")):
        message = card(telling)
        for text in texts(message):
            assert slack_limits.tokens(text) == []
        fallback = message["text"].partition("\nhttps://wire.example.org")[0]
        assert slack_limits.live(fallback) == []
        assert "mrkdwn" not in json.dumps(message.get("blocks"))


def test_no_field_and_no_vector_gives_a_live_token(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        token
        for vector in VECTORS
        for telling in said_by_a_stranger(vector)
        for text in texts(card(telling))
        for token in slack_limits.tokens(text)
    ]
    with capsys.disabled():
        print(f"\nFIGURE R15 vectors={len(VECTORS)} live={len(found)}")

    assert found == []


@pytest.mark.parametrize("url", ["https://wire.example.org/a|b>c<d", "https://wire.example.org/?q=<!channel>"])
def test_an_address_cannot_end_early(url: str) -> None:
    message = card(replace(OPENED, reports=(replace(FIRST, url=url),)))
    (address,) = slack_limits.addresses(message["blocks"])

    assert not set(address) & set("<>|")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "slack://open", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    message = card(replace(OPENED, reports=(replace(FIRST, url=url),)))

    assert list(slack_limits.addresses(message["blocks"])) == []


@pytest.mark.parametrize("telling", ALL, ids=lambda telling: telling.kind.value)
def test_every_kind_of_alert_has_a_card_that_slack_takes(telling: Telling) -> None:
    assert slack_limits.problems(compose(SLACK, ALERT_ID, telling)) == []


def test_the_card_reads_as_one_would_tell_it() -> None:
    blocks = card(OPENED)["blocks"]

    assert [list(slack_limits.strings(block)) for block in blocks] == [
        ["Halvora: 1,100 jobs, about 8 % of staff"],
        ["confirmed · Lisbon, remote"],
        [
            "Halvora will let ",
            "1,100",
            " people go, about ",
            "8 %",
            " of its staff, its chief executive told employees.",
        ],
        ["The Wire", " 09:02 UTC, then 13 more"],
        ["why this fired: cut-number-people, percent-of-staff · more: pinkslip why a1b2c3d4e5f60718"],
    ]


def test_the_numbers_of_the_quoted_sentence_are_bold() -> None:
    quote = card(OPENED)["blocks"][2]["elements"][0]

    assert [part["text"] for part in quote["elements"] if part.get("style") == {"bold": True}] == ["1,100", "8 %"]


def test_the_fallback_tells_the_news_and_where_it_stands() -> None:
    assert card(OPENED)["text"].split("\n") == [
        "Halvora: 1,100 jobs, about 8 % of staff · confirmed · Lisbon, remote",
        "“Halvora will let 1,100 people go, about 8 % of its staff, its chief executive told employees.”",
        "https://wire.example.org/halvora?a=1&amp;b=2",
    ]


def test_links_are_not_unfolded() -> None:
    message = card(UPDATED)

    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def test_an_ampersand_in_a_name_is_shown_as_it_is() -> None:
    message = card(replace(OPENED, layoff=replace(HALVORA, company="Volmar & Sons")))

    assert message["blocks"][0]["text"]["text"].startswith("Volmar & Sons: ")


def test_a_repeated_card_says_that_it_may_be_one() -> None:
    message = json.loads(slack.repeated(compose(SLACK, ALERT_ID, OPENED), ALERT_ID))

    assert message["blocks"][-1]["elements"][0]["text"] == "possible repeat · a1b2c3d4e5f60718"
    assert message["text"].endswith("possible repeat · a1b2c3d4e5f60718")


def test_the_plain_message_has_the_words_of_the_card() -> None:
    body = compose(SLACK, ALERT_ID, OPENED)
    message = json.loads(slack.plain_text(body))

    assert message == {
        "text": json.loads(body)["text"],
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_digest_names_sixty_and_counts_the_rest() -> None:
    layoffs = tuple(replace(HALVORA, id=str(number), company=f"Nexora {number:03}") for number in range(100))
    message = card(replace(DIGEST, layoffs=layoffs, total=300))
    shown = "\n".join(slack_limits.strings(message["blocks"]))

    assert sum(f"Nexora {number:03}\n" in shown for number in range(100)) == slack.DIGEST_HOLDS
    assert "and 240 more: pinkslip layoffs list" in shown


def test_a_late_digest_says_how_late() -> None:
    message = card(replace(DIGEST, reason="late", late=timedelta(hours=7)))

    assert message["blocks"][1]["elements"][0]["text"] == "older news, found after we were away · late by 7 h 0 min"


def test_the_hostile_words_reach_every_text_field_of_a_layoff_and_a_report() -> None:
    opened, *_ = said_by_a_stranger("odd")
    assert opened.layoff is not None
    free = {"company", "stated", "place", "sentence"}
    told = {field.name for field in fields(Layoff) if getattr(opened.layoff, field.name) == "odd"}
    reported = {field.name for field in fields(Report) if getattr(opened.reports[0], field.name) == "odd"}

    assert told == free
    assert reported == {"outlet", "title", "url", "why"}
