/**
 * The way back through the recurrent layers: from the gradient of what they put out to the gradients
 * of all gates and inputs, position by position, the last one first (back-propagation through time,
 * Werbos 1990). Gradients of matrices come after, from all rows at once (gradients.ts).
 *
 *     dOut ─→ dh′ of the top layer ─ gates ─→ da ─ Wxᵀ ─→ dh′ of the layer below … ─→ dInput
 *               ↑ + what the following position gives back           da ─ Uᵀ ─→ dh, carried
 *
 * The state that the first position begins with is a constant. With one position, as in a step of
 * session-parallel training, nothing runs through time at all (Hidasi et al. 2016, §3.1).
 *
 * Any recurrent layers can be trained by it: whoever has a `StackMemory` and the gradient of its
 * outputs calls `backward` after `forwardLayers`, in the same ranges of slots, and finds the
 * gradient of each input row in layers[0].dInput.
 */

import type { LossAt } from "../data/windows.js";
import type { Kernels } from "../wasm/abi.js";
import type { Tensor } from "../wasm/arena.js";
import type { LayerGradients } from "./gradients.js";
import type { Stack } from "./parameters.js";
import { openAt } from "./positions.js";
import type { LayerBuffers } from "./recurrent.js";

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
    const continued = Math.min(end, openAt(step.starts, t + 1));
    for (let i = memory.layers.length - 1; i >= 0; --i) {
      const above = gradientAbove(memory, step, t, i);
      maskOutput(kernels, memory, step, i, { ...above, t }, begin, open);
      if (continued > begin) joinCarried(kernels, memory, i, above, begin, continued);
      backThroughLayer(kernels, memory, { ...step, ...above, t, i }, begin, open);
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
  { starts }: BackwardStep,
  i: number,
  { g, ldG, t }: Above & { readonly t: number },
  begin: number,
  end: number,
): void {
  const { D } = parameters.layers[i]!;
  const { mask } = layers[i]!;
  if (mask) kernels.applyMask(g, ldG, mask.ptr + 4 * D * starts[t]!, D, begin, end);
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

interface LayerStep extends BackwardStep, Above {
  readonly t: number;
  readonly i: number;
}

/** One layer at one position: every address is that of slot 0's row there. */
function backThroughLayer(
  kernels: Kernels,
  memory: StackMemory,
  step: LayerStep,
  begin: number,
  end: number,
): void {
  const { starts, parity, panel, t, i, g, ldG } = step;
  const { hiddenActivation } = memory.parameters;
  const { D, E, gates: blocks, input, recurrent: U, recurrentBias } = memory.parameters.layers[i]!;
  const { inputMask, dq, dInput, carried, ...gradients } = memory.layers[i]!;
  const buffers = memory.forward.layers[i]!;
  const width = blocks * D;
  const at = ({ ptr }: Tensor, columns: number): number => ptr + 4 * columns * starts[t]!;
  const gates = at(buffers.gates, width);
  const h = at(buffers.hidden[parity], D);
  const da = at(gradients.da, width);

  if (blocks === 1) kernels.copyRows(da, D, g, ldG, D, begin, end);
  else kernels.gruOutputBackward(g, ldG, gates, h, da, D, begin, end);
  // The candidate's block is the last one: 8·D bytes are two blocks of f32.
  const c = blocks === 1 ? 0 : 8 * D;
  const { kind, a, lambda } = hiddenActivation;
  kernels.activateBackward(
    ...([kind, a, lambda, da + c, width, gates + c, width, D, begin, end] as const),
  );
  const u = recurrentBias && at(buffers.recurrent!, width);
  if (dq) {
    kernels.gemmABt(
      ...([dq.ptr, D, da + c, width, U.ptr + c, U.stride, D, D, false] as const),
      ...([panel, begin, end] as const),
    );
    kernels.gruResetBackward(dq.ptr, gates, h, da, D, begin, end);
  } else if (u) kernels.gruResetAfterBackward(gates, u, da, D, begin, end);

  if (t > 0) {
    const dh = carried!.ptr;
    const isGru = blocks > 1;
    if (isGru) kernels.gruHiddenBackward(dh, g, ldG, gates, dq?.ptr ?? 0, D, begin, end);
    // What U was multiplied into; the candidate's product has come back as dq where there is one.
    const from = [u ?? da, width] as const;
    const K = dq ? 2 * D : width;
    kernels.gemmABt(
      ...([dh, D, ...from, U.ptr, U.stride, D, K, isGru, panel, begin, end] as const),
    );
  }
  if (!dInput) return;
  const dx = at(dInput, E);
  kernels.gemmABt(
    ...([dx, E, da, width, input.ptr, input.stride, E, width, false] as const),
    ...([panel, begin, end] as const),
  );
  if (inputMask) kernels.applyMask(dx, E, at(inputMask, E), E, begin, end);
}
