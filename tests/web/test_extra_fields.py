"""What a form does not ask for changes nothing, whatever it is called: every form of staff.

Each is sent as it stands, filled in, with a field more for every column of every table; nothing
of those may come to lie anywhere.
"""

from typing import Any

import httpx
import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from feedback import casework
from feedback.models import Role
from tests import make, owning, pages
from tests.conftest import KEYS
from tests.make import act
from tests.web.test_pages_staff import sign_in
from web.guarding.access_table import ACCESS
from web.pages.case_actions import ACTIONS

PREFIX = "/{lang:lang}/"
POISON = {
    "text": "hl-poison",
    "character varying": "hl-poison",
    "jsonb": '{"hl-poison": 1}',
    "bytea": "hl-poison",
    "boolean": "true",
    "date": "2098-07-06",
    "timestamp with time zone": "2098-07-06T01:02:03+00:00",
}
NUMBER = "987654321"
TRACE = "hl-poison|2098-07-06|987654321"
# A word for what a form asks for and does not suggest.
FILLED = {"text": "Một lý do đầy đủ để ghi lại.", "password": make.PASSWORD, "email": "a@b.vn"}
# A form that leaves: the next would be asked to sign in.
APART = ("/vi/sign-out", "/vi/account/sessions")


async def _columns() -> dict[str, str]:
    rows = await get_connection("default").execute_query_dict(
        "select distinct on (column_name) column_name, data_type from information_schema.columns"
        " where table_schema in ('public', 'identity') order by column_name, data_type"
    )
    return {row["column_name"]: POISON.get(row["data_type"], NUMBER) for row in rows}


async def _traces() -> list[str]:
    """The tables in which something of what was not asked for lies."""
    tables = await get_connection("default").execute_query_dict(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables"
        " where schemaname in ('public', 'identity') and tablename !~ '^case_words_'"
    )
    asked = " union all ".join(
        f"select '{row['name']}' as name from {row['name']} t where t::text ~ $1"  # noqa: S608 -- names of our own tables
        for row in tables
    )
    async with owning.owner():  # who sees every row
        found = await get_connection("default").execute_query_dict(asked, [TRACE])
    return sorted({row["name"] for row in found})


def _filled(fields: dict[str, str], form: Any) -> dict[str, str]:
    kinds = {field.get("name", ""): field.get("type", "text") for field in form.iter("input")}
    kinds |= {field.get("name", ""): "text" for field in form.iter("textarea")}
    empty = {name for name in (*fields, *kinds) if name and not fields.get(name)}
    return fields | {name: FILLED.get(kinds.get(name, ""), "") for name in empty}


async def _tried(
    browser: httpx.AsyncClient, path: str, sent: dict[str, str]
) -> tuple[int, list[str]]:
    """The status of the answer, and what was found; then all is as it was."""
    async with in_transaction() as tried:
        answer = await browser.post(path, data=sent)
        found = answer.status_code, await _traces()
        await tried.rollback()
    return found


async def _paths(role: Role) -> list[str]:
    """The pages of a role, each with something to be about."""
    lan = await make.make_staff("o-lan")
    receipt = await make.make_case(subject="Rác")
    await casework.assign(receipt.reference, act(lan), officer="o-lan")
    done = await make.make_answered_case(lan, subject="Đèn")
    if role in {Role.OFFICER, Role.HEAD}:
        mine = await make.make_staff("chi", role=role)
        await casework.assign(receipt.reference, act(lan), officer="chi")
        await casework.ask(receipt.reference, "Ở đâu?", act(mine), KEYS)
        await casework.assign((await make.make_case()).reference, act(lan), officer="chi")
    else:
        await make.make_staff("chi", role=role, agency=None)
    names = {
        "{name}": "o-lan", "{code}": "W1", "{code:path}": "BIN", "{number}": "new",
        "{reference:path}": receipt.reference, "{reference}": receipt.reference,
    }  # fmt: skip
    found = []
    for (method, path), whom in ACCESS.items():
        if method != "GET" or role not in whom.roles or not path.startswith(PREFIX):
            continue
        named = path
        for place, name in names.items():
            named = named.replace(place, name)
        found += [named.replace("{action}", action) for action in ACTIONS]
    found += [f"{PREFIX}inbox/{done.reference}/{action}" for action in ACTIONS]
    return sorted({path.replace("{lang:lang}", "vi") for path in found if "{" not in path[8:]})


@pytest.mark.parametrize("role", list(Role))
async def test_fields_that_no_form_asks_for_lie_nowhere(
    browser: httpx.AsyncClient, role: Role
) -> None:
    paths = await _paths(role)
    await sign_in(browser, "chi")
    extra = await _columns()
    assert await _traces() == []
    tried, left = 0, {}
    for path in paths:
        answer = await browser.get(path)
        if answer.status_code != 200 or not answer.text.startswith("<!doctype"):
            continue
        page = pages.read(answer.text)
        for number, form in enumerate(page.all("form")):
            to = form.get("action") or path
            if form.get("method") != "post" or to in APART:
                continue
            asked = _filled(page.fields(number), form)
            status, traces = await _tried(browser, to, {**extra, **asked})
            tried += 1
            assert status < 500, (path, to, status)
            if traces:
                left[path, to] = traces
    assert tried
    assert not left
