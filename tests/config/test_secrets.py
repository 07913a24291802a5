"""Secrets are read from where they are kept, and never told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config import ConfigError, load
from monitor.model import Secret

CONSOLE = '[[channel]]\nid = "console"\nkind = "console"\n'
HOOK = '[[channel]]\nid = "crm"\nkind = "webhook"\nurl = "https://crm.example.org/hooks"\n'
SLACK = '[[channel]]\nid = "newsroom"\nkind = "slack"\n'
WHSEC = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
OLDER = "whsec_" + "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"
CANARY = "c4n4ry-T0K3N"


@pytest.mark.parametrize("written", [f'"{WHSEC}"', '{ env = "CRM" }', '{ file = "secret.txt" }'])
def test_a_secret_is_a_string_a_variable_or_a_file(written, configure):
    folder = configure(f"{HOOK}secret = {written}", secret__txt=f"{WHSEC}\n")
    assert load(folder, {"CRM": WHSEC}).policy.channels[0].secrets == (Secret(WHSEC),)


def test_a_list_of_secrets_keeps_its_order(configure):
    folder = configure(f'{HOOK}secret = [{{ env = "NEW" }}, "{OLDER}"]')
    assert load(folder, {"NEW": WHSEC}).policy.channels[0].secrets == (Secret(WHSEC), Secret(OLDER))


def test_a_secret_file_is_looked_for_beside_the_file_that_names_it(configure, monkeypatch):
    folder = configure(f'{SLACK}url = {{ file = "keys/slack" }}')
    (folder / "keys").mkdir()
    (folder / "keys" / "slack").write_text("https://hooks.example.org/T0", "utf-8")
    monkeypatch.chdir(folder / "rules")
    assert load(folder, {}).policy.channels[0].url == Secret("https://hooks.example.org/T0")


def test_settings_do_not_print_their_secrets(configure):
    settings = load(configure(f'{SLACK}url = {{ env = "HOOK" }}'), {"HOOK": f"https://hooks.example.org/{CANARY}"})
    assert CANARY not in repr(settings)


def test_a_secret_that_others_may_read_is_noted(configure):
    folder = configure(f'{HOOK}secret = {{ file = "secret.txt" }}', secret__txt=WHSEC)
    (folder / "secret.txt").chmod(0o644)
    assert [str(note) for note in load(folder, {}).notes] == [
        'pinkslip.toml: the secret in "secret.txt" may be read by every user of this machine'
    ]


def test_a_secret_in_a_file_that_others_may_read_is_noted_once(configure):
    folder = configure(f'{HOOK}secret = ["{WHSEC}", "{OLDER}"]')
    (folder / "pinkslip.toml").chmod(0o644)
    assert [str(note) for note in load(folder, {}).notes] == [
        f"pinkslip.toml: a secret stands in it, and every user of this machine may read it: chmod 600 {folder}/pinkslip.toml"
    ]


WRONG = [
    f'{SLACK}url = "{CANARY}"',
    f'{SLACK}url = "http://hooks.example.org/{CANARY}"',
    f'{SLACK}url = "https://{CANARY}@hooks.example.org/"',
    f'{SLACK}url = "https://hooks.example.org:{CANARY}/"',
    f'{SLACK}url = "https://hooks.example.org/{CANARY} "\nx = 1',
    f'{SLACK}url = "https://hooks.example.org/\\u0000{CANARY}"',
    f'{SLACK}url = ["{CANARY}"]',
    f'{SLACK}url = {{ value = "{CANARY}" }}',
    f'{SLACK}url = {{ env = "SECRET" }}',
    f'{SLACK}url = {{ file = "secret.txt" }}',
    f'{SLACK}url = {{ env = "https://hooks.example.org/{CANARY}" }}',
    f'{SLACK}url = {{ env = "{CANARY}" }}',
    f'{SLACK}url = {{ file = "https://hooks.example.org/{CANARY}" }}',
    f'{HOOK}secret = {{ file = "whsec_{CANARY}" }}',
    f'{HOOK}secret = "{CANARY}"',
    f'{HOOK}secret = {{ env = "SECRET" }}',
    f'{HOOK}secret = ["{WHSEC}", "whsec_{CANARY}"]',
    f'{HOOK}secret = [["{CANARY}"]]',
    f'{CONSOLE}url = "{CANARY}"\nsecret = "{CANARY}"',
    f'{SLACK}url = "https://hooks.example.org/{CANARY}\n',
    f'{SLACK}url = "https://hooks.example.org/{CANARY}" x',
    f'{SLACK}ulr = "https://hooks.example.org/{CANARY}"',
    f'{SLACK}kind = "{CANARY}"',
]


@pytest.mark.parametrize("written", WRONG)
def test_no_problem_tells_a_secret(written, configure):
    folder = configure(written, secret__txt=f"not a url {CANARY}")
    with pytest.raises(ConfigError) as refused:
        load(folder, {"SECRET": f"ftp://{CANARY}"})
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize("url", [f"https://me:{CANARY}@a.example/", f"ftp://a.example/?token={CANARY}"])
def test_no_problem_tells_the_password_or_the_query_of_a_source(url, configure):
    with pytest.raises(ConfigError) as refused:
        load(configure(sources=f'[[source]]\nid = "a"\nurl = "{url}"'), {})
    assert CANARY not in str(refused.value)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=12), after=st.text(max_size=12))
def test_no_environment_variable_is_told_whatever_it_holds(before, after, configure):
    folder = configure(f'{SLACK}url = {{ env = "SECRET" }}')
    try:
        told = repr(load(folder, {"SECRET": before + CANARY + after}))
    except ConfigError as error:
        told = str(error)
    assert CANARY not in told
