"""By which way the resident of a case is told of it, where they left an address and a number.

Changed with the tracking code, which shows neither of the two and cannot change them. The way it
went until now is told, so that whoever's code is in other hands learns of it.
"""

from collections.abc import Mapping
from dataclasses import astuple, replace

import orjson

from feedback import case_keys, codes, contacts, telling
from feedback.codes import Keyring
from feedback.drafts import Reader, Way
from feedback.errors import Faulty, NoSuchCode, NotAFact
from feedback.models import CaseRow, ContactRow
from sla.acts import Act
from sla.models import PromiseRow


def chosen(given: Mapping[str, object]) -> Way:
    """The way in the named value reach_by. Raises `Faulty`."""
    reader = Reader(given)
    word = reader.text("reach_by", at_most=10, required=True)
    reader.finish()
    if word not in set(Way):
        raise Faulty((NotAFact("reach_by", "not_a_choice"),))
    return Way(word)


async def ways(code: str, keys: Keyring) -> tuple[Way, ...]:
    """The ways to the resident, the one in use first; none where nobody knows any.

    Raises `NoSuchCode`.
    """
    row = await CaseRow.get_or_none(code_hash=codes.sought(code, keys))
    if row is None:
        raise NoSuchCode
    try:
        contact = await contacts.of(row.id, keys)
    except ValueError:  # sealed with a key we no longer have
        return ()
    return contact.ways if contact else ()


async def change(code: str, way: Way, act: Act, keys: Keyring) -> None:
    """From now on tell the resident by this way; what it is already changes nothing.

    Raises `NoSuchCode`, and `Faulty` for a way they left nothing for.
    """
    case = await CaseRow.filter(code_hash=codes.sought(code, keys)).select_for_update().first()
    if case is None:
        raise NoSuchCode
    contact = await contacts.of(case.id, keys)
    if contact is None or way not in contact.ways:
        raise Faulty((NotAFact("reach_by", "not_a_choice"),))
    if contact.ways[0] is way:
        return
    promise = await PromiseRow.get(id=case.promise_id)
    await telling.resident(case, "way", act, keys, agency_id=promise.agency_id)
    sealed = await case_keys.seal(case.id, orjson.dumps(astuple(replace(contact, by=way))), keys)
    await ContactRow.filter(case_id=case.id).update(sealed=sealed)
