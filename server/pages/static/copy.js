/** Copying text, where the browser lets a page do that. */

/**
 * Whether the text was copied. Browsers refuse on plain http, but for this machine itself.
 * @param {string} text
 */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
