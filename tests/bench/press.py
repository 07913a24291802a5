"""A press of many feeds on loopback, in a process of its own: what a poll costs there is not counted with who asks.

    python -m tests.bench.press <feeds> <items of each> <hosts>

It prints the addresses of its feeds. A feed answers 304 to the validator it gave; ``/edition/3`` makes it the third
edition, in which one feed in twenty has one new item for each edition before.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from monitor.detect import lexicon

ONE_IN = 20
"""Feeds of which one changes with each edition."""
_BEGAN = datetime.now(UTC)
_EVERYDAY = sorted(lexicon.EVERYDAY)
_PARAGRAPHS, _WORDS = 4, 46
_ASKED = re.compile(rb"GET /(feed|edition)/(\d+) ")
_KNOWN = re.compile(rb"if-none-match:[ \t]*(\S+)", re.IGNORECASE)
_CLOSES = re.compile(rb"connection:[ \t]*close", re.IGNORECASE)


class Press:
    def __init__(self, feeds: int, items: int) -> None:
        self.edition = 0
        self._items = items
        self._newest = {number: self._feed(number, 0) for number in range(feeds)}

    def answer(self, head: bytes) -> bytes:
        asked = _ASKED.match(head)
        if asked is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        what, number = asked[1], int(asked[2])
        if what == b"edition":
            self.edition = number
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        edition = 0 if number % ONE_IN else self.edition
        etag = b'"%d-%d"' % (number, edition)
        known = _KNOWN.search(head)
        if known is not None and known[1] == etag:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag
        body = self._feed(number, edition) if edition else self._newest[number]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
        return head % (etag, len(body)) + body

    def _feed(self, number: int, edition: int) -> bytes:
        """The newest first; as many items in every edition."""
        items = "".join(_item(number, place) for place in range(edition + self._items, edition, -1))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Herald {number}</title>'
            f"<link>http://herald{number}.example/</link><description>News</description>{items}</channel></rss>"
        ).encode()


def _item(number: int, place: int) -> str:
    made = random.Random(number * 100_003 + place)
    text = "".join(f"&lt;p&gt;{_prose(made)}.&lt;/p&gt;" for _ in range(_PARAGRAPHS))
    title = " ".join(made.choices(_EVERYDAY, k=9)).capitalize()
    if made.random() < 0.01:
        title = f"Halvora{number} cuts {made.randint(20, 900)} jobs"
    date = format_datetime(_BEGAN + timedelta(minutes=place - 1_000))
    return (
        f"<item><title>{title}</title><link>http://herald{number}.example/{place}</link>"
        f'<guid isPermaLink="false">{number}-{place}</guid><pubDate>{date}</pubDate><description>{text}</description></item>'
    )


def _prose(made: random.Random) -> str:
    return " ".join(made.choices(_EVERYDAY, k=_WORDS)).capitalize()


class Connection(asyncio.Protocol):
    def __init__(self, press: Press) -> None:
        self._press = press
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._transport.write(self._press.answer(head))
            if _CLOSES.search(head):
                self._transport.close()


async def serve(feeds: int, items: int, hosts: int) -> None:
    press = Press(feeds, items)
    addresses = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(hosts)]
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: Connection(press), addresses[0], 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    for address in addresses[1:]:
        await loop.create_server(lambda: Connection(press), address, port, backlog=1024)
    for number in range(feeds):
        print(f"http://{addresses[number % hosts]}:{port}/feed/{number}")
    print(flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:])))
