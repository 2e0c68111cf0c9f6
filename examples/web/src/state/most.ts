/** The largest of many values. */

/** Rows of the largest values, the largest first; of equal ones the first rows. */
export function mostOf(values: Float32Array | Int32Array, count: number): number[] {
  const least = values.slice().sort()[Math.max(0, values.length - count)] ?? 0; // numbers sort fast by themselves
  const rows: number[] = [];
  for (let row = 0; row < values.length; ++row) if (values[row]! >= least) rows.push(row);
  return rows.sort((a, b) => values[b]! - values[a]!).slice(0, count);
}
