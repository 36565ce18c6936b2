/**
 * An article's page: highlights the quote that the address points at, and makes links to
 * what the reader selects. Counting is `places.js`'s job.
 */

import { copied } from "./copy.js";
import { mark, placeIn, placeOf, unmark } from "./places.js";
import { words } from "./words.js";

const article = document.getElementById("text");
const note = document.getElementById("note");
const bar = document.getElementById("selection");
const news = bar.querySelector("p");
const field = bar.querySelector("input");
let selected = null;

/** @param {ScrollBehavior} behavior */
function showPlace(behavior) {
  unmark(article);
  const place = placeIn(location.hash);
  const [start, end] = place ?? [0, 0];
  const exists = start < end && end <= Number(article.dataset.length);
  const marks = exists ? mark(article, start, end) : [];
  if (marks.length) {
    note.textContent = words.marked;
    focusOn(marks[0], behavior);
  } else {
    const meant = location.hash.startsWith("#chars");
    note.textContent = meant ? words.bad_place : "";
  }
}

/** A screen reader goes on from the focus, so that is where the quote has to be. */
function focusOn(element, behavior) {
  element.tabIndex = -1;
  element.setAttribute("aria-describedby", note.id);
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior });
}

function offerLink() {
  const selection = getSelection();
  if (bar.contains(document.activeElement)) return;
  const range =
    selection && selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  selected = range && placeOf(article, range);
  bar.hidden = selected === null;
  field.hidden = true;
  news.textContent = "";
}

async function copyLink() {
  const link = `${location.href.split("#")[0]}#chars=${selected[0]}-${selected[1]}`;
  if (await copied(link)) {
    news.textContent = words.copied;
    return;
  }
  news.textContent = words.copy_failed;
  field.value = link;
  field.hidden = false;
  field.select();
}

const still = matchMedia("(prefers-reduced-motion: reduce)");
showPlace("instant");
addEventListener("hashchange", () => showPlace(still.matches ? "instant" : "smooth"));
document.addEventListener("selectionchange", offerLink);
const button = document.getElementById("copy-link");
// A press would take the selection away before the click.
button.addEventListener("pointerdown", (event) => event.preventDefault());
button.addEventListener("click", copyLink);
