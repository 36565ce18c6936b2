// The loader, a classic script: the modules beside it define <dalil-chat>. It leaves no global behind.
(() => {
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {Promise<typeof import("./element.js")>} */
  const modules = import(new URL("widget/element.js", src).href);
  void modules.then(({ define }) => define(new URL(".", src).href));
})();
