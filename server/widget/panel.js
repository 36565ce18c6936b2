// The chat as the reader sees it: it puts the parts together, and tells a screen reader about them.

import { createAnswer } from "./answer.js";
import { createComposer } from "./composer.js";
import { h, icon, tool } from "./dom.js";
import { createEvidence } from "./evidence.js";
import { clean, cleanLine, finishedLength, withoutMarkers } from "./text.js";

const NEAR_THE_END = 80;
const MOST_TOLD = 20;

/** @type {T.CreatePanel} */
export function createPanel({ inline, heading, greeting, suggestions, filters }, words, conversation, close) {
  /** @type {Map<T.Turn, T.AnswerView>} */
  const views = new Map();
  /** @type {Set<T.Turn>} */
  const grown = new Set();
  let told = 0;
  const title = cleanLine(heading || words.say("heading"));
  const banner = h("p", { class: "banner", id: "offline", hidden: true });
  const turns = h("ol", { class: "turns" });
  const chips = suggestions.map((text) =>
    h("li", null, h("button", { class: "chip", dir: "auto", click: () => ask(text) }, text)),
  );
  const empty = h(
    "div",
    { class: "empty" },
    h("span", { class: "emblem" }, icon("chat")),
    h("p", { dir: "auto" }, greeting || words.say("greeting")),
    chips.length > 0 && h("ul", { class: "chips", "aria-label": words.say("suggestions") }, chips),
  );
  const named = { role: "region", "aria-label": words.say("conversation") };
  const scroller = h("div", { class: "scroller", tabindex: 0, ...named }, empty, turns);
  const composer = createComposer(words, ask, conversation.stop);
  const head = h(
    "header",
    { class: "head" },
    h("h2", { dir: "auto" }, title),
    tool("fresh", words, restart),
    !inline && tool("close", words, close),
  );
  const chat = h("div", { class: "chat" }, head, banner, scroller, composer.element);
  const evidence = createEvidence(conversation.api, words, (open) => {
    chat.inert = open;
    // What opened it takes the focus from here, unless it is gone by now.
    if (!open) scroller.focus();
  });
  const log = h("div", { class: "unseen", role: "log" });
  const kind = { class: "panel", role: inline ? "region" : "dialog", "aria-label": title, keydown: pressed };
  const element = h("section", kind, chat, evidence.element, log);

  function ask(question = "") {
    if (conversation.busy || !navigator.onLine) return;
    say(words.say("searching"));
    void conversation.ask(question, filters);
    toTheEnd();
    // A suggestion that was pressed is gone, and the focus with it.
    if (!element.matches(":focus-within")) scroller.focus();
  }

  function restart() {
    conversation.clear();
    views.clear();
    turns.replaceChildren();
    log.replaceChildren();
    empty.hidden = false;
    composer.box.focus();
  }

  /** @type {T.ViewOf} */
  function viewOf(turn) {
    const retry = () => conversation.busy || conversation.retry(turn, filters);
    const view = views.get(turn) ?? createAnswer(turn, { words, conversation, retry, showEvidence: evidence.show });
    views.set(turn, view);
    if (!view.element.isConnected) turns.append(view.element);
    empty.hidden = true;
    return view;
  }

  /** @param {T.Turn} turn */
  function grow(turn) {
    if (!grown.size) requestAnimationFrame(showGrown);
    grown.add(turn);
  }

  function showGrown() {
    const follows = atTheEnd();
    for (const turn of grown) {
      viewOf(turn).grow();
      const finished = finishedLength(turn.text);
      if (finished > told) say(turn.text.slice(told, finished));
      told = Math.max(told, finished);
    }
    grown.clear();
    if (follows) toTheEnd();
  }

  /** @param {T.Turn} turn */
  function settle(turn) {
    composer.set({ busy: conversation.busy });
    grown.delete(turn);
    if (!conversation.turns.includes(turn)) return;
    const follows = atTheEnd();
    viewOf(turn).settle();
    if (!conversation.busy) conclude(turn);
    if (follows) toTheEnd();
  }

  /** @param {T.Turn} turn */
  function conclude({ answer, text, replaced, trouble }) {
    if (replaced) say(words.say("replaced"));
    say((answer?.answer ?? text).slice(replaced ? 0 : told));
    told = 0;
    if (answer) say(words.say("ready", { n: answer.citations.length }));
    else say(trouble ? words.trouble(trouble) : words.say("stopped"));
  }

  function say(text = "") {
    const line = withoutMarkers(clean(text)).trim();
    if (line) log.append(h("p", null, line));
    while (log.childElementCount > MOST_TOLD) log.firstChild?.remove();
  }

  function online() {
    const offline = !navigator.onLine;
    if (offline !== banner.hidden) return;
    banner.hidden = !offline;
    banner.textContent = offline ? words.say("offline") : "";
    say(words.say(offline ? "offline" : "online"));
    composer.set({ offline });
  }

  const atTheEnd = () => scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - NEAR_THE_END;

  function toTheEnd() {
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!evidence.element.hidden) evidence.close();
    else if (conversation.busy) conversation.stop();
    else close();
  }

  for (const turn of conversation.turns) viewOf(turn);
  composer.set({ busy: conversation.busy });
  online();
  return { element, box: composer.box, show: composer.show, grow, settle, online, toTheEnd };
}
