/**
 * The embed-code builder: from a form's fields to the lines that an editor copies, and to a
 * real widget that shows what they make. Both come from the same values.
 */

const ACCENT = "#0f766e";
const ATTRIBUTES = [
  "lang",
  "heading",
  "greeting",
  "suggestions",
  "mode",
  "position",
  "theme",
  "digits",
  "languages",
];
const PROPERTIES = ["--dalil-accent", "--dalil-accent-text"];

/**
 * What the fields say: attributes and CSS properties, without what is as it would be anyway.
 * @param {FormData} fields
 */
export function chosen(fields) {
  const text = (name) => String(fields.get(name) ?? "").trim();
  const all = {
    ...Object.fromEntries(ATTRIBUTES.map((name) => [name, text(name)])),
    suggestions: text("suggestions")
      .split(/[\n|]/)
      .map((line) => line.trim())
      .filter(Boolean)
      .join("|"),
    languages: fields.getAll("languages").join(","),
  };
  const attributes = Object.entries(all).filter(([, value]) => value !== "");
  return { attributes: Object.fromEntries(attributes), properties: accent(text("accent")) };
}

/** The accent, and black or white on it, whichever can be read better. */
function accent(colour) {
  if (!/^#[0-9a-f]{6}$/.test(colour) || colour === ACCENT) return {};
  return {
    "--dalil-accent": colour,
    "--dalil-accent-text": luminance(colour) > 0.179 ? "#000000" : "#ffffff",
  };
}

/** Relative luminance as WCAG defines it; at 0.179 black and white stand out equally. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The lines to copy. */
export function embedCode({ attributes, properties }, origin) {
  const style = Object.entries(properties)
    .map(([name, value]) => `${name}: ${value}`)
    .join("; ");
  const all = Object.entries(style ? { ...attributes, style } : attributes);
  const written = all.map(([name, value]) => `\n  ${name}="${escaped(value)}"`).join("");
  return `<script src="${origin}/widget.js" async></script>\n<dalil-chat${written}></dalil-chat>`;
}

function escaped(value) {
  const names = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };
  return value.replace(/[&"<>]/g, (sign) => names[sign]);
}

/** Give a widget what was chosen; it stays in its place in the page, to be seen. */
function apply({ attributes, properties }, widget) {
  for (const name of ATTRIBUTES) {
    if (name === "mode") continue;
    const value = attributes[name] ?? null;
    if (value === widget.getAttribute(name)) continue;
    if (value === null) widget.removeAttribute(name);
    else widget.setAttribute(name, value);
  }
  for (const name of PROPERTIES) widget.style.setProperty(name, properties[name] ?? "");
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} preview
 * @param {HTMLElement} code
 */
export function connectBuilder(form, preview, code) {
  const update = () => {
    const choice = chosen(new FormData(form));
    code.textContent = embedCode(choice, location.origin);
    apply(choice, preview);
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(update));
  update();
}
