"""What an office that ends hands to its heir, or leaves behind: staff, keys, addresses, templates.

Each thing that moves stands in the trail by its own number, with the reason of the reform.
"""

from collections.abc import Iterable

from feedback import agency_keys, answer_templates, audit, webhooks
from feedback.deeds import Subject
from feedback.models import (
    AccountRow,
    AgencyKeyRow,
    AnswerTemplateRow,
    SessionRow,
    WebhookRow,
)
from sla import charter
from sla.acts import Act


async def over(old: str, new: str, reason: str, act: Act) -> None:
    """Let the heir go on with all of it. Sessions end: whoever was signed in works elsewhere now.

    An address the heir is called at already, and a template of which it has one by the same name,
    are its own: the old ones end.
    """
    known = await charter.current()
    before, after = known.agencies[old].id, known.agencies[new].id
    await _staff(before, after, (old, new), reason, act)
    keys = AgencyKeyRow.filter(agency_id=before, revoked_at=None)
    ids = await keys.order_by("id").values_list("id", flat=True)
    await AgencyKeyRow.filter(id__in=list(ids)).update(agency_id=after)
    await _tell(Subject.KEY, map(str, ids), (old, new), reason, act)
    await _webhooks(before, after, (old, new), reason, act)
    await _templates(before, after, (old, new), reason, act)


async def _staff(before: int, after: int, codes: tuple[str, str], reason: str, act: Act) -> None:
    accounts = AccountRow.filter(agency_id=before)
    names = await accounts.order_by("name").values_list("name", flat=True)
    sessions = SessionRow.filter(account__agency_id=before, ended_at=None)
    ids = await sessions.order_by("id").values_list("id", flat=True)
    await SessionRow.filter(id__in=list(ids)).update(ended_at=act.at)
    await AccountRow.filter(agency_id=before).update(agency_id=after)
    await _tell(Subject.ACCOUNT, map(str, names), codes, reason, act)


async def _webhooks(before: int, after: int, codes: tuple[str, str], reason: str, act: Act) -> None:
    theirs = {row.url for row in await WebhookRow.filter(agency_id=after, ended_at=None)}
    moved = []
    for row in await WebhookRow.filter(agency_id=before, ended_at=None).order_by("id"):
        if row.url in theirs:
            await webhooks.end(row.id, act, reason=reason)
        else:
            moved.append(row.id)
    await WebhookRow.filter(id__in=moved).update(agency_id=after)
    await _tell(Subject.WEBHOOK, map(str, moved), codes, reason, act)


async def _templates(
    before: int, after: int, codes: tuple[str, str], reason: str, act: Act
) -> None:
    offered = AnswerTemplateRow.filter(retired_at=None)
    there = {(row.service_id, row.name) for row in await offered.filter(agency_id=after)}
    moved, names = [], []
    for row in await offered.filter(agency_id=before).order_by("id"):
        if (row.service_id, row.name) in there:
            await answer_templates.retire(row.id, act, reason=reason)
        else:
            moved.append(row.id)
            names.append(f"{codes[1]} {row.id} {row.name}")
    await AnswerTemplateRow.filter(id__in=moved).update(agency_id=after)
    await _tell(Subject.TEMPLATE, names, codes, reason, act)


async def _tell(
    subject: Subject, names: Iterable[str], codes: tuple[str, str], reason: str, act: Act
) -> None:
    old, new = codes
    moved = {name: ({"agency": old}, {"agency": new}) for name in names}
    await audit.record_all(subject, moved, act, reason=reason)


async def end(code: str, reason: str, act: Act) -> None:
    """Nobody goes on: its keys open nothing more, and nobody is called. Accounts stay, for an
    administrator to give another place or to close.
    """
    agency_id = (await charter.current()).agencies[code].id
    for key in await AgencyKeyRow.filter(agency_id=agency_id, revoked_at=None).order_by("id"):
        await agency_keys.revoke(key.id, act, reason=reason)
    for row in await WebhookRow.filter(agency_id=agency_id, ended_at=None).order_by("id"):
        await webhooks.end(row.id, act, reason=reason)
