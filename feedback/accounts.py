"""Staff: passwords, sessions, agency keys. Only hashes are stored; secrets are told once."""

import secrets
from datetime import datetime, timedelta
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from feedback import codes
from feedback.actors import AgencySystem, Staff
from feedback.codes import Keyring
from feedback.errors import NotAFact, UnknownAgency, WrongCredentials
from feedback.models import AccountRow, AgencyKeyRow, Role, SessionRow
from sla import charter
from sla.acts import Act

SESSION_LASTS = timedelta(hours=12)
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 128

# Argon2id with OWASP's first choice: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# An unknown name costs as much time as a known one.
_NOBODY = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """The stored form of a password. Raises `NotAFact` when it is too short or too long."""
    password = normalize("NFC", password)
    if len(password) < PASSWORD_AT_LEAST:
        raise NotAFact("password", "too_short", PASSWORD_AT_LEAST)
    if len(password) > PASSWORD_AT_MOST:
        raise NotAFact("password", "too_long", PASSWORD_AT_MOST)
    return _hasher.hash(password)


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
    """A new account; `agency` by code. A name that is taken is an IntegrityError."""
    known = await charter.current()
    if agency is not None and agency not in known.agencies:
        raise UnknownAgency(agency)
    return await AccountRow.create(
        name=name,
        display_name=display_name or name,
        email=email,
        password_hash=hashed(password),
        role=role,
        agency_id=known.agencies[agency].id if agency else None,
        created_at=act.at,
    )


async def disable(name: str, act: Act) -> bool:
    """Nobody signs in with this account any more, and open sessions end; False if unknown."""
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    account.disabled_at = act.at
    await account.save(update_fields=["disabled_at"])
    await SessionRow.filter(account_id=account.id, ended_at=None).update(ended_at=act.at)
    return True


async def reset(name: str, act: Act, *, password: str) -> bool:
    """A new password; open sessions end. False if there is no such account."""
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    account.password_hash = hashed(password)
    await account.save(update_fields=["password_hash"])
    await SessionRow.filter(account_id=account.id, ended_at=None).update(ended_at=act.at)
    return True


async def sign_in(name: str, password: str, act: Act, keys: Keyring) -> str:
    """A fresh session's secret token. Raises `WrongCredentials`."""
    account = await AccountRow.get_or_none(name=name, disabled_at=None)
    stored = account.password_hash if account else _NOBODY
    if not _fits(stored, password) or account is None:
        raise WrongCredentials
    token = secrets.token_urlsafe(32)
    await SessionRow.create(
        token_hash=codes.keyed_hash("session", token, keys),
        account_id=account.id,
        opened_at=act.at,
        expires_at=act.at + SESSION_LASTS,
    )
    return token


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
    known = await charter.current()
    if agency not in known.agencies:
        raise UnknownAgency(agency)
    secret = "hl_" + secrets.token_urlsafe(32)
    row = await AgencyKeyRow.create(
        agency_id=known.agencies[agency].id,
        key_hash=codes.keyed_hash("agency key", secret, keys),
        created_at=act.at,
    )
    return row.id, secret


async def revoke_key(key_id: int, act: Act) -> bool:
    """The key is worth nothing from now on; False if there is none or it was revoked before."""
    return bool(await AgencyKeyRow.filter(id=key_id, revoked_at=None).update(revoked_at=act.at))


async def of_key(secret: str, keys: Keyring) -> AgencySystem | None:
    """Which agency's system holds this key."""
    row = await AgencyKeyRow.get_or_none(
        key_hash=codes.keyed_hash("agency key", secret, keys), revoked_at=None
    )
    return AgencySystem(row.id, row.agency_id) if row else None
