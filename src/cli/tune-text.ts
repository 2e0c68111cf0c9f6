/** What `gru4rec tune` tells of its trials, as text and as lines of JSON, and the file for `--params`. */
import type { Trial, Tuning } from "../index.js";
import { formatCounted } from "./format.js";

/** What was searched for, and on what. */
export interface TunedOn {
  /** The log. */
  readonly path: string;
  /** The measure of the validation. */
  readonly monitor: string;
  /** Of the model. */
  readonly kind: string;
}

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

/** The best of a search that was stopped; as text nothing where it has none. */
export function stoppedLines({ best, trials }: Tuning, json: boolean): string {
  if (!json) return best ? `\nbest so far: ${lineOf(best)}` : "";
  const { number, value, parameters } = best ?? {};
  const facts = { trials: trials.length, number, value, ...parameters };
  return `${JSON.stringify({ type: "stopped", ...facts })}\n`;
}

/** The file for `--params`. @param note where the search was stopped */
export function parametersOf(tuning: Tuning, { monitor, kind }: TunedOn, note?: string): string {
  const { number, value, parameters } = tuning.best!;
  const found = `Trial ${number} of ${tuning.trials.length}: ${monitor} ${value} on the validation.`;
  const about = note ? `${found} ${note}` : found;
  return `${JSON.stringify({ kind, ...parameters, about }, null, 2)}\n`;
}
