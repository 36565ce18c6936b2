/**
 * Between places in an article's text and places in the page. Places count code points, as
 * the server does; the page counts UTF-16 units. Each paragraph tells where it begins, and
 * what lies between two of them are the line ends that the page does not show.
 */

/** @param {string} text */
export function codePoints(text) {
  return [...text].length;
}

/**
 * The place that an address names, or null if it names none. "#chars=12-40" → [12, 40]
 * @param {string} hash
 */
export function placeIn(hash) {
  const match = /^#chars=(\d{1,9})-(\d{1,9})$/.exec(hash);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/** @param {HTMLElement} article */
export function paragraphsOf(article) {
  return [...article.querySelectorAll("[data-start]")].map((element) => {
    const start = Number(element.dataset.start);
    return { element, start, end: start + codePoints(element.textContent) };
  });
}

/**
 * Wrap the text from `start` to `end` in marks, one for each paragraph that it touches.
 * @returns {HTMLElement[]}
 */
export function mark(article, start, end) {
  const marks = [];
  for (const paragraph of paragraphsOf(article)) {
    const from = Math.max(start, paragraph.start);
    const to = Math.min(end, paragraph.end);
    if (from < to)
      marks.push(wrap(paragraph.element, from - paragraph.start, to - paragraph.start));
  }
  return marks;
}

function wrap(element, from, to) {
  const text = element.firstChild;
  const points = [...text.data];
  const begin = points.slice(0, from).join("").length;
  const range = document.createRange();
  range.setStart(text, begin);
  range.setEnd(text, begin + points.slice(from, to).join("").length);
  const wrapper = document.createElement("mark");
  range.surroundContents(wrapper);
  return wrapper;
}

/** Take the marks out; each paragraph is one text again. */
export function unmark(article) {
  for (const marked of article.querySelectorAll("mark")) marked.replaceWith(...marked.childNodes);
  for (const { element } of paragraphsOf(article)) element.normalize();
}

/**
 * The place of what is selected in the article, or null if that is nothing.
 * @param {Range} selected
 */
export function placeOf(article, selected) {
  const parts = [];
  for (const { element, start } of paragraphsOf(article)) {
    if (!selected.intersectsNode(element)) continue;
    const part = document.createRange();
    part.selectNodeContents(element);
    const before = part.cloneRange();
    if (element.contains(selected.startContainer))
      part.setStart(selected.startContainer, selected.startOffset);
    if (element.contains(selected.endContainer))
      part.setEnd(selected.endContainer, selected.endOffset);
    before.setEnd(part.startContainer, part.startOffset);
    const from = start + codePoints(before.toString());
    const length = codePoints(part.toString());
    if (length) parts.push([from, from + length]);
  }
  return parts.length ? [parts[0][0], parts[parts.length - 1][1]] : null;
}
