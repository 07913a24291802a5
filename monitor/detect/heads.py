"""Everyday words that are a name, because at the head of a headline they do what only an employer does.

"Brave Comet lays off 27" names its employer; "Coffee chain lays off 27" only says what kind of employer it is.
"""

from __future__ import annotations

from monitor.detect import lexicon
from monitor.detect.lexicon import words
from monitor.detect.numerals import SCALE, SMALL
from monitor.detect.tokens import Tokens

_LONGEST = 4
_KINDS = words(
    """
    academy administration advertiser agency aide airline airport appeal area army assembly association attorney
    auction authority bakery bank bar barracks basin biotech body bookseller borough bosses bottler brand
    brewery broadcaster builder bureau cabinet cafe canteen care carrier casino cathedral center centre chain
    chair chancellor chapter charity church cinema city clinic club coach coast college colliery commission
    committee community conglomerate congregation consulate contractor convent cooperative corporation council
    country county court creditor daily dealer dealership delegation department depot designer diocese director
    distillery district division dock dockyard driver editor embassy employee employer engineer enterprise
    entrepreneur expert fab facility factory family farm father federation festival fleet force forge foundation
    foundry franchise fund gallery garage garrison giant government governor graduate grocer group guardian gym
    hall hauler homebuilder hospital hotel hotelier house importer incubator industry inquiry institute
    institution insurer investor island jeweller judge jury king kitchen lab labor laboratory labour landlord lawmaker
    lawyer leader league legislature lender library line lobby local magazine maker mall man manager market
    mayor media merchant mill mine miner ministry mission mother municipality museum nation network newspaper
    newsroom nhs nonprofit nursery office official operation operator orchestra order outlet owner packer panel
    paper parent parish parliament parlour party pensioner pit plant player police port post press prison
    producer professor province pub publication publisher quarry queen railway ranch rancher refiner refinery
    regime regiment region regulator republic resort restaurant retailer roaster school section sector senate
    senator service shelter shipbuilder shipyard shop site smelter society source state station steelmaker
    steelworks store studio subsidiary superintendent supermarket supplier surgeon survey syndicate system
    teacher team theater theatre town trade trader treasury tribunal trust tycoon union unit university utility
    vendor venture village warehouse watchdog website wholesaler winery woman worker workplace workshop yard zoo
    """
)
_EVENTS = words(
    """
    accident action appeal attack austerity automation bankruptcy blast blaze blow boom boycott breakdown brexit
    budget buyout case change chaos closing closure collapse competition consolidation cost crash crisis cuts
    cutting cyberattack deal debt decision decline delay demand demerger dispute downsizing downturn drop
    drought economy efficiency emergency evidence exit explosion failure fall fallout fear fire flood freeze
    glut hack hurricane impasse incident inflation insolvency investigation law lawsuit layoff lockdown lockout
    loss losses memo merger mess modernisation modernization move news offshoring order outage outbreak outlook
    outsourcing overhaul pandemic panic plan policy pressure price program programme project proposal protest
    pullout purge quake rationalisation recall recession redundancy relocation reorg reorganisation
    reorganization report reshuffle restructure restructuring revamp rise round row rule ruling sale sanctions
    scandal selloff shakeup shift shortage shortfall shutdown slide slowdown slump spin split spokesman
    spokesperson spokeswoman squeeze storm strategy streamlining strike study survey takeover tariff tariffs tax
    technology threat transition trend trial trouble turmoil uncertainty upheaval virus vote war wave weakness
    weather win winter year
    """
)
_CLOSED = (
    lexicon.JOBS
    | lexicon.ROLES
    | lexicon.DESCRIPTORS
    | lexicon.WORKPLACES
    | lexicon.NEVER
    | lexicon.CUT_NOUNS
    | lexicon.TRADES
    | lexicon.PLACES
    | _KINDS
    | _EVENTS
    | SMALL.keys()
    | SCALE.keys()
) - words("ai")
_CLOSED_BEHIND = _CLOSED - SMALL.keys()
"""What a head is not: what kind of employer it is, people, places, and what happens to them."""
_GENERIC = lexicon.FORMS | lexicon.NAME_TAILS | lexicon.LONELY
_LOOSE = words("dismiss dismissed dismisses dismissing fire fired fires firing purge purged purges sager")
"""Verbs and nouns of other matters too, where no people stand behind them."""
_PEOPLE = lexicon.JOBS | words("dozens hundreds thousands")
_ASIDE = words("breaking business exclusive report scoop update video watch")
_BEFORE = _ASIDE | words("a an and having he i in of on or she they to we")
_WITHIN = words("of the and to in it new on national global")
_NO_WITHIN = (
    lexicon.AUXILIARY | lexicon.SUBORDINATE | lexicon.FILLER | lexicon.CUT_NOUNS | lexicon.CUT_VERBS | lexicon.SAYING
)
_INTRODUCING = lexicon.DESCRIPTORS - words("breaking business rival owner report parent led sources")
_ABOUT = words("also already announcing quietly reportedly suddenly abruptly just again once")
_HAVING = words("has had have for")
_HOLDING = lexicon.SAYING | _HAVING
_TELLING = lexicon.DESCRIPTORS | _KINDS
_MEANING = words("a an owner the")
_ONCE = words("formerly once previously")
_NO_END = _WITHIN | lexicon.NATIONALITIES
_ROUNDS = words(
    """
    a another big bigger company deeper fifth fourth fresh further global job large latest major mass massive
    more new of round rounds second significant staff sweeping third wave widespread workforce
    """
)
HELPING = lexicon.AUXILIARY | lexicon.SAYING | _ABOUT
_AGENTS = (lexicon.LAY | lexicon.PEOPLE_VERBS | lexicon.CUT_VERBS | {"let", "lets", "part", "parts"}) - words(
    """
    affect affected affecting affects baut close closes closing dropped drops hit hits idle idled idling impact
    impacted impacting impacts lose loses losing lost putting release released releases releasing remove removed
    removes removing shut shuts threaten threatening threatens
    """
)


def head(cut: Tokens, begin: int, cue: int, *, capitals: bool) -> tuple[int, int] | None:
    """The everyday words from ``begin`` on that are the name of who does what the cue says, as tokens."""
    last = _subject(cut, begin, cue)
    if last is None or last == begin:
        return None
    first = _introduced(cut, begin, last)
    while first < last and (cut.norms[first] in lexicon.NATIONALITIES or cut.norms[first] in _ASIDE):
        first += 1
    return (first, last) if first < last <= first + _LONGEST and _is_name(cut, first, last, capitals=capitals) else None


def _subject(cut: Tokens, begin: int, cue: int) -> int | None:
    """Where the subject ends of whoever does what the cue says."""
    at = cue
    if cut.norms[cue] in lexicon.CUT_NOUNS or cut.norms[cue] in lexicon.JOBS:
        while at > begin and cut.norms[at - 1] in _ROUNDS:
            at -= 1
        if at == begin or cut.norms[at - 1] not in _HOLDING:
            return None
        if cut.norms[at - 1] in _HAVING:
            at -= 2 if cut.norms[at - 1] == "for" else 1
    elif cut.norms[cue] not in _AGENTS or (cut.norms[cue] in _LOOSE and not _has_people(cut, cue)):
        return None
    while at > begin and cut.norms[at - 1] in HELPING and cut.gaps[at] == " ":
        at -= 1
    return at if cut.gaps[at] == " " else None


def _has_people(cut: Tokens, cue: int) -> bool:
    ahead = cut.norms[cue + 1 : cue + 6]
    return not _PEOPLE.isdisjoint(ahead) or any(word[0].isdigit() for word in ahead[:3])


def _introduced(cut: Tokens, begin: int, last: int) -> int:
    """Where the name begins behind what says what it is: "coffee startup Brave Comet"."""
    for index in range(last - 2, begin - 1, -1):
        if cut.norms[index] in _INTRODUCING:
            return index + 1
    return begin


def opening(cut: Tokens, begin: int, stop: int, *, capitals: bool) -> tuple[int, int] | None:
    """The name at the head, where more is said of it before the cue: "Brave Comet a coffee startup lays off 27"."""
    for last in range(begin + 1, min(begin + _LONGEST, stop - 1)):
        told = cut.norms[last]
        kind = not _TELLING.isdisjoint(cut.norms[last + 1 : stop])
        if (told in _MEANING and kind) or told in _ONCE:
            return (begin, last) if _is_name(cut, begin, last, capitals=capitals) else None
    return None


def _is_name(cut: Tokens, first: int, last: int, *, capitals: bool) -> bool:
    norms = cut.norms
    if last == first + 1 and norms[first] in _GENERIC:
        return False
    if any(gap not in (" ", "-", "&", " & ") for gap in cut.gaps[first + 1 : last]):
        return False
    if capitals and not all(cut.capital(at) or norms[at] in _WITHIN for at in range(first, last)):
        return False
    end = norms[last - 1]
    closed = _CLOSED if last == first + 1 else _CLOSED_BEHIND
    if end in closed or end in _NO_END or norms[first] in _BEFORE:
        return False
    if any(
        norms[at][0].isdigit() or (norms[at] in _NO_WITHIN and norms[at] not in _WITHIN) for at in range(first, last)
    ):
        return False
    return not _is_plural(end) or _is_singular(cut, last)


def _is_plural(word: str) -> bool:
    return word[-1] == "s" and word[-2:] not in ("ss", "us", "is") and word not in lexicon.NAME_TAILS


def _is_singular(cut: Tokens, verb: int) -> bool:
    """Whether a verb says that its subject is one: "Rad Bikes lays off"."""
    word = cut.norms[verb] if verb < len(cut) else ""
    return word in ("has", "is") or (word[-1:] == "s" and word not in lexicon.JOBS and word not in lexicon.CUT_NOUNS)
