"""What a poll means: the plan, from values alone."""

from dataclasses import replace
from datetime import timedelta

from monitor import decide, tell
from monitor.decide import Filed, Known
from monitor.duplicates import original
from monitor.model import AlertKind, AlertState, Route, Stage
from scrapers.items import Failed, FullText, Memory, Reason, Unchanged, Validators
from tests.making import CONSOLE, CRM, NOW, POLICY, judged, news, source, state

LONG = "Halvora will let 1,100 people go in Lisbon, its chief executive told all employees on Monday morning."


def planned(*items, known=None, policy=POLICY, origin=None, baseline=False, now=NOW):
    origin = origin or source()
    return decide.plan(
        origin,
        state(baseline=baseline),
        news(*items),
        items,
        known or Known(),
        policy,
        memory=Memory(),
        now=now,
        jitter=0.0,
    )


def after(plan, known=None):
    """What the archive would know once it has carried out a plan."""
    known = known or Known()
    reports = {layoff.id: tuple(r for r in plan.reports if r.layoff_id == layoff.id) for layoff in plan.layoffs}
    joined = {report.article_id: report.layoff_id for report in plan.reports}
    return Known(
        entries={article.id: article.content_hash for article in plan.seen},
        articles={
            kept.judged.article.id: Filed(
                source_id=kept.judged.article.source_id,
                size=len(kept.judged.article.title),
                layoff_id=joined.get(kept.judged.article.id),
                duplicate_of=kept.duplicate_of,
            )
            for kept in plan.articles
        },
        originals=tuple(original(kept.judged) for kept in plan.articles if kept.duplicate_of is None),
        layoffs=plan.layoffs,
        reports=reports,
        alerts=plan.alerts,
    )


def told(plan):
    return [(alert.channel_id, alert.kind, alert.state) for alert in plan.alerts]


def test_a_flagged_article_is_kept_reported_and_owed():
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500))
    assert (len(plan.articles), len(plan.layoffs), len(plan.reports)) == (1, 1, 1)
    assert told(plan) == [("console", AlertKind.OPENED, AlertState.PENDING)]


def test_an_article_about_something_else_is_kept_and_told_to_nobody():
    plan = planned(judged("Halvora opens an office", flagged=False, kind=None))
    assert (len(plan.articles), plan.layoffs, plan.alerts) == (1, (), ())


def test_the_same_outcome_planned_twice_plans_nothing_the_second_time():
    item = judged("Halvora cuts 500 jobs", "Halvora", 500)
    again = planned(item, known=after(planned(item)))
    assert (again.articles, again.seen, again.layoffs, again.reports, again.alerts) == ((), (), (), (), ())


def test_the_first_poll_of_a_source_is_told_to_nobody():
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500), baseline=True)
    assert (len(plan.layoffs), plan.alerts, plan.poll.outcome) == (1, (), "baseline")


def test_a_layoff_known_from_a_first_poll_is_told_with_its_next_report():
    known = after(planned(judged("Halvora cuts 500 jobs", "Halvora", 500), baseline=True))
    plan = planned(judged("500 to go at Halvora", "Halvora", 500), known=known)
    assert told(plan) == [("console", AlertKind.OPENED, AlertState.PENDING)]


def test_twelve_reports_of_one_cut_are_one_alert():
    reports = [judged(f"Halvora cuts 500 jobs, says outlet {n}", "Halvora", 500) for n in range(12)]
    plan = planned(*reports)
    assert (len(plan.alerts), plan.layoffs[0].reports) == (1, 12)


def test_a_report_that_adds_nothing_attaches_in_silence():
    known = after(planned(judged("Halvora cuts 500 jobs", "Halvora", 500)))
    sent = replace(known, alerts=tuple(replace(a, state=AlertState.DELIVERED, attempts=1) for a in known.alerts))
    plan = planned(judged("500 to go at Halvora", "Halvora", 500), known=sent)
    assert (len(plan.reports), plan.alerts) == (1, ())


def test_a_first_number_after_the_alert_is_an_update():
    known = after(planned(judged("Halvora cuts jobs", "Halvora")))
    sent = replace(known, alerts=tuple(replace(a, state=AlertState.DELIVERED, attempts=1) for a in known.alerts))
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500), known=sent)
    assert told(plan) == [("console", AlertKind.UPDATED, AlertState.PENDING)]


def test_a_first_number_before_the_alert_went_out_goes_out_with_it():
    known = after(planned(judged("Halvora cuts jobs", "Halvora")))
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500), known=known)
    assert [alert.id for alert in plan.alerts] == [alert.id for alert in known.alerts]
    assert b"500" in plan.alerts[0].body


def test_a_denial_goes_to_whoever_was_told():
    known = after(planned(judged("Halvora may cut 500 jobs", "Halvora", 500, stage=Stage.RUMOURED)))
    sent = replace(known, alerts=tuple(replace(a, state=AlertState.DELIVERED, attempts=1) for a in known.alerts))
    plan = planned(judged("Halvora denies", "Halvora", flagged=False, kind="denied"), known=sent)
    assert told(plan) == [("console", AlertKind.REVERSED, AlertState.PENDING)]


def test_the_same_text_at_another_address_is_a_duplicate_and_no_report():
    first = judged("Halvora", "Halvora", 1100, summary=LONG)
    copy = judged("Halvora", "Halvora", 1100, summary=LONG, url="https://copy.example/1")
    plan = planned(first, copy)
    assert plan.articles[1].duplicate_of == first.article.id
    assert len(plan.reports) == 1


def test_an_article_in_new_words_is_revised_not_told_again():
    first = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1")
    known = after(planned(first))
    sent = replace(known, alerts=tuple(replace(a, state=AlertState.DELIVERED, attempts=1) for a in known.alerts))
    plan = planned(judged("Halvora slashes 500 jobs", "Halvora", 500, url="https://herald.example/1"), known=sent)
    assert ([kept.revision for kept in plan.articles], plan.alerts) == ([True], ())


def test_an_article_that_becomes_layoff_news_by_an_edit_is_told():
    first = judged("Halvora restructures", flagged=False, kind=None, url="https://herald.example/1")
    edited = judged("Halvora cuts 500 jobs", "Halvora", 500, url="https://herald.example/1")
    assert told(planned(edited, known=after(planned(first)))) == [("console", AlertKind.OPENED, AlertState.PENDING)]


def test_another_source_with_the_same_address_does_not_rewrite_the_article():
    first = judged("Halvora cuts 500 jobs in Lisbon", "Halvora", 500, url="https://herald.example/1")
    known = replace(after(planned(first)), entries={})
    other = judged("Halvora", "Halvora", url="https://herald.example/1", source_id="wire")
    plan = planned(other, known=known, origin=source("wire"))
    assert (plan.articles, len(plan.seen)) == ((), 1)


def test_a_date_in_the_far_future_is_clamped():
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", published_at=NOW + timedelta(days=3650)))
    assert plan.articles[0].judged.article.published_at == NOW


def test_older_news_is_held_for_a_digest():
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500, published_at=NOW - timedelta(hours=7)))
    assert [(alert.state, alert.reason) for alert in plan.alerts] == [(AlertState.HELD, "late")]


def test_ten_thousand_layoffs_at_once_become_twenty_alerts_and_one_digest():
    plan = planned(*(judged(f"Company{n} cuts {n + 1} jobs", f"Company{n}", n + 1) for n in range(10_000)))
    pending = [alert for alert in plan.alerts if alert.state is AlertState.PENDING]
    held = [alert for alert in plan.alerts if alert.state is AlertState.HELD]
    layoffs = {layoff.id: layoff for layoff in plan.layoffs}
    digests = [alert for alert in tell.release(held, layoffs, (CONSOLE,), NOW) if alert.kind is AlertKind.DIGEST]
    print(f"FIGURE X6 articles={len(plan.articles)} messages={len(pending) + len(digests)}")
    assert (len(plan.articles), len(pending), len(held), len(digests)) == (10_000, 20, 9_980, 1)


def test_every_channel_without_routes_is_owed_each_layoff_once():
    policy = replace(POLICY, channels=(CONSOLE, CRM))
    plan = planned(judged("Halvora cuts 500 jobs", "Halvora", 500), policy=policy)
    assert sorted(alert.channel_id for alert in plan.alerts) == ["console", "crm"]


def test_a_route_hears_of_a_layoff_when_it_grows_large_enough():
    policy = replace(POLICY, routes=(Route(channel="console", min_headcount=400),))
    small = planned(judged("Halvora cuts 50 jobs", "Halvora", 50), policy=policy)
    grown = planned(judged("Halvora cuts 500 jobs", "Halvora", 500), policy=policy, known=after(small))
    assert (small.alerts, told(grown)) == ((), [("console", AlertKind.OPENED, AlertState.PENDING)])


def test_a_flagged_article_without_a_body_waits_for_its_page():
    policy = replace(POLICY, page_wait=timedelta(seconds=20))
    plan = planned(judged("Halvora cuts jobs", "Halvora"), policy=policy)
    assert (len(plan.pages), plan.alerts[0].due_at) == (1, NOW + timedelta(seconds=20))


def test_a_source_that_never_gives_pages_is_not_waited_for():
    plan = planned(judged("Halvora cuts jobs", "Halvora"), origin=source(full_text=FullText.NEVER))
    assert (plan.pages, plan.alerts[0].due_at) == ((), NOW)


def test_a_page_adds_its_number_to_the_alert_that_waits_for_it():
    first = judged("Halvora cuts jobs", "Halvora", url="https://herald.example/1")
    known = after(planned(first, policy=replace(POLICY, page_wait=timedelta(seconds=20))))
    read = judged("Halvora cuts jobs", "Halvora", 640, url="https://herald.example/1", body=LONG, text_origin="page")
    plan = decide.plan_article(read, source(), known, POLICY, NOW)
    assert ([alert.id for alert in plan.alerts], plan.seen) == ([alert.id for alert in known.alerts], ())
    assert b"640" in plan.alerts[0].body


def test_a_failure_keeps_the_validators_and_counts():
    before = replace(state(), memory=Memory(validators=Validators(b'"v0"', None)))
    outcome = Failed(reason=Reason.STATUS, detail="HTTP 500", status=500)
    plan = decide.plan(source(), before, outcome, (), Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0)
    assert (plan.source.memory.validators, plan.source.failures) == (Validators(b'"v0"', None), 1)


def test_a_throttled_host_is_left_alone_whole():
    outcome = Failed(reason=Reason.THROTTLED, detail="HTTP 429", status=429, retry_after=timedelta(minutes=9))
    plan = decide.plan(source(), state(), outcome, (), Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0)
    assert plan.host_until == ("herald.example", NOW + timedelta(minutes=9))


def test_an_unchanged_feed_ends_a_run_of_failures():
    failing = replace(state(), failures=3)
    plan = decide.plan(source(), failing, Unchanged(), (), Known(), POLICY, memory=Memory(), now=NOW, jitter=0.0)
    assert (plan.source.failures, plan.source.succeeded_at) == (0, NOW)
