/** Examples as a job takes them: rows of the model's own catalogue, and nothing that it could trip over. */

import { checkInstance, checkObject } from "../../checks.js";
import { type Examples, NO_ITEM } from "../../data/examples.js";
import type { Items } from "../../data/items.js";
import { ConfigError } from "../../errors.js";
import { bucketOf } from "../../models/two-towers/feature-options.js";
import { TwoTowers } from "../../models/two-towers/two-towers.js";

export interface ExampleRows {
  /** i32[n, T] and i32[n] */
  readonly contexts: Int32Array;
  readonly targets: Int32Array;
  /** i32[n] buckets of the targets' times; empty where time does not count. */
  readonly moments: Int32Array;
}

/**
 * Contexts and targets as rows of the model's catalogue, times as buckets.
 *
 * @throws ConfigError when they do not belong to the model, or are not what `Examples` says
 */
export function rowsOf(model: TwoTowers, examples: Examples): ExampleRows {
  checkInstance("model", model, TwoTowers, "a TwoTowers");
  checkObject("examples", examples, "examples, as of examplesOf");
  const { items, options } = model;
  const { windowLength, length, contexts, targets } = examples;
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
  checkRows(examples);
  const moments = momentsOf(examples, options.timeBoundaries);
  if (examples.items === items) return { contexts, targets, moments };
  const rows = rowsIn(items, examples.items);
  return {
    moments,
    contexts: contexts.map((item) => (item === NO_ITEM ? NO_ITEM : rows[item]!)),
    targets: targets.map((item) => rows[item]!),
  };
}

function momentsOf({ times, length }: Examples, boundaries: readonly number[]): Int32Array {
  if (boundaries.length === 0) return new Int32Array(0);
  if (times.length !== length) {
    throw new ConfigError("examples", `${length} times, one an example`, times.length);
  }
  return Int32Array.from(times, (time) => bucketOf(boundaries, time));
}

/** Every context begins with an item and has none behind its end; every row is in the catalogue. */
function checkRows({ items, windowLength: T, contexts, targets }: Examples): void {
  for (const [n, item] of targets.entries()) {
    if (item < 0 || item >= items.size) {
      throw new ConfigError(`examples.targets[${n}]`, `a row from 0 to ${items.size - 1}`, item);
    }
  }
  for (const [i, item] of contexts.entries()) {
    const isFirst = i % T === 0;
    if (item >= 0 && item < items.size && (isFirst || contexts[i - 1] !== NO_ITEM)) continue;
    if (item === NO_ITEM && !isFirst) continue;
    const expected = isFirst
      ? "a row of the catalogue"
      : "a row of the catalogue, or no item to the end";
    throw new ConfigError(`examples.contexts[${i}]`, expected, item);
  }
}

function rowsIn(items: Items, others: Items): Int32Array {
  const rows = Int32Array.from(others.ids, (id) => items.indexOf(id));
  const unknown = rows.indexOf(-1);
  if (unknown < 0) return rows;
  const remedy = "Create the model from the catalogue of the examples.";
  throw new ConfigError(
    "examples",
    "only items that the model knows",
    others.idOf(unknown),
    remedy,
  );
}
