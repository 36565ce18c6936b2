// The view of one turn: question, answer as it grows and as it is, sources, and what to do with it.

import { troubleOf } from "./conversation.js";
import { h, icon, link, patch, tool } from "./dom.js";
import { doubtNodes, makeProse, sourceName } from "./prose.js";
import { clean, cleanLine, directionIn, directionOf, settled, webAddress } from "./text.js";

const LONGEST_COMMENT = 2000;
const LONGEST_ANSWER = 20_000;

/** @type {T.CreateAnswer} */
export function createAnswer(turn, desk) {
  const { words } = desk;
  const above = h("div", { class: "above" });
  const text = h("div", { class: "text" });
  const below = h("div", { class: "below" });
  const named = { class: "answer", tabindex: -1, "aria-label": words.say("answer") };
  const answer = h("article", { ...named, click: clicked }, above, text, below);
  const question = clean(turn.question);
  const asked = h("p", { class: "question", dir: directionOf(question) }, question);
  const element = h("li", null, h("h3", { class: "unseen" }, words.say("question")), asked, answer);
  let ticking = 0;

  function grow() {
    const { answer: whole, state } = turn;
    const open = state === "asking";
    const shown = whole?.answer ?? (open ? settled(clean(turn.text)) : turn.text);
    const { sentences, citations, language } = whole ?? { ...turn, sentences: [], language: "" };
    const { nodes, direction, missing } = makeProse({ text: shown, citations, sentences, language, open }, words);
    text.dir = direction;
    text.lang = language;
    text.hidden = !shown;
    if (open) above.replaceChildren(shown ? "" : thinking());
    patch(text, h("div", null, nodes));
    return missing;
  }

  function settle() {
    clearInterval(ticking);
    const missing = grow();
    const { answer: whole, state } = turn;
    answer.ariaBusy = String(state === "asking");
    below.replaceChildren();
    if (state === "asking") return;
    above.replaceChildren(whole?.rewritten ? hint("understood", h("bdi", null, clean(whole.rewritten))) : "");
    below.append(...(whole ? conclusion(whole, missing) : trouble()));
  }

  const thinking = () => {
    const dots = h("span", { class: "dots" }, h("i"), h("i"), h("i"));
    return h("p", { class: "thinking" }, dots, words.say(turn.found ? "writing" : "searching"));
  };

  /** @type {T.Hint} */
  const hint = (key, ...more) => h("p", { class: "hint" }, `${words.say(key)} `, more);

  /** @type {T.Conclusion} */
  function conclusion(whole, missing) {
    const note = h("span", { class: "hint", role: "status" });
    const { thumbs, form } = createRating(turn, desk, note);
    const tools = h("div", { class: "tools" }, copyButton(whole, desk, note), thumbs, note);
    const all = [
      // What is doubtful must be seen, even if the text has it in other words.
      ...missing.map((sentence) => h("p", null, h("span", { class: "doubt" }, sentence.text), doubtNodes(sentence, words))),
      turn.replaced && hint("replaced"),
      whole.degraded && hint("degraded"),
      ...sourceLists(whole, desk),
      tools,
      form,
    ];
    return all.filter((node) => node !== false);
  }

  function trouble() {
    const { trouble: matter, state } = turn;
    const broken = turn.text && matter ? words.say("broken") : "";
    const reason = matter && !(broken && matter.kind === "interrupted") ? words.trouble(matter) : "";
    const wait = h("span");
    const again = () => {
      answer.focus();
      desk.retry();
    };
    const retry = h("button", { class: "button retry", click: again }, words.say("retry"));
    const tick = () => {
      const n = Math.max(0, Math.ceil(((matter?.until ?? 0) - Date.now()) / 1000));
      retry.disabled = n > 0;
      wait.textContent = n ? words.say("wait", { n }) : "";
      if (!n) clearInterval(ticking);
    };
    ticking = setInterval(tick, 250);
    tick();
    const told = [state === "stopped" && words.say("stopped"), broken, reason].filter(Boolean).join(" ");
    return [h("p", { class: "trouble" }, icon("doubt"), told, " ", wait), retry];
  }

  /** @param {Event} event */
  function clicked({ target }) {
    const button = target instanceof Element && target.closest("button");
    if (!button) return;
    if (button.matches(".why")) {
      const hidden = button.parentElement?.nextElementSibling?.toggleAttribute("hidden");
      button.ariaExpanded = String(!hidden);
    }
    const { citations } = turn.answer ?? turn;
    const citation = citations.find(({ marker }) => `${marker}` === button.dataset.marker);
    if (citation) desk.showEvidence(citation, button.ariaLabel ?? "", button);
  }

  settle();
  return { element, grow, settle };
}

/** @type {T.SourceLists} */
function sourceLists({ citations, related, language }, { words, showEvidence }) {
  /** @type {T.SourceRow} */
  const row = (place, name, number, excerpt) => {
    const { url, language: its, direction: dir } = place;
    const title = cleanLine(place.title) || place.article_id;
    const label = its === language ? "" : words.inLanguage(its);
    const open = h(
      "button",
      { class: "open", "aria-label": `${name} ${label}`.trim(), click: () => showEvidence(place, name, open) },
      number && h("span", { class: "number" }, number),
      h(
        "span",
        null,
        h("bdi", { dir: directionIn(its), lang: its }, title),
        label && h("span", { class: "label" }, label),
        excerpt && h("span", { class: "excerpt", dir, lang: its }, excerpt),
      ),
    );
    return h("li", null, open, link(webAddress(url), `${words.say("original")}: ${title}`, false));
  };
  const cited = citations.map((one) => row(one, sourceName(one, words), words.number(one.marker)));
  const near = (related ?? []).map((one) => row(one, cleanLine(one.title), "", clean(one.quote)));
  return [section(words.say("sources"), cited), section(words.say("related"), near)];
}

/** @type {T.Section} */
const section = (heading, rows) =>
  rows.length > 0 && h("section", null, h("h3", null, heading), h("ol", { class: "sources" }, rows));

/** @type {T.CreateRating} */
function createRating(turn, { words, conversation }, note) {
  const box = h("textarea", { rows: 2, maxlength: LONGEST_COMMENT, dir: "auto" });
  const tell = h("button", { class: "button" }, words.say("tell"));
  const form = h("form", { class: "comment", hidden: true }, h("label", null, words.say("comment"), box), tell);
  const thumbs = [thumb("up"), thumb("down")];

  /** @param {T.Rating} rating */
  function thumb(rating) {
    return tool(rating, words, () => void rate(rating, ""));
  }

  function show() {
    for (const each of thumbs) each.ariaPressed = String(each.matches(`.${turn.rating}`));
  }

  /** @type {T.Rate} */
  async function rate(rating, comment) {
    const { question, answer } = turn;
    const said = { question, answer: clean(answer?.answer ?? "").slice(0, LONGEST_ANSWER) };
    try {
      await conversation.api.feedback({ answer_id: answer?.id ?? "", rating, ...said, ...(comment && { comment }) });
    } catch (error) {
      note.textContent = `${words.say("unrated")} ${words.trouble(troubleOf(error))}`;
      return;
    }
    turn.rating = rating;
    conversation.save();
    show();
    note.textContent = words.say("thanks");
    form.hidden = Boolean(comment);
    if (comment) thumbs.find(({ ariaPressed }) => ariaPressed === "true")?.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const comment = clean(box.value).trim();
    if (comment && turn.rating) void rate(turn.rating, comment);
  });
  show();
  return { thumbs, form };
}

/** @type {T.CopyButton} */
function copyButton(answer, { words }, note) {
  return tool("copy", words, async () => {
    try {
      await navigator.clipboard.writeText(plainText(answer, words.say("sources")));
      note.textContent = words.say("copied");
    } catch {
      // It is not allowed, or there is no clipboard, as on a page that is not secure.
      note.textContent = words.say("uncopied");
    }
  });
}

/** @type {T.PlainText} */
function plainText({ answer, citations }, heading) {
  const sources = citations.map(({ marker, title, quote, url }) =>
    [`[${marker}] ${cleanLine(title)}`, `«${cleanLine(quote)}»`, webAddress(url)].filter(Boolean).join("\n"),
  );
  return [clean(answer), ...(sources.length ? ["", heading, ...sources] : [])].join("\n");
}
