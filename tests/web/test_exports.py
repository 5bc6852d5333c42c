"""Registers as files: exported, imported, exported again; equal bytes, and a trail of changes."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.actors import System
from feedback.deeds import Deed, Subject
from feedback.models import AccountRow, AuditRow, Role, SessionRow
from sla.acts import Act
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from web.formulas import quoted, unquoted
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary
from web.tables import exports, registering

FIXTURES = Path(__file__).parents[2] / "fixtures" / "hcmc"
REGISTERS = ("calendar", "agencies", "lineage", "services", "commitments")


async def _take(kind: str, content: bytes, tmp_path: Path) -> Summary:
    act = Act(by=System("import"), at=datetime(2026, 10, 1, tzinfo=UTC))
    path, report = tmp_path / f"{kind}.csv", tmp_path / "report.csv"
    path.write_bytes(content)
    watched = registering.watched(kind, act, reason=registering.named(path))
    summary = await imports.run(
        path, KINDS[kind], act, mapping=Mapping(), keys=KEYS, report=report, watched=watched
    )
    assert not summary.refusals, report.read_text(encoding="utf-8-sig")
    return summary


async def test_a_city_comes_back_as_it_went_byte_for_byte(database: None, tmp_path: Path) -> None:
    for kind in REGISTERS:
        await _take(kind, (FIXTURES / f"{kind}.csv").read_bytes(), tmp_path)
    told = await AuditRow.all().count()
    for kind in REGISTERS:
        first = await exports.of(kind)
        summary = await _take(kind, first, tmp_path)
        assert (summary.taken, summary.refusals) == (0, 0), kind
        assert summary.unchanged > 0
        assert await exports.of(kind) == first
    assert await AuditRow.all().count() == told  # what changed nothing leaves no trace


async def test_what_looks_like_a_formula_comes_back_as_it_went(
    database: None, tmp_path: Path
) -> None:
    await make.make_city()
    await make.make_agency("W3", '=HYPERLINK("x") "ba"', parent_id=None)
    await make.make_staff("lan")
    for kind in ("agencies", "services"):  # the maker writes no English words to search by
        await _take(kind, await exports.of(kind), tmp_path)
    files = {kind: await exports.of(kind) for kind in exports.TABLES if kind in KINDS}
    assert b"'=HYPERLINK" in files["agencies"]
    for kind, content in files.items():
        assert (await _take(kind, content, tmp_path)).taken == 0
        assert await exports.of(kind) == content
    assert (await AgencyRow.get(code="W3")).name_vi == '=HYPERLINK("x") "ba"'


async def test_a_file_leaves_what_it_changed_on_record(database: None, tmp_path: Path) -> None:
    await make.make_city()
    before = (await exports.of("agencies")).decode("utf-8-sig")
    await _take("agencies", before.replace("Phường Hai", "Phường Nhì").encode(), tmp_path)
    [row] = await AuditRow.filter(subject=Subject.AGENCY)
    assert (row.about, row.deed, row.by) == ("W2", Deed.CHANGED, "system:import")
    assert row.before
    assert row.after
    assert (row.before["name_vi"], row.after["name_vi"]) == ("Phường Hai", "Phường Nhì")
    [whole] = await AuditRow.filter(subject=Subject.IMPORT)
    assert whole.reason.startswith("agencies.csv (SHA-256 ")


async def test_accounts_travel_without_secrets(database: None, tmp_path: Path) -> None:
    await make.make_city()
    await make.make_staff("lan")
    content = (await exports.of("users")).decode("utf-8-sig")
    account = await AccountRow.get(name="lan")
    assert account.password_hash not in content
    [head, line] = csv.reader(io.StringIO(content))
    assert head == ["name", "display_name", "role", "agency", "email", "state"]
    assert line == ["lan", "Lan", "officer", "W1", "", "open"]


async def test_a_file_opens_moves_and_closes_accounts(database: None, tmp_path: Path) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    await SessionRow.create(
        token_hash=b"1", account_id=lan.account_id, opened_at=make.NOW, expires_at=make.NOW
    )
    head = "name,display_name,role,agency,email,state\n"
    rows = "lan,Lan,head,W2,lan@example.vn,open\nbinh,Bình,auditor,,,closed\n"
    await _take("users", (head + rows).encode(), tmp_path)
    moved = await AccountRow.get(name="lan").select_related("agency")
    assert (moved.role, moved.agency and moved.agency.code) == (Role.HEAD, "W2")
    assert (await SessionRow.get(account_id=lan.account_id)).ended_at is not None
    assert (await AccountRow.get(name="binh")).disabled_at is not None
    row = await AuditRow.filter(subject=Subject.ACCOUNT, about="lan").order_by("-id").first()
    assert row
    assert row.before
    assert row.after
    assert (row.before["agency"], row.after["agency"]) == ("W1", "W2")


@given(st.text(alphabet="'=+-@\t ＝a", max_size=6))
def test_a_quoted_cell_is_read_as_it_was_and_is_no_formula(cell: str) -> None:
    assert unquoted(quoted(cell)) == cell
    assert not quoted(cell).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))


@pytest.mark.parametrize("kind", sorted(set(exports.TABLES) - exports.ONLY_OUT))
async def test_columns_are_those_of_the_import(database: None, kind: str) -> None:
    assert (await exports.TABLES[kind]()).columns == KINDS[kind].columns
