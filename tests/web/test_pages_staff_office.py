"""Editions and administration in a browser, through the whole application."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from feedback import agency_keys
from feedback.models import AccountRow, AgencyKeyRow, Role
from feedback.scopes import Scope
from feedback.staff import accounts, sessions
from ranking.life import wishes
from ranking.models import EditionRow, EditionStatus, RecountRow
from tests import make, pages
from tests.make import Clock, act
from tests.pages import Page
from tests.ranking import rows
from web import reactions
from web.settings import Settings

BEFORE_THE_QUARTER_ENDS = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)


async def signed_in(browser: httpx.AsyncClient, role: Role) -> None:
    await make.make_staff("an", role=role, agency=None)
    form = pages.read((await browser.get("/vi/sign-in")).text).fields()
    form |= {"name": "an", "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=form)).status_code == 303


async def signed_in_again(browser: httpx.AsyncClient) -> None:
    """A session does not outlast the days for objections."""
    browser.cookies.clear()
    form = pages.read((await browser.get("/vi/sign-in")).text).fields()
    form |= {"name": "an", "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=form)).status_code == 303


async def get(browser: httpx.AsyncClient, path: str) -> Page:
    response = await browser.get(path)
    assert response.status_code == 200, (response.status_code, response.text[-2000:])
    return pages.read(response.text)


async def send(browser: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    token = (await get(browser, path)).fields(0)["csrf_token"]
    return await browser.post(path, data={"csrf_token": token, **data})


# Editions


async def test_a_draft_is_made_read_and_published_for_good(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    agency = await rows.make_agency("26740")
    at = datetime(2026, 8, 10, tzinfo=UTC)
    await rows.make_ratings(agency, at, satisfied=30, unsatisfied=4, silent=6)
    await signed_in(browser, Role.PUBLISHER)
    page = await get(browser, "/vi/publishing")
    assert page.fields(1)["period"] == "2026-Q3"
    made = await send(browser, "/vi/publishing", period="2026-Q3")
    assert made.headers["location"] == "/vi/publishing?done=wished", made.text
    assert "đang lập" in (await get(browser, made.headers["location"])).text
    while await wishes.grant_next(act(at=clock.at), make.ZONE):
        pass  # its quarter is counted again first, in several acts
    draft = await get(browser, "/vi/publishing/2026-Q3")
    assert "Dự thảo" in draft.h1
    assert "/vi/editions/2026-Q3/" not in draft.links()

    early = await send(browser, "/vi/publishing/2026-Q3", read="yes")
    assert early.status_code == 409
    assert "còn thời gian kiến nghị" in early.text
    clock.move(days=15)
    await signed_in_again(browser)
    unread = await send(browser, "/vi/publishing/2026-Q3")
    assert unread.status_code == 422
    assert "Xin xác nhận đã đọc dự thảo." in unread.text
    done = await send(browser, "/vi/publishing/2026-Q3", read="yes")
    assert done.headers["location"] == "/vi/publishing/2026-Q3?done=published"
    page = await get(browser, done.headers["location"])
    assert "/vi/editions/2026-Q3" in {link.rstrip("/") for link in page.links()}
    row = await EditionRow.get()
    assert (row.status, row.published_by) == (EditionStatus.PUBLISHED, "An")

    again = await send(browser, "/vi/publishing/2026-Q3", read="yes")
    assert again.status_code == 409
    assert "kỳ đã công bố không bao giờ thay đổi" in pages.read(again.text).text
    once_more = await send(browser, "/vi/publishing", period="2026-Q3")
    assert once_more.status_code == 409


async def test_a_night_that_counted_otherwise_is_told_with_the_agencies_concerned(
    browser: httpx.AsyncClient,
) -> None:
    wrong = await rows.make_agency("26740", name_vi="Phường Sai Lệch")
    await rows.make_agency("26743", name_vi="Phường Khớp")
    await signed_in(browser, Role.PUBLISHER)
    assert "Chưa có lần đếm lại nào." in (await get(browser, "/vi/publishing")).text
    at = datetime(2026, 10, 1, tzinfo=UTC)
    await RecountRow.create(period="2026-Q2", at=at, answers=70, differing={})
    for night, differing in enumerate(({}, {str(wrong.id): 2})):
        await RecountRow.create(
            period="2026-Q3", at=at + timedelta(days=night), answers=1234, differing=differing
        )
    text = (await get(browser, "/vi/publishing")).text
    found = text[text.index("Đếm lại mỗi đêm") :]
    assert found.index("2026-Q3") < found.index("1.234") < found.index("có sai lệch")
    assert found.index("Phường Sai Lệch") < found.index("2026-Q2") < found.rindex("khớp hoàn toàn")
    assert (found.count("2026-Q3"), "Phường Khớp" in found) == (1, False)


@pytest.mark.parametrize(
    ("period", "status"),
    [("2026-Q4", 409), ("2026-09", 422), ("nonsense", 422), ("", 422)],
)
async def test_a_refused_draft_says_why_and_keeps_what_was_typed(
    browser: httpx.AsyncClient, period: str, status: int
) -> None:
    await signed_in(browser, Role.PUBLISHER)
    response = await send(browser, "/vi/publishing", period=period)
    assert response.status_code == status
    page = pages.read(response.text)
    assert page.title.startswith("Lỗi")
    assert page.fields(1)["period"] == period
    assert not await EditionRow.exists()


async def test_an_edition_nobody_drafted_is_not_found(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, Role.PUBLISHER)
    assert (await browser.get("/vi/publishing/2026-Q3")).status_code == 404
    token = (await get(browser, "/vi/publishing")).fields(0)["csrf_token"]
    data = {"csrf_token": token, "read": "yes"}
    assert (await browser.post("/vi/publishing/2026-Q3", data=data)).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_who_only_reads_editions_cannot_draft(browser: httpx.AsyncClient, role: Role) -> None:
    await signed_in(browser, role)
    page = await get(browser, "/en/publishing")
    assert "Your role does not include this." in page.text
    assert (await send(browser, "/en/publishing", period="2026-Q3")).status_code == 403
    assert not await EditionRow.exists()


# Administration


async def test_an_account_is_opened_and_its_password_shown_once(
    browser: httpx.AsyncClient,
) -> None:
    await signed_in(browser, Role.ADMINISTRATOR)
    response = await send(
        browser,
        "/vi/admin/accounts/new",
        name="hoa",
        display_name="Trần Thị Hoa",
        role="officer",
        agency="W2",
        reason="Mới về",
    )
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    [password] = [code.text or "" for code in pages.read(response.text).all("code")]
    assert (await accounts.recognised("hoa", password)).agency_id is not None
    page = await get(browser, "/vi/admin/accounts/hoa")
    assert password not in page.text
    assert "Trần Thị Hoa" in page.h1
    assert "Phường Hai" in (await get(browser, "/vi/admin")).text


async def test_faults_of_a_new_account_stand_beside_their_fields(
    browser: httpx.AsyncClient,
) -> None:
    await signed_in(browser, Role.ADMINISTRATOR)
    for data, faulty in (
        ({"name": "an", "role": "auditor"}, "name"),
        ({"name": "Hoa", "role": "auditor"}, "name"),
        ({"name": "hoa", "role": "officer"}, "agency"),
        ({"name": "hoa", "role": "officer", "agency": "NO"}, "agency"),
        ({"name": "hoa", "role": "owner"}, "role"),
        ({"name": "hoa"}, "role"),
    ):
        response = await send(browser, "/vi/admin/accounts/new", **data, reason="Mới về")
        assert response.status_code == 422, data
        page = pages.read(response.text)
        assert f"#{faulty}" in page.links()
        assert page.fields(1)["name"] == data["name"]
    assert await AccountRow.all().count() == 1


async def test_a_new_password_and_a_closed_account_end_the_sessions(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    keys = reactions.keyring(settings)
    await make.make_staff("lan")
    await signed_in(browser, Role.ADMINISTRATOR)
    for what, status in (("reset", 200), ("disable", 303)):
        token = await accounts.sign_in("lan", make.PASSWORD, act(), keys)
        response = await send(
            browser, "/vi/admin/accounts/lan", do=what, sure="yes", reason="Chuyển công tác"
        )
        assert response.status_code == status
        assert await sessions.of_token(token, keys, at=make.NOW) is None
        if what == "reset":
            await accounts.reset("lan", act(), password=make.PASSWORD)
    page = await get(browser, "/vi/admin/accounts/lan")
    assert "Không ai đăng nhập được" in page.text


async def test_a_key_is_given_shown_once_and_revoked(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    keys = reactions.keyring(settings)
    await signed_in(browser, Role.ADMINISTRATOR)
    ticked = {"opens_inbox_read": "yes", "opens_dossiers_write": "yes", "reason": "Nối máy"}
    response = await send(browser, "/vi/admin/keys", agency="W1", label="Một cửa", **ticked)
    [secret] = [code.text or "" for code in pages.read(response.text).all("code")]
    system = await agency_keys.holder(secret, keys, at=make.NOW, on=make.NOW.date())
    assert system is not None
    assert system.scopes == {Scope.INBOX_READ, Scope.DOSSIERS_WRITE}
    assert secret not in (await get(browser, "/vi/admin/keys")).text
    row = await AgencyKeyRow.get()
    await send(browser, "/vi/admin/keys", revoke=str(row.id), sure="yes", reason="Chuyển công tác")
    assert await agency_keys.holder(secret, keys, at=make.NOW, on=make.NOW.date()) is None
    for agency in ("", "NO"):
        refused = await send(browser, "/vi/admin/keys", agency=agency, **ticked)
        assert refused.status_code == 422
    assert (await send(browser, "/vi/admin/keys", agency="W1", reason="x")).status_code == 422


async def test_a_key_is_replaced_and_the_old_one_goes_on_for_a_while(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    keys = reactions.keyring(settings)
    await signed_in(browser, Role.ADMINISTRATOR)
    old = await make.make_key("W1", act(), keys, label="Một cửa")
    row = await AgencyKeyRow.get()
    sure = {"sure": "yes", "reason": "Đổi hằng năm"}
    assert (await send(browser, "/vi/admin/keys", rotate=str(row.id))).status_code == 200
    assert await AgencyKeyRow.all().count() == 1  # asked first
    response = await send(browser, "/vi/admin/keys", rotate=str(row.id), **sure)
    [secret] = [code.text or "" for code in pages.read(response.text).all("code")]
    for each in (old, secret):
        assert await agency_keys.holder(each, keys, at=make.NOW, on=make.NOW.date())
    again = await send(browser, "/vi/admin/keys", rotate=str(row.id), **sure)
    assert again.status_code == 409
    assert (await send(browser, "/vi/admin/keys", rotate="999999", **sure)).status_code == 404
    shown = (await get(browser, "/vi/admin/keys?q=Một")).text
    assert "Một cửa" in shown
    assert "hl-pages" not in shown  # a list of one page is not turned over
    found = await get(browser, "/vi/admin/keys?q=nothing-like-it")
    assert "Không có khóa nào phù hợp." in found.text


async def test_an_auditor_reads_the_accounts_and_changes_none(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    await signed_in(browser, Role.AUDITOR)
    for path in ("/vi/admin", "/vi/admin/", "/en/admin/keys", "/vi/admin/accounts/lan"):
        await get(browser, path)
    assert (await browser.get("/vi/admin/accounts/new")).status_code == 403
    for path, data in (
        ("/vi/admin/accounts/lan", {"do": "disable"}),
        ("/vi/admin/keys", {"agency": "W1"}),
    ):
        assert (await send(browser, path, **data)).status_code == 403
    assert await AccountRow.filter(disabled_at=None).count() == 2
    assert not await AgencyKeyRow.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.PUBLISHER])
async def test_administration_is_for_nobody_else(browser: httpx.AsyncClient, role: Role) -> None:
    await signed_in(browser, role)
    for path in ("/vi/admin", "/vi/admin/keys", "/vi/admin/accounts/an"):
        assert (await browser.get(path)).status_code == 403


async def test_an_account_that_is_not_is_not_found(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, Role.ADMINISTRATOR)
    assert (await browser.get("/vi/admin/accounts/nobody")).status_code == 404
    token = (await get(browser, "/vi/admin")).fields(0)["csrf_token"]
    for what in ("reset", "disable", "nonsense"):
        data = {"csrf_token": token, "do": what}
        response = await browser.post("/vi/admin/accounts/nobody", data=data)
        assert response.status_code == 404
