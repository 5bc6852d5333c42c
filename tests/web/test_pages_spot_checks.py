"""Spot checks on the pages of coordinators and auditors: drawn, called, on record, for good."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from feedback import invitations, reveals, spot_checking, spot_checks
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import Faulty, RoleMayNot
from feedback.models import (
    ClosureRow,
    DossierContactRow,
    RevealRow,
    Role,
    SpotCheckRow,
    SpotDrawingRow,
    SpotKind,
    SpotOutcome,
    SpotTryRow,
)
from feedback.spot_check_errors import SpotCheckDone
from feedback.spot_checking import Found
from ranking.doubts import spot_drawing
from ranking.life import editions
from ranking.method import periods
from ranking.method.config import Config
from ranking.method.limits import Limits
from sla.models import AgencyRow, PromiseKind, PromiseRow
from tests import make, pages
from tests.conftest import KEYS
from tests.make import NOW, ZONE, Clock
from tests.ranking import rows
from tests.web.test_pages_corrections import get, send, sign_in
from web import reactions
from web.settings import Settings

Q3 = periods.parse("2026-Q3", ZONE)
LAST_WEEK = datetime(2026, 9, 29, 3, tzinfo=UTC)
DRAWN = Q3.cutoff_at
AN = Contact("Nguyễn An", "an@example.vn", "0901234567")


@pytest.fixture
def clock() -> Clock:
    return Clock(DRAWN)


async def drawn_dossier(contact: Contact | None = AN, keys: Keyring = KEYS) -> SpotCheckRow:
    """A dossier finished in the last week of the quarter, drawn to be called back and looked up."""
    held_to = Config(limits=Limits(call_back_share=1.0))
    await editions.commit_config(Q3, held_to, make.act(at=datetime(2026, 6, 1, tzinfo=UTC)))
    agency = await AgencyRow.get(code="W1")
    rating = await rows.make_rating(agency, LAST_WEEK, 5)
    closure = await ClosureRow.get(id=rating.closure_id)
    await ClosureRow.filter(id=closure.id).update(invited_at=LAST_WEEK)
    await PromiseRow.filter(id=closure.promise_id).update(kind=PromiseKind.DOSSIER)
    if contact:
        await invitations.remember_filer(closure.promise_id, contact, language="vi", keys=keys)
    while await spot_drawing.draw_next(make.act(at=DRAWN), ZONE):
        pass
    return await SpotCheckRow.get(drawing__kind=SpotKind.CALL_BACK)


async def test_a_resident_is_called_and_what_they_say_is_on_record(
    browser: httpx.AsyncClient, settings: Settings
):
    check = await drawn_dossier(keys=reactions.keyring(settings))
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/en/spot-checks")
    assert f"/en/spot-checks/{check.id}" in page.links()
    assert "Call-back: 1 to be done" in page.text
    assert "0901234567" not in (await get(browser, f"/en/spot-checks/{check.id}")).text
    shown = await send(browser, f"/en/spot-checks/{check.id}", do="call")
    assert "0901234567" in shown.text
    assert shown.headers["cache-control"] == "no-store, private"
    [look] = await RevealRow.all()
    assert (look.by, look.case_id, look.fields_shown) == ("staff:mai", None, "name,email,phone")
    answer = await send(browser, f"/en/spot-checks/{check.id}", outcome="agrees", overall="4")
    assert answer.headers["location"] == f"/en/spot-checks/{check.id}?done=recorded"
    page = await get(browser, f"/vi/spot-checks/{check.id}")
    assert "Đúng như cơ quan báo" in page.text
    assert not page.all("textarea")
    row = await SpotTryRow.get()
    assert (row.overall, row.is_last, row.by) == (4, True, "staff:mai")
    calls, files = await spot_drawing.checked(Q3)
    assert (calls.agrees, calls.waiting, files.waiting) == (1, 0, 1)


async def test_the_looks_for_call_backs_stand_among_all_looks(browser: httpx.AsyncClient):
    check = await drawn_dossier()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await spot_checking.call(check.id, make.act(mai, DRAWN), KEYS)
    kim = await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    [look] = (await reveals.listed(kim)).rows
    promise = await PromiseRow.get(kind=PromiseKind.DOSSIER)
    assert (look.reference, look.words) == (
        promise.code, "Phúc tra ngẫu nhiên kỳ 2026-Q3 / random call-back of 2026-Q3",
    )  # fmt: skip
    assert await reveals.counted(kim) == {"W1": 1}


async def test_a_filer_of_a_case_reads_that_they_were_looked_up(database: None):
    await make.make_city()
    lan = await make.make_staff()
    receipt = await make.make_answered_case(lan, contact=AN)
    closure = await ClosureRow.get()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    check = await _drawn(closure)
    contact = await spot_checking.call(check.id, make.act(mai), KEYS)
    assert contact.phone == AN.phone
    [look] = await reveals.of_case((await RevealRow.get()).case_id or 0)
    assert (look.reference, look.by) == (receipt.reference, "Mai")


async def _drawn(closure: ClosureRow) -> SpotCheckRow:
    drawing = await SpotDrawingRow.create(
        period="2026-Q4", kind=SpotKind.CALL_BACK, starts_at=NOW, ends_at=NOW + timedelta(days=7),
        of=1, taken=1, drawn_at=NOW + timedelta(days=21),
    )  # fmt: skip
    return await SpotCheckRow.create(
        drawing_id=drawing.id, closure_id=closure.id, agency_id=closure.agency_id,
        due_at=NOW + timedelta(days=35),
    )  # fmt: skip


async def test_who_is_not_reached_is_called_three_times(browser: httpx.AsyncClient):
    check = await drawn_dossier()
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    for again in ("again", "again", "recorded"):
        sent = await send(browser, f"/en/spot-checks/{check.id}", outcome="not_reached")
        assert sent.headers["location"].endswith(f"?done={again}")
    late = await send(browser, f"/en/spot-checks/{check.id}", outcome="agrees")
    assert late.status_code == 409
    assert "on record already" in pages.read(late.text).text
    calls = (await spot_drawing.checked(Q3))[0]
    assert (calls.not_reached, calls.waiting) == (1, 0)


async def test_where_nobody_is_known_one_try_is_enough(browser: httpx.AsyncClient):
    check = await drawn_dossier(contact=None)
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, f"/en/spot-checks/{check.id}")
    assert "No contact is known" in page.text
    refused = await send(browser, f"/en/spot-checks/{check.id}", do="call")
    assert refused.status_code == 409
    sent = await send(browser, f"/en/spot-checks/{check.id}", outcome="not_reached")
    assert sent.headers["location"].endswith("?done=recorded")
    assert not await RevealRow.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "lost"}, "outcome"),
        ({"outcome": "differs"}, "note"),
        ({"outcome": "agrees", "overall": "6"}, "overall"),
        ({"outcome": "not_reached", "overall": "3"}, "overall"),
    ],
)
def test_what_a_form_lacks_is_named(given: dict[str, str], field: str):
    with pytest.raises(Faulty) as refused:
        spot_checking.found(given, SpotKind.CALL_BACK)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_file_says_nothing_of_how_satisfied_anybody_is():
    with pytest.raises(Faulty):
        spot_checking.found({"outcome": "agrees", "overall": "3"}, SpotKind.FILE)
    assert spot_checking.found({"outcome": "agrees"}, SpotKind.FILE) == Found(SpotOutcome.AGREES)


async def test_a_fault_stands_beside_its_field(browser: httpx.AsyncClient):
    check = await drawn_dossier()
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    sent = await send(browser, f"/vi/spot-checks/{check.id}", outcome="differs")
    assert sent.status_code == 422
    assert "note-error" in sent.text
    missing = await browser.get("/en/spot-checks/999999")
    assert missing.status_code == 404


async def test_auditors_look_on_and_take_the_list_along(browser: httpx.AsyncClient):
    check = await drawn_dossier()
    await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    await sign_in(browser, "kim")
    page = await get(browser, f"/en/spot-checks/{check.id}")
    assert all(one.get("disabled") is not None for one in page.all("main//button"))
    assert (await send(browser, f"/en/spot-checks/{check.id}", outcome="agrees")).status_code == 403
    assert (await send(browser, f"/en/spot-checks/{check.id}", do="call")).status_code == 403
    file = (await browser.get("/en/spot-checks.csv?kind=file")).text
    assert len(file.splitlines()) == 2
    assert ",2026-Q3,file,W1," in file
    assert len((await browser.get("/en/spot-checks.csv?state=done")).text.splitlines()) == 1
    assert "Both kinds" in (await get(browser, "/en/spot-checks?kind=file&state=waiting")).text
    nothing = await get(browser, "/en/spot-checks?state=done&page=7")
    assert "No spot check fits this." in nothing.text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
async def test_no_agency_learns_what_was_drawn(browser: httpx.AsyncClient, role: Role):
    check = await drawn_dossier()
    lan = await make.make_staff("lan", role=role)
    await sign_in(browser, "lan")
    for path in ("spot-checks", "spot-checks.csv", f"spot-checks/{check.id}"):
        assert (await browser.get(f"/en/{path}")).status_code == 403
    with pytest.raises(RoleMayNot):
        await spot_checks.one(lan, check.id)


async def test_a_coordinator_of_the_agency_itself_may_not(database: None):
    await make.make_city()
    check = await drawn_dossier()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency="W1")
    with pytest.raises(RoleMayNot):
        await spot_checking.record(check.id, Found(SpotOutcome.AGREES), make.act(mai, DRAWN))
    with pytest.raises(RoleMayNot):
        await spot_checking.call(check.id, make.act(mai, DRAWN), KEYS)


async def test_whom_to_call_is_remembered_until_then_and_no_longer(database: None):
    await make.make_city()
    check = await drawn_dossier()
    late = LAST_WEEK + 2 * invitations.WINDOW + timedelta(hours=1)
    assert late < check.due_at
    assert not await invitations.forget_filer(make.act(at=late))
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await spot_checking.record(check.id, Found(SpotOutcome.AGREES), make.act(mai, DRAWN))
    with pytest.raises(SpotCheckDone):
        await spot_checking.record(check.id, Found(SpotOutcome.AGREES), make.act(mai, DRAWN))
    assert await invitations.forget_filer(make.act(at=late))
    assert not await DossierContactRow.exists()


async def test_who_was_not_called_in_time_is_forgotten_all_the_same(database: None):
    await make.make_city()
    check = await drawn_dossier()
    assert not await invitations.forget_filer(make.act(at=check.due_at - timedelta(seconds=1)))
    assert await invitations.forget_filer(make.act(at=check.due_at))


async def test_a_publisher_reads_the_sums_of_a_draft_and_publishes_them(
    browser: httpx.AsyncClient, clock: Clock
):
    check = await drawn_dossier()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await spot_checking.record(check.id, Found(SpotOutcome.AGREES, 5), make.act(mai, DRAWN))
    await editions.draft("2026-Q3", make.act(at=DRAWN), ZONE)
    await make.make_staff("hoa", role=Role.PUBLISHER, agency=None)
    await sign_in(browser, "hoa")
    page = await get(browser, "/en/publishing/2026-Q3/signals")
    assert "Spot checks: drawn by lot, and what came of it" in page.text
    assert "Not done yet" in page.text
    clock.move(days=30)
    await sign_in(browser, "hoa")
    sent = await send(browser, "/en/publishing/2026-Q3", read="yes")
    assert sent.status_code == 303
    calls, files = (await editions.read("2026-Q3")).life.checked
    assert (calls.drawn, calls.agrees, files.drawn, files.waiting) == (1, 1, 1, 1)
