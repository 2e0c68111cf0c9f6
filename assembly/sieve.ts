/**
 * Ranking all items with most of the arithmetic in 16-bit integers, two products an operation, and exact.
 *
 *   setThresholds     what scores are compared with: targets and the ends of lists
 *   packPanels        f32 rows → panels of f32 rows
 *   countSureRanks    integer scores: those surely above their target are counted, those surely below
 *                     are not; the others are listed, as tiles of 4 items × 8 slots
 *   countUnsureRanks  those tiles in f32, by the very arithmetic of gemmABt
 *
 * So ranks and lists are those of the plain product, bit for bit. The integers only tell which scores
 * need not be computed. Rounded rows, and how far off they can be: rounding.ts.
 */
import { areTensors } from "./asserts";
import { F32, V128, zero4 } from "./lanes";
import { packRows } from "./pack";
import { countRanks, topKRows } from "./rank";
import { biasReachOf, reachOf } from "./rounding";
import { COLUMNS, DEPTH, tile } from "./tile";

/** Items of a tile: 8 sums of 4 lanes leave room for the operands in the registers of every build. */
const ITEMS: usize = 4;
/**
 * The verdict on a score that is not sure. A sum of four verdicts with one of these is above 0, since
 * sure ones are −1 or 0, and a sum of four of these fits a lane.
 */
const UNSURE = memory.data<i32>([1 << 28], 4);

/**
 * Puts f32 rows side by side in eights: panel g is f32[K, 8], its column j is row 8g + j.
 *
 * @param panels f32[⌈N / 8⌉, K, 8]; columns beyond N are zero
 * @param rows   f32[N, K]
 */
export function packPanels(panels: usize, rows: usize, N: usize, K: usize): void {
  assert(areTensors(panels, rows));
  for (let n: usize = 0; n < N; n += COLUMNS) {
    packRows(panels + n * K * F32, rows + n * K * F32, K, K, min(COLUMNS, N - n));
  }
}

/**
 * What approximate scores are compared with.
 *
 * @param goals  f32[S]  out: each slot's target; +∞ beyond `open`
 * @param doors  f32[S]  out: the last score of each slot's list, +∞ without lists (`count` 0)
 * @param targets   f32[S]
 * @param topScores f32[S, count]
 * @param S      slots, a multiple of 8
 */
export function setThresholds(
  goals: usize, doors: usize, targets: usize, topScores: usize, count: usize, open: usize, S: usize,
): void {
  assert(areTensors(goals, doors, targets) && (count == 0 || areTensors(topScores)));
  assert(open <= S && (S & 7) == 0);
  for (let b: usize = 0; b < S; ++b) {
    const last = topScores + (b * count + count - 1) * F32;
    store<f32>(goals + b * F32, b < open ? load<f32>(targets + b * F32) : Infinity);
    store<f32>(doors + b * F32, b < open && count > 0 ? load<f32>(last) : Infinity);
  }
}

/**
 * Compares the items [begin, end) with the targets of all slots, as far as integers can tell.
 *
 * @param greater i32[S]  in and out: surely higher scores are added
 * @param unsure  u32[·, 2]  out: first item and panel of each tile left to `countUnsureRanks`; room for all
 * @param items   of roundRows, 4 wide
 * @param units   f32[I]
 * @param biases  f32[I]
 * @param panels  of roundRows, 8 wide
 * @param slotUnits f32[S]
 * @param S       slots, a multiple of 8
 * @param delta, epsilon  what roundRows returned for the items and the slots, at least
 * @returns tiles in `unsure`
 */
export function countSureRanks(
  greater: usize, unsure: usize, items: usize, units: usize, biases: usize, K: usize,
  panels: usize, slotUnits: usize, goals: usize, doors: usize, S: usize, delta: f32, epsilon: f32,
  begin: usize, end: usize,
): usize {
  assert(areTensors(greater, unsure, items, units) && areTensors(biases, panels, slotUnits));
  assert(areTensors(goals, doors));
  assert((K & 3) == 0 && (S & 7) == 0);
  assert((begin & 3) == 0 && begin <= end);
  assert(delta >= 0 && epsilon >= 0);
  const reach = f32x4.splat(reachOf(K, delta, epsilon));
  const biasReach = f32x4.splat(biasReachOf(K));
  let found: usize = 0;
  for (let b: usize = 0; b < S; b += COLUMNS) {
    const panel = panels + ((b * K) << 1);
    const at = b * F32;
    for (let n = begin; n < end; n += ITEMS) {
      if (n + ITEMS <= end) {
        const row = items + ((n * K) << 1);
        const offset = n * F32;
        const sure = countSureTile(
          greater + at, row, units + offset, biases + offset, K, panel,
          slotUnits + at, goals + at, doors + at, reach, biasReach,
        );
        if (sure) continue;
      }
      store<u32>(unsure + found * 8, n);
      store<u32>(unsure + found * 8, b / COLUMNS, 4);
      found += 1;
    }
  }
  return found;
}

/** One tile: counts and returns true when every one of its comparisons is sure. */
// @ts-ignore: decorator
@inline
function countSureTile(
  greater: usize, items: usize, units: usize, biases: usize, K: usize, panel: usize,
  slotUnits: usize, goals: usize, doors: usize, reach: v128, biasReach: v128,
): bool {
  const end = items + K * 2 * ITEMS;
  let s00 = zero4(), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (; items < end; items += V128, panel += 2 * V128) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    let x = v128.load32_splat(items);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x, b0));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(items, 4);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x, b0));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(items, 8);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x, b0));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load32_splat(items, 12);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x, b0));
    s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x, b1));
  }
  const left = i32x4.add(
    i32x4.add(
      verdict(s00, units, biases, 0, slotUnits, goals, doors, reach, biasReach),
      verdict(s10, units, biases, 1, slotUnits, goals, doors, reach, biasReach),
    ),
    i32x4.add(
      verdict(s20, units, biases, 2, slotUnits, goals, doors, reach, biasReach),
      verdict(s30, units, biases, 3, slotUnits, goals, doors, reach, biasReach),
    ),
  );
  const right = i32x4.add(
    i32x4.add(
      verdict(s01, units, biases, 0, slotUnits + V128, goals + V128, doors + V128, reach, biasReach),
      verdict(s11, units, biases, 1, slotUnits + V128, goals + V128, doors + V128, reach, biasReach),
    ),
    i32x4.add(
      verdict(s21, units, biases, 2, slotUnits + V128, goals + V128, doors + V128, reach, biasReach),
      verdict(s31, units, biases, 3, slotUnits + V128, goals + V128, doors + V128, reach, biasReach),
    ),
  );
  if (v128.any_true(i32x4.gt_s(i32x4.max_s(left, right), i32x4.splat(0)))) return false;
  const low = i32x4.sub(v128.load(greater), left);
  const high = i32x4.sub(v128.load(greater, 16), right);
  // Side by side, as in tile.ts.
  v128.store(greater, low);
  v128.store(greater, high, 16);
  return true;
}

/**
 * Integer scores of one item for four slots: −1 is surely above the goal, 0 surely below, UNSURE
 * neither, or perhaps high enough for the list.
 */
// @ts-ignore: decorator
@inline
function verdict(
  sum: v128, units: usize, biases: usize, item: usize, slotUnits: usize, goals: usize, doors: usize,
  reach: v128, biasReach: v128,
): v128 {
  const unit = f32x4.mul(v128.load_splat<f32>(units + item * F32), v128.load(slotUnits));
  const bias = v128.load_splat<f32>(biases + item * F32);
  const score = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), unit), bias);
  const ofBias = f32x4.mul(f32x4.abs(bias), biasReach);
  const error = f32x4.add(f32x4.mul(reach, unit), ofBias);
  const highest = f32x4.add(score, error);
  const goal = v128.load(goals);
  const above = f32x4.gt(f32x4.sub(score, error), goal);
  const sure = v128.and(
    v128.or(above, f32x4.lt(highest, goal)),
    f32x4.lt(highest, v128.load(doors)),
  );
  return v128.bitselect(above, v128.load32_splat(UNSURE), sure);
}

/**
 * Scores the tiles that `countSureRanks` left in f32, counts them and puts the best into the lists.
 *
 * @param unsure  u32[found, 2]
 * @param table   f32[I, stride]
 * @param panels  of packPanels
 * @param scratch f32[4, 8]
 * @param names, first  of topKRows, which also says the rest
 */
export function countUnsureRanks(
  unsure: usize, found: usize, end: usize, table: usize, stride: usize, K: usize, panels: usize,
  scratch: usize, targets: usize, greater: usize, equal: usize,
  names: usize, topScores: usize, topItems: usize, count: usize,
): void {
  assert(areTensors(unsure, table, panels, scratch) && areTensors(targets, greater, equal));
  assert(count == 0 || areTensors(topScores, topItems) && (names == 0 || areTensors(names)));
  assert(K <= stride);
  for (const last = unsure + found * 8; unsure < last; unsure += 8) {
    const n: usize = load<u32>(unsure);
    const b = <usize>load<u32>(unsure, 4) * COLUMNS;
    assert(n < end);
    const rows = min(ITEMS, end - n);
    const at = b * F32;
    exactTile(scratch, table + n * stride * F32, stride, K, panels + b * K * F32, rows);
    countRanks(scratch, COLUMNS, rows, targets + at, greater + at, equal + at, 0, COLUMNS);
    if (count == 0) continue;
    const list = b * count * F32;
    const item: usize = names == 0 ? 0 : names + n * F32;
    topKRows(scratch, COLUMNS, rows, item, n, topScores + list, topItems + list, count, 0, COLUMNS);
  }
}

/** The scores of a tile, f32[rows, 8] in the scratch, summed in the order of gemmABt. */
// @ts-ignore: decorator
@inline
function exactTile(
  scratch: usize, table: usize, stride: usize, K: usize, panel: usize, rows: usize,
): void {
  for (let k: usize = 0; k < K; k += DEPTH) {
    const depth = min(DEPTH, K - k);
    const from = table + k * F32;
    const columns = panel + k * COLUMNS * F32;
    if (rows == ITEMS) {
      tile(false, 4, true, scratch, COLUMNS, from, stride, columns, 2 * V128, depth, k > 0);
      continue;
    }
    for (let r: usize = 0; r < rows; ++r) {
      const row = from + r * stride * F32;
      tile(false, 1, true, scratch + r * 2 * V128, COLUMNS, row, stride, columns, 2 * V128, depth, k > 0);
    }
  }
}
