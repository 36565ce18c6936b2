/** What readers asked in vain, and what they said of the answers. */

import { ask } from "./desk-api.js";
import { element, moment, number } from "./dom.js";
import { PAGE_SIZE, nothing, pager } from "./pager.js";
import { filled, words } from "./words.js";

/** Shows a page of the questions that no article answered. */
export async function showUnanswered(attempt, offset = 0) {
  const { questions, total } = await ask(
    "GET",
    `/v1/unanswered?offset=${offset}&limit=${PAGE_SIZE}`,
  );
  const turn = (to) => attempt(() => showUnanswered(attempt, to));
  const rows = questions.map(({ question, language, times, last }) =>
    element(
      "li",
      {},
      element(
        "div",
        { class: "row" },
        element("span", {}, element("bdi", { lang: language }, question)),
        element("span", {}, filled(words.times, number(times))),
      ),
      element("p", { class: "meta" }, filled(words.last, moment(last))),
    ),
  );
  const end = total
    ? pager({ offset, shown: rows.length, total, turn })
    : nothing(words.no_questions);
  document
    .getElementById("unanswered")
    .replaceChildren(element("ul", { class: "plain rows" }, ...rows), end);
}

/** Shows a page of the ratings, of the kind that is chosen. */
export async function showFeedback(attempt, offset = 0) {
  const rating = document.querySelector("#ratings input:checked").value;
  const only = rating ? `&rating=${rating}` : "";
  const page = await ask("GET", `/v1/feedback?offset=${offset}&limit=${PAGE_SIZE}${only}`);
  const turn = (to) => attempt(() => showFeedback(attempt, to));
  const { total } = page;
  const counts = element(
    "p",
    { class: "meta" },
    filled(words.feedback_counts, number(page.up), number(page.down)),
  );
  const end = total
    ? pager({ offset, shown: page.feedback.length, total, turn })
    : nothing(words.no_feedback);
  document
    .getElementById("feedback")
    .replaceChildren(
      counts,
      element("ul", { class: "plain rows" }, ...page.feedback.map(row)),
      end,
    );
}

function row(item) {
  const said = [
    ["comment", item.comment],
    ["question", item.question],
    ["answer", item.answer],
  ];
  const details = said.flatMap(([name, text]) =>
    text ? [element("dt", {}, words[name]), element("dd", { dir: "auto" }, text)] : [],
  );
  const up = item.rating === "up";
  return element(
    "li",
    {},
    element(
      "div",
      { class: "row" },
      element(
        "span",
        { class: up ? "state-done" : "state-failed" },
        up ? `▲ ${words.rated_up}` : `▼ ${words.rated_down}`,
      ),
      element("span", { class: "meta" }, moment(item.received)),
    ),
    element("dl", {}, ...details),
  );
}
