// Speaks to the server and to nobody else, without cookies, and checks what it says: what leaves
// here has the shape that `types.d.ts` promises, or is a Failure.

// The server sends a comment every 15 seconds in which nothing else goes out.
const LONGEST_SILENCE = 60_000;
const LONGEST_WAIT = 300;

/** @type {T.CreateApi} */
export function createApi(endpoint) {
  /** @type {T.Send} */
  async function send(path, body, signal) {
    /** @type {RequestInit} */
    const init = { credentials: "omit", cache: "no-store", signal };
    const headers = { "Content-Type": "application/json" };
    if (body) Object.assign(init, { method: "POST", headers, body: JSON.stringify(body) });
    const response = await fetch(endpoint + path, init).catch(() => lost(signal, "unreachable"));
    return response.ok ? response : refuse(response);
  }

  return {
    endpoint,
    async *ask(body, signal) {
      const response = await send("/v1/ask", body, signal);
      const push = eventReader();
      const reader = response.body?.getReader();
      try {
        while (reader) {
          const piece = await soon(reader.read(), signal);
          if (piece.done) break;
          for (const { name, data } of push(piece.value)) {
            const event = readEvent(name, data);
            if (event) yield event;
            if (event?.name === "done") return;
          }
        }
      } finally {
        // If it has failed already, that has been told.
        reader?.cancel().catch(() => {});
      }
      throw new Failure("interrupted");
    },
    async article(id, signal) {
      const response = await send(`/v1/articles/${encodeURIComponent(id)}`, null, signal);
      return readArticle(await response.json().catch(() => lost(signal, "interrupted")));
    },
    feedback: async (body) => void (await send("/v1/feedback", body, null)),
    pageOf: ({ article_id: id, start, end }) => `${endpoint}/articles/${encodeURIComponent(id)}#chars=${start}-${end}`,
  };
}

/** @type {T.Lost} */
function lost(signal, kind) {
  throw new Failure(signal?.aborted ? "stopped" : navigator.onLine ? kind : "offline");
}

/** @param {Response} response @returns {Promise<never>} */
async function refuse(response) {
  // A proxy's error page is not JSON; its status says enough.
  const code = `${(await response.json().catch(() => null))?.error?.code ?? ""}`;
  const after = response.headers.get("Retry-After") ?? "";
  const seconds = Number(after) || (Date.parse(after) - Date.now()) / 1000 || 0;
  const wait = Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_WAIT);
  const { status } = response;
  if (status === 429 || (status === 503 && wait)) throw new Failure("busy", code, wait);
  throw new Failure(status < 500 ? "refused" : "server", code);
}

/** @type {T.Soon} */
async function soon(reading, signal) {
  let timer = 0;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(reject, LONGEST_SILENCE);
  });
  try {
    return await Promise.race([reading, silence]);
  } catch {
    return lost(signal, "interrupted");
  } finally {
    clearTimeout(timer);
  }
}

// Server-sent events, however their bytes are cut: in a letter, in a line end, in an event.
/** @type {T.EventReader} */
function eventReader() {
  const decoder = new TextDecoder();
  let waiting = "";
  let name = "";
  /** @type {string[]} */
  let data = [];

  return function push(bytes) {
    // A \r at the end waits, for the \n that belongs to it may be in the next piece.
    const lines = (waiting + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    waiting = lines.pop() ?? "";
    const events = [];
    for (const line of lines) {
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "data") data.push(value);
      if (field === "event") name = value;
      if (line) continue;
      if (data.length) events.push({ name, data: data.join("\n") });
      name = "";
      data = [];
    }
    return events;
  };
}

export class Failure extends Error {
  /** @param {T.FailureKind} kind */
  constructor(kind, code = "", seconds = 0) {
    super(`dalil: ${kind} ${code}`);
    this.kind = kind;
    this.code = code;
    this.seconds = seconds;
  }
}

/** @returns {never} */
function bad() {
  throw new Failure("server", "bad_reply");
}

/** @type {T.Reader<string>} */
export const text = (value) => (typeof value === "string" ? value : bad());
/** @type {T.Reader<boolean>} */
export const flag = (value) => (typeof value === "boolean" ? value : bad());
/** @type {T.Reader<number>} */
export const count = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : bad());
/** @type {T.Maybe} */
export const maybe = (read) => (value) => (value === null || value === undefined ? null : read(value));
/** @type {T.ListOf} */
export const listOf = (read) => (value) => (Array.isArray(value) ? value.map(read) : bad());
/** @type {T.OneOf} */
export const oneOf = (...allowed) => (value) => allowed.find((one) => one === value) ?? bad();
/** @type {T.Shape} */
export const shape = (readers) => (value) => {
  if (typeof value !== "object" || !value) return bad();
  /** @type {any} */
  const from = value;
  /** @type {any} */
  const made = {};
  for (const name in readers) made[name] = readers[name](from[name]);
  return made;
};

/** @type {T.Reader<string>} */
const language = (value) => (/^[a-z]{2,3}$/.test(text(value)) ? text(value) : bad());
const place = {
  article_id: text,
  title: text,
  url: maybe(text),
  language,
  direction: oneOf("rtl", "ltr"),
  quote: text,
  start: count,
  end: count,
};
export const readCitation = shape({ ...place, marker: count });
/** @type {T.Reader<T.Answer>} */
export const readAnswer = shape({
  id: text,
  rewritten: maybe(text),
  language,
  status: oneOf("answered", "abstained"),
  answer: text,
  sentences: listOf(shape({ text, supported: flag, problem: maybe(text) })),
  citations: listOf(readCitation),
  related: maybe(listOf((value) => shape(place)(withQuote(value)))),
  degraded: flag,
});
/** @type {T.Reader<T.Article>} */
const readArticle = shape({
  id: text,
  title: text,
  language,
  direction: place.direction,
  text,
  url: maybe(text),
  published: maybe(text),
});

// A passage's text is what it quotes.
/** @param {any} value */
const withQuote = (value) => ({ quote: value?.text, ...value });

/** @type {T.ReadEvent} */
function readEvent(name, json) {
  const data = JSON.parse(json);
  if (name === "passages") return { name };
  if (name === "delta") return { name, text: text(data.text) };
  if (name === "citation") return { name, citation: readCitation(data) };
  if (name === "done") return { name, answer: readAnswer(data) };
  if (name !== "error") return null;
  const code = text(data.error?.code);
  const kind = code.startsWith("llm_") ? "interrupted" : "server";
  throw new Failure(code === "llm_rate_limited" ? "busy" : kind, code);
}
