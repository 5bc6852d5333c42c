"""The pages of an exported edition with everything in it, looked at from plain files."""

import dataclasses
import functools
import mimetypes
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.async_api import Browser, Page, Route

from feedback.texts.topics import Topic
from ranking.frozen.edition_body import Agency, Edition
from ranking.frozen.edition_life import (
    Commitment,
    Life,
    Measure,
    MeasureState,
    Plan,
    PlanState,
    Reply,
    Since,
    Window,
)
from ranking.frozen.edition_story import About, Former, Origin
from ranking.life import differing
from ranking.method.eligibility import Reason, Status
from sla.lineage import Break
from tests.browser import looking
from tests.browser.test_keyboard import walked
from tests.web import wards
from web.board import pages
from web.language import i18n

HOST = "https://edition.test"
AT = datetime(2026, 10, 20, tzinfo=UTC)
TABLET = (800, 1100)
SITE = "https://hai-long.example.vn"


def _plan(code: str) -> Plan:
    measures = tuple(
        Measure(
            text=f"Mở thêm quầy tiếp nhận ({state})",
            owner="Trưởng bộ phận một cửa",
            due_on=date(2026, 9, 15),
            state=state,
            ended_at=None,
            report="",
        )
        for state in MeasureState
    )
    since = Since(edition="2026-Q2", share=Decimal("0.81"), arrow=None, is_tested=True)
    return Plan(
        agency=code,
        edition="2026-Q1",
        due_at=AT,
        state=PlanState.IN_TIME,
        written_at=AT,
        version=1,
        cause="Người dân chờ lâu ở quầy.",
        goal="Giảm một nửa thời gian chờ.",
        measures=measures,
        since=(since,),
    )


def _told(agency: Agency) -> Agency:
    """The lowest one has a former name, and was written about."""
    former = (Former(code="1", name_vi="UBND xã Cũ", name_en="Former Commune"),)
    return dataclasses.replace(
        agency,
        about=(About(topic=Topic.WAITING, residents=42),),
        origins=(Origin(on=date(2025, 11, 1), kind=Break.MERGED, former=former),),
    )


@functools.cache
def _edition() -> tuple[Edition, str]:
    """A correction of a city of communes; the agency of which all is told."""
    city = wards.city(("communes",))
    lowest = min(
        (of for of in city.agencies if of.satisfaction.score.band == "below"),
        key=lambda of: of.satisfaction.score.share or 1,
    )
    agencies = tuple(_told(of) if of is lowest else of for of in city.agencies)
    life = Life(
        commitment=Commitment(
            digest="ab" * 32,
            publish_on=date(2026, 10, 31),
            objection_days=15,
            plan_days=30,
            agencies=len(agencies),
            late_agencies=(),
        ),
        window=Window(opened_at=AT, closes_at=AT, waived=""),
        replies=(Reply(agency=lowest.code, at=AT, text="Chúng tôi tiếp thu.", withheld=None),),
        plans=(_plan(lowest.code),),
    )
    before = dataclasses.replace(city, agencies=agencies, life=life)
    after = dataclasses.replace(
        before,
        name="2026-Q3.2",
        supersedes="2026-Q3",
        reason="Một tệp đến muộn",
        agencies=city.agencies,
    )
    after = dataclasses.replace(after, agencies=agencies[1:])
    changes = differing.changes(before, after)
    return dataclasses.replace(after, life=dataclasses.replace(life, changes=changes)), lowest.code


@functools.cache
def _files() -> dict[str, bytes]:
    return pages.files(_edition()[0], demo=True, base_url=SITE)


def _kinds() -> dict[str, str]:
    """What agencies' pages there are: by what is special about one, its code."""
    edition, lowest = _edition()
    found = {"lowest": lowest}
    for agency in edition.agencies:
        score, aside = agency.satisfaction.score, agency.satisfaction.quarantine
        found.setdefault(str(score.band or score.reason or score.status), agency.code)
        if score.place_printed:
            found.setdefault("placed", agency.code)
        if score.status is Status.SUPPRESSED:
            found.setdefault("suppressed", agency.code)
        if agency.is_new:
            found.setdefault("new", agency.code)
        if aside and aside.held + aside.excluded:
            found.setdefault("set aside", agency.code)
    return found


PATHS = ["", "on-time.html", "by-name.html", "not-ranked.html", "changes/", "press/", "method/"]
KINDS = ["lowest", "above", "undetermined", Reason.LOW_RESPONSE, Status.NO_ANSWERS, "suppressed"]
KINDS += ["set aside", "new", "placed"]


async def _served(route: Route) -> None:
    name = route.request.url.removeprefix(f"{HOST}/").partition("?")[0]
    name = f"{name}index.html" if name.endswith("/") else name
    kind = mimetypes.guess_type(name)[0] or "text/html"
    await route.fulfill(body=_files()[name], content_type=f"{kind}; charset=utf-8")


@pytest.fixture(scope="module")
async def reader(browser: Browser) -> Page:
    page = await browser.new_page()
    page.set_default_timeout(120_000)
    await page.route(f"{HOST}/**", _served)
    return page


async def _faults(page: Page, language: str) -> list[str]:
    found = await looking.faults(page)
    found += await page.evaluate(looking.ORDER)
    for size in (looking.PHONE, TABLET, looking.DESK):
        await looking.resize(page, size)
        found += [f"{size[0]}: {fault}" for fault in await page.evaluate(looking.CHARTS)]
    if language == "en":
        names = [of.name("en") for of in _edition()[0].agencies]
        found += await page.evaluate(looking.UNSAID, [*names, "Hài lòng"])
    return found


@pytest.mark.parametrize("path", [*PATHS, *(f"{kind}:" for kind in KINDS)])
async def test_a_page_of_an_edition_has_no_fault_at_any_width(reader: Page, path: str) -> None:
    if path.endswith(":"):
        path = f"agencies/{_kinds()[path[:-1]]}/"
    for language in i18n.LANGUAGES:
        await reader.goto(f"{HOST}/{language}/{path}")
        faults = await _faults(reader, language)
        assert not faults, "\n".join([language, *faults])


async def test_an_agencys_page_is_walked_by_tab_and_nothing_on_it_moves(browser: Browser) -> None:
    page = await browser.new_page(reduced_motion="reduce")
    await page.route(f"{HOST}/**", _served)
    await page.goto(f"{HOST}/vi/agencies/{_kinds()['lowest']}/")
    wrong = await walked(page)
    wrong += await page.evaluate("() => document.getAnimations().map(a => String(a.animationName))")
    await page.context.close()
    assert not wrong, "\n".join(wrong)


async def test_paper_unfolds_what_the_screen_folds(reader: Page) -> None:
    """Who is not ranked, and why, stands on it; a sheet held upright is wide enough."""
    await reader.goto(f"{HOST}/vi/")
    await looking.resize(reader, (718, 1000))  # A4 without its margins
    await reader.emulate_media(media="print")
    folded = (
        "() => [...document.querySelectorAll('main details table')]"
        ".filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length"
    )
    found = await reader.evaluate(looking.WIDE), await reader.evaluate(folded)
    await reader.emulate_media(media="null")
    assert found == ([], 0)


async def test_a_press_sheet_on_paper_says_that_a_demonstration_is_invented(reader: Page) -> None:
    await reader.goto(f"{HOST}/vi/press/")
    await reader.emulate_media(media="print")
    assert await reader.locator(".hl-demo").is_visible()
    await reader.emulate_media(media="null")
    sheets = (await reader.pdf(format="A4")).count(b"/Type /Page\n")
    assert sheets == 1
