"""Run as root in a network namespace of its own: tries to make us dial what we must not, and prints what was dialled.

    unshare --net --mount python -m tests.network.inside

One line of JSON: for each way in, how many targets it was tried with, the connections it led to that should not
have been, and whether the same way leads to a public address (or else it would prove nothing).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.deliver import Courier
from monitor.model import Alert, AlertKind, AlertState, Channel, ChannelKind, Secret
from scrapers.collect import Collector
from scrapers.egress import Ask, Door, Refused
from scrapers.items import Memory, Source
from tests.making import NOW, article
from tests.network import names
from tests.network.tripwire import PUBLIC, Tripwire, moved, own_everything, page

AGENT = "Pinkslip/0.1 (+https://pinkslip.example; newsdesk@example.org)"
CONTROL = "http://public.example/control"
HOSTS = (
    "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 0.0.0.0 127.0.0.1. localhost LOCALHOST localhost. "
    "10.0.0.5 10.5 0xa000005 167772165 012.0.0.5 １０.0.0.5 10。0。0。5 ①⓪.⓪.⓪.⑤ 169.254.169.254 0xa9fea9fe 2852039166 "
    "100.64.0.1 172.16.0.1 192.0.0.192 192.168.1.1 198.18.0.1 240.0.0.1 [::1] [::] [::ffff:10.0.0.5] [::ffff:a00:5] [::10.0.0.5] "
    "[0:0:0:0:0:ffff:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::a00:5] [2002:a00:5::1] [2001:0:a00:5::1] [fd00::1] [fec0::1] "
    "[fe80::1%25lo] private.example both.example chain.example six.example mapped.example nat64.example"
)  # fmt: skip
FORMS = (
    "http://public.example@10.0.0.5/x", "http://10.0.0.5\\@public.example/x", "http://public.example\\@10.0.0.5/x",
    "http://10.0.0.5#@public.example/x", "http:\\\\10.0.0.5/x", "http:///10.0.0.5/x", " http://10.0.0.5/x", "http://10.0.0.5\t/x",
    "http://10.0.0.5%2f.public.example/x", "//10.0.0.5/x", "http://public.example:22/x", "http://public.example:6379/x",
    "http://10.0.0.5:8080/x", "HTTP://10.0.0.5/x", "http://public.example:80@10.0.0.5:80/x", "http://[10.0.0.5]/x",
)  # fmt: skip
TARGETS = (*(f"http://{host}/x" for host in HOSTS.split()), *FORMS)
RESOLVED = {
    "private.example": ("10.0.0.5",),
    "both.example": (PUBLIC, "10.0.0.5"),
    "chain.example": ("inside.example", "10.0.0.5"),
    "six.example": ("::1",),
    "mapped.example": ("::ffff:10.0.0.5",),
    "nat64.example": ("64:ff9b::a00:5",),
}
PRIVATE = ("127.0.0.1", "10.0.0.5", "169.254.169.254", "100.64.0.1", "::1", "::ffff:10.0.0.5")


@dataclass(frozen=True, slots=True)
class Row:
    """What one way in led to. ``reached``: whether it also leads where it may; None for one that must lead nowhere."""

    way: str
    tries: int
    leaks: list[str]
    reached: bool | None


class Attack:
    def __init__(self, wire: Tripwire, collector: Collector) -> None:
        self.wire = wire
        self.collector = collector
        self.courier = Courier(collector.door, print, deadline=5.0)

    async def feed(self, target: str, _: str) -> None:
        await self.collector.poll(Source(id="wire", url=target), Memory())

    async def redirect(self, target: str, key: str) -> None:
        self.wire.pages[f"/to/{key}"] = moved(target)
        await self.feed(f"http://public.example/to/{key}", key)

    async def article(self, target: str, key: str) -> None:
        await self.collector.page(article(f"Halvora cuts {key} jobs", url=target))

    async def article_redirect(self, target: str, key: str) -> None:
        self.wire.pages[f"/to/{key}"] = moved(target)
        await self.article(f"http://public.example/to/{key}", key)

    async def article_refresh(self, target: str, key: str) -> None:
        self.wire.pages[f"/page/{key}"] = page(f'<meta http-equiv="refresh" content="0; url={target}">'.encode())
        await self.article(f"http://public.example/page/{key}", key)

    async def robots_redirect(self, target: str, key: str) -> None:
        self.wire.pages[f"r{key}.example/robots.txt"] = moved(target)
        await self.article(f"http://r{key}.example/a", key)

    async def discovered(self, target: str, key: str) -> None:
        link = f'<html><head><link rel="alternate" type="application/rss+xml" href="{target}"></head></html>'
        self.wire.pages[f"/page/{key}"] = page(link.encode())
        await self.collector.find(f"http://public.example/page/{key}")  # it asks what the page names

    async def webhook(self, target: str, key: str) -> None:
        await self._post(ChannelKind.WEBHOOK, target, key)

    async def slack(self, target: str, key: str) -> None:
        await self._post(ChannelKind.SLACK, target, key)

    async def webhook_redirect(self, target: str, key: str) -> None:
        self.wire.pages[f"/to/{key}"] = moved(target)
        await self.webhook(f"http://public.example/to/{key}", key)

    async def _post(self, kind: ChannelKind, target: str, key: str) -> None:
        channel = Channel(id=key, kind=kind, url=Secret(target), secrets=(Secret("whsec_MDAwMA=="),))
        alert = Alert(
            id=key, channel_id=key, layoff_id=None, kind=AlertKind.TEST, state=AlertState.PENDING, reason="",
            body=b'{"text": "x", "blocks": []}', created_at=NOW, due_at=NOW,
        )  # fmt: skip
        await self.courier.post(channel, alert, attempt=1, now=NOW, repeat=False)

    async def row(self, way: Callable[[str, str], Awaitable[None]], *, leads_on: bool = True) -> Row:
        before = len(self.wire.leaks())
        for number, target in enumerate(TARGETS):
            await way(target, f"{way.__name__.replace('_', '-')}{number}")
        leaks = self.wire.leaks()[before:]
        heard = len(self.wire.paths)
        await way(CONTROL, f"{way.__name__.replace('_', '-')}-control")
        reached = "public.example/control" in self.wire.paths[heard:]
        return Row(way.__name__, len(TARGETS), leaks, reached if leads_on else (None if not reached else False))


def resolved(name: str, before: int) -> tuple[str, ...]:
    """``alternate…`` is public and private in turns; ``later…`` turns private after the first time."""
    if name.startswith("alternate"):
        return (PUBLIC,) if before % 2 == 0 else (PRIVATE[before // 2 % len(PRIVATE)],)
    if name.startswith("later"):
        return (PUBLIC,) if before == 0 else ("10.0.0.5",)
    return RESOLVED.get(name, (PUBLIC,))


async def rebinding(wire: Tripwire, tries: int) -> Row:
    """Every answer ends its connection, so that each try is a lookup of its own."""
    wire.pages["/closed"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx"
    before, answered = len(wire.leaks()), 0
    async with Door(user_agent=AGENT) as door:
        for number in range(tries):
            name = "both.example" if number % 10 == 9 else f"alternate{number % 7}.example"
            try:
                answered += (await door.ask(Ask(url=f"http://{name}/closed"))).status == 200
            except Refused:
                continue
    return Row("rebinding", tries, wire.leaks()[before:], answered > tries // 3)


async def pages_rebinding(wire: Tripwire, collector: Collector, tries: int) -> Row:
    """The name is public for its robots.txt, and private for its page."""
    wire.pages["/robots.txt"] = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    before, heard = len(wire.leaks()), len(wire.paths)
    for number in range(tries):
        await collector.page(article("Halvora", url=f"http://later{number}.example/closed"))
    reached = sum(path.startswith("later") for path in wire.paths[heard:]) == tries
    return Row("pages_rebinding", tries, wire.leaks()[before:], reached)


async def kept_alive(wire: Tripwire, tries: int) -> Row:
    """A connection to the public address lives on while the name turns private; then the name is dialled anew."""
    before, answered, refused = len(wire.leaks()), 0, 0
    async with Door(user_agent=AGENT) as door:
        for number in range(tries):
            path = "closed" if number == tries // 2 else "alive"
            try:
                answered += (await door.ask(Ask(url=f"http://later.example/{path}"))).status == 200
            except Refused:
                refused += 1
    return Row("kept_alive", tries, wire.leaks()[before:], answered > 1 and refused > 1)


async def wire_itself() -> Row:
    """What it catches of a client that takes no care."""
    wire, dialled = Tripwire(), (*PRIVATE, "64:ff9b::7f00:1", "192.0.0.192")
    await wire.start()
    for address in dialled:
        _, writer = await asyncio.open_connection(address, 80)
        writer.close()
    await asyncio.sleep(0.05)
    wire.stop()
    return Row("wire_itself", len(dialled), wire.leaks(), None)


async def attacked() -> list[Row]:
    await names.serve(resolved)
    caught = await wire_itself()
    wire = Tripwire()
    await wire.start()
    async with Collector(user_agent=AGENT, allow_private=(), per_host_delay=0.0) as collector:
        attack = Attack(wire, collector)
        return [
            caught,
            await attack.row(attack.feed),
            await attack.row(attack.redirect),
            await attack.row(attack.discovered),
            await attack.row(attack.webhook),
            await attack.row(attack.slack),
            await attack.row(attack.webhook_redirect, leads_on=False),
            await attack.row(attack.article),
            await attack.row(attack.article_redirect),
            await attack.row(attack.article_refresh, leads_on=False),
            await attack.row(attack.robots_redirect),
            await rebinding(wire, 1_000),
            await kept_alive(wire, 100),
            await pages_rebinding(wire, collector, 20),
        ]


def main() -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = "http://10.0.0.5:3128/"
    with tempfile.TemporaryDirectory() as folder:
        try:
            own_everything(Path(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            print(json.dumps({"unavailable": str(error)}))
            return
        print(json.dumps({"rows": [asdict(row) for row in asyncio.run(attacked())]}))


if __name__ == "__main__":
    sys.exit(main())
