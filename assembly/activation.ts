/**
 * The activations of the hidden and of the final layer, and their slopes.
 *
 *   linear  y = x
 *   relu    y = max(0, x)
 *   tanh    y = tanh x
 *   leaky   y = x ≥ 0 ? x : a·x
 *   elu     y = x ≥ 0 ? x : a(e^x − 1)
 *   selu    y = λ·elu_a(x)
 *
 * Every slope is a function of y, so a backward pass needs no x.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128, elu4, one4, select4, tanh4 } from "./lanes";

/** Codes shared with src/network/activations.ts. */
export const LINEAR: usize = 0;
export const RELU: usize = 1;
export const TANH: usize = 2;
export const LEAKY: usize = 3;
export const ELU: usize = 4;
export const SELU: usize = 5;

/**
 * Four values of y, of every kind but linear. `a` counts for leaky, elu and selu, `lambda` for selu.
 */
// @ts-ignore: decorator
@inline
function value4(kind: usize, a: f32, lambda: f32, x: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == RELU) return f32x4.pmax(x, zero);
  if (kind == TANH) return tanh4(x);
  if (kind == LEAKY) return select4(f32x4.ge(x, zero), x, f32x4.mul(f32x4.splat(a), x));
  const elu = elu4(f32x4.splat(a), x);
  return kind == SELU ? f32x4.mul(f32x4.splat(lambda), elu) : elu;
}

/** dy/dx in terms of y, four lanes. */
// @ts-ignore: decorator
@inline
export function slope4(kind: usize, a: f32, lambda: f32, y: v128): v128 {
  const one = one4();
  const positive = f32x4.gt(y, f32x4.splat(0));
  if (kind == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (kind == ELU) return select4(positive, one, f32x4.add(y, f32x4.splat(a)));
  if (kind == RELU) return v128.and(positive, one);
  if (kind == LEAKY) return select4(positive, one, f32x4.splat(a));
  if (kind == SELU) {
    return select4(positive, f32x4.splat(lambda), f32x4.add(y, f32x4.splat(lambda * a)));
  }
  return one;
}

/**
 * Applies an activation in place to rows [begin, end) of a block of columns.
 *
 * @param x       f32[rows, ld]  its first `columns` columns are replaced
 * @param columns a multiple of 4
 */
export function activate(
  kind: usize, a: f32, lambda: f32, x: usize, ld: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(kind <= SELU);
  assert(areTensors(x));
  assert(areVectors(columns, ld));
  assert(begin <= end);
  if (kind == RELU) activateRows(RELU, a, lambda, x, ld, columns, begin, end);
  else if (kind == TANH) activateRows(TANH, a, lambda, x, ld, columns, begin, end);
  else if (kind == LEAKY) activateRows(LEAKY, a, lambda, x, ld, columns, begin, end);
  else if (kind == ELU) activateRows(ELU, a, lambda, x, ld, columns, begin, end);
  else if (kind == SELU) activateRows(SELU, a, lambda, x, ld, columns, begin, end);
}

/** The loop for one kind. `kind` is a constant here, so that no turn of the loop tests it. */
// @ts-ignore: decorator
@inline
function activateRows(
  kind: usize, a: f32, lambda: f32, x: usize, ld: usize, columns: usize, begin: usize, end: usize,
): void {
  const row = columns * F32;
  for (let b = begin; b < end; ++b) {
    const xb = x + b * ld * F32;
    for (let i: usize = 0; i < row; i += V128) {
      v128.store(xb + i, value4(kind, a, lambda, v128.load(xb + i)));
    }
  }
}

/**
 * dx = dy ⊙ act′, in place.
 *
 * @param dy f32[rows, ldDy]  replaced by dx
 * @param y  f32[rows, ldY]   the activated values
 */
export function activateBackward(
  kind: usize, a: f32, lambda: f32, dy: usize, ldDy: usize, y: usize, ldY: usize,
  columns: usize, begin: usize, end: usize,
): void {
  assert(kind <= SELU);
  assert(areTensors(dy, y));
  assert(areVectors(columns, ldDy, ldY));
  assert(begin <= end);
  if (kind == LINEAR) return;
  const row = columns * F32;
  for (let b = begin; b < end; ++b) {
    const db = dy + b * ldDy * F32;
    const yb = y + b * ldY * F32;
    for (let i: usize = 0; i < row; i += V128) {
      const slope = slope4(kind, a, lambda, v128.load(yb + i));
      v128.store(db + i, f32x4.mul(v128.load(db + i), slope));
    }
  }
}
