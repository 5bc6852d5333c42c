"""The trail of administration: nothing leaves it, no secret enters it, everything is found."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from feedback import audit
from feedback.audit import Wanted
from feedback.deeds import Deed, Subject
from feedback.errors import RoleMayNot
from feedback.models import AuditRow, Role
from sla.errors import ReasonMissing
from tests import make, owning
from tests.make import NOW, ZONE, act


async def _city() -> None:
    await make.make_city()


async def test_an_act_is_told_with_who_when_what_before_after_and_why(database: None) -> None:
    await _city()
    auditor = await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    await audit.record(
        Subject.COMMITMENT,
        "W1/BIN",
        Deed.CHANGED,
        act(),
        before={"amount": 5, "effective_on": date(2026, 1, 1)},
        after={"amount": 3, "effective_on": date(2026, 1, 1)},
        reason=" Quyết định 12/QĐ-UBND ",
    )
    [row] = (await audit.listed(auditor, Wanted(about="W1/BIN"), ZONE)).rows
    assert (row.by, row.at, row.reason) == ("system:test", NOW, "Quyết định 12/QĐ-UBND")
    assert row.differences == (("amount", 5, 3),)


@pytest.mark.parametrize("statement", ["update audit set reason = ''", "delete from audit"])
async def test_what_is_on_record_stays(database: None, statement: str) -> None:

    await audit.record(Subject.AGENCY, "W1", Deed.ADDED, act())
    with pytest.raises(OperationalError, match="permission denied"):
        async with in_transaction():
            await get_connection("default").execute_query(statement)
    async with owning.owner():
        with pytest.raises(OperationalError, match="append-only"):
            async with in_transaction():
                await get_connection("default").execute_query(statement)
    assert await AuditRow.filter(about="W1").exists()


async def test_whoever_touches_results_says_why(database: None) -> None:
    for subject in audit.TOUCHES_RESULTS:
        with pytest.raises(ReasonMissing):
            await audit.record(subject, "x", Deed.CHANGED, act(), reason="  ")


@pytest.mark.parametrize("name", ["password", "key_hash", "totp_secret", "session_token"])
async def test_a_secret_cannot_be_put_on_record(database: None, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        await audit.record(Subject.ACCOUNT, "lan", Deed.RESET, act(), after={"facts": {name: "1"}})
    assert not await AuditRow.filter(about="lan").exists()


async def test_filters_combine_and_days_are_local(database: None) -> None:
    await _city()
    auditor = await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    for days in range(3):
        when = NOW + timedelta(days=days)
        await audit.record(Subject.NOTICE, f"n{days}", Deed.RETRIED, make.act(None, when))
    day = NOW.astimezone(ZONE).date()
    found = await audit.listed(
        auditor, Wanted(subject=Subject.NOTICE, since=day + timedelta(days=1)), ZONE
    )
    assert [row.about for row in found.rows] == ["n2", "n1"]
    until = await audit.listed(auditor, Wanted(subject=Subject.NOTICE, until=day), ZONE)
    assert [row.about for row in until.rows] == ["n0"]


async def test_pages_go_on_by_key_without_gap_or_repeat(database: None) -> None:
    await _city()
    auditor = await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    for number in range(audit.PAGE * 2 + 1):
        await audit.record(Subject.NOTICE, f"n{number}", Deed.RETRIED, act())
    wanted, before, seen = Wanted(subject=Subject.NOTICE), None, []
    while True:
        page = await audit.listed(auditor, wanted, ZONE, before=before)
        seen += [row.about for row in page.rows]
        before = page.older
        if before is None:
            break
    assert seen == [f"n{number}" for number in reversed(range(audit.PAGE * 2 + 1))]
    assert [row.about async for row in audit.every(auditor, wanted, ZONE)] == seen


async def test_officers_do_not_read_the_trail(database: None) -> None:
    await _city()
    with pytest.raises(RoleMayNot):
        await audit.listed(await make.make_staff("lan"), Wanted(), ZONE)


_FACTS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(_FACTS, _FACTS)
@settings(max_examples=50, deadline=None)
def test_differences_are_exactly_what_changed(
    before: dict[str, int], after: dict[str, int]
) -> None:
    trace = audit.Trace(1, NOW, "x", Subject.AGENCY, "W1", Deed.CHANGED, before, after, "")
    rebuilt = dict(before)
    for name, _, now in trace.differences:
        if now is None:
            del rebuilt[name]
        else:
            rebuilt[name] = now
    assert rebuilt == after
