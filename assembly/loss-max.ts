/**
 * The two losses of Hidasi & Karatzoglou 2018 (§3.2): negatives are weighted by their softmax s over
 * the negatives alone, so the highest ones are what the model learns from. Parameters as in loss.ts;
 * `kind`, `a` and `lambda` name the final activation, whose slope is applied here.
 *
 * Both need e^(y_j − max) and e^(y_j − y_t); the second is the first times e^(max − y_t), so one
 * exponential does. Where that product saturates, s is below 1e-37 and counts for nothing. The
 * exponentials of four slots are kept from the pass that sums to the one that makes gradients.
 */
import { SELU, slope4 } from "./activation";
import { areFours, areTensors } from "./asserts";
import { F32, V128, exp4, lanesFrom, log4, madd4, nmadd4, one4, select4, sigmoid4 } from "./lanes";
import { SUM_BLOCK, isTarget4, openScale4, storeTargets4, targets4 } from "./loss";

/** Keeps ln and a quotient finite when every negative stands far above the target. */
const EPSILON: f32 = 1e-24;

/** The highest negative of slots b … b+3, whose targets are rows b … b+3. */
// @ts-ignore: decorator
@inline
function highestNegative4(column: usize, step: usize, N: usize, b: usize, slots: v128): v128 {
  let highest = f32x4.splat(-Infinity);
  let at = column;
  for (const end = column + b * step; at < end; at += step) highest = f32x4.pmax(v128.load(at), highest);
  for (let n = b, last = min(N, b + 4); n < last; ++n, at += step) {
    highest = f32x4.pmax(select4(isTarget4(slots, n), f32x4.splat(-Infinity), v128.load(at)), highest);
  }
  for (const last = column + N * step; at < last; at += step) highest = f32x4.pmax(v128.load(at), highest);
  return highest;
}

/**
 * BPR-max with its score regularisation (eq. 12 and 14):
 *
 *   σ_j = σ(y_t − y_j)   A = Σ_j s_j·σ_j   R = Σ_j s_j·y_j²   L = −ln(A + ε) + λ·R
 *   ∂L/∂y_k = s_k · ((A − σ_k²)/(A + ε) + λ(y_k² + 2·y_k − R))
 *   ∂L/∂y_t = −Σ_j s_j·σ_j(1 − σ_j) / (A + ε)
 *
 * @param terms  f32[N, 4]  scratch, one per thread
 * @param bprReg λ
 */
export function bprMax(
  scores: usize, ld: usize, N: usize, losses: usize, terms: usize,
  kind: usize, a: f32, lambda: f32, bprReg: f32, B: usize, scale: f32, begin: usize, end: usize,
): void {
  assert(areTensors(scores, losses, terms));
  assert(areFours(begin, end, ld));
  assert(N >= B && N >= 1);
  assert(kind <= SELU);
  const step = ld * F32;
  const zero = f32x4.splat(0);
  const one = one4(), two = f32x4.add(one, one);
  for (let b = begin; b < end; b += 4) {
    const slots = lanesFrom(b);
    const column = scores + b * F32;
    const target = targets4(scores, ld, b);
    const highest = highestNegative4(column, step, N, b, slots);
    const lift = exp4(f32x4.sub(highest, target));

    let S = zero, A = zero, R = zero, C = zero;
    let at = column;
    for (let first: usize = 0; first < N; first += SUM_BLOCK) {
      const last = min(N, first + SUM_BLOCK);
      let partS = zero, partA = zero, partR = zero, partC = zero;
      for (let n = first; n < last; ++n, at += step) {
        const y = v128.load(at);
        const e = exp4(f32x4.sub(y, highest));
        v128.store(terms + n * V128, e);
        const weight = v128.andnot(e, isTarget4(slots, n));
        const sigma = f32x4.div(one, madd4(e, lift, one));
        const gain = f32x4.mul(weight, sigma);
        partS = f32x4.add(partS, weight);
        partA = f32x4.add(partA, gain);
        partR = madd4(weight, f32x4.mul(y, y), partR);
        partC = madd4(gain, f32x4.sub(one, sigma), partC);
      }
      S = f32x4.add(S, partS);
      A = f32x4.add(A, partA);
      R = f32x4.add(R, partR);
      C = f32x4.add(C, partC);
    }
    A = f32x4.div(A, S);
    R = f32x4.div(R, S);
    const safe = f32x4.add(A, f32x4.splat(EPSILON));
    const reg = f32x4.splat(bprReg);
    v128.store(losses + b * F32, f32x4.sub(f32x4.mul(reg, R), log4(safe)));

    const open = openScale4(slots, B, scale);
    const share = f32x4.div(open, S);
    const inverse = f32x4.div(one, safe);
    const minusR = f32x4.neg(R);
    at = column;
    for (let n: usize = 0; n < N; ++n, at += step) {
      const y = v128.load(at);
      const e = v128.load(terms + n * V128);
      const sigma = f32x4.div(one, madd4(e, lift, one));
      const order = f32x4.mul(nmadd4(sigma, sigma, A), inverse);
      const size = madd4(y, f32x4.add(y, two), minusR);
      const d = f32x4.mul(f32x4.mul(e, share), madd4(reg, size, order));
      v128.store(at, f32x4.mul(d, slope4(kind, a, lambda, y)));
    }
    const pull = f32x4.div(f32x4.mul(C, share), safe);
    storeTargets4(scores, ld, b, f32x4.neg(f32x4.mul(pull, slope4(kind, a, lambda, target))));
  }
}

/**
 * TOP1-max (eq. 10):
 *
 *   u_j = σ(y_j − y_t)   v_j = σ(y_j²)   L = Σ_j s_j(u_j + v_j)
 *   ∂L/∂y_k = s_k · (u_k + v_k − L + u_k(1−u_k) + 2·y_k·v_k(1−v_k))
 *   ∂L/∂y_t = −Σ_j s_j·u_j(1 − u_j)
 *
 * @param terms f32[N, 8]  scratch, one per thread
 */
export function top1Max(
  scores: usize, ld: usize, N: usize, losses: usize, terms: usize,
  kind: usize, a: f32, lambda: f32, B: usize, scale: f32, begin: usize, end: usize,
): void {
  assert(areTensors(scores, losses, terms));
  assert(areFours(begin, end, ld));
  assert(N >= B && N >= 1);
  assert(kind <= SELU);
  const step = ld * F32;
  const zero = f32x4.splat(0);
  const one = one4();
  for (let b = begin; b < end; b += 4) {
    const slots = lanesFrom(b);
    const column = scores + b * F32;
    const target = targets4(scores, ld, b);
    const highest = highestNegative4(column, step, N, b, slots);
    const lift = exp4(f32x4.sub(highest, target));

    let S = zero, G = zero, C = zero;
    let at = column;
    for (let first: usize = 0; first < N; first += SUM_BLOCK) {
      const last = min(N, first + SUM_BLOCK);
      let partS = zero, partG = zero, partC = zero;
      for (let n = first; n < last; ++n, at += step) {
        const y = v128.load(at);
        const e = exp4(f32x4.sub(y, highest));
        const weight = v128.andnot(e, isTarget4(slots, n));
        // 1 − u = σ(y_t − y_j)
        const below = f32x4.div(one, madd4(e, lift, one));
        const u = f32x4.sub(one, below);
        const v = sigmoid4(f32x4.mul(y, y));
        v128.store(terms + n * 2 * V128, e);
        v128.store(terms + n * 2 * V128, v, V128);
        partS = f32x4.add(partS, weight);
        partG = madd4(weight, f32x4.add(u, v), partG);
        partC = madd4(weight, f32x4.mul(u, below), partC);
      }
      S = f32x4.add(S, partS);
      G = f32x4.add(G, partG);
      C = f32x4.add(C, partC);
    }
    G = f32x4.div(G, S);
    v128.store(losses + b * F32, G);

    const open = openScale4(slots, B, scale);
    const share = f32x4.div(open, S);
    at = column;
    for (let n: usize = 0; n < N; ++n, at += step) {
      const y = v128.load(at);
      const e = v128.load(terms + n * 2 * V128);
      const below = f32x4.div(one, madd4(e, lift, one));
      const u = f32x4.sub(one, below);
      const v = v128.load(terms + n * 2 * V128, V128);
      const dv = f32x4.mul(v, f32x4.sub(one, v));
      let d = f32x4.add(f32x4.sub(f32x4.add(u, v), G), madd4(u, below, f32x4.mul(f32x4.add(y, y), dv)));
      d = f32x4.mul(f32x4.mul(e, share), d);
      v128.store(at, f32x4.mul(d, slope4(kind, a, lambda, y)));
    }
    const pull = f32x4.mul(C, share);
    storeTargets4(scores, ld, b, f32x4.neg(f32x4.mul(pull, slope4(kind, a, lambda, target))));
  }
}
