"""The pages, asked of the real command over loopback."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
from html import unescape
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.archive import Reader
from tests.web.conftest import ROOT, furnish, serving

OWN = ("/", "/layoffs", "/companies", "/sources", "/alerts", "/why", "/rules", "/search?q=lay-off")
EXAMPLES = int(os.environ.get("PINKSLIP_EXAMPLES", "200"))


def links(page):
    return [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]*)"', page)]


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture(scope="module")
def reader(folder):
    reader = Reader.open(folder / "pinkslip.db")
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def several(reader):
    """A layoff that several outlets reported."""
    return reader.db.execute(
        "select layoff_id from reports join facts using (article_id) where name = 'headcount' and position = 0 "
        "group by layoff_id having count(*) > 1 limit 1"
    ).fetchone()[0]


def test_every_link_of_every_page_leads_to_a_page(web):
    found, todo = {}, list(OWN)
    while todo:
        path = todo.pop()
        answer = web.get(path)
        found[path] = answer.status_code
        # Datasette's pages are entered, their countless links not followed.
        inside = links(answer.text) if not path.startswith(("/pinkslip/", "/rules/")) else []
        todo += [
            each for each in dict.fromkeys(inside) if each.startswith("/") and each not in found and each not in todo
        ]
    assert {path: status for path, status in found.items() if status != 200} == {}
    assert sum(path.startswith("/layoffs/") for path in found) > 20


def test_the_first_line_answers_the_readers_question(web):
    heading = text(re.search(r"<h1>.*?</h1>", web.get("/").text, re.DOTALL)[0])
    assert re.fullmatch(r"[\d,]+ jobs in \d+ layoffs in the last seven days(, .* usual)?", heading)


def test_the_words_that_say_how_many_are_marked(web):
    assert "<mark>3,500</mark>" in web.get("/").text


def test_a_denial_looks_like_one(web):
    row = re.search(r'<li class="row denied.*?</li>', web.get("/").text, re.DOTALL)[0]
    assert "Tirmona" in row
    assert "denied</span>" in row


def test_the_chart_is_drawn_on_the_server_and_says_what_it_leaves_out(web):
    page = web.get("/").text
    assert page.count("<svg") >= 2
    assert len(re.findall(r"<rect[^>]*class=\"[^\"]*reactive", page)) >= 50
    assert "without a number left out" in text(page)
    assert "<script" not in page
    assert "style=" not in page


def test_a_layoff_s_page_tells_the_whole_of_it(web, several):
    page = text(web.get(f"/layoffs/{several}").text)
    for heading in ("What is stated", "in order of time", "Who says how many", "alert"):
        assert heading in page
    assert "delivered" in page


def test_an_alert_s_page_shows_its_attempts(web, reader):
    (alert,) = reader.db.execute("select id from alerts where state = 'delivered' limit 1").fetchone()
    page = text(web.get(f"/alerts/{alert}").text)
    assert "retry, though it may have been taken 503 asked to wait" in page
    assert "sent 200" in page


def test_the_alerts_add_up(web, reader):
    (decided,) = reader.db.execute("select count(*) from alerts").fetchone()
    assert re.search(rf"= {decided}\.", text(web.get("/alerts").text))


def test_a_failing_source_is_seen_at_once_and_not_by_colour_alone(web):
    assert text(re.search(r"<h1>.*?</h1>", web.get("/sources").text)[0]) == "1 of 10 sources fails"
    assert "timeout: no answer in 30 s" in text(web.get("/sources").text)
    assert "1 failing" in text(web.get("/").text)


@pytest.mark.parametrize("column", ["url", "id"])
def test_why_tells_the_path_of_an_article(web, reader, column):
    (target,) = reader.db.execute(f"select {column} from articles where title like 'Ospera Bank plans%'").fetchone()
    answer = web.get("/why", params={"q": target})
    assert answer.status_code == 200
    assert "Flagged , score" in text(answer.text) or "Flagged, score" in text(answer.text)
    assert "Reported a layoff" in text(answer.text)


def test_why_tells_what_held_a_story_back(web, reader):
    (target,) = reader.db.execute(
        "select article_id from flags where not flagged and vetoes != '[]' limit 1"
    ).fetchone()
    assert "held back by" in text(web.get("/why", params={"q": target}).text)


@pytest.mark.parametrize(
    "path", ["/layoffs/nothing", "/alerts/x", "/rules/no.such", "/companies/x", "/why?q=x", "/nope"]
)
def test_what_is_not_there_is_said_so(web, path):
    answer = web.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_rule_s_page_has_its_examples_and_what_it_caught(web, reader):
    rule = max(reader.caught().items(), key=lambda pair: pair[1])[0]
    page = text(web.get(f"/rules/{rule}").text)
    assert "Must flag" in page or "Must not flag" in page
    assert "Nothing yet." not in page


def test_search_finds_a_lay_off_however_it_is_spelled(web):
    assert "Nothing found" not in web.get("/search", params={"q": "lay-off"}).text
    assert "<mark>" in web.get("/search", params={"q": "lay-off"}).text


@pytest.mark.parametrize(
    "path",
    ["/pinkslip/layoffs", "/pinkslip/layoffs.json?_shape=array", "/pinkslip/layoffs.csv", "/pinkslip/which-outlet-is-first",
     "/pinkslip.json?sql=select+count(*)+from+layoffs", "/pinkslip/alerts?_facet=state"],
)  # fmt: skip
def test_datasette_s_own_pages_are_there(web, path):
    assert web.get(path).status_code == 200


def test_a_feed_reader_is_served_and_sent_to_our_pages(web, server):
    read = feedparser.parse(web.get("/layoffs.atom").content)
    items = web.get("/feed.json").json()["items"]
    assert not read.bozo
    assert len(read.entries) == len(items) > 20
    assert all(each.link.startswith(f"{server}/layoffs/") for each in read.entries)
    assert web.get(urlsplit(read.entries[0].link).path).status_code == 200


def test_every_documented_question_is_a_saved_query_with_an_answer(web):
    queries = web.get("/pinkslip.json").json()["queries"]
    assert len(queries) >= 6
    assert {each["name"]: web.get(f"/pinkslip/{each['name']}.json").status_code for each in queries} == dict.fromkeys(
        (each["name"] for each in queries), 200
    )


def test_tables_and_columns_are_described_as_in_the_document(web):
    page = text(web.get("/pinkslip/layoffs").text)
    assert "one employer's one cut, however many articles report it" in page
    assert "the range over all reports; figures are never added up" in page


@pytest.mark.parametrize("path", [*OWN, "/nope", "/pinkslip/layoffs", "/pinkslip/layoffs.json", "/static/pinkslip.css"])
def test_a_browser_is_told_to_run_nothing_and_to_ask_nobody(web, path):
    answer = web.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert not re.search(r"unsafe|script-src|http|\*", policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_a_head_is_a_get_without_its_body(web):
    head, get = web.head("/rules"), web.get("/rules")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_w4_other_names_and_other_methods_are_turned_away(web, server):
    foreign = [
        web.get(path, headers={"Host": host}).status_code
        for path in ("/", "/pinkslip.json?sql=select+1", "/static/pinkslip.css")
        for host in ("evil.example", "evil.example:8001", "127.0.0.1.evil.example", "192.168.1.7")
    ]
    methods = [
        web.request(method, path).status_code
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
        for path in ("/", "/layoffs", "/pinkslip", "/-/logout", "/-/messages")
    ]
    away = [raw(server, f"GET {path} HTTP/1.1") for path in ("//evil.example/", "/\\evil.example/", "/%5cevil.example/", "/x//", "//evil.example/%2f..")]  # fmt: skip
    left = [each for each in away if re.search(rb"(?im)^location: *(//|/\\|https?:)", each)]
    print(f"FIGURE W4 foreign_hosts={len(foreign)} methods={len(methods)} answered=0 redirects_away={len(left)}")
    assert (set(foreign), set(methods), left) == ({421}, {405}, [])


def raw(server, line):
    """An answer to a request that no client of good manners sends."""
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(f"{line}\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


NASTY = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from(['"', "lay-off", "AND", "OR", "NOT", "NEAR(", ")", "*", "^", ":", "-", "\0", "裁员", "title:", "{", "x"]), max_size=12).map(" ".join),
    st.sampled_from(["lay-off", '"', '""', "NEAR(", "NEAR(a b, 5)", "裁员 レイオフ", "a AND", "*", '"' * 499, "a " * 249]),
)  # fmt: skip


@pytest.mark.slow
def test_w2_any_words_can_be_searched_for(web):
    statuses: dict[int, int] = {}

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(NASTY)
    def search(words):
        status = web.get("/search", params={"q": words}).status_code
        statuses[status] = statuses.get(status, 0) + 1

    search()
    print(
        f"FIGURE W2 searches={sum(statuses.values())} server_errors={sum(n for s, n in statuses.items() if s >= 500)}"
    )
    assert statuses.keys() <= {200, 400}


@pytest.mark.parametrize("length", [501, 20_000, 100_000, 1_000_000])
def test_a_search_that_is_too_long_is_turned_away(server, length):
    try:
        answer = raw(server, f"GET /search?q={'x' * length} HTTP/1.1")
    except ConnectionError:
        return  # it hung up on us before we had said it all
    assert answer.startswith(b"HTTP/1.1 400 ")


WRITES = (
    "insert into layoffs (id) values ('x')", "update layoffs set company = 'x'", "delete from alerts", "drop table polls",
    "attach database '/tmp/x.db' as x", "pragma user_version = 7", "pragma writable_schema = on", "vacuum",
    "create table x (y)", "with x as (select 1) delete from alerts", "select 1; delete from alerts", "begin immediate",
)  # fmt: skip


def test_w6_nothing_can_be_written(web, folder):
    path = folder / "pinkslip.db"
    before = state(path)
    answers = [web.get("/pinkslip.json", params={"sql": sql}).status_code for sql in WRITES]
    answers += [web.get("/pinkslip", params={"sql": sql}).status_code for sql in WRITES]
    written = int(state(path) != before)
    print(f"FIGURE W6 attempts={len(answers)} refused={sum(status >= 400 for status in answers)} writes={written}")
    assert (set(answers), written) == ({400}, 0)


def state(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return list(connection.iterdump()) if sqlite3.sqlite_version_info >= (3, 38) else path.read_bytes()


def test_a_question_without_end_is_stopped_after_a_second(web):
    endless = "with recursive x(n) as (select 1 union all select n + 1 from x) select count(*) from x"
    answer = web.get("/pinkslip.json", params={"sql": endless})
    assert answer.status_code == 400
    assert answer.elapsed.total_seconds() < 5


def test_before_there_is_an_archive_the_command_says_what_makes_one(tmp_path):
    folder = furnish(tmp_path / "config")
    command = [sys.executable, "-m", "monitor.cli", "--config", str(folder), "web", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 74
    assert "there is no archive yet; `pinkslip once` or `pinkslip run` makes it" in done.stderr


def test_a_taken_port_is_said_so(folder, server):
    command = [
        sys.executable,
        "-m",
        "monitor.cli",
        "--config",
        str(folder),
        "web",
        "--port",
        str(urlsplit(server).port),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 1
    assert "choose another with --port, 0 takes a free one" in done.stderr


def test_a_name_that_is_allowed_is_answered_and_who_may_see_it_can_be_settled(folder, tmp_path):
    settings = tmp_path / "metadata.yaml"
    settings.write_text("allow: false\n")
    with serving(folder, "--allow-host", "desk.example", "--metadata", str(settings)) as address:
        answers = [httpx.get(address + path, headers={"Host": "desk.example"}, trust_env=False) for path in ("/", "/alerts", "/pinkslip.json")]  # fmt: skip
    assert [each.status_code for each in answers] == [403, 403, 403]
