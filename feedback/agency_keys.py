"""Keys of agencies' own systems: given, rotated with an overlap, revoked. Only hashes are kept."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tortoise.expressions import Q

from feedback import audit, codes, scopes
from feedback import permissions as may
from feedback.actors import AgencySystem
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.errors import KeyOver, NoSuchKey, NotAFact, UnknownAgency
from feedback.models import AgencyKeyRow
from feedback.scopes import Scope
from sla import charter, spelling
from sla.acts import Act
from sla.charter import Agency, Charter
from sla.errors import NotText

LABEL_AT_MOST = 80
DAYS_AT_MOST = 3 * 365
OVERLAP_AT_MOST = 90
OVERLAP = 14
PAGE = 50


class KeyState(StrEnum):
    """ENDING: replaced, and good until its overlap is over."""

    IN_USE = "in_use"
    ENDING = "ending"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Given:
    """A key just given; `secret` is told once."""

    id: int
    secret: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is to open, for what (in a few words), and for how many days; None: no end."""

    scopes: frozenset[Scope] = scopes.ALL
    label: str = ""
    days: int | None = None


def wish(opens: str, label: str, days: str) -> Wish:
    """What somebody typed. Raises `NotAFact` about `scopes`, `label` or `days`."""
    return Wish(scopes.read(opens), _label(label), days_of(days, "days", DAYS_AT_MOST))


def _label(text: str) -> str:
    try:
        label = spelling.one_line(text)
    except NotText:
        raise NotAFact("label", "not_text") from None
    if len(label) > LABEL_AT_MOST:
        raise NotAFact("label", "too_long", LABEL_AT_MOST)
    return label


def days_of(text: str, field: str, at_most: int) -> int | None:
    """A number of days from 0 on, None for an empty text. Raises `NotAFact`."""
    digits = text.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6):
        raise NotAFact(field, "not_days")
    if int(digits) > at_most:
        raise NotAFact(field, "too_many_days", at_most)
    return int(digits)


async def add(agency: str, wish: Wish, act: Act, keys: Keyring, *, reason: str = "") -> Given:
    """A new key for an agency's own system. Raises `UnknownAgency`."""
    may.check_may_administer(act.by)
    known = await charter.current()
    if agency not in known.agencies:
        raise UnknownAgency(agency)
    until = act.at + timedelta(days=wish.days) if wish.days is not None else None
    given = await _give(known.agencies[agency].id, wish, act, keys, until=until, replaces=None)
    after = {"agency": agency, **_facts(wish, until)}
    await audit.record(Subject.KEY, str(given.id), Deed.ADDED, act, after=after, reason=reason)
    return given


async def rotate(
    key_id: int, act: Act, keys: Keyring, *, overlap: int = OVERLAP, reason: str = ""
) -> Given:
    """A successor that opens the same; the old key stays good for `overlap` days, or less if it
    ends before. Raises `NoSuchKey`, and `KeyOver` for one that ended or was replaced before.
    """
    may.check_may_administer(act.by)
    row = await AgencyKeyRow.filter(id=key_id).select_for_update().get_or_none()
    if row is None:
        raise NoSuchKey(key_id)
    if state_of(row, act.at) is not KeyState.IN_USE:
        raise KeyOver(key_id)
    if await AgencyKeyRow.exists(replaces_id=key_id):
        raise KeyOver(key_id)
    same = Wish(scopes.read(row.scopes), row.label)
    lasts = row.expires_at - row.created_at if row.expires_at else None
    until = act.at + lasts if lasts else None
    given = await _give(row.agency_id, same, act, keys, until=until, replaces=row.id)
    over = act.at + timedelta(days=overlap)
    ends = min(over, row.expires_at) if row.expires_at else over
    await AgencyKeyRow.filter(id=key_id).update(expires_at=ends)
    code = (await charter.current()).agency_of_id(row.agency_id).code
    after = {"agency": code, "replaces": key_id, **_facts(same, until)}
    await audit.record(Subject.KEY, str(given.id), Deed.ADDED, act, after=after, reason=reason)
    before, now = {"expires_at": row.expires_at}, {"expires_at": ends, "replaced_by": given.id}
    changed = Subject.KEY, str(key_id), Deed.CHANGED
    await audit.record(*changed, act, before=before, after=now, reason=reason)
    return given


async def _give(
    agency_id: int,
    wish: Wish,
    act: Act,
    keys: Keyring,
    *,
    until: datetime | None,
    replaces: int | None,
) -> Given:
    secret = "hl_" + secrets.token_urlsafe(32)
    row = await AgencyKeyRow.create(
        agency_id=agency_id,
        key_hash=codes.keyed_hash("agency key", secret, keys),
        created_at=act.at,
        scopes=scopes.written(wish.scopes),
        label=wish.label,
        expires_at=until,
        replaces_id=replaces,
    )
    return Given(row.id, secret)


def _facts(wish: Wish, until: datetime | None) -> dict[str, object]:
    return {"scopes": scopes.written(wish.scopes), "label": wish.label, "expires_at": until}


async def revoke(key_id: int, act: Act, *, reason: str = "") -> bool:
    """The key is worth nothing from now on; False if there is none or it was revoked before."""
    may.check_may_administer(act.by)
    if not await AgencyKeyRow.filter(id=key_id, revoked_at=None).update(revoked_at=act.at):
        return False
    await audit.record(Subject.KEY, str(key_id), Deed.REVOKED, act, reason=reason)
    return True


async def holder(secret: str, keys: Keyring, *, at: datetime, on: date) -> AgencySystem | None:
    """Which agency's system holds this key, if it is good now; notes the day `on` of its use.

    At most one write a key and day, so that calls which only read stay cheap.
    """
    row = await AgencyKeyRow.get_or_none(
        key_hash=codes.keyed_hash("agency key", secret, keys), revoked_at=None
    )
    if row is None or (row.expires_at is not None and row.expires_at <= at):
        return None
    if row.used_on != on:
        unnoted = Q(used_on=None) | Q(used_on__lt=on)
        await AgencyKeyRow.filter(unnoted, id=row.id).update(used_on=on)
    return AgencySystem(row.id, row.agency_id, scopes.read(row.scopes))


@dataclass(frozen=True, slots=True)
class AgencyKey:
    """A key as a list shows it; its secret nobody can show."""

    id: int
    agency: Agency
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None
    replaces: int | None
    state: KeyState


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of keys, the latest first; `older` is where the next one goes on."""

    rows: tuple[AgencyKey, ...]
    older: int | None


def state_of(row: AgencyKeyRow, at: datetime, *, is_replaced: bool = False) -> KeyState:
    """Where a key stands."""
    if row.revoked_at is not None:
        return KeyState.REVOKED
    if row.expires_at is not None and row.expires_at <= at:
        return KeyState.EXPIRED
    return KeyState.ENDING if is_replaced else KeyState.IN_USE


async def listed(
    at: datetime, *, search: str = "", agency: str = "", before: int | None = None
) -> Listed:
    """Keys, the latest first, from behind `before` on.

    `search`: words of the agency's name (with or without marks) or code, or of the label as it
    is written. `agency`: a code.
    """
    known = await charter.current()
    found = AgencyKeyRow.all()
    if agency:
        found = found.filter(agency__code=agency)
    for word in search.split():
        ids = [one.id for one in known.agencies.values() if _fits(one, word)]
        found = found.filter(Q(agency_id__in=ids) | Q(label__icontains=word))
    if before is not None:
        found = found.filter(id__lt=before)
    rows = await found.order_by("-id").limit(PAGE + 1)
    shown = rows[:PAGE]
    successors = AgencyKeyRow.filter(replaces_id__in=[row.id for row in shown])
    replaced = {row.replaces_id for row in await successors}
    return Listed(
        tuple(_shown(row, known, at, is_replaced=row.id in replaced) for row in shown),
        shown[-1].id if len(rows) > PAGE else None,
    )


def _fits(agency: Agency, word: str) -> bool:
    return spelling.search_key(word) in f"{agency.search_key} {agency.code.lower()}"


def _shown(row: AgencyKeyRow, known: Charter, at: datetime, *, is_replaced: bool) -> AgencyKey:
    return AgencyKey(
        id=row.id,
        agency=known.agency_of_id(row.agency_id),
        label=row.label,
        scopes=scopes.read(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_on=row.used_on,
        replaces=row.replaces_id,
        state=state_of(row, at, is_replaced=is_replaced),
    )
