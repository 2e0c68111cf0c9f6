/**
 * The best items of many hidden states at once, from a table of bytes (quantized.ts): most bounds are
 * below the last score of a state's list. Rows whose bound is not are listed and scored in f32.
 *
 *   listRowsAboveEnds  bounds of rows × states, in integers; rows that may be among the best
 *   topKListedRows     those rows in f32, with the bits of dotRows, into the lists
 *
 * So the lists are those of all scores. Rows come in rising order, so of equal scores the lower row
 * stands first.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128, zero4 } from "./lanes";
import { boundsOf, dot4, QUAD, STATES, WORD } from "./quantized";
import { dotRows, insert } from "./rank";

/** Rows bounded for all states before the next ones: their bytes stay in the first cache. */
const BLOCK: usize = 128;
/**
 * States of a tile. Its rows are two quads, which makes eight sums; an operand is used for two or four
 * of them.
 */
const TILE: usize = 4;

/**
 * Lists the rows [begin, end) whose bound is above the end of a state's list. Stops where a list may be
 * full.
 *
 * @param lists   i32[S, room]  out
 * @param lengths i32[S]  in and out: how many there are
 * @param room    at least 128
 * @param rows, scales, biases  of quantizeRows, with room for rows rounded up to 8, and −∞ as biases
 *                              there
 * @param states, units, added  of quantizeStates
 * @param ends    f32[S, count] sorted scores, −∞ at first: only the last of each is read
 * @param S       a multiple of 4
 * @param begin   a multiple of 8
 * @returns the first row that is still to do, or `end`
 */
export function listRowsAboveEnds(
  lists: usize, lengths: usize, room: usize, rows: usize, scales: usize, biases: usize, K: usize,
  states: usize, units: usize, added: usize, ends: usize, count: usize, S: usize,
  begin: usize, end: usize,
): usize {
  assert(areTensors(lists, lengths, rows, scales) && areTensors(biases, states, units, added));
  assert(areTensors(ends) && count >= 1);
  assert(room >= BLOCK && (K & 3) == 0 && (S & 3) == 0);
  assert((begin & 7) == 0 && begin <= end);
  for (; begin < end; begin += BLOCK) {
    for (let b: usize = 0; b < S; ++b) {
      if (<usize>load<u32>(lengths + b * F32) + BLOCK > room) return begin;
    }
    const last = min(end, begin + BLOCK);
    for (let b: usize = 0; b < S; b += TILE) {
      const state = states + (b / STATES) * STATES * WORD * (K >> 2) + (b % STATES) * 4;
      const door = ends + (b * count + count - 1) * F32;
      for (let i = begin; i < last; i += 2 * QUAD) {
        listTile(
          lists + ((b * room) << 2), lengths + b * F32, room, i, rows + i * K, scales + i * F32,
          biases + i * F32, K, state, units + b * F32, added + b * F32, door, count * F32,
        );
      }
    }
  }
  return end;
}

// @ts-ignore: decorator
@inline
function listTile(
  lists: usize, lengths: usize, room: usize, i: usize, row: usize, scales: usize, biases: usize,
  K: usize, x: usize, units: usize, added: usize, door: usize, list: usize,
): void {
  const panel = K * QUAD;
  let s00 = zero4(), s01 = s00, s02 = s00, s03 = s00;
  let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  for (const end = row + panel; row < end; row += V128, x += STATES * WORD) {
    const r0 = v128.load(row);
    const r1 = v128.load(row + panel);
    let even = v128.load32_splat(x);
    let odd = v128.load32_splat(x, STATES * 4);
    s00 = dot4(r0, even, odd, s00);
    s10 = dot4(r1, even, odd, s10);
    even = v128.load32_splat(x, 4);
    odd = v128.load32_splat(x, STATES * 4 + 4);
    s01 = dot4(r0, even, odd, s01);
    s11 = dot4(r1, even, odd, s11);
    even = v128.load32_splat(x, 8);
    odd = v128.load32_splat(x, STATES * 4 + 8);
    s02 = dot4(r0, even, odd, s02);
    s12 = dot4(r1, even, odd, s12);
    even = v128.load32_splat(x, 12);
    odd = v128.load32_splat(x, STATES * 4 + 12);
    s03 = dot4(r0, even, odd, s03);
    s13 = dot4(r1, even, odd, s13);
  }
  const scale0 = v128.load(scales), scale1 = v128.load(scales, 16);
  const bias0 = v128.load(biases), bias1 = v128.load(biases, 16);
  const first = i8x16.narrow_i16x8_s(
    above(s00, s10, units, added, scale0, scale1, bias0, bias1, door),
    above(s01, s11, units + 4, added + 4, scale0, scale1, bias0, bias1, door + list),
  );
  const second = i8x16.narrow_i16x8_s(
    above(s02, s12, units + 8, added + 8, scale0, scale1, bias0, bias1, door + 2 * list),
    above(s03, s13, units + 12, added + 12, scale0, scale1, bias0, bias1, door + 3 * list),
  );
  // Eight bits a state, the lowest is row i.
  let mask = i8x16.bitmask(first) | (i8x16.bitmask(second) << 16);
  for (; mask != 0; mask &= mask - 1) {
    const bit = <usize>ctz(mask);
    const state = bit >> 3;
    const n = <usize>load<u32>(lengths + state * 4);
    store<u32>(lists + ((state * room + n) << 2), i + (bit & 7));
    store<u32>(lengths + state * 4, n + 1);
  }
}

/** i16[8]: whether the bounds of eight rows are above the end of one state's list. */
// @ts-ignore: decorator
@inline
function above(
  low: v128, high: v128, units: usize, added: usize,
  scale0: v128, scale1: v128, bias0: v128, bias1: v128, door: usize,
): v128 {
  const unit = v128.load_splat<f32>(units);
  const more = v128.load_splat<f32>(added);
  const end = v128.load_splat<f32>(door);
  return i16x8.narrow_i32x4_s(
    f32x4.gt(boundsOf(low, unit, more, scale0, bias0), end),
    f32x4.gt(boundsOf(high, unit, more, scale1, bias1), end),
  );
}

/**
 * Scores what `listRowsAboveEnds` listed for states [begin, end), puts the best into their lists of the
 * best, and empties what it listed.
 *
 * @param scores f32[room]  scratch
 * @param table  f32[I, stride]
 * @param states f32[S, K], the columns that meet the table
 * @param topScores f32[S, count]  sorted lists, −∞ at first
 * @param topItems  i32[S, count]
 */
export function topKListedRows(
  lists: usize, lengths: usize, room: usize, scores: usize, table: usize, stride: usize,
  states: usize, K: usize, topScores: usize, topItems: usize, count: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(lists, lengths, scores, table) && areTensors(states, topScores, topItems));
  assert(areVectors(K, stride) && count >= 1);
  assert(begin <= end);
  for (let b = begin; b < end; ++b) {
    const n = <usize>load<u32>(lengths + b * F32);
    assert(n <= room);
    if (n == 0) continue;
    store<u32>(lengths + b * F32, 0);
    const list = lists + ((b * room) << 2);
    dotRows(scores, list, n, table, stride, states + b * K * F32, K);
    const top = topScores + b * count * F32;
    const items = topItems + b * count * F32;
    const last = top + (count - 1) * F32;
    for (let j: usize = 0; j < n; ++j) {
      const score = load<f32>(scores + j * F32);
      if (score > load<f32>(last)) insert(top, items, count, score, load<u32>(list + (j << 2)));
    }
  }
}
