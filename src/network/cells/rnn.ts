/**
 * The plain recurrent cell (Elman 1990). It needs no kernels but those of products and activations:
 *
 *     h′ = act(x·W + b + h·U)
 */

import type { Cell, CellBackward } from "./cell.js";

export const rnn: Cell = {
  blocks: 1,
  states: 1,
  hasReset: false,
  tensors: [
    { name: "Wx", table: "input", blocks: [0] },
    { name: "Wh", table: "recurrent", blocks: [0] },
    { name: "b", table: "bias", blocks: [0] },
  ],
  bias: [0],
  kept: () => 0,

  forward(kernels, { D, recurrent: U }, { gates: a, states }, step, begin, end) {
    const { panel, parity, activation } = step;
    const { kind, a: slope, lambda } = activation;
    const h = states[0]![parity].ptr;
    const next = states[0]![1 - parity]!.ptr;
    kernels.gemmAB(a.ptr, D, h, D, U.ptr, U.stride, D, D, true, panel, begin, end);
    kernels.activate(kind, slope, lambda, a.ptr, D, D, begin, end);
    kernels.copyRows(next, D, a.ptr, D, D, begin, end);
  },
};

export const rnnBackward: CellBackward = {
  scratch: () => 0,

  backward(kernels, { D, recurrent: U }, at, begin, end) {
    const { g, ldG, gates, da, dh, panel } = at;
    const { kind, a, lambda } = at.activation;
    kernels.copyRows(da, D, g, ldG, D, begin, end);
    kernels.activateBackward(kind, a, lambda, da, D, gates, D, D, begin, end);
    if (dh === 0) return;
    kernels.gemmABt(dh, D, da, D, U.ptr, U.stride, D, D, false, panel, begin, end);
  },

  factors: (_, __, d) => [{ x: undefined, d, first: 0, blocks: 1 }],
};
