/** Scales vectors to length 1, and their gradients accordingly. */
import { areTensors } from "./asserts";
import { F32, V128, madd4, nmadd4, sum4 } from "./lanes";

/** The least square of a divisor: a vector of zeros is divided by its root and stays zero. */
const LEAST: f32 = 1e-12;

/**
 * y = x / √max(x·x, 10⁻¹²) for rows [begin, end), in place.
 *
 * @param x     f32[n, columns]
 * @param norms f32[n]  out: the divisors
 */
export function normalizeRows(x: usize, norms: usize, columns: usize, begin: usize, end: usize): void {
  assert(areTensors(x, norms));
  assert((columns & 3) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    const row = x + i * bytes;
    const norm = sqrt<f32>(max<f32>(dot(row, row, bytes), LEAST));
    store<f32>(norms + i * F32, norm);
    for (let k: usize = 0; k < bytes; k += V128) {
      v128.store(row + k, f32x4.div(v128.load(row + k), f32x4.splat(norm)));
    }
  }
}

/**
 * dx = (dy − y·(y·dy)) / norm for rows [begin, end), over dy.
 *
 * @param dy f32[n, columns]  in and out
 * @param y  f32[n, columns]  output of normalizeRows, like `norms` f32[n]
 */
export function normalizeRowsBackward(
  dy: usize, y: usize, norms: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(dy, y, norms));
  assert((columns & 3) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    const to = dy + i * bytes;
    const row = y + i * bytes;
    const along = f32x4.splat(dot(to, row, bytes));
    const norm = v128.load_splat<f32>(norms + i * F32);
    for (let k: usize = 0; k < bytes; k += V128) {
      const across = nmadd4(along, v128.load(row + k), v128.load(to + k));
      v128.store(to + k, f32x4.div(across, norm));
    }
  }
}

/** x·y over `bytes` bytes, in four lanes. */
// @ts-ignore: decorator
@inline
function dot(x: usize, y: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let k: usize = 0; k < bytes; k += V128) sum = madd4(v128.load(x + k), v128.load(y + k), sum);
  return sum4(sum);
}
