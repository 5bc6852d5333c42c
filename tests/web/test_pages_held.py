"""What looks like spam, on pages: a coordinator decides, its sender reads what became of it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import intake
from feedback.actors import Resident
from feedback.intake import Filing, Receipt
from feedback.models import HoldDecision, Role
from tests import make
from tests.make import NOW, Clock, act
from tests.web.client import client
from tests.web.test_pages_corrections import get, send, sign_in
from web import reactions
from web.settings import Settings


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


async def held(settings: Settings) -> Receipt:
    filing = Filing(
        make.draft(subject="Vay", text="Vay: https://a.example"), Resident("x"), is_screened=True
    )
    return await intake.file_complaint(filing, act(Resident("x")), reactions.keyring(settings))


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_coordinator_decides_and_the_sender_reads_it(
    browser: httpx.AsyncClient, settings: Settings, language: str
) -> None:
    receipt = await held(settings)
    await send(browser, f"/{language}/track", code=receipt.tracking_code)
    followed = await get(browser, f"/{language}/track")
    assert {"vi": "đang được kiểm tra", "en": "is being checked"}[language] in followed.text
    await sign_in(browser, "mai")
    page = await get(browser, f"/{language}/held")
    assert "Vay: https://a.example" in page.text
    answer = await send(browser, f"/{language}/held", reference=receipt.reference, decision="")
    assert answer.status_code == 422
    decided = {"reference": receipt.reference, "decision": HoldDecision.ADVERT.value}
    assert (await send(browser, f"/{language}/held", **decided)).status_code == 303
    await send(browser, f"/{language}/track", code=receipt.tracking_code)
    followed = await get(browser, f"/{language}/track")
    assert {"vi": "Nội dung quảng cáo", "en": "It advertises something"}[language] in followed.text
    method = await get(browser, f"/{language}/method")
    assert {"vi": "Nội dung quảng cáo: 1", "en": "something: 1"}[language] in method.text


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_sender_objects_and_somebody_else_decides(
    browser: httpx.AsyncClient, settings: Settings, language: str
) -> None:
    await make.make_staff("tuyết", role=Role.COORDINATOR, agency=None)
    receipt = await held(settings)
    decided = {"reference": receipt.reference, "decision": HoldDecision.ADVERT.value}
    await sign_in(browser, "mai")
    await send(browser, f"/{language}/held", **decided)
    await send(browser, f"/{language}/track", code=receipt.tracking_code)
    page = await get(browser, f"/{language}/track")
    [form] = [
        n for n, one in enumerate(page.all("form")) if one.get("action", "").endswith("object")
    ]
    fields = page.fields(form)
    empty = await browser.post(f"/{language}/track/object", data={**fields, "text": " "})
    assert empty.status_code == 422
    told = {**fields, "text": "Tôi báo việc thật."}
    assert (await browser.post(f"/{language}/track/object", data=told)).status_code == 303
    waits = await get(browser, f"/{language}/held")
    assert "Tôi báo việc thật." in waits.text
    own = {"vi": "Chính ông/bà đã từ chối", "en": "You refused it yourself"}
    assert own[language] in waits.text
    forged = {**waits.fields(0), **decided, "decision": "released"}
    assert (await browser.post(f"/{language}/held", data=forged)).status_code == 403
