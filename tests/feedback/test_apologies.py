"""A new date with an apology: told once, by the right people, counted when it came in time."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback import apologies, casework, told_dates, tracking
from feedback.actors import AgencySystem, Resident
from feedback.drafts import Contact
from feedback.errors import Faulty, NoSuchCase, NotAFact, NotNow, NotYours, RoleMayNot
from feedback.events import CaseExtended
from feedback.lifecycle import CaseStatus
from feedback.models import CaseRow, NoticeRow, Role
from sla import charter, dossiers, errors, ledger, statutory
from sla.dossiers import Receipt
from sla.models import PromiseRow
from sla.promises import Extended, Finished, Verdict
from tests import make, pages
from tests.conftest import KEYS
from tests.make import NOW
from tests.web.client import client
from web import reactions

DUE = datetime(2026, 10, 12, 10, tzinfo=UTC)
NEW = DUE + timedelta(days=7)
SECOND = timedelta(seconds=1)
AFTER = DUE + timedelta(days=1)


async def a_case_in_hand(**facts):
    officer = await make.make_staff()
    receipt = await make.make_case(**facts)
    await casework.assign(receipt.reference, make.act(officer), officer=officer.name)
    return receipt, officer


async def extend(reference, by, *, at=NOW, until=NEW, reason="Chờ ý kiến chuyên môn"):
    act = make.act(by, at)
    await casework.extend(reference, act, KEYS, until=until, reason=reason)
    return act


async def test_a_new_date_stands_beside_the_first_and_cures_nothing(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand(contact=Contact("An", "an@example.vn"))
    act = await extend(receipt.reference, officer)
    case = await CaseRow.get(reference=receipt.reference)
    standing = await ledger.standing(case.promise_id)
    assert (standing.due_at, standing.extended_until) == (DUE, NEW)
    assert standing.verdict(DUE + SECOND) is Verdict.OPEN_OVERDUE
    assert act.events == [CaseExtended(case.id)]
    assert case.status is CaseStatus.IN_HAND
    assert await NoticeRow.filter(kind="extended").count() == 1
    seen = await tracking.by_code(receipt.tracking_code, KEYS, at=DUE)
    assert "CaseExtended" in {line.kind for line in seen.timeline}


async def test_a_new_date_is_told_once(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    await extend(receipt.reference, officer)
    with pytest.raises(errors.AlreadyExtended):
        await extend(receipt.reference, officer, until=NEW + timedelta(days=1))


@pytest.mark.parametrize(
    ("at", "until"), [(NOW, DUE), (NOW, NOW - SECOND), (AFTER, AFTER), (AFTER, DUE + SECOND)]
)
async def test_a_new_date_lies_ahead_and_after_the_first(database, at, until):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    with pytest.raises(errors.DateNotLater):
        await extend(receipt.reference, officer, at=at, until=until)
    await extend(receipt.reference, officer, at=at, until=max(at, DUE) + SECOND)


async def test_a_new_date_says_why(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    with pytest.raises(errors.ReasonMissing):
        await extend(receipt.reference, officer, reason="  ")


async def test_the_officer_in_charge_the_head_and_the_agencys_system_tell_it(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    colleague = await make.make_staff("cuc")
    auditor = await make.make_staff("tam", role=Role.AUDITOR, agency=None)
    stranger = await make.make_staff("minh", agency="W2")
    for by, refusal in (
        (colleague, NotYours),
        (auditor, RoleMayNot),
        (stranger, NoSuchCase),
        (Resident(), NoSuchCase),
    ):
        with pytest.raises(refusal):
            await extend(receipt.reference, by)
    await extend(receipt.reference, await make.make_staff("hung", role=Role.HEAD))
    other = await make.make_case(device="other")
    await extend(other.reference, AgencySystem(1, officer.agency_id))


async def test_what_is_answered_gets_no_new_date(database):
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    with pytest.raises(NotNow):
        await extend(receipt.reference, officer)


async def test_a_waiting_case_can_be_extended_too(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    await casework.ask(receipt.reference, "Ở đâu ạ?", make.act(officer), KEYS)
    far = NEW + timedelta(days=60)
    await extend(receipt.reference, officer, until=far)
    row = await PromiseRow.get(code=receipt.reference)
    assert (row.extended_until, row.state) == (far, "paused")


async def test_a_fourth_question_does_not_stop_the_clock_again(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    for n in range(3):
        at = NOW + timedelta(hours=n)
        await casework.ask(receipt.reference, "Ở đâu ạ?", make.act(officer, at), KEYS)
        reply = make.act(Resident(), at + timedelta(minutes=5))
        await casework.reply(receipt.tracking_code, "Ở đây.", reply, KEYS)
    with pytest.raises(errors.TooManyPauses):
        await casework.ask(receipt.reference, "Còn gì?", make.act(officer, DUE), KEYS)


# The letter


async def test_the_letter_says_what_is_known_and_names_nobody(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand(contact=Contact("Nguyễn Văn An", "an@example.vn"))
    letter = await apologies.letter_facts(officer, receipt.reference, at=NOW)
    assert (letter.is_late, letter.is_needed, letter.is_dossier) == (False, False, False)
    assert (letter.promised_at, letter.next_at, letter.apologised_at) == (DUE, None, None)
    assert letter.was_in_time is None
    near = await apologies.letter_facts(officer, receipt.reference, at=DUE)
    assert (near.is_late, near.is_needed) == (False, True)
    await extend(receipt.reference, officer, at=DUE)
    late = await apologies.letter_facts(officer, receipt.reference, at=AFTER)
    assert (late.is_late, late.is_needed, late.was_in_time) == (True, True, True)
    assert (late.next_at, late.reason) == (NEW, "Chờ ý kiến chuyên môn")
    assert "Nguyễn Văn An" not in repr(late)


@pytest.mark.parametrize(
    ("told_at", "in_time"),
    [
        (datetime(2026, 10, 12, 16, 59, 59, tzinfo=UTC), True),  # before midnight of the day
        (datetime(2026, 10, 12, 17, tzinfo=UTC), False),
    ],
)
async def test_an_apology_is_due_no_later_than_the_promised_day(database, told_at, in_time):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    await extend(receipt.reference, officer, at=told_at)
    letter = await apologies.letter_facts(officer, receipt.reference, at=AFTER)
    assert letter.was_in_time is in_time
    [count] = await apologies.coverage(NOW, NEW, cutoff_at=NEW, timezone="Asia/Ho_Chi_Minh")
    assert (count.late, count.apologised) == (1, int(in_time))


async def test_coverage_counts_only_what_was_late(database):
    await make.make_city()
    officer = await make.make_staff()
    await make.make_answered_case(officer)
    late = await make.make_answered_case(officer, answered_at=AFTER, device="b")
    await make.make_case(device="c")
    agency = (await charter.current()).agencies["W1"].id

    async def counted(cutoff_at):
        return await apologies.coverage(NOW, NEW, cutoff_at=cutoff_at, timezone="Asia/Ho_Chi_Minh")

    assert await counted(AFTER) == [apologies.Coverage(agency, 2, 0)]
    assert await counted(DUE) == []  # not due before the cut-off
    assert late.reference


async def a_dossier(code="H29.1-261005-0002", promised_at=DUE):
    agency = (await charter.current()).agencies["W1"].id
    receipt = Receipt(code, "CERT", NOW, promised_at, None, "web")
    await dossiers.receive(agency, receipt, make.act())
    return agency


async def test_a_dossier_has_its_letter_too(database):
    await make.make_city()
    officer = await make.make_staff()
    agency = await a_dossier()
    told = Extended(DUE, until=NEW, reason="Hồ sơ phức tạp", form="04")
    await dossiers.report(agency, "H29.1-261005-0002", told, make.act(at=DUE), event_id="1")
    letter = await apologies.letter_facts(officer, "H29.1-261005-0002", at=AFTER)
    assert (letter.is_dossier, letter.next_at, letter.was_in_time) == (True, NEW, True)
    done = Finished(AFTER + SECOND)
    await dossiers.report(agency, "H29.1-261005-0002", done, make.act(at=done.at), event_id="2")
    late = await apologies.letter_facts(officer, "H29.1-261005-0002", at=AFTER + SECOND)
    assert late.is_late


async def test_a_dossiers_new_date_says_why(database):
    await make.make_city()
    agency = await a_dossier()
    with pytest.raises(errors.ReasonMissing):
        await dossiers.report(
            agency, "H29.1-261005-0002", Extended(DUE, until=NEW), make.act(at=DUE), event_id="1"
        )


async def test_what_was_never_promised_cannot_be_apologised_for_in_time(database):
    await make.make_city()
    officer = await make.make_staff()
    agency = await a_dossier(promised_at=None)
    told = Extended(DUE, until=NEW, reason="Chưa có thời hạn")
    await dossiers.report(agency, "H29.1-261005-0002", told, make.act(at=DUE), event_id="1")
    letter = await apologies.letter_facts(officer, "H29.1-261005-0002", at=AFTER)
    assert (letter.promised_at, letter.was_in_time, letter.is_needed) == (None, None, False)


async def test_the_letter_of_another_agency_does_not_exist(database):
    await make.make_city()
    receipt, _ = await a_case_in_hand()
    other = await make.make_staff("minh", agency="W2")
    for by, reference in ((other, receipt.reference), (other, "nothing"), (Resident(), "x")):
        with pytest.raises(NoSuchCase):
            await apologies.letter_facts(by, reference, at=NOW)


# The page


async def signed_in(visitor, name="lan"):
    form = pages.read((await visitor.get("/vi/sign-in")).text).fields()
    form |= {"name": name, "password": make.PASSWORD}
    assert (await visitor.post("/vi/sign-in", data=form)).status_code == 303


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_letter_is_read_in_both_languages_and_tells_nobody_anything(
    database, settings, language
):
    await make.make_city()
    clock = make.Clock(AFTER)
    officer = await make.make_staff()
    receipt = await make.make_case(contact=Contact("Nguyễn Văn An", "an@example.vn"))
    await casework.assign(receipt.reference, make.act(officer), officer=officer.name)
    await a_dossier()
    async with client(settings, clock) as visitor:
        visitor.base_url = settings.base_url
        await signed_in(visitor)
        for reference in (receipt.reference, "H29.1-261005-0002"):
            page = await visitor.get(f"/{language}/inbox/{reference}/apology")
            assert page.status_code == 200
            assert reference in page.text
            assert "Nguyễn Văn An" not in page.text
        assert await NoticeRow.filter(kind="extended").count() == 0
        await extend(receipt.reference, officer, at=DUE)
        told = await visitor.get(f"/{language}/inbox/{receipt.reference}/apology")
        assert "Chờ ý kiến chuyên môn" in told.text
        assert (await visitor.get(f"/{language}/inbox/nothing/apology")).status_code == 404


async def test_the_api_extends_a_case(database, settings):
    await make.make_city()
    receipt, _ = await a_case_in_hand()
    clock = make.Clock(NOW)
    key = await make.make_key("W1", make.act(), reactions.keyring(settings))
    async with client(settings, clock) as visitor:
        for number, (until, status) in enumerate(
            [("tomorrow", 422), (DUE.isoformat(), 422), (NEW.isoformat(), 200)]
        ):
            answer = await visitor.post(
                f"/api/v1/inbox/{receipt.reference}/extend",
                json={"until": until, "reason": "Chờ ý kiến"},
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"extend-{number}"},
            )
            assert answer.status_code == status, answer.text
    assert (await PromiseRow.get(code=receipt.reference)).extended_until == NEW


# The day a member of staff chooses


async def tell(reference, by, day, *, at=NOW):
    draft = told_dates.new_date({"until": day, "reason": "Chờ ý kiến chuyên môn"})
    await apologies.tell_new_day(reference, draft, make.act(by, at), KEYS)


async def test_a_new_day_lasts_until_the_office_closes_on_it(database):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    await tell(receipt.reference, officer, "2026-10-19")
    assert (await PromiseRow.get(code=receipt.reference)).extended_until == NEW


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-10-18", "closed_day"),
        ("2026-10-12", "not_later"),
        ("2028-01-03", "day_unknown"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_beside_its_field(database, day, reason):
    await make.make_city()
    receipt, officer = await a_case_in_hand()
    with pytest.raises(NotAFact) as refused:
        await tell(receipt.reference, officer, day)
    assert (refused.value.field, refused.value.reason) == ("until", reason)


async def test_without_a_case_or_a_calendar_there_is_no_new_day(database):
    await make.make_agency()
    receipt, officer = await a_case_in_hand(service=None)
    with pytest.raises(NotAFact, match="day_unknown"):
        await tell(receipt.reference, officer, "2026-10-19")
    with pytest.raises(NoSuchCase):
        await tell("nothing", officer, "2026-10-19")


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {"until": "missing", "reason": "missing"}),
        ({"until": "19/10/2026", "reason": "Chờ"}, {"until": "not_a_day"}),
    ],
)
def test_a_new_day_is_parsed_once_with_every_fault(given, faults):
    with pytest.raises(Faulty) as refused:
        told_dates.new_date(given)
    assert {fault.field: fault.reason for fault in refused.value.faults} == faults


async def test_an_officer_tells_a_new_day_from_the_page_of_the_case(database, settings):
    await make.make_city()
    receipt, _ = await a_case_in_hand()
    path = f"/vi/inbox/{receipt.reference}/extend"
    async with client(settings, make.Clock(NOW)) as visitor:
        visitor.base_url = settings.base_url
        await signed_in(visitor)
        form = pages.read((await visitor.get(path)).text).fields()
        wrong = await visitor.post(path, data=form | {"until": "2026-10-18", "reason": "Chờ"})
        assert wrong.status_code == 422
        assert "Cơ quan nghỉ vào ngày này" in wrong.text
        right = await visitor.post(path, data=form | {"until": "2026-10-19", "reason": "Chờ"})
        assert right.status_code == 303
        again = await visitor.get(path)
        assert again.status_code == 200
    assert (await PromiseRow.get(code=receipt.reference)).extended_until == NEW


async def test_a_dossiers_event_may_name_its_form(database, settings):
    await make.make_city()
    await a_dossier("H29.1-261005-0001")
    key = await make.make_key("W1", make.act(), reactions.keyring(settings))
    body = {"type": "paused", "at": NOW.isoformat(), "reason": "Thiếu bản vẽ"}
    statuses = []
    async with client(settings, make.Clock(NOW)) as visitor:
        for number, form in enumerate(("99", "02")):
            answer = await visitor.post(
                "/api/v1/dossiers/H29.1-261005-0001/events",
                json=body | {"id": str(number), "form": form},
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f"form-{number}"},
            )
            statuses.append(answer.status_code)
    assert statuses == [422, 200]
    row = await PromiseRow.get(code="H29.1-261005-0001")
    paused = (await ledger.events_of(row.id))[-1]
    assert (paused.form, statutory.form_of(paused).name_en) == ("02", "Supplement request")
