/** One step of any cell and its gradient: what the states after it are, and how they depend on all else. */

import type { Activation } from "./activations.js";
import { gruBackward, gruForward } from "./gru.js";
import { lstmBackward, lstmForward } from "./lstm.js";
import { rnnBackward, rnnForward } from "./rnn.js";

export type CellName = "gru" | "rnn" | "lstm";

/** Column blocks of W, U and b, and states that go on, each as wide as the layer. */
export const BLOCKS: Readonly<Record<CellName, number>> = { gru: 3, rnn: 1, lstm: 4 };
export const STATES: Readonly<Record<CellName, number>> = { gru: 1, rnn: 1, lstm: 2 };

export interface CellGradient {
  readonly da: Float64Array;
  readonly dU: Float64Array;
  /** Undefined where the cell has no such bias. */
  readonly dbU: Float64Array | undefined;
  /** f64[B, S·D] */
  readonly dState: Float64Array;
}

export interface CellStep {
  /** f64[B, S·D] states after the step, the output h′ in the first D columns. */
  readonly after: Float64Array<ArrayBuffer>;
  /** @param dAfter f64[B, S·D] gradient of `after` */
  back(dAfter: Float64Array): CellGradient;
}

/**
 * @param a      f64[B, G]    input projection x·W + b
 * @param state  f64[B, S·D]  states before the step: h, of the LSTM h | c
 */
export function cellStep(
  {
    cell,
    hiddenActivation: act,
  }: { readonly cell: CellName; readonly hiddenActivation: Activation },
  a: Float64Array,
  state: Float64Array,
  { U, bU }: { readonly U: Float64Array; readonly bU: Float64Array | undefined },
  B: number,
  D: number,
): CellStep {
  if (cell === "gru") {
    const step = gruForward(a, state, { U, bU }, B, D, act);
    const back = (dOut: Float64Array): CellGradient => {
      const { da, dU, dbU, dh } = gruBackward(dOut, state, step, { U, bU }, B, D, act);
      return { da, dU, dbU: bU && dbU, dState: dh };
    };
    return { after: Float64Array.from(step.out), back };
  }
  if (cell === "rnn") {
    const out = rnnForward(a, state, U, B, D, act);
    const back = (dOut: Float64Array): CellGradient => {
      const { da, dU, dh } = rnnBackward(dOut, state, out, U, B, D, act);
      return { da, dU, dbU: undefined, dState: dh };
    };
    return { after: Float64Array.from(out), back };
  }
  const [h, c] = parted(state, B, D);
  const step = lstmForward(a, h, c, U, B, D, act);
  const back = (dAfter: Float64Array): CellGradient => {
    const [dOut, dNext] = parted(dAfter, B, D);
    const { da, dU, dh, dc } = lstmBackward(dOut, dNext, h, c, step, U, B, D, act);
    return { da, dU, dbU: undefined, dState: joined(dh, dc, B, D) };
  };
  return { after: joined(step.out, step.next, B, D), back };
}

/** The first D columns of f64[B, S·D]: the output. */
export function outputOf(state: Float64Array, B: number, D: number): Float64Array<ArrayBuffer> {
  const S = state.length / B;
  return Float64Array.from({ length: B * D }, (_, at) => state[Math.floor(at / D) * S + (at % D)]!);
}

/** `state` with other outputs. */
export function withOutput(
  state: Float64Array,
  out: Float64Array,
  B: number,
  D: number,
): Float64Array<ArrayBuffer> {
  const whole = Float64Array.from(state);
  const S = state.length / B;
  for (let b = 0; b < B; ++b) whole.set(out.subarray(b * D, (b + 1) * D), b * S);
  return whole;
}

function parted(both: Float64Array, B: number, D: number): [Float64Array, Float64Array] {
  const second = both.map((_, at) => both[at + D] ?? 0);
  return [outputOf(both, B, D), outputOf(second, B, D)];
}

function joined(h: Float64Array, c: Float64Array, B: number, D: number): Float64Array<ArrayBuffer> {
  const both = new Float64Array(2 * B * D);
  for (let b = 0; b < B; ++b) {
    both.set(h.subarray(b * D, (b + 1) * D), 2 * b * D);
    both.set(c.subarray(b * D, (b + 1) * D), (2 * b + 1) * D);
  }
  return both;
}
