"""Every call for residents, once well and once in every way it can be refused, as described."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tortoise.transactions import in_transaction

from feedback import casework, holds, invitations, notices
from feedback.codes import Keyring
from feedback.drafts import Contact, Way
from feedback.intake import Receipt
from feedback.models import CaseRow, HoldDecision, HoldRow, NoticeRow, Role
from sla.models import AgencyRow
from tests import hostile, make
from tests.make import Clock, act
from tests.web import described
from tests.web.client import client
from tests.web.test_codes_alike import DOORS
from web import errors, reactions
from web.guarding import throttling
from web.guarding.access_table import ACCESS
from web.settings import Settings

V1 = "/api/v1"
BOTH = {"name": "An", "email": "an@example.vn", "phone": "0901234567"}
COMPLAINT: dict[str, Any] = {
    "agency": "W1",
    "service": "BIN",
    "subject": "Rác không được thu gom",
    "text": "Đã ba ngày nay rác chưa được thu gom.",
}


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


class Api:
    """A client that holds every answer against the description, and knows which calls it made."""

    def __init__(self, client: httpx.AsyncClient, document: dict[str, Any]) -> None:
        self.client, self.document = client, document
        self.done: set[str] = set()

    async def post(self, path: str, **sent: Any) -> httpx.Response:
        answer = await self.client.post(f"{V1}{path}", **sent)
        self.check(path, answer)
        return answer

    def check(self, path: str, answer: httpx.Response) -> None:
        responses = self.document["paths"][f"{V1}{path}"]["post"]["responses"]
        if answer.is_success:
            schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
            assert schema, f"{path} does not say what it answers"
            self.done.add(path)
        else:
            assert answer.headers["content-type"] == "application/problem+json"
            schema = self.document["components"]["schemas"]["Problem"]
            assert answer.json()["status"] == answer.status_code
        assert described.faults(answer.json(), schema) == []

    async def tracked(self, receipt: Receipt) -> dict[str, Any]:
        answer = await self.post("/cases/track", json={"tracking_code": receipt.tracking_code})
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def api(database: None, settings: Settings, clock: Clock) -> AsyncIterator[Api]:
    await make.make_city()
    city = await make.make_agency("CITY", "Thành phố", kind="city", level="city")
    await AgencyRow.filter(code__in=["W1", "W2"]).update(parent_id=city.id)
    await make.make_staff()
    sends = {"base_url": None, "sms_webhook": "http://127.0.0.1:9/", "sms_secret": "s" * 40}
    async with client(settings.model_copy(update=sends), clock) as made:
        yield Api(made, (await made.get(f"{V1}/openapi.json")).json())


async def refused(keys: Keyring, clock: Clock) -> Receipt:
    """A case that was held and refused as an advertisement."""
    receipt = await make.make_case(
        keys=keys, contact=Contact(BOTH["name"], BOTH["email"], BOTH["phone"])
    )
    row = await CaseRow.get(reference=receipt.reference)
    await HoldRow.create(case_id=row.id, since=row.filed_at, reasons="links")
    by = act(await make.make_staff("hoa", role=Role.COORDINATOR, agency=None), clock())
    await holds.decide(receipt.reference, HoldDecision.ADVERT, by, keys)
    return receipt


def code(receipt: Receipt, **more: Any) -> dict[str, Any]:
    return {"tracking_code": receipt.tracking_code, **more}


async def test_every_call_of_residents_answers_as_it_is_described(
    api: Api, keys: Keyring, clock: Clock
) -> None:
    officer = await make.make_staff("binh")
    filed = await api.post("/cases", json={**COMPLAINT, "contact": {**BOTH, "reach_by": "sms"}})
    assert filed.status_code == 201, filed.text
    told = filed.json()
    mine = {"tracking_code": told["tracking_code"]}
    picture = {"files": ("rac.jpg", hostile.photo())}
    sent = await api.post("/cases/attachments", data=mine, files=picture)
    assert sent.status_code == 201
    reference = told["reference"]
    await casework.assign(reference, act(officer, clock()), officer="binh")
    await casework.ask(reference, "Nhà số mấy?", act(officer, clock.move(hours=1)), keys)
    clock.move(hours=1)
    assert (await api.post("/cases/reply", json={**mine, "text": "Số 5."})).status_code == 200
    await casework.answer(reference, "Đã xong.", act(officer, clock.move(hours=1)), keys)
    async with in_transaction():
        await invitations.invite_next(act(at=clock.move(hours=1)), keys)
    token = notices.opened(await NoticeRow.get(kind="invitation"), keys).facts["token"]
    assert (await api.post("/cases/rate", json={**mine, "overall": 2})).status_code == 200
    assert (await api.post("/ratings", json={"token": token, "overall": 4})).status_code == 200
    assert (await api.post("/cases/reopen", json={**mine, "text": "Chưa."})).status_code == 200
    await casework.answer(reference, "Xong hẳn.", act(officer, clock.move(hours=1)), keys)
    above = await api.post("/cases/appeal", json={**mine, "text": "Không đồng ý."})
    assert above.status_code == 201, above.text
    whole = (await api.post("/cases/track", json=mine)).json()
    assert whole["appeal"]["above"]["reference"] == above.json()["reference"]
    assert [one["kind"] for one in whole["messages"]].count("answer") == 2
    assert (await api.post("/cases/reach", json={**mine, "reach_by": "email"})).status_code == 200
    spam = await refused(keys, clock)
    assert (await api.post("/cases/object", json=code(spam, text="Là thật."))).status_code == 200
    other = await make.make_case(keys=keys, device="other")
    assert (await api.post("/cases/withdraw", json=code(other))).status_code == 200
    assert (await api.post("/cases/erase", json=code(other, sure=True))).status_code == 200
    every = {p.removeprefix(V1) for p, c in api.document["paths"].items()
             if "cases" in c.get("post", {}).get("tags", ())}  # fmt: skip
    assert api.done == every


async def test_a_refusal_is_contested_once_and_within_its_time(
    api: Api, keys: Keyring, clock: Clock
) -> None:
    spam = await refused(keys, clock)
    told = await api.tracked(spam)
    assert told["hold"]["decision"] == "advert"
    assert told["hold"]["reasons"] == ["links"]
    until = told["hold"]["object_until"]
    assert until == "2026-10-19T09:00:00+07:00"
    empty = await api.post("/cases/object", json=code(spam, text=" "))
    assert (empty.status_code, list(empty.json()["errors"])) == (422, ["text"])
    late = clock.at
    clock.move(days=14)
    answer = await api.post("/cases/object", json=code(spam, text="Là thật."))
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/window-closed")
    clock.at = late
    clock.move(days=13)
    sent = {"json": code(spam, text="Là thật."), "headers": {"Idempotency-Key": "a"}}
    for _ in range(2):  # a repeat has the answer of the first
        assert (await api.post("/cases/object", **sent)).json() == {"recorded": True}
    again = await api.post("/cases/object", json=code(spam, text="Là thật."))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-now")
    told = await api.tracked(spam)
    assert (told["status"], told["hold"]["decision"]) == ("filed", None)
    assert [one["text"] for one in told["messages"]] == ["Là thật."]
    unrefused = await make.make_case(keys=keys, device="other")
    assert (await api.tracked(unrefused))["hold"] is None
    none = await api.post("/cases/object", json=code(unrefused, text="Gì?"))
    assert none.status_code == 409


async def test_the_way_to_be_reached_is_kept_told_and_changed(
    api: Api, settings: Settings, clock: Clock
) -> None:
    filed = await api.post("/cases", json={**COMPLAINT, "contact": {**BOTH, "reach_by": "sms"}})
    mine = {"tracking_code": filed.json()["tracking_code"]}
    assert [one.channel for one in await NoticeRow.all()] == ["sms"]
    assert (await api.post("/cases/track", json=mine)).json()["ways"] == ["sms", "email"]
    changed = await api.post("/cases/reach", json={**mine, "reach_by": "email"})
    assert changed.status_code == 200
    assert (await api.post("/cases/track", json=mine)).json()["ways"] == ["email", "sms"]
    # Whoever holds the phone learns that the news no longer come to it.
    assert [one.channel for one in await NoticeRow.filter(kind="way")] == ["sms"]
    for way in ("pigeon", "", "SMS"):
        answer = await api.post("/cases/reach", json={**mine, "reach_by": way})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["reach_by"])
    mailed = await api.post(
        "/cases", json={**COMPLAINT, "subject": "Khác", "contact": {"email": "b@example.vn"}}
    )
    body = {"tracking_code": mailed.json()["tracking_code"], "reach_by": "sms"}
    assert (await api.post("/cases/reach", json=body)).status_code == 422  # no number was left


async def test_without_a_gateway_nobody_is_promised_a_text_message(
    database: None, settings: Settings, clock: Clock
) -> None:
    await make.make_city()
    bare = settings.model_copy(update={"base_url": None, "sms_webhook": None, "demo": False})
    async with client(bare, clock) as made:
        api = Api(made, (await made.get(f"{V1}/openapi.json")).json())
        for way, status in ((Way.SMS, 422), (Way.EMAIL, 201)):
            sent = {**COMPLAINT, "contact": {**BOTH, "reach_by": way}}
            filed = await api.post("/cases", json=sent)
            assert filed.status_code == status
        mine = {"tracking_code": filed.json()["tracking_code"]}
        answer = await api.post("/cases/reach", json={**mine, "reach_by": "sms"})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["reach_by"])


async def test_erasing_wants_a_deliberate_yes_and_is_told_again_to_a_repeat(
    api: Api, keys: Keyring
) -> None:
    receipt = await make.make_case(keys=keys)
    for unsure in ({}, {"sure": False}, {"sure": "yes"}, {"sure": 1}):
        answer = await api.post("/cases/erase", json=code(receipt, **unsure))
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["sure"])
    sent = {"json": code(receipt, sure=True), "headers": {"Idempotency-Key": "a"}}
    for _ in range(2):
        assert (await api.post("/cases/erase", **sent)).status_code == 200
    gone = await api.post("/cases/track", json=code(receipt))
    assert gone.json()["type"] == "/problems/no-such-code"


AT_THE_WRONG_TIME: dict[str, dict[str, Any]] = {
    "/cases/reply": {"text": "Một lời."},
    "/cases/reopen": {"text": "Một lời."},
    "/cases/appeal": {"text": "Một lời."},
    "/cases/object": {"text": "Một lời."},
    "/cases/rate": {"overall": 5},
}


@pytest.mark.parametrize("path", AT_THE_WRONG_TIME)
async def test_what_cannot_be_done_now_is_refused_as_described(
    api: Api, keys: Keyring, path: str
) -> None:
    receipt = await make.make_case(keys=keys)
    answer = await api.post(path, json=code(receipt, **AT_THE_WRONG_TIME[path]))
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"].removeprefix("/problems/") in KINDS


KINDS = {answer.kind for answer in errors.ANSWERS.values()}
LED_ELSEWHERE = {
    "emergency": "Cháy nhà, có người bị kẹt trong đám cháy, cứu với!",
    "denunciation": "Tôi tố cáo ông chủ tịch phường nhận hối lộ để cấp phép xây dựng.",
    "statutory-complaint": "Tôi khiếu nại quyết định hành chính số 12/QĐ-UBND.",
}


@pytest.mark.parametrize("kind", LED_ELSEWHERE)
async def test_what_belongs_elsewhere_is_not_stored_and_told_where(api: Api, kind: str) -> None:
    answer = await api.post("/cases", json={**COMPLAINT, "text": LED_ELSEWHERE[kind]})
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{kind}")
    assert set(answer.json()["links"]) == {"vi", "en"}
    assert not await CaseRow.exists()


async def test_whoever_guesses_is_slowed_down_at_every_door_together(
    api: Api, keys: Keyring, clock: Clock
) -> None:
    receipt = await make.make_case(keys=keys)
    paths = [path for path in AT_THE_WRONG_TIME if path != "/cases/rate"]
    body = {"tracking_code": "0000-0000-0000-0000-0", "text": "Một lời."}
    for number in range(int(throttling.CODE.address.burst)):
        answer = await api.post(paths[number % len(paths)], json=body)
        assert answer.status_code == 404
    for path in paths:
        answer = await api.post(path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/slow-down")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["puzzle"]
    clock.move(hours=1)
    assert (await api.tracked(receipt))["status"] == "filed"  # nobody is locked out


def test_every_door_that_takes_a_code_is_watched() -> None:
    """A new call that tells codes apart without a budget would be a way round the others."""
    calls = {
        p for m, p in ACCESS if m == "POST" and p.startswith((f"{V1}/cases/", f"{V1}/ratings"))
    }
    typed = {door.replace("/vi/", "/{lang:lang}/") for door in DOORS if door.startswith("/vi/")}
    watched = {path for (method, path), kind in throttling.LIMITED.items() if kind.name == "code"}
    assert calls | typed <= watched


async def test_a_call_is_refused_when_too_large_foreign_or_repeated_with_other_words(
    api: Api, keys: Keyring
) -> None:
    large = await api.post("/cases", content=b"x" * (1024 * 1024 + 1))
    foreign = await api.post("/cases", json=COMPLAINT, headers={"Origin": "https://evil.example"})
    key = {"Idempotency-Key": "k"}
    await api.post("/cases", json=COMPLAINT, headers=key)
    reused = await api.post("/cases", json={**COMPLAINT, "subject": "Khác"}, headers=key)
    bare = await api.post("/cases/attachments", data={"tracking_code": "x"})
    assert [one.status_code for one in (large, foreign, reused, bare)] == [413, 403, 422, 400]


async def test_the_time_for_things_ends_for_programs_too(
    api: Api, keys: Keyring, clock: Clock
) -> None:
    officer = await make.make_staff("binh")
    receipt = await make.make_answered_case(officer, keys=keys)
    clock.at = receipt.filed_at + timedelta(hours=1) + invitations.WINDOW
    for path, more in (("/cases/rate", {"overall": 1}), ("/cases/reopen", {"text": "Chưa."})):
        answer = await api.post(path, json=code(receipt, **more))
        assert answer.status_code == 410, (path, answer.text)
