"""How to reach a resident who left an address and a number: asked once, changed with the code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from feedback.models import NoticeRow
from tests import make
from tests.make import NOW, Clock
from tests.web.test_pages_residents import WELL, Browser, code_on
from web.app import create_app
from web.settings import Settings

BOTH = {**WELL, "email": "an@example.vn", "phone": "0901234567"}
ASKED = {"vi": "Quý vị muốn nhận tin bằng cách nào?", "en": "How shall we reach you?"}


@asynccontextmanager
async def visiting(settings: Settings, *, demo: bool) -> AsyncIterator[Browser]:
    """A demonstration offers text messages; a house without a gateway does not."""
    house = create_app(settings.model_copy(update={"demo": demo}), Clock(NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=house),
        base_url=settings.base_url or "",
        follow_redirects=True,
    ) as made:
        yield Browser(made)


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[Browser]:
    await make.make_city()
    async with visiting(settings, demo=True) as made:
        yield made


async def checked(browser: Browser, language: str = "vi", **values: str) -> None:
    await browser.get(f"/{language}/complaints/new?step=details&agency=W1")
    await browser.post(f"/{language}/complaints/new", step="check", **values)


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_who_leaves_both_is_asked_which_to_use_and_e_mail_is_chosen(
    browser: Browser, language: str
) -> None:
    await checked(browser, language, **BOTH)
    assert browser.page.h1 == ASKED[language]
    assert browser.page.fields()["reach_by"] == "email"
    await browser.press(step="check", reach_by="sms")
    said = {"vi": "Qua tin nhắn điện thoại (SMS)", "en": "By text message (SMS)"}
    assert said[language] in browser.page.text
    await browser.press(step="send")
    assert await NoticeRow.get().values_list("kind", "channel") == ("received", "sms")


@pytest.mark.parametrize("left", [{"email": BOTH["email"]}, {"phone": BOTH["phone"]}, {}])
async def test_who_leaves_one_or_none_is_not_asked(browser: Browser, left: dict[str, str]) -> None:
    await checked(browser, **WELL, **left)
    assert browser.page.h1 == "Kiểm tra lại nội dung"


async def test_back_from_the_question_keeps_everything_and_a_forged_way_is_asked_again(
    browser: Browser,
) -> None:
    await checked(browser, **BOTH)
    await browser.press(step="contact")
    assert browser.page.fields()["email"] == BOTH["email"]
    await browser.post("/vi/complaints/new", step="send", **BOTH, reach_by="pigeon")
    assert browser.answer.status_code == 422
    assert browser.page.h1 == ASKED["vi"]
    assert browser.page.fields()["text"] == BOTH["text"]


async def test_a_house_that_sends_no_text_messages_does_not_offer_them(
    database: None, settings: Settings
) -> None:
    await make.make_city()
    async with visiting(settings, demo=False) as browser:
        await checked(browser, **BOTH)
        assert browser.page.h1 == "Kiểm tra lại nội dung"
        await browser.press(step="send")
        code = code_on(browser.page)
        await browser.get("/vi/track")
        await browser.press(code=code)
        assert "/vi/track/reach" not in browser.page.links()
        await browser.get("/vi/track/reach")
        assert browser.path == "/vi/track"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_way_is_changed_with_the_code_and_no_address_is_shown(
    browser: Browser, language: str
) -> None:
    await checked(browser, language, **BOTH)
    await browser.press(step="check")
    await browser.press(step="send")
    code = code_on(browser.page)
    await browser.get(f"/{language}/track")
    await browser.press(code=code)
    by_mail = {"vi": "Qua thư điện tử", "en": "By e-mail"}
    assert by_mail[language] in browser.page.text
    assert f"/{language}/track/reach" in browser.page.links()
    page = await browser.get(f"/{language}/track/reach")
    assert BOTH["email"] not in page.text
    assert BOTH["phone"] not in page.text
    await browser.press(reach_by="pigeon")
    assert browser.answer.status_code == 422
    await browser.press(reach_by="sms")
    assert browser.path == f"/{language}/track"
    assert by_mail[language] not in browser.page.text
    await browser.get(f"/{language}/track/reach")
    await browser.press(held="forged")
    assert browser.path == f"/{language}/track"


async def test_without_a_case_at_hand_the_code_is_asked_for(browser: Browser) -> None:
    page = await browser.get("/vi/track/reach")
    assert browser.path == "/vi/track"
    assert "code" in page.fields()
