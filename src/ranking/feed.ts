/** How test cases get into a job's memory: session by session, or window by window. */

import { sessionParallelBatches } from "../data/batches.js";
import { type Windows, windowBatches, windowsOf } from "../data/windows.js";
import type { ColumnPiece } from "../network/transfer.js";
import type { Arena } from "../wasm/arena.js";
import type { CaseColumns } from "./cases.js";
import type { RankConfig, RankMemory } from "./rank-memory.js";

/**
 * Writes the next mini-batch and returns its slots in the order of the test cases, none when there is no
 * mini-batch left. Only thread 0, before the first barrier.
 *
 * @param parity which hidden buffer the step begins with
 */
export type Feed = (parity: 0 | 1) => Int32Array;

const NO_SLOTS = new Int32Array(0);

/** Columns on the thread that feeds the others. */
export class LoadedColumns {
  readonly #columns: CaseColumns;

  /** @param lengths of each column */
  constructor(lengths: Readonly<Record<string, number>>) {
    const empty = Object.entries(lengths).map(([name, n]) => [name, new Int32Array(n)] as const);
    this.#columns = Object.fromEntries(empty);
  }

  load({ name, at, values }: ColumnPiece): void {
    this.#columns[name]!.set(values, at);
  }

  feed(arena: Arena, memory: RankMemory, config: RankConfig): Feed {
    const { windowLength } = config.reading;
    return windowLength === 0
      ? bySession(arena, memory, config, this.#columns)
      : byWindow(arena, memory, config, this.#columns);
  }
}

function bySession(
  arena: Arena,
  memory: RankMemory,
  config: RankConfig,
  columns: CaseColumns,
): Feed {
  const { itemIndices, offsets } = columns as Record<"itemIndices" | "offsets", Int32Array>;
  const order = inOrder(offsets.length - 1);
  const batches = sessionParallelBatches({ itemIndices, offsets }, order, config.slots, 1);
  const slots = inOrder(config.slots);
  const starts = arena.integers(memory.starts);
  const inputs = arena.integers(memory.inputs);
  const targets = arena.integers(memory.targets);
  return (parity) => {
    const { value: batch } = batches.next();
    if (!batch) return NO_SLOTS;
    const { open } = batch;
    starts[1] = open;
    inputs.set(batch.inputs.subarray(0, open));
    targets.set(batch.targets.subarray(0, open));
    memory.visits.carry(parity, batch);
    return slots.subarray(0, open);
  };
}

/** Every target is predicted from the last clicks before it. */
function byWindow(
  arena: Arena,
  memory: RankMemory,
  { reading, slots: batchSize }: RankConfig,
  columns: CaseColumns,
): Feed {
  const { windowLength, pad } = reading;
  const itemIndices = columns.itemIndices!;
  const offsets = columns.offsets ?? Int32Array.of(0, itemIndices.length);
  const windows = windowsIn(columns, windowLength);
  const { moments, places } = columns;
  const isRanked = (window: number): boolean =>
    places === undefined || places[itemIndices[windows.ends[window]!]!]! >= 0;
  const order = inOrder(windows.ends.length).filter(isRanked);
  const options = { batchSize, windowLength, pad, lossAt: "last", least: 1 } as const;
  const batches = windowBatches({ itemIndices, offsets }, windows, order, options);
  const starts = arena.integers(memory.starts);
  const inputs = arena.integers(memory.inputs);
  const targets = arena.integers(memory.targets);
  const slotMoments = arena.integers(memory.moments);
  return () => {
    const { value: batch } = batches.next();
    if (!batch) return NO_SLOTS;
    const { open, played } = batch;
    starts.set(batch.starts);
    inputs.set(batch.inputs.subarray(0, batch.starts[windowLength]));
    for (let slot = 0; slot < open; ++slot) {
      const target = batch.targets[slot]!;
      targets[slot] = places ? places[target]! : target;
      if (moments) slotMoments[slot] = moments[windows.ends[played[slot]!]!]!;
    }
    const slots = inOrder(open);
    // Examples are told in their order, windows of sessions longest first: so are their figures summed.
    return columns.ends ? slots.sort((a, b) => played[a]! - played[b]!) : slots;
  };
}

function windowsIn(columns: CaseColumns, windowLength: number): Windows {
  const { itemIndices, offsets, ends, lengths } = columns;
  if (ends && lengths) return { ends, lengths: Uint16Array.from(lengths) };
  const sessions = { itemIndices: itemIndices!, offsets: offsets! };
  return windowsOf(sessions, inOrder(sessions.offsets.length - 1), windowLength, "last");
}

function inOrder(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
