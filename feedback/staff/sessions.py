"""Sessions of staff: opened, recognised, rotated, ended on the server.

A session is a secret token of which only a keyed hash is stored. It ends twelve hours after it was
opened, two hours after it was last used, and whenever its account is closed, moved, or given a new
password. Its token changes at every step up, so that one seen before is worth nothing after.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.connection import get_connection

from feedback import codes
from feedback.actors import Staff
from feedback.codes import Keyring
from feedback.errors import WrongCredentials
from feedback.models import AccountRow, ResetRow, Role, SecondFactorRow, SessionRow
from sla import charter
from sla.acts import Act

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=2)
# "Last used" is written down no more often: a page view is no reason to write.
COARSE = timedelta(minutes=5)
REMEMBERED = timedelta(days=30)
DEVICE_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Signed:
    """Who a session is of, and how far they came: `has_passed` says the second factor was shown."""

    staff: Staff
    session_id: int
    owes_code: bool
    has_passed: bool

    def is_whole(self, *, required: bool) -> bool:
        """Whether it opens more than the pages of signing in."""
        return self.has_passed or not (self.owes_code or required)


def staff_of(account: AccountRow) -> Staff:
    """The account as who acts."""
    return Staff(
        account_id=account.id,
        name=account.name,
        display_name=account.display_name,
        role=account.role,
        agency_id=account.agency_id,
    )


def _hash(token: str, keys: Keyring) -> bytes:
    return codes.keyed_hash("session", token, keys)


async def open_(
    staff: Staff, act: Act, keys: Keyring, *, before: str = "", device: str = ""
) -> str:
    """A fresh session's secret token; the session of the token `before` ends with it.

    Raises `WrongCredentials` when the account was closed or moved since it was recognised.
    """
    account = await AccountRow.filter(id=staff.account_id).select_for_update().get()
    if account.disabled_at is not None or staff_of(account) != staff:
        raise WrongCredentials
    if before:
        await end(before, act, keys)
    token = secrets.token_urlsafe(32)
    await SessionRow.create(
        token_hash=_hash(token, keys),
        account_id=staff.account_id,
        opened_at=act.at,
        expires_at=act.at + LASTS,
        owes_code=await SecondFactorRow.exists(account_id=staff.account_id),
        device=device[:DEVICE_AT_MOST],
    )
    return token


async def step_up(token: str, act: Act, keys: Keyring) -> str:
    """The second factor was shown: the same session under a new token; the old one is dead.

    Raises `WrongCredentials` when the session ended meanwhile.
    """
    row = (
        await SessionRow.filter(token_hash=_hash(token, keys), ended_at=None)
        .select_for_update()
        .get_or_none()
    )
    if row is None:
        raise WrongCredentials
    fresh = secrets.token_urlsafe(32)
    await SessionRow.filter(id=row.id).update(ended_at=act.at)
    await SessionRow.create(
        token_hash=_hash(fresh, keys),
        account_id=row.account_id,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        seen_at=act.at,
        owes_code=True,
        passed_at=act.at,
        device=row.device,
    )
    return fresh


SIGNED_IN = """
select s.id, s.opened_at, s.seen_at, s.owes_code, s.passed_at,
       a.id as account_id, a.name, a.display_name, a.role, a.agency_id,
       (select token from charter_mark where id = 1) as charter
from session s join account a on a.id = s.account_id
where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and a.disabled_at is null
"""


async def of_token(token: str, keys: Keyring, *, at: datetime) -> Signed | None:
    """Who is signed in with this token now; notes, to some minutes, that it was used.

    The same question tells which charter holds.
    """
    rows = await get_connection("default").execute_query_dict(SIGNED_IN, [_hash(token, keys), at])
    if not rows:
        return None
    [row] = rows
    charter.recall(row["charter"])
    seen = row["seen_at"] or row["opened_at"]
    if at - seen >= IDLE:
        return None
    if at - seen >= COARSE:
        await SessionRow.filter(id=row["id"], ended_at=None).update(seen_at=at)
    staff = Staff(
        account_id=row["account_id"],
        name=row["name"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        agency_id=row["agency_id"],
    )
    return Signed(staff, row["id"], row["owes_code"], row["passed_at"] is not None)


async def last_of(token: str, keys: Keyring) -> int | None:
    """The account a token belongs or belonged to; None for a token that never was one."""
    row = await SessionRow.get_or_none(token_hash=_hash(token, keys))
    return row.account_id if row else None


async def end(token: str, act: Act, keys: Keyring) -> None:
    """The session of this token ends on the server."""
    await SessionRow.filter(token_hash=_hash(token, keys), ended_at=None).update(ended_at=act.at)


async def end_one(account_id: int, session_id: int, act: Act) -> bool:
    """End one session of this account; False where it has no such open session."""
    mine = SessionRow.filter(id=session_id, account_id=account_id, ended_at=None)
    return bool(await mine.update(ended_at=act.at))


async def end_all(account_id: int, act: Act, *, but: int | None = None) -> int:
    """End every session of an account, or every other than `but`; how many."""
    mine = SessionRow.filter(account_id=account_id, ended_at=None)
    return await (mine.exclude(id=but) if but is not None else mine).update(ended_at=act.at)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session as its owner sees it; `device` as `web.guarding.devices` calls the browser."""

    id: int
    device: str
    opened_at: datetime
    seen_at: datetime


async def listed(account_id: int, *, at: datetime) -> list[Opened]:
    """The sessions of an account that are open now, the last used first."""
    rows = await SessionRow.filter(
        account_id=account_id, ended_at=None, expires_at__gt=at
    ).order_by("id")
    found = [
        Opened(row.id, row.device, row.opened_at, row.seen_at or row.opened_at) for row in rows
    ]
    open_now = [one for one in found if at - one.seen_at < IDLE]
    return sorted(open_now, key=lambda one: (one.seen_at, one.id), reverse=True)


async def forget(act: Act) -> bool:
    """Delete what ended a month ago, sessions and resets alike; whether there was any."""
    before = act.at - REMEMBERED
    gone = await SessionRow.filter(expires_at__lt=before).delete()
    gone += await ResetRow.filter(expires_at__lt=before).delete()
    return bool(gone)
