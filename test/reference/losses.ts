/**
 * The five losses with their gradients, row by row.
 *
 * Y f64[B, N] holds the scores after the final activation (raw logits for cross-entropy). The
 * target of row i is column i; every other column, whatever item it holds, is a negative of row i.
 * A loss is the sum over rows divided by the *nominal* batch size, which stays when the batch shrinks.
 */

import { sigmoid, softplus } from "./activations.js";

export type Loss = "cross-entropy" | "bpr" | "top1" | "bpr-max" | "top1-max";

export interface LossOptions {
  /** λ of BPR-max: weight of Σ s_j·y_j². */
  readonly bprReg: number;
  /** Label smoothing of cross-entropy, in [0, 1); needs N ≥ 2 unless 0. */
  readonly smoothing: number;
}

/** Inside the logarithm of BPR-max, so that −ln 0 cannot happen. */
const EPSILON = 1e-24;

/**
 * Loss of one step and dLoss/dY f64[B, N].
 *
 * @param counts whether row i is compared with column j; all are, if it is not given
 */
export function lossAndGradient(
  loss: Loss,
  Y: Float64Array,
  B: number,
  N: number,
  batchSize: number,
  options: LossOptions,
  counts: (i: number, j: number) => boolean = () => true,
): { loss: number; dY: Float64Array } {
  let sum = 0;
  const dY = new Float64Array(B * N);
  for (let i = 0; i < B; ++i) {
    const columns = [...Array(N).keys()].filter((j) => counts(i, j));
    const y = Float64Array.from(columns, (j) => Y[i * N + j]!);
    const dy = new Float64Array(columns.length);
    sum += rowLoss(loss, y, columns.indexOf(i), dy, options);
    for (const [at, j] of columns.entries()) dY[i * N + j] = dy[at]!;
  }
  for (let i = 0; i < dY.length; ++i) dY[i]! /= batchSize;
  return { loss: sum / batchSize, dY };
}

/** Loss of one row whose target is column `t`; writes its gradient, not yet divided, to `dy`. */
export function rowLoss(
  loss: Loss,
  y: Float64Array,
  t: number,
  dy: Float64Array,
  options: LossOptions,
): number {
  switch (loss) {
    case "cross-entropy":
      return crossEntropy(y, t, dy, options.smoothing);
    case "bpr":
      return bpr(y, t, dy);
    case "top1":
      return top1(y, t, dy);
    case "bpr-max":
      return bprMax(y, t, dy, options.bprReg);
    case "top1-max":
      return top1Max(y, t, dy);
  }
}

/**
 *   p_j = exp(y_j) / Σ_k exp(y_k)
 *   L   = (1 − N/(N−1)·s)(−ln p_t) + s/(N−1)·Σ_j −ln p_j
 *   ∂L/∂y_j = p_j − q_j,   q_t = 1 − s,  q_j = s/(N−1)
 */
function crossEntropy(y: Float64Array, t: number, dy: Float64Array, s: number): number {
  const N = y.length;
  const max = Math.max(...y);
  let sum = 0;
  for (let j = 0; j < N; ++j) sum += Math.exp(y[j]! - max);
  const logSum = max + Math.log(sum);

  const others = s === 0 ? 0 : s / (N - 1);
  let loss = 0;
  for (let j = 0; j < N; ++j) {
    const q = j === t ? 1 - s : others;
    loss += q * (logSum - y[j]!);
    dy[j] = Math.exp(y[j]! - logSum) - q;
  }
  return loss;
}

/**
 *   L = Σ_j −ln σ(y_t − y_j)
 *   ∂L/∂y_j = 1 − σ(y_t − y_j),   ∂L/∂y_t = −Σ_{j≠t} (1 − σ(y_t − y_j))
 *
 * A sum over the columns, not the mean of the papers; j = t adds the constant ln 2. Both as in the
 * official code.
 */
function bpr(y: Float64Array, t: number, dy: Float64Array): number {
  let loss = Math.LN2;
  let target = 0;
  for (let j = 0; j < y.length; ++j) {
    if (j === t) continue;
    loss += softplus(y[j]! - y[t]!);
    dy[j] = sigmoid(y[j]! - y[t]!);
    target -= dy[j]!;
  }
  dy[t] = target;
  return loss;
}

/**
 *   u_j = σ(y_j − y_t),  v_j = σ(y_j²)
 *   L = 1/N · [½ + Σ_{j≠t} (u_j + v_j)]
 *   ∂L/∂y_j = 1/N · [u_j(1−u_j) + 2y_j·v_j(1−v_j)],   ∂L/∂y_t = −1/N · Σ_{j≠t} u_j(1−u_j)
 */
function top1(y: Float64Array, t: number, dy: Float64Array): number {
  const N = y.length;
  let loss = 0.5;
  let target = 0;
  for (let j = 0; j < N; ++j) {
    if (j === t) continue;
    const u = sigmoid(y[j]! - y[t]!);
    const v = sigmoid(y[j]! * y[j]!);
    loss += u + v;
    dy[j] = (u * (1 - u) + 2 * y[j]! * v * (1 - v)) / N;
    target -= (u * (1 - u)) / N;
  }
  dy[t] = target;
  return loss / N;
}

/** s_j = exp(y_j) / Σ_{k≠t} exp(y_k) for j ≠ t, s_t = 0. */
export function softmaxOverNegatives(y: Float64Array, t: number): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < y.length; ++j) if (j !== t) max = Math.max(max, y[j]!);
  const s = new Float64Array(y.length);
  let sum = 0;
  for (let j = 0; j < y.length; ++j) {
    s[j] = j === t ? 0 : Math.exp(y[j]! - max);
    sum += s[j]!;
  }
  return s.map((value) => value / sum);
}

/**
 *   σ_j = σ(y_t − y_j),  A = Σ_j s_j·σ_j,  R = Σ_j s_j·y_j²
 *   L = −ln(A + ε) + λ·R
 *   ∂L/∂y_t = −Σ_j s_j·σ_j(1−σ_j) / (A + ε)
 *   ∂L/∂y_k = s_k·[(A − σ_k²)/(A + ε) + λ(y_k² + 2y_k − R)]
 */
function bprMax(y: Float64Array, t: number, dy: Float64Array, lambda: number): number {
  const s = softmaxOverNegatives(y, t);
  const win = y.map((value) => sigmoid(y[t]! - value));
  let A = 0;
  let R = 0;
  for (let j = 0; j < y.length; ++j) {
    A += s[j]! * win[j]!;
    R += s[j]! * y[j]! * y[j]!;
  }
  let target = 0;
  for (let k = 0; k < y.length; ++k) {
    target -= (s[k]! * win[k]! * (1 - win[k]!)) / (A + EPSILON);
    dy[k] =
      s[k]! * ((A - win[k]! * win[k]!) / (A + EPSILON) + lambda * (y[k]! * y[k]! + 2 * y[k]! - R));
  }
  dy[t] = target;
  return -Math.log(A + EPSILON) + lambda * R;
}

/**
 *   u_j = σ(y_j − y_t),  v_j = σ(y_j²),  L = Σ_j s_j(u_j + v_j)
 *   ∂L/∂y_t = −Σ_j s_j·u_j(1−u_j)
 *   ∂L/∂y_k = s_k·[(u_k + v_k − L) + u_k(1−u_k) + 2y_k·v_k(1−v_k)]
 */
function top1Max(y: Float64Array, t: number, dy: Float64Array): number {
  const s = softmaxOverNegatives(y, t);
  const u = y.map((value) => sigmoid(value - y[t]!));
  const v = y.map((value) => sigmoid(value * value));
  let loss = 0;
  for (let j = 0; j < y.length; ++j) loss += s[j]! * (u[j]! + v[j]!);
  let target = 0;
  for (let k = 0; k < y.length; ++k) {
    const du = u[k]! * (1 - u[k]!);
    target -= s[k]! * du;
    dy[k] = s[k]! * (u[k]! + v[k]! - loss + du + 2 * y[k]! * v[k]! * (1 - v[k]!));
  }
  dy[t] = target;
  return loss;
}
