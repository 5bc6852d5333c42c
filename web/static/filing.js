// Comfort while filing: a draft on this device, sending with progress, one's position. Every page
// works without it, and no words are here: they come from the page.
"use strict";

const DRAFT = "hailong_draft";
const OFF = "hailong_draft_off";
const DAYS = 7;
const KEPT = ["agency", "service", "kind", "subject", "text", "location"];
const CONTACT = ["name", "email", "phone", "reach_by"];

const part = (name, root = document) => root.querySelector(`[data-draft='${name}']`);

// The store may be missing, full or forbidden: then nothing is kept, and nothing breaks.
const store = {
  get(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem(name, value); return true; } catch { return false; }
  },
  drop(name) {
    try { localStorage.removeItem(name); } catch { /* there was nothing to drop */ }
  },
};

function draft() {
  try {
    const found = JSON.parse(store.get(DRAFT));
    if (Date.now() - found.at < DAYS * 864e5) return found;
  } catch { /* none, or not of our making */ }
  store.drop(DRAFT);
  return null;
}

function save(form) {
  if (store.get(OFF)) return false;
  const withContact = part("contact")?.checked ?? draft()?.withContact ?? false;
  const data = new FormData(form);
  const values = {};
  for (const name of withContact ? [...KEPT, ...CONTACT] : KEPT) {
    if (data.get(name)) values[name] = data.get(name);
  }
  if (!values.subject && !values.text) return false;
  return store.set(DRAFT, JSON.stringify({ at: Date.now(), withContact, values }));
}

// The first page: go on with what was begun.
const offer = part("offer");
const begun = draft();
if (offer && begun) {
  const form = offer.querySelector("form");
  for (const [name, value] of Object.entries(begun.values)) {
    if (![...KEPT, ...CONTACT].includes(name)) continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
  if (!begun.values.agency) form.querySelector("[name='step']").value = "agency";
  part("about", offer).textContent = (begun.values.subject || begun.values.text).slice(0, 80);
  offer.hidden = false;
}

// A page that asks: keep what is typed, and say so.
const form = document.querySelector("form[data-filing]");
const keeping = part("keeping");
if (form && keeping) {
  const on = part("on", keeping);
  const contact = part("contact", keeping);
  const say = (kept) => {
    part("state", keeping).textContent =
      kept && !store.get(OFF) ? keeping.dataset.saved : store.get(OFF) ? keeping.dataset.off : "";
  };
  on.checked = !store.get(OFF);
  if (contact) contact.checked = draft()?.withContact ?? false;
  keeping.hidden = false;
  say(draft());
  let pause;
  const keep = () => {
    part("forgotten", keeping).hidden = true;
    say(save(form));
  };
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(keep, 400);
  });
  form.addEventListener("submit", keep);
  document.addEventListener("visibilitychange", () => document.hidden && draft() && keep());
  on.addEventListener("change", () => {
    if (on.checked) store.drop(OFF);
    else { store.set(OFF, "1"); store.drop(DRAFT); }
    keep();
  });
  // A page loaded anew, or come back to, has lost what was typed since it was sent.
  const [how] = performance.getEntriesByType("navigation");
  const kept = draft();
  const isSame = kept?.values.agency === new FormData(form).get("agency");
  if (isSame && ["reload", "back_forward"].includes(how?.type)) {
    for (const [name, value] of Object.entries(kept.values)) {
      const field = form.elements[name];
      if (field?.matches?.("textarea, input:not([type='hidden'])") && !field.value) {
        field.value = value;
      }
    }
  }
}

for (const button of document.querySelectorAll("button[data-draft='forget']")) {
  button.addEventListener("click", () => {
    store.drop(DRAFT);
    if (offer) offer.hidden = true;
    const said = part("forgotten");
    if (!said) return;
    // What stands in the page is not kept again when it is sent on.
    store.set(OFF, "1");
    part("on").checked = false;
    part("state").textContent = "";
    said.hidden = false;
  });
}

// Sent, or not ours to keep.
if (part("sent") || part("gone")) store.drop(DRAFT);

// The last page: send with progress, and again when the line was lost. The form carries a key of
// its own, so that what did arrive is never filed twice.
const last = document.querySelector("form[data-send='form']");
if (last) {
  const progress = last.querySelector("[data-send='progress']");
  const bar = progress.querySelector("progress");
  const lost = last.querySelector("[data-send='lost']");
  let busy = false;
  let waiting = false;
  const send = () => {
    if (busy) return;
    busy = true;
    waiting = false;
    const data = new FormData(last);
    data.set("step", "send");
    const call = new XMLHttpRequest();
    call.open("POST", last.action);
    call.setRequestHeader("x-hailong-send", "1");
    call.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    call.addEventListener("load", () => {
      if (call.status === 201) {
        store.drop(DRAFT);
        location.assign(call.getResponseHeader("Location"));
        return;
      }
      // Something is to be mended: let the browser show what the server says to the same form.
      const step = Object.assign(document.createElement("input"), {
        type: "hidden", name: "step", value: "send",
      });
      last.append(step);
      HTMLFormElement.prototype.submit.call(last);
    });
    call.addEventListener("error", () => {
      busy = false;
      waiting = true;
      progress.hidden = true;
      lost.hidden = false;
    });
    bar.value = 0;
    lost.hidden = true;
    progress.hidden = false;
    call.send(data);
  };
  last.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "send") return;
    event.preventDefault();
    send();
  });
  addEventListener("online", () => waiting && send());
}

// One's position as a text in the field, if one presses for it: no map, nobody else is asked.
const place = document.querySelector("[data-place='']");
if (place && navigator.geolocation) {
  const field = document.getElementById("location");
  const said = place.querySelector("[data-place='said']");
  const add = place.querySelector("[data-place='add']");
  const remove = place.querySelector("[data-place='remove']");
  const POSITION = / ?\(-?\d+\.\d+, -?\d+\.\d+ ±\d+ m\)/;
  const show = (words) => {
    remove.hidden = !POSITION.test(field.value);
    said.textContent = words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  place.hidden = false;
  remove.hidden = !POSITION.test(field.value);
  add.addEventListener("click", () => {
    said.textContent = place.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const metres = Math.ceil(coords.accuracy);
        const point = `(${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ±${metres} m)`;
        field.value = `${field.value.replace(POSITION, "").trim()} ${point}`.trim();
        show(place.dataset.found.replace("{metres}", metres));
      },
      () => show(place.dataset.failed),
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
  remove.addEventListener("click", () => {
    field.value = field.value.replace(POSITION, "").trim();
    show("");
    field.focus();
  });
}
