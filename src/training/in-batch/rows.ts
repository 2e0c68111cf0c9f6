/**
 * Which rows the candidates of a batch get, and what is added to their scores.
 *
 * Occurrence o of an item has the score s − ln q_o, where q_o is the probability that corrects it (1
 * where nothing does). All occurrences of an item have the same s, so in a softmax they are one row:
 *
 *   Σ_o exp(s − ln q_o) = exp(s + ln Σ_o 1/q_o)      shift = −ln Σ_o 1/q_o
 *
 * and the query's target has that row's score less fix = ln q_target + ln Σ_o 1/q_o. Where each
 * query keeps its hardest negatives only, occurrences count one by one: then every one has a row.
 */

import { exp, ln } from "../../portable-math.js";
import type { Kernels } from "../../wasm/abi.js";
import type { Arena } from "../../wasm/arena.js";
import { groupRows } from "../touched.js";
import type { RetrievalConfig, RetrievalMemory } from "./memory.js";

/**
 * Writes rows, shifts and fixes for M queries, their targets and `drawn` candidates.
 *
 * @returns how many rows N there are, and how many distinct items they belong to
 */
export type RowWriter = (
  M: number,
  drawn: number,
) => { readonly N: number; readonly items: number };

/** Where occurrences stand, and where their rows go. */
export interface RowMemory
  extends Pick<RetrievalMemory, "occurrences" | "candidateRows" | "softmax"> {
  readonly columns: Pick<RetrievalMemory["columns"], "lnTargets" | "lnDrawn">;
}

export function rowWriter(
  arena: Arena,
  kernels: Kernels,
  memory: RowMemory,
  { hardNegatives }: Pick<RetrievalConfig["task"], "hardNegatives">,
): RowWriter {
  const { occurrences, candidateRows, softmax, columns } = memory;
  const { places } = candidateRows;
  const itemOf = arena.integers(occurrences);
  const [shift, fix] = [arena.floats(softmax.shift), arena.floats(softmax.fix)];
  const [targetRows, placeOf] = [arena.integers(softmax.targetRows), arena.integers(places)];
  const [lnTargets, lnDrawn] = [arena.floats(columns.lnTargets), arena.floats(columns.lnDrawn)];
  const group = (n: number): number => groupRows(kernels, occurrences.ptr, candidateRows, n);
  const lnOf = (o: number, M: number): number => (o < M ? lnTargets : lnDrawn)[itemOf[o]!]!;

  if (hardNegatives > 0) {
    return (M, drawn) => {
      const items = group(M + drawn);
      for (let o = 0; o < M + drawn; ++o) shift[o] = lnOf(o, M);
      for (let b = 0; b < M; ++b) targetRows[b] = b;
      return { N: M + drawn, items };
    };
  }
  const sums = new Float64Array(candidateRows.table.rows);
  return (M, drawn) => {
    const N = group(M + drawn);
    sums.fill(0, 0, N);
    for (let o = 0; o < M + drawn; ++o) {
      const lnQ = lnOf(o, M);
      sums[placeOf[itemOf[o]!]!]! += lnQ === 0 ? 1 : exp(-lnQ);
    }
    for (let row = 0; row < N; ++row) shift[row] = -ln(sums[row]!);
    for (let b = 0; b < M; ++b) {
      const row = placeOf[itemOf[b]!]!;
      targetRows[b] = row;
      fix[row] = lnTargets[itemOf[b]!]! - shift[row]!;
    }
    return { N, items: N };
  };
}
