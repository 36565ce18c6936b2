/** One file's line on the editors' desk: its name, how far it is, and why it was refused. */

import { button, element, moment, size } from "./dom.js";
import { filled, words } from "./words.js";

const KNOWN_PROBLEMS = {
  article_exists: words.taken,
  body_too_large: words.too_large,
  unsupported_media_type: words.unsupported,
  queue_full: words.queue_full,
  upload_not_found: words.lost,
  offline: words.offline,
};

/** How far a file is, in a word or two. */
export function stateOf(upload) {
  if (upload.state === "failed") return words.upload_failed;
  return upload.state === "done" && upload.replaced ? words.replaced : words[upload.state];
}

export class UploadRow {
  constructor() {
    this.element = element("li", {});
    this.bar = null;
  }

  /** @param {object} upload what the server tells of it, or as much as is known before */
  show(upload) {
    const sending = upload.state === "sending";
    const label = { max: 1, value: 0, "aria-label": upload.filename };
    this.bar = sending ? element("progress", label) : null;
    this.line = element(
      "div",
      { class: "row" },
      element("span", {}, nameOf(upload)),
      element("span", { class: `state-${upload.state}` }, stateOf(upload)),
    );
    const parts = [this.line, this.bar, details(upload), ...reason(upload)];
    this.element.replaceChildren(...parts.filter((part) => part !== null));
  }

  /** @param {number} share of the file that is sent */
  progress(share) {
    if (this.bar) this.bar.value = share;
  }

  offer(label, act) {
    this.line.append(button(label, act));
  }
}

function nameOf(upload) {
  if (upload.state !== "done") return element("bdi", {}, upload.filename);
  const href = `/articles/${encodeURIComponent(upload.article_id)}`;
  return element("a", { href, dir: "auto" }, upload.title || upload.filename);
}

function details(upload) {
  const shown = element("p", { class: "meta" }, element("span", {}, size(upload.size)));
  if (upload.article_id) shown.append(element("bdi", {}, upload.article_id));
  if (upload.received) shown.append(element("span", {}, moment(upload.received)));
  return shown;
}

/** In the editor's language where the reason is known, and otherwise as the server says it. */
function reason({ error }) {
  if (!error) return [];
  const known = KNOWN_PROBLEMS[error.code];
  if (known) return [element("p", { class: "bad" }, known)];
  return [
    element("p", { class: "bad" }, filled(words.failed, "")),
    element("p", { lang: "en", dir: "ltr" }, error.message),
  ];
}
