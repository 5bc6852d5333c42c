"""An office ends in a reform, and its plans go on: what is open of them is its heir's."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.actors import Staff, System
from feedback.administration import changes, reforms
from feedback.administration.reforms import Heir, Reform
from feedback.deeds import ChangeKind
from feedback.models import Role
from ranking.frozen.edition_life import MeasureState, PlanState
from ranking.frozen.life_errors import MeasureEnded, NoPlanOwed, NoSuchMeasure
from ranking.life import editions, plans
from ranking.life.plans import MeasureDraft, Owed, PlanDraft
from sla import charter, heirs, lineage
from sla.acts import Act
from sla.models import AgencyRow, PromiseKind, PromiseRow
from tests.ranking import rows
from web import doing
from web.storage import sight

pytestmark = pytest.mark.usefixtures("database")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, tzinfo=UTC)
REFORMED = date(2026, 11, 5)
LATER = datetime(2026, 11, 6, 3, tzinfo=UTC)
HIRE = MeasureDraft("Thêm hai người trực", "Trưởng bộ phận một cửa", date(2026, 12, 15))
TRAIN = MeasureDraft("Tập huấn", "Phó chủ tịch", date(2026, 12, 20))
TEXT = ("Thiếu người trực.", "Trả lời trong ngày.")
PERIOD = "2026-Q3"


def head_of(agency: AgencyRow, at: datetime = NOVEMBER) -> Act:
    return Act(by=Staff(1, "truong", "Trưởng", Role.HEAD, agency.id), at=at)


async def two_poor() -> tuple[AgencyRow, AgencyRow]:
    """Two agencies whose residents are clearly too seldom satisfied, in a published edition."""
    found = []
    for code in ("cu", "moi"):
        agency = await rows.make_agency(code)
        await rows.make_ratings(agency, AUGUST, satisfied=60, unsatisfied=60)
        found.append(agency)
    await editions.draft(PERIOD, Act(by=System("test"), at=NOVEMBER), ZONE)
    await editions.publish(PERIOD, "A", Act(by=System("test"), at=NOVEMBER), waived="Chạy thử")
    return found[0], found[1]


async def reform(kind: ChangeKind, *names: Heir) -> None:
    """`cu` ends, approved by a second person and carried out on its day, down to the last case."""
    asked = Act(by=Staff(3, "an", "An", Role.ADMINISTRATOR, None), at=NOVEMBER)
    decided = Act(by=Staff(4, "bo", "Bo", Role.ADMINISTRATOR, None), at=NOVEMBER)
    number = await reforms.propose(Reform(kind, ("cu",), names, REFORMED, "Nghị quyết 1"), asked)
    await changes.approve(number, decided, doing.DOERS, today=NOVEMBER.date())
    later = Act(by=System("test"), at=LATER)
    while await changes.carry_out_next(later, ZONE, doing.DOERS):
        pass
    while await reforms.move_next(later):
        pass


async def of(agency: str) -> dict[str, Owed]:
    return {one.agency.code: one for one in await plans.owed(LATER, ZONE, agency=agency)}


REFORMS = {
    ChangeKind.RENAME: (Heir("ten-moi", "Tên mới", "New name"),),
    ChangeKind.MERGE: (Heir("moi"),),
    ChangeKind.SPLIT: (Heir("nua", "Nửa", "Half"), Heir("kia", "Nửa kia", "Other half")),
}


@pytest.mark.parametrize("kind", REFORMS)
async def test_the_heir_goes_on_with_an_open_plan_and_says_whose_it_was(kind: ChangeKind) -> None:
    old, _ = await two_poor()
    await plans.write(PERIOD, PlanDraft(*TEXT, (HIRE,)), head_of(old), ZONE)
    [(measure, _)] = (await plans.one(PERIOD, "cu", NOVEMBER, ZONE)).measures
    names = REFORMS[kind]
    await reform(kind, *names)
    heir = await AgencyRow.get(code=names[0].code)
    taken = (await of(heir.code))["cu"]
    assert (taken.plan.agency, taken.plan.heir) == ("cu", heir.code)
    assert [one.due_on for _, one in taken.measures] == [HIRE.due_on]
    assert set(await of(heir.code)) == {"cu", "moi"} & {"cu", heir.code}

    act = head_of(heir, LATER)
    further = PlanDraft(*TEXT, (TRAIN,))
    assert await plans.write(PERIOD, further, act, ZONE, of="cu") == 2
    with sight.seeing(f"agency:{heir.id}"):
        await plans.report(measure, "Quyết định 12", act, is_done=True)
    states = [one.state for _, one in (await of(heir.code))["cu"].measures]
    assert states == [MeasureState.DONE, MeasureState.OPEN]
    held = await PromiseRow.filter(kind=PromiseKind.MILESTONE, agency_id=heir.id).count()
    assert held == 2
    with pytest.raises(NoSuchMeasure):
        await plans.report(measure, "Tôi", head_of(old, LATER), is_done=True)


async def test_the_heir_has_its_own_plan_beside_the_one_it_took_over() -> None:
    old, new = await two_poor()
    await plans.write(PERIOD, PlanDraft(*TEXT, (HIRE,)), head_of(old), ZONE)
    await reform(ChangeKind.MERGE, Heir("moi"))
    assert await plans.write(PERIOD, PlanDraft(*TEXT, (TRAIN,)), head_of(new, LATER), ZONE) == 1
    found = await of("moi")
    assert [each.text for each in found["moi"].plan.measures] == [TRAIN.text]
    assert [each.text for each in found["cu"].plan.measures] == [HIRE.text]
    assert found["moi"].heir is None


async def test_a_plan_that_nobody_wrote_is_owed_by_the_heir() -> None:
    await two_poor()
    await reform(ChangeKind.MERGE, Heir("moi"))
    taken = (await of("moi"))["cu"]
    assert (taken.plan.state, taken.plan.heir) == (PlanState.OWED, "moi")


async def test_a_plan_that_is_over_stays_with_the_old_name() -> None:
    old, new = await two_poor()
    await plans.write(PERIOD, PlanDraft(*TEXT, (HIRE,)), head_of(old), ZONE)
    [(measure, _)] = (await plans.one(PERIOD, "cu", NOVEMBER, ZONE)).measures
    await plans.report(measure, "Xong", head_of(old), is_done=True)
    await reform(ChangeKind.MERGE, Heir("moi"))
    assert set(await of("moi")) == {"moi"}
    assert (await of("cu"))["cu"].plan.heir is None
    act = head_of(new, LATER)
    with pytest.raises(NoPlanOwed):
        await plans.write(PERIOD, PlanDraft(*TEXT, (TRAIN,)), act, ZONE, of="cu")
    with pytest.raises((MeasureEnded, NoSuchMeasure)):
        await plans.report(measure, "Nữa", act, is_done=True)


async def test_nobody_writes_the_plan_of_an_office_they_did_not_take_over() -> None:
    _, new = await two_poor()
    with pytest.raises(NoPlanOwed):
        await plans.write(PERIOD, PlanDraft(*TEXT, (TRAIN,)), head_of(new), ZONE, of="cu")


async def test_the_plan_of_an_office_without_an_heir_is_its_superiors() -> None:
    old, new = await two_poor()
    await AgencyRow.filter(id=old.id).update(parent_id=new.id)
    await reform(ChangeKind.CLOSE)
    assert (await of("moi"))["cu"].plan.heir == "moi"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
async def test_who_answers_is_the_last_of_a_chain_of_reforms_that_is_still_there(
    gaps: list[int],
) -> None:
    """However often an office was reformed, whoever is there on the day answers for all before."""
    before = await AgencyRow.all().count()
    codes = [f"c{before + number}" for number in range(len(gaps) + 1)]
    for code in codes:
        await rows.make_agency(code)
    days = [REFORMED + timedelta(sum(gaps[: number + 1])) for number in range(len(gaps))]
    for (old, new), day in zip(pairwise(codes), days, strict=True):
        known = await charter.current()
        await heirs.close(known.agencies[old], [new], day)
    known = await charter.current()
    for number, day in enumerate(days):
        ended = codes[: number + 1]
        found = await lineage.takers(known, on=day)
        told = {code: heir.code for code, heir in found.items() if code in codes}
        assert told == dict.fromkeys(ended, codes[number + 1])
    assert not (await lineage.takers(known, on=days[0] - timedelta(1))).keys() & set(codes)
