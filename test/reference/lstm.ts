/**
 * One step of the long short-term memory and its gradient (Hochreiter & Schmidhuber 1997; Gers et al. 2000).
 * Columns are i | f | g | o, as in torch.nn.LSTM.
 */

import { type Activation, activate, derivative, sigmoid } from "./activations.js";
import { product, productAt, productBt } from "./matrix.js";

/** What the backward pass needs of a step, each f64[B, D]. */
export interface LstmStep {
  readonly i: Float64Array;
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly o: Float64Array;
  /** act(c′) */
  readonly s: Float64Array;
  /** c′ */
  readonly next: Float64Array;
  /** h′ before dropout. */
  readonly out: Float64Array;
}

/**
 *   i, f, o = σ(a + h·U),  g = act(a + h·U)
 *   c′ = f ⊙ c + i ⊙ g,    h′ = o ⊙ act(c′)
 *
 * @param a  f64[B, 4·D]  input projection x·W + b
 * @param h  f64[B, D]    hidden state, not changed
 * @param c  f64[B, D]    cell state, not changed
 * @param U  f64[D, 4·D]
 */
export function lstmForward(
  a: Float64Array,
  h: Float64Array,
  c: Float64Array,
  U: Float64Array,
  B: number,
  D: number,
  act: Activation,
): LstmStep {
  const u = product(h, U, B, D, 4 * D);
  const sums = a.map((value, at) => value + u[at]!);
  const [i, f, o] = [0, 1, 3].map((k) => block(sums, B, D, k).map(sigmoid));
  const g = block(sums, B, D, 2).map((value) => activate(act, value));
  const next = c.map((old, at) => f![at]! * old + i![at]! * g[at]!);
  const s = next.map((value) => activate(act, value));
  const out = s.map((value, at) => o![at]! * value);
  return { i: i!, f: f!, g, o: o!, s, next, out };
}

/**
 *   dc′ += dh′ ⊙ o ⊙ act′(c′)
 *   da_i = dc′ ⊙ g ⊙ i(1−i)   da_f = dc′ ⊙ c ⊙ f(1−f)   da_g = dc′ ⊙ i ⊙ act′   da_o = dh′ ⊙ s ⊙ o(1−o)
 *   dc = dc′ ⊙ f              dh = da·Uᵀ                 dU = hᵀ·da
 *
 * @param dOut   f64[B, D]  gradient of h′ before dropout
 * @param dNext  f64[B, D]  gradient of c′ by way of the following step
 */
export function lstmBackward(
  dOut: Float64Array,
  dNext: Float64Array,
  h: Float64Array,
  c: Float64Array,
  { i, f, g, o, s }: LstmStep,
  U: Float64Array,
  B: number,
  D: number,
  act: Activation,
): { da: Float64Array; dU: Float64Array; dh: Float64Array; dc: Float64Array } {
  const da = new Float64Array(B * 4 * D);
  const dc = new Float64Array(B * D);
  for (let b = 0; b < B; ++b) {
    for (let k = 0; k < D; ++k) {
      const at = b * D + k;
      const row = b * 4 * D + k;
      const d = dNext[at]! + dOut[at]! * o[at]! * derivative(act, s[at]!);
      da[row] = d * g[at]! * i[at]! * (1 - i[at]!);
      da[row + D] = d * c[at]! * f[at]! * (1 - f[at]!);
      da[row + 2 * D] = d * i[at]! * derivative(act, g[at]!);
      da[row + 3 * D] = dOut[at]! * s[at]! * o[at]! * (1 - o[at]!);
      dc[at] = d * f[at]!;
    }
  }
  return { da, dU: productAt(h, da, D, B, 4 * D), dh: productBt(da, U, B, 4 * D, D), dc };
}

/** Column block k of f64[B, 4·D] → f64[B, D]. */
function block(values: Float64Array, B: number, D: number, k: number): Float64Array {
  return Float64Array.from({ length: B * D }, (_, at) => {
    return values[Math.floor(at / D) * 4 * D + k * D + (at % D)]!;
  });
}
