"""The first page and the list of editions, where something is amiss with an edition."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from feedback.models import Role
from ranking.models import EditionRow, EditionStatus
from tests import make
from tests import pages as reader
from tests.make import Clock
from tests.ranking import rows
from tests.web import client as clients
from tests.web import editions
from tests.web.test_pages_corrections import sign_in
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of a city whose only edition is there, and whose stored body cannot be read."""
    whole = editions.make_edition()
    row = await rows.store_edition(whole, status=EditionStatus.DRAFT, published_at=None)
    broken = {**row.body, "committed_at": "yesterday"}
    published = EditionStatus.PUBLISHED
    await EditionRow.filter(id=row.id).update(body=broken, status=published, published_at=AT)
    async with clients.client(Settings(data=tmp_path, demo=True), Clock(AT)) as made:
        yield made


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "Hiện chưa hiển thị được số liệu"), ("en", "cannot be shown here at the moment")],
)
@pytest.mark.parametrize("path", ["", "editions"])
async def test_what_cannot_be_read_takes_nothing_else_with_it(
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    language: str,
    path: str,
    said: str,
) -> None:
    answer = await client.get(f"/{language}/{path}")
    assert answer.status_code == 200
    page = reader.read(answer.text)
    assert said in page.text
    assert f"/{language}/editions/2026-Q3/" in page.links()
    [entry] = [one for one in caplog.records if one.message == "edition cannot be read"]
    assert (entry.levelno, getattr(entry, "edition", "")) == (logging.ERROR, "2026-Q3")


async def test_a_heads_day_goes_on_without_its_figures(client: httpx.AsyncClient) -> None:
    await rows.make_agency("26740")
    await make.make_staff("mai", role=Role.HEAD, agency="26740")
    await sign_in(client, "mai")
    assert (await client.get("/en/head")).status_code == 200
