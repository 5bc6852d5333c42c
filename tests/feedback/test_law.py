"""What the law asks of a case, read from its story."""

from datetime import timedelta

import pytest

from feedback import casework, law
from feedback.actors import Staff
from feedback.events import CaseEvent
from feedback.models import Role
from feedback.office import case_file
from sla import packs
from sla.statutory import Stage, StageVerdict
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def stages(by: Staff, reference: str, **later: float) -> dict[str, Stage]:
    at = NOW + timedelta(**later)
    case = await case_file.opened(by, reference)
    course = await law.course(case.promise, case.timeline, at=at)
    assert course is not None
    assert course.is_confirmed
    return {stage.name: stage for stage in course.stages}


async def test_putting_somebody_in_charge_accepts_and_answering_ends_the_statutory_clock():
    await make.make_city()
    lan = await make.make_staff()
    receipt = await make.make_case()
    before = await stages(lan, receipt.reference)
    assert (before["sort"].verdict, before["answer"].verdict) == (StageVerdict.OPEN,) * 2
    assert before["publish"].verdict is StageVerdict.NOT_BEGUN
    await casework.assign(receipt.reference, act(lan, NOW + DAY), officer="lan")
    found = await stages(lan, receipt.reference, days=1)
    assert (found["sort"].done_at, found["sort"].verdict) == (NOW + DAY, StageVerdict.DONE)
    assert (await stages(lan, receipt.reference, days=60))["answer"].verdict is StageVerdict.OVERDUE
    await casework.answer(receipt.reference, "Đã thu gom.", act(lan, NOW + 2 * DAY), KEYS)
    found = await stages(lan, receipt.reference, days=60)
    assert found["answer"].verdict is StageVerdict.DONE
    assert found["ask"].verdict is StageVerdict.NOT_NEEDED


async def test_a_case_handed_over_counts_anew_and_from_the_first_receipt_beside_it():
    await make.make_city()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    await casework.transfer(receipt.reference, act(mai, NOW + DAY), to="W2", reason="Địa bàn khác")
    answer = (await stages(mai, receipt.reference, days=1))["answer"]
    assert answer.begun_at == NOW + DAY
    assert answer.due_at is not None
    assert answer.due_from_first_receipt is not None
    assert answer.due_at > answer.due_from_first_receipt


async def test_what_was_withdrawn_is_not_overdue_for_ever():
    await make.make_city()
    mai = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    await casework.withdraw(receipt.tracking_code, "", act(at=NOW + DAY), KEYS)
    found = await stages(mai, receipt.reference, days=60)
    assert {found[name].verdict for name in ("sort", "ask", "answer")} == {StageVerdict.NOT_NEEDED}


def test_every_event_of_a_case_is_placed_and_every_name_is_one_of_the_law():
    events = {kind.__name__ for kind in CaseEvent.__subclasses__()}
    assert {kind.__name__ for kind in law.HAPPENINGS} == events
    rules = packs.pack().procedures[law.KIND][-1].stages
    known = {name for rule in rules for name in (*rule.ends, *rule.spared_by, rule.restarts)}
    assert {name for name in law.HAPPENINGS.values() if name} <= known
    assert {rule.name for rule in rules} >= law.NOT_RECORDED | law.IF_NEEDED
