"""Following, appealing, rating, stopping: what residents and scanners do with their codes."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from feedback import (
    appeal_rules,
    appealing,
    codes,
    invitations,
    jobs,
    unsubscribing,
)
from feedback.actors import Staff, System
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import CaseRow, ClosureRow, NoticeRow, RatingRow, Role
from feedback.notices import Notice
from sla.models import AgencyRow
from tests import make, pages
from tests.make import NOW, Clock, act
from tests.web.test_pages_residents import SITE, Browser
from web import reactions
from web.app import create_app
from web.sending.carriers import letter
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")
DOSSIER = {"service": "BIN", "received_at": "2026-10-01T09:00:00+07:00", "channel": "counter"}
FINISHED = {"id": "e1", "type": "finished", "at": "2026-10-05T08:30:00+07:00"}


@pytest.fixture
def own_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


@pytest.fixture
async def browser(settings: Settings, clock: Clock) -> AsyncIterator[Browser]:
    await make.make_city()
    city = await make.make_agency("CITY", "Thành phố", kind="city", level="city")
    await AgencyRow.filter(code__in=["W1", "W2"]).update(parent_id=city.id)
    transport = httpx.ASGITransport(app=create_app(settings, clock))
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, follow_redirects=True
    ) as client:
        yield Browser(client)


@pytest.fixture
async def officer() -> Staff:
    return await make.make_staff()


async def opened(browser: Browser, code: str, language: str = "vi") -> None:
    await browser.get(f"/{language}/track")
    await browser.press(code=code)


async def signed_in(browser: Browser, name: str) -> None:
    await browser.get("/vi/sign-in")
    sent = browser.page.fields() | {"name": name, "password": make.PASSWORD}
    answer = await browser.client.post("/vi/sign-in", data=sent, follow_redirects=False)
    assert answer.status_code == 303


async def token_of(settings: Settings, keys: Keyring, at: Clock) -> str:
    """The token of the invitation that was just owed."""
    assert await invitations.invite_next(act(System("invite"), at()), keys)
    carried: list[Notice] = []

    class Keeping:
        async def carry(self, notice: Notice) -> None:
            carried.append(notice)

    while await jobs.send_notice(act(System("send"), at()), Keeping(), keys):
        pass
    [token] = [n.facts["token"] for n in carried if n.kind == "invitation"]
    return token


def plain(browser: Browser, code: str) -> str:
    """The page without what is each visitor's or each request's own, and without what was typed."""
    text = browser.answer.text.replace(f'value="{code}"', "")
    return re.sub(r'(name="(?:csrf_token|form_key|held)" value=")[^"]*', r"\1", text)


async def test_every_code_that_opens_nothing_gets_the_same_bytes(
    browser: Browser, officer: Staff, own_keys: Keyring, settings: Settings, clock: Clock
):
    receipt = await make.make_answered_case(
        officer, keys=own_keys, contact=Contact(email="an@example.vn")
    )
    clock.move(hours=2)
    token = await token_of(settings, own_keys, clock)
    erased = await make.make_case(keys=own_keys)
    await CaseRow.filter(reference=erased.reference).update(code_hash=None)
    clock.move(days=30)
    nowhere = [codes.new_code(), erased.tracking_code, token, "X" * 17, "00", "một mã", "-" * 20]
    for path in ("track", "rate", "rate/answer"):
        seen = set()
        clock.move(days=1)  # whoever tries many codes in a row is made to wait
        for code in nowhere:
            browser.client.cookies.clear()
            await browser.get(f"/vi/{path}")
            await browser.press(code=code, **({"overall": "3"} if path == "rate" else {}))
            seen.add((browser.answer.status_code, plain(browser, code)))
        assert len(seen) == 1, path
        assert seen.pop()[0] == 404
    for path, body in (("cases/track", {}), ("cases/rate", {"overall": 4})):
        clock.move(days=1)
        answers = [
            await browser.client.post(f"/api/v1/{path}", json={"tracking_code": c, **body})
            for c in nowhere
        ]
        assert len({(a.status_code, a.text) for a in answers}) == 1
    clock.move(days=1)
    # The true code of the case is known as long as the case is, and says that the time is over.
    over = await browser.client.post(
        "/api/v1/cases/rate", json={"tracking_code": receipt.tracking_code, "overall": 4}
    )
    assert over.status_code == 410


async def test_an_answer_is_taken_to_the_level_above_and_both_cases_are_followed(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    receipt = await make.make_answered_case(officer, keys=own_keys)
    clock.move(days=1)
    await opened(browser, receipt.tracking_code)
    [way] = [link for link in browser.page.links() if link.endswith("/track/appeal")]
    await browser.get(way)
    assert "Thành phố" in browser.page.text
    await browser.press(text="")
    assert browser.answer.status_code == 422
    await browser.press(text="Rác vẫn còn nguyên.")
    assert browser.path == "/vi/track"
    assert "Cấp trên đang xem xét lại" in browser.page.text
    assert "Rác vẫn còn nguyên." in browser.page.text
    above = await CaseRow.exclude(reference=receipt.reference).get()
    [number] = [n for n, form in enumerate(browser.page.all("form"))
                if form.get("action", "").endswith("appeal/open")]  # fmt: skip
    await browser.press(form=number)
    assert above.reference in browser.page.text
    assert "Đã thu gom xong." in browser.page.text
    assert receipt.tracking_code not in browser.answer.text
    await browser.get("/vi/track/appeal")
    assert not [f for f in browser.page.all("form") if f.get("action", "").endswith("appeal")]


async def test_staff_see_what_an_appeal_is_about(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    receipt = await make.make_answered_case(officer, keys=own_keys)
    clock.move(days=1)
    body = {"tracking_code": receipt.tracking_code, "text": "Rác vẫn còn nguyên."}
    answer = await browser.client.post("/api/v1/cases/appeal", json=body)
    assert answer.status_code == 201
    assert answer.json()["agency"]["code"] == "CITY"
    await make.make_staff("chi", role=Role.HEAD, agency="CITY")
    await signed_in(browser, "chi")
    await browser.get(f"/vi/inbox/{answer.json()['reference']}")
    assert "Đây là đề nghị xem xét lại" in browser.page.text
    assert "Đã thu gom xong." in browser.page.text
    browser.client.cookies.clear()
    await signed_in(browser, officer.name)
    await browser.get(f"/vi/inbox/{receipt.reference}")
    assert answer.json()["reference"] in browser.page.text
    again = await browser.client.post("/api/v1/cases/appeal", json=body)
    assert (again.status_code, again.json()["type"].rsplit("/")[-1]) == (409, "already-appealed")
    tracked = await browser.client.post(
        "/api/v1/cases/track", json={"tracking_code": receipt.tracking_code}
    )
    assert tracked.json()["appeal"]["above"]["reference"] == answer.json()["reference"]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_answer_is_shown_only_to_whoever_enters_the_code_again(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock, language: str
):
    receipt = await make.make_answered_case(officer, keys=own_keys)
    clock.move(hours=2)
    await opened(browser, receipt.tracking_code, language)
    await browser.get(f"/{language}/rate")
    comment = "Phải chờ quá lâu, xin cải thiện."
    await browser.press(overall="2", solved="partly", comment=comment)
    chosen = {"vi": "Không hài lòng", "en": "Dissatisfied"}[language]
    for path in ("rate/thanks", "track", "rate/answer"):
        await browser.get(f"/{language}/{path}")
        assert comment not in browser.answer.text
        assert chosen not in browser.page.text
    await browser.get(f"/{language}/rate")
    assert not [box for box in browser.page.all("input") if box.get("checked") is not None]
    assert comment not in browser.answer.text
    await browser.get(f"/{language}/rate/answer")
    await browser.press(code=receipt.tracking_code)
    assert chosen in browser.page.text
    assert comment in browser.page.text
    clock.move(days=14)
    await browser.get(f"/{language}/rate/answer")
    await browser.press(code=receipt.tracking_code)
    assert browser.answer.status_code == 200
    assert comment not in browser.answer.text


async def test_nobody_rates_out_of_a_session_of_staff_or_with_an_agencys_key(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    receipt = await make.make_answered_case(officer, keys=own_keys)
    secret = await make.make_key("W1", act(), own_keys)
    clock.move(hours=2)
    body = {"tracking_code": receipt.tracking_code, "overall": 5}
    key = {"Authorization": f"Bearer {secret}"}
    answer = await browser.client.post("/api/v1/cases/rate", json=body, headers=key)
    assert answer.status_code == 403
    await signed_in(browser, officer.name)
    await browser.get("/vi/rate")
    assert "tư cách cán bộ" in browser.page.text
    await browser.get("/vi/track")
    await browser.post("/vi/rate", code=receipt.tracking_code, overall="5")
    assert browser.answer.status_code == 403
    answer = await browser.client.post("/api/v1/cases/rate", json=body)
    assert answer.status_code == 403
    assert not await RatingRow.exists()


async def test_a_mail_scanner_that_opens_everything_changes_and_uses_up_nothing(
    browser: Browser, officer: Staff, own_keys: Keyring, settings: Settings, clock: Clock
):
    receipt = await make.make_answered_case(
        officer, keys=own_keys, contact=Contact(email="an@example.vn")
    )
    clock.move(hours=2)
    assert await invitations.invite_next(act(System("invite"), clock()), own_keys)
    letters: list[str] = []
    tokens: list[str] = []

    class Keeping:
        async def carry(self, notice: Notice) -> None:
            letters.append(letter(notice, SITE, settings.timezone).as_string())
            tokens.append(notice.facts.get("token", ""))

    while await jobs.send_notice(act(System("send"), clock()), Keeping(), own_keys):
        pass
    for text in letters:
        for link in re.findall(r"https://[^\s\"<>]+", text.replace("=\n", "")):
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await browser.client.request(method, link)
                assert answer.status_code in {200, 405}, link
    assert not await RatingRow.exists()
    closure = await ClosureRow.get()
    assert closure.void_at is None
    assert (await CaseRow.get(reference=receipt.reference)).status == "answered"
    token = tokens[-1]
    await browser.get("/vi/rate")
    await browser.press(code=token, via="link", overall="4")
    assert (await RatingRow.get()).mode == "link"


async def test_one_click_in_a_mail_program_stops_invitations_and_a_page_takes_it_back(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    to = Contact(email="an@example.vn")
    address = f"/vi/unsubscribe/{unsubscribing.handle_of(to, own_keys)}"
    await browser.get(address)
    assert not await unsubscribing.wants_none(to, own_keys)
    answer = await browser.client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    pages.read(answer.text)
    assert await unsubscribing.wants_none(to, own_keys)
    await browser.get(address)
    await browser.press()
    await browser.press()
    assert not await unsubscribing.wants_none(to, own_keys)
    assert (await browser.client.post("/vi/unsubscribe/abc")).status_code == 404


async def test_a_slip_from_the_counter_is_printed_once_and_counted_as_the_counters(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    secret = await make.make_key("W1", act(), own_keys)
    other = await make.make_key("W2", act(), own_keys)
    key = {"Authorization": f"Bearer {secret}"}
    path = "/api/v1/dossiers/H29.12-261001-0001"
    call = browser.client
    assert (await call.put(path, json=DOSSIER, headers=key)).status_code == 201
    early = await call.post(f"{path}/invitation", headers=key)
    assert (early.status_code, early.json()["type"].rsplit("/")[-1]) == (409, "no-result")
    await call.post(f"{path}/events", json=FINISHED, headers=key)
    once = key | {"Idempotency-Key": "slip"}
    slip = await call.post(f"{path}/invitation", headers=once)
    assert slip.status_code == 200
    token = slip.json()["token"]
    assert slip.json()["url"] == f"{SITE}/vi/rate?at=counter#{token}"
    assert slip.json()["qr"].startswith("<svg ")
    assert (await call.post(f"{path}/invitation", headers=once)).text == slip.text
    assert (await call.post(f"{path}/invitation", headers=key)).status_code == 409
    foreign = {"Authorization": f"Bearer {other}"}
    assert (await call.post(f"{path}/invitation", headers=foreign)).status_code == 404
    clock.move(hours=1)
    await browser.get("/vi/rate?at=counter")
    await browser.press(code=token, overall="5")
    assert (await RatingRow.get()).mode == "counter"
    await call.post("/api/v1/ratings", json={"token": token, "overall": 4})
    assert (await RatingRow.get()).mode == "counter"  # whatever way it comes


async def test_the_filer_of_a_dossier_is_invited_like_everybody(
    browser: Browser, own_keys: Keyring, settings: Settings, clock: Clock
):
    secret = await make.make_key("W1", act(), own_keys)
    key = {"Authorization": f"Bearer {secret}"}
    path = "/api/v1/dossiers/H29.12-261001-0002"
    filer = {"contact": {"phone": "0901 234 567"}, "language": "vi"}
    await browser.client.put(path, json=DOSSIER | filer, headers=key)
    # The agency thinks better of it: the first word stays.
    await browser.client.put(path, json=DOSSIER | {"contact": {"email": "x@x.vn"}}, headers=key)
    await browser.client.post(f"{path}/events", json=FINISHED, headers=key)
    token = await token_of(settings, own_keys, clock)
    assert (await NoticeRow.get()).channel == "sms"
    answer = await browser.client.post("/api/v1/ratings", json={"token": token, "overall": 3})
    assert answer.status_code == 200
    assert (await RatingRow.get()).mode == "link"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_operators_see_what_is_stuck_and_have_it_tried_again(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock, language: str
):
    await make.make_staff("quan", role=Role.ADMINISTRATOR, agency=None)
    await make.make_staff("kiem", role=Role.AUDITOR, agency=None)
    await make.make_case(keys=own_keys, contact=Contact(email="an@example.vn"))
    await NoticeRow.all().update(attempts=3, given_up_at=NOW, error="http_404")
    clock.move(hours=2)
    await signed_in(browser, "kiem")
    await browser.get(f"/{language}/admin/notices")
    assert "http_404" in browser.page.text
    assert "example.vn" not in browser.page.text
    assert not [f for f in browser.page.all("form") if "notices" in f.get("action", "")]
    assert (await browser.client.post(f"/{language}/admin/notices")).status_code == 403
    browser.client.cookies.clear()
    await signed_in(browser, "quan")
    await browser.get(f"/{language}/admin")
    assert f"/{language}/admin/notices" in browser.page.links()
    await browser.get(f"/{language}/admin/notices")
    [number] = [n for n, form in enumerate(browser.page.all("form"))
                if form.get("action", "").endswith("notices")]  # fmt: skip
    await browser.press(form=number)
    row = await NoticeRow.get()
    assert (row.given_up_at, row.next_try_at) == (None, clock())
    clock.move(hours=2)
    ready = (await browser.client.get("/readyz")).json()
    assert ready["notices"] == "stuck"


async def test_withdrawing_and_answering_go_on_beside_an_appeal(
    browser: Browser, officer: Staff, own_keys: Keyring, clock: Clock
):
    receipt = await make.make_answered_case(officer, keys=own_keys)
    clock.move(days=1)
    body = {"tracking_code": receipt.tracking_code, "text": "Chưa xong."}
    answer = (await browser.client.post("/api/v1/cases/appeal", json=body)).json()
    reopened = await browser.client.post("/api/v1/cases/reopen", json=body)
    assert reopened.status_code == 409
    above = {"tracking_code": answer["tracking_code"], "text": ""}
    assert (await browser.client.post("/api/v1/cases/withdraw", json=above)).status_code == 200
    assert await appealing.decide_next(act(at=clock()))
    row = await CaseRow.get(reference=receipt.reference)
    assert row.status == "closed"
    assert row.closed_at == clock()


def test_the_window_of_a_case_is_shorter_than_that_of_an_appeal():
    assert all(
        rule.window > invitations.WINDOW + timedelta(days=1) for rule in appeal_rules.rules()
    )
