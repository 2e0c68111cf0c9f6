/**
 * Windows: examples of a few clicks that follow each other, and what comes next. Each is played from
 * a hidden state of 0 and gradients run back through all of it.
 *
 *     session a b c d e, windowLength 3
 *     loss at "last"    a→b   a b→c   a b c→d   b c d→e      every click is a target once
 *     loss at "every"   a b c→b c d   d→e                    so it is here, cut into pieces
 *
 * A mini-batch holds its windows longest first, so that its rows lie as in src/network/positions.ts:
 * where a window is over there is no row, which is what masking short windows comes to. With `pad`,
 * short windows are filled up behind their last click instead, and the pads are read like clicks, as
 * where padding is embedded and not masked.
 */

import { FormatError } from "../errors.js";
import type { SessionRows } from "./sessions.js";

/**
 * The longest window. Each position is a step of the recurrent layers for each query, and memory for each
 * example, padding too: a file that claims more could hold up whoever asks it.
 */
export const LONGEST_WINDOW = 1024;

/** Which targets of a window count: the one after its last click, or the one after each. */
export type LossAt = "last" | "every";

export interface Windows {
  /** i32[n] row of the last target of each window; its clicks are the rows before it. */
  readonly ends: Int32Array;
  /** u16[n] clicks of each window. */
  readonly lengths: Uint16Array;
}

/** All windows of the sessions, in the order in which the sessions are taken. */
export function windowsOf(
  { offsets }: SessionRows,
  order: Int32Array,
  windowLength: number,
  lossAt: LossAt,
): Windows {
  let count = 0;
  for (const session of order) {
    const targets = Math.max(0, offsets[session + 1]! - offsets[session]! - 1);
    count += lossAt === "last" ? targets : Math.ceil(targets / windowLength);
  }
  const ends = new Int32Array(count);
  const lengths = new Uint16Array(count);
  const stride = lossAt === "last" ? 1 : windowLength;
  let n = 0;
  for (const session of order) {
    const first = offsets[session]!;
    const last = offsets[session + 1]! - 1;
    for (let end = first + stride; end < last + stride; end += stride) {
      const target = Math.min(end, last);
      ends[n] = target;
      // Pieces follow each other: what the last one lacks is not played twice.
      const before = lossAt === "last" ? target - first : target - (end - stride);
      lengths[n++] = Math.min(windowLength, before);
    }
  }
  return { ends, lengths };
}

export interface WindowBatch {
  /** Windows M: that many slots. */
  open: number;
  /** i32[B]: which window each slot plays. */
  readonly played: Int32Array;
  /** i32[T + 1], see src/network/positions.ts; positions that no window has are empty. */
  readonly starts: Int32Array;
  /** i32[B·T] items by row. */
  readonly inputs: Int32Array;
  /** Targets S: as many as slots, or as many as rows. */
  scored: number;
  /** i32[B] by slot or i32[B·T] by row. */
  readonly targets: Int32Array;
}

export interface WindowOptions {
  /** Windows of a mini-batch, ≥ 1; the last one of an epoch has what is left. */
  readonly batchSize: number;
  readonly windowLength: number;
  readonly lossAt: LossAt;
  /** The item that fills up short windows; undefined leaves them short. Only with "last". */
  readonly pad?: number | undefined;
  /** A mini-batch with fewer targets than this is left out: 2 when only they are negatives, else 1. */
  readonly least: number;
}

/** Mini-batches one after the other; where they stand is one whole number, which files can keep. */
export interface WindowSource extends IterableIterator<WindowBatch, void, void> {
  /** i32[1], copied: windows played. */
  position(): Int32Array;
  /** Goes on from a position of the same windows, order and batch size; FormatError if it is none. */
  seek(position: Int32Array): void;
}

/**
 * Plays windows in the order given; those of one mini-batch stand longest first, equally long ones in
 * that order. The arrays are reused: valid until the next mini-batch is asked for.
 *
 * @param order i32[n] which windows, one after the other
 */
export function windowBatches(
  log: SessionRows,
  windows: Windows,
  order: Int32Array,
  options: WindowOptions,
): WindowSource {
  return new WindowBatches(log, windows, order, options);
}

class WindowBatches implements WindowSource {
  readonly #log: SessionRows;
  readonly #windows: Windows;
  readonly #order: Int32Array;
  readonly #options: WindowOptions;
  readonly #batch: WindowBatch;
  /** Scratch of sorting by length. */
  readonly #next: Int32Array;
  /** Place in the order of the next mini-batch's first window. */
  #at = 0;

  constructor(log: SessionRows, windows: Windows, order: Int32Array, options: WindowOptions) {
    const { batchSize, windowLength: T, lossAt } = options;
    const B = Math.min(batchSize, order.length);
    this.#log = log;
    this.#windows = windows;
    this.#order = order;
    this.#options = { ...options, batchSize: B };
    this.#next = new Int32Array(T + 1);
    this.#batch = {
      open: 0,
      played: new Int32Array(B),
      starts: new Int32Array(T + 1),
      inputs: new Int32Array(B * T),
      scored: 0,
      targets: new Int32Array(lossAt === "last" ? B : B * T),
    };
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<WindowBatch, void> {
    const { batchSize, windowLength: T, lossAt, pad, least } = this.#options;
    const { lengths } = this.#windows;
    const lengthOf = (window: number): number => lengths[window]!;
    const batch = this.#batch;
    while (this.#at < this.#order.length) {
      const windows = this.#order.subarray(this.#at, this.#at + batchSize);
      this.#at += windows.length;
      const slots = batch.played.subarray(0, windows.length);
      longestFirst(windows, lengthOf, slots, this.#next);
      placeRows(batch.starts, slots, lengths, pad === undefined ? 0 : T);
      batch.open = slots.length;
      batch.scored = lossAt === "last" ? batch.open : batch.starts[T]!;
      if (batch.scored < least) continue;
      for (let slot = 0; slot < slots.length; ++slot) this.#place(slot, slots[slot]!);
      return { done: false, value: batch };
    }
    return { done: true, value: undefined };
  }

  position(): Int32Array {
    return Int32Array.of(this.#at);
  }

  seek(position: Int32Array): void {
    const [at = -1] = position;
    if (position.length !== 1 || at < 0 || at > this.#order.length) {
      throw new FormatError("checkpoint, position", "a place in these windows", at);
    }
    this.#at = at;
  }

  /** Writes the rows and targets of one window. */
  #place(slot: number, window: number): void {
    const { windowLength: T, lossAt, pad } = this.#options;
    const { itemIndices } = this.#log;
    const { starts, inputs, targets } = this.#batch;
    const length = this.#windows.lengths[window]!;
    const end = this.#windows.ends[window]!;
    for (let t = 0; t < (pad === undefined ? length : T); ++t) {
      const row = starts[t]! + slot;
      inputs[row] = t < length ? itemIndices[end - length + t]! : pad!;
      if (lossAt === "every") targets[row] = itemIndices[end - length + t + 1]!;
    }
    if (lossAt === "last") targets[slot] = itemIndices[end]!;
  }
}

/**
 * Windows by length, the longest first, equally long ones as they come. Allocates nothing: steps call it.
 *
 * @param out i32[≥ windows] gets them
 * @param next i32[T + 1] scratch; lengths are 0 to T
 */
export function longestFirst(
  windows: Int32Array,
  lengthOf: (window: number) => number,
  out: Int32Array,
  next: Int32Array,
): void {
  next.fill(0);
  // Windows of length k stand behind all longer ones.
  for (let n = 0; n < windows.length; ++n) {
    const length = lengthOf(windows[n]!);
    for (let k = 0; k < length; ++k) next[k]!++;
  }
  for (let n = 0; n < windows.length; ++n) {
    const window = windows[n]!;
    out[next[lengthOf(window)]!++] = window;
  }
}

/** Position t has a row for every slot that is longer than t, and for no fewer than `filled`. */
function placeRows(
  starts: Int32Array,
  slots: Int32Array,
  lengths: Uint16Array,
  filled: number,
): void {
  let open = slots.length;
  for (let t = 0; t + 1 < starts.length; ++t) {
    while (open > 0 && Math.max(filled, lengths[slots[open - 1]!]!) <= t) open--;
    starts[t + 1] = starts[t]! + open;
  }
}
