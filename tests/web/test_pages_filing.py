"""Filing: found at once, asked twice whether it belongs elsewhere, offered what is alike."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tortoise.connection import get_connection

from feedback.models import CaseRow, JoinedRow, LookRow, Role
from sla.models import FormerNameRow, ServiceRow
from tests import make
from tests.make import Clock
from tests.web.test_pages_residents import SITE, WELL, Browser, code_on
from web.app import create_app
from web.language import i18n
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")
SECRET = "Tôi tố cáo ông A nhận hối lộ 5 triệu"


@pytest.fixture
async def browser(settings: Settings) -> AsyncIterator[Browser]:
    await make.make_city()
    await make.make_commitment(service=await ServiceRow.get(code="BIN"))
    transport = httpx.ASGITransport(app=create_app(settings, Clock()))
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, follow_redirects=True
    ) as client:
        yield Browser(client)


async def on_details(browser: Browser) -> None:
    await browser.get("/vi/complaints/new?step=details&agency=W1")


async def stored() -> str:
    rows = await get_connection("default").execute_query_dict(
        "select c::text || coalesce(l.sketch::text, '') as row"
        " from resident_case c left join likeness l on l.case_id = c.id"
    )
    return "\n".join(row["row"] for row in rows)


async def test_one_search_finds_offices_and_procedures(browser: Browser) -> None:
    page = await browser.get("/vi/complaints/new?q=thu")
    assert "/vi/complaints/new?step=agency&service=BIN" in page.links()
    page = await browser.get("/vi/complaints/new?q=phuong mot")
    assert "/vi/complaints/new?step=service&agency=W1" in page.links()
    page = await browser.get("/vi/complaints/new?q=zzzz")
    assert "Không tìm thấy gì" in page.text


async def test_an_old_wards_name_leads_to_the_new_ward(browser: Browser) -> None:
    ward = await make.make_agency("NEW", "Phường Mới")
    await FormerNameRow.create(
        code="1", name="Phường Cũ Kỹ", district="Quận 9", name_key="a", district_key="b",
        is_whole=True, successors=1, agency=ward,
    )  # fmt: skip
    page = await browser.get("/vi/complaints/new?q=cu ky quan 9")
    [words] = [w for link, w in page.links().items() if link.endswith("agency=NEW")]
    assert "Phường Mới" in words
    assert "Phường Cũ Kỹ (Quận 9)" in words


async def test_who_begins_with_the_procedure_is_not_asked_for_it_again(browser: Browser) -> None:
    await browser.get("/vi/complaints/new?step=agency&service=BIN")
    page = await browser.press(form=1, agency="W2")
    assert "Phường Hai · Thu gom rác" in page.text


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("channel", ["emergency", "denunciation", "complaint_statutory"])
async def test_the_way_elsewhere_is_shown_and_nothing_is_asked(
    browser: Browser, channel: str, language: str
) -> None:
    page = await browser.get(f"/{language}/complaints/elsewhere/{channel}")
    assert browser.answer.status_code == 200
    assert not [form for form in page.all("form") if form.get("method") == "post"]
    await browser.get(f"/{language}/complaints/new")
    assert f"/{language}/complaints/elsewhere/{channel}" in browser.page.links()


async def test_an_unknown_way_is_no_page(browser: Browser) -> None:
    await browser.get("/vi/complaints/elsewhere/nowhere")
    assert browser.answer.status_code == 404


async def test_a_denunciation_is_asked_about_and_stored_nowhere(browser: Browser) -> None:
    await on_details(browser)
    page = await browser.press(step="contact", subject="Việc này", text=SECRET)
    assert "/vi/complaints/elsewhere/denunciation" in page.links()
    await on_details(browser)
    values = {**WELL, "text": SECRET}
    await browser.post("/vi/complaints/new", step="send", **values)
    assert "giống đơn tố cáo" in browser.page.text
    assert await CaseRow.all().count() == 0
    assert "5 trieu" not in await stored()


async def test_who_says_it_is_ordinary_is_believed_and_somebody_looks(browser: Browser) -> None:
    await on_details(browser)
    await browser.press(step="contact", subject="Việc này", text=SECRET)
    await browser.press(form=0, ordinary="denunciation")
    await browser.press(step="check")
    await browser.press(step="send")
    assert code_on(browser.page)
    assert (await LookRow.get()).why == "confirmed_ordinary"
    assert (await CaseRow.get()).text == SECRET


async def test_the_question_keeps_every_word(browser: Browser) -> None:
    await on_details(browser)
    await browser.press(step="contact", subject="Việc này", text=SECRET, location="12 Lê Lợi")
    await browser.press(form=1, step="details")
    sent = browser.page.fields()
    assert (sent["text"], sent["location"]) == (SECRET, "12 Lê Lợi")


async def test_what_is_alike_is_offered_and_can_be_joined(browser: Browser) -> None:
    words = {**WELL, "text": "Đèn đường trước hẻm 12 hỏng ba ngày nay, buổi tối khó đi lại."}
    receipt = await make.make_case(
        subject=words["subject"], text=words["text"], location=words["location"]
    )
    await on_details(browser)
    page = await browser.post("/vi/complaints/new", step="check", **words)
    assert receipt.reference not in browser.answer.text
    joins = [i.get("value") for i in page.all("input") if i.get("name") == "joins"]
    assert len(joins) == 2
    await browser.press(step="send", joins=joins[0] or "")
    assert await JoinedRow.all().count() == 1
    assert await CaseRow.all().count() == 2


@pytest.mark.parametrize("forged", ["1", "x" * 3000, "\0", "gAAAAA"])
async def test_a_forged_link_joins_nothing(browser: Browser, forged: str) -> None:
    await make.make_case()
    await on_details(browser)
    await browser.post("/vi/complaints/new", step="check", **WELL)
    await browser.press(step="send", joins=forged)
    assert await JoinedRow.all().count() == 0


@pytest.mark.parametrize(
    "text", ["a" + "\u0301" * 65_536, "\u202e" * 50, "\u200b\u200d\u2060", "\ufeff", "a\0b"]
)
async def test_tricks_with_signs_are_refused_beside_their_field(
    browser: Browser, text: str
) -> None:
    await on_details(browser)
    page = await browser.press(step="contact", subject="Rác", text=text)
    assert browser.answer.status_code == 422
    assert "#text" in page.links()


async def test_a_script_hears_where_the_receipt_is_without_using_it_up(browser: Browser) -> None:
    await on_details(browser)
    await browser.post("/vi/complaints/new", step="check", **WELL)
    fields = {**browser.page.fields(), "step": "send"}
    sent = [
        await browser.client.post(
            "/vi/complaints/new", data=fields, headers={"x-hailong-send": "1"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    await browser.get(sent[0].headers["location"])
    assert code_on(browser.page)
    assert await CaseRow.all().count() == 1


async def test_only_the_page_that_asks_for_a_place_may_ask_the_device(browser: Browser) -> None:
    await on_details(browser)
    assert "geolocation=()" in browser.answer.headers["permissions-policy"]
    await browser.press(step="place", text="Rác")
    assert "geolocation=(self)" in browser.answer.headers["permissions-policy"]
    for path in ("/vi/complaints/new", "/vi/complaints/new?step=agency", "/vi/track"):
        await browser.get(path)
        assert "geolocation=()" in browser.answer.headers["permissions-policy"]


async def test_the_interface_asks_too(browser: Browser) -> None:
    body = {"agency": "W1", "subject": "Việc này", "text": SECRET}
    refused = await browser.client.post("/api/v1/cases", json=body)
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/denunciation"
    assert refused.json()["links"]["vi"].endswith("/vi/complaints/elsewhere/denunciation")
    assert await CaseRow.all().count() == 0
    taken = await browser.client.post("/api/v1/cases", json={**body, "confirmed_ordinary": True})
    assert taken.status_code == 201
    assert await LookRow.all().count() == 1


async def test_first_pages_are_small(browser: Browser) -> None:
    for path in ("/vi/complaints/new", "/vi/complaints/new?step=details&agency=W1"):
        await browser.get(path)
        assert len(browser.answer.content) < 20_000


async def test_a_coordinator_lets_a_case_leave_and_its_receiver_opens_it(browser: Browser) -> None:
    receipt = await make.make_case(text="Việc kín")
    await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    await make.make_staff("minh", role=Role.INSPECTOR, agency=None)

    async def sign_in(name: str) -> None:
        await browser.get("/vi/sign-in")
        await browser.press(name=name, password=make.PASSWORD)

    await sign_in("hoa")
    case = f"/vi/inbox/{receipt.reference}"
    page = await browser.get(f"{case}/hand-over")
    await browser.post(f"{case}/hand-over", procedure="denunciation", **_key(page.fields(1)))
    page = await browser.get("/vi/handed-over")
    assert "Việc kín" not in page.text
    assert receipt.reference in page.text
    await browser.client.post("/vi/sign-out", data={"csrf_token": page.fields()["csrf_token"]})
    await sign_in("minh")
    page = await browser.get("/vi/handed-over")
    [way] = [link for link in page.links() if "/handed-over/TN-" in link]
    await browser.get(way)
    await browser.post(way, reason="")
    assert browser.answer.status_code == 422
    page = await browser.post(way, reason="Thụ lý")
    assert "Việc kín" in page.text
    assert browser.answer.headers["cache-control"] == "no-store, private"


def _key(fields: dict[str, str]) -> dict[str, str]:
    return {"form_key": fields.get("form_key", "")}
