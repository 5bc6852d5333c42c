"""Where an agency's own system wants to be called: kept by its head, or an administrator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback import audit, webhook_kinds, webhook_secrets
from feedback import webhook_permissions as may
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.errors import NoSuchWebhook, NotAFact, TooManyWebhooks, UnknownAgency
from feedback.models import DeliveryRow, WebhookRow
from feedback.webhook_kinds import WebhookKind
from sla import charter
from sla.acts import Act, Actor
from sla.charter import Agency, Charter

# For so long a secret that was replaced signs beside the new one.
OVERLAP = timedelta(days=14)
AT_MOST = 5  # addresses of one agency
PAGE = 50


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """An address, and what it wants to hear of."""

    url: str
    kinds: tuple[WebhookKind, ...]


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address as its page shows it; `failing_since` while no call is taken."""

    id: int
    agency: Agency
    url: str
    kinds: tuple[WebhookKind, ...]
    created_at: datetime
    former_until: datetime | None
    paused_at: datetime | None
    failing_since: datetime | None
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of addresses, the latest first; `older` is where the next one goes on."""

    rows: tuple[Webhook, ...]
    older: int | None


async def add(
    agency: str, draft: WebhookDraft, act: Act, keys: Keyring, *, reason: str = ""
) -> tuple[int, str]:
    """A new address: its number, and the secret that signs its calls, told once.

    Raises `UnknownAgency`, `TooManyWebhooks`, `RoleMayNot`, and `NotAFact` for an address that is
    called already.
    """
    known = await charter.current()
    if agency not in known.agencies:
        raise UnknownAgency(agency)
    agency_id = known.agencies[agency].id
    may.check_may_keep(act.by, agency_id)
    await _check_free(agency_id, draft.url)
    if await WebhookRow.filter(agency_id=agency_id, ended_at=None).count() >= AT_MOST:
        raise TooManyWebhooks(AT_MOST)
    row = await WebhookRow.create(
        agency_id=agency_id,
        url=draft.url,
        kinds=webhook_kinds.written(draft.kinds),
        seed=webhook_secrets.fresh(),
        created_at=act.at,
        next_try_at=act.at,
    )
    after = {"agency": agency, **_facts(row)}
    await audit.record(Subject.WEBHOOK, str(row.id), Deed.ADDED, act, after=after, reason=reason)
    return row.id, webhook_secrets.spelled(webhook_secrets.derived(row.seed, keys))


async def change(number: int, draft: WebhookDraft, act: Act, *, reason: str = "") -> None:
    """Another address, or other things to hear of; what is owed already goes to the new one."""
    row = await _kept(number, act)
    await _check_free(row.agency_id, draft.url, but=number)
    before = _facts(row)
    row.url, row.kinds = draft.url, webhook_kinds.written(draft.kinds)
    row.failures, row.failing_since, row.next_try_at = 0, None, act.at
    fields = ["url", "kinds", "failures", "failing_since", "next_try_at"]
    await _keep(row, fields, act, before, reason)


async def _check_free(agency_id: int, url: str, *, but: int = 0) -> None:
    """Told twice at one address, a system would count everything twice."""
    if (
        await WebhookRow.filter(agency_id=agency_id, url=url, ended_at=None)
        .exclude(id=but)
        .exists()
    ):
        raise NotAFact("url", "address_called")


async def rotate(number: int, act: Act, keys: Keyring, *, reason: str = "") -> str:
    """Another secret, told once; the one before signs as well for fourteen days."""
    row = await _kept(number, act)
    before = {"former_until": row.former_until}
    row.former_seed, row.former_until = row.seed, act.at + OVERLAP
    row.seed = webhook_secrets.fresh()
    await row.save(update_fields=["former_seed", "former_until", "seed"])
    after = {"former_until": row.former_until}
    about = Subject.WEBHOOK, str(number), Deed.RESET
    await audit.record(*about, act, before=before, after=after, reason=reason)
    return webhook_secrets.spelled(webhook_secrets.derived(row.seed, keys))


async def pause(number: int, act: Act, *, reason: str = "") -> None:
    """Call no more, and owe nothing new, until somebody goes on."""
    row = await _kept(number, act)
    before = _facts(row)
    row.paused_at = row.paused_at or act.at
    await _keep(row, ["paused_at"], act, before, reason)


async def go_on(number: int, act: Act, *, reason: str = "") -> None:
    """Call again, at once."""
    row = await _kept(number, act)
    before = _facts(row)
    row.paused_at, row.next_try_at = None, act.at
    await _keep(row, ["paused_at", "next_try_at"], act, before, reason)


async def end(number: int, act: Act, *, reason: str = "") -> None:
    """Never call again; what was owed is given up."""
    row = await _kept(number, act)
    row.ended_at = act.at
    await row.save(update_fields=["ended_at"])
    owed = DeliveryRow.filter(webhook_id=number, delivered_at=None, given_up_at=None)
    await owed.update(given_up_at=act.at, error="ended")
    about = Subject.WEBHOOK, str(number), Deed.CLOSED
    await audit.record(*about, act, before=_facts(row), reason=reason)


async def _kept(number: int, act: Act) -> WebhookRow:
    """The address, locked, for somebody who may change it. Raises `NoSuchWebhook`."""
    row = await _seen(number, act.by, is_locked=True)
    may.check_may_keep(act.by, row.agency_id)
    return row


async def _seen(number: int, by: Actor, *, is_locked: bool = False) -> WebhookRow:
    found = WebhookRow.filter(id=number, ended_at=None)
    row = await (found.select_for_update() if is_locked else found).get_or_none()
    if row is None:
        raise NoSuchWebhook(number)
    may.check_may_see(by, row.agency_id, number)
    return row


def _facts(row: WebhookRow) -> dict[str, object]:
    return {"url": row.url, "kinds": row.kinds, "paused_at": row.paused_at}


async def _keep(
    row: WebhookRow, fields: list[str], act: Act, before: dict[str, object], reason: str
) -> None:
    await row.save(update_fields=fields)
    about = Subject.WEBHOOK, str(row.id), Deed.CHANGED
    await audit.record(*about, act, before=before, after=_facts(row), reason=reason)


async def one(number: int, by: Actor, *, at: datetime) -> Webhook:
    """One address. Raises `NoSuchWebhook`, for another agency's as for none."""
    return _shown(await _seen(number, by), await charter.current(), at)


async def listed(by: Actor, *, at: datetime, search: str = "", before: int | None = None) -> Listed:
    """The addresses somebody may see, the latest first; `search` is a search key of agencies."""
    known = await charter.current()
    found = WebhookRow.filter(ended_at=None)
    agencies = [one for one in known.agencies.values() if _fits(one, search)]
    own = may.seen_agency(by)
    if own is not None:
        found = found.filter(agency_id=own)
    elif search:
        found = found.filter(agency_id__in=[one.id for one in agencies])
    if before is not None:
        found = found.filter(id__lt=before)
    rows = await found.order_by("-id").limit(PAGE + 1)
    shown = tuple(_shown(row, known, at) for row in rows[:PAGE])
    return Listed(shown, shown[-1].id if len(rows) > PAGE else None)


def _fits(agency: Agency, search: str) -> bool:
    told = f"{agency.search_key} {agency.code.lower()}"
    return all(word in told for word in search.split())


def _shown(row: WebhookRow, known: Charter, at: datetime) -> Webhook:
    until: datetime | None = row.former_until
    return Webhook(
        id=row.id,
        agency=known.agency_of_id(row.agency_id),
        url=row.url,
        kinds=webhook_kinds.read(row.kinds),
        created_at=row.created_at,
        former_until=until if until is not None and until > at else None,
        paused_at=row.paused_at,
        failing_since=row.failing_since,
        next_try_at=row.next_try_at,
    )
