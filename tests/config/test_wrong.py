"""Wrong configurations: each is refused, in these words (G3)."""

import pytest

from monitor.config import ConfigError, load

CONSOLE = '[[channel]]\nid = "console"\nkind = "console"\n'
SOURCE = '[[source]]\nid = "geekwire"\nurl = "https://geekwire.example/feed/"\n'
LISTING = f'{SOURCE}kind = "listing"\n'
WHSEC = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
HOOK = '[[channel]]\nid = "crm"\nkind = "webhook"\n'
SIGNED = f'{HOOK}secret = "{WHSEC}"\n'
APP = '[[channel]]\nid = "app"\nkind = "slack_app"\n'
SLACK = '[[channel]]\nid = "newsroom"\nkind = "slack"\n'
ROUTE = f'{CONSOLE}[[route]]\nchannel = "console"\n'
MAKE = 'make one with: echo "whsec_$(openssl rand -base64 32)"'

PINKSLIP = [
    # the file
    ("[archive", "line 1, column 9: not TOML: Expected ']' at the end of a table declaration"),
    ("[archive]\npath = \n", "line 2, column 8: not TOML: Invalid value"),
    ('[archive]\npath = """', "end of the file: not TOML: Unterminated string"),
    ("a = " + "9" * 5000, "not TOML: a number with too many digits"),
    ("a = " + "[" * 9000, "nested too deeply"),
    ("", "no channel: nobody would be told; add a [[channel]] with id and kind"),
    ("channel = []", "no channel: nobody would be told; add a [[channel]] with id and kind"),
    ("channel = 1", "channel: want tables [[channel]], found 1"),
    ("channel = [1]", "channel 1: want a table [[channel]], found 1"),
    ('[channel]\nid = "console"', "channel: want tables [[channel]], found a table"),
    (f"archive = 3\n{CONSOLE}", "archive: want a table [archive], found 3"),
    (f"[alert]\n{CONSOLE}", "alert: no such setting; did you mean 'alerts'?"),
    (f'"\\u001b[31m" = 1\n{CONSOLE}', '"\\u001b[31m": no such setting'),
    # the tables
    (f"{CONSOLE}[archive]\npath = 3", "[archive]: path: want a string, found 3"),
    (f'{CONSOLE}[archive]\npath = "."', '[archive]: path: want a file, "." is a folder'),
    (
        f'{CONSOLE}[archive]\npath = "a\\u0000b"',
        '[archive]: path: want text without control characters, found "a\\u0000b"',
    ),
    (f'{CONSOLE}[archive]\npahts = "x.db"', "[archive]: pahts: no such setting; did you mean 'path'?"),
    (f'{CONSOLE}[http]\ncontact = "newsdesk"', '[http]: contact: want an e-mail address or a URL, found "newsdesk"'),
    (f'{CONSOLE}[http]\ncontact = "a@b.example\\r\\nX: y"', "[http]: contact: want an e-mail address or a URL"),
    (f'{CONSOLE}[http]\ncontact = "https://example.org/(me)"', "[http]: contact: want an e-mail address or a URL"),
    (f"{CONSOLE}[http]\nallow_private = true", "[http]: allow_private: want a list, found true"),
    (
        f'{CONSOLE}[http]\nallow_private = ["10.1.2.3/24"]',
        '[http]: allow_private: want a network such as "127.0.0.0/8", found "10.1.2.3/24"; did you mean \'10.1.2.0/24\'?',
    ),
    (
        f'{CONSOLE}[http]\nallow_private = ["home"]',
        '[http]: allow_private: want a network such as "127.0.0.0/8", found "home"',
    ),
    (
        f"{CONSOLE}[http]\nallow_private = [127]",
        '[http]: allow_private: want a network such as "127.0.0.0/8", found 127',
    ),
    (
        f'{CONSOLE}[http]\nallow_private = ["0.0.0.0/0"]',
        '[http]: allow_private: "0.0.0.0/0" is every address there is; name the networks you mean',
    ),
    (f'{CONSOLE}[http]\nmin_every = "0s"', '[http]: min_every: want a duration from 1s to 1d, found "0s"'),
    (f"{CONSOLE}[http]\nmin_every = 300", "[http]: min_every: want a duration from 1s to 1d, found 300"),
    (f'{CONSOLE}[http]\nmin_every = "5 min"', '[http]: min_every: want a duration from 1s to 1d, found "5 min"'),
    (f'{CONSOLE}[http]\nper_host_delay = "-1s"', '[http]: per_host_delay: want a duration from 0s to 1h, found "-1s"'),
    (f'{CONSOLE}[server]\nlisten = "8000"', '[server]: listen: want "host:port", or false for none, found "8000"'),
    (
        f'{CONSOLE}[server]\nlisten = "127.0.0.1:65536"',
        '[server]: listen: want "host:port", or false for none, found "127.0.0.1:65536"',
    ),
    (f"{CONSOLE}[server]\nlisten = true", '[server]: listen: want "host:port", or false for none, found true'),
    (
        f'{CONSOLE}[server]\nlisten = "[::g]:1"',
        '[server]: listen: want "host:port", or false for none, found "[::g]:1"',
    ),
    (
        f'{CONSOLE}[server]\npublic_url = "news.example.org"',
        "[server]: public_url: want a URL with http:// or https://",
    ),
    (
        f'{CONSOLE}[server]\npublic_url = "https://news.example.org/?a=1"',
        "[server]: public_url: want a URL without a query or a fragment",
    ),
    (
        f'{CONSOLE}[server]\nlisten = false\npublic_url = "https://news.example.org/"',
        '[server]: public_url: nothing listens for what is pushed there; want a "host:port" in listen, too',
    ),
    (
        f'{CONSOLE}[alerts]\nfresh = "99999999999d"',
        '[alerts]: fresh: want a duration from 1m to 30d, found "99999999999d"',
    ),
    (f'{CONSOLE}[alerts]\nfresh = "٦h"', '[alerts]: fresh: want a duration from 1m to 30d, found "٦h"'),
    (f'{CONSOLE}[alerts]\nwindow = "2w"', '[alerts]: window: want a duration from 1h to 365d, found "2w"'),
    (
        f"{CONSOLE}[alerts]\nwindow = 1979-05-27",
        "[alerts]: window: want a duration from 1h to 365d, found a date or time",
    ),
    (f'{CONSOLE}[alerts]\npage_wait = "1h"', '[alerts]: page_wait: want a duration from 0s to 10m, found "1h"'),
    (f"{CONSOLE}[alerts]\nstorm = true", "[alerts]: storm: want a whole number from 1 to 1000, found true"),
    (f"{CONSOLE}[alerts]\nstorm = 0", "[alerts]: storm: want a whole number from 1 to 1000, found 0"),
    (f"{CONSOLE}[alerts]\nstorm = 2.5", "[alerts]: storm: want a whole number from 1 to 1000, found 2.5"),
    # channels
    ('[[channel]]\nkind = "console"', 'channel 1 (line 1): id: missing; want a short name such as "newsroom"'),
    (
        '[[channel]]\nid = "console"',
        'channel "console": kind: missing; want console, webhook, slack, slack_app or apprise',
    ),
    (
        '[[channel]]\nid = "a b"\nkind = "console"',
        'channel "a b": id: want at most 64 of a-z, 0-9, - and _, found "a b"',
    ),
    ('[[channel]]\nid = "a\\nb"\nkind = "console"', 'channel "a\\nb": id: want at most 64 of a-z, 0-9, - and _'),
    (
        '[[channel]]\nid = "x"\nkind = "slak"',
        'channel "x": kind: want console, webhook, slack, slack_app or apprise, found "slak"; did you mean \'slack\'?',
    ),
    (
        '[[channel]]\nid = "x"\nkind = "slack_app"\nto = "C0123ABCD"',
        'channel "x": token: missing; want the token of the app, which begins with xoxb-, best as { env = "NAME" }',
    ),
    (
        f'{APP}to = "C0123ABCD"\ntoken = "xoxp-1-canary"',
        'channel "app": token: want the bot token of a Slack app, which begins with xoxb-',
    ),
    (
        f'{APP}token = "xoxb-1-a"',
        (
            'channel "app": to: missing; want the id of the channel, such as C0123ABCD; Slack shows it at the end of the '
            "channel's details"
        ),
    ),
    (
        f'{APP}token = "xoxb-1-a"\nto = "#layoffs"',
        'channel "app": to: want the id of a Slack channel, such as C0123ABCD, not its name, found "#layoffs"',
    ),
    (
        f'{APP}token = "xoxb-1-a"\nto = "C0123ABCD"\nurl = "http://slack.example/api"',
        'channel "app": url: want https://, because whoever reads the URL on its way can post to the channel',
    ),
    (f'{CONSOLE}token = "xoxb-1-a"', 'channel "console": token: only a slack_app has one'),
    (f'{CONSOLE}to = "C0123ABCD"', 'channel "console": to: only a slack_app has one'),
    (
        '[[channel]]\nid = "mail"\nkind = "apprise"',
        (
            'channel "mail": url: missing; want an address of Apprise such as mailto://…, or a list of them, '
            'best as { env = "NAME" }'
        ),
    ),
    *(
        (
            f'[[channel]]\nid = "mail"\nkind = "apprise"\nurl = {written}',
            (
                'channel "mail": url: want an address of Apprise, such as mailto://user:password@example.org, '
                "or a list of them"
            ),
        )
        for written in ("[]", '"canary"', '["mailto://canary@example.org", "://x"]')
    ),
    (f"{CONSOLE}{SLACK}", 'channel "newsroom": url: missing; want the address to post to, best as { env = "NAME" }'),
    (f"{CONSOLE}\n{CONSOLE}", 'channel "console": id: the same in channel 1 (line 1) and channel 2 (line 5)'),
    (f'{CONSOLE}url = "https://x.example/"', 'channel "console": url: a console has none'),
    (f'{CONSOLE}secret = "{WHSEC}"', 'channel "console": secret: only a webhook has one'),
    (
        f'{SLACK}url = {{ env = "SLACK_WEBHOOK_URL" }}',
        'channel "newsroom": url: the environment variable SLACK_WEBHOOK_URL is not set',
    ),
    (f'{SLACK}url = {{ env = "EMPTY" }}', 'channel "newsroom": url: the environment variable EMPTY is empty'),
    (f'{SLACK}url = {{ env = "A=B" }}', 'channel "newsroom": url: want the name of an environment variable after env'),
    (f'{SLACK}url = {{ file = "no.txt" }}', 'channel "newsroom": url: the file "no.txt": no such file'),
    (f'{SLACK}url = {{ file = "empty.txt" }}', 'channel "newsroom": url: the file "empty.txt" is empty'),
    (f'{SLACK}url = {{ file = "rules" }}', 'channel "newsroom": url: the file "rules": not a regular file'),
    (
        f'{SLACK}url = {{ evn = "X" }}',
        'channel "newsroom": url: want a string, { env = "NAME" } or { file = "path" }; did you mean \'env\'?',
    ),
    (
        f'{SLACK}url = {{ env = "X", file = "y" }}',
        'channel "newsroom": url: want a string, { env = "NAME" } or { file = "path" }',
    ),
    (
        f"{SLACK}url = 7",
        'channel "newsroom": url: want a string, { env = "NAME" } or { file = "path" }, found a number',
    ),
    (f'{SLACK}url = " "', 'channel "newsroom": url: the secret is empty'),
    (
        f'{SLACK}url = "http://hooks.example.org/T0/B0"',
        'channel "newsroom": url: want https://, because whoever reads the URL on its way can post to the channel',
    ),
    (f'{SLACK}url = "hooks.example.org/T0"', 'channel "newsroom": url: want a URL with http:// or https://'),
    (f'{SLACK}url = "https://[x/"', 'channel "newsroom": url: want a URL'),
    (
        f'{SIGNED}url = "https://me:pw@crm.example.org/"',
        'channel "crm": url: want a URL without a user name or password in it',
    ),
    (
        f'{HOOK}url = "https://crm.example.org/"',
        f'channel "crm": secret: missing; a webhook signs what it sends; {MAKE}',
    ),
    (
        f'{HOOK}url = "https://crm.example.org/"\nsecret = "hunter2"',
        f'channel "crm": secret: want whsec_ and the base64 of 24 to 64 bytes; {MAKE}',
    ),
    (
        f'{HOOK}url = "https://crm.example.org/"\nsecret = ["{WHSEC}", "whsec_QUJD"]',
        f'channel "crm": secret: want whsec_ and the base64 of 24 to 64 bytes; {MAKE}',
    ),
    (
        f'{HOOK}url = "https://crm.example.org/"\nsecret = []',
        f'channel "crm": secret: want whsec_ and the base64 of 24 to 64 bytes; {MAKE}',
    ),
    # routes
    (f"{CONSOLE}[[route]]\nmin_percent = 5", "route 1 (line 4): channel: missing; want the id of a channel"),
    (
        f'{CONSOLE}[[route]]\nchannel = "consol"',
        "route 1 (line 4): channel: no such channel \"consol\"; did you mean 'console'?",
    ),
    (f"{ROUTE}min_headcount = 0", "route 1 (line 4): min_headcount: want a whole number from 1 to 10000000, found 0"),
    (
        f'{ROUTE}min_headcount = "50"',
        'route 1 (line 4): min_headcount: want a whole number from 1 to 10000000, found "50"',
    ),
    (f"{ROUTE}min_percent = 101", "route 1 (line 4): min_percent: want a number above 0, up to 100, found 101"),
    (f"{ROUTE}min_percent = nan", "route 1 (line 4): min_percent: want a number above 0, up to 100, found nan"),
    (f"{ROUTE}places = []", "route 1 (line 4): places: an empty list: leave the setting out if everything shall pass"),
    (f'{ROUTE}places = "Ireland"', 'route 1 (line 4): places: want a list, found "Ireland"'),
    (f"{ROUTE}places = [7]", "route 1 (line 4): places: want a string, found 7"),
    *(
        (
            f'{ROUTE}places = ["{place}"]',
            f'route 1 (line 4): places: no place known as "{place}"; a small one is known by',
        )
        for place in ("", ",", "–", "12", "CA", "Cork,", "–, Ireland", ", Ireland", "Berlin, DE")
    ),
    (
        f'{ROUTE}places = ["Irland"]',
        "route 1 (line 4): places: no place known as \"Irland\"; did you mean 'Ireland'?; a",
    ),
    (f'{ROUTE}place = ["Ireland"]', "route 1 (line 4): place: no such setting; did you mean 'places'?"),
    (
        f'{ROUTE}take_unknown = ["headcount"]',
        'route 1 (line 4): take_unknown: want company, size or place, found "headcount"',
    ),
    (f"{ROUTE}take_unknown = true", "route 1 (line 4): take_unknown: want a list, found true"),
    (f'{ROUTE}unknown = "take"', "route 1 (line 4): unknown: no such setting; did you mean 'take_unknown'?"),
    (f'{ROUTE}stages = "filed"', 'route 1 (line 4): stages: want a list, found "filed"'),
    (f"{ROUTE}stages = []", "route 1 (line 4): stages: an empty list: leave the setting out if everything shall pass"),
    (
        f'{ROUTE}stages = ["filled"]',
        (
            "route 1 (line 4): stages: want rumoured, planned, announced, confirmed, filed, under_way, denied or reversed, "
            "found \"filled\"; did you mean 'filed'?"
        ),
    ),
    (
        f'{ROUTE}quiet = "22:00-07:00"',
        'route 1 (line 4): quiet: want hours and a zone such as "22:00-07:00 America/New_York", found "22:00-07:00"',
    ),
    (
        f'{ROUTE}quiet = "22:00-07:00 America/NewYork"',
        "route 1 (line 4): quiet: no such time zone \"America/NewYork\"; did you mean 'America/New_York'?",
    ),
    (f'{ROUTE}quiet = "22:00-07:00 America"', 'route 1 (line 4): quiet: no such time zone "America"'),
    (f'{ROUTE}quiet = "24:00-07:00 UTC"', "route 1 (line 4): quiet: want hours and a zone such as"),
    (
        f'{ROUTE}quiet = "07:00-07:00 UTC"',
        "route 1 (line 4): quiet: it begins and ends at 07:00; want two different times",
    ),
    (f"{ROUTE}companies = []", "route 1 (line 4): companies: an empty list: leave the setting out"),
    (f'{ROUTE}companies = ""', 'route 1 (line 4): companies: want the name of a company, found ""'),
    (f"{ROUTE}companies = [7]", "route 1 (line 4): companies: want a string, found 7"),
    (f'{ROUTE}companies = ["no.csv"]', 'route 1 (line 4): companies: the file "no.csv": no such file'),
    (f'{ROUTE}companies = "empty.txt"', 'route 1 (line 4): companies: the file "empty.txt" names no company'),
]

SOURCES = [
    ("source = 3", "source: want tables [[source]], found 3"),
    (f"{SOURCE}[[sauce]]", "sauce: no such setting; did you mean 'source'?"),
    (f'{SOURCE}evry = "15m"', "source \"geekwire\": evry: no such setting; did you mean 'every'?"),
    (f'{SOURCE}every = "0"', 'source "geekwire": every: want a duration from 1s to 7d, found "0"'),
    (f'{SOURCE}every = "8d"', 'source "geekwire": every: want a duration from 1s to 7d, found "8d"'),
    (f'{SOURCE}url = "https://b.example/"', "line 4, column 27: not TOML: Cannot overwrite a value"),
    ('[[source]]\nurl = "https://a.example/"', 'source 1 (line 1): id: missing; want a short name such as "geekwire"'),
    ('[[source]]\nid = "a"', 'source "a": url: missing; want the address of a feed'),
    (
        '[[source]]\nid = 5\nurl = "https://a.example/"',
        "source 1 (line 1): id: want at most 64 of a-z, 0-9, - and _, found 5",
    ),
    (
        '[[source]]\nid = "a"\nurl = "ftp://a.example/x"',
        'source "a": url: want a URL with http:// or https://, found "ftp://a.example/x"',
    ),
    ('[[source]]\nid = "a"\nurl = "file:///etc/passwd"', 'source "a": url: want a URL with http:// or https://'),
    (
        '[[source]]\nid = "a"\nurl = "https://"',
        'source "a": url: want a URL with http:// or https://, found "https://"',
    ),
    (
        '[[source]]\nid = "a"\nurl = "https://a.example:99999/"',
        'source "a": url: want a URL, found "https://a.example:99999/"',
    ),
    ('[[source]]\nid = "a"\nurl = "https://a.example/ü"', 'source "a": url: want a URL in plain ASCII without spaces'),
    ('[[source]]\nid = "a"\nurl = "https://a.example\\\\@b.example/"', 'source "a": url: want a URL in plain ASCII'),
    (
        '[[source]]\nid = "a"\nurl = "https://me:pw@a.example/"',
        'source "a": url: want a URL without a user name or password in it',
    ),
    ('[[source]]\nid = "a"\nurl = 5', 'source "a": url: want a URL, found 5'),
    (
        f'{SOURCE}kind = "edgar"',
        'source "geekwire": kind: "edgar" comes in a later version; want feed, sitemap or listing',
    ),
    (f'{SOURCE}kind = "rss"', 'source "geekwire": kind: want feed, sitemap or listing, found "rss"'),
    (
        f'{SOURCE}kind = "sitmap"',
        'source "geekwire": kind: want feed, sitemap or listing, found "sitmap"; did you mean \'sitemap\'?',
    ),
    (
        f'{SOURCE}kind = "listing"',
        'source "geekwire": selectors: missing; want links, CSS or XPath that matches the links to articles, such as "h2 a"',
    ),
    (
        f'{SOURCE}selectors = {{ links = "h2 a" }}',
        'source "geekwire": selectors: only a source of kind "listing" has them',
    ),
    (
        f'{SOURCE}kind = "sitemap"\nselectors = {{ links = "h2 a" }}',
        'source "geekwire": selectors: only a source of kind "listing" has them',
    ),
    (
        f'{LISTING}selectors = "h2 a"',
        'source "geekwire": selectors: want a table such as { links = "h2 a" }, found "h2 a"',
    ),
    (
        f'{LISTING}selectors = {{ title = "h2" }}',
        'source "geekwire": selectors: links: missing; want links, CSS or XPath that matches the links to articles',
    ),
    (
        f'{LISTING}selectors = {{ links = "a", tilte = "h2" }}',
        "source \"geekwire\": selectors: tilte: no such setting; did you mean 'title'?",
    ),
    (f"{LISTING}selectors = {{ links = 7 }}", 'source "geekwire": selectors: links: want a string, found 7'),
    (
        f'{LISTING}selectors = {{ links = "h2 >" }}',
        'source "geekwire": selectors: links: "h2 >" is not CSS: Expected selector, got <EOF at 4>',
    ),
    (f'{LISTING}selectors = {{ links = "" }}', 'source "geekwire": selectors: links: "" is not CSS: Expected selector'),
    (
        f'{LISTING}selectors = {{ links = "a:frist" }}',
        'source "geekwire": selectors: links: "a:frist" is not CSS: The pseudo-class :frist is unknown',
    ),
    (
        f'{LISTING}selectors = {{ links = "//a[" }}',
        'source "geekwire": selectors: links: "//a[" is not XPath: Invalid expression',
    ),
    (
        f'{LISTING}selectors = {{ links = "a", body = "//p[foo()]" }}',
        'source "geekwire": selectors: body: "//p[foo()]" is not XPath: Unregistered function',
    ),
    (
        f'{LISTING}[source.selectors]\nlinks = "//a"\ndate = "(//time)=1"\n',
        'source "geekwire": selectors: date: "(//time)=1" is not XPath: selects a value, not elements',
    ),
    (f'{SOURCE}full_text = "sometimes"', 'source "geekwire": full_text: want auto, always or never, found "sometimes"'),
    (f"{SOURCE}full_text = true", 'source "geekwire": full_text: want auto, always or never, found true'),
    (f'{SOURCE}language = "English"', 'source "geekwire": language: want a language code such as "en" or "pt-BR"'),
    (f'{SOURCE}enabled = "no"', 'source "geekwire": enabled: want true or false, found "no"'),
    (f"{SOURCE}confirmed = 1", 'source "geekwire": confirmed: want true or false, found 1'),
    (
        f'{SOURCE}title = "Geek\\u001b[31mWire"',
        'source "geekwire": title: want text without control characters, found "Geek\\u001b[31mWire"',
    ),
    (f'{SOURCE}title = "{"x" * 301}"', 'source "geekwire": title: want at most 300 characters, found 301'),
    (f'{SOURCE}about = ["x"]', 'source "geekwire": about: want a string, found a list'),
    (
        SOURCE + SOURCE.replace("/feed/", "/other/"),
        'source "geekwire": id: the same in source 1 (line 1) and source 2 (line 4)',
    ),
    (
        SOURCE + SOURCE.replace('"geekwire"', '"again"'),
        'source "again": url: the same in source 1 (line 1) and source 2 (line 4)',
    ),
]


@pytest.mark.parametrize(("written", "told"), PINKSLIP, ids=[told for _, told in PINKSLIP])
def test_a_wrong_pinkslip_toml_is_refused_in_one_line(written, told, configure):
    with pytest.raises(ConfigError) as refused:
        load(configure(pinkslip=written, empty__txt=" \n"), {"EMPTY": ""})
    assert [str(problem)[: len(told) + 15] for problem in refused.value.problems] == [f"pinkslip.toml: {told}"]


@pytest.mark.parametrize(("written", "told"), SOURCES, ids=[told for _, told in SOURCES])
def test_a_wrong_sources_toml_is_refused_in_one_line(written, told, configure):
    with pytest.raises(ConfigError) as refused:
        load(configure(sources=written), {})
    assert [str(problem)[: len(told) + 14] for problem in refused.value.problems] == [f"sources.toml: {told}"]


def test_at_least_sixty_wrong_configurations_are_tried():
    print(f"FIGURE G3 wrong_configurations={len(PINKSLIP) + len(SOURCES)} refused=all")
    assert len(PINKSLIP) + len(SOURCES) >= 60


def test_a_missing_folder_says_how_to_begin(tmp_path):
    with pytest.raises(ConfigError, match="no such folder; `pinkslip init` writes a starter configuration"):
        load(tmp_path / "none", {})


@pytest.mark.parametrize("name", ["pinkslip.toml", "sources.toml"])
def test_a_missing_file_is_named(name, configure):
    folder = configure()
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=f"{name}: no such file"):
        load(folder, {})


def test_a_folder_without_rules_is_refused(configure):
    folder = configure()
    (folder / "rules" / "layoffs.toml").unlink()
    with pytest.raises(ConfigError, match=r"rules: no rules/\*.toml: nothing would be flagged"):
        load(folder, {})


def test_bytes_that_are_not_utf8_are_placed_in_their_line(configure):
    folder = configure()
    (folder / "sources.toml").write_bytes(SOURCE.encode() + b'title = "M\xfcnchen"')
    with pytest.raises(ConfigError, match=r"sources\.toml: not UTF-8 text, in line 4"):
        load(folder, {})


def test_all_problems_of_all_files_are_told_at_once(configure):
    folder = configure(
        pinkslip=f'{SLACK}url = {{ env = "SLACK_WEBHOOK_URL" }}\n[alerts]\nfrehs = "6h"\nstorm = 0\n',
        sources=f'{SOURCE}evry = "15m"\nevery = "0"\n[[source]]\nid = "b"\n',
    )
    (folder / "rules" / "own.toml").write_text("[[rule]", "utf-8")
    (folder / "companies.toml").write_text("[[company]", "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder, {})
    lines = str(refused.value).splitlines()
    assert lines[:6] == [
        "pinkslip.toml: [alerts]: storm: want a whole number from 1 to 1000, found 0",
        "pinkslip.toml: [alerts]: frehs: no such setting; did you mean 'fresh'?",
        'pinkslip.toml: channel "newsroom": url: the environment variable SLACK_WEBHOOK_URL is not set',
        'sources.toml: source "geekwire": every: want a duration from 1s to 7d, found "0"',
        "sources.toml: source \"geekwire\": evry: no such setting; did you mean 'every'?",
        'sources.toml: source "b": url: missing; want the address of a feed',
    ]
    assert [line.partition(":")[0] for line in lines[6:]] == ["rules/own.toml", "companies.toml"]
