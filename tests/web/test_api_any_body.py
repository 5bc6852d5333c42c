"""Whatever is sent to a call for residents, the answer is one that the description knows."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.intake import Receipt
from tests import make, pages
from tests.make import Clock
from tests.web import described
from tests.web.client import client
from web import reactions
from web.guarding import limits
from web.settings import Settings

V1 = "/api/v1"
CALLS = (
    "/cases",
    "/cases/track",
    "/cases/reply",
    "/cases/reopen",
    "/cases/withdraw",
    "/cases/appeal",
    "/cases/object",
    "/cases/reach",
    "/cases/erase",
    "/cases/rate",
    "/ratings",
)
# Words that have broken such calls elsewhere, among those that are right.
WORDS = st.sampled_from(
    [
        "W1", "BIN", "complaint", "vi", "en", "sms", "email", "yes", "partly",
        "an@example.vn", "0901234567", "Rác chưa được thu gom.", "", " ", "\u200b", "\x00",
        "\u202eabc", "x" * 10_001, "%s", "'; drop table", "{{7*7}}", "<script>", "e\u0301" * 300,
        "2026-10-05T09:00:00+07:00", "Infinity", "-0", "\U0010ffff",
    ]
)  # fmt: skip
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    WORDS,
    st.lists(WORDS, max_size=2),
    st.dictionaries(WORDS, WORDS, max_size=2),
)


def of_shape(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """A value as the description wants it; what it may mean is another matter."""
    if "anyOf" in schema:
        return st.one_of([of_shape(one) for one in schema["anyOf"]])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": WORDS,
        "integer": st.integers(-2, 7) | st.integers(),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    if schema["type"] != "object":
        return kinds[schema["type"]]
    fields = {name: of_shape(one) for name, one in schema["properties"].items()}
    owed = {name: fields.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(owed, optional=fields)


@st.composite
def bodies(draw: st.DrawFn, schema: Mapping[str, Any], code: str) -> Any:
    """Mostly of the right shape and often with the right code; now and then anything at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(ANYTHING)
    body = draw(of_shape(schema))
    secret = "token" if "token" in body else "tracking_code"
    if secret in body and draw(st.booleans()):
        body[secret] = code
    if draw(st.integers(0, 3)) == 0:
        body[draw(st.sampled_from([*schema["properties"], "extra"]))] = draw(ANYTHING)
    return body


@pytest.fixture
async def api(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings.model_copy(update={"base_url": None}), Clock()) as made:
        yield made


@pytest.fixture
async def receipt(api: httpx.AsyncClient, settings: Settings) -> Receipt:
    officer = await make.make_staff()
    return await make.make_answered_case(officer, keys=reactions.keyring(settings))


@pytest.fixture
async def document(api: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"{V1}/openapi.json")).json()
    return found


@pytest.mark.parametrize("path", CALLS)
@settings(max_examples=30)
@given(data=st.data())
async def test_any_body_gets_an_answer_of_the_description(
    api: httpx.AsyncClient,
    receipt: Receipt,
    document: dict[str, Any],
    path: str,
    data: st.DataObject,
) -> None:
    call = document["paths"][f"{V1}{path}"]["post"]
    schema = call["requestBody"]["content"]["application/json"]["schema"]
    body = data.draw(bodies(schema, receipt.tracking_code))
    answer = await api.post(f"{V1}{path}", json=body)
    assert answer.status_code < 500, (path, body)
    told = call["responses"].get(str(answer.status_code), {}).get("content", {})
    is_well = "application/json" in told
    owed = (
        told["application/json"]["schema"]
        if is_well
        else document["components"]["schemas"]["Problem"]
    )
    assert is_well == answer.is_success
    assert described.faults(answer.json(), owed) == [], (path, body)


async def test_what_the_guards_refuse_is_told_to_people_as_a_page(api: httpx.AsyncClient) -> None:
    """Six large photos end on a page that says what to do, not on an empty one."""
    large = {"content-type": "multipart/form-data; boundary=b"}
    large["content-length"] = str(limits.UPLOAD_AT_MOST + 1)
    for address, headers, status, said in (
        ("/vi/complaints/new", large, 413, "5 ảnh"),
        ("/en/track/reply", large, 413, "5 pictures"),
        ("/vi/track", {"Origin": "https://evil.example"}, 403, "mở lại trang"),
    ):
        answer = await api.post(address, content=b"", headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-security-policy"]
        assert said in pages.read(answer.text).text, pages.read(answer.text).text
