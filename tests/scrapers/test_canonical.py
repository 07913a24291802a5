"""One key for all the addresses of an article."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.canonical import canonical, points_at_nothing, web_link

SAME = [
    "http://news.example.com/2026/halvora-cuts",
    "https://news.example.com/2026/halvora-cuts/",
    "https://www.news.example.com/2026/halvora-cuts?utm_source=rss&utm_medium=feed",
    "https://NEWS.example.com:443/2026/halvora-cuts#comments",
    "https://m.news.example.com/2026/halvora-cuts?fbclid=abc&gclid=1",
    "https://news.example.com/2026/halvora-cuts/amp/",
    "https://news.example.com/2026/halvora-cuts?amp=1",
    "https://news.example.com/amp/2026/halvora-cuts",
    "https://amp.news.example.com/2026/halvora-cuts?at_medium=RSS&mc_cid=9",
    "https://news.example.com/2026/halvora%2Dcuts?ref=hackernews&cmp=oth_b-aplnews",
    "https://news.example.com./2026/halvora-cuts?ns_mchannel=rss&ocid=xyz&_ga=1.2",
]
APART = [
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a?ref=12345", "https://example.com/a?ref=12346"),
    ("https://example.com/a?source=chapter2", "https://example.com/a"),
    ("https://example.com/A", "https://example.com/a"),
    ("https://example.com:8443/a", "https://example.com/a"),
    ("https://blog.example.com/a", "https://example.com/a"),
    ("https://example.com/camp", "https://example.com/c"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
]
URLS = st.builds(
    "{}://{}/{}?{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        [
            "www.example.com",
            "m.amp.www.example.co.uk",
            "EXAMPLE.com.",
            "bücher.example",
            "amp.dev",
            "www.co.uk",
            "[::1]",
        ]
    ),
    st.text(alphabet="/amp%41eé. +&=;", max_size=20),
    st.text(alphabet="&=utm_refamp1%2Fé+ hn", max_size=20),
    st.sampled_from(["", "#x"]),
)


@pytest.mark.parametrize("written", SAME)
def test_the_ways_to_share_one_article_have_one_key(written: str) -> None:
    assert canonical(written) == "https://news.example.com/2026/halvora-cuts"


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_may_be_another_article_has_another_key(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_the_order_of_a_query_does_not_matter() -> None:
    assert canonical("https://example.com/a?b=2&a=1") == canonical("https://example.com/a?a=1&b=2")


@settings(max_examples=100, deadline=None)
@given(URLS)
def test_a_key_is_its_own_key(url: str) -> None:
    key = canonical(web_link(url) or "https://example.com/")
    assert canonical(key) == key


@settings(max_examples=100, deadline=None)
@given(URLS)
def test_a_key_keeps_the_registrable_host(url: str) -> None:
    link = web_link(url) or "https://example.com/"
    host = (urlsplit(link).hostname or "").rstrip(".").encode("idna").decode()
    assert host.endswith(urlsplit(canonical(link)).hostname or "")


@pytest.mark.parametrize("host", ["amp.dev", "m.me", "www.co.uk", "mobile.de"])
def test_a_host_that_is_called_like_a_prefix_stays(host: str) -> None:
    assert canonical(f"https://{host}/a") == f"https://{host}/a"


@pytest.mark.parametrize(
    "written",
    ["", "  ", None, "javascript:alert(1)", "mailto:a@example.com", "ftp://example.com/a", "/relative", "http://",
     "http://user@example.com/", "http://[::1/", "http://example.com:99999/", "data:text/html,x"],
)  # fmt: skip
def test_only_web_links_come_in(written: str | None) -> None:
    assert web_link(written) is None


def test_a_relative_link_is_resolved_against_the_feed() -> None:
    assert web_link("/a b", "https://example.com/feed.xml") == "https://example.com/a%20b"


@pytest.mark.parametrize("written", ["https://example.com", "https://www.example.com/?utm_source=rss"])
def test_the_front_page_is_no_articles_address(written: str) -> None:
    assert points_at_nothing(canonical(written))
