"""R19: what was taken but could not be written down, for the disk was full, is sent again under the same id."""

import json
import resource
import signal

import pytest

from tests.faults.harness import SECRET, Process, configure, rss, within
from tests.origin import Origin
from tests.origin import Reply as Page
from tests.receiver import Receiver, Reply

EMPLOYERS = ("Halvora", "Brantiq", "Tirmona")


class Filling(Receiver):
    """Takes the first alert, and lets the daemon write nothing more from then on, before it answers."""

    daemon = None
    limits = None

    def _reply(self):
        if self.limits is None:
            self.limits = resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (0, self.limits[1]))
        return super()._reply()

    def make_room(self):
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, self.limits)


@pytest.mark.slow
async def test_an_alert_whose_mark_met_a_full_disk_is_sent_again_under_its_id(tmp_path):
    async with Origin() as origin, Filling(secrets=(SECRET,), otherwise=Reply(200)) as receiver:
        origin.on("/feed", Page(body=rss(())))
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        daemon = receiver.daemon = Process(tmp_path)
        daemon.start()
        assert await within(30, daemon.polls), daemon.log.read_text()
        origin.on("/feed", Page(body=rss(EMPLOYERS)))
        assert await within(20, lambda: receiver.received), daemon.log.read_text()
        polls = len(origin.requests)
        assert not await within(4, lambda: len(receiver.received) > 1), "it sends what it cannot write down"
        assert daemon.process.poll() is None
        paused = len(origin.requests) - polls
        states = daemon.states()
        receiver.make_room()
        assert await within(20, lambda: daemon.states() == {"delivered": 3}), daemon.log.read_text()
        assert daemon.stop(signal.SIGTERM) == 0
        ids = [one.id for one in receiver.taken()]
        told = {(json.loads(one.body)["data"]["company"], one.id) for one in receiver.taken()}
        same = {one.body for one in receiver.received if one.id == ids[0]}
    lost = len(set(EMPLOYERS) - {company for company, _ in told})
    dup = len(told) - len({company for company, _ in told})
    print(f"FIGURE R19 lost={lost} dup={dup} raw_dup={len(ids) - len(set(ids))} polls_while_full={paused}")
    assert (states, lost, dup, ids.count(ids[0]), len(same)) == ({"pending": 3}, 0, 0, 2, 1)
    assert all(one.verified for one in receiver.received)
    assert daemon.rows("pragma integrity_check") == [("ok",)]
    assert daemon.log.read_text().count("Traceback") <= 2, "it says the same over and over"
