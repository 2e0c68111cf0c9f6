/**
 * The gated recurrent unit (Cho et al. 2014) as in Hidasi et al. 2016, eq. 1–4, its elementwise half in
 * assembly/gru.ts. Blocks r | z | c; the reset gate acts before the recurrent product, or after it
 * with `resetAfter`, where that product has another bias b′ (PyTorch, Keras):
 *
 *     r = σ(a_r + h·U_r)     c = act(a_c + (r⊙h)·U_c)        or act(a_c + r⊙(h·U_c + b′_c))
 *     z = σ(a_z + h·U_z)     h′ = h + z⊙(c − h)
 *
 * Kept for the way back: r⊙h, one block, or h·U + b′, three.
 */

import type { Cell, CellBackward } from "./cell.js";

const BLOCKS = 3;
/** Bytes from r to c: two blocks of f32. */
const toCandidate = (D: number): number => 8 * D;

export const gru: Cell = {
  blocks: BLOCKS,
  states: 1,
  hasReset: true,
  // The official Theano code draws the candidate's weights first.
  tensors: [
    { name: "Wx", table: "input", blocks: [0, 1, 2], drawn: [2, 0, 1] },
    { name: "Wh", table: "recurrent", blocks: [2] },
    { name: "Wrz", table: "recurrent", blocks: [0, 1] },
    { name: "b", table: "bias", blocks: [0, 1, 2] },
    { name: "bh", table: "recurrentBias", blocks: [0, 1, 2] },
  ],
  bias: [0, 0, 0],
  kept: ({ recurrentBias }) => (recurrentBias ? BLOCKS : 1),

  forward(kernels, { D, width, recurrent: U, recurrentBias }, buffers, step, begin, end) {
    const { panel, parity, activation } = step;
    const { kind, a, lambda } = activation;
    const gates = buffers.gates.ptr;
    const kept = buffers.kept!.ptr;
    const h = buffers.states[0]![parity].ptr;
    const next = buffers.states[0]![1 - parity]!.ptr;
    const c = gates + toCandidate(D);
    if (recurrentBias) {
      kernels.gemmAB(kept, width, h, D, U.ptr, U.stride, width, D, false, panel, begin, end);
      kernels.addRow(kept, width, recurrentBias.ptr, width, begin, end);
      kernels.gruGatesAfter(gates, kept, D, begin, end);
    } else {
      const Uc = U.ptr + toCandidate(D);
      kernels.gemmAB(gates, width, h, D, U.ptr, U.stride, 2 * D, D, true, panel, begin, end);
      kernels.gruGates(gates, h, kept, D, begin, end);
      kernels.gemmAB(c, width, kept, D, Uc, U.stride, D, D, true, panel, begin, end);
    }
    kernels.activate(kind, a, lambda, c, width, D, begin, end);
    kernels.gruOutput(gates, h, next, D, begin, end);
  },
};

export const gruBackward: CellBackward = {
  /** Gradient of r⊙h. */
  scratch: ({ recurrentBias }) => (recurrentBias ? 0 : 1),

  backward(kernels, { D, width, recurrent: U, recurrentBias }, at, begin, end) {
    const { g, ldG, gates, da, dh, panel } = at;
    const { kind, a, lambda } = at.activation;
    const h = at.states[0]!;
    const toC = toCandidate(D);
    const [c, dc] = [gates + toC, da + toC];
    kernels.gruOutputBackward(g, ldG, gates, h, da, D, begin, end);
    kernels.activateBackward(kind, a, lambda, dc, width, c, width, D, begin, end);
    if (recurrentBias) {
      // The gradient of h·U + b′ takes its place.
      const du = at.kept;
      kernels.gruResetAfterBackward(gates, du, da, D, begin, end);
      if (dh === 0) return;
      kernels.gruHiddenBackward(dh, g, ldG, gates, 0, D, begin, end);
      kernels.gemmABt(dh, D, du, width, U.ptr, U.stride, D, width, true, panel, begin, end);
      return;
    }
    const dq = at.scratch[0]!;
    kernels.gemmABt(dq, D, dc, width, U.ptr + toC, U.stride, D, D, false, panel, begin, end);
    kernels.gruResetBackward(dq, gates, h, da, D, begin, end);
    if (dh === 0) return;
    kernels.gruHiddenBackward(dh, g, ldG, gates, dq, D, begin, end);
    kernels.gemmABt(dh, D, da, width, U.ptr, U.stride, D, 2 * D, true, panel, begin, end);
  },

  factors({ recurrentBias }, { kept }, da) {
    if (recurrentBias) return [{ x: undefined, d: kept!, first: 0, blocks: BLOCKS }];
    return [
      { x: undefined, d: da, first: 0, blocks: 2 },
      { x: kept, d: da, first: 2, blocks: 1 },
    ];
  },
};
