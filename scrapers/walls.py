"""Recognises what is served in an article's place: consent and bot walls, logins, error pages, parked domains, shells.

No one word decides: an article may be about any of these. What counts is where a phrase stands (in the title, in the
first heading), what the page asks its reader to press, and how little else it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scrapers.items import Reason

SHORT = 200
"""Fewer characters than this are no article."""

_LONGEST = 6_000
"""A wall says less, even one that lists its partners' purposes."""
_LONGEST_NOTICE = 1_500
_LEFT_OVER = 20
_PROSE = 100
"""Characters of a paragraph that nobody writes on a wall, if it is about something else."""
_SENTENCE = 60

_PHRASES = re.IGNORECASE | re.VERBOSE
_BOT = re.compile(
    r"""just\ a\ moment | attention\ required
    | access\ (?:to\ this\ (?:page|site)\ (?:has\ been|was|is)\ )?denied | pardon\ our\ interruption
    | are\ you\ (?:a\ )?(?:robot|human)
    | (?:please\ )?(?:verify|verifying|confirm)\ (?:that\ )?you\ are\ (?:a\ )?(?:human|not\ a\ robot)
    | (?:checking|verifying)\ (?:if\ the\ site|your\ browser) | security\ (?:check|verification) | one\ more\ step
    | human\ verification | press\ (?:&|and)\ hold | bot\ (?:check|verification|protection) | ddos-guard
    | captcha\b | unusual\ (?:traffic|activity)
    | request\ (?:blocked|unsuccessful) | (?:sorry,\ )?you\ have\ been\ blocked
    | please\ enable\ (?:js|javascript|cookies)\b | zugriff\ verweigert
    | (?:bist\ du|sind\ sie)\ ein\ (?:mensch|roboter) | sicherheits(?:überprüfung|prüfung|abfrage)
    | accès\ refusé | êtes-vous\ un\ (?:robot|humain)
    | vérifi(?:ez|cation)\ (?:que\ vous\ êtes|de\ sécurité|en\ cours) | acceso\ denegado
    | (?:no\ )?(?:eres|es\ usted)\ un\ robot | verificación\ de\ seguridad
    | toegang\ geweigerd | (?:ben\ je|bent\ u)\ een\ (?:mens|robot) | beveiligingscontrole | åtkomst\ nekad
    | är\ du\ (?:en\ )?(?:människa|robot) | säkerhetskontroll""",
    _PHRASES,
)
_LOGIN = re.compile(
    r"""(?:please\ )?(?:log|sign)[\ -]?in\b(?!\s+to\s+(?:a\ |the\ )?history) | login\b
    | (?:member|subscriber)\ login | einloggen | anmelden | anmeldung | bitte\ melden\ sie\ sich\ an
    | (?:se\ )?connexion | se\ connecter | connectez-vous | identifiez-vous | iniciar\ sesión | inicia\ sesión
    | acceder | identifícate | inloggen | log\ in\ met
    | logga\ in | inloggning""",
    _PHRASES,
)
_MISSING = re.compile(
    r"""(?:(?:error|fehler|erreur|fout|fel)[\s:]*)?(?:404|410)(?:\W*$|\W+(?:error|page|not|file|fehler|seite|erreur
      |página|pagina|sidan)\b)
    | (?:(?:oops|ups|hoppla|sorry|oups|whoops)[!,.…\s]*)?(?:
        not\ found\b | something\ went\ wrong
        | (?:we\ )?(?:can['’]?t|couldn['’]?t|cannot|could\ not)\ find\ (?:that|this|the)\ page
        | (?:this\ |the\ |that\ )?(?:page|article|story|content)\b.{0,30}\b
          (?:(?:not|no\ longer|doesn['’]t|can['’]t\ be|isn['’]t)\ (?:be\ )?(?:found|exist|available)|unavailable)
        | (?:diese[r]?\ |die\ |der\ )?(?:\w+\ )?(?:seite|artikel|inhalt)\b.{0,30}\b(?:nicht
          |nicht\ mehr)\ (?:gefunden|vorhanden|verfügbar|mehr)
        | seite\ existiert\ nicht
        | (?:cette\ |la\ |cet\ )?(?:page|article)\b.{0,30}\b(?:introuvable|n['’]existe\ p(?:as|lus)|non\ trouvée?
          |plus\ disponible)
        | (?:esta\ |la\ )?página\b.{0,30}\bno\ (?:encontrada|existe|disponible|está\ disponible|se\ ha\ encontrado)
        | (?:deze\ |de\ )?pagina\b.{0,30}\bniet\ (?:gevonden|meer|beschikbaar|worden\ gevonden)
        | sidan\b.{0,30}\b(?:inte|saknas|hittades\ inte|finns\ inte)\b | vi\ hittar\ inte\ sidan
    )(?!\s*:)""",
    _PHRASES,
)
_PARKED = re.compile(
    r"""domain\ (?:name\ )?(?:\S+\ )?(?:is|may\ be|could\ be)\ for\ sale | (?:buy|purchase)\ this\ domain
    | (?:this\ )?domain\ (?:is\ parked|has\ expired|name\ has\ expired) | parked\ (?:free|domain)
    | domain\ steht\ zum\ verkauf | domain\ (?:\S+\ )?kaufen | domaine\ (?:\S+\ )?est\ à\ vendre
    | dominio\ (?:\S+\ )?(?:está\ )?(?:en\ venta|a\ la\ venta) | domein\ (?:\S+\ )?(?:is\ )?te\ koop
    | domän(?:en)?\ (?:\S+\ )?är\ till\ salu""",
    _PHRASES,
)
_NEEDS_SCRIPT = re.compile(r"javascript", re.IGNORECASE)
_MARKS = {
    "Cloudflare": ("_cf_chl_opt", "cf-chl-", "cf-error-details"),
    "PerimeterX": ("px-captcha", "_pxblock"),
    "DataDome": ("captcha-delivery.com",),
    "Akamai": ("errors.edgesuite.net", "sec-if-cpt-container"),
    "Imperva": ("_incapsula_resource", "incident_id="),
    "AWS WAF": ("awswafcookiedomainlist", "awswafintegration"),
    "DDoS-Guard": ("/.well-known/ddos-guard/",),
    "a captcha": ("g-recaptcha", "h-captcha", "cf-turnstile"),
}
_PARKING = (
    "sedoparking.com",
    "parkingcrew.net",
    "bodis.com",
    "parklogic.com",
    "afternic.com/forsale",
    "dan.com/buy-domain",
    "hugedomains.com/domain",
)

_CONCEPTS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"cookie|kakor\b|local storage|lokale[nr]? speicher",
        r"consent|einwillig|zustimm|toestemming|samtyck|consentement|consentimiento|godkänn",
        (
            r"personal data|personenbezogen|données (?:personnelles|à caractère personnel)|datos personales|"
            r"persoonsgegevens|persoonlijke gegevens|personuppgift|ip[- ]?ad|your data|ihre daten|deine daten|"
            r"vos données|sus datos|tus datos|(?:uw|je) gegevens|dina uppgifter"
        ),
        r"privacy|datenschutz|confidentialité|vie privée|privacidad|integritet",
        (
            r"\b(?:ad )?partners?\b|partnern?\b|partenaires|socios|\d+ vendors|drittanbieter|derde partijen|"
            r"tredje part|third part"
        ),
        (
            r"personali[sz]|zugeschnitten|gepersonaliseerd|anpass|\bads\b|advertis|werbung|publicité|publicidad|"
            r"anuncios|advertenties|annonser|reklam"
        ),
        (
            r"legitimate interest|berechtigte[sn]? interesse|intérêt légitime|interés legítimo|"
            r"gerechtvaardigd belang|berättigat intresse|purposes|zwecke|finalités|finalidades|doeleinden|"
            r"ändamål"
        ),
        (
            r"\b(?:accept|reject|agree|withdraw|settings|opt[- ]out)|akzeptier|ablehn|widerruf|einstellungen|"
            r"accepter|refuser|paramétr|retirer|aceptar|rechazar|retirar|configura|accepteren|weiger|"
            r"instellingen|intrekken|acceptera|avvisa|inställningar|återkalla"
        ),
        (
            r"track|measure|messung|mesure|medición|meten|mätning|device|gerät|appareil|dispositivo|apparaat|"
            r"enhet"
        ),
    )
)
_PRESSED = re.compile(
    r"accept|agree|allow all|i consent|consent\b|akzeptier|zustimm|einverstanden|einwilligen|aceptar|acepto|"
    r"consentir|akkoord|toestaan|godkänn|samtyck|tillåt|acceptera",
    re.IGNORECASE,
)
_BUTTONS = (
    "//button | //a[contains(@class, 'button') or contains(@class, 'btn') or @role='button']"
    " | //input[@type='submit' or @type='button']"
)
_CONSENT_FRAME = re.compile(r"consent|privacy|cmp\b|sp_message|gdpr|cookie", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s+[|–—·•:»-]+\s+")


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands in the article's place."""

    reason: Reason
    detail: str


def wall(tree: Any, html: str, text: str, *, described: bool) -> Wall | None:
    """What it is, if it is no article. ``described``: the page says in JSON-LD that it holds one.

    ``text`` is what extraction found. Nothing that reads like an article is ever called a wall.
    """
    if len(text) > _LONGEST:
        return None
    page = _Seen(tree, html, text, described=described)
    return _consent(page) or _parked(page) or _bot(page) or _login(page) or _missing(page) or _shell(page)


class _Seen:
    """A page as its reader sees it."""

    def __init__(self, tree: Any, html: str, text: str, *, described: bool) -> None:
        self.tree, self.html, self.text, self.described = tree, html.lower(), text, described
        title = _line(next(iter(tree.xpath("//head/title")), None))
        self.titles = [part for part in _SEPARATORS.split(title) if part]
        self.headings = [line for line in map(_line, tree.xpath("//h1")[:3]) if line] or [
            line for line in map(_line, tree.xpath("//h2")[:1]) if line
        ]
        self.paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
        self.short = len(text) < SHORT

    def headed(self, phrase: re.Pattern[str]) -> bool:
        """Whether title or first heading begins with it."""
        return self.in_title(phrase) or self.in_heading(phrase)

    def in_title(self, phrase: re.Pattern[str]) -> bool:
        return any(_is_said(phrase, part) for part in self.titles)

    def in_heading(self, phrase: re.Pattern[str]) -> bool:
        return any(_is_said(phrase, part) for part in self.headings)

    def story(self) -> bool:
        """Whether it reads like an article: it says so and says something, or says much."""
        return (self.described and not self.short) or sum(len(one) >= _PROSE for one in self.paragraphs) >= 3

    def notice(self) -> bool:
        return len(self.text) <= _LONGEST_NOTICE and not self.story()

    def has(self, path: str) -> bool:
        return bool(self.tree.xpath(path))


def _consent(page: _Seen) -> Wall | None:
    """Most of what it says is about consent, and it gives something to press."""
    shown = " ".join(_visible(page.tree))[:_LONGEST] if page.short else page.text
    if _concepts(shown) < 4 or not _asks_consent(page.tree):
        return None
    paragraphs = page.paragraphs if not page.short else [shown] if len(shown) <= _LONGEST_NOTICE else []
    about = [_concepts(one) >= 2 for one in paragraphs]
    said = sum(len(one) for one, told in zip(paragraphs, about, strict=True) if told)
    other = sum(len(one) for one, told in zip(paragraphs, about, strict=True) if not told and len(one) >= _SENTENCE)
    enough = other < _PROSE if page.described else said >= 2 * other
    return Wall(Reason.CONSENT_WALL, "it asks for consent to cookies") if said and enough else None


def _concepts(text: str) -> int:
    return sum(concept.search(text) is not None for concept in _CONCEPTS)


def _asks_consent(tree: Any) -> bool:
    pressed = tree.xpath(_BUTTONS)
    words = ((_line(one) or str(one.get("value") or one.get("aria-label") or ""))[:80] for one in pressed[:200])
    frames = (str(frame.get("src") or "") + str(frame.get("id") or "") for frame in tree.xpath("//iframe")[:20])
    return any(map(_PRESSED.search, words)) or any(map(_CONSENT_FRAME.search, frames))


def _bot(page: _Seen) -> Wall | None:
    if not page.notice():
        return None
    mark = next((name for name, marks in _MARKS.items() if any(mark in page.html for mark in marks)), None)
    if page.headed(_BOT) or (mark not in {None, "a captcha"} and page.short and not page.described):
        return Wall(Reason.BOT_WALL, f"it asks for proof of a human{f': {mark}' if mark else ''}")
    if page.short and not page.described and mark and len(" ".join(_visible(page.tree))) < SHORT:
        return Wall(Reason.BOT_WALL, f"it asks for proof of a human: {mark}")
    return None


def _login(page: _Seen) -> Wall | None:
    if not page.notice() or not page.has("//input[@type='password' or @type='email' or @name='username']"):
        return None
    if page.headed(_LOGIN) or (page.short and not page.described and page.has("//input[@type='password']")):
        return Wall(Reason.LOGIN_WALL, "it asks for a login")
    return None


def _missing(page: _Seen) -> Wall | None:
    titled, headed = page.in_title(_MISSING), page.in_heading(_MISSING)
    if (titled and headed and not page.described) or ((titled or headed) and page.notice()):
        return Wall(Reason.ERROR_PAGE, f"it says {next(iter(page.headings if headed else page.titles))[:80]!r}")
    return None


def _parked(page: _Seen) -> Wall | None:
    if not page.notice() or page.described:
        return None
    shown = " ".join((*page.titles, *_visible(page.tree)))[:_LONGEST_NOTICE]
    if _PARKED.search(shown) or any(mark in page.html for mark in _PARKING):
        return Wall(Reason.ERROR_PAGE, "a parked domain")
    return None


def _shell(page: _Seen) -> Wall | None:
    """Only where there is no text: an article may well come with a shell's noscript."""
    if not page.short:
        return None
    asked = " ".join(_line(one) for one in page.tree.xpath("//noscript")[:20]) + page.text
    if _NEEDS_SCRIPT.search(asked) or (page.has("//script[@src]") and not any(_visible(page.tree))):
        return Wall(Reason.NO_TEXT, "a shell that only JavaScript fills")
    return None


def _visible(tree: Any) -> Iterator[str]:
    """The pieces of text that a reader may see."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - see the docstring of ``pages``

    for body in tree.xpath("//body")[:1]:
        walk = iterwalk(body, events=("start", "end"))
        for event, element in walk:
            hidden = not isinstance(element.tag, str) or element.tag in _UNSEEN
            if event == "start" and hidden:
                walk.skip_subtree()
            text = element.tail if event == "end" else None if hidden else element.text
            if line := (text or "").strip():
                yield line


_UNSEEN = frozenset({"script", "style", "noscript", "template"})


def _line(element: Any) -> str:
    return "" if element is None else " ".join(element.text_content().split())


def _is_said(phrase: re.Pattern[str], line: str) -> bool:
    """Whether a heading is the phrase and hardly more: "Access denied: 300 people go" is news."""
    found = phrase.match(line)
    return found is not None and len(line) - found.end() <= _LEFT_OVER
