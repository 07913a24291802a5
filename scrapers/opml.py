"""Lists of feeds as OPML 2.0, in and out: what other feed readers keep. It neither checks nor asks the addresses.

A feed that is switched off is a commented-out outline, as the format has it; what a feed is about, its description.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.parsers.expat import ExpatError, ParserCreate

LARGEST = 10 * 2**20
MOST = 20_000

_DEEPEST = 50


class OpmlError(Exception):
    """The file cannot be read as OPML; says why, and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed. ``folders`` are the outlines it is in, from the outermost on; ``line`` is its place in the file."""

    url: str
    title: str
    about: str = ""
    language: str = ""
    folders: tuple[str, ...] = ()
    enabled: bool = True
    line: int = 0


def parse(document: bytes) -> tuple[Outline, ...]:
    """The feeds in the file's order. Raises ``OpmlError``."""
    if len(document) > LARGEST:
        raise OpmlError(f"larger than {LARGEST // 2**20} MB")
    reading = _Reading()
    try:
        reading.parser.Parse(document, True)
    except ExpatError as error:
        raise OpmlError(f"line {error.lineno}: not XML: {error.args[0].partition(':')[0]}") from None
    except (ValueError, LookupError) as error:  # a charset that expat does not know
        raise OpmlError(f"not XML: {error}") from None
    return tuple(reading.feeds)


class _Reading:
    def __init__(self) -> None:
        self.feeds: list[Outline] = []
        self._open: list[tuple[str, bool]] = []
        self._root = ""
        self.parser = ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise OpmlError(f"line {self.parser.CurrentLineNumber}: it declares a document type, which OPML has not")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._root = self._root or name
        if self._root.lower() != "opml":
            raise OpmlError(f"not OPML: its root is <{self._root[:40]}>")
        if name.lower() != "outline":
            return
        said = {key.lower(): " ".join(value.split()) for key, value in attributes.items()}
        title = said.get("title") or said.get("text", "")
        enabled = said.get("iscomment", "").lower() != "true" and all(enabled for _, enabled in self._open)
        if said.get("xmlurl"):
            self.feeds.append(self._feed(said, title, enabled=enabled))
        if len(self.feeds) > MOST or len(self._open) >= _DEEPEST:
            raise OpmlError(
                f"line {self.parser.CurrentLineNumber}: more than {MOST:,} feeds, or {_DEEPEST} folders deep"
            )
        self._open.append(("" if said.get("xmlurl") else title, enabled))

    def _feed(self, said: dict[str, str], title: str, *, enabled: bool) -> Outline:
        return Outline(
            url=said["xmlurl"],
            title=title,
            about=said.get("description", ""),
            language=said.get("language", ""),
            folders=tuple(folder for folder, _ in self._open if folder),
            enabled=enabled,
            line=self.parser.CurrentLineNumber,
        )

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            self._open.pop()


def written(outlines: Iterable[Outline], title: str) -> bytes:
    """An OPML file; outlines in folders are put into them."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    folders: dict[tuple[str, ...], Element] = {(): body}
    for each in outlines:
        within = body
        for depth, name in enumerate(each.folders, 1):
            path = each.folders[:depth]
            within = folders[path] if path in folders else SubElement(within, "outline", text=name)
            folders[path] = within
        said = {"text": each.title, "title": each.title, "type": "rss", "xmlUrl": each.url}
        said |= {"description": each.about} if each.about else {}
        said |= {"language": each.language} if each.language else {}
        said |= {} if each.enabled else {"isComment": "true"}
        SubElement(within, "outline", said)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
