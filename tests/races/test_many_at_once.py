"""Sixty-four at once: one row, one answer, no failure of ours."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import casework
from feedback.models import AppealRow, CaseRow, RatingRow
from sla.models import AgencyRow, PromiseEventRow, PromiseRow
from tests import make, pages
from tests.make import Clock
from tests.web.client import client
from web import reactions
from web.settings import Settings

MANY = 64
COMPLAINT = {"agency": "W1", "service": "BIN", "subject": "Rác", "text": "Ba ngày nay."}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(
    committed_database: str, settings: Settings, clock: Clock
) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    real = settings.model_copy(update={"database_url": committed_database, "base_url": None})
    async with client(real, clock) as made:
        yield made


async def test_ratings_of_one_code_are_one_row_and_one_answer(
    api: httpx.AsyncClient, settings: Settings, clock: Clock
) -> None:
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer, keys=reactions.keyring(settings))
    clock.move(hours=2)
    body = {"tracking_code": receipt.tracking_code, "overall": 4}
    answers = await asyncio.gather(
        *(api.post("/api/v1/cases/rate", json=body) for _ in range(MANY))
    )
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert await RatingRow.all().count() == 1


async def test_filings_of_one_key_are_one_case_and_one_receipt(api: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(api.post("/api/v1/cases", json=COMPLAINT, headers=key) for _ in range(MANY))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert await CaseRow.all().count() == 1


async def test_filings_without_a_key_are_each_a_case(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(api.post("/api/v1/cases", json=COMPLAINT) for _ in range(MANY))
    )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["reference"] for a in answers}) == MANY
    assert await PromiseRow.all().count() == await PromiseEventRow.all().count() == MANY


async def test_one_that_is_refused_does_not_fail_its_neighbours(api: httpx.AsyncClient) -> None:
    bodies = [COMPLAINT | {"agency": "W1" if n % 2 else "nowhere"} for n in range(MANY)]
    answers = await asyncio.gather(*(api.post("/api/v1/cases", json=b) for b in bodies))
    assert [a.status_code for a in answers] == [201 if n % 2 else 422 for n in range(MANY)]
    assert await CaseRow.all().count() == MANY // 2


async def test_of_two_officers_at_once_one_answers_and_the_other_is_told(
    api: httpx.AsyncClient, settings: Settings, clock: Clock
) -> None:
    keys = reactions.keyring(settings)
    officer = await make.make_staff()
    receipt = await make.make_case(keys=keys)
    await casework.assign(receipt.reference, make.act(officer), officer=officer.name)
    secret = await make.make_key("W1", make.act(), keys)
    key = {"Authorization": f"Bearer {secret}"}
    address = f"/api/v1/inbox/{receipt.reference}/answer"
    clock.move(hours=1)
    answers = await asyncio.gather(
        *(api.post(address, json={"text": f"Trả lời {n}"}, headers=key) for n in range(4))
    )
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]
    assert await PromiseEventRow.filter(kind="finished").count() == 1


async def test_rating_forms_of_one_token_are_one_row_and_one_answer(
    api: httpx.AsyncClient, settings: Settings, clock: Clock
) -> None:
    keys = reactions.keyring(settings)
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer, keys=keys)
    clock.move(hours=2)
    page = pages.read((await api.get("/vi/rate")).text)
    sent = page.fields() | {"code": receipt.tracking_code, "overall": "4"}
    answers = await asyncio.gather(*(api.post("/vi/rate", data=sent) for _ in range(MANY)))
    assert {a.status_code for a in answers} == {303}
    assert {a.headers["location"] for a in answers} == {"/vi/rate/thanks"}
    assert await RatingRow.all().count() == 1


async def test_appeals_at_once_are_one_appeal(
    api: httpx.AsyncClient, settings: Settings, clock: Clock
) -> None:
    city = await make.make_agency("CITY", "Thành phố", kind="city", level="city")
    await AgencyRow.filter(code="W1").update(parent_id=city.id)
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer, keys=reactions.keyring(settings))
    clock.move(hours=2)
    body = {"tracking_code": receipt.tracking_code, "text": "Chưa xong."}
    answers = await asyncio.gather(*(api.post("/api/v1/cases/appeal", json=body) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    assert await AppealRow.all().count() == 1
    assert await CaseRow.all().count() == 2
