"""The JSON API through the whole application: the main job, and every way to get it wrong."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import drafts
from feedback.codes import Keyring
from feedback.errors import Faulty
from feedback.models import CaseRow, RatingRow
from sla.models import PromiseRow
from tests import make
from tests.make import NOW, Clock
from tests.web.client import client
from web import reactions
from web.settings import Settings

COMPLAINT = {
    "agency": "W1",
    "service": "BIN",
    "kind": "complaint",
    "subject": "Rác không được thu gom",
    "text": "Đã ba ngày nay.",
    "language": "vi",
}


@pytest.fixture
async def api(database: None, settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings.model_copy(update={"base_url": None}), clock) as made:
        yield made


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


async def officer_key(keys: Keyring, agency: str = "W1") -> dict[str, str]:
    secret = await make.make_key(agency, make.act(), keys)
    return {"Authorization": f"Bearer {secret}"}


async def test_the_main_job_through_the_api(
    api: httpx.AsyncClient, clock: Clock, app_keys: Keyring
) -> None:
    filed = await api.post("/api/v1/cases", json=COMPLAINT)
    assert filed.status_code == 201, filed.text
    receipt = filed.json()
    assert receipt["due_at"] == "2026-10-12T17:00:00+07:00"
    assert receipt["commitment"]["amount"] == 5
    assert receipt["agency"]["name_vi"] == "Phường Một"

    key = await officer_key(app_keys)
    listed = (await api.get("/api/v1/inbox", headers=key)).json()
    assert [item["reference"] for item in listed["items"]] == [receipt["reference"]]
    await make.make_staff("lan")
    inbox = f"/api/v1/inbox/{receipt['reference']}"
    assigned = await api.post(f"{inbox}/assign", json={"officer": "lan"}, headers=key)
    assert assigned.status_code == 200, assigned.text
    clock.move(hours=1)
    answered = await api.post(f"{inbox}/answer", json={"text": "Đã thu gom."}, headers=key)
    assert answered.status_code == 200, answered.text

    clock.move(hours=1)
    code = {"tracking_code": receipt["tracking_code"]}
    tracked = (await api.post("/api/v1/cases/track", json=code)).json()
    assert tracked["status"] == "answered"
    assert tracked["rating"]["open"] is True
    assert tracked["overdue"] is False
    rated = await api.post("/api/v1/cases/rate", json=code | {"overall": 5, "comment": "Tốt"})
    assert rated.status_code == 200, rated.text
    assert (await RatingRow.get()).overall == 5


async def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(
    api: httpx.AsyncClient,
) -> None:
    key = {"Idempotency-Key": "a-key"}
    first = await api.post("/api/v1/cases", json=COMPLAINT, headers=key)
    again = await api.post("/api/v1/cases", json=COMPLAINT, headers=key)
    other = await api.post("/api/v1/cases", json=COMPLAINT | {"subject": "Khác"}, headers=key)
    assert first.json() == again.json()
    assert again.status_code == 201
    assert other.status_code == 422
    assert other.json()["type"].endswith("key-reused")
    assert await CaseRow.all().count() == 1


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no subject": ({"subject": ""}, "subject"),
    "blank subject": ({"subject": " \u200b "}, "subject"),
    "long subject": ({"subject": "x" * 201}, "subject"),
    "no text": ({"text": ""}, "text"),
    "20,000 characters": ({"text": "x" * 20_000}, "text"),
    "NUL": ({"text": "a\x00b"}, "text"),
    "unknown agency": ({"agency": "nowhere"}, "agency"),
    "unknown service": ({"service": "nothing"}, "service"),
    "number for text": ({"text": 5}, "text"),
    "true for text": ({"subject": True}, "subject"),
    "unknown kind": ({"kind": "denunciation"}, "kind"),
    "unknown language": ({"language": "fr"}, "language"),
    "extra field": ({"status": "closed"}, "status"),
    "bad e-mail": ({"contact": {"email": "x"}}, "email"),
    "bad phone": ({"contact": {"phone": "12"}}, "phone"),
    "header in e-mail": ({"contact": {"email": "a@b.vn\nBcc: c@d.vn"}}, "email"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_complaint_is_a_problem_with_its_field(
    api: httpx.AsyncClient, name: str
) -> None:
    change, field = WRONG[name]
    answer = await api.post("/api/v1/cases", json=COMPLAINT | change)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert field in problem["errors"]
    assert problem["status"] == 422
    assert await CaseRow.all().count() == 0
    assert await PromiseRow.all().count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"[]",
        b"null",
        b'{"agency":"W1","subject":"\\ud800","text":"x"}',
        b'{"agency":"W1","subject":"x","text":"\xff"}',
        b"[" * 5000,
        b'{"agency":"W1","subject":"x","text":"x","service":NaN}',
    ],
)
async def test_what_is_not_json_of_the_shape_is_a_problem(
    api: httpx.AsyncClient, body: bytes
) -> None:
    answer = await api.post("/api/v1/cases", content=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "answers",
    [
        {"overall": 0},
        {"overall": 6},
        {"overall": 2**40},
        {"overall": True},
        {"overall": 4.5},
        {"overall": "5"},
        {"overall": 5, "clear": 9},
        {"overall": 5, "contacts": -1},
        {"overall": 5, "solved": "maybe"},
        {"overall": 5, "comment": "x" * 2001},
        {},
    ],
)
async def test_a_wrong_rating_is_a_problem_and_not_stored(
    api: httpx.AsyncClient, answers: dict[str, object]
) -> None:
    body = {"tracking_code": "0000-0000-0000-0000-0"} | answers
    answer = await api.post("/api/v1/cases/rate", json=body)
    assert answer.status_code == 422, answer.text
    assert await RatingRow.all().count() == 0


@pytest.mark.parametrize("call", ["track", "reply", "reopen", "withdraw", "rate"])
async def test_every_wrong_code_has_the_same_answer(api: httpx.AsyncClient, call: str) -> None:
    bodies = {
        "reply": {"text": "x"},
        "reopen": {"text": "x"},
        "rate": {"overall": 5},
    }
    seen = set()
    for code in ("x", "", "0000-0000-0000-0000-0", "ABCD-EFGH-JKMN-PQRS-T", "\x00"):
        body = {"tracking_code": code} | bodies.get(call, {})
        answer = await api.post(f"/api/v1/cases/{call}", json=body)
        seen.add((answer.status_code, answer.text))
    assert len(seen) == 1
    assert seen.pop()[0] == 404


async def test_text_is_stored_in_nfc(api: httpx.AsyncClient) -> None:
    decomposed = COMPLAINT | {"subject": "Ru\u031bo\u031b\u0323u"}
    assert (await api.post("/api/v1/cases", json=decomposed)).status_code == 201
    assert (await CaseRow.get()).subject == "Rượu"


@given(text=st.text(max_size=300))
def test_any_text_is_either_clean_or_refused_by_its_field(text: str) -> None:
    try:
        made = drafts.complaint({"agency": "W1", "subject": "x", "text": text}).text
    except Faulty as refused:
        made = ""
        fields = {fault.field for fault in refused.faults}
    else:
        fields = set()
    assert fields == ({"text"} if not made else set())
    assert made == made.strip()
    assert "\x00" not in made


async def test_an_inbox_is_for_its_agency_alone(api: httpx.AsyncClient, app_keys: Keyring) -> None:
    receipt = (await api.post("/api/v1/cases", json=COMPLAINT)).json()
    stranger = await officer_key(app_keys, "W2")
    assert (await api.get("/api/v1/inbox")).status_code == 401
    wrong = {"Authorization": "Bearer hl_wrong"}
    assert (await api.get("/api/v1/inbox", headers=wrong)).status_code == 401
    inbox = f"/api/v1/inbox/{receipt['reference']}"
    foreign = await api.post(f"{inbox}/note", json={"text": "x"}, headers=stranger)
    nothing = await api.post("/api/v1/inbox/NONE/note", json={"text": "x"}, headers=stranger)
    assert foreign.status_code == nothing.status_code == 404
    assert foreign.json() == nothing.json()


async def test_an_action_at_the_wrong_time_is_409_with_the_reason(
    api: httpx.AsyncClient, app_keys: Keyring
) -> None:
    receipt = (await api.post("/api/v1/cases", json=COMPLAINT)).json()
    key = await officer_key(app_keys)
    inbox = f"/api/v1/inbox/{receipt['reference']}"
    answer = await api.post(f"{inbox}/answer", json={"text": "x"}, headers=key)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("not-now")


async def test_agencies_and_services_are_listed_and_found_without_marks(
    api: httpx.AsyncClient,
) -> None:
    found = (await api.get("/api/v1/agencies", params={"q": "phuong MOT"})).json()
    assert [item["code"] for item in found["items"]] == ["W1"]
    await make.make_commitment(service=await make.make_service("TAX", "Thuế"), amount=3)
    services = (await api.get("/api/v1/services", params={"agency": "W1"})).json()
    assert services["items"][0]["commitment"]["amount"] == 3
    assert (await api.get("/api/v1/services", params={"agency": "no"})).status_code == 422


async def test_a_dossier_is_received_once_and_its_events_told_once(
    api: httpx.AsyncClient, app_keys: Keyring
) -> None:
    await make.make_commitment(service=await make.make_service("TAX", "Thuế"), amount=3)
    key = await officer_key(app_keys)
    url = "/api/v1/dossiers/H29.1-261005-0001"
    body = {"service": "TAX", "received_at": "2026-10-05T08:00:00+07:00", "channel": "counter"}
    first = await api.put(url, json=body, headers=key)
    assert first.status_code == 201, first.text
    assert first.json()["due_at"] == "2026-10-08T17:00:00+07:00"
    assert (await api.put(url, json=body, headers=key)).status_code == 200
    differs = body | {"received_at": "2026-10-04T08:00:00+07:00"}
    assert (await api.put(url, json=differs, headers=key)).status_code == 409
    event = {"id": "e1", "type": "finished", "at": "2026-10-05T08:30:00+07:00"}
    for _ in range(2):
        told = await api.post(f"{url}/events", json=event, headers=key)
        assert told.status_code == 200, told.text
    assert told.json()["state"] == "finished"
    future = event | {"id": "e2", "at": (NOW + timedelta(days=1)).isoformat()}
    assert (await api.post(f"{url}/events", json=future, headers=key)).status_code == 422
    unknown = event | {"id": "e3", "type": "vanished"}
    assert (await api.post(f"{url}/events", json=unknown, headers=key)).status_code == 422
    resumed = event | {"id": "e4", "type": "resumed"}
    assert (await api.post(f"{url}/events", json=resumed, headers=key)).status_code == 409


async def test_the_description_of_the_api_names_every_call(api: httpx.AsyncClient) -> None:
    described = (await api.get("/api/v1/openapi.json")).json()
    assert "/api/v1/cases" in described["paths"]
    schema = described["paths"]["/api/v1/cases"]["post"]["requestBody"]
    properties = schema["content"]["application/json"]["schema"]["properties"]
    assert set(properties) >= set(COMPLAINT)
    assert json.dumps(described)


async def test_health_tells_life_from_readiness(api: httpx.AsyncClient) -> None:
    assert (await api.get("/healthz")).status_code == 200
    ready = await api.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "queue": "degraded"}


async def test_every_answer_carries_the_guards_headers(api: httpx.AsyncClient) -> None:
    answer = await api.get("/healthz")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_form_from_another_site_is_refused(api: httpx.AsyncClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await api.post("/api/v1/cases", json=COMPLAINT, headers=headers)
        assert answer.status_code == 403
    assert await CaseRow.all().count() == 0


async def test_a_body_that_is_too_large_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/cases", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413


async def test_a_dossier_handed_on_is_charged_to_who_holds_it(
    api: httpx.AsyncClient, app_keys: Keyring
) -> None:
    await make.make_commitment(service=await make.make_service("TAX", "Thuế"), amount=3)
    key = await officer_key(app_keys)
    url = "/api/v1/dossiers/H29.1-261005-0002"
    body = {"service": "TAX", "received_at": "2026-10-05T08:00:00+07:00", "channel": "counter"}
    assert (await api.put(url, json=body, headers=key)).status_code == 201
    event = {"id": "e1", "type": "transferred", "at": "2026-10-05T08:30:00+07:00", "to": "NONE"}
    assert (await api.post(f"{url}/events", json=event, headers=key)).status_code == 422
    told = await api.post(f"{url}/events", json=event | {"to": "W2"}, headers=key)
    assert told.status_code == 200, told.text
    promise = await PromiseRow.get().select_related("agency")
    assert promise.agency.code == "W2"
