"""Every call of the API with a key of every scope: what the table says, and nothing besides."""

from collections.abc import AsyncIterator

import httpx
import pytest

from feedback.codes import Keyring
from feedback.scopes import Scope
from tests import make
from tests.make import Clock, act
from tests.web.client import client
from web import reactions
from web.guarding.access_table import ACCESS
from web.settings import Settings

CALLS = sorted(call for call in ACCESS if call[1].startswith("/api/"))
FILLED = {
    "{name}": "2026-Q3",
    "{code}": "H01",
    "{reference:path}": "HL-261005-ABCDEFG",
    "{action}": "note",
}


def address(path: str) -> str:
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path


@pytest.fixture
def own_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


@pytest.fixture
async def api(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock()) as made:
        yield made


async def headers(scopes: frozenset[Scope], keys: Keyring) -> dict[str, str]:
    secret = await make.make_key("W1", act(), keys, scopes=scopes)
    return {"Authorization": f"Bearer {secret}"}


async def ask(api: httpx.AsyncClient, call: tuple[str, str], **more: object) -> httpx.Response:
    method, path = call
    return await api.request(method, address(path), **more)  # type: ignore[arg-type]


def is_refused_for_scope(response: httpx.Response) -> bool:
    is_problem = response.headers["content-type"] == "application/problem+json"
    return is_problem and response.json()["type"] == "/problems/scope-missing"


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_scope_opens_its_calls_and_no_others(
    api: httpx.AsyncClient, own_keys: Keyring, scope: Scope
) -> None:
    key = await headers(frozenset({scope}), own_keys)
    for call in CALLS:
        response = await ask(api, call, headers=key, json={})
        owed = ACCESS[call].scope
        assert is_refused_for_scope(response) is (owed not in {None, scope}), call
        if is_refused_for_scope(response):
            assert response.status_code == 403
            assert response.json()["scope"] == owed
            assert f'scope="{owed}"' in response.headers["www-authenticate"]
        else:
            assert response.status_code not in {401, 500}, call


async def test_all_scopes_but_one_do_not_open_what_needs_it(
    api: httpx.AsyncClient, own_keys: Keyring
) -> None:
    for missing in Scope:
        key = await headers(frozenset(Scope) - {missing}, own_keys)
        for call in CALLS:
            response = await ask(api, call, headers=key, json={})
            assert is_refused_for_scope(response) is (ACCESS[call].scope is missing), call


@pytest.mark.parametrize("secret", ["hl_none", "", "hl_" + "x" * 5000, "hl_\u0110"])
async def test_what_is_no_key_opens_nothing_not_even_what_is_public(
    api: httpx.AsyncClient, secret: str
) -> None:
    key = {"Authorization": f"Bearer {secret}".encode()}
    for call in CALLS:
        response = await ask(api, call, headers=key, json={})
        assert response.status_code == 401, call
        assert response.headers["www-authenticate"] == "Bearer"


async def test_nobody_known_is_asked_for_a_key_where_one_is_needed(api: httpx.AsyncClient) -> None:
    for call in CALLS:
        response = await ask(api, call, json={})
        assert (response.status_code == 401) is not ACCESS[call].everybody, call


async def test_an_expired_and_a_revoked_key_open_nothing(
    database: None, settings: Settings, own_keys: Keyring
) -> None:
    await make.make_city()
    clock = Clock()
    async with client(settings, clock) as api:
        secret = await make.make_key("W1", act(), own_keys, days=1)
        key = {"Authorization": f"Bearer {secret}"}
        assert (await api.get("/api/v1/inbox", headers=key)).status_code == 200
        clock.move(days=1)
        assert (await api.get("/api/v1/inbox", headers=key)).status_code == 401


async def test_a_key_of_every_scope_finds_nothing_of_another_agency(
    api: httpx.AsyncClient, own_keys: Keyring
) -> None:
    theirs = await make.make_case(agency="W2", keys=own_keys)
    key = await headers(frozenset(Scope), own_keys)
    for (method, path), whom in ACCESS.items():
        if whom.scope is None or "{reference:path}" not in path:
            continue
        actions = ("note", "assign", "answer") if "{action}" in path else ("",)
        for action in actions:
            answers = []
            for reference in (theirs.reference, "HL-261005-ABCDEFG"):
                at = path.replace("{reference:path}", reference).replace("{action}", action)
                body = {"text": "x", "officer": "lan"}
                answers.append(await api.request(method, at, headers=key, json=body))
            first, second = answers
            assert (first.status_code, first.content) == (second.status_code, second.content)
            assert first.status_code == 404


def test_every_call_that_takes_a_key_names_one_scope_and_none_is_idle() -> None:
    named = {ACCESS[call].scope for call in CALLS} - {None}
    assert named == set(Scope)
    elsewhere = {call for call in ACCESS if not call[1].startswith("/api/")}
    assert not any(ACCESS[call].scope for call in elsewhere)
