/**
 * In-batch softmax in blocks: the matrix of all scores never exists as a whole.
 *
 * Up to ld queries are taken at a time, and candidates in blocks of rows. Scores are item-major,
 * f32[rows, ld], as everywhere: column b is a query. For one query with scores s_j in blocks β:
 *
 *   m_β = max_{j∈β} s_j     e_j = exp(s_j − m_β)     t_β = Σ_{j∈β} e_j            softmaxBlock
 *   m = max_β m_β           L = m + ln Σ_β t_β·exp(m_β − m) − s_target             softmaxJoin
 *   p_j = e_j · f_β         f_β = exp(m_β − m) / Σ_β t_β·exp(m_β − m)
 *
 * Both products with p then take e and the factor of its block (scaleRows): p itself is never stored.
 * The idea of scaling block by block is Milakov & Gimelshein 2018, "Online normalizer calculation".
 *
 * Columns are independent, so callers may split them; `begin` is a multiple of 4, `end` is rounded up.
 */
import { areFours, areTensors } from "./asserts";
import { F32, V128, expBelow4, log4, madd4 } from "./lanes";

/**
 * e_j in place, m_β and t_β of one block.
 *
 * @param scores f32[rows, ld]
 * @param maxima f32[ld]  out: m_β
 * @param sums   f32[ld]  out: t_β
 */
export function softmaxBlock(
  scores: usize, ld: usize, rows: usize, maxima: usize, sums: usize, begin: usize, end: usize,
): void {
  assert(areTensors(scores, maxima, sums));
  assert(rows >= 1);
  assert(areFours(begin, end, ld));
  let b = begin;
  // A cache line holds 16 columns: taken together, each line is fetched once.
  for (; b + 16 <= end; b += 16) softmaxColumns(true, scores, ld, rows, maxima, sums, b);
  for (; b < end; b += 4) softmaxColumns(false, scores, ld, rows, maxima, sums, b);
}

/** 16 columns when `wide`, else 4. */
// @ts-ignore: decorator
@inline
function softmaxColumns(
  wide: bool, scores: usize, ld: usize, rows: usize, maxima: usize, sums: usize, b: usize,
): void {
  const step = ld * F32;
  const column = scores + b * F32;
  let m0 = v128.load(column);
  let m1 = m0, m2 = m0, m3 = m0;
  if (wide) {
    m1 = v128.load(column, 16);
    m2 = v128.load(column, 32);
    m3 = v128.load(column, 48);
  }
  let at = column;
  for (let n: usize = 0; n < rows; ++n, at += step) {
    m0 = f32x4.pmax(v128.load(at), m0);
    if (!wide) continue;
    m1 = f32x4.pmax(v128.load(at, 16), m1);
    m2 = f32x4.pmax(v128.load(at, 32), m2);
    m3 = f32x4.pmax(v128.load(at, 48), m3);
  }
  const zero = f32x4.splat(0);
  let t0 = zero, t1 = zero, t2 = zero, t3 = zero;
  at = column;
  for (let n: usize = 0; n < rows; ++n, at += step) {
    const e0 = expBelow4(f32x4.sub(v128.load(at), m0));
    v128.store(at, e0);
    t0 = f32x4.add(t0, e0);
    if (!wide) continue;
    const e1 = expBelow4(f32x4.sub(v128.load(at, 16), m1));
    v128.store(at, e1, 16);
    t1 = f32x4.add(t1, e1);
    const e2 = expBelow4(f32x4.sub(v128.load(at, 32), m2));
    v128.store(at, e2, 32);
    t2 = f32x4.add(t2, e2);
    const e3 = expBelow4(f32x4.sub(v128.load(at, 48), m3));
    v128.store(at, e3, 48);
    t3 = f32x4.add(t3, e3);
  }
  v128.store(maxima + b * F32, m0);
  v128.store(sums + b * F32, t0);
  if (!wide) return;
  v128.store(maxima + b * F32, m1, 16);
  v128.store(maxima + b * F32, m2, 32);
  v128.store(maxima + b * F32, m3, 48);
  v128.store(sums + b * F32, t1, 16);
  v128.store(sums + b * F32, t2, 32);
  v128.store(sums + b * F32, t3, 48);
}

/**
 * Joins the blocks of each column.
 *
 * @param maxima  f32[blocks, ld]  m_β in, w·f_β out: what scaleRows takes
 * @param sums    f32[blocks, ld]  t_β
 * @param targets f32[ld]          score of each query's own candidate
 * @param weights f32[ld]          w, weight of each query in the gradient
 * @param losses  f32[ld]          out: L, not weighted
 */
export function softmaxJoin(
  maxima: usize, sums: usize, ld: usize, blocks: usize, targets: usize, weights: usize, losses: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(maxima, sums) && areTensors(targets, weights, losses));
  assert(blocks >= 1);
  assert(areFours(begin, end, ld));
  const step = ld * F32;
  for (let b = begin; b < end; b += 4) {
    const at = b * F32;
    let m = v128.load(maxima + at);
    for (let k: usize = 1; k < blocks; ++k) m = f32x4.pmax(v128.load(maxima + at + k * step), m);
    let total = f32x4.splat(0);
    for (let k: usize = 0; k < blocks; ++k) {
      const share = expBelow4(f32x4.sub(v128.load(maxima + at + k * step), m));
      v128.store(maxima + at + k * step, share);
      total = madd4(share, v128.load(sums + at + k * step), total);
    }
    const logSum = f32x4.add(m, log4(total));
    v128.store(losses + at, f32x4.sub(logSum, v128.load(targets + at)));
    const inverse = f32x4.div(v128.load(weights + at), total);
    for (let k: usize = 0; k < blocks; ++k) {
      v128.store(maxima + at + k * step, f32x4.mul(v128.load(maxima + at + k * step), inverse));
    }
  }
}

/**
 * out[i] = factors[i]·x[i], or added to it, for rows [begin, end).
 *
 * @param out     f32[n, columns]
 * @param x       f32[n, columns]
 * @param factors f32[n]
 */
export function scaleRows(
  out: usize, x: usize, factors: usize, columns: usize, accumulate: bool, begin: usize, end: usize,
): void {
  assert(areTensors(out, x, factors));
  assert((columns & 3) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    const factor = v128.load_splat<f32>(factors + i * F32);
    const to = out + i * bytes;
    const from = x + i * bytes;
    for (let k: usize = 0; k < bytes; k += V128) {
      const scaled = f32x4.mul(factor, v128.load(from + k));
      v128.store(to + k, accumulate ? f32x4.add(v128.load(to + k), scaled) : scaled);
    }
  }
}

/**
 * Scores of the queries' own candidates, taken from a block of rows before it is changed: those whose
 * row lies in [first, last).
 *
 *   target_b = s_own − fix_own
 *
 * The score of a row that stands for several occurrences of an item contains the logarithm of their
 * number. `fix` takes it out again, because a query has one own candidate.
 *
 * @param targets f32[ld]    out
 * @param scores  f32[N, ld]
 * @param targetRows i32[ld] row of each query's own candidate
 * @param fix     f32[N]
 * @param alone   the other occurrences do not count: the score is replaced by the target's
 * @param begin   first column; any range
 */
export function takeTargetScores(
  targets: usize, scores: usize, ld: usize, targetRows: usize, fix: usize, alone: bool,
  first: usize, last: usize, begin: usize, end: usize,
): void {
  assert(areTensors(targets, scores, targetRows, fix));
  assert(first <= last && begin <= end && end <= ld);
  for (let b = begin; b < end; ++b) {
    const row: usize = load<u32>(targetRows + (b << 2));
    if (row < first || row >= last) continue;
    const at = scores + (row * ld + b) * F32;
    const score = load<f32>(at) - load<f32>(fix + row * F32);
    store<f32>(targets + b * F32, score);
    if (alone) store<f32>(at, score);
  }
}

/**
 * out[rows[i]] += factors[i]·x[i] for i in [begin, end), one after the other: rows may repeat.
 *
 * @param out     f32[N, columns]
 * @param rows    i32[n]
 * @param x       f32[n, columns]
 * @param factors f32[n]
 */
export function scatterRows(
  out: usize, rows: usize, x: usize, factors: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(out, rows, x, factors));
  assert((columns & 3) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    const factor = v128.load_splat<f32>(factors + i * F32);
    const to = out + <usize>load<u32>(rows + (i << 2)) * bytes;
    const from = x + i * bytes;
    for (let k: usize = 0; k < bytes; k += V128) {
      v128.store(to + k, madd4(factor, v128.load(from + k), v128.load(to + k)));
    }
  }
}
