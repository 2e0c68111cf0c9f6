/** A report as one page of HTML that loads nothing: light and dark, wide and narrow. */
import { escaped } from "./plots.js";

/** Twelve hues that differ in both themes; more models begin again. */
export const COLOURS = 12;

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --dim: #59626c; --line: #d9dee3; --l: 42%; --s: 70%; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171a; --text: #e6e9ec; --dim: #9aa4ae; --line: #333a41; --l: 66%; --s: 65%; }
}
body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1180px; padding: 16px; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin: 28px 0 8px; } h3 { font-size: 14px; font-weight: 600; margin: 0; }
p, li { color: var(--dim); } .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 4px 10px; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } .best { font-weight: 700; } .worse { color: var(--dim); }
.plots { display: grid; gap: 20px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
figure { margin: 0; max-width: 640px; } svg { display: block; height: auto; max-width: 100%; } text { fill: var(--dim); font-size: 11px; }
.end { text-anchor: end; } .mid { text-anchor: middle; } .grid { stroke: var(--line); }
polyline { fill: none; stroke: currentColor; stroke-width: 2; } circle { fill: currentColor; }
.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); } 
.best-line { color: hsl(150 var(--s) var(--l)); } .complete { color: hsl(240 var(--s) var(--l)); } .pruned { color: var(--dim); }
circle.pruned { fill: none; stroke: currentColor; stroke-width: 1.5; }
.bars { width: 100%; max-width: 720px; } .bars td { width: 1px; } .bars td:nth-child(2) { width: auto; text-align: left; }
.bar { background: hsl(240 var(--s) var(--l)); border-radius: 2px; height: 12px; min-width: 1px; }
@media (max-width: 600px) { text { font-size: 15px; } .small text { font-size: 12px; } table { font-size: 13px; } th, td { padding: 3px 5px; } }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 8px 0; padding: 0; }
.key span { color: var(--text); } .key li::before { background: currentColor; border-radius: 2px; content: ""; display: inline-block; height: 10px; margin-right: 6px; width: 10px; }
${Array.from({ length: COLOURS }, (_, i) => `.c${i} { color: hsl(${(i * 150) % 360} var(--s) var(--l)); }`).join("\n")}
`;

/** @param body HTML */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${body}
</body></html>
`;
}

export function plot(title: string, chart: string): string {
  return `<figure>${title === "" ? "" : `<h3>${escaped(title)}</h3>`}${chart}</figure>`;
}

/** @param look `small` plots stand closer */
export function section(
  title: string,
  note: string,
  plots: readonly string[],
  look: "" | "small" = "",
): string {
  const told = note === "" ? "" : `<p>${escaped(note)}</p>`;
  return `<h2>${escaped(title)}</h2>${told}<div class="${`plots ${look}`.trim()}">${plots.join("")}</div>\n`;
}
