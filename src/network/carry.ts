/** Hidden states between two steps: slots move as others close, and sessions start at zero. */

import type { Arena } from "../wasm/arena.js";
import type { ForwardBuffers } from "./forward.js";
import type { Parameters } from "./parameters.js";

/** What a mini-batch says of its slots; the first `open` entries count. */
export interface SlotMoves {
  readonly open: number;
  /** 1 where a session starts. */
  readonly fresh: Uint8Array;
  /** Where each slot's state stood; never below the slot itself, so moves in order are safe. */
  readonly from: Int32Array;
}

/** Prepares the states that the next step reads. One thread, while the others wait. */
export function carryHidden(
  arena: Arena,
  { layers }: Parameters,
  buffers: ForwardBuffers,
  parity: 0 | 1,
  { open, fresh, from }: SlotMoves,
): void {
  for (const [i, { hidden }] of buffers.layers.entries()) {
    const { D } = layers[i]!;
    const h = arena.floats(hidden[parity]);
    for (let b = 0; b < open; ++b) {
      const source = from[b]!;
      if (fresh[b]) h.fill(0, b * D, (b + 1) * D);
      else if (source !== b) h.copyWithin(b * D, source * D, (source + 1) * D);
    }
  }
}
