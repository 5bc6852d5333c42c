"""The questionnaire by page: drafted by one, seen as residents see it, approved by another."""

from datetime import date, timedelta

import pytest

from feedback import questionnaires, ratings
from feedback.actors import Resident
from feedback.administration import changes
from feedback.deeds import Deed, Subject
from feedback.drafts import RatingDraft
from feedback.models import AuditRow, QuestionnaireRow, RatingRow
from feedback.questionnaires import ANSWERS, WORDS, Draft
from feedback.ratings import Answer
from tests import make
from tests.make import NOW, Clock
from tests.web.office import Office
from web import reactions
from web.settings import Settings
from web.tables import exports

NEW = {
    "solved_vi": "Việc của bạn xong chưa, 100 %?",
    "solved_en": "Is it settled?",
    **{
        f"solved_{value}_{language}": f"{words} ({language})"
        for value, words in (("yes", "Rồi"), ("partly", "Một phần"), ("no", "Chưa"))
        for language in ("vi", "en")
    },
    "comment_vi": "Bạn muốn nói thêm gì?",
    "comment_en": "Anything else?",
    "effective_on": "2026-11-01",
    "reason": "Người dân thấy khó hiểu",
}


async def test_the_form_begins_with_the_words_of_today(office: Office) -> None:
    page = await office.get("questionnaire/new")
    assert "Vấn đề của bạn" in page.text or "giải quyết" in page.text
    assert "Was your problem solved?" in page.text
    assert "core-1" in (await office.get("questionnaire", "en")).text
    assert (await office.get("questionnaire/core-1")).status_code == 200
    assert (await office.get("questionnaire/core-9")).status_code == 404


async def test_a_version_is_drafted_seen_approved_by_another_and_asked_from_its_day(
    office: Office, clock: Clock
) -> None:
    seen = await office.send("questionnaire/new", **NEW, do="preview")
    assert seen.status_code == 200
    assert "Rồi (en)" in seen.text
    assert not await changes.proposed()
    again = await office.send("questionnaire/new", **NEW, do="edit")
    assert 'value="Anything else?"' in again.text
    assert (await office.send("questionnaire/new", **NEW, do="propose")).status_code == 303
    [proposal] = await changes.proposed()
    assert "core-2" in (await office.get("questionnaire")).text
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 422
    await office.enter("bo")
    asked = (await office.get(f"changes/{proposal.id}", "en")).text
    assert "Rồi (vi)" in asked, asked[asked.index("<main") :]
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303
    row = await QuestionnaireRow.get()
    assert (row.version, row.effective_on) == ("core-2", date(2026, 11, 1))
    trace = await AuditRow.filter(subject=Subject.QUESTIONNAIRE).get()
    assert (trace.by, trace.deed, trace.about) == ("staff:bo", Deed.ADDED, "core-2")
    office.browser.cookies.clear()
    assert "Is it settled?" not in (await office.browser.get("/en/rate")).text
    clock.at = NOW + timedelta(days=30)
    asked = (await office.browser.get("/en/rate")).text
    assert "Is it settled?" in asked
    assert "Rồi (en)" in asked
    assert "Was the explanation clear?" not in asked
    assert "100 %?" in (await office.browser.get("/vi/rate")).text


async def test_an_answer_is_kept_with_the_version_it_was_given_to(
    office: Office, clock: Clock, settings: Settings
) -> None:
    await questionnaires.take(_draft("core-2", date(2026, 10, 8)), make.act(), reason="x")
    keys = reactions.keyring(settings)
    receipt = await make.make_answered_case(await make.make_staff(), keys=keys)
    answer = Answer(receipt.tracking_code, RatingDraft(5, solved="yes"), "code")
    await ratings.rate(answer, make.act(Resident(), NOW + timedelta(hours=2)), keys)
    row = await RatingRow.get()
    assert row.questions == "core-1"
    clock.at = NOW + timedelta(days=5)
    await ratings.rate(answer, make.act(Resident(), clock.at), keys)
    await row.refresh_from_db()
    assert row.questions == "core-2"
    office.browser.cookies.clear()
    data = {"csrf_token": await office.token("/vi/rate/answer"), "code": receipt.tracking_code}
    shown = await office.browser.post("/vi/rate/answer", data=data)
    assert shown.status_code == 200
    assert "Xong chưa?" in shown.text
    assert "=1+1 solved_yes_vi" in shown.text


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"solved_no_en": ""}, "solved_no_en", "điền"),
        ({"solved_no_vi": "Rồi (vi)"}, "solved_no_vi", "giống nhau"),
        ({"effective_on": "2026-10-05"}, "effective_on", "sau hôm nay"),
        ({"effective_on": "2026-13-05"}, "effective_on", "ngày"),
        ({"effective_on": ""}, "effective_on", "điền"),
        ({"reason": " "}, "reason", "điền"),
        ({"comment_vi": "x" * 201}, "comment_vi", "200"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    office: Office, changed: dict[str, str], field: str, words: str
) -> None:
    sent = await office.send("questionnaire/new", **{**NEW, **changed}, do="propose")
    assert sent.status_code == 422
    assert f'href="#{field}"' in sent.text
    assert words in sent.text
    assert not await changes.proposed()


async def test_an_approval_that_comes_after_its_day_is_refused(
    office: Office, clock: Clock
) -> None:
    await office.send("questionnaire/new", **NEW, do="propose")
    [proposal] = await changes.proposed()
    clock.at = NOW + timedelta(days=27)
    await office.enter("bo")
    sent = await office.browser.post(
        f"/vi/admin/changes/{proposal.id}",
        data={"csrf_token": await office.token("/vi/admin/questionnaire/new"), "do": "approve"},
    )
    assert sent.status_code == 422
    assert not await QuestionnaireRow.exists()


async def test_its_file_brought_back_changes_nothing_and_a_new_row_is_proposed(
    office: Office,
) -> None:
    await questionnaires.take(_draft("core-2", date(2026, 10, 8)), make.act(), reason="=x")
    file = (await exports.of("questionnaire")).decode("utf-8-sig")
    sent = await office.send("files", kind="questionnaire", do="confirm", content=file)
    assert sent.status_code == 303
    assert not await changes.proposed()
    assert (await exports.of("questionnaire")).decode("utf-8-sig") == file
    head, row = file.splitlines()
    other = row.replace("core-2,2026-10-08", "core-3,2026-12-01")
    content = f"{head}\n{row}\n{other}"
    await office.send("files", kind="questionnaire", do="confirm", content=content)
    [proposal] = await changes.proposed()
    assert proposal.about == "core-3"
    rewritten = row.replace("Xong chưa?", "Khác?")
    told = await office.send(
        "files", kind="questionnaire", do="confirm", content=f"{head}\n{rewritten}"
    )
    assert told.status_code == 303
    assert (await exports.of("questionnaire")).decode("utf-8-sig") == file


def _draft(version: str, on: date) -> Draft:
    words = {name: f"=1+1 {name}" for name in WORDS}
    words["solved_vi"] = "Xong chưa?"
    assert set(ANSWERS) == {"solved", "clear", "contacts", "comment"}
    return Draft(version, on, words)
