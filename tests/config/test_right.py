"""What a right configuration means."""

from datetime import time, timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest

from monitor.config import load
from monitor.model import Channel, ChannelKind, Quiet, Secret, Severity, Stage, Unknown
from scrapers.items import FullText, Source

CONSOLE = '[[channel]]\nid = "console"\nkind = "console"\n'
SOURCE = '[[source]]\nid = "geekwire"\nurl = "https://geekwire.example/feed/"\n'
WHSEC = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
OLDER = "whsec_" + "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"
EVERYTHING = """
[archive]
path = "../var/pinkslip.db"
[http]
contact = "newsdesk@example.org"        # goes into the User-Agent; some sources refuse without
allow_private = []                      # networks that may be asked although private
min_every = "5m"                        # no source is asked more often, whatever it says
per_host_delay = "1s"
[server]
listen = "127.0.0.1:8000"
[alerts]
fresh = "6h"                            # older news after downtime goes into one digest, marked late
window = "14d"                          # reports of one employer's cut within it are one layoff
[[channel]]
id = "newsroom"
kind = "slack"
url = { env = "SLACK_WEBHOOK_URL" }
[[channel]]
id = "crm"
kind = "webhook"
url = "https://crm.example.org/hooks/layoffs"
secret = { env = "CRM_WEBHOOK_SECRET" } # whsec_…; a list rotates
[[route]]                               # none: every channel gets every layoff
channel = "newsroom"
companies = ["watchlist.csv"]           # names, tickers, CIKs or domains; a list or a file
min_headcount = 50
min_percent = 5
places = ["Ireland", "Dublin, Ohio"]    # and all that lies in them
take_unknown = ["size"]                 # what a layoff need not state
stages = ["announced", "confirmed", "filed"]
severities = ["high"]
quiet = "22:00-07:00 America/New_York"  # held, not dropped; one digest after
"""
ENVIRON = {"SLACK_WEBHOOK_URL": "https://hooks.example.org/services/T0/B0/x", "CRM_WEBHOOK_SECRET": WHSEC}


@pytest.fixture
def everything(configure):
    return load(
        configure(pinkslip=EVERYTHING, watchlist__csv="Company,City\nHalvora,Lisbon\nBrantiq,Austin\n"), ENVIRON
    )


def test_every_setting_of_the_interface_is_read(everything, tmp_path):
    assert everything.archive == tmp_path / "var" / "pinkslip.db"
    assert everything.contact == "newsdesk@example.org"
    assert everything.allow_private == ()
    assert (everything.min_every, everything.per_host_delay) == (timedelta(minutes=5), timedelta(seconds=1))
    assert everything.listen == ("127.0.0.1", 8000)
    assert (everything.policy.fresh, everything.policy.window) == (timedelta(hours=6), timedelta(days=14))
    assert everything.policy.channels == (
        Channel(id="newsroom", kind=ChannelKind.SLACK, url=Secret(ENVIRON["SLACK_WEBHOOK_URL"])),
        Channel(
            id="crm",
            kind=ChannelKind.WEBHOOK,
            url=Secret("https://crm.example.org/hooks/layoffs"),
            secrets=(Secret(WHSEC),),
        ),
    )
    (route,) = everything.policy.routes
    assert (route.channel, len(route.companies), route.min_headcount, route.min_percent) == ("newsroom", 2, 50, 5.0)
    assert route.places == {"ireland", "dublin, ohio, united states"}
    assert route.take_unknown == {Unknown.SIZE}
    assert route.stages == {Stage.ANNOUNCED, Stage.CONFIRMED, Stage.FILED}
    assert route.severities == {Severity.HIGH}
    assert route.quiet == Quiet(time(22), time(7), ZoneInfo("America/New_York"))


def test_the_contact_stands_in_the_user_agent(everything):
    assert everything.user_agent.startswith("pinkslip/")
    assert everything.user_agent.endswith(" (+newsdesk@example.org)")


def test_what_is_not_set_has_its_default(configure, tmp_path):
    settings = load(configure(), {})
    assert settings.archive == tmp_path / "var" / "pinkslip.db"
    assert settings.listen == ("127.0.0.1", 8000)
    assert (settings.min_every, settings.policy.page_wait) == (timedelta(minutes=5), timedelta(seconds=20))
    assert settings.policy.storm == 20
    assert settings.sources == (Source(id="geekwire", url="https://geekwire.example/feed/"),)


@pytest.mark.parametrize(("written", "meant"), [('""', None), ("false", None), ('"[::1]:0"', ("::1", 0))])
def test_the_server_can_be_switched_off_or_take_any_port(written, meant, configure):
    assert load(configure(pinkslip=f"{CONSOLE}[server]\nlisten = {written}"), {}).listen == meant


def test_an_app_of_slack_and_apprise_have_their_own_settings(configure):
    written = (
        '[server]\nweb_url = "https://news.example.org/pinkslip/"\n'
        '[[channel]]\nid = "app"\nkind = "slack_app"\ntoken = { env = "BOT" }\nto = "C0123ABCD"\n'
        '[[channel]]\nid = "double"\nkind = "slack_app"\ntoken = "xoxb-1-a"\nto = "G0123ABCD"\n'
        'url = "http://127.0.0.1:9000/api"\nsources = false\n'
        '[[channel]]\nid = "mail"\nkind = "apprise"\nurl = "mailto://u:p@example.org"\n'
        '[[channel]]\nid = "many"\nkind = "apprise"\nurl = ["ntfy://ntfy.example/layoffs", { env = "MAIL" }]\n'
    )
    settings = load(configure(pinkslip=written), {"BOT": "xoxb-12-ab", "MAIL": "mailto://x@example.org"})
    web = "https://news.example.org/pinkslip"
    assert settings.policy.channels == (
        Channel(
            id="app",
            kind=ChannelKind.SLACK_APP,
            url=Secret("https://slack.com/api"),
            token=Secret("xoxb-12-ab"),
            to="C0123ABCD",
            web=web,
        ),
        Channel(
            id="double",
            kind=ChannelKind.SLACK_APP,
            url=Secret("http://127.0.0.1:9000/api"),
            token=Secret("xoxb-1-a"),
            to="G0123ABCD",
            sources=False,
            web=web,
        ),
        Channel(id="mail", kind=ChannelKind.APPRISE, urls=(Secret("mailto://u:p@example.org"),), web=web),
        Channel(
            id="many",
            kind=ChannelKind.APPRISE,
            urls=(Secret("ntfy://ntfy.example/layoffs"), Secret("mailto://x@example.org")),
            web=web,
        ),
    )


@pytest.mark.parametrize("written", ["https://news.example.org/pinkslip", "https://news.example.org/pinkslip/"])
def test_a_public_url_ends_with_its_path(written, configure):
    settings = load(configure(pinkslip=f'{CONSOLE}[server]\npublic_url = "{written}"'), {})
    assert settings.public_url == "https://news.example.org/pinkslip"


def test_without_a_public_url_nothing_is_pushed(configure):
    assert load(configure(), {}).public_url is None


def test_a_short_interval_and_no_delay_serve_tests_and_demos(configure):
    http = '[http]\nmin_every = "1s"\nper_host_delay = "0s"\nallow_private = ["127.0.0.0/8", "::1"]'
    settings = load(configure(pinkslip=CONSOLE + http), {})
    assert (settings.min_every, settings.per_host_delay) == (timedelta(seconds=1), timedelta(0))
    assert settings.allow_private == (ip_network("127.0.0.0/8"), ip_network("::1"))


def test_a_disabled_source_is_kept_with_all_that_is_said_of_it(configure):
    written = 'title = "GeekWire"\nabout = "Seattle"\nevery = "30s"\nfull_text = "always"\nlanguage = "en"\n'
    settings = load(configure(sources=f"{SOURCE}{written}confirmed = false\nenabled = false"), {})
    assert settings.sources == (
        Source(
            id="geekwire",
            url="https://geekwire.example/feed/",
            title="GeekWire",
            about="Seattle",
            every=timedelta(seconds=30),
            full_text=FullText.ALWAYS,
            language="en",
            confirmed=False,
            enabled=False,
        ),
    )


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(configure):
    assert load(configure(sources="\ufeff" + SOURCE.replace("\n", "\r\n")), {}).sources[0].id == "geekwire"


def test_files_of_others_are_left_alone(configure):
    assert load(configure(notes__toml="[[[", README__md="x"), {}).notes == ()


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000", "10.0.0.7"])
def test_a_slack_hook_may_be_plain_http_on_a_private_host(host, configure):
    slack = (
        f'[http]\nallow_private = ["127.0.0.0/8"]\n[[channel]]\nid = "s"\nkind = "slack"\nurl = "http://{host}/hook"'
    )
    assert load(configure(pinkslip=slack), {}).policy.channels[0].url == Secret(f"http://{host}/hook")


def test_a_private_address_that_is_not_allowed_is_noted(configure):
    notes = load(configure(sources='[[source]]\nid = "a"\nurl = "http://127.0.0.1:8080/feed"'), {}).notes
    assert [str(note) for note in notes] == [
        'sources.toml: source "a": url: 127.0.0.1 is private and will be refused; name its network in [http] allow_private'
    ]


def test_a_channel_that_no_route_leads_to_is_noted(configure):
    routed = f'{CONSOLE}[[channel]]\nid = "other"\nkind = "console"\n[[route]]\nchannel = "console"'
    assert [str(note) for note in load(configure(routed), {}).notes] == [
        'pinkslip.toml: channel "other": id: no [[route]] leads to it; as there are routes, it will be told nothing'
    ]


def test_a_route_of_denials_alone_is_noted(configure):
    routed = f'{CONSOLE}[[route]]\nchannel = "console"\nstages = ["denied", "reversed"]'
    (note,) = load(configure(routed), {}).notes
    assert str(note).startswith("pinkslip.toml: route 1 (line 4): stages: these only undo a cut, and whoever was told")


@pytest.mark.parametrize(("written", "meant"), [("[]", set()), ('["company", "place"]', {"company", "place"})])
def test_a_route_takes_what_is_unknown_as_it_says(written, meant, configure):
    routed = f'{CONSOLE}[[route]]\nchannel = "console"\ntake_unknown = {written}'
    assert load(configure(routed), {}).policy.routes[0].take_unknown == meant


def test_an_allowed_private_address_needs_no_note(configure):
    allowed = f'{CONSOLE}[http]\nallow_private = ["127.0.0.0/8"]'
    assert load(configure(allowed, '[[source]]\nid = "a"\nurl = "http://127.0.0.1:8080/feed"'), {}).notes == ()
