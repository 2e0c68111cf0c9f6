/** How batches of examples get into a job's memory. */

import { layWindows, slotOrder } from "../../models/two-towers/windows.js";
import { permutation } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import type { RetrievalConfig, RetrievalMemory } from "./memory.js";
import { Control } from "./step.js";

/**
 * Writes the next batch of an epoch; false when the epoch is over. Only thread 0, before the first
 * barrier of a step.
 */
export type Feed = () => boolean;

/** Makes the feed of each epoch. A last batch of one example, with nothing beside it, is not played. */
export function feederOf(
  arena: Arena,
  memory: RetrievalMemory,
  { model, task, items, examples }: RetrievalConfig,
): (epoch: number) => Feed {
  const { B, softmax } = memory;
  const { windowLength: T, padding, seed } = model;
  const layout = { windowLength: T, padding, pad: items };
  const [contexts, targets] = [arena.integers(memory.contexts), arena.integers(memory.targets)];
  const [weights, pulls] = [arena.floats(softmax.weights), arena.floats(softmax.pulls)];
  const [inputs, starts] = [arena.integers(memory.inputs), arena.integers(memory.starts)];
  const [control, occurrences] = [
    arena.integers(memory.control),
    arena.integers(memory.occurrences),
  ];
  const played = arena.integers(memory.played);
  const sampleWeights = arena.floats(memory.weights);
  const [moments, slotMoments] = [
    arena.integers(memory.moments),
    arena.integers(memory.slotMoments),
  ];
  const hasTime = memory.timeRows !== undefined;
  const chosen = new Int32Array(B * T);
  const inTime = task.order === "time" ? arena.integers(memory.order) : undefined;

  return (epoch) => {
    const order = task.order === "random" ? permutation(examples, seed, epoch) : inTime;
    let at = 0;
    return () => {
      const open = Math.min(B, examples - at);
      if (open < 1 || open + task.negatives < 2) return false;
      const rows = Int32Array.from({ length: open }, (_, n) => order?.[at + n] ?? at + n);
      for (const [n, row] of rows.entries()) {
        for (let t = 0; t < T; ++t) chosen[n * T + t] = contexts[row * T + t]!;
      }
      const batch = chosen.subarray(0, open * T);
      const slots = slotOrder(batch, layout);
      layWindows(batch, slots, layout, inputs, starts);
      const scale = task.reduction === "mean" ? 1 / open : 1;
      weights.fill(0);
      pulls.fill(0);
      for (const [slot, n] of slots.entries()) {
        const row = rows[n]!;
        played[slot] = row;
        occurrences[slot] = targets[row]!;
        if (hasTime) slotMoments[slot] = moments[row]!;
        weights[slot] = scale * sampleWeights[row]!;
        pulls[slot] = -weights[slot]!;
      }
      control[Control.open] = open;
      at += open;
      return true;
    };
  };
}
