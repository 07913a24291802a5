"""Reads ``[[channel]]`` and ``[[route]]``: where alerts go, and which go where."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from monitor.config import values
from monitor.config.places import place, strangers
from monitor.config.problems import quoted, suggestion
from monitor.config.reading import Table, Wrong
from monitor.config.secret import Secrets
from monitor.detect.text import fold
from monitor.model import Channel, ChannelKind, Route, Secret, Severity, Stage, Unknown, Urgent

_UNDONE = "these only undo a cut, and whoever was told of the cut is told so anyway: this route opens nothing"
_SIGNED = 'missing; a webhook signs what it sends; make one with: echo "whsec_$(openssl rand -base64 32)"'

_ADDRESS = 'the address to post to, best as { env = "NAME" }'
_APPRISE = 'an address of Apprise such as mailto://…, or a list of them, best as { env = "NAME" }'
_BOT = 'the token of the app, which begins with xoxb-, best as { env = "NAME" }'
_TO = "the id of the channel, such as C0123ABCD; Slack shows it at the end of the channel's details"

SLACK_API = Secret("https://slack.com/api")

_OF_KINDS = {
    "url": tuple(kind for kind in ChannelKind if kind is not ChannelKind.CONSOLE),
    "secret": (ChannelKind.WEBHOOK,),
    "token": (ChannelKind.SLACK_APP,),
    "to": (ChannelKind.SLACK_APP,),
}
"""Settings that not all kinds of channels have."""


def read_channel(table: Table, secrets: Secrets) -> Channel | None:
    """None when it cannot be made; why is in the report."""
    name = table.need("id", values.identifier, 'a short name such as "newsroom"')
    kind = table.need("kind", values.choice(ChannelKind), values.either(ChannelKind))
    for key, kinds in _OF_KINDS.items():
        if kind is not None and kind not in kinds and table.has(key):
            table.wrong(key, f"a {kind} has none" if key == "url" else f"only {_a(kinds)} has one")
    url, urls = _urls(table, kind, secrets)
    signing = _signing(table, kind, secrets)
    token, to = _app(table, kind, secrets)
    sources = table.read("sources", values.switch, default=True)
    table.close()
    if name is None or kind is None:
        return None
    return Channel(id=name, kind=kind, url=url, secrets=signing, token=token, to=to, urls=urls, sources=sources)


def _a(kinds: tuple[ChannelKind, ...]) -> str:
    return " or ".join(f"a {kind}" for kind in kinds)


def _urls(table: Table, kind: ChannelKind | None, secrets: Secrets) -> tuple[Secret | None, tuple[Secret, ...]]:
    """The one address of most kinds, and the many that Apprise may have."""
    match kind:
        case ChannelKind.WEBHOOK:
            return table.need("url", secrets.hook, _ADDRESS), ()
        case ChannelKind.SLACK:
            return table.need("url", secrets.slack_hook, _ADDRESS), ()
        case ChannelKind.SLACK_APP:
            return table.read("url", secrets.slack_hook, SLACK_API), ()
        case ChannelKind.APPRISE:
            if find_spec("apprise") is None:
                table.wrong("kind", "Apprise is not installed; install it with: pip install 'pinkslip[apprise]'")
            return None, table.need("url", secrets.apprise, _APPRISE) or ()
        case _:
            return table.value("url", secrets.hook), ()


def _signing(table: Table, kind: ChannelKind | None, secrets: Secrets) -> tuple[Secret, ...]:
    if kind == ChannelKind.WEBHOOK and not table.has("secret"):
        table.wrong("secret", _SIGNED)
    return table.read("secret", secrets.signing, ())


def _app(table: Table, kind: ChannelKind | None, secrets: Secrets) -> tuple[Secret | None, str | None]:
    if kind != ChannelKind.SLACK_APP:
        return table.value("token", secrets.slack_token), table.value("to", values.slack_channel)
    return table.need("token", secrets.slack_token, _BOT), table.need("to", values.slack_channel, _TO)


def read_route(
    table: Table, channels: tuple[str, ...], companies: Callable[[Table, object], frozenset[str]]
) -> Route | None:
    """``companies`` turns what stands under that key into company keys."""

    def known_channel(value: object) -> str:
        if not isinstance(value, str):
            raise values.want("the id of a channel", value)
        if value not in channels:
            raise Wrong(f"no such channel {quoted(value)}{suggestion(value, channels)}")
        return value

    usual = Route(channel="")
    channel = table.need("channel", known_channel, "the id of a channel")
    keys = table.read("companies", lambda value: companies(table, value), frozenset[str]())
    min_headcount = table.value("min_headcount", values.integer(1, 10_000_000))
    min_percent = table.value("min_percent", values.percent)
    places = _places(table)
    stages = table.read("stages", values.several(values.choice(Stage), some=True), tuple[Stage, ...]())
    severities = table.read("severities", values.several(values.choice(Severity), some=True), tuple[Severity, ...]())
    take_unknown = table.read("take_unknown", values.several(values.choice(Unknown)), tuple(usual.take_unknown))
    rules = table.read("rules", values.several(values.rule, some=True), tuple[str, ...]())
    quiet = table.value("quiet", values.quiet)
    digest = table.value("digest", values.digest)
    gather = table.value("gather", values.duration("1s", "6h"))
    urgent = _urgent(table, companies)
    if digest and gather:
        table.wrong("gather", "a digest gathers anyway; want one of the two")
    if urgent and not (quiet or digest or gather):
        table.note("urgent", "nothing on this route holds anything back, so all is told at once anyway")
    table.close()
    if stages and all(stage.undone for stage in stages):
        table.note("stages", _UNDONE)
    if channel is None:
        return None
    return Route(
        channel=channel,
        companies=keys,
        min_headcount=min_headcount,
        min_percent=min_percent,
        places=places,
        take_unknown=frozenset(take_unknown),
        stages=frozenset(stages),
        severities=frozenset(severities),
        rules=rules,
        quiet=quiet,
        digest=digest,
        gather=gather,
        urgent=urgent,
    )


def _urgent(table: Table, companies: Callable[[Table, object], frozenset[str]]) -> Urgent | None:
    section = table.section("urgent")
    if not table.has("urgent"):
        return None
    keys = section.read("companies", lambda value: companies(section, value), frozenset[str]())
    min_headcount = section.value("min_headcount", values.integer(1, 10_000_000))
    section.close()
    if not keys and min_headcount is None:
        table.wrong("urgent", "want { companies = … } or { min_headcount = … }, or both")
    return Urgent(keys, min_headcount)


def _places(table: Table) -> frozenset[str]:
    listed = table.read("places", values.several(place, some=True), tuple[frozenset[str], ...]())
    paths = frozenset[str]().union(*listed)
    for path in strangers(paths):
        table.note("places", f"{quoted(path)} is none of the places known; found where a report writes it so")
    return frozenset(fold(path).text for path in paths)
