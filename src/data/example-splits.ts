/** Examples to train on and examples to measure on: at random, as the tutorial, or at a moment. */

import { checkInteger, checkNames, checkNumber } from "../checks.js";
import { ConfigError, words } from "../errors.js";
import { permutation } from "../random.js";
import { checkExamples, type Examples } from "./examples.js";

/** Two parts of some examples, over the same catalogue. */
export interface ExampleSplit {
  /** Examples to train on. */
  readonly train: Examples;
  /** Examples that are held out. */
  readonly test: Examples;
}

/**
 * The tutorial's split: all examples of all users are shuffled and cut.
 *
 * Training examples may be later than a test target of the same user, and hold it in their contexts. So
 * figures from this split are higher than figures for future visits.
 *
 * @param options `fraction`: share of the training part, in (0, 1), default 0.9; `seed` of the shuffle, default 42
 */
export function splitAtRandom(
  examples: Examples,
  options: { readonly fraction?: number; readonly seed?: number } = {},
): ExampleSplit {
  checkNames(options, ["fraction", "seed"], "split");
  const { fraction = 0.9, seed = 42 } = options;
  checkExamples("examples", examples);
  const border = borderOf(examples, fraction);
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
  return cutAt(examples, permutation(examples.length, seed, 0), border);
}

/**
 * A split at one moment, which leaks nothing: targets before it train, all others test.
 * Each part is in the order of time; targets of one second stay together in the test part.
 *
 * @param options `fraction`: share of the training part, about, in (0, 1), default 0.9
 */
export function splitAtTime(
  examples: Examples,
  options: { readonly fraction?: number } = {},
): ExampleSplit {
  checkNames(options, ["fraction"], "split");
  const { fraction = 0.9 } = options;
  checkExamples("examples", examples);
  const { times, length } = examples;
  const order = Int32Array.from({ length }, (_, i) => i);
  order.sort((a, b) => times[a]! - times[b]! || a - b);
  let border = borderOf(examples, fraction);
  const moment = times[order[border]!]!;
  while (border > 0 && times[order[border - 1]!] === moment) border--;
  if (border === 0) {
    const remedy = "All earlier targets have the time of the split, too.";
    throw new ConfigError(
      "fraction",
      "a moment with examples before it and after it",
      fraction,
      remedy,
    );
  }
  return cutAt(examples, order, border);
}

function borderOf({ length }: Examples, fraction: number): number {
  checkNumber("fraction", fraction, 0, 1);
  const border = Math.round(fraction * length);
  if (border > 0 && border < length) return border;
  const found = words(`${fraction} of ${length}`);
  throw new ConfigError("fraction", "at least one example on each side", found);
}

function cutAt(examples: Examples, order: Int32Array, border: number): ExampleSplit {
  return {
    train: picked(examples, order.subarray(0, border)),
    test: picked(examples, order.subarray(border)),
  };
}

function picked(
  { items, windowLength, contexts, targets, times }: Examples,
  rows: Int32Array,
): Examples {
  const chosen = new Int32Array(rows.length * windowLength);
  for (const [n, row] of rows.entries()) {
    chosen.set(contexts.subarray(row * windowLength, (row + 1) * windowLength), n * windowLength);
  }
  return {
    items,
    windowLength,
    length: rows.length,
    contexts: chosen,
    targets: Int32Array.from(rows, (row) => targets[row]!),
    times: Float64Array.from(rows, (row) => times[row]!),
  };
}
