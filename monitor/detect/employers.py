"""Who cuts: the company that a sentence makes the employer, known to the directory or not.

Reads grammar from word order only: what stands before the verb that cuts, or after "at" behind the noun.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice

from monitor.detect import lexicon
from monitor.detect.companies import Directory, Spot
from monitor.detect.cues import CLAUSES, VERBS, cues
from monitor.detect.heads import HELPING, head, opening
from monitor.detect.lexicon import words
from monitor.detect.naming import LONGEST, Named, Naming, Piece
from monitor.detect.numerals import SMALL
from monitor.detect.tokens import Tokens

_BRACKETS = frozenset("()")
_MOST_NAMES = 4
_MOST_CUES = 8
_EXCHANGES = words("amex asx bse euronext hel helsinki hkex lse nasdaq nse nyse omx sse tsx tsxv xetra")
_PEOPLE = words("boss ceo cfo chair chairman chairwoman chief cofounder coo cto founder president")
_WORKERS = lexicon.ROLES - lexicon.CUT_NOUNS
_SAID = words("said says announced announces confirmed confirms")
_LIMITS = VERBS | lexicon.SUBORDINATE
_AT = ("at", "by", "hit", "hits", "inside", "bei", "beim", "bij", "chez", "hos")


def cased(cut: Tokens) -> bool:
    """Whether capitals tell names from other words here, as they do not in headlines of capitals only."""
    capitals = long = 0
    for word, start in islice(zip(cut.norms, cut.starts, strict=True), 1, None):
        if len(word) > 3 and not word[0].isdigit():
            long += 1
            capitals += not cut.text[start].islower()
    if long == 0:
        return len(cut) > 0 and not cut.text[cut.starts[0]].islower()
    if 0.75 * long <= capitals < long:
        return any(
            word in lexicon.JOBS and cut.text[start].islower()
            for word, start in zip(cut.norms, cut.starts, strict=True)
        )
    return 0 < capitals < 0.75 * long or (capitals == 0 and cut.text[cut.starts[0]].isupper())


def employers(cut: Tokens, spots: tuple[Spot, ...], directory: Directory, *, capitals: bool) -> tuple[Named, ...]:
    """The employer that cuts, or the employers that do together; empty if the sentence names none."""
    where = tuple(islice(cues(cut), _MOST_CUES))
    if not where and not spots and not directory.known(cut):
        return ()
    reader = _Sentence(cut, spots, directory, capitals=capitals)
    for at, (first, last) in enumerate(where, start=1):
        ahead = reader.before(first)
        if not any(named.employer for named in ahead):
            ahead = reader.acting(first, ahead)
            behind = reader.behind(last)
            if not ahead or any(named.employer for named in behind) or (behind and cut.possessive[ahead[-1].last - 1]):
                ahead = behind or ahead
        elif reader.is_adjective(ahead[-1]):
            ahead = reader.behind(last) or ahead
        if ahead and reader.is_place(ahead):
            ahead = reader.clause(last) or ahead
        if ahead:
            return reader.others(ahead, where[at:])
    for _, last in where[:1]:
        if found := reader.clause(last):
            return found
    return reader.subject()


def rivals(cut: Tokens, spots: tuple[Spot, ...], directory: Directory) -> tuple[Named, ...]:
    """The employers that are the subject of what a sentence of prose cuts; empty if it may be somebody else."""
    reader = _Sentence(cut, spots, directory, capitals=True)
    found: list[Named] = []
    for cue, _ in islice(cues(cut), _MOST_CUES):
        named = reader.doing(cue) if not found else ()
        if not (named or found):
            return ()
        found.extend(named)
    return tuple(found)


class _Sentence(Naming):
    def before(self, cue: int) -> tuple[Named, ...]:
        """The subject: the last piece before the cue that holds a name and is no aside."""
        pieces = self._pieces(cue)
        named = [(piece, names) for piece in pieces if (names := self.names(piece))]
        if not named:
            return ()
        if self._is_pronoun(cue):
            named = named[:1]
        if not self.capitals or not self._acts(named[-1][0].last, cue):
            named = [entry for entry in named if any(name.employer for name in entry[1])] or named
        piece, names = named[-1]
        for other, more in reversed(named[:-1]):
            if other.last != piece.first or piece.first != names[0].first or not self.breaks(piece.first):
                break
            if not self._is_all_name(other):
                break
            piece, names = other, [*more, *names]
        return self._joined(names)

    def doing(self, cue: int) -> tuple[Named, ...]:
        """The subject of a cue, if nothing but verbs stands between, or where "X, which ..., cuts"."""
        named = self.before(cue)
        if not named:
            return ()
        opens = named[0].first == 0 and self.breaks(named[-1].last) and self.norms[named[-1].last] == "which"
        return named if opens or self._acts(named[-1].last, cue) else ()

    def acting(self, cue: int, named: tuple[Named, ...]) -> tuple[Named, ...]:
        """Who stands right before what cuts, where no known name does: an unknown name, or one of everyday words."""
        if named and self._acts(named[-1].last, cue):
            return named
        end = cue
        while end > 0 and self.norms[end - 1] in HELPING and not self.breaks(end):
            end -= 1
        begin = next((index for index in range(end - 1, 0, -1) if self.breaks(index)), 0)
        if not self.capitals and (introduced := opening(self.cut, begin, end, capitals=False)):
            return (Named(*introduced, None),)
        if not (self.capitals and named):
            for first in range(max(end - LONGEST, begin), end):
                found = self.name(first, Piece(first, end))
                if found is not None and found.last == end and self.word(first - 1) not in _PEOPLE:
                    return (found,)
        words_of_name = head(self.cut, begin, cue, capitals=self.capitals)
        return (Named(*words_of_name, None),) if words_of_name else named

    def others(self, named: tuple[Named, ...], where: tuple[tuple[int, int], ...]) -> tuple[Named, ...]:
        """The names, with those that cut in their own words: "Halvora lays off 45 and Brantiq sheds 200"."""
        found = list(named)
        for cue, _ in where:
            for one in self.acting(cue, ()) if cue > found[-1].last else ():
                joined = self.word(one.first - 1) in ("and", "while") or self.breaks(one.first)
                if joined and one.first > found[-1].last and self._acts(one.last, cue):
                    found.append(one)
        return tuple(found[:_MOST_NAMES])

    def clause(self, cue: int) -> tuple[Named, ...]:
        """Who does something in the clause behind the cue: "as Halvora closes a plant", ", Halvora said"."""
        for index in range(cue, len(self.cut) - 1):
            speaks = self.breaks(index) and self.norms[index] not in CLAUSES
            first = index if speaks else index + 1
            if not speaks and self.norms[index] not in CLAUSES:
                continue
            named = self.name(first, Piece(first, len(self.cut)))
            if named is None:
                continue
            behind = self.behind_form(named.last)
            if behind < len(self.cut) and self.norms[behind] in (_SAID if speaks else VERBS):
                return (named,)
        return ()

    def subject(self) -> tuple[Named, ...]:
        """The first known employer that a piece is about, whatever the sentence says of it."""
        known = {*self.directory.known(self.cut), *self.spots}
        if not known:
            return ()
        for piece in self._pieces(len(self.cut)):
            if known.isdisjoint(range(piece.first, piece.last)):
                continue
            if names := [named for named in self.names(piece) if named.employer is not None]:
                return self._joined(names)
        return ()

    def is_adjective(self, named: Named) -> bool:
        """Whether an everyday word that is also a name may only say what kind of people: "Remote workers"."""
        everyday = named.employer is not None and named.employer.context
        return everyday and named.last < len(self.cut) and self.norms[named.last] in _WORKERS

    def is_place(self, named: tuple[Named, ...]) -> bool:
        """Whether the head of a sentence may only say which place of work closes: "Ashby biscuit factory closure"."""
        return named[0].employer is None and named[0].first == 0 and self.is_before_site(named[0].last)

    def _acts(self, first: int, cue: int) -> bool:
        """Whether nothing but its verb stands between a piece and the cue."""
        return all(word in VERBS or word in lexicon.FILLER for word in self.norms[first:cue])

    def _is_pronoun(self, cue: int) -> bool:
        """Whether "it" or "they" cut: then the name stands further ahead."""
        index = cue - 1
        while index > 0 and (self.norms[index] in lexicon.AUXILIARY or self.norms[index] in lexicon.SAYING):
            index -= 1
        return index > 0 and self.norms[index] in ("it", "they")

    def _is_all_name(self, piece: Piece) -> bool:
        names = self.names(piece)
        return len(names) == 1 and (names[0].first, names[0].last) == (piece.first, piece.last)

    def behind(self, cue: int) -> tuple[Named, ...]:
        """What follows "at" or "by" behind the cue."""
        stop = min(cue + 14, len(self.cut))
        for index in range(cue, stop):
            if (self.norms[index] in _AT or self._leaves(index, cue)) and index + 1 < stop:
                last = index + 1
                while (
                    last < stop
                    and not self.breaks(last)
                    and self.norms[last] not in ("in", "as", "after", "to", "amid")
                ):
                    last += 1
                if names := self.names(Piece(index + 1, last)):
                    return tuple(names[:1])
            elif self.norms[index] == "of" and (owner := self._owner(index + 1, stop)):
                return (owner,)
        return ()

    def _leaves(self, index: int, cue: int) -> bool:
        """Whether people go from what follows: "layoffs from Halvora", "let go from Halvora"."""
        return self.norms[index] == "from" and (index == cue or self.word(index - 1) in ("go", "off"))

    def _owner(self, first: int, stop: int) -> Named | None:
        """Whose something is: "8% of Halvora's employees"."""
        owner = self.name(first, Piece(first, stop)) if first < stop else None
        return owner if owner and self.cut.possessive[owner.last - 1] else None

    def _pieces(self, cue: int) -> list[Piece]:
        pieces: list[Piece] = []
        first = 0
        aside = False
        for index in [*(limit for limit in self._limits if limit < cue), cue]:
            end = index == cue
            word = self.norms[index] if index < len(self.cut) else ""
            comma = not end and index > first and self.breaks(index)
            verb = index not in self.spots and word in VERBS
            if not (end or comma or verb or word in lexicon.SUBORDINATE):
                continue
            if not aside and index > first and not (pieces and self._adds(first)):
                pieces.append(Piece(first, index))
            if comma:
                aside = False
                first = index
                if ";" in self.cut.gaps[index]:
                    pieces.clear()
            if verb:
                aside = aside and self.norms[first - 1] == "which"
                first = first if aside else index + 1
            elif word in lexicon.SUBORDINATE and not end:
                aside = True
                first = index + 1
        return pieces

    def _is_one_in(self, index: int) -> bool:
        """Whether a word only joins two numbers: "1 in 5 workers"."""
        return self.norms[index] == "in" and self._is_number(index - 1) and self._is_number(index + 1)

    def _is_number(self, index: int) -> bool:
        return 0 <= index < len(self.cut) and (self.norms[index].isdigit() or self.norms[index] in SMALL)

    def _adds(self, first: int) -> bool:
        """Whether a piece says more of the one before, instead of naming another."""
        return self._is_apposition(first) or self._in_brackets(first) or self._is_listing(first)

    def _is_listing(self, first: int) -> bool:
        """Whether a piece is the ticker behind an exchange: "HEL : NXR1V"."""
        return first > 0 and ":" in self.cut.gaps[first] and self.norms[first - 1] in _EXCHANGES

    def _is_apposition(self, first: int) -> bool:
        """Whether a piece only says more of the one before: ", a maker of games," or ", or EB,"."""
        return self.breaks(first) and self.norms[first] in ("a", "an", "the", "or", "one")

    def _in_brackets(self, first: int) -> bool:
        """Whether a piece stands in brackets that close again, as a ticker behind a name does."""
        opened = next((at for at in range(first, -1, -1) if not _BRACKETS.isdisjoint(self.cut.gaps[at])), None)
        if opened is None or self.cut.gaps[opened].rfind("(") <= self.cut.gaps[opened].rfind(")"):
            return False
        return any(")" in self.cut.gaps[at] for at in range(first + 1, min(first + LONGEST, len(self.cut)) + 1))

    @cached_property
    def _limits(self) -> tuple[int, ...]:
        """The tokens at which a piece may end: outside a known name, behind a mark, a verb or what begins an aside."""
        inside = {index for spot in self.spots.values() for index in range(spot.first + 1, spot.last)}
        return tuple(
            index
            for index, word in enumerate(self.norms)
            if (word in _LIMITS or self.breaks(index)) and index not in inside and not self._is_one_in(index)
        )

    def _joined(self, names: list[Named]) -> tuple[Named, ...]:
        """The last name, with those it is listed with: "Halvora and Brantiq"."""
        chosen = [names[-1]]
        for named in reversed(names[:-1]):
            between = self.norms[named.last : chosen[0].first]
            if not (between == ["and"] or (not between and self.cut.gaps[chosen[0].first].strip() in ("&", ","))):
                break
            chosen.insert(0, named)
        return tuple(chosen[:_MOST_NAMES])
