/** What mattered: how much of the variance of the figures each option explains alone. */

import type { Dimension } from "./space.js";
import type { Trial } from "./trials.js";

/** Numbers are cut into so many parts of equally many trials. */
const PARTS = 4;

/** How much an option mattered. */
export interface Importance {
  /** The option: `train.learningRate`, `model.layers[0]`. */
  readonly path: string;
  /** The correlation ratio η², from 0 to 1: the share of the variance between parts of its values. */
  readonly share: number;
}

/** Of each dimension, the most important first; empty where fewer than eight trials are complete. */
export function importanceOf(
  dimensions: readonly Dimension[],
  trials: readonly Trial[],
): readonly Importance[] {
  const complete = trials.filter(({ state }) => state === "complete");
  if (complete.length < 2 * PARTS) return [];
  return dimensions
    .map(({ path, kind }, place) => {
      const sorted = complete
        .map((trial) => ({ of: trial.values[place]!, value: trial.value! }))
        .sort((a, b) => a.of - b.of);
      const groups = new Map<number, number[]>();
      for (const { of, value } of sorted) {
        // Equal values stay together: they belong to the part of the first of them.
        const first = sorted.findIndex((other) => other.of === of);
        const part = kind === "choices" ? of : Math.floor((PARTS * first) / sorted.length);
        groups.set(part, [...(groups.get(part) ?? []), value]);
      }
      return { path, share: ratioOf([...groups.values()]) };
    })
    .sort((a, b) => b.share - a.share);
}

/** Sum of squares between groups over that of all. */
function ratioOf(groups: readonly (readonly number[])[]): number {
  const all = groups.flat();
  const mean = meanOf(all);
  const total = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const between = groups.reduce(
    (sum, group) => sum + group.length * (meanOf(group) - mean) ** 2,
    0,
  );
  return total > 0 ? between / total : 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
