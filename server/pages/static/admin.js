/** The editors' desk: lets in whoever has the key, and puts its parts together. */

import { DeskError, ask, forgetKey, keepKey, keptKey } from "./desk-api.js";
import { button, element, languageName, number } from "./dom.js";
import { connectLibrary } from "./library.js";
import { showFeedback, showUnanswered } from "./readers.js";
import { connectUploads } from "./uploads.js";
import { filled, words } from "./words.js";

const form = document.getElementById("key-form");
const field = document.getElementById("key");
const problem = document.getElementById("key-problem");
const desk = document.getElementById("desk");
const leave = document.getElementById("leave");
const showStatus = () => attempt("status", status);
const showLibrary = connectLibrary((task) => attempt("articles", task), showStatus);
let connected = false;

async function openDesk() {
  try {
    await status();
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    // Without a collection there is no status, but the key was right.
    if (error.code !== "index_empty") return lock(error);
  }
  form.hidden = true;
  desk.hidden = leave.hidden = false;
  showLibrary();
  attempt("unanswered", () => showUnanswered(inPart("unanswered")));
  attempt("feedback", () => showFeedback(inPart("feedback")));
  if (!connected) attempt("uploads", () => connectUploads({ onDone: refresh, onLocked: lock }));
  connected = true;
  return undefined;
}

function refresh() {
  showStatus();
  showLibrary();
}

/** Ask for the key, telling what was wrong with the one before. */
function lock(error) {
  if (error?.locked) forgetKey();
  desk.hidden = leave.hidden = true;
  form.hidden = false;
  problem.textContent = error ? told(error) : "";
  field.focus();
}

function told(error) {
  if (error.locked) return words.key_wrong;
  return error.code === "offline" ? words.offline : filled(words.failed, error.message);
}

/** Run a task of one part of the desk; if it fails, that part says so and offers to try again. */
async function attempt(part, task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    if (error.locked) return lock(error);
    const again = button(words.retry, () => attempt(part, task));
    document
      .getElementById(part)
      .replaceChildren(element("p", { class: "bad", role: "alert" }, told(error)), again);
  }
  return undefined;
}

function inPart(part) {
  return (task) => attempt(part, task);
}

async function status() {
  const found = await ask("GET", "/v1/status");
  const figures = [
    ...Object.entries(found.articles).map(([code, count]) => [
      `${words.status_articles}: ${languageName(code)}`,
      number(count),
    ]),
    [words.status_passages, number(found.passages)],
    [words.status_sentences, number(found.sentences)],
    [words.status_answerer, found.answerer],
    [words.status_model, found.model],
  ];
  const list = element("dl", { class: "figures" }, ...figures.map(pair));
  document.getElementById("status").replaceChildren(list);
}

function pair([name, value]) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, element("bdi", {}, value)));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const key = field.value.trim();
  problem.textContent = "";
  if (!key) problem.textContent = words.key_empty;
  else if (/[^\x21-\x7e]/.test(key)) problem.textContent = words.key_unusable;
  else {
    keepKey(key);
    field.value = "";
    openDesk();
  }
});
leave.addEventListener("click", () => {
  forgetKey();
  // What was shown must not stay in the page.
  location.reload();
});
document.getElementById("ratings").addEventListener("change", () => {
  attempt("feedback", () => showFeedback(inPart("feedback")));
});

if (keptKey()) openDesk();
else lock();
