/** The first page: buttons that copy, addresses in examples, and the embed-code builder. */

import { connectBuilder } from "./builder.js";
import { copied } from "./copy.js";
import { words } from "./words.js";

const SHOWN_FOR_MS = 2500;

/** @param {HTMLButtonElement} button */
function connectCopying(button) {
  const label = button.textContent ?? "";
  const source = document.getElementById(button.dataset.copies ?? "");
  const news = document.createElement("p");
  news.setAttribute("role", "status");
  news.className = "unseen";
  button.after(news);
  button.addEventListener("click", async () => {
    if (await copied(source.textContent)) {
      news.textContent = button.textContent = words.copied;
    } else {
      getSelection()?.selectAllChildren(source);
      news.className = "bad";
      news.textContent = words.copy_failed;
    }
    setTimeout(() => {
      button.textContent = label;
      news.textContent = "";
    }, SHOWN_FOR_MS);
  });
}

// The server behind a proxy does not know that readers reach it by https.
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;
for (const button of document.querySelectorAll("[data-copies]")) connectCopying(button);
connectBuilder(
  document.getElementById("builder"),
  document.getElementById("preview"),
  document.getElementById("embed"),
);
