"""What a period is counted by, committed to in public before it begins and never after."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ranking import edition_body, edition_rows, periods, terms
from ranking.config import Config
from ranking.edition_errors import ConfigCommitted
from ranking.life_errors import PeriodBegun, TooEarlyADay
from ranking.models import EditionRow, PeriodRow
from ranking.periods import Period
from ranking.terms import Eligible, Schedule, Terms
from sla import charter
from sla.acts import Act

AHEAD = timedelta(days=30)
"""So long before a quarter begins its terms are committed to, if nobody did it earlier."""


async def commit_config(
    period: Period,
    config: Config,
    act: Act,
    *,
    schedule: Schedule | None = None,
    publish_on: date | None = None,
) -> PeriodRow:
    """Fix what the period will be counted by; before it begins it may still be changed.

    Committing the same again changes nothing. Raises `ConfigCommitted` when the period has begun
    under another one, `PeriodBegun` when it has begun under none, `TooEarlyADay`.
    """
    await edition_rows.alone()
    row = await PeriodRow.get_or_none(name=period.name)
    days = schedule or (edition_rows.schedule_of(row) if row else Schedule())
    if (
        row is not None
        and row.config_digest == config.digest()
        and (schedule, publish_on)
        == (
            None,
            None,
        )
    ):
        return row
    if act.at >= period.starts_at or await _is_drafted(row):
        if row is not None:
            raise ConfigCommitted(period.name, row.terms_digest or row.config_digest)
        raise PeriodBegun(period.name, period.starts_at)
    return await _store(row, period, act, config, (days, publish_on))


async def commit_late(period: Period, act: Act) -> PeriodRow:
    """For a period that nobody committed anything for; its edition says so in public."""
    return await _store(None, period, act, Config(), (Schedule(), None))


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
    await commit_config(coming, config, act, schedule=edition_rows.schedule_of(last))
    return True


async def _is_drafted(row: PeriodRow | None) -> bool:
    return row is not None and await EditionRow.filter(period=row).exists()


async def _store(
    row: PeriodRow | None,
    period: Period,
    act: Act,
    config: Config,
    days: tuple[Schedule, date | None],
) -> PeriodRow:
    schedule, publish_on = days
    day = publish_on or terms.usual(period, schedule)
    first = terms.earliest(period, schedule)
    if day < first:
        raise TooEarlyADay(day, first)
    made = await _terms(period, config, schedule, day)
    values = {
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "cutoff_at": period.cutoff_at,
        "config": edition_body.to_json(config),
        "config_digest": config.digest(),
        "committed_at": act.at,
        "terms": edition_body.to_json(made),
        "terms_digest": made.digest(),
        "publish_on": day,
    }
    if row is None:
        return await PeriodRow.create(name=period.name, **values)
    await PeriodRow.filter(id=row.id).update(**values)
    return await PeriodRow.get(id=row.id)


async def _terms(period: Period, config: Config, schedule: Schedule, day: date) -> Terms:
    known = await charter.current()
    first = period.starts_at.astimezone(period.timezone).date()
    return Terms(
        config=config,
        schedule=schedule,
        publish_on=day,
        agencies=tuple(
            Eligible(code=agency.code, peer_group=agency.peer_group)
            for agency in known.open_agencies(on=first)
        ),
        calendars=tuple(
            f"{code}@{number}" for code, number in sorted(known.latest_calendar.items())
        ),
    )
