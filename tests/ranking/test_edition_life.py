"""Around an edition: terms before, objections and replies during, plans and corrections after."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from feedback.actors import Staff, System
from feedback.errors import RoleMayNot
from feedback.models import Role
from ranking.frozen import terms
from ranking.frozen.edition_errors import AlreadyPublished, ConfigCommitted, PeriodNotOver
from ranking.frozen.edition_life import Change, MeasureState, PlanState
from ranking.frozen.life_errors import (
    AlreadyWished,
    BadDay,
    ConfigChanged,
    DraftOutdated,
    MeasureEnded,
    NoMeasure,
    NoPlanOwed,
    NotInEdition,
    ObjectionDecided,
    OpenObjections,
    OwnObjection,
    PeriodBegun,
    TooEarlyADay,
    WindowClosed,
    WindowOpen,
)
from ranking.frozen.terms import Schedule
from ranking.life import editions, objections, plans, publishing, replies, schedule_watch, wishes
from ranking.life.plans import MeasureDraft, PlanDraft
from ranking.method import periods
from ranking.method.config import Config
from ranking.models import EditionRow, EditionWishRow, ObjectionRow, ObjectionState, PeriodRow
from sla.acts import Act, Actor
from sla.models import AgencyRow, PromiseKind, PromiseRow
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
MAY = datetime(2026, 5, 20, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def _act(at: datetime = NOVEMBER, by: Actor | None = None) -> Act:
    return Act(by=by or System("test"), at=at)


def _staff(role: Role, agency: AgencyRow | None = None, name: str = "") -> Staff:
    return Staff(1, name or role.value, role.value, role, agency.id if agency else None)


PUBLISHER = _staff(Role.PUBLISHER)
COORDINATOR = _staff(Role.COORDINATOR)


async def _two() -> tuple[AgencyRow, AgencyRow]:
    """A good agency and one clearly below the target."""
    good, poor = await rows.make_agency("good"), await rows.make_agency("poor")
    await rows.make_ratings(good, AUGUST, satisfied=118, unsatisfied=2)
    await rows.make_ratings(poor, AUGUST, satisfied=60, unsatisfied=60)
    return good, poor


async def _publish(name: str = "2026-Q3", at: datetime = NOVEMBER) -> None:
    await editions.publish(name, "A", _act(at), waived="a test")


# Terms


async def test_terms_are_fixed_before_a_period_and_never_after():
    await rows.make_agency("one")
    row = await editions.commit_config(
        Q3, Config(), _act(JUNE), schedule=Schedule(plan_days=20), publish_on=date(2026, 11, 20)
    )
    assert row.publish_on == date(2026, 11, 20)
    found = terms.Terms.from_json(row.terms)
    assert [one.code for one in found.agencies] == ["one"]
    assert found.digest() == row.terms_digest
    with pytest.raises(ConfigCommitted):
        await editions.commit_config(Q3, Config(), _act(AUGUST), schedule=Schedule(plan_days=5))
    with pytest.raises(PeriodBegun):
        await editions.commit_config(Q3.previous(), Config(), _act(JUNE))


async def test_a_day_that_leaves_no_time_for_objections_is_refused():
    with pytest.raises(TooEarlyADay):
        await editions.commit_config(Q3, Config(), _act(JUNE), publish_on=date(2026, 10, 20))


async def test_the_terms_of_the_next_quarter_follow_by_themselves_a_month_ahead():
    await editions.commit_config(Q3, Config(ranked_floor=50), _act(JUNE))
    assert not await editions.commit_next(_act(AUGUST), ZONE)
    assert await editions.commit_next(_act(datetime(2026, 9, 10, tzinfo=UTC)), ZONE)
    assert not await editions.commit_next(_act(datetime(2026, 9, 11, tzinfo=UTC)), ZONE)
    row = await PeriodRow.get(name="2026-Q4")
    assert row.config["ranked_floor"] == 50


async def test_who_never_published_owes_no_edition():
    assert not await editions.commit_next(_act(datetime(2026, 9, 10, tzinfo=UTC)), ZONE)
    assert await schedule_watch.announced(NOVEMBER, ZONE) == []


async def test_an_agency_that_was_not_committed_to_is_named_in_the_edition():
    await rows.make_agency("early")
    await editions.commit_config(Q3, Config(), _act(JUNE))
    await rows.make_agency("later")
    await editions.draft("2026-Q3", _act(), ZONE)
    commitment = (await editions.read("2026-Q3")).life.commitment
    assert commitment is not None
    assert (commitment.agencies, commitment.late_agencies) == (1, ("later",))


# Late editions


@pytest.mark.parametrize(("day", "late"), [(9, 0), (10, 0), (11, 1), (20, 10)])
async def test_an_edition_is_late_from_the_day_after_its_day(day: int, late: int):
    await editions.commit_config(Q3, Config(), _act(JUNE), publish_on=date(2026, 11, 10))
    noon = datetime(2026, 11, day, 5, tzinfo=UTC)
    [found] = await schedule_watch.announced(noon, ZONE)
    assert (found.period, found.days_late) == ("2026-Q3", late)


async def test_a_quarter_nobody_committed_to_is_late_all_the_same():
    await editions.commit_config(Q3, Config(), _act(JUNE))
    found = await schedule_watch.announced(datetime(2027, 6, 1, tzinfo=UTC), ZONE)
    assert [(one.period, one.digest is None) for one in found] == [
        ("2026-Q3", False),
        ("2026-Q4", True),
        ("2027-Q1", True),
    ]
    assert all(one.days_late for one in found)


async def test_a_published_edition_is_announced_no_more():
    await editions.commit_config(Q3, Config(), _act(JUNE))
    await editions.draft("2026-Q3", _act(), ZONE)
    [announced] = await schedule_watch.announced(NOVEMBER, ZONE)
    assert announced.is_drafted
    await _publish()
    assert await schedule_watch.announced(NOVEMBER, ZONE) == []


# Objections and replies


async def test_nothing_is_published_while_agencies_may_object():
    await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    by = _act(NOVEMBER + 15 * DAY - timedelta(seconds=1), PUBLISHER)
    with pytest.raises(WindowOpen):
        await editions.publish("2026-Q3", "A", by)
    assert isinstance(await publishing.refusal("2026-Q3", by.at), WindowOpen)
    by = _act(NOVEMBER + 15 * DAY, PUBLISHER)
    assert await publishing.refusal("2026-Q3", by.at) is None
    await editions.publish("2026-Q3", "A", by)
    window = (await editions.read("2026-Q3")).life.window
    assert window is not None
    assert (window.opened_at, window.waived) == (NOVEMBER, "")
    with pytest.raises(AlreadyPublished):
        await editions.publish("2026-Q3", "A", by)


async def test_only_a_command_waives_the_objections_and_the_edition_says_why():
    await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    with pytest.raises(RoleMayNot):
        await editions.publish("2026-Q3", "A", _act(by=PUBLISHER), waived="hurry")
    await _publish()
    window = (await editions.read("2026-Q3")).life.window
    assert window is not None
    assert window.waived == "a test"


async def test_a_head_sees_the_own_line_of_a_draft_and_no_other():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    seen = await objections.preview("2026-Q3", _staff(Role.HEAD, good), NOVEMBER)
    assert seen.agency.code == "good"
    assert [agency.code for agency in seen.edition.agencies] == ["good"]
    with pytest.raises(RoleMayNot):
        await objections.preview("2026-Q3", _staff(Role.OFFICER, good), NOVEMBER)
    stranger = await rows.make_agency("stranger", opens_on=NOVEMBER.date())
    with pytest.raises(NotInEdition):
        await objections.preview("2026-Q3", _staff(Role.HEAD, stranger), NOVEMBER)
    await _publish()
    with pytest.raises(WindowClosed):
        await objections.preview("2026-Q3", _staff(Role.HEAD, good), NOVEMBER)


async def test_a_trial_is_shown_to_nobody():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(AUGUST), ZONE, preliminary=True)
    with pytest.raises(WindowClosed):
        await objections.preview("2026-Q3", _staff(Role.HEAD, good), AUGUST)


async def test_an_objection_is_decided_by_another_person_before_publication():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    head = _staff(Role.HEAD, good)
    number = await objections.object_to("2026-Q3", "punctuality", "Sai.", _act(by=head))
    with pytest.raises(OpenObjections):
        await _publish(at=NOVEMBER + 20 * DAY)
    for by in (head, _staff(Role.AUDITOR)):
        with pytest.raises(RoleMayNot):
            await objections.decide(number, upheld=True, answer="Đúng.", act=_act(by=by))
    own = _staff(Role.COORDINATOR, good)
    with pytest.raises(OwnObjection):
        await objections.decide(number, upheld=True, answer="Đúng.", act=_act(by=own))
    later = NOVEMBER + DAY
    await objections.decide(number, upheld=True, answer="Đúng.", act=_act(later, COORDINATOR))
    with pytest.raises(ObjectionDecided):
        await objections.decide(number, upheld=False, answer="?", act=_act(later, PUBLISHER))
    with pytest.raises(DraftOutdated):
        await _publish(at=NOVEMBER + 20 * DAY)
    await editions.draft("2026-Q3", _act(NOVEMBER + 14 * DAY), ZONE)
    act = _act(NOVEMBER + 17 * DAY - timedelta(seconds=1))
    with pytest.raises(WindowOpen):  # three days more for who has not seen the new draft
        await editions.publish("2026-Q3", "A", act)
    await editions.publish("2026-Q3", "A", _act(NOVEMBER + 17 * DAY))
    counted = (await editions.read("2026-Q3")).life.objections
    assert (counted.raised, counted.upheld, counted.declined) == (1, 1, 0)


async def test_after_its_days_no_objection_is_taken_but_a_reply_is():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    late = _act(NOVEMBER + 15 * DAY, _staff(Role.HEAD, good))
    with pytest.raises(WindowClosed):
        await objections.object_to("2026-Q3", "other", "Sai.", late)
    await replies.reply("2026-Q3", "Chúng tôi sẽ làm tốt hơn.", late)
    await editions.publish("2026-Q3", "A", _act(NOVEMBER + 16 * DAY))
    reply = (await editions.read("2026-Q3")).life.reply_of("good")
    assert reply is not None
    assert (reply.text, reply.withheld) == ("Chúng tôi sẽ làm tốt hơn.", None)
    with pytest.raises(WindowClosed):
        await replies.reply("2026-Q3", "Nữa.", late)


async def test_the_database_keeps_what_was_objected_and_wants_a_second_person():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    head = _staff(Role.HEAD, good)
    number = await objections.object_to("2026-Q3", "other", "Sai.", _act(by=head))
    row = ObjectionRow.filter(id=number)
    with pytest.raises(OperationalError):
        async with in_transaction():
            await row.update(text="Đúng.")
    with pytest.raises(IntegrityError):
        async with in_transaction():
            await row.update(
                state=ObjectionState.DECLINED,
                answer="x",
                decided_by=head.reference,
                decided_at=NOVEMBER,
            )


async def test_a_reply_that_names_persons_is_kept_back_with_the_reason():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    head = _staff(Role.HEAD, good)
    await replies.reply("2026-Q3", "Cũ.", _act(by=head))
    number = await replies.reply("2026-Q3", "Bà Lan 0901…", _act(by=head))
    with pytest.raises(RoleMayNot):
        await replies.withhold(number, "Số điện thoại", _act(by=COORDINATOR))
    await replies.withhold(number, "Có số điện thoại.", _act(by=PUBLISHER))
    await _publish()
    [reply] = (await editions.read("2026-Q3")).life.replies
    assert (reply.agency, reply.text, reply.withheld) == ("good", None, "Có số điện thoại.")


async def test_a_draft_under_other_terms_than_committed_to_is_refused():
    await editions.commit_config(Q3, Config(), _act(JUNE))
    await editions.draft("2026-Q3", _act(), ZONE)
    await PeriodRow.filter(name="2026-Q3").update(terms_digest="0" * 64)
    with pytest.raises(ConfigChanged):
        await _publish()


# Corrections


async def test_a_correction_tells_which_figures_moved():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    await editions.note_manifest("2026-Q3", "ab" * 32)
    await rows.make_ratings(good, AUGUST, satisfied=0, unsatisfied=40)
    await editions.correct("2026-Q3", "Một tệp đến muộn.", _act(), ZONE)
    life = (await editions.read("2026-Q3.2")).life
    assert life.supersedes_manifest == "ab" * 32
    assert Change(agency="good", figure="n", before="120", after="160") in life.changes
    await _publish("2026-Q3.2")
    fences = [row.fence for row in await EditionRow.all().order_by("id")]
    assert fences == sorted(set(fences))


# Plans


def _plan(*measures: MeasureDraft) -> PlanDraft:
    return PlanDraft("Thiếu người trực.", "Trả lời trong ngày.", measures)


HIRE = MeasureDraft("Thêm hai người trực", "Trưởng bộ phận một cửa", date(2026, 12, 15))


async def test_a_low_band_owes_a_plan_that_is_missing_until_it_is_written():
    _, poor = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    [owed] = await plans.owed(NOVEMBER, ZONE)
    assert (owed.agency.code, owed.plan.state) == ("poor", PlanState.OWED)
    # thirty days from 2 November, to the end of the local day
    assert owed.plan.due_at == datetime(2026, 12, 2, 16, 59, 59, tzinfo=UTC)
    [missing] = await plans.owed(owed.plan.due_at + DAY, ZONE)
    assert missing.plan.state is PlanState.MISSING
    head = _act(owed.plan.due_at + DAY, _staff(Role.HEAD, poor))
    assert await plans.write("2026-Q3", _plan(HIRE), head, ZONE) == 1
    [late] = await plans.owed(head.at, ZONE)
    assert late.plan.state is PlanState.WRITTEN_LATE


async def test_a_measure_is_a_promise_that_counts_in_no_ranking():
    _, poor = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    act = _act(by=_staff(Role.HEAD, poor))
    await plans.write("2026-Q3", _plan(HIRE), act, ZONE)
    promise = await PromiseRow.get(kind=PromiseKind.MILESTONE)
    assert promise.due_at == datetime(2026, 12, 15, 16, 59, 59, tzinfo=UTC)
    q4 = periods.parse("2026-Q4", ZONE)
    assert await rows.cohorts_of(q4, datetime(2027, 1, 20, tzinfo=UTC)) == {}
    [(number, measure)] = (await plans.one("2026-Q3", "poor", NOVEMBER, ZONE)).measures
    assert measure.state is MeasureState.OPEN
    late = promise.due_at + DAY
    [(_, measure)] = (await plans.one("2026-Q3", "poor", late, ZONE)).measures
    assert measure.state is MeasureState.OVERDUE
    done = _act(late, _staff(Role.HEAD, poor))
    await plans.report(number, "Quyết định 12", done, is_done=True)
    [(_, measure)] = (await plans.one("2026-Q3", "poor", late, ZONE)).measures
    assert (measure.state, measure.report) == (MeasureState.LATE, "Quyết định 12")
    with pytest.raises(MeasureEnded):
        await plans.report(number, "Nữa", done, is_done=False)


async def test_a_plan_is_revised_by_versions_and_a_day_is_never_moved():
    _, poor = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    act = _act(by=_staff(Role.HEAD, poor))
    with pytest.raises(NoMeasure):
        await plans.write("2026-Q3", _plan(), act, ZONE)
    past = MeasureDraft("a", "b", date(2026, 11, 2))
    with pytest.raises(BadDay):
        await plans.write("2026-Q3", _plan(past), act, ZONE)
    await plans.write("2026-Q3", _plan(HIRE), act, ZONE)
    assert await plans.write("2026-Q3", _plan(), act, ZONE) == 2
    found = await plans.one("2026-Q3", "poor", NOVEMBER, ZONE)
    assert [version.number for version in found.versions] == [1, 2]
    [(number, _)] = found.measures
    await plans.report(number, "Không còn cần", act, is_done=False)
    [(_, measure)] = (await plans.one("2026-Q3", "poor", NOVEMBER, ZONE)).measures
    assert (measure.state, measure.due_on) == (MeasureState.DROPPED, HIRE.due_on)


async def test_who_is_not_low_owes_and_writes_no_plan():
    good, _ = await _two()
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    act = _act(by=_staff(Role.HEAD, good))
    with pytest.raises(NoPlanOwed):
        await plans.write("2026-Q3", _plan(HIRE), act, ZONE)


async def test_the_next_edition_holds_the_plan_and_whether_the_change_is_more_than_chance():
    poor = await rows.make_agency("poor")
    await rows.make_ratings(poor, MAY, satisfied=60, unsatisfied=60)
    await rows.make_ratings(poor, AUGUST, satisfied=115, unsatisfied=5)
    await editions.draft("2026-Q2", _act(AUGUST), ZONE)
    await _publish("2026-Q2", AUGUST)
    act = _act(AUGUST + DAY, _staff(Role.HEAD, poor))
    await plans.write("2026-Q2", _plan(HIRE), act, ZONE)
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    [plan] = (await editions.read("2026-Q3")).life.plans_of("poor")
    assert (plan.state, plan.since) == (PlanState.IN_TIME, ())
    [owed] = await plans.owed(NOVEMBER, ZONE)
    [since] = owed.plan.since
    assert (since.edition, since.is_tested) == ("2026-Q3", True)
    assert since.arrow is not None
    assert since.arrow.value == "up"


# Wishes


async def test_a_wished_draft_is_made_once_in_the_background():
    await _two()
    act = _act(by=PUBLISHER)
    await wishes.wish("2026-Q3", "", act, ZONE)
    with pytest.raises(AlreadyWished):
        await wishes.wish("2026-Q3", "", act, ZONE)
    assert await wishes.grant_next(_act(), ZONE)
    while await wishes.grant_next(_act(), ZONE):
        pass  # its quarter is counted again first, in several acts
    assert await EditionRow.all().count() == 1
    [made] = await wishes.last()
    assert (made.edition, made.fault) == ("2026-Q3", None)


async def test_a_wish_that_cannot_be_granted_says_why():
    with pytest.raises(PeriodNotOver):
        await wishes.wish("2026-Q3", "", _act(AUGUST, PUBLISHER), ZONE)
    with pytest.raises(RoleMayNot):
        await wishes.wish("2026-Q3", "", _act(by=COORDINATOR), ZONE)
    await wishes.wish("2026-Q3", "", _act(by=PUBLISHER), ZONE)
    await editions.draft("2026-Q3", _act(), ZONE)
    await _publish()
    assert await wishes.grant_next(_act(), ZONE)
    [made] = await wishes.last()
    assert (made.edition, made.fault) == (None, "AlreadyPublished")
    assert await EditionWishRow.all().count() == 1
