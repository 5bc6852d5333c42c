// What was chosen is shown before it is sent: small, with its name and size, and what will not be
// taken. Nothing is sent from here, and the words come from the page.
"use strict";

const MEGABYTE = 1024 * 1024;

for (const shelf of document.querySelectorAll("[data-pictures]")) {
  const fields = [...shelf.closest("form").querySelectorAll("input[type='file'][name='files']")];
  const { most, megabytes, tooLarge, tooMany, remove } = shelf.dataset;
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const list = shelf.querySelector("ul");
  const said = shelf.querySelector("[role='status']");

  const take = (field, file) => {
    const left = new DataTransfer();
    for (const one of field.files) if (one !== file) left.items.add(one);
    field.files = left.files;
    show();
    field.focus();
  };

  const entry = (field, file) => {
    const item = document.createElement("li");
    const view = document.createElement("canvas");
    view.width = view.height = 0;
    createImageBitmap(file, { resizeHeight: 96 }).then((picture) => {
      [view.width, view.height] = [picture.width, picture.height];
      view.getContext("2d").drawImage(picture, 0, 0);
    }, () => { /* no picture this browser can draw: the server says what it makes of it */ });
    const words = document.createElement("span");
    words.textContent = `${file.name} · ${size.format(file.size / MEGABYTE)} MB`;
    item.append(view, words);
    if (file.size > megabytes * MEGABYTE) {
      item.append(Object.assign(document.createElement("strong"), { textContent: tooLarge }));
    }
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "hl-link", textContent: remove,
    });
    button.setAttribute("aria-label", `${remove}: ${file.name}`);
    button.addEventListener("click", () => take(field, file));
    item.append(button);
    return item;
  };

  const show = () => {
    const chosen = fields.flatMap((field) => [...field.files].map((file) => entry(field, file)));
    list.replaceChildren(...chosen);
    shelf.hidden = !chosen.length;
    said.textContent = chosen.length > most ? tooMany : "";
  };
  for (const field of fields) field.addEventListener("change", show);
  show();
}
