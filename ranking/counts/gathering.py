"""What an edition is computed from, read from the database: voices, promises, earlier editions."""

import dataclasses
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from feedback.office import ratings_seen
from ranking.counts import answers, earlier_editions, measuring, spreading, tallies, tallying
from ranking.counts.gathered import Answers, Earlier, Gathered
from ranking.counts.tallied import Kept
from ranking.counts.tallies import Effective
from ranking.counts.tallying import Window
from ranking.frozen import edition_body
from ranking.frozen.edition_body import Corrections, Edition
from ranking.frozen.edition_story import About, Former, Origin
from ranking.method import periods
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.method.spread import SourceKind
from ranking.models import EditionRow
from sla import charter, corrections, lineage
from sla.charter import Charter
from sla.lineage import Break

QUARTER = 3
"""Months."""


class Read(Protocol):
    """Gives what is counted of each agency in a window."""

    async def __call__(
        self, window: Window, *, agencies: Collection[int] | None = None
    ) -> Mapping[int, Any]: ...


async def gathered(
    period: Period,
    config: Config,
    at: datetime,
    *,
    corrected: Edition | None = None,
    read: Read = tallying.read,
) -> list[Gathered]:
    """Every agency of the period, in alphabetical order, with all its figures follow from.

    First counts what no sweep has come to yet. `corrected` is the published edition that this one
    is to supersede. `read`: from what is kept, or from the rows alone (`tallying.from_rows`), which
    comes to the same.
    """
    while await tallies.count_some(tallies.zone_of(period)):
        pass  # what a sweep has not come to yet
    known = await charter.current()
    said = await _answers(period, config, known, read)
    before = await _before(period, read)
    window = (period.starts_at, min(period.ends_at, at))
    earlier = {line.code: line for line in corrected.agencies} if corrected else {}
    kept = await _kept(period, at, read)
    corrections_of = await _corrections(period, at)
    about = await _about(window, period)
    origins = await _origins(known, window[1].astimezone(period.timezone).date())
    history = await earlier_editions.history(period)
    sources = await _sources(period)
    nothing, none = Answers(Effective(), 0), Kept()
    published = await earlier_editions.published(period.previous())
    active = {agency for agency, own in kept.items() if own.cohort != none.cohort}
    return [
        Gathered(
            code=agency.code,
            name_vi=agency.name_vi,
            name_en=agency.name_en,
            level=agency.level,
            peer_group=agency.peer_group,
            is_new=agency.opens_on is not None and agency.opens_on > _first_day(period),
            parent=_parent(agency, known),
            answers=said.get(agency.id, nothing),
            before=published.get(agency.code) or before.get(agency.id, Earlier()),
            earlier=earlier.get(agency.code),
            measures=measuring.shares(
                kept.get(agency.id, none).measured,
                said.get(agency.id, nothing).cells,
                fewest=config.listed_floor,
            ),
            cohort=kept.get(agency.id, none).cohort,
            history=earlier_editions.series(agency.code, origins.get(agency.code, ()), history),
            sources=sources.get(agency.id, {}),
            response_before=earlier_editions.response(agency.code, period.previous(), history),
            corrections=corrections_of.get(agency.id, Corrections()),
            apologies=kept.get(agency.id, none).apologies,
            about=about.get(agency.id, ()),
            origins=origins.get(agency.code, ()),
            is_settling=_is_settling(agency, origins.get(agency.code, ()), period),
        )
        for agency in _present(known, period, said.keys() | active | corrections_of.keys())
    ]


def _is_settling(agency: charter.Agency, origins: tuple[Origin, ...], period: Period) -> bool:
    """Whether it came to be what it is within the four quarters that end with the period."""
    first = periods.rolling(period, 4)[0] if period.months == QUARTER else period.previous()
    since = [step.on for step in origins if step.kind is not Break.RENAMED]
    since += [agency.opens_on] if agency.opens_on else []
    return any(on >= _first_day(first) for on in since)


async def _before(period: Period, read: Read) -> dict[int, Earlier]:
    """By agency what is counted of the period before, by itself."""
    found = await read(tallying.of_answers(period.previous()))
    return {
        agency: Earlier(counts=answers.counts(of.cells, ()), cells=of.cells)
        for agency, of in found.items()
    }


async def _about(window: tuple[datetime, datetime], period: Period) -> dict[int, tuple[About, ...]]:
    """Why people were dissatisfied, as the batches released in the window say.

    A quarter adds the few of each week; no other length does, lest one tell them from another.
    """
    with_few = period.months == QUARTER
    return {
        agency: tuple(About(topic=topic, residents=n) for topic, n in told)
        for agency, told in (await ratings_seen.reasons(*window, with_few=with_few)).items()
    }


async def _origins(known: Charter, until: date) -> dict[str, tuple[Origin, ...]]:
    """By code the breaks that had come before a day."""
    return {
        code: tuple(
            Origin(
                on=step.on,
                kind=step.kind,
                former=tuple(
                    Former(code=old.code, name_vi=old.name_vi, name_en=old.name_en)
                    for old in step.former
                ),
            )
            for step in steps
            if step.on < until
        )
        for code, steps in (await lineage.steps(known)).items()
    }


async def _sources(period: Period) -> dict[int, dict[SourceKind, dict[int, int]]]:
    last = period.ends_at.astimezone(period.timezone).date()
    return await spreading.histograms(_first_day(period), last)


async def _corrections(period: Period, at: datetime) -> dict[int, Corrections]:
    found = await corrections.counted(period.starts_at, min(period.ends_at, at))
    return {
        of.agency_id: Corrections(
            requested=of.requested, approved=of.approved, declined=of.declined, cured=of.cured
        )
        for of in found
    }


async def _kept(period: Period, at: datetime, read: Read) -> Mapping[int, Kept]:
    """As known at `at`; only from the cut-off on that is what is kept of them."""
    window = tallying.of_promises(period)
    if at < period.cutoff_at:
        return await tallying.from_rows(window, at=at)
    return await read(window)


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


async def _answers(
    period: Period, config: Config, known: Charter, read: Read
) -> dict[int, Answers]:
    """Per agency its voices; over the last four quarters where one alone stays too thin."""
    own: dict[int, Answers] = dict(await read(tallying.of_answers(period)))
    if period.months != QUARTER or config.rolling_windows == 1:
        return own
    nothing = Answers(Effective(), 0)
    alone = {of.id: own.get(of.id, nothing).counts.n for of in known.agencies.values()}
    thin = {agency for agency, n in alone.items() if n < config.ranked_floor}
    over = tallying.of_answers_over(periods.rolling(period, config.rolling_windows))
    longer = await read(over, agencies=thin)
    return own | {
        agency: dataclasses.replace(of, is_rolling=True)
        for agency, of in longer.items()
        if of.counts.n > alone[agency]
    }


def _parent(agency: charter.Agency, known: Charter) -> str:
    return known.agency_of_id(agency.parent_id).code if agency.parent_id else ""


def frozen(row: EditionRow) -> Edition:
    """The edition a row holds. Raises `BadBody`."""
    edition = edition_body.from_json(Edition, row.body)
    return dataclasses.replace(edition, published_at=row.published_at)


def _first_day(period: Period) -> date:
    return period.starts_at.astimezone(period.timezone).date()
