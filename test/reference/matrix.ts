/**
 * Dense products as triple loops over row-major f64 arrays: what every fast product is held against.
 */

/** A·B: A f64[m, k], B f64[k, n] → f64[m, n]. */
export function product(
  A: Float64Array,
  B: Float64Array,
  m: number,
  k: number,
  n: number,
): Float64Array {
  const C = new Float64Array(m * n);
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) {
      let sum = 0;
      for (let l = 0; l < k; ++l) sum += A[i * k + l]! * B[l * n + j]!;
      C[i * n + j] = sum;
    }
  }
  return C;
}

/** A·Bᵀ: A f64[m, k], B f64[n, k] → f64[m, n]. */
export function productBt(
  A: Float64Array,
  B: Float64Array,
  m: number,
  k: number,
  n: number,
): Float64Array {
  return product(A, transpose(B, n, k), m, k, n);
}

/** Aᵀ·B: A f64[k, m], B f64[k, n] → f64[m, n]. */
export function productAt(
  A: Float64Array,
  B: Float64Array,
  m: number,
  k: number,
  n: number,
): Float64Array {
  return product(transpose(A, k, m), B, m, k, n);
}

/** A f64[m, n] → f64[n, m]. */
export function transpose(A: Float64Array, m: number, n: number): Float64Array {
  const T = new Float64Array(n * m);
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) T[j * m + i] = A[i * n + j]!;
  }
  return T;
}

/** Rows of `table` f64[I, n], one per entry of `rows` → f64[rows.length, n]. */
export function gather(table: Float64Array, rows: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(rows.length * n);
  for (let i = 0; i < rows.length; ++i) {
    out.set(table.subarray(rows[i]! * n, (rows[i]! + 1) * n), i * n);
  }
  return out;
}

/** Adds row i of `values` f64[rows.length, n] to row rows[i] of `table` f64[I, n]: repeats sum. */
export function scatterAdd(
  table: Float64Array,
  rows: ArrayLike<number>,
  values: Float64Array,
  n: number,
): void {
  for (let i = 0; i < rows.length; ++i) {
    for (let j = 0; j < n; ++j) table[rows[i]! * n + j]! += values[i * n + j]!;
  }
}

/** Adds `bias` f64[n] to every row of `A` f64[m, n]. */
export function addToRows(A: Float64Array, bias: Float64Array, m: number, n: number): void {
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) A[i * n + j]! += bias[j]!;
  }
}

/** Sum over the rows of `A` f64[m, n] → f64[n]. */
export function columnSums(A: Float64Array, m: number, n: number): Float64Array {
  const sums = new Float64Array(n);
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) sums[j]! += A[i * n + j]!;
  }
  return sums;
}
