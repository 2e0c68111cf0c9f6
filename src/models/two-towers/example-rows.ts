/** Turns examples into rows of the model's catalogue for a job, and checks every row. */

import { bucketOf } from "../../data/boundaries.js";
import { checkExamples, type Examples } from "../../data/examples.js";
import { type Items, NO_ITEM } from "../../data/items.js";
import { rowsAmong, translated } from "../../data/other-catalogue.js";
import { ConfigError } from "../../errors.js";
import { inTurns } from "../../pause.js";
import type { ResolvedTowerOptions } from "./options.js";

/** How many rows are checked in about a millisecond. */
const ROWS_PIECE = 2 ** 17;

export interface ExampleRows {
  /** i32[n, T] and i32[n] */
  readonly contexts: Int32Array;
  readonly targets: Int32Array;
  /** i32[n] buckets of the targets' times; empty where time does not count. */
  readonly moments: Int32Array;
}

/** A model that examples are for. */
export interface ExampleReader {
  readonly items: Items;
  readonly options: Pick<ResolvedTowerOptions, "windowLength" | "timeBoundaries">;
}

/**
 * Contexts and targets as rows of the model's catalogue, times as buckets; made in turns with other
 * work.
 *
 * @throws ConfigError when they do not belong to the model, or are not what `Examples` says
 */
export async function rowsOf(model: ExampleReader, examples: Examples): Promise<ExampleRows> {
  checkExamples("examples", examples);
  checkShape(model, examples);
  return inTurns(rowsIn(model, examples));
}

function checkShape({ options }: ExampleReader, examples: Examples): void {
  const { windowLength, length, contexts, targets, times } = examples;
  if (windowLength !== options.windowLength) {
    const remedy = "Make examples and model with the same `windowLength`.";
    const expected = `examples of the model's window, ${options.windowLength}`;
    throw new ConfigError("examples", expected, windowLength, remedy);
  }
  if (contexts.length !== length * windowLength || targets.length !== length) {
    const expected = `${length} contexts of ${windowLength} and as many targets`;
    const found = `${contexts.length} items and ${targets.length} targets`;
    throw new ConfigError("examples", expected, found);
  }
  if (options.timeBoundaries.length > 0 && times.length !== length) {
    throw new ConfigError("examples", `${length} times, one an example`, times.length);
  }
}

function* rowsIn(model: ExampleReader, examples: Examples): Generator<void, ExampleRows> {
  const { items, options } = model;
  const { contexts, targets } = examples;
  yield* checkRows(examples);
  const moments = yield* momentsOf(examples, options.timeBoundaries);
  if (examples.items === items) return { contexts, targets, moments };
  const remedy = "Create the model from the catalogue of the examples.";
  const rows = yield* rowsAmong(items, examples.items, "examples", remedy);
  return {
    moments,
    contexts: yield* translated(contexts, rows),
    targets: yield* translated(targets, rows),
  };
}

function* momentsOf(
  { times }: Examples,
  boundaries: readonly number[],
): Generator<void, Int32Array> {
  if (boundaries.length === 0) return new Int32Array(0);
  const moments = new Int32Array(times.length);
  for (let n = 0; n < moments.length; ++n) {
    moments[n] = bucketOf(boundaries, times[n]!);
    if (n % ROWS_PIECE === 0) yield;
  }
  return moments;
}

/** Every context must begin with an item and hold none behind its end; every row must be in the catalogue. */
function* checkRows({
  items,
  windowLength: T,
  contexts,
  targets,
}: Examples): Generator<void, void> {
  const { size } = items;
  for (let n = 0; n < targets.length; ++n) {
    const item = targets[n]!;
    if (!(item >= 0 && item < size)) {
      throw new ConfigError(`examples.targets[${n}]`, `a row from 0 to ${size - 1}`, item);
    }
    if (n % ROWS_PIECE === 0) yield;
  }
  for (let i = 0; i < contexts.length; ++i) {
    if (i % ROWS_PIECE === 0) yield;
    const item = contexts[i]!;
    const isFirst = i % T === 0;
    if (item >= 0 && item < size && (isFirst || contexts[i - 1] !== NO_ITEM)) continue;
    if (item === NO_ITEM && !isFirst) continue;
    const expected = isFirst
      ? "a row of the catalogue"
      : "a row of the catalogue, or no item to the end";
    throw new ConfigError(`examples.contexts[${i}]`, expected, item);
  }
}
