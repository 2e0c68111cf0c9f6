/** What every kind of baseline is made of: a table of numbers that is fitted, and a scorer that reads it. */

import { checkInteger } from "../checks.js";
import type { Items } from "../data/items.js";
import type { Scorer } from "../data/scorer.js";
import type { Sessions } from "../data/sessions.js";

/** What is fitted: arrays by name. A file keeps them. */
export type Columns = Readonly<Record<string, Int32Array | Float32Array>>;

/** A kind of baseline. Each step of its work tells the share that is done, from 0 to 1. */
export interface BaselineKind<Options extends object> {
  readonly defaults: Required<Options>;
  /** Throws ConfigError naming the option that is out of range. */
  check(options: Required<Options>): void;
  fit(sessions: Sessions, options: Required<Options>): Generator<number, Columns>;
  /** The columns are borrowed for as long as the scorer is used. */
  scorer(items: Items, columns: Columns, options: Required<Options>): Generator<number, Scorer>;
}

/** Small pieces of work between two turns of the event loop: about a millisecond. */
export const PIECE: number = 2 ** 15;

/**
 * f32[items]: below 0, by popularity: −1 / (1 + events), which is POP's score less 1. Whoever scores only some
 * items lists the others in this order behind them. As equals they would all stand at the same place, and a
 * target among them would pass for recommended where ties count for it.
 */
export function popularRest({ support }: Items): Float32Array {
  return Float32Array.from(support, (events) => -1 / (1 + events));
}

/** f64[length], some in each step. */
export function* floatsOf(
  length: number,
  value: (i: number) => number,
): Generator<number, Float64Array> {
  const floats = new Float64Array(length);
  for (let i = 0; i < length; ++i) {
    floats[i] = value(i);
    if (i % FLOATS === 0) yield 0;
  }
  return floats;
}

/** Powers and logarithms that take about a millisecond. */
const FLOATS = 2 ** 12;

/** Throws ConfigError unless the seed is one. */
export function checkSeed(seed: number): void {
  checkInteger("seed", seed, 0, 2 ** 32 - 1);
}
