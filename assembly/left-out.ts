/**
 * Which scores of an in-batch softmax do not count: accidental hits, items that an example is never
 * compared with, and all but the hardest negatives.
 * Scores are item-major, f32[rows, ld]; column b is a query.
 */
import { areFours, areTensors } from "./asserts";
import { F32, zero4 } from "./lanes";

/** The score of what must not count: the lowest f32 / 100, as in the tutorial's library. */
const LEFT_OUT: f32 = -3.4028234663852886e36;

/**
 * Accidental hits: where a candidate is the query's own item but not its own row, the score is left
 * out. Candidates of one item are found by the chains of groupRows.
 *
 * @param scores f32[N, ld]
 * @param items  i32[N]     item of each candidate; query b of the columns has row `offset` + b
 * @param places u32[I]     from groupRows, as `first` u32[·] and `next` i32[N]
 * @param begin  first column; any range
 */
export function maskHits(
  scores: usize, ld: usize, items: usize, places: usize, first: usize, next: usize, offset: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(scores, items, places) && areTensors(first, next));
  assert(begin <= end && end <= ld);
  for (let b = begin; b < end; ++b) {
    const item: usize = load<u32>(items + ((offset + b) << 2));
    const place: usize = load<u32>(places + (item << 2));
    let j = load<i32>(first + (place << 2));
    while (j >= 0) {
      if (<usize>j != offset + b) store<f32>(scores + (<usize>j * ld + b) * F32, LEFT_OUT);
      j = load<i32>(next + (<usize>j << 2));
    }
  }
}

/**
 * Leaves out the candidates whose items are on the list of a column's example; items that are no
 * candidates of the batch are passed over.
 *
 * @param scores   f32[N, ld]
 * @param examples i32[B]     example of each query; query b of the columns has row `offset` + b
 * @param starts   i32[examples + 1] where the list of each example begins in `lists`, i32[·] items
 * @param places   u32[I]     from groupRows, as u32[count] `distinct`, `first` and `next`
 * @param next     i32[N], or 0 where row s is the only one of distinct item s
 * @param begin    first column; any range
 */
export function maskListed(
  scores: usize, ld: usize, examples: usize, starts: usize, lists: usize, places: usize, distinct: usize,
  count: usize, first: usize, next: usize, offset: usize, begin: usize, end: usize,
): void {
  assert(areTensors(scores, examples, starts, lists) && areTensors(places, distinct));
  assert(next == 0 || areTensors(first, next));
  assert(begin <= end && end <= ld);
  for (let b = begin; b < end; ++b) {
    const start = starts + ((<usize>load<u32>(examples + ((offset + b) << 2))) << 2);
    const last: usize = load<u32>(start, 4);
    for (let at: usize = load<u32>(start); at < last; ++at) {
      const item = load<u32>(lists + (at << 2));
      // An item that is not in the batch may have a place that another batch left.
      const place: usize = load<u32>(places + ((<usize>item) << 2));
      if (place >= count || load<u32>(distinct + (place << 2)) != item) continue;
      let j = next == 0 ? <i32>place : load<i32>(first + (place << 2));
      while (j >= 0) {
        store<f32>(scores + (<usize>j * ld + b) * F32, LEFT_OUT);
        j = next == 0 ? -1 : load<i32>(next + ((<usize>j) << 2));
      }
    }
  }
}

/**
 * Leaves out all but the `count` highest scores of each column; of equal ones the first rows stay, and
 * NaN never does.
 *
 * The lowest score that stays is found bit by bit, from the highest bit on: a bit is set if `count`
 * scores are still as high. This takes at most 32·N comparisons, whatever the scores are, and stops
 * once every column has exactly `count`. A sorted list costs more the longer it is and the more scores
 * enter it.
 *
 * @param scores f32[N, ld]
 * @param begin  first column, a multiple of 4; `end` is rounded up to one
 */
export function keepHighest(
  scores: usize, ld: usize, N: usize, count: usize, begin: usize, end: usize,
): void {
  assert(areTensors(scores));
  assert(areFours(begin, end, ld));
  assert(count >= 1);
  let b = begin;
  // A cache line holds 16 columns: taken together, each line is fetched once a round.
  for (; b + 16 <= end; b += 16) keepColumns(true, scores, ld, N, count, b);
  for (; b < end; b += 4) keepColumns(false, scores, ld, N, count, b);
}

/** 16 columns when `wide`, else 4. */
// @ts-ignore: decorator
@inline
function keepColumns(wide: bool, scores: usize, ld: usize, N: usize, count: usize, b: usize): void {
  const step = ld * F32;
  const column = scores + b * F32;
  const wanted = i32x4.splat(<i32>count);
  const lowest = i32x4.splat(i32.MIN_VALUE);
  // Names of numbers, i32 in the order of the numbers. The lowest name is below that of any number.
  let k0 = lowest, k1 = lowest, k2 = lowest, k3 = lowest;
  // Columns that have exactly as many as wanted: they keep them, whatever the lower bits become.
  let e0 = zero4(), e1 = e0, e2 = e0, e3 = e0;
  for (let bit = 31; bit >= 0; --bit) {
    const more = i32x4.splat(1 << bit);
    const t0 = i32x4.add(k0, more), t1 = i32x4.add(k1, more);
    const t2 = i32x4.add(k2, more), t3 = i32x4.add(k3, more);
    const f0 = numberOf(t0), f1 = numberOf(t1), f2 = numberOf(t2), f3 = numberOf(t3);
    let n0 = zero4(), n1 = n0, n2 = n0, n3 = n0;
    for (let at = column, last = column + N * step; at < last; at += step) {
      // A mask is −1 in each lane that holds.
      n0 = i32x4.sub(n0, f32x4.ge(v128.load(at), f0));
      if (!wide) continue;
      n1 = i32x4.sub(n1, f32x4.ge(v128.load(at, 16), f1));
      n2 = i32x4.sub(n2, f32x4.ge(v128.load(at, 32), f2));
      n3 = i32x4.sub(n3, f32x4.ge(v128.load(at, 48), f3));
    }
    k0 = v128.bitselect(t0, k0, i32x4.ge_s(n0, wanted));
    e0 = v128.or(e0, i32x4.eq(n0, wanted));
    if (wide) {
      k1 = v128.bitselect(t1, k1, i32x4.ge_s(n1, wanted));
      k2 = v128.bitselect(t2, k2, i32x4.ge_s(n2, wanted));
      k3 = v128.bitselect(t3, k3, i32x4.ge_s(n3, wanted));
      e1 = v128.or(e1, i32x4.eq(n1, wanted));
      e2 = v128.or(e2, i32x4.eq(n2, wanted));
      e3 = v128.or(e3, i32x4.eq(n3, wanted));
    }
    const all = wide ? v128.and(v128.and(e0, e1), v128.and(e2, e3)) : e0;
    if (i32x4.all_true(all)) break;
  }
  dropBelow(column, step, N, wanted, k0);
  if (!wide) return;
  dropBelow(column + 16, step, N, wanted, k1);
  dropBelow(column + 32, step, N, wanted, k2);
  dropBelow(column + 48, step, N, wanted, k3);
}

/** The f32 of a name. Names rise as numbers do, −0 before 0; beyond those of −∞ and ∞ they name NaN. */
// @ts-ignore: decorator
@inline
function numberOf(name: v128): v128 {
  return v128.xor(name, v128.and(i32x4.shr_s(name, 31), i32x4.splat(i32.MAX_VALUE)));
}

/** The name of −∞. Where a column has fewer numbers than wanted, all of them stay. */
const LOWEST: i32 = 0x807fffff;

/**
 * In four columns, leaves out scores below that of a name, and scores equal to it once `wanted` stay.
 */
// @ts-ignore: decorator
@inline
function dropBelow(column: usize, step: usize, N: usize, wanted: v128, name: v128): void {
  const out = f32x4.splat(LEFT_OUT);
  const least = numberOf(i32x4.max_s(name, i32x4.splat(LOWEST)));
  const last = column + N * step;
  let room = wanted;
  for (let at = column; at < last; at += step) {
    room = i32x4.add(room, f32x4.gt(v128.load(at), least));
  }
  for (let at = column; at < last; at += step) {
    const score = v128.load(at);
    const equal = v128.and(f32x4.eq(score, least), i32x4.gt_s(room, i32x4.splat(0)));
    room = i32x4.add(room, equal);
    v128.store(at, v128.bitselect(score, out, v128.or(equal, f32x4.gt(score, least))));
  }
}
