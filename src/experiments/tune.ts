/**
 * A search for good options, in rounds of a fixed size: all trials of a round are proposed from the seed and the
 * trials of the rounds before, so that neither the number of jobs nor an end in between changes what is tried.
 */

import {
  checkBoolean,
  checkChoice,
  checkFunction,
  checkInteger,
  checkList,
  checkNames,
  checkNumbers,
  checkObject,
  checkSignal,
} from "../checks.js";
import { ConfigError, words } from "../errors.js";
import type { Signal } from "../platform.js";
import { isBehind } from "./halving.js";
import { type Importance, importanceOf } from "./importance.js";
import { proposed, type Sampler } from "./propose.js";
import { type Dimension, dimensionsOf, filled, type Space, type TrialParameters } from "./space.js";
import { bestOf, type Trial } from "./trials.js";

/** Options of `tune`. */
export interface TuneOptions {
  /** What is chosen. */
  readonly space: Space;
  /** Trials in all, those of `done` included, ≥ 1. Default 50. */
  readonly trials?: number;
  /** `"tpe"`: after five random trials by the Tree-structured Parzen Estimator; or `"random"`. Default `"tpe"`. */
  readonly sampler?: Sampler;
  /** Trials of a round, ≥ 1: they do not learn from each other. Default 4. */
  readonly round?: number;
  /** Trials of a round that run at once, ≥ 1; more than a round has are of no use. Default 1. */
  readonly jobs?: number;
  /** Whether trials end after 1, 2, 4, … epochs when they are behind half of the others. Default true. */
  readonly halving?: boolean;
  /** Decides all proposals: an integer from 0 to 2⁵³ − 1. Default 42. */
  readonly seed?: number;
  /** Trials of the same tuning that are over: they are not run again. */
  readonly done?: readonly Trial[] | undefined;
  /** Hears of each trial that is over; a promise is waited for before the tuning goes on. */
  readonly onTrial?: ((trial: Trial) => unknown) | undefined;
  /** Ends the tuning. What is over is kept: `onTrial` has heard of it. */
  readonly signal?: Signal | undefined;
}

type ResolvedTuneOptions = Required<
  Pick<TuneOptions, "trials" | "sampler" | "round" | "jobs" | "halving" | "seed">
>;

/** What a trial is told beside its options. */
export interface TrialContext {
  /** Counted from 0. */
  readonly number: number;
  /** Ends the trial together with the tuning. */
  readonly signal: Signal | undefined;
  /**
   * To be called after each epoch with what was measured, the larger the better. Returns whether the trial is to go
   * on: if not, it may return.
   */
  readonly report: (figure: number) => boolean;
}

/**
 * Runs a trial and returns its value, the larger the better; or nothing, where the best of what it reported counts.
 * A trial that throws has failed, and is counted; the tuning goes on.
 */
export type Objective = (
  parameters: TrialParameters,
  trial: TrialContext,
) => Promise<number | undefined> | number | undefined;

/** What came of a tuning. */
export interface Tuning {
  /** What was chosen, in the order of the values of a trial. */
  readonly dimensions: readonly Dimension[];
  /** By number. */
  readonly trials: readonly Trial[];
  /** The best complete trial; undefined where all of them failed. */
  readonly best: Trial | undefined;
  /** How much each option mattered, the most important first; empty below eight complete trials. */
  readonly importance: readonly Importance[];
}

const NAMES = [
  "space",
  "trials",
  "sampler",
  "round",
  "jobs",
  "halving",
  "seed",
  "done",
  "onTrial",
  "signal",
];

/** @throws ConfigError naming the option */
function resolved(options: TuneOptions): ResolvedTuneOptions {
  checkNames(options, NAMES, "tuning");
  const { trials = 50, sampler = "tpe", round = 4, jobs = 1, halving = true, seed = 42 } = options;
  checkInteger("trials", trials, 1);
  checkInteger("round", round, 1);
  checkInteger("jobs", jobs, 1);
  checkInteger("seed", seed, 0);
  checkChoice("sampler", sampler, ["tpe", "random"]);
  checkBoolean("halving", halving);
  checkFunction("onTrial", options.onTrial);
  checkSignal(options.signal);
  if (options.done !== undefined) checkTrials("done", options.done);
  return { trials, sampler, round, jobs, halving, seed };
}

/**
 * Searches a space for the options with the highest value.
 *
 * @throws ConfigError naming an option, or a trial of `done` that is not of this tuning; the reason of the signal
 */
export async function tune(objective: Objective, options: TuneOptions): Promise<Tuning> {
  if (typeof objective !== "function") throw new ConfigError("objective", "a function", objective);
  const chosen = resolved(options);
  const { space, done = [], signal, onTrial } = options;
  const dimensions = dimensionsOf(space);
  const known = new Map(done.map((trial) => [trial.number, trial]));
  let trials: readonly Trial[] = [];
  for (let first = 0; first < chosen.trials; first += chosen.round) {
    const count = Math.min(chosen.round, chosen.trials - first);
    const history = trials;
    const run = async (number: number): Promise<Trial> => {
      const values = proposed(dimensions, history, { ...chosen, number });
      const held = known.get(number);
      if (held) return checkedTrial(held, values);
      signal?.throwIfAborted();
      const plan = { number, values, parameters: filled(space, shown(dimensions, values)) };
      const trial = await played(objective, plan, chosen.halving ? history : [], signal);
      await onTrial?.(trial);
      return trial;
    };
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    trials = [...trials, ...(await several(numbers, chosen.jobs, run))];
  }
  return tuningOf(space, trials);
}

/**
 * What came of trials, however many are over: of a search that was stopped.
 *
 * @throws ConfigError naming the place in the space, or a trial that is none
 */
export function tuningOf(space: Space, trials: readonly Trial[]): Tuning {
  const dimensions = dimensionsOf(space);
  checkTrials("trials", trials);
  const sorted = [...trials].sort((a, b) => a.number - b.number);
  const importance = importanceOf(dimensions, sorted);
  return { dimensions, trials: sorted, best: bestOf(sorted), importance };
}

function checkTrials(path: string, trials: readonly Trial[]): void {
  checkList(path, trials, "trials");
  for (const [i, trial] of [...trials].entries()) {
    checkObject(`${path}[${i}]`, trial, "a trial");
    checkInteger(`${path}[${i}].number`, trial.number, 0);
    checkNumbers(`${path}[${i}].values`, trial.values);
    checkNumbers(`${path}[${i}].figures`, trial.figures);
    checkChoice(`${path}[${i}].state`, trial.state, ["complete", "pruned", "failed"]);
  }
}

/** Choices by their values. */
function shown(dimensions: readonly Dimension[], values: readonly number[]): unknown[] {
  return dimensions.map((dimension, place) =>
    dimension.kind === "choices" ? dimension.choices[values[place]!] : values[place],
  );
}

function checkedTrial(held: Trial, values: readonly number[]): Trial {
  const isSame =
    held.values.length === values.length && held.values.every((v, i) => v === values[i]);
  if (isSame) return held;
  const where = `done[${held.number}]`;
  const remedy = "Space, seed, sampler and rounds must be those of before.";
  throw new ConfigError(where, "a trial of this tuning", words("another"), remedy);
}

/** Runs all, some at a time. After the first that rejects none is begun; those that run are waited for. */
async function several(
  numbers: readonly number[],
  jobs: number,
  run: (number: number) => Promise<Trial>,
): Promise<Trial[]> {
  const results: Trial[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < numbers.length && !failure) {
      const place = next++;
      try {
        results[place] = await run(numbers[place]!);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, numbers.length) }, worker));
  if (failure) throw failure.error;
  return results;
}

async function played(
  objective: Objective,
  plan: Pick<Trial, "number" | "values" | "parameters">,
  history: readonly Trial[],
  signal: Signal | undefined,
): Promise<Trial> {
  const figures: number[] = [];
  let isPruned = false;
  const report = (figure: number): boolean => {
    if (!Number.isFinite(figure)) throw new ConfigError("figure", "a finite number", figure);
    if (!isPruned) figures.push(figure);
    isPruned ||= isBehind(figures, history);
    return !isPruned;
  };
  const begun = performance.now();
  const over = () => ({ ...plan, figures, elapsedMs: performance.now() - begun });
  try {
    const returned = await objective(plan.parameters, { number: plan.number, signal, report });
    signal?.throwIfAborted();
    const value = returned ?? Math.max(...figures);
    if (!Number.isFinite(value)) throw new ConfigError("value", "a finite number", value);
    return { ...over(), state: isPruned ? "pruned" : "complete", value };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      ...over(),
      state: "failed",
      error: String(error instanceof Error ? error.message : error),
    };
  }
}
