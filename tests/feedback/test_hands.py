"""Four eyes belong to two persons: an account decides nothing that its own maker has proposed."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.actors import Staff, System
from feedback.administration import changes, opening
from feedback.administration.change_errors import ChangeImpossible, OwnProposal
from feedback.deeds import ChangeKind, Deed, Subject
from feedback.errors import OwnAccount, RoleMayNot
from feedback.models import AccountRow, AuditRow, ChangeRow, Role
from feedback.staff import accounts, apart, hands, identities, staff_register
from feedback.staff.hand_errors import NotApart, NothingToConfirm, SecondPersonNeeded
from feedback.staff.hands import Touch
from feedback.staff.staff_register import Line
from sla.acts import Act, Actor
from tests import make
from tests.make import NOW
from web import doing

TODAY = date(2026, 10, 5)
SYSTEM = System("command")


def by(name: str, role: Role = Role.ADMINISTRATOR) -> Staff:
    return Staff(1, name, name, role, None)


def act(actor: Actor) -> Act:
    return Act(by=actor, at=NOW)


@pytest.fixture
async def two(database: None) -> None:
    """Two administrators, opened by command as a city begins."""
    await make.make_city()
    for name in ("an", "bo"):
        await accounts.add(name, act(SYSTEM), password=make.PASSWORD, role=Role.ADMINISTRATOR)


async def opened(name: str, *, asks: str = "an", says: str = "bo") -> None:
    """An administrator whom two have opened; nobody knows a password yet."""
    line = Line(name, name, Role.ADMINISTRATOR, "", "", "open")
    kept = await opening.keep(line, act(by(asks)), reason="Thêm người")
    assert kept.proposal
    await changes.approve(kept.proposal, act(by(says)), doing.DOERS, today=TODAY)


async def proposal(asks: str) -> int:
    """Something that waits for the second word."""
    body = {"level": asks}
    return await changes.propose(ChangeKind.AGENCY, "W1", body, act(by(asks)), reason=asks)


async def decide(name: str, number: int) -> None:
    await changes.refuse(number, act(by(name)), answer="Chưa rõ")


# One alone makes nobody a second person


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", sorted(apart.DECIDE))
async def test_nobody_alone_opens_an_account_that_decides(role: Role) -> None:
    with pytest.raises(SecondPersonNeeded):
        await accounts.add("gia", act(by("an")), password=make.PASSWORD, role=role)
    line = Line("gia", "Gia", role, "", "", "open")
    [verdict] = await staff_register.take([line], act(by("an")))
    assert (verdict.column, verdict.reason) == ("role", "second_person")
    kept = await opening.keep(line, act(by("an")), reason="Thêm người")
    again = await opening.keep(line, act(by("an")), reason="Thêm người")
    assert again.proposal == kept.proposal
    assert not again.verdict.is_new
    assert not await AccountRow.exists(name="gia")
    with pytest.raises(OwnProposal):
        await changes.approve(kept.proposal or 0, act(by("an")), doing.DOERS, today=TODAY)
    await changes.approve(kept.proposal or 0, act(by("bo")), doing.DOERS, today=TODAY)
    assert (await AccountRow.get(name="gia")).role is role
    told = await AuditRow.get(subject=Subject.ACCOUNT, about="gia", deed=Deed.ADDED)
    assert (told.by, (told.after or {})[apart.ASKED_BY]) == ("staff:bo", "an")


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", sorted(set(Role) - apart.DECIDE))
async def test_all_others_one_opens(role: Role) -> None:
    agency = "W1" if role in {Role.OFFICER, Role.HEAD} else ""
    line = Line("gia", "Gia", role, agency, "", "open")
    assert (await opening.keep(line, act(by("an")), reason="")).proposal is None
    assert await AccountRow.exists(name="gia", role=role)


@pytest.mark.usefixtures("two")
async def test_nobody_alone_makes_an_officer_decide() -> None:
    line = Line("lan", "Lan", Role.OFFICER, "W1", "", "open")
    await opening.keep(line, act(by("an")), reason="")
    raised = Line("lan", "Lan", Role.PUBLISHER, "", "", "open")
    kept = await opening.keep(raised, act(by("an")), reason="Nhiệm vụ mới")
    assert (await AccountRow.get(name="lan")).role is Role.OFFICER
    change = await ChangeRow.get(id=kept.proposal)
    assert change.body == {"role": "publisher", "agency": ""}
    await changes.approve(kept.proposal or 0, act(by("bo")), doing.DOERS, today=TODAY)
    assert (await AccountRow.get(name="lan")).role is Role.PUBLISHER


@pytest.mark.usefixtures("two")
async def test_a_name_that_was_taken_meanwhile_opens_nothing_else() -> None:
    line = Line("gia", "Gia", Role.AUDITOR, "", "", "open")
    raised = Line("gia", "Gia", Role.ADMINISTRATOR, "", "", "open")
    kept = await opening.keep(raised, act(by("an")), reason="Thêm người")
    await opening.keep(line, act(by("an")), reason="")
    with pytest.raises(ChangeImpossible):
        await changes.approve(kept.proposal or 0, act(by("bo")), doing.DOERS, today=TODAY)


@pytest.mark.usefixtures("database")
async def test_a_city_begins_by_command() -> None:
    for name in ("an", "bo"):
        await accounts.add(name, act(SYSTEM), password=make.PASSWORD, role=Role.ADMINISTRATOR)
        assert await apart.on(name) == ()
    await apart.check(by("bo"), "staff:an")


# Whose hand is on how an account signs in


async def gives_password(name: str, giver: Staff) -> None:
    await accounts.reset(name, act(giver), password=make.PASSWORD + "1")


async def names_identity(name: str, giver: Staff) -> None:
    await identities.add(name, act(giver), issuer="https://id.example.vn", subject=name)


async def writes_mail(name: str, giver: Staff) -> None:
    line = Line(name, name, Role.ADMINISTRATOR, "", "toi@example.vn", "open")
    await staff_register.take([line], act(giver))


Hand = Callable[[str, Staff], Awaitable[None]]
HANDS: tuple[Hand, ...] = (gives_password, names_identity, writes_mail)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("touch", HANDS)
async def test_who_could_sign_in_with_an_account_is_not_decided_about_by_it(
    touch: Hand,
) -> None:
    await opened("gia")
    number = await proposal("an")
    await apart.check(by("gia"), "staff:an")
    await touch("gia", by("an"))
    assert await apart.on("gia") == ("staff:an",)
    for decider, asked in (("gia", number), ("an", await proposal("gia"))):
        with pytest.raises(NotApart):
            await decide(decider, asked)
    await decide("bo", number)


@pytest.mark.usefixtures("two")
async def test_two_accounts_of_one_hand_are_not_two_persons() -> None:
    for name in ("gia", "ha"):
        await opened(name)
        await gives_password(name, by("an"))
    with pytest.raises(NotApart) as refused:
        await decide("ha", await proposal("gia"))
    assert refused.value.hand == "an"


@pytest.mark.usefixtures("two")
async def test_another_name_or_the_own_password_is_no_hand() -> None:
    await opened("gia")
    line = Line("gia", "Gia Bảo", Role.ADMINISTRATOR, "", "", "open")
    await staff_register.take([line], act(by("an")))
    assert await apart.on("gia") == ()


# Taking a hand off


@pytest.mark.usefixtures("two")
async def test_another_person_confirms_whose_an_account_is() -> None:
    await opened("gia")
    await gives_password("gia", by("an"))
    for name, error in (("an", NotApart), ("gia", OwnAccount)):
        with pytest.raises(error):
            await apart.confirm("gia", act(by(name)))
    with pytest.raises(RoleMayNot):
        await apart.confirm("gia", act(by("kim", Role.AUDITOR)))
    assert await apart.confirm("gia", act(by("bo")))
    assert await apart.on("gia") == ()
    await decide("gia", await proposal("an"))
    with pytest.raises(NothingToConfirm):
        await apart.confirm("gia", act(by("bo")))
    await gives_password("gia", by("an"))
    assert await apart.on("gia") == ("staff:an",)


@pytest.mark.usefixtures("two")
async def test_a_puppet_confirms_nothing_for_its_master() -> None:
    for name in ("gia", "ha"):
        await opened(name)
        await gives_password(name, by("an"))
    with pytest.raises(NotApart):
        await apart.confirm("ha", act(by("gia")))


@pytest.mark.usefixtures("two")
async def test_where_nobody_is_left_the_machine_itself_confirms() -> None:
    await gives_password("an", by("bo"))
    await gives_password("bo", by("an"))
    with pytest.raises(NotApart):
        await decide("bo", await proposal("an"))
    for name in ("an", "bo"):
        assert await apart.confirm(name, act(SYSTEM))
    await apart.check(by("bo"), "staff:an")
    assert not await apart.confirm("nobody", act(SYSTEM))


# Laws

NAMES = st.sampled_from("abcdef")
TOUCHES = st.lists(
    st.builds(Touch, NAMES, NAMES, st.just(frozenset[str]()))
    | st.builds(Touch, NAMES, NAMES, st.frozensets(NAMES, min_size=1)),
    max_size=12,
)


@given(TOUCHES, NAMES, NAMES)
def test_apart_is_mutual_and_nobody_is_apart_from_themselves(
    told: list[Touch], one: str, other: str
) -> None:
    left = hands.left(told)
    assert hands.shared(one, other, left) == hands.shared(other, one, left)
    assert one in hands.shared(one, one, left)


@given(TOUCHES, NAMES, NAMES, NAMES)
def test_nobody_decides_through_an_account_of_theirs(
    told: list[Touch], master: str, puppet: str, other: str
) -> None:
    """Whatever happened before: whoever touched an account last counts as being behind it, and
    behind all that it has made.
    """
    told = [*told, Touch(puppet, master)]
    left = hands.left(told)
    assert hands.shared(master, puppet, left)
    made = hands.left([*told, Touch(other, puppet)])
    assert hands.shared(master, other, made)


@given(TOUCHES, NAMES, NAMES, NAMES, st.frozensets(NAMES, min_size=1))
def test_a_hand_only_joins_and_a_word_only_parts(
    told: list[Touch], one: str, other: str, by: str, lifted: frozenset[str]
) -> None:
    before = hands.shared(one, other, hands.left(told))
    assert before <= hands.shared(one, other, hands.left([*told, Touch(one, by)]))
    assert before >= hands.shared(one, other, hands.left([*told, Touch(one, by, lifted)]))


@given(NAMES, NAMES)
def test_accounts_nobody_touched_are_two_persons(one: str, other: str) -> None:
    assert bool(hands.shared(one, other, {})) is (one == other)
