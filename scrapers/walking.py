"""One walk over a feed's tree by feedparser's rules: what it would find in each entry, quirks included.

Those are what equal means. An element that feedparser has a rule for and this module has not, or markup where text
should be: then it is Unsure, and guesses nothing. The tree must be of expat, which feedparser reads with.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import ClassVar
from xml.etree.ElementTree import Element

from feedparser.html import _cp1252
from feedparser.urls import _urljoin, make_safe_absolute_uri

from scrapers.naming import RULED, Names, Unsure
from scrapers.wishes import Link

_DEEPEST = 50
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
"""In UTF-8, as the search for one byte is many times faster than for one of many characters."""
_AMPERSAND = re.compile("&([A-Za-z0-9_]+);")
_TEXT = frozenset({"text", "plain", "html", "text/plain", "text/html"})
_PAGE = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_RSS_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_ATOM_VERSIONS = {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"}
_IN_IMAGE = frozenset({"title", "link", "description", "url", "width", "height"})
_IN_TEXT_INPUT = frozenset({"title", "link", "description", "name"})
_OF_PERSON = {"name": "name", "email": "email", "uri": "href", "url": "href", "homepage": "href"}
_OF_OWNER = frozenset({"itunes_name", "itunes_email", "name", "email"})
_TEXTS = (
    "category keywords dc_subject media_category media_keywords itunes_keywords itunes_image itunes_block "
    "itunes_explicit media_thumbnail media_credit media_rating media_restriction media_license media_player "
    "cc_license admin_generatoragent admin_errorreportsto cloud generator enclosure expirationdate webmaster "
    "dc_publisher dc_contributor dcterms_valid georss_point georss_line georss_polygon georss_box name email url "
    "uri homepage width height subtitle tagline itunes_subtitle rights copyright dc_rights info "
    "feedburner_browserfriendly itunes_name itunes_email"
)
"""What is no part of an entry as we keep it."""

Attributes = Mapping[str, str]


class Context:
    """An entry, or the feed, so far. ``depths``: what stands less deep counts, of two as deep the later."""

    __slots__ = ("contents", "dates", "depths", "language", "people", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.depths: dict[str, int] = {}
        self.dates: dict[str, str] = {}
        self.contents: list[tuple[str, str | None]] = []
        self.people: list[dict[str, str]] = []
        self.language: str | None = None
        """Of the title."""


_Rule = Callable[["Walk", Element, Attributes, int, str | None], None]
_NONE: Attributes = {}


class Walk:
    """Over one document, with as much of feedparser's state as entries depend on."""

    def __init__(self, names: Names, version: str, language: str | None) -> None:
        self._names = names
        self.version = version
        self._language = language
        self._rules: dict[str, _Rule] = {}
        self.feed = self._context = Context()
        self.entries: list[Context] = []
        self._in_feed = False
        self._base = ""
        self._title_depth = -1
        self._has_content = False
        self._guid_is_link = False
        self.said: dict[str, list[str]] = {}
        self.links: list[Link] = []

    def over(self, root: Element) -> None:
        attributes = self._names.attributes(root.items())
        language = attributes.get("xml:lang", attributes.get("lang", self._language)) or None
        if self._language:
            self.feed.values["language"] = self._language.replace("_", "-")
        self._rebase(attributes)
        name = self._names.of(root.tag)
        self.version = self._told_version(name, attributes.get("version", ""))
        if language and name != "rdf_rdf":
            self.feed.values["language"] = language.replace("_", "-")
        self._in_feed = name == "feed"
        self._children(root, 1, language)

    def _told_version(self, name: str, number: str) -> str:
        if name == "rss":
            if self.version.startswith("rss"):
                return self.version
            return _RSS_VERSIONS.get(number) or ("rss20" if number.startswith("2.") else "rss")
        if name == "feed":
            return self.version or _ATOM_VERSIONS.get(number, "atom")
        if name == "rdf_rdf" and self.version:
            return self.version
        raise Unsure

    def _children(self, element: Element, depth: int, language: str | None) -> None:
        if depth > _DEEPEST:
            raise Unsure
        base = self._base
        rules = self._rules
        for child in element:
            rule = rules.get(child.tag) or self._rule(child.tag)
            items = child.items()
            if not items:
                rule(self, child, _NONE, depth + 1, language)
            else:
                attributes = self._names.attributes(items)
                own = attributes.get("xml:lang", attributes.get("lang", language)) or None
                self._rebase(attributes)
                rule(self, child, attributes, depth + 1, own)
            if base:  # without one the base of a part holds for all that follows it: feedparser's way
                self._base = base

    def _rule(self, tag: str) -> _Rule:
        name = self._names.of(tag)
        rule = self._RULES.get(name)
        if rule is None:
            if name in RULED:
                raise Unsure
            rule = Walk._unknown
        self._rules[tag] = rule
        return rule

    def _rebase(self, attributes: Attributes) -> None:
        written = attributes.get("xml:base", attributes.get("base"))
        if not written:
            return
        old = self._base
        base = (make_safe_absolute_uri(old, written) or old) if old else _urljoin("", written)
        if make_safe_absolute_uri(base, base) != base:
            raise Unsure
        self._base = base

    def _resolved(self, link: str) -> str:
        return _urljoin(self._base, link) if self._base or "///" in link else link

    def _keep(self, name: str, value: str, depth: int) -> None:
        context = self._context
        if context is self.feed:
            if self._in_feed:
                context.values[name] = value
        elif depth <= context.depths.get(name, depth):
            context.depths[name] = depth
            context.values[name] = value

    # Rules: an element, its attributes, how deep it stands, its language.

    def _unknown(self, element: Element, _: Attributes, depth: int, language: str | None) -> None:
        if len(element):
            self._children(element, depth, language)

    def _text(self, element: Element, _: Attributes, __: int, ___: str | None) -> None:
        """What is no part of an entry as we keep it, but would read markup in it in its own way."""
        _leaf(element)

    def _channel(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        if self._context is not self.feed or "lastmod" in attributes or "href" in attributes:
            raise Unsure
        self._in_feed = True
        self._children(element, depth, language)
        self._in_feed = False

    def _item(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        if self._context is not self.feed or "lastmod" in attributes or "href" in attributes:
            raise Unsure
        self._context = entry = Context()
        self.entries.append(entry)
        self._guid_is_link = False
        self._title_depth = -1
        if about := attributes.get("rdf:about"):
            entry.values["id"] = about
        self._children(element, depth, language)
        self._context = self.feed
        self._has_content = False

    def _title(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        value = _mended(_content(element, attributes))
        if not -1 < self._title_depth <= depth:
            self._keep("title", value, depth)
            self._context.language = language
        if value:
            self._title_depth = depth

    def _media_title(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        before = self._title_depth
        self._title(element, attributes, depth, language)
        self._title_depth = before

    def _description(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        name = "subtitle" if self._context is self.feed else "summary"
        self._summarise(name, element, attributes, depth, language)

    def _summary(self, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        self._summarise("summary", element, attributes, depth, language)

    def _summarise(self, name: str, element: Element, attributes: Attributes, depth: int, language: str | None) -> None:
        if "summary" in self._context.values and not self._has_content:
            self._full(element, attributes, depth, language)
        else:
            self._keep(name, _mended(_content(element, attributes)), depth)

    def _full(self, element: Element, attributes: Attributes, _: int, language: str | None) -> None:
        self._has_content = True
        value = _mended(_content(element, attributes))
        self._context.contents.append((value, language))
        self._context.values.setdefault("summary", value)

    def _link(self, element: Element, attributes: Attributes, _: int, __: str | None) -> None:
        text = _leaf(element)
        href = attributes.get("url", attributes.get("uri", attributes.get("href"))) or attributes.get("href")
        values = self._context.values
        if href is None:
            if self._context is not self.feed:
                link = _mended(self._resolved(text)) if text else ""
                values["link"] = _AMPERSAND.sub(r"&\1", link.replace("&amp;", "&"))
            return
        href = self._resolved(href) if href else self._base
        relation = attributes.get("rel", "alternate").lower()
        if self._context is self.feed:
            self.links.append((relation, href))
        kind = attributes.get("type", "application/atom+xml" if relation == "self" else "text/html").lower()
        if relation == "alternate" and kind in _PAGE:
            values["link"] = href

    def _guid(self, element: Element, attributes: Attributes, depth: int, _: str | None) -> None:
        self._guid_is_link = attributes.get("ispermalink", "true") == "true"
        value = _leaf(element)
        if value and self._guid_is_link:
            value = self._resolved(value)
        value = _mended(value)
        self._keep("id", value, depth)
        if self._guid_is_link:
            self._context.values.setdefault("link", value)

    def _published(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._dated("published", element, depth)

    def _updated(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._dated("updated", element, depth)

    def _created(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._dated("created", element, depth)

    def _dated(self, name: str, element: Element, depth: int) -> None:
        value = _mended(_leaf(element))
        self._keep(name, value, depth)
        self._context.dates[name] = value

    def _spoken(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._keep("language", _mended(_leaf(element)), depth)

    def _author(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        context = self._context
        person: dict[str, str] = {}
        text = element.text or ""
        for child in element:
            text += child.tail or ""
            part = _OF_PERSON.get(self._names.of(child.tag))
            value = _leaf(child)
            if part is None and (value or self._rule(child.tag) is not Walk._unknown):
                raise Unsure
            self._unbased(child)
            if part is not None:
                _infer(person, context.values.get("author"))
                _name(context.values, person)
                person[part] = value
        self._keep("author", _mended(text.strip()), depth)
        _name(context.values, person)

    def _contributor(self, element: Element, _: Attributes, __: int, ___: str | None) -> None:
        for child in element:
            if self._names.of(child.tag) not in _OF_PERSON:
                raise Unsure
            _leaf(child)
            self._unbased(child)

    def _owner(self, element: Element, _: Attributes, __: int, ___: str | None) -> None:
        for child in element:
            if self._context is not self.feed or self._names.of(child.tag) not in _OF_OWNER:
                raise Unsure
            _leaf(child)
            self._unbased(child)

    def _image(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._aside(element, _IN_IMAGE, depth)

    def _text_input(self, element: Element, _: Attributes, depth: int, __: str | None) -> None:
        self._aside(element, _IN_TEXT_INPUT, depth)

    def _aside(self, element: Element, known: frozenset[str], depth: int) -> None:
        """Its titles are not the feed's, yet end the search for one."""
        self._title_depth = -1
        for child in element:
            name = self._names.of(child.tag)
            if self._context is not self.feed or name not in known or child.items():
                raise Unsure
            if _leaf(child) and name == "title":
                self._title_depth = depth + 1

    def _source(self, element: Element, _: Attributes, __: int, ___: str | None) -> None:
        _leaf(element)
        self._title_depth = -1

    def _say(self, element: Element, _: Attributes, depth: int, language: str | None) -> None:
        if self._context is self.feed and element.text:
            self.said.setdefault(element.tag.rpartition("}")[2].lower(), []).append(element.text)
        self._children(element, depth, language)

    def _unbased(self, element: Element) -> None:
        if (items := element.items()) and not {"base", "xml:base"}.isdisjoint(self._names.attributes(items)):
            raise Unsure

    _RULES: ClassVar[dict[str, _Rule]] = {
        **dict.fromkeys(("item", "entry"), _item),
        **dict.fromkeys(("title", "dc_title"), _title),
        **dict.fromkeys(("description", "dc_description", "media_description"), _description),
        **dict.fromkeys(("summary", "itunes_summary"), _summary),
        **dict.fromkeys(("content", "content_encoded"), _full),
        **dict.fromkeys(("guid", "id"), _guid),
        **dict.fromkeys(("published", "issued", "pubdate", "dcterms_issued"), _published),
        **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc_date", "dcterms_modified"), _updated),
        **dict.fromkeys(("created", "dcterms_created"), _created),
        **dict.fromkeys(("author", "managingeditor", "dc_author", "dc_creator", "itunes_author"), _author),
        **dict.fromkeys(("language", "dc_language"), _spoken),
        **dict.fromkeys(("ttl", "hour", "day", "sy_updateperiod", "sy_updatefrequency"), _say),
        "channel": _channel,
        "media_title": _media_title,
        "link": _link,
        "contributor": _contributor,
        "itunes_owner": _owner,
        "image": _image,
        "textinput": _text_input,
        "source": _source,
        **dict.fromkeys(_TEXTS.split(), _text),
        **dict.fromkeys(("media_group", "media_content", "itunes_category"), _unknown),
    }


def _leaf(element: Element) -> str:
    if len(element):
        raise Unsure
    return (element.text or "").strip()


def _content(element: Element, attributes: Attributes) -> str:
    if attributes and ("mode" in attributes or attributes.get("type", "text").lower() not in _TEXT):
        raise Unsure
    return _leaf(element)


def _mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1, and characters of Windows-1252."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_cp1252) if _C1.search(text.encode()) else text


def _infer(person: dict[str, str], before: str | None) -> None:
    """Of a person nothing is known of yet, feedparser takes the author named before for the name."""
    if person or not before:
        return
    if "@" in before:  # and would look for an address in it
        raise Unsure
    person["name"] = before


def _name(values: dict[str, str], person: dict[str, str]) -> None:
    name, email = person.get("name"), person.get("email")
    if name or email:
        values["author"] = f"{name} ({email})" if name and email else name or email or ""
