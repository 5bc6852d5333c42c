"""By which way the news of a case come: said when filing, changed with the code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import casework, contacts, drafts, notices, reaching
from feedback.actors import Resident
from feedback.drafts import Contact, Way
from feedback.errors import Faulty, NoSuchCode
from feedback.intake import Receipt
from feedback.models import CaseRow, NoticeRow
from feedback.notices import Owed
from tests import make
from tests.conftest import KEYS
from tests.make import act

BOTH = Contact("An", "an@example.vn", "0901234567")
BY_PHONE = Contact("An", "an@example.vn", "0901234567", Way.SMS)


@given(st.sampled_from(["", "an@example.vn"]), st.sampled_from(["", "0901234567"]),
       st.sampled_from(Way))  # fmt: skip
def test_a_notice_goes_where_there_is_something_and_first_where_it_is_wanted(
    email: str, phone: str, by: Way
) -> None:
    contact = Contact("An", email, phone, by)
    there = {Way.EMAIL: email, Way.SMS: phone}
    assert set(contact.ways) == {way for way, address in there.items() if address}
    if contact.ways:
        assert contact.ways[0] == (by if there[by] else contact.ways[-1])
        assert Owed("k", "received", "vi", contact, {}).channel == contact.ways[0]


@pytest.mark.parametrize(
    ("given", "way"),
    [({}, Way.EMAIL), ({"reach_by": ""}, Way.EMAIL), ({"reach_by": "sms"}, Way.SMS)],
)
def test_who_says_nothing_is_written_to_by_e_mail(given: dict[str, str], way: Way) -> None:
    told = drafts.contact({"email": BOTH.email, "phone": BOTH.phone, **given})
    assert told.ways[0] is way


@pytest.mark.parametrize("word", ["pigeon", "SMS", "\0", "email\n"])
def test_another_way_is_refused(word: str) -> None:
    with pytest.raises(Faulty):
        drafts.contact({"reach_by": word})


async def filed(contact: Contact) -> Receipt:
    await make.make_city()
    return await make.make_case(contact=contact)


async def owed() -> list[tuple[str, str]]:
    return await NoticeRow.all().order_by("id").values_list("kind", "channel")


@pytest.mark.usefixtures("database")
async def test_the_way_is_kept_with_the_contact_and_every_notice_goes_it() -> None:
    receipt = await filed(BY_PHONE)
    case = await CaseRow.get()
    assert await contacts.of(case.id, KEYS) == BY_PHONE
    officer = await make.make_staff()
    await casework.assign(receipt.reference, act(officer), officer=officer.name)
    await casework.ask(receipt.reference, "Ngõ nào ạ?", act(officer), KEYS)
    assert await owed() == [("received", "sms"), ("asked", "sms")]


@pytest.mark.usefixtures("database")
async def test_a_changed_way_holds_from_then_on_and_the_former_one_is_told() -> None:
    receipt = await filed(BOTH)
    code = receipt.tracking_code
    assert await reaching.ways(code, KEYS) == (Way.EMAIL, Way.SMS)
    await reaching.change(code, Way.SMS, act(Resident()), KEYS)
    await reaching.change(code, Way.SMS, act(Resident()), KEYS)
    assert await reaching.ways(code, KEYS) == (Way.SMS, Way.EMAIL)
    officer = await make.make_staff()
    await casework.assign(receipt.reference, act(officer), officer=officer.name)
    await casework.answer(receipt.reference, "Đã xong.", act(officer), KEYS)
    assert await owed() == [("received", "email"), ("way", "email"), ("answered", "sms")]
    told = notices.opened(await NoticeRow.get(kind="answered"), KEYS)
    assert told.to == BY_PHONE


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("contact", [Contact(), Contact(email="an@example.vn"), Contact("An")])
async def test_only_a_way_that_was_left_can_be_chosen(contact: Contact) -> None:
    receipt = await filed(contact)
    with pytest.raises(Faulty):
        await reaching.change(receipt.tracking_code, Way.SMS, act(Resident()), KEYS)
    with pytest.raises(NoSuchCode):
        await reaching.change("0000", Way.SMS, act(Resident()), KEYS)
    with pytest.raises(NoSuchCode):
        await reaching.ways("0000", KEYS)
    assert set(await reaching.ways(receipt.tracking_code, KEYS)) == set(contact.ways)


@pytest.mark.usefixtures("database")
async def test_a_contact_of_a_lost_key_is_as_good_as_none() -> None:
    receipt = await filed(BOTH)
    others = KEYS.__class__(pepper=KEYS.pepper, seal=b"another key of thirty-two letters")
    assert await reaching.ways(receipt.tracking_code, others) == ()
    officer = await make.make_staff()
    await casework.assign(receipt.reference, act(officer), officer=officer.name)
    await casework.answer(receipt.reference, "Đã xong.", act(officer), others)
    assert await owed() == [("received", "email")]
