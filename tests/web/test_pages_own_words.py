"""What residents read of themselves: told them as to themselves, and never what is not so."""

from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import casework, restricted, reveals
from feedback.actors import Resident, Staff
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.intake import Receipt
from feedback.models import Procedure, Role
from tests import make, pages
from tests.make import Clock, act
from tests.web.test_pages_residents import SITE, Browser
from web import reactions
from web.app import create_app
from web.sending import carriers
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")
TO = Contact("Nguyễn Thị An", "an@example.vn")
COMPLAINT = {
    "agency": "W1",
    "service": "BIN",
    "kind": "complaint",
    "subject": "Rác",
    "text": "Rác ba ngày nay chưa thu gom.",
    "seen": "yes",
    "step": "send",
    "form_key": "once",
}
UNMADE_COPY = "không có bản sao nào khác"


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


@pytest.fixture
async def officer() -> Staff:
    await make.make_city()
    return await make.make_staff()


@pytest.fixture
async def browser(settings: Settings, officer: Staff) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(app=create_app(settings, Clock()))
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, follow_redirects=True
    ) as client:
        yield Browser(client)


async def words(browser: Browser, receipt: Receipt, language: str) -> str:
    """The page of the case."""
    await browser.get(f"/{language}/track")
    await browser.press(code=receipt.tracking_code)
    assert browser.answer.status_code == 200
    return pages.read(browser.answer.text).text


SPOKEN = {
    "vi": ("Chờ quý vị trả lời", "Cơ quan đã xem thông tin liên hệ của quý vị"),
    "en": ("Waiting for your reply", "The office looked up your contact details"),
}
SPOKEN_OF = {"vi": ("Chờ người dân", "của người dân"), "en": ("the resident",)}


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_who_is_asked_is_spoken_to(
    browser: Browser, officer: Staff, keys: Keyring, language: str
):
    receipt = await make.make_case(keys=keys, contact=TO)
    await casework.assign(receipt.reference, act(officer), officer="lan")
    why = reveals.why({"reason": "visit", "words": "Hẹn ngày đến."})
    await reveals.reveal(receipt.reference, why, act(officer), keys)
    await casework.ask(receipt.reference, "Nhà số mấy?", act(officer), keys)
    shown = await words(browser, receipt, language)
    assert [one for one in SPOKEN[language] if one not in shown] == []
    assert [one for one in SPOKEN_OF[language] if one in shown] == []


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [
        ("vi", "Quý vị đã rút vụ việc", ("Không có lời hẹn", "Hẹn trả lời", "Cách tính ngày hẹn")),
        ("en", "You withdrew it", ("No promise", "Answer due", "How this date was computed")),
    ],
)
async def test_of_what_was_withdrawn_no_date_is_told_and_no_promise_denied(
    browser: Browser, keys: Keyring, language: str, said: str, unsaid: tuple[str, ...]
):
    receipt = await make.make_case(keys=keys)
    await casework.withdraw(receipt.tracking_code, "", act(Resident()), keys)
    shown = await words(browser, receipt, language)
    assert said in shown
    assert not [one for one in unsaid if one in shown]


async def test_sealed_words_are_said_to_be_sealed(browser: Browser, keys: Keyring):
    receipt = await make.make_case(keys=keys)
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    kind = Procedure.DENUNCIATION
    await restricted.hand_over(receipt.reference, act(coordinator), keys, procedure=kind)
    shown = await words(browser, receipt, "vi")
    assert "Nội dung quý vị viết đã được niêm phong" in shown
    assert restricted.BLANK not in shown


async def receipt_for(settings: Settings, **left: str) -> str:
    transport = httpx.ASGITransport(app=create_app(settings, Clock()))
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, follow_redirects=True
    ) as client:
        browser = Browser(client)
        await browser.get("/vi/complaints/new?step=details&agency=W1&service=BIN")
        token = browser.page.fields()["csrf_token"]
        answer = await client.post(
            "/vi/complaints/new", data={**COMPLAINT, **left, "csrf_token": token}
        )
    assert answer.url.path == "/vi/complaints/receipt"
    return pages.read(answer.text).text


async def test_a_receipt_says_whether_there_is_another_copy_of_the_code(
    settings: Settings, officer: Staff
):
    """A code that also lies in a mail is not said to stand nowhere else; one that does not, is."""
    mails = settings.model_copy(update={"smtp_url": "smtp://localhost", "demo": False})
    none = settings.model_copy(update={"smtp_url": None, "sms_webhook": None, "demo": False})
    assert UNMADE_COPY in await receipt_for(mails)
    assert UNMADE_COPY not in await receipt_for(mails, email="an@example.vn")
    assert UNMADE_COPY in await receipt_for(none, email="binh@example.vn")
    assert UNMADE_COPY in await receipt_for(mails, phone="0901234567")  # by no gateway


def test_what_is_sent_by_which_way(settings: Settings):
    bare = settings.model_copy(update={"smtp_url": None, "sms_webhook": None, "demo": False})
    both = bare.model_copy(
        update={"smtp_url": "smtp://localhost", "sms_webhook": "http://localhost"}
    )
    assert [carriers.sends(bare, way) for way in ("email", "sms")] == [False, False]
    assert [carriers.sends(both, way) for way in ("email", "sms")] == [True, True]


async def test_the_link_of_a_mail_that_is_not_whole_says_so(browser: Browser):
    for path in ("unsubscribe/QUJD", "subscription/QUJD"):
        answer = await browser.client.get(f"/vi/{path}")
        assert answer.status_code == 404
        assert "Đường liên kết này không đầy đủ" in answer.text
        assert "mã này" not in answer.text
