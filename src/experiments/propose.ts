/**
 * What to try next: at random, or by the Tree-structured Parzen Estimator (Bergstra et al. 2011; the constants but two
 * are those of optuna's defaults, which Watanabe 2023 compares). Options are chosen together: each of them alone, as
 * optuna does by default, leaves the valley of Rosenbrock's function, and was worse on others, too
 * (test/experiments/regret.long.ts). The proposal of a trial is a pure function of the seed, its number and the history.
 */

import { CounterRandom, Stream } from "../random.js";
import { type Density, densityOf, lineOf, lnJoint } from "./parzen.js";
import type { Dimension } from "./space.js";
import { ranked, type Trial } from "./trials.js";

/** How trials are proposed. */
export type Sampler = "tpe" | "random";

/** Trials that are drawn at random before there is enough to learn from. Why five: bench/log.md. */
const RANDOM_TRIALS = 5;
/** Candidates that are drawn; the one with the highest ln l(x)/g(x) is taken. Several options need more than one does. */
const CANDIDATES = 64;
const MOST_GOOD = 25;

/** Values of each dimension. @param history trials of earlier rounds */
export function proposed(
  dimensions: readonly Dimension[],
  history: readonly Trial[],
  { sampler, seed, number }: { sampler: Sampler; seed: number; number: number },
): number[] {
  const random = new CounterRandom(seed, Stream.tuning, number);
  if (sampler === "random" || history.length < RANDOM_TRIALS) {
    return dimensions.map((dimension) => atRandom(dimension, random));
  }
  const parts = partsOf(history);
  const densities = dimensions.map((dimension, place) => densitiesOf(dimension, place, parts));
  const good = densities.map((density) => density.good);
  const other = densities.map((density) => density.other);
  let best: number[] = [];
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < CANDIDATES; ++i) {
    const kernel = random.below(parts.good.length + 1);
    const candidate = good.map((density) => density.draw(random, kernel));
    const gain = lnJoint(good, candidate) - lnJoint(other, candidate);
    if (!(gain > most) && i > 0) continue;
    most = gain;
    best = candidate;
  }
  return best;
}

function atRandom(dimension: Dimension, random: CounterRandom): number {
  if (dimension.kind === "choices") return random.below(dimension.choices.length);
  const { low, high, from } = lineOf(dimension);
  return from(low + (high - low) * random.next());
}

interface Parts {
  readonly good: readonly Trial[];
  readonly other: readonly Trial[];
}

/** A tenth of the trials, at most 25, are good; both parts are in the order they were tried. */
export function partsOf(history: readonly Trial[]): Parts {
  const count = Math.min(MOST_GOOD, Math.ceil(0.1 * history.length));
  const good = new Set(ranked(history).slice(0, count));
  return {
    good: history.filter((trial) => good.has(trial)),
    other: history.filter((trial) => !good.has(trial)),
  };
}

/** l and g of one dimension: densities of the good values and of the others. */
export function densitiesOf(
  dimension: Dimension,
  place: number,
  { good, other }: Parts,
): { readonly good: Density; readonly other: Density } {
  const valuesOf = (trials: readonly Trial[]): number[] =>
    trials.map(({ values }) => values[place]!);
  return {
    good: densityOf(dimension, valuesOf(good)),
    other: densityOf(dimension, valuesOf(other)),
  };
}
