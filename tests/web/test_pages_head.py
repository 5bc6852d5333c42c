"""The head's page, residents' opinions and reminders, as staff of each role see them."""

from datetime import timedelta

import httpx
import pytest

from feedback import casework, outcomes
from feedback.drafts import Contact
from feedback.models import CaseRow, HoldRow, Outcome, Role
from feedback.notices import Notice
from feedback.office import ratings_seen, work_mail, workload
from sla.models import AgencyRow
from tests import make
from tests.make import NOW, ZONE, Clock, act
from tests.web.test_pages_staff import get, send, sign_in
from web.sending.letters import letter


async def enter(
    browser: httpx.AsyncClient, role: Role = Role.HEAD, agency: str | None = "W1"
) -> None:
    await make.make_staff("mai", role=role, agency=agency)
    await sign_in(browser, "mai")


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_an_agency_with_nothing_has_pages_that_say_so(
    browser: httpx.AsyncClient, language: str
) -> None:
    await enter(browser)
    page = await get(browser, f"/{language}/head")
    assert "Mai" in page.text
    assert ("quá ít việc" if language == "vi" else "too few cases") in page.text
    page = await get(browser, f"/{language}/opinions")
    assert ("Chưa có đợt nào" if language == "vi" else "No batch yet") in page.text


async def test_the_heads_page_begins_with_what_waits_and_tells_what_answers_came_to(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    lan = await make.make_staff("lan")
    agency = await AgencyRow.get(code="W1")
    for number in range(5):
        receipt = await make.make_answered_case(lan, at=NOW + timedelta(minutes=number))
        answered = await CaseRow.get(reference=receipt.reference)
        solved = outcomes.Ending(Outcome.SOLVED)
        await outcomes.record(answered.id, agency.id, solved, act(lan))
    await make.make_case()
    held = await make.make_case()
    case = await CaseRow.get(reference=held.reference)
    await HoldRow.create(case_id=case.id, since=NOW, reasons="links")
    clock.move(days=30)
    await enter(browser)
    page = await get(browser, "/en/head")
    assert "Put somebody in charge" in page.text
    assert "Answers from 1 August 2026 to 31 October 2026" in page.text
    titles = [title.text for title in page.all("h2")]
    assert (
        titles.index("Today")
        < titles.index("Load by officer")
        < titles.index("What answers came to")
    )
    assert "Solved" in page.text
    courses, _ = await workload.courses(agency.id, since=NOW, at=clock.at)
    assert len(courses) == 6  # what is held is no work of the agency's


async def test_load_is_in_alphabetical_order_whatever_it_is(browser: httpx.AsyncClient) -> None:
    an, yen = await make.make_staff("an"), await make.make_staff("yen")
    for _ in range(3):
        receipt = await make.make_case()
        await casework.assign(receipt.reference, act(yen), officer="yen")
    await make.make_case()
    await enter(browser)
    text = (await get(browser, "/en/head")).text
    assert text.index(an.display_name) < text.index("Mai ") < text.index("Yen")
    assert "nobody yet" in text


async def test_the_period_is_forecast_from_twenty_answers_on(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    lan = await make.make_staff("lan")
    for number in range(20):
        at = NOW + timedelta(minutes=number)
        await make.make_answered_case(lan, at=at, answered_at=at + timedelta(days=1))
    await make.make_case(at=NOW + timedelta(days=2))
    clock.move(days=2, hours=1)
    await enter(browser)
    page = await get(browser, "/en/head")
    assert "20 of 20 cases settled" in page.text
    assert "expected by the end" in page.text
    assert len(page.all("figure")) == 2


async def test_a_coordinator_chooses_an_agency_and_a_head_cannot(
    browser: httpx.AsyncClient,
) -> None:
    await enter(browser)
    for path in ("head", "opinions"):
        await get(browser, f"/en/{path}?agency=W2", 404)
        await get(browser, f"/en/{path}?agency=NONE", 404)
    await make.make_staff("duc", role=Role.COORDINATOR, agency=None)
    browser.cookies.clear()
    await sign_in(browser, "duc")
    for path in ("head", "opinions"):
        assert "Choose an agency" in (await get(browser, f"/en/{path}")).text
        assert "Ward W2" in (await get(browser, f"/en/{path}?agency=W2")).text


async def test_an_officer_sees_opinions_and_not_the_load_of_others(
    browser: httpx.AsyncClient,
) -> None:
    await enter(browser, Role.OFFICER)
    page = await get(browser, "/en/opinions")
    assert "/en/head" not in page.links()
    assert "/en/work-mail" in page.links()
    await get(browser, "/en/head", 403)


async def test_opinions_come_in_batches_without_names(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    lan = await make.make_staff("lan")
    for number in range(5):
        receipt = await make.make_answered_case(lan, device=f"phone {number}")
        await make.make_rating(receipt, 1, comment=f"Chị Hoa bắt chờ quá lâu <b>{number}</b>")
    later = clock.move(days=28)
    while await ratings_seen.release(act(at=later), ZONE):
        pass
    await enter(browser)
    page = await get(browser, "/vi/opinions")
    assert "Chờ đợi, chậm trễ" in page.text
    assert "(máy đoán)" in page.text
    assert "Hoa" not in page.text
    assert "<b>4</b>" in page.text  # as text: it was escaped


async def test_reminders_are_kept_as_chosen(browser: httpx.AsyncClient) -> None:
    await enter(browser)
    answer = await send(browser, "/en/work-mail", {"language": "en"})
    assert answer.status_code == 303
    assert "Your choice is kept." in (await get(browser, "/en/work-mail?done=kept")).text
    assert await work_mail.readers() == []  # without an address nobody is written to
    refused = await send(browser, "/en/work-mail", {"language": "xx"})
    assert refused.status_code == 404


FACTS = {
    "digest": {
        "day": "2026-10-05",
        "due_today": "1",
        "overdue": "2",
        "reopened": "0",
        "waiting": "0",
        "cases": "HL-1\t2026-10-05T10:00:00+00:00\nHL-2",
    },
    "alert": {
        "breached": "1",
        "due_soon": "1",
        "breached_cases": "HL-1\t2026-10-05T10:00:00+00:00\tPhường Một",
        "due_soon_cases": "HL-2\t2026-10-05T10:00:00+00:00\tPhường Một",
    },
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", sorted(FACTS))
def test_mails_about_work_read_alike_as_text_and_html(kind: str, language: str) -> None:
    to = Contact("Mai", "mai@example.vn")
    notice = Notice(1, f"{kind}/1", kind, language, to, FACTS[kind], NOW, 0)
    mail = letter(notice, "https://hailong.example", "Asia/Ho_Chi_Minh")
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        text = body.get_content()
        due = {"vi": "17:00, 05/10/2026", "en": "5 Oct 2026, 17:00"}[language]
        assert f"HL-1 – {due}" in text
        assert "HL-2" in text
        assert f"https://hailong.example/{language}/inbox" in text
