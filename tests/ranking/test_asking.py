"""Who was asked, counted from the rows: nobody the agency chose, and no contact for many."""

from datetime import timedelta

import pytest

from feedback import invitations, jobs, unsubscribing
from feedback.drafts import Contact
from feedback.errors import CarrierRefuses
from feedback.models import ClosureRow, InvitationRow, NoticeRow, Reach
from feedback.notices import Notice
from ranking.counts import closure_rows, questions, tallies, tallying
from ranking.life import editions
from ranking.method import periods
from ranking.method.eligibility import Reason
from ranking.method.invitations import Asked
from sla.acts import Act
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, ZONE, act
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = Q3.starts_at + timedelta(days=40)
LATER = Q3.cutoff_at + timedelta(days=3)
DAY = timedelta(days=1)


class Refusing:
    """A carrier that nobody's letters get past."""

    async def carry(self, notice: Notice) -> None:
        raise CarrierRefuses("smtp", "SMTPRecipientsRefused")


class Carrying:
    """A carrier that takes everything."""

    async def carry(self, notice: Notice) -> None:
        """It arrives."""


async def closed(agency: AgencyRow, number: int, contact: Contact | None = None) -> ClosureRow:
    """Somebody's result, of which nobody was asked yet."""
    closure = await rows.make_closure(agency, AUGUST, resident=f"filer {number}")
    await ClosureRow.filter(id=closure.id).update(invited_at=None)
    if contact:
        await invitations.remember_filer(closure.promise_id, contact, language="vi", keys=KEYS)
    return closure


async def invite_all(by: Act) -> None:
    while await invitations.invite_next(by, KEYS):
        pass


async def counted(agency: AgencyRow) -> Asked:
    found = await closure_rows.look(Q3.starts_at, Q3.ends_at)
    return Asked(**questions.by_agency(found["asked"])[agency.id])


async def test_whoever_cannot_be_reached_stays_among_the_closed_and_is_counted_apart():
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    handle = unsubscribing.handle_of(Contact(email="no@example.vn"), KEYS)
    await unsubscribing.stop(handle, act(), KEYS)
    for number, contact in enumerate(
        (None, Contact(email="no@example.vn"), Contact(email="an@example.vn"))
    ):
        await closed(agency, number, contact)
    assert await counted(agency) == Asked(3, 0)
    await invite_all(act())
    assert await counted(agency) == Asked(3, 3, missing=2)
    await jobs.send_notice(act(), Refusing(), KEYS)
    assert await counted(agency) == Asked(3, 3, missing=2, bounced=1)


async def test_an_invitation_that_leaves_the_house_after_all_has_arrived():
    await make.make_city()
    closure = await closed(await AgencyRow.get(code="W1"), 1, Contact(email="an@example.vn"))
    await invite_all(act())
    await jobs.send_notice(act(), Refusing(), KEYS)
    assert (await InvitationRow.get(closure_id=closure.id)).bounced_at == NOW
    await NoticeRow.all().update(given_up_at=None)
    await jobs.send_notice(act(), Carrying(), KEYS)
    assert (await InvitationRow.get(closure_id=closure.id)).bounced_at is None


@pytest.mark.parametrize(("people", "reused"), [(5, 0), (6, 6)])
async def test_one_number_on_the_dossiers_of_over_five_people_is_counted(people: int, reused: int):
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    for number in range(people):
        await closed(agency, number, Contact(phone="0901 234 567"))
        await closed(agency, number, Contact(phone=f"090 000 000{number}"))
    await invite_all(act())
    assert await counted(agency) == Asked(2 * people, 2 * people, reused=reused)


async def test_many_dossiers_of_one_person_reuse_nothing():
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    for _ in range(9):
        await closed(agency, 1, Contact(phone="0901234567"))
    await invite_all(act())
    assert (await counted(agency)).reused == 0


async def test_of_a_contact_only_a_keyed_hash_is_kept_and_none_of_a_slip():
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    told = await closed(agency, 1, Contact(email="an@example.vn"))
    await invite_all(act())
    kept = await InvitationRow.get(closure_id=told.id)
    assert (kept.reach, len(kept.contact or b"")) == (Reach.EMAIL, 16)
    assert b"example" not in (kept.contact or b"")
    alone = await closed(agency, 2)
    await invitations.print_slip(alone.promise_id, make.act(at=AUGUST + DAY), KEYS)
    kept = await InvitationRow.get(closure_id=alone.id)
    assert (kept.reach, kept.contact) == (Reach.SLIP, None)


async def test_an_agency_of_which_not_everybody_was_asked_has_no_place_and_says_why():
    chosen, ordinary = await rows.make_agency("chosen"), await rows.make_agency("ordinary")
    for agency in (chosen, ordinary):
        await rows.make_ratings(agency, AUGUST, satisfied=110, unsatisfied=10)
    ids = await ClosureRow.filter(agency_id=chosen.id).limit(3).values_list("id", flat=True)
    await ClosureRow.filter(id__in=list(ids)).update(invited_at=None)
    await editions.draft("2026-Q3", make.act(at=LATER), ZONE)
    found = {of.code: of.satisfaction for of in (await editions.read("2026-Q3")).agencies}
    assert found["chosen"].score.reason is Reason.INVITATIONS_MISSING
    assert found["chosen"].asked == Asked(120, 117)
    assert found["ordinary"].score.reason is None


async def test_what_becomes_of_an_invitation_marks_what_was_counted():
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    await closed(agency, 1, Contact(email="an@example.vn"))
    window = tallying.of_answers(Q3)
    while await tallies.count_some(ZONE):
        pass
    for step in (invite_all(act()), jobs.send_notice(act(), Refusing(), KEYS)):
        await tallying.settle(window)
        await step
        assert await tallying.settle(window) == 1
        found = await tallying.read(window)
        assert found == await tallying.from_rows(window)
    assert found[agency.id].asked == Asked(1, 1, bounced=1)
