"""What is looked at on a page, as JavaScript run beside it; each returns its faults in words."""

from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

PHONE, DESK = (390, 844), (1280, 900)
# 1280 pixels at 400 %, as WCAG 1.4.10 asks.
NARROW = (320, 256)

# Colours do not change with the width: they are looked at once, for that takes longest.
AXE = """async (colours) => {
  const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: colours } };
  const asked = { resultTypes: ["violations"], rules, preload: false };
  const found = await axe.run(document, asked);
  return found.violations.map(({ id, nodes }) =>
    `${id}: ` + nodes.map(({ target, html, failureSummary }) =>
      `${target} ${html.slice(0, 160)} ${failureSummary}`).join(" | "));
}"""

# What sticks out to the right, unless it scrolls in a frame of its own.
WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const scrolls = (e) => e && e !== document.body && e !== root &&
    (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
  const out = [...document.querySelectorAll("main *, header *, footer *")].filter(e =>
    e.getBoundingClientRect().right > root.clientWidth + 0.5 && !scrolls(e.parentElement));
  return [`${root.scrollWidth} > ${root.clientWidth}: ` +
    out.slice(0, 3).map(e => e.outerHTML.slice(0, 140)).join(" | ")];
}"""

# WCAG 1.4.12, by a constructed sheet, which no policy forbids.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""

# Words cut off by their own box, other than those meant for screen readers alone.
CUT = """() => [...document.querySelectorAll("main *, header *")].filter(e => {
  const style = getComputedStyle(e);
  const hides = [style.overflowX, style.overflowY].some(o => o === "hidden" || o === "clip");
  return hides && e.clientWidth > 4 && e.innerText &&
    (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map(e => `cut off: ${e.outerHTML.slice(0, 160)}`)"""

# Sends a form as a browser without scripts and without checks of its own would.
SEND = """([action, values]) => {
  const form = [...document.forms].filter(f => f.method === "post")
    .find(f => decodeURIComponent(new URL(f.action).pathname).endsWith(action));
  if (!form) throw new Error(`no form for ${action} among ` +
    [...document.forms].map(f => `${f.method} ${new URL(f.action).pathname}`));
  for (const field of form.elements) {
    if (["hidden", "submit", "button"].includes(field.type)) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else if (field.tagName !== "SELECT" && field.type !== "file") field.value = "";
  }
  for (const [name, value] of Object.entries(values)) {
    for (const old of [...form.elements].filter(e => e.name === name)) old.disabled = true;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  HTMLFormElement.prototype.submit.call(form);
}"""


@cache
def axe() -> str:
    """The source of axe."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


async def resize(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def faults(page: Page) -> list[str]:
    """All that is wrong with the page as it stands, at every size."""
    found = []
    await page.evaluate(axe())
    for size in (PHONE, DESK):
        await resize(page, size)
        found += [f"{size[0]}: {fault}" for fault in await page.evaluate(AXE, size == PHONE)]
        found += [f"{size[0]}: wide: {fault}" for fault in await page.evaluate(WIDE)]
    await resize(page, NARROW)
    found += [f"400 %: wide: {fault}" for fault in await page.evaluate(WIDE)]
    await page.evaluate(SPACED)
    found += [f"spaced: wide: {fault}" for fault in await page.evaluate(WIDE)]
    found += [f"spaced: {fault}" for fault in await page.evaluate(CUT)]
    return found
