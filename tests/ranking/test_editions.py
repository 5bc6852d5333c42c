"""Editions: configuration committed, drafted, published once, corrected."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from feedback.actors import Staff, System
from feedback.errors import RoleMayNot
from feedback.models import Role
from ranking.errors import NotAPeriod
from ranking.events import EditionDrafted, EditionPublished
from ranking.frozen import edition_body
from ranking.frozen.edition_body import Agency, Apologies, Corrections, Edition
from ranking.frozen.edition_errors import (
    AlreadyPublished,
    BadBody,
    ConfigCommitted,
    NoSuchEdition,
    NotPublishable,
    PeriodNotOver,
)
from ranking.life import editions
from ranking.method import config, periods
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.eligibility import Reason, Status
from ranking.models import EditionRow, EditionStatus
from sla.acts import Act
from sla.models import CorrectionRow, PromiseEventRow
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
MAY = datetime(2026, 5, 20, tzinfo=UTC)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, tzinfo=UTC)


def _act(at: datetime = NOVEMBER) -> Act:
    return Act(by=System("test"), at=at)


async def _drafted(name: str = "2026-Q3", at: datetime = NOVEMBER) -> Edition:
    await editions.draft(name, _act(at), ZONE)
    return await editions.read(name)


def _line(edition: Edition, code: str) -> Agency:
    return next(agency for agency in edition.agencies if agency.code == code)


async def test_an_edition_holds_the_figures_of_its_period():
    good, poor = await rows.make_agency("good"), await rows.make_agency("poor")
    await rows.make_ratings(good, AUGUST, satisfied=118, unsatisfied=2, silent=30)
    await rows.make_ratings(poor, AUGUST, satisfied=60, unsatisfied=60)
    edition = await _drafted()
    line = _line(edition, "good").satisfaction
    assert (line.n, line.x, line.served) == (120, Fraction(118), 150)
    assert line.response == Decimal("0.800000000")
    assert line.levels == (None, None, None, 0, 118)
    assert line.score.share == Decimal("0.983333333")
    assert (line.score.status, line.score.rank) == (Status.RANKED, 1)
    assert _line(edition, "poor").satisfaction.score.band is Band.BELOW
    kept = _line(edition, "good").punctuality
    assert (kept.due.due, kept.due.met, kept.score.share) == (150, 150, Decimal("1.000000000"))
    assert edition.notes.residents == 240
    assert edition.config == config.with_limits(Config())


async def test_a_stored_edition_reads_as_it_was_written():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=30, unsatisfied=3)
    edition = await _drafted()
    written = edition_body.to_json(edition)
    assert edition_body.from_json(Edition, written) == edition
    for other in ({"name": "2026-Q3"}, {**written, "mood": "good"}):
        with pytest.raises(BadBody):
            edition_body.from_json(Edition, other)


async def test_an_edition_from_before_corrections_were_counted_still_reads():
    await rows.make_agency("old")
    written = edition_body.to_json(await _drafted())
    for line in written["agencies"]:
        del line["corrections"], line["apologies"]
    read = edition_body.from_json(Edition, written)
    assert (_line(read, "old").corrections, _line(read, "old").apologies) == (None, None)
    del written["agencies"][0]["history"]
    with pytest.raises(BadBody):
        edition_body.from_json(Edition, written)


async def test_corrections_and_apologies_of_the_period_are_frozen_with_it():
    agency = await rows.make_agency("late")
    day = timedelta(days=1)
    for apologised_at in (AUGUST - day, AUGUST + day, None):
        promise = await rows.make_promise(
            agency, AUGUST - 9 * day, due_at=AUGUST, ended_at=AUGUST + 3 * day
        )
        if apologised_at:
            await PromiseEventRow.create(
                promise=promise,
                seq=1,
                kind="extended",
                at=apologised_at,
                recorded_at=apologised_at,
                by="test",
                detail={},
            )
    asked = {
        "promise": promise,
        "agency": agency,
        "round": 1,
        "told_at": AUGUST + 3 * day,
        "ended_at": AUGUST - day,
        "reason": "Nhập sai ngày",
        "requested_by": "staff:lan",
        "decided_by": "staff:mai",
    }
    await CorrectionRow.create(
        **asked, requested_at=AUGUST + 4 * day, decided_at=AUGUST + 5 * day, is_approved=True
    )
    await CorrectionRow.create(
        **asked, requested_at=AUGUST + 6 * day, decided_at=NOVEMBER - day, is_approved=False
    )
    line = _line(await _drafted(), "late")
    assert line.corrections == Corrections(requested=2, approved=1, declined=0, cured=1)
    assert line.apologies == Apologies(late=3, apologised=1)
    assert line.punctuality.due.missed == 3


async def test_fewer_than_thirty_voices_leave_no_figure_in_the_edition():
    agency = await rows.make_agency("few")
    await rows.make_ratings(agency, AUGUST, satisfied=25, unsatisfied=4)
    edition = await _drafted()
    line = _line(edition, "few").satisfaction
    assert line.score.status is Status.SUPPRESSED
    assert (line.n, line.x, line.levels, line.score.share) == (None, None, None, None)
    assert line.response is None
    assert (edition.notes.residents, edition.notes.left_out) == (0, 1)


async def test_an_agency_without_answers_has_none_and_not_zero_percent():
    await rows.make_agency("silent")
    line = _line(await _drafted(), "silent")
    assert line.satisfaction.score.status is Status.NO_ANSWERS
    assert line.satisfaction.score.share is None
    assert line.punctuality.score.status is Status.NO_ANSWERS


async def test_a_thin_quarter_is_read_over_four():
    agency = await rows.make_agency("thin")
    for at in (MAY, AUGUST):
        await rows.make_ratings(agency, at, satisfied=60, unsatisfied=0)
    line = _line(await _drafted(), "thin").satisfaction
    assert (line.n, line.is_rolling, line.served) == (120, True, 120)
    assert line.n_before is None


async def test_a_full_quarter_stands_alone_and_is_compared_with_the_last():
    agency = await rows.make_agency("full")
    await rows.make_ratings(agency, MAY, satisfied=70, unsatisfied=50)
    await rows.make_ratings(agency, AUGUST, satisfied=118, unsatisfied=2)
    line = _line(await _drafted(), "full").satisfaction
    assert (line.n, line.is_rolling, line.n_before) == (120, False, 120)
    assert line.movement is not None
    assert line.movement.arrow == "up"


@pytest.mark.parametrize(("opened", "is_told"), [("2025-09-30", True), ("2025-10-01", False)])
async def test_of_an_agency_opened_within_four_quarters_no_change_is_told(
    opened: str, *, is_told: bool
):
    agency = await rows.make_agency("young", opens_on=date.fromisoformat(opened))
    await rows.make_ratings(agency, MAY, satisfied=70, unsatisfied=50)
    await rows.make_ratings(agency, AUGUST, satisfied=118, unsatisfied=2)
    line = _line(await _drafted(), "young").satisfaction
    assert line.score.status is Status.RANKED
    assert (line.movement is not None, line.n_before is not None) == (is_told, is_told)


async def test_a_change_is_measured_against_what_was_published():
    """Whoever looks up the edition before finds the very counts the change was computed from."""
    agency = await rows.make_agency("full")
    await rows.make_ratings(agency, MAY, satisfied=70, unsatisfied=50)
    await _drafted("2026-Q2")
    await editions.publish("2026-Q2", "A", _act(), waived="a test")
    await rows.make_ratings(agency, MAY, satisfied=30, unsatisfied=0)
    await rows.make_ratings(agency, AUGUST, satisfied=118, unsatisfied=2)
    line = _line(await _drafted(), "full").satisfaction
    assert (line.n_before, line.x_before, line.edition_before) == (120, 70, "2026-Q2")


async def test_few_answers_among_many_served_are_not_ranked():
    agency = await rows.make_agency("quiet")
    await rows.make_ratings(agency, AUGUST, satisfied=100, unsatisfied=0, silent=901)
    score = _line(await _drafted(), "quiet").satisfaction.score
    assert (score.status, score.reason) == (Status.LISTED_NOT_RANKED, Reason.LOW_RESPONSE)


async def test_an_agency_opened_within_the_period_is_not_ranked_yet():
    agency = await rows.make_agency("new", opens_on=AUGUST.date())
    await rows.make_ratings(agency, AUGUST, satisfied=110, unsatisfied=0)
    score = _line(await _drafted(), "new").satisfaction.score
    assert score.reason is Reason.NEW_AGENCY


async def test_an_agency_closed_before_the_period_is_not_listed():
    await rows.make_agency("gone", closes_on=MAY.date())
    await rows.make_agency("later", opens_on=NOVEMBER.date())
    assert not (await _drafted()).agencies


async def test_a_year_is_four_quarters():
    agency = await rows.make_agency("year")
    for at in (MAY, AUGUST):
        await rows.make_ratings(agency, at, satisfied=60, unsatisfied=0)
    await editions.draft("2026", _act(), ZONE, preliminary=True)
    line = _line(await editions.read("2026"), "year").satisfaction
    assert (line.n, line.is_rolling) == (120, False)


async def test_a_draft_may_be_made_again():
    agency = await rows.make_agency("again")
    await _drafted()
    await rows.make_ratings(agency, AUGUST, satisfied=40, unsatisfied=0)
    assert _line(await _drafted(), "again").satisfaction.n == 40
    assert await EditionRow.all().count() == 1


async def test_publishing_is_once_and_for_good():
    await _drafted()
    act = _act()
    row = await editions.publish("2026-Q3", "The publisher", act, waived="a test")
    assert (row.status, row.published_at) == (EditionStatus.PUBLISHED, NOVEMBER)
    assert act.events == [EditionPublished("2026-Q3")]
    with pytest.raises(AlreadyPublished):
        await editions.publish("2026-Q3", "Another", _act(), waived="a test")
    with pytest.raises(AlreadyPublished):
        await editions.draft("2026-Q3", _act(), ZONE)
    with pytest.raises(OperationalError, match="never changes"):
        async with in_transaction():
            await EditionRow.filter(name="2026-Q3").update(published_by="Another")


async def test_only_a_publisher_publishes():
    await _drafted()

    def staff(role: Role) -> Act:
        return Act(by=Staff(1, "a", "A", role, None), at=NOVEMBER + timedelta(days=15))

    with pytest.raises(RoleMayNot):
        await editions.publish("2026-Q3", "A", staff(Role.HEAD))
    await editions.publish("2026-Q3", "A", staff(Role.PUBLISHER))


async def test_what_was_never_drafted_cannot_be_published_read_or_corrected():
    for attempt in (
        editions.publish("2026-Q3", "A", _act(), waived="a test"),
        editions.read("2026-Q3"),
        editions.correct("2026-Q3", "why", _act(), ZONE),
    ):
        with pytest.raises(NoSuchEdition):
            await attempt


async def test_a_running_period_is_drafted_only_as_a_trial_and_never_published():
    with pytest.raises(PeriodNotOver):
        await editions.draft("2026-Q3", _act(AUGUST), ZONE)
    await editions.draft("2026-Q3", _act(AUGUST), ZONE, preliminary=True)
    for at in (AUGUST, NOVEMBER):  # also later: it was drafted too early
        with pytest.raises(PeriodNotOver):
            await editions.publish("2026-Q3", "A", _act(at), waived="a test")


@pytest.mark.parametrize("days", [0, 15])
async def test_before_the_cutoff_it_says_so(days: int):
    edition = await _drafted(at=Q3.ends_at + timedelta(days=days))
    assert edition.notes.is_before_cutoff is (days == 0)


async def test_a_month_is_no_edition():
    with pytest.raises(NotPublishable):
        await editions.draft("2026-08", _act(), ZONE)
    with pytest.raises(NotAPeriod):
        await editions.draft("last summer", _act(), ZONE)


async def test_a_correction_is_a_new_edition_that_says_why():
    await _drafted()
    await editions.publish("2026-Q3", "A", _act(), waived="a test")
    act = _act(NOVEMBER + timedelta(days=1))
    for _ in range(2):  # its draft, too, may be made again
        await editions.correct("2026-Q3", "A file came late.", act, ZONE)
    assert act.events[0] == EditionDrafted("2026-Q3.2")
    await editions.publish("2026-Q3.2", "A", act, waived="a test")
    corrected = await editions.read("2026-Q3.2")
    assert (corrected.supersedes, corrected.reason) == ("2026-Q3", "A file came late.")
    row = await editions.correct("2026-Q3", "Once more.", act, ZONE)
    assert row.name == "2026-Q3.3"
    first = next(of for of in await editions.listed() if of.name == "2026-Q3")
    assert first.superseded_by == "2026-Q3.2"
    assert await editions.published_names() == ["2026-Q3", "2026-Q3.2"]


async def test_earlier_editions_are_told_on_the_line():
    agency = await rows.make_agency("old")
    await rows.make_ratings(agency, MAY, satisfied=90, unsatisfied=20)
    await _drafted("2026-Q2")
    await editions.publish("2026-Q2", "A", _act(), waived="a test")
    [before] = _line(await _drafted(), "old").history
    assert (before.edition, before.n, before.share) == ("2026-Q2", 110, Decimal("0.818181818"))


async def test_a_configuration_is_fixed_when_its_period_begins():
    before, during = Q3.starts_at - timedelta(days=1), Q3.starts_at
    strict = Config(ranked_floor=200)
    await editions.commit_config(Q3, strict, _act(before))
    await editions.commit_config(Q3, Config(), _act(before))
    await editions.commit_config(Q3, Config(), _act(during))
    with pytest.raises(ConfigCommitted):
        await editions.commit_config(Q3, strict, _act(during))
    assert not (await _drafted()).notes.is_committed_late


async def test_without_a_commitment_the_defaults_hold_and_the_lateness_is_said():
    assert (await _drafted()).notes.is_committed_late
