"""The signs of an edition, for publishers and auditors: what was counted, and what follows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from feedback.models import Role
from ranking.figures import signals
from ranking.figures.signals import Sign
from ranking.frozen.edition_body import Edition
from ranking.method.invitations import Asked
from ranking.method.spread import SourceKind
from tests import make
from tests.make import NOW, Clock
from tests.ranking import rows
from tests.web import editions
from tests.web.client import client
from tests.web.test_pages_corrections import get, sign_in
from web.board import pages
from web.settings import Settings

LOW = Decimal("0.110000000")


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


def edition() -> Edition:
    """A city in which a few things are not as they should be."""
    first, second, third, *others = editions.CITY
    crowded = {SourceKind.DEVICE: {1: 40, 60: 2}}
    return editions.make_edition(
        (
            replace(first, answers=replace(first.answers, asked=Asked(2000, 1900))),
            replace(
                second,
                answers=replace(second.answers, served=8000, asked=Asked(9000, 9000, reused=900)),
                response_before=LOW,
            ),
            replace(third, sources=crowded),
            *others,
        )
    )


def test_every_sign_names_its_agency_and_its_figures():
    found = {(one.sign, one.agency.code): (one.part, one.whole) for one in
             signals.signals(edition())}  # fmt: skip
    assert found[Sign.INVITATIONS_MISSING, "26740"] == (1900, 2000)
    assert found[Sign.CONTACTS_REUSED, "26743"] == (900, 9000)
    assert found[Sign.LOW_TWICE, "26743"] == (Decimal("0.100000000"), LOW)
    devices = [code for sign, code in found if sign is Sign.DEVICES]
    assert devices == ["26746"]
    assert found[Sign.SPLIT, "26740"] == (10, 500)


def test_an_edition_in_which_all_is_well_has_no_sign_but_honest_ones():
    well = [
        editions.gathered(f"9{number}", levels=(0, 5, 5, 100, 90), due=(9, 0, 0), sources={})
        for number in range(3)
    ]
    assert signals.signals(editions.make_edition(tuple(well))) == []


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.AUDITOR])
async def test_publishers_and_auditors_see_the_signs(browser: httpx.AsyncClient, role: Role):
    await rows.store_edition(edition())
    await make.make_staff("mai", role=role, agency=None)
    await sign_in(browser, "mai")
    page = await get(browser, "/en/publishing/2026-Q3")
    assert "/en/publishing/2026-Q3/signals" in page.links()
    page = await get(browser, "/en/publishing/2026-Q3/signals")
    assert "1,900 invitations for 2,000 closed cases" in page.text
    assert "10.0% answered, 11.0% in the period before" in page.text
    assert "Shares around the target" in page.text
    page = await get(browser, "/vi/publishing/2026-Q3/signals")
    assert "1.900 lời mời cho 2.000 hồ sơ kết thúc" in page.text
    assert (await browser.get("/en/publishing/2020-Q1/signals")).status_code == 404


async def test_nobody_else_does(browser: httpx.AsyncClient):
    await rows.store_edition(edition())
    await make.make_staff("nam")
    await sign_in(browser, "nam")
    assert (await browser.get("/en/publishing/2026-Q3/signals")).status_code == 403


def test_few_answers_twice_running_stand_in_the_headline_of_page_and_row():
    files = pages.files(edition())
    front, own = (
        files[f"en/{name}"].decode() for name in ("index.html", "agencies/26743/index.html")
    )
    headline = own[own.index("<h1") : own.index("</h1>")]
    assert "only 10% of those served answered, few for the second time running" in headline
    assert "10% answered, low twice running" in front
    once = files["en/agencies/26746/index.html"].decode()
    assert "second time running" not in once
