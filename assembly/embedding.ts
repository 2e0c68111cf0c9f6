/**
 * Rows of tables: gathered by item, copied, and their gradients summed per distinct item.
 */
import { areFours, areTensors, areVectors } from "./asserts";
import { fetchRows } from "./fetch";
import { F32, V128, zero4 } from "./lanes";

/**
 * out[i] = table[rows[i]] for i in [begin, end).
 *
 * @param out     f32[n, ldOut]
 * @param table   f32[I, stride]  the first `columns` columns of a row are copied
 * @param rows    i32[n]
 * @param columns a multiple of 4
 */
export function gatherRows(
  out: usize, ldOut: usize, table: usize, stride: usize, rows: usize, columns: usize,
  begin: usize, end: usize,
): void {
  assert(areTensors(out, table, rows));
  assert(areVectors(columns, ldOut, stride));
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin, fetched = begin; i < end; ++i) {
    if (i == fetched) fetched = fetchRows(table, stride, rows, columns, i, end);
    const from = table + <usize>load<u32>(rows + (i << 2)) * stride * F32;
    copyRow(out + i * ldOut * F32, from, bytes);
  }
}

/** x[i] += row for rows [begin, end) of x f32[n, ld]; row f32[columns]. */
export function addRow(
  x: usize, ld: usize, row: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(x, row));
  assert(areVectors(columns, ld));
  assert(begin <= end);
  const bytes = columns * F32;
  for (let b = begin; b < end; ++b) {
    const xb = x + b * ld * F32;
    for (let i: usize = 0; i < bytes; i += V128) {
      v128.store(xb + i, f32x4.add(v128.load(xb + i), v128.load(row + i)));
    }
  }
}

/** out[i] += x[i], the first `columns` columns of rows [begin, end). */
export function addRows(
  out: usize, ldOut: usize, x: usize, ldX: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(out, x));
  assert(areVectors(columns, ldOut, ldX));
  assert(begin <= end);
  const bytes = columns * F32;
  for (let b = begin; b < end; ++b) {
    const to = out + b * ldOut * F32;
    const from = x + b * ldX * F32;
    for (let i: usize = 0; i < bytes; i += V128) {
      v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
    }
  }
}

/** x[i] = 0, all `ld` columns of rows [begin, end). */
export function clearRows(x: usize, ld: usize, begin: usize, end: usize): void {
  assert(areTensors(x));
  assert((ld & 3) == 0);
  assert(begin <= end);
  const last = x + end * ld * F32;
  for (let at = x + begin * ld * F32; at < last; at += V128) v128.store(at, f32x4.splat(0));
}

/** out[i] = x[i], the first `columns` columns of rows [begin, end). With `ldX` 0 every row is a copy of x. */
export function copyRows(
  out: usize, ldOut: usize, x: usize, ldX: usize, columns: usize, begin: usize, end: usize,
): void {
  assert(areTensors(out, x));
  assert(areVectors(columns, ldOut) && (ldX == 0 || columns <= ldX));
  assert(begin <= end);
  const bytes = columns * F32;
  for (let i = begin; i < end; ++i) {
    copyRow(out + i * ldOut * F32, x + i * ldX * F32, bytes);
  }
}

// @ts-ignore: decorator
@inline
function copyRow(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += V128) v128.store(to + i, v128.load(from + i));
}

/** out[j] = Σ_i x[i, j] over `rows` rows, in their order, for columns [begin, end), both multiples of 4. */
export function sumRows(out: usize, x: usize, ld: usize, rows: usize, begin: usize, end: usize): void {
  assert(areTensors(out, x));
  assert(areFours(begin, end, ld) && (end & 3) == 0);
  let j = begin;
  // Four sums at a time do not wait for each other, and each cache line is fetched once.
  for (; j + 16 <= end; j += 16) sumColumns(true, out + j * F32, x + j * F32, ld * F32, rows);
  for (; j < end; j += 4) sumColumns(false, out + j * F32, x + j * F32, ld * F32, rows);
}

/** 16 columns when `wide`, else 4. */
// @ts-ignore: decorator
@inline
function sumColumns(wide: bool, out: usize, x: usize, step: usize, rows: usize): void {
  let s0 = zero4(), s1 = s0, s2 = s0, s3 = s0;
  for (let at = x, last = x + rows * step; at < last; at += step) {
    s0 = f32x4.add(s0, v128.load(at));
    if (!wide) continue;
    s1 = f32x4.add(s1, v128.load(at, 16));
    s2 = f32x4.add(s2, v128.load(at, 32));
    s3 = f32x4.add(s3, v128.load(at, 48));
  }
  v128.store(out, s0);
  if (!wide) return;
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

/**
 * Groups the n rows of a step by item: occurrences of one item become a chain.
 *
 * `places` is a sparse set: places[item] is the place of the item among the distinct ones if `distinct`
 * has the item there; if not, another batch left it. So nobody clears it, whatever it held before.
 *
 * @param items    i32[n]
 * @param places   u32[I]  scratch that lives as long as the job
 * @param distinct i32[n]  out: distinct items, in order of first occurrence
 * @param first    u32[n]  out: first occurrence of each distinct item
 * @param last     u32[n]  out: last one so far
 * @param next     i32[n]  out: the following occurrence of the same item, −1 at the end
 * @param count    distinct items already there (of occurrences before `begin`)
 * @returns how many distinct items there are now
 */
export function groupRows(
  items: usize, places: usize, distinct: usize, first: usize, last: usize, next: usize,
  count: usize, begin: usize, end: usize,
): usize {
  assert(areTensors(items, places, distinct, first) && areTensors(last, next));
  assert(count <= begin);
  assert(begin <= end);
  for (let j = begin; j < end; ++j) {
    const item: usize = load<u32>(items + (j << 2));
    const place: usize = load<u32>(places + (item << 2));
    store<i32>(next + (j << 2), -1);
    if (place < count && load<u32>(distinct + (place << 2)) == <u32>item) {
      store<u32>(next + (<usize>load<u32>(last + (place << 2)) << 2), j);
      store<u32>(last + (place << 2), j);
    } else {
      store<u32>(places + (item << 2), count);
      store<u32>(distinct + (count << 2), <u32>item);
      store<u32>(first + (count << 2), j);
      store<u32>(last + (count << 2), j);
      count += 1;
    }
  }
  return count;
}

/**
 * Sums the gradients of each distinct item into the row of its first occurrence, in order.
 *
 * Occurrences before `border` are scored rows, the others are inputs: their gradients lie in two
 * matrices. Row j is f32[width] at `scored` + j rows, or f32[inputWidth] at `inputs` + (j − border).
 *
 * @param scored    f32[border, width]
 * @param inputs    f32[n − border, inputWidth]
 * @param first     u32[count]  from groupRows, as `next`
 * @param next      i32[n]
 * @param addresses u32[count]  out: address of each distinct item's summed gradient
 *
 * Distinct items are independent, so callers may split [begin, end) between threads.
 */
export function sumGradients(
  scored: usize, width: usize, inputs: usize, inputWidth: usize, border: usize,
  first: usize, next: usize, addresses: usize, begin: usize, end: usize,
): void {
  assert(areTensors(first, next, addresses));
  assert(((width | inputWidth) & 3) == 0);
  assert(begin <= end);
  for (let u = begin; u < end; ++u) {
    let j: usize = load<u32>(first + (u << 2));
    const sum = gradientAt(scored, width, inputs, inputWidth, border, j);
    assert(areTensors(sum));
    store<u32>(addresses + (u << 2), <u32>sum);
    for (;;) {
      const following = load<i32>(next + (j << 2));
      if (following < 0) break;
      j = following;
      const bytes = (j < border ? width : inputWidth) * F32;
      const g = gradientAt(scored, width, inputs, inputWidth, border, j);
      assert(areTensors(g));
      for (let i: usize = 0; i < bytes; i += V128) {
        v128.store(sum + i, f32x4.add(v128.load(sum + i), v128.load(g + i)));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function gradientAt(
  scored: usize, width: usize, inputs: usize, inputWidth: usize, border: usize, j: usize,
): usize {
  return j < border ? scored + j * width * F32 : inputs + (j - border) * inputWidth * F32;
}
