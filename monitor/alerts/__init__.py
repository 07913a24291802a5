"""What an alert says, put into the words of the channel that will carry it. Pure: nothing is sent here."""

from __future__ import annotations

from typing import assert_never

from monitor.alerts import console, short, slack, webhook
from monitor.alerts.slack import DIGEST_HOLDS
from monitor.model import Channel, ChannelKind, Telling

__all__ = ["compose", "digest_holds"]


def digest_holds(channel: Channel) -> int | None:
    """How many layoffs one digest names, where the channel has no room for all of them."""
    return DIGEST_HOLDS if channel.kind in {ChannelKind.SLACK, ChannelKind.SLACK_APP} else None


def compose(channel: Channel, alert_id: str, telling: Telling) -> bytes:
    """The body as the channel will get it, byte for byte, however often it is posted."""
    match channel.kind:
        case ChannelKind.CONSOLE:
            return console.text(telling).encode()
        case ChannelKind.WEBHOOK:
            return webhook.body(telling)
        case ChannelKind.SLACK | ChannelKind.SLACK_APP:
            return slack.card(alert_id, telling, channel.web)
        case ChannelKind.APPRISE:
            return short.message(telling)
        case _:
            assert_never(channel.kind)
