/** Where Adagrad begins: sums of squares stand behind the weights of each row. */

import { type Check, loadTensors } from "../../network/transfer.js";
import type { NamedTensor } from "../../network/weights.js";
import type { Job } from "../../threads/job.js";

/** Fills the sums of all rows, piece by piece; the weights before them become 0. */
export function loadSums(
  job: Job,
  tables: readonly NamedTensor[],
  sum: number,
  check: Check,
): Promise<void> {
  const rowsOf = ({ table: { stride, width } }: NamedTensor, _: number, rows: number) => {
    const values = new Float32Array(rows * stride);
    for (let at = width; at < values.length; at += stride) values.fill(sum, at, at + width);
    return values;
  };
  return loadTensors(job, tables, rowsOf, check);
}
