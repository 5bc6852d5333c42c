"""What an edition is computed from, read from the database: voices, promises, earlier editions."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from feedback import apologies
from ranking import cohorts, edition_body, periods, tallies
from ranking.assembly import Answers, Gathered
from ranking.config import Config
from ranking.edition_body import Apologies, Before, Corrections, Edition
from ranking.models import EditionRow, EditionStatus
from ranking.periods import Period
from ranking.tallies import Effective
from sla import charter, corrections
from sla.charter import Charter

HISTORY = 8
"""Earlier editions an agency's page goes back to."""


async def gathered(period: Period, config: Config, at: datetime) -> list[Gathered]:
    """Every agency of the period, in alphabetical order, with all its figures follow from.

    First counts what no sweep has come to yet.
    """
    while await tallies.count_some(zone_of(period)):
        pass  # what a sweep has not come to yet
    known = await charter.current()
    answers = await _answers(period, config)
    before = await tallies.effective(_quarters(period.previous()))
    promises = await cohorts.cohorts(period, at)
    corrected, apologised = await _corrections(period, at), await _apologies(period, at)
    history = await _history(period)
    nothing = Answers(Effective(), 0)
    return [
        Gathered(
            code=agency.code,
            name_vi=agency.name_vi,
            name_en=agency.name_en,
            level=agency.level,
            peer_group=agency.peer_group,
            is_new=agency.opens_on is not None and agency.opens_on > _first_day(period),
            answers=answers.get(agency.id, nothing),
            before=before.get(agency.id, Effective()),
            cohort=promises.get(agency.id, cohorts.Cohort()),
            history=tuple(history.get(agency.code, ())),
            corrections=corrected.get(agency.id, Corrections()),
            apologies=apologised.get(agency.id, Apologies()),
        )
        for agency in _present(known, period, answers.keys() | promises.keys() | corrected.keys())
    ]


async def _corrections(period: Period, at: datetime) -> dict[int, Corrections]:
    found = await corrections.counted(period.starts_at, min(period.ends_at, at))
    return {
        of.agency_id: Corrections(
            requested=of.requested, approved=of.approved, declined=of.declined, cured=of.cured
        )
        for of in found
    }


async def _apologies(period: Period, at: datetime) -> dict[int, Apologies]:
    """Of the same late promises as `cohorts.cohorts` counts at that moment."""
    found = await apologies.coverage(
        period.starts_at,
        min(period.ends_at, at),
        cutoff_at=min(period.cutoff_at, at),
        timezone=zone_of(period).key,
    )
    return {of.agency_id: Apologies(late=of.late, apologised=of.apologised) for of in found}


def _present(known: Charter, period: Period, active: Any) -> list[charter.Agency]:
    """The agencies that existed in the period, and any others that something is counted of."""
    first, last = _first_day(period), period.ends_at.astimezone(period.timezone).date()
    found = [
        agency
        for agency in known.agencies.values()
        if agency.id in active
        or (
            (agency.opens_on is None or agency.opens_on < last)
            and (agency.closes_on is None or agency.closes_on > first)
        )
    ]
    return sorted(found, key=lambda agency: (agency.sort_key, agency.code))


async def _answers(period: Period, config: Config) -> dict[int, Answers]:
    """Per agency its voices; over the last four quarters where one alone stays too thin."""
    own = await _window((period,))
    if period.months != 3 or config.rolling_windows == 1:
        return own
    longer = await _window(periods.rolling(period, config.rolling_windows))
    chosen = dict(own)
    for agency, over in longer.items():
        alone = own.get(agency, Answers(Effective(), 0))
        if alone.counts.n < config.ranked_floor and over.counts.n > alone.counts.n:
            chosen[agency] = dataclasses.replace(over, is_rolling=True)
    return chosen


async def _window(window: tuple[Period, ...]) -> dict[int, Answers]:
    names = [quarter for period in window for quarter in _quarters(period)]
    counts = await tallies.effective(names)
    served = await tallies.residents_served(window[0].starts_at, window[-1].ends_at)
    return {
        agency: Answers(counts.get(agency, Effective()), served.get(agency, 0))
        for agency in counts.keys() | served.keys()
    }


def _quarters(period: Period) -> list[str]:
    """Voices are kept by quarter: a year is four of them."""
    if period.months == 3:
        return [period.name]
    return [f"{period.name}-Q{quarter}" for quarter in range(1, 5)]


async def _history(period: Period) -> Mapping[str, list[Before]]:
    """Per agency its lines in the last editions before this period, the latest first."""
    rows = (
        await EditionRow.filter(
            status=EditionStatus.PUBLISHED, period__ends_at__lte=period.starts_at
        )
        .order_by("-period__starts_at", "-id")
        .select_related("period")
    )
    latest: dict[str, EditionRow] = {}
    for row in rows:
        latest.setdefault(row.period.name, row)
    lines: dict[str, list[Before]] = {}
    for row in list(latest.values())[:HISTORY]:
        for agency in frozen(row).agencies:
            lines.setdefault(agency.code, []).append(_line(row, agency))
    return lines


def _line(row: EditionRow, agency: edition_body.Agency) -> Before:
    said, kept = agency.satisfaction, agency.punctuality
    return Before(
        edition=row.name,
        period=row.period.name,
        n=said.n,
        share=said.score.share,
        low=said.score.low,
        high=said.score.high,
        due=kept.due.due,
        on_time=kept.score.share,
    )


def frozen(row: EditionRow) -> Edition:
    """The edition a row holds. Raises `BadBody`."""
    edition = edition_body.from_json(Edition, row.body)
    return dataclasses.replace(edition, published_at=row.published_at)


def _first_day(period: Period) -> date:
    return period.starts_at.astimezone(period.timezone).date()


def zone_of(period: Period) -> ZoneInfo:
    """The named zone a period is cut in."""
    assert isinstance(period.timezone, ZoneInfo)  # noqa: S101 -- editions are cut in a named zone
    return period.timezone
