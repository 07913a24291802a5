"""Slack's own limits and its parser of markup, written from its documentation and from nothing of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block, RichTextBlock

BLOCKS, TOTAL, ELEMENTS = 50, 12_000, 10
TEXTS = {"header": 150, "section": 3000, "context": 2000, "rich_text": 3000}
KINDS = frozenset({"header", "section", "context", "rich_text", "divider"})

_TOKEN = re.compile(r"<(?:[@#!]|https?:|mailto:)[^>]*>")
_BOLD = re.compile(r"(?<![\w*])([*_~`])(?=\S)[^\n]+?(?<=\S)\1(?!\w)")
_EMOJI = re.compile(r":[\w+'-]+:")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S|\b\w+\.[a-z]{2,}\b")


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def strings(value: Any) -> Iterator[str]:
    """Every text in a block that somebody reads."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("url"), str):
            yield value["url"]
        for inner in value.values():
            yield from addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from addresses(inner)


def problems(body: bytes) -> list[str]:
    """Why Slack would refuse this message; nothing if it takes it."""
    try:
        message = json.loads(body)
    except ValueError:
        return ["invalid_payload: not JSON"]
    if not isinstance(message, dict) or not message.get("text"):
        return ["no_text"]
    blocks = message.get("blocks", [])
    found = [f"too many blocks: {len(blocks)}"] if len(blocks) > BLOCKS else []
    total = size(message["text"]) + sum(size(text) for text in strings(blocks))
    found += [f"msg_too_long: {total}"] if total > TOTAL else []
    for block in blocks:
        found += list(_wrong(block))
    return found


def _wrong(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    parsed = Block.parse(block)
    if kind not in KINDS or parsed is None:
        yield f"unknown block {kind}"
        return
    parsed.validate_json()
    if isinstance(parsed, RichTextBlock) and parsed.to_dict() != block:
        yield "rich_text that the SDK reads otherwise"
    texts = list(strings(block))
    if sum(size(text) for text in texts) > TEXTS.get(kind, 0):
        yield f"{kind} too long"
    if any(text == "" for text in texts):
        yield f"{kind} with an empty text"
    if kind == "context" and len(block["elements"]) > ELEMENTS:
        yield "context with too many elements"
    if any(len(address) > 3000 for address in addresses(block)):
        yield f"{kind} with a long address"


def live(text: str) -> list[str]:
    """What Slack would act on in text that it parses."""
    return [found[0] for pattern in (_TOKEN, _BOLD, _EMOJI, _ADDRESS) for found in pattern.finditer(text)]


def tokens(text: str) -> list[str]:
    """Mentions and links in angle brackets, also once entities are undone."""
    undone = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [found[0] for form in (text, undone) for found in _TOKEN.finditer(form)]
