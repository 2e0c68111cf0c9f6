/** How test cases get into a job's memory: session by session, or window by window. */

import { sessionParallelBatches } from "../data/batches.js";
import type { SessionRows } from "../data/sessions.js";
import { windowBatches, windowsOf } from "../data/windows.js";
import { carryHidden } from "../network/carry.js";
import type { Arena } from "../wasm/arena.js";
import type { EvaluationConfig, EvaluationMemory } from "./rank-memory.js";

/**
 * Writes the next mini-batch and returns its open slots, 0 when there is none left. Only thread 0,
 * before the first barrier.
 *
 * @param parity which hidden buffer the step begins with
 */
export type Feed = (parity: 0 | 1) => number;

export function feedOf(
  arena: Arena,
  memory: EvaluationMemory,
  config: EvaluationConfig,
  sessions: SessionRows,
): Feed {
  const { model, items, slots } = config;
  const { windowLength, padding } = model;
  const order = Int32Array.from({ length: sessions.offsets.length - 1 }, (_, s) => s);
  const starts = arena.integers(memory.starts);
  const inputs = arena.integers(memory.inputs);
  const targets = arena.integers(memory.targets);

  if (windowLength === 0) {
    const batches = sessionParallelBatches(sessions, order, slots, 1);
    return (parity) => {
      const { value: batch } = batches.next();
      if (!batch) return 0;
      const { open } = batch;
      starts[1] = open;
      inputs.set(batch.inputs.subarray(0, open));
      targets.set(batch.targets.subarray(0, open));
      carryHidden(arena, memory.forward.layers, parity, batch);
      return open;
    };
  }
  // Every click but a session's first is predicted from the last ones before it.
  const windows = windowsOf(sessions, order, windowLength, "last");
  const all = Int32Array.from(windows.ends, (_, window) => window);
  const batches = windowBatches(sessions, windows, all, {
    ...{ batchSize: slots, windowLength, lossAt: "last", least: 1 },
    pad: padding === "unmasked" ? items : undefined,
  });
  return () => {
    const { value: batch } = batches.next();
    if (!batch) return 0;
    starts.set(batch.starts);
    inputs.set(batch.inputs.subarray(0, batch.starts[windowLength]));
    targets.set(batch.targets.subarray(0, batch.open));
    return batch.open;
  };
}
