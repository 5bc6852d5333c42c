"""Words that answers begin with: whose they are, and what their blanks may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import answer_templates, placeholders
from feedback.errors import Faulty, NoSuchTemplate, RoleMayNot, UnknownAgency, UnknownService
from feedback.models import Role
from sla.models import AgencyRow, ServiceRow
from tests import make
from tests.make import act

WORDS = {"name": "Đã xử lý", "text_vi": "Kính gửi, {reference}.", "text_en": "Dear, {reference}."}


def wording(**facts: str) -> answer_templates.Wording:
    return answer_templates.wording({**WORDS, **facts})


@pytest.mark.parametrize(
    "text",
    [
        "{unknown}",
        "{reference",
        "reference}",
        "{{reference}}",
        "{}",
        "{reference.text}",
        "{reference!r}",
        "{% if %}",
        "{REFERENCE}",
        "{ reference }",
    ],
)
def test_a_placeholder_nobody_knows_is_refused_on_saving(text: str) -> None:
    with pytest.raises(Faulty) as refused:
        wording(text_en=text)
    assert [(f.field, f.reason) for f in refused.value.faults] == [
        ("text_en", "unknown_placeholder")
    ]


def test_blanks_are_filled_once_and_nothing_filled_in_is_a_blank() -> None:
    values = {"reference": "HL-1", "subject": "{officer} {{7*7}} <b>"}
    assert placeholders.fill("{reference}: {subject}{due}", values) == "HL-1: {officer} {{7*7}} <b>"


@given(st.text(), st.dictionaries(st.sampled_from(placeholders.KNOWN), st.text()))
def test_what_is_sound_holds_no_brace_once_filled_but_those_of_its_values(
    text: str, values: dict[str, str]
) -> None:
    filled = placeholders.fill(text, dict.fromkeys(values, "x"))
    if placeholders.is_sound(text):
        assert "{" not in filled
        assert "}" not in filled
    plain = text.replace("{", "").replace("}", "")
    assert placeholders.fill(plain, values) == plain


@pytest.mark.usefixtures("database")
async def test_a_head_keeps_the_own_agencys_and_an_administrator_everybodys() -> None:
    await make.make_city()
    head = await make.make_staff("hai", role=Role.HEAD)
    other = await make.make_staff("ba", role=Role.HEAD, agency="W2")
    admin = await make.make_staff("quan", role=Role.ADMINISTRATOR, agency=None)
    officer = await make.make_staff("lan")
    own = await answer_templates.add(wording(agency="W1", service="BIN"), act(head))
    every = await answer_templates.add(wording(name="Chung"), act(admin))
    for by, agency in ((head, "W2"), (head, ""), (officer, "W1"), (other, "W1")):
        with pytest.raises(RoleMayNot):
            await answer_templates.add(wording(agency=agency), act(by))
    with pytest.raises(UnknownAgency):
        await answer_templates.add(wording(agency="NONE"), act(admin))
    with pytest.raises(UnknownService):
        await answer_templates.add(wording(agency="W1", service="NONE"), act(head))
    for number in (own, every, 999_999):
        with pytest.raises(NoSuchTemplate):
            await answer_templates.change(number, wording(agency="W2"), act(other))
        with pytest.raises(NoSuchTemplate):
            await answer_templates.one(other, number)
    assert [one.id for one in await answer_templates.kept(head)] == [own]
    assert [one.id for one in await answer_templates.kept(admin)] == [every, own]


@pytest.mark.usefixtures("database")
async def test_a_case_is_offered_its_services_first_then_its_agencys_then_everybodys() -> None:
    await make.make_city()
    admin = await make.make_staff("quan", role=Role.ADMINISTRATOR, agency=None)
    every = await answer_templates.add(wording(name="A"), act(admin))
    own = await answer_templates.add(wording(name="B", agency="W1"), act(admin))
    service = await answer_templates.add(wording(name="C", agency="W1", service="BIN"), act(admin))
    await answer_templates.add(wording(name="D", agency="W1", service="CERT"), act(admin))
    await answer_templates.add(wording(name="E", agency="W2"), act(admin))
    gone = await answer_templates.add(wording(name="F"), act(admin))
    await answer_templates.retire(gone, act(admin))
    agency, bins = await AgencyRow.get(code="W1"), await ServiceRow.get(code="BIN")
    found = await answer_templates.of_case(agency.id, bins.id)
    assert [one.id for one in found] == [service, own, every]
    assert [one.id for one in await answer_templates.of_case(agency.id, None)] == [own, every]
