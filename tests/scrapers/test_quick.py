"""The quick way gives what feedparser gives, or says that it is not sure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feedparser.datetimes import _parse_date
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers import feeds, quick
from scrapers.feeds import Feed
from scrapers.instants import instant, of_struct
from scrapers.items import Document
from tests.scrapers import feed_texts

MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
ITUNES = 'xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd"'


def document(text: str | bytes, **headers: str) -> Document:
    body = text if isinstance(text, bytes) else text.encode()
    named = {"content-type": "application/xml"} | {key.replace("_", "-"): value for key, value in headers.items()}
    pairs = tuple((key.encode(), value.encode()) for key, value in named.items())
    return Document(url="https://news.example/feed", status=200, headers=pairs, body=body)


def rss(items: str, head: str = "", spaces: str = "") -> str:
    return f'<rss version="2.0" {spaces}><channel><title>Northwind Wire</title>{head}{items}</channel></rss>'


def atom(entries: str, head: str = "", spaces: str = "") -> str:
    return f"<feed {ATOM} {spaces}><title>Northwind Wire</title>{head}{entries}</feed>"


def by_feedparser(one: Document) -> Feed | None:
    return feeds._parse_with_feedparser(one, feeds._headers(one))


def is_sure(one: Document) -> bool:
    return quick.read(one, feeds._headers(one)) is not None


def told(feed: Feed | None) -> tuple[object, ...]:
    assert feed is not None
    return feed.entries, feed.title, feed.version, feed.complete, feed.hints, feed.hub


READ = {
    "a title of an image is not the feed's": rss(
        "<item><title>A</title></item>", "<image><title>Logo</title><url>https://a.example/l</url></image><title>B</title>"
    ),
    "a title of a picture is none of the item": rss(
        f"<item {MEDIA}><media:content><media:title>Picture</media:title></media:content><title>Halvora</title></item>"
    ),
    "a picture's title, where there is no other": rss(
        f"<item {MEDIA}><media:group><media:title>Picture</media:title></media:group><link>/a</link></item>"
    ),
    "a second description is content": rss("<item><description>A</description><description>B</description></item>"),
    "a picture's description is content": rss(
        "<item><description>A</description><media:description>Longer</media:description></item>", spaces=MEDIA
    ),
    "content before a description": rss(
        "<item><content:encoded>All</content:encoded><description>A</description></item>", spaces=CONTENT
    ),
    "content alone is the summary": rss("<item><content:encoded>All</content:encoded></item>", spaces=CONTENT),
    "a feed's second summary makes the first item's a summary": rss(
        "<item><description>A</description><description>B</description></item>" * 2,
        "<itunes:summary>S</itunes:summary><description>D</description>",
        ITUNES,
    ),
    "the longest content counts": atom(
        '<entry><content xml:lang="de_DE">kurz</content><content xml:lang="fr">plus long</content></entry>'
    ),
    "an id that is a link": rss("<item><guid>https://news.example/a</guid></item>"),
    "an id that is no link": rss('<item><guid isPermaLink="false">http:///a</guid></item>'),
    "a link behind an id": rss("<item><guid>https://a.example</guid><link>https://b.example</link></item>"),
    "slashes too many": rss("<item><link>http:////news.example/a</link></item>"),
    "a link with broken entities": rss("<item><link>https://a.example/?a=1&amp;amp;b;=2&amp;c;=3</link></item>"),
    "links of many kinds": atom(
        '<entry><link rel="Alternate" type="TEXT/HTML" href="/a"/><link rel="enclosure" href="/b"/>'
        '<link type="application/json" href="/c"/><link rel="self" href="/d"/></entry>'
    ),
    "an empty link": atom('<entry><id>tag:a</id><link href=""/></entry>'),
    "a link of two attributes": rss('<item><link url="/a" href="/b">text</link></item>'),
    "a base holds for what follows": atom(
        '<entry><content xml:base="https://base.example/x/">A</content><link href="y"/></entry>'
        '<entry><link href="z"/></entry>'
    ),
    "a base of the feed": atom('<entry xml:base="b/"><link href="c"/></entry>', spaces='xml:base="https://a.example/"'),
    "two authors": atom(
        "<entry><author><name>Ada</name></author><author><email>b@a.example</email></author></entry>"
    ),
    "an author with an address": atom(
        "<entry><author>\n<name>Ada</name><uri>/ada</uri><email>ada@a.example</email></author></entry>"
    ),
    "an author as text": rss("<item><author>ada@a.example (Ada)</author><dc:creator>Bea</dc:creator></item>", spaces=DC),
    "a contributor is no author": atom("<entry><contributor><name>Bea</name></contributor></entry>"),
    "mojibake": rss("<item><title>Soci\u00c3\u00a9t\u00c3\u00a9</title></item>"),
    "Windows' characters": rss("<item><title>Halvora\u0092s \u2014 cut</title></item>"),
    "dates that differ in depth": rss(
        "<item><media:group><pubDate>2026-11-21</pubDate></media:group><pubDate>2026-11-22</pubDate>"
        "<media:group><pubDate>soon</pubDate></media:group></item>",
        spaces=MEDIA,
    ),
    "a date that is none, and one that is": atom("<entry><published>soon</published><updated>2026-11-23</updated></entry>"),
    "the feed's language behind its items": rss("<item><title>A</title></item><language>de-AT</language>"),
    "a language of one title": atom('<entry xml:lang="pt_BR"><title>A</title></entry><entry><title>B</title></entry>'),
    "no language is a language": atom('<entry xml:lang=""><title>A</title></entry>', spaces='xml:lang="de"'),
    "a prefix of our own for a known namespace": rss(
        "<item><d:creator>Ada</d:creator></item>", spaces='xmlns:d="http://purl.org/dc/elements/1.1/"'
    ),
    "a known prefix for another namespace": rss(
        "<item><dc:creator>Ada</dc:creator></item>", spaces='xmlns:dc="http://halvora.example/"'
    ),
    "a strange default namespace": rss('<item><site xmlns="x:y">1</site><title xmlns="x:y">A</title></item>'),
    "a namespace in capitals": f"<feed {ATOM.upper().replace('XMLNS', 'xmlns')}><entry><title>A</title></entry></feed>",
    "attributes of strange namespaces": atom('<entry><link x:href="/x" rel="alternate"/></entry>', spaces='xmlns:x="x:y"'),
    "comments and instructions within a text": rss("<item><title>A<!-- b --><?c d?>E</title></item>"),
    "RSS 1.0 with Atom in it": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:a="http://www.w3.org/2005/Atom" {DC}><channel rdf:about="/"><title>T</title><items><rdf:Seq/></items>'
        '</channel><image><title>I</title></image><item rdf:about="/a"><title>A</title><dc:date>2026-11-23</dc:date>'
        "</item><textinput><title>X</title><name>q</name></textinput></rdf:RDF>"
    ),
    "a source within an item": rss('<item><title>A</title><source url="/s">S</source><title>B</title></item>'),
    "wishes": rss(
        "<item><title>A</title></item>",
        "<ttl>90</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
        '<sy:updatePeriod>daily</sy:updatePeriod><a:link rel="hub" href="https://hub.example/"/>',
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:a="http://www.w3.org/2005/Atom"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", READ.values(), ids=READ.keys())
def test_what_is_read_quickly_is_what_feedparser_gives(text: str) -> None:
    one = document(text)
    assert is_sure(one)
    assert told(feeds._parse_xml(one)) == told(by_feedparser(one))


UNSURE = {
    "a document type": "<!DOCTYPE rss>" + rss("<item><title>A</title></item>"),
    "an entity": '<!DOCTYPE rss [<!ENTITY a "b">]>' + rss("<item><title>&a;</title></item>"),
    "an entity nobody declared": rss("<item><title>a&nbsp;b</title></item>"),
    "a prefix nobody declared": rss("<item><title>A</title><x:y>1</x:y></item>"),
    "no end": rss("<item><title>A</title></item>")[:-6],
    "space before the declaration": ' <?xml version="1.0"?>' + rss("<item><title>A</title></item>"),
    "markup in a title": rss("<item><title>A <b>cut</b></title></item>"),
    "XHTML": atom('<entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A</div></content></entry>'),
    "Base64": atom('<entry><content type="application/octet-stream">QQ==</content></entry>'),
    "a feed within an item": rss("<item><title>A</title><item><title>B</title></item></item>"),
    "a source with a title": atom("<entry><title>A</title><source><title>B</title></source></entry>"),
    "a prefix that hides another": rss(
        "<item><media:title>A</media:title></item>", spaces='xmlns:media="http://purl.org/dc/elements/1.1/"'
    ),
    "a namespace with a space": rss("<item><x:title>A</x:title></item>", spaces='xmlns:x="a b"'),
    "an element named as feedparser's own notes": rss("<item><title>A</title><title_detail>B</title_detail></item>"),
    "a rule we do not know": rss("<item><title>A</title><body>B</body></item>"),
    "an author who may have the address of the one before": atom(
        "<entry><author><name>a@b.example</name></author><author><name>Bea</name></author></entry>"
    ),
    "an entry alone": f"<entry {ATOM}><title>A</title></entry>",
    "deep nesting": rss(f"<item>{'<x>' * 60}<title>A</title>{'</x>' * 60}</item>"),
    "CDF": '<channel href="/a"><item href="/b"><title>A</title></item></channel>',
}


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE.keys())
def test_what_it_is_not_sure_of_is_left_to_feedparser(text: str) -> None:
    one = document(text)
    assert not is_sure(one)
    assert told(feeds._parse_xml(one)) == told(by_feedparser(one))


def test_a_tree_too_large_is_left_to_feedparser() -> None:
    assert not is_sure(document(rss("<item>" + "<a/>" * 1_000_000 + "</item>")))


ENCODED = [
    ("utf-8", "utf-8", "application/xml"),
    ("UTF-8", "utf-8-sig", "application/rss+xml"),
    ("iso-8859-1", "iso-8859-1", "application/xml"),
    ("iso-8859-1", "utf-8", "application/xml; charset=utf-8"),
    ("utf-8", "utf-8", "application/octet-stream; charset=iso-8859-1"),
    ("utf-8", "windows-1252", "application/xml"),
    ("gb2312", "gb18030", "application/xml"),
]


@pytest.mark.parametrize(("declared", "actual", "kind"), ENCODED)
def test_any_encoding_is_the_one_that_feedparser_takes(declared: str, actual: str, kind: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>{rss("<item><title>Société Halvora</title></item>")}'
    one = document(text.encode(actual), content_type=kind)
    assert is_sure(one)
    assert told(feeds._parse_xml(one)) == told(by_feedparser(one))


@pytest.mark.parametrize("end", ["", " "])
def test_what_says_in_bytes_that_it_is_utf_16_is_read_as_utf_8(end: str) -> None:
    """feedparser reads it, or reads nothing, as its length is odd or even."""
    text = '<?xml version="1.0" encoding="utf-16"?>' + rss("<item><title>Société</title></item>") + end
    feed = feeds.parse(document(text))
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == ["Société"]


def test_of_two_encodings_in_the_first_line_the_last_is_taken_as_feedparser_takes_it() -> None:
    line = '<?xml version="1.0" encoding="utf-8"?><?style encoding="iso-8859-1"?>'
    one = document(line + rss("<item><title>Société</title></item>"))
    assert told(feeds._parse_xml(one)) == told(by_feedparser(one))


def test_only_plain_utf_8_may_be_told_by_its_bytes() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + rss("<item><title>A</title></item>")
    one, other = feeds.parse(document(text)), feeds.parse(document(text.replace("iso-8859-1", "utf-8")))
    assert isinstance(one, Feed)
    assert isinstance(other, Feed)
    assert (one.sure, other.sure) == (False, True)


@settings(max_examples=300, deadline=None)
@given(feed_texts.FEEDS, st.sampled_from(("", "sv_SE")))
def test_whatever_is_read_quickly_is_what_feedparser_gives(text: str, language: str) -> None:
    one = document(text, **({"content_language": language} if language else {}))
    if is_sure(one):
        assert told(feeds._parse_xml(one)) == told(by_feedparser(one))


NUMBER = st.integers(0, 99).map("{:02}".format)
DATES = st.one_of(
    st.builds(
        "{}{} {} {} {}:{}:{}{}".format,
        st.sampled_from(("", "Mon, ", "Sat, ", "mon ", "Lundi, ")),
        st.integers(0, 40),
        st.sampled_from(("Jan", "Feb", "Nov", "November", "nov", "13")),
        st.integers(0, 10_001),
        NUMBER, NUMBER, NUMBER,
        st.sampled_from((" GMT", " UTC", " Z", " +0130", " -0800", " +9999", " EST", "", " +01:00")),
    ),
    st.builds(
        "{:04}-{:02}-{}T{}:{}:{}{}".format,
        st.integers(0, 9999), st.integers(0, 13), NUMBER, NUMBER, NUMBER, NUMBER,
        st.sampled_from(("Z", "+01:30", "-08:00", "+99:99", "+0100", "", ".5Z", ".999999999Z", "." + "9" * 20 + "Z")),
    ),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S +0000")),
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(DATES)
def test_a_date_is_the_moment_that_feedparser_reads(written: str) -> None:
    assert instant(written) == of_struct(_parse_date(written))
