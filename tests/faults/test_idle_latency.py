"""R16: on a system at rest, from an item that appears on a feed to its POST, over a real daemon."""

import math
import os
import time

import pytest

from tests.faults.harness import Process, configure, rss, within
from tests.origin import Origin, Reply
from tests.receiver import Receiver

ITEMS = 60 if os.environ.get("PINKSLIP_LONG") else 12
EVERY = 1.2
"""The interval with its jitter, in seconds: what may go by before the item is asked for at all."""


class Wire:
    """A feed that carries one more item each time it is told to."""

    def __init__(self):
        self.employers = []
        self.appeared = []
        self.polled = {}

    def answer(self, _):
        for number in range(len(self.employers)):
            self.polled.setdefault(number, time.time())
        return Reply(body=rss(self.employers))

    def publish(self):
        number = len(self.employers)
        self.employers.append(f"Vel{chr(97 + number // 20)}{chr(97 + number % 20)}ora")
        self.appeared.append(time.time())


def quantile(seconds, share):
    return sorted(seconds)[math.ceil(len(seconds) * share) - 1]


@pytest.mark.slow
async def test_an_item_is_posted_within_seconds_of_the_poll_that_found_it(tmp_path):
    wire = Wire()
    async with Origin() as origin, Receiver() as receiver:
        origin.on("/feed", wire.answer)
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        daemon = Process(tmp_path)
        daemon.start()
        assert await within(30, daemon.polls), daemon.log.read_text()
        for number in range(ITEMS):
            wire.publish()
            assert await within(30, lambda sent=number: len(receiver.received) > sent), daemon.log.read_text()
        daemon.end()
        posted = [one.at for one in receiver.received]
    after_poll = [at - wire.polled[number] for number, at in enumerate(posted)]
    whole = [at - wire.appeared[number] for number, at in enumerate(posted)]
    print(
        f"FIGURE R16 items={ITEMS} after_poll_p50={quantile(after_poll, 0.5):.3f} "
        f"after_poll_p99={quantile(after_poll, 0.99):.3f} end_to_end_max={max(whole):.2f}"
    )
    assert quantile(after_poll, 0.5) <= 1
    assert quantile(after_poll, 0.99) <= 3
    assert max(whole) <= EVERY + 1 + 3  # the tick is a second's work apart
