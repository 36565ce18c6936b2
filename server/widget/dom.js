// Makes nodes by createElement and text nodes: no text ever becomes markup.

/** @type {T.MakeElement} */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child && !Array.isArray(child)) element.append(child);
  return element;
}

// Leaves alone what is right already, so that the focus stays where it is while an answer grows.
/** @type {T.Patch} */
export function patch(parent, wanted) {
  const nodes = [...wanted.childNodes];
  nodes.forEach((node, at) => {
    const old = parent.childNodes[at];
    if (!old) parent.appendChild(node);
    else if (old.isEqualNode(node)) return;
    else if (node.firstChild && old.cloneNode().isEqualNode(node.cloneNode())) patch(old, node);
    else parent.replaceChild(node, old);
  });
  while (parent.childNodes.length > nodes.length) parent.lastChild?.remove();
}

const SVG = "http://www.w3.org/2000/svg";
const THUMB = "M4 11h3v9H4zM7 11l4-7a2 2 0 0 1 2 2v4h6a2 2 0 0 1 2 2l-2 6a2 2 0 0 1-2 2H7";
const PATHS = {
  chat: "M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5",
  close: "M6 6l12 12M18 6L6 18",
  fresh: "M12 20h8M16.5 4.5a2 2 0 0 1 3 3L8 19l-4 1 1-4z",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  up: THUMB,
  down: THUMB,
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  back: "M19 12H5M11 6l-6 6 6 6",
  out: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  doubt: "M12 9v5M12 17v0M12 3l10 17H2z",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon-${name}`);
  return svg;
}

/** @type {T.MakeTool} */
export function tool(name, words, click) {
  const title = words.say(name);
  return h("button", { class: `tool ${name}`, title, "aria-label": title, click }, icon(name));
}

// A link that leaves the page and tells the other side nothing; none without an address.
/** @type {T.MakeLink} */
export function link(href, text, seen = true) {
  const leaving = { href, target: "_blank", rel: "noopener noreferrer nofollow", "aria-label": text };
  return href && h("a", leaving, seen && text, icon("out"));
}
