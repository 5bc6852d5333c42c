"""The page of a case and its actions, as those who answer eighty a day use them."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from feedback import answer_templates, casework, erasure
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.lifecycle import CaseStatus
from feedback.models import (
    AnswerDraftRow,
    AnswerTemplateRow,
    CaseRow,
    Cause,
    MessageRow,
    Outcome,
    OutcomeRow,
    Role,
    TimelineRow,
)
from sla import dossiers
from sla import errors as sla_errors
from sla.models import AgencyRow, PromiseRow
from sla.promises import Finished, Paused, Resumed, Transferred
from tests import make, pages
from tests.make import NOW, Clock, act
from tests.pages import Page
from tests.web.test_pages_staff import get, officer_in_charge, send, sign_in
from web import errors, reactions
from web.language import i18n
from web.pages.case_actions import ACTIONS
from web.settings import Settings

ANSWERS_TITLE = i18n.translator("vi").gettext(errors.ANSWERS[sla_errors.TooManyPauses].title)
ANSWER = {"text": "Đã thu gom xong.", "outcome": "solved", "cause": "officer"}


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


def typed(page: Page, name: str) -> str:
    [area] = [a for a in page.all("textarea") if a.get("name", "") == name]
    return (area.text or "").strip()


def hidden(page: Page, action: str) -> dict[str, str]:
    form = next(f for f in page.all("form") if f.get("action", "").endswith(action))
    return {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }


# Answers


async def test_an_answer_without_what_it_came_to_is_refused_and_kept(
    browser: httpx.AsyncClient,
) -> None:
    _, path = await officer_in_charge(browser)
    response = await send(browser, f"{path}/answer", {"text": "Đã xong.", "outcome": "cannot"})
    assert response.status_code == 422
    page = pages.read(response.text)
    assert typed(page, "text") == "Đã xong."
    faulty = {link for link in page.links() if link.startswith("#")}
    assert {"#outcome_reason", "#cause"} <= faulty
    assert await MessageRow.all().count() == 0


async def test_what_an_answer_came_to_stands_in_the_story_of_both_sides(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    _, path = await officer_in_charge(browser)
    told = {**ANSWER, "outcome": "cannot", "cause": "law", "outcome_reason": "Chưa có quy định."}
    response = await send(browser, f"{path}/answer", told)
    assert response.headers["location"] == f"{path}?done=answer"
    page = await get(browser, path)
    for words in ("Không giải quyết được", "Chưa có quy định.", "Do quy định hiện hành"):
        assert words in page.text
    row = await OutcomeRow.get()
    assert (row.outcome, row.cause) == (Outcome.CANNOT, Cause.LAW)


async def test_a_template_begins_an_answer_in_the_residents_language_and_loses_nothing(
    browser: httpx.AsyncClient,
) -> None:
    admin = await make.make_staff("quan", role=Role.ADMINISTRATOR, agency=None)
    wording = answer_templates.Wording(
        "Đã nhận", "", "", "Về vụ việc {reference}: {subject}", "About case {reference}: {subject}"
    )
    number = await answer_templates.add(wording, act(admin))
    _, path = await officer_in_charge(browser, language="en", subject="{officer} {{7*7}}")
    page = await get(browser, f"{path}/answer")
    offered = [o.get("value") for o in page.all("option") if "-" in (o.get("value") or "")]
    assert offered == [f"{number}-en", f"{number}-vi"]
    step = {"step": "template", "template": f"{number}-en", "text": "Đang viết dở."}
    response = await send(browser, f"{path}/answer", step)
    assert response.status_code == 200
    reference = path.rpartition("/")[2]
    begun = typed(pages.read(response.text), "text")
    assert begun == f"About case {reference}: {{officer}} {{{{7*7}}}}\n\nĐang viết dở."


async def test_a_look_at_an_answer_shows_just_what_the_resident_will_read_and_sends_nothing(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    _, path = await officer_in_charge(browser, language="en")
    told = {**ANSWER, "outcome": "partly", "outcome_reason": "Hết xe."}
    response = await send(browser, f"{path}/answer", {**told, "step": "preview"})
    assert response.status_code == 200
    page = pages.read(response.text)
    [shown] = [d for d in page.all("div") if d.get("lang") == "en"]
    words = " ".join("".join(shown.itertext()).split())
    assert "The office answered: Solved in part" in words
    assert "Đã thu gom xong. Reason: Hết xe." in words
    assert typed(page, "text") == ANSWER["text"]
    assert await MessageRow.all().count() == 0
    response = await send(browser, f"{path}/answer", {**told, "step": "preview", "text": ""})
    assert response.status_code == 422


async def test_a_draft_is_kept_by_button_and_by_script_and_shown_with_its_author(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    _, path = await officer_in_charge(browser)
    draft = {**ANSWER, "text": "Đang kiểm tra", "step": "draft"}
    response = await send(browser, f"{path}/answer", draft)
    assert response.status_code == 200
    assert "Đã lưu nháp" in pages.read(response.text).text
    clock.move(minutes=5)
    page = await get(browser, f"{path}/answer")
    assert typed(page, "text") == "Đang kiểm tra"
    body = {**hidden(page, "/answer"), **draft, "text": "Đang kiểm tra tiếp"}
    answer = await browser.post(f"{path}/answer", data=body, headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["draft"]
    # A colleague is shown whose it is, and does not write over what came since.
    await make.make_staff("minh")
    await sign_in(browser, "minh")
    page = await get(browser, f"{path}/answer")
    assert "Có bản nháp của Lan" in page.text
    clock.move(minutes=5)
    stale = {**hidden(page, "/answer"), **draft, "draft": "2026-10-05T00:00:00+00:00"}
    answer = await browser.post(
        f"{path}/answer", data=stale, headers={"accept": "application/json"}
    )
    assert answer.status_code == 409
    assert "Lan" in answer.json()["said"]
    # It survives a session that has ended, and goes with the answer.
    browser.cookies.clear()
    await sign_in(browser)
    page = await get(browser, f"{path}/answer")
    assert typed(page, "text") == "Đang kiểm tra tiếp"
    await send(browser, f"{path}/answer", ANSWER)
    assert await AnswerDraftRow.all().count() == 0


# Colleagues at the same time


async def test_whoever_comes_second_reads_who_did_what_and_keeps_the_text(
    browser: httpx.AsyncClient, app_keys: Keyring, clock: Clock
) -> None:
    lan, path = await officer_in_charge(browser)
    await make.make_staff("minh")
    reference = path.rpartition("/")[2]
    page = await get(browser, f"{path}/answer")
    clock.move(minutes=5)
    await casework.ask(reference, "Số nhà nào?", act(lan, clock.at), app_keys)
    case = await CaseRow.get()
    body = {**hidden(page, "/answer"), **ANSWER, "text": "Câu trả lời dài của tôi."}
    response = await browser.post(f"{path}/answer", data=body)
    assert response.status_code == 409
    page = pages.read(response.text)
    assert typed(page, "text") == "Câu trả lời dài của tôi."
    [banner] = [s for s in page.all("section") if "hl-notice--warning" in s.get("class", "")]
    said = "".join(banner.itertext())
    assert "Lan" in said
    assert "09:05" in said
    assert (await CaseRow.get(id=case.id)).status is CaseStatus.WAITING


async def test_a_note_of_a_colleague_stands_in_nobodys_way(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan, path = await officer_in_charge(browser)
    page = await get(browser, f"{path}/answer")
    await casework.note(path.rpartition("/")[2], "Đã gọi.", act(lan))
    response = await browser.post(f"{path}/answer", data={**hidden(page, "/answer"), **ANSWER})
    assert response.status_code == 303


# The story, the clock, the hands


async def test_the_story_is_told_in_either_order_with_hands_and_services(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    _, path = await officer_in_charge(browser)
    clock.move(minutes=5)
    wanted = {"service": "CERT", "reason": "Chọn nhầm."}
    before = await PromiseRow.get()
    response = await send(browser, f"{path}/recategorise", wanted)
    assert response.headers["location"] == f"{path}?done=recategorise"
    after = await PromiseRow.get()
    assert (after.commitment_id, after.calendar_id) == (before.commitment_id, before.calendar_id)
    assert after.service_id != before.service_id
    page = await get(browser, path)
    assert "Thu gom rác → Chứng thực bản sao" in page.text
    times = [t.get("datetime") for t in page.all("time") if t.get("datetime")]
    latest = await get(browser, f"{path}?order=newest")
    entries = [li for li in page.all("li") if "hl-timeline__entry" in li.get("class", "")]
    turned = [li for li in latest.all("li") if "hl-timeline__entry" in li.get("class", "")]
    assert times
    assert ["".join(e.itertext()) for e in entries] == ["".join(e.itertext()) for e in turned][::-1]
    response = await send(browser, f"{path}/recategorise", wanted)
    assert response.status_code == 422


async def test_how_often_a_case_was_passed_on_is_seen_by_whoever_holds_it(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_agency("1022", "Tổng đài 1022", kind="coordinator", level="city")
    an = await make.make_staff("an", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    for to in ("W2", "1022", "W1"):
        clock.move(hours=1)
        await casework.transfer(receipt.reference, act(an, clock.at), to=to, reason="Không rõ.")
    await make.make_staff("lan")
    await sign_in(browser)
    page = await get(browser, f"/vi/inbox/{receipt.reference}")
    assert "đã chuyển đi 3 lần" in page.text
    assert "Cơ quan nào đã thụ lý" in page.text
    form = await get(browser, f"/vi/inbox/{receipt.reference}/transfer")
    offered = [o.get("value") for o in form.all("option") if o.get("value")]
    assert offered[0] == "1022"


async def test_a_closed_agency_takes_no_case(browser: httpx.AsyncClient) -> None:
    await make.make_agency("OLD", "Phường Cũ", closes_on=NOW.date())
    _, path = await officer_in_charge(browser)
    for to in ("OLD", "NONE", "W1"):
        response = await send(browser, f"{path}/transfer", {"agency": to, "reason": "Của họ."})
        assert response.status_code == 422, to
        assert typed(pages.read(response.text), "reason") == "Của họ."


async def test_a_clock_stopped_as_often_as_allowed_greys_the_question_and_says_why(
    browser: httpx.AsyncClient, app_keys: Keyring, clock: Clock
) -> None:
    lan = await make.make_staff("lan")
    receipt = await make.make_case(keys=app_keys)
    await casework.assign(receipt.reference, act(lan), officer="lan")
    for _ in range(3):
        clock.move(minutes=5)
        await casework.ask(receipt.reference, "Ở đâu?", act(lan, clock.at), app_keys)
        clock.move(minutes=5)
        await casework.reply(receipt.tracking_code, "Ở đây.", act(at=clock.at), app_keys)
    await sign_in(browser)
    page = await get(browser, f"/vi/inbox/{receipt.reference}")
    greyed = {b.text for b in page.all("button") if b.get("disabled") is not None}
    ask = i18n.translator("vi").gettext(ACTIONS["ask"].title)
    assert ask in greyed
    assert ANSWERS_TITLE in page.text


# Templates


async def test_a_head_writes_a_template_and_an_unknown_blank_is_refused_with_the_text_kept(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("hai", role=Role.HEAD)
    await sign_in(browser, "hai")
    page = await get(browser, "/vi/answer-templates")
    assert "/vi/answer-templates/new" in page.links()
    new = "/vi/answer-templates/new"
    words = {"name": "Đã xử lý", "text_vi": "Kính gửi {nobody}", "text_en": "Dear"}
    words["reason"] = "Dùng nhiều"
    response = await send(browser, new, words)
    assert response.status_code == 422
    assert typed(pages.read(response.text), "text_vi") == "Kính gửi {nobody}"
    # Another agency's name in the form changes nothing: a head writes for the own agency.
    good = {**words, "text_vi": "Kính gửi {reference}", "agency": "W2", "id": "7", "by": "x"}
    response = await send(browser, new, good)
    assert response.headers["location"] == "/vi/answer-templates?done=added"
    row = await AnswerTemplateRow.get().select_related("agency")
    assert row.agency
    assert row.agency.code == "W1"
    path = f"/vi/answer-templates/{row.id}"
    await send(browser, path, {**good, "name": "Đã xong"})
    assert (await AnswerTemplateRow.get()).name == "Đã xong"
    await make.make_staff("ba", role=Role.HEAD, agency="W2")
    await sign_in(browser, "ba")
    for number in (str(row.id), "999", "x", "0"):
        await get(browser, f"/vi/answer-templates/{number}", 404)
    await sign_in(browser, "hai")
    await send(browser, path, {**good, "step": "retire"})
    assert (await AnswerTemplateRow.get()).retired_at is not None
    await get(browser, path, 404)


# Dossiers


async def make_dossier(at: Clock) -> Staff:
    head = await make.make_staff("hai", role=Role.HEAD)
    agency = await AgencyRow.get(code="W1")
    await make.make_commitment(agency_id=agency.id, service_id=None, amount=3)
    receipt = dossiers.Receipt("H29.1-261005-0001", "CERT", NOW, NOW + timedelta(3), None, "online")
    await dossiers.receive(agency.id, receipt, act(at=NOW))
    events = (
        Paused(NOW + timedelta(hours=1), reason="Thiếu giấy tờ"),
        Resumed(NOW + timedelta(hours=3)),
        Transferred(NOW + timedelta(hours=4), to="W2"),
        Transferred(NOW + timedelta(hours=5), to="W1"),
        Finished(NOW + timedelta(hours=6)),
    )
    holders = ["W1", "W1", "W1", "W2", "W1"]
    for number, (event, code) in enumerate(zip(events, holders, strict=True)):
        holder = await AgencyRow.get(code=code)
        told = act(at=event.at)
        await dossiers.report(holder.id, receipt.code, event, told, event_id=str(number))
    return head


async def test_a_dossier_tells_its_story_clock_pauses_and_hands_to_its_own_agency_alone(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make_dossier(clock)
    clock.move(hours=7)
    await sign_in(browser, "hai")
    path = "/vi/dossiers/H29.1-261005-0001"
    page = await get(browser, path)
    for words in ("Tiếp nhận hồ sơ", "Thiếu giấy tờ", "Có kết quả", "Phường Hai", "Tỷ lệ"):
        assert words in page.text, words
    found = await get(browser, "/vi/corrections/new?code=H29.1-261005-0001")
    assert path in found.links()
    await make.make_staff("ba", role=Role.HEAD, agency="W2")
    await sign_in(browser, "ba")
    for code in ("H29.1-261005-0001", "H29.1-261005-0002", "x/y", "%00", "a%20b"):
        await get(browser, f"/vi/dossiers/{code}", 404)
    await make.make_staff("an", role=Role.AUDITOR, agency=None)
    await sign_in(browser, "an")
    await get(browser, path)


# Whose it is not


async def states(app_keys: Keyring, folder: Path) -> dict[str, str]:
    """References of cases that the officer Lan of W1 may not act on, by what they are."""
    lan2 = await make.make_staff("lan2")
    other = await make.make_staff("hoa", agency="W2")
    foreign = await make.make_case(agency="W2")
    await casework.assign(foreign.reference, act(other), officer="hoa")
    gone = await make.make_case()
    await casework.transfer(gone.reference, act(lan2), to="W2", reason="Của họ.")
    erased = await make.make_case(keys=app_keys)
    register = erasure.Register(folder / "erased.log")
    await erasure.erase(erased.tracking_code, act(), app_keys, register)
    return {
        "foreign": foreign.reference,
        "transferred": gone.reference,
        "erased": erased.reference,
        "none": "HL-261005-999999",
        "odd": "HL/261005",
    }


BODIES = {
    "answer": ANSWER,
    "ask": {"text": "Ở đâu?"},
    "note": {"text": "Ghi."},
    "assign": {"officer": "lan"},
    "transfer": {"agency": "W2", "reason": "Của họ."},
    "recategorise": {"service": "CERT", "reason": "Nhầm."},
    "extend": {"until": "2026-10-20", "reason": "Hết xe."},
    "close-duplicate": {"of": "HL-261005-999999", "text": "Trùng."},
    "look": {},
    "hand-over": {"procedure": "denunciation"},
    "correction": {"ended_on": "2026-10-05", "ended_time": "09:30", "reason": "Nhầm giờ."},
}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
async def test_no_action_tells_another_agencys_case_from_none(
    browser: httpx.AsyncClient, app_keys: Keyring, tmp_path: Path, role: Role
) -> None:
    assert set(BODIES) == set(ACTIONS)
    found = await states(app_keys, tmp_path)
    await make.make_staff("lan", role=role)
    await sign_in(browser)
    token = hidden(await get(browser, "/vi/inbox"), "/sign-out")["csrf_token"]
    lines = await TimelineRow.all().count()
    told = set()
    for name, body in BODIES.items():
        for state, reference in found.items():
            path = f"/vi/inbox/{reference}/{name}"
            forms = [{}, body, {**body, "seen": "1"}, {**body, "step": "preview"}]
            forms += [{**body, "step": "draft"}, {**body, "step": "template"}]
            for form in forms if name == "answer" else forms[:3]:
                answer = await browser.post(path, data={**form, "csrf_token": token})
                assert answer.status_code == 404, (name, state, form, answer.status_code)
                told.add(pages.read(answer.text).h1)
            assert (await browser.get(path)).status_code == 404, (name, state)
    assert len(told) == 1
    assert await TimelineRow.all().count() == lines
    assert await AnswerDraftRow.all().count() == 0


async def test_on_a_closed_case_of_ones_own_every_action_keeps_the_text_and_says_why_not(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    receipt = await make.make_answered_case(lan, keys=app_keys)
    await CaseRow.all().update(status=CaseStatus.CLOSED, closed_at=NOW)
    await sign_in(browser)
    path = f"/vi/inbox/{receipt.reference}"
    token = hidden(await get(browser, path), "/sign-out")["csrf_token"]
    for name in ("answer", "ask", "assign", "transfer", "recategorise", "extend"):
        body = {**BODIES[name], "csrf_token": token}
        answer = await browser.post(f"{path}/{name}", data=body)
        assert answer.status_code == 409, (name, answer.status_code)
        kept = pages.read(answer.text)
        assert "Nội dung này vừa có thay đổi" in kept.text, name
    assert (await CaseRow.get()).status is CaseStatus.CLOSED


async def test_what_a_form_has_no_field_for_is_not_taken(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan, path = await officer_in_charge(browser)
    before = await PromiseRow.get()
    more = {"status": "closed", "agency_id": "2", "due_at": "2030-01-01", "officer_id": "99"}
    forged = {**ANSWER, **more, "by": "staff:x", "at": "x"}
    response = await send(browser, f"{path}/answer", forged)
    assert response.status_code == 303
    row, promise = await CaseRow.get(), await PromiseRow.get()
    assert (row.status, row.officer_id) == (CaseStatus.ANSWERED, lan.account_id)
    assert (promise.agency_id, promise.due_at) == (before.agency_id, before.due_at)
    assert (await MessageRow.get()).by == "staff:lan"


async def test_what_was_written_about_a_case_that_left_meanwhile_is_given_back_with_the_same_404(
    browser: httpx.AsyncClient,
) -> None:
    lan, path = await officer_in_charge(browser)
    form = hidden(await get(browser, f"{path}/answer"), "/answer")
    words = {**form, **ANSWER, "text": "Tôi đã viết <b>rất lâu</b>."}
    await casework.transfer(path.rsplit("/", 1)[1], act(lan), to="W2", reason="Không thuộc phường")
    gone = await browser.post(f"{path}/answer", data=words)
    assert gone.status_code == 404
    assert typed(pages.read(gone.text), "") == words["text"]
    never = await browser.post("/vi/inbox/HL-0000-0000/answer", data=words)
    assert never.status_code == 404

    def same(response: httpx.Response) -> str:
        return re.sub(r'value="[^"]*"|href="[^"]*"', "", response.text)

    assert same(gone) == same(never)
    assert "rất lâu" not in (await browser.get("/vi/inbox/HL-0000-0000/answer")).text
