"""Dossiers through the API: what a stream of events may get wrong, and that it goes on."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from sla.models import PromiseEventRow, PromiseRow
from tests import make
from tests.make import Clock
from tests.web.client import client
from web import reactions
from web.settings import Settings

URL = "/api/v1/dossiers/H29.1-261005-0001"
RECEIPT = {"service": "CERT", "received_at": "2026-10-05T08:00:00+07:00", "channel": "counter"}


@pytest.fixture(name="api")
async def _api(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    await make.make_agency("OLD", "Phường Cũ", closes_on=date(2026, 7, 1))
    secret = await make.make_key("W1", make.act(), reactions.keyring(settings))
    async with client(settings.model_copy(update={"base_url": None}), Clock()) as made:
        made.headers["Authorization"] = f"Bearer {secret}"
        yield made


def _event(number: str, kind: str, at: str, **facts: str) -> dict[str, str]:
    return {"id": number, "type": kind, "at": f"2026-10-05T{at}:00+07:00", **facts}


PAUSED = _event("p", "paused", "08:10", reason="thiếu giấy tờ")
FINISHED = _event("f", "finished", "08:20")
WRONG = {
    "an event before receipt": ([], _event("e", "finished", "07:00"), "before-receipt"),
    "overlapping pauses": ([PAUSED], PAUSED | {"id": "e"}, "already-paused"),
    "a resumption without a pause": ([], _event("e", "resumed", "08:30"), "not-paused"),
    "an end after the end": ([FINISHED], _event("e", "finished", "08:40"), "already-ended"),
    "reopened while it runs": ([], _event("e", "reopened", "08:40"), "not-ended"),
    "passed to a merged agency": (
        [],
        _event("e", "transferred", "08:30", to="OLD"),
        "holder-closed",
    ),
    "passed to nobody": ([], _event("e", "transferred", "08:30", to="NONE"), "unknown-agency"),
    "an unknown kind": ([], _event("e", "vanished", "08:30"), "unknown-event"),
    "a time without offset": (
        [],
        FINISHED | {"id": "e", "at": "2026-10-05T08:30:00"},
        "invalid",
    ),
    "a time in the future": ([], _event("e", "finished", "23:00"), "invalid"),
    "a pause without a reason": ([], _event("e", "paused", "08:30"), "reason-missing"),
}


@pytest.mark.parametrize(("before", "wrong", "kind"), WRONG.values(), ids=WRONG)
async def test_what_makes_no_sense_is_refused_by_name_and_number_and_the_stream_goes_on(
    api: httpx.AsyncClient, before: list[dict[str, str]], wrong: dict[str, str], kind: str
) -> None:
    assert (await api.put(URL, json=RECEIPT)).status_code == 201
    for event in before:
        assert (await api.post(f"{URL}/events", json=event)).status_code == 200
    refused = await api.post(f"{URL}/events", json=wrong)
    told = refused.json()
    assert 400 <= refused.status_code < 500
    assert (told["type"], told["event"]) == (f"/problems/{kind}", "e")
    assert await PromiseEventRow.filter(external_id="e").count() == 0
    next_one = {"paused": "resumed", "finished": "reopened"}.get(
        before[0]["type"] if before else "", "finished"
    )
    on = _event("g", next_one, "08:50", reason="x")
    assert (await api.post(f"{URL}/events", json=on)).status_code == 200


async def test_a_code_against_the_grammar_of_the_pack_is_refused(api: httpx.AsyncClient) -> None:
    for code in ("D-1", "H29.1-261305-0001", "H29.1-261005-1"):
        answer = await api.put(f"/api/v1/dossiers/{code}", json=RECEIPT)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-dossier-code")


async def test_for_whom_a_dossier_is_may_be_said(api: httpx.AsyncClient):
    refused = await api.put(URL, json=RECEIPT | {"applicant": "firm"})
    assert refused.status_code == 422
    assert "applicant" in refused.json()["errors"]
    assert (await api.put(URL, json=RECEIPT | {"applicant": "business"})).status_code == 201
    assert [row.applicant for row in await PromiseRow.all()] == ["business"]
