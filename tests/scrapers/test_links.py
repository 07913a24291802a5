"""Links of aggregators: what they wrap, and what they keep to themselves."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.links import is_unresolved, steady, unwrapped

STORY = "https://herald.example/2026/11/halvora-cuts-400-jobs?page=1&a=b"
SEALED = base64.urlsafe_b64encode(b"\x08\x13\x22\x0eAU_yqLNsZWFsZWQ").decode().rstrip("=")


def packed(*texts: bytes) -> str:
    """An id as Google News made them: field 1 is a number, field 4 the address, field 26 that of the AMP page."""
    keys = (b"\x22", b"\xd2\x01")

    def size(text):
        return bytes([len(text)]) if len(text) < 128 else bytes([len(text) & 127 | 128, len(text) >> 7])

    inside = b"".join(key + size(text) + text for key, text in zip(keys, texts, strict=False))
    return base64.urlsafe_b64encode(b"\x08\x13" + inside).decode().rstrip("=")


@pytest.mark.parametrize(
    "form", ["rss/articles/{}?oc=5", "articles/{}", "read/{}?hl=en-US&gl=US", "__i/rss/rd/articles/{}?oc=5"]
)
@pytest.mark.parametrize(
    "texts",
    [(STORY.encode(),), (STORY.encode(), b"https://herald.example/amp/1"), (STORY.encode() + b"&x=" + b"y" * 200,)],
)
def test_an_older_link_of_google_news_is_read(form, texts):
    link = "https://news.google.com/" + form.format(packed(*texts))
    assert unwrapped(link) == texts[0].decode()
    assert not is_unresolved(unwrapped(link))


@pytest.mark.parametrize("form", ["rss/articles/{}?oc=5", "articles/{}", "read/{}?hl=en-US&gl=US"])
def test_a_sealed_link_stays_and_is_unresolved_and_has_one_form(form):
    link = "https://news.google.com/" + form.format(SEALED)
    assert (unwrapped(link), is_unresolved(link)) == (link, True)
    assert steady(link) == f"https://news.google.com/articles/{SEALED}"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?rct=j&sa=t&url=https://herald.example/2026/11/halvora-cuts-400-jobs%3Fpage%3D1%26a%3Db&ct=ga",
        "https://google.co.uk/url?q=https%3A%2F%2Fherald.example%2F2026%2F11%2Fhalvora-cuts-400-jobs%3Fpage%3D1%26a%3Db&sa=U",
        "https://news.google.com/news/url?sa=t&url=https%3A%2F%2Fherald.example%2F2026%2F11%2Fhalvora-cuts-400-jobs%3Fpage%3D1%26a%3Db",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3A%2F%2Fherald.example%2F2026%2F11%2Fhalvora-cuts-400-jobs%3Fpage%3D1%26a%3Db&c=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fherald.example%2F2026%2F11%2Fhalvora-cuts-400-jobs%3Fpage%3D1%26a%3Db",
        "https://www.google.com/url?url=https%3A%2F%2Fwww.bing.com%2Fnews%2Fapiclick.aspx%3Furl%3Dhttps%253A%252F%252Fherald.example%252F2026%252F11%252Fhalvora-cuts-400-jobs%253Fpage%253D1%2526a%253Db",
    ],
)  # fmt: skip
def test_a_wrapped_address_is_taken_out(link):
    assert unwrapped(link) == STORY


@pytest.mark.parametrize(
    "link",
    [
        STORY,
        "https://herald.example/url?q=https://other.example/",
        "https://google.com.evil.example/url?q=https://other.example/",
        "https://www.google.com/search?q=https://other.example/",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=http://user:word@other.example/",
        "https://www.google.com/url",
        "https://t.co/AbCd123456",
        "https://news.google.com/topics/CAAqJggKIiBDQkFTRWdvSUwyMHZNRGRqTVhZU0FtVnVHZ0pWVXlnQVAB",
        "http://[::1",
        "ftp://news.google.com/articles/CBMiAbCdEf",
        "",
    ],
)
def test_what_wraps_nothing_stays_and_is_no_aggregators(link):
    assert (unwrapped(link), is_unresolved(link), steady(link)) == (link, False, link)


@pytest.mark.parametrize("host", ["feedproxy.google.com", "feeds.feedburner.com"])
def test_what_feedburner_redirects_is_unresolved_and_its_feeds_are_not(host):
    assert is_unresolved(f"http://{host}/~r/herald/~3/AbCdEf/halvora.html")
    assert not is_unresolved(f"http://{host}/herald")


@given(st.binary(max_size=60))
def test_no_id_can_raise_or_lead_to_anything_but_the_web(noise):
    for start in (b"", b"\x08\x13\x22"):
        written = base64.urlsafe_b64encode(start + noise).decode()
        found = unwrapped(f"https://news.google.com/rss/articles/{written}")
        assert found.startswith(("http://", "https://"))


@given(st.text(max_size=60))
def test_an_id_that_says_its_address_is_read_whatever_surrounds_it(tail):
    address = b"https://herald.example/" + base64.urlsafe_b64encode(tail.encode("utf-8", "replace"))[:90].rstrip(b"=")
    assert unwrapped(f"https://news.google.com/articles/{packed(address)}") == address.decode()
