"""Spot checks are drawn week by week and by the period, under the seed of its terms."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from feedback.models import (
    ClosureRow,
    SpotCheckRow,
    SpotDrawingRow,
    SpotKind,
    SpotOutcome,
    SpotTryRow,
)
from ranking.doubts import spot_drawing
from ranking.frozen import edition_rows
from ranking.frozen.edition_life import Drawing
from ranking.life import editions
from ranking.method import periods, sampling
from ranking.method.config import Config
from ranking.method.limits import Limits
from ranking.models import PeriodRow
from sla.models import AgencyRow
from tests import make
from tests.make import ZONE
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
Q3 = periods.parse("2026-Q3", ZONE)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = datetime(2026, 7, 2, 2, tzinfo=UTC)  # a Thursday
TIMES = Limits(call_back_share=0.1, file_audits=7)


async def committed(held_to: Limits = TIMES) -> PeriodRow:
    return await editions.commit_config(Q3, Config(limits=held_to), make.act(at=JUNE))


async def draw_all(at: datetime) -> int:
    drawn = 0
    while await spot_drawing.draw_next(make.act(at=at), ZONE):
        drawn += 1
    return drawn


@pytest.fixture
async def agency(database: None) -> AgencyRow:
    await make.make_city()
    return await AgencyRow.get(code="W1")


async def given_results(agency: AgencyRow, number: int, at: datetime = FIRST) -> list[Any]:
    return [await rows.make_rating(agency, at, 5) for _ in range(number)]


def test_a_quarter_is_cut_on_mondays_and_at_its_ends():
    spans = [*spot_drawing.spans(Q3)]
    weeks = [span for span in spans if span.kind is SpotKind.CALL_BACK]
    assert [weeks[0].starts_at, weeks[-1].ends_at] == [Q3.starts_at, Q3.ends_at]
    assert [one.ends_at for one in weeks[:-1]] == [one.starts_at for one in weeks[1:]]
    days = [span.starts_at.astimezone(ZONE).date() for span in weeks]
    assert days[:2] == [date(2026, 7, 1), date(2026, 7, 6)]
    assert {day.weekday() for day in days[1:]} == {0}
    assert all(span.drawn_at == span.ends_at + timedelta(days=14) for span in weeks)
    assert spans[-1] == spot_drawing.Span(SpotKind.FILE, Q3.starts_at, Q3.ends_at, Q3.cutoff_at)
    assert [*spot_drawing.spans(periods.parse("2026", ZONE))] == []


async def test_a_week_is_drawn_once_when_nobody_can_rate_any_more(agency: AgencyRow):
    await committed()
    await given_results(agency, 25)
    monday = datetime(2026, 7, 6, tzinfo=ZONE)
    assert await draw_all(monday + timedelta(days=14, seconds=-1)) == 0
    assert await draw_all(monday + timedelta(days=14)) == 1
    drawing = await SpotDrawingRow.get()
    assert (drawing.of, drawing.taken, drawing.kind) == (25, 3, SpotKind.CALL_BACK)
    assert await SpotCheckRow.all().count() == 3
    assert await draw_all(monday + timedelta(days=14)) == 0


async def test_the_database_draws_what_the_formula_says(agency: AgencyRow):
    row = await committed()
    await given_results(agency, 40)
    ids = [closure.id for closure in await ClosureRow.all()]
    await draw_all(Q3.cutoff_at)
    assert row.seed is not None
    for kind, how_many in ((SpotKind.CALL_BACK, 4), (SpotKind.FILE, 7)):
        expected = sampling.drawn(row.seed, kind.value, ids, how_many=how_many)
        found = await SpotCheckRow.filter(drawing__kind=kind).order_by("id")
        assert {one.closure_id for one in found} == set(expected)


async def test_what_is_void_is_not_drawn_and_fewer_files_than_wished_are_all(agency: AgencyRow):
    await committed()
    closures = [rating.closure_id for rating in await given_results(agency, 5)]
    await ClosureRow.filter(id=closures[0]).update(void_at=FIRST)
    await draw_all(Q3.cutoff_at)
    files = await SpotCheckRow.filter(drawing__kind=SpotKind.FILE)
    assert {one.closure_id for one in files} == set(closures[1:])


async def test_nothing_is_drawn_without_a_seed_or_for_what_is_published(agency: AgencyRow):
    await committed()
    await given_results(agency, 5)
    await PeriodRow.filter(name="2026-Q3").update(seed=None)
    assert await draw_all(Q3.cutoff_at) == 0
    await PeriodRow.filter(name="2026-Q3").update(seed="ab" * 32)
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at), ZONE)
    published = await editions.publish(
        "2026-Q3", "Sở", make.act(at=Q3.cutoff_at + timedelta(days=20))
    )
    assert await draw_all(Q3.cutoff_at + timedelta(days=21)) == 0
    assert edition_rows.life_of(published).drawings == ()


async def test_the_seed_is_committed_to_in_secret_and_told_with_the_edition(agency: AgencyRow):
    row = await committed()
    assert row.seed is not None
    terms = edition_rows.terms_of(row)
    assert terms is not None
    assert terms.seed_digest == sampling.digest(row.seed)
    changed = await editions.commit_config(Q3, Config(ranked_floor=50), make.act(at=JUNE))
    assert changed.seed == row.seed
    await given_results(agency, 30)
    await draw_all(Q3.cutoff_at)
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at), ZONE)
    assert (await editions.read("2026-Q3")).life.seed is None
    await editions.publish("2026-Q3", "Sở", make.act(at=Q3.cutoff_at + timedelta(days=20)))
    life = (await editions.read("2026-Q3")).life
    assert life.seed == row.seed
    assert life.drawings[0] == Drawing(
        kind=SpotKind.CALL_BACK, starts_on=date(2026, 7, 1), of=30, drawn=1
    )


async def test_sums_tell_what_came_of_it_and_nothing_that_fewer_than_five_said(agency: AgencyRow):
    await committed(Limits(call_back_share=1.0, file_audits=2))
    ratings = await given_results(agency, 6)
    silent = [await rows.make_closure(agency, FIRST) for _ in range(4)]
    await draw_all(Q3.cutoff_at)
    checks = {
        one.closure_id: one for one in await SpotCheckRow.filter(drawing__kind=SpotKind.CALL_BACK)
    }
    told = [(rating.closure_id, 4) for rating in ratings[:5]] + [(ratings[5].closure_id, 2)]
    for closure, overall in [*told, (silent[0].id, 1)]:
        await _try(checks[closure], SpotOutcome.AGREES, overall)
    await _try(checks[silent[1].id], SpotOutcome.DIFFERS, None)
    await _try(checks[silent[2].id], SpotOutcome.NOT_REACHED, None)
    calls, files = await spot_drawing.checked(Q3)
    assert (calls.of, calls.drawn) == (10, 10)
    assert (calls.agrees, calls.differs, calls.not_reached, calls.waiting) == (7, 1, 1, 1)
    assert (calls.raters, calls.raters_alike) == (6, 5)
    assert (calls.silent, calls.silent_satisfied) == (None, None)
    assert (files.drawn, files.waiting) == (2, 2)


async def _try(check: SpotCheckRow, outcome: SpotOutcome, overall: int | None) -> None:
    await SpotTryRow.create(
        check_id=check.id,
        number=1,
        outcome=outcome,
        overall=overall,
        is_last=True,
        by="x",
        at=FIRST,
    )
