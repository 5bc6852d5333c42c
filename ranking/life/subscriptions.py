"""Mails about editions, for whoever asks and confirms it: of one agency, or of all.

Who asks is told nothing: not whether an address is known, nor whether a mail was owed. The code in
the mail is what confirms; the handle in later mails can only end it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback import codes, contacts, drafts, handles, notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.errors import Faulty, NoSuchCode, NotAFact
from feedback.models import NoticeRow
from feedback.notices import Owed
from ranking.events import SubscriptionAsked
from ranking.models import SubscriptionRow
from sla import charter
from sla.acts import Act

PURPOSE = "subscription"
CONFIRM = "subscription_confirm"
NEWS = "edition_news"
LASTS = timedelta(days=7)
"""How long a code confirms; what is not confirmed by then is forgotten."""
AGAIN_AFTER = timedelta(hours=1)
ASKED_AT_MOST = 5
"""Unconfirmed wishes of one address within a week: nobody's mailbox is flooded by others."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for; no agency: of all."""

    email: str
    agency: charter.Agency | None
    language: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """What an address hears of, as its own page lists it; no agency: of all."""

    number: int
    agency: charter.Agency | None


async def wish(given: Mapping[str, object], language: str) -> Wish:
    """From named values: email, agency (a code, or nothing). Raises `Faulty`."""
    email = drafts.contact({"email": given.get("email")}).email
    if not email:
        raise Faulty((NotAFact("email", "missing"),))
    code = given.get("agency") or ""
    agency = (await charter.current()).agencies.get(str(code))
    if code and agency is None:
        raise Faulty((NotAFact("agency", "not_a_choice"),))
    return Wish(email, agency, language)


async def ask(wished: Wish, act: Act, keys: Keyring) -> None:
    """Owe a mail with a code; none where it is confirmed already, was asked for within the hour,
    or the address has too many wishes open.
    """
    to = Contact(email=wished.email)
    address = handles.address_hash(PURPOSE, to, keys)
    agency_id = wished.agency.id if wished.agency else None
    open_ = SubscriptionRow.filter(
        address_hash=address, confirmed_at=None, asked_at__gt=act.at - LASTS
    )
    row = await SubscriptionRow.get_or_none(address_hash=address, agency_id=agency_id)
    is_soon = row is not None and row.asked_at > act.at - AGAIN_AFTER
    if is_soon or (row and row.confirmed_at) or await open_.count() >= ASKED_AT_MOST:
        return
    code = codes.new_code()
    facts = {
        "language": wished.language,
        "sealed": contacts.seal(wished.email, keys),
        "code_hash": codes.hash_of(code, keys),
        "asked_at": act.at,
    }
    try:
        async with in_transaction():
            row, _ = await SubscriptionRow.update_or_create(
                defaults=facts, address_hash=address, agency_id=agency_id
            )
    except IntegrityError:  # asked twice in the same instant
        return
    owed = Owed(
        key=f"{PURPOSE}/{row.id}/{int(act.at.timestamp())}",
        kind=CONFIRM,
        language=wished.language,
        to=to,
        facts={
            "code": code,
            "agency": wished.agency.name(wished.language) if wished.agency else "",
            "until_at": (act.at + LASTS).isoformat(),
        },
    )
    await notices.owe(owed, act, keys)
    act.events.append(SubscriptionAsked(row.id))


async def confirm(code: str, act: Act, keys: Keyring) -> Subscription:
    """From now on the address hears of editions; said twice it is the same.

    Raises `NoSuchCode` for any that is good for nothing: wrong, or too old.
    """
    row = await SubscriptionRow.get_or_none(code_hash=codes.sought(code, keys))
    if row is None or (row.confirmed_at is None and row.asked_at <= act.at - LASTS):
        raise NoSuchCode
    await SubscriptionRow.filter(id=row.id, confirmed_at=None).update(confirmed_at=act.at)
    return await _told(row)


def handle_of(address: bytes, keys: Keyring) -> str:
    """What the links of a mail to the address of this hash carry."""
    return handles.made(PURPOSE, address, keys)


async def of(handle: str, keys: Keyring) -> list[Subscription]:
    """What the address hears of, in the order it was asked for. Raises `NoSuchCode`."""
    address = handles.read(PURPOSE, handle, keys)
    rows = SubscriptionRow.filter(address_hash=address, confirmed_at__not_isnull=True)
    return [await _told(row) for row in await rows.order_by("id")]


async def stop(handle: str, keys: Keyring, *, number: int | None = None) -> None:
    """No more of one agency, or with no number of anything; with the last the address is forgotten.

    Said twice it is the same. Raises `NoSuchCode`.
    """
    address = handles.read(PURPOSE, handle, keys)
    rows = SubscriptionRow.filter(address_hash=address)
    await (rows if number is None else rows.filter(id=number)).delete()
    if not await SubscriptionRow.exists(address_hash=address):
        await NoticeRow.filter(kind=NEWS, key__endswith=f"/{address.hex()}").delete()


async def forget_unconfirmed(act: Act) -> bool:
    """Forget whoever did not confirm in time. Always says: no more to do."""
    late = SubscriptionRow.filter(confirmed_at=None, asked_at__lte=act.at - LASTS)
    for number in await late.order_by("id").values_list("id", flat=True):
        await NoticeRow.filter(kind=CONFIRM, key__startswith=f"{PURPOSE}/{number}/").delete()
        await SubscriptionRow.filter(id=number, confirmed_at=None).delete()
    return False


async def reseal_next(_: Act, keys: Keyring) -> bool:
    """Seal one address anew that the former instance key sealed; whether there was one."""
    if not keys.former_seal:
        return False
    present = Keyring(pepper=keys.pepper, seal=keys.seal)
    for row in await SubscriptionRow.all().order_by("id"):
        try:
            contacts.unseal(bytes(row.sealed), present)
        except ValueError:
            try:
                again = contacts.seal(contacts.unseal(bytes(row.sealed), keys), keys)
            except ValueError:
                continue  # no key of the ring opens it; the right one may yet be found
            await SubscriptionRow.filter(id=row.id).update(sealed=again)
            return True
    return False


async def _told(row: SubscriptionRow) -> Subscription:
    known = await charter.current()
    agency = known.agency_of_id(row.agency_id) if row.agency_id is not None else None
    return Subscription(row.id, agency)
