"""What a period is counted by, prepared by one person and committed to by another.

The same is fixed as by `hailong edition commit`: parameters, days, and which agencies stand in the
edition. Nothing of it can be prepared, or approved, once the period has begun.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from feedback import drafts
from feedback.administration import changes
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, ChangeState
from feedback.drafts import Reader
from ranking.errors import InvalidConfig, NotAPeriod
from ranking.frozen import edition_body, edition_rows, terms
from ranking.frozen.edition_errors import NoSuchEdition
from ranking.frozen.life_errors import PeriodBegun
from ranking.frozen.terms import LeftOut, Schedule, Terms
from ranking.life import committing, thresholds
from ranking.method import periods
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.models import PeriodRow
from sla import charter, spelling
from sla.acts import Act

AHEAD = 4
"""Quarters that can be prepared by page, from the coming one on."""
LEFT_OUT_AT_MOST = 10_000

# By parameter; shares are typed as percentages. Five is the floor of privacy.
SHARES = (
    "target",
    "confidence",
    "false_discovery_rate",
    "response_floor",
    "response_flag",
    "place_share",
)
COUNTS: Mapping[str, tuple[int, int]] = {
    "ranked_floor": (5, 999),
    "listed_floor": (5, 999),
    "pooled_floor": (5, 999),
    "rolling_windows": (1, 12),
    "place_group": (1, 999),
    "cutoff_days": (0, 365),
}
DAYS = ("objection_days", "redraft_days", "plan_days")
FIELDS = (*SHARES, *COUNTS, *DAYS, *thresholds.ALL, "publish_on", "left_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What somebody wants a period to be counted by."""

    config: Config
    schedule: Schedule
    publish_on: date
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A period as its page shows it; `terms` are committed to, or what they would be today."""

    period: Period
    terms: Terms
    digest: str | None
    committed_at: datetime | None
    has_begun: bool
    waiting: tuple[Change, ...]


async def listed(at: datetime, zone: ZoneInfo) -> list[Seen]:
    """The quarters that can be prepared and all that were committed to, the latest first."""
    names = {row.name for row in await PeriodRow.all().only("id", "name")}
    names.update(period.name for period in coming(at, zone))
    found = [await seen(name, at, zone) for name in names]
    return sorted(found, key=lambda one: (one.period.starts_at, one.period.name), reverse=True)


def coming(at: datetime, zone: ZoneInfo) -> list[Period]:
    """The next quarters, the coming one first."""
    found = [periods.containing(at, zone).following()]
    while len(found) < AHEAD:
        found.append(found[-1].following())
    return found


async def seen(name: str, at: datetime, zone: ZoneInfo) -> Seen:
    """One period. Raises `NoSuchEdition` for one nobody committed to and nobody can prepare."""
    row = await PeriodRow.get_or_none(name=name[:10])
    try:
        period = edition_rows.committed(row, periods.parse(name, zone))
    except NotAPeriod:
        raise NoSuchEdition(name) from None
    if row is None and period.name not in {one.name for one in coming(at, zone)}:
        raise NoSuchEdition(name)
    found = edition_rows.terms_of(row) if row else None
    waiting = [one for one in await changes.of(name) if one.state is ChangeState.PROPOSED]
    return Seen(
        period=period,
        terms=found or await _as_usual(row, period),
        digest=(row.terms_digest or row.config_digest) if row else None,
        committed_at=row.committed_at if row else None,
        has_begun=at >= period.starts_at,
        waiting=tuple(one for one in waiting if one.kind is ChangeKind.PERIOD),
    )


async def _as_usual(row: PeriodRow | None, period: Period) -> Terms:
    """Under the rules of the period before, as agencies stand today."""
    last = (
        row
        or await PeriodRow.filter(starts_at__lt=period.starts_at)
        .order_by("-starts_at", "-id")
        .first()
    )
    config = edition_body.from_json(Config, last.config) if last else Config()
    schedule = edition_rows.schedule_of(last) if last else Schedule()
    return await committing.terms_for(_counted_by(period, config), config, schedule)


def _counted_by(period: Period, config: Config) -> Period:
    return periods.parse(period.name, period.timezone, cutoff_days=config.cutoff_days)


def values(of: Terms | Prepared) -> dict[str, str]:
    """Terms as the form that changes them begins."""
    found = {name: _percent(getattr(of.config, name)) for name in SHARES}
    found |= {name: str(getattr(of.config, name)) for name in COUNTS}
    held_to = thresholds.by_name(of.config.held_to)
    found |= {name: _percent(held_to[name]) for name in thresholds.SHARES}
    found |= {name: str(held_to[name]) for name in thresholds.COUNTS}
    found |= {name: str(getattr(of.schedule, name)) for name in DAYS}
    found["publish_on"] = of.publish_on.isoformat()
    found["left_out"] = "\n".join(f"{one.code}; {one.reason}" for one in of.left_out)
    return found


def _percent(share: float) -> str:
    text = f"{Decimal(str(share)) * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


async def prepared(given: Mapping[str, object], before: Seen) -> Prepared:
    """What a form says, upon what holds or would hold until now. Raises `Faulty`."""
    reader = Reader(given)
    parameters: dict[str, Any] = {name: thresholds.share(reader, name) for name in SHARES}
    for name, (low, high) in COUNTS.items():
        parameters[name] = thresholds.count(reader, name, low, high)
    parameters["limits"] = thresholds.read(reader, given, before.terms.config.held_to)
    days = {name: thresholds.count(reader, name, 0, terms.MOST_DAYS) for name in DAYS}
    publish_on = _day(reader)
    left_out = await _left_out(reader, before.period)
    reader.finish()
    try:
        config = dataclasses.replace(before.terms.config, **parameters)
    except InvalidConfig as fault:
        reader.fault(fault.field, "not_in_range")
        reader.finish()
        raise
    schedule = Schedule(**days)
    if publish_on < terms.earliest(_counted_by(before.period, config), schedule):
        reader.fault("publish_on", "too_early_to_publish")
    reader.finish()
    return Prepared(config=config, schedule=schedule, publish_on=publish_on, left_out=left_out)


def _day(reader: Reader) -> date:
    text = reader.text("publish_on", at_most=10, required=True)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    if text:
        reader.fault("publish_on", "not_a_day")
    return date.max


async def _left_out(reader: Reader, period: Period) -> tuple[LeftOut, ...]:
    text = reader.text("left_out", at_most=LEFT_OUT_AT_MOST, clean=spelling.tidy)
    known = await charter.current()
    first = period.starts_at.astimezone(period.timezone).date()
    there = {agency.code for agency in known.open_agencies(on=first)}
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _, why = (part.strip() for part in line.partition(";"))
        if code not in there or code in found:
            reader.fault("left_out", "no_such_agency")
        if not why:
            reader.fault("left_out", "left_out_unexplained")
        found[code] = why[: drafts.REASON_AT_MOST]
    return tuple(LeftOut(code=code, reason=why) for code, why in sorted(found.items()))


async def propose(name: str, wanted: Prepared, act: Act, zone: ZoneInfo, *, reason: str) -> int:
    """Ask a second person to commit to it; the number of the proposal.

    Raises `PeriodBegun`, `ReasonMissing`, `RoleMayNot`.
    """
    period = periods.parse(name, zone)
    if act.at >= period.starts_at:
        raise PeriodBegun(period.name, period.starts_at)
    body = _body(wanted, zone)
    return await changes.propose(ChangeKind.PERIOD, period.name, body, act, reason=reason)


async def stored() -> list[tuple[str, dict[str, str]]]:
    """Every period with terms: its name, and its terms as the form has them."""
    rows = await PeriodRow.all().order_by("starts_at", "id")
    found = [(row.name, edition_rows.terms_of(row)) for row in rows]
    return [(name, values(terms)) for name, terms in found if terms is not None]


def waits(before: Seen, wanted: Prepared, zone: ZoneInfo) -> bool:
    """Whether the very same waits for a second person already."""
    return any(dict(one.body) == _body(wanted, zone) for one in before.waiting)


def _body(wanted: Prepared, zone: ZoneInfo) -> dict[str, object]:
    return {**edition_body.to_json(wanted), "timezone": zone.key}


async def differences(change: Change, at: datetime) -> list[tuple[str, str, str]]:
    """What a proposal would change: each field of the form with its value until now and then.

    Raises `NoSuchEdition` where the period has begun and nobody committed to it.
    """
    wanted, zone = _wanted(change)
    before, after = values((await seen(change.about, at, zone)).terms), values(wanted)
    return [(name, before[name], after[name]) for name in FIELDS if before[name] != after[name]]


async def carry_out(change: Change, act: Act) -> None:
    """Commit to what a second person approved. Raises what `commit_config` raises."""
    wanted, zone = _wanted(change)
    await commit(change.about, wanted, act, zone, reason=change.reason)


def _wanted(change: Change) -> tuple[Prepared, ZoneInfo]:
    body = dict(change.body)
    zone = ZoneInfo(str(body.pop("timezone")))
    return edition_body.from_json(Prepared, body), zone


async def commit(name: str, wanted: Prepared, act: Act, zone: ZoneInfo, *, reason: str) -> None:
    """Fix the terms of a period. Raises what `commit_config` raises."""
    period = periods.parse(name, zone, cutoff_days=wanted.config.cutoff_days)
    await committing.commit_config(
        period,
        wanted.config,
        act,
        schedule=wanted.schedule,
        publish_on=wanted.publish_on,
        left_out=wanted.left_out,
        reason=reason,
    )
