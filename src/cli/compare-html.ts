/** The report of a comparison as one page of HTML that loads nothing: tables, plots, light and dark. */
import type { Sessions } from "../index.js";
import { type Part, partings } from "./compare-parts.js";
import {
  type ComparedRow,
  cellText,
  costsOf,
  costTitles,
  cutoffsIn,
  LEGEND,
  MEASURES,
  TITLES,
} from "./compare-table.js";
import { formatCounted } from "./format.js";
import { COLOURS, htmlPage, plot, section } from "./html-page.js";
import { escaped, lineChart, type Series } from "./plots.js";

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
    return charted(TITLES[measure], labels, seriesOf(values));
  });
  const byPart = partings(models, log, test, most).map(({ title, parts }) => {
    const labels = parts.map(({ label }) => label);
    const of = (name: "recall" | "mrr") => (i: number) => parts.map((part: Part) => part[name][i]!);
    const recall = charted(`Recall@${most}`, labels, seriesOf(of("recall")));
    const mrr = charted(`MRR@${most}`, labels, seriesOf(of("mrr")));
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
  return htmlPage(
    "Comparison of models",
    `<p>${formatCounted(log.events, "event")} to learn from, ${formatCounted(cases, "test case")} in ${formatCounted(test.length, "session")}.</p>
${notes.length > 0 ? `<ul>${notes.join("")}</ul>` : ""}
${MEASURES.map((measure) => measureTable(rows, measure)).join("")}
<p>${escaped(LEGEND)}</p>
${costTable(rows, most)}
<ul class="key">${key.join("")}</ul>
${section("Figures by length of the list", "", byCutoff)}
${byPart.join("")}
${losses.length > 0 ? section("Loss by epoch", "", [charted("loss", epochs, losses)]) : ""}`,
  );
}

function charted(title: string, labels: readonly string[], series: readonly Series[]): string {
  return plot(title, lineChart(title, labels, series));
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
  const titles = ["", ...costTitles(rows, most)];
  const head = titles.map((title) => `<th>${title}</th>`).join("");
  const body = rows.map(({ model }) => {
    const cells = costsOf(rows, model, most).map((cost) => `<td>${cost}</td>`);
    return `<tr><td>${escaped(model.name)}</td>${cells.join("")}</tr>`;
  });
  return `<h2>Costs</h2><div class="wide"><table><tr>${head}</tr>${body.join("")}</table></div>`;
}
