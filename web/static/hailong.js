// Comfort only: every page works without it. No words here, they come from the page.
"use strict";

// A form that came back with faults: go to the list of them.
const summary = document.querySelector("[data-module='govuk-error-summary']");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
}

// Characters left, in the page's own sentences; told to screen readers after a pause in typing.
for (const group of document.querySelectorAll("[data-module='govuk-character-count']")) {
  const area = group.querySelector("textarea");
  const limit = Number(group.dataset.maxlength);
  const info = document.getElementById(`${area.id}-info`);
  const spoken = info.cloneNode();
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  const plural = new Intl.PluralRules(document.documentElement.lang);
  spoken.removeAttribute("id");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  info.after(spoken);
  info.setAttribute("aria-hidden", "true");

  const sentence = (left) => {
    if (left === 0) return group.getAttribute("data-i18n.characters-at-limit");
    const key = left > 0 ? "characters-under-limit" : "characters-over-limit";
    const count = Math.abs(left);
    const text =
      group.getAttribute(`data-i18n.${key}.${plural.select(count)}`) ??
      group.getAttribute(`data-i18n.${key}.other`);
    return text.replace("%{count}", digits.format(count));
  };
  let pause;
  const show = () => {
    // As the server counts them: code points, and a line end is one.
    const left = limit - [...area.value].length;
    info.textContent = sentence(left);
    info.classList.toggle("govuk-error-message", left < 0);
    info.classList.toggle("govuk-hint", left >= 0);
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = info.textContent), 1000);
  };
  area.addEventListener("input", show);
  show();
}

// A form is sent once, however often its button is pressed.
for (const button of document.querySelectorAll("button[data-once]")) {
  let sentAt = -Infinity;
  button.form?.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < 3000) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

// The link of an invitation carries its code behind #, which no server ever sees: into the field
// with it, and out of the address, so that it is in no history and no screenshot.
const secret = document.querySelector("form input[name='code']");
const via = document.querySelector("form input[name='via']");
if (secret && via && /^#[0-9A-Za-z-]{17,24}$/.test(location.hash)) {
  secret.value = location.hash.slice(1);
  if (via.value !== "counter") via.value = "link";
  history.replaceState(null, "", location.pathname);
}
