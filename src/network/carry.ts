/** States between two steps: slots move as others close, and sessions start at zero. */

import type { Arena, Tensor } from "../wasm/arena.js";
import type { LayerBuffers } from "./cells/cell.js";

/** How the slots of a mini-batch moved. The first `open` entries count. */
export interface SlotMoves {
  readonly open: number;
  /** 1 where a session starts. */
  readonly fresh: Uint8Array;
  /** The slot that held each state before; never a lower slot, so moving them in order is safe. */
  readonly from: Int32Array;
}

/** f32[B, D]: the states of all layers before a step, those of a layer in the order of its cell. */
export function statesBefore(layers: readonly LayerBuffers[], parity: 0 | 1): Tensor[] {
  return layers.flatMap(({ states }) => states.map((pair) => pair[parity]));
}

/** Prepares the states that the next step reads. One thread, while the others wait. */
export function carryHidden(
  arena: Arena,
  layers: readonly LayerBuffers[],
  parity: 0 | 1,
  { open, fresh, from }: SlotMoves,
): void {
  for (const tensor of statesBefore(layers, parity)) {
    const D = tensor.shape[1]!;
    const state = arena.floats(tensor);
    for (let b = 0; b < open; ++b) {
      const source = from[b]!;
      if (fresh[b]) state.fill(0, b * D, (b + 1) * D);
      else if (source !== b) state.copyWithin(b * D, source * D, (source + 1) * D);
    }
  }
}
