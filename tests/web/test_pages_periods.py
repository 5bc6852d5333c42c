"""Periods by page: prepared by one, committed to by another, and never once they have begun."""

import hashlib
from datetime import UTC, datetime

import httpx
import pytest

from feedback.administration import changes
from feedback.deeds import ChangeState, Subject
from feedback.models import AuditRow, Role
from ranking.counts.cohorts import Cohort
from ranking.counts.gathered import Answers, Earlier, Gathered
from ranking.counts.tallies import Effective
from ranking.frozen import edition_rows, terms
from ranking.life import committing, computing
from ranking.method import periods
from ranking.method.config import Config
from ranking.models import PeriodRow
from tests import make, pages
from tests.make import Clock
from tests.web.office import Office
from tests.web.test_pages_admin import PERIOD

COMING = "2027-Q1"


@pytest.fixture
async def office(office: Office) -> Office:
    await make.make_staff("hoa", role=Role.PUBLISHER, agency=None)
    await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    await make.make_staff("dung", role=Role.COORDINATOR, agency=None)
    await office.enter("hoa")
    return office


async def _send(office: Office, path: str, **values: str) -> httpx.Response:
    token = await office.token(f"/vi/admin/periods/{COMING}")
    return await office.browser.post(f"/vi/admin/{path}", data={"csrf_token": token, **values})


async def test_a_period_is_prepared_by_one_and_committed_to_by_another(office: Office) -> None:
    page = await office.get("periods")
    assert COMING in page.text
    shown = await office.get(f"periods/{COMING}")
    assert "Phường Hai" in shown.text
    assert "ngày 15 tháng 4 năm 2027" in shown.text  # the last day for answers
    sent = await _send(office, f"periods/{COMING}", **PERIOD)
    [proposal] = await changes.proposed()
    assert sent.headers["location"].endswith(f"/vi/admin/changes/{proposal.id}?done=proposed")
    assert not await PeriodRow.exists()
    own = await _send(office, f"changes/{proposal.id}", do="approve")
    assert own.status_code == 422
    await office.enter("an")
    read = await office.get(f"changes/{proposal.id}")
    assert "Không tiếp dân" in read.text
    assert "Mục tiêu 90,0% 92,5%" in pages.read(read.text).text
    assert "Thứ Năm, ngày 20 tháng 5 năm 2027" in read.text
    assert "limits" not in read.text
    assert (await _send(office, f"changes/{proposal.id}", do="approve")).status_code == 303
    row = await PeriodRow.get(name=COMING)
    made = terms.Terms.from_json(row.terms)
    assert (made.config.target, str(made.publish_on)) == (0.925, "2027-05-20")
    assert [one.code for one in made.agencies] == ["W1"]
    assert [(one.code, one.reason) for one in made.left_out] == [("W2", "Không tiếp dân")]
    assert made.digest() == row.terms_digest
    [trace] = await AuditRow.filter(subject=Subject.PERIOD, about=COMING)
    assert (trace.by, trace.reason) == ("staff:an", "Nghị quyết 12 của HĐND")
    again = await office.get(f"periods/{COMING}", "en")
    assert "Không tiếp dân" in again.text
    assert row.terms_digest in again.text


async def test_nothing_is_prepared_or_approved_once_the_period_has_begun(
    office: Office, clock: Clock
) -> None:
    await _send(office, f"periods/{COMING}", **PERIOD)
    [proposal] = await changes.proposed()
    await office.enter("an")
    clock.at = datetime(2026, 12, 31, 17, tzinfo=UTC)  # midnight in the city
    await office.enter("an")
    token = await office.token(f"/vi/admin/changes/{proposal.id}")
    late = await office.browser.post(
        f"/vi/admin/changes/{proposal.id}", data={"csrf_token": token, "do": "approve"}
    )
    assert late.status_code == 422
    assert "Kỳ đã bắt đầu" in late.text
    assert not await PeriodRow.exists()
    assert (await changes.read(proposal.id)).state is ChangeState.PROPOSED


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("publish_on", "2027-04-10", "không đủ thời gian"),
        ("publish_on", "10/05/2027", "ví dụ"),
        ("target", "190", "phần trăm"),
        ("target", "abc", "phần trăm"),
        ("target", "", "điền"),
        ("pooled_floor", "4", "ngoài khoảng"),
        ("listed_floor", "200", "ngoài khoảng"),
        ("left_out", "W7; vì thế", "không phải"),
        ("left_out", "W2", "lý do"),
        ("left_out", "W2; a\nW2; b", "không phải"),
        ("reason", "", "điền"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_typing_is_kept(
    office: Office, field: str, value: str, words: str
) -> None:
    sent = await _send(office, f"periods/{COMING}", **{**PERIOD, field: value})
    assert sent.status_code == 422
    assert f'href="#{field}"' in sent.text
    assert words in sent.text
    assert "92,5" in sent.text or field == "target"
    assert not await changes.proposed()


async def test_who_may_not_prepare_reads_or_finds_nothing(office: Office) -> None:
    await office.enter("kim")
    assert (await office.get(f"periods/{COMING}")).status_code == 200
    assert (await office.send(f"periods/{COMING}", **PERIOD)).status_code == 403
    await office.enter("dung")
    assert (await office.get("periods")).status_code == 403
    await office.enter("an")
    for name in ("2031-Q1", "2026-09", "heute", "2026-Q3", "2027-Q1%00"):
        assert (await office.get(f"periods/{name}")).status_code == 404, name


async def test_peers_and_agencies_are_those_that_were_committed_to(office: Office) -> None:
    await _send(office, f"periods/{COMING}", **PERIOD)
    [proposal] = await changes.proposed()
    await office.enter("an")
    await _send(office, f"changes/{proposal.id}", do="approve")
    made = edition_rows.terms_of(await PeriodRow.get(name=COMING))
    assert made is not None
    found = computing.held_to(made, [_gathered("W1"), _gathered("W2"), _gathered("W3")])
    assert [(one.code, one.peer_group) for one in found] == [("W1", "wards"), ("W3", "moved")]


def _gathered(code: str) -> Gathered:
    return Gathered(
        code=code,
        name_vi=code,
        name_en=code,
        level="commune",
        peer_group="moved",
        is_new=False,
        parent="",
        answers=Answers(Effective(), 0),
        before=Earlier(),
        cohort=Cohort(),
    )


async def test_everybody_can_keep_the_terms_and_prove_them_by_their_digest(
    browser: httpx.AsyncClient,
) -> None:
    period = periods.parse(COMING, make.ZONE)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    row = await committing.commit_config(period, Config(), make.act(at=at))
    link = f"/en/terms/{COMING}.json"
    assert link in pages.read((await browser.get("/en/editions")).text).links()
    found = await browser.get(link)
    assert hashlib.sha256(found.content).hexdigest() == row.terms_digest
    told = found.json()
    assert told["config"]["limits"]["looks"]["hasty_seconds"] == 60
    assert {one["code"] for one in told["agencies"]} >= {"W1", "W2"}
    assert row.seed
    assert row.seed not in found.text
    known = {"If-None-Match": found.headers["etag"]}
    assert (await browser.get(link, headers=known)).status_code == 304
    assert (await browser.get("/vi/terms/2031-Q1.json")).status_code == 404
