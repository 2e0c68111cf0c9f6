/**
 * The two losses of Hidasi et al. 2016 (§3.1.3): every negative is compared with the target alone,
 * so one pass over the scores suffices. Parameters as in loss.ts; `kind`, `a` and `lambda` name the
 * final activation, whose slope is applied here.
 */
import { SELU, slope4 } from "./activation";
import { areFours, areTensors } from "./asserts";
import { F32, expBelow4, lanesFrom, log4, one4, select4, sigmoid4 } from "./lanes";
import { SUM_BLOCK, isTarget4, openScale4, storeTargets4, targets4 } from "./loss";

/**
 * BPR, summed over all rows as the official code does (the papers take the mean):
 *
 *   L = Σ_j −ln σ(y_t − y_j)          the target's own term is the constant ln 2
 *   ∂L/∂y_j = σ(y_j − y_t)            ∂L/∂y_t = −Σ_j≠t σ(y_j − y_t)
 */
export function bpr(
  scores: usize, ld: usize, N: usize, losses: usize, kind: usize, a: f32, lambda: f32,
  B: usize, scale: f32, begin: usize, end: usize,
): void {
  assert(areTensors(scores, losses));
  assert(areFours(begin, end, ld));
  assert(N >= B && N >= 1);
  assert(kind <= SELU);
  const step = ld * F32;
  const zero = f32x4.splat(0);
  const one = one4();
  for (let b = begin; b < end; b += 4) {
    const slots = lanesFrom(b);
    const target = targets4(scores, ld, b);
    const open = openScale4(slots, B, scale);
    let loss = zero;
    let pull = zero;
    let at = scores + b * F32;
    for (let first: usize = 0; first < N; first += SUM_BLOCK) {
      const last = min(N, first + SUM_BLOCK);
      let lossPart = zero;
      let pullPart = zero;
      for (let n = first; n < last; ++n, at += step) {
        const y = v128.load(at);
        const d = f32x4.sub(y, target);
        // σ(d) and ln(1 + e^d) from one exponential of −|d|.
        const e = expBelow4(f32x4.neg(f32x4.abs(d)));
        const whole = f32x4.add(one, e);
        const positive = f32x4.ge(d, zero);
        const u = v128.andnot(
          f32x4.div(select4(positive, one, e), whole), isTarget4(slots, n),
        );
        lossPart = f32x4.add(lossPart, f32x4.add(f32x4.pmax(d, zero), log4(whole)));
        pullPart = f32x4.add(pullPart, u);
        v128.store(at, f32x4.mul(f32x4.mul(u, slope4(kind, a, lambda, y)), open));
      }
      loss = f32x4.add(loss, lossPart);
      pull = f32x4.add(pull, pullPart);
    }
    v128.store(losses + b * F32, loss);
    const slope = f32x4.mul(slope4(kind, a, lambda, target), open);
    storeTargets4(scores, ld, b, f32x4.neg(f32x4.mul(pull, slope)));
  }
}

/**
 * TOP1: the relative rank of the target, and a pull of the negatives towards 0.
 *
 *   u_j = σ(y_j − y_t)   v_j = σ(y_j²)   L = 1/N · (½ + Σ_j≠t u_j + v_j)
 *   ∂L/∂y_j = 1/N · (u_j(1−u_j) + 2·y_j·v_j(1−v_j))     ∂L/∂y_t = −1/N · Σ_j≠t u_j(1−u_j)
 */
export function top1(
  scores: usize, ld: usize, N: usize, losses: usize, kind: usize, a: f32, lambda: f32,
  B: usize, scale: f32, begin: usize, end: usize,
): void {
  assert(areTensors(scores, losses));
  assert(areFours(begin, end, ld));
  assert(N >= B && N >= 1);
  assert(kind <= SELU);
  const step = ld * F32;
  const zero = f32x4.splat(0);
  const one = one4();
  const mean = f32x4.splat(1 / <f32>N);
  for (let b = begin; b < end; b += 4) {
    const slots = lanesFrom(b);
    const target = targets4(scores, ld, b);
    const open = f32x4.mul(openScale4(slots, B, scale), mean);
    let loss = f32x4.splat(0.5);
    let pull = zero;
    let at = scores + b * F32;
    for (let first: usize = 0; first < N; first += SUM_BLOCK) {
      const last = min(N, first + SUM_BLOCK);
      let lossPart = zero;
      let pullPart = zero;
      for (let n = first; n < last; ++n, at += step) {
        const y = v128.load(at);
        const isTarget = isTarget4(slots, n);
        const u = sigmoid4(f32x4.sub(y, target));
        const v = sigmoid4(f32x4.mul(y, y));
        const du = f32x4.mul(u, f32x4.sub(one, u));
        const dv = f32x4.mul(v, f32x4.sub(one, v));
        lossPart = f32x4.add(lossPart, v128.andnot(f32x4.add(u, v), isTarget));
        pullPart = f32x4.add(pullPart, v128.andnot(du, isTarget));
        const d = f32x4.add(du, f32x4.mul(f32x4.add(y, y), dv));
        v128.store(at, f32x4.mul(f32x4.mul(d, slope4(kind, a, lambda, y)), open));
      }
      loss = f32x4.add(loss, lossPart);
      pull = f32x4.add(pull, pullPart);
    }
    v128.store(losses + b * F32, f32x4.mul(loss, mean));
    const slope = f32x4.mul(slope4(kind, a, lambda, target), open);
    storeTargets4(scores, ld, b, f32x4.neg(f32x4.mul(pull, slope)));
  }
}
