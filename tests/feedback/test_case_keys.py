"""A case's own key: what it seals, and that nothing opens what it sealed once it is gone."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.connection import get_connection

from feedback import case_keys, contacts, jobs
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import CaseKeyRow, CaseRow, ContactRow
from tests import make
from tests.conftest import KEYS
from tests.make import act

AN = Contact("Nguyễn Thị An", "an@example.vn", "0901234567")


@given(key=st.binary(min_size=32, max_size=32), content=st.binary(max_size=200))
def test_what_is_sealed_under_a_key_comes_back_under_it_alone(key: bytes, content: bytes) -> None:
    sealed = case_keys.sealed_under(key, content)
    assert case_keys.opened_under(key, sealed) == content
    with pytest.raises(ValueError, match="another key"):
        case_keys.opened_under(bytes(32) if any(key) else b"\1" * 32, sealed)


def test_a_wrapped_key_opens_for_its_own_case_and_instance_alone() -> None:
    key = case_keys.fresh()
    stored = case_keys.wrapped(key, "HL-1", KEYS)
    assert case_keys.unwrapped(stored, "HL-1", KEYS) == key
    for reference, keys in (
        ("HL-2", KEYS),
        ("HL-1", dataclasses.replace(KEYS, seal=b"of another instance")),
    ):
        with pytest.raises(ValueError, match="another key"):
            case_keys.unwrapped(stored, reference, keys)


@pytest.mark.usefixtures("database")
class TestStored:
    async def _case(self) -> CaseRow:
        await make.make_city()
        receipt = await make.make_case(contact=AN)
        return await CaseRow.get(reference=receipt.reference)

    async def test_who_filed_is_known_only_with_the_keys(self) -> None:
        case = await self._case()
        assert await contacts.of(case.id, KEYS) == AN
        with pytest.raises(ValueError, match="another key"):
            await contacts.of(case.id, dataclasses.replace(KEYS, seal=b"of a thief"))

    async def test_contacts_and_keys_lie_in_a_schema_of_their_own(self) -> None:
        rows = await get_connection("default").execute_query_dict(
            "select table_schema || '.' || table_name as name from information_schema.tables"
            " where table_name in ('contact', 'case_key') order by 1"
        )
        assert [row["name"] for row in rows] == ["identity.case_key", "identity.contact"]

    async def test_nothing_opens_once_the_key_is_destroyed(self) -> None:
        case = await self._case()
        sealed = await case_keys.seal(case.id, b"a picture", KEYS)
        assert await case_keys.open_(case.id, sealed, KEYS) == b"a picture"
        await CaseKeyRow.filter(case_id=case.id).delete()
        with pytest.raises(ValueError, match="no key any more"):
            await case_keys.open_(case.id, sealed, KEYS)

    async def test_a_case_without_contact_gets_its_key_when_something_is_sealed(self) -> None:
        await make.make_city()
        receipt = await make.make_case()
        case = await CaseRow.get(reference=receipt.reference)
        assert not await CaseKeyRow.exists(case_id=case.id)
        sealed = await case_keys.seal(case.id, b"a picture", KEYS)
        again = await case_keys.seal(case.id, b"another", KEYS)
        assert await case_keys.open_(case.id, sealed, KEYS) == b"a picture"
        assert await case_keys.open_(case.id, again, KEYS) == b"another"

    async def test_after_a_change_of_the_instance_key_every_case_is_wrapped_anew(self) -> None:
        case = await self._case()
        changed = Keyring(KEYS.pepper, seal=b"the new one", former_seal=KEYS.seal)
        assert await contacts.of(case.id, changed) == AN
        assert await jobs.wrap_keys(act(), changed)
        assert not await jobs.wrap_keys(act(), changed)
        alone = dataclasses.replace(changed, former_seal=b"")
        assert await contacts.of(case.id, alone) == AN

    async def test_a_contact_from_before_cases_had_keys_is_read_and_gets_one(self) -> None:
        case = await self._case()
        await CaseKeyRow.filter(case_id=case.id).delete()
        old = contacts.seal([AN.name, AN.email, AN.phone], KEYS)
        await ContactRow.filter(case_id=case.id).update(sealed=old)
        assert await contacts.of(case.id, KEYS) == AN
        assert await jobs.wrap_keys(act(), KEYS)
        assert not await jobs.wrap_keys(act(), KEYS)
        assert await CaseKeyRow.exists(case_id=case.id)
        assert await contacts.of(case.id, KEYS) == AN
