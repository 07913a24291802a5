"""Hands an alert to Apprise, which knows a hundred services, in processes of its own: one for each address.

Apprise makes its own connections, so it never runs in ours. A process ends at the deadline, whatever it is doing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from monitor.alerts import answers
from monitor.alerts.answers import Reading
from monitor.deliver import apprised
from monitor.model import Alert, Channel, Secret, Verdict

_NEEDED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT")
"""All of the environment that goes along: no proxy, no password, and no home with a .netrc in it."""

_REMEMBERED = 1000
_FATES = (Verdict.RETRY, Verdict.THROTTLED, Verdict.DISABLED, Verdict.PERMANENT)
"""What may yet be mended decides for the whole: the address that is gone can wait for the one that is not."""

_SAID = (
    ("taken", Reading(verdict=Verdict.SENT, detail="taken")),
    (
        "missing",
        Reading(verdict=Verdict.RETRY, detail="Apprise is not installed: pip install 'pinkslip[apprise]'"),
    ),
    ("unknown", Reading(verdict=Verdict.PERMANENT, detail="Apprise can make nothing of this url")),
)
_FENCED = Reading(verdict=Verdict.RETRY, detail="address: private or reserved, and allow_private does not name it")

_WORD = re.compile(r"\S+")
_SIGNS = str.maketrans({"<": "‹", ">": "›", "@": "@\u200b"})


class Apprise:
    """Which addresses took an alert is remembered, so that a second attempt goes to the others."""

    def __init__(self, allow_private: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._allowed = [str(network) for network in allow_private]
        self._taken: OrderedDict[str, frozenset[Secret]] = OrderedDict()

    async def post(self, channel: Channel, alert: Alert, seconds: float, now: datetime, *, repeat: bool) -> Reading:
        if not channel.urls:
            return Reading(verdict=Verdict.PERMANENT, detail="the channel has no url")
        taken = self._taken.get(alert.id, frozenset())
        owed = [url for url in channel.urls if url not in taken]
        message = _message(alert, repeat=repeat)
        readings = await asyncio.gather(*(self._one(url, message, seconds, now) for url in owed))
        sent = (url for url, reading in zip(owed, readings, strict=True) if reading.verdict is Verdict.SENT)
        self._remember(alert.id, taken | frozenset(sent), len(channel.urls))
        return _together(readings, len(channel.urls))

    def _remember(self, alert_id: str, taken: frozenset[Secret], addresses: int) -> None:
        """Until all have taken it: whoever replays it after that wants all to have it again."""
        self._taken.pop(alert_id, None)
        if 0 < len(taken) < addresses:
            self._taken[alert_id] = taken
        while len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    async def _one(self, url: Secret, message: dict[str, str], seconds: float, now: datetime) -> Reading:
        order = {**message, "url": url.reveal(), "allow_private": self._allowed}
        told = await _carried(json.dumps(order).encode(), seconds)
        return _read(told, now)


async def _carried(order: bytes, seconds: float) -> list[dict[str, Any]]:
    """What the process told before it ended, or was ended."""
    kept = {name: value for name in _NEEDED if (value := os.environ.get(name)) is not None}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(Path(apprised.__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**kept, "HOME": os.devnull},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told: list[dict[str, Any]] = []
    try:
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(seconds):
                process.stdin.write(order)
                process.stdin.close()
                while line := await process.stdout.readline():
                    told.append(json.loads(line))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return told


def _read(told: list[dict[str, Any]], now: datetime) -> Reading:
    said = {line["what"] for line in told}
    for what, reading in _SAID:
        if what in said:
            return reading
    dialled = "dialled" in said
    if "fenced" in said and not dialled:
        return _FENCED
    status = told[-1]["status"] if "refused" in said else None
    if status is not None:
        return replace(answers.webhook(status, None, now), status=status)
    how = f"not taken: {answers.ELSE}" if "refused" in said else "no answer in time"
    return Reading(verdict=Verdict.RETRY, detail=how, ambiguous=dialled)


def _together(readings: list[Reading], addresses: int) -> Reading:
    failed = [reading for reading in readings if reading.verdict is not Verdict.SENT]
    if not failed:
        return Reading(verdict=Verdict.SENT, detail="taken")
    worst = min(failed, key=lambda reading: _FATES.index(reading.verdict))
    missed = "" if addresses == 1 else f"{len(failed)} of {addresses} addresses did not take it: "
    gone_in_part = worst.verdict is Verdict.DISABLED and len(failed) < addresses
    return Reading(
        verdict=Verdict.PERMANENT if gone_in_part else worst.verdict,
        detail=missed + worst.detail,
        status=worst.status,
        retry_after=worst.retry_after,
        ambiguous=any(reading.ambiguous for reading in failed),
    )


def _message(alert: Alert, *, repeat: bool) -> dict[str, str]:
    written = json.loads(alert.body)
    marked = f"{written['body']}\n\npossible repeat · {alert.id}" if repeat else written["body"]
    return {"title": _harmless(written["title"]), "body": _harmless(marked)}


def _harmless(text: str) -> str:
    """Text that no service takes for a mention, a tag or a link under other words."""
    return _WORD.sub(lambda found: _word(found[0]), text).replace("](", "] (")


def _word(word: str) -> str:
    return word.replace("@", "%40") if word.startswith(("https://", "http://")) else word.translate(_SIGNS)
