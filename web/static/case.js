// Keeps the draft of an answer every ten seconds. Comfort only: there is a button for it, too. No
// words here, they come from the page and from the answer.
"use strict";

const form = document.querySelector("form[data-draft]");
const said = document.querySelector("[data-draft-said]");
const KEPT = ["csrf_token", "text", "outcome", "outcome_reason", "cause", "draft"];
const typed = () => {
  const all = new FormData(form);
  const body = new URLSearchParams({ step: "draft" });
  for (const name of KEPT) body.set(name, all.get(name) ?? "");
  return body;
};
const same = (body) => ["text", "outcome", "outcome_reason", "cause"].map((name) => body.get(name)).join("\0");

if (form && said) {
  let saved = same(typed());
  let busy = false;
  let sent = false;
  form.addEventListener("submit", () => (sent = true));
  const keep = async () => {
    const body = typed();
    if (busy || sent || same(body) === saved) return;
    busy = true;
    try {
      const headers = { accept: "application/json" };
      const answer = await fetch(form.action, { method: "POST", body, headers, redirect: "error" });
      const told = await answer.json();
      said.textContent = told.said ?? said.dataset.draftLost;
      if (answer.ok) {
        saved = same(body);
        form.elements.draft.value = told.draft;
      }
    } catch {
      said.textContent = said.dataset.draftLost;
    } finally {
      busy = false;
    }
  };
  setInterval(keep, 10000);
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
}
