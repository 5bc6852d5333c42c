"""Dark for whoever asks for it, light on paper, and the reader's own colours before ours."""

from typing import Literal

import pytest
from playwright.async_api import Page

from tests.browser.conftest import House, Windows

Scheme = Literal["light", "dark"]
TOLD = """() => {
  const root = getComputedStyle(document.documentElement);
  const of = (name) => root.getPropertyValue(`--hl-${name}`).trim();
  return [of("surface"), of("ink"), getComputedStyle(document.body).color];
}"""
LIGHT = ["#fff", "#1d2b2a", "rgb(29, 43, 42)"]
PAPER = [*LIGHT[:2], "rgb(0, 0, 0)"]
SCHEMES: dict[Scheme, list[str]] = {
    "light": LIGHT,
    "dark": ["#18221f", "#e7eeeb", "rgb(231, 238, 235)"],
}

# What a mark of a chart is drawn in, where somebody has chosen two colours for everything.
CHOSEN = """() => {
  const system = document.createElement("p");
  system.style.color = "CanvasText";
  document.body.append(system);
  const [text, marks] = [getComputedStyle(system).color, new Set()];
  for (const mark of document.querySelectorAll(".hl-plot .range, .hl-interval__range"))
    marks.add(getComputedStyle(mark).stroke);
  system.remove();
  return [text, [...marks]];
}"""


async def _opened(windows: Windows, house: House, path: str) -> Page:
    page = await windows.of("guest")
    await page.goto(f"{house.address}{path}")
    return page


@pytest.fixture
async def board(windows: Windows, house: House) -> Page:
    return await _opened(windows, house, f"/vi/editions/{house.town.period}/")


async def test_a_page_follows_the_readers_scheme_and_paper_stays_light(
    windows: Windows, house: House, board: Page
) -> None:
    for page in (board, await _opened(windows, house, "/vi/")):
        for scheme, told in SCHEMES.items():
            await page.emulate_media(color_scheme=scheme, media="screen")
            assert await page.evaluate(TOLD) == told
            await page.emulate_media(color_scheme=scheme, media="print")
            assert await page.evaluate(TOLD) == PAPER
        await page.emulate_media(color_scheme="null", media="null")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_charts_are_drawn_in_colours_the_reader_forces(board: Page, scheme: Scheme) -> None:
    await board.emulate_media(color_scheme=scheme, forced_colors="active")
    text, marks = await board.evaluate(CHOSEN)
    await board.emulate_media(color_scheme="null", forced_colors="null")
    assert marks == [text]
