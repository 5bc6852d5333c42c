"""Answers that seem arranged are held first; two persons settle them; nothing is deleted."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from feedback.actors import Staff
from feedback.errors import RoleMayNot
from feedback.models import RatingRow, Role
from ranking.counts import answers, tallies
from ranking.doubts import looking, quarantine
from ranking.doubts.quarantine_errors import AlreadySaid, AlreadySettled, BadReason, NothingToHold
from ranking.life import editions
from ranking.method import periods
from ranking.models import Finding, QuarantinedRatingRow, QuarantineState
from sla.acts import Act
from sla.models import AgencyRow
from tests import make
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = datetime(2026, 8, 12, 3, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WINDOW = (AUGUST - DAY, AUGUST + DAY)
LATER = datetime(2026, 10, 20, tzinfo=UTC)


def person(name: str, role: Role = Role.COORDINATOR, agency_id: int | None = None) -> Staff:
    return Staff(1, name, name.title(), role, agency_id)


def act(name: str = "mai", **more: object) -> Act:
    return make.act(person(name, **more), LATER)  # type: ignore[arg-type]


async def held(agency: AgencyRow, *, fives: int = 20, others: int = 40) -> int:
    """An agency with so many suspicious fives among others; the number of the quarantine."""
    await rows.make_ratings(agency, AUGUST, satisfied=others, unsatisfied=others)
    honest = set(await RatingRow.all().values_list("id", flat=True))
    for _ in range(fives):
        await rows.make_rating(agency, AUGUST, 5, promised=True)
    arranged = sorted(set(await RatingRow.all().values_list("id", flat=True)) - honest)
    number = await quarantine.hold(
        "k", Finding.BURST, agency.id, arranged, window=WINDOW, evidence={}, act=act()
    )
    assert number is not None
    return number


async def counted(agency: AgencyRow) -> answers.Voices:
    while await tallies.count_some(ZONE):
        pass
    found = await answers.voices(Q3.starts_at, Q3.ends_at, ZONE.key)
    return found[agency.id]


async def test_held_answers_do_not_count_and_are_told():
    agency = await rows.make_agency()
    await held(agency)
    voices = await counted(agency)
    assert (voices.counts.n, voices.counts.x) == (80, 40)
    assert (voices.aside.held, voices.aside.n_with, voices.aside.x_with) == (20, 100, 60)
    assert await RatingRow.all().count() == 100


async def test_an_edition_says_the_result_with_and_without():
    agency = await rows.make_agency("arranged")
    await held(agency)
    await editions.draft("2026-Q3", make.act(at=LATER), ZONE)
    edition = await editions.read("2026-Q3")
    aside = edition.agencies[0].satisfaction.quarantine
    assert aside is not None
    assert (aside.held, aside.n_with, aside.x_with) == (20, 100, Fraction(60))
    assert edition.notes.quarantined == 20


@pytest.mark.parametrize(
    ("verdict", "reason", "n"),
    [(QuarantineState.EXCLUDED, "one_source", 80), (QuarantineState.RELEASED, "genuine", 100)],
)
async def test_two_persons_settle_it(verdict: QuarantineState, reason: str, n: int):
    agency = await rows.make_agency()
    number = await held(agency)
    assert await quarantine.decide(number, verdict, reason, act("mai")) is QuarantineState.HELD
    assert (await counted(agency)).counts.n == 80
    with pytest.raises(AlreadySaid):
        await quarantine.decide(number, verdict, reason, act("mai"))
    assert await quarantine.decide(number, verdict, reason, act("an")) is verdict
    assert (await counted(agency)).counts.n == n
    with pytest.raises(AlreadySettled):
        await quarantine.decide(number, verdict, reason, act("binh"))
    assert [said.by for said in (await quarantine.one(number)).decisions] == [
        "staff:mai",
        "staff:an",
    ]


async def test_of_two_who_disagree_a_third_decides():
    number = await held(await rows.make_agency())
    await quarantine.decide(number, QuarantineState.EXCLUDED, "paid", act("mai"))
    await quarantine.decide(number, QuarantineState.RELEASED, "event", act("an"))
    found = await quarantine.decide(number, QuarantineState.EXCLUDED, "staff", act("binh"))
    assert found is QuarantineState.EXCLUDED
    whole = await quarantine.counted(AUGUST - DAY, AUGUST + DAY)
    assert (whole.held, whole.excluded, whole.reasons) == (0, 20, ("staff:20",))


async def test_nobody_of_the_agency_and_no_officer_has_a_word():
    agency = await rows.make_agency()
    number = await held(agency)
    for by in (act(role=Role.OFFICER), act(role=Role.HEAD), act(agency_id=agency.id)):
        with pytest.raises(RoleMayNot):
            await quarantine.decide(number, QuarantineState.RELEASED, "genuine", by)
    with pytest.raises(BadReason):
        await quarantine.decide(number, QuarantineState.RELEASED, "paid", act())


async def test_whoever_points_at_answers_has_them_held():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=6, unsatisfied=0)
    number = await quarantine.propose(agency.id, *WINDOW, "All from one table.", act())
    assert number is not None
    assert (await quarantine.one(number)).ratings == 6
    assert await quarantine.propose(agency.id, *WINDOW, "Again.", act()) is None
    with pytest.raises(NothingToHold):
        await quarantine.propose(agency.id, LATER, LATER + DAY, "None.", act())


async def test_a_burst_is_found_once():
    agency = await rows.make_agency()
    for days in [*range(40), *[0] * 30]:
        rating = await rows.make_rating(agency, AUGUST - days * DAY, 5)
        await RatingRow.filter(id=rating.id).update(given_at=AUGUST - days * DAY + HOUR)
    looked = make.act(at=LATER)
    assert await looking.look_for_anomalies(looked, ZONE)
    assert not await looking.look_for_anomalies(looked, ZONE)
    [found] = await quarantine.listed()
    assert (found.finding, found.ratings, found.state) == (Finding.BURST, 31, QuarantineState.HELD)


COPY = "Cán bộ nhiệt tình, giải quyết hồ sơ nhanh gọn, tôi rất hài lòng với phường"


async def commented(agency: AgencyRow, text: str, overall: int = 5) -> int:
    """The number of a rating with this comment, given a day after the result."""
    rating = await rows.make_rating(agency, AUGUST, overall)
    rating.comment, rating.given_at = text, AUGUST + DAY
    await rating.save()
    return rating.id


async def test_comments_in_nearly_the_same_words_are_held_as_they_come():
    agency, elsewhere = await rows.make_agency(), await rows.make_agency()
    for ending in ("", ".", "!", " nhé"):
        await commented(agency, COPY + ending)
    await commented(elsewhere, COPY)
    await commented(agency, "Chờ hai tuần mới có kết quả, hỏi thì không ai trả lời rõ ràng", 2)
    looked = make.act(at=LATER)
    assert not await looking.look_for_anomalies(looked, ZONE)
    await commented(agency, COPY.upper())
    assert await looking.look_for_anomalies(looked, ZONE)
    late = await commented(agency, COPY)
    assert await looking.look_for_anomalies(looked, ZONE)
    assert not await looking.look_for_anomalies(looked, ZONE)
    second, first = await quarantine.listed()
    assert {first.finding, second.finding} == {Finding.COPIED}
    assert (first.ratings, first.evidence) == (5, {"residents": 5})
    assert (second.ratings, second.evidence) == (1, {"residents": 6})
    assert await QuarantinedRatingRow.filter(rating_id=late).count() == 1


@pytest.mark.parametrize(
    ("overall", "seconds", "mode", "is_held"),
    [
        (5, 59, "link", True),
        (5, 60, "link", False),
        (4, 0, "counter", True),
        (3, 0, "link", False),
        (5, 0, "imported", False),
    ],
)
async def test_satisfied_answers_within_a_minute_of_the_result_are_held(
    overall: int, seconds: int, mode: str, *, is_held: bool
):
    rating = await rows.make_rating(await rows.make_agency(), AUGUST, overall)
    rating.given_at, rating.mode = AUGUST + timedelta(seconds=seconds), mode
    await rating.save()
    assert await looking.look_for_anomalies(make.act(at=LATER), ZONE) is is_held
    assert [found.finding for found in await quarantine.listed()] == [Finding.HASTY] * is_held
