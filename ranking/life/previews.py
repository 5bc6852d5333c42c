"""Heads are told by mail when a draft opens for their objections, each once a draft."""

from feedback import notices
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import NoticeRow, Role
from feedback.notices import Owed
from feedback.office import work_mail
from feedback.office.work_mail import Reader
from ranking.counts import gathering
from ranking.life import objections
from ranking.models import EditionRow, EditionStatus
from sla import charter
from sla.acts import Act


async def tell_next(act: Act, keys: Keyring) -> bool:
    """Owe the heads of one draft's agencies a mail; whether anybody was still to be told.

    A draft made anew goes on with the time it had: nobody is told twice. Never tells of a draft
    whose time is over, nor of a trial.
    """
    rows = EditionRow.filter(status=EditionStatus.DRAFT, preview_at__not_isnull=True)
    for row in await rows.order_by("preview_at", "id").select_related("period"):
        if act.at >= objections.closes_at(row):
            continue
        untold = await _untold(row)
        for reader in untold:
            await notices.owe(_owed(row, reader), act, keys)
        if untold:
            return True
    return False


async def _untold(row: EditionRow) -> list[Reader]:
    known = (await charter.current()).agencies
    edition = gathering.frozen(row)
    inside = {known[one.code].id for one in edition.agencies if one.code in known}
    heads = [
        reader
        for reader in await work_mail.readers()
        if reader.staff.role is Role.HEAD and reader.staff.agency_id in inside
    ]
    keys = [_key(row, reader) for reader in heads]
    told = {one.key for one in await NoticeRow.filter(key__in=keys)}
    return [reader for reader, key in zip(heads, keys, strict=True) if key not in told]


def _key(row: EditionRow, reader: Reader) -> str:
    return f"preview/{row.name}/{reader.staff.account_id}"


def _owed(row: EditionRow, reader: Reader) -> Owed:
    return Owed(
        key=_key(row, reader),
        kind="preview_opened",
        language=reader.language,
        to=Contact(reader.staff.display_name, reader.email),
        facts={
            "edition": row.name,
            "period": gathering.frozen(row).period.name,
            "closes_at": objections.closes_at(row).isoformat(),
        },
    )
