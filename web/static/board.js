// Comfort only: an edition works without it. No words here, they come from the page.
"use strict";

const find = document.querySelector("[data-find]");
if (find) {
  const field = find.querySelector("input");
  const said = find.querySelector("[role=status]");
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  // Without marks, as phones are typed on: "ben thanh" finds Bến Thành.
  const plain = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d").trim();
  const lines = [...document.querySelectorAll("main tbody tr, .hl-tile")].map((line) => [
    line,
    plain(line.querySelector("a")?.textContent ?? ""),
  ]);
  const closed = [...document.querySelectorAll("main details:not([open])")].filter((details) =>
    details.querySelector("tbody tr"),
  );
  const parts = [...document.querySelectorAll(".hl-initial, .hl-chartbox, .hl-initials")];
  let pause;
  const show = () => {
    const wanted = plain(field.value);
    let count = 0;
    for (const [line, name] of lines) {
      line.hidden = !name.includes(wanted);
      if (!line.hidden) count += 1;
    }
    for (const details of closed) {
      details.open = wanted !== "" && details.querySelector("tbody tr:not([hidden])") !== null;
    }
    for (const part of parts) {
      part.hidden =
        wanted !== "" &&
        (!part.matches(".hl-initial") || !part.querySelector(".hl-tile:not([hidden])"));
    }
    clearTimeout(pause);
    const text = count ? find.dataset.some.replace("{count}", digits.format(count)) : find.dataset.none;
    pause = setTimeout(() => (said.textContent = wanted === "" ? "" : text), 300);
  };
  field.addEventListener("input", show);
  find.hidden = false;
  if (field.value) show(); // what a browser kept over a reload
}

// An edition never changes: that it was corrected, its server says beside it (RFC 5829).
const corrected = document.querySelector("[data-corrected]");
fetch(location.href, { cache: "force-cache" })
  .then((answer) => /<([^>]+)>; rel="successor-version"/.exec(answer.headers.get("link") ?? ""))
  .then((found) => {
    if (!found) return;
    corrected.querySelector("a").href = found[1];
    corrected.hidden = false;
  })
  .catch(() => {}); // read from a disk, or without a net
