/** The report of a comparison as one page of HTML that loads nothing: tables, plots, light and dark. */
import type { Sessions } from "../index.js";
import { type Part, partings } from "./compare-parts.js";
import { escaped, lineChart, type Series } from "./compare-plots.js";
import {
  type ComparedRow,
  cellText,
  costsOf,
  cutoffsIn,
  LEGEND,
  MEASURES,
  TITLES,
} from "./compare-table.js";
import { formatCounted } from "./format.js";

/** Twelve hues that differ in both themes; more models begin again. */
const COLOURS = 12;

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
@media (max-width: 600px) { text { font-size: 15px; } table { font-size: 13px; } th, td { padding: 3px 5px; } }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 8px 0; padding: 0; }
.key span { color: var(--text); } .key li::before { background: currentColor; border-radius: 2px; content: ""; display: inline-block; height: 10px; margin-right: 6px; width: 10px; }
${Array.from({ length: COLOURS }, (_, i) => `.c${i} { color: hsl(${(i * 150) % 360} var(--s) var(--l)); }`).join("\n")}
`;

/** @param warnings flaws of the split, and models that have no figures */
export function htmlReport(
  rows: readonly ComparedRow[],
  log: Sessions,
  test: Sessions,
  warnings: readonly string[],
): string {
  const cutoffs = cutoffsIn(rows);
  const most = cutoffs.at(-1) ?? 0;
  const models = rows.map(({ model }) => model);
  const seriesOf = (values: (model: number) => readonly number[]): Series[] =>
    rows.map(({ model: { name } }, i) => ({ name, values: values(i), colour: i % COLOURS }));
  const byCutoff = MEASURES.map((measure) => {
    const values = (i: number): number[] =>
      cutoffs.map((cutoff) => rows[i]!.intervals[measure][cutoff]!.value);
    const labels = cutoffs.map((cutoff) => `@${cutoff}`);
    return plot(TITLES[measure], labels, seriesOf(values));
  });
  const byPart = partings(models, log, test, most).map(({ title, parts }) => {
    const labels = parts.map(({ label }) => label);
    const of = (name: "recall" | "mrr") => (i: number) => parts.map((part: Part) => part[name][i]!);
    const recall = plot(`Recall@${most}`, labels, seriesOf(of("recall")));
    const mrr = plot(`MRR@${most}`, labels, seriesOf(of("mrr")));
    return section(`Figures ${title}`, casesOf(parts), [recall, mrr]);
  });
  const trained = models.filter(({ epochs }) => epochs.length > 1);
  const longest = Math.max(0, ...trained.map(({ epochs }) => epochs.length));
  const epochs = Array.from({ length: longest }, (_, i) => String(i + 1));
  const losses = trained.map(({ name, epochs }) => ({
    name,
    values: epochs.map(({ loss }) => loss),
    colour: models.findIndex((model) => model.name === name) % COLOURS,
  }));
  const key = models.map(
    ({ name }, i) => `<li class="c${i % COLOURS}"><span>${escaped(name)}</span></li>`,
  );
  const notes = warnings.map((warning) => `<li>${escaped(warning)}</li>`);
  const cases = models[0]?.evaluation?.events ?? 0;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Comparison of models</title><style>${STYLE}</style></head><body>
<h1>Comparison of models</h1>
<p>${formatCounted(log.events, "event")} to learn from, ${formatCounted(cases, "test case")} in ${formatCounted(test.length, "session")}.</p>
${notes.length > 0 ? `<ul>${notes.join("")}</ul>` : ""}
${MEASURES.map((measure) => measureTable(rows, measure)).join("")}
<p>${escaped(LEGEND)}</p>
${costTable(rows, most)}
<ul class="key">${key.join("")}</ul>
${section("Figures by length of the list", "", byCutoff)}
${byPart.join("")}
${losses.length > 0 ? section("Loss by epoch", "", [plot("loss", epochs, losses)]) : ""}
</body></html>
`;
}

function plot(title: string, labels: readonly string[], series: readonly Series[]): string {
  return `<figure><h3>${escaped(title)}</h3>${lineChart(title, labels, series)}</figure>`;
}

function section(title: string, note: string, plots: readonly string[]): string {
  const told = note === "" ? "" : `<p>${escaped(note)}</p>`;
  return `<h2>${escaped(title)}</h2>${told}<div class="plots">${plots.join("")}</div>\n`;
}

function casesOf(parts: readonly Part[]): string {
  return `Test cases: ${parts.map(({ label, cases }) => `${label}: ${cases}`).join(", ")}`;
}

function measureTable(rows: readonly ComparedRow[], measure: (typeof MEASURES)[number]): string {
  const cutoffs = cutoffsIn(rows);
  const body = rows.map((row) => {
    const cells = cutoffs.map((cutoff) => {
      const { low, high, isBest, isWorse } = row.intervals[measure][cutoff]!;
      const kind = isBest ? "best" : isWorse ? "worse" : "";
      const range = `95 %: ${low.toFixed(4)} to ${high.toFixed(4)}`;
      return `<td class="${kind}" title="${range}">${cellText(row, measure, cutoff)}</td>`;
    });
    return `<tr><td>${escaped(row.model.name)}</td>${cells.join("")}</tr>`;
  });
  const head = cutoffs.map((cutoff) => `<th>@${cutoff}</th>`).join("");
  return `<h2>${TITLES[measure]}</h2><div class="wide"><table><tr><th></th>${head}</tr>${body.join("")}</table></div>`;
}

function costTable(rows: readonly ComparedRow[], most: number): string {
  const titles = ["", `coverage@${most}`, `popularity@${most}`, "training", "requests/s", "size"];
  const head = titles.map((title) => `<th>${title}</th>`).join("");
  const body = rows.map(({ model }) => {
    const cells = costsOf(model, most).map((cost) => `<td>${cost}</td>`);
    return `<tr><td>${escaped(model.name)}</td>${cells.join("")}</tr>`;
  });
  return `<h2>Costs</h2><div class="wide"><table><tr>${head}</tr>${body.join("")}</table></div>`;
}
