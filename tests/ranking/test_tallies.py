"""Counting ratings: one resident, one voice; exactly once, whatever is repeated."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from feedback.models import ClosureRow, RatingRow
from ranking.counts import closure_rows, columns, tallies, tallying, voiced
from ranking.counts.tallies import Effective
from ranking.method import periods
from ranking.models import CountedAnswerRow, UntalliedRow
from sla.models import AgencyRow, PromiseRow
from tests import voices
from tests.ranking import rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
Q3, Q4 = "2026-Q3", "2026-Q4"


async def _sweep() -> int:
    acts = 0
    while await tallies.count_some(ZONE):
        acts += 1
    return acts


async def _counts(agency: AgencyRow, *names: str) -> Effective:
    found = await voices.effective(names or (Q3,), ZONE)
    return found.get(agency.id, Effective())


@pytest.mark.usefixtures("database")
async def test_a_resident_counts_once_however_often_they_answer():
    agency = await rows.make_agency()
    for overall in (5, 5, 2):
        await rows.make_rating(agency, AUGUST, overall, resident="loud")
    await rows.make_rating(agency, AUGUST, 4, resident="quiet")
    await _sweep()
    assert await _counts(agency) == Effective(2, 1 + Fraction(2, 3), (0, 1, 0, 1, 2))


@pytest.mark.usefixtures("database")
async def test_three_is_not_satisfied_and_four_is():
    agency = await rows.make_agency()
    for overall in (1, 2, 3, 4, 5):
        await rows.make_rating(agency, AUGUST, overall)
    await _sweep()
    assert await _counts(agency) == Effective(5, Fraction(2), (1, 1, 1, 1, 1))


@pytest.mark.usefixtures("database")
async def test_the_last_answer_replaces_the_one_counted_before():
    agency = await rows.make_agency()
    rating = await rows.make_rating(agency, AUGUST, 1)
    await _sweep()
    await RatingRow.filter(id=rating.id).update(overall=5, revision=F("revision") + 1)
    await _sweep()
    assert await _counts(agency) == Effective(1, Fraction(1), (0, 0, 0, 0, 1))


@pytest.mark.usefixtures("database")
async def test_a_void_closure_counts_nothing_and_leaves_no_voice():
    agency = await rows.make_agency()
    await rows.make_rating(agency, AUGUST, 5)
    await _sweep()
    await ClosureRow.all().update(void_at=AUGUST)
    await RatingRow.all().update(revision=F("revision") + 1)
    await _sweep()
    assert await CountedAnswerRow.all().count() == 0
    assert await _counts(agency) == Effective()


@pytest.mark.usefixtures("database")
async def test_a_rating_belongs_to_the_local_quarter_of_its_closure():
    agency = await rows.make_agency()
    await rows.make_rating(agency, datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC), 5)
    await rows.make_rating(agency, datetime(2026, 9, 30, 17, 0, tzinfo=UTC), 5)
    await _sweep()
    assert (await _counts(agency, Q3)).n == 1
    assert (await _counts(agency, Q4)).n == 1


@pytest.mark.usefixtures("database")
async def test_over_several_quarters_a_resident_is_still_one_voice():
    agency = await rows.make_agency()
    for month, overall in ((5, 5), (8, 1), (8, 5)):
        await rows.make_rating(
            agency, datetime(2026, month, 10, tzinfo=UTC), overall, resident="regular"
        )
    await _sweep()
    found = await _counts(agency, "2026-Q2", Q3)
    assert found == Effective(1, Fraction(2, 3), (1, 0, 0, 0, 2))


@pytest.mark.usefixtures("database")
async def test_a_period_is_counted_alone_from_tallies_and_from_ratings_alike():
    agency = await rows.make_agency()
    for month, overall in ((2, 3), (5, 5), (6, 4), (8, 1), (8, 5)):
        await rows.make_rating(
            agency, datetime(2026, month, 10, tzinfo=UTC), overall, resident="regular"
        )
    await _sweep()
    levels = []
    for name in ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"):
        found = await voices.tallied([name], ZONE)
        assert found == await voices.recount([name], ZONE)
        levels.append(sum(sum(counts.levels) for counts, _ in found.values()))
    assert levels == [1, 2, 2, 0]


@pytest.mark.usefixtures("database")
async def test_a_second_sweep_finds_nothing_to_do():
    agency = await rows.make_agency()
    await rows.make_rating(agency, AUGUST, 5)
    assert await _sweep() == 1
    assert await _sweep() == 0
    assert (await _counts(agency)).n == 1


@pytest.mark.usefixtures("database")
async def test_those_served_are_counted_whether_they_answered_or_not():
    agency = await rows.make_agency()
    for resident in ("one", "one", "two"):
        await rows.make_closure(agency, AUGUST, resident=resident)
    starts, ends = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    served = (await closure_rows.look(starts, ends))["residents"]
    assert served == [{"agency_id": agency.id, "residents": 2}]
    await ClosureRow.filter(resident=b"two").update(void_at=AUGUST)
    served = (await closure_rows.look(starts, ends))["residents"]
    assert served == [{"agency_id": agency.id, "residents": 1}]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("rate"), st.integers(0, 5), st.integers(1, 5)),
        st.tuples(st.just("void"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("sweep"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


async def _step(kind: str, closure: ClosureRow, overall: int) -> None:
    if kind == "sweep":
        await tallies.count_some(ZONE)
    elif kind == "void":
        await ClosureRow.filter(id=closure.id).update(void_at=AUGUST)
        await RatingRow.filter(closure=closure).update(revision=F("revision") + 1)
    elif not await RatingRow.filter(closure=closure).update(
        overall=overall, revision=F("revision") + 1
    ):
        await RatingRow.create(
            closure=closure, overall=overall, language="vi", mode="code", given_at=AUGUST
        )


async def test_increments_equal_the_recount_whatever_happened(shared_url: str):
    async def play(steps: list[Any]) -> None:
        agencies = [await rows.make_agency() for _ in range(2)]
        closures = [
            await rows.make_closure(agencies[i % 2], AUGUST, resident=f"r{i % 3}") for i in range(6)
        ]
        for kind, which, overall in steps:
            await _step(kind, closures[which], overall)
            # Whatever is still to be tallied, the rest comes to the same both ways.
            assert not await voiced.differing(periods.parse(Q3, ZONE), after=0, until=tallying.LAST)
        await _sweep()
        assert await voices.tallied([Q3], ZONE) == await voices.recount([Q3], ZONE)

    await rows.holds(shared_url, STEPS, play)


async def test_sweeps_side_by_side_count_every_rating_once(committed_database: str):
    agencies = [await rows.make_agency() for _ in range(3)]
    expected: dict[int, list[int]] = defaultdict(lambda: [0] * 5)
    for i in range(60):
        overall = 1 + i % 5
        agency = agencies[i % 3]
        await rows.make_rating(agency, AUGUST, overall, resident=f"r{i % 7}")
        expected[agency.id][overall - 1] += 1

    async def sweep() -> None:
        for _ in range(4):
            async with in_transaction():
                await tallies.count_some(ZONE)

    async def answer_again() -> None:
        for _ in range(4):
            await RatingRow.all().update(revision=F("revision") + 1)

    await asyncio.gather(answer_again(), *(sweep() for _ in range(3)))
    async with in_transaction():
        await _sweep()
    found = await voices.tallied([Q3], ZONE)
    assert {agency: list(counts.levels) for agency, (counts, _) in found.items()} == expected
    assert found == await voices.recount([Q3], ZONE)


@pytest.mark.usefixtures("database")
async def test_what_is_tallied_again_is_there_once():
    agency = await rows.make_agency()
    for overall in (1, 3, 5, 5):
        await rows.make_rating(agency, AUGUST, overall)
    await _sweep()
    found = await _counts(agency)
    for rating_id in await RatingRow.all().values_list("id", flat=True):
        await UntalliedRow.bulk_create([UntalliedRow(rating_id=rating_id)] * 2)
    await _sweep()
    assert await _counts(agency) == found == Effective(4, Fraction(2), (1, 0, 1, 0, 2))


@pytest.mark.usefixtures("database")
async def test_what_persons_and_what_businesses_said_is_told_apart():
    """A stratum is what the resident brought: service, channel, and for whom."""
    agency = await rows.make_agency()
    for applicant, overall in (("person", 5), ("person", 4), ("business", 1), ("", 2)):
        rating = await rows.make_rating(agency, AUGUST, overall)
        await PromiseRow.filter(closures__rating__id=rating.id).update(applicant=applicant)
    await _sweep()
    answers = await columns.tallied(2026 * 12 + 6, 2026 * 12 + 9)
    [cells] = (await tallies.cells(answers)).values()
    assert [(of.applicant, of.n, of.x) for of in cells] == [
        ("", 1, 0),
        ("business", 1, 0),
        ("person", 2, 2),
    ]
    assert await voices.recount([Q3], ZONE) == await voices.tallied([Q3], ZONE)
