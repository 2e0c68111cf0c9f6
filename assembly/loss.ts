/**
 * What every loss shares, and cross-entropy.
 *
 * A loss turns the scores of a mini-batch into their gradient, in place. Scores are item-major:
 *
 *     scores f32[N, ld]   row j: a scored item (targets 0 … B−1, then the negatives), column b: slot b
 *
 * The target of slot b is row b; every other row is a negative of slot b, other slots' targets too
 * and accidental hits included (Hidasi et al. 2016, §3.1.1). Four slots are worked at once, so a row
 * needs no gather. Each loss is a sum over slots, divided by the nominal batch size. Parameters of all:
 *
 * @param scores  f32[N, ld]  activated scores in (cross-entropy: logits), gradient before the
 *                            activation out; rows up to B rounded up to 4 must exist
 * @param losses  f32[ld]     out: loss of each slot, not divided
 * @param B       open slots; columns from B on get a gradient of 0
 * @param scale   1 / batchSize
 * @param begin   first slot, a multiple of 4; `end` is rounded up to one
 *
 * Slots are independent, so callers may split them between threads.
 */
import { areFours, areTensors } from "./asserts";
import { F32, expBelow4, lanesFrom, log4, madd4, select4 } from "./lanes";

/** Rows whose terms are summed before they join the total: keeps long f32 sums accurate. */
export const SUM_BLOCK: usize = 64;

/** Scores of the targets of slots b … b+3: the diagonal. */
// @ts-ignore: decorator
@inline
export function targets4(scores: usize, ld: usize, b: usize): v128 {
  const next = (ld + 1) * F32;
  const at = scores + b * next;
  return f32x4(
    load<f32>(at), load<f32>(at + next), load<f32>(at + 2 * next), load<f32>(at + 3 * next),
  );
}

/** Mask of the lanes of slots b … b+3 whose target is row n. */
// @ts-ignore: decorator
@inline
export function isTarget4(slots: v128, n: usize): v128 {
  return i32x4.eq(slots, i32x4.splat(<i32>n));
}

/** `scale` in the lanes of open slots, 0 in the others. */
// @ts-ignore: decorator
@inline
export function openScale4(slots: v128, B: usize, scale: f32): v128 {
  return v128.and(i32x4.lt_u(slots, i32x4.splat(<i32>B)), f32x4.splat(scale));
}

/** Writes the gradients of the targets of slots b … b+3; that of a closed slot is 0, as in its other rows. */
// @ts-ignore: decorator
@inline
export function storeTargets4(scores: usize, ld: usize, b: usize, gradient: v128): void {
  const next = (ld + 1) * F32;
  const at = scores + b * next;
  v128.store32_lane(at, gradient, 0);
  v128.store32_lane(at + next, gradient, 1);
  v128.store32_lane(at + 2 * next, gradient, 2);
  v128.store32_lane(at + 3 * next, gradient, 3);
}

/**
 * logQ correction (sampled softmax): o_j ← o_j − shift_j, for rows [begin, end) and all slots.
 *
 * @param shift f32[N]  logQ · ln q_j; q is the support for targets, supportᵅ for samples
 */
export function shiftRows(scores: usize, ld: usize, shift: usize, B: usize, begin: usize, end: usize): void {
  assert(areTensors(scores, shift));
  assert(areFours(0, B, ld));
  assert(begin <= end);
  for (let n = begin; n < end; ++n) {
    const row = scores + n * ld * F32;
    const q = v128.load_splat<f32>(shift + n * F32);
    for (let b: usize = 0; b < B; b += 4) {
      v128.store(row + b * F32, f32x4.sub(v128.load(row + b * F32), q));
    }
  }
}

/**
 * Cross-entropy with the softmax inside, in the stable form:
 *
 *   L = ln Σ_j e^o_j − Σ_j w_j·o_j        w_t = 1 − s, w_j = s/(N − 1)
 *   ∂L/∂o_j = p_j − w_j
 *
 * @param smoothing s, label smoothing
 */
export function crossEntropy(
  scores: usize, ld: usize, N: usize, losses: usize, smoothing: f32,
  B: usize, scale: f32, begin: usize, end: usize,
): void {
  assert(areTensors(scores, losses));
  assert(areFours(begin, end, ld));
  assert(N >= B && N >= 1);
  assert(smoothing >= 0 && smoothing < 1);
  const step = ld * F32;
  const other: f32 = N > 1 ? smoothing / <f32>(N - 1) : 0;
  for (let b = begin; b < end; b += 4) {
    const slots = lanesFrom(b);
    const column = scores + b * F32;
    const target = targets4(scores, ld, b);

    let highest = v128.load(column);
    let total = f32x4.splat(0);
    let at = column;
    for (let n: usize = 0; n < N; ++n, at += step) {
      const o = v128.load(at);
      highest = f32x4.pmax(o, highest);
      total = f32x4.add(total, o);
    }

    let sum = f32x4.splat(0);
    at = column;
    for (let first: usize = 0; first < N; first += SUM_BLOCK) {
      const last = min(N, first + SUM_BLOCK);
      let part = f32x4.splat(0);
      for (let n = first; n < last; ++n, at += step) {
        const e = expBelow4(f32x4.sub(v128.load(at), highest));
        v128.store(at, e);
        part = f32x4.add(part, e);
      }
      sum = f32x4.add(sum, part);
    }

    const spread = f32x4.mul(f32x4.splat(other), f32x4.sub(total, target));
    const kept = f32x4.mul(f32x4.splat(1 - smoothing), target);
    const loss = f32x4.sub(f32x4.sub(f32x4.add(log4(sum), highest), kept), spread);
    v128.store(losses + b * F32, loss);

    const open = openScale4(slots, B, scale);
    const inverse = f32x4.div(open, sum);
    const minusTarget = f32x4.mul(f32x4.splat(smoothing - 1), open);
    const minusOther = f32x4.mul(f32x4.splat(-other), open);
    at = column;
    for (let n: usize = 0; n < N; ++n, at += step) {
      const minus = select4(isTarget4(slots, n), minusTarget, minusOther);
      v128.store(at, madd4(v128.load(at), inverse, minus));
    }
  }
}
