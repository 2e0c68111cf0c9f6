/** How test cases get into a job's memory: session by session, or window by window. */

import { type BatchSource, sessionParallelBatches } from "../data/batches.js";
import type { SessionRows } from "../data/sessions.js";
import { type Windows, windowBatches, windowsOf } from "../data/windows.js";
import type { ColumnPiece } from "../network/transfer.js";
import type { Arena } from "../wasm/arena.js";
import type { CaseColumns } from "./case-columns.js";
import type { RankConfig, RankMemory } from "./rank-memory.js";

/** What a mini-batch asks. */
export interface Fed {
  /** Slots that play. */
  readonly open: number;
  /** Those of them whose target is a test case, in the order of the test cases. */
  readonly slots: Int32Array;
  /** The event with which a slot's session begins, and that of its target. Only where seen items count. */
  clicksOf(slot: number): readonly [first: number, end: number];
}

/**
 * Writes the next mini-batch; undefined when there is none left. Only thread 0, before the first barrier.
 *
 * @param parity which hidden buffer the step begins with
 */
export type Feed = (parity: 0 | 1) => Fed | undefined;

const NO_SESSIONS = Int32Array.of(0);

/** Columns on the thread that feeds the others. */
export class LoadedColumns {
  readonly #columns: CaseColumns;

  /** @param lengths of each column */
  constructor(lengths: Readonly<Record<string, number>>) {
    const empty = Object.entries(lengths).map(([name, n]) => [name, new Int32Array(n)] as const);
    this.#columns = Object.fromEntries(empty);
  }

  get all(): CaseColumns {
    return this.#columns;
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
  { slots: B, lastOnly, excludeSeen }: RankConfig,
  columns: CaseColumns,
): Feed {
  const { itemIndices, offsets } = columns as Record<"itemIndices" | "offsets", Int32Array>;
  const batches = sessionBatches({ itemIndices, offsets }, B, lastOnly);
  const slots = inOrder(B);
  const starts = arena.integers(memory.starts);
  const inputs = arena.integers(memory.inputs);
  const targets = arena.integers(memory.targets);
  const firsts = firstsOf(lastOnly || excludeSeen ? offsets : NO_SESSIONS);
  return (parity) => {
    const { value: batch } = batches.next();
    if (!batch) return undefined;
    const { open } = batch;
    starts[1] = open;
    inputs.set(batch.inputs.subarray(0, open));
    targets.set(batch.targets.subarray(0, open));
    memory.visits.carry(parity, batch);
    const all = slots.subarray(0, open);
    const ends = firsts.length > 1 ? batches.position().subarray(2) : all;
    const isLast = (slot: number): boolean => firsts[ends[slot]! + 1] !== firsts[ends[slot]!];
    return {
      open,
      slots: lastOnly ? all.filter(isLast) : all,
      clicksOf: (slot) => [firsts[ends[slot]!]!, ends[slot]!],
    };
  };
}

/** The sessions in the order in which they are played. */
export function sessionBatches(rows: SessionRows, slots: number, lastOnly: boolean): BatchSource {
  const { offsets } = rows;
  const order = inOrder(offsets.length - 1);
  const lengthOf = (s: number): number => offsets[s + 1]! - offsets[s]!;
  // Sessions of one length end in the same step: only then is there anything to rank.
  if (lastOnly) order.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  return sessionParallelBatches(rows, order, slots, 1);
}

/** Every target is predicted from the last clicks before it. */
function byWindow(
  arena: Arena,
  memory: RankMemory,
  { reading, slots: batchSize, lastOnly, excludeSeen }: RankConfig,
  columns: CaseColumns,
): Feed {
  const { windowLength, pad } = reading;
  const itemIndices = columns.itemIndices!;
  const offsets = columns.offsets ?? Int32Array.of(0, itemIndices.length);
  const windows = windowsIn(columns, windowLength, lastOnly);
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
  const firsts = firstsOf(excludeSeen && !columns.ends ? offsets : NO_SESSIONS);
  const clicksOf = (window: number): readonly [number, number] => {
    const end = windows.ends[window]!;
    return [columns.ends ? end - windows.lengths[window]! : firsts[end]!, end];
  };
  return () => {
    const { value: batch } = batches.next();
    if (!batch) return undefined;
    const { open, played } = batch;
    starts.set(batch.starts);
    inputs.set(batch.inputs.subarray(0, batch.starts[windowLength]));
    for (let slot = 0; slot < open; ++slot) {
      const target = batch.targets[slot]!;
      targets[slot] = places ? places[target]! : target;
      if (moments) slotMoments[slot] = moments[windows.ends[played[slot]!]!]!;
    }
    const all = inOrder(open);
    // Examples are told in their order, windows of sessions longest first: so are their figures summed.
    const slots = columns.ends ? all.sort((a, b) => played[a]! - played[b]!) : all;
    return { open, slots, clicksOf: (slot) => clicksOf(played[slot]!) };
  };
}

export function windowsIn(columns: CaseColumns, windowLength: number, lastOnly: boolean): Windows {
  const { itemIndices, offsets, ends, lengths } = columns;
  if (ends && lengths) return { ends, lengths: Uint16Array.from(lengths) };
  const sessions = { itemIndices: itemIndices!, offsets: offsets! };
  const windows = windowsOf(sessions, inOrder(offsets!.length - 1), windowLength, "last");
  if (!lastOnly) return windows;
  const firsts = firstsOf(offsets!);
  const isLast = (end: number): boolean => firsts[end + 1] !== firsts[end];
  const { lengths: all, ends: targets } = windows;
  return { ends: targets.filter(isLast), lengths: all.filter((_, n) => isLast(targets[n]!)) };
}

/** i32[events + 1]: the event with which the session of each one begins; behind the last, none. */
function firstsOf(offsets: Int32Array): Int32Array {
  const firsts = new Int32Array(offsets.at(-1)! + 1).fill(-1);
  for (let s = 0; s + 1 < offsets.length; ++s) firsts.fill(offsets[s]!, offsets[s], offsets[s + 1]);
  return firsts;
}

function inOrder(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
