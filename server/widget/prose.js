// Makes nodes of an answer's text: a little Markdown, markers, and sentences that are not supported
// or run the other way. Links, images and HTML stay the text that they are.

import { h, icon } from "./dom.js";
import { clean, cleanLine, directionOf } from "./text.js";

// Private characters around a sentence that looks different.
const BEGIN = "\ue000";
const END = "\ue001";

const ITEM = /^\s*([\ue000\ue001]*)(?:[-*+•]|([\d٠-٩]{1,3})[.)])\s+(.*)$/;
const FENCE = /^\s*[\ue000\ue001]*```/;
const MARKS = /(\[[1-9]\d{0,3}\]|`[^`\ue000\ue001]+`|\*\*|[*\ue000\ue001])/;
/** @type {Record<string, "strong" | "em">} */
const STYLES = { "**": "strong", "*": "em" };

// What runs the other way: words of a script with what joins them, and in Arabic each number.
const among = (script = "", more = "") => {
  const word = `[\\p{Script=${script}}\\d][\\p{Script=${script}}\\p{M}\\d]*`;
  return new RegExp(`((?!\\d)${word}(?:[ .,،؛:'’&/_+@-]{1,2}${word})*${more})`, "u");
};
const OTHERS = { rtl: among("Latin", "|\\d+(?:[.,:/٫٬]\\d+)*"), ltr: among("Arabic") };

/** @type {T.MakeProse} */
export function makeProse({ text, citations, sentences, language, open }, words) {
  const shown = clean(text).replace(/[\ue000\ue001]/g, "").replace(/[^\S\n]+(?=\[\d)/g, "\xa0");
  const direction = directionOf(shown, language);
  const { marked, found, missing } = markSentences(shown, sentences, direction);
  /** @type {T.Marked | null} */
  let inside = null;

  /** @type {T.Enter} */
  const enter = (parent) => {
    if (!inside) return parent;
    const { doubt, run } = inside;
    const node = h(run ? "bdi" : "span", { dir: run, class: doubt.problem ? "doubt" : "other" });
    parent.append(node);
    return node;
  };

  /** @type {T.FillLine} */
  const fill = (parent, runs) => {
    let target = enter(parent);
    for (const run of runs) {
      const citation = citations.find(({ marker }) => run.text === `[${marker}]`);
      if (run.text === BEGIN) {
        inside = found.shift() ?? null;
        target = enter(parent);
      } else if (run.text === END) {
        if (inside?.doubt.problem) parent.append(...doubtNodes(inside.doubt, words));
        if (!inside?.run) target = parent;
        inside = null;
      } else {
        if (!inside && !citation && run.text.trim()) target = parent;
        target.append(...(citation ? [markerNode(citation, words)] : styled(run, inside?.run ?? direction)));
      }
    }
    return parent;
  };

  const nodes = blocksOf(marked).map(({ kind, start, lines }) => {
    if (kind === "p") return fill(h("p"), runsOf(lines.join("\n"), open));
    if (kind === "pre") {
      const runs = lines.join("\n").split(MARKS).map((text) => ({ text, strong: false, em: false, code: false }));
      return h("pre", { dir: "ltr", tabindex: 0 }, fill(h("code"), runs));
    }
    return h(kind === "ol" ? kind : "ul", { start }, lines.map((line) => fill(h("li"), runsOf(line, open))));
  });
  return { nodes, direction, missing };
}

// The text has white space of its own, and markers between the sentences: only letters are compared.
/** @type {T.MarkSentences} */
function markSentences(text, sentences, direction) {
  const places = [...text.matchAll(/\S/g)].map(({ index }) => index);
  const letters = text.replace(/\s/g, "");
  const found = [];
  const missing = [];
  let marked = "";
  let written = 0;
  let from = 0;
  for (const { text: said, supported, problem } of sentences) {
    const doubt = { text: clean(said), problem: supported ? null : problem };
    const own = directionOf(said);
    const wanted = doubt.text.replace(/\s/g, "");
    const at = wanted ? letters.indexOf(wanted, from) : -1;
    if (at < 0 && doubt.problem) missing.push(doubt);
    if (at < 0) continue;
    from = at + wanted.length;
    if (!doubt.problem && own === direction) continue;
    const end = (places[from - 1] ?? 0) + 1;
    marked += text.slice(written, places[at]) + BEGIN + text.slice(places[at], end) + END;
    written = end;
    found.push({ doubt, run: own === direction ? null : own });
  }
  return { marked: marked + text.slice(written), found, missing };
}

/** @type {T.Styled} */
function styled({ text, strong, em, code }, direction) {
  if (code) return [h("code", { dir: "ltr" }, text)];
  const dir = direction === "rtl" ? "ltr" : "rtl";
  const parts = text.split(OTHERS[direction]).map((part, at) => (at % 2 ? h("bdi", { dir }, part) : part));
  const inner = em ? [h("em", null, parts)] : parts;
  return strong ? [h("strong", null, inner)] : inner;
}

/** @type {T.MarkerNode} */
function markerNode(citation, words) {
  const label = sourceName(citation, words);
  const marker = { class: "marker", "data-marker": citation.marker, "aria-label": label };
  return h("bdi", null, h("button", marker, words.number(citation.marker)));
}

/** @type {T.SourceName} */
export const sourceName = ({ marker: n, title, article_id: id }, words) =>
  words.say("source", { n, title: cleanLine(title) || id });

/** @type {T.DoubtNodes} */
export function doubtNodes({ problem }, words) {
  const reason = words.unsupported(problem ?? "");
  const why = { class: "why", "aria-expanded": "false", "aria-label": reason };
  const told = { class: "reason", role: "note", dir: "auto", hidden: true };
  return [h("bdi", null, h("button", why, icon("doubt"))), h("span", told, reason)];
}

/** @type {T.BlocksOf} */
function blocksOf(text) {
  /** @type {T.Block[]} */
  const blocks = [];
  let fenced = false;
  for (const line of text.split("\n")) {
    const fence = FENCE.test(line);
    if (fence) fenced = !fenced;
    const [, edge = "", number = "", item = ""] = (!fenced && ITEM.exec(line)) || [];
    const other = fenced ? "pre" : line.trim() && "p";
    const kind = fence ? "" : item ? (number ? "ol" : "ul") : other;
    const start = number.replace(/\D/g, (digit) => String(digit.charCodeAt(0) & 15));
    const content = item ? edge + item : fenced ? line : line.trim();
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(content);
    else blocks.push({ kind, start: start || null, lines: [content] });
  }
  return blocks.filter(({ kind }) => kind);
}

/** @type {T.RunsOf} */
function runsOf(line, open) {
  const parts = line.split(MARKS);
  const style = { strong: false, em: false };
  const before = (at = 0) => parts[at - 1]?.slice(-1) ?? "";
  const closes = (at = 0) => before(at) !== " " && !/^[\p{L}\p{N}]/u.test(parts[at + 1] ?? "");
  const opens = (at = 0, mark = "") =>
    !/[\p{L}\p{N}\p{M}]/u.test(before(at)) &&
    /^\S/.test(parts.slice(at + 1).join("")) &&
    (open || parts.some((part, later) => later > at && part === mark && closes(later)));

  return parts.flatMap((text, at) => {
    const name = STYLES[text];
    const changes = name && (style[name] ? closes(at) : opens(at, text));
    if (changes) style[name] = !style[name];
    const code = /^`.+`$/s.test(text);
    return changes || !text ? [] : [{ text: code ? text.slice(1, -1) : text, code, ...style }];
  });
}
