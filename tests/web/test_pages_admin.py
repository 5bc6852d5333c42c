"""Administration by page: found, changed, planned, decided by two, and every act on record."""

import re
from datetime import date

import pytest

from feedback.administration import changes
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.models import AccountRow, AnswerTemplateRow, AuditRow, Role, SecondFactorRow
from feedback.staff import accounts
from sla import charter
from sla.models import AgencyRow, CommitmentRow, PromiseRow, ServiceRow
from tests import make
from tests.web.office import Office
from web.guarding import access_table

TODAY = make.NOW.astimezone(make.ZONE).date()
READ = (
    "audit",
    "agencies",
    "agencies/new",
    "agencies/W1",
    "agencies/W1/facts",
    "agencies/W1/reform",
    "agencies/W1/reform?kind=merge",
    "agencies/W1/reform?kind=split",
    "services",
    "services/new",
    "services/BIN",
    "commitments",
    "commitments/new",
    "commitments/new?service=BIN",
    "commitments/withdraw",
    "changes",
    "periods",
    "questionnaire",
    "questionnaire/new",
    "questionnaire/core-1",
    "periods/2027-Q1",
    "files",
)


@pytest.fixture
async def office(office: Office) -> Office:
    await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    return office


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_opens_in_both_languages(office: Office, language: str) -> None:
    for path in READ:
        assert (await office.get(path, language)).status_code == 200, path


async def test_an_auditor_reads_and_changes_nothing(office: Office) -> None:
    await office.enter("kim")
    for path in ("audit", "agencies", "agencies/W1", "services", "changes", "files"):
        assert (await office.get(path)).status_code == 200, path
    sent = await office.send("agencies/new", code="W9")
    assert sent.status_code == 403
    assert not await AgencyRow.exists(code="W9")


AGENCY = {
    "code": "W9",
    "name_vi": "Phường Chín",
    "kind": "ward",
    "level": "commune",
    "peer_group": "wards",
    "calendar": "city",
    "reason": "Thành lập mới",
}
SERVICE = {
    "code": "1.2",
    "name_vi": "Khai sinh",
    "statutory_amount": "5",
    "statutory_unit": "working_day",
    "reason": "Thủ tục mới",
}
COMMITMENT = {
    "service": "BIN",
    "amount": "3",
    "unit": "working_day",
    "rule": "civil",
    "effective_on": "2026-12-01",
    "legal_act": "12/QĐ-UBND",
    "reason": "Nhanh hơn",
}
REFORM = {
    "kind": "rename",
    "heirs": "W9; Phường Chín; Ward Nine",
    "effective_on": "2026-11-01",
    "reason": "Nghị quyết 5",
}
PERIOD = {
    "publish_on": "2027-05-20",
    "objection_days": "15",
    "redraft_days": "3",
    "plan_days": "30",
    "left_out": "W2; Không tiếp dân",
    "target": "92,5",
    "confidence": "95",
    "false_discovery_rate": "5",
    "response_floor": "10",
    "response_flag": "20",
    "ranked_floor": "100",
    "listed_floor": "30",
    "pooled_floor": "5",
    "rolling_windows": "4",
    "place_share": "50",
    "place_group": "2",
    "cutoff_days": "15",
    "reason": "Nghị quyết 12 của HĐND",
}


async def test_an_agency_is_added_found_and_put_right(office: Office) -> None:
    assert (await office.send("agencies/new", **AGENCY)).status_code == 303
    assert "Phường Chín" in (await office.get("agencies?q=phuong+chin")).text
    assert "Phường Chín" not in (await office.get("agencies?q=hai")).text
    mended = {**AGENCY, "name_vi": "Phường Chín Mới", "reason": "Ghi sai tên"}
    assert (await office.send("agencies/W9/facts", **mended)).status_code == 303
    row = await AuditRow.filter(subject=Subject.AGENCY, about="W9").order_by("-id").first()
    assert row is not None
    assert (row.by, row.deed, row.reason) == ("staff:an", Deed.CHANGED, "Ghi sai tên")
    again = await office.send("agencies/new", **AGENCY)
    assert again.status_code == 422
    assert "Mã này đã được dùng" in again.text


async def test_what_is_wrong_stands_beside_its_field_and_typing_is_kept(office: Office) -> None:
    sent = await office.send("agencies/new", **{**AGENCY, "parent": "ZZ", "name_vi": "Giữ lại"})
    assert sent.status_code == 422
    assert "Giữ lại" in sent.text
    assert 'href="#parent"' in sent.text


async def test_a_reform_is_foreseen_planned_and_cancelled(office: Office) -> None:
    await make.make_case()
    shown = await office.send("agencies/W1/reform", **REFORM, do="check")
    assert shown.status_code == 200
    assert "ngày 1 tháng 11 năm 2026" in shown.text
    assert not await changes.proposed()
    assert (await office.send("agencies/W1/reform", **REFORM, do="confirm")).status_code == 303
    [plan] = await changes.proposed()
    assert f"/vi/admin/changes/{plan.id}" in (await office.get("agencies/W1")).text
    await office.enter("bo")
    assert (await office.send(f"changes/{plan.id}", do="approve")).status_code == 303
    assert (await changes.read(plan.id)).state is ChangeState.PLANNED
    assert f"/vi/admin/changes/{plan.id}" in (await office.get("agencies/W1")).text
    sent = await office.send(f"changes/{plan.id}", do="cancel", answer="Hoãn lại")
    assert sent.status_code == 303
    assert (await changes.read(plan.id)).state is ChangeState.CANCELLED


async def test_a_shorter_time_is_taken_at_once(office: Office) -> None:
    assert (await office.send("commitments/new", **COMMITMENT)).status_code == 303
    assert await CommitmentRow.filter(service__code="BIN", amount=3).exists()
    assert await AuditRow.filter(subject=Subject.COMMITMENT, about="*/BIN").exists()


async def test_a_longer_time_waits_for_somebody_else(office: Office) -> None:
    sent = await office.send("commitments/new", **{**COMMITMENT, "amount": "9"})
    assert sent.headers["location"].endswith("/vi/admin/changes?done=proposed")
    assert not await CommitmentRow.filter(service__code="BIN").exists()
    [proposal] = await changes.proposed()
    own = await office.send(f"changes/{proposal.id}", do="approve")
    assert own.status_code == 422
    assert "Người khác" in own.text or "người khác" in own.text
    await office.enter("bo")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303
    assert await CommitmentRow.filter(service__code="BIN", amount=9).exists()


async def test_a_commitment_is_withdrawn_by_two_and_open_cases_keep_their_date(
    office: Office,
) -> None:
    receipt = await make.make_case()
    asked = {"service": "CERT", "legal_act": "9/QĐ-UBND", "reason": "Dừng thí điểm"}
    nothing = await office.send("commitments/withdraw", **asked, effective_on="2026-12-20")
    assert nothing.status_code == 404
    service_row = await ServiceRow.get(code="CERT")
    await make.make_commitment(service=service_row, amount=2)
    page = await office.get("commitments/withdraw?service=CERT")
    assert "không vụ việc nào mất hạn" in page.text
    for day, words in (("2026-10-05", "ngày sau hôm nay"), ("", "điền"), ("abc", "ngày")):
        sent = await office.send("commitments/withdraw", **asked, effective_on=day)
        assert sent.status_code == 422, day
        assert words in sent.text, day
    sent = await office.send("commitments/withdraw", **asked, effective_on="2026-12-20")
    assert sent.headers["location"].endswith("/vi/admin/changes?done=proposed")
    [proposal] = await changes.proposed()
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 422
    await office.enter("bo")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303
    known = await charter.current()
    agency, service = known.agencies["W1"], known.services["CERT"]
    before = known.commitment_of(agency, service, on=date(2026, 12, 19))
    after = known.commitment_of(agency, service, on=date(2026, 12, 20))
    assert before
    assert after
    assert (before.within.amount, after.within.amount) == (2, 5)
    assert (await PromiseRow.get(code=receipt.reference)).due_at == receipt.due_at
    last = await AuditRow.filter(subject=Subject.COMMITMENT, about="*/CERT").order_by("-id").first()
    assert last
    assert (last.deed, last.reason) == (Deed.WITHDRAWN, "Dừng thí điểm")
    public = await office.browser.get("/vi/commitments/agencies/W1/services/CERT")
    assert "thôi áp dụng từ" in public.text
    again = await office.send("commitments/withdraw", **asked, effective_on="2026-12-25")
    assert again.status_code == 422


async def test_longer_than_the_law_is_refused_with_the_sentence(office: Office) -> None:
    await office.send("services/new", **SERVICE)
    sent = await office.send("commitments/new", **{**COMMITMENT, "service": "1.2", "amount": "6"})
    assert sent.status_code == 422
    assert "vượt quá thời hạn pháp luật" in sent.text


async def test_a_file_is_shown_first_then_taken(office: Office) -> None:
    taken = await office.get("files/agencies.csv")
    content = taken.content.decode("utf-8-sig").replace("Phường Hai", "Phường Nhì")
    token = await office.token("/vi/admin/files")
    shown = await office.browser.post(
        "/vi/admin/files",
        data={"csrf_token": token, "kind": "agencies", "do": "check"},
        files={"file": ("a.csv", content.encode(), "text/csv")},
    )
    assert shown.status_code == 200
    known = await charter.current()
    assert known.agencies["W2"].name_vi == "Phường Hai"
    sent = await office.send("files", kind="agencies", do="confirm", content=content)
    assert sent.status_code == 303
    assert (await charter.current()).agencies["W2"].name_vi == "Phường Nhì"


async def test_a_longer_time_in_a_file_waits_for_somebody_else(office: Office) -> None:
    head = "agency,level,service,amount,unit,rule,cut_off,effective_on,legal_act\n"
    row = ",,BIN,9,working_day,civil,,2026-12-01,12/QĐ-UBND\n"
    sent = await office.send("files", kind="commitments", do="confirm", content=head + row)
    assert sent.status_code == 303
    [proposal] = await changes.proposed()
    assert proposal.about == "*/BIN"
    assert not await CommitmentRow.filter(service__code="BIN").exists()


async def test_an_account_gets_another_agency(office: Office) -> None:
    await make.make_staff("lan")
    facts = {"display_name": "Lan Anh", "email": "lan@example.vn", "reason": "Điều động"}
    sent = await office.send("accounts/lan", do="keep", role="head", agency="W2", **facts)
    assert sent.status_code == 303
    moved = await AccountRow.get(name="lan").select_related("agency")
    assert moved.role is Role.HEAD
    assert moved.agency
    assert moved.agency.code == "W2"
    assert (moved.display_name, moved.email) == ("Lan Anh", "lan@example.vn")
    row = await AuditRow.filter(subject=Subject.ACCOUNT, about="lan").order_by("-id").first()
    assert row is not None
    assert row.reason == "Điều động"
    assert (await office.send("accounts/lan", do="keep", role="head")).status_code == 422
    spoiled = await office.send("accounts/lan", do="keep", role="auditor", email="x")
    assert spoiled.status_code == 422
    assert 'href="#email"' in spoiled.text


async def test_what_shuts_somebody_out_is_asked_about_first_and_an_account_opens_again(
    office: Office,
) -> None:
    await make.make_staff("lan")
    for what in ("disable", "reset"):
        asked = await office.send("accounts/lan", do=what)
        assert asked.status_code == 200
        assert 'name="sure" value="yes"' in asked.text
        unsaid = await office.send("accounts/lan", do=what, sure="yes", reason=" ")
        assert unsaid.status_code == 422
        assert 'href="#reason"' in unsaid.text
    before = await AccountRow.get(name="lan")
    assert before.disabled_at is None
    assert not await AuditRow.filter(about="lan").exclude(deed=Deed.ADDED).exists()
    sent = await office.send("accounts/lan", do="disable", sure="yes", reason="Chuyển công tác")
    assert sent.status_code == 303
    assert (await AccountRow.get(name="lan")).disabled_at is not None
    told = await AuditRow.get(about="lan", deed=Deed.CLOSED)
    assert (told.by, told.reason) == ("staff:an", "Chuyển công tác")
    assert (await office.send("accounts/lan", do="open")).status_code == 200
    assert (await AccountRow.get(name="lan")).disabled_at is not None
    sent = await office.send("accounts/lan", do="open", sure="yes", reason="Trở lại")
    assert sent.status_code == 303
    assert (await AccountRow.get(name="lan")).disabled_at is None


@pytest.mark.parametrize("what", ["disable", "reset", "open", "keep"])
async def test_nobody_does_anything_to_the_own_account(office: Office, what: str) -> None:
    facts = {"role": "auditor", "display_name": "An"}
    for sure in ("", "yes"):
        sent = await office.send("accounts/an", do=what, sure=sure, **facts)
        assert sent.status_code == 403
    shown = (await office.get("accounts/an")).text
    assert shown.count("Đây là tài khoản của chính") >= 2
    row = await AccountRow.get(name="an")
    assert (row.role, row.disabled_at) == (Role.ADMINISTRATOR, None)
    assert (
        await office.send("accounts/an/sign-in", do="forget", sure="yes", reason="Chuyển công tác")
    ).status_code == 403


async def test_accounts_are_searched_without_marks_and_turned_over_page_by_page(
    office: Office,
) -> None:
    for number in range(accounts.PAGE + 3):
        await AccountRow.create(
            name=f"nv{number:03}",
            display_name="Nguyễn Đức Hòa",
            password_hash="x",
            role=Role.OFFICER,
            agency=await AgencyRow.get(code="W2"),
            created_at=make.NOW,
            disabled_at=make.NOW if number == 1 else None,
        )
    first = (await office.get("?q=duc+hoa")).text
    assert "nv000" in first
    assert "nv001" not in first
    assert "nv051" not in first
    link = re.search(r'rel="next" href="[^"]*/admin([^"]+)"', first)
    assert link
    second = (await office.get(link[1].replace("&amp;", "&").lstrip("/"))).text
    assert "nv052" in second
    assert "nv000" not in second
    assert "nv001" in (await office.get("?q=w2+hoa&show=closed")).text
    assert "Không có tài khoản nào" in (await office.get("?q=khong-ai")).text


async def test_words_of_answers_leave_a_trace_with_before_and_after(office: Office) -> None:
    words = {"name": "Đã xong", "text_vi": "Kính gửi.", "text_en": "Dear."}
    token = await office.token("/vi/admin/audit")
    data = {"csrf_token": token, "do": "keep", "reason": "Dễ hiểu hơn", **words}
    assert (await office.browser.post("/vi/answer-templates/new", data=data)).status_code == 303
    number = (await AnswerTemplateRow.get()).id
    path = f"/vi/answer-templates/{number}"
    await office.browser.post(path, data={**data, "text_vi": "Kính gửi ông bà."})
    await office.browser.post(path, data={**data, "step": "retire"})
    rows = await AuditRow.filter(subject=Subject.TEMPLATE).order_by("id")
    assert [row.deed for row in rows] == [Deed.ADDED, Deed.CHANGED, Deed.WITHDRAWN]
    assert {row.reason for row in rows} == {"Dễ hiểu hơn"}
    before, after = rows[1].before, rows[1].after
    assert before
    assert after
    assert (before["text_vi"], after["text_vi"]) == ("Kính gửi.", "Kính gửi ông bà.")


async def test_the_trail_is_narrowed_and_taken_along(office: Office) -> None:
    await office.send("agencies/new", **{**AGENCY, "name_vi": "=1+1"})
    page = await office.get("audit?subject=agency&about=W9&since=2020-01-01&until=2030-01-01")
    assert "W9" in page.text
    assert "Không có dòng nào" in (await office.get("audit?about=khong-co")).text
    file = (await office.get("audit.csv?subject=agency")).text
    assert "'=1+1" in file
    assert not re.search(r",=1", file)
    assert (await office.get("audit?since=abc&before=xyz")).status_code == 200


EXAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    "accounts/new": ("accounts/new", {"name": "moi", "role": "auditor", "reason": "x"}),
    "accounts/{name}": ("accounts/kim", {"do": "disable", "sure": "yes", "reason": "x"}),
    "accounts/{name}/sign-in": (
        "accounts/bo/sign-in",
        {"do": "forget", "sure": "yes", "reason": "x"},
    ),
    "keys": ("keys", {"agency": "W1", "opens_inbox_read": "yes", "reason": "x"}),
    "agencies/new": ("agencies/new", AGENCY),
    "agencies/{code}/facts": ("agencies/W1/facts", {**AGENCY, "code": "W1"}),
    "agencies/{code}/reform": ("agencies/W1/reform", {**REFORM, "do": "confirm"}),
    "services/new": ("services/new", SERVICE),
    "services/{code:path}": ("services/BIN", {**SERVICE, "code": "BIN", "reason": "Theo luật mới"}),
    "commitments/new": ("commitments/new", COMMITMENT),
    "commitments/withdraw": (
        "commitments/withdraw",
        {"effective_on": "2026-12-01", "legal_act": "9/QĐ", "reason": "Dừng thí điểm"},
    ),
    "changes/{number}": ("changes/{change}", {"do": "cancel", "answer": "Thôi"}),
    "files": (
        "files",
        {"kind": "users", "do": "confirm", "content": "name,role,agency\nx1,auditor,\n"},
    ),
    "calendars/{code:path}": (
        "calendars/city",
        {"do": "put", "day": "2026-12-31", "kind": "local_closure", "seen": "1",
         "legal_act": "1/QĐ", "name_vi": "Nghỉ", "reason": "Bão"},
    ),
    "calendars": (
        "calendars",
        {"do": "confirm", "seen": "1:city", "content":
         "calendar,timezone,day,kind,windows\ncity,Asia/Ho_Chi_Minh,2026-12-30,holiday,\n"},
    ),
    "questionnaire/new": (
        "questionnaire/new",
        {"do": "propose", "effective_on": "2026-12-01", "reason": "Rõ hơn",
         "comment_vi": "Bạn muốn nói thêm gì?", "comment_en": "Anything else?"},
    ),
    "periods/{name}": ("periods/2027-Q1", PERIOD),
    "notices": ("notices", {"kind": "received", "channel": "email"}),
}  # fmt: skip
# Sends again what was to be sent anyway.
NOTHING_CHANGES = {"notices"}
POSTS = sorted(
    path.removeprefix("/{lang:lang}/admin/")
    for method, path in access_table.ACCESS
    if method == "POST" and path.startswith("/{lang:lang}/admin/")
)


@pytest.mark.parametrize("route", POSTS)
async def test_no_administrative_act_leaves_without_a_trace(office: Office, route: str) -> None:
    assert route in EXAMPLES, "give an example of what this address changes"
    path, values = EXAMPLES[route]
    if "{change}" in path:
        await office.send("agencies/W1/reform", **{**REFORM, "do": "confirm"})
        [plan] = await changes.proposed()
        path = path.replace("{change}", str(plan.id))
    if values.get("do") == "forget":
        await SecondFactorRow.create(
            account_id=(await AccountRow.get(name="bo")).id,
            sealed=b"1",
            since=make.NOW,
            last_step=1,
        )
    before = await AuditRow.all().count()
    sent = await office.send(path, **values)
    assert sent.status_code in {200, 303}, sent.text
    assert await AuditRow.all().count() > before
    last = await AuditRow.all().order_by("-id").first()
    assert last is not None
    assert (last.by, last.at) == ("staff:an", make.NOW)
    assert last.reason or route in NOTHING_CHANGES


@pytest.mark.parametrize("route", [one for one in POSTS if "reason" in EXAMPLES[one][1]])
async def test_no_administrative_act_goes_without_saying_why(office: Office, route: str) -> None:
    path, values = EXAMPLES[route]
    before = await AuditRow.all().count()
    sent = await office.send(path, **{**values, "reason": " "})
    assert sent.status_code == 422
    assert 'href="#reason"' in sent.text
    assert await AuditRow.all().count() == before


def test_the_example_day_lies_ahead() -> None:
    assert date.fromisoformat(COMMITMENT["effective_on"]) > make.NOW.date()


async def test_many_proposals_are_turned_over_page_by_page(office: Office) -> None:
    by = make.act(await make.make_staff("cu", role=Role.ADMINISTRATOR, agency=None))
    for number in range(changes.PAGE + 2):
        body = {"amount": number}
        await changes.propose(ChangeKind.COMMITMENT, f"W{number}/X", body, by, reason="Thử")
    first = (await office.get("changes")).text
    assert "W49/X" in first
    assert "W50/X" not in first
    link = re.search(r'rel="next" href="/vi/admin/(changes[?]after=[^"]+)"', first)
    assert link
    second = (await office.get(link[1])).text
    assert "W49/X" not in second
    assert "W51/X" in second
    for one in await changes.proposed():
        await changes.cancel(one.id, by, today=TODAY, reason="Thôi")
    first = (await office.get("changes")).text
    link = re.search(r'rel="next" href="/vi/admin/(changes[?]before=[^"]+)"', first)
    assert link
    assert "W0/X" in (await office.get(link[1])).text
