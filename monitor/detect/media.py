"""Whether a name says only how people were told, and not who cuts: "on a Zoom call", "over Slack"."""

from __future__ import annotations

from monitor.detect.lexicon import words
from monitor.detect.tokens import Tokens

_ARTICLES = words("a an the")
_BY_WAY_OF = words("by during in on over through using via")
_MESSAGES = words(
    "call calls chat chats conversation email emails livestream meeting meetings message messages post posts thread "
    "threads video webinar"
)
_PRODUCTS = words("chat meet teams")
"""What a maker's name goes on with where it is the medium."""
_MEDIA = words(
    "blind discord facebook gmail googlechat googlemeet gotomeeting instagram linkedin microsoftteams outlook reddit "
    "skype slack teams telegram threads tiktok twitter webex whatsapp x youtube zoom"
)


def is_medium(cut: Tokens, first: int, last: int) -> bool:
    """Whether the tokens from ``first`` up to ``last`` name nothing but a means: by what stands around them."""
    before = first - 1
    if before >= 0 and cut.norms[before] in _ARTICLES:
        before -= 1
    if before < 0 or cut.norms[before] not in _BY_WAY_OF or cut.possessive[last - 1]:
        return False
    if last < len(cut) and cut.norms[last] in _PRODUCTS and cut.gaps[last] == " ":
        last += 1
    if last < len(cut) and cut.norms[last] in _MESSAGES and cut.gaps[last] == " ":
        return True
    return before == first - 1 and cut.norms[before] != "in" and "".join(cut.norms[first:last]) in _MEDIA
