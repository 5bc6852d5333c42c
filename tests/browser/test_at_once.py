"""Sixty-four at once over real HTTP, and codes that open nothing, byte by byte."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.browser.conftest import House
from tests.browser.visits import BEGUN, TOLD

MANY = 64


def _at_once(
    house: House, path: str, body: dict[str, object], **headers: str
) -> list[httpx.Response]:
    def ask(_: int) -> httpx.Response:
        return httpx.post(house.address + path, json=body, headers=headers, timeout=120)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(ask, range(MANY)))


def test_ratings_of_one_code_are_one_row_and_one_answer(house: House) -> None:
    body = {"tracking_code": house.town.code("answered"), "overall": 4}
    answers = _at_once(house, "/api/v1/cases/rate", body)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    reference = house.town.reference("answered")
    rows = "select count(*) from rating r join closure c on c.id = r.closure_id"
    where = f" join promise p on p.id = c.promise_id where p.code = '{reference}'"
    assert house.ask(rows + where) == "1"


def test_filings_of_one_key_are_one_case_and_one_receipt(house: House) -> None:
    counted = "select count(*) from resident_case"
    before = int(house.ask(counted))
    answers = _at_once(
        house, "/api/v1/cases", {**BEGUN, **TOLD}, **{"Idempotency-Key": "over real HTTP"}
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert int(house.ask(counted)) == before + 1


@pytest.fixture
def unknown(house: House) -> dict[str, str]:
    """Codes that open nothing, for different reasons."""
    code = house.town.code("fresh")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    return {
        "mistyped": wrong,
        "never given": "0000-0000-0000-0000-0",
        "no code at all": "xin chào",
        "empty but for marks": "\u0301\u200b",
    }


def test_codes_that_open_nothing_are_answered_alike_byte_for_byte(
    house: House, unknown: dict[str, str]
) -> None:
    for path, more in (
        ("/api/v1/cases/track", {}),
        ("/api/v1/cases/reply", {"text": "Xin chào"}),
        ("/api/v1/cases/rate", {"overall": 3}),
        ("/api/v1/cases/withdraw", {}),
    ):
        answers = [
            httpx.post(house.address + path, json={"tracking_code": code, **more}, timeout=60)
            for code in unknown.values()
        ]
        assert {answer.status_code for answer in answers} == {404}, path
        assert len({answer.content for answer in answers}) == 1, path
        names = [sorted(set(answer.headers) - {"date"}) for answer in answers]
        assert all(name == names[0] for name in names)


def test_the_page_of_a_code_that_opens_nothing_differs_in_what_was_typed_alone(
    house: House, unknown: dict[str, str]
) -> None:
    seen = set()
    for code in unknown.values():
        with httpx.Client(base_url=house.address, timeout=60) as visitor:
            asked = visitor.get("/vi/track").text
            token = re.search(r'name="csrf_token" value="([^"]+)', asked)
            assert token is not None
            answer = visitor.post("/vi/track", data={"csrf_token": token[1], "code": code})
        assert answer.status_code == 404
        blank = re.sub(r'(name="(?:csrf_token|code)"[^>]* value=")[^"]*', r"\1", answer.text)
        seen.add(re.sub(r'value="[^"]*"([^>]* name="code")', r"\1", blank))
    assert len(seen) == 1
