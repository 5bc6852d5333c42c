"""Digests and alerts: who is told what, when, and that it is once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from feedback import casework, contacts
from feedback.actors import Staff
from feedback.models import (
    AccountRow,
    AlertRow,
    ClosureRow,
    DigestRow,
    NoticeRow,
    Role,
    SpotCheckRow,
    SpotDrawingRow,
    SpotKind,
    SpotTryRow,
)
from feedback.office import alerts, digests, work_mail
from feedback.office.work_mail import Wish
from sla import jobs as sla_jobs
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

# Filed on Monday 5 October at 9:00; due on Monday 12 at 17:00, four fifths on Friday the 9th.
DUE = datetime(2026, 10, 12, 10, tzinfo=UTC)
OPENING = datetime(2026, 10, 13, 0, 30, tzinfo=UTC)  # Tuesday 7:30 in Ho Chi Minh City


async def mailed(name: str, *, role: Role = Role.OFFICER, agency: str | None = "W1") -> Staff:
    staff = await make.make_staff(name, role=role, agency=agency)
    await AccountRow.filter(id=staff.account_id).update(email=f"{name}@example.vn")
    return staff


@pytest.fixture
async def lan(database: None) -> Staff:
    await make.make_city()
    return await mailed("lan")


async def case_of(officer: Staff) -> str:
    reference = (await make.make_case()).reference
    await casework.assign(reference, act(officer), officer=officer.name)
    return reference


async def look(at: datetime) -> None:
    while await sla_jobs.watch(act(at=at)):
        pass
    while await alerts.send(act(at=at), KEYS):
        pass
    while await digests.send(act(at=at), KEYS):
        pass


async def letters(kind: str) -> list[tuple[str, dict[str, str]]]:
    """To whom, and what: of each mail of a kind, in the order in which they were owed."""
    rows = await NoticeRow.filter(kind=kind).order_by("id")
    opened = [contacts.unseal(bytes(row.sealed), KEYS) for row in rows]
    return [(one["to"][0], one["facts"]) for one in opened]


async def whom(kind: str) -> Sequence[str]:
    return [name for name, _ in await letters(kind)]


async def test_an_officer_has_a_digest_once_a_working_morning(lan: Staff) -> None:
    reference = await case_of(lan)
    await look(OPENING - timedelta(seconds=1))
    assert await whom("digest") == []
    await look(OPENING)
    await look(OPENING + timedelta(hours=2))
    [(name, facts)] = await letters("digest")
    assert name == "Lan"
    assert facts["overdue"] == "1"
    assert facts["due_today"] == "0"
    assert reference in facts["cases"]
    await look(OPENING + timedelta(days=1))
    assert len(await letters("digest")) == 2


async def test_what_is_due_today_is_told_that_morning(lan: Staff) -> None:
    await case_of(lan)
    await look(DUE - timedelta(hours=9))
    [(_, facts)] = await letters("digest")
    assert (facts["due_today"], facts["overdue"]) == ("1", "0")


async def test_nothing_to_say_is_no_digest_and_is_looked_at_once(lan: Staff) -> None:
    await look(OPENING)
    assert await whom("digest") == []
    assert await DigestRow.filter(is_owed=False).count() == 1


@pytest.mark.parametrize("days", [4, 5])
async def test_nobody_is_written_to_on_a_weekend(lan: Staff, days: int) -> None:
    await case_of(lan)
    await look(OPENING + timedelta(days=days, hours=2))
    assert await whom("digest") == await whom("alert") == []


async def test_a_digest_can_be_declined_and_alerts_cannot(lan: Staff) -> None:
    await case_of(lan)
    await work_mail.wish(Wish("en", wants_digest=False), lan, act(lan))
    await look(OPENING)
    assert await whom("digest") == []
    assert await whom("alert") == ["Lan"]
    assert [row.language for row in await NoticeRow.filter(kind="alert")] == ["en"]


async def drawn(lan: Staff, *, due_at: datetime) -> SpotCheckRow:
    """A result drawn to be called back."""
    await make.make_answered_case(lan)
    closure = await ClosureRow.first().order_by("id")
    assert closure is not None
    drawing = await SpotDrawingRow.create(
        period="2026-Q4",
        kind=SpotKind.CALL_BACK,
        starts_at=NOW,
        ends_at=NOW + timedelta(days=7),
        of=1,
        taken=1,
        drawn_at=NOW,
    )
    return await SpotCheckRow.create(
        drawing=drawing, closure=closure, agency_id=closure.agency_id, due_at=due_at
    )


async def test_coordinators_hear_of_spot_checks_that_wait_auditors_of_those_overdue(
    lan: Staff,
) -> None:
    await mailed("duc", role=Role.COORDINATOR, agency=None)
    await mailed("kim", role=Role.AUDITOR, agency=None)
    check = await drawn(lan, due_at=OPENING + timedelta(days=1))
    await look(OPENING)
    [(name, facts)] = await letters("digest")
    assert (name, facts["call_backs"], "call_backs_late" in facts) == ("Duc", "1", False)
    assert facts["checks_due_at"] == check.due_at.isoformat()
    assert "files" not in facts
    await look(OPENING + timedelta(days=1))
    assert await whom("digest") == ["Duc", "Duc", "Kim"]
    for _, facts in (await letters("digest"))[1:]:
        assert (facts["call_backs"], facts["call_backs_late"]) == ("1", "1")
    await SpotTryRow.create(
        check=check, number=1, outcome="agrees", is_last=True, by="staff:duc", at=NOW
    )
    await look(OPENING + timedelta(days=2))
    assert len(await letters("digest")) == 3


async def test_auditors_hear_of_no_case(lan: Staff) -> None:
    await mailed("kim", role=Role.AUDITOR, agency=None)
    await case_of(lan)
    await look(OPENING)
    assert await whom("digest") == ["Lan"]


async def test_officers_hear_of_their_own_cases_heads_of_all(lan: Staff) -> None:
    await mailed("hoa")
    await mailed("mai", role=Role.HEAD)
    await mailed("cuc", role=Role.HEAD, agency="W2")
    await case_of(lan)
    await look(OPENING)
    assert await whom("digest") == ["Lan", "Mai"]


async def test_a_breach_goes_to_officer_then_head_then_coordinator_each_once(lan: Staff) -> None:
    await mailed("mai", role=Role.HEAD)
    await mailed("duc", role=Role.COORDINATOR, agency=None)
    await case_of(lan)
    for hours, told in ((0, ["Lan"]), (3, ["Lan"]), (6, ["Lan", "Mai"])):
        await look(OPENING + timedelta(hours=hours))
        await look(OPENING + timedelta(hours=hours))
        assert await whom("alert") == told
    await look(OPENING + timedelta(days=1))
    assert await whom("alert") == ["Lan", "Mai", "Duc"]
    await look(OPENING + timedelta(days=2))
    assert len(await whom("alert")) == 3


async def test_four_fifths_of_the_time_are_told_before_the_deadline(lan: Staff) -> None:
    await case_of(lan)
    friday = datetime(2026, 10, 9, 9, 59, tzinfo=UTC)
    await look(friday)
    before = await letters("alert")
    await look(datetime(2026, 10, 12, 3, tzinfo=UTC))
    [(_, facts)] = before or await letters("alert")
    assert (facts["due_soon"], facts["breached"]) == ("1", "0")


async def test_nobody_is_alerted_at_night_or_at_lunch(lan: Staff) -> None:
    await case_of(lan)
    for night in (OPENING - timedelta(hours=5), OPENING + timedelta(hours=4, minutes=30)):
        await look(night)
        assert await whom("alert") == []


async def test_with_nobody_in_charge_the_head_is_told_at_once(lan: Staff) -> None:
    await mailed("mai", role=Role.HEAD)
    await make.make_case()
    await look(OPENING)
    assert await whom("alert") == ["Mai"]


async def test_an_answered_case_alerts_nobody_any_more(lan: Staff) -> None:
    reference = await case_of(lan)
    await look(OPENING - timedelta(hours=1))
    await casework.answer(reference, "Đã xong.", act(lan, OPENING - timedelta(minutes=30)), KEYS)
    await look(OPENING)
    assert await whom("alert") == await whom("digest") == []


async def test_what_falls_together_is_one_mail(lan: Staff) -> None:
    for _ in range(3):
        await case_of(lan)
    await look(OPENING)
    [(_, facts)] = await letters("alert")
    assert facts["breached"] == "3"
    assert await AlertRow.all().count() == 3


async def test_a_mail_about_work_names_no_resident_and_no_subject(lan: Staff) -> None:
    await case_of(lan)
    await look(OPENING)
    for _, facts in await letters("alert") + await letters("digest"):
        assert "Rác" not in str(facts)
        assert "Lê Lợi" not in str(facts)


def test_every_step_is_for_somebody_who_works_on_cases() -> None:
    assert set(alerts.steps()) == {"due_soon", "breached"}
    for taken in alerts.steps().values():
        assert [step.after for step in taken] == sorted(step.after for step in taken)
        assert {step.to for step in taken} <= set(work_mail.ROLES)
    assert NOW < DUE
