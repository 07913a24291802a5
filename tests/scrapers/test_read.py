"""Entry -> article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.items import Document, Entry, News, Page, Skipped, Source
from scrapers.read import article, news, read, with_page

SOURCE = Source(id="wire", url="https://news.example/feed", language="en")
ENTRY = Entry(
    guid="h-1",
    link="https://www.news.example/halvora?utm_source=rss",
    title="Halvora &amp; Co cut <b>400</b> jobs",
    summary="<p>About a tenth of the staff.</p>",
    content="",
    author="A. Writer",
    published="Mon, 23 Nov 2026 10:00:00 GMT",
    published_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    language=None,
)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG = "<p>" + "Halvora said on Monday that it would let people go. " * 20 + "</p>"


def test_an_article_has_a_key_plain_text_and_what_was_written() -> None:
    read_one = article(ENTRY, SOURCE)
    assert (
        read_one.url,
        read_one.canonical_url,
        read_one.title,
        read_one.summary,
        read_one.body,
        read_one.language,
        read_one.written_title,
        read_one.written_link,
    ) == (
        "https://www.news.example/halvora?utm_source=rss",
        "https://news.example/halvora",
        "Halvora & Co cut 400 jobs",
        "About a tenth of the staff.",
        None,
        "en",
        ENTRY.title,
        ENTRY.link,
    )


def test_one_article_has_one_id_in_every_source() -> None:
    other = replace(ENTRY, link="http://news.example/halvora/", guid="other")
    assert article(ENTRY, SOURCE).id == article(other, replace(SOURCE, id="other")).id


def test_without_a_link_an_id_is_of_source_and_guid() -> None:
    bare = replace(ENTRY, link=None)
    ids = {
        article(bare, SOURCE).id,
        article(replace(bare, guid="h-2"), SOURCE).id,
        article(bare, replace(SOURCE, id="b")).id,
    }
    assert len(ids) == 3


def test_without_link_and_guid_an_id_is_of_the_content() -> None:
    bare = replace(ENTRY, link=None, guid=None)
    assert article(bare, SOURCE).id != article(replace(bare, title="Another"), SOURCE).id


def test_the_content_hash_changes_with_the_text_only() -> None:
    hashes = [
        article(entry, SOURCE).content_hash
        for entry in (ENTRY, replace(ENTRY, link=None), replace(ENTRY, summary="Less"), replace(ENTRY, content=LONG))
    ]
    assert (hashes[0] == hashes[1], len(set(hashes))) == (True, 3)


@pytest.mark.parametrize(
    ("summary", "content", "has_body"),
    [("short", LONG, True), ("", LONG, True), (LONG, "", True), (LONG, LONG, True), ("short", "a teaser", False),
     (LONG, LONG + "<p>More.</p>", False), ("short", "", False)],
)  # fmt: skip
def test_a_feed_gives_a_body_when_it_gives_a_real_text(summary: str, content: str, *, has_body: bool) -> None:
    assert (article(replace(ENTRY, summary=summary, content=content), SOURCE).body is not None) is has_body


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@news.example", None, "", "data:text/html,x"])
def test_only_web_links_become_urls(link: str | None) -> None:
    assert article(replace(ENTRY, link=link), SOURCE).url is None


def test_a_relative_link_is_of_the_feeds_site() -> None:
    assert article(replace(ENTRY, link="/a"), SOURCE, "https://news.example/feed").url == "https://news.example/a"


def test_a_link_to_the_front_page_identifies_nothing() -> None:
    front = replace(ENTRY, link="https://news.example/")
    assert article(front, SOURCE).id != article(replace(front, guid="h-2"), SOURCE).id


def test_entries_that_are_no_articles_are_counted_with_their_reason() -> None:
    empty = replace(ENTRY, title="", summary="", link="https://news.example/empty")
    articles, skipped = read((ENTRY, ENTRY, empty), SOURCE)
    assert (len(articles), skipped) == (1, (Skipped("repeated in the feed", 1), Skipped("empty", 1)))


def test_many_items_under_one_address_are_all_kept() -> None:
    entries = tuple(
        replace(ENTRY, link=f"https://news.example/log#{n}", guid=str(n), title=f"Item {n}") for n in range(9)
    )
    articles, skipped = read(entries, SOURCE)
    assert (len({one.id for one in articles}), skipped, articles[0].canonical_url) == (9, (), None)


def test_a_page_fills_what_the_feed_left_out() -> None:
    page = Page(
        url="https://news.example/halvora", title="x", text="The whole story.", published_at=None, language="en-US"
    )
    bare = replace(article(ENTRY, SOURCE), language=None, title="", author=None, published_at=None)
    read_one = with_page(bare, replace(page, published_at=NOON, authors="Ada Grove", free=False))
    assert (read_one.body, read_one.text_origin, read_one.language, read_one.title) == (
        "The whole story.",
        "page",
        "en-us",
        "x",
    )
    assert (read_one.published_at, read_one.date_origin, read_one.author, read_one.free) == (
        NOON,
        "page",
        "Ada Grove",
        False,
    )
    kept = with_page(article(ENTRY, SOURCE), replace(page, published_at=NOON, teaser=True))
    assert (kept.title, kept.published_at, kept.text_origin, kept.date_origin) == (
        article(ENTRY, SOURCE).title, ENTRY.published_at, "teaser", "feed",
    )  # fmt: skip


def test_a_page_changes_the_content_hash() -> None:
    page = Page(
        url="https://news.example/halvora", title="x", text="The whole story.", published_at=None, language=None
    )
    assert with_page(article(ENTRY, SOURCE), page).content_hash != article(ENTRY, SOURCE).content_hash


def test_a_teaser_of_a_page_does_not_replace_the_feeds_text() -> None:
    full = article(replace(ENTRY, content=LONG), SOURCE)
    page = Page(url="https://news.example/halvora", title=None, text="Subscribe.", published_at=None, language=None)
    assert with_page(full, page).body == full.body


FEED = b"<rss version='2.0'><channel><item><title>Halvora cuts</title><link>https://news.example/h</link></item>"


def _answer(body: bytes) -> Document:
    headers = ((b"content-type", b"application/rss+xml"), (b"etag", b'"1"'))
    return Document(url=SOURCE.url, status=200, headers=headers, body=body)


def test_a_truncated_feed_is_not_whole() -> None:
    outcome, whole = news(_answer(FEED), SOURCE)
    assert isinstance(outcome, News)
    assert (len(outcome.articles), whole) == (1, False)


def test_a_feed_with_its_end_is_whole() -> None:
    outcome, whole = news(_answer(FEED + b"</channel></rss>"), SOURCE)
    assert isinstance(outcome, News)
    assert (len(outcome.articles), whole) == (1, True)


WORDS = st.one_of(st.none(), st.text(max_size=40))


@settings(max_examples=100, deadline=None)
@given(st.builds(Entry, guid=WORDS, link=WORDS, title=st.text(), summary=st.text(), content=st.text(), author=WORDS,
                 published=WORDS, published_at=st.none(), language=WORDS))  # fmt: skip
def test_any_entry_becomes_an_article_that_can_be_stored(entry: Entry) -> None:
    read_one = article(entry, SOURCE, SOURCE.url)
    assert "\x00" not in repr(read_one).encode("utf-8").decode("utf-8")


def test_the_language_configured_for_a_source_outweighs_what_its_feed_says() -> None:
    assert article(replace(ENTRY, language="en-US"), replace(SOURCE, language="de")).language == "de"
    assert article(replace(ENTRY, language="fr"), replace(SOURCE, language=None)).language == "fr"


def test_two_items_with_one_link_and_no_guid_are_two_articles() -> None:
    one = replace(ENTRY, guid=None, link="https://news.example/newsroom", title="Markets close higher on Monday")
    articles, skipped = read((one, replace(one, title="Halvora to cut 900 jobs")), SOURCE)
    assert ([each.title for each in articles], skipped) == ([one.title, "Halvora to cut 900 jobs"], ())
