"""The description of the API: every call, who may make it, and problems as they really are."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from feedback.scopes import Scope
from tests import make
from tests.make import Clock, act
from tests.web.client import client
from web import reactions
from web.guarding.access_table import ACCESS
from web.settings import Settings

CALLS = {(m, p) for m, p in ACCESS if p.startswith("/api/")}


@pytest.fixture
async def api(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock()) as made:
        yield made


async def described(api: httpx.AsyncClient) -> dict[str, Any]:
    response = await api.get("/api/v1/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield method.upper(), path, call


async def test_every_call_is_described_and_says_who_may_make_it(api: httpx.AsyncClient) -> None:
    found = {(method, path): call for method, path, call in calls(await described(api))}
    assert set(found) == {(method, path.replace(":path}", "}")) for method, path in CALLS}
    for method, path in CALLS:
        whom = ACCESS[method, path]
        security = found[method, path.replace(":path}", "}")]["security"]
        assert ({} in security) is whom.everybody
        assert ({"agencyKey": [whom.scope]} in security) is (whom.scope is not None)
        assert ({"session": []} in security) is bool(whom.roles)


async def test_what_it_refers_to_is_there(api: httpx.AsyncClient) -> None:
    document = await described(api)

    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (str(v) for k, v in part.items() if k == "$ref")
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    used = {name for _, _, call in calls(document) for one in call["security"] for name in one}
    assert used == set(document["components"]["securitySchemes"])


async def test_refusals_are_described_as_problems(api: httpx.AsyncClient) -> None:
    for _, path, call in calls(await described(api)):
        kinds = {status for status in call["responses"] if status >= "4"}
        assert kinds == {"4XX", "5XX"}, path
        for kind in kinds:
            assert list(call["responses"][kind]["content"]) == ["application/problem+json"]


async def test_problems_hold_what_is_described(api: httpx.AsyncClient, settings: Settings) -> None:
    document = await described(api)
    told = set(document["components"]["schemas"]["Problem"]["properties"])
    owed = set(document["components"]["schemas"]["Problem"]["required"])
    secret = await make.make_key(
        "W1", act(), reactions.keyring(settings), scopes=frozenset({Scope.DOSSIERS_WRITE})
    )
    key = {"Authorization": f"Bearer {secret}"}
    event = {"id": "1", "type": "paused", "at": "2026-10-05T01:00:00+00:00"}
    danger = make.draft(text="Cháy nhà, cứu với, có người bị thương!")
    case = {"agency": "W1", "subject": "Cháy", "text": danger.text}
    for method, path, body in (
        ("GET", "/api/v1/inbox", None),
        ("GET", "/api/v1/nothing", None),
        ("POST", "/api/v1/dossiers/H01/events", event),
        ("POST", "/api/v1/cases", {}),
        ("POST", "/api/v1/cases", case),
    ):
        sent = key if "cases" not in path else {}
        response = await api.request(method, path, headers=sent, json=body)
        assert response.status_code >= 400, path
        assert response.headers["content-type"] == "application/problem+json"
        assert owed <= set(response.json()) <= told
