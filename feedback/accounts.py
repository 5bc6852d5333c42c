"""Staff: passwords, sessions, agency keys. Only hashes are stored; secrets are told once."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from tortoise.exceptions import IntegrityError

from feedback import audit, codes
from feedback import permissions as may
from feedback.actors import AgencySystem, Staff
from feedback.codes import Keyring
from feedback.errors import NameTaken, NotAFact, UnknownAgency, WrongCredentials
from feedback.models import AccountRow, AgencyKeyRow, Deed, Role, SessionRow, Subject
from sla import charter
from sla.acts import Act
from sla.charter import Agency

SESSION_LASTS = timedelta(hours=12)
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 128

# Argon2id with OWASP's first choice: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# An unknown name costs as much time as a known one.
_NOBODY = _hasher.hash("nobody has this password")
# At most two hashes at once, off the event loop: however many sign in, memory and the others'
# time are safe.
_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")

T = TypeVar("T")


async def _off_the_loop(function: Callable[..., T], *values: str) -> T:
    return await asyncio.get_running_loop().run_in_executor(_hashing, function, *values)


async def hashed(password: str) -> str:
    """The stored form of a password. Raises `NotAFact` when it is too short or too long."""
    password = normalize("NFC", password)
    if len(password) < PASSWORD_AT_LEAST:
        raise NotAFact("password", "too_short", PASSWORD_AT_LEAST)
    if len(password) > PASSWORD_AT_MOST:
        raise NotAFact("password", "too_long", PASSWORD_AT_MOST)
    return await _off_the_loop(_hasher.hash, password)


def generated() -> str:
    """A password nobody has to think of: 120 bits."""
    return secrets.token_urlsafe(15)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, normalize("NFC", password[:PASSWORD_AT_MOST]))
    except VerificationError:
        return False


async def add(
    name: str,
    act: Act,
    *,
    password: str,
    role: Role,
    display_name: str = "",
    email: str | None = None,
    agency: str | None = None,
) -> AccountRow:
    """A new account; `agency` by code. Raises `UnknownAgency`, `NameTaken`, `NotAFact`."""
    may.check_may_administer(act.by)
    known = await charter.current()
    if agency is not None and agency not in known.agencies:
        raise UnknownAgency(agency)
    password_hash = await hashed(password)
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
    await audit.record(Subject.ACCOUNT, name, Deed.ADDED, act, after=facts)
    return account


async def disable(name: str, act: Act) -> bool:
    """Nobody signs in with this account any more, and open sessions end; False if unknown."""
    may.check_may_administer(act.by)
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    before = {"disabled_at": account.disabled_at}
    account.disabled_at = act.at
    await account.save(update_fields=["disabled_at"])
    after = {"disabled_at": act.at}
    await audit.record(Subject.ACCOUNT, name, Deed.CLOSED, act, before=before, after=after)
    await SessionRow.filter(account_id=account.id, ended_at=None).update(ended_at=act.at)
    return True


async def reset(name: str, act: Act, *, password: str) -> bool:
    """A new password; open sessions end. False if there is no such account."""
    may.check_may_administer(act.by)
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    account.password_hash = await hashed(password)
    await account.save(update_fields=["password_hash"])
    await audit.record(Subject.ACCOUNT, name, Deed.RESET, act)
    await SessionRow.filter(account_id=account.id, ended_at=None).update(ended_at=act.at)
    return True


async def recognised(name: str, password: str) -> Staff:
    """Whose name and password these are. Raises `WrongCredentials`.

    Takes long, on purpose: call it outside a transaction.
    """
    account = await AccountRow.get_or_none(name=name, disabled_at=None)
    stored = account.password_hash if account else _NOBODY
    if not await _off_the_loop(_fits, stored, password) or account is None:
        raise WrongCredentials
    return _staff(account)


async def open_session(staff: Staff, act: Act, keys: Keyring, *, before: str = "") -> str:
    """A fresh session's secret token; the session of the token `before` ends with it."""
    if before:
        await sign_out(before, act, keys)
    token = secrets.token_urlsafe(32)
    await SessionRow.create(
        token_hash=codes.keyed_hash("session", token, keys),
        account_id=staff.account_id,
        opened_at=act.at,
        expires_at=act.at + SESSION_LASTS,
    )
    return token


async def sign_in(name: str, password: str, act: Act, keys: Keyring) -> str:
    """Both at once: a fresh session for this name and password. Raises `WrongCredentials`."""
    return await open_session(await recognised(name, password), act, keys)


async def of_session(token: str, keys: Keyring, *, at: datetime) -> Staff | None:
    """Who is signed in with this token now."""
    row = await SessionRow.get_or_none(
        token_hash=codes.keyed_hash("session", token, keys),
        ended_at=None,
        expires_at__gt=at,
        account__disabled_at=None,
    ).select_related("account")
    return _staff(row.account) if row else None


def _staff(account: AccountRow) -> Staff:
    return Staff(
        account_id=account.id,
        name=account.name,
        display_name=account.display_name,
        role=account.role,
        agency_id=account.agency_id,
    )


async def sign_out(token: str, act: Act, keys: Keyring) -> None:
    """The session ends on the server."""
    token_hash = codes.keyed_hash("session", token, keys)
    await SessionRow.filter(token_hash=token_hash, ended_at=None).update(ended_at=act.at)


async def add_key(agency: str, act: Act, keys: Keyring) -> tuple[int, str]:
    """A new key for an agency's own system: its id, and the secret, told once."""
    may.check_may_administer(act.by)
    known = await charter.current()
    if agency not in known.agencies:
        raise UnknownAgency(agency)
    secret = "hl_" + secrets.token_urlsafe(32)
    row = await AgencyKeyRow.create(
        agency_id=known.agencies[agency].id,
        key_hash=codes.keyed_hash("agency key", secret, keys),
        created_at=act.at,
    )
    await audit.record(Subject.KEY, str(row.id), Deed.ADDED, act, after={"agency": agency})
    return row.id, secret


async def revoke_key(key_id: int, act: Act) -> bool:
    """The key is worth nothing from now on; False if there is none or it was revoked before."""
    may.check_may_administer(act.by)
    if not await AgencyKeyRow.filter(id=key_id, revoked_at=None).update(revoked_at=act.at):
        return False
    await audit.record(Subject.KEY, str(key_id), Deed.REVOKED, act)
    return True


async def of_key(secret: str, keys: Keyring) -> AgencySystem | None:
    """Which agency's system holds this key."""
    row = await AgencyKeyRow.get_or_none(
        key_hash=codes.keyed_hash("agency key", secret, keys), revoked_at=None
    )
    return AgencySystem(row.id, row.agency_id) if row else None


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


@dataclass(frozen=True, slots=True)
class AgencyKey:
    """A key as a list shows it; its secret nobody can show."""

    id: int
    agency: Agency
    created_at: datetime
    revoked_at: datetime | None


async def keys_given() -> list[AgencyKey]:
    """Every key, the latest first."""
    known = await charter.current()
    return [
        AgencyKey(row.id, known.agency_of_id(row.agency_id), row.created_at, row.revoked_at)
        for row in await AgencyKeyRow.all().order_by("-id")
    ]


async def display_names(references: Iterable[str]) -> dict[str, str]:
    """What the staff behind these references of actors (`staff:lan`) are called."""
    names = [reference.removeprefix("staff:") for reference in references]
    found = (
        await AccountRow.filter(name__in=names).order_by("id").values_list("name", "display_name")
    )
    return {f"staff:{name}": display_name for name, display_name in found}
