// Runs in the page before the widget: answers its requests with bytes that are cut where the test
// says, and watches what it shows between two pieces. There are no frames to wait for.
(() => {
  window.requestAnimationFrame = (show) => queueMicrotask(show);
  const widget = () => document.querySelector("dalil-chat").shadowRoot;
  /** Until the widget has shown what it has; a message comes sooner than a timer. */
  const { port1, port2 } = new MessageChannel();
  const turn = () =>
    new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  /** What an answer's text must never hold. */
  const SUSPECTS = ".text :is(a, img, script, iframe, object, embed, form, link, style, math, [onerror], [onload], [href], [src])";
  const encode = (text) => new TextEncoder().encode(text);

  /** A stream of these pieces; `seen` is called when the widget has had the time to show one. */
  function replyWith(pieces, seen) {
    let at = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (at > 0) {
          await turn();
          seen();
        }
        if (at < pieces.length) controller.enqueue(pieces[at++]);
        else controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  /** Ask, and give what was shown in between and in the end. */
  async function ask(pieces, look = () => {}) {
    const between = [];
    const shown = () => widget().querySelector(".text")?.textContent ?? "";
    window.fetch = async () => replyWith(pieces, () => {
      between.push(shown());
      look();
    });
    widget().querySelector(".tool.fresh").click();
    const over = new Promise((resolve) => {
      for (const name of ["dalil-answer", "dalil-error"]) addEventListener(name, resolve, { once: true });
    });
    const box = widget().querySelector(".composer textarea");
    box.value = "?";
    box.form.requestSubmit();
    const { type, detail } = await over;
    return { between, shown: shown(), html: widget().querySelector(".text").innerHTML, type, detail };
  }

  const suspects = () => [...widget().querySelectorAll(SUSPECTS)].map((node) => node.outerHTML);

  window.dalilTest = {
    suspects,
    /** What is suspect while, or after, each of these streams is shown. */
    async suspectsOf(streams) {
      const found = [];
      for (const pieces of streams) {
        await ask(pieces.map(encode), () => found.push(...suspects()));
        found.push(...suspects());
      }
      return found;
    },
    /** The answer's bytes in two pieces, cut at every place. */
    async cutEverywhere(stream) {
      const bytes = encode(stream);
      const runs = [];
      for (let cut = 1; cut < bytes.length; cut++) runs.push(await ask([bytes.slice(0, cut), bytes.slice(cut)]));
      return { ends: [...new Set(runs.map(({ html }) => html))], between: [...new Set(runs.flatMap(({ between }) => between))] };
    },
    /** The answer's bytes one by one. */
    async byteByByte(stream) {
      const { html, between, type } = await ask([...encode(stream)].map((byte) => Uint8Array.of(byte)));
      return { ends: [html], between: [...new Set(between)], type };
    },
    ask: async (pieces) => ask(pieces.map(encode)),
    /** The rendered text of each paragraph. */
    text: () => widget().querySelector(".text").textContent,
  };
})();
