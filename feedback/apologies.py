"""An apology and a new date, due by the promised day: the facts of the letter, and who sent them.

HCMC Decision 5157 (30 September 2016): the head of the agency apologises no later than the
promised date and names the filer, the kind of dossier, its state, the reason and the next date.
The letter leaves the addressee's line to be filled in: who the resident is stays sealed. Telling
the new date (`casework.extend`, form 04 of a dossier) is the act that counts; a letter is its form.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from tortoise.connection import get_connection

from feedback import casework
from feedback import permissions as may
from feedback.codes import Keyring
from feedback.errors import NoSuchCase, NotAFact
from feedback.models import CaseRow
from feedback.told_dates import NewDate
from sla import charter, ledger, nearing
from sla.acts import Act, Actor
from sla.charter import Agency, Service
from sla.errors import CalendarEnds, DateNotLater
from sla.models import PromiseKind, PromiseRow
from sla.promises import Extended, Verdict
from sla.standing import Standing


async def tell_new_day(reference: str, draft: NewDate, act: Act, keys: Keyring) -> None:
    """Tell a new day for a case: until the office closes on it. As `casework.extend`.

    `NotAFact` about `until` when the office is closed then, the day is not later than the promised
    one, or its opening hours are not known yet.
    """
    row = await PromiseRow.filter(kind=PromiseKind.CASE, code=reference).first()
    if row is None:
        raise NoSuchCase(reference)
    agency = (known := await charter.current()).agency_of_id(row.agency_id)
    calendar_id = known.calendar_of(agency, known.commitment_of_id(row.commitment_id))
    if calendar_id is None:
        raise NotAFact("until", "day_unknown")
    try:
        spans = known.calendars[calendar_id].spans_on(draft.until)
    except CalendarEnds:
        raise NotAFact("until", "day_unknown") from None
    if not spans:
        raise NotAFact("until", "closed_day")
    until = known.calendars[calendar_id].local(spans[-1][1])
    try:
        await casework.extend(reference, act, keys, until=until, reason=draft.reason)
    except DateNotLater:
        raise NotAFact("until", "not_later") from None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter of apology says, and whether one is due.

    `promised_at` is the first promised date, moved only by pauses. `next_at`, `reason` and
    `apologised_at` are None or empty until a new date was told. `is_needed`: it is late, or would
    be told of in time now because four fifths of the time are used.
    """

    reference: str
    is_dossier: bool
    agency: Agency
    service: Service | None
    received_at: datetime
    promised_at: datetime | None
    next_at: datetime | None
    reason: str
    apologised_at: datetime | None
    was_in_time: bool | None
    is_late: bool
    is_needed: bool


async def _is_kept(promise_id: int) -> bool:
    """Whether the case is there still: of one erased no list knows, nor does whoever had it."""
    return await CaseRow.exists(promise_id=promise_id, erased_at=None)


async def letter_facts(by: Actor, reference: str, *, at: datetime) -> Letter:
    """The letter for a case or dossier. `NoSuchCase`: there is none, or none `by` may see."""
    row = await PromiseRow.filter(code=reference).order_by("kind", "id").first()
    if row is None:
        raise NoSuchCase(reference)
    agency_id: int = row.agency_id
    may.check_may_see_agency(by, agency_id, reference)
    if row.kind is PromiseKind.CASE and not await _is_kept(row.id):
        raise NoSuchCase(reference)
    known = await charter.current()
    events = await ledger.events_of(row.id)
    standing = await ledger.standing(row.id)
    told = next((event for event in events if isinstance(event, Extended)), None)
    calendar_id: int | None = row.calendar_id
    zone: tzinfo = known.calendars[calendar_id].timezone if calendar_id else UTC
    is_late = standing.verdict(at) in {Verdict.LATE, Verdict.OPEN_OVERDUE}
    service_id: int | None = row.service_id
    return Letter(
        reference=reference,
        is_dossier=row.kind is PromiseKind.DOSSIER,
        agency=known.agency_of_id(agency_id),
        service=known.service_of_id(service_id) if service_id else None,
        received_at=standing.started_at,
        promised_at=standing.appointed_at,
        next_at=told.until if told else None,
        reason=told.reason if told else "",
        apologised_at=told.at if told else None,
        was_in_time=_in_time(told.at, standing.appointed_at, zone) if told else None,
        is_late=is_late,
        is_needed=is_late or _is_near(standing, row.due_soon_at, at),
    )


def _in_time(told_at: datetime, promised_at: datetime | None, zone: tzinfo) -> bool | None:
    if promised_at is None:
        return None
    return _day(told_at, zone) <= _day(promised_at, zone)


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _is_near(standing: Standing, due_soon_at: datetime | None, at: datetime) -> bool:
    look_at = nearing.watch_at(standing, due_soon_at)
    return standing.is_open and look_at is not None and look_at <= at


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one agency's promises that fell due in a period and were not kept: those with an apology
    and a new date told on or before the promised day.
    """

    agency_id: int
    late: int
    apologised: int


# As `ranking.counts.cohorts` counts late: ended after it was due, or still open at the cut-off.
COVERAGE = """
select p.agency_id, count(*)::int as late,
       count(*) filter (where exists (
           select from promise_event e
           where e.promise_id = p.id and e.kind = 'extended'
             and (e.at at time zone $4)::date <= (p.due_at at time zone $4)::date))::int
           as apologised
from promise p
where p.due_at >= $1 and p.due_at < $2 and p.due_at < $3 and p.kind <> 'milestone'
  and p.id not in (select c.promise_id from resident_case c join handed_over h on h.case_id = c.id)
  and (p.ended_at is null or p.ended_at > p.due_at)
  and ($5::int[] is null or p.agency_id = any($5))
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """The coverage of one agency by its name; nothing was late: `late` is 0."""

    agency: Agency
    late: int
    apologised: int


async def coverage_seen(
    by: Actor, starts_at: datetime, ends_at: datetime, *, at: datetime, timezone: str
) -> list[Covered]:
    """What was late in a half-open period until now, of the agencies whose work `by` may see."""
    known = await charter.current()
    found = await coverage(starts_at, min(ends_at, at), cutoff_at=at, timezone=timezone)
    rows = [Covered(known.agency_of_id(one.agency_id), one.late, one.apologised) for one in found]
    seen = [one for one in rows if _may_see(by, one.agency.id)]
    return sorted(seen, key=lambda one: (one.agency.sort_key, one.agency.code))


def _may_see(by: Actor, agency_id: int) -> bool:
    return may.why_not(may.check_may_see_agency, by, agency_id, "") is None


async def coverage(
    starts_at: datetime,
    ends_at: datetime,
    *,
    cutoff_at: datetime,
    timezone: str,
    agencies: Collection[int] | None = None,
) -> list[Coverage]:
    """Apology coverage per agency, or of these, in a half-open period, as known at its cut-off."""
    of = None if agencies is None else sorted(agencies)
    rows = await get_connection("default").execute_query_dict(
        COVERAGE, [starts_at, ends_at, cutoff_at, timezone, of]
    )
    return [Coverage(**row) for row in rows]
