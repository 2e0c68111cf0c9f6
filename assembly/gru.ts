/**
 * The elementwise half of the gated recurrent unit; the matrix half is gemm.ts.
 *
 * One convention (Hidasi et al. 2016, eq. 1–4): z = 1 takes the candidate.
 *
 *   r = σ(x_r + u_r)            reset gate
 *   z = σ(x_z + u_z)            update gate
 *   c = act(x_c + …)            candidate: (r⊙h)·U_c, or r⊙(h·U_c + b′_c) with `resetAfter`
 *   h′ = h + z ⊙ (c − h)        new hidden state
 *
 * `gates` is f32[B, 3·D], columns r | z | c. It holds the input projection when a step begins, and
 * the activated gates, kept for the backward pass, when it ends. D is a multiple of 4 everywhere.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128, madd4, one4, sigmoid4 } from "./lanes";

/**
 * r and z in place, and q, the input of the candidate's recurrent product (reset before the product).
 *
 * @param gates f32[B, 3·D]  r and z: pre-activations in, gates out
 * @param h     f32[B, D]    hidden state
 * @param q     f32[B, D]    out: r ⊙ h
 */
export function gruGates(gates: usize, h: usize, q: usize, D: usize, begin: usize, end: usize): void {
  assert(areTensors(gates, h, q));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const r = sigmoid4(v128.load(gb + i));
      v128.store(gb + i, r);
      v128.store(gb + row + i, sigmoid4(v128.load(gb + row + i)));
      v128.store(q + b * row + i, f32x4.mul(r, v128.load(h + b * row + i)));
    }
  }
}

/**
 * r and z in place, and the candidate's pre-activation (reset after the product).
 *
 * @param gates f32[B, 3·D]  input projection in; r, z and the candidate's pre-activation out
 * @param u     f32[B, 3·D]  recurrent projection h·U + b′, columns r | z | c
 */
export function gruGatesAfter(gates: usize, u: usize, D: usize, begin: usize, end: usize): void {
  assert(areTensors(gates, u));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 3 * row;
    const ub = u + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const r = sigmoid4(f32x4.add(v128.load(gb + i), v128.load(ub + i)));
      const z = sigmoid4(f32x4.add(v128.load(gb + row + i), v128.load(ub + row + i)));
      const c = madd4(r, v128.load(ub + 2 * row + i), v128.load(gb + 2 * row + i));
      v128.store(gb + i, r);
      v128.store(gb + row + i, z);
      v128.store(gb + 2 * row + i, c);
    }
  }
}

/**
 * h′ = h + z ⊙ (c − h)
 *
 * @param gates f32[B, 3·D]  r | z | c, activated
 * @param h     f32[B, D]    hidden state before the step
 * @param out   f32[B, D]    hidden state after it
 */
export function gruOutput(gates: usize, h: usize, out: usize, D: usize, begin: usize, end: usize): void {
  assert(areTensors(gates, h, out));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const z = v128.load(gb + row + i);
      const c = v128.load(gb + 2 * row + i);
      const old = v128.load(h + b * row + i);
      v128.store(out + b * row + i, madd4(z, f32x4.sub(c, old), old));
    }
  }
}

/**
 * From dh′ to the update gate's pre-activation and to the candidate.
 *
 *   dc = dh′ ⊙ z                     (the activation's slope comes after, activateBackward)
 *   da_z = dh′ ⊙ (c − h) ⊙ z(1−z)
 *
 * @param dOut  f32[B, ldOut] gradient of h′ in the first D columns
 * @param gates f32[B, 3·D]   r | z | c
 * @param h     f32[B, D]     hidden state before the step
 * @param da    f32[B, 3·D]   out: columns z and c
 */
export function gruOutputBackward(
  dOut: usize, ldOut: usize, gates: usize, h: usize, da: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(dOut, gates, h, da));
  assert(areVectors(D, ldOut));
  assert(begin <= end);
  const row = D * F32;
  const one = one4();
  for (let b = begin; b < end; ++b) {
    const ob = dOut + b * ldOut * F32;
    const gb = gates + b * 3 * row;
    const ab = da + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const d = v128.load(ob + i);
      const z = v128.load(gb + row + i);
      const c = v128.load(gb + 2 * row + i);
      const dz = f32x4.mul(d, f32x4.sub(c, v128.load(h + b * row + i)));
      v128.store(ab + row + i, f32x4.mul(dz, f32x4.mul(z, f32x4.sub(one, z))));
      v128.store(ab + 2 * row + i, f32x4.mul(d, z));
    }
  }
}

/**
 * What reaches the hidden state before the step without a matrix in between:
 *
 *   dh = dh′ ⊙ (1 − z) + dq ⊙ r        (the second term with the reset before the product only)
 *
 * @param dh    f32[B, D]     out
 * @param dOut  f32[B, ldOut] gradient of h′ in the first D columns
 * @param gates f32[B, 3·D]   r | z | c
 * @param dq    f32[B, D]     gradient of q = r ⊙ h; 0 where there is none
 */
export function gruHiddenBackward(
  dh: usize, dOut: usize, ldOut: usize, gates: usize, dq: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(dh, dOut, gates) && (dq == 0 || areTensors(dq)));
  assert(areVectors(D, ldOut));
  assert(begin <= end);
  const row = D * F32;
  for (let b = begin; b < end; ++b) {
    const gb = gates + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const d = v128.load(dOut + b * ldOut * F32 + i);
      const kept = f32x4.mul(d, f32x4.sub(one4(), v128.load(gb + row + i)));
      const reset = dq ? madd4(v128.load(dq + b * row + i), v128.load(gb + i), kept) : kept;
      v128.store(dh + b * row + i, reset);
    }
  }
}

/**
 * da_r = dq ⊙ h ⊙ r(1−r), for the reset before the product.
 *
 * @param dq f32[B, D]  gradient of q = r ⊙ h
 * @param da f32[B, 3·D] out: columns r
 */
export function gruResetBackward(
  dq: usize, gates: usize, h: usize, da: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(dq, gates, h, da));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  const one = one4();
  for (let b = begin; b < end; ++b) {
    for (let i: usize = 0; i < row; i += V128) {
      const r = v128.load(gates + b * 3 * row + i);
      const dr = f32x4.mul(v128.load(dq + b * row + i), v128.load(h + b * row + i));
      v128.store(da + b * 3 * row + i, f32x4.mul(dr, f32x4.mul(r, f32x4.sub(one, r))));
    }
  }
}

/**
 * For the reset after the product: da_r = da_c ⊙ u_c ⊙ r(1−r), and the gradient of the recurrent
 * projection, written over it: du = da_r | da_z | da_c ⊙ r.
 *
 * @param u  f32[B, 3·D]  recurrent projection in, its gradient out
 * @param da f32[B, 3·D]  z and c in; r out
 */
export function gruResetAfterBackward(
  gates: usize, u: usize, da: usize, D: usize, begin: usize, end: usize,
): void {
  assert(areTensors(gates, u, da));
  assert((D & 3) == 0);
  assert(begin <= end);
  const row = D * F32;
  const one = one4();
  for (let b = begin; b < end; ++b) {
    const ub = u + b * 3 * row;
    const ab = da + b * 3 * row;
    for (let i: usize = 0; i < row; i += V128) {
      const r = v128.load(gates + b * 3 * row + i);
      const dc = v128.load(ab + 2 * row + i);
      const dr = f32x4.mul(dc, v128.load(ub + 2 * row + i));
      const ar = f32x4.mul(dr, f32x4.mul(r, f32x4.sub(one, r)));
      v128.store(ab + i, ar);
      v128.store(ub + i, ar);
      v128.store(ub + row + i, v128.load(ab + row + i));
      v128.store(ub + 2 * row + i, f32x4.mul(dc, r));
    }
  }
}
