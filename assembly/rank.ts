/**
 * Ranking: where a target stands among the scores, and which scores are highest.
 *
 * Scores of a mini-batch are item-major, f32[rows, ld]: column b belongs to slot b, so four slots
 * are compared at once.
 */
import { areFours, areTensors, areVectors } from "./asserts";
import { F32, madd4, V128, zero4 } from "./lanes";

/** Bytes of x that four rows share at a time. */
const WIDE: usize = 4 * V128;

/**
 * Counts scores above and equal to each slot's target, adding to what was counted before.
 *
 * A score that is not ≤ the target counts as greater, so NaN never improves a rank.
 *
 * @param scores  f32[rows, ld]
 * @param targets f32[ld]  score of each slot's target
 * @param greater i32[ld]  in and out
 * @param equal   i32[ld]  in and out; the target itself is counted where it is among the rows
 * @param begin   first slot, a multiple of 4; `end` is rounded up to one
 */
export function countRanks(
  scores: usize, ld: usize, rows: usize, targets: usize, greater: usize, equal: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(scores, targets, greater, equal));
  assert(areFours(begin, end, ld));
  for (let b = begin; b < end; b += 4) {
    const target = v128.load(targets + b * F32);
    let above = v128.load(greater + b * F32);
    let same = v128.load(equal + b * F32);
    let at = scores + b * F32;
    for (let n: usize = 0; n < rows; ++n, at += ld * F32) {
      const score = v128.load(at);
      // A mask is −1 in each lane that holds.
      above = i32x4.sub(above, v128.not(f32x4.le(score, target)));
      same = i32x4.sub(same, f32x4.eq(score, target));
    }
    v128.store(greater + b * F32, above);
    v128.store(equal + b * F32, same);
  }
}

/** out[b] = scores[b, b]: where the rows are the targets, slot b's own is row b. */
export function takeDiagonal(out: usize, scores: usize, ld: usize, begin: usize, end: usize): void {
  assert(areTensors(out, scores));
  assert(begin <= end && end <= ld);
  for (let b = begin; b < end; ++b) {
    store<f32>(out + b * F32, load<f32>(scores + (b * ld + b) * F32));
  }
}

/**
 * Puts (score, item) into a list sorted by falling score; the last entry falls out. Equal scores
 * keep the order in which they came, so callers that go through items upwards list lower items
 * first.
 */
// @ts-ignore: decorator
@inline
export function insert(scores: usize, items: usize, count: usize, score: f32, item: usize): void {
  let at = count - 1;
  while (at > 0 && load<f32>(scores + (at - 1) * F32) < score) {
    store<f32>(scores + at * F32, load<f32>(scores + (at - 1) * F32));
    store<u32>(items + at * F32, load<u32>(items + (at - 1) * F32));
    at -= 1;
  }
  store<f32>(scores + at * F32, score);
  store<u32>(items + at * F32, item);
}

/**
 * The `count` highest of a vector of scores, best first; ties list the lower item first; −∞ and NaN
 * are never listed.
 *
 * @param scores    f32[I], room for I rounded up to 4
 * @param topScores f32[count]  in: −∞; out: sorted
 * @param topItems  i32[count]  in: −1
 */
export function topK(scores: usize, I: usize, topScores: usize, topItems: usize, count: usize): void {
  assert(areTensors(scores, topScores, topItems));
  assert(count >= 1);
  const last = topScores + (count - 1) * F32;
  for (let i: usize = 0; i < I; i += 4) {
    const four = v128.load(scores + i * F32);
    if (!v128.any_true(f32x4.gt(four, v128.load_splat<f32>(last)))) continue;
    const end = min(I, i + 4);
    for (let j = i; j < end; ++j) {
      const score = load<f32>(scores + j * F32);
      if (score > load<f32>(last)) insert(topScores, topItems, count, score, j);
    }
  }
}

/**
 * The same for every slot of a block of item-major scores, going on from what the lists hold.
 *
 * @param scores    f32[rows, ld]
 * @param items     i32[rows]  item of each row, or 0: row n is item `firstItem + n`
 * @param topScores f32[ld, count]  sorted lists, −∞ at first
 * @param topItems  i32[ld, count]
 */
export function topKRows(
  scores: usize, ld: usize, rows: usize, items: usize, firstItem: usize,
  topScores: usize, topItems: usize, count: usize, begin: usize, end: usize,
): void {
  assert(areTensors(scores, topScores, topItems) && (items == 0 || areTensors(items)));
  assert(areFours(begin, end, ld));
  assert(count >= 1);
  const list = count * F32;
  for (let b = begin; b < end; b += 4) {
    let least = leastOf(topScores + b * list, list);
    let at = scores + b * F32;
    for (let n: usize = 0; n < rows; ++n, at += ld * F32) {
      const mask = i32x4.bitmask(f32x4.gt(v128.load(at), least));
      if (mask == 0) continue;
      const item = items == 0 ? firstItem + n : load<u32>(items + (n << 2));
      for (let lane: usize = 0; lane < 4; ++lane) {
        if (((mask >> <i32>lane) & 1) == 0) continue;
        const to = (b + lane) * list;
        insert(topScores + to, topItems + to, count, load<f32>(at + lane * F32), item);
      }
      least = leastOf(topScores + b * list, list);
    }
  }
}

/** Last entries of four lists `list` bytes apart. */
// @ts-ignore: decorator
@inline
function leastOf(topScores: usize, list: usize): v128 {
  const last = topScores + list - F32;
  return f32x4(
    load<f32>(last), load<f32>(last + list), load<f32>(last + 2 * list), load<f32>(last + 3 * list),
  );
}

/**
 * out[n] = row n of the table · x, or row list[n]: the scores of items for one hidden state. Sums run in
 * four lanes, so they may differ from gemm's in the last bits; those of a row are the same wherever it
 * stands.
 *
 * The four quarters of the rows are read side by side: a table that is in no near cache arrives faster
 * in four streams than in one (bench/log.md).
 *
 * @param out   f32[rows]
 * @param list  i32[rows], or 0 for the first `rows` rows
 * @param table f32[·, stride]
 * @param x     f32[K], K a multiple of 4
 */
export function dotRows(
  out: usize, list: usize, rows: usize, table: usize, stride: usize, x: usize, K: usize,
): void {
  assert(areTensors(out, table, x) && (list == 0 || areTensors(list)));
  assert(areVectors(K, stride));
  const step = stride * F32;
  // Where rows are no multiple of four, the last quarters overlap.
  const quarter = (rows + 3) >> 2;
  const last = rows - quarter;
  const second = min(quarter, last), third = min<usize>(2 * quarter, last);
  for (let n: usize = 0; n < quarter; ++n) {
    const sums = dotFour(
      table + rowOf(list, n) * step,
      table + rowOf(list, n + second) * step,
      table + rowOf(list, n + third) * step,
      table + rowOf(list, n + last) * step,
      x,
      K * F32,
    );
    const to = out + n * F32;
    v128.store32_lane(to, sums, 0);
    v128.store32_lane(to + second * F32, sums, 1);
    v128.store32_lane(to + third * F32, sums, 2);
    v128.store32_lane(to + last * F32, sums, 3);
  }
}

// @ts-ignore: decorator
@inline
function rowOf(list: usize, n: usize): usize {
  return list ? <usize>load<u32>(list + (n << 2)) : n;
}

/**
 * Four rows times x, which they share while it is in registers. More rows would not fit into registers.
 */
// @ts-ignore: decorator
@inline
function dotFour(row0: usize, row1: usize, row2: usize, row3: usize, x: usize, bytes: usize): v128 {
  let s0 = zero4(), s1 = s0, s2 = s0, s3 = s0;
  const end = x + bytes;
  for (const whole = x + (bytes & ~(WIDE - 1)); x < whole; x += WIDE) {
    const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48);
    s0 = dotWide(row0, x0, x1, x2, x3, s0);
    s1 = dotWide(row1, x0, x1, x2, x3, s1);
    s2 = dotWide(row2, x0, x1, x2, x3, s2);
    s3 = dotWide(row3, x0, x1, x2, x3, s3);
    row0 += WIDE;
    row1 += WIDE;
    row2 += WIDE;
    row3 += WIDE;
  }
  for (; x < end; x += V128) {
    const four = v128.load(x);
    s0 = madd4(v128.load(row0), four, s0);
    s1 = madd4(v128.load(row1), four, s1);
    s2 = madd4(v128.load(row2), four, s2);
    s3 = madd4(v128.load(row3), four, s3);
    row0 += V128;
    row1 += V128;
    row2 += V128;
    row3 += V128;
  }
  // Transposed and added: lane r is the sum of row r.
  const a = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const b = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/** sum + 16 columns of a row times x. */
// @ts-ignore: decorator
@inline
function dotWide(row: usize, x0: v128, x1: v128, x2: v128, x3: v128, sum: v128): v128 {
  sum = madd4(v128.load(row), x0, sum);
  sum = madd4(v128.load(row, 16), x1, sum);
  sum = madd4(v128.load(row, 32), x2, sum);
  return madd4(v128.load(row, 48), x3, sum);
}
