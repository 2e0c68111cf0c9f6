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

/** What the iterator reads: rows of items, and where each session begins. */
export interface SessionRows {
  /** i32[events] */
  readonly itemIndices: Int32Array;
  /** i32[sessions + 1] */
  readonly offsets: Int32Array;
}

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

/**
 * Plays every pair (click, next click) of every session once.
 *
 * @param order     i32[sessions], the order in which sessions are taken
 * @param batchSize slots, ≥ 1; clamped to the number of sessions (the official iterator fails there)
 * @param least     the epoch ends when fewer slots are open: 2 when the only negatives are the other
 *                  slots' targets, else 1
 */
export function* sessionParallelBatches(
  { itemIndices, offsets }: SessionRows,
  order: Int32Array,
  batchSize: number,
  least: number,
): Generator<MiniBatch, void, void> {
  const slots = Math.min(batchSize, order.length);
  const at = Int32Array.from({ length: slots }, (_, b) => offsets[order[b]!]!);
  const end = Int32Array.from({ length: slots }, (_, b) => offsets[order[b]! + 1]!);
  const batch: MiniBatch = {
    open: slots,
    inputs: new Int32Array(slots),
    targets: new Int32Array(slots),
    fresh: new Uint8Array(slots).fill(1),
    from: Int32Array.from({ length: slots }, (_, b) => b),
    moved: false,
  };
  let next = slots;

  for (;;) {
    // One round gives every finished slot one session, in order of slots; a session of a single
    // click has nothing to play and ends in the next round.
    while (hasFinished(at, end, batch.open)) {
      let kept = 0;
      for (let b = 0; b < batch.open; ++b) {
        const finished = end[b]! - at[b]! < 2;
        const session = finished ? order[next++] : undefined;
        if (finished && session === undefined) continue;
        at[kept] = session === undefined ? at[b]! : offsets[session]!;
        end[kept] = session === undefined ? end[b]! : offsets[session + 1]!;
        batch.fresh[kept] = finished ? 1 : batch.fresh[b]!;
        batch.from[kept] = batch.from[b]!;
        batch.moved ||= kept !== b;
        kept++;
      }
      batch.open = kept;
      if (kept < least) return;
    }
    if (batch.open < least) return;

    for (let b = 0; b < batch.open; ++b) {
      batch.inputs[b] = itemIndices[at[b]!]!;
      batch.targets[b] = itemIndices[++at[b]!]!;
    }
    yield batch;
    batch.fresh.fill(0);
    if (batch.moved) for (let b = 0; b < batch.open; ++b) batch.from[b] = b;
    batch.moved = false;
  }
}

function hasFinished(at: Int32Array, end: Int32Array, open: number): boolean {
  for (let b = 0; b < open; ++b) if (end[b]! - at[b]! < 2) return true;
  return false;
}
