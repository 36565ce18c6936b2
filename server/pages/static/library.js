/** The editors' list of articles: look through it, search it, delete from it. */

import { ask } from "./desk-api.js";
import { button, day, element, languageName, number } from "./dom.js";
import { PAGE_SIZE, nothing, pager } from "./pager.js";
import { filled, words } from "./words.js";

const MOST_PASSAGES = 50;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * @param {(task: () => Promise<void>) => void} attempt runs a task, and tells if it fails
 * @param {() => void} onChange
 * @returns {() => void} shows the list as it is now
 */
export function connectLibrary(attempt, onChange) {
  const place = document.getElementById("articles");
  const form = document.getElementById("article-search");
  let offset = 0;

  const query = () => String(new FormData(form).get("query")).trim();
  const show = () => attempt(() => (query() ? found(query()) : listed()));

  const listed = async () => {
    const page = await ask("GET", `/v1/articles?offset=${offset}&limit=${PAGE_SIZE}`).catch(
      noneYet,
    );
    if (!page.articles.length && offset) {
      offset = Math.max(0, offset - PAGE_SIZE);
      return listed();
    }
    const turn = (to) => {
      offset = to;
      show();
    };
    const { total } = page;
    const end = total
      ? pager({ offset, shown: page.articles.length, total, turn })
      : nothing(words.no_articles);
    return place.replaceChildren(rows(page.articles), end);
  };

  const found = async (text) => {
    const articles = await search(text);
    const count = filled(words.articles_found, number(articles.length));
    const end = element(
      "p",
      { class: "meta", role: "status" },
      articles.length ? count : words.nothing_found,
    );
    place.replaceChildren(rows(articles), end);
  };

  const rows = (articles) => element("ul", { class: "plain rows" }, ...articles.map(row));

  const row = (article) => {
    const title = article.title || article.id;
    const link = element(
      "a",
      { href: `/articles/${encodeURIComponent(article.id)}`, lang: article.language, dir: "auto" },
      title,
    );
    const deletion = button(words.delete, () => attempt(() => remove(article.id, title)), {
      class: "danger",
      "aria-label": `${words.delete}: ${title}`,
    });
    const details = element(
      "p",
      { class: "meta" },
      element("span", { class: "tag" }, languageName(article.language)),
    );
    if (article.published) details.append(day(article.published));
    details.append(element("bdi", {}, article.id));
    return element(
      "li",
      {},
      element("div", { class: "row" }, element("span", {}, link), deletion),
      details,
    );
  };

  const remove = async (id, title) => {
    if (!(await confirmed(title))) return;
    await ask("DELETE", `/v1/articles/${encodeURIComponent(id)}`);
    show();
    onChange();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    offset = 0;
    show();
  });
  form.addEventListener("input", () => {
    if (!query()) show();
  });
  return show;
}

/** Before anything has been ingested there is no list. */
function noneYet(error) {
  if (error.code !== "index_empty") throw error;
  return { articles: [], total: 0 };
}

/** The article with this id, and those in which a search finds passages, best first. */
async function search(text) {
  const [named, result] = await Promise.all([
    ID.test(text) ? ask("GET", `/v1/articles/${text}`).catch(unless("article_not_found")) : null,
    ask("POST", "/v1/search", { query: text, top_k: MOST_PASSAGES }).catch(
      unless("index_empty", "bad_question"),
    ),
  ]);
  const passages = result?.passages ?? [];
  const found = passages.map(({ article_id: id, title, language }) => ({ id, title, language }));
  const all = named ? [named, ...found] : found;
  // A Map keeps the place of the first of several.
  return [...new Map(all.map((article) => [article.id, article])).values()];
}

/** Takes these refusals for nothing found. */
function unless(...codes) {
  return (error) => {
    if (!codes.includes(error.code)) throw error;
    return null;
  };
}

/** Whether the editor means it. */
function confirmed(title) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-title").textContent = title;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), {
      once: true,
    });
  });
}
