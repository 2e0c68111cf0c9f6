/**
 * How sure the figures of a comparison are: sessions are drawn anew, with replacement, and all measures taken again
 * (Efron's bootstrap). Sessions are independent, clicks of one session are not, so sessions are what is drawn. Models
 * are measured on the same draws, so that a difference between two is surer than either of them.
 */

import { checkInteger, checkList, checkNames, checkSignal } from "../checks.js";
import { checkSessions, type Sessions } from "../data/sessions.js";
import { ConfigError, words } from "../errors.js";
import { pace } from "../pause.js";
import type { Signal } from "../platform.js";
import { ln } from "../portable-math.js";
import { CounterRandom, Stream } from "../random.js";
import type { ComparedModel } from "./compared.js";

/** A measure with its 95 % interval. */
export interface Interval {
  /** The measure itself. */
  readonly value: number;
  /** Where 2.5 % of the draws are below. */
  readonly low: number;
  /** Where 2.5 % of the draws are above. */
  readonly high: number;
  /** Whether no model has more. */
  readonly isBest: boolean;
  /** Whether the best model has more in 97.5 % of the draws. */
  readonly isWorse: boolean;
}

/** Of one model: its measures by cutoff. */
export type Intervals = Readonly<
  Record<"recall" | "mrr" | "ndcg", Readonly<Record<number, Interval>>>
>;

/** Options of `intervalsOf`. */
export interface IntervalOptions {
  /** List lengths. Default 1, 5, 10, 20. */
  readonly cutoffs?: readonly number[];
  /** Draws, from 100 to 100,000. Default 1,000. */
  readonly samples?: number;
  /** Seed of the draws, from 0 to 2³² − 1. Default 0. */
  readonly seed?: number;
  /** Ends the work; its reason is thrown. */
  readonly signal?: Signal | undefined;
}

const MEASURES = ["recall", "mrr", "ndcg"] as const;
/** More sessions are drawn in so many groups: the spread is the same, and the work has an end. */
const MOST_GROUPS = 20_000;
/** Sessions that are summed up in about a millisecond. */
const SESSIONS = 64;
/** Apart from what baselines draw. */
const DRAWS = 4;
const [LOWER, UPPER] = [0.025, 0.975];

/**
 * Intervals of models that `compare` measured on `test`, in their order; those that failed are to be left out.
 *
 * @throws ConfigError when an option is out of range; the signal's reason when aborted
 */
export async function intervalsOf(
  models: readonly ComparedModel[],
  test: Sessions,
  options: IntervalOptions = {},
): Promise<Intervals[]> {
  checkList("models", models, "models that were compared");
  checkSessions("test", test);
  checkNames(options, ["cutoffs", "samples", "seed", "signal"], "interval");
  const { cutoffs = [1, 5, 10, 20], samples = 1000, seed = 0, signal } = options;
  checkList("cutoffs", cutoffs, "list lengths");
  if (cutoffs.length === 0) throw new ConfigError("cutoffs", "at least one list length", cutoffs);
  for (const [i, cutoff] of cutoffs.entries()) checkInteger(`cutoffs[${i}]`, cutoff, 1);
  checkInteger("samples", samples, 100, 100_000);
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  checkSignal(signal);
  const all = Array.from(models, (model) => model?.ranks);
  if (all.length === 0) return [];
  for (const [i, ranks] of all.entries()) {
    if (ranks?.length === test.events) continue;
    const found = ranks?.length ?? words("none");
    throw new ConfigError(`models[${i}].ranks`, `${test.events}, one for each test event`, found);
  }
  const { sums, counts, width } = await summed(all, test.offsets, cutoffs, signal);
  const draws = await drawn(sums, counts, { width, samples, seed, signal });
  const values = meansOf(sums, counts, width);
  const each = MEASURES.length * cutoffs.length;
  const at = (model: number, measure: number, i: number): number =>
    model * each + measure * cutoffs.length + i;
  return all.map((_, model) => {
    const byMeasure = MEASURES.map((name, measure) => {
      const byCutoff = cutoffs.map((cutoff, i) => {
        const column = at(model, measure, i);
        const rivals = all.map((_, other) => at(other, measure, i));
        const best = rivals.reduce((a, b) => (values[b]! > values[a]! ? b : a));
        return [cutoff, intervalOf(draws, values, column, best)] as const;
      });
      return [name, Object.fromEntries(byCutoff)] as const;
    });
    return Object.fromEntries(byMeasure) as Intervals;
  });
}

interface Summed {
  /** f64[groups, width]: hits, reciprocal ranks and gains by model, measure and cutoff. */
  readonly sums: Float64Array;
  /** f64[groups]: test cases. */
  readonly counts: Float64Array;
  readonly width: number;
}

async function summed(
  all: readonly Float64Array[],
  offsets: Int32Array,
  cutoffs: readonly number[],
  signal: Signal | undefined,
): Promise<Summed> {
  const sessions = Array.from({ length: offsets.length - 1 }, (_, s) => s).filter((s) =>
    all[0]?.subarray(offsets[s], offsets[s + 1]).some((rank) => !Number.isNaN(rank)),
  );
  const groups = Math.min(MOST_GROUPS, sessions.length);
  const each = MEASURES.length * cutoffs.length;
  const width = all.length * each;
  const sums = new Float64Array(groups * width);
  const counts = new Float64Array(groups);
  for (const [n, session] of sessions.entries()) {
    if (n % SESSIONS === 0) await pace(signal);
    const group = n % groups;
    for (let event = offsets[session]!; event < offsets[session + 1]!; ++event) {
      if (!Number.isNaN(all[0]![event]!)) counts[group]!++;
      for (const [model, ranks] of all.entries()) {
        const rank = ranks[event]!;
        for (const [i, cutoff] of cutoffs.entries()) {
          if (!(rank <= cutoff)) continue;
          const at = group * width + model * each + i;
          sums[at]! += 1;
          sums[at + cutoffs.length]! += 1 / rank;
          sums[at + 2 * cutoffs.length]! += Math.LN2 / ln(rank + 1);
        }
      }
    }
  }
  return { sums, counts, width };
}

function meansOf(sums: Float64Array, counts: Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let i = 0; i < sums.length; ++i) means[i % width]! += sums[i]!;
  const cases = counts.reduce((sum, count) => sum + count, 0);
  return means.map((sum) => sum / Math.max(1, cases));
}

/** Means of each draw: an f64[width] for each. */
async function drawn(
  sums: Float64Array,
  counts: Float64Array,
  {
    width,
    samples,
    seed,
    signal,
  }: { width: number; samples: number; seed: number; signal: Signal | undefined },
): Promise<Float64Array[]> {
  const random = new CounterRandom(seed, Stream.baseline, 0, DRAWS);
  const draws: Float64Array[] = [];
  for (let n = 0; n < samples; ++n) {
    const means = new Float64Array(width);
    let cases = 0;
    for (let i = 0; i < counts.length; ++i) {
      const group = random.below(counts.length);
      cases += counts[group]!;
      for (let column = 0, at = group * width; column < width; ++column)
        means[column]! += sums[at++]!;
    }
    for (let column = 0; column < width; ++column) means[column]! /= Math.max(1, cases);
    draws.push(means);
    await pace(signal);
  }
  return draws;
}

function intervalOf(
  draws: readonly Float64Array[],
  values: Float64Array,
  column: number,
  best: number,
): Interval {
  const own = Float64Array.from(draws, (means) => means[column]!).sort();
  const lead = Float64Array.from(draws, (means) => means[best]! - means[column]!).sort();
  const [low, high] = [quantile(own, LOWER), quantile(own, UPPER)];
  const value = values[column]!;
  const isBest = value === values[best]!;
  return { value, low, high, isBest, isWorse: !isBest && quantile(lead, LOWER) > 0 };
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))]!;
}
