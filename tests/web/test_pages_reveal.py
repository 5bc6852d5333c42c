"""Looking up who a resident is: with a reason, once, and not behind the resident's back."""

import httpx
import pytest

from feedback import casework
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.intake import Receipt
from feedback.models import RevealRow, Role
from tests import make, pages
from tests.make import act
from web import forms, reactions
from web.settings import Settings

AN = Contact("Nguyễn Thị An", "an@example.vn", "0901234567")
WHY = {"reason": "call_back", "words": "Hẹn giờ thu gom rác cồng kềnh"}


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


async def _case(keys: Keyring, officer: Staff | None, contact: Contact = AN) -> Receipt:
    receipt = await make.make_case(keys=keys, contact=contact)
    if officer:
        await casework.assign(receipt.reference, act(officer), officer=officer.name)
    return receipt


async def _sign_in(browser: httpx.AsyncClient, name: str) -> None:
    browser.cookies.clear()
    page = pages.read((await browser.get("/vi/sign-in")).text)
    await browser.post(
        "/vi/sign-in", data={**page.fields(-1), "name": name, "password": make.PASSWORD}
    )


async def _ask(browser: httpx.AsyncClient, reference: str, why: dict[str, str]) -> httpx.Response:
    address = f"/vi/inbox/{reference}/reveal"
    shown = await browser.get(address)
    token = forms.masked(browser.cookies.get("__Host-hailong_visitor") or "")
    assert shown.status_code in {200, 404}
    return await browser.post(address, data={"csrf_token": token, **why})


async def test_the_officer_in_charge_sees_the_contact_once_and_it_is_written_down(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    receipt = await _case(app_keys, lan)
    await _sign_in(browser, "lan")
    page = await browser.get(f"/vi/inbox/{receipt.reference}")
    assert f"/vi/inbox/{receipt.reference}/reveal" in page.text
    assert "0901234567" not in page.text
    shown = await _ask(browser, receipt.reference, WHY)
    assert shown.status_code == 200
    assert "0901234567" in shown.text
    assert "no-store" in shown.headers["cache-control"]
    row = await RevealRow.get()
    assert (row.by, row.reason, row.fields_shown) == ("staff:lan", "call_back", "name,email,phone")
    again = await browser.get(f"/vi/inbox/{receipt.reference}/reveal")
    assert "0901234567" not in again.text


async def test_the_resident_reads_who_looked_when_and_why(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    receipt = await _case(app_keys, lan)
    await _sign_in(browser, "lan")
    await _ask(browser, receipt.reference, WHY)
    browser.cookies.clear()
    page = pages.read((await browser.get("/vi/track")).text)
    opened = await browser.post(
        "/vi/track", data={**page.fields(-1), "code": receipt.tracking_code}, follow_redirects=True
    )
    assert "Ai đã xem thông tin liên hệ của quý vị" in opened.text
    assert "cán bộ Lan của Phường Một đã xem họ tên, địa chỉ thư điện tử, số điện thoại" in (
        pages.read(opened.text).text
    )
    assert WHY["words"] in opened.text


async def test_without_a_reason_nothing_is_shown(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    receipt = await _case(app_keys, lan)
    await _sign_in(browser, "lan")
    for why in ({}, {"reason": "call_back"}, {"reason": "x", "words": WHY["words"]}):
        shown = await _ask(browser, receipt.reference, why)
        assert shown.status_code == 422
        assert "0901234567" not in shown.text
    assert not await RevealRow.exists()


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [
        (Role.OFFICER, "W1", 409),  # not in charge
        (Role.HEAD, "W1", 200),
        (Role.OFFICER, "W2", 404),
        (Role.HEAD, "W2", 404),
        (Role.COORDINATOR, None, 403),
        (Role.AUDITOR, None, 403),
        (Role.ADMINISTRATOR, None, 403),
    ],
)
async def test_nobody_else_but_the_agencys_head_may(
    browser: httpx.AsyncClient, app_keys: Keyring, role: Role, agency: str | None, status: int
) -> None:
    lan = await make.make_staff("lan")
    await make.make_staff("other", role=role, agency=agency)
    receipt = await _case(app_keys, lan)
    await _sign_in(browser, "other")
    address = f"/vi/inbox/{receipt.reference}/reveal"
    await browser.get(address)
    token = forms.masked(browser.cookies.get("__Host-hailong_visitor") or "")
    shown = await browser.post(address, data={"csrf_token": token, **WHY})
    assert shown.status_code == status
    assert ("0901234567" in shown.text) is (status == 200)
    assert await RevealRow.exists() is (status == 200)


async def test_who_left_nothing_cannot_be_looked_up(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    receipt = await _case(app_keys, lan, Contact())
    await _sign_in(browser, "lan")
    assert (await _ask(browser, receipt.reference, WHY)).status_code == 409


async def test_auditors_read_every_look_and_count_them_by_agency(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    lan = await make.make_staff("lan")
    await make.make_staff("thu", role=Role.AUDITOR, agency=None)
    receipt = await _case(app_keys, lan)
    await _sign_in(browser, "lan")
    await _ask(browser, receipt.reference, WHY)
    assert (await browser.get("/vi/admin/reveals")).status_code == 403
    await _sign_in(browser, "thu")
    page = await browser.get("/vi/admin/reveals?agency=W1")
    assert receipt.reference in page.text
    assert "Phường Một (1)" in page.text
    assert "0901234567" not in page.text
    assert receipt.reference not in (await browser.get("/vi/admin/reveals?agency=W2")).text
