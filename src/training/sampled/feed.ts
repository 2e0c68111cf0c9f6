/** How mini-batches get into a job's memory: one kind of feed for each kind of batch. */

import { sessionParallelBatches } from "../../data/batches.js";
import { type Windows, windowBatches, windowsOf } from "../../data/windows.js";
import { carryHidden, statesBefore } from "../../network/carry.js";
import { permutation } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import { SampledControl } from "../control.js";
import type { Feed } from "../task.js";
import type { TrainingConfig, TrainingMemory } from "./memory.js";

/** Makes the feed of each epoch; `parityOf` tells which hidden buffer the next step begins with. */
export type Feeder = (epoch: number, parityOf: () => 0 | 1) => Feed;

export function feederOf(arena: Arena, memory: TrainingMemory, config: TrainingConfig): Feeder {
  return config.model.windowLength > 0
    ? windowFeeder(arena, memory, config)
    : sessionFeeder(arena, memory, config);
}

/** Session-parallel steps: hidden states start at 0 and are carried from step to step. */
function sessionFeeder(arena: Arena, memory: TrainingMemory, config: TrainingConfig): Feeder {
  const { learning, model, sessions } = config;
  const { B, forward } = memory;
  const log = logOf(arena, memory);
  const place = placer(arena, memory, learning.negatives);
  const starts = arena.integers(memory.starts);
  return (epoch, parityOf) => {
    if (learning.order === "random") log.order.set(permutation(sessions, model.seed, epoch));
    for (const state of statesBefore(forward.layers, 0)) arena.floats(state).fill(0);
    const batches = sessionParallelBatches(log, log.order, B, leastTargets(config));
    const next = (): boolean => {
      const { value: batch } = batches.next();
      if (!batch) return false;
      const { open } = batch;
      starts[1] = open;
      place(batch.inputs.subarray(0, open), batch.targets.subarray(0, open));
      carryHidden(arena, forward.layers, parityOf(), batch);
      return true;
    };
    return { next, ...placesOf(batches) };
  };
}

/** Windows: shuffled anew each epoch, or as the sessions come, the same in all epochs. */
function windowFeeder(arena: Arena, memory: TrainingMemory, config: TrainingConfig): Feeder {
  const { learning, model, items } = config;
  const { windowLength, lossAt, padding, seed } = model;
  const log = logOf(arena, memory);
  const place = placer(arena, memory, learning.negatives);
  const starts = arena.integers(memory.starts);
  const options = {
    batchSize: memory.B,
    windowLength,
    lossAt,
    least: leastTargets(config),
    pad: padding === "unmasked" ? items : undefined,
  };
  let windows: Windows | undefined;
  return (epoch) => {
    windows ??= windowsOf(log, log.order, windowLength, lossAt);
    const { length } = windows.ends;
    const order =
      learning.order === "random"
        ? permutation(length, seed, epoch)
        : Int32Array.from({ length }, (_, window) => window);
    const batches = windowBatches(log, windows, order, options);
    const next = (): boolean => {
      const { value: batch } = batches.next();
      if (!batch) return false;
      const { inputs, targets, scored } = batch;
      starts.set(batch.starts);
      place(inputs.subarray(0, starts[windowLength]), targets.subarray(0, scored));
      return true;
    };
    return { next, ...placesOf(batches) };
  };
}

function placesOf(source: Pick<Feed, "position" | "seek">): Pick<Feed, "position" | "seek"> {
  return { position: () => source.position(), seek: (position) => source.seek(position) };
}

/** Without drawn negatives a mini-batch needs two targets: the others are the negatives. */
function leastTargets({ learning }: TrainingConfig): number {
  return learning.negatives === 0 ? 2 : 1;
}

function logOf(
  arena: Arena,
  { columns: { itemIndices, offsets, order } }: TrainingMemory,
): { itemIndices: Int32Array; offsets: Int32Array; order: Int32Array } {
  return {
    itemIndices: arena.integers(itemIndices),
    offsets: arena.integers(offsets),
    order: arena.integers(order),
  };
}

/** Writes inputs and targets where a step reads them, through views made once. */
function placer(
  arena: Arena,
  { items, inputs: at, control }: TrainingMemory,
  negatives: number,
): (inputs: Int32Array, targets: Int32Array) => void {
  const rows = arena.integers(items);
  const inputRows = arena.integers(at);
  const places = arena.integers(control);
  return (inputs, targets) => {
    places[SampledControl.outputs] = targets.length;
    rows.set(targets);
    rows.set(inputs, targets.length + negatives);
    inputRows.set(inputs);
  };
}
