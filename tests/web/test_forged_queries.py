"""What an address asks for is forged: of every list, by every name that any list understands.

The names are read from the code, so that none can be forgotten. Whatever stands there, the answer
is one of those a list has, and nothing of another agency's is in it.
"""

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import httpx
from hypothesis import given
from hypothesis import strategies as st

from feedback.codes import Keyring
from feedback.models import AccountRow, Role, SavedListRow
from feedback.office.inbox_views import Place
from tests import make, pages
from tests.make import NOW, act
from tests.web.test_pages_staff import sign_in
from web import reactions
from web.guarding.access_table import ACCESS
from web.language import i18n
from web.pages import inbox_filters
from web.settings import Settings

WEB: Final = Path(__file__).parents[2] / "web"
NAMED = re.compile(r'query(?:_params)?\.get\("(\w+)"|query_params\["(\w+)"\]')
NAMES = sorted(
    {
        name
        for path in (*WEB.glob("pages/**/*.py"), *WEB.glob("api/*.py"))
        for found in NAMED.finditer(path.read_text(encoding="utf-8"))
        for name in found.groups()
        if name
    }
    | set(inbox_filters.NARROWING)
    | {"status", "view", "page", "sort", "who", "subject", "about", "since", "until"}
)
PREFIX = "/{lang:lang}/"
# Every page of somebody's own work without a place in its address, and for whom it is.
LISTS = sorted(
    (path.removeprefix(PREFIX), role)
    for (method, path), allowed in ACCESS.items()
    for role in allowed.roles
    if method == "GET" and path.startswith(PREFIX) and "{" not in path.removeprefix(PREFIX)
    if not allowed.everybody and not allowed.halfway
)
SECRET = "Chuyện riêng của phường Hai"
# What a list answers: what it found, nothing of that kind, what is wrong beside its field.
ANSWERS = {200, 303, 404, 422}
EDGES = datetime.min.replace(tzinfo=UTC), NOW, datetime.max.replace(tzinfo=UTC)
PLACES = [
    Place(stretch, at, case_id, backward=backward)
    for stretch, at, case_id, backward in product((0, 1), EDGES, (0, 2**61), (False, True))
]
CORPUS = (
    "", "0", "-1", "1", "00", "+1", " 1", "1e9", "NaN", "9" * 9, "9" * 40, "٣", "x", "W2", "W1",
    "null", "true", "*", "%", "_", "\\", "'", '"', "';drop table account--", "1 or 1=1",
    "due_at;", "-due_at", "agency_id", "password_hash", "promise__agency_id", "{{7*7}}", "<b>",
    "../../etc/passwd", "2026-13-45", "0000-00-00", "9999-12-31", "2026-10-05T00:00:00",
    "2026-Q9", "hoa", "staff:hoa", "closed", "all", "https://example.com/", "//example.com",
    "%00", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\u202e", "\u0000",
    "ẵ" * 300, "a" * 5000, *(place.to_text() for place in PLACES), PLACES[0].to_text()[:-3],
    "AAAA", "====",
)  # fmt: skip
VALUES = st.sampled_from(CORPUS) | st.text(max_size=40).filter(lambda text: text.isprintable())
QUERIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


def test_the_names_are_read_from_the_code() -> None:
    assert {"q", "page", "after", "before", "year", "agency", "order", "show"} <= set(NAMES)


ENTERED: WeakKeyDictionary[httpx.AsyncClient, dict[str, httpx.Cookies]] = WeakKeyDictionary()


async def _enter(browser: httpx.AsyncClient, name: str) -> None:
    """Signed in once for all the examples of a test: to look at a password takes long."""
    known = ENTERED.setdefault(browser, {})
    if name not in known:
        browser.cookies.clear()
        await sign_in(browser, name)
        known[name] = httpx.Cookies(browser.cookies)
    browser.cookies = known[name]


async def _two_wards() -> None:
    await make.make_staff("hoa", agency="W2")
    await make.make_case(subject="Rác trước nhà")
    await make.make_case(agency="W2", subject=SECRET)


def _see_nothing_foreign(answer: httpx.Response, asked: str) -> None:
    assert SECRET not in answer.text, asked


@given(st.sampled_from(LISTS), QUERIES, st.sampled_from(i18n.LANGUAGES))
async def test_any_list_answers_any_query_as_a_list(
    browser: httpx.AsyncClient, wanted: tuple[str, Role], query: dict[str, str], language: str
) -> None:
    path, role = wanted
    is_of_agency = role in {Role.OFFICER, Role.HEAD}
    name = f"nv-{role}"
    if not await AccountRow.exists(name="hoa"):
        await _two_wards()
    if not await AccountRow.exists(name=name):
        await make.make_staff(name, role=role, agency="W1" if is_of_agency else None)
    await _enter(browser, name)
    answer = await browser.get(f"/{language}/{path}", params=query)
    assert answer.status_code in ANSWERS, (path, query)
    if is_of_agency:
        _see_nothing_foreign(answer, f"{path} {query}")


API = ("/api/v1/inbox", "/api/v1/agencies", "/api/v1/services", "/api/v1/editions")


@given(st.sampled_from(API), QUERIES)
async def test_no_list_of_the_api_fails_or_shows_another_agencys(
    browser: httpx.AsyncClient, settings: Settings, path: str, query: dict[str, str]
) -> None:
    if not await AccountRow.exists(name="hoa"):
        await _two_wards()
    secret = await make.make_key("W1", act(), _keys(settings))
    browser.cookies.clear()
    head = {"Authorization": f"Bearer {secret}"}
    answer = await browser.get(path, params=query, headers=head)
    assert answer.status_code in {200, 404, 422}, (path, query)
    if answer.status_code != 200:
        problem = answer.json()
        assert problem["type"], query
        assert problem["title"], query
    _see_nothing_foreign(answer, f"{path} {query}")


def _keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


@given(QUERIES.filter(bool))
async def test_a_kept_list_that_was_forged_opens_as_any_list(
    browser: httpx.AsyncClient, query: dict[str, str]
) -> None:
    """Whatever was put there, by whatever hand."""
    if not await AccountRow.exists(name="hoa"):
        await _two_wards()
        await make.make_staff("lan")
    await _enter(browser, "lan")
    forged = str(httpx.QueryParams(query))
    lan = await AccountRow.get(name="lan")
    await SavedListRow.filter(account_id=lan.id).delete()
    await SavedListRow.create(account_id=lan.id, name="x", query=forged[:1000], saved_at=NOW)
    shown = await browser.get("/vi/inbox")
    assert shown.status_code == 200
    [link] = [href for href, words in pages.read(shown.text).links().items() if words == "x"]
    opened = await browser.get(link)
    assert opened.status_code in ANSWERS, query
    _see_nothing_foreign(opened, forged)
    await SavedListRow.filter(account_id=lan.id).delete()
