/** Light or dark: as the device has it, until the reader chooses; the choice is kept. */

const KEY = "dalil-theme";
const root = document.documentElement;
const device = matchMedia("(prefers-color-scheme: dark)");

/** A browser may forbid storage; then the choice lasts as long as the page. */
function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Nothing to tell: the page has the theme that was asked for.
  }
}

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : device.matches;
}

function show() {
  document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
  for (const chat of document.querySelectorAll("[data-follows-theme]")) {
    chat.setAttribute("theme", root.dataset.theme ?? "auto");
  }
}

function toggle() {
  root.dataset.theme = isDark() ? "light" : "dark";
  keep(root.dataset.theme);
  show();
}

const theme = kept();
if (theme === "light" || theme === "dark") root.dataset.theme = theme;

addEventListener("DOMContentLoaded", () => {
  document.getElementById("theme")?.addEventListener("click", toggle);
  device.addEventListener("change", show);
  show();
});
