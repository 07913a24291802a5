"""The feeds that a page names."""

from __future__ import annotations

import pytest

from scrapers.discover import Found, feeds_of
from scrapers.items import Document

PAGE = b"""<!doctype html><html><head><base href="https://news.example/en/"><title>Northwind</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="All &amp; everything" href="feed.xml">
<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="https://feeds.example/atom">
<link rel="alternate" type="application/feed+json" href="//news.example/feed.json">
<link rel="alternate" type="application/rss+xml" href="feed.xml">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="stylesheet" type="text/css" href="style.css">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" type="application/rss+xml" href="http://user@news.example/feed"></head></html>"""


def page(body: bytes) -> Document:
    return Document(url="https://news.example/start", status=200, headers=(), body=body)


def test_the_feeds_of_a_page_come_in_its_order_with_comments_last() -> None:
    assert feeds_of(page(PAGE)) == (
        Found("https://news.example/en/feed.xml", "All & everything", "rss"),
        Found("https://feeds.example/atom", "", "atom"),
        Found("https://news.example/feed.json", "", "json"),
        Found("https://news.example/comments/feed", "Comments", "rss"),
    )


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01\x02", b"words", b"<?xml version='1.0'?><a/>", b"%PDF-1.7", b"<" * 9999]
)
def test_what_is_no_page_names_no_feeds(body: bytes) -> None:
    assert feeds_of(page(body)) == ()
