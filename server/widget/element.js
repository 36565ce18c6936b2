// The custom element <dalil-chat>: its attributes, its shadow root, its launcher, its events.

import { createApi } from "./api.js";
import { createConversation } from "./conversation.js";
import { h, icon } from "./dom.js";
import { createPanel } from "./panel.js";
import { createWords } from "./strings.js";
import { sheet } from "./styles.js";

const NAME = "dalil-chat";
const LISTS = ["languages", "sources", "article-ids"];
const DAYS = ["published-from", "published-to"];
const OTHERS = ["endpoint", "lang", "digits", "heading", "greeting", "suggestions", "mode", "position", "theme"];

let home = "";

// Once, however often the script is in the page; `origin` is where it came from.
export function define(origin = "") {
  if (customElements.get(NAME)) return;
  home = origin;
  customElements.define(NAME, DalilChat);
}

class DalilChat extends HTMLElement {
  static observedAttributes = [...LISTS, ...DAYS, ...OTHERS];

  #root = h("div", { class: "root" });
  #launcher = h("button", { class: "launcher", click: () => this.#toggle(!this.#open) }, icon("chat"), icon("close"));
  #open = false;
  /** @type {T.Conversation | null} */
  #conversation = null;
  /** @type {T.Panel | null} */
  #panel = null;
  #online = () => this.#panel?.online();

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#root);
  }

  connectedCallback() {
    addEventListener("online", this.#online);
    addEventListener("offline", this.#online);
    this.#render();
  }

  disconnectedCallback() {
    removeEventListener("online", this.#online);
    removeEventListener("offline", this.#online);
    // One that is only moved goes on.
    queueMicrotask(() => this.isConnected || this.#conversation?.stop());
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#render();
  }

  #render() {
    const options = readOptions(this);
    const { language, digits, inline, looks } = options;
    const words = createWords(language, digits);
    const draft = this.#panel?.box.value ?? "";
    const focused = this.#panel?.box.matches(":focus");
    const panel = createPanel(options, words, this.#conversationAt(options.endpoint), () => this.#toggle(false));
    this.#panel = panel;
    this.#launcher.ariaLabel = words.say("open");
    this.#launcher.hidden = inline;
    this.#root.replaceChildren(panel.element, this.#launcher);
    this.#root.dir = language === "ar" ? "rtl" : "ltr";
    this.#root.lang = language;
    Object.assign(this.#root.dataset, looks, { mode: inline ? "inline" : "launcher" });
    this.#show();
    panel.box.value = draft;
    panel.show();
    if (focused) panel.box.focus();
  }

  // It goes on when any other attribute changes.
  #conversationAt(endpoint = "") {
    if (this.#conversation?.api.endpoint === endpoint) return this.#conversation;
    this.#conversation?.stop();
    const unnamed = [...document.querySelectorAll(`${NAME}:not([id])`)];
    this.#conversation = createConversation(createApi(endpoint), this.id || `${unnamed.indexOf(this)}`, {
      grown: (turn) => this.#panel?.grow(turn),
      settled: (turn) => this.#settled(turn),
    });
    return this.#conversation;
  }

  #toggle(open = false) {
    if (open === this.#open || this.#launcher.hidden) return;
    this.#open = open;
    this.#show();
    (open ? this.#panel?.box : this.#launcher)?.focus();
    this.#tell(open ? "dalil-open" : "dalil-close");
  }

  #show() {
    const open = this.#open || this.#launcher.hidden;
    if (this.#panel) this.#panel.element.hidden = !open;
    this.#launcher.ariaExpanded = String(open);
    if (open) this.#panel?.toTheEnd();
  }

  /** @param {T.Turn} turn */
  #settled(turn) {
    this.#panel?.settle(turn);
    const { question, answer, state, trouble } = turn;
    if (answer) this.#tell("dalil-answer", { question, ...answer });
    if (state === "failed") this.#tell("dalil-error", { question, kind: trouble?.kind, code: trouble?.code });
  }

  #tell(name = "", detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail: structuredClone(detail), bubbles: true, composed: true }));
  }
}

/** @type {T.ReadOptions} */
function readOptions(element) {
  const read = (name = "") => element.getAttribute(name)?.trim() ?? "";
  const parts = (name = "", by = ",") => read(name).split(by).map((part) => part.trim()).filter(Boolean);
  const { origin, pathname, protocol } = new URL(read("endpoint") || home, document.baseURI);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`<${NAME}>: the endpoint is no http or https address`);
  const tags = [read("lang").replace("auto", ""), document.documentElement.lang, ...navigator.languages, "en"];
  const tag = tags.find((each) => /^(ar|en)(-[a-z\d]+)*$/i.test(each)) ?? "";
  const digits = read("digits");
  // Arabic without a country has Arabic digits; some countries write Latin ones.
  const arabic = /^ar$/i.test(tag) || new Intl.NumberFormat(tag).resolvedOptions().numberingSystem === "arab";
  /** @type {T.Filters} */
  const filters = {};
  for (const name of LISTS) if (read(name)) filters[name.replace("-", "_")] = parts(name);
  for (const name of DAYS) if (read(name)) filters[name.replace("-", "_")] = read(name);
  return {
    endpoint: (origin + pathname).replace(/\/+$/, ""),
    language: /^ar/i.test(tag) ? "ar" : "en",
    digits: digits !== "latin" && (arabic || digits === "arabic") ? "arab" : "latn",
    heading: read("heading"),
    greeting: read("greeting"),
    suggestions: parts("suggestions", "|"),
    inline: read("mode") === "inline",
    looks: { position: read("position"), theme: read("theme") },
    filters,
  };
}
