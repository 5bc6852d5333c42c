"""Whose an account is, on the pages: proposed, approved by another, told in a greyed-out button."""

from feedback.administration import changes
from feedback.models import AccountRow, Role
from feedback.staff import accounts, apart
from tests import make, pages
from tests.make import act
from tests.web.office import Office

NEW = {"name": "gia", "display_name": "Gia", "role": "administrator", "email": "gia@example.vn"}


async def opened(office: Office) -> None:
    sent = await office.send("accounts/new", **NEW, reason="Thêm người")
    assert sent.status_code == 303
    [proposal] = await changes.proposed()
    await office.enter("bo")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303
    await office.enter("an")


async def test_an_administrator_is_proposed_and_approved_by_another(office: Office) -> None:
    refused = await office.send("accounts/new", **NEW)
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    await opened(office)
    assert (await AccountRow.get(name="gia")).role is Role.ADMINISTRATOR
    again = await office.send("accounts/new", **NEW, reason="Thêm người")
    assert again.status_code == 422
    assert 'href="#name"' in again.text


async def test_a_role_that_decides_is_given_by_two(office: Office) -> None:
    await make.make_staff("lan")
    facts = {"do": "keep", "display_name": "Lan", "role": "publisher", "agency": "", "email": ""}
    assert (await office.send("accounts/lan", **facts)).status_code == 422
    sent = await office.send("accounts/lan", **facts, reason="Nhiệm vụ mới")
    assert sent.headers["location"].endswith("done=proposed")
    assert (await AccountRow.get(name="lan")).role is Role.OFFICER


async def test_a_file_by_page_proposes_who_decides(office: Office) -> None:
    head = "name,display_name,role,agency,email,state\n"
    rows = "gia,Gia,publisher,,,open\nlan,Lan,officer,W1,,open\n"
    for _ in range(2):
        sent = await office.send("files", kind="users", do="confirm", content=head + rows)
        assert sent.status_code == 303, sent.text
    [proposal] = await changes.proposed()
    assert proposal.about == "gia"
    assert not await AccountRow.exists(name="gia")
    assert await AccountRow.exists(name="lan")


async def test_the_greyed_out_button_says_why_and_a_second_person_helps(office: Office) -> None:
    await opened(office)
    sent = await office.send("accounts/gia", do="reset", sure="yes", reason="Chuyển công tác")
    assert sent.status_code == 200
    await office.send("agencies/W1/facts", **FACTS)
    [proposal] = await changes.proposed()
    await accounts.reset("gia", act(), password=make.PASSWORD)  # as the machine, which has no hand
    await office.enter("gia")
    shown = pages.read((await office.get(f"changes/{proposal.id}")).text)
    greyed = [one for one in shown.all("button") if one.get("disabled") is not None]
    assert len(greyed) == 2
    assert "cùng một người" in shown.text
    refused = await office.send(f"changes/{proposal.id}", do="approve")
    assert refused.status_code == 422
    assert "cùng một người" in refused.text

    await office.enter("an")
    own = await office.get("accounts/gia/sign-in")
    assert "cùng một người" in own.text
    await office.enter("bo")
    assert (await office.send("accounts/gia/sign-in", do="confirm")).status_code == 200
    sent = await office.send(
        "accounts/gia/sign-in", do="confirm", sure="yes", reason="Chuyển công tác"
    )
    assert sent.status_code == 303
    assert await apart.on("gia") == ()
    await office.enter("gia")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303


FACTS = {
    "code": "W1",
    "name_vi": "Phường Một",
    "name_en": "Ward W1",
    "kind": "ward",
    "level": "commune",
    "peer_group": "communes",
    "calendar": "city",
    "reason": "Quyết định 7",
}
