/** The report of a tuning as one page of HTML that loads nothing: what was best, and what mattered. */
import type { Trial, Tuning } from "../index.js";
import { formatCounted, formatSeconds } from "./format.js";
import { htmlPage, plot, section } from "./html-page.js";
import { escaped } from "./plots.js";
import { courseChart, optionChart } from "./tune-plots.js";
import type { TunedOn } from "./tune-text.js";

/** Rows of the table of the best. */
const MOST_ROWS = 10;

/** @param note where the search was stopped */
export function tuningReport(tuning: Tuning, { monitor, path }: TunedOn, note?: string): string {
  const { dimensions, trials, best } = tuning;
  const counted = (state: Trial["state"]): number =>
    trials.filter((trial) => trial.state === state).length;
  const seconds = trials.reduce((sum, { elapsedMs }) => sum + elapsedMs / 1000, 0);
  const charts = dimensions.map((dimension, place) =>
    plot(dimension.path, optionChart(dimension, place, trials)),
  );
  return htmlPage(
    "Search for good options",
    `${note ? `<p><strong>${escaped(note)}</strong></p>` : ""}
<p>${escaped(path)}: ${formatCounted(trials.length, "trial")}, ${counted("complete")} complete, ${counted("pruned")}
ended early, ${counted("failed")} failed; ${formatSeconds(seconds)} of training.
The best is trial ${best!.number}: ${escaped(monitor)} ${best!.value!.toFixed(4)} on the validation.</p>
<ul class="key"><li class="best-line"><span>best complete trial so far</span></li>
<li class="complete"><span>complete</span></li><li class="pruned"><span>ended early</span></li></ul>
${section(`${monitor} of each trial`, "", [plot("", courseChart(`${monitor} of each trial`, trials))])}
${importanceBars(tuning, monitor)}
${section(`${monitor} by option`, "Later trials are stronger. One far below the others stands on the lowest line.", charts, "small")}
${bestTable(tuning, monitor)}`,
  );
}

function importanceBars({ importance }: Tuning, monitor: string): string {
  if (importance.length === 0) return "";
  const rows = importance.map(({ path, share }) => {
    const bar = `<div class="bar" style="width:${(100 * share).toFixed(1)}%"></div>`;
    return `<tr><td>${escaped(path)}</td><td>${bar}</td><td>${share.toFixed(2)}</td></tr>`;
  });
  return `<h2>What mattered</h2><p>Share of the variance of ${escaped(monitor)} among complete trials that each option
explains alone. Chance explains some, too, the more the fewer trials there are.</p>
<table class="bars">${rows.join("")}</table>`;
}

/** The best complete trials with all that was chosen. */
function bestTable({ dimensions, trials }: Tuning, monitor: string): string {
  const complete = trials.filter(({ state }) => state === "complete");
  const sorted = complete.sort((a, b) => b.value! - a.value! || a.number - b.number);
  const titles = [
    "trial",
    monitor,
    "epochs",
    ...dimensions.map(({ path }) => path.replace(/^\w+\./, "")),
  ];
  const rows = sorted.slice(0, MOST_ROWS).map(({ number, value, figures, values }, i) => {
    const chosen = dimensions.map((dimension, place) => {
      const own = values[place]!;
      return dimension.kind === "choices"
        ? JSON.stringify(dimension.choices[own])
        : String(Number(own.toPrecision(4)));
    });
    const cells = [String(number), value!.toFixed(4), String(figures.length), ...chosen];
    return `<tr${i === 0 ? ' class="best"' : ""}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  });
  const head = titles.map((title) => `<th>${escaped(title)}</th>`).join("");
  return `<h2>The best trials</h2><div class="wide"><table><tr>${head}</tr>${rows.join("")}</table></div>`;
}
