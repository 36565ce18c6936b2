// The evidence: the whole article that a citation names, with the quote marked and in sight, or with
// a note that another text stands there by now.

import { troubleOf } from "./conversation.js";
import { h, icon, link, tool } from "./dom.js";
import { clean, cleanLine, cutOut, webAddress } from "./text.js";

/** @type {T.CreateEvidence} */
export function createEvidence(api, words, toggled) {
  const heading = h("h2");
  const body = h("div", { class: "article", tabindex: 0, role: "region" });
  const back = tool("back", words, close);
  const head = h("header", { class: "head" }, back, heading);
  const element = h("div", { class: "evidence", role: "dialog", hidden: true }, head, body);
  let loading = new AbortController();
  /** @type {HTMLElement | null} */
  let opener = null;

  /** @type {T.ShowEvidence} */
  async function show(place, label, from) {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    opener = from;
    heading.textContent = element.ariaLabel = body.ariaLabel = label;
    element.hidden = false;
    toggled(true);
    back.focus();
    body.replaceChildren(h("p", { class: "hint", role: "status" }, words.say("opening")));
    try {
      const article = await api.article(place.article_id, signal);
      if (!signal.aborted) fill(article, place);
    } catch (error) {
      if (signal.aborted) return;
      const again = { class: "button", click: () => void show(place, label, from) };
      const trouble = h("p", { class: "trouble", role: "alert" }, icon("doubt"), words.trouble(troubleOf(error)));
      body.replaceChildren(trouble, h("button", again, words.say("retry")));
    }
  }

  function close() {
    if (element.hidden) return;
    loading.abort();
    element.hidden = true;
    toggled(false);
    opener?.focus();
  }

  /** @type {T.FillEvidence} */
  function fill({ title, text, language: lang, direction: dir, url, published }, place) {
    const [before, quote, after] = cutOut(text, place.start, place.end);
    const same = quote === place.quote;
    const { direction, language } = place;
    const moved = h("blockquote", { dir: direction, lang: language }, clean(place.quote));
    body.replaceChildren(
      h("h3", { dir, lang }, cleanLine(title) || place.article_id),
      h(
        "p",
        { class: "facts" },
        published && h("time", { datetime: published }, words.date(published)),
        link(webAddress(url), words.say("original")),
        link(webAddress(api.pageOf(place)), words.say("page")),
      ),
      same ? "" : h("div", { class: "changed", role: "note" }, words.say("changed"), moved),
      h("div", { class: "body", dir, lang }, paragraphs(same ? [before, quote, after] : [text])),
    );
    center(body.querySelector("mark"));
  }

  // The page around the widget stays where it is.
  /** @param {HTMLElement | null} mark */
  function center(mark) {
    body.scrollTop = 0;
    if (!mark) return;
    const room = Math.max(0, body.clientHeight - mark.offsetHeight) / 2;
    body.scrollTop = mark.getBoundingClientRect().top - body.getBoundingClientRect().top - room;
  }

  return { element, show, close };
}

/** @type {T.Paragraphs} */
function paragraphs(pieces) {
  const made = [h("p")];
  pieces.forEach((piece, which) => {
    clean(piece ?? "").split("\n").forEach((line, at) => {
      if (at) made.push(h("p"));
      if (line) made.at(-1)?.append(which === 1 ? h("mark", null, line) : line);
    });
  });
  return made.filter(({ textContent }) => textContent.trim());
}
