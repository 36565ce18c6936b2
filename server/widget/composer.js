// Where the reader writes. Enter sends, Shift and Enter begin a line; the button stops an answer.

import { h, icon } from "./dom.js";
import { directionIn } from "./text.js";

const LONGEST_QUESTION = 2000;
const NEAR_THE_END = 200;
const MOST_LINES = 6;

/** @type {T.CreateComposer} */
export function createComposer(words, send, stop) {
  let busy = false;
  let offline = false;
  const writing = { rows: 1, maxlength: LONGEST_QUESTION, placeholder: words.say("placeholder"), enterkeyhint: "send" };
  const box = h("textarea", { ...writing, "aria-label": words.say("question"), input: show, keydown: pressed });
  const button = h("button", { class: "send", "aria-describedby": "offline" });
  const counter = h("p", { class: "counter" });
  const field = h("div", { class: "field" }, box, button);
  const element = h("form", { class: "composer", submit: submitted }, field, counter);

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    // 229 is what some browsers still send for the Enter that ends a composition.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!busy) element.requestSubmit();
  }

  /** @param {Event} event */
  function submitted(event) {
    event.preventDefault();
    const question = box.value.trim();
    if (busy) return stop();
    if (!question || offline) return;
    box.value = "";
    show();
    send(question);
  }

  function show() {
    const { length } = box.value;
    // Without text, "auto" would lay the placeholder out from left to right.
    box.dir = length ? "auto" : directionIn(words.language);
    button.replaceChildren(icon(busy ? "stop" : "send"));
    button.ariaLabel = button.title = words.say(busy ? "stop" : "send");
    // Not `disabled`, for then it would lose the focus.
    button.ariaDisabled = String(!busy && (offline || !box.value.trim()));
    counter.textContent =
      length > LONGEST_QUESTION - NEAR_THE_END ? words.say("length", { n: length, max: LONGEST_QUESTION }) : "";
    box.style.height = "auto";
    const { lineHeight, paddingBlock } = getComputedStyle(box);
    const most = parseFloat(lineHeight) * MOST_LINES + parseFloat(paddingBlock) * 2;
    if (box.scrollHeight) box.style.height = `${Math.min(box.scrollHeight, most)}px`;
  }

  show();
  return {
    element,
    box,
    show,
    set(state) {
      ({ busy = busy, offline = offline } = state);
      show();
    },
  };
}
