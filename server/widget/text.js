// Characters: what may be shown, which way it runs, where it may be cut. Strings here are UTF-16,
// the server counts code points.

// Controls, direction overrides and isolates, tags and whatever else hides or reorders text. Joiners
// and the two direction marks stay: words are spelt with them. Half a surrogate is no character.
const UNSHOWN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\u{e0000}-\u{e0fff}]/gu;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const HALF_A_MARK = /[*`]+$|(?:^|\n)[^\S\n]*(?:[-+•]|\p{Nd}{1,3}[.)]?)[^\S\n]*$|\[\p{Nd}*$/u;
const SENTENCE_END = /[.!?؟…۔][»”"')*]*(?:\s*\[\d+\])*(?=\s)|\n/g;
const LONGEST_CLUSTER = 64;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** @type {T.Change} */
export const clean = (text) => text.replace(/\r\n?|[\x85\u2028\u2029]/g, "\n").replace(UNSHOWN, "");

/** @type {T.Change} */
export const cleanLine = (text) => clean(text).replace(/\s+/g, " ").trim();

/** @type {T.LanguageDirection} */
export const directionIn = (language) => (/^(ar|fa|ur|he|ps|ckb|ug|yi|dv)\b/.test(language) ? "rtl" : "ltr");

// An Arabic answer may begin with a Latin name.
/** @type {T.TextDirection} */
export function directionOf(text, language = "") {
  const rtl = RTL.test(text);
  if (language && rtl === (directionIn(language) === "rtl")) return directionIn(language);
  return RTL.test(/\p{L}/u.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
}

/** @type {T.CutOut} */
export function cutOut(text, start, end) {
  const points = [...text];
  return [points.slice(0, start), points.slice(start, end), points.slice(end)].map((part) => part.join(""));
}

/** @type {T.Change} */
export function settled(text) {
  const tail = Math.max(0, text.length - LONGEST_CLUSTER);
  const last = [...graphemes.segment(text.slice(tail))].at(-1);
  return text.slice(0, tail + (last?.index ?? 0)).replace(HALF_A_MARK, "");
}

/** @type {T.Measure} */
export function finishedLength(text) {
  const last = [...text.matchAll(SENTENCE_END)].at(-1);
  return last ? last.index + last[0].length : 0;
}

/** @type {T.Change} */
export const withoutMarkers = (text) => text.replace(/[^\S\n]*\[\d+\]/g, "");

/** @type {T.WebAddress} */
export function webAddress(address) {
  try {
    const { protocol, href } = new URL(address ?? "");
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}
