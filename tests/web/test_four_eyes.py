"""What moves dates or results: one person alone changes none of it, by no page and by no file.

Beside these: corrections of ends (`test_pages_corrections`), answers set aside
(`test_quarantine`), objections (`test_pages_standing`), denunciations (`test_restricted`).
"""

from dataclasses import dataclass

import pytest

from feedback.administration import changes
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.models import AuditRow, ChangeRow
from tests.web.office import Office
from tests.web.test_pages_admin import AGENCY, COMMITMENT, PERIOD, REFORM
from web.tables import exports


@dataclass(frozen=True)
class Try:
    """What somebody sends to change something, and the register in which it would be seen."""

    path: str
    values: dict[str, str]
    register: str


OWN = {**AGENCY, "name_vi": "Phường Một", "name_en": "Ward W1", "reason": "Quyết định 7"}
TRIES: dict[str, Try] = {
    "rename": Try("agencies/W1/reform", {**REFORM, "effective_on": "2026-10-05"}, "agencies"),
    "merge": Try(
        "agencies/W1/reform",
        {**REFORM, "kind": "merge", "heirs": "W2", "effective_on": "2026-10-05"},
        "agencies",
    ),
    "split": Try(
        "agencies/W1/reform",
        {**REFORM, "kind": "split", "heirs": "W7; Bảy\nW8; Tám", "effective_on": "2026-10-05"},
        "agencies",
    ),
    "close": Try(
        "agencies/W1/reform",
        {**REFORM, "kind": "close", "heirs": "W2", "effective_on": "2026-10-05"},
        "agencies",
    ),
    "agency": Try("agencies/W1/facts", {**OWN, "peer_group": "communes"}, "agencies"),
    "service": Try(
        "services/BIN",
        {
            "name_vi": "Thu gom rác",
            "name_en": "Service BIN",
            "field": "Môi trường",
            "statutory_amount": "90",
            "statutory_unit": "working_day",
            "reason": "Luật mới",
        },
        "services",
    ),
    "commitment": Try("commitments/new", {**COMMITMENT, "amount": "9"}, "commitments"),
    "withdrawal": Try(
        "commitments/withdraw",
        {"effective_on": "2026-12-01", "legal_act": "9/QĐ", "reason": "Dừng thí điểm"},
        "commitments",
    ),
    "calendar_day": Try(
        "calendars/city",
        {"do": "put", "day": "2026-09-30", "kind": "local_closure", "seen": "1",
         "legal_act": "1/QĐ", "name_vi": "Nghỉ", "reason": "Bão"},
        "calendar",
    ),
    "questionnaire": Try(
        "questionnaire/new",
        {"do": "propose", "effective_on": "2026-12-01", "reason": "Rõ hơn",
         "comment_vi": "Bạn muốn nói thêm gì?", "comment_en": "Anything else?"},
        "questionnaire",
    ),
    "period": Try("periods/2027-Q1", PERIOD, "periods"),
    "account": Try(
        "accounts/new",
        {"name": "gia", "display_name": "Gia", "role": "publisher", "reason": "Nhân sự mới"},
        "users",
    ),
}  # fmt: skip


def test_every_kind_of_change_is_tried() -> None:
    assert set(TRIES) == {kind.value for kind in ChangeKind}


@pytest.mark.parametrize("kind", TRIES)
async def test_it_happens_when_a_second_person_has_approved_and_not_before(
    office: Office, kind: str
) -> None:
    wanted = TRIES[kind]
    before = await exports.of(wanted.register)
    values = {**wanted.values, "do": "confirm"} if "/reform" in wanted.path else wanted.values
    for _ in range(2):  # sent twice, it waits once
        sent = await office.send(wanted.path, **values)
        assert sent.status_code == 303, sent.text
    [proposal] = await changes.proposed()
    assert proposal.kind is ChangeKind(kind)
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 422
    assert await exports.of(wanted.register) == before
    await office.enter("bo")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303
    assert (await changes.read(proposal.id)).state is ChangeState.DONE
    assert await exports.of(wanted.register) != before
    told = await AuditRow.filter(subject=Subject.CHANGE).order_by("id")
    assert [(row.deed, row.by) for row in told] == [
        (Deed.PROPOSED, "staff:an"),
        (Deed.APPROVED, "staff:bo"),
    ]


async def test_a_name_is_put_right_by_one(office: Office) -> None:
    facts = {**OWN, "name_vi": "Phường Nhất"}
    assert (await office.send("agencies/W1/facts", **facts)).status_code == 303
    assert "Phường Nhất" in (await exports.of("agencies")).decode()
    assert not await ChangeRow.exists()


async def test_facts_that_change_while_a_proposal_waits_are_not_undone_by_it(
    office: Office,
) -> None:
    await office.send("agencies/W1/facts", **{**OWN, "peer_group": "communes"})
    await office.send("agencies/W1/facts", **{**OWN, "name_vi": "Phường Nhất"})
    [proposal] = await changes.proposed()
    await office.enter("bo")
    await office.send(f"changes/{proposal.id}", do="approve")
    [line] = [one for one in (await exports.of("agencies")).decode().splitlines() if "W1" in one]
    assert "Phường Nhất" in line
    assert "communes" in line


async def test_without_a_reason_nothing_is_proposed(office: Office) -> None:
    sent = await office.send("agencies/W1/facts", **{**OWN, "level": "province", "reason": " "})
    assert sent.status_code == 422
    assert 'href="#reason"' in sent.text
    assert not await ChangeRow.exists()


FILES = {
    "agencies": ("wards,", "communes,"),
    "services": ("Môi trường,,", "Môi trường,90,working_day"),
}


@pytest.mark.parametrize("register", FILES)
async def test_a_file_by_page_proposes_what_moves_results(office: Office, register: str) -> None:
    before = await exports.of(register)
    content = before.decode("utf-8-sig").replace(*FILES[register], 1)
    for _ in range(2):
        sent = await office.send("files", kind=register, do="confirm", content=content)
        assert sent.status_code == 303
    [proposal] = await changes.proposed()
    assert proposal.kind in {ChangeKind.AGENCY, ChangeKind.SERVICE}
    assert await exports.of(register) == before


async def test_a_file_by_page_makes_no_heir_of_an_office_of_ours(office: Office) -> None:
    head = "old_code,old_name,old_district,part,successors,new_code\n"
    rows = "W1,Phường Một,Quận 1,whole,1,W2\n123,Phường Cũ,Quận 1,whole,1,W2\n"
    token = await office.token("/vi/admin/files")
    shown = await office.browser.post(
        "/vi/admin/files",
        data={"csrf_token": token, "kind": "lineage", "do": "check"},
        files={"file": ("a.csv", (head + rows).encode(), "text/csv")},
    )
    assert "old_code" in shown.text
    await office.send("files", kind="lineage", do="confirm", content=head + rows)
    kept = (await exports.of("lineage")).decode()
    assert "Phường Cũ" in kept
    assert "Phường Một" not in kept
