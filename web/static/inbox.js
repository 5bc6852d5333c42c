// Comfort only: the list works without it. No words here, they come from the page.
"use strict";

const inbox = document.querySelector("[data-inbox]");
let rows = [];
const gather = () => (rows = [...document.querySelectorAll("[data-case]")]);
gather();
const keys = document.querySelector("[data-keys]");
const show = document.querySelector("[data-keys-show]");
const change = document.querySelector("[data-keys-switch]");
const said = document.querySelector("[data-keys-said]");
const KEPT = "hailong-keys";
const kept = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
};
let on = kept() !== "off";

// Shortcut keys, which can be switched off.
const here = () => rows.findIndex((row) => row.contains(document.activeElement));
const go = (step) => {
  const now = here();
  const next = now < 0 ? 0 : Math.min(Math.max(now + step, 0), rows.length - 1);
  rows[next]?.querySelector("a").focus();
};
const tick = (row) => row?.querySelector("input[type='checkbox']");
const act = {
  j: () => go(1),
  k: () => go(-1),
  x: () => {
    const box = tick(rows[here()]);
    if (box) box.checked = !box.checked;
  },
  a: () => {
    const box = tick(rows[here()]);
    if (!box) return;
    for (const row of rows) tick(row).checked = false;
    box.checked = true;
    const officer = document.getElementById("assign-officer");
    for (const option of officer.options) option.selected = option.defaultSelected;
    document.getElementById("assign").requestSubmit();
  },
  "/": () => {
    const words = document.getElementById("q");
    words.focus();
    words.select();
  },
  "?": () => toggle(),
};
const toggle = () => {
  keys.hidden = !keys.hidden;
  show.setAttribute("aria-expanded", String(!keys.hidden));
  (keys.hidden ? show : change).focus();
};
const name = () => (change.textContent = inbox.dataset[on ? "switchOff" : "switchOn"]);

show.hidden = false;
show.addEventListener("click", toggle);
name();
change.addEventListener("click", () => {
  on = !on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // Kept for this page alone.
  }
  name();
  said.textContent = inbox.dataset[on ? "on" : "off"];
});
document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type='checkbox']), select, textarea, [contenteditable]")) {
    return;
  }
  const wanted = act[event.key];
  if (!wanted) return;
  event.preventDefault();
  wanted();
});

// What has come in meanwhile is said, not shown: nothing moves under the reader's eyes. Whoever
// wants to see it gets the list anew, with what is chosen, and what is typed elsewhere stays.
const place = document.querySelector("[data-news-place]");
let told = "";
const renew = async (event) => {
  event.preventDefault();
  const page = await fetch(inbox.dataset.here).then((answer) => answer.text(), () => "");
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-inbox]");
  if (!fresh) {
    location.assign(inbox.dataset.here);
    return;
  }
  const chosen = new Set(rows.map(tick).filter((box) => box?.checked).map((box) => box.value));
  const officer = document.getElementById("assign-officer")?.value;
  for (const part of ["[data-views]", "[data-list]"]) {
    document.querySelector(part).replaceWith(fresh.querySelector(part));
  }
  gather();
  for (const box of rows.map(tick)) if (box) box.checked = chosen.has(box.value);
  if (officer && document.getElementById("assign-officer")) {
    document.getElementById("assign-officer").value = officer;
  }
  inbox.dataset.since = fresh.dataset.since;
  told = "";
  place.textContent = inbox.dataset.renewed;
  rows[0]?.querySelector("a").focus();
};
const look = async () => {
  if (document.visibilityState !== "visible") return;
  const since = encodeURIComponent(inbox.dataset.since);
  try {
    const answer = await fetch(`${inbox.dataset.news}&since=${since}`);
    if (!answer.ok) return;
    const { text, counts } = await answer.json();
    for (const figure of document.querySelectorAll("[data-count]")) {
      figure.textContent = counts[figure.dataset.count] ?? figure.textContent;
    }
    if (text === told) return;
    told = text;
    place.replaceChildren();
    if (!text) return;
    const again = document.createElement("a");
    again.href = inbox.dataset.here;
    again.addEventListener("click", renew);
    again.className = "govuk-link";
    again.textContent = inbox.dataset.reload;
    place.append(`${text} – `, again);
  } catch {
    // Away for a moment; the next look is soon.
  }
};
setInterval(look, 20_000);
