"""Nightly files about dossiers: in any order, once or twice, whole or not at all."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from feedback import invitations
from feedback.actors import System
from feedback.models import ClosureRow
from sla import charter, dossier_records, dossiers, grammar, ledger, openings, packs, plain_lives
from sla.acts import Act
from sla.dossier_records import NONE, Numbered, Words
from sla.dossiers import Receipt
from sla.models import PromiseEventRow, PromiseRow
from sla.promises import Finished, Paused, Resumed
from tests import make
from tests.conftest import KEYS
from web.imports import blocks, reader
from web.imports import mapping as mappings
from web.imports import run as imports
from web.imports.dossiers import COLUMNS
from web.imports.errors import FileRefused
from web.imports.kinds import KINDS
from web.imports.mapping import BadMapping, Mapping
from web.imports.report import Summary

HCMC = Path(__file__).parents[2] / "fixtures" / "mappings" / "hcmc_dossiers.toml"
AT = datetime(2026, 10, 20, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("owner_database", "any_code")


@pytest.fixture(name="any_code")
def _any_code(tmp_path: Path) -> Iterator[None]:
    """A pack that has the rules of Vietnam and no grammar of codes, which here are short."""
    rules = (Path(packs.__file__).parent / "packs" / "vn.toml").read_text("utf-8")
    path = tmp_path / "any.toml"
    path.write_text(rules.replace("[dossiers]\ncode =", "[dossiers]\nother ="), encoding="utf-8")
    packs.choose(str(path))
    yield
    packs.choose("vn")


async def test_codes_are_as_the_pack_says(tmp_path: Path) -> None:
    await make.make_city()
    packs.choose("vn")
    good = [_row("H29.26740-261005-0000975"), _row("H29.26740-261005-0975")]
    bad = [_row("D-1"), _event("e", "finished", "2026-10-06 09:00", "H29.26740-261305-0975")]
    assert await _refused(tmp_path, *good, *bad) == [
        ("4", "code", "bad_dossier_code", "D-1"),
        ("5", "code", "bad_dossier_code", "H29.26740-261305-0975"),
    ]
    assert await PromiseRow.all().count() == 2


async def test_for_whom_a_dossier_is_stays_with_it(tmp_path: Path):
    await make.make_city()
    told = [
        _row("D-1", applicant="business"),
        _row("D-2", applicant="person", finished_at="2026-10-06 09:00"),
        _row("D-3"),
        _row("D-4", applicant="firm"),
    ]
    found = await _import(_file(tmp_path, told))
    assert (found.taken, found.refusals) == (4, 1)
    stored = await PromiseRow.all().order_by("code").values_list("code", "applicant")
    assert stored == [("D-1", "business"), ("D-2", "person"), ("D-3", "")]
    again = await _import(_file(tmp_path, told[:3]))
    assert (again.taken, again.refusals) == (0, 0)


def _row(code: str = "D-1", **cells: str) -> dict[str, str]:
    """A dossier received on a Monday, or an event, by its cells."""
    usual = {"agency": "W1", "service": "CERT", "received_at": "2026-10-05 09:00"}
    return {"code": code, **({} if "event" in cells else usual), **cells}


def _event(event_id: str, event: str, at: str, code: str = "D-1", **cells: str) -> dict[str, str]:
    return _row(code, event_id=event_id, event=event, at=at, **cells)


LIFE = [
    _row(),
    _event("1", "paused", "2026-10-06 09:00", reason="thiếu giấy tờ"),
    _event("2", "resumed", "2026-10-08 09:00"),
    _event("3", "finished", "2026-10-13 10:00"),
]


def _file(tmp_path: Path, rows: Iterable[dict[str, str]], name: str = "dossiers.csv") -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


async def _import(path: Path, **options: Any) -> Summary:
    options.setdefault("mapping", Mapping())
    act = Act(by=System("import"), at=AT)
    return await imports.run(path, KINDS["dossiers"], act, keys=KEYS, **options)


async def _stored() -> list[tuple[object, ...]]:
    """Everything but the numbers of rows: promises, their events by time, their closures."""
    rows = await get_connection("default").execute_query_dict(
        """
        select p.code, a.code as agency, s.code as service, p.channel,
               p.started_at, p.due_at, p.extended_until, p.pause_lapses_at, p.due_soon_at,
               p.watch_at, p.state, p.ended_at, p.round, p.resident,
               (select array_agg(e.detail::text || coalesce(e.external_id, '') order by e.at,
                                 e.detail::text) from promise_event e where e.promise_id = p.id)
                   as events,
               (select array_agg(c.round || ' ' || c.closed_at || coalesce(c.void_at::text, '')
                                 order by c.round) from closure c where c.promise_id = p.id)
                   as closures
        from promise p join agency a on a.id = p.agency_id join service s on s.id = p.service_id
        order by p.code
        """
    )
    return [tuple(row.values()) for row in rows]


async def _refused(tmp_path: Path, *told: dict[str, str]) -> list[tuple[str, ...]]:
    """The report; of each refusal about an event, its number is there."""
    report = tmp_path / "report.csv"
    await _import(_file(tmp_path, told), report=report)
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    for line, *_, event_id in rows:
        assert event_id == told[int(line) - 2].get("event_id", "")
    return [row[:-1] for row in rows]


async def test_a_file_writes_what_the_api_would_have_written(tmp_path: Path) -> None:
    await make.make_city()
    await _import(_file(tmp_path, LIFE))
    told = await PromiseRow.get(code="D-1")
    receipt = Receipt("D-2", "CERT", told.started_at, None, None, "import")
    act = Act(by=System("import"), at=AT)
    await dossiers.receive(told.agency_id, receipt, act)
    at = [datetime(2026, 10, *when, tzinfo=UTC) for when in ((6, 2), (8, 2), (13, 3))]
    events = [Paused(at[0], "thiếu giấy tờ"), Resumed(at[1]), Finished(at[2])]
    for number, event in enumerate(events):
        await dossiers.report(told.agency_id, "D-2", event, act, event_id=str(number))
    await invitations.ask_about_finished(act)
    same = await PromiseRow.get(code="D-2")
    for field in (*ledger.KEPT, "commitment_id", "calendar_id", "service_id", "channel"):
        assert getattr(told, field) == getattr(same, field), field
    closures = await ClosureRow.all().order_by("promise_id").values("round", "closed_at", "void_at")
    assert closures[0] == closures[1]


async def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    await make.make_city()
    path = _file(tmp_path, [*LIFE, _row("D-9", finished_at="2026-10-07")])
    first = await _import(path)
    before = await _stored()
    again = await _import(path)
    assert (first.taken, first.refusals) == (6, 0)
    assert (again.taken, again.unchanged, again.refusals) == (0, 6, 0)
    assert await _stored() == before


async def test_a_later_file_may_bring_what_happened_earlier(tmp_path: Path) -> None:
    await make.make_city()
    async with in_transaction() as undone:
        await _import(_file(tmp_path, LIFE))
        whole = await _stored()
        await undone.rollback()
    async with in_transaction():
        await _import(_file(tmp_path, [LIFE[0], LIFE[3]]))
        summary = await _import(_file(tmp_path, LIFE))
        assert (summary.taken, summary.unchanged) == (2, 2)
        row = await PromiseRow.get(code="D-1")
        standing = await ledger.standing(row.id)
        assert (row.due_at, row.ended_at) == (standing.due_at, standing.ended_at)
    assert await _stored() == whole


BAD: list[tuple[str, Sequence[dict[str, str]], tuple[str, ...]]] = [
    (
        "an event before receipt",
        [_row(), _event("e", "finished", "2026-10-01 09:00")],
        ("3", "event", "before_receipt", "e"),
    ),
    (
        "a resumption without a pause",
        [_row(), _event("e", "resumed", "2026-10-06 09:00")],
        ("3", "event", "not_paused", "e"),
    ),
    (
        "finished twice",
        [
            _row(),
            _event("f", "finished", "2026-10-07 09:00"),
            _event("e", "finished", "2026-10-06 09:00"),
        ],
        ("3", "event", "already_ended", "f"),
    ),
    (
        "reopened while it runs",
        [_row(), _event("e", "reopened", "2026-10-06 09:00")],
        ("3", "event", "not_ended", "e"),
    ),
    (
        "paused while paused",
        [
            _row(),
            _event("p", "paused", "2026-10-06 09:00", reason="x"),
            _event("e", "paused", "2026-10-07 09:00", reason="x"),
        ],
        ("4", "event", "already_paused", "e"),
    ),
    (
        "an unknown event",
        [_row(), _event("e", "lost", "2026-10-06 09:00")],
        ("3", "event", "unknown_event", "lost"),
    ),
    (
        "a pause without a reason",
        [_row(), _event("e", "paused", "2026-10-06 09:00")],
        ("3", "reason", "missing", ""),
    ),
    (
        "an extension to no day",
        [_row(), _event("e", "extended", "2026-10-06 09:00", reason="x")],
        ("3", "until", "missing", ""),
    ),
    (
        "an event in the future",
        [_row(), _event("e", "finished", "2026-10-21 09:00")],
        ("3", "at", "in_the_future", "2026-10-21 09:00"),
    ),
    (
        "a receipt in the future",
        [_row(received_at="2026-10-21")],
        ("2", "received_at", "in_the_future", "2026-10-21"),
    ),
    (
        "promised before it was received",
        [_row(promised_at="2026-10-01")],
        ("2", "promised_at", "before_receipt", "2026-10-01"),
    ),
    (
        "finished before it was received",
        [_row(finished_at="2026-10-01")],
        ("2", "finished_at", "before_receipt", "2026-10-01"),
    ),
    (
        "an unknown service",
        [_row(service="NONE")],
        ("2", "service", "service_unknown", "NONE"),
    ),
    ("an unknown agency", [_row(agency="W9")], ("2", "agency", "agency_unknown", "W9")),
    ("no agency", [_row(agency="")], ("2", "agency", "agency_missing", "")),
    ("a code with a blank", [_row("D 1")], ("2", "code", "bad_dossier_code", "D 1")),
    (
        "an event of no dossier",
        [_event("e", "finished", "2026-10-06 09:00", code="D-7")],
        ("2", "code", "no_such_dossier", "e"),
    ),
    (
        "an event told by a stranger",
        [_row(), _event("e", "finished", "2026-10-06 09:00", agency="W2")],
        ("3", "agency", "foreign_agency", "e"),
    ),
    (
        "a transfer to nobody",
        [_row(), _event("e", "transferred", "2026-10-06 09:00")],
        ("3", "to", "agency_missing", ""),
    ),
    (
        "a transfer to a closed agency",
        [_row(), _event("e", "transferred", "2026-10-06 09:00", to="OLD")],
        ("3", "to", "agency_closed", "OLD"),
    ),
    (
        "an event without its number",
        [_row(), _event("", "finished", "2026-10-06 09:00")],
        ("3", "event_id", "missing", ""),
    ),
    (
        "one number for two events",
        [
            _row(),
            _event("e", "finished", "2026-10-07 09:00"),
            _event("e", "paused", "2026-10-06 09:00", reason="x"),
        ],
        ("3", "event_id", "repeats_different", "e"),
    ),
    (
        "one code for two dossiers",
        [_row(received_at="2026-10-06 09:00"), _row()],
        ("2", "code", "repeats_different", ""),
    ),
    (
        "a word for a time",
        [_row(received_at="hôm qua")],
        ("2", "received_at", "not_a_date", "hôm qua"),
    ),
]


@pytest.mark.parametrize(("rows", "refusal"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
async def test_what_makes_no_sense_is_refused_by_name_and_the_rest_goes_on(
    rows: Sequence[dict[str, str]], refusal: tuple[str, ...], tmp_path: Path
) -> None:
    await make.make_city()
    await make.make_agency("OLD", "Phường Cũ", closes_on=date(2026, 7, 1))
    good = _row("Z-1")
    assert await _refused(tmp_path, *rows, good) == [refusal]
    assert await PromiseRow.exists(code="Z-1")
    before = await _stored()
    assert await _refused(tmp_path, *rows, good) == [refusal]
    assert await _stored() == before


async def test_a_dossier_told_otherwise_than_stored_is_refused(tmp_path: Path) -> None:
    await make.make_city()
    await _import(_file(tmp_path, LIFE))
    other = _row(received_at="2026-10-05 10:00")
    assert await _refused(tmp_path, other) == [("2", "code", "differs_from_stored", "")]
    moved = _event("3", "finished", "2026-10-14 10:00")
    assert await _refused(tmp_path, moved) == [("2", "event_id", "differs_from_stored", "3")]


async def test_a_promised_date_is_taken_and_without_one_the_commitment_counts(
    tmp_path: Path,
) -> None:
    await make.make_city()
    await make.make_commitment(
        service=await make.make_service("FAST", "Cấp nhanh"), amount=1, unit="working_day"
    )
    rows = [
        _row("P-1", promised_at="2026-10-09 11:00"),
        _row("P-2", service="FAST"),
        _row("P-3"),
    ]
    await _import(_file(tmp_path, rows))
    dues = {row.code: row.due_at for row in await PromiseRow.all()}
    assert dues["P-1"] == datetime(2026, 10, 9, 4, tzinfo=UTC)
    assert dues["P-2"] == datetime(2026, 10, 6, 10, tzinfo=UTC)
    assert dues["P-3"] is None  # what is promised of feedback in general binds no dossier


async def test_a_finished_dossier_asks_its_resident_and_a_reopened_one_no_more(
    tmp_path: Path,
) -> None:
    await make.make_city()
    await _import(_file(tmp_path, LIFE))
    closure = await ClosureRow.get()
    assert (closure.closed_at, closure.invited_at, closure.void_at) == (AT, None, None)
    again = [
        _event("4", "reopened", "2026-10-14 09:00", reason="sai tên"),
        _event("5", "finished", "2026-10-15 09:00"),
    ]
    await _import(_file(tmp_path, again))
    rows = await ClosureRow.all().order_by("round").values_list("round", "void_at")
    assert rows == [(1, AT), (2, None)]


async def test_nobody_is_asked_about_history(tmp_path: Path) -> None:
    await make.make_city()
    await _import(_file(tmp_path, LIFE), is_history=True)
    assert await PromiseRow.all().count() == 1
    assert await ClosureRow.all().count() == 0


async def test_who_holds_a_transferred_dossier_reports_on_it(tmp_path: Path) -> None:
    await make.make_city()
    rows = [
        _event("e", "finished", "2026-10-07 09:00", agency="W2"),
        _event("t", "transferred", "2026-10-06 09:00", to="W2", agency="W1"),
        _row(),
    ]
    assert await _refused(tmp_path, *rows) == []
    row = await PromiseRow.get(code="D-1").select_related("agency")
    assert (row.agency.code, row.state) == ("W2", "finished")


async def test_the_mapping_of_the_city_reads_its_columns_and_its_codes(tmp_path: Path) -> None:
    await make.make_city()
    mapping = mappings.load(HCMC, names=COLUMNS)
    there = mapping.columns
    path = tmp_path / "dossiers.csv"
    codes = ("H29.26740-261005-0001", "H29.26740-261305-0001", "H29.26740-261005-1", "D-1")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(there.values()))
        writer.writeheader()
        writer.writerows({there[k]: v for k, v in _row(code).items()} for code in codes)
    summary = await _import(path, mapping=mapping)
    assert (summary.taken, dict(summary.refused)) == (1, {"bad_dossier_code": 3})


@pytest.mark.parametrize("form", ["{place}-{yymmdd}", "{agency}-{agency}"])
async def test_a_grammar_of_unknown_words_is_no_mapping(form: str, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(f'[options]\ncode_pattern = "{form}"\n', encoding="utf-8")
    with pytest.raises(BadMapping, match="code_pattern"):
        mappings.load(path, names=COLUMNS)
    assert grammar.fits("A.1/261005", grammar.pattern("{agency}/{yymmdd}"))


async def test_a_flaw_at_the_end_leaves_nothing(tmp_path: Path) -> None:
    await make.make_city()
    path = _file(tmp_path, LIFE)
    with path.open("a", encoding="utf-8") as file:
        file.write('D-2,"never closed')
    with pytest.raises(FileRefused):
        await _import(path)
    assert await PromiseRow.all().count() == 0
    path = _file(tmp_path, LIFE)
    assert (await _import(path)).taken == 4


async def test_more_events_than_any_life_has_are_refused(tmp_path: Path) -> None:
    await make.make_city()
    rows = [_event(str(n), "withdrawn", "2026-10-06 09:00") for n in range(520)]
    summary = await _import(_file(tmp_path, [*rows, _row()]))
    assert summary.taken == 2
    assert summary.refused == {"too_many_events": 21, "already_ended": 498}


_CODES = st.sampled_from(("D-1", "D-2"))
_HOURS = st.integers(0, 60).map(lambda n: f"2026-10-{5 + n // 8:02} {9 + n % 8:02}:00")
_EVENTS = st.builds(
    _event,
    st.sampled_from("abcdef"),
    st.sampled_from(("paused", "resumed", "finished", "reopened", "withdrawn", "transferred")),
    _HOURS,
    code=_CODES,
    reason=st.just("x"),
    to=st.sampled_from(("W1", "W2")),
    agency=st.sampled_from(("", "W1", "W2")),
)
_RECEIPTS = st.builds(_row, _CODES, received_at=_HOURS, agency=st.sampled_from(("W1", "W2")))


@given(st.lists(_EVENTS | _RECEIPTS, min_size=1, max_size=14), st.randoms(use_true_random=False))
@settings(max_examples=25)
async def test_the_order_of_rows_changes_nothing(
    tmp_path: Path, rows: list[dict[str, str]], random: Any
) -> None:
    outcomes = []
    for _ in range(2):
        async with in_transaction() as undone:
            await make.make_city()
            summary = await _import(_file(tmp_path, rows))
            stored = await _stored()
            for row in await PromiseRow.all():
                standing = await ledger.standing(row.id)
                assert (row.due_at, row.state) == (standing.due_at, standing.state.value)
                assert standing.set_aside == ()
            assert (await _import(_file(tmp_path, rows))).taken == 0
            outcomes.append((summary.taken, summary.refused, stored))
            await undone.rollback()
        random.shuffle(rows)
    assert outcomes[0] == outcomes[1]


async def test_stored_events_carry_the_numbers_they_came_with(tmp_path: Path) -> None:
    await make.make_city()
    await _import(_file(tmp_path, reversed(LIFE)))
    rows = await PromiseEventRow.all().order_by("seq").values_list("seq", "kind", "external_id")
    assert rows == [
        (1, "started", None),
        (2, "paused", "1"),
        (3, "resumed", "2"),
        (4, "finished", "3"),
    ]


async def _bytes(path: Path, *, whole_blocks: bool, plain_lives_apart: bool) -> list[Any]:
    """All that an import writes, the numbers of promises from its first on, and its report."""
    report = path.with_suffix(".report")
    query = get_connection("default").execute_query_dict
    [first] = await query("select nextval(pg_get_serial_sequence('promise', 'id')) as id")
    with pytest.MonkeyPatch.context() as patch:
        if not whole_blocks:
            patch.setattr(blocks, "read", reader.read)
        if not plain_lives_apart:
            # Some rows are records then, some are not: no new words have numbers.
            patch.setattr(Numbered, "number", lambda self, word: self.numbers.get(word, NONE))
            patch.setattr(plain_lives, "folder", lambda *_: lambda _, firsts: [None] * len(firsts))
        found = [await _import(path, report=report), report.read_bytes()]
    for table, number in WRITTEN.items():
        rows = await query(
            f"select t.{number} - {first['id']} as promise, (to_jsonb(t) - 'id' - 'promise_id')"  # noqa: S608 -- names of ours
            f" as told from {table} t order by t.{number}, to_jsonb(t) ->> 'seq'"
        )
        found.append(rows)
    return found


WRITTEN = {"promise": "id", "promise_event": "promise_id", "closure": "promise_id"}


async def _promise_some() -> None:
    """Services with a promise in days, in hours, of a ward alone, and with a cut-off."""
    for code, how in PROMISED.items():
        await make.make_commitment(service=await make.make_service(code, code), **how)


PROMISED: dict[str, dict[str, Any]] = {
    "DAYS": {"amount": 3, "unit": "working_day", "rule": "civil"},
    "MONTH": {"amount": 1, "unit": "month", "rule": "civil"},
    "HOURS": {"amount": 12, "unit": "working_hour", "rule": "elapsed"},
    "NOON": {"amount": 2, "unit": "working_day", "rule": "elapsed", "cut_off": "10:00"},
    "NOW": {"amount": 0, "unit": "immediate", "rule": "civil"},
}
_MINUTES = st.integers(0, 20_000).map(
    lambda n: (datetime(2026, 9, 25, 6, tzinfo=UTC) + timedelta(minutes=n)).strftime(
        "%Y-%m-%d %H:%M"
    )
)


@st.composite
def _dossier_rows(draw: st.DrawFn, code: str) -> list[dict[str, str]]:
    """Mostly a plain life; sometimes one of its rows is another than it should be."""
    agency = draw(st.sampled_from(("W1", "W2")))
    times = sorted(draw(st.lists(_MINUTES, min_size=5, max_size=5)))
    promised = draw(st.sampled_from(("", "", "2026-10-02", "2026-10-06 16:00", times[3])))
    service = draw(st.sampled_from(("CERT", *PROMISED)))
    receipt = _row(
        code,
        agency=agency,
        service=service,
        received_at=times[0],
        promised_at=promised,
        resident=draw(st.sampled_from(("", "079\\1", "Nguyễn Văn A"))),
        finished_at=times[4] if draw(st.integers(0, 5)) == 0 else "",
    )
    kinds = draw(
        st.sampled_from(
            (
                ("paused", "resumed", "finished"),
                ("transferred", "transferred", "finished"),
                ("paused", "finished"),
                ("paused", "transferred", "resumed", "refused"),
                ("finished",),
                ("withdrawn",),
                ("transferred",),
                ("paused", "resumed"),
                ("paused",),
                ("finished", "reopened", "finished"),
                ("paused", "resumed", "paused", "resumed"),
                ("extended", "finished"),
                ("resumed",),
                (),
            )
        )
    )
    events = [
        _event(
            draw(st.sampled_from((f"{code}-{n}", f"{code}-{n}", f"{code}-{n}", "same"))),
            kind,
            draw(st.sampled_from((at, at, at, times[0]))),
            code,
            reason=draw(st.sampled_from(("thiếu giấy tờ", 'a "b" \\ c'))),
            to=draw(st.sampled_from(("W1", "W2"))),
            until="2026-10-19",
            agency=draw(st.sampled_from(("", "", agency, "W2"))),
        )
        for n, (kind, at) in enumerate(zip(kinds, times[1:], strict=False))
    ]
    rows = [receipt, *events]
    rows += draw(st.lists(st.sampled_from(rows), max_size=1))
    return rows


_FILES = st.lists(st.integers(1, 12), min_size=1, max_size=8).flatmap(
    lambda numbers: st.tuples(*[_dossier_rows(f"D-{n}") for n in numbers])
)


@given(_FILES, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
async def test_the_short_way_writes_the_same_bytes_as_the_long_way(
    tmp_path: Path,
    told: tuple[list[dict[str, str]], ...],
    random: Any,
) -> None:
    rows = [row for each in told for row in each]
    random.shuffle(rows)
    path = _file(tmp_path, rows)
    outcomes = []
    async with in_transaction() as city:
        await make.make_city()
        await _promise_some()
        for fast, short in ((True, True), (True, False), (False, False)):
            async with in_transaction() as undone:
                outcomes.append(await _bytes(path, whole_blocks=fast, plain_lives_apart=short))
                await undone.rollback()
        await city.rollback()
    assert outcomes[0] == outcomes[1] == outcomes[2]


async def test_plain_lives_take_the_short_way() -> None:
    await make.make_city()
    await _promise_some()
    known = await charter.current()
    words = Words(Numbered.of([*known.agencies]), Numbered.of([*known.services]))
    words.channels.number("import")
    fold = plain_lives.folder(known, words)
    rests = [words.rests.number(rest) for rest in ((',"reason":"x"', ""), (',"to":"W2"', "W2"))]

    def record(kind: str, day: int, rest: int = 0) -> tuple[Any, ...]:
        at = openings.micros(datetime(2026, 10, day, 2, tzinfo=UTC))
        service = words.services.numbers["DAYS"]
        number = dossier_records.KINDS.index(kind)
        teller = dossier_records.NONE if kind else words.agencies.numbers["W1"]
        never, who, name = dossier_records.NEVER, b"x" * 32, b"" if not kind else str(day).encode()
        return b"D-1", number, at, day, teller, service, never, who, 0, name, rest

    receipt = record("", 5)
    events = [
        record("paused", 6, rests[0]),
        record("resumed", 7),
        record("transferred", 8, rests[1]),
        record("finished", 9),
    ]

    def is_plain(*told: tuple[Any, ...]) -> bool:
        records = np.array(list(told), dtype=dossier_records.RECORD)
        return fold(*dossier_records.in_order(records)) != [None]

    for count in range(5):
        # A pause that lasts ends by itself, which the long way knows.
        assert is_plain(receipt, *events[:count]) is (count != 1)
    assert not is_plain(*events)
    assert not is_plain(receipt, receipt)
