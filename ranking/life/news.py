"""A mail for everybody who asked for it when an edition is published, or one that corrects it.

One an edition and address: the key of the notice says so, and the outbox has each key once.
"""

from dataclasses import dataclass
from datetime import timedelta

from tortoise.connection import get_connection

from feedback import contacts, notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.notices import Owed
from ranking.counts import gathering
from ranking.frozen.edition_body import Agency, Edition
from ranking.life import subscriptions
from ranking.method.bands import Band
from ranking.models import EditionRow, EditionStatus
from sla import charter
from sla.acts import Act

NEWS_FOR = timedelta(days=14)
"""What was published longer ago is no news."""
AT_ONCE = 100

# Whoever hears of all agencies or of one in the edition, once an address; $3 are the agencies.
WAITING = """
select address_hash, min(id) as first, array_agg(agency_id order by id) as agencies
from identity.subscription
where confirmed_at < $1 and (agency_id is null or agency_id = any($3::int[]))
  and not exists (select from notice n where n.key = $2 || encode(address_hash, 'hex'))
group by address_hash order by first limit $4
"""
ADDRESSES = "select language, sealed from identity.subscription where id = $1"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address that has not heard of an edition; None among the agencies: of all."""

    address: bytes
    language: str
    email: str
    agencies: tuple[int | None, ...]


async def tell_next(act: Act, keys: Keyring) -> bool:
    """Owe the news of one edition to some of those who wait for it; whether there were any.

    An edition is news once its files are in place.
    """
    rows = EditionRow.filter(
        status=EditionStatus.PUBLISHED,
        manifest_digest__not_isnull=True,
        published_at__gt=act.at - NEWS_FOR,
    )
    for row in await rows.order_by("published_at", "id"):
        edition = gathering.frozen(row)
        found = await _waiting(edition, keys)
        for one in found:
            await notices.owe(await _owed(edition, one, keys), act, keys)
        if found:
            return True
    return False


async def _waiting(edition: Edition, keys: Keyring) -> list[Waiting]:
    known = (await charter.current()).agencies
    ids = [known[one.code].id for one in edition.agencies if one.code in known]
    query = get_connection("default").execute_query_dict
    rows = await query(WAITING, [edition.published_at, _key(edition, ""), ids, AT_ONCE])
    found = []
    for row in rows:
        [own] = await query(ADDRESSES, [row["first"]])
        email = contacts.unseal(bytes(own["sealed"]), keys)
        agencies = tuple(row["agencies"])
        found.append(Waiting(bytes(row["address_hash"]), own["language"], email, agencies))
    return found


def _key(edition: Edition, address: str) -> str:
    return f"edition/{edition.name}/{address}"


async def _owed(edition: Edition, to: Waiting, keys: Keyring) -> Owed:
    known = await charter.current()
    wanted = {known.agency_of_id(one).code for one in to.agencies if one is not None}
    own = [one for one in edition.agencies if one.code in wanted]
    return Owed(
        key=_key(edition, to.address.hex()),
        kind=subscriptions.NEWS,
        language=to.language,
        to=Contact(email=to.email),
        facts={
            "edition": edition.name,
            "period": edition.period.name,
            "reason": edition.reason or "",
            **_counts(edition),
            "agencies": "\n".join(_line(one, to.language) for one in own),
            "subscription": subscriptions.handle_of(to.address, keys),
        },
    )


def _counts(edition: Edition) -> dict[str, str]:
    """Of all agencies those ranked, and how many stand where."""
    bands = [one.satisfaction.score.band for one in edition.agencies]
    return {
        "total": str(len(bands)),
        "ranked": str(len(bands) - bands.count(None)),
        **{band.value: str(bands.count(band)) for band in Band},
    }


def _line(agency: Agency, language: str) -> str:
    """Its code, band (or nothing) and name, with a tab between."""
    band = agency.satisfaction.score.band
    return "\t".join((agency.code, band.value if band else "none", agency.name(language)))
