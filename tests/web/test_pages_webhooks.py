"""The pages on which heads and administrators keep where their systems are called."""

import httpx
import pytest

from feedback import deliveries, delivery_log, webhooks
from feedback.deeds import Subject
from feedback.deliveries import Call, Heard
from feedback.models import AuditRow, DeliveryRow, Role, WebhookRow
from feedback.webhook_kinds import CHOOSABLE
from feedback.webhooks import WebhookDraft
from tests import make, pages
from tests.make import NOW, act
from web import reactions
from web.guarding import access
from web.language import i18n
from web.pages.webhooks import CAUSES
from web.settings import Settings

URL = "https://mot-cua.example.vn/hai-long"


async def signed_in(
    browser: httpx.AsyncClient, role: Role, agency: str | None = None, name: str = "thu"
) -> None:
    await make.make_staff(name, role=role, agency=agency)
    browser.cookies.clear()
    form = pages.read((await browser.get("/vi/sign-in")).text).fields()
    form |= {"name": name, "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=form)).status_code == 303


async def send(browser: httpx.AsyncClient, path: str, **given: str) -> httpx.Response:
    token = pages.read((await browser.get("/vi/webhooks")).text).fields()["csrf_token"]
    return await browser.post(path, data={"csrf_token": token, **given})


async def listen(settings: Settings, agency: str = "W1") -> int:
    draft = WebhookDraft(URL, CHOOSABLE)
    number, _ = await webhooks.add(agency, draft, act(), reactions.keyring(settings))
    return number


class Refusing:
    async def call(self, call: Call) -> Heard:
        return Heard(503)


async def test_a_head_adds_an_address_and_is_told_its_secret_once(
    browser: httpx.AsyncClient,
) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    given = {"url": URL, "hears_case_filed": "yes", "reason": "Nối máy"}
    assert (await send(browser, "/vi/webhooks/new", **{**given, "reason": ""})).status_code == 422
    assert await WebhookRow.all().count() == 0
    response = await send(browser, "/vi/webhooks/new", **given, agency="W2")
    assert response.status_code == 200
    assert "whsec_" in response.text
    row = await WebhookRow.get().select_related("agency")
    assert (row.agency.code, row.url, row.kinds) == ("W1", URL, "case.filed")
    shown = await browser.get(f"/vi/webhooks/{row.id}")
    assert "whsec_" not in shown.text
    assert URL in (await browser.get("/en/webhooks")).text


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://mot-cua.example.vn/", "hears_case_filed": "yes"},
        {"url": "https://169.254.169.254/latest", "hears_case_filed": "yes"},
        {"url": "", "hears_case_filed": "yes"},
        {"url": URL},
    ],
)
async def test_what_cannot_be_called_is_refused_with_what_was_typed(
    browser: httpx.AsyncClient, given: dict[str, str]
) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    response = await send(browser, "/vi/webhooks/new", **given, reason="Nối máy")
    assert response.status_code == 422
    assert given["url"] in response.text
    assert await WebhookRow.all().count() == 0


async def test_the_log_shows_what_failed_and_sends_it_again(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    number = await listen(settings)
    receipt = await make.make_case()
    await deliveries.send(act(), Refusing(), reactions.keyring(settings))
    shown = await browser.get(f"/vi/webhooks/{number}")
    assert receipt.reference in shown.text
    assert "503" in shown.text
    assert "Không trả lời" in shown.text
    row = await DeliveryRow.get()
    assert row.next_try_at > NOW
    response = await send(browser, f"/vi/webhooks/{number}", again=str(row.id))
    assert response.status_code == 303
    assert (await DeliveryRow.get()).next_try_at == NOW
    assert (await WebhookRow.get()).next_try_at == NOW


async def test_a_dead_letter_is_found_and_sent_again_with_all_others(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    number = await listen(settings)
    receipt = await make.make_case()
    await DeliveryRow.all().update(given_up_at=NOW, error="timeout")
    found = await browser.get(f"/vi/webhooks/{number}?state=given_up")
    assert receipt.reference in found.text
    assert i18n.translator("vi").gettext(CAUSES["timeout"]) in found.text
    assert (await send(browser, f"/vi/webhooks/{number}", do="all_again")).status_code == 303
    assert (await DeliveryRow.get()).given_up_at is None


async def test_each_step_does_what_it_says(browser: httpx.AsyncClient, settings: Settings) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    number = await listen(settings)
    at = f"/vi/webhooks/{number}"
    assert (await send(browser, at, do="ping")).status_code == 303
    assert (await DeliveryRow.get()).kind == "ping"
    sure = {"sure": "yes", "reason": "Bảo trì"}
    for what in ("pause", "go_on", "rotate", "end"):
        assert (await send(browser, at, do=what)).status_code == 200
    assert (await WebhookRow.get()).paused_at is None  # asked first
    await send(browser, at, do="pause", **sure)
    assert (await WebhookRow.get()).paused_at == NOW
    await send(browser, at, do="go_on", **sure)
    assert (await WebhookRow.get()).paused_at is None
    before = bytes((await WebhookRow.get()).seed)
    assert "whsec_" in (await send(browser, at, do="rotate", **sure)).text
    assert bytes((await WebhookRow.get()).seed) != before
    wants = {"do": "keep", "hears_case_closed": "yes", "reason": "Bản mới"}
    kept = await send(browser, at, url=URL + "/v2", **wants)
    assert kept.status_code == 303
    row = await WebhookRow.get()
    assert (row.url, row.kinds) == (URL + "/v2", "case.closed")
    assert (await send(browser, at, url="x", **wants)).status_code == 422
    assert (await send(browser, at, do="nonsense")).status_code == 404
    asked = await send(browser, at, do="end")
    assert "gỡ địa chỉ" in asked.text.lower()
    assert (await send(browser, at, do="end", **sure)).status_code == 303
    told = await AuditRow.filter(subject=Subject.WEBHOOK, by__startswith="staff:").order_by("id")
    assert [row.reason for row in told][-5:] == [*["Bảo trì"] * 3, "Bản mới", "Bảo trì"]
    assert (await browser.get(at)).status_code == 404


async def test_another_agencys_address_looks_like_none(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    theirs = await listen(settings, "W2")
    for number in (str(theirs), "999999", "0", "x", "9" * 30):
        for response in (
            await browser.get(f"/vi/webhooks/{number}"),
            await send(browser, f"/vi/webhooks/{number}", do="ping"),
            await send(browser, f"/vi/webhooks/{number}", do="end"),
            await send(browser, f"/vi/webhooks/{number}", again="1"),
        ):
            assert response.status_code == 404
    assert "Phường Hai" not in (await browser.get("/vi/webhooks")).text


async def test_an_auditor_reads_and_changes_nothing(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    number = await listen(settings)
    await signed_in(browser, Role.AUDITOR)
    assert URL in (await browser.get("/vi/webhooks?q=phuong mot")).text
    assert URL not in (await browser.get("/vi/webhooks?q=phuong hai")).text
    shown = await browser.get(f"/vi/webhooks/{number}")
    assert 'value="ping"' not in shown.text
    for path in ("/vi/webhooks/new", f"/vi/webhooks/{number}"):
        assert (await send(browser, path, do="end")).status_code == 403


async def test_an_administrator_adds_one_for_any_agency(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, Role.ADMINISTRATOR)
    given = {"url": URL, "hears_case_filed": "yes", "reason": "Nối máy"}
    response = await send(browser, "/vi/webhooks/new", agency="W2", **given)
    assert response.status_code == 200
    assert (await send(browser, "/vi/webhooks/new", agency="NO", **given)).status_code == 422
    for _ in range(webhooks.AT_MOST - 1):
        await send(browser, "/vi/webhooks/new", agency="W2", **given)
    assert (await send(browser, "/vi/webhooks/new", agency="W2", **given)).status_code == 422


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.PUBLISHER, Role.INSPECTOR])
async def test_the_pages_are_for_nobody_else(browser: httpx.AsyncClient, role: Role) -> None:
    agency = "W1" if role is Role.OFFICER else None
    await signed_in(browser, role, agency)
    assert (await browser.get("/vi/webhooks")).status_code == 403
    assert role not in access.ACCESS["GET", "/{lang:lang}/webhooks"].roles


async def test_the_log_is_turned_over(browser: httpx.AsyncClient, settings: Settings) -> None:
    await signed_in(browser, Role.HEAD, "W1")
    number = await listen(settings)
    for _ in range(delivery_log.PAGE + 1):
        await delivery_log.ping(number, act())
    first = pages.read((await browser.get(f"/vi/webhooks/{number}")).text)
    [older] = [a.get("href") or "" for a in first.all("a") if a.get("rel") == "next"]
    second = pages.read((await browser.get(older.partition("#")[0])).text)
    assert len(list(second.all("tbody")[0].iter("tr"))) == 1
