"""What an edition counts of each agency, from the rows themselves: its answers and its promises.

`tallying` keeps what these two say, agency by agency.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from feedback import apologies
from ranking.counts import (
    answers,
    closure_rows,
    cohorts,
    measuring,
    promise_rows,
    questions,
    silence,
    tallies,
)
from ranking.counts.cohorts import Cohort
from ranking.counts.gathered import Answers
from ranking.counts.measuring import Measured
from ranking.counts.tallies import Effective
from ranking.frozen.edition_body import Apologies
from ranking.frozen.edition_detail import Returned
from ranking.method.invitations import Asked
from ranking.method.periods import Period


@dataclass(frozen=True, slots=True)
class Kept:
    """One agency's promises in a period."""

    cohort: Cohort = field(default_factory=Cohort)
    measured: Measured = field(default_factory=Measured)
    apologies: Apologies = field(default_factory=Apologies)


async def said(
    starts_at: datetime, period: Period, *, agencies: Collection[int] | None = None
) -> dict[int, Answers]:
    """What was answered of what was closed from `starts_at` to the end of the period, by agency or
    by these; its months are those of the period alone.
    """
    ends, zone = period.ends_at, tallies.zone_of(period).key
    voices = await answers.voices(
        starts_at, ends, zone, months_from=period.starts_at, agencies=agencies
    )
    rows = await closure_rows.look(starts_at, ends, agencies=agencies)
    served = {row["agency_id"]: row["residents"] for row in rows["residents"]}
    closed = silence.served(rows)
    asked = questions.by_agency(rows["asked"])
    returned = questions.by_agency(rows["returned"])
    nothing = answers.Voices(Effective())
    return {
        agency: Answers(
            (own := voices.get(agency, nothing)).counts,
            served.get(agency, 0),
            cells=own.cells,
            without=own.without,
            aside=own.aside,
            months=own.months,
            closed=closed.get(agency, ()),
            asked=Asked(**asked.get(agency, {})),
            returned=Returned(**returned.get(agency, {})),
        )
        for agency in sorted(voices.keys() | served.keys())
    }


async def kept(
    period: Period, at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, Kept]:
    """What became of the promises of a period as known at `at`, by agency or by these."""
    zone, ends = tallies.zone_of(period).key, min(period.ends_at, at)
    rows = await promise_rows.look(period, at, zone, agencies=agencies)
    promises = await cohorts.cohorts(period, at, rows, agencies=agencies)
    measured = await measuring.measured((period.starts_at, ends), rows, agencies=agencies)
    # Of the same late promises as `cohorts.cohorts` counts at that moment.
    told = await apologies.coverage(
        period.starts_at,
        ends,
        cutoff_at=min(period.cutoff_at, at),
        timezone=zone,
        agencies=agencies,
    )
    sorry = {of.agency_id: Apologies(late=of.late, apologised=of.apologised) for of in told}
    return {
        agency: Kept(
            promises.get(agency, Cohort()),
            measured.get(agency, Measured()),
            sorry.get(agency, Apologies()),
        )
        for agency in sorted(promises.keys() | measured.keys() | sorry.keys())
    }
