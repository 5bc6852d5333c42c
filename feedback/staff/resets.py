"""A forgotten password: a code by mail, good once and for an hour. Whether there is such an account
is never said.
"""

from datetime import timedelta

from feedback import codes, notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import NoSuchCode
from feedback.events import ResetAsked
from feedback.models import AccountRow, ResetRow
from feedback.notices import Owed
from feedback.staff import passwords, sessions
from sla.acts import Act

LASTS = timedelta(hours=1)
MAILS_AN_HOUR = 3  # to one account: nobody's mailbox is flooded by others


async def ask(name: str, act: Act, keys: Keyring, *, language: str) -> None:
    """Owe a mail with a code to the account's own address; nothing where there is no such account,
    it is closed or has no address, or three went out within the hour.
    """
    account = await AccountRow.filter(name=name, disabled_at=None).select_for_update().get_or_none()
    if account is None or not account.email:
        return
    recent = ResetRow.filter(account_id=account.id, asked_at__gt=act.at - LASTS)
    if await recent.count() >= MAILS_AN_HOUR:
        return
    code = codes.new_code()
    row = await ResetRow.create(
        account_id=account.id,
        code_hash=codes.hash_of(code, keys),
        asked_at=act.at,
        expires_at=act.at + LASTS,
    )
    owed = Owed(
        key=f"password/{row.id}",
        kind="password_reset",
        language=language,
        to=Contact(name=account.display_name, email=account.email),
        facts={"account": account.name, "code": code, "expires_at": row.expires_at.isoformat()},
    )
    await notices.owe(owed, act, keys)
    act.events.append(ResetAsked(account.id))


async def owner(code: str, act: Act, keys: Keyring) -> str:
    """The name of the account a code of the mail is for. `NoSuchCode` for any that is good for
    nothing: wrong, used, too old, of a closed account.
    """
    return (await _row(code, act, keys)).account.name


async def use(code: str, password: str, act: Act, keys: Keyring) -> str:
    """Set the password, use every open code of the account up, end its sessions; its name.

    Raises `NoSuchCode`, and `NotAFact` about `new_password`.
    """
    row = await _row(code, act, keys)
    account = await AccountRow.filter(id=row.account_id).select_for_update().get()
    password_hash = await passwords.hashed(password, name=account.name, field="new_password")
    taken = await ResetRow.filter(id=row.id, used_at=None).update(used_at=act.at)
    if not taken:
        raise NoSuchCode
    await ResetRow.filter(account_id=account.id, used_at=None).update(used_at=act.at)
    await AccountRow.filter(id=account.id).update(password_hash=password_hash)
    await sessions.end_all(account.id, act)
    return account.name


async def _row(code: str, act: Act, keys: Keyring) -> ResetRow:
    row = await ResetRow.get_or_none(
        code_hash=codes.sought(code, keys),
        used_at=None,
        expires_at__gt=act.at,
        account__disabled_at=None,
    ).select_related("account")
    if row is None:
        raise NoSuchCode
    return row
