"""K2: whatever a stranger writes, the log has one line per event, and nothing in it that a terminal obeys."""

import io
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import journal
from monitor.config import load
from monitor.journal import crash, note, warn
from tests.faults.harness import configure
from tests.faults.life import Clock, life
from tests.making import NOW
from tests.origin import Origin
from tests.origin import Reply as Page
from tests.receiver import Receiver, Reply

HOSTILE = (
    "one\r\ntwo",
    "\n2026-11-23T00:00:00.000Z delivery channel=crm verdict=sent",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m\x85\u2028\u2029",
    "a\0b",
    "x" * 2**20,
    "\U0001f4a5" * 2**18,
    "\ud800\udfff \udcff",
    'end" trace="',
    "\x7f\x08\x08",
    "=cmd|' /C calc'!A0 key=value",
)
PRINTABLE = re.compile(r"[\x20-\x7e]*")


@pytest.fixture
def log():
    """What `pinkslip run` writes to standard error."""
    root = logging.getLogger()
    before, levels = root.handlers[:], (root.level, logging.getLogger("pinkslip").level)
    stream = io.StringIO()
    journal.configure(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(levels[0])
    logging.getLogger("pinkslip").setLevel(levels[1])


def lines(stream):
    text = stream.getvalue()
    assert text.endswith("\n")
    return text.removesuffix("\n").split("\n")


def tame(line):
    return PRINTABLE.fullmatch(line) is not None and len(line) <= 8000


@pytest.mark.parametrize("level", ["note", "warn", "crash", "library"])
def test_a_hostile_string_is_one_line_wherever_it_stands(log, level):
    for text in HOSTILE:
        match level:
            case "note":
                note("event", source=text, detail=text, title=text, more=text)
            case "warn":
                warn("event", detail=text)
            case "crash":
                crash("event", ValueError(text), title=text)
            case _:
                logging.getLogger("library").warning("%s", text)
    written = lines(log)
    assert len(written) == len(HOSTILE)
    assert [line[:80] for line in written if not tame(line)] == []


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=400))
def test_no_text_can_break_a_line(text):
    assert tame(journal.line("event", title=text))


def test_a_warning_that_repeats_is_written_once_and_counted(log, monkeypatch):
    """Of a hundred alike there is one line, and the next after a minute says how many it stands for."""
    at = 1_000_000.0
    monkeypatch.setattr("time.time", lambda: at)
    for _ in range(100):
        warn("poll_failed", source="wire")
    warn("poll_failed", source="herald")
    note("poll", source="wire")
    note("poll", source="wire")
    at += 61
    warn("poll_failed", source="wire")
    said = [line.split("Z ", 1)[1] for line in lines(log)]
    assert said == [
        "warning poll_failed source=wire",
        "warning poll_failed source=herald",
        "poll source=wire",
        "poll source=wire",
        "warning poll_failed source=wire repeated=99",
    ]


def test_two_bugs_of_one_event_are_both_written(log):
    crash("job_crashed", ValueError("one"))
    crash("job_crashed", ValueError("two"))
    assert len(lines(log)) == 2


FEED = """<rss version="2.0"><channel><title>{0}</title><item><title>Halvora {0} to cut {1} jobs</title>
<link>https://news.example/{1}</link><guid>{0}{1}</guid><author>{0}</author><pubDate>{0}</pubDate></item></channel></rss>"""


async def test_a_hostile_origin_and_receiver_cannot_forge_a_line(tmp_path, log, capsys):
    """K2, over the whole way: feeds, headers, statuses and answers of strangers, logged by the newswire itself."""
    counted = []
    logging.getLogger("pinkslip").addFilter(lambda record: counted.append(record) or True)
    async with Origin() as origin, Receiver() as receiver:
        feeds = {f"feed{n}": text for n, text in enumerate(HOSTILE)}
        for name in feeds:
            origin.on(f"/{name}", Page(body=b"<rss version='2.0'><channel><title>t</title></channel></rss>"))
        configure(tmp_path, receiver.url, [(name, origin.url(f"/{name}")) for name in feeds])
        clock, settings = Clock(NOW), load(tmp_path, {}, examples=False)
        receiver.script = ()
        receiver._replies = iter(
            Reply(500, text.encode("utf-8", "surrogatepass"), headers=(("x-why", "\x1b[2Jevil"),)) for text in HOSTILE
        )
        async with life(settings, clock) as running:
            await running.poll()
            for number, (name, text) in enumerate(feeds.items(), 300):
                body = FEED.format(text, number).encode("utf-8", "replace")
                odd = text[:200].encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
                broken = Page(status=302, headers=((b"Location", b"http://127.0.0.1:1/" + odd), (b"ETag", odd)))
                origin.on(f"/{name}", broken if number % 3 == 0 else Page(body=body))
            clock.now += NOW - NOW.replace(hour=0)
            await running.poll()
            await running.pay()
    logging.getLogger("pinkslip").filters.clear()
    written = lines(log)
    escapes = sum(line.count("\x1b") for line in written)
    with capsys.disabled():
        print(
            f"\nFIGURE K2 events={len(counted)} lines={len(written)} escapes={escapes} "
            f"longest={max(map(len, written))} strings={len(HOSTILE)}"
        )
    assert len(counted) >= 2 * len(HOSTILE)
    assert len(written) == len(counted)
    assert [line[:80] for line in written if not tame(line)] == []
