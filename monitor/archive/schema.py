"""The schema of the archive, as migrations that only ever append."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from monitor.archive.evidence import keep_standing

migrations = Migrations("pinkslip")


@migrations()
def m001_archive(db: Database) -> None:
    for statement in _TABLES.split(";\n\n"):
        db.execute(statement)
    db.table("articles").enable_fts(
        ["title", "summary", "body"], fts_version="FTS5", tokenize="porter unicode61 remove_diacritics 2"
    )
    for statement in _FTS_TRIGGERS.split(";;\n"):
        db.execute(statement)


@migrations()
def m002_severity(db: Database) -> None:
    db.execute("alter table flags add column severity text")
    db.execute("alter table layoffs add column severity text not null default 'normal'")


@migrations()
def m003_one_layoff(db: Database) -> None:
    for column in _LAYOFF_COLUMNS:
        db.execute(f"alter table layoffs add column {column}")
    db.execute("alter table articles add column signature blob")
    db.execute("alter table articles add column gist text")
    for statement in _ADDED.split(";\n\n"):
        db.execute(statement)
    # Figures were not kept one by one before: the range that was known counts as one.
    db.execute(
        "update layoffs set figures = json_array(json_array(coalesce(headcount_low, headcount), "
        "coalesce(headcount_high, headcount))) where headcount is not null"
    )


@migrations()
def m004_how_sources_fare(db: Database) -> None:
    for column in _SOURCE_COLUMNS:
        db.execute(f"alter table sources add column {column}")
    for column in ("date_origin text", "date_trust text", "free integer"):
        db.execute(f"alter table articles add column {column}")
    for statement in _FARING.split(";\n\n"):
        db.execute(statement)
    db.execute("update sources set reason = substr(detail, 1, instr(detail, ':') - 1) where failures > 0")


@migrations()
def m005_delivery(db: Database) -> None:
    db.execute("alter table alerts add column article_id text references articles(id)")
    db.execute("alter table channels add column failing_since text")
    for statement in _DELIVERY.split(";\n\n"):
        db.execute(statement)


@migrations()
def m006_retention(db: Database) -> None:
    db.execute("alter table articles add column pruned_at text")
    for statement in _RETENTION.split(";\n\n"):
        db.execute(statement)
    keep_standing(db)


_RETENTION = """
create table evidence (
    id integer primary key,
    article_id text not null references articles(id),
    decided_at text not null,
    hash text not null,
    title text not null,
    summary text not null,
    body text,
    headers text,
    unique (article_id, hash)
) strict;

create index articles_unpruned on articles(first_seen_at) where pruned_at is null"""

_DELIVERY = """
create table cards (
    channel_id text not null,
    layoff_id text not null references layoffs(id),
    place text not null,
    ts text not null,
    alert_id text not null references alerts(id),
    posted_at text not null,
    shown blob not null,
    shown_at text not null,
    due_at text,
    failures integer not null default 0,
    detail text,
    primary key (channel_id, layoff_id)
) strict;

create index cards_due on cards(due_at) where due_at is not null;

create index cards_by_layoff on cards(layoff_id);

create table silences (
    id integer primary key,
    subject text not null check (subject in ('company', 'rule', 'source', 'layoff')),
    value text not null,
    since text not null,
    until text not null,
    note text not null default '',
    ended_at text
) strict;

create index silences_until on silences(until)"""

_SOURCE_COLUMNS = (
    "asked_as text not null default ''",
    "spans blob not null default x''",
    "hints text not null default '{}'",
    "known_since text",
    "brought_at text",
    "gaps integer not null default 0",
    "mean_gap real",
    "longest_gap real not null default 0",
    "usual_entries real not null default 0",
    "thin integer not null default 0",
    "moved_to text",
    "moves integer not null default 0",
    "reason text",
    "condition text not null default 'unknown'",
    "since text",
    "told text",
    "told_at text",
)

_FARING = """
create table gaps (
    id integer primary key,
    source_id text not null references sources(id),
    since text not null,
    until text not null,
    found_at text not null,
    tries integer not null default 0,
    next_at text not null,
    filled_at text,
    filled integer
) strict;

create index gaps_by_source on gaps(source_id, found_at);

create table subscriptions (
    source_id text not null references sources(id),
    hub text not null,
    topic text not null,
    state text not null check (state in ('wanted', 'asked', 'active', 'refused', 'leaving')),
    next_at text not null,
    mark text not null,
    asked_at text,
    lease_until text,
    pushed_at text,
    missed integer not null,
    failures integer not null,
    detail text,
    primary key (source_id, hub, topic)
) strict"""

_LAYOFF_COLUMNS = (
    "places text not null default '[]'",
    "units text not null default '[]'",
    "effective text",
    "figures text not null default '[]'",
    "wave integer not null default 0",
    "primary_source integer not null default 0",
    "follows text references layoffs(id)",
    "merged_into text references layoffs(id)",
    "others text not null default '[]'",
)

_ADDED = """
create table bands (
    segment integer not null,
    key integer not null,
    seq integer not null references articles(seq),
    primary key (segment, key, seq)
) strict, without rowid;

create table corrections (
    id integer primary key,
    at text not null,
    action text not null check (action in ('merge', 'split', 'mark')),
    layoff_id text references layoffs(id),
    other_id text references layoffs(id),
    article_id text references articles(id),
    verdict text check (verdict in ('true', 'false'))
) strict;

create index corrections_by_article on corrections(article_id);

create index layoffs_by_headcount on layoffs(headcount, updated_at);

create index layoffs_by_follows on layoffs(follows) where follows is not null;

create index layoffs_by_merged on layoffs(merged_into) where merged_into is not null"""


# Times are UTC, ISO 8601 to the microsecond, so that they sort as text. Ids are stable text. `seq` keeps
# the order of arrival: an implicit rowid would not survive a VACUUM, and the search index points at it.
_TABLES = """
create table sources (
    id text primary key,
    url text not null,
    host text not null,
    title text not null,
    added_at text not null,
    next_due text not null,
    etag blob,
    last_modified blob,
    body_hash text,
    polled_at text,
    succeeded_at text,
    failures integer not null default 0,
    detail text
) strict;

create index sources_due on sources(next_due);

create table hosts (
    host text primary key,
    not_before text not null
) strict;

create table polls (
    id integer primary key,
    source_id text not null references sources(id),
    at text not null,
    outcome text not null,
    status integer,
    detail text,
    entries integer not null,
    new integer not null,
    revised integer not null,
    known integer not null,
    duplicates integer not null,
    flagged integer not null,
    skipped text not null
) strict;

create index polls_by_source on polls(source_id, at);

create table articles (
    seq integer primary key,
    id text not null unique,
    url text,
    canonical_url text,
    source_id text not null references sources(id),
    title text not null,
    summary text not null,
    body text,
    author text,
    language text,
    published_at text,
    first_seen_at text not null,
    revised_at text,
    text_origin text not null,
    text_key text,
    duplicate_of text references articles(id)
) strict;

create index articles_by_source on articles(source_id);

create index articles_by_canonical_url on articles(canonical_url);

create index articles_by_published on articles(published_at);

create index articles_by_first_seen on articles(first_seen_at);

create index articles_by_text on articles(text_key) where text_key is not null;

create table entries (
    source_id text not null references sources(id),
    article_id text not null references articles(id),
    content_hash text not null,
    guid text,
    link text,
    title text not null,
    published text,
    first_seen_at text not null,
    primary key (source_id, article_id)
) strict;

create index entries_by_article on entries(article_id);

create table flags (
    article_id text primary key references articles(id),
    flagged integer not null,
    score real not null,
    kind text,
    stage text,
    rules text not null,
    vetoes text not null,
    evidence text not null,
    near integer not null,
    decided_at text not null
) strict;

create index flags_flagged on flags(flagged, decided_at);

create table facts (
    article_id text not null references articles(id),
    name text not null,
    position integer not null,
    value text,
    low real,
    high real,
    qualifier text,
    field text not null,
    "start" integer not null,
    "end" integer not null,
    text text not null,
    sentence text,
    primary key (article_id, name, position)
) strict;

create table layoffs (
    id text primary key,
    company text,
    company_key text,
    stage text not null,
    headcount integer,
    headcount_low integer,
    headcount_high integer,
    stated text,
    percent real,
    place text,
    sentence text not null,
    opened_at text not null,
    updated_at text not null,
    reports integer not null,
    revision integer not null
) strict;

create index layoffs_by_company on layoffs(company_key, updated_at);

create index layoffs_by_opened on layoffs(opened_at);

create table reports (
    layoff_id text not null references layoffs(id),
    article_id text not null unique references articles(id),
    reported_at text not null,
    why text not null,
    baseline integer not null,
    primary key (layoff_id, article_id)
) strict;

create table alerts (
    id text primary key,
    channel_id text not null,
    layoff_id text references layoffs(id),
    kind text not null,
    state text not null check (state in ('pending', 'held', 'delivered', 'dead', 'suppressed')),
    reason text not null,
    body blob not null,
    created_at text not null,
    owed_at text not null,
    due_at text not null,
    sent_at text,
    attempts integer not null default 0,
    digest_id text references alerts(id),
    told text
) strict;

create index alerts_pending on alerts(channel_id, created_at) where state = 'pending';

create index alerts_held on alerts(channel_id, due_at) where state = 'held';

create index alerts_by_digest on alerts(digest_id) where digest_id is not null;

create index alerts_by_layoff on alerts(layoff_id);

create index alerts_by_created on alerts(created_at);

create table deliveries (
    id integer primary key,
    alert_id text not null references alerts(id),
    channel_id text not null,
    attempt integer not null,
    started_at text not null,
    took_ms integer not null,
    verdict text not null,
    status integer,
    detail text not null,
    ambiguous integer not null
) strict;

create index deliveries_by_alert on deliveries(alert_id);

create table channels (
    id text primary key,
    paused_until text,
    disabled_at text,
    detail text
) strict;

create table pages (
    article_id text primary key references articles(id),
    asked_at text not null,
    baseline integer not null,
    fetched_at text,
    outcome text
) strict;

create index pages_wanted on pages(asked_at) where fetched_at is null;

create view latest_layoffs as
select layoffs.id, layoffs.company, layoffs.stated, layoffs.headcount, layoffs.percent, layoffs.stage, layoffs.place,
       layoffs.opened_at, layoffs.updated_at, layoffs.reports, layoffs.sentence,
       (select articles.url from reports join articles on articles.id = reports.article_id
        where reports.layoff_id = layoffs.id order by reports.reported_at, articles.seq limit 1) as first_url
from layoffs
where layoffs.reports > 0
order by layoffs.updated_at desc"""

# The triggers of sqlite-utils fire on any update; an article's `duplicate_of` need not be indexed again.
_FTS_TRIGGERS = """
create trigger articles_ai after insert on articles begin
    insert into articles_fts (rowid, title, summary, body) values (new.seq, new.title, new.summary, new.body);
end;;
create trigger articles_ad after delete on articles begin
    insert into articles_fts (articles_fts, rowid, title, summary, body)
    values ('delete', old.seq, old.title, old.summary, old.body);
end;;
create trigger articles_au after update of title, summary, body on articles begin
    insert into articles_fts (articles_fts, rowid, title, summary, body)
    values ('delete', old.seq, old.title, old.summary, old.body);
    insert into articles_fts (rowid, title, summary, body) values (new.seq, new.title, new.summary, new.body);
end"""
