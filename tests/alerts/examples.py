"""Layoffs, reports and tellings to tell in tests: invented employers, invented words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    AlertKind,
    AlertState,
    Amount,
    Channel,
    ChannelKind,
    Layoff,
    Qualifier,
    Report,
    Secret,
    Stage,
    Telling,
)

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
SENTENCE = "Halvora will let 1,100 people go, about 8 % of its staff, its chief executive told employees."
SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
ALERT_ID = "a1b2c3d4e5f60718"

CONSOLE = Channel(id="screen", kind=ChannelKind.CONSOLE)
WEBHOOK = Channel(id="crm", kind=ChannelKind.WEBHOOK, url=Secret("https://crm.example.org/hooks"), secrets=(SECRET,))
SLACK = Channel(id="newsroom", kind=ChannelKind.SLACK, url=Secret("https://hooks.example.org/services/T/B/x"))


def amount(text: str, sentence: str = SENTENCE, **stated: Any) -> Amount:
    fields: dict[str, Any] = {"value": None, "low": None, "high": None, "vague": None, "qualifier": Qualifier.EXACT}
    start = max(sentence.find(text), 0)
    return Amount(**(fields | stated), field="body", start=start, end=start + len(text), text=text, sentence=sentence)


JOBS = amount("1,100", value=1100, low=1100, high=1100)
SHARE = amount("8 %", value=8.0, low=8.0, high=8.0, qualifier=Qualifier.ABOUT)

HALVORA = Layoff(
    id="halvora-2026-11",
    company="Halvora",
    company_key="halvora",
    stage=Stage.CONFIRMED,
    headcount=1100,
    headcount_low=1100,
    headcount_high=1100,
    stated="1,100",
    percent=8.0,
    place="Lisbon, remote",
    sentence=SENTENCE,
    opened_at=NOW,
    updated_at=NOW,
    reports=14,
)

FIRST = Report(
    layoff_id=HALVORA.id,
    article_id="art-1",
    source_id="wire",
    outlet="The Wire",
    title="Halvora to cut 1,100 jobs",
    url="https://wire.example.org/halvora?a=1&b=2",
    published_at=NOW - timedelta(minutes=12),
    reported_at=NOW,
    why="the first",
    baseline=False,
    headcount=JOBS,
    percent=SHARE,
    rules=("layoffs.cut-number-people", "layoffs.percent-of-staff"),
)

SECOND = replace(
    FIRST,
    article_id="art-2",
    source_id="ledger",
    outlet="Evening Ledger",
    title="Halvora lets 1,100 people go",
    url="https://ledger.example.org/a",
    published_at=None,
    why="same company, same number",
)

OPENED = Telling(kind=AlertKind.OPENED, now=NOW, reason="first report", layoff=HALVORA, reports=(FIRST, SECOND))
BRANTIQ = replace(
    HALVORA,
    id="brantiq-2026-11",
    company="Brantiq",
    company_key="brantiq",
    stage=Stage.FILED,
    headcount=640,
    headcount_low=640,
    headcount_high=640,
    stated="640",
    percent=None,
    place="Austin",
    sentence="A notice filed with the state lists 640 positions at the Austin site from 22 January.",
    reports=2,
    revision=1,
)
UPDATED = Telling(
    kind=AlertKind.UPDATED,
    now=NOW,
    reason="640, was up to 400",
    layoff=BRANTIQ,
    before=replace(
        BRANTIQ, stage=Stage.ANNOUNCED, headcount=None, headcount_low=None, headcount_high=400, stated="up to 400"
    ),
    reports=(replace(FIRST, headcount=None, percent=None, url=None, rules=("layoffs.notice-filed",)),),
    late=timedelta(hours=2, minutes=10),
)
REVERSED = Telling(
    kind=AlertKind.REVERSED,
    now=NOW,
    reason="denied by the company",
    layoff=replace(
        HALVORA,
        company="Tirmona",
        stage=Stage.DENIED,
        sentence="Tirmona called reports of a 5 % cut “not accurate”.",
        headcount=None,
        headcount_low=None,
        headcount_high=None,
        stated=None,
        percent=5.0,
        place=None,
    ),
    before=replace(
        HALVORA,
        company="Tirmona",
        stage=Stage.RUMOURED,
        headcount=None,
        headcount_low=None,
        headcount_high=None,
        stated=None,
        percent=5.0,
        place=None,
    ),
    reports=(replace(SECOND, headcount=None, percent=None, published_at=NOW - timedelta(days=2)),),
)
UNNAMED = replace(
    HALVORA,
    id="unnamed",
    company=None,
    company_key=None,
    headcount=None,
    headcount_low=200,
    headcount_high=900,
    stated="several hundred",
    percent=None,
    stage=Stage.UNDER_WAY,
    place=None,
)
DIGEST = Telling(
    kind=AlertKind.DIGEST,
    now=NOW,
    reason="storm",
    layoffs=(BRANTIQ, HALVORA, UNNAMED),
    total=112,
)
SOURCE_DOWN = Telling(
    kind=AlertKind.SOURCE_DOWN,
    now=NOW,
    source_id="techwire",
    message="TechWire answered 429 and asked to wait until 14:20; 3 alerts are not affected.",
)
SOURCE_RECOVERED = replace(SOURCE_DOWN, kind=AlertKind.SOURCE_RECOVERED, message="TechWire answers again after 3 h.")
CHANNEL_DISABLED = Telling(
    kind=AlertKind.CHANNEL_DISABLED,
    now=NOW,
    channel_id="team",
    message="Channel team is disabled: answered 410 Gone: the receiver wants no more.",
)
TEST = Telling(kind=AlertKind.TEST, now=NOW, message="If you read this, alerts reach you here.")

ALL = (OPENED, UPDATED, REVERSED, DIGEST, SOURCE_DOWN, SOURCE_RECOVERED, CHANNEL_DISABLED, TEST)


def owed(channel: Channel, body: bytes, kind: AlertKind = AlertKind.OPENED) -> Alert:
    return Alert(
        id=ALERT_ID,
        channel_id=channel.id,
        layoff_id=HALVORA.id,
        kind=kind,
        state=AlertState.PENDING,
        reason="first report",
        body=body,
        created_at=NOW,
        due_at=NOW,
    )
