"""Answers that look arranged are set aside first; two persons say what becomes of them.

Nothing is deleted. Held and excluded answers do not count, released ones do; how many there are,
and the result with them, stand in every edition (method, section 13).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.connection import get_connection

from feedback import permissions
from feedback.staff import apart
from ranking import statements
from ranking.doubts.quarantine_errors import (
    AlreadySaid,
    AlreadySettled,
    BadReason,
    NoSuchQuarantine,
    NothingToHold,
)
from ranking.models import (
    Finding,
    QuarantineDecisionRow,
    QuarantinedRatingRow,
    QuarantineRow,
    QuarantineState,
)
from sla.acts import Act

REASONS: dict[QuarantineState, tuple[str, ...]] = {
    QuarantineState.EXCLUDED: ("one_source", "staff", "paid", "copied", "automated"),
    QuarantineState.RELEASED: ("genuine", "event", "not_proven"),
}
"""The reason codes of each verdict, which are counted in public."""

COUNTED = """
select q.state, coalesce(
           (select d.reason from quarantine_decision d
            where d.quarantine_id = q.id and d.verdict = q.state order by d.id desc limit 1), ''
       ) as reason, count(distinct m.rating_id)::int as answers
from quarantine q
join quarantined_rating m on m.quarantine_id = q.id
join rating r on r.id = m.rating_id
join closure c on c.id = r.closure_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2
group by 1, 2 order by 1, 2
"""

LISTED = """
select q.id, q.agency_id, q.finding, q.state, q.ratings, q.evidence, q.starts_at, q.ends_at,
       q.found_at, q.found_by, q.settled_at
from quarantine q
where ($1::int is null or q.id = $1) order by q.settled_at nulls first, q.found_at desc, q.id desc
limit 500
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person said."""

    by: str
    at: datetime
    verdict: QuarantineState
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """One quarantine as a list shows it, with what was found and said."""

    id: int
    agency_id: int
    finding: Finding
    state: QuarantineState
    ratings: int
    evidence: dict[str, Any]
    starts_at: datetime
    ends_at: datetime
    found_at: datetime
    found_by: str
    settled_at: datetime | None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """Answers in a period that are held, and excluded; reason codes with their numbers."""

    held: int
    excluded: int
    reasons: tuple[str, ...]


async def hold(
    key: str,
    finding: Finding,
    agency_id: int,
    ratings: Sequence[int],
    *,
    window: tuple[datetime, datetime],
    evidence: dict[str, Any],
    act: Act,
) -> int | None:
    """Set these answers aside for review; None if the same was found before.

    Raises `NothingToHold` without an answer.
    """
    if not ratings:
        raise NothingToHold(key)
    if await QuarantineRow.exists(key=key):
        return None
    row = await QuarantineRow.create(
        key=key,
        agency_id=agency_id,
        finding=finding,
        evidence=evidence,
        starts_at=window[0],
        ends_at=window[1],
        ratings=len(set(ratings)),
        state=QuarantineState.HELD,
        found_at=act.at,
        found_by=act.by.reference,
    )
    await QuarantinedRatingRow.bulk_create(
        [
            QuarantinedRatingRow(quarantine_id=row.id, rating_id=rating)
            for rating in sorted(set(ratings))
        ]
    )
    return row.id


async def propose(
    agency_id: int, starts_at: datetime, ends_at: datetime, note: str, act: Act
) -> int | None:
    """Somebody points at the answers given about an agency in a span: they are held for review.

    None if the same span was pointed at before. Raises `RoleMayNot`, `NothingToHold`.
    """
    permissions.check_may_review_answers(act.by, agency_id)
    rows = await statements.rows(
        "select r.id from rating r join closure c on c.id = r.closure_id where c.agency_id = $1 "
        "and r.given_at >= $2 and r.given_at < $3 and c.void_at is null order by r.id",
        [agency_id, starts_at, ends_at],
    )
    return await hold(
        f"reported/{agency_id}/{starts_at.isoformat()}/{ends_at.isoformat()}",
        Finding.REPORTED,
        agency_id,
        [row["id"] for row in rows],
        window=(starts_at, ends_at),
        evidence={"note": note, "answers": len(rows)},
        act=act,
    )


async def decide(
    quarantine_id: int, verdict: QuarantineState, reason: str, act: Act, *, note: str = ""
) -> QuarantineState:
    """Say what should become of it; settled when a second person says the same.

    Raises `RoleMayNot`, `NoSuchQuarantine`, `AlreadySettled`, `AlreadySaid` the second time, and
    `BadReason` for a code the verdict does not have.
    """
    row = await QuarantineRow.filter(id=quarantine_id).select_for_update().first()
    if row is None:
        raise NoSuchQuarantine(quarantine_id)
    permissions.check_may_review_answers(act.by, row.agency_id)
    if row.state is not QuarantineState.HELD:
        raise AlreadySettled(quarantine_id)
    if reason not in REASONS.get(verdict, ()):
        raise BadReason(reason)
    said = QuarantineDecisionRow.filter(quarantine_id=quarantine_id)
    if await said.filter(by=act.by.reference).exists():
        raise AlreadySaid(quarantine_id)
    for one in await said.order_by("id"):
        await apart.check(act.by, one.by)
    await QuarantineDecisionRow.create(
        quarantine_id=quarantine_id,
        verdict=verdict,
        reason=reason,
        note=note.strip(),
        by=act.by.reference,
        at=act.at,
    )
    if await said.filter(verdict=verdict).count() < 2:
        return QuarantineState.HELD
    await QuarantineRow.filter(id=quarantine_id).update(state=verdict, settled_at=act.at)
    return verdict


async def listed() -> list[Quarantine]:
    """The last 500, those under review first."""
    return await _read(None)


async def one(quarantine_id: int) -> Quarantine:
    """Raises `NoSuchQuarantine`."""
    found = await _read(quarantine_id)
    if not found:
        raise NoSuchQuarantine(quarantine_id)
    return found[0]


async def counted(starts_at: datetime, ends_at: datetime) -> Counted:
    """What is set aside among the answers to what was closed in [starts_at, ends_at)."""
    rows = await statements.rows(COUNTED, [starts_at, ends_at])
    totals = dict.fromkeys(QuarantineState, 0)
    for row in rows:
        totals[QuarantineState(row["state"])] += row["answers"]
    return Counted(
        totals[QuarantineState.HELD],
        totals[QuarantineState.EXCLUDED],
        tuple(
            f"{row['reason']}:{row['answers']}"
            for row in rows
            if row["state"] == QuarantineState.EXCLUDED
        ),
    )


async def _read(quarantine_id: int | None) -> list[Quarantine]:
    connection = get_connection("default")
    rows = await connection.execute_query_dict(LISTED, [quarantine_id])
    decisions = await QuarantineDecisionRow.filter(
        quarantine_id__in=[row["id"] for row in rows]
    ).order_by("id")
    said: dict[int, list[Decision]] = {}
    for of in decisions:
        said.setdefault(of.quarantine_id, []).append(
            Decision(of.by, of.at, of.verdict, of.reason, of.note)
        )
    return [
        Quarantine(
            **{
                **row,
                "finding": Finding(row["finding"]),
                "state": QuarantineState(row["state"]),
                "decisions": tuple(said.get(row["id"], ())),
            }
        )
        for row in rows
    ]
