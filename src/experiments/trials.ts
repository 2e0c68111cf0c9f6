/** What is known of the trials of a tuning, in the order of their numbers. */

import type { TrialParameters } from "./space.js";

/** A trial that is over. */
export interface Trial {
  /** Counted from 0. */
  readonly number: number;
  /** What was chosen, in the order of the dimensions; of choices their places in the list. */
  readonly values: readonly number[];
  /** The options that it ran with. */
  readonly parameters: TrialParameters;
  /** `"pruned"`: ended early, because others were better by then. `"failed"`: it threw, as a training that diverges does. */
  readonly state: "complete" | "pruned" | "failed";
  /** What was measured after each epoch. */
  readonly figures: readonly number[];
  /** The best of the figures, or what the trial returned; the larger the better. None of a trial that failed. */
  readonly value?: number;
  /** Why it failed. */
  readonly error?: string;
  /** How long it took, ms. */
  readonly elapsedMs: number;
}

/** The best complete trial, the first of equals; a pruned one only where none is complete. */
export function bestOf(trials: readonly Trial[]): Trial | undefined {
  const of = (state: Trial["state"]): Trial | undefined =>
    trials
      .filter((trial) => trial.state === state)
      .reduce<Trial | undefined>(
        (best, trial) => (best && !(trial.value! > best.value!) ? best : trial),
        undefined,
      );
  return of("complete") ?? of("pruned");
}

/**
 * Trials from the best to the worst: complete ones by their value, then pruned ones, those that came farthest
 * first, then failed ones; equals by number.
 */
export function ranked(trials: readonly Trial[]): Trial[] {
  const place = ({ state, figures }: Trial): number => {
    if (state === "complete") return Number.NEGATIVE_INFINITY;
    return state === "pruned" ? -figures.length : 1;
  };
  // A pruned trial counts by its last figure: others had as many epochs.
  const figure = (trial: Trial): number =>
    (trial.state === "pruned" ? trial.figures.at(-1) : trial.value) ?? 0;
  return [...trials].sort((a, b) => {
    const [left, right] = [place(a), place(b)];
    if (left !== right) return left - right;
    return figure(b) - figure(a) || a.number - b.number;
  });
}
