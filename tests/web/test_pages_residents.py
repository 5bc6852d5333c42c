"""From the first page to the rating, as a resident goes with a browser that knows no script."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from feedback import casework, invitations, questionnaire
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.models import CaseKind, CaseRow, MessageRow, RatingRow
from sla.models import ServiceRow
from tests import make, pages
from tests.make import Clock, act
from tests.pages import Page
from web import reactions
from web.app import create_app
from web.language import i18n
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")
SITE = "https://hailong.example"
WELL = {
    "agency": "W1",
    "service": "BIN",
    "kind": "complaint",
    "subject": "Đèn đường hỏng",
    "text": "Đèn đường hỏng ba ngày nay.\nXin sửa giúp.",
    "location": "12 Lê Lợi",
}


class Browser:
    """Follows links, fills in forms, keeps cookies; every page it is given is read strictly."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.answer: httpx.Response
        self.page: Page

    async def get(self, path: str) -> Page:
        return self._read(await self.client.get(path))

    async def post(self, path: str, **values: str) -> Page:
        """Send a form of our own with these values."""
        token = self.page.fields().get("csrf_token", "")
        return self._read(await self.client.post(path, data={"csrf_token": token, **values}))

    async def press(self, form: int = 0, **values: str) -> Page:
        """Send a form of the page as it stands, with these values changed."""
        element = self.page.all("form")[form]
        values = {**self.page.fields(form), **values}
        action, is_post = element.get("action", ""), element.get("method") == "post"
        ask = self.client.post(action, data=values) if is_post else None
        return self._read(await (ask or self.client.get(action, params=values)))

    def _read(self, answer: httpx.Response) -> Page:
        self.answer = answer
        self.page = pages.read(answer.text)
        return self.page

    @property
    def path(self) -> str:
        return self.answer.url.path


@pytest.fixture
async def browser(settings: Settings, clock: Clock) -> AsyncIterator[Browser]:
    await make.make_city()
    transport = httpx.ASGITransport(app=create_app(settings, clock))
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, follow_redirects=True
    ) as client:
        yield Browser(client)


@pytest.fixture
def own_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


async def file(browser: Browser, **values: str) -> str:
    """Feedback sent from the last page of the form; its tracking code."""
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    await browser.post("/vi/complaints/new", step="check", **{**WELL, **values})
    await browser.press(step="send")
    return code_on(browser.page)


def code_on(page: Page) -> str:
    [code] = re.findall(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]\b", page.text)
    return code


async def answered(browser: Browser, officer: Staff, at: Clock, keys: Keyring) -> str:
    code = await file(browser)
    row = await CaseRow.get()
    await casework.assign(row.reference, act(officer, at()), officer=officer.name)
    await casework.answer(row.reference, "Đã sửa xong.", act(officer, at()), keys)
    return code


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_first_page_shows_three_ways_in_and_says_that_nothing_is_published(
    browser: Browser, language: str
):
    page = await browser.get(f"/{language}/")
    ways = page.links()
    for way in ("complaints/new", "track", "rate"):
        assert f"/{language}/{way}" in ways
    nothing = {"vi": "Chưa có kỳ nào được công bố", "en": "No edition has been published yet"}
    assert nothing[language] in page.text


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(
    "path",
    ["editions", "editions/", "method", "method/", "data", "data/", "privacy", "complaints/new",
     "complaints/new?step=agency", "complaints/new?step=service&agency=W1", "track", "rate"],
)  # fmt: skip
async def test_a_page_to_read_is_good_in_both_languages(browser: Browser, path: str, language: str):
    page = await browser.get(f"/{language}/{path}")
    assert browser.answer.status_code == 200
    assert page.lang == language


async def test_feedback_is_sent_step_by_step_and_nothing_typed_is_lost(browser: Browser):
    await make.make_commitment(service=await ServiceRow.get(code="BIN"))
    await browser.get("/vi/complaints/new")
    await browser.get("/vi/complaints/new?step=agency")
    await browser.press(form=0, q="mot")
    await browser.press(form=1, agency="W1")
    assert "Phường Một" in browser.page.text
    await browser.press(form=1, q="rac")
    await browser.press(form=2, service="BIN")
    typed = {name: WELL[name] for name in ("subject", "text", "location")}
    await browser.press(step="contact", **typed)
    await browser.press(step="check", email="an@example.vn")
    for words in (*typed.values(), "an@example.vn", "Thu gom rác"):
        assert " ".join(words.split()) in browser.page.text
    await browser.press(step="details")
    sent = browser.page.fields()
    assert {name: sent[name] for name in typed} == typed
    assert sent["email"] == "an@example.vn"
    await browser.press(step="check", subject="Đèn hỏng")
    await browser.press(step="send")
    assert browser.path == "/vi/complaints/receipt"
    row = await CaseRow.get()
    assert (row.subject, row.text, row.location) == ("Đèn hỏng", WELL["text"], WELL["location"])


async def test_a_subject_is_taken_from_the_text_unless_one_is_written(browser: Browser):
    told = {**WELL, "subject": "", "text": "Đèn đường hỏng ba ngày nay. Xin sửa giúp."}
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    await browser.post("/vi/complaints/new", step="check", **told)
    assert "Đèn đường hỏng ba ngày nay Sửa" in browser.page.text
    await browser.press(step="title")
    assert browser.page.fields()["subject"] == "Đèn đường hỏng ba ngày nay"
    await browser.press(step="check", subject="Đèn hỏng", kind="suggestion")
    await browser.press(step="send")
    row = await CaseRow.get()
    assert (row.subject, row.kind) == ("Đèn hỏng", CaseKind.SUGGESTION)
    await file(browser, **told)
    assert await CaseRow.filter(subject="Đèn đường hỏng ba ngày nay").count() == 1


async def test_changing_the_office_on_the_last_page_keeps_what_was_written(browser: Browser):
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    await browser.post("/vi/complaints/new", step="check", **WELL)
    await browser.press(step="agency")
    await browser.press(form=0, q="hai")
    assert browser.answer.url.query == b""
    await browser.press(form=1, agency="W2")
    await browser.press(form=0, step="check")
    assert "Phường Hai" in browser.page.text
    assert browser.page.fields()["text"] == WELL["text"]


@pytest.mark.parametrize("words", ["thu duc", "Thủ Đức", "THỦ ĐỨC", "duc thu", "thủ đức"])
async def test_an_office_is_found_with_and_without_marks(browser: Browser, words: str):
    await make.make_agency("TD", "Phường Thủ Đức")
    await browser.get("/vi/complaints/new?step=agency")
    page = await browser.press(form=0, q=words)
    assert [button.text for button in page.all("button") if button.get("name") == "agency"] == [
        "Phường Thủ Đức"
    ]


async def test_a_long_list_is_paged(browser: Browser):
    for number in range(40):
        await make.make_agency(f"P{number}", f"Phường {number}")
    page = await browser.get("/vi/complaints/new?step=agency&q=phuong")
    [onward] = [link for link, words in page.links().items() if "Trang sau" in words]
    page = await browser.get(onward)
    assert "Trang 2 trên 2" in page.text
    names = [b.text for b in page.all("button") if b.get("name") == "agency"]
    assert len(names) == 42 - 24


async def test_the_receipt_names_code_day_and_promise_and_is_shown_once(browser: Browser):
    code = await file(browser)
    page = browser.page
    assert browser.answer.headers["cache-control"] == "no-store, private"
    assert code not in str(browser.answer.url)
    assert "17:00, Thứ Hai, ngày 12 tháng 10 năm 2026" in page.text
    assert "5 ngày làm việc" in page.text
    row = await CaseRow.get()
    assert row.reference in page.text
    await browser.get("/vi/complaints/receipt")
    assert browser.answer.status_code == 410
    assert code not in browser.page.text


async def test_a_form_sent_twice_is_one_case_with_one_receipt(browser: Browser):
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    await browser.post("/vi/complaints/new", step="check", **WELL)
    last = browser.page
    await browser.press(step="send")
    first = code_on(browser.page)
    browser.page = last
    await browser.press(step="send")
    assert code_on(browser.page) == first
    assert await CaseRow.all().count() == 1


async def test_everything_missing_is_said_on_top_and_beside(browser: Browser):
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    page = await browser.press(step="contact")
    assert browser.answer.status_code == 422
    assert "#text" in page.links()
    assert page.text.count("Xin ghi nội dung quý vị muốn gửi.") == 2
    await browser.press(step="contact", text="Rác")
    page = await browser.press(step="check", email="không phải thư", phone="12")
    assert browser.answer.status_code == 422
    assert {"#email", "#phone"} <= set(page.links())
    assert page.fields()["email"] == "không phải thư"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "ă" * 20_000),
        ("text", "a\0b"),
        ("text", "  \u200b "),
        ("subject", "x" * 201),
        ("subject", "\0"),
        ("email", "a@b"),
        ("email", "an@example.vn\r\nBcc: x@example.vn"),
        ("kind", "denunciation"),
        ("agency", "NONE"),
        ("agency", "W1\0"),
        ("agency", "x" * 5000),
        ("service", "NONE"),
    ],
)
async def test_a_forged_or_faulty_form_comes_back_with_what_was_typed(
    browser: Browser, field: str, value: str
):
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    page = await browser.post("/vi/complaints/new", step="send", **{**WELL, field: value})
    assert browser.answer.status_code == 422
    assert f"#{field}" in page.links()
    sent = {name: text for form in range(len(page.all("form"))) for name, text in
            page.fields(form).items()}  # fmt: skip
    other = "text" if field != "text" else "subject"
    assert sent[other] == WELL[other]
    assert await CaseRow.all().count() == 0


async def test_a_closed_office_is_refused_on_its_own_page(browser: Browser, clock: Clock):
    await make.make_agency("OLD", "Phường Cũ", closes_on=clock().date())
    await browser.get("/vi/complaints/new?step=details&agency=W1")
    page = await browser.post("/vi/complaints/new", step="send", **{**WELL, "agency": "OLD"})
    assert browser.answer.status_code == 422
    assert "không còn hoặc chưa tiếp nhận" in page.text
    assert "Phường Cũ" not in [b.text for b in page.all("button")]


@pytest.mark.parametrize("raw", [b"%ED%A0%80", b"%00", b"%F0%9F", b"%FF%FE", b"a%CC%81" * 50])
async def test_bytes_that_are_no_text_never_break_a_page(browser: Browser, raw: bytes):
    for path in (b"/vi/complaints/new?step=agency&q=", b"/vi/complaints/new?step=service&agency=",
                 b"/vi/complaints/new?agency=", b"/vi/complaints/new?step="):  # fmt: skip
        await browser.get(f"{SITE}{(path + raw).decode()}")
        assert browser.answer.status_code in {200, 422}
    token = (await browser.get("/vi/track")).fields()["csrf_token"]
    for path in ("complaints/new", "track", "rate"):
        body = b"csrf_token=%s&step=send&agency=W1&subject=%s&text=%s&code=%s&overall=%s" % (
            token.encode(), raw, raw, raw, raw)  # fmt: skip
        answer = await browser.client.post(
            f"/vi/{path}",
            content=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code in {200, 404, 422}


async def test_vietnamese_in_separate_marks_is_stored_composed(browser: Browser):
    await file(browser, subject="Đèn đường hỏng")
    assert (await CaseRow.get()).subject == "Đèn đường hỏng"


async def test_what_is_written_is_never_markup(browser: Browser):
    code = await file(browser, subject="<script>alert(1)</script>", text="</textarea><b>{{7*7}}")
    await browser.get("/vi/track")
    page = await browser.press(code=code)
    assert "<script>alert(1)</script>" in page.h1
    assert "</textarea><b>{{7*7}}" in page.text


async def test_a_form_without_our_token_is_refused(browser: Browser):
    await browser.get("/vi/track")
    answer = await browser.client.post("/vi/track", data={"code": "x"})
    assert answer.status_code == 403


async def test_the_code_opens_the_case_under_an_address_without_it(browser: Browser):
    code = await file(browser)
    await browser.get("/vi/track")
    page = await browser.press(code=code.lower().replace("-", " "))
    assert browser.path == "/vi/track"
    assert code not in browser.answer.text
    assert page.h1 == WELL["subject"]
    assert "17:00, Thứ Hai, ngày 12 tháng 10 năm 2026" in page.text
    assert "ngày tiếp nhận: không tính" in page.text
    assert "ngày nghỉ cuối tuần: không tính" in page.text
    await browser.press(form=len(page.all("form")) - 1)
    assert "code" in browser.page.fields()


@pytest.mark.parametrize(
    "wrong", ["AAAA", "0000-0000-0000-0000-0", "HL-261005-ABCDEFG", "x" * 5000, "\0"]
)
async def test_every_code_that_opens_nothing_gets_the_same_answer(browser: Browser, wrong: str):
    await browser.get("/vi/track")
    page = await browser.press(code=wrong)
    assert browser.answer.status_code == 404
    assert page.text.count("Không tìm thấy nội dung nào ứng với mã này.") == 2


async def test_a_question_is_read_and_answered(browser: Browser, clock: Clock, own_keys: Keyring):
    officer = await make.make_staff()
    code = await file(browser)
    row = await CaseRow.get()
    await casework.assign(row.reference, act(officer), officer=officer.name)
    await casework.ask(row.reference, "Ngõ nào ạ?", act(officer), own_keys)
    await browser.get("/vi/track")
    page = await browser.press(code=code)
    assert "Chờ quý vị trả lời" in page.text
    assert "Ngõ nào ạ?" in page.text
    page = await browser.press(text="   ")
    assert browser.answer.status_code == 422
    assert "#text" in page.links()
    clock.move(minutes=5)
    once = page
    page = await browser.press(text="Ngõ 12.")
    assert browser.path == "/vi/track"
    assert "Ngõ 12." in page.text
    browser.page = once
    await browser.press(text="Ngõ 12.")
    assert browser.answer.status_code == 200
    assert await MessageRow.filter(kind="reply").count() == 1


async def test_what_was_refused_leaves_nothing_behind(
    browser: Browser, clock: Clock, own_keys: Keyring
):
    officer = await make.make_staff()
    code = await answered(browser, officer, clock, own_keys)
    await browser.get("/vi/track")
    await browser.press(code=code)
    case = browser.page
    clock.move(days=15)
    page = await browser.press(text="Đèn vẫn hỏng.")
    assert browser.answer.status_code == 410
    assert "Đã hết thời hạn" in page.text
    browser.page = case
    await browser.press(text="Đèn vẫn hỏng.", held="forged")
    assert browser.answer.status_code == 404
    assert await MessageRow.filter(kind="objection").count() == 0


async def test_not_solved_reopens_the_case(browser: Browser, clock: Clock, own_keys: Keyring):
    officer = await make.make_staff()
    code = await answered(browser, officer, clock, own_keys)
    await browser.get("/vi/track")
    page = await browser.press(code=code)
    assert "Đã sửa xong." in page.text
    page = await browser.press(text="Đèn vẫn hỏng.")
    assert "Đang giải quyết" in page.text
    assert "Đèn vẫn hỏng." in page.text


async def test_withdrawing_asks_first(browser: Browser):
    code = await file(browser)
    await browser.get("/vi/track")
    page = await browser.press(code=code)
    assert "/vi/track/withdraw" in page.links()
    await browser.get("/vi/track/withdraw")
    assert (await CaseRow.get()).status == "filed"
    page = await browser.press()
    assert "Quý vị đã rút vụ việc này" in page.text
    assert (await CaseRow.get()).status == "withdrawn"


async def test_an_overdue_case_says_so(browser: Browser, clock: Clock):
    code = await file(browser)
    clock.move(days=30)
    await browser.get("/vi/track")
    page = await browser.press(code=code)
    assert "Quá hạn" in page.text
    assert "Thời hạn đó đã qua" in page.text


async def test_the_case_is_forgotten_after_a_while(browser: Browser, clock: Clock):
    code = await file(browser)
    await browser.get("/vi/track")
    await browser.press(code=code)
    clock.move(minutes=31)
    assert "code" in (await browser.get("/vi/track")).fields()


async def test_a_result_is_rated_and_the_value_not_shown_again(
    browser: Browser, clock: Clock, own_keys: Keyring
):
    officer = await make.make_staff()
    code = await answered(browser, officer, clock, own_keys)
    for overall in ("2", "4"):
        await browser.get("/vi/rate")
        page = await browser.press(code=code, overall=overall, solved="yes", comment="Tốt")
        assert browser.path == "/vi/rate/thanks"
        assert "09:00, Thứ Hai, ngày 19 tháng 10 năm 2026" in page.text
        assert "Hài lòng" not in page.text.split("Cảm ơn quý vị")[1].split("Lắng nghe")[0]
    row = await RatingRow.get()
    assert (row.overall, row.solved, row.mode, row.language) == (4, "yes", "code", "vi")


async def test_the_case_page_leads_to_its_rating_without_asking_for_the_code(
    browser: Browser, clock: Clock, own_keys: Keyring
):
    officer = await make.make_staff()
    code = await answered(browser, officer, clock, own_keys)
    await browser.get("/vi/track")
    await browser.press(code=code)
    page = await browser.get("/vi/rate")
    assert "code" not in page.fields()
    await browser.press(overall="5")
    assert browser.path == "/vi/rate/thanks"


async def test_before_the_result_and_after_the_window_there_is_a_clear_answer(
    browser: Browser, clock: Clock, own_keys: Keyring
):
    officer = await make.make_staff()
    code = await file(browser)
    await browser.get("/vi/rate")
    page = await browser.press(code=code, overall="5")
    assert browser.answer.status_code == 409
    assert "Chưa có kết quả để đánh giá" in page.text
    row = await CaseRow.get()
    await casework.assign(row.reference, act(officer), officer=officer.name)
    await casework.answer(row.reference, "Xong.", act(officer), own_keys)
    clock.move(days=14)
    page = await browser.press(code=code, overall="5")
    assert browser.answer.status_code == 410
    assert "Đã hết thời gian đánh giá" in page.text
    assert await RatingRow.all().count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "overall"),
        ({"overall": "6"}, "overall"),
        ({"overall": "nan"}, "overall"),
        ({"overall": "5", "solved": "maybe"}, "solved"),
        ({"overall": "5", "comment": "ă" * 2001}, "comment"),
        ({"overall": "5", "comment": "a\0"}, "comment"),
        ({"overall": "5", "code": " "}, "code"),
    ],
)
async def test_a_faulty_rating_comes_back(browser: Browser, values: dict[str, str], field: str):
    await browser.get("/vi/rate")
    page = await browser.press(**{"code": "7K3M", **values})
    assert browser.answer.status_code == 422
    assert f"#{field}" in page.links()


def test_every_question_and_answer_is_said_in_vietnamese():
    words = i18n.translator("vi")
    for question in (q for v in questionnaire.VERSIONS.values() for q in v.questions):
        for text in (question.text, *(answer for _, answer in question.answers)):
            assert words.gettext(text) != text


async def test_no_secret_stands_in_any_address(browser: Browser, clock: Clock, own_keys: Keyring):
    officer = await make.make_staff()
    code = await answered(browser, officer, clock, own_keys)
    await browser.get("/vi/track")
    await browser.press(code=code)
    page = await browser.get("/vi/rate")
    for link in page.links():
        assert code not in link
    assert all(code not in str(answer.url) for answer in browser.answer.history)
    assert urlsplit(str(browser.answer.url)).query == ""


def test_the_window_is_as_long_as_the_pages_say():
    assert timedelta(days=14) == invitations.WINDOW
