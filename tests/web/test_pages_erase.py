"""Having a case erased, as its resident does it."""

import httpx
import pytest

from feedback import codes
from feedback.drafts import Contact
from feedback.intake import Receipt
from feedback.models import CaseRow
from tests import make, pages
from web import reactions
from web.settings import Settings


@pytest.fixture
async def receipt(browser: httpx.AsyncClient, settings: Settings) -> Receipt:
    keys = reactions.keyring(settings)
    return await make.make_case(keys=keys, contact=Contact("An", "an@example.vn"))


async def _open(browser: httpx.AsyncClient, code: str, language: str = "vi") -> httpx.Response:
    address = f"/{language}/track"
    fields = pages.read((await browser.get(address)).text).fields(-1)
    return await browser.post(address, data={**fields, "code": code}, follow_redirects=True)


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_resident_reads_what_goes_and_stays_and_has_it_erased(
    browser: httpx.AsyncClient, receipt: Receipt, settings: Settings, language: str
) -> None:
    opened = await _open(browser, receipt.tracking_code, language)
    assert f"/{language}/track/erase" in pages.read(opened.text).links()
    asked = pages.read((await browser.get(f"/{language}/track/erase")).text)
    fields = asked.fields(-1)
    done = await browser.post(f"/{language}/track/erase", data={**fields, "sure": "yes"})
    assert done.status_code == 303
    assert done.headers["location"] == f"/{language}/track/erased"
    assert (await browser.get(done.headers["location"])).status_code == 200
    again = await _open(browser, receipt.tracking_code, language)
    unknown = await _open(browser, codes.new_code(), language)
    assert again.status_code == unknown.status_code == 404
    assert (settings.data / "erased.log").read_text() == f"{receipt.reference}\n"
    # The form is still open in another tab: it finds nothing, and says no more than that.
    late = await browser.post(f"/{language}/track/erase", data={**fields, "sure": "yes"})
    assert (late.status_code, late.headers["location"]) == (303, f"/{language}/track")


async def test_nothing_is_erased_without_a_deliberate_yes(
    browser: httpx.AsyncClient, receipt: Receipt
) -> None:
    await _open(browser, receipt.tracking_code)
    fields = pages.read((await browser.get("/vi/track/erase")).text).fields(-1)
    fields.pop("sure", None)
    refused = await browser.post("/vi/track/erase", data=fields)
    assert refused.status_code == 422
    assert (await CaseRow.get(reference=receipt.reference)).erased_at is None


async def test_without_a_case_at_hand_its_code_is_asked_for(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/vi/track/erase")).headers["location"] == "/vi/track"
