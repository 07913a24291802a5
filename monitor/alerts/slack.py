"""The Slack card of an alert, as Block Kit, built of slack-sdk's models.

Nothing in it is parsed: headings and context are ``plain_text``, the rest is ``rich_text``, where bold and links are
structure. So words from outside cannot format, link or mention, and are shown as they were written. The fallback
``text`` is posted with markup off, and escaped as well, since a Slack look-alike may not know that.

Slack's limits count what it stores; we count UTF-16 units, the larger of the readings. One block and some room are
left over for ``repeated``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from monitor.alerts import plain, words
from monitor.model import AlertKind, Layoff, Telling

DIGEST_HOLDS = 60
"""Layoffs that one digest card always has room for; what is beyond is told as a number."""

_HEADER, _CONTEXT, _QUOTE, _NAME, _LINE, _TEXT = 150, 300, 1000, 80, 140, 1500

_LISTED = 20
"""Lines of a digest in one block, which thereby stays below what a section may hold."""

_JOINER = "\u2060"
"""Invisible, and no white space: it parts what would be a token, and the eye sees no difference."""

_TOKEN = re.compile(r"<|&(?=(?:lt|gt|amp);)")
_LIVE = re.compile(r"[@#](?=\S)|:(?=//|[\w+'-]+:)|(?<=\w)\.(?=[^\W\d_]{2})")
"""What mentions, makes an emoji or turns into a link where text is parsed."""

_LOOKALIKES = str.maketrans("*_~`", "∗ˍ∼ˋ")
"""For what formats. Where a joiner ends a bold word and where it does not is nowhere written down."""


_Json = dict[str, Any]


def card(alert_id: str, telling: Telling, web: str | None = None) -> bytes:
    """The body of the POST. ``web``: where the web page is, for links to it."""
    blocks: list[Block] = [HeaderBlock(text=_plain(words.headline(telling), _HEADER))]
    layoff = telling.layoff
    if layoff is not None:
        blocks += _layoff(alert_id, telling, layoff, web)
    elif telling.kind is AlertKind.DIGEST:
        blocks += _digest(telling, web)
    else:
        blocks.append(_rich(_section(_text(_shown(words.message(telling), _QUOTE) or "-"))))
    return _body(_fallback(telling), [block.to_dict() for block in blocks])


def taken_back(alert_id: str, layoff: Layoff, web: str | None) -> bytes:
    """What stands in the place of a card whose layoff is none any more, or is told as another one."""
    headline = f"{words.employer(layoff)}: taken back"
    said = "Its reports say something else by now, or belong to another layoff."
    more = [_context(f"more: pinkslip why {alert_id}")]
    if web is not None:
        more = [_rich(_section(_link(f"{web}/alerts/{alert_id}", "why you were told")))]
    blocks = [HeaderBlock(text=_plain(headline, _HEADER)), _rich(_section(_text(said))), *more]
    return _body(_inert(plain.cut(f"{headline}\n{said}", _TEXT // 2)), [block.to_dict() for block in blocks])


def plain_text(body: bytes) -> bytes:
    """The same message without its blocks, for a Slack that refused them."""
    return _body(json.loads(body)["text"], [])


def repeated(body: bytes, alert_id: str) -> bytes:
    """The same message, marked: Slack may have taken it already, and has no key to tell by."""
    message = json.loads(body)
    blocks = message.get("blocks", [])
    mark = f"possible repeat · {alert_id[:100]}"
    return _body(f"{message['text']}\n{mark}", [*blocks, _context(mark).to_dict()] if blocks else [])


def _body(text: str, blocks: list[_Json]) -> bytes:
    message: _Json = {"text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    return json.dumps(message | ({"blocks": blocks} if blocks else {}), ensure_ascii=False).encode()


def _layoff(alert_id: str, telling: Telling, layoff: Layoff, web: str | None) -> Iterable[Block]:
    yield _context(words.standing(telling, layoff))
    pieces = words.quotation(layoff, telling.reports, _QUOTE // 2)
    if pieces:
        yield _rich(RichTextQuoteElement(elements=[_text(_literal(each.text), bold=each.strong) for each in pieces]))
    if telling.reports:
        yield _rich(_outlets(telling, layoff))
    why = words.why(telling)
    if web is None:
        yield _context(" · ".join(part for part in (why, f"more: pinkslip why {alert_id}") if part))
        return
    if why:
        yield _context(why)
    layoff_page, alert_page = (f"{web}/{part}" for part in (f"layoffs/{layoff.id}", f"alerts/{alert_id}"))
    yield _rich(_section(_link(layoff_page, "open the layoff"), _text(" · "), _link(alert_page, "why you were told")))


def _outlets(telling: Telling, layoff: Layoff) -> RichTextElement:
    reports = words.telling_reports(telling)
    first, best = reports[0], words.best_source(reports)
    tail = " " + _shown(f"{words.heard(first, telling.now)}{words.others(telling, layoff)}", _LINE)
    open_at = plain.link(best.url) if best is not None else None
    if open_at is None or best is None:
        return _section(_text(_shown(first.outlet, _NAME) + tail))
    if best is first:
        return _section(_link(open_at, first.outlet), _text(tail))
    return _section(_text(_shown(first.outlet, _NAME) + tail + " · "), _link(open_at, best.outlet))


def _digest(telling: Telling, web: str | None) -> Iterable[Block]:
    note = words.occasion(telling)
    if note:
        yield _context(note)
    shown = words.largest_first(telling.layoffs)[:DIGEST_HOLDS]
    for start in range(0, len(shown), _LISTED):
        lines = [_line(layoff) for layoff in shown[start : start + _LISTED]]
        yield _rich(RichTextListElement(style="bullet", elements=lines))
    more = max(telling.total, len(telling.layoffs)) - len(shown)
    if more > 0 and web is None:
        yield _context(f"and {more:,} more: pinkslip layoffs list")
    elif more > 0:
        yield _rich(_section(_text(f"and {more:,} more: "), _link(f"{web}/layoffs", "all layoffs")))


def _line(layoff: Layoff) -> RichTextElement:
    name = _shown(words.employer(layoff), 50)
    rest = _shown(f": {words.extent(layoff)} · {words.stage(layoff)}", _LINE - 50)
    return _section(_text(name, bold=True), _text(rest))


def _fallback(telling: Telling) -> str:
    layoff = telling.layoff
    lines = [words.headline(telling)]
    if layoff is not None:
        lines = [f"{lines[0]} · {words.standing(telling, layoff)}", words.quoted(layoff, telling.reports, 300)]
    elif telling.kind is AlertKind.DIGEST:
        lines += [f"{words.employer(one)}: {words.extent(one)}" for one in words.largest_first(telling.layoffs)[:10]]
    else:
        lines.append(words.message(telling))
    said = _inert(plain.cut("\n".join(line for line in lines if line), _TEXT // 2, _escaped_size))
    best = words.best_source(words.telling_reports(telling))
    address = plain.link(best.url, _TEXT // 3) if best is not None else None
    return said if address is None else f"{said}\n{address.replace('&', '&amp;')}"


def _context(text: str) -> Block:
    return ContextBlock(elements=[_plain(text, _CONTEXT)])


def _plain(text: str, limit: int) -> PlainTextObject:
    return PlainTextObject(text=_shown(text, limit), emoji=False)


def _rich(element: RichTextElement) -> Block:
    return RichTextBlock(elements=[element])


def _section(*elements: RichTextElement) -> RichTextElement:
    return RichTextSectionElement(elements=elements)


def _text(text: str, *, bold: bool = False) -> RichTextElement:
    return RichTextElementParts.Text(text=text, style={"bold": True} if bold else None)


def _link(address: str, label: str) -> RichTextElement:
    return RichTextElementParts.Link(url=address, text=_shown(label, _NAME) or "source")


def _shown(text: str, limit: int) -> str:
    """Cut to what Slack takes, and literal."""
    return _literal(plain.cut(plain.clean(text), limit, _size))


def _literal(text: str) -> str:
    return _TOKEN.sub(lambda found: found[0] + _JOINER, text)


def _inert(text: str) -> str:
    """Escaped for a place that is parsed, with no sign left that formats, links or mentions."""
    unformatted = _literal(text).translate(_LOOKALIKES)
    parted = _LIVE.sub(lambda found: _JOINER + found[0] + _JOINER, unformatted)
    return parted.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _size(character: str) -> int:
    return 2 if character in "<&" or character > "\uffff" else 1


def _escaped_size(character: str) -> int:
    return 6 if character in "<>&" else 3 if character in "@#:." else _size(character)
