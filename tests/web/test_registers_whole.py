"""Every register by page and as a file: out, into an empty city, out again, byte for byte."""

import contextlib
from pathlib import Path

import pytest
from tortoise.transactions import in_transaction

from feedback import agency_keys, answer_templates, questionnaires, webhooks
from feedback.agency_keys import Wish
from feedback.answer_templates import Wording
from feedback.models import AuditRow, Role
from feedback.questionnaires import Draft
from feedback.webhook_kinds import CHOOSABLE
from feedback.webhooks import WebhookDraft
from ranking.life import proposing
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, ZONE, act
from web.guarding import access_table
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary
from web.pages.admin import files, words
from web.tables import exports, registering

FIXTURES = Path(__file__).parents[2] / "fixtures" / "hcmc"
# Each stands upon those before it.
IN_ORDER = (
    "calendar",
    "agencies",
    "lineage",
    "services",
    "commitments",
    "questionnaire",
    "users",
    "templates",
    "webhooks",
    "periods",
)


class _Emptied(Exception):
    """Undoes all that was stored."""


async def taken(kind: str, content: bytes, folder: Path) -> tuple[Summary, str]:
    """What became of a file, and its report."""
    by = make.act()
    path, report = folder / f"{kind}.csv", folder / "report.csv"
    path.write_bytes(content)
    summary = await imports.run(
        path,
        KINDS[kind],
        by,
        mapping=Mapping(),
        keys=KEYS,
        report=report,
        watched=registering.watched(kind, by, reason=registering.named(path)),
    )
    return summary, report.read_text(encoding="utf-8-sig")


async def _fill(folder: Path) -> None:
    for kind in ("calendar", "agencies", "lineage", "services", "commitments"):
        _, refused = await taken(kind, (FIXTURES / f"{kind}.csv").read_bytes(), folder)
        assert refused.count("\n") == 1, refused
    agency = min((await exports.TABLES["agencies"]()).facts())
    await make.make_staff("an", role=Role.ADMINISTRATOR, agency=None)
    await make.make_staff("lan", agency=agency)
    await questionnaires.take(
        Draft("core-2", NOW.date().replace(year=2027), {"comment_vi": "=1+1", "comment_en": "-x"}),
        act(),
        reason="Rõ hơn",
    )
    several = '- Kính gửi ông, bà;\n"=2+2", @SUM\n\nTrân trọng.'
    for owner in ("", agency):
        await answer_templates.add(Wording("+ Đã xong", owner, "", several, several), act())
    for url, kinds in (
        ("https://a.example.vn/x", CHOOSABLE),
        ("https://b.example.vn/", CHOOSABLE[:2]),
    ):
        number, _ = await webhooks.add(agency, WebhookDraft(url, kinds), act(), KEYS)
    await webhooks.pause(number, act())
    await agency_keys.add(agency, Wish(label="=cmd", days=30), act(), KEYS)
    coming = proposing.coming(NOW, ZONE)
    for number, period in enumerate(coming[:2]):
        seen = await proposing.seen(period.name, NOW, ZONE)
        typed = proposing.values(seen.terms) | {"target": "92.5", "place_group": str(3 + number)}
        typed["left_out"] = f"{agency}; =Không tiếp dân, {number}"
        wanted = await proposing.prepared(typed, seen)
        await proposing.commit(period.name, wanted, act(), ZONE, reason="Nghị quyết 12")


async def test_a_whole_city_moves_into_an_empty_one_byte_for_byte(
    database: None, tmp_path: Path
) -> None:
    before: dict[str, bytes] = {}
    with contextlib.suppress(_Emptied):
        async with in_transaction():
            await _fill(tmp_path)
            before |= {kind: await exports.of(kind) for kind in exports.TABLES}
            raise _Emptied
    assert (await exports.of("agencies")).count(b"\n") == 1
    for kind in IN_ORDER:
        assert before[kind].count(b"\n") > 1, kind
        summary, report = await taken(kind, before[kind], tmp_path)
        assert not summary.refusals, report
        assert await exports.of(kind) == before[kind], kind
    told = await AuditRow.all().count()
    for kind in IN_ORDER:
        summary, report = await taken(kind, before[kind], tmp_path)
        assert (summary.taken, summary.refusals) == (0, 0), (kind, report)
        assert await exports.of(kind) == before[kind], kind
    assert await AuditRow.all().count() == told


def test_every_register_has_its_page_its_file_and_its_way_back() -> None:
    assert set(IN_ORDER) | exports.ONLY_OUT == set(exports.TABLES)
    assert set(IN_ORDER) <= set(KINDS)
    assert set(words.KINDS) == set(words.PAGES) == set(exports.TABLES)
    opened = {path for method, path in access_table.ACCESS if method == "GET"}
    assert {f"/{{lang:lang}}/{page}" for page in words.PAGES.values()} <= opened
    for kind in set(exports.TABLES) - set(files.BROUGHT_BACK):
        assert kind in words.BACK, f"say why {kind} is not brought back here"


def test_of_a_key_nothing_comes_back() -> None:
    assert not exports.ONLY_OUT & set(KINDS)


PERIOD = ",".join(name for (name,) in KINDS["periods"].needed)
PROMISED = "service,agency,level,amount,unit,rule,cut_off,effective_on"
# A row of each register with one wrong cell: the line, the column and the word of the report.
WRONG: dict[str, tuple[str, str, str]] = {
    "calendar": ("calendar,timezone,day,kind,windows\ncity,Asia/Ho_Chi_Minh,2026-13-01,holiday,",
                 "day", "not_a_date"),
    "agencies": ("code,name_vi,kind,level,peer_group,calendar\nW9,,ward,commune,wards,city",
                 "name_vi", "missing"),
    "lineage": ("old_code,old_name,old_district,part,successors,new_code\n1,A,B,half,1,W1",
                "part", "not_allowed"),
    "services": ("code,name_vi,field,statutory_amount,statutory_unit\nX,Y,Z,abc,working_day",
                 "statutory_amount", "not_a_number"),
    "commitments": (PROMISED + "\nBIN,,,5,month,,25:00,2026-12-01", "cut_off", "not_a_time"),
    "questionnaire": ("version,effective_on,comment_vi,comment_en\ncore-2,31/31/2027,a,b",
                      "effective_on", "not_a_date"),
    "users": ("name,role,agency\nx1,king,", "role", "not_allowed"),
    "templates": ("name,agency,text_vi,text_en\nA,ZZ,Chào,Hello", "agency", "agency_unknown"),
    "webhooks": ("agency,url,kinds\nW1,https://10.0.0.1/,case.filed", "url", "not_public"),
    "periods": (PERIOD + "\n2026-Q1,90,95,5,10,20,50,100,30,5,4,2,15,15,3,30,2027-05-20",
                "period", "no_such_period"),
}  # fmt: skip


@pytest.mark.parametrize("kind", IN_ORDER)
async def test_a_fault_is_told_by_line_and_column(
    database: None, tmp_path: Path, kind: str
) -> None:
    await make.make_city()
    content, column, reason = WRONG[kind]
    head, row = content.split("\n")
    summary, report = await taken(kind, f"{head}\n\n{row}\n".encode(), tmp_path)
    assert summary.refusals == 1
    assert report.splitlines()[1].split(",")[:3] == ["3", column, reason]


async def test_a_period_that_has_begun_says_so_and_stays(database: None, tmp_path: Path) -> None:
    await make.make_city()
    period = proposing.coming(NOW, ZONE)[0]
    seen = await proposing.seen(period.name, NOW, ZONE)
    wanted = await proposing.prepared(proposing.values(seen.terms), seen)
    await proposing.commit(period.name, wanted, act(), ZONE, reason="Nghị quyết 12")
    before = await exports.of("periods")
    path, report = tmp_path / "periods.csv", tmp_path / "report.csv"
    path.write_bytes(before.replace(b",90,", b",91,", 1))
    late = make.act(at=period.starts_at)
    await imports.run(path, KINDS["periods"], late, mapping=Mapping(), keys=KEYS, report=report)
    assert (
        report.read_text(encoding="utf-8-sig").splitlines()[1].startswith("2,period,period_begun")
    )
    assert await exports.of("periods") == before
