"""A fixed list of nasty requests: texts no form expects, in every field, and never a failure.

An API fuzzer with three seeds found one of six kinds of failure that such a list finds at once.
"""

import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest

from tests.browser.conftest import House
from tests.browser.visits import BEGUN, TOLD
from web.guarding.access_table import ACCESS

TEXTS = {
    "marks": "a" + "\u0301" * 32_768,
    "zero_width": "\u200b\u200d\ufeff" * 200,
    "bidi": "\u202e\u2066abc\u2069\u202c" * 50,
    "nul": "a\0b",
    "long": "x" * 70_000,
    "not_a_character": "\uffff\U0010ffff",
    "blank": " \t\r\n\u3000",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x85",
}
RAW = {"lone_surrogate": b"%ED%A0%80", "not_utf8": b"%ff%fe", "nul": b"%00", "half": b"%"}
VALUES = [
    *TEXTS.values(),
    "\ud800",
    None,
    True,
    1e308,
    -1,
    2**31,
    2**63,
    2**80,
    [],
    {},
    [["x"] * 50],
    {"a": {"b": 1}},
]
BODIES = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"overall": Infinity}',
    b'{"a": "\\ud800"}',
    b"[" * 20_000,
    b'{"a":' * 5000,
    b'{"tracking_code": "\\u0000"}',
]
CALLS: dict[str, dict[str, object]] = {
    "/api/v1/cases": {**BEGUN, **TOLD, "contact": {"name": "A", "email": "a@b.vn", "phone": "09"}},
    "/api/v1/cases/track": {"tracking_code": "x"},
    "/api/v1/cases/reply": {"tracking_code": "x", "text": "x"},
    "/api/v1/cases/reopen": {"tracking_code": "x", "text": "x"},
    "/api/v1/cases/withdraw": {"tracking_code": "x", "text": "x"},
    "/api/v1/cases/appeal": {"tracking_code": "x", "text": "x"},
    "/api/v1/cases/object": {"tracking_code": "x", "text": "x"},
    "/api/v1/cases/reach": {"tracking_code": "x", "reach_by": "x"},
    "/api/v1/cases/erase": {"tracking_code": "x", "sure": True},
    "/api/v1/cases/rate": {"tracking_code": "x", "overall": 3, "comment": "x"},
    "/api/v1/ratings": {"token": "x", "overall": 3, "comment": "x"},
}
# The fields of forms: where it is posted, by whom, and what it holds when nothing is wrong.
FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("guest", "complaints/new", {**BEGUN, **TOLD, "step": "check", "name": "", "email": "",
                                 "phone": "", "q": "", "seen": "", "ordinary": "", "joins": ""}),
    ("guest", "track", {"code": "x"}),
    ("waiting", "track/reply", {"text": "x", "held": "x", "form_key": "x"}),
    ("guest", "rate", {"code": "x", "overall": "3", "comment": "x", "held": "x", "via": "x"}),
    ("guest", "rate/answer", {"code": "x"}),
    ("guest", "sign-in", {"name": "x", "password": "x", "next": "/vi/inbox"}),
    ("officer", "inbox/{mine}/note", {"text": "x"}),
    ("officer", "inbox/{mine}/answer", {"text": "x"}),
    ("officer", "inbox/{mine}/transfer", {"agency": "W2", "reason": "x"}),
    ("officer", "inbox/{mine}/extend", {"until": "x", "reason": "x"}),
    ("officer", "inbox/{mine}/assign", {"officer": "x"}),
    ("officer", "inbox/lists", {"name": "x", "list": "q=x"}),
    ("head", "inbox/assign", {"officer": "x", "case-1": "x", "list": "q=x"}),
    ("officer", "corrections/new", {"code": "x", "ended_on": "x", "ended_time": "x", "reason": ""}),
    ("administrator", "admin/accounts/new", {"name": "x", "display_name": "x", "role": "x"}),
    ("publisher", "publishing", {"period": "x"}),
]  # fmt: skip
QUERIES = {
    "guest": ["commitments/?q={}", "complaints/new?step=agency&q={}", "complaints/new?step={}",
              "editions/?edition={}", "rate?at={}", "commitments/agencies/{}", "sign-in?next={}",
              "commitments/services/{}", "unsubscribe/{}", "complaints/elsewhere/{}"],
    "officer": ["inbox?q={}", "inbox?view={}", "inbox?after={}", "inbox?sort={}", "inbox/{}",
                "inbox/{}/answer", "corrections/{}", "corrections?page={}", "apologies?page={}"],
    "administrator": ["admin/accounts/{}", "admin/calendars/{}", "admin/notices?page={}"],
    "auditor": ["admin/reveals?page={}", "reviews/{}", "corrections?agency={}"],
    "inspector": ["handed-over/{}"],
}  # fmt: skip
PLACES = ["%00", "%ED%A0%80", "%ff", "1099511627776", "-1", "9" * 400, "..%2f..%2fetc", "%E2%80%AE",
          "٣", "a" * 6000, "%25", "'%22--"]  # fmt: skip


@pytest.fixture
def visitors(house: House) -> Iterator[dict[str, httpx.Client]]:
    whose = {*QUERIES, *(who for who, _, _ in FORMS)}
    made = {
        who: httpx.Client(base_url=house.address, cookies=house.cookies_of(who), timeout=60)
        for who in whose
    }
    yield made
    for one in made.values():
        one.close()


class _Token(HTMLParser):
    value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "csrf_token":
            self.value = given.get("value") or ""


def _token(visitor: httpx.Client) -> str:
    reader = _Token()
    reader.feed(visitor.get("/vi/track").text)
    assert reader.value
    return reader.value


def _is_well(answer: httpx.Response) -> bool:
    return answer.status_code < 500 or answer.status_code == 503


@pytest.mark.parametrize("path", sorted(CALLS))
def test_no_body_of_a_call_fails_us(visitors: dict[str, httpx.Client], path: str) -> None:
    visitor, good = visitors["guest"], CALLS[path]
    headers = {"Content-Type": "application/json"}
    for body in BODIES:
        assert _is_well(visitor.post(path, content=body, headers=headers)), (path, body[:40])
    for field in good:
        for value in VALUES:
            body = json.dumps({**good, field: value}).encode()
            answer = visitor.post(path, content=body, headers=headers)
            assert _is_well(answer), (path, field, str(value)[:40])


@pytest.mark.parametrize(("who", "path", "good"), FORMS, ids=[path for _, path, _ in FORMS])
def test_no_text_in_a_form_fails_us(
    visitors: dict[str, httpx.Client], house: House, who: str, path: str, good: dict[str, str]
) -> None:
    visitor = visitors[who]
    token = _token(visitor)
    address = f"/vi/{path}".replace("{mine}", house.town.reference("mine"))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for field in good:
        for name, text in TEXTS.items():
            answer = visitor.post(address, data={"csrf_token": token, **good, field: text})
            assert _is_well(answer), (path, field, name)
        for name, raw in RAW.items():
            rest = "&".join(f"{k}={quote(v)}" for k, v in good.items() if k != field)
            body = f"csrf_token={token}&{rest}&{field}=".encode() + raw
            answer = visitor.post(address, content=body, headers=headers)
            assert _is_well(answer), (path, field, name)


@pytest.mark.parametrize("who", sorted(QUERIES))
def test_no_address_fails_us(visitors: dict[str, httpx.Client], who: str) -> None:
    for path in QUERIES[who]:
        for place in PLACES:
            answer = visitors[who].get(f"/vi/{path.format(place)}")
            assert _is_well(answer), (path, place[:40])


def test_every_call_of_residents_is_on_the_list() -> None:
    called = {route for method, route in ACCESS if method == "POST"}
    wanted = {route for route in called if route.startswith(("/api/v1/cases", "/api/v1/ratings"))}
    assert wanted - {"/api/v1/cases/attachments"} == set(CALLS)


def test_a_text_of_marks_alone_costs_no_time_worth_speaking_of(
    visitors: dict[str, httpx.Client],
) -> None:
    """Marks in any number are put in order by one pass: minutes would be a fault, not slowness."""
    began = time.monotonic()
    body = {"csrf_token": _token(visitors["guest"]), **BEGUN, **TOLD, "step": "check"}
    answer = visitors["guest"].post("/vi/complaints/new", data={**body, "text": TEXTS["marks"]})
    assert _is_well(answer)
    assert time.monotonic() - began < 30
