// How the widget looks. The sheet is constructed, for a page may forbid inline styles. First the host
// is cut off from the page, whose rules lose even with !important.

const CSS = `
:host { all: initial !important; direction: ltr !important; unicode-bidi: normal !important; display: block !important; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; padding: 0; overflow-wrap: anywhere; }
.root { color-scheme: light dark;
  --accent: var(--dalil-accent, light-dark(#0f766e, #2dd4bf)); --accent-text: var(--dalil-accent-text, light-dark(#fff, #06231f));
  --surface: var(--dalil-surface, light-dark(#fdfcfa, #12161a)); --text: var(--dalil-text, light-dark(#1c2327, #e8eaed));
  --muted: var(--dalil-muted, light-dark(#566067, #9fabb3)); --border: var(--dalil-border, light-dark(#e3dfd8, #2b333a));
  --raised: light-dark(#fff, #1a2026); --mark: light-dark(#fff0b8, #55470f);
  --doubt: light-dark(#9a3f0a, #f5a86b); --warn: light-dark(#fdf1e3, #2b2118);
  --radius: var(--dalil-radius, 12px); --offset: var(--dalil-offset, 20px);
  --soft: color-mix(in srgb, var(--accent) 12%, var(--surface)); --shade: color-mix(in srgb, var(--text) 7%, transparent);
  font: var(--dalil-font-size, 1em) / 1.6 var(--dalil-font, "Segoe UI", "Noto Naskh Arabic", "Noto Sans Arabic", "Geeza Pro", Tahoma, system-ui, sans-serif);
  color: var(--text); text-align: start; }
[data-theme="light"] { color-scheme: light; }
[data-theme="dark"] { color-scheme: dark; }
[lang="ar"] { line-height: 1.9; }
button, textarea { font: inherit; color: inherit; background: none; border: 0; text-align: start; }
button { cursor: pointer; }
button:disabled, [aria-disabled="true"] { cursor: not-allowed; }
h2, h3 { font-size: 1em; font-weight: 650; }
ol, ul { list-style: none; }
svg { display: block; flex: none; inline-size: 1.25em; block-size: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }

.panel { position: relative; display: flex; overflow: hidden; inline-size: var(--dalil-width, 100%); max-inline-size: 100%; block-size: var(--dalil-height, 640px); background: var(--surface); border: 1px solid var(--border); border-radius: var(--radius); }
.chat, .evidence { flex: 1; min-inline-size: 0; display: flex; flex-direction: column; }
.head { display: flex; align-items: center; padding: 6px 10px; border-block-end: 1px solid var(--border); }
.head h2 { flex: 1; min-inline-size: 0; padding-inline: 8px; line-height: 1.5; }
.tool { display: grid; place-items: center; min-inline-size: 44px; min-block-size: 44px; border-radius: 10px; color: var(--muted); }
.tool:hover, .chip:hover, .open:hover, .why:hover { color: var(--accent); }
.tool[aria-pressed="true"] { color: var(--accent); background: var(--soft); }
[dir="rtl"] .icon-back { scale: -1 1; }
.icon-down { scale: 1 -1; }
.banner { padding: 8px 18px; color: var(--doubt); background: var(--warn); }
.scroller, .article { flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 20px 18px; }
.scroller, .article, .open { outline-offset: -3px !important; }
.turns, .field, .counter, .article > * { max-inline-size: 720px; margin-inline: auto; }
.empty { min-block-size: 100%; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 14px; text-align: center; color: var(--muted); }
.emblem { padding: 14px; border-radius: 50%; color: var(--accent); background: var(--soft); }
.chips { display: flex; flex-wrap: wrap; justify-content: center; gap: 8px; }
.chip { min-block-size: 44px; padding: 4px 16px; border: 1px solid var(--border); border-radius: 22px; color: var(--text); background: var(--raised); line-height: 1.5; }
.composer { padding: 10px 14px 14px; border-block-start: 1px solid var(--border); }
.field { display: flex; align-items: flex-end; padding: 4px; border: 1px solid var(--muted); border-radius: calc(var(--radius) + 4px); background: var(--raised); }
.field:focus-within { border-color: var(--accent); outline: 1px solid var(--accent); }
.field textarea { flex: 1; min-inline-size: 0; padding-block: 8px; padding-inline: 12px; outline: 0; resize: none; line-height: 1.75; }
textarea::placeholder { color: var(--muted); opacity: 1; }
.send { padding: 12px; border-radius: var(--radius); color: var(--accent-text); background: var(--accent); }
.send[aria-disabled="true"] { color: var(--muted); background: var(--shade); }
.icon-stop { fill: currentColor; }
.button { min-block-size: 44px; padding: 4px 18px; border: 1px solid; border-radius: var(--radius); color: var(--accent); font-weight: 600; }
.button:disabled { color: var(--muted); }

[data-mode="launcher"] .panel, .launcher { position: fixed; z-index: var(--dalil-z-index, 2147483000); inset-block-end: var(--offset); inset-inline-end: var(--offset); box-shadow: 0 16px 48px light-dark(rgb(28 35 39 / .2), #000a); }
[data-mode="launcher"] .panel { margin-block-end: 74px; inline-size: var(--dalil-width, 420px); max-inline-size: calc(100vw - 2 * var(--offset)); block-size: var(--dalil-height, 660px); max-block-size: calc(100dvh - 2 * var(--offset) - 74px); }
.launcher { padding: 17px; border-radius: 50%; color: var(--accent-text); background: var(--accent); font-size: 1.2em; }
.launcher[aria-expanded="true"] .icon-chat, .launcher[aria-expanded="false"] .icon-close { display: none; }
[data-position="start"] > * { inset-inline: var(--offset) auto !important; }
@media (max-width: 479px) {
  [data-mode="launcher"] .panel { inset: 0 !important; margin: 0; inline-size: 100%; max-inline-size: none; block-size: 100dvh; max-block-size: none; border: 0; border-radius: 0; }
  [data-mode="launcher"] .launcher[aria-expanded="true"] { display: none; }
}

.turns > li { display: flex; flex-direction: column; gap: 12px; margin-block-end: 24px; }
.question { align-self: flex-end; max-inline-size: 88%; padding: 8px 16px; border-radius: var(--radius); background: var(--soft); white-space: pre-line; }
.hint, .label, .excerpt, .comment, .facts, .counter, .answer h3 { font-size: .9em; color: var(--muted); }
.thinking, .dots { display: flex; align-items: center; gap: 8px; color: var(--muted); }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--accent); }
.text, .body { white-space: pre-line; line-height: 1.6; }
.text > * + *, .body > * + * { margin-block-start: .7em; }
.text[dir="rtl"], .body[dir="rtl"], .question[dir="rtl"], .article h3 { font-size: 1.125em; }
.text[dir="rtl"], .body[dir="rtl"], .root [dir="rtl"] { line-height: 1.9; }
.text ul, .text ol { padding-inline-start: 1.5em; list-style: disc; }
.text ol { list-style: decimal; }
[dir="rtl"] em { font-style: normal; text-decoration: underline; text-underline-offset: .35em; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .88em; border-radius: 5px; background: var(--shade); unicode-bidi: isolate; }
pre { overflow-x: auto; white-space: pre; }
pre code { display: block; inline-size: fit-content; padding: 12px; }
.marker, .why { position: relative; display: inline-grid; place-items: center; min-inline-size: 24px; block-size: 24px; margin-inline: 2px; border-radius: 7px; }
.marker, .number { padding-inline: 4px; text-align: center; font-size: 13px; font-weight: 650; line-height: 24px; color: var(--accent); background: var(--soft); }
.marker::after, .why::after { content: ""; position: absolute; inset: -8px -2px; }
.marker:hover { color: var(--accent-text); background: var(--accent); }
.doubt { text-decoration: underline dotted var(--doubt) 2px; text-underline-offset: .38em; }
.other { display: block; }
.why, .trouble { color: var(--doubt); }
.why { vertical-align: -.3em; }
.reason, .changed { display: block; inline-size: fit-content; margin-block: 6px; padding: 6px 12px; border-inline-start: 3px solid; border-radius: 4px; color: var(--doubt); background: var(--warn); }
bdi:has(> .why:hover) + .reason { display: block !important; }

.below { display: flex; flex-direction: column; align-items: flex-start; gap: 12px; }
.below:not(:empty) { margin-block-start: 14px; }
.below > section, .comment, .comment textarea { inline-size: 100%; }
.sources { border: 1px solid var(--border); border-radius: var(--radius); background: var(--raised); }
.sources li { display: flex; }
.sources li + li { border-block-start: 1px solid var(--border); }
.open { flex: 1; min-inline-size: 0; display: flex; align-items: baseline; gap: 10px; min-block-size: 44px; padding: 8px 12px; border-radius: var(--radius); line-height: 1.7; }
.number { flex: none; min-inline-size: 24px; border-radius: 7px; }
.label { display: inline-block; margin-inline: 8px; padding-inline: 8px; border: 1px solid var(--border); border-radius: 20px; font-size: .8em; }
.excerpt { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
a { display: inline-flex; align-items: center; justify-content: center; gap: 6px; min-inline-size: 44px; min-block-size: 44px; color: var(--accent); text-underline-offset: .3em; }
.tools { display: flex; align-items: center; flex-wrap: wrap; gap: 2px; margin-inline-start: -10px; }
.comment textarea { display: block; margin-block: 6px 10px; padding: 8px 12px; border: 1px solid var(--muted); border-radius: var(--radius); color: var(--text); background: var(--raised); }
.trouble svg { display: inline; vertical-align: -.3em; margin-inline-end: 8px; }

.evidence { position: absolute; inset: 0; background: var(--surface); }
.article h3 { font-size: 1.375em; line-height: 1.5; }
.facts { display: flex; flex-wrap: wrap; align-items: center; column-gap: 20px; }
mark { border-radius: 3px; color: inherit; background: var(--mark); box-decoration-break: clone; box-shadow: inset 0 -2px var(--accent); }
@media (prefers-reduced-motion: no-preference) {
  .evidence, [data-mode="launcher"] .panel { animation: rise .16s ease-out; }
  .dots i { animation: pulse 1.2s infinite; }
  .dots i + i { animation-delay: .3s; }
}
@keyframes rise { from { opacity: 0; translate: 0 8px; } }
@keyframes pulse { 50% { opacity: .3; } }
`;

export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
