/**
 * Arithmetic on four f32 lanes: what every kernel is made of.
 *
 * The transcendental functions are Cephes' single precision ones (Moshier, public domain), made
 * branch-free. Nothing here differs between engines: only + − × ÷, sqrt, rounding and bits.
 */

/** Bytes of an f32, of a vector of four, and lanes in one. */
export const F32: usize = 4;
export const V128: usize = 16;

/**
 * The one constant that selects the numerics: with relaxed SIMD a product and its sum are one
 * fused operation where the machine has it, else they are rounded separately.
 */
export const FUSED: bool = ASC_FEATURE_RELAXED_SIMD;

/** a·b + c */
// @ts-ignore: decorator
@inline
export function madd4(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b */
// @ts-ignore: decorator
@inline
export function nmadd4(a: v128, b: v128, c: v128): v128 {
  if (FUSED) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/**
 * account + x·0, from 0 on: it stays 0 while every x is finite, and is NaN after a NaN or an infinity.
 */
// @ts-ignore: decorator
@inline
export function sound4(x: v128, account: v128): v128 {
  return madd4(x, f32x4.splat(0), account);
}

/** Whether everything that went into the account was finite. */
// @ts-ignore: decorator
@inline
export function isSound4(account: v128): bool {
  return v128.all_true<i32>(f32x4.eq(account, f32x4.splat(0)));
}

/** A zero vector. Loading it takes fewer bytes of code than a constant at each use. */
// @ts-ignore: decorator
@inline
export function zero4(): v128 {
  return v128.load(ZERO);
}

/** Lanes of `a` where the mask is set, all bits of a lane or none, else of `b`. */
// @ts-ignore: decorator
@inline
export function select4(mask: v128, a: v128, b: v128): v128 {
  if (FUSED) return i32x4.relaxed_laneselect(a, b, mask);
  return v128.bitselect(a, b, mask);
}

/** Sum of the four lanes, pairwise. */
// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  const low = f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1);
  return low + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Lane numbers first, first + 1, first + 2, first + 3. */
// @ts-ignore: decorator
@inline
export function lanesFrom(first: usize): v128 {
  return i32x4.add(i32x4.splat(<i32>first), i32x4(0, 1, 2, 3));
}

/**
 * Constants of the functions below: some that all use, then those of each function in the order of
 * their use. They lie in page 0 of the memory, which arenas leave alone. One operation loads a constant
 * into all lanes. A v128.const takes 18 bytes at every use, and V8 (Node 24) may build it again in
 * every turn of a loop, which takes longer than a product.
 */
const ZERO = memory.data<f32>([0, 0, 0, 0], 16);
const ONE = memory.data<f32>([1], 4);
const EXPONENT = memory.data<i32>([127], 4);
const HALF = memory.data<f32>([0.5], 4);
const EXP = memory.data<f32>([
  -87, 88, 1.44269504, 12582912, 0.693359375, -2.12194440e-4,
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
], 4);
const LOG = memory.data<f32>([
  1.41421356,
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  -2.12194440e-4, 0.693359375,
], 4);
const TANH = memory.data<f32>([
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, 0.625,
], 4);

/** Number `i` of constants, in all four lanes. */
// @ts-ignore: decorator
@inline
function constant4(constants: usize, i: usize): v128 {
  return v128.load_splat<f32>(constants + i * F32);
}

/** 1 in all four lanes. */
// @ts-ignore: decorator
@inline
export function one4(): v128 {
  return constant4(ONE, 0);
}

/** e^x, relative error < 2e-7 on [−87, 88]; saturates outside (test/assembly/lanes.test.ts). */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // pmin and pmax keep a NaN that is their first operand.
  return expBelow4(f32x4.pmin(x, constant4(EXP, 1)));
}

/** exp4 of x ≤ 88, where it cannot overflow. */
// @ts-ignore: decorator
@inline
export function expBelow4(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant4(EXP, 0));
  const shifted = shift4(clamped);
  const power = power4(shifted);
  return madd4(fraction4(clamped, shifted), power, power);
}

/**
 * max(0, x) + a·(e^min(x, 0) − 1): the exponential linear unit. Values near 0 keep their digits,
 * because no 1 is added and subtracted. A positive x stays as it is, because a·(e⁰ − 1) is 0.
 */
// @ts-ignore: decorator
@inline
export function elu4(a: v128, x: v128): v128 {
  const zero = f32x4.splat(0);
  const clamped = f32x4.pmax(f32x4.pmin(x, zero), constant4(EXP, 0));
  const shifted = shift4(clamped);
  const power = f32x4.mul(a, power4(shifted));
  const rest = f32x4.add(f32x4.sub(power, a), f32x4.pmax(x, zero));
  return madd4(fraction4(clamped, shifted), power, rest);
}

/** x / ln 2, rounded to an integer k by adding 1.5·2²³: it stands in the low bits of the sum. */
// @ts-ignore: decorator
@inline
function shift4(x: v128): v128 {
  return madd4(x, constant4(EXP, 2), constant4(EXP, 3));
}

/** 2^k */
// @ts-ignore: decorator
@inline
function power4(shifted: v128): v128 {
  return i32x4.shl(i32x4.add(shifted, constant4(EXPONENT, 0)), 23);
}

/** e^r − 1 of the rest r = x − k·ln 2. */
// @ts-ignore: decorator
@inline
function fraction4(x: v128, shifted: v128): v128 {
  const k = f32x4.sub(shifted, constant4(EXP, 3));
  // ln 2 in two parts: the first has few bits, so its product with k is exact.
  const r = nmadd4(k, constant4(EXP, 5), nmadd4(k, constant4(EXP, 4), x));
  // Terms in pairs (Estrin) wait for each other less than Horner's do.
  const square = f32x4.mul(r, r);
  const high = madd4(constant4(EXP, 6), r, constant4(EXP, 7));
  const middle = madd4(constant4(EXP, 8), r, constant4(EXP, 9));
  const low = madd4(constant4(EXP, 10), r, constant4(EXP, 11));
  return madd4(madd4(madd4(high, square, middle), square, low), square, r);
}

/** ln x for normal x > 0, absolute error < 1e-7 · max(1, |ln x|); −∞ and NaN are not produced. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const bits = v128.and(x, i32x4.splat(0x007fffff));
  // m in [√½, √2): halve what is above √2 and raise the exponent instead.
  const m1 = v128.or(bits, one4());
  const above = f32x4.gt(m1, constant4(LOG, 0));
  const m = select4(above, f32x4.mul(m1, constant4(HALF, 0)), m1);
  const exponent = i32x4.sub(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)), above);
  const e = f32x4.convert_i32x4_s(exponent);

  const f = f32x4.sub(m, one4());
  const z = f32x4.mul(f, f);
  let p = constant4(LOG, 1);
  p = madd4(p, f, constant4(LOG, 2));
  p = madd4(p, f, constant4(LOG, 3));
  p = madd4(p, f, constant4(LOG, 4));
  p = madd4(p, f, constant4(LOG, 5));
  p = madd4(p, f, constant4(LOG, 6));
  p = madd4(p, f, constant4(LOG, 7));
  p = madd4(p, f, constant4(LOG, 8));
  p = madd4(p, f, constant4(LOG, 9));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = madd4(e, constant4(LOG, 10), p);
  p = nmadd4(constant4(HALF, 0), z, p);
  return madd4(e, constant4(LOG, 11), f32x4.add(f, p));
}

/** 1 / (1 + e^−x), relative error < 4e-7 above −87 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = one4();
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/**
 * tanh x, relative error < 4e-7: a polynomial near zero, where 1 − 2/(e^2x + 1) would cancel.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = constant4(TANH, 0);
  p = madd4(p, z, constant4(TANH, 1));
  p = madd4(p, z, constant4(TANH, 2));
  p = madd4(p, z, constant4(TANH, 3));
  p = madd4(p, z, constant4(TANH, 4));
  const near = madd4(f32x4.mul(p, z), x, x);

  const one = one4();
  const two = f32x4.add(one, one);
  const far = f32x4.sub(one, f32x4.div(two, f32x4.add(exp4(f32x4.mul(two, x)), one)));
  return select4(f32x4.lt(f32x4.abs(x), constant4(TANH, 5)), near, far);
}
