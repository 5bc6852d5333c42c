"""What the application draws for everybody carries a strong tag, and is not sent twice."""

import gzip

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tests.ranking import rows
from tests.web import editions
from web.drawing import packing, tagged

PUBLIC = (
    "/vi/feed.atom",
    "/en/agencies/26740/feed.atom",
    "/vi/commitments.csv",
    "/api/v1/editions",
    "/api/v1/editions/2026-Q3",
    "/api/v1/agencies",
    "/api/v1/services?agency=W1",
    "/api/v1/commitments",
    "/api/v1/commitments?agency=W1&service=BIN",
)


@pytest.mark.parametrize("path", PUBLIC)
async def test_whoever_has_it_is_not_sent_it_again(browser: httpx.AsyncClient, path: str) -> None:
    await rows.store_edition(editions.make_edition())
    first = await browser.get(path)
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = await browser.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == first.headers["cache-control"]
    other = await browser.get(path, headers={"if-none-match": '"another"'})
    assert other.content == first.content


def asked(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


@given(st.binary(max_size=4000), st.binary(max_size=4000))
def test_a_tag_stands_for_these_bytes_and_no_others(one: bytes, other: bytes) -> None:
    told = {
        (content, packed): tagged.file(
            asked(accept_encoding="gzip" if packed else "identity"), content, "text/plain"
        )
        for content in (one, other)
        for packed in (False, True)
    }
    bodies = {answer.headers["etag"]: bytes(answer.body) for answer in told.values()}
    for (content, _), answer in told.items():
        body = bodies[answer.headers["etag"]]
        assert body == answer.body
        is_packed = answer.headers.get("content-encoding") == "gzip"
        assert (gzip.decompress(body) if is_packed else body) == content


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("given_as", ["{}", "W/{}", '"x", {}', "*"])
def test_every_way_to_name_a_tag_is_understood(given_as: str, accepted: str) -> None:
    content = b"x" * packing.AT_LEAST
    tag = tagged.file(asked(accept_encoding=accepted), content, "text/plain").headers["etag"]
    known = asked(accept_encoding=accepted, if_none_match=given_as.format(tag))
    answer = tagged.file(known, content, "text/plain", cache_control="no-cache")
    assert (answer.status_code, answer.body) == (304, b"")
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "no-cache"
