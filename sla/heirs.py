"""Offices that end and offices that go on: the register's side of a reform."""

from datetime import date

from sla import charter, spelling
from sla.charter import Agency
from sla.models import AgencyRow, CommitmentRow, FormerNameRow

_COPIED = ("amount", "unit", "rule", "cut_off", "text_vi", "text_en", "calendar_code")


async def open_like(
    model: Agency, names: tuple[str, str, str], on: date, *, legal_act: str
) -> None:
    """A new office from a day on, of the same kind as another and bound by what that promised.

    `names` are its code, its Vietnamese and its English name.
    """
    code, name_vi, name_en = names
    row = await AgencyRow.create(
        code=code,
        name_vi=name_vi,
        name_en=name_en,
        kind=model.kind,
        level=model.level,
        peer_group=model.peer_group,
        parent_id=model.parent_id,
        calendar_code=model.calendar_code,
        opens_on=on,
        search_key=spelling.search_key(f"{name_vi} {name_en}"),
        sort_key=spelling.sort_key(name_vi),
    )
    known = await charter.current()
    own = [versions for key, versions in known.commitments.items() if key[0] == model.code]
    begun = ([one for one in versions if one.effective_on <= on] for versions in own)
    last = [max(some, key=lambda one: (one.effective_on, one.id)) for some in begun if some]
    latest = [one.id for one in last if not one.is_withdrawn]
    copies = []
    for former in await CommitmentRow.filter(id__in=latest).order_by("id"):
        terms = {name: getattr(former, name) for name in _COPIED}
        service_id: int | None = former.service_id
        copies.append(
            CommitmentRow(
                agency_id=row.id,
                service_id=service_id,
                effective_on=on,
                legal_act=legal_act[:500],
                **terms,
            )
        )
    await CommitmentRow.bulk_create(copies)


async def close(agency: Agency, heirs: list[str], on: date) -> None:
    """An office ends on a day; its name stays known, as one its heirs answer for.

    What stood under it stands under its first heir, or where nobody goes on under its superior.
    """
    await AgencyRow.filter(id=agency.id).update(closes_on=on)
    known = await charter.current()
    parent = known.agency_of_id(agency.parent_id) if agency.parent_id is not None else agency
    under = known.agencies[heirs[0]].id if heirs else agency.parent_id
    await AgencyRow.filter(parent_id=agency.id).update(parent_id=under)
    for code in heirs:
        await FormerNameRow.create(
            code=agency.code,
            name=agency.name_vi,
            district=parent.name_vi,
            name_key=spelling.same_name(agency.name_vi)[:200],
            district_key=spelling.same_name(parent.name_vi)[:200],
            is_whole=len(heirs) == 1,
            successors=len(heirs),
            agency_id=known.agencies[code].id,
        )
