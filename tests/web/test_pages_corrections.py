"""Corrections, the calendar's warning and the law beside the promise, on the pages of staff."""

from datetime import date, timedelta

import httpx
import pytest

from feedback.actors import Staff
from feedback.models import Role
from sla import charter, ledger
from sla.ledger import Start
from sla.models import CalendarRow, CorrectionRow, PromiseKind, PromiseRow
from sla.promises import Finished
from tests import make, pages
from tests.make import NOW, Clock
from tests.pages import Page

TRULY = {"ended_on": "2026-10-07", "ended_time": "16:30", "reason": "Nhập sai ngày trả lời."}


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW + timedelta(days=15))


async def get(browser: httpx.AsyncClient, path: str, status: int = 200) -> Page:
    response = await browser.get(path)
    assert response.status_code == status, (response.status_code, response.text[-2000:])
    return pages.read(response.text)


async def send(browser: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    """What the last form of the page sends back to it."""
    page = await get(browser, path)
    form = page.all("form")[-1]
    hidden = {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }
    return await browser.post(path, data={**hidden, **data})


async def sign_in(browser: httpx.AsyncClient, name: str) -> None:
    browser.cookies.clear()
    answer = await send(browser, "/vi/sign-in", name=name, password=make.PASSWORD)
    assert answer.status_code == 303


async def late_case(browser: httpx.AsyncClient) -> tuple[Staff, str]:
    """Lan, signed in, answered two weeks late, or said so: she, and the path of the case."""
    lan = await make.make_staff("lan")
    receipt = await make.make_answered_case(lan, answered_at=NOW + timedelta(days=14))
    await sign_in(browser, "lan")
    return lan, f"/en/inbox/{receipt.reference}"


async def asked(browser: httpx.AsyncClient) -> tuple[str, str]:
    """A request that waits: its number, and the path of the case."""
    _, path = await late_case(browser)
    answer = await send(browser, f"{path}/correction", **TRULY)
    assert answer.status_code == 303, answer.text[-2000:]
    return str((await CorrectionRow.get()).id), path


async def test_an_officer_asks_and_a_coordinator_approves(browser: httpx.AsyncClient) -> None:
    number, path = await asked(browser)
    page = await get(browser, path + "?done=correction")
    assert "Your request is stored." in page.text
    assert "A correction of the end waits for a decision" in page.text
    assert "A correction of this case waits for a decision already." in page.text
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/en/corrections")
    assert f"/en/corrections/{number}" in page.links()
    for words in ("Ward W1", "Lan", "Late would become on time"):
        assert words in page.text
    page = await get(browser, f"/vi/corrections/{number}")
    assert "Nhập sai ngày trả lời." in page.text
    assert "16:30, Thứ Tư, ngày 7 tháng 10 năm 2026" in page.text
    answer = await send(browser, f"/en/corrections/{number}", decision="approved")
    assert answer.headers["location"] == "/en/corrections?done=approved"
    page = await get(browser, answer.headers["location"])
    assert "The correction is approved." in page.text
    assert "No request waits for a decision." in page.text
    row = await PromiseRow.get()
    assert row.ended_at is not None
    assert row.due_at is not None
    assert row.ended_at <= row.due_at
    page = await get(browser, f"/en/corrections/{number}")
    for words in ("Approved", "Mai", "Nhập sai ngày trả lời."):
        assert words in page.text
    answer = await browser.post(
        f"/en/corrections/{number}", data={**page.fields(0), "decision": "declined", "answer": "x"}
    )
    assert answer.status_code == 409


async def test_a_correction_to_the_agencys_own_cost_is_shown_as_such(
    browser: httpx.AsyncClient,
) -> None:
    lan = await make.make_staff("lan")
    receipt = await make.make_answered_case(lan)
    await sign_in(browser, "lan")
    path = f"/en/inbox/{receipt.reference}/correction"
    await send(browser, path, **{**TRULY, "ended_on": "2026-10-19"})
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    assert "On time would become late" in (await get(browser, "/en/corrections")).text


async def test_to_decline_needs_a_reason(browser: httpx.AsyncClient) -> None:
    number, _ = await asked(browser)
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    for data, words in (
        ({}, "Please choose one of the answers."),
        ({"decision": "declined", "answer": " "}, "Please fill this in."),
    ):
        answer = await send(browser, f"/en/corrections/{number}", **data)
        assert answer.status_code == 422
        assert words in pages.read(answer.text).text
    answer = await send(
        browser, f"/en/corrections/{number}", decision="declined", answer="Không có căn cứ."
    )
    assert answer.status_code == 303
    row = await CorrectionRow.get()
    assert (row.is_approved, row.answer) == (False, "Không có căn cứ.")


async def test_whoever_asked_cannot_decide(browser: httpx.AsyncClient) -> None:
    lan = await make.make_staff("lan")
    receipt = await make.make_answered_case(lan, answered_at=NOW + timedelta(days=14))
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    await send(browser, f"/en/inbox/{receipt.reference}/correction", **TRULY)
    path = f"/en/corrections/{(await CorrectionRow.get()).id}"
    page = await get(browser, path)
    assert "Whoever asked for a correction cannot decide about it." in page.text
    answer = await send(browser, path, decision="approved")
    assert answer.status_code == 403
    assert "Whoever asked" in pages.read(answer.text).text
    assert (await CorrectionRow.get()).decided_at is None


async def test_a_coordinator_of_the_agency_itself_cannot_decide(browser: httpx.AsyncClient) -> None:
    number, _ = await asked(browser)
    await make.make_staff("own", role=Role.COORDINATOR, agency="W1")
    await sign_in(browser, "own")
    page = await get(browser, f"/en/corrections/{number}")
    assert "Your role does not include this." in page.text
    answer = await send(browser, f"/en/corrections/{number}", decision="approved")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ended_on": ""}, "Please fill this in."),
        ({"ended_on": "soon"}, "This is not a day"),
        ({"ended_time": "25:00"}, "This is not a time of day, such as 16:30."),
        ({"ended_on": "2026-09-01"}, "This lies before the case was received."),
        ({"ended_on": "2026-12-01"}, "This lies in the future."),
        ({"reason": ""}, "Please fill this in."),
    ],
)
async def test_a_faulty_request_is_shown_again_as_it_was_typed(
    browser: httpx.AsyncClient, changed: dict[str, str], words: str
) -> None:
    _, path = await late_case(browser)
    answer = await send(browser, f"{path}/correction", **{**TRULY, **changed})
    assert answer.status_code == 422
    page = pages.read(answer.text)
    assert words in page.text
    typed = {**TRULY, **changed}
    assert {name: page.fields(1)[name] for name in typed} == typed
    assert not await CorrectionRow.exists()


async def test_what_has_not_ended_cannot_be_corrected(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    receipt = await make.make_case()
    await sign_in(browser, "lan")
    path = f"/en/inbox/{receipt.reference}"
    assert "Only once the case has ended." in (await get(browser, path)).text
    answer = await send(browser, f"{path}/correction", **TRULY)
    assert answer.status_code == 409
    assert "Nhập sai ngày" in answer.text


async def test_who_sees_one_agency_reads_its_requests_alone_and_only_a_coordinator_decides(
    browser: httpx.AsyncClient,
) -> None:
    number, _ = await asked(browser)
    assert f"/en/corrections/{number}" in (await get(browser, "/en/corrections")).links()
    await make.make_staff("khac", agency="W2")
    await sign_in(browser, "khac")
    assert "No request waits for a decision." in (await get(browser, "/en/corrections")).text
    await get(browser, f"/en/corrections/{number}", 404)
    await make.make_staff("an", role=Role.AUDITOR, agency=None)
    await sign_in(browser, "an")
    assert (
        "Your role does not include this." in (await get(browser, f"/en/corrections/{number}")).text
    )
    answer = await send(browser, f"/en/corrections/{number}", decision="approved")
    assert answer.status_code == 403
    for path in ("0", "999", "x", "%00"):
        await get(browser, f"/en/corrections/{path}", 404)


async def a_late_dossier() -> str:
    """A dossier of W1 that was finished two weeks late, or said to have been."""
    code = "H29-261005-0001"
    known = await charter.current()
    start = Start(PromiseKind.DOSSIER, code, known.agencies["W1"], None, "web", NOW)
    begun = await ledger.begin(start, make.act())
    ended = NOW + timedelta(days=14)
    await ledger.append(begun.promise_id, Finished(ended), make.act(at=ended))
    return code


async def test_the_end_of_a_dossier_is_found_and_asked_to_be_corrected(
    browser: httpx.AsyncClient,
) -> None:
    code = await a_late_dossier()
    await make.make_staff("lan")
    await sign_in(browser, "lan")
    page = await get(browser, "/en/corrections")
    assert "/en/corrections/new" in page.links()
    await get(browser, "/en/corrections/new?code=H29-nothing", 404)
    path = f"/en/corrections/new?code={code}"
    assert "Monday 19 October 2026" in (await get(browser, path)).text
    page = pages.read((await browser.get(path)).text)
    form = {"csrf_token": page.fields(2)["csrf_token"], "code": code}
    new = "/en/corrections/new"
    faulty = await browser.post(new, data={**form, **TRULY, "reason": ""})
    assert faulty.status_code == 422
    assert "Please fill this in." in pages.read(faulty.text).text
    answer = await browser.post(new, data={**form, **TRULY})
    assert answer.headers["location"] == "/en/corrections?done=asked"
    assert code in (await get(browser, "/en/corrections")).text
    again = await browser.post(new, data={**form, **TRULY})
    assert again.status_code == 409
    await make.make_staff("khac", agency="W2")
    await sign_in(browser, "khac")
    await get(browser, path, 404)


async def test_decided_corrections_are_listed_by_decision_and_agency(
    browser: httpx.AsyncClient,
) -> None:
    number, _ = await asked(browser)
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    await send(browser, f"/en/corrections/{number}", decision="declined", answer="Không có căn cứ.")
    path = "/en/corrections?state="
    assert "1 decided correction" in (await get(browser, path)).text
    assert "1 decided correction" in (await get(browser, path + "declined&agency=W1")).text
    assert "0 decided corrections" in (await get(browser, path + "approved")).text
    assert "0 decided corrections" in (await get(browser, path + "declined&agency=W2")).text
    assert "Không có căn cứ." in (await get(browser, f"/vi/corrections/{number}")).text
    public = await get(browser, "/en/commitments/agencies/W1")
    assert "Corrections: 0 approved, 1 declined" in public.text


async def test_a_calendar_that_ends_soon_warns_who_can_mend_it(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    rules = {**make.calendar().to_json(), "known_until": "2026-11-30"}
    await CalendarRow.create(
        code="city", version=2, rules=rules, known_until=date(2026, 11, 30), published_at=NOW
    )
    await sign_in(browser, "mai")
    text = (await get(browser, "/en/inbox")).text
    assert "The calendar “city” is known until Monday 30 November 2026 only" in text
    assert "2 agencies work by it." in text
    assert (
        "mới có dữ liệu đến hết Thứ Hai, ngày 30 tháng 11 năm 2026"
        in (await get(browser, "/vi/inbox")).text
    )
    await sign_in(browser, "lan")
    assert "calendar “city”" not in (await get(browser, "/en/inbox")).text


async def test_a_case_shows_what_the_law_asks_beside_the_promise(
    browser: httpx.AsyncClient,
) -> None:
    _, path = await late_case(browser)
    text = (await get(browser, path)).text
    assert "What the law asks" in text
    assert "Nghị định 20/2008/NĐ-CP" in text
    assert "Publish the result" in text
    assert "Not recorded here" in text
    assert "Not confirmed" not in text
