"""Files into the database: registers and past cases, once or twice, whole or not at all."""

import csv
import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from feedback import dossier_results, history, rating_files
from feedback.actors import System
from feedback.models import CaseRow, ClosureRow
from sla import charter, dossier_files, ledger
from sla import history as past
from sla.acts import Act
from sla.models import AgencyRow, CalendarRow, FormerNameRow, PromiseEventRow, PromiseRow
from web.imports import mapping as mappings
from web.imports import run as imports
from web.imports.errors import FileRefused
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures" / "hcmc"
EDGE = ROOT / "tests" / "edge"
EXPECTED: dict[str, dict[str, Any]] = json.loads((EDGE / "expected.json").read_text())["files"]
REGISTERS = ("calendar", "agencies", "lineage", "services", "commitments")
BOSTON = ROOT / "fixtures" / "mappings" / "boston311.toml"

pytestmark = pytest.mark.usefixtures("owner_database")


def _act() -> Act:
    return Act(by=System("import"), at=datetime(2026, 10, 1, tzinfo=UTC))


async def _import(kind: str, path: Path, **options: Any) -> Summary:
    options.setdefault("mapping", Mapping())
    return await imports.run(path, KINDS[kind], _act(), **options)


def _outcome(summary: Summary) -> tuple[int, int, int]:
    return summary.taken, summary.unchanged, summary.refusals


async def _registers(tmp_path: Path) -> None:
    for kind in ("agencies", "lineage", "services"):
        path = FIXTURES / f"{kind}.csv"
        if kind == "agencies":
            path = _units_only(path, tmp_path)
        assert (await _import(kind, path)).refusals == 0


def _units_only(path: Path, tmp_path: Path) -> Path:
    """The city and its units, without its departments, as the edge files suppose."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    kept = tmp_path / "agencies.csv"
    with kept.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for row in rows if row[3] != "department")
    return kept


def _file(tmp_path: Path, *rows: str, name: str = "cases.csv") -> Path:
    path = tmp_path / name
    header = "case_id,agency_code,agency_name,service_code,opened_at,due_at,closed_at,note"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", REGISTERS)
async def test_a_register_taken_twice_changes_nothing(kind: str) -> None:
    for earlier in REGISTERS[: REGISTERS.index(kind)]:
        await _import(earlier, FIXTURES / f"{earlier}.csv")
    path = FIXTURES / f"{kind}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    assert _outcome(await _import(kind, path)) == (rows, 0, 0)
    assert _outcome(await _import(kind, path)) == (0, rows, 0)


async def test_the_registers_bind_an_agency_to_its_commitment() -> None:
    for kind in REGISTERS:
        await _import(kind, FIXTURES / f"{kind}.csv")
    known = await charter.current()
    binding = known.binding(
        known.agencies["26740"], known.services["1.000894"], at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert binding.commitment is not None
    assert binding.calendar is not None
    assert await FormerNameRow.filter(name="Phường Bến Nghé").count() == 1


async def test_a_calendar_that_says_something_else_is_a_new_version(tmp_path: Path) -> None:
    text = (FIXTURES / "calendar.csv").read_text(encoding="utf-8")
    await _import("calendar", FIXTURES / "calendar.csv")
    changed = tmp_path / "calendar.csv"
    changed.write_text(text + "hcmc,Asia/Ho_Chi_Minh,2026-12-24,local_closure,,Nghỉ,Closed,,,\n")
    await _import("calendar", changed)
    versions = await CalendarRow.filter(code="hcmc").order_by("version").values_list("version")
    assert versions == [(1,), (2,)]


async def test_an_agency_may_stand_before_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "agencies.csv"
    header = "code,name_vi,name_en,kind,level,peer_group,parent,calendar,opens_on,closes_on"
    rows = ("A,Phường A,,ward,commune,wards,B,hcmc,,", "B,Thành phố B,,city,city,city,,hcmc,,")
    wrong = ("C,C,,ward,commune,wards,nowhere,hcmc,,", "D,D,,ward,commune,wards,D,hcmc,,")
    path.write_text("\n".join((header, *rows, *wrong)), encoding="utf-8")
    summary = await _import("agencies", path)
    assert summary.taken == 2
    assert dict(summary.refused) == {"parent_unknown": 1, "parent_of_itself": 1}
    child = await AgencyRow.get(code="A").select_related("parent")
    assert child.parent is not None
    assert child.parent.code == "B"


@pytest.mark.parametrize("name", EXPECTED)
async def test_an_edge_file_stores_what_it_should_and_once(name: str, tmp_path: Path) -> None:
    await _registers(tmp_path)
    expected = EXPECTED[name]
    if expected["outcome"] == "file_refused":
        with pytest.raises(FileRefused):
            await _import("cases", EDGE / name)
    else:
        refused = len(expected["rejected"])
        first = await _import("cases", EDGE / name)
        assert _outcome(first) == (expected["accepted"], 0, refused)
        again = await _import("cases", EDGE / name)
        assert _outcome(again) == (0, expected["accepted"], refused)
        assert again.refused == first.refused
    assert await CaseRow.all().count() == expected["accepted"]
    assert await PromiseRow.all().count() == expected["accepted"]


async def test_a_past_case_is_a_promise_with_its_beginning_and_its_end(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", EDGE / "01_control.csv")
    case = await CaseRow.get(reference="HL-0002").select_related("promise")
    standing = await ledger.standing(case.promise.id)
    assert case.is_history
    assert (case.status, case.closed_at) == ("closed", datetime(2026, 1, 7, 1, 5, tzinfo=UTC))
    assert standing.due_at == case.promise.due_at == datetime(2026, 1, 6, 10, tzinfo=UTC)
    assert standing.ended_at == case.promise.ended_at == case.closed_at
    assert standing.state == case.promise.state
    assert await PromiseEventRow.filter(promise_id=case.promise.id).count() == 2


async def test_what_is_written_folds_to_what_the_promise_repeats(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", EDGE / "01_control.csv")
    for row in await PromiseRow.all().order_by("id"):
        standing = await ledger.standing(row.id)
        told = (standing.due_at, standing.ended_at, standing.state, standing.rounds)
        assert told == (row.due_at, row.ended_at, row.state, row.round)


async def test_a_case_without_a_due_time_was_promised_nothing(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", EDGE / "01_control.csv")
    promise = await PromiseRow.get(code="HL-0004")
    assert (promise.due_at, promise.extended_until) == (None, None)
    assert promise.ended_at is not None


async def test_nobody_is_invited_to_rate_history(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", EDGE / "01_control.csv")
    assert await ClosureRow.all().count() == 0


async def test_a_stored_case_is_not_overwritten_by_another_row(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", _file(tmp_path, "X-1,26740,,,2026-01-05,2026-01-12,,"))
    summary = await _import("cases", _file(tmp_path, "X-1,26740,,,2026-01-05,2026-01-13,,"))
    assert dict(summary.refused) == {"differs_from_stored": 1}
    assert (await PromiseRow.get(code="X-1")).due_at == datetime(
        2026, 1, 12, 16, 59, 59, tzinfo=UTC
    )


async def test_repeats_are_found_across_batches(tmp_path: Path) -> None:
    await _registers(tmp_path)
    rows = [f"Y-{n},26740,,,2026-01-05 08:00,,," for n in range(10_050)]
    repeats = ["Y-3,26740,,,2026-01-05 08:00,,,", "Y-4,26743,,,2026-01-05 08:00,,,"]
    path = _file(tmp_path, *rows, *repeats)
    report = tmp_path / "report.csv"
    first = await _import("cases", path, report=report)
    assert first.taken == 10_050
    assert dict(first.refused) == {"repeats_identical": 1, "repeats_different": 1}
    written = report.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written[1:]] == ["10052", "10053"]
    again = await _import("cases", path)
    assert (again.unchanged, again.refused) == (10_050, first.refused)


async def test_a_flaw_at_the_end_leaves_nothing_of_the_whole_file(tmp_path: Path) -> None:
    await _registers(tmp_path)
    rows = [f"Z-{n},26740,,,2026-01-05 08:00,,," for n in range(10_050)]
    path = _file(tmp_path, *rows, 'Z-last,26740,,,2026-01-05 08:00,,,"never closed')
    with pytest.raises(FileRefused) as refused:
        await _import("cases", path)
    assert (refused.value.reason, refused.value.line) == ("unclosed_quote", 10_052)
    assert await PromiseRow.all().count() == 0


async def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    await _registers(tmp_path)
    report = tmp_path / "report.csv"
    dry = await _import("cases", EDGE / "08_missing_agency.csv", dry_run=True, report=report)
    assert _outcome(dry) == (2, 0, 7)
    assert await CaseRow.all().count() == 0
    assert len(report.read_text(encoding="utf-8-sig").splitlines()) == 8
    assert _outcome(await _import("cases", EDGE / "08_missing_agency.csv")) == (2, 0, 7)


async def test_jsonl_and_gzip_hold_the_same_cases_as_csv(tmp_path: Path) -> None:
    await _registers(tmp_path)
    await _import("cases", EDGE / "01_control.csv")
    with (EDGE / "01_control.csv").open(encoding="utf-8", newline="") as file:
        lines = [json.dumps(row) for row in csv.DictReader(file)]
    for name in ("cases.jsonl.gz", "cases.csv.gz"):
        text = "\n".join(lines) if "jsonl" in name else (EDGE / "01_control.csv").read_text()
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()))
        assert _outcome(await _import("cases", path)) == (0, 6, 0)


FREEZE = "timestamp '2012-01-01' at time zone 'America/New_York'"
COUNTS = f"""
select a.code,
       count(*) as cases,
       count(p.due_at) as with_target,
       count(*) - count(p.due_at) as without_target,
       count(*) filter (where p.ended_at < {FREEZE}) as closed_at_freeze,
       count(*) filter (where p.ended_at >= {FREEZE} or p.ended_at is null) as open_at_freeze,
       count(*) filter (where p.ended_at < {FREEZE} and p.ended_at <= p.due_at) as on_time,
       count(*) filter (where p.ended_at < {FREEZE} and p.ended_at > p.due_at) as late_closed,
       count(*) filter (where (p.ended_at >= {FREEZE} or p.ended_at is null)
                          and p.due_at < {FREEZE}) as overdue_open,
       count(*) filter (where (p.ended_at >= {FREEZE} or p.ended_at is null)
                          and p.due_at >= {FREEZE}) as pending_not_due,
       count(*) filter (where p.due_at < {FREEZE}) as due_at_freeze,
       count(*) filter (where p.due_at < {FREEZE} and p.ended_at <= p.due_at) as met_of_due,
       count(*) filter (where p.due_at < {FREEZE} and (p.ended_at > p.due_at or p.ended_at is null))
           as missed_of_due
from promise p join agency a on a.id = p.agency_id
group by a.code
"""  # noqa: S608 -- constants of this file


AT = datetime(2026, 1, 1, tzinfo=UTC)
LOOKED_UP: dict[str, tuple[int, str, list[Any]]] = {
    "cases": (history.LOCK, history.STORED, ["case", ["a"]]),
    "dossiers to lock": (dossier_files.ONLY_ONE, dossier_files.LOCK, ["dossier", ["a"]]),
    "dossiers": (dossier_files.ONLY_ONE, dossier_files.STORED, ["dossier", ["a"]]),
    "dossiers to change": (
        dossier_files.ONLY_ONE,
        dossier_files.KEPT,
        ["dossier", ["a"], [1], [AT], [AT], [AT], [AT], [AT], ["running"], [AT], [1]],
    ),
    "closures": (dossier_files.ONLY_ONE, dossier_results.OPEN, [["a"], AT, AT]),
    "void closures": (dossier_files.ONLY_ONE, dossier_results.VOID, [[1], AT, [1]]),
    "ratings": (rating_files.LOCK, rating_files.FOUND, [["a"]]),
}
"""By what is looked up: under which lock, how, and for what."""
LEADING = {
    "uid_promise_kind_40ec92",
    "resident_case_promise_id_key",
    "uid_promise_eve_promise_befedc",
    "uid_closure_promise_da9217",
    "rating_closure_id_key",
}
"""Indexes that lead to the rows at once: what is asked for stands first in them."""


@pytest.mark.parametrize("what", LOOKED_UP)
async def test_what_is_stored_is_looked_up_by_its_index_whatever_a_vacuum_has_counted(
    what: str,
) -> None:
    lock, query, of = LOOKED_UP[what]
    async with in_transaction() as connection:
        async with connection.acquire_connection() as bare:
            await past.only_one(bare, lock)
        await connection.execute_query(
            "update pg_class set reltuples = 0, relpages = 1000 where oid = any($1::regclass[])",
            [["promise", "promise_event", "closure", "rating"]],
        )
        rows = await connection.execute_query_dict("explain " + query, of)
        await connection.rollback()
    plan = "\n".join(row["QUERY PLAN"] for row in rows)
    used = set(re.findall(r"Bitmap Index Scan on (\w+)", plan))
    assert used
    assert used <= LEADING
    assert "Seq Scan" not in plan


async def test_bostons_cases_give_the_published_counts(shared: Path) -> None:
    folder = shared / "data" / "boston311_2011_q3"
    mapping = mappings.load(BOSTON, names=KINDS["cases"].columns)
    summary = await _import("cases", folder / "cases.csv.gz", mapping=mapping)
    assert _outcome(summary) == (31_828, 0, 0)
    reference = json.loads((folder / "reference.json").read_text())["by_department"]
    rows = await get_connection("default").execute_query_dict(COUNTS)
    assert len(rows) == len(reference)
    for row in rows:
        told = reference[row.pop("code")]
        assert row == {name: told[name] for name in row}
    again = await _import("cases", folder / "cases.csv.gz", mapping=mapping)
    assert _outcome(again) == (0, 31_828, 0)


DANGLING = """
select (select count(*) from promise p
          where not exists (select from agency a where a.id = p.agency_id))
     + (select count(*) from promise p where p.service_id is not null
          and not exists (select from service s where s.id = p.service_id))
     + (select count(*) from promise_event e
          where not exists (select from promise p where p.id = e.promise_id))
     + (select count(*) from resident_case c
          where not exists (select from promise p where p.id = c.promise_id)) as found
"""
TRIGGERS = """
select tgname from pg_trigger where not tgisinternal and tgtype & 4 <> 0 and tgenabled <> 'A'
   and tgrelid in ('promise'::regclass, 'promise_event'::regclass, 'resident_case'::regclass)
"""


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_every_key_is_there_whether_or_not_each_was_looked_up(
    is_trusted: bool, tmp_path: Path
) -> None:
    await _registers(tmp_path)
    connection = get_connection("default")
    if not is_trusted:
        await connection.execute_script(
            "create role clerk bypassrls; grant all on all tables in schema public to clerk;"
            "grant all on all sequences in schema public to clerk; set local role clerk"
        )
    summary = await _import("cases", EDGE / "01_control.csv")
    assert summary.taken == 6
    [row] = await connection.execute_query_dict(DANGLING)
    assert row["found"] == 0
    [setting] = await connection.execute_query_dict("show session_replication_role")
    assert setting == {"session_replication_role": "origin"}


async def test_no_trigger_on_insert_could_be_left_out_by_an_import() -> None:
    assert await get_connection("default").execute_query_dict(TRIGGERS) == []
