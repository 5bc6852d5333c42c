"""Whatever belongs to another agency is answered as what is not there, on every address.

Made from the table of access: an address with a place in it for something of an agency's, and
which staff of an agency or its own system may use, is in `THINGS` or says in `CITYS` why not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tortoise.connection import get_connection

from feedback import casework, erasure
from feedback.codes import Keyring
from feedback.erasure import Register
from feedback.models import Role
from sla import dossiers
from sla.dossiers import Receipt
from sla.models import AgencyRow
from tests import make, owning, pages
from tests.make import NOW, act
from tests.web.test_pages_staff import get, sign_in
from web import reactions
from web.api import inbox as api_inbox
from web.guarding.access_table import ACCESS
from web.pages import case_actions
from web.settings import Settings

PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
OF_AGENCIES = {Role.OFFICER, Role.HEAD}
# Addresses whose places name nothing of an agency's: editions and periods are the whole city's.
CITYS = {
    "/{lang:lang}/objections/{edition}",
    "/{lang:lang}/my-plans/{period}",
}
# What belongs to W2, told apart from what there is not, by the beginning of the address.
THINGS = (
    "/{lang:lang}/inbox/{reference",
    "/{lang:lang}/dossiers/{code",
    "/{lang:lang}/corrections/{number",
    "/{lang:lang}/answer-templates/{number",
    "/{lang:lang}/my-plans/{period}/{measure",
    "/{lang:lang}/webhooks/{number",
    "/api/v1/inbox/{reference",
    "/api/v1/dossiers/{code}/",
)
# A code nobody knows yet may be told by any agency; whose it is, is looked at then.
TOLD = "/api/v1/dossiers/{code}"
BODY = {
    "agency": "W2",
    "cause": "none",
    "ended_on": "2026-10-05",
    "ended_time": "09:30",
    "name": "x",
    "officer": "lan",
    "of": "HL-261005-999999",
    "outcome": "solved",
    "procedure": "denunciation",
    "reason": "x",
    "seen": "1",
    "service": "CERT",
    "text": "x",
    "text_vi": "x",
    "until": "2026-10-20",
    "why": "visit",
    "words": "x",
}
ACTION = {
    "cause": "none",
    "of": "HL-261005-999999",
    "officer": "lan",
    "outcome": "solved",
    "reason": "x",
    "service": "CERT",
    "text": "x",
    "to": "W2",
    "until": "2026-10-20T09:00:00+07:00",
}
EVENT = {"id": "1", "type": "finished", "at": NOW.isoformat()}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, with places still to be filled."""

    method: str
    path: str
    is_by_key: bool

    def at(self, places: dict[str, str]) -> str:
        return PLACE.sub(lambda found: places[found[1]], self.path)


def asks(whom: str) -> Iterator[Ask]:
    """Every request of the table that a role, or `key`, may make about something of an agency."""
    for (method, path), allowed in ACCESS.items():
        is_named = bool(PLACE.sub("", path) != path.replace("{lang:lang}", ""))
        by_key = path.startswith("/api/")
        is_allowed = by_key if whom == "key" else Role(whom) in allowed.roles
        if not allowed.everybody and is_named and is_allowed and path not in CITYS:
            for action in actions(path):
                yield Ask(method, path.replace("{action}", action), whom == "key")


def actions(path: str) -> tuple[str, ...]:
    if "{action}" not in path:
        return ("",)
    return tuple(api_inbox.ACTIONS if path.startswith("/api/") else case_actions.ACTIONS)


def test_every_address_that_names_something_is_looked_at_here() -> None:
    for (_, path), allowed in ACCESS.items():
        is_ours = bool(OF_AGENCIES & allowed.roles) or path.startswith("/api/v1/dossiers/")
        named = PLACE.findall(path.replace("{lang:lang}", ""))
        if is_ours and named and not allowed.everybody:
            assert path.startswith(THINGS) or path in CITYS | {TOLD}, path


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


MADE = """
with case_of as (select c.id, c.reference, c.promise_id, p.agency_id
                 from resident_case c join promise p on p.id = c.promise_id),
picture as (
    insert into attachment (case_id, name, by, state, reason, sealed, size, width, height, at,
                            settled_at)
    select id, repeat('a', 32), 'x', 'ready', '', '', 1, 1, 1, now(), now()
    from case_of returning name),
asked as (
    insert into correction (promise_id, agency_id, round, told_at, ended_at, reason,
                            requested_by, requested_at, answer)
    select promise_id, agency_id, 1, now(), now(), 'x', 'x', now(), '' from case_of returning id),
words as (
    insert into answer_template (agency_id, name, text_vi, text_en, by, saved_at)
    select agency_id, 'x', 'x', 'x', 'x', now() from case_of returning id),
plan as (
    insert into plan_version (edition, agency_id, number, cause, goal, by, at)
    select '2026-Q3', agency_id, 1, 'x', 'x', 'x', now() from case_of returning id),
hook as (
    insert into webhook (agency_id, url, kinds, seed, created_at, failures, next_try_at)
    select agency_id, 'https://example.vn', 'case.filed', '', now(), 0, now() from case_of
    returning id),
measure as (
    insert into plan_measure (version_id, text, owner, due_on, promise_id)
    select plan.id, 'x', 'x', now()::date, promise_id from plan, case_of returning id)
select case_of.reference, picture.name, asked.id as number, words.id as template,
       measure.id as measure, hook.id as hook
from case_of, picture, asked, words, measure, hook
"""


async def belongings() -> dict[str, str]:
    """Something of W2 for every place of an address."""
    await make.make_case(agency="W2")
    async with owning.owner():
        [row] = await get_connection("default").execute_query_dict(MADE)
    agency = await AgencyRow.get(code="W2")
    await dossiers.receive(
        agency.id, Receipt("H29.1-261005-0002", "CERT", NOW, None, None, "counter"), act()
    )
    return {key: str(value) for key, value in row.items()} | {"code": "H29.1-261005-0002"}


NUMBERS = (("answer-templates", "template"), ("webhooks", "hook"))
NOTHING = {
    "reference": "HL-261005-999999",
    "name": "b" * 32,
    "number": "999999",
    "template": "999999",
    "measure": "999999",
    "hook": "999999",
    "code": "H29.1-261005-0009",
}


@pytest.mark.parametrize("whom", ["officer", "head", "key"])
async def test_what_is_another_agencys_and_what_is_not_are_answered_alike(
    browser: httpx.AsyncClient, app_keys: Keyring, whom: str
) -> None:
    theirs = await belongings()
    head = {}
    token = ""
    if whom == "key":
        secret = await make.make_key("W1", act(), app_keys)
        head = {"Authorization": f"Bearer {secret}"}
    else:
        await make.make_staff("lan", role=Role(whom))
        await sign_in(browser)
        form = (await get(browser, "/vi/account")).all("form")[0]
        token = next(
            i.get("value", "") for i in form.iter("input") if i.get("name") == "csrf_token"
        )
    asked = [ask for ask in asks(whom) if ask.path != TOLD]
    assert asked
    for ask in asked:
        told = [await _told(browser, ask, places, token, head) for places in (theirs, NOTHING)]
        assert told[0] == told[1], (ask, told)
        assert told[0][0] == 404, (ask, told)


async def _told(
    browser: httpx.AsyncClient, ask: Ask, places: dict[str, str], token: str, head: dict[str, str]
) -> tuple[int, str]:
    """The status and the words of an answer, blind to what was asked for."""
    named = {"lang": "vi", "period": "2026-Q3", "part": "original", **places}
    named["number"] = next((named[of] for part, of in NUMBERS if part in ask.path), named["number"])
    is_api = ask.path.startswith("/api/")
    sent: dict[str, object] = {}
    if ask.method == "POST" and not ask.path.endswith("/invitation"):
        api = {"json": EVENT if "dossiers" in ask.path else ACTION}
        sent = api if is_api else {"data": {**BODY, "csrf_token": token}}
    answer = await browser.request(ask.method, ask.at(named), headers=head, **sent)
    if answer.headers.get("content-type", "").startswith("text/html"):
        return answer.status_code, pages.read(answer.text).h1
    return answer.status_code, answer.text


AWAY = ("another's", "another's, closed", "handed on", "erased")


async def out_of_reach(kind: str, keys: Keyring, folder: Path) -> str:
    """The reference of a case that W1 may not, or not any more, do anything about."""
    if kind == "another's":
        return (await make.make_case(agency="W2")).reference
    if kind == "another's, closed":
        hoa = await make.make_staff("hoa", agency="W2")
        receipt = await make.make_answered_case(hoa, agency="W2")
        assert await casework.close_next(act(at=NOW + timedelta(days=60)))
        return receipt.reference
    receipt = await make.make_case(keys=keys)
    if kind == "handed on":
        officer = await make.make_staff("mai")
        await casework.transfer(receipt.reference, act(officer), to="W2", reason="Không thuộc")
    else:
        await erasure.erase(receipt.tracking_code, act(), keys, Register(folder / "erased.log"))
    return receipt.reference


@pytest.mark.parametrize("whom", ["officer", "head", "key"])
async def test_every_action_on_a_case_out_of_reach_is_answered_as_on_none(
    browser: httpx.AsyncClient, app_keys: Keyring, tmp_path: Path, whom: str
) -> None:
    """Each address of the table that names a case, with each action there is, by page and API."""
    away = {kind: await out_of_reach(kind, app_keys, tmp_path) for kind in AWAY}
    head, token = {}, ""
    if whom == "key":
        head = {"Authorization": f"Bearer {await make.make_key('W1', act(), app_keys)}"}
    else:
        await make.make_staff("lan", role=Role(whom))
        await sign_in(browser)
        token = (await get(browser, "/vi/account")).fields(0)["csrf_token"]
    before = await story()
    asked = [ask for ask in asks(whom) if "{reference" in ask.path]
    assert asked
    for ask in asked:
        none = await _told(browser, ask, NOTHING, token, head)
        assert none[0] == 404, ask
        for kind, reference in away.items():
            places = NOTHING | {"reference": reference}
            assert await _told(browser, ask, places, token, head) == none, (ask, kind)
    assert await story() == before


async def story() -> list[dict[str, object]]:
    """Everything that can be told of a case by what was done to it."""
    return await get_connection("default").execute_query_dict(
        "select c.id, c.status, c.officer_id, (select count(*) from timeline where case_id = c.id),"
        " (select count(*) from message where case_id = c.id) as messages, p.agency_id"
        " from resident_case c join promise p on p.id = c.promise_id order by c.id"
    )
