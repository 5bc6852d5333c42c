"""No file that staff or the public take along holds a cell which a spreadsheet would calculate.

Made from the table of access: every address that ends in `.csv`, and every register of it. What
may hold words of anybody is filled with formulas first; an edition's own files are looked at in
`test_board` and those of a refused import in `test_imports_reading`.
"""

import csv
import io
import json
import re
from datetime import timedelta

import httpx
from tortoise.connection import get_connection

from feedback.models import ClosureRow, Role, SpotCheckRow, SpotDrawingRow, SpotKind
from sla.models import AgencyRow
from tests import make, owning
from tests.make import act
from tests.ranking import rows
from tests.web.test_pages_staff import sign_in
from web.guarding.access_table import ACCESS
from web.tables import exports

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "hl-formula"
FORMULA = f"cmd|' /C calc'!A0 {MARK}"
# Where somebody may have written, by table; a number keeps apart what has to differ.
WRITTEN = {
    "account": ("display_name",),
    "agency": ("name_vi", "name_en"),
    "agency_key": ("label",),
    "answer_template": ("name", "text_vi", "text_en"),
    "audit": ("reason", "about", "by"),
    "commitment": ("text_vi", "text_en", "legal_act"),
    "former_name": ("name", "district"),
    "promise": ("code",),
    "questionnaire": ("reason",),
    "service": ("name_vi", "name_en", "field"),
}
# A number may begin with its sign.
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def addresses() -> list[str]:
    """Every address of a file, the registers by name."""
    found = [path for method, path in ACCESS if method == "GET" and path.endswith(".csv")]
    return sorted(
        path.replace("{lang:lang}", "vi").replace("{kind}", kind)
        for path in found
        for kind in (exports.TABLES if "{kind}" in path else ("",))
    )


async def ask(statement: str, *values: object) -> None:
    await get_connection("default").execute_query(statement, list(values))


async def _write_formulas(beginning: str) -> None:
    """Formulas wherever words of somebody's own may stand, whatever keeps them from changing."""
    async with owning.owner():
        await ask("set local session_replication_role = replica")
        for table, columns in WRITTEN.items():
            told = ", ".join(f"{name} = left($1::text || id || $2::text, 60)" for name in columns)
            if told:
                await ask(f"update {table} set {told}", beginning, FORMULA)  # noqa: S608 -- our own names
        facts = json.dumps({f"{beginning}{FORMULA}": f"{beginning}{FORMULA}"})
        await ask("update audit set before = null, after = $1::jsonb", facts)
        await ask("set local session_replication_role = origin")
        await ask("update charter_mark set token = gen_random_uuid()")


async def test_no_cell_of_any_file_is_a_formula(browser: httpx.AsyncClient) -> None:
    await make.make_staff("kim", role=Role.AUDITOR, agency=None)
    await make.make_key("W1", act())
    rating = await rows.make_rating(await AgencyRow.get(code="W1"), make.NOW, 5)
    await _draw(await ClosureRow.get(id=rating.closure_id))
    async with owning.owner():
        await ask(
            "insert into answer_template (agency_id, name, text_vi, text_en, by, saved_at)"
            " select id, 'x', 'x', 'x', 'x', now() from agency"
        )
        await ask(
            "insert into webhook (agency_id, url, kinds, seed, created_at, failures, next_try_at)"
            " select id, 'https://example.vn', 'case.filed', '', now(), 0, now() from agency"
        )
        await ask(
            "insert into former_name (code, name, district, name_key, district_key, is_whole,"
            " successors, agency_id) select 'x', 'x', 'x', 'x', 'x', true, 1, min(id) from agency"
        )
    await sign_in(browser, "kim")
    for beginning in BEGINNINGS:
        await _write_formulas(beginning)
        marked = {address for address in addresses() if await _is_marked(browser, address)}
        # What holds nobody's own words: days, codes, figures, addresses that begin with https.
        assert set(addresses()) - marked <= {
            f"/vi/admin/files/{kind}.csv"
            for kind in ("calendar", "periods", "questionnaire", "webhooks")
        }


async def _draw(closure: ClosureRow) -> None:
    drawing = await SpotDrawingRow.create(
        period="2026-Q3",
        kind=SpotKind.FILE,
        starts_at=make.NOW - timedelta(days=1),
        ends_at=make.NOW,
        of=1,
        taken=1,
        drawn_at=make.NOW,
    )
    await SpotCheckRow.create(
        drawing=drawing, closure=closure, agency_id=closure.agency_id, due_at=make.NOW
    )


async def _is_marked(browser: httpx.AsyncClient, address: str) -> bool:
    """Whether a file, in which no cell is a formula, holds what was written."""
    answer = await browser.get(address)
    assert answer.status_code == 200, address
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows, address
    for cell in (cell for row in rows for cell in row):
        is_safe = not cell.startswith(BEGINNINGS) or NUMBER.fullmatch(cell)
        assert is_safe, (address, cell)
    return any(MARK in cell for row in rows for cell in row)


def test_every_register_is_among_the_files() -> None:
    assert {f"/vi/admin/files/{kind}.csv" for kind in exports.TABLES} <= set(addresses())
    assert {"/vi/admin/audit.csv", "/vi/commitments.csv"} <= set(addresses())
