/**
 * Session-parallel mini-batches (Hidasi et al. 2016, §3.1.1).
 *
 * Each slot plays one session click by click. When it ends, the slot takes the next unplayed
 * session; when none is left, the slot closes and the batch shrinks, the others keeping their order.
 *
 *     sessions  a: 1 2 3   b: 4 5   c: 6 7 8 9        batchSize 2
 *     step      1    2    3    4
 *     slot 0    1→2  2→3  7→8  8→9     a, a, then c moved here as a's slot closes
 *     slot 1    4→5  6→7               b, then c
 */

import { FormatError, words } from "../errors.js";
import type { SessionRows } from "./sessions.js";

/** One step of every open slot. The arrays are reused: valid until the next mini-batch is asked for. */
export interface MiniBatch {
  /** Open slots M: the first M entries of the arrays count. */
  open: number;
  /** i32[B] */
  readonly inputs: Int32Array;
  /** i32[B] */
  readonly targets: Int32Array;
  /** u8[B]: 1 where a session starts, so that the hidden state must be zero. */
  readonly fresh: Uint8Array;
  /** i32[B]: where each slot's hidden state stood before this step; never below the slot itself. */
  readonly from: Int32Array;
  /** Whether `from` differs from 0, 1, 2, … */
  moved: boolean;
}

/** Mini-batches one after the other. Its position is a list of integers, which files can keep. */
export interface BatchSource extends IterableIterator<MiniBatch, void, void> {
  /** i32, a copy: the position between two mini-batches. */
  position(): Int32Array;
  /**
   * Continues from a position of a source over the same sessions, order and batch size.
   *
   * @throws FormatError when there cannot be such a position
   */
  seek(position: Int32Array): void;
}

/**
 * Plays every pair (click, next click) of every session once.
 *
 * @param order     i32[sessions], the order in which sessions are taken
 * @param batchSize slots, ≥ 1; clamped to the number of sessions (the official iterator fails there)
 * @param least     the epoch ends when fewer slots are open: 2 when the only negatives are the other
 *                  slots' targets, else 1
 */
export function sessionParallelBatches(
  rows: SessionRows,
  order: Int32Array,
  batchSize: number,
  least: number,
): BatchSource {
  return new SessionParallelBatches(rows, order, batchSize, least);
}

class SessionParallelBatches implements BatchSource {
  readonly #rows: SessionRows;
  readonly #order: Int32Array;
  readonly #least: number;
  readonly #batch: MiniBatch;
  /** i32[slots]: the event that each slot plays next, and where its session ends. */
  readonly #at: Int32Array;
  readonly #end: Int32Array;
  /** Place in the order of the session that is taken next. */
  #next = 0;

  constructor(rows: SessionRows, order: Int32Array, batchSize: number, least: number) {
    const slots = Math.min(batchSize, order.length);
    this.#rows = rows;
    this.#order = order;
    this.#least = least;
    // At first no slot has anything to play, so the first mini-batch takes the first sessions.
    this.#at = new Int32Array(slots);
    this.#end = new Int32Array(slots);
    this.#batch = {
      open: slots,
      inputs: new Int32Array(slots),
      targets: new Int32Array(slots),
      fresh: new Uint8Array(slots),
      from: Int32Array.from({ length: slots }, (_, b) => b),
      moved: false,
    };
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<MiniBatch, void> {
    const batch = this.#batch;
    batch.fresh.fill(0);
    if (batch.moved) for (let b = 0; b < batch.open; ++b) batch.from[b] = b;
    batch.moved = false;
    while (batch.open >= this.#least && this.#hasFinished()) this.#takeSessions();
    if (batch.open < this.#least) return { done: true, value: undefined };
    for (let b = 0; b < batch.open; ++b) {
      batch.inputs[b] = this.#rows.itemIndices[this.#at[b]!]!;
      batch.targets[b] = this.#rows.itemIndices[++this.#at[b]!]!;
    }
    return { done: false, value: batch };
  }

  position(): Int32Array {
    const slots = this.#at.length;
    const position = new Int32Array(2 + 2 * slots);
    position.set([this.#next, this.#batch.open]);
    position.set(this.#at, 2);
    position.set(this.#end, 2 + slots);
    return position;
  }

  seek(position: Int32Array): void {
    const slots = this.#at.length;
    const [next = -1, open = -1] = position;
    const at = position.subarray(2, 2 + slots);
    const end = position.subarray(2 + slots);
    const { length: events } = this.#rows.itemIndices;
    const isWithin = (from: number, b: number): boolean => from >= 0 && end[b]! <= events;
    if (
      position.length !== 2 + 2 * slots ||
      ![next, this.#order.length - next, open, slots - open].every((n) => n >= 0) ||
      !at.every(isWithin)
    ) {
      throw new FormatError("checkpoint, position", "places in these sessions", words("others"));
    }
    this.#next = next;
    this.#batch.open = open;
    this.#at.set(at);
    this.#end.set(end);
  }

  /**
   * Gives every finished slot one session, in order of slots; a session of a single click has nothing
   * to play and ends in the next round.
   */
  #takeSessions(): void {
    const { offsets } = this.#rows;
    const batch = this.#batch;
    const [at, end] = [this.#at, this.#end];
    let kept = 0;
    for (let b = 0; b < batch.open; ++b) {
      const finished = end[b]! - at[b]! < 2;
      const hasNext = finished && this.#next < this.#order.length;
      const session = hasNext ? this.#order[this.#next++] : undefined;
      if (finished && session === undefined) continue;
      at[kept] = session === undefined ? at[b]! : offsets[session]!;
      end[kept] = session === undefined ? end[b]! : offsets[session + 1]!;
      batch.fresh[kept] = finished ? 1 : batch.fresh[b]!;
      batch.from[kept] = batch.from[b]!;
      batch.moved ||= kept !== b;
      kept++;
    }
    batch.open = kept;
  }

  #hasFinished(): boolean {
    const [at, end] = [this.#at, this.#end];
    for (let b = 0; b < this.#batch.open; ++b) if (end[b]! - at[b]! < 2) return true;
    return false;
  }
}
