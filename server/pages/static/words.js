/** The words that the page's scripts say, which the server put into the page. */

export const language = document.documentElement.lang;

/** @type {Record<string, string>} */
export const words = JSON.parse(document.body.dataset.words ?? "{}");

/**
 * A sentence with its gaps filled in. "{} of {}", "2", "5" → "2 of 5"
 * @param {string} text
 * @param {...string} values
 */
export function filled(text, ...values) {
  return values.reduce((filledSoFar, value) => filledSoFar.replace("{}", () => value), text);
}
