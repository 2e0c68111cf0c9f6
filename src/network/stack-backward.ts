/**
 * The way back through the recurrent layers: from the gradient of what they put out to the gradients
 * of all gates and inputs, position by position, the last one first (back-propagation through time,
 * Werbos 1990). Gradients of matrices come after, from all rows at once (dense.ts).
 *
 *     dOut ─→ dh′ of the top layer ─ cell ─→ da ─ Wxᵀ ─→ dh′ of the layer below … ─→ dInput
 *               ↑ + what the following position gives back      └─→ dh, carried
 *
 * The states that the first position begins with are constants. With one position, as in a step of
 * session-parallel training, nothing runs through time at all (Hidasi et al. 2016, §3.1).
 *
 * Any recurrent layers can be trained by it: whoever has a `StackMemory` and the gradient of its
 * outputs calls `backward` after `forwardLayers`, in the same ranges of slots, and finds the
 * gradient of each input row in layers[0].dInput.
 */

import type { LossAt } from "../data/windows.js";
import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { CELLS_BACKWARD } from "./cells/backward.js";
import type { LayerBuffers } from "./cells/cell.js";
import { openAt } from "./positions.js";
import type { Stack } from "./stack.js";

export interface LayerGradients {
  /** f32[R, width], gradient of the projected input. */
  readonly da: Tensor;
  /** f32[R, E], gradient of the layer's input; undefined when one-hot. */
  readonly dInput: Tensor | undefined;
  /** f32[B, D] each, of the cell. */
  readonly scratch: readonly Tensor[];
  /** f32[B, D], gradient of the output before the position just done; undefined with one position. */
  readonly carried: Tensor | undefined;
  /** f32[R, D] mask of dropoutHidden. */
  readonly mask: Tensor | undefined;
  /** f32[R, E] mask of dropoutEmbedding, of the first layer. */
  readonly inputMask: Tensor | undefined;
}

/** What a mini-batch has at most, and what is dropped of it. */
export interface GradientSizes {
  readonly slots: number;
  readonly positions: number;
  readonly oneHot: boolean;
  readonly dropsInput: boolean;
  readonly dropsHidden: boolean;
}

export function planLayerGradients(
  arena: Arena,
  { cell, layers }: Stack,
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
      scratch: Array.from({ length: way.scratch(layer) }, () => arena.plan(slots, D)),
      carried: positions > 1 ? arena.plan(slots, D) : undefined,
      mask: dropsHidden ? arena.plan(rows, D) : undefined,
      inputMask: dropsInput && i === 0 && !looksUp ? arena.plan(rows, E) : undefined,
    };
  });
}

/** Recurrent layers with what the two ways through them leave behind. */
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
   * row with "every". It is used up: what runs through time is kept there.
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
      const above = gradientAbove(memory, step, t, i);
      maskOutput(kernels, memory, step.starts[t]!, i, above, begin, open);
      if (continued > begin) joinCarried(kernels, memory, i, above, begin, continued);
      backThroughLayer(kernels, memory, step, above, { t, i, continued }, begin, open);
    }
  }
}

/** Where the gradient of a layer's h′ comes in: the address of slot 0's row, for position t. */
interface Above {
  readonly g: number;
  readonly ldG: number;
  /** Whether a slot that goes on has nothing there yet: its one output is a later one. */
  readonly vacant: boolean;
}

function gradientAbove(
  { parameters, layers }: StackMemory,
  { starts, dOut, ldOut, outputs }: BackwardStep,
  t: number,
  i: number,
): Above {
  const row = starts[t]!;
  const above = parameters.layers[i + 1];
  if (above) {
    return { g: layers[i + 1]!.dInput!.ptr + 4 * above.E * row, ldG: above.E, vacant: false };
  }
  if (outputs === "last") return { g: dOut, ldG: ldOut, vacant: true };
  return { g: dOut + 4 * ldOut * row, ldG: ldOut, vacant: false };
}

/** Dropout is of the output alone, not of the state that goes on. */
function maskOutput(
  kernels: Kernels,
  { parameters, layers }: StackMemory,
  row: number,
  i: number,
  { g, ldG }: Above,
  begin: number,
  end: number,
): void {
  const { D } = parameters.layers[i]!;
  const { mask } = layers[i]!;
  if (mask) kernels.applyMask(g, ldG, mask.ptr + 4 * D * row, D, begin, end);
}

/** Adds what the following position gave back for slots [begin, end). */
function joinCarried(
  kernels: Kernels,
  { parameters, layers }: StackMemory,
  i: number,
  { g, ldG, vacant }: Above,
  begin: number,
  end: number,
): void {
  const { D } = parameters.layers[i]!;
  const carried = layers[i]!.carried!.ptr;
  if (vacant) kernels.copyRows(g, ldG, carried, D, D, begin, end);
  else kernels.addRows(g, ldG, carried, D, D, begin, end);
}

/** Layer i at position t, and how many slots go on behind it. */
interface LayerPlace {
  readonly t: number;
  readonly i: number;
  readonly continued: number;
}

/** One layer at one position: every address is that of slot 0's row there. */
function backThroughLayer(
  kernels: Kernels,
  { parameters, forward, layers }: StackMemory,
  { starts, parity, panel }: BackwardStep,
  { g, ldG }: Above,
  { t, i, continued }: LayerPlace,
  begin: number,
  end: number,
): void {
  const layer = parameters.layers[i]!;
  const { E, width, input: Wx } = layer;
  const { gates, kept, states } = forward.layers[i]!;
  const gradients = layers[i]!;
  const at = ({ ptr, shape }: Tensor): number => ptr + 4 * shape[1]! * starts[t]!;
  const da = at(gradients.da);
  CELLS_BACKWARD[parameters.cell].backward(
    kernels,
    layer,
    {
      activation: parameters.hiddenActivation,
      parity,
      panel,
      g,
      ldG,
      gates: at(gates),
      kept: kept ? at(kept) : 0,
      states: states.map((pair) => at(pair[parity])),
      da,
      scratch: gradients.scratch.map(({ ptr }) => ptr),
      dh: t > 0 ? gradients.carried!.ptr : undefined,
      continued,
    },
    begin,
    end,
  );
  const { dInput, inputMask } = gradients;
  if (!dInput) return;
  const dx = at(dInput);
  kernels.gemmABt(dx, E, da, width, Wx.ptr, Wx.stride, E, width, false, panel, begin, end);
  if (inputMask) kernels.applyMask(dx, E, at(inputMask), E, begin, end);
}
