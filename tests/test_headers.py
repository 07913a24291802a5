"""K3: nothing that a configuration or a headline holds becomes a header of its own."""

import re

import pytest

from monitor.alerts import signing
from monitor.config import ConfigError, load
from monitor.model import Secret
from tests.faults.harness import SECRET, configure
from tests.faults.life import Clock, life
from tests.making import NOW
from tests.origin import Origin
from tests.origin import Reply as Page
from tests.receiver import Receiver

BREAKS = (
    "\r\nX-Evil: 1",
    "\nX-Evil: 1",
    "\rX-Evil: 1",
    "\0X-Evil: 1",
    "\x0bX-Evil: 1",
    "\x85X-Evil: 1",
    "\u2028X-Evil: 1",
)
PLACES = {
    "contact": ("[http]\n", '[http]\ncontact = "https://desk.example/{}"\n'),
    "url of a channel": ("/hook", "/hook{}"),
    "secret": (SECRET, SECRET + "{}"),
    "id of a channel": ('id = "crm"', 'id = "crm{}"'),
}
SENT = {
    "webhook": {"host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "content-type"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature"},
    "feed": {"host", "user-agent", "accept", "accept-encoding", "connection", "if-none-match", "if-modified-since"},
}


def written(text):
    """As TOML writes it."""
    return "".join(char if char.isprintable() and ord(char) < 127 else f"\\u{ord(char):04x}" for char in text)


@pytest.mark.parametrize("place", PLACES)
def test_a_setting_with_a_line_break_in_it_is_refused(tmp_path, place):
    configure(tmp_path, "http://127.0.0.1:9/hook", [("wire", "http://127.0.0.1:9/feed")])
    config = tmp_path / "pinkslip.toml"
    right = config.read_text()
    before, after = PLACES[place]
    config.write_text(right.replace(before, after.format(""), 1))
    load(tmp_path, {}, examples=False)  # it is the break that is refused
    for text in BREAKS:
        config.write_text(right.replace(before, after.format(written(text)), 1))
        with pytest.raises(ConfigError):
            load(tmp_path, {}, examples=False)


def test_a_secret_from_the_environment_with_a_line_break_in_it_is_refused(tmp_path):
    configure(tmp_path, "http://127.0.0.1:9/hook", [("wire", "http://127.0.0.1:9/feed")])
    config = tmp_path / "pinkslip.toml"
    config.write_text(config.read_text().replace(f'"{SECRET}"', '{ env = "HOOK_SECRET" }'))
    for text in BREAKS:
        with pytest.raises(ConfigError):
            load(tmp_path, {"HOOK_SECRET": SECRET + text}, examples=False)


def test_an_id_is_a_hash_whatever_it_is_of():
    for text in BREAKS:
        headers = signing.headers("msg_0a", text.encode(), (Secret(SECRET),), NOW)
        assert all(re.fullmatch(rb"[ -~]+", value) for _, value in headers)


FEED = """<rss version="2.0"><channel><title>{0}</title>{1}</channel></rss>"""
ITEM = """<item><title>Halvora {0} to cut {1} jobs</title><link>https://news.example/{1}{2}</link>
<guid>{0}{1}</guid><author>{0}</author></item>"""


async def test_hostile_news_and_answers_put_no_header_into_any_request(tmp_path, capsys):
    """What comes back to a stranger is its own ETag and date, and to a channel an id, a time and a signature."""
    async with Origin() as origin, Receiver(secrets=(SECRET,)) as receiver:
        tags = [b'"v1\tX-Evil: 1"', b'"v1\x85X-Evil: 1"', b'"\xe2\x80\xa8X-Evil: 1"', b'W/"a" X-Evil: 1']
        origin.on("/feed", Page(body=FEED.format("t", "").encode()))
        configure(tmp_path, receiver.url, [("wire", origin.url("/feed"))])
        clock, settings = Clock(NOW), load(tmp_path, {}, examples=False)
        items = "".join(
            ITEM.format(text.replace("\0", ""), 300 + number, "%0d%0aX-Evil:%201") for number, text in enumerate(BREAKS)
        )
        async with life(settings, clock) as running:
            await running.poll()
            for tag in (*tags, b'"last"'):
                body = FEED.format("a\r\nX-Evil: 1", items).encode()
                origin.on("/feed", Page(body=body, headers=((b"ETag", tag), (b"Last-Modified", tag))))
                clock.now += NOW - NOW.replace(hour=0)
                await running.poll()
                await running.pay()
        posts = [set(one.headers) for one in receiver.received]
        polls = [{name.decode().lower() for name, _ in request.headers} for request in origin.requests]
        ids = [one.id for one in receiver.received]
    strange = set().union(*posts) - SENT["webhook"] | set().union(*polls) - SENT["feed"]
    with capsys.disabled():
        print(f"\nFIGURE K3 posts={len(posts)} polls={len(polls)} strange_headers={len(strange)}")
    assert posts
    assert strange == set()
    assert all(re.fullmatch(r"msg_[0-9a-f]{28}", one) for one in ids)
    assert all(one.verified is not None for one in receiver.received)
