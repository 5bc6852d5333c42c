// Solves the puzzle of a page that asks for patience, beside the page, and goes on by itself.
"use strict";

const waiting = document.querySelector("form[data-puzzle]");
if (waiting && window.Worker) {
  const password = waiting.querySelector("input[type='password']");
  waiting.querySelector("[data-said]").hidden = false;
  waiting.querySelector("[data-unsaid]").hidden = true;
  const worker = new Worker(waiting.dataset.worker);
  worker.onmessage = ({ data }) => {
    waiting.elements.solution.value = data;
    if (password === null) waiting.requestSubmit();
  };
  worker.onerror = () => {
    waiting.querySelector("[data-said]").hidden = true;
    waiting.querySelector("[data-unsaid]").hidden = false;
  };
  worker.postMessage(waiting.dataset.puzzle);
}
