/**
 * The backward pass through the recurrent layers: from the gradient of their outputs to the gradients of all
 * gates and inputs, position by position, the last one first (back-propagation through time, Werbos 1990).
 * The gradients of the matrices follow from all rows at once (dense.ts).
 *
 *     dOut ─→ dh′ of the top layer ─ cell ─→ da ─ Wxᵀ ─→ dh′ of the layer below … ─→ dInput
 *               ↑ + what the following position gives back      └─→ dh, carried
 *
 * The states that the first position begins with are constants. With one position, as in a step of
 * session-parallel training, nothing runs through time at all (Hidasi et al. 2016, §3.1).
 *
 * It trains any recurrent layers: with a `StackMemory` and the gradient of its outputs, call `backward` after
 * `forwardLayers`, in the same ranges of slots. The gradient of each input row is then in layers[0].dInput.
 */

import type { LossAt } from "../data/windows.js";
import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { CELLS_BACKWARD } from "./cells/backward.js";
import type { CellPosition, LayerBuffers } from "./cells/cell.js";
import { openAt } from "./positions.js";
import type { Stack } from "./stack.js";

export interface LayerGradients {
  /** f32[R, width], gradient of the projected input. */
  readonly da: Tensor;
  /** f32[R, E], gradient of the layer's input; undefined when one-hot. */
  readonly dInput: Tensor | undefined;
  /** The arguments of the cell. They are overwritten at each position, so a step allocates nothing. */
  readonly place: CellPosition;
  /** f32[B, D], gradient of the output before the position just done; undefined with one position. */
  readonly carried: Tensor | undefined;
  /** f32[R, D] mask of dropoutHidden. */
  readonly mask: Tensor | undefined;
  /** f32[R, E] mask of dropoutEmbedding, of the first layer. */
  readonly inputMask: Tensor | undefined;
}

/** The largest mini-batch, and where dropout acts. */
export interface GradientSizes {
  readonly slots: number;
  readonly positions: number;
  readonly oneHot: boolean;
  readonly dropsInput: boolean;
  readonly dropsHidden: boolean;
}

export function planLayerGradients(
  arena: Arena,
  { cell, layers, hiddenActivation: activation }: Stack,
  { slots, positions, oneHot, dropsInput, dropsHidden }: GradientSizes,
): LayerGradients[] {
  const rows = slots * positions;
  const way = CELLS_BACKWARD[cell];
  return layers.map((layer, i) => {
    const { D, E, width } = layer;
    const looksUp = oneHot && i === 0;
    return {
      da: arena.plan(rows, width),
      dInput: looksUp ? undefined : arena.plan(rows, E),
      // biome-ignore format: numbers that moveTo writes
      place: {
        activation, parity: 0, panel: 0, g: 0, ldG: 0, gates: 0, kept: 0, da: 0, dh: 0, continued: 0,
        states: Array.from({ length: layer.cell.states }, () => 0),
        scratch: Array.from({ length: way.scratch(layer) }, () => arena.plan(slots, D).ptr),
      },
      carried: positions > 1 ? arena.plan(slots, D) : undefined,
      mask: dropsHidden ? arena.plan(rows, D) : undefined,
      inputMask: dropsInput && i === 0 && !looksUp ? arena.plan(rows, E) : undefined,
    };
  });
}

/** Recurrent layers with the buffers of the forward and the backward pass. */
export interface StackMemory {
  readonly parameters: Stack;
  readonly forward: { readonly x: Tensor | undefined; readonly layers: readonly LayerBuffers[] };
  readonly layers: readonly LayerGradients[];
}

export interface BackwardStep {
  /** i32[T + 1], see src/network/positions.ts. */
  readonly starts: Int32Array;
  readonly parity: 0 | 1;
  readonly panel: number;
  /**
   * Address of the gradient of the outputs, f32[·, ldOut]: a row a slot with `outputs` "last", one a
   * row with "every". It is overwritten by the gradient that runs through time.
   */
  readonly dOut: number;
  readonly ldOut: number;
  readonly outputs: LossAt;
}

/** Gradients of gates and inputs for slots [begin, end); slots are independent. */
export function backward(
  kernels: Kernels,
  memory: StackMemory,
  step: BackwardStep,
  begin: number,
  end: number,
): void {
  for (let t = step.starts.length - 2; t >= 0; --t) {
    const open = Math.min(end, openAt(step.starts, t));
    if (open <= begin) continue;
    const continued = Math.max(begin, Math.min(end, openAt(step.starts, t + 1)));
    for (let i = memory.layers.length - 1; i >= 0; --i) {
      moveTo(memory, step, t, i);
      memory.layers[i]!.place.continued = continued;
      maskOutput(kernels, memory, step.starts[t]!, i, begin, open);
      if (continued > begin) joinCarried(kernels, memory, step.outputs, i, begin, continued);
      backThroughLayer(kernels, memory, step.starts[t]!, i, begin, open);
    }
  }
}

/** Sets the addresses of layer i at position t: each is that of the row of slot 0. */
function moveTo(
  { parameters, forward, layers }: StackMemory,
  { starts, parity, panel, dOut, ldOut, outputs }: BackwardStep,
  t: number,
  i: number,
): void {
  const { place, da, carried } = layers[i]!;
  const { gates, kept, states } = forward.layers[i]!;
  const row = starts[t]!;
  place.parity = parity;
  place.panel = panel;
  place.gates = rowOf(gates, row);
  place.kept = kept ? rowOf(kept, row) : 0;
  for (let k = 0; k < states.length; ++k) place.states[k] = rowOf(states[k]![parity], row);
  place.da = rowOf(da, row);
  place.dh = t > 0 ? carried!.ptr : 0;
  const above = parameters.layers[i + 1];
  place.ldG = above ? above.E : ldOut;
  if (above) place.g = rowOf(layers[i + 1]!.dInput!, row);
  else place.g = outputs === "last" ? dOut : dOut + 4 * ldOut * row;
}

/** Address of a row of f32[·, columns]. */
function rowOf({ ptr, shape }: Tensor, row: number): number {
  return ptr + 4 * shape[1]! * row;
}

/** Dropout acts on the output, not on the state that the next position reads. */
function maskOutput(
  kernels: Kernels,
  { parameters, layers }: StackMemory,
  row: number,
  i: number,
  begin: number,
  end: number,
): void {
  const { D } = parameters.layers[i]!;
  const { mask, place } = layers[i]!;
  if (mask) kernels.applyMask(place.g, place.ldG, rowOf(mask, row), D, begin, end);
}

/** Adds the gradient from the following position, for slots [begin, end). */
function joinCarried(
  kernels: Kernels,
  { parameters, layers }: StackMemory,
  outputs: LossAt,
  i: number,
  begin: number,
  end: number,
): void {
  const { D } = parameters.layers[i]!;
  const { carried, place } = layers[i]!;
  const { g, ldG } = place;
  // A slot whose only output comes later has no gradient here yet: copy, do not add.
  const isVacant = i + 1 === layers.length && outputs === "last";
  if (isVacant) kernels.copyRows(g, ldG, carried!.ptr, D, D, begin, end);
  else kernels.addRows(g, ldG, carried!.ptr, D, D, begin, end);
}

/** One layer at the position that its `place` points to. */
function backThroughLayer(
  kernels: Kernels,
  { parameters, layers }: StackMemory,
  row: number,
  i: number,
  begin: number,
  end: number,
): void {
  const layer = parameters.layers[i]!;
  const { place, dInput, inputMask } = layers[i]!;
  CELLS_BACKWARD[parameters.cell].backward(kernels, layer, place, begin, end);
  if (!dInput) return;
  const { E, width, input: Wx } = layer;
  const dx = rowOf(dInput, row);
  // biome-ignore format: one call a line, against its signature
  kernels.gemmABt(dx, E, place.da, width, Wx.ptr, Wx.stride, E, width, false, place.panel, begin, end);
  if (inputMask) kernels.applyMask(dx, E, rowOf(inputMask, row), E, begin, end);
}
