"""A selector as people write it, CSS or XPath: told apart, tried and used. It knows nothing of what for."""

from __future__ import annotations

from typing import Any

_XPATH = ("/", "./", "(")
_PAGE = """<html lang="en"><head><title>t</title></head><body><main><section><div id="a" class="b"><article><ul><li>
<h1><h2><h3><p><span><b><time datetime="2026">t</time></b></span></p></h3></h2></h1><a href="/">t</a></li></ul>
</article></div></section></main></body></html>"""
"""One of each of the usual elements: XPath finds out in one that a function does not exist."""


def is_xpath(selector: str) -> bool:
    return selector.startswith(_XPATH)


def fault(selector: str) -> str | None:
    """What is wrong with it, or None."""
    import parsel  # noqa: PLC0415  only who has selectors should pay for it
    from cssselect import SelectorError  # noqa: PLC0415

    try:
        found = matches(parsel.Selector(text=_PAGE, type="html"), selector)
    except (ValueError, SelectorError) as error:  # of XPath; of CSS
        return " ".join(str(error).removeprefix("XPath error: ").split())[:200] or "not a selector"
    return "selects a value, not elements" if any(isinstance(each.root, bool | float) for each in found) else None


def matches(within: Any, selector: str) -> list[Any]:
    """What it matches in a parsel selector: the page, or a part of it, beyond which it does not look."""
    if not is_xpath(selector):
        return list(within.css(selector))
    return list(within.xpath(f".{selector}" if selector.startswith("/") else selector))


def text(match: Any) -> str:
    """In one line; of an element with all that it holds, of ``@href`` or ``::text`` what it is."""
    if isinstance(match.root, str):
        return " ".join(str(match.root).split())
    return " ".join("".join(match.xpath(".//text()[not(ancestor::script or ancestor::style)]").getall()).split())
