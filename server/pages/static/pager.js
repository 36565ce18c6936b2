/** Lists that come in pages, with the buttons to turn them. */

import { button, element, number } from "./dom.js";
import { filled, words } from "./words.js";

export const PAGE_SIZE = 10;

/**
 * Which stretch of a list is shown, and the way to what comes before and after.
 * @param {{ offset: number, shown: number, total: number, turn: (offset: number) => void }} list
 */
export function pager({ offset, shown, total, turn }) {
  const before = button(words.previous, () => turn(Math.max(0, offset - PAGE_SIZE)));
  const after = button(words.next, () => turn(offset + PAGE_SIZE));
  before.disabled = offset === 0;
  after.disabled = offset + shown >= total;
  const stretch = filled(
    words.articles_shown,
    number(offset + 1),
    number(offset + shown),
    number(total),
  );
  const turning = total > PAGE_SIZE ? [before, after] : [];
  return element(
    "div",
    { class: "pager" },
    element("span", { role: "status" }, stretch),
    ...turning,
  );
}

/** A note where a list is empty. */
export function nothing(text) {
  return element("p", { class: "meta" }, text);
}
