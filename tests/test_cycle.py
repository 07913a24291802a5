"""The order of things, with real parts."""

from dataclasses import replace
from random import Random

import pytest

from monitor.archive import Archive
from monitor.config import load
from monitor.cycle import Newswire
from monitor.decide import host
from monitor.deliver import Courier
from scrapers.collect import Collector
from scrapers.items import Memory
from tests.faults.harness import configure, rss
from tests.making import NOW
from tests.origin import Origin, Reply


class Stumbling:
    """Rules with a bug that one headline meets."""

    def __init__(self, pack):
        self._pack = pack

    def judge(self, text):
        if "Brantiq" in text.title:
            raise IndexError(text.title)
        return self._pack.judge(text)


@pytest.fixture
async def newswire(tmp_path):
    async with Origin() as origin:
        origin.on("/feed", Reply(body=rss(["Halvora", "Brantiq", "Tirmona"])))
        configure(tmp_path, "http://127.0.0.1:9/", [("wire", origin.url("/feed"))])
        settings = load(tmp_path, {})
        archive = Archive.open(settings.archive)
        collector = Collector(user_agent="pinkslip-test", allow_private=settings.allow_private, per_host_delay=0)
        async with collector:
            courier = Courier(collector.door, print)
            newswire = Newswire(settings, archive, collector, courier, lambda: NOW, Random(1))
            await newswire.enroll()
            yield newswire
            newswire.close()
        archive.close()


async def test_an_article_that_meets_a_bug_is_tried_again_and_the_others_go_on(newswire, caplog):
    rules = newswire.settings.pack
    newswire.settings = replace(newswire.settings, pack=Stumbling(rules))
    (due,) = await newswire.every(due_only=False)
    first = await newswire.ask(due)
    newswire.settings = replace(newswire.settings, pack=rules)
    (due,) = await newswire.every(due_only=False)
    due = replace(due, state=replace(due.state, memory=Memory()))  # the feed changed
    second = await newswire.ask(due)
    assert (first.new, second.new) == (2, 1)
    assert "article_crashed" in caplog.text


async def test_what_is_due_is_put_off_before_it_is_asked(newswire):
    assert len(await newswire.due(frozenset(), 10)) == 1
    assert await newswire.due(frozenset(), 10) == ()


async def test_a_busy_host_is_not_asked_at_the_same_time(newswire):
    (source,) = newswire.sources.values()
    assert await newswire.due(frozenset({host(source.url)}), 10) == ()
