"""What a period is counted by, committed to in public before it begins and never after."""

import dataclasses
import secrets
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from feedback import audit
from feedback.deeds import Deed, Subject
from ranking.frozen import edition_body, edition_rows, terms
from ranking.frozen.edition_errors import ConfigCommitted
from ranking.frozen.life_errors import PeriodBegun, TooEarlyADay
from ranking.frozen.terms import Eligible, LeftOut, Schedule, Terms
from ranking.method import config as configs
from ranking.method import periods, sampling
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.models import EditionRow, PeriodRow
from sla import charter
from sla.acts import Act

SEED_BYTES = 32
AHEAD = timedelta(days=30)
"""So long before a quarter begins its terms are committed to, if nobody did it earlier."""

# What the trail says where nobody gave a reason of the own.
BY_COMMAND = "hailong edition commit"
AS_BEFORE = "tự động, như quý trước / automatic, as the quarter before"
LATE = "tự động, khi lập dự thảo / automatic, when the draft was made"


async def commit_config(
    period: Period,
    config: Config,
    act: Act,
    *,
    schedule: Schedule | None = None,
    publish_on: date | None = None,
    left_out: tuple[LeftOut, ...] | None = None,
    reason: str = BY_COMMAND,
) -> PeriodRow:
    """Fix what the period will be counted by; before it begins it may still be changed.

    What is not said stays as it was committed, or is as usual. Committing the same again changes
    nothing; else it goes on record. Raises `ConfigCommitted` when the period has begun under
    another one, `PeriodBegun` when it has begun under none, `TooEarlyADay`.
    """
    await edition_rows.alone()
    config = configs.with_limits(config)
    row = await PeriodRow.get_or_none(name=period.name)
    before = edition_rows.terms_of(row) if row else None
    says_nothing = schedule is None and publish_on is None and left_out is None
    if row is not None and row.config_digest == config.digest() and says_nothing:
        return row
    if act.at >= period.starts_at or await _is_drafted(row):
        if row is not None:
            raise ConfigCommitted(period.name, row.terms_digest or row.config_digest)
        raise PeriodBegun(period.name, period.starts_at)
    days = schedule or (before.schedule if before else Schedule())
    without = before.left_out if left_out is None and before else left_out or ()
    made = await terms_for(period, config, days, publish_on=publish_on, left_out=without)
    return await _store(row, period, act, made, reason=reason)


async def commit_late(period: Period, act: Act) -> PeriodRow:
    """For a period that nobody committed anything for; its edition says so in public."""
    made = await terms_for(period, Config(), Schedule())
    return await _store(None, period, act, made, reason=LATE)


async def commit_next(act: Act, zone: ZoneInfo) -> bool:
    """Commit to the coming quarter what holds for the present one, a month ahead; whether it did.

    Only where some quarter was committed to before: who never published owes nothing.
    """
    now = periods.containing(act.at, zone)
    coming = now.following()
    if act.at < coming.starts_at - AHEAD or await PeriodRow.exists(name=coming.name):
        return False
    last = await PeriodRow.filter(starts_at__lte=act.at).order_by("-starts_at", "-id").first()
    if last is None:
        return False
    config = edition_body.from_json(Config, last.config)
    schedule = edition_rows.schedule_of(last)
    await commit_config(coming, config, act, schedule=schedule, reason=AS_BEFORE)
    return True


async def _is_drafted(row: PeriodRow | None) -> bool:
    return row is not None and await EditionRow.filter(period=row).exists()


async def terms_for(
    period: Period,
    config: Config,
    schedule: Schedule,
    *,
    publish_on: date | None = None,
    left_out: tuple[LeftOut, ...] = (),
) -> Terms:
    """What would be committed to, as agencies and calendars stand now. Raises `TooEarlyADay`."""
    day = publish_on or terms.usual(period, schedule)
    earliest = terms.earliest(period, schedule)
    if day < earliest:
        raise TooEarlyADay(day, earliest)
    known = await charter.current()
    first = period.starts_at.astimezone(period.timezone).date()
    without = {one.code for one in left_out}
    return Terms(
        config=configs.with_limits(config),
        schedule=schedule,
        publish_on=day,
        agencies=tuple(
            Eligible(code=agency.code, peer_group=agency.peer_group)
            for agency in known.open_agencies(on=first)
            if agency.code not in without
        ),
        calendars=tuple(
            f"{code}@{number}" for code, number in sorted(known.latest_calendar.items())
        ),
        left_out=left_out,
    )


async def _store(
    row: PeriodRow | None, period: Period, act: Act, made: Terms, *, reason: str
) -> PeriodRow:
    seed = (row.seed if row else None) or secrets.token_hex(SEED_BYTES)
    made = dataclasses.replace(made, seed_digest=sampling.digest(seed))
    values = {
        "seed": seed,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "cutoff_at": period.cutoff_at,
        "config": edition_body.to_json(made.config),
        "config_digest": made.config.digest(),
        "committed_at": act.at,
        "terms": edition_body.to_json(made),
        "terms_digest": made.digest(),
        "publish_on": made.publish_on,
    }
    before = edition_rows.terms_of(row) if row else None
    deed = Deed.ADDED if row is None else Deed.CHANGED
    await audit.record(
        Subject.PERIOD,
        period.name,
        deed,
        act,
        before=facts(before) if before else None,
        after=facts(made),
        reason=reason,
    )
    if row is None:
        return await PeriodRow.create(name=period.name, **values)
    await PeriodRow.filter(id=row.id).update(**values)
    return await PeriodRow.get(id=row.id)


def facts(made: Terms) -> dict[str, object]:
    """Terms as the audit trail tells them: every parameter and day, agencies by their number."""
    parameters = dataclasses.asdict(made.config)
    return {
        **parameters,
        **(parameters.pop("limits") or {}),
        **dataclasses.asdict(made.schedule),
        "publish_on": made.publish_on,
        "agencies": len(made.agencies),
        "left_out": [f"{one.code}: {one.reason}" for one in made.left_out],
        "calendars": list(made.calendars),
        "digest": made.digest(),
    }
