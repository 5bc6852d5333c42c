"""Who an identity provider's subject is here. Only an administrator says so: never an address, a
name or anything else the provider claims.
"""

from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback import audit
from feedback import permissions as may
from feedback.actors import Staff
from feedback.deeds import Deed, Subject
from feedback.errors import IdentityTaken, NotAFact
from feedback.models import AccountRow, IdentityRow
from feedback.staff import sessions
from sla.acts import Act

AT_MOST = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of a provider, and when and by whom it was said to be this account's."""

    id: int
    issuer: str
    subject: str
    mapped_at: datetime
    mapped_by: str


async def of(issuer: str, subject: str) -> Staff | None:
    """Whose the subject is; None when nobody was named, or the account is closed."""
    row = await IdentityRow.get_or_none(
        issuer=issuer, subject=subject, account__disabled_at=None
    ).select_related("account")
    return sessions.staff_of(row.account) if row else None


async def add(name: str, act: Act, *, issuer: str, subject: str, reason: str = "") -> bool:
    """Say that the subject is this account; False where there is no such account.

    Raises `NotAFact` about the subject and `IdentityTaken` when it is somebody's already.
    """
    may.check_may_administer(act.by)
    subject = subject.strip()
    if not subject:
        raise NotAFact("subject", "missing")
    if len(subject) > AT_MOST:
        raise NotAFact("subject", "too_long", AT_MOST)
    if not subject.isprintable():
        raise NotAFact("subject", "not_text")
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    try:
        async with in_transaction():
            await IdentityRow.create(
                account_id=account.id,
                issuer=issuer,
                subject=subject,
                mapped_at=act.at,
                mapped_by=act.by.reference,
            )
    except IntegrityError:
        raise IdentityTaken(subject) from None
    after = {"issuer": issuer, "subject": subject}
    await audit.record(Subject.ACCOUNT, name, Deed.CHANGED, act, after=after, reason=reason)
    return True


async def remove(name: str, identity_id: int, act: Act, *, reason: str = "") -> bool:
    """The subject is nobody's any more, and the account's sessions end; False if not theirs."""
    may.check_may_administer(act.by)
    account = await AccountRow.get_or_none(name=name)
    if account is None:
        return False
    row = await IdentityRow.get_or_none(id=identity_id, account_id=account.id)
    if row is None:
        return False
    await IdentityRow.filter(id=row.id).delete()
    before = {"issuer": row.issuer, "subject": row.subject}
    what = Subject.ACCOUNT, name, Deed.CHANGED
    await audit.record(*what, act, before=before, reason=reason)
    await sessions.end_all(account.id, act)
    return True


async def listed(name: str) -> list[Identity]:
    """The subjects that are this account, in the order they were named."""
    rows = await IdentityRow.filter(account__name=name).order_by("id")
    return [Identity(row.id, row.issuer, row.subject, row.mapped_at, row.mapped_by) for row in rows]
