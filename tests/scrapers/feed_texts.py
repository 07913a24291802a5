"""Feeds made up of what feedparser has rules for, well-formed and as odd as can be; no test of its own."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

SPACES = (
    'xmlns:a="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dt="http://purl.org/dc/terms/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:i="http://www.itunes.com/DTDs/PodCast-1.0.dtd" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:x="http://halvora.example/ns"'
)
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
_WORDS = st.sampled_from(
    (
        "",
        " ",
        "Halvora cuts 400 jobs",
        "Ünlü & Söhne",
        "Soci\u00c3\u00a9t\u00c3\u00a9",
        "“Brantiq”",
        "a\u0092s",
        "<p>Text</p>",
        "https://news.example/a?b=1&amp;c;=2",
        "/relative",
        "http:///slashes",
        "desk@halvora.example (Ada Writer)",
        "Mon, 23 Nov 2026 10:00:00 +0100",
        "2026-11-23T10:00:00Z",
        "2026-11-23",
        "23 Nov 26 10:00 EST",
        "de_DE",
        "\n A \t",
    )
)
_LEAVES = [
    "title",
    "description",
    "link",
    "guid",
    "pubDate",
    "author",
    "category",
    "comments",
    "source",
    "language",
    "image",
    "summary",
    "content",
    "id",
    "updated",
    "published",
    "name",
    "email",
    "url",
    "foo",
    "a:link",
    "a:title",
    "a:summary",
    "dc:creator",
    "dc:date",
    "dc:title",
    "dc:description",
    "dc:language",
    "dc:subject",
    "dt:modified",
    "content:encoded",
    "media:title",
    "media:description",
    "media:thumbnail",
    "media:credit",
    "media:text",
    "i:author",
    "i:summary",
    "i:subtitle",
    "i:image",
    "thr:total",
    "x:foo",
    "ttl",
    "lastBuildDate",
    "created",
    "rights",
    "subtitle",
    "generator",
    "enclosure",
    "managingEditor",
]
_RARE = ["abstract", "body", "tags", "i:owner", "x:title", "x:title_detail", "date", "x:pos"]
_TYPE = st.sampled_from(("html", "text", "text/html", "TEXT/PLAIN", "xhtml")).map(lambda kind: {"type": kind})
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        (
            "rel", "href", "url", "isPermaLink", "xml:lang", "lang", "xml:base", "x:href", "foo", "domain", "src",
        )
    ),
    st.sampled_from(
        (
            "", "alternate", "self", "hub", "enclosure", "true",
            "false", "https://news.example/there", "/there", "de", "pt_BR", "https://base.example/x/",
        )
    ),
    max_size=3,
)  # fmt: skip


def _element(name: str, attributes: dict[str, str], inner: str) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>{inner}</{name}>"


_FEW = st.one_of(st.just({}), st.just({}), st.just({}), _TYPE, _ATTRIBUTES)
_TEXT = st.one_of(
    _WORDS.map(escape),
    _WORDS.map(lambda words: f"<![CDATA[{words}]]>"),
    _WORDS.map(lambda words: f"{escape(words)}<!-- & more -->{escape(words)}"),
)
_LEAF = st.builds(_element, st.sampled_from(_LEAVES), _FEW, _TEXT)
_PERSON = st.builds(_element, st.sampled_from(("name", "email", "uri", "x:foo")), st.just({}), _WORDS.map(escape))
_AUTHOR = st.builds(
    _element, st.sampled_from(("author", "contributor")), _FEW, st.lists(_PERSON, max_size=3).map("".join)
)
_IN_IMAGE = st.builds(_element, st.sampled_from(("title", "link", "url", "width")), st.just({}), _WORDS.map(escape))
_IMAGE = st.builds(_element, st.just("image"), st.just({}), _IN_IMAGE)
_MEDIA = st.builds(
    _element,
    st.sampled_from(("media:group", "media:content", "x:foo", "foo")),
    _FEW,
    st.lists(_LEAF, max_size=3).map("".join),
)
_ODD = st.builds(_element, st.sampled_from(_RARE), _FEW, st.one_of(_TEXT, _LEAF))
_PART = st.integers(0, 99).flatmap(
    lambda drawn: _ODD if drawn == 99 else (_AUTHOR, _MEDIA, _IMAGE)[drawn % 3] if drawn > 80 else _LEAF
)
PARTS = st.lists(_PART, max_size=8).map("".join)
ITEMS = st.lists(st.builds(_element, st.just("item"), _FEW, PARTS), max_size=3)
ENTRIES = st.lists(st.builds(_element, st.just("entry"), _FEW, PARTS), max_size=3)


def _rss(attributes: dict[str, str], head: str, items: list[str], tail: str) -> str:
    return _element("rss", {"version": "2.0", **attributes}, _element("channel", {}, head + "".join(items) + tail))


def _rdf(_: dict[str, str], head: str, items: list[str], tail: str) -> str:
    return f"<rdf:RDF {RDF} {SPACES}>{_element('channel', {}, head)}{''.join(items)}{tail}</rdf:RDF>"


def _atom(attributes: dict[str, str], head: str, items: list[str], tail: str) -> str:
    return _element("feed", {"xmlns": "http://www.w3.org/2005/Atom", **attributes}, head + "".join(items) + tail)


def _spaced(feed: str) -> str:
    return feed if SPACES in feed else feed.replace(" ", f" {SPACES} ", 1)


FEEDS = st.one_of(
    st.builds(_rss, _FEW, PARTS, ITEMS, PARTS),
    st.builds(_rdf, _FEW, PARTS, ITEMS, PARTS),
    st.builds(_atom, _FEW, PARTS, ENTRIES, PARTS),
).map(_spaced)
