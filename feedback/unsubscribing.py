"""Who wants no more invitations. Of an address or number only a keyed hash is kept."""

from tortoise.connection import get_connection

from feedback import handles
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import UnsubscribedRow
from sla.acts import Act

PURPOSE = "unsubscribe"


def handle_of(contact: Contact, keys: Keyring) -> str:
    """What the links of a mail to this contact carry."""
    return handles.made(PURPOSE, handles.address_hash(PURPOSE, contact, keys), keys)


def check(handle: str, keys: Keyring) -> bytes:
    """The address that a handle of ours stands for. Raises `NoSuchCode` for any other."""
    return handles.read(PURPOSE, handle, keys)


async def stop(handle: str, act: Act, keys: Keyring) -> None:
    """No more invitations to this address; said twice it is the same. Raises `NoSuchCode`."""
    await get_connection("default").execute_query_dict(
        "insert into identity.unsubscribed (address_hash, at) values ($1, $2)"
        " on conflict (address_hash) do nothing",
        [check(handle, keys), act.at],
    )


async def resume(handle: str, keys: Keyring) -> None:
    """Invitations again. Raises `NoSuchCode`."""
    await UnsubscribedRow.filter(address_hash=check(handle, keys)).delete()


async def wants_none(contact: Contact, keys: Keyring) -> bool:
    """Whether whoever this is has asked for no more invitations."""
    return await UnsubscribedRow.exists(address_hash=handles.address_hash(PURPOSE, contact, keys))
