"""Mails about editions: confirmed by whoever reads the mail, one each, and forgotten at a word."""

from datetime import date, timedelta
from typing import Any

import pytest

from feedback import contacts, notices
from feedback.codes import Keyring
from feedback.errors import Faulty, NoSuchCode
from feedback.models import AccountRow, NoticeRow, Role
from ranking.frozen.edition_body import Edition
from ranking.life import news, previews, subscriptions
from ranking.models import EditionRow, EditionStatus, SubscriptionRow
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act
from tests.ranking import rows
from tests.web import editions

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


@pytest.fixture
async def ward() -> AgencyRow:
    return await rows.make_agency("26740")


async def ask(
    email: str = "an@example.vn", agency: str = "", language: str = "vi", **later: float
) -> None:
    wish = await subscriptions.wish({"email": email, "agency": agency}, language)
    await subscriptions.ask(wish, act(at=NOW + timedelta(**later)), KEYS)


async def owed(kind: str) -> list[notices.Notice]:
    found = NoticeRow.filter(kind=kind, sent_at=None).order_by("id")
    return [notices.opened(row, KEYS) for row in await found]


async def subscribed(email: str = "an@example.vn", agency: str = "", language: str = "vi") -> None:
    before = {one.id for one in await owed(subscriptions.CONFIRM)}
    await ask(email, agency, language)
    [notice] = [one for one in await owed(subscriptions.CONFIRM) if one.id not in before]
    await subscriptions.confirm(notice.facts["code"], act(), KEYS)


async def publish(edition: Edition, **facts: Any) -> EditionRow:
    return await rows.store_edition(edition, **{"published_at": NOW + DAY, **facts})


async def tell(**later: float) -> list[notices.Notice]:
    while await news.tell_next(act(at=NOW + 2 * DAY + timedelta(**later)), KEYS):
        pass
    return await owed(subscriptions.NEWS)


EDITION = editions.make_edition(
    (editions.gathered("26740", levels=(1, 2, 3, 200, 794)), editions.gathered("26743"))
)


async def test_nobody_hears_anything_before_confirming() -> None:
    await ask()
    await publish(EDITION)
    assert await tell() == []


async def test_a_code_confirms_and_an_edition_is_told_once(ward: AgencyRow) -> None:
    await subscribed()
    await publish(EDITION)
    [notice] = await tell()
    assert notice.to.email == "an@example.vn"
    assert notice.facts["period"] == "2026-Q3"
    assert notice.facts["agencies"] == ""
    assert notice.facts["ranked"] == "1"
    assert len(await tell(hours=5)) == 1


async def test_whoever_asked_for_several_gets_one_mail(ward: AgencyRow) -> None:
    await subscribed(agency="26740")
    await subscribed()
    await publish(EDITION)
    [notice] = await tell()
    assert notice.facts["agencies"] == "26740\tabove\tUBND phường 26740"


async def test_an_agency_that_is_not_in_it_is_no_news() -> None:
    await rows.make_agency("1")
    await subscribed(agency="1")
    await publish(EDITION)
    assert await tell() == []


async def test_a_correction_is_told_by_itself_with_its_reason() -> None:
    await subscribed()
    await publish(EDITION)
    corrected = editions.make_edition((), name="2026-Q3.2", supersedes="2026-Q3", reason="Nhầm")
    await publish(corrected)
    assert [one.facts["reason"] for one in await tell()] == ["", "Nhầm"]


@pytest.mark.parametrize(
    "facts",
    [
        {"manifest_digest": None},  # its files are not in place yet
        {"published_at": NOW - DAY},  # before they asked
        {"published_at": NOW - 30 * DAY},
        {"status": EditionStatus.DRAFT, "published_at": None},
    ],
)
async def test_only_what_is_new_and_there_is_news(facts: dict[str, object]) -> None:
    await subscribed()
    await publish(EDITION, **facts)
    assert await tell() == []


async def test_the_address_is_sealed() -> None:
    await ask()
    row = await SubscriptionRow.get()
    assert b"an@example" not in bytes(row.sealed) + bytes(row.address_hash)
    assert contacts.unseal(bytes(row.sealed), KEYS) == "an@example.vn"


async def test_stopping_forgets_the_address_and_what_was_sent_to_it() -> None:
    await subscribed(email="AN@example.vn")
    await publish(EDITION)
    [notice] = await tell()
    handle = notice.facts["subscription"]
    assert len(await subscriptions.of(handle, KEYS)) == 1
    for _ in range(2):
        await subscriptions.stop(handle, KEYS)
    assert await subscriptions.of(handle, KEYS) == []
    assert await SubscriptionRow.all().count() == 0
    assert await owed(subscriptions.NEWS) == []
    await subscribed(email="an@example.vn")  # again, after the edition was published
    await SubscriptionRow.all().update(confirmed_at=NOW + 2 * DAY)
    assert await tell() == []


async def test_one_of_several_can_be_stopped_alone(ward: AgencyRow) -> None:
    await subscribed()
    await subscribed(agency="26740")
    handle = subscriptions.handle_of(bytes((await SubscriptionRow.all())[0].address_hash), KEYS)
    of_all, of_one = await subscriptions.of(handle, KEYS)
    await subscriptions.stop(handle, KEYS, number=of_all.number)
    assert await subscriptions.of(handle, KEYS) == [of_one]


@pytest.mark.parametrize("handle", ["", "x", "é" * 34, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ"])
async def test_a_handle_of_somebody_else_opens_nothing(handle: str) -> None:
    with pytest.raises(NoSuchCode):
        await subscriptions.of(handle, KEYS)


async def test_asking_again_owes_no_second_mail_within_the_hour() -> None:
    await ask()
    await ask(minutes=59)
    assert len(await owed(subscriptions.CONFIRM)) == 1
    await ask(minutes=61)
    assert len(await owed(subscriptions.CONFIRM)) == 2


async def test_whoever_has_confirmed_gets_no_further_code() -> None:
    await subscribed()
    await ask(days=3)
    assert len(await owed(subscriptions.CONFIRM)) == 1


async def test_nobodys_mailbox_is_flooded_by_others() -> None:
    for number in range(8):
        await rows.make_agency(f"F{number}")
        await ask(agency=f"F{number}")
    assert len(await owed(subscriptions.CONFIRM)) == subscriptions.ASKED_AT_MOST


async def test_a_code_is_good_for_a_week_and_then_everything_is_forgotten() -> None:
    await ask()
    [notice] = await owed(subscriptions.CONFIRM)
    late = act(at=NOW + subscriptions.LASTS)
    with pytest.raises(NoSuchCode):
        await subscriptions.confirm(notice.facts["code"], late, KEYS)
    await subscriptions.forget_unconfirmed(act(at=late.at - timedelta(seconds=1)))
    assert await SubscriptionRow.exists()
    await subscriptions.forget_unconfirmed(late)
    assert not await SubscriptionRow.exists()
    assert await owed(subscriptions.CONFIRM) == []


async def test_confirming_twice_is_the_same() -> None:
    await subscribed()
    [notice] = await owed(subscriptions.CONFIRM)
    await subscriptions.confirm(notice.facts["code"], act(at=NOW + 30 * DAY), KEYS)
    assert (await SubscriptionRow.get()).confirmed_at == NOW


@pytest.mark.parametrize(
    "given", [{}, {"email": "x"}, {"email": "a@b.vn\n"}, {"email": "a@b.vn", "agency": "none"}]
)
async def test_what_cannot_be_is_refused(given: dict[str, str]) -> None:
    if given.get("email", "").endswith("\n"):
        given = {"email": "a b@c.vn"}
    with pytest.raises(Faulty):
        await subscriptions.wish(given, "vi")


async def test_a_new_instance_key_seals_anew() -> None:
    await ask()
    new = Keyring(pepper=KEYS.pepper, seal=b"n" * 40, former_seal=KEYS.seal)
    assert await subscriptions.reseal_next(act(), new) is True
    assert await subscriptions.reseal_next(act(), new) is False
    only = Keyring(pepper=KEYS.pepper, seal=b"n" * 40)
    assert contacts.unseal(bytes((await SubscriptionRow.get()).sealed), only) == "an@example.vn"


async def test_heads_are_told_once_that_their_draft_is_open(ward: AgencyRow) -> None:
    await make.make_staff("head", role=Role.HEAD, agency="26740")
    await AccountRow.filter(name="head").update(email="head@example.vn")
    await make.make_staff("other", agency="26740")
    await publish(
        EDITION, status=EditionStatus.DRAFT, published_at=None, preview_at=NOW, drafted_at=NOW
    )
    assert await previews.tell_next(act(at=NOW + timedelta(hours=1)), KEYS) is True
    assert await previews.tell_next(act(at=NOW + timedelta(hours=2)), KEYS) is False
    [notice] = await owed("preview_opened")
    assert notice.facts["edition"] == "2026-Q3"
    assert date.fromisoformat(notice.facts["closes_at"][:10]) > NOW.date()


async def test_nobody_is_told_of_a_trial_or_of_a_window_that_is_over(ward: AgencyRow) -> None:
    await make.make_staff("head", role=Role.HEAD, agency="26740")
    await AccountRow.filter(name="head").update(email="head@example.vn")
    row = await publish(EDITION, status=EditionStatus.DRAFT, published_at=None, drafted_at=NOW)
    assert await previews.tell_next(act(), KEYS) is False
    await EditionRow.filter(id=row.id).update(preview_at=NOW)
    assert await previews.tell_next(act(at=NOW + 60 * DAY), KEYS) is False
