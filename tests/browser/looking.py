"""What is looked at on a page, as JavaScript run beside it; each returns its faults in words."""

from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

PHONE, DESK = (390, 844), (1280, 900)
# 1280 pixels at 400 %, as WCAG 1.4.10 asks.
NARROW = (320, 256)

# Colours do not change with the width: they are looked at once by day, for that takes longest,
# and once more by night.
AXE = """async (colours) => {
  const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: colours } };
  const asked = { resultTypes: ["violations"], rules, preload: false };
  const found = await axe.run(document, asked);
  return found.violations.map(({ id, nodes }) =>
    `${id}: ` + nodes.map(({ target, html, failureSummary }) =>
      `${target} ${html.slice(0, 160)} ${failureSummary}`).join(" | "));
}"""

DARK = """async () => {
  const asked = { runOnly: ["color-contrast"], resultTypes: ["violations"], preload: false };
  const found = await axe.run(document, asked);
  return found.violations.flatMap(({ nodes }) => nodes).map(({ target, html, failureSummary }) =>
    `${target} ${html.slice(0, 160)} ${failureSummary}`);
}"""

# Marks of charts that do not stand out from the card they lie on by 3 to 1 (WCAG 1.4.11). Lines of
# the grid are no marks; a hollow mark is told by its rim.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const [colour, opacity] of colours) {
      canvas.globalAlpha = opacity;
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const under = (e) => {
    const colour = getComputedStyle(e).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" && e.parentElement ? under(e.parentElement) : colour;
  };
  const marks = "svg.hl-plot path:not(.grid), .hl-interval path:not(.hl-interval__axis), " +
    ".hl-interval circle, .hl-staffplot svg :is(.bar, .now, .expected)";
  const seen = new Set();
  for (const mark of document.querySelectorAll(marks)) {
    if (!mark.getClientRects().length) continue;
    const { fill, stroke, opacity } = getComputedStyle(mark);
    const below = [under(mark.closest("svg").parentElement), 1];
    const [paper, ...inks] = [over([below]), ...[fill, stroke].filter(c => c !== "none")
      .map(c => over([below, [c, Number(opacity)]]))];
    const best = Math.max(...inks.map(ink =>
      (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)));
    if (best < 3) seen.add(`faint: ${mark.getAttribute("class")} ${best.toFixed(2)}`);
  }
  return [...seen];
}"""

# WCAG 1.4.4: letters twice as large, while the window stays as it is.
LETTERS = "(size) => { document.documentElement.style.fontSize = size; }"

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


async def faults(page: Page, *, is_public: bool = True) -> list[str]:
    """All that is wrong with the page as it stands, at every size.

    What residents read is looked at on a phone with letters twice as large, too.
    """
    found = []
    await page.evaluate(axe())
    for size in (PHONE, DESK):
        await resize(page, size)
        found += [f"{size[0]}: {fault}" for fault in await page.evaluate(AXE, size == PHONE)]
        found += [f"{size[0]}: wide: {fault}" for fault in await page.evaluate(WIDE)]
        found += [f"{size[0]}: {fault}" for fault in await page.evaluate(FAINT)]
        if size == PHONE and not is_public:
            continue
        await page.evaluate(LETTERS, "200%")
        found += [f"{size[0]} 200 %: wide: {fault}" for fault in await page.evaluate(WIDE)]
        found += [f"{size[0]} 200 %: {fault}" for fault in await page.evaluate(CUT)]
        await page.evaluate(LETTERS, "")
    found += await _by_night(page)
    await resize(page, NARROW)
    found += [f"400 %: wide: {fault}" for fault in await page.evaluate(WIDE)]
    await page.evaluate(SPACED)
    found += [f"spaced: wide: {fault}" for fault in await page.evaluate(WIDE)]
    found += [f"spaced: {fault}" for fault in await page.evaluate(CUT)]
    return found


async def _by_night(page: Page) -> list[str]:
    """What cannot be read or seen where the reader's device asks for dark colours."""
    await page.emulate_media(color_scheme="dark")
    found = await page.evaluate(DARK) + await page.evaluate(FAINT)
    await page.emulate_media(color_scheme="null")
    return [f"dark: {fault}" for fault in found]


# Words of charts as large as they are on the glass, inside their box, and apart from one another.
CHARTS = """() => {
  const wrong = [];
  for (const plot of document.querySelectorAll("svg.hl-plot")) {
    if (!plot.getClientRects().length) continue;
    const title = plot.querySelector("title").textContent, said = plot.querySelector("desc");
    if (!title.trim() || !said?.textContent.trim()) wrong.push(`says nothing: ${title}`);
    const figure = plot.closest("figure").getBoundingClientRect();
    const words = [...plot.querySelectorAll("text")].map(e => [e, e.getBoundingClientRect()]);
    words.forEach(([word, box], i) => {
      const size = parseFloat(getComputedStyle(word).fontSize) * word.getScreenCTM().a;
      if (size < 10.9 && innerWidth >= 390)
        wrong.push(`${size.toFixed(1)} px: ${word.textContent}`);
      if (box.left < figure.left || box.right > figure.right || box.top < figure.top)
        wrong.push(`out of its box: ${word.textContent} in ${title}`);
      for (const [other, its] of words.slice(i + 1))
        if (box.left < its.right - 1 && its.left < box.right - 1 &&
            box.top < its.bottom - 2 && its.top < box.bottom - 2)
          wrong.push(`${word.textContent} on ${other.textContent} in ${title}`);
    });
  }
  return wrong;
}"""

# What a screen reader goes along: headings step by step, tables with a caption and heads that say
# of what they are, links that say where they lead, wherever they are read.
ORDER = """() => {
  const wrong = [], seen = new Map();
  let last = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5")) {
    if (!heading.checkVisibility()) continue;
    const level = Number(heading.tagName[1]);
    if (level > last + 1) wrong.push(`h${last} to h${level}: ${heading.textContent.trim()}`);
    last = level;
  }
  for (const table of document.querySelectorAll("table")) {
    const of = table.caption?.textContent.trim() || table.outerHTML.slice(0, 90);
    if (!table.caption?.textContent.trim()) wrong.push(`no caption: ${of}`);
    if (table.querySelector("th:not([scope])")) wrong.push(`no scope: ${of}`);
    if ([...table.tBodies].some(b => b.rows.length && !b.querySelector("th[scope=row]")))
      wrong.push(`rows without a name: ${of}`);
  }
  for (const link of document.querySelectorAll("main a[href]")) {
    const words = link.textContent.trim().replace(/\\s+/g, " "), to = link.href.split("#")[0];
    if (!words) wrong.push(`says nothing: ${link.outerHTML.slice(0, 90)}`);
    if (seen.has(words) && seen.get(words) !== to) wrong.push(`leads to two places: ${words}`);
    seen.set(words, to);
  }
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  return wrong.concat(ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: ${id}`));
}"""

# Vietnamese on an English page that is not said to be so; names are names.
UNSAID = """(names) => {
  const marked = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i, wrong = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    const told = names.reduce((text, name) => text.replaceAll(name, ""), data);
    const letters = told.trim().length;
    if (letters > 1 && marked.test(told) && parentElement.closest("[lang]").lang === "en")
      wrong.push(`not said to be Vietnamese: ${data.trim().slice(0, 80)}`);
  }
  return wrong;
}"""
