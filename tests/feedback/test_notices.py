"""The outbox: at least once, ever later, given up in the open; and what operators see of it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import invitations, jobs, notices, unsubscribing
from feedback.administration import notice_states
from feedback.administration.notice_states import NoticeState
from feedback.drafts import Contact
from feedback.errors import CarrierDown, CarrierRefuses, NoSuchCode, RoleMayNot
from feedback.models import ClosureRow, NoticeRow, Role
from feedback.notices import Notice, Owed
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")
MAIL = Contact(email="an@example.vn")
PHONE = Contact(phone="0901234567")


@dataclass
class Carrying:
    """A carrier that fails as told and remembers what it was given."""

    error: Exception | None = None
    carried: list[Notice] = field(default_factory=list)

    async def carry(self, notice: Notice) -> None:
        self.carried.append(notice)
        if self.error:
            raise self.error


async def owe(key: str = "answered/1", to: Contact = MAIL, kind: str = "answered") -> None:
    await notices.owe(Owed(key, kind, "vi", to, {"reference": key}), act(), KEYS)


async def test_who_left_only_a_number_is_told_by_phone() -> None:
    await owe("one", MAIL)
    await owe("two", PHONE)
    await owe("three", Contact(name="An"))
    rows = await NoticeRow.all().order_by("key").values_list("key", "channel")
    assert rows == [("one", "email"), ("two", "sms")]


@pytest.mark.parametrize(
    "error", [CarrierDown("smtp", "ConnectError"), KeyError("a template's mistake")]
)
async def test_what_fails_is_tried_again_later_and_says_why(error: Exception) -> None:
    await owe()
    assert await jobs.send_notice(act(), Carrying(error), KEYS)
    assert not await jobs.send_notice(act(), Carrying(), KEYS)
    row = await NoticeRow.get()
    assert row.error == ("ConnectError" if isinstance(error, CarrierDown) else "KeyError")
    later = act(at=row.next_try_at)
    carrying = Carrying()
    assert await jobs.send_notice(later, carrying, KEYS)
    assert [n.key for n in carrying.carried] == ["answered/1"]
    await row.refresh_from_db()
    assert (row.sent_at, bytes(row.sealed), row.error) == (later.at, b"", None)


async def test_what_is_refused_is_given_up_at_once_and_kept_for_operators() -> None:
    await owe()
    await jobs.send_notice(act(), Carrying(CarrierRefuses("sms", "http_422")), KEYS)
    assert not await jobs.send_notice(act(at=NOW + timedelta(days=9)), Carrying(), KEYS)
    row = await NoticeRow.get()
    assert (row.given_up_at, row.error, row.attempts) == (NOW, "http_422", 1)
    assert row.sealed


async def test_after_many_tries_it_is_given_up() -> None:
    await owe()
    at = NOW
    for _ in range(notices.TRIES_AT_MOST):
        row = await NoticeRow.get()
        at = max(at, row.next_try_at)
        await jobs.send_notice(act(at=at), Carrying(CarrierDown("smtp")), KEYS)
    row = await NoticeRow.get()
    assert row.given_up_at == at
    # Long enough for a broken server to be mended over a weekend.
    assert at - NOW > timedelta(days=3)


@given(st.text(max_size=60), st.integers(0, 40))
def test_the_wait_doubles_within_bounds_and_is_each_notices_own(key: str, attempts: int) -> None:
    wait = notices.delay(key, attempts)
    middle = min(notices.LONGEST_DELAY, notices.FIRST_DELAY * 2**attempts)
    assert middle * 0.75 <= wait <= middle * 1.25
    assert wait == notices.delay(key, attempts)


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({notices.delay(f"answered/{n}", 3) for n in range(100)}) > 90


async def test_operators_see_counts_and_causes_and_nobodys_address() -> None:
    await owe("a", MAIL)
    await owe("b", PHONE, kind="asked")
    await jobs.send_notice(act(), Carrying(CarrierDown("smtp", "ConnectError")), KEYS)
    await jobs.send_notice(act(), Carrying(CarrierRefuses("sms", "http_404")), KEYS)
    await owe("c", MAIL)
    found = await notice_states.groups(NOW)
    assert {(g.kind, g.channel, g.state, g.count, g.errors) for g in found} == {
        ("answered", "email", NoticeState.OWED, 1, ()),
        ("answered", "email", NoticeState.PUT_OFF, 1, ("ConnectError",)),
        ("asked", "sms", NoticeState.GIVEN_UP, 1, ("http_404",)),
    }
    assert "example.vn" not in repr(found)
    assert "0901234567" not in repr(found)


async def test_an_administrator_has_what_failed_tried_again() -> None:
    await owe("b", PHONE)
    await jobs.send_notice(act(), Carrying(CarrierRefuses("sms", "no_carrier")), KEYS)
    await make.make_city()
    admin = await make.make_staff("quan", role=Role.ADMINISTRATOR, agency=None)
    officer = await make.make_staff()
    with pytest.raises(RoleMayNot):
        await notice_states.try_again(act(officer), kind="answered", channel="sms")
    assert await notice_states.try_again(act(admin), kind="answered", channel="sms") == 1
    carrying = Carrying()
    assert await jobs.send_notice(act(), carrying, KEYS)
    assert carrying.carried[0].to == PHONE


async def test_what_waits_too_long_is_seen_and_what_is_long_given_up_forgotten() -> None:
    await owe()
    assert await notice_states.owed_since(NOW + notice_states.STUCK_AFTER) is None
    late = NOW + notice_states.STUCK_AFTER + timedelta(seconds=1)
    assert await notice_states.owed_since(late) == NOW
    await jobs.send_notice(act(), Carrying(CarrierRefuses("smtp", "x")), KEYS)
    assert await notice_states.owed_since(late) is None
    assert not await notice_states.tend(act(at=late))
    assert (await NoticeRow.get()).sealed
    await notice_states.tend(act(at=NOW + timedelta(days=31)))
    assert not (await NoticeRow.get()).sealed


async def test_who_wants_no_invitations_gets_none_and_can_rate_all_the_same() -> None:
    await make.make_city()
    officer = await make.make_staff()
    handle = unsubscribing.handle_of(Contact(email="An@Example.vn"), KEYS)
    for _ in range(2):
        await unsubscribing.stop(handle, act(), KEYS)
    receipt = await make.make_answered_case(officer, contact=MAIL)
    assert await invitations.invite_next(act(), KEYS)
    assert not await NoticeRow.exists(kind="invitation")
    assert (await ClosureRow.get()).invited_at == NOW
    await make.make_rating(receipt)
    await unsubscribing.resume(handle, KEYS)
    assert not await unsubscribing.wants_none(MAIL, KEYS)


@given(st.text(max_size=60))
def test_only_our_own_handles_stop_anything(text: str) -> None:
    with pytest.raises(NoSuchCode):
        unsubscribing.check(text, KEYS)
