/**
 * Bags: vectors that are weighted sums of rows of a table, and the gradients of these rows. The bag of
 * item i is entries [offsets[i], offsets[i + 1]) of `rows` and `weights`.
 */
import { areTensors, areVectors } from "./asserts";
import { F32, V128, madd4 } from "./lanes";

/**
 * out[i] += Σ_k weights[k] · table[rows[k]] over the bag of items[i], for i in [begin, end).
 *
 * @param out     f32[n, ldOut]
 * @param table   f32[rows, stride]  the first `columns` columns of a row count
 * @param items   i32[n]
 * @param offsets u32[items + 1]
 * @param columns a multiple of 4
 */
export function addBags(
  out: usize, ldOut: usize, table: usize, stride: usize, items: usize, offsets: usize, rows: usize,
  weights: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(out, table, items, offsets) && areTensors(rows, weights));
  assert(areVectors(columns, ldOut, stride));
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    const bag = offsets + (<usize>load<u32>(items + (i << 2)) << 2);
    const last: usize = load<u32>(bag, 4);
    for (let k: usize = load<u32>(bag); k < last; ++k) {
      const row = table + <usize>load<u32>(rows + (k << 2)) * stride * F32;
      addScaled(out + i * ldOut * F32, row, weights + (k << 2), bytes);
    }
  }
}

/**
 * out[u] = Σ_j weights[j] · g[owners[j]] over the chain of the u-th distinct row, for u in [begin, end).
 *
 * @param out     f32[count, columns]
 * @param first   u32[count]  first entry of each chain, from groupRows, as `next`
 * @param next    i32[n]
 * @param owners  u32[n]  the vector that each entry belongs to
 * @param addresses u32[…]  address of the gradient of each of these vectors
 * @param at      columns of it to skip: they belong to another table
 * @param columns a multiple of 4
 *
 * Distinct rows are independent, so callers may split [begin, end) between threads.
 */
export function sumBags(
  out: usize, columns: usize, first: usize, next: usize, owners: usize, weights: usize, addresses: usize,
  at: usize, begin: usize, end: usize,
): void {
  assert(areTensors(out, first, next, owners) && areTensors(weights, addresses));
  assert((columns & 3) == 0 && (at & 3) == 0);
  assert(begin <= end);
  const bytes = columns * F32;
  for (let u = begin; u < end; ++u) {
    const sum = out + u * bytes;
    memory.fill(sum, 0, bytes);
    for (let j = load<i32>(first + (u << 2)); j >= 0; j = load<i32>(next + (<usize>j << 2))) {
      const entry = <usize>j << 2;
      const owner: usize = load<u32>(owners + entry);
      const g = <usize>load<u32>(addresses + (owner << 2)) + at * F32;
      assert(areTensors(g));
      addScaled(sum, g, weights + entry, bytes);
    }
  }
}

/** to += weight · from */
// @ts-ignore: decorator
@inline
function addScaled(to: usize, from: usize, weight: usize, bytes: usize): void {
  const w = v128.load_splat<f32>(weight);
  for (let c: usize = 0; c < bytes; c += V128) {
    v128.store(to + c, madd4(w, v128.load(from + c), v128.load(to + c)));
  }
}
