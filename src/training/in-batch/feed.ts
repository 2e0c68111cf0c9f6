/** Writes batches of examples into the memory of a job. Allocates nothing that grows with the batch. */

import { NO_ITEM } from "../../data/items.js";
import { longestFirst } from "../../data/windows.js";
import { FormatError } from "../../errors.js";
import { layWindows } from "../../models/two-towers/windows.js";
import { permutation } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import { InBatchControl as Control } from "../control.js";
import type { Feed } from "../task.js";
import type { RetrievalConfig, RetrievalMemory } from "./memory.js";

/** Makes the feed of each epoch. A last batch of one example without negatives is not played. */
export type Feeder = (epoch: number) => Feed;

export function feederOf(
  arena: Arena,
  memory: RetrievalMemory,
  { model, task, examples }: RetrievalConfig,
): Feeder {
  const { B } = memory;
  const place = placer(arena, memory, model, task.reduction);
  const given = new Int32Array(B);
  const inTime = task.order === "time" ? arena.integers(memory.columns.order) : undefined;
  return (epoch) => {
    const order = task.order === "random" ? permutation(examples, model.seed, epoch) : inTime;
    let at = 0;
    return {
      next() {
        const open = Math.min(B, examples - at);
        if (open < 1 || open + task.negatives < 2) return false;
        if (!order) for (let n = 0; n < open; ++n) given[n] = at + n;
        place(order ? order.subarray(at, at + open) : given.subarray(0, open));
        at += open;
        return true;
      },
      position: () => Int32Array.of(at),
      seek(position) {
        const [played = -1] = position;
        const isPlace = played === examples || (played % B === 0 && played < examples);
        if (position.length !== 1 || played < 0 || !isPlace) {
          throw new FormatError("checkpoint, position", "a place in these examples", played);
        }
        at = played;
      },
    };
  };
}

/** Writes a batch of examples where a step reads it, through views made once. */
function placer(
  arena: Arena,
  memory: RetrievalMemory,
  model: RetrievalConfig["model"],
  reduction: RetrievalConfig["task"]["reduction"],
): (batch: Int32Array) => void {
  const { B, softmax, columns } = memory;
  const { windowLength: T, padding } = model;
  const layout = { windowLength: T, padding, pad: memory.parameters.items };
  const [contexts, targets] = [arena.integers(columns.contexts), arena.integers(columns.targets)];
  const [weights, pulls] = [arena.floats(softmax.weights), arena.floats(softmax.pulls)];
  const [inputs, starts] = [arena.integers(memory.inputs), arena.integers(memory.starts)];
  const control = arena.integers(memory.control);
  const [played, occurrences] = [arena.integers(memory.played), arena.integers(memory.occurrences)];
  const sampleWeights = arena.floats(columns.weights);
  const [moments, slotMoments] = [
    arena.integers(columns.moments),
    arena.integers(memory.slotMoments),
  ];
  const hasTime = memory.timeRows !== undefined;
  const sorted = new Int32Array(B);
  const scratch = new Int32Array(T + 1);
  const lengthOf = (example: number): number => {
    let length = 0;
    while (length < T && contexts[example * T + length] !== NO_ITEM) length++;
    return length;
  };
  return (batch) => {
    const open = batch.length;
    const slots = sorted.subarray(0, open);
    if (padding === "unmasked") slots.set(batch);
    else longestFirst(batch, lengthOf, slots, scratch);
    layWindows(contexts, slots, layout, inputs, starts);
    const scale = reduction === "mean" ? 1 / open : 1;
    weights.fill(0);
    pulls.fill(0);
    for (let slot = 0; slot < open; ++slot) {
      const example = slots[slot]!;
      played[slot] = example;
      occurrences[slot] = targets[example]!;
      if (hasTime) slotMoments[slot] = moments[example]!;
      weights[slot] = scale * sampleWeights[example]!;
      pulls[slot] = -weights[slot]!;
    }
    control[Control.open] = open;
  };
}
