/** What `gru4rec tune` tells of its trials, as text and as lines of JSON, and the file for `--params`. */
import type { Trial, Tuning } from "../index.js";
import { formatCounted } from "./format.js";

export function trialLine(trial: Trial, json: boolean): string {
  return json ? `${JSON.stringify({ type: "trial", ...trial })}\n` : lineOf(trial);
}

function lineOf({ number, state, value, error, figures, parameters }: Trial): string {
  const found = value === undefined ? (error ?? "") : value.toFixed(4);
  const options = JSON.stringify({ ...parameters.model, ...parameters.train });
  return `trial ${number}  ${state}, ${formatCounted(figures.length, "epoch")}  ${found}  ${options}\n`;
}

/** The best options, and what mattered. @param tuning with a best trial */
export function tunedLines({ best, importance }: Tuning, monitor: string, json: boolean): string {
  const { number, value, parameters } = best!;
  if (json) {
    return `${JSON.stringify({ type: "tuned", monitor, number, value, ...parameters, importance })}\n`;
  }
  const bars = importance.map(
    ({ path, share }) =>
      `  ${path.padEnd(24)} ${"█".repeat(Math.round(30 * share)).padEnd(30)} ${share.toFixed(2)}\n`,
  );
  const mattered = bars.length > 0 ? `share of the variance of ${monitor}:\n${bars.join("")}` : "";
  return `\nbest: ${lineOf(best!)}${mattered}`;
}

/** The best of trials of a search that was stopped; nothing where none is complete. */
export function bestSoFar(trials: readonly Trial[]): string {
  const complete = trials.filter(({ state }) => state === "complete");
  const [best] = complete.sort((a, b) => b.value! - a.value! || a.number - b.number);
  return best ? `\nbest so far: ${lineOf(best)}` : "";
}

/** The file for `--params`. @param kind of the model */
export function parametersOf({ best, trials }: Tuning, monitor: string, kind: string): string {
  const { number, value, parameters } = best!;
  const about = `Trial ${number} of ${trials.length}: ${monitor} ${value} on the validation.`;
  return `${JSON.stringify({ kind, ...parameters, about }, null, 2)}\n`;
}
