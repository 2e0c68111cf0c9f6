/** The columns that a job reads: examples, their weights, exclusions and probabilities. */

import type { Items } from "../../data/items.js";
import { orderInTime } from "../../data/time-order.js";
import { ConfigError } from "../../errors.js";
import type { ExampleRows } from "../../models/two-towers/example-rows.js";
import { inTurns } from "../../pause.js";
import { ln, pow } from "../../portable-math.js";
import { type Exclusions, exclusionsOf } from "./exclusions.js";
import type { ResolvedRetrievalOptions, TrainRetrievalOptions } from "./options.js";

/** Bounds of a probability whose logarithm is subtracted. */
const LEAST_PROBABILITY = 1e-6;
/** Numbers that are looked at in about a millisecond. */
const PIECE = 2 ** 14;

interface Chances {
  /** f32[items] what is subtracted from the scores of targets and of drawn candidates; 0 without a correction. */
  readonly lnTargets: Float32Array;
  readonly lnDrawn: Float32Array;
}

export interface Columns extends ExampleRows, Exclusions, Chances {
  /** f32[examples] weight of each example's loss. */
  readonly weights: Float32Array;
  /** i32[examples]: the examples in the order of time; empty when another order is asked for. */
  readonly order: Int32Array;
}

/**
 * All columns, made in turns with other work, and the support of items: i32[items], the number of
 * examples of each.
 *
 * @throws ConfigError when an option does not fit the examples
 */
export async function columnsOf(
  items: Items,
  rows: ExampleRows,
  times: Float64Array,
  task: ResolvedRetrievalOptions,
  { sampleWeights, exclude }: TrainRetrievalOptions,
): Promise<{
  readonly support: Int32Array;
  readonly columns: Columns & Readonly<Record<string, Int32Array | Float32Array>>;
}> {
  const { contexts, targets, moments } = rows;
  const { length } = targets;
  const weights = await inTurns(weightsOf(length, sampleWeights));
  const { excludedStarts, excluded } = await inTurns(exclusionsOf(items, targets, exclude));
  const order = task.order === "time" ? await inTurns(orderOf(times, length)) : new Int32Array(0);
  const support = await inTurns(supportOf(items, targets));
  const { lnTargets, lnDrawn } = await inTurns(chancesOf(support, length, task));
  const columns = {
    contexts,
    targets,
    moments,
    weights,
    order,
    excludedStarts,
    excluded,
    lnTargets,
    lnDrawn,
  };
  return { support, columns };
}

/** The examples by the times of their targets. */
function orderOf(times: Float64Array, length: number): Generator<void, Int32Array> {
  if (times.length !== length) {
    throw new ConfigError("examples", `${length} times, one an example`, times.length);
  }
  const each = Int32Array.from({ length: length + 1 }, (_, n) => n);
  return orderInTime(times, each);
}

function* weightsOf(
  length: number,
  given: ArrayLike<number> | undefined,
): Generator<void, Float32Array> {
  if (given === undefined) return new Float32Array(length).fill(1);
  if (given.length !== length) {
    throw new ConfigError("sampleWeights", `${length}, one an example`, given.length);
  }
  return yield* checkedFloats("sampleWeights", given, "a number ≥ 0", (weight) => weight >= 0);
}

/** Copies numbers. Each must be finite as f32 and fulfil `isGood`. */
function* checkedFloats(
  path: string,
  given: ArrayLike<number>,
  expected: string,
  isGood: (value: number) => boolean,
  converted: (value: number) => number = (value) => value,
): Generator<void, Float32Array> {
  const made = new Float32Array(given.length);
  for (let i = 0; i < made.length; ++i) {
    const value = given[i]!;
    made[i] = converted(value);
    if (!isGood(value) || !Number.isFinite(made[i])) {
      throw new ConfigError(`${path}[${i}]`, expected, value);
    }
    if (i % PIECE === 0) yield;
  }
  return made;
}

function* supportOf({ size }: Items, targets: Int32Array): Generator<void, Int32Array> {
  const support = new Int32Array(size);
  for (let n = 0; n < targets.length; ++n) {
    support[targets[n]!]!++;
    if (n % PIECE === 0) yield;
  }
  return support;
}

/** How candidates are drawn, and the logarithms that correct their scores. */
function* chancesOf(
  support: Int32Array,
  examples: number,
  { logQ, sampleAlpha }: ResolvedRetrievalOptions,
): Generator<void, Chances> {
  const items = support.length;
  const clipped = (q: number): number => ln(Math.min(1, Math.max(LEAST_PROBABILITY, q)));
  if (typeof logQ !== "number") {
    if (logQ.length !== items) {
      throw new ConfigError("logQ", `a number, or ${items}, one an item`, logQ.length);
    }
    const isGood = (q: number): boolean => q >= 0 && q <= 1;
    const corrections = yield* checkedFloats("logQ", logQ, "a number in [0, 1]", isGood, clipped);
    return { lnTargets: corrections, lnDrawn: corrections };
  }
  const [lnTargets, lnDrawn] = [new Float32Array(items), new Float32Array(items)];
  if (logQ === 0) return { lnTargets, lnDrawn };
  const powers = new Float64Array(items);
  let total = 0;
  for (let item = 0; item < items; ++item) {
    powers[item] = pow(support[item]!, sampleAlpha);
    total += powers[item]!;
    if (item % PIECE === 0) yield;
  }
  for (let item = 0; item < items; ++item) {
    lnTargets[item] = logQ * clipped(support[item]! / examples);
    lnDrawn[item] = logQ * clipped(powers[item]! / total);
    if (item % PIECE === 0) yield;
  }
  return { lnTargets, lnDrawn };
}
