"""What the archive remembers of sources: when they are due, what they gave last, how they fare."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlite_utils import Database

from monitor.archive.batches import question_marks
from monitor.archive.rows import Row, maybe_moment, maybe_stamp, moment, stamp
from monitor.decide import host
from monitor.model import Condition, Gap, Rhythm, SourceState
from scrapers.items import Hints, Kind, Memory, Source, Validators

# Nothing is put off by more than a day and its jitter: what is due later was written by a clock that was wrong.
_NEVER = timedelta(hours=30)
_ONE_GAP = timedelta(hours=1)

_UNTOLD = {"condition": Condition.UNKNOWN, "since": None, "told": None, "told_at": None}


class Sources:
    """The rows of sources, their hosts and gaps; every method that changes something is called inside ``writing()``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def enroll(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the configured sources known. One that is new, or read from elsewhere, is due at once and a baseline."""
        known = {row["id"]: (row["url"], row["asked_as"]) for row in self._db.query("select * from sources")}
        for source in sources:
            if known.get(source.id) == (source.url, _asked_as(source)):
                self._db.execute("update sources set title = ? where id = ?", [source.name, source.id])
                continue
            fresh = {**source_state_row(_fresh(source, now)), "asked_as": _asked_as(source), **_UNTOLD}
            self._db.table("sources").upsert({"title": source.name, "added_at": stamp(now), **fresh}, pk="id")

    def due(self, now: datetime, ids: Container[str], busy: Container[str], limit: int) -> tuple[SourceState, ...]:
        """Up to ``limit`` of these sources, longest overdue first, one a host.

        Hosts that are busy, or asked to be left alone, are left out.
        """
        first: dict[str, SourceState] = {}
        for row in self._overdue(now, ids):
            if len(first) == limit:
                break
            if row["host"] not in busy and row["host"] not in first:
                first[row["host"]] = source_state_of(row)
        return tuple(first.values())

    def overdue(self, now: datetime, ids: Container[str]) -> tuple[SourceState, ...]:
        """All of these sources that are due, longest overdue first, but for hosts that asked to be left alone."""
        return tuple(map(source_state_of, self._overdue(now, ids)))

    def states(self, ids: Sequence[str]) -> tuple[SourceState, ...]:
        rows = self._db.query(f"select * from sources where id in ({question_marks(ids)}) order by id", ids)
        return tuple(map(source_state_of, rows))

    def claim(self, due: Iterable[tuple[str, datetime]]) -> None:
        """Put off sources that are about to be asked, so that a crash while asking never shortens their wait."""
        for source_id, until in due:
            self._db.execute("update sources set next_due = ? where id = ?", [stamp(until), source_id])

    def remember(self, state: SourceState) -> None:
        """Unless the source was given another address meanwhile: what the old one said is not of the new one."""
        row = source_state_row(state)
        sets = ", ".join(f"{column} = :{column}" for column in row if column not in {"id", "url"})
        self._db.execute(f"update sources set {sets} where id = :id and url = :url", row)

    def spare_host(self, name: str, until: datetime) -> None:
        """A host asked to be left alone."""
        self._db.table("hosts").upsert({"host": name, "not_before": stamp(until)}, pk="host")

    def open_gaps(self, ids: Container[str]) -> tuple[Gap, ...]:
        """Gaps of these sources that are not filled, the latest first."""
        rows = self._db.query("select * from gaps where filled_at is null order by id desc limit 1000")
        return tuple(gap_of(row) for row in rows if row["source_id"] in ids)

    def gaps_to_fill(self, sources: Mapping[str, Source], now: datetime, limit: int) -> tuple[Gap, ...]:
        """Open gaps whose time has come, but of hosts that asked to be left alone."""
        rows = self._db.query("select * from gaps where filled_at is null and next_at <= ? order by id", [stamp(now)])
        mine = (gap_of(row) for row in rows if row["source_id"] in sources)
        free = (gap for gap in mine if not self._is_spared(sources[gap.source_id].sitemap or "", now))
        return tuple(islice(free, limit))

    def close_gap(self, gap: Gap, filled: int, now: datetime) -> None:
        self._db.execute("update gaps set filled_at = ?, filled = ? where id = ?", [stamp(now), filled, gap.id])

    def put_off_gap(self, gap: Gap, until: datetime) -> None:
        """Its sitemap could not be read."""
        self._db.execute("update gaps set tries = tries + 1, next_at = ? where id = ?", [stamp(until), gap.id])

    def note_gap(self, gap: Gap, now: datetime) -> None:
        """A source that leaves gap after gap has one that grows, looked up once an hour."""
        sql = "select id from gaps where source_id = ? and found_at > ? order by id desc limit 1"
        same = self._db.execute(sql, [gap.source_id, stamp(now - _ONE_GAP)]).fetchone()
        if same is not None:
            grown = "update gaps set until = ?, filled_at = null, next_at = ? where id = ?"
            self._db.execute(grown, [stamp(gap.until), stamp(now + _ONE_GAP), same[0]])
            return
        times = {"since": stamp(gap.since), "until": stamp(gap.until), "found_at": stamp(now), "next_at": stamp(now)}
        self._db.table("gaps").insert({"source_id": gap.source_id, **times})

    def _is_spared(self, url: str, now: datetime) -> bool:
        sql = "select 1 from hosts where host = ? and not_before > ? and not_before <= ?"
        return self._db.execute(sql, [host(url), stamp(now), stamp(now + _NEVER)]).fetchone() is not None

    def judge(self, states: Iterable[SourceState]) -> None:
        """Keep what was found of how sources fare."""
        for state in states:
            self._db.execute(
                "update sources set condition = ?, since = ?, told = ?, told_at = ? where id = ? and url = ?",
                [
                    state.condition,
                    maybe_stamp(state.since),
                    state.told,
                    maybe_stamp(state.told_at),
                    state.id,
                    state.url,
                ],
            )

    def _overdue(self, now: datetime, ids: Container[str]) -> Iterator[Row]:
        """One by one, in the order of an index: who needs only the first does not pay for the others."""
        rows = self._db.query(
            "select sources.* from sources left join hosts using (host) "
            "where (next_due <= :now or next_due > :never) "
            "and (not_before is null or not_before <= :now or not_before > :never) order by next_due, id",
            {"now": stamp(now), "never": stamp(now + _NEVER)},
        )
        return (row for row in rows if row["id"] in ids)


def gap_of(row: Row) -> Gap:
    return Gap(
        source_id=row["source_id"],
        since=moment(row["since"]),
        until=moment(row["until"]),
        id=row["id"],
        tries=row["tries"],
    )


def _asked_as(source: Source) -> str:
    """What else than its address decides what a source lists; nothing for a feed."""
    return "" if source.kind is Kind.FEED else repr((str(source.kind), source.selectors))


def _fresh(source: Source, now: datetime) -> SourceState:
    return SourceState(id=source.id, url=source.url, next_due=now)


def source_state_row(state: SourceState) -> Row:
    memory, rhythm = state.memory, state.rhythm
    return {
        "id": state.id,
        "url": state.url,
        "host": host(state.url),
        "next_due": stamp(state.next_due),
        "etag": memory.validators.etag,
        "last_modified": memory.validators.last_modified,
        "body_hash": memory.body_hash,
        "spans": memory.spans,
        "hints": _hints_json(state.hints),
        "known_since": maybe_stamp(rhythm.since),
        "brought_at": maybe_stamp(rhythm.brought_at),
        "gaps": rhythm.gaps,
        "mean_gap": None if rhythm.mean is None else rhythm.mean.total_seconds(),
        "longest_gap": rhythm.longest.total_seconds(),
        "usual_entries": rhythm.usual,
        "thin": rhythm.thin,
        "moved_to": state.moved_to,
        "moves": state.moves,
        "polled_at": maybe_stamp(state.polled_at),
        "succeeded_at": maybe_stamp(state.succeeded_at),
        "failures": state.failures,
        "reason": state.reason,
        "detail": state.detail,
    }


def source_state_of(row: Row) -> SourceState:
    return SourceState(
        id=row["id"],
        url=row["url"],
        next_due=moment(row["next_due"]),
        memory=Memory(
            validators=Validators(row["etag"], row["last_modified"]), body_hash=row["body_hash"], spans=row["spans"]
        ),
        hints=_hints_of(row["hints"]),
        rhythm=Rhythm(
            since=maybe_moment(row["known_since"]),
            brought_at=maybe_moment(row["brought_at"]),
            gaps=row["gaps"],
            mean=None if row["mean_gap"] is None else timedelta(seconds=row["mean_gap"]),
            longest=timedelta(seconds=row["longest_gap"]),
            usual=row["usual_entries"],
            thin=row["thin"],
        ),
        moved_to=row["moved_to"],
        moves=row["moves"],
        polled_at=maybe_moment(row["polled_at"]),
        succeeded_at=maybe_moment(row["succeeded_at"]),
        failures=row["failures"],
        reason=row["reason"],
        detail=row["detail"],
        condition=Condition(row["condition"]),
        since=maybe_moment(row["since"]),
        told=row["told"],
        told_at=maybe_moment(row["told_at"]),
    )


def _hints_json(hints: Hints) -> str:
    if hints == Hints():
        return "{}"
    wait = None if hints.wait is None else hints.wait.total_seconds()
    said = {"wait": wait, "skip_hours": sorted(hints.skip_hours), "skip_days": sorted(hints.skip_days)}
    return json.dumps(said)


def _hints_of(text: str) -> Hints:
    said = json.loads(text)
    wait = said.get("wait")
    return Hints(
        wait=None if wait is None else timedelta(seconds=wait),
        skip_hours=frozenset(said.get("skip_hours", ())),
        skip_days=frozenset(said.get("skip_days", ())),
    )
