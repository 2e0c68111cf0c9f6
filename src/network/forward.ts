/**
 * The network for the slots of a mini-batch: from items to the outputs, which are multiplied with the output
 * table.
 *
 *     items ─ lookup ─→ x ─→ recurrent layers, position after position ─→ out = [h′ | 1 0 0 0]
 */

import type { LossAt } from "../data/windows.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { ServingKernels } from "../wasm/serving.js";
import type { LayerBuffers } from "./cells/cell.js";
import { openAt, rowsAt } from "./positions.js";
import { forwardLayers, type LayerStep, outputAfter, planLayers, type Stack } from "./stack.js";
import type { Table } from "./tables.js";

export interface ForwardBuffers {
  /** f32[R, E] item vectors; undefined when the input is one-hot. */
  readonly x: Tensor | undefined;
  readonly layers: readonly LayerBuffers[];
  /** f32[S, W] the outputs: one for each slot, or one for each row. */
  readonly out: Tensor;
}

/** Applies dropout at two places of a step. Inference has no dropout. */
export interface Dropout {
  input(x: number, begin: number, end: number): void;
  hidden(layer: number, h: number, begin: number, end: number): void;
}

/** The parts of a model that a forward pass uses: a lookup table and recurrent layers. */
export interface Network extends Stack {
  /** Where input vectors are looked up; undefined when one-hot. */
  readonly lookup: Table | undefined;
  /** Columns of the outputs, f32[S, W]. */
  readonly W: number;
}

export interface ForwardStep extends Omit<LayerStep, "dropHidden"> {
  /** Address of i32[R]. */
  readonly items: number;
  /** Which states are outputs: each slot's last one, or all of them. */
  readonly outputs: LossAt;
  readonly dropout?: Dropout | undefined;
}

/** @param rows R, @param scored S: how many rows and outputs a mini-batch has at most */
export function planForward(
  arena: Arena,
  parameters: Network,
  rows: number,
  scored: number,
): ForwardBuffers {
  const { layers, lookup, W } = parameters;
  return {
    x: lookup && arena.plan(rows, layers[0]!.E),
    layers: planLayers(arena, parameters, rows),
    out: arena.plan(scored, W),
  };
}

/** Sets the constant 1 that multiplies the biases of the output table. Call it once, after `commit`. */
export function prepareForward(arena: Arena, { W }: Network, { out }: ForwardBuffers): void {
  const memory = arena.floats(out);
  for (let at = W - 4; at < memory.length; at += W) memory[at] = 1;
}

/** Runs slots [begin, end) from their items to their outputs. */
export function forward(
  kernels: ServingKernels,
  parameters: Network,
  buffers: ForwardBuffers,
  step: ForwardStep,
  begin: number,
  end: number,
): void {
  const { lookup, layers } = parameters;
  const { items, starts, dropout } = step;
  const { x } = buffers;
  if (lookup && x) {
    const { E } = layers[0]!;
    for (let t = 0; openAt(starts, t) > begin; ++t) {
      const [first, last] = rowsAt(starts, t, begin, end);
      kernels.gatherRows(x.ptr, E, lookup.ptr, lookup.stride, items, E, first, last);
      dropout?.input(x.ptr, first, last);
    }
  }
  const input = x ? { x: x.ptr } : { items };
  const { parity, fresh, panel } = step;
  const layerStep = dropout
    ? { starts, parity, fresh, panel, dropHidden: dropout.hidden }
    : { starts, parity, fresh, panel };
  forwardLayers(kernels, parameters, buffers.layers, input, layerStep, begin, end);
  copyOutputs(kernels, parameters, buffers, step, begin, end);
}

function copyOutputs(
  kernels: ServingKernels,
  { layers, W }: Network,
  { layers: buffers, out }: ForwardBuffers,
  { starts, parity, outputs }: ForwardStep,
  begin: number,
  end: number,
): void {
  const { D } = layers.at(-1)!;
  const states = outputAfter(buffers.at(-1)!, parity).ptr;
  for (let t = 0; openAt(starts, t) > begin; ++t) {
    const at = states + 4 * D * starts[t]!;
    const to = outputs === "every" ? out.ptr + 4 * W * starts[t]! : out.ptr;
    // Slots that end here; with all outputs, every slot that is open.
    const first = outputs === "every" ? begin : Math.max(begin, openAt(starts, t + 1));
    const last = Math.min(end, openAt(starts, t));
    if (first < last) kernels.copyRows(to, W, at, D, D, first, last);
  }
}
