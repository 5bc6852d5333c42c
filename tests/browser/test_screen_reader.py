"""What a screen reader is told, by the browser's own accessibility tree."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser import looking
from tests.browser.conftest import House, Windows, hold
from tests.browser.test_every_page import opened
from tests.browser.town import STAFF
from tests.browser.visits import VISITS, Visit, step
from web.language import i18n

# What one fills in or presses: each is spoken by its name, and nothing else tells them apart.
SPOKEN = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "radio",
    "searchbox",
    "spinbutton",
    "textbox",
}
SHOWN = [
    visit
    for (_, route), visits in VISITS.items()
    for visit in visits
    if visit.who not in STAFF
    and any(word in route for word in ("complaints", "track", "rate", "subscri", "commitments"))
]
FAULTY = [visit for visit in SHOWN if visit.status in {404, 422} and visit.form]
WELL = [visit for visit in SHOWN if visit.status == 200 and visit not in FAULTY]
TOLD = {"text": "Đã ba ngày nay rác trước nhà tôi không được thu gom.", "subject": "Rác"}

# For every fault of the summary: is its link's target something one can type in or choose, and is
# the fault spoken with it?
FAULTS = """() => {
  const summary = document.activeElement;
  if (!summary?.matches("[data-module='govuk-error-summary']"))
    return [`the focus is on ${summary?.outerHTML?.slice(0, 80)}`];
  const wrong = [];
  if (!summary.querySelector("[role=alert]")) wrong.push("the list of faults is no alert");
  if (!/^(Lỗi|Error): /.test(document.title)) wrong.push(`the title is ${document.title}`);
  for (const entry of summary.querySelectorAll("li")) {
    const link = entry.querySelector("a");
    if (!link) continue;
    const field = document.getElementById(link.hash.slice(1));
    if (!field?.matches("input, textarea, select")) {
      wrong.push(`${link.hash} leads nowhere`);
      continue;
    }
    const isChoice = field.matches("[type=radio], [type=checkbox]");
    const told = [field, isChoice ? field.closest("fieldset") : null]
      .flatMap(e => (e?.getAttribute("aria-describedby") ?? "").split(" ")).filter(Boolean)
      .map(id => document.getElementById(id)?.textContent ?? "");
    if (!told.some(words => words.includes(link.textContent.trim())))
      wrong.push(`${link.hash} does not say: ${link.textContent}`);
  }
  return wrong;
}"""


@pytest.fixture(autouse=True)
def nothing_spent(house: House) -> None:
    """Others guess codes before, and so do these."""
    house.forgive()


async def tree(page: Page) -> list[dict[str, Any]]:
    """The nodes that are told, as the browser gives them to assistive technology."""
    session = await page.context.new_cdp_session(page)
    nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    await session.detach()
    return [node for node in nodes if not node["ignored"]]


def said(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", "")).strip()


async def untold(page: Page) -> list[str]:
    """What the tree does not name, and headings and landmarks that are not there once."""
    nodes = await tree(page)
    wrong = [
        f"a {said(node, 'role')} without a name"
        for node in nodes
        if said(node, "role") in SPOKEN and not said(node, "name")
    ]
    roles = [said(node, "role") for node in nodes]
    wrong += [f"{roles.count(role)} of {role}" for role in ("main", "banner", "contentinfo")
              if roles.count(role) != 1]  # fmt: skip
    firsts = [n for n in nodes if said(n, "role") == "heading" and _level(n) == 1]
    return wrong if len(firsts) == 1 else [*wrong, f"{len(firsts)} first headings"]


def _level(node: dict[str, Any]) -> int:
    levels = [p["value"]["value"] for p in node.get("properties", ()) if p["name"] == "level"]
    return int(levels[0]) if levels else 0


async def _of(windows: Windows, visit: Visit, language: str) -> list[str]:
    page = await windows.of(visit.who, language)
    await looking.resize(page, looking.PHONE)
    await opened(page, windows.house, visit, language)
    found = await untold(page)
    if visit in FAULTY:
        found += await page.evaluate(FAULTS)
    return [f"{language}: {fault}" for fault in found]


@pytest.mark.parametrize("visit", FAULTY + WELL, ids=str)
async def test_a_page_of_residents_is_told_whole(windows: Windows, visit: Visit) -> None:
    """Names for all one can press or fill in; of a refusal one hears first, and by its field."""
    if visit.who == "receipt":
        pytest.skip("a receipt is shown once, and the test of every page has looked at it")
    found = await asyncio.gather(*(_of(windows, visit, one) for one in i18n.LANGUAGES))
    assert [fault for of_language in found for fault in of_language] == []


async def test_what_changes_by_itself_is_said(browser: Browser, house: House) -> None:
    """Letters left, a draft forgotten, a position found: each in a region that is read out."""
    page = await browser.new_page()
    await hold(page, house, "guest")
    await page.goto(f"{house.address}/en/complaints/new?step=details&agency=W1&service=BIN")
    await page.fill("[name=text]", "Rác")
    await page.wait_for_function(
        "() => [...document.querySelectorAll('[aria-live=polite]')]"
        ".some(e => e.textContent.includes('9,997'))"
    )
    regions = [n for n in await tree(page) if _live(n)]
    assert regions
    await page.click("[data-draft=forget]")
    gone = page.locator("[data-draft=forgotten]")
    assert await gone.get_attribute("role") == "status"
    assert await gone.is_visible()
    await page.close()


def _live(node: dict[str, Any]) -> bool:
    told = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
    return told.get("live") in {"polite", "assertive"}


async def test_a_step_is_heard_as_it_is_seen(windows: Windows, house: House) -> None:
    """Which of how many, what is asked, then the field, then the way on, in that order."""
    page = await windows.of("guest", "en")
    await opened(page, house, step("place", 200, **TOLD), "en")
    heard = [f"{said(n, 'role')}: {said(n, 'name')}" for n in await tree(page)]
    inside = heard[next(i for i, one in enumerate(heard) if one.startswith("main")) :]
    wanted = ["Step 4 of 6", "heading: Where was it", "textbox:", "button: Continue"]
    places = [next((i for i, one in enumerate(inside) if words in one), -1) for words in wanted]
    assert -1 not in places, (wanted, inside)
    assert places == sorted(places)
