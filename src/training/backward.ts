/**
 * The way back through the recurrent layers: from dOut to the gradients of all gates and inputs, and
 * from there to the gradients of the matrices. The hidden state that a step begins with is a
 * constant: gradients do not run through time (Hidasi et al. 2016, §3.1).
 */

import type { Parameters } from "../model/parameters.js";
import type { Kernels } from "../wasm/abi.js";
import type { TrainingMemory } from "./memory.js";

/** Gradients of gates and inputs for slots [begin, end); slots are independent. */
export function backward(
  kernels: Kernels,
  memory: TrainingMemory,
  { parity, panel }: { readonly parity: 0 | 1; readonly panel: number },
  begin: number,
  end: number,
): void {
  const { parameters, forward, dOut, inputMask } = memory;
  const { layers, W, hiddenActivation } = parameters;
  for (let i = layers.length - 1; i >= 0; --i) {
    const { D, E, gates: blocks, input, recurrent: U, recurrentBias } = layers[i]!;
    const { da, dInput, dq, mask } = memory.layers[i]!;
    const width = blocks * D;
    const gates = forward.layers[i]!.gates.ptr;
    const h = forward.layers[i]!.hidden[parity].ptr;
    const top = i === layers.length - 1;
    const g = top ? dOut.ptr : memory.layers[i + 1]!.dInput!.ptr;
    const ldG = top ? W : layers[i + 1]!.E;

    if (mask) kernels.applyMask(g, ldG, mask.ptr, D, begin, end);
    if (blocks === 1) kernels.copyRows(da.ptr, D, g, ldG, D, begin, end);
    else kernels.gruOutputBackward(g, ldG, gates, h, da.ptr, D, begin, end);
    // The candidate's block is the last one: 8·D bytes are two blocks of f32.
    const c = blocks === 1 ? 0 : 8 * D;
    backThroughActivation(kernels, hiddenActivation, da.ptr + c, gates + c, width, D, begin, end);
    if (dq) {
      kernels.gemmABt(
        ...([dq.ptr, D, da.ptr + c, width, U.ptr + c, U.stride, D, D, false] as const),
        ...([panel, begin, end] as const),
      );
      kernels.gruResetBackward(dq.ptr, gates, h, da.ptr, D, begin, end);
    } else if (recurrentBias) {
      const u = forward.layers[i]!.recurrent!.ptr;
      kernels.gruResetAfterBackward(gates, u, da.ptr, D, begin, end);
    }
    if (!dInput) continue;
    kernels.gemmABt(
      ...([dInput.ptr, E, da.ptr, width, input.ptr, input.stride, E, width, false] as const),
      ...([panel, begin, end] as const),
    );
    if (i === 0 && inputMask) kernels.applyMask(dInput.ptr, E, inputMask.ptr, E, begin, end);
  }
}

function backThroughActivation(
  kernels: Kernels,
  { kind, a, lambda }: Parameters["hiddenActivation"],
  dy: number,
  y: number,
  ld: number,
  D: number,
  begin: number,
  end: number,
): void {
  kernels.activateBackward(kind, a, lambda, dy, ld, y, ld, D, begin, end);
}

/** Writes rows [begin, end) of one dense gradient, summed over the M open slots. */
export type DenseGradient = (M: number, parity: 0 | 1, begin: number, end: number) => void;

/** One function for each of `memory.dense`, in the same order. */
export function denseGradients(
  kernels: Kernels,
  memory: TrainingMemory,
  panel: number,
): DenseGradient[] {
  const { parameters, forward, dense } = memory;
  const list: DenseGradient[] = [];
  for (const [i, layer] of parameters.layers.entries()) {
    const { D, E, gates: blocks, recurrentBias } = layer;
    const { hidden, recurrent } = forward.layers[i]!;
    const width = blocks * D;
    const da = memory.layers[i]!.da.ptr;
    const into = (): number => dense[list.length]!.gradient.ptr;

    if (i > 0 || forward.x) {
      const out = into();
      list.push((M, parity, begin, end) => {
        const x = i === 0 ? forward.x!.ptr : forward.layers[i - 1]!.hidden[1 - parity]!.ptr;
        kernels.gemmAtB(out, width, x, E, da, width, width, M, false, panel, begin, end);
      });
    }
    const dU = into();
    if (blocks === 1 || recurrentBias) {
      const du = recurrentBias ? recurrent!.ptr : da;
      list.push((M, parity, begin, end) => {
        const h = hidden[parity].ptr;
        kernels.gemmAtB(dU, width, h, D, du, width, width, M, false, panel, begin, end);
      });
    } else {
      const c = 8 * D;
      const q = recurrent!.ptr;
      list.push((M, parity, begin, end) => {
        const h = hidden[parity].ptr;
        kernels.gemmAtB(dU, width, h, D, da, width, 2 * D, M, false, panel, begin, end);
        kernels.gemmAtB(dU + c, width, q, D, da + c, width, D, M, false, panel, begin, end);
      });
    }
    for (const gradient of recurrentBias ? [da, recurrent!.ptr] : [da]) {
      const out = into();
      list.push((M, _, begin, end) => {
        if (begin < end) kernels.sumRows(out, gradient, width, M, 0, width);
      });
    }
  }
  return list;
}
