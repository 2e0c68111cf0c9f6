/**
 * Optimisers over rows of a table: one step of each named row from its summed gradient.
 *
 * A row of a table keeps everything of its parameters side by side, so one step touches one place:
 *
 *     w | first state | second state | velocity | powers        `width` floats each, powers 4
 *
 * Which parts there are depends on the optimiser: `velocity` is 0 without momentum. With momentum μ
 * and L2 λ, ĝ being the optimiser's direction (classical heavy ball, as the official code):
 *
 *   v ← μ·v − η(ĝ + λ·w)    w ← w + v          without momentum  w ← w − η(ĝ + λ·w)
 *
 * Rows are independent, so callers may split [begin, end) between threads. Each kernel returns whether
 * all weights and states that it wrote are finite. A gradient that is not finite makes them so too, and
 * checking takes one multiply-add of a number that is in a register. Parameters of all:
 *
 * @param table     f32[rows, stride]
 * @param width     floats of w
 * @param rows      u32[n]   the rows to step
 * @param gradients u32[n]   address of each row's gradient, f32[columns]
 * @param columns   floats to step, at most `width`, a multiple of 4
 * @param velocity  floats from w to the velocity, 0 without momentum
 * @param scale     factor of every gradient (gradient cap), else 1
 */
import { areTensors, areVectors } from "./asserts";
import { fetchRows } from "./fetch";
import { F32, V128, isSound4, madd4, sound4 } from "./lanes";

/** Keeps a quotient finite where nothing has accumulated yet. */
const EPSILON: f32 = 1e-6;

// @ts-ignore: decorator
@inline
function rowAt(list: usize, i: usize): usize {
  return <usize>load<u32>(list + (i << 2));
}

/** w and v from the direction ĝ, four lanes at `w`; returns the new w. */
// @ts-ignore: decorator
@inline
function move4(w: usize, velocity: usize, direction: v128, rate: v128, momentum: v128, l2: v128): v128 {
  const old = v128.load(w);
  const step = f32x4.mul(rate, madd4(l2, old, direction));
  let moved = f32x4.sub(old, step);
  if (velocity != 0) {
    const v = f32x4.sub(f32x4.mul(momentum, v128.load(w + velocity)), step);
    v128.store(w + velocity, v);
    moved = f32x4.add(old, v);
  }
  v128.store(w, moved);
  return moved;
}

/** Whether a row has room for w, `states` states and the velocity, in that order. */
// @ts-ignore: decorator
@inline
function isLayout(
  stride: usize, width: usize, states: usize, columns: usize, velocity: usize,
): bool {
  const end: usize = width + states * width;
  const last: usize = velocity == 0 ? end : velocity + width;
  return areVectors(columns, width) && (velocity == 0 || velocity >= end) && last <= stride;
}

/** ĝ = g */
export function sgdRows(
  table: usize, stride: usize, rows: usize, gradients: usize, columns: usize, velocity: usize,
  rate: f32, momentum: f32, l2: f32, scale: f32, begin: usize, end: usize,
): bool {
  assert(areTensors(table, rows, gradients));
  assert(areVectors(columns, stride));
  assert(velocity == 0 || velocity >= columns && velocity + columns <= stride);
  assert(begin <= end);
  let sound = f32x4.splat(0);
  const bytes = columns * F32;
  for (let n = begin, fetched = begin; n < end; ++n) {
    if (n == fetched) fetched = fetchRows(table, stride, rows, stride, n, end);
    const w = table + rowAt(rows, n) * stride * F32;
    const g = rowAt(gradients, n);
    assert(areTensors(g));
    for (let i: usize = 0; i < bytes; i += V128) {
      const gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
      const moved = move4(
        w + i, velocity * F32, gi, f32x4.splat(rate), f32x4.splat(momentum), f32x4.splat(l2),
      );
      sound = sound4(moved, sound);
    }
  }
  return isSound4(sound);
}

/** Adagrad (Duchi et al. 2011): a ← a + g²; ĝ = g / √(a + ε) */
export function adagradRows(
  table: usize, stride: usize, width: usize, rows: usize, gradients: usize, columns: usize, velocity: usize,
  rate: f32, momentum: f32, l2: f32, scale: f32, begin: usize, end: usize,
): bool {
  assert(areTensors(table, rows, gradients));
  assert(isLayout(stride, width, 1, columns, velocity));
  assert(begin <= end);
  let sound = f32x4.splat(0);
  let kept = f32x4.splat(0); // a sum of its own: the two do not wait for each other
  const bytes = columns * F32;
  const state = width * F32;
  for (let n = begin, fetched = begin; n < end; ++n) {
    if (n == fetched) fetched = fetchRows(table, stride, rows, stride, n, end);
    const w = table + rowAt(rows, n) * stride * F32;
    const g = rowAt(gradients, n);
    assert(areTensors(g));
    for (let i: usize = 0; i < bytes; i += V128) {
      const gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
      const a = madd4(gi, gi, v128.load(w + state + i));
      v128.store(w + state + i, a);
      const direction = f32x4.div(gi, f32x4.sqrt(f32x4.add(a, f32x4.splat(EPSILON))));
      const moved = move4(
        w + i, velocity * F32, direction, f32x4.splat(rate), f32x4.splat(momentum), f32x4.splat(l2),
      );
      sound = sound4(moved, sound);
      kept = sound4(a, kept);
    }
  }
  return isSound4(f32x4.add(sound, kept));
}

/** RMSprop (Hinton 2012): a ← ρ·a + (1−ρ)g²; ĝ = g / √(a + ε) */
export function rmspropRows(
  table: usize, stride: usize, width: usize, rows: usize, gradients: usize, columns: usize, velocity: usize,
  rate: f32, momentum: f32, l2: f32, scale: f32, decay: f32, begin: usize, end: usize,
): bool {
  assert(areTensors(table, rows, gradients));
  assert(isLayout(stride, width, 1, columns, velocity));
  assert(begin <= end);
  let sound = f32x4.splat(0);
  let kept = f32x4.splat(0); // a sum of its own: the two do not wait for each other
  const bytes = columns * F32;
  const state = width * F32;
  for (let n = begin, fetched = begin; n < end; ++n) {
    if (n == fetched) fetched = fetchRows(table, stride, rows, stride, n, end);
    const w = table + rowAt(rows, n) * stride * F32;
    const g = rowAt(gradients, n);
    assert(areTensors(g));
    for (let i: usize = 0; i < bytes; i += V128) {
      const gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
      const fresh = f32x4.mul(f32x4.splat(1 - decay), f32x4.mul(gi, gi));
      const a = madd4(f32x4.splat(decay), v128.load(w + state + i), fresh);
      v128.store(w + state + i, a);
      const direction = f32x4.div(gi, f32x4.sqrt(f32x4.add(a, f32x4.splat(EPSILON))));
      const moved = move4(
        w + i, velocity * F32, direction, f32x4.splat(rate), f32x4.splat(momentum), f32x4.splat(l2),
      );
      sound = sound4(moved, sound);
      kept = sound4(a, kept);
    }
  }
  return isSound4(f32x4.add(sound, kept));
}

/**
 * Adadelta (Zeiler 2012): a ← ρ·a + (1−ρ)g²; k = (d + ε)/(a + ε); d ← ρ·d + (1−ρ)k·g²; ĝ = √k·g.
 * The caller passes rate 1.
 */
export function adadeltaRows(
  table: usize, stride: usize, width: usize, rows: usize, gradients: usize, columns: usize, velocity: usize,
  rate: f32, momentum: f32, l2: f32, scale: f32, decay: f32, begin: usize, end: usize,
): bool {
  assert(areTensors(table, rows, gradients));
  assert(isLayout(stride, width, 2, columns, velocity));
  assert(begin <= end);
  let sound = f32x4.splat(0);
  let kept = f32x4.splat(0); // a sum of its own: the two do not wait for each other
  const bytes = columns * F32;
  const state = width * F32;
  const epsilon = f32x4.splat(EPSILON);
  for (let n = begin, fetched = begin; n < end; ++n) {
    if (n == fetched) fetched = fetchRows(table, stride, rows, stride, n, end);
    const w = table + rowAt(rows, n) * stride * F32;
    const g = rowAt(gradients, n);
    assert(areTensors(g));
    for (let i: usize = 0; i < bytes; i += V128) {
      const gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
      const fresh = f32x4.mul(f32x4.splat(1 - decay), f32x4.mul(gi, gi));
      const a = madd4(f32x4.splat(decay), v128.load(w + state + i), fresh);
      const d = v128.load(w + 2 * state + i);
      const k = f32x4.div(f32x4.add(d, epsilon), f32x4.add(a, epsilon));
      v128.store(w + state + i, a);
      v128.store(w + 2 * state + i, madd4(f32x4.splat(decay), d, f32x4.mul(k, fresh)));
      const direction = f32x4.mul(gi, f32x4.sqrt(k));
      const moved = move4(
        w + i, velocity * F32, direction, f32x4.splat(rate), f32x4.splat(momentum), f32x4.splat(l2),
      );
      sound = sound4(moved, sound);
      kept = sound4(a, kept);
    }
  }
  return isSound4(f32x4.add(sound, kept));
}

/**
 * Adam (Kingma & Ba 2015): m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; ĝ = m̂ / (√v̂ + ε), with
 * m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ). t counts the steps of this row: a row seen for the first time
 * takes a first step. The complements 1−β₁ᵗ and 1−β₂ᵗ live in `powers`, `powers` floats after w:
 * 0 at first, then p ← β·p + (1−β), which is the same number.
 */
export function adamRows(
  table: usize, stride: usize, width: usize, rows: usize, gradients: usize, columns: usize, velocity: usize,
  rate: f32, momentum: f32, l2: f32, scale: f32, beta1: f32, beta2: f32, powers: usize,
  begin: usize, end: usize,
): bool {
  assert(areTensors(table, rows, gradients));
  assert(isLayout(stride, width, 2, columns, velocity));
  assert(powers >= (velocity == 0 ? 3 : 4) * width && powers + 4 <= stride);
  assert(begin <= end);
  let sound = f32x4.splat(0);
  let kept = f32x4.splat(0); // a sum of its own: the two do not wait for each other
  const bytes = columns * F32;
  const state = width * F32;
  const border = state - V128; // the last four columns, a bias, count their own steps
  for (let n = begin, fetched = begin; n < end; ++n) {
    if (n == fetched) fetched = fetchRows(table, stride, rows, stride, n, end);
    const w = table + rowAt(rows, n) * stride * F32;
    const g = rowAt(gradients, n);
    assert(areTensors(g));
    let p = w + powers * F32;
    let p1: f32 = 0;
    let p2: f32 = 0;
    for (let i: usize = 0; i < bytes; i += V128) {
      if (i == 0 || i == border) {
        if (i == border) p += 8;
        p1 = beta1 * load<f32>(p) + (1 - beta1);
        p2 = beta2 * load<f32>(p, 4) + (1 - beta2);
        store<f32>(p, p1);
        store<f32>(p, p2, 4);
      }
      const gi = f32x4.mul(v128.load(g + i), f32x4.splat(scale));
      const m = madd4(f32x4.splat(beta1), v128.load(w + state + i), f32x4.mul(f32x4.splat(1 - beta1), gi));
      const fresh = f32x4.mul(f32x4.splat(1 - beta2), f32x4.mul(gi, gi));
      const v = madd4(f32x4.splat(beta2), v128.load(w + 2 * state + i), fresh);
      v128.store(w + state + i, m);
      v128.store(w + 2 * state + i, v);
      const root = f32x4.sqrt(f32x4.div(v, f32x4.splat(p2)));
      const direction = f32x4.div(f32x4.div(m, f32x4.splat(p1)), f32x4.add(root, f32x4.splat(EPSILON)));
      const moved = move4(
        w + i, velocity * F32, direction, f32x4.splat(rate), f32x4.splat(momentum), f32x4.splat(l2),
      );
      sound = sound4(moved, sound);
      kept = sound4(v, kept);
    }
  }
  return isSound4(f32x4.add(sound, kept));
}
