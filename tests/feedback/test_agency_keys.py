"""Keys of agencies' own systems: what they open, until when, and what replaces them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.exceptions import IntegrityError

from feedback import agency_keys, audit, scopes
from feedback.agency_keys import KeyState, Wish
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.errors import KeyOver, NoSuchKey, NotAFact, RoleMayNot, UnknownAgency
from feedback.models import AgencyKeyRow, Role
from feedback.scopes import Scope
from tests import make
from tests.make import NOW, act

TODAY = date(2026, 10, 5)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def city(database: None) -> None:
    await make.make_city()


async def test_a_key_opens_what_was_wished_and_nothing_else(keys: Keyring) -> None:
    secret = await make.make_key("W1", act(), scopes=frozenset({Scope.INBOX_READ}))
    system = await agency_keys.holder(secret, keys, at=NOW, on=TODAY)
    assert system is not None
    assert system.scopes == {Scope.INBOX_READ}


async def test_only_a_hash_of_the_secret_is_stored(keys: Keyring) -> None:
    secret = await make.make_key("W1", act())
    [row] = await AgencyKeyRow.all()
    assert secret.startswith("hl_")
    stored = [bytes(row.key_hash), row.label.encode(), row.scopes.encode()]
    assert not any(secret.encode() in each for each in stored)


@pytest.mark.parametrize(
    ("moment", "is_good"), [(timedelta(days=30) - timedelta(seconds=1), True), (30 * DAY, False)]
)
async def test_a_key_ends_on_its_last_instant(
    keys: Keyring, moment: timedelta, is_good: bool
) -> None:
    secret = await make.make_key("W1", act(), days=30)
    found = await agency_keys.holder(secret, keys, at=NOW + moment, on=TODAY)
    assert (found is not None) is is_good


async def test_a_key_and_its_successor_are_both_good_during_the_overlap(keys: Keyring) -> None:
    wish = Wish(frozenset({Scope.DOSSIERS_WRITE}), "Một cửa")
    old = await agency_keys.add("W1", wish, act(), keys)
    new = await agency_keys.rotate(old.id, act(), keys, overlap=7)
    for secret, days, is_good in (
        (old.secret, 6, True),
        (old.secret, 7, False),
        (new.secret, 400, True),
    ):
        found = await agency_keys.holder(secret, keys, at=NOW + days * DAY, on=TODAY)
        assert (found is not None) is is_good
    assert found is not None
    assert found.scopes == wish.scopes
    first, second = (await agency_keys.listed(NOW)).rows
    assert (first.replaces, first.label, first.state) == (old.id, "Một cửa", KeyState.IN_USE)
    assert second.state is KeyState.ENDING


async def test_a_successor_lasts_as_long_and_an_overlap_never_prolongs(keys: Keyring) -> None:
    old = await agency_keys.add("W1", Wish(days=10), act(), keys)
    await agency_keys.rotate(old.id, act(at=NOW + 5 * DAY), keys, overlap=30)
    ends = {row.id: row.expires_at for row in (await agency_keys.listed(NOW)).rows}
    assert ends.pop(old.id) == NOW + 10 * DAY
    assert list(ends.values()) == [NOW + 15 * DAY]


async def test_what_has_ended_or_was_replaced_has_no_successor(keys: Keyring) -> None:
    replaced, revoked, expired = [
        await agency_keys.add("W1", Wish(days=1), act(), keys) for _ in range(3)
    ]
    await agency_keys.rotate(replaced.id, act(), keys)
    await agency_keys.revoke(revoked.id, act())
    for one, at in ((replaced, NOW), (revoked, NOW), (expired, NOW + DAY)):
        with pytest.raises(KeyOver):
            await agency_keys.rotate(one.id, act(at=at), keys)
    with pytest.raises(NoSuchKey):
        await agency_keys.rotate(10**6, act(), keys)


async def test_the_last_use_is_the_day_and_is_written_once_a_day(keys: Keyring) -> None:
    secret = await make.make_key("W1", act())
    for day, stored in ((TODAY, TODAY), (TODAY - DAY, TODAY), (TODAY + DAY, TODAY + DAY)):
        await agency_keys.holder(secret, keys, at=NOW, on=day)
        [row] = await AgencyKeyRow.all()
        assert row.used_on == stored


async def test_every_change_is_on_record_without_the_secret(keys: Keyring) -> None:
    old = await agency_keys.add("W1", Wish(label="Một cửa"), act(), keys)
    new = await agency_keys.rotate(old.id, act(), keys)
    await agency_keys.revoke(new.id, act())
    assert not await agency_keys.revoke(new.id, act())
    of_old = [trace.deed for trace in await audit.about(Subject.KEY, str(old.id))]
    of_new = [trace.deed for trace in await audit.about(Subject.KEY, str(new.id))]
    assert of_old == [Deed.CHANGED, Deed.ADDED]
    assert of_new == [Deed.REVOKED, Deed.ADDED]
    told = str(await audit.about(Subject.KEY, str(new.id)))
    assert new.secret not in told


async def test_only_administration_gives_keys(keys: Keyring) -> None:
    head = await make.make_staff("thu", role=Role.HEAD)
    given = await agency_keys.add("W1", Wish(), act(), keys)
    with pytest.raises(RoleMayNot):
        await agency_keys.add("W1", Wish(), act(head), keys)
    with pytest.raises(RoleMayNot):
        await agency_keys.rotate(given.id, act(head), keys)
    with pytest.raises(RoleMayNot):
        await agency_keys.revoke(given.id, act(head))
    with pytest.raises(UnknownAgency):
        await agency_keys.add("NO", Wish(), act(), keys)


async def test_keys_are_found_by_agency_and_label_and_turned_over(keys: Keyring) -> None:
    for number in range(agency_keys.PAGE + 1):
        agency = "W2" if number == 0 else "W1"
        await agency_keys.add(agency, Wish(label=f"Hệ thống {number}"), act(), keys)
    page = await agency_keys.listed(NOW)
    assert (len(page.rows), page.older) == (agency_keys.PAGE, page.rows[-1].id)
    rest = await agency_keys.listed(NOW, before=page.older)
    assert ([one.agency.code for one in rest.rows], rest.older) == (["W2"], None)
    by_name = await agency_keys.listed(NOW, search="phuong hai")
    assert [one.label for one in by_name.rows] == ["Hệ thống 0"]
    assert [one.label for one in (await agency_keys.listed(NOW, search="50")).rows] == [
        "Hệ thống 50"
    ]
    assert (await agency_keys.listed(NOW, agency="W2")).rows == by_name.rows


async def test_the_program_of_before_gives_keys_that_open_all(keys: Keyring) -> None:
    from tortoise.connection import get_connection

    connection = get_connection("default")
    await connection.execute_query(
        "insert into agency_key (agency_id, key_hash, created_at) select id, $1, $2 from agency"
        " where code = 'W1'",
        [b"x" * 32, NOW],
    )
    [row] = await AgencyKeyRow.all()
    assert scopes.read(row.scopes) == scopes.ALL


async def test_the_database_refuses_a_key_without_scopes(keys: Keyring) -> None:
    given = await agency_keys.add("W1", Wish(), act(), keys)
    with pytest.raises(IntegrityError):
        await AgencyKeyRow.filter(id=given.id).update(scopes="")


@given(st.sets(st.sampled_from(list(Scope)), min_size=1))
def test_what_is_written_is_read_again(chosen: set[Scope]) -> None:
    assert scopes.read(scopes.written(frozenset(chosen))) == chosen


@pytest.mark.parametrize(
    ("text", "reason"), [("", "missing"), ("  ", "missing"), ("inbox:read all", "not_a_choice")]
)
def test_scopes_that_are_none_are_refused(text: str, reason: str) -> None:
    with pytest.raises(NotAFact) as refused:
        scopes.read(text)
    assert (refused.value.field, refused.value.reason) == ("scopes", reason)


@pytest.mark.parametrize(
    ("label", "days", "field"),
    [("x" * 81, "", "label"), ("a\0b", "", "label"), ("", "soon", "days"), ("", "9999", "days"),
     ("", "-1", "days"), ("", "²", "days")],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_refused(label: str, days: str, field: str) -> None:
    with pytest.raises(NotAFact) as refused:
        agency_keys.wish("inbox:read", label, days)
    assert refused.value.field == field
