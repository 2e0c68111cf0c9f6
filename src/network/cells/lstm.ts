/**
 * The long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), its
 * elementwise half in assembly/lstm.ts. Blocks i | f | g | o as in torch.nn.LSTM, whose two biases are
 * one here; two states go on, h and c:
 *
 *     a = x·W + b + h·U      c′ = σ(a_f)⊙c + σ(a_i)⊙act(a_g)      h′ = σ(a_o)⊙act(c′)
 *
 * The forget gate's bias begins with 1, so that it forgets little until it has learnt what (Gers et
 * al. 2000, Jozefowicz et al. 2015; Keras too, PyTorch not). Weights begin like those of the other cells.
 *
 * Kept for the way back: act(c′), one block.
 */

import type { Cell, CellBackward } from "./cell.js";

const ALL = [0, 1, 2, 3];
/** Bytes from i to g: two blocks of f32. */
const toCandidate = (D: number): number => 8 * D;

export const lstm: Cell = {
  blocks: ALL.length,
  states: 2,
  hasReset: false,
  tensors: [
    { name: "Wx", table: "input", blocks: ALL },
    { name: "Wh", table: "recurrent", blocks: ALL },
    { name: "b", table: "bias", blocks: ALL },
  ],
  bias: [0, 1, 0, 0],
  kept: () => 1,

  forward(kernels, { D, width, recurrent: U }, buffers, step, begin, end) {
    const { panel, parity, activation } = step;
    const { kind, a, lambda } = activation;
    const h = buffers.states[0]!;
    const c = buffers.states[1]!;
    const gates = buffers.gates.ptr;
    const s = buffers.kept!.ptr;
    const g = gates + toCandidate(D);
    // biome-ignore format: a call reads as a call
    kernels.gemmAB(gates, width, h[parity].ptr, D, U.ptr, U.stride, width, D, true, panel, begin, end);
    kernels.activate(kind, a, lambda, g, width, D, begin, end);
    kernels.lstmState(gates, c[parity].ptr, c[1 - parity]!.ptr, s, D, begin, end);
    kernels.activate(kind, a, lambda, s, D, D, begin, end);
    kernels.lstmOutput(gates, s, h[1 - parity]!.ptr, D, begin, end);
  },
};

export const lstmBackward: CellBackward = {
  /** Gradients of act(c′), and of c from position to position. */
  scratch: () => 2,

  backward(kernels, { D, width, recurrent: U }, at, begin, end) {
    const { g: dOut, ldG, gates, kept: s, da, dh, panel, continued } = at;
    const { kind, a, lambda } = at.activation;
    const c = at.states[1]!;
    const ds = at.scratch[0]!;
    const dc = at.scratch[1]!;
    const toG = toCandidate(D);
    kernels.clearRows(dc, D, continued, end);
    kernels.lstmOutputBackward(dOut, ldG, gates, s, da, ds, D, begin, end);
    kernels.activateBackward(kind, a, lambda, ds, D, s, D, D, begin, end);
    kernels.lstmStateBackward(ds, gates, c, dc, da, D, begin, end);
    kernels.activateBackward(kind, a, lambda, da + toG, width, gates + toG, width, D, begin, end);
    if (dh === 0) return;
    kernels.gemmABt(dh, D, da, width, U.ptr, U.stride, D, width, false, panel, begin, end);
  },

  factors: (_, __, da) => [{ x: undefined, d: da, first: 0, blocks: ALL.length }],
};
