"""Writes an outlet's feed in the format it publishes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from monitor.demo.stories import Format, Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story as a feed carries it. ``text`` is HTML, or empty where only the teaser is given."""

    guid: str
    link: str
    title: str
    teaser: str
    text: str
    author: str
    published: datetime


def written(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    """The feed's media type and bytes; the same items give the same bytes."""
    return _WRITERS[outlet.format](outlet, site, items)


def _rss2(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>'
        f"<pubDate>{format_datetime(item.published)}</pubDate><dc:creator>{escape(item.author)}</dc:creator>"
        f"<description>{escape(f'<p>{escape(item.teaser)}</p>')}</description>"
        + (f"<content:encoded><![CDATA[{item.text}]]></content:encoded>" if item.text else "")
        + "</item>\n"
        for item in items
    )
    return "application/rss+xml; charset=utf-8", (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{site}/</link><description>{escape(outlet.about)}</description>"
        f"<language>en</language>\n{entries}</channel></rss>\n"
    ).encode()


def _atom(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    """Its links are relative to ``xml:base``, as some publishers write them."""
    entries = "".join(
        f"<entry><id>{escape(item.guid)}</id><title>{escape(item.title)}</title>"
        f'<link rel="alternate" href="{escape(item.link.removeprefix(site))}"/>'
        f"<published>{item.published.isoformat()}</published><updated>{item.published.isoformat()}</updated>"
        f"<author><name>{escape(item.author)}</name></author><summary>{escape(item.teaser)}</summary>"
        + (f'<content type="html">{escape(item.text)}</content>' if item.text else "")
        + "</entry>\n"
        for item in items
    )
    changed = max(item.published for item in items).isoformat()
    return "application/atom+xml", (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="{site}/"><id>{site}/</id>'
        f'<title>{escape(outlet.title)}</title><subtitle>{escape(outlet.about)}</subtitle><link href="{site}/"/>'
        f'<link rel="self" href="{site}/feed"/><updated>{changed}</updated>\n{entries}</feed>\n'
    ).encode()


def _rdf(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    listed = "".join(f'<rdf:li rdf:resource="{escape(item.link)}"/>' for item in items)
    entries = "".join(
        f'<item rdf:about="{escape(item.link)}"><title>{escape(item.title)}</title><link>{escape(item.link)}</link>'
        f"<description>{escape(item.teaser)}</description><dc:creator>{escape(item.author)}</dc:creator>"
        f"<dc:date>{item.published.isoformat()}</dc:date></item>\n"
        for item in items
    )
    return "application/rdf+xml", (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{site}/feed"><title>{escape(outlet.title)}</title><link>{site}/</link>'
        f"<description>{escape(outlet.about)}</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{entries}</rdf:RDF>\n"
    ).encode()


def _rss091(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    """An old one: ISO-8859-1, and neither ids nor dates on its items."""
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description>{escape(item.teaser)}</description></item>\n"
        for item in items
    )
    return "text/xml; charset=iso-8859-1", (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<rss version="0.91"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{site}/</link><description>{escape(outlet.about)}</description>"
        f"<language>en</language>\n{entries}</channel></rss>\n"
    ).encode("iso-8859-1", "xmlcharrefreplace")


def _json(outlet: Outlet, site: str, items: Sequence[Item]) -> tuple[str, bytes]:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{site}/",
        "feed_url": f"{site}/feed",
        "description": outlet.about,
        "language": "en",
        "items": [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "summary": item.teaser,
                "content_html": item.text or f"<p>{escape(item.teaser)}</p>",
                "date_published": item.published.isoformat(),
                "authors": [{"name": item.author}],
            }
            for item in items
        ],
    }
    return "application/feed+json", json.dumps(feed, ensure_ascii=False, indent=1).encode()


_WRITERS: dict[Format, Callable[[Outlet, str, Sequence[Item]], tuple[str, bytes]]] = {
    Format.RSS2: _rss2,
    Format.ATOM: _atom,
    Format.RDF: _rdf,
    Format.RSS091: _rss091,
    Format.JSON: _json,
}
