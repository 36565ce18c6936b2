/**
 * Files on their way into the collection: sent one after the other, then followed until they
 * are articles or refused. How a file is shown is `upload-row.js`'s job.
 */

import { DeskError, ask, send } from "./desk-api.js";
import { UploadRow, stateOf } from "./upload-row.js";
import { words } from "./words.js";

const POLL_MS = 1000;

/**
 * Lists the files of before, and takes new ones.
 * @param {{ onDone: () => void, onLocked: (error: DeskError) => void }} hooks `onLocked` is
 *   called where another key is needed
 */
export async function connectUploads(hooks) {
  const uploads = new Uploads(hooks);
  connectChoosing((file) => uploads.add(file));
  const known = await ask("GET", "/v1/uploads");
  for (const upload of known.uploads) uploads.list(upload);
}

class Uploads {
  #place = document.getElementById("uploads");
  #news = document.getElementById("upload-news");
  #sending = Promise.resolve();

  constructor(hooks) {
    this.hooks = hooks;
  }

  add(file) {
    const row = new UploadRow();
    this.#place.prepend(row.element);
    this.#queue({ file, row, replace: false });
  }

  /** One that was sent before this page was opened; its file is not here to be sent again. */
  list(upload) {
    const row = new UploadRow();
    this.#place.append(row.element);
    row.show(upload);
    if (!settled(upload)) this.#attempt({ file: null, row }, () => this.#follow(upload, { row }));
  }

  #queue(job) {
    job.row.show({ filename: job.file.name, size: job.file.size, state: "sending" });
    this.#sending = this.#sending.then(() => this.#attempt(job, () => this.#send(job)));
  }

  async #send(job) {
    const upload = await send(job.file, job.replace, (share) => job.row.progress(share));
    // The next file need not wait until this one is an article.
    this.#attempt(job, () => this.#follow(upload, job));
  }

  async #follow(upload, { file, row }) {
    row.show(upload);
    while (!settled(upload)) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      upload = await ask("GET", `/v1/uploads/${encodeURIComponent(upload.id)}`);
      row.show(upload);
    }
    this.#news.textContent = `${upload.filename}: ${stateOf(upload)}`;
    if (upload.state === "done") this.hooks.onDone();
    if (file && upload.error?.code === "article_exists") {
      row.offer(words.replace, () => this.#queue({ file, row, replace: true }));
    }
  }

  async #attempt(job, task) {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      if (error.locked) this.hooks.onLocked(error);
      if (job.file) this.#fail(job, error);
    }
  }

  #fail(job, error) {
    const { name, size } = job.file;
    job.row.show({ filename: name, size, state: "failed", error });
    if (error.passing) job.row.offer(words.retry, () => this.#queue(job));
  }
}

function settled({ state }) {
  return state === "done" || state === "failed";
}

/** Files come from the field or are dropped. @param {(file: File) => void} add */
function connectChoosing(add) {
  const field = document.getElementById("files");
  const area = document.getElementById("drop");
  field.addEventListener("change", () => {
    for (const file of field.files) add(file);
    field.value = "";
  });
  // A file that misses the area must not take the place of the page.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => event.preventDefault());
  area.addEventListener("dragover", () => area.classList.add("over"));
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    area.classList.remove("over");
    for (const file of event.dataTransfer?.files ?? []) add(file);
  });
}
