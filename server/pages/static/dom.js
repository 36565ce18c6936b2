/** Makes elements, numbers and days; text is always text, never markup. */

import { language } from "./words.js";

// Arabic readers see the calendar and the digits that the server writes, too.
const locale = language === "ar" ? "ar-u-ca-gregory-nu-arab" : "en-GB";
const numbers = new Intl.NumberFormat(locale);
const days = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });

/**
 * element("a", { href: "/" }, "text") → <a href="/">text</a>; what is null or false is left out.
 * @param {string} name
 * @param {Record<string, string | number | boolean | null>} attributes
 * @param {...(Node | string | null)} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false)
      made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button with what it does. */
export function button(label, onClick, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** 1304 → "1,304" or "١٬٣٠٤" */
export function number(value) {
  return numbers.format(value);
}

/** "2021-04-05" → <time>5 April 2021</time> */
export function day(iso) {
  return element("time", { datetime: iso }, days.format(new Date(`${iso}T00:00:00`)));
}

/** A moment with its hour, in the reader's own time zone. */
export function moment(iso) {
  return moments.format(new Date(iso));
}

/** 2300000 → "2.3 MB" or "٢٫٣ م.ب" */
export function size(bytes) {
  if (bytes < 1e3) return inUnit(bytes, "byte", "long");
  return bytes < 1e6
    ? inUnit(bytes / 1e3, "kilobyte", "short")
    : inUnit(bytes / 1e6, "megabyte", "short");
}

function inUnit(value, unit, unitDisplay) {
  const options = { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locale, options).format(value);
}

const languages = new Intl.DisplayNames([language], { type: "language" });

/** "ar" → "Arabic" or "العربية" */
export function languageName(code) {
  return code === "und" ? "—" : languages.of(code);
}
