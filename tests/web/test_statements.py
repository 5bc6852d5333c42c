"""No page of staff asks its database more often for thirty of something than for two."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from tortoise.connection import get_connection

from feedback import casework
from feedback.actors import Staff
from feedback.models import Role
from feedback.office import saved_lists
from feedback.office.inbox_views import View
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act
from tests.web.test_pages_staff import sign_in
from web.guarding.access_table import ACCESS

PREFIX = "/{lang:lang}/"
# Pages without a name in their address, and for each role the more.
PAGES = tuple(
    (role, path.removeprefix(PREFIX))
    for (method, path), whom in ACCESS.items()
    if method == "GET" and not whom.everybody and not whom.halfway
    for role in Role
    if role in whom.roles and path.startswith(PREFIX) and "{" not in path.removeprefix(PREFIX)
)
LISTS = (
    *(f"inbox?view={view}" for view in View),
    "inbox?view=all&q=rac",
    "inbox?view=all&sort=due&officer=-",
)
# They ask for more: a moment, an address that is not a page.
APART = {"inbox-news", "opinions"}
FEW, MANY = 2, 30
NAMES = {role: "lan" if role is Role.OFFICER else f"nv-{role}" for role in Role}


@contextmanager
def listening() -> Iterator[Counter[str]]:
    """The statements that are asked meanwhile."""
    kind = type(get_connection("default"))
    asked: Counter[str] = Counter()
    names = ("execute_query", "execute_query_dict", "execute_insert")
    kept = {name: getattr(kind, name) for name in names}

    def counting(name: str) -> object:
        async def run(self: object, query: str, *more: object, **named: object) -> object:
            asked[query] += 1
            return await kept[name](self, query, *more, **named)

        return run

    for name in names:
        setattr(kind, name, counting(name))
    try:
        yield asked
    finally:
        for name in names:
            setattr(kind, name, kept[name])


async def _furnish(lan: Staff, numbers: range) -> None:
    """Of everything that lists show, one for each number."""
    for number in numbers:
        at = NOW - timedelta(minutes=5 * number)
        await make.make_case(subject=f"Rác {number}", at=at, device=f"{number}")
        asked = await make.make_case(subject=f"Rác hỏi {number}", at=at, device=f"a{number}")
        await casework.assign(asked.reference, act(lan), officer="lan")
        await casework.ask(asked.reference, "Ở đâu?", act(lan), KEYS)
        again = await make.make_answered_case(lan, at=at, subject=f"Rác lại {number}")
        await casework.reopen(again.tracking_code, "Chưa", act(at=NOW + timedelta(hours=2)), KEYS)
        done = await make.make_answered_case(lan, at=at, subject=f"Rác xong {number}")
        await make.make_rating(done, comment="Tốt")
        await make.make_agency(f"X{number}", f"Phường {number}")
        service = await make.make_service(f"S{number}", f"Việc {number}")
        await make.make_commitment(service_id=service.id)
        await make.make_staff(f"nv{number}")
        if number < 10:
            await saved_lists.keep(f"L{number}", f"q=rac+{number}", act(lan))


async def _asked(browser: httpx.AsyncClient, paths: list[str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for path in paths:
        await browser.get(f"/vi/{path}")  # what is only asked once in a while
        with listening() as asked:
            answer = await browser.get(f"/vi/{path}", follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        found[path] = asked
    return found


def _same(few: dict[str, Counter[str]], many: dict[str, Counter[str]]) -> None:
    more = {
        path: dict(asked - few[path])
        for path, asked in many.items()
        if asked.total() > few[path].total()
    }
    assert not more


async def _asked_by_all(browser: httpx.AsyncClient) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for role in sorted({role for role, _ in PAGES}):
        await sign_in(browser, NAMES[role])
        paths = [path for whom, path in PAGES if whom is role and path not in APART]
        asked = await _asked(browser, paths + list(LISTS) * ("inbox" in paths))
        found |= {f"{role} {path}": statements for path, statements in asked.items()}
    return found


async def test_lists_of_thirty_ask_no_more_than_lists_of_two(browser: httpx.AsyncClient) -> None:
    lan = await make.make_staff("lan")
    for role, name in NAMES.items():
        if role is not Role.OFFICER:
            await make.make_staff(name, role=role, agency="W1" if role is Role.HEAD else None)
    await _furnish(lan, range(FEW))
    few = await _asked_by_all(browser)
    await _furnish(lan, range(FEW, MANY))
    many = await _asked_by_all(browser)
    _same(few, many)
    counted = {path: many[f"{Role.OFFICER} {path}"].total() for path in LISTS}
    assert {path: asked for path, asked in counted.items() if asked > _bound(path)} == {}


def _bound(path: str) -> int:
    """What a list may ask: who is signed in, what stands beside every list, a page of it; for words
    along the list, further along, and by their index.
    """
    return 5 if "q=" in path else 3


async def test_a_long_story_asks_no_more_than_a_short_one(browser: httpx.AsyncClient) -> None:
    lan = await make.make_staff("lan")
    await sign_in(browser)
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(lan), officer="lan")
    await casework.note(receipt.reference, "Đã xem", act(lan))
    path = f"inbox/{receipt.reference}"
    few = await _asked(browser, [path, f"{path}/answer"])
    for number in range(MANY):
        await casework.note(receipt.reference, f"Ghi chú {number}", act(lan))
    many = await _asked(browser, [path, f"{path}/answer"])
    _same(few, many)
    # Who is signed in, the case, its story, its promise, who may be in charge.
    assert many[path].total() == 5
