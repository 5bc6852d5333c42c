"""Accounts of staff. Only hashes of passwords are stored; one of our making is told once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from feedback import audit
from feedback import permissions as may
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.errors import NameTaken, UnknownAgency, WrongCredentials
from feedback.models import AccountRow, Role
from feedback.staff import apart, passwords, second_factor, sessions
from feedback.staff.hand_errors import SecondPersonNeeded
from sla import charter, spelling
from sla.acts import Act
from sla.charter import Agency

generated = passwords.generated


async def add(
    name: str,
    act: Act,
    *,
    password: str,
    role: Role,
    display_name: str = "",
    email: str | None = None,
    agency: str | None = None,
    asked_by: str = "",
    reason: str = "",
) -> AccountRow:
    """A new account; `agency` by code, `asked_by` who proposed it to a second person.

    Raises `UnknownAgency`, `NameTaken`, `NotAFact`; `SecondPersonNeeded` for a role that has the
    second word somewhere, of which one member of staff alone opens none.
    """
    may.check_may_administer(act.by)
    if apart.needs_two(act.by, role, None) and not asked_by:
        raise SecondPersonNeeded(role)
    known = await charter.current()
    if agency is not None and agency not in known.agencies:
        raise UnknownAgency(agency)
    password_hash = await passwords.hashed(password, name=name)
    try:
        account = await AccountRow.create(
            name=name,
            display_name=display_name or name,
            email=email,
            password_hash=password_hash,
            role=role,
            agency_id=known.agencies[agency].id if agency else None,
            created_at=act.at,
        )
    except IntegrityError:
        raise NameTaken(name) from None
    facts = {"display_name": account.display_name, "email": email, "role": role, "agency": agency}
    facts |= {apart.ASKED_BY: asked_by} if asked_by else {}
    await audit.record(Subject.ACCOUNT, name, Deed.ADDED, act, after=facts, reason=reason)
    return account


async def disable(name: str, act: Act, *, reason: str = "") -> bool:
    """Nobody signs in with this account any more, and open sessions end; False if unknown."""
    may.check_may_change_account(act.by, name)
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    await AccountRow.filter(id=account.id).update(disabled_at=act.at)
    before, after = {"disabled_at": account.disabled_at}, {"disabled_at": act.at}
    what = Subject.ACCOUNT, name, Deed.CLOSED
    await audit.record(*what, act, before=before, after=after, reason=reason)
    await sessions.end_all(account.id, act)
    return True


async def reset(name: str, act: Act, *, password: str, reason: str = "") -> bool:
    """A new password; open sessions end. False if there is no such account."""
    may.check_may_change_account(act.by, name)
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    password_hash = await passwords.hashed(password, name=name)
    await AccountRow.filter(id=account.id).update(password_hash=password_hash)
    await audit.record(Subject.ACCOUNT, name, Deed.RESET, act, reason=reason)
    await sessions.end_all(account.id, act)
    return True


async def forget_factor(name: str, act: Act, *, reason: str = "") -> bool:
    """For who lost telephone and codes: no second factor, and open sessions end.

    False if there is no such account, or it had none.
    """
    may.check_may_change_account(act.by, name)
    account = await AccountRow.get_or_none(name=name)
    if account is None or not await second_factor.forget(account.id):
        return False
    before, after = {"second_factor": True}, {"second_factor": False}
    what = Subject.ACCOUNT, name, Deed.CHANGED
    await audit.record(*what, act, before=before, after=after, reason=reason)
    await sessions.end_all(account.id, act)
    return True


async def change_password(staff: Staff, act: Act, *, present: str, new: str, session: int) -> None:
    """Another password of one's own; every other session ends.

    Raises `WrongCredentials` when `present` is not right, `NotAFact` about `new_password`.
    """
    await check_password(staff, present)
    password_hash = await passwords.hashed(new, name=staff.name, field="new_password")
    await AccountRow.filter(id=staff.account_id).update(password_hash=password_hash)
    await sessions.end_all(staff.account_id, act, but=session)


async def check_password(staff: Staff, password: str) -> None:
    """Raises `WrongCredentials` unless it is theirs."""
    account = await AccountRow.get(id=staff.account_id)
    if not await passwords.fits(account.password_hash, password):
        raise WrongCredentials


LONGEST_NAME = 40  # as the column holds


async def recognised(name: str, password: str) -> Staff:
    """Whose name and password these are. Raises `WrongCredentials`.

    Takes long, on purpose, and as long for a name there is not: call it outside a transaction.
    """
    name = name if len(name) <= LONGEST_NAME else ""  # nobody's, as any other wrong one
    account = await AccountRow.get_or_none(name=name, disabled_at=None)
    stored = account.password_hash if account else passwords.NOBODY
    if not await passwords.fits(stored, password) or account is None:
        raise WrongCredentials
    if passwords.is_outdated(stored):
        again = await passwords.hashed_again(password)
        await AccountRow.filter(id=account.id, password_hash=stored).update(password_hash=again)
    return sessions.staff_of(account)


async def sign_in(name: str, password: str, act: Act, keys: Keyring) -> str:
    """A fresh session's token for this name and password. Raises `WrongCredentials`."""
    return await sessions.open_(await recognised(name, password), act, keys)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a list shows it."""

    name: str
    display_name: str
    email: str | None
    role: Role
    agency: Agency | None
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts in order of name; `after` is where the next one goes on, `count` all."""

    rows: tuple[Account, ...]
    count: int
    after: str | None


SHOWS = ("used", "closed", "all")
PAGE = 50


async def found(sought: str = "", *, show: str = "all", after: str = "") -> Accounts:
    """Accounts whose name, person, role or agency holds every word of `sought`, a search key."""
    words = sought.split()
    every = [
        one
        for one in sorted(await listed(), key=lambda one: one.name)
        if (show == "all" or (one.disabled_at is None) == (show == "used")) and _fits(one, words)
    ]
    rows = [one for one in every if one.name > after]
    more = rows[PAGE - 1].name if len(rows) > PAGE else None
    return Accounts(tuple(rows[:PAGE]), len(every), more)


def _fits(one: Account, words: list[str]) -> bool:
    agency = f"{one.agency.search_key} {one.agency.code.lower()}" if one.agency else ""
    person = spelling.search_key(f"{one.name} {one.display_name}")
    text = f"{one.name} {person} {one.role.value} {agency}"
    return all(word in text for word in words)


async def listed() -> list[Account]:
    """Every account: those in use first, each in order of name."""
    known = await charter.current()
    rows = await AccountRow.all().order_by("name")
    found = [
        Account(
            name=row.name,
            display_name=row.display_name,
            email=row.email,
            role=row.role,
            agency=known.agency_of_id(row.agency_id) if row.agency_id is not None else None,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda account: account.disabled_at is not None)


async def display_names(references: Iterable[str]) -> dict[str, str]:
    """What the staff behind these references of actors (`staff:lan`) are called."""
    names = [reference.removeprefix("staff:") for reference in references]
    if not names:
        return {}
    found = (
        await AccountRow.filter(name__in=names).order_by("id").values_list("name", "display_name")
    )
    return {f"staff:{name}": display_name for name, display_name in found}
