/**
 * One GRU step and its gradient (Cho et al. 2014; Hidasi et al. 2016, eq. 1 to 4).
 *
 * The paper's convention: h′ = (1−z)h + z·c, so z = 1 takes the candidate. Columns are r | z | c.
 * `bU` present means `resetAfter`: the reset gate acts on the recurrent product, as in cuDNN,
 * PyTorch and Keras. Absent, it acts on h before the product, as in the papers.
 */

import { type Activation, activate, derivative, sigmoid } from "./activations.js";
import { addToRows, columnSums, product, productAt, productBt } from "./matrix.js";

export interface GruRecurrence {
  /** f64[D, 3·D], columns r | z | c. */
  readonly U: Float64Array;
  /** f64[3·D]: bias of h·U. Its presence selects `resetAfter`. */
  readonly bU?: Float64Array | undefined;
}

/** What the backward pass needs of a step, each f64[B, D]. */
export interface GruStep {
  readonly r: Float64Array;
  readonly z: Float64Array;
  readonly c: Float64Array;
  /** h·U_c + bU_c with `resetAfter`, else unused. */
  readonly uc: Float64Array;
  /** h′ before dropout. */
  readonly out: Float64Array;
}

/**
 *   r = σ(a_r + h·U_r (+ bU_r)),   z = σ(a_z + h·U_z (+ bU_z))
 *   c = act(a_c + (r ⊙ h)·U_c)                     reset before
 *   c = act(a_c + r ⊙ (h·U_c + bU_c))              reset after
 *   h′ = (1−z) ⊙ h + z ⊙ c
 *
 * @param a  f64[B, 3·D]  input projection x·W + b
 * @param h  f64[B, D]    hidden state, not changed
 */
export function gruForward(
  a: Float64Array,
  h: Float64Array,
  { U, bU }: GruRecurrence,
  B: number,
  D: number,
  act: Activation,
): GruStep {
  const u = product(h, U, B, D, 3 * D);
  if (bU) addToRows(u, bU, B, 3 * D);

  const r = new Float64Array(B * D);
  const z = new Float64Array(B * D);
  const uc = new Float64Array(B * D);
  const rh = new Float64Array(B * D);
  for (let b = 0; b < B; ++b) {
    for (let i = 0; i < D; ++i) {
      const at = b * D + i;
      const row = b * 3 * D;
      r[at] = sigmoid(a[row + i]! + u[row + i]!);
      z[at] = sigmoid(a[row + D + i]! + u[row + D + i]!);
      uc[at] = u[row + 2 * D + i]!;
      rh[at] = r[at]! * h[at]!;
    }
  }

  const recurrent = bU
    ? r.map((value, at) => value * uc[at]!)
    : product(rh, block(U, D, D, 2), B, D, D);
  const c = new Float64Array(B * D);
  const out = new Float64Array(B * D);
  for (let b = 0; b < B; ++b) {
    for (let i = 0; i < D; ++i) {
      const at = b * D + i;
      c[at] = activate(act, a[b * 3 * D + 2 * D + i]! + recurrent[at]!);
      out[at] = (1 - z[at]!) * h[at]! + z[at]! * c[at]!;
    }
  }
  return { r, z, c, uc, out };
}

/**
 * Gradients of one step. Training session by session takes h for a constant and has no use for dh;
 * training on windows hands it to the step before.
 *
 *   dc = dh′ ⊙ z,  dz = dh′ ⊙ (c − h)
 *   da_c = dc ⊙ act′,  da_z = dz ⊙ z(1−z)
 *   reset before: dq = da_c·U_cᵀ,  da_r = dq ⊙ h ⊙ r(1−r),  dU_c = (r ⊙ h)ᵀ·da_c
 *   reset after:  du_c = da_c ⊙ r,  da_r = da_c ⊙ u_c ⊙ r(1−r),  dU_c = hᵀ·du_c
 *   dU_r = hᵀ·da_r,  dU_z = hᵀ·da_z
 *   dh = dh′ ⊙ (1−z) + du·Uᵀ, where before the product the candidate's share is dq ⊙ r
 *
 * @param dOut  f64[B, D]  gradient of h′ before dropout
 * @returns da f64[B, 3·D], dU f64[D, 3·D], dbU f64[3·D] (all 0 unless `resetAfter`), dh f64[B, D]
 */
export function gruBackward(
  dOut: Float64Array,
  h: Float64Array,
  { r, z, c, uc }: GruStep,
  { U, bU }: GruRecurrence,
  B: number,
  D: number,
  act: Activation,
): { da: Float64Array; dU: Float64Array; dbU: Float64Array; dh: Float64Array } {
  const dac = new Float64Array(B * D);
  for (let at = 0; at < B * D; ++at) dac[at] = dOut[at]! * z[at]! * derivative(act, c[at]!);
  const dq = productBt(dac, block(U, D, D, 2), B, D, D);

  const da = new Float64Array(B * 3 * D); // gradient of x·W + b
  const du = new Float64Array(B * 3 * D); // gradient of what U is multiplied into
  for (let b = 0; b < B; ++b) {
    for (let i = 0; i < D; ++i) {
      const at = b * D + i;
      const row = b * 3 * D;
      const dr = bU ? dac[at]! * uc[at]! : dq[at]! * h[at]!;
      const dz = dOut[at]! * (c[at]! - h[at]!);
      da[row + i] = dr * r[at]! * (1 - r[at]!);
      da[row + D + i] = dz * z[at]! * (1 - z[at]!);
      da[row + 2 * D + i] = dac[at]!;
      du[row + i] = da[row + i]!;
      du[row + D + i] = da[row + D + i]!;
      du[row + 2 * D + i] = bU ? dac[at]! * r[at]! : dac[at]!;
    }
  }

  const dU = productAt(h, du, D, B, 3 * D);
  if (!bU) {
    const rh = r.map((value, at) => value * h[at]!);
    const dUc = productAt(rh, dac, D, B, D);
    for (let i = 0; i < D; ++i) dU.set(dUc.subarray(i * D, (i + 1) * D), i * 3 * D + 2 * D);
  }
  const gates = (k: number): Float64Array =>
    productBt(block(du, B, D, k), block(U, D, D, k), B, D, D);
  const [dhr, dhz, dhc] = [gates(0), gates(1), gates(2)];
  const dh = dOut.map((g, at) => {
    const candidate = bU ? dhc[at]! : dq[at]! * r[at]!;
    return g * (1 - z[at]!) + dhr[at]! + dhz[at]! + candidate;
  });
  return { da, dU, dbU: bU ? columnSums(du, B, 3 * D) : new Float64Array(3 * D), dh };
}

/** Column block k of U f64[rows, 3·D] → f64[rows, D]. */
function block(U: Float64Array, rows: number, D: number, k: number): Float64Array {
  const out = new Float64Array(rows * D);
  for (let i = 0; i < rows; ++i) {
    out.set(U.subarray(i * 3 * D + k * D, i * 3 * D + (k + 1) * D), i * D);
  }
  return out;
}
