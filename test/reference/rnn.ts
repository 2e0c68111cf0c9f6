/** One step of the vanilla recurrent cell, h′ = act(x·W + b + h·U), and its gradient. */

import { type Activation, activate, derivative } from "./activations.js";
import { product, productAt, productBt } from "./matrix.js";

/**
 * @param a  f64[B, D]  input projection x·W + b
 * @param h  f64[B, D]  hidden state, not changed
 * @param U  f64[D, D]
 * @returns h′ f64[B, D] before dropout
 */
export function rnnForward(
  a: Float64Array,
  h: Float64Array,
  U: Float64Array,
  B: number,
  D: number,
  act: Activation,
): Float64Array {
  return product(h, U, B, D, D).map((u, at) => activate(act, a[at]! + u));
}

/**
 * da = dh′ ⊙ act′(h′), dU = hᵀ·da, and for the step before dh = da·Uᵀ.
 *
 * @param dOut  f64[B, D]  gradient of h′ before dropout
 * @param out   f64[B, D]  h′ before dropout
 */
export function rnnBackward(
  dOut: Float64Array,
  h: Float64Array,
  out: Float64Array,
  U: Float64Array,
  B: number,
  D: number,
  act: Activation,
): { da: Float64Array; dU: Float64Array; dh: Float64Array } {
  const da = dOut.map((g, at) => g * derivative(act, out[at]!));
  return { da, dU: productAt(h, da, D, B, D), dh: productBt(da, U, B, D, D) };
}
