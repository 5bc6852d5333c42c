"""What staff see and do in a browser, through the whole application."""

from collections.abc import Mapping
from datetime import timedelta
from xml.etree.ElementTree import Element

import httpx
import pytest

from feedback import casework
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.lifecycle import CaseStatus
from feedback.models import AccountRow, CaseRow, MessageRow, Role, SessionRow, TimelineRow
from feedback.staff import accounts, sessions
from tests import make, pages
from tests.make import NOW, Clock, act
from tests.pages import Page
from web import reactions
from web.guarding import access
from web.settings import Settings


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


async def get(browser: httpx.AsyncClient, path: str, status: int = 200) -> Page:
    response = await browser.get(path)
    assert response.status_code == status, (response.status_code, response.text[-2000:])
    return pages.read(response.text)


async def send(
    browser: httpx.AsyncClient, path: str, data: Mapping[str, str], *, at: str | None = None
) -> httpx.Response:
    """What a browser sends from the form on the page `path` (or `at`) to it."""
    page = await get(browser, at or path)
    forms = [form for form in page.all("form") if form.get("action") == path]
    form = forms[0] if forms else page.all("form")[-1]
    hidden = _hidden(form)
    return await browser.post(path, data={**hidden, **data})


def _hidden(form: Element) -> dict[str, str]:
    return {
        field.get("name", ""): field.get("value", "")
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }


async def sign_in(browser: httpx.AsyncClient, name: str = "lan", **more: str) -> httpx.Response:
    browser.cookies.clear()
    return await send(browser, "/vi/sign-in", {"name": name, "password": make.PASSWORD, **more})


async def officer_in_charge(browser: httpx.AsyncClient, **facts: object) -> tuple[Staff, str]:
    """Lan, signed in and in charge of a case: she, and the path of the case's page."""
    lan = await make.make_staff("lan")
    receipt = await make.make_case(**facts)  # type: ignore[arg-type]
    await casework.assign(receipt.reference, act(lan), officer="lan")
    await sign_in(browser)
    return lan, f"/vi/inbox/{receipt.reference}"


# Signing in and out


@pytest.mark.parametrize("role", list(Role))
async def test_everybody_lands_where_their_work_is(browser: httpx.AsyncClient, role: Role) -> None:
    await make.make_staff("lan", role=role, agency="W1" if role is Role.OFFICER else None)
    response = await sign_in(browser)
    assert response.status_code == 303, response.text
    assert response.headers["location"] == f"/vi/{access.LANDING[role]}"
    page = await get(browser, response.headers["location"])
    assert page.lang == "vi"
    assert "Lan" in page.text


async def test_a_wrong_name_and_a_wrong_password_look_alike(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    answers = []
    wrong = [("lan", "x" * 12), ("nobody", make.PASSWORD), ("\0", "x"), ("", ""), ("x" * 41, "x")]
    for name, password in wrong:
        browser.cookies.clear()
        response = await send(browser, "/vi/sign-in", {"name": name, "password": password})
        assert response.status_code == 401
        assert not any("session" in c for c in response.headers.get_list("set-cookie"))
        page = pages.read(response.text)
        assert page.fields(0)["password"] == ""
        answers.append(page.text)
    assert len(set(answers)) == 1


async def test_a_closed_account_cannot_sign_in(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await accounts.disable("lan", act())
    assert (await sign_in(browser)).status_code == 401


async def test_the_session_cookie_is_for_this_host_and_no_script(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    response = await sign_in(browser)
    [cookie] = [c for c in response.headers.get_list("set-cookie") if "session" in c]
    assert cookie.startswith("__Host-hailong_session=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_signing_in_again_gives_another_session_and_ends_the_first(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    form = pages.read((await browser.get("/vi/sign-in")).text).fields()
    form |= {"name": "lan", "password": make.PASSWORD}
    first = await browser.post("/vi/sign-in", data=form)
    second = await browser.post("/vi/sign-in", data=form)
    assert first.headers["set-cookie"] != second.headers["set-cookie"]
    ended = await SessionRow.all().order_by("id").values_list("ended_at", flat=True)
    assert ended == [NOW, None]


async def test_signing_out_ends_the_session_on_the_server(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await sign_in(browser)
    kept = dict(browser.cookies)
    response = await send(browser, "/vi/sign-out", {}, at="/vi/inbox")
    assert response.headers["location"] == "/vi/sign-in?left=yes"
    browser.cookies.update(kept)
    assert (await browser.get("/vi/inbox")).status_code == 303


async def test_a_session_is_over_when_its_time_is(browser: httpx.AsyncClient, clock: Clock) -> None:
    await make.make_staff("lan")
    await sign_in(browser)
    clock.at = NOW + sessions.IDLE - timedelta(seconds=1)
    assert (await browser.get("/vi/inbox")).status_code == 200
    clock.at += sessions.IDLE
    assert (await browser.get("/vi/inbox")).status_code == 303


async def test_who_is_not_signed_in_comes_back_to_where_they_were_going(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    asked = await browser.get("/vi/inbox")
    assert asked.status_code == 303
    form = pages.read((await browser.get(asked.headers["location"])).text).fields()
    form |= {"name": "lan", "password": make.PASSWORD}
    response = await browser.post("/vi/sign-in", data=form)
    assert response.headers["location"] == "/vi/inbox"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/vi/", "/\\evil.example", "/vi//evil.example",
     "javascript:alert(1)", "/vi/inbox\r\nSet-Cookie: a=b", "/api/v1/inbox", "vi/inbox", "/vi"],
)  # fmt: skip
async def test_nobody_is_sent_elsewhere(browser: httpx.AsyncClient, target: str) -> None:
    await make.make_staff("lan")
    response = await sign_in(browser, next=target)
    assert response.headers["location"] == "/vi/inbox"


async def test_a_form_from_elsewhere_signs_nobody_in(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    data = {"name": "lan", "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=data)).status_code == 403
    assert not await SessionRow.exists()


# The list


async def test_the_list_begins_with_what_is_overdue_and_says_by_how_much(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    await make.make_case(subject="Đèn hỏng")
    await make.make_case(subject="Ngập nước", at=NOW - timedelta(days=8))
    await sign_in(browser)
    page = await get(browser, "/vi/inbox")
    assert page.text.index("Ngập nước") < page.text.index("Đèn hỏng")
    # Due Friday 17:00; now it is Monday 9:00, an hour and a half after opening.
    assert "quá hạn 1 giờ làm việc 30 phút" in page.text
    assert "còn 5 ngày làm việc" in page.text
    assert "17:00, Thứ Hai, 12/10/2026" in page.text


async def test_the_list_is_narrowed_by_status_deadline_and_words(
    browser: httpx.AsyncClient,
) -> None:
    lan = await make.make_staff("lan")
    await make.make_case(subject="Ngập nước", at=NOW - timedelta(days=8))
    await make.make_answered_case(lan, subject="Đèn hỏng")
    await sign_in(browser)
    for query, shown in (
        ("", {"Ngập nước"}),
        ("?status=answered", {"Đèn hỏng"}),
        ("?status=all&q=den+HONG", {"Đèn hỏng"}),
        ("?due=overdue", {"Ngập nước"}),
        ("?due=soon", set()),
        ("?q=%00", {"Ngập nước"}),
    ):
        page = await get(browser, f"/en/inbox{query}")
        assert {s for s in ("Ngập nước", "Đèn hỏng") if s in page.text} == shown, query


async def test_a_case_is_due_soon_once_four_fifths_of_its_time_are_used(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    await make.make_case(subject="Đèn hỏng")
    clock.move(days=4)  # Friday 9:00, due on Monday 17:00
    await sign_in(browser)
    assert "Đèn hỏng" not in (await get(browser, "/en/inbox?due=soon")).text
    clock.move(hours=8)  # after closing time: a working day is left, and a whole weekend
    await sign_in(browser)
    page = await get(browser, "/en/inbox?due=soon")
    assert "Đèn hỏng" in page.text
    assert "Due soon 1 working day left" in page.text


async def test_only_who_sees_all_has_a_column_of_agencies(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await make.make_staff("an", role=Role.COORDINATOR, agency=None)
    await make.make_case()
    await make.make_case(agency="W2", subject="Của phường khác")
    await sign_in(browser, "lan")
    page = await get(browser, "/vi/inbox")
    assert "Của phường khác" not in page.text
    assert "Phường Hai" not in page.text
    await sign_in(browser, "an")
    page = await get(browser, "/vi/inbox")
    assert "Của phường khác" in page.text
    assert "Phường Hai" in page.text


# One case


async def test_an_address_no_database_can_look_up_is_none(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await sign_in(browser)
    assert (await browser.get("/vi/inbox/%00")).status_code == 404
    assert (await browser.get("/api/v1/inbox/%00")).status_code == 404


async def test_a_case_of_another_agency_and_one_that_is_not_look_alike(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("hoa", agency="W2")
    receipt = await make.make_case()
    await sign_in(browser, "hoa")
    token = (await get(browser, "/vi/inbox")).fields(0)["csrf_token"]
    for path in ("", "/answer", "/assign"):
        here = await browser.get(f"/vi/inbox/{receipt.reference}{path}")
        nowhere = await browser.get(f"/vi/inbox/{receipt.reference[:-1]}X{path}")
        assert here.status_code == nowhere.status_code == 404
        words = [pages.read(r.text).text for r in (here, nowhere)]
        assert words[0] == words[1]
    data = {"csrf_token": token, "text": "x", "officer": "hoa", "agency": "W2", "reason": "x"}
    for action in ("answer", "ask", "note", "assign", "transfer", "close-duplicate"):
        response = await browser.post(f"/vi/inbox/{receipt.reference}/{action}", data=data)
        assert response.status_code == 404
        assert (await browser.get(f"/vi/inbox/{receipt.reference}/{action}")).status_code == 404
    assert await TimelineRow.all().count() == 1


async def test_a_case_is_taken_asked_about_answered_and_told_as_one_story(
    browser: httpx.AsyncClient, clock: Clock, app_keys: Keyring
) -> None:
    await make.make_staff("lan")
    receipt = await make.make_case(keys=app_keys, contact=Contact(email="an@example.vn"))
    await sign_in(browser)
    path = f"/vi/inbox/{receipt.reference}"
    page = await get(browser, path)
    assert "12 Lê Lợi" in page.text
    assert "an@example.vn" not in page.text
    assert "17:00, Thứ Hai, ngày 12 tháng 10 năm 2026" in page.text
    for action, text in (("assign", None), ("ask", "Số nhà nào?"), ("note", "Gọi đội thu gom.")):
        clock.move(minutes=10)
        data = {} if text is None else {"text": text}
        at = path if action == "assign" else None
        response = await send(browser, f"{path}/{action}", data, at=at)
        assert response.headers["location"] == f"{path}?done={action}", response.text
        await get(browser, response.headers["location"])
    clock.move(minutes=10)
    await casework.reply(receipt.tracking_code, "Số 12.", act(at=clock.at), app_keys)
    clock.move(minutes=10)
    answer = {"text": "Đã thu gom xong.", "outcome": "solved", "cause": "officer"}
    response = await send(browser, f"{path}/answer", answer)
    page = await get(browser, response.headers["location"])
    said = ("Số nhà nào?", "Gọi đội thu gom.", "Số 12.", "Đã thu gom xong.")
    order = [page.text.index(text) for text in said]
    assert order == sorted(order)
    assert (await CaseRow.get()).status is CaseStatus.ANSWERED


async def test_a_fault_keeps_what_was_typed(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    response = await send(browser, f"{path}/transfer", {"agency": "W2", "reason": " "})
    assert response.status_code == 422
    page = pages.read(response.text)
    [chosen] = [o for o in page.all("option") if o.get("selected") is not None]
    assert chosen.get("value") == "W2"
    assert page.title.startswith("Lỗi")
    response = await send(browser, f"{path}/answer", {"text": "x" * 10_001})
    assert response.status_code == 422
    assert "x" * 10_001 in response.text


async def test_of_two_officers_the_second_learns_what_happened_and_keeps_the_text(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan, path = await officer_in_charge(browser)
    page = await get(browser, f"{path}/answer")
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/answer"))
    await casework.answer(path.rpartition("/")[2], "Đã làm.", act(lan), app_keys)
    response = await browser.post(
        f"{path}/answer", data={**_hidden(form), "text": "Câu trả lời dài của tôi."}
    )
    assert response.status_code == 409
    page = pages.read(response.text)
    assert "Câu trả lời dài của tôi." in page.text
    assert "Nội dung này vừa có thay đổi" in page.text
    assert await MessageRow.all().count() == 1


async def test_a_case_is_not_taken_from_a_colleague_by_a_page_left_open(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    minh = await make.make_staff("minh")
    receipt = await make.make_case()
    await sign_in(browser)
    path = f"/vi/inbox/{receipt.reference}"
    page = await get(browser, path)
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/assign"))
    await casework.assign(receipt.reference, act(minh), officer="minh")
    response = await browser.post(f"{path}/assign", data=_hidden(form))
    assert response.status_code == 409
    assert "Minh" in pages.read(response.text).text
    assert (await CaseRow.get()).officer_id == minh.account_id


async def test_a_form_sent_twice_is_done_once(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    page = await get(browser, f"{path}/note")
    form = next(f for f in page.all("form") if f.get("action", "").endswith("/note"))
    data = {**_hidden(form), "text": "Đã gọi."}
    answers = [await browser.post(f"{path}/note", data=data) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert await MessageRow.all().count() == 1
    await browser.post(f"{path}/note", data={**data, "text": "Đã gọi lại."})
    assert await MessageRow.all().count() == 2


async def test_a_case_handed_over_leaves_the_inbox(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    data = {"agency": "W2", "reason": "Thuộc Phường Hai"}
    response = await send(browser, f"{path}/transfer", data)
    assert response.headers["location"] == "/vi/inbox?done=transfer"
    assert "hộp thư" in (await get(browser, response.headers["location"])).text.lower()
    assert (await browser.get(path)).status_code == 404


async def test_a_duplicate_names_a_case_of_the_same_agency(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    elsewhere = await make.make_case(agency="W2")
    original = await make.make_case()
    for of in (elsewhere.reference, "KHONG-CO", path.rpartition("/")[2]):
        response = await send(browser, f"{path}/close-duplicate", {"of": of, "text": "Trùng."})
        if of != path.rpartition("/")[2]:
            assert response.status_code == 422, of
            assert "Trùng." in response.text
    response = await send(
        browser, f"{path}/close-duplicate", {"of": original.reference, "text": "Trùng."}
    )
    assert response.status_code == 303


async def test_an_officer_of_another_agency_is_no_choice(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    await make.make_staff("hoa", agency="W2")
    response = await send(browser, f"{path}/assign", {"officer": "hoa"})
    assert response.status_code == 422


async def test_what_may_not_be_done_is_greyed_with_its_reason(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    receipt = await make.make_case()
    await sign_in(browser)
    page = await get(browser, f"/vi/inbox/{receipt.reference}")
    greyed = [b for b in page.all("button") if b.get("disabled") is not None]
    # answer, ask, extend, close as a duplicate, hand to another procedure, correct the end
    assert len(greyed) == 6
    assert page.text.count("Chỉ thực hiện được sau khi có người phụ trách.") == 3


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_who_only_sees_has_no_buttons_and_changes_nothing(
    browser: httpx.AsyncClient, role: Role
) -> None:
    await make.make_staff("an", role=role, agency=None)
    receipt = await make.make_case()
    await sign_in(browser, "an")
    path = f"/vi/inbox/{receipt.reference}"
    page = await get(browser, path)
    assert not [f for f in page.all("form") if "/inbox/" in f.get("action", "")]
    data = {**page.fields(0), "text": "x"}
    assert (await browser.post(f"{path}/note", data=data)).status_code == 403
    assert not await MessageRow.exists()


async def test_every_page_of_a_case_is_good_in_both_languages(browser: httpx.AsyncClient) -> None:
    _, path = await officer_in_charge(browser)
    for language in ("vi", "en"):
        here = path.replace("/vi/", f"/{language}/")
        for action in ("", "answer", "ask", "note", "assign", "transfer", "close-duplicate"):
            page = await get(browser, f"{here}/{action}".rstrip("/"))
            assert page.lang == language
    assert (await browser.get(f"{path}/nonsense")).status_code == 404


async def test_a_role_without_cases_is_refused_the_inbox(browser: httpx.AsyncClient) -> None:
    await make.make_staff("an", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "an")
    assert (await browser.get("/vi/inbox")).status_code == 403
    assert await AccountRow.all().count() == 1
