/**
 * The query tower for the slots of a batch: from windows of items to vectors.
 *
 *     items ─ query.E ─→ recurrent layers, position after position ─→ last state ─→ head ─→ q
 *     time ─ bucket ─ query.T ─────────────────────────────────────────────┘  + or |
 *
 * Here a row of an embedding is all that there is of an item: training puts features together with ids
 * anew in every step (src/training/in-batch/bags.ts), everybody else has it done once (fold.ts).
 */

import { type ForwardBuffers, type Network, planForward } from "../../network/forward.js";
import { forwardHead, type HeadBuffers, outputOf, planHead } from "../../network/head.js";
import type { Table } from "../../network/tables.js";
import type { Arena, Tensor } from "../../wasm/arena.js";
import type { ServingKernels } from "../../wasm/serving.js";
import type { QueryParameters, TimeTable, TowerParameters } from "./parameters.js";

export interface QueryBuffers {
  readonly network: Network;
  readonly forward: ForwardBuffers;
  readonly head: HeadBuffers;
  /**
   * f32[slots, D] times that are added to states, and on the way back their gradients; undefined where
   * times stand beside them.
   */
  readonly times: Tensor | undefined;
  /** f32[slots, W] */
  readonly output: Tensor;
}

/** @param lookup null where items come as rows of the first layer's input */
export function planQuery(
  arena: Arena,
  { query }: QueryParameters,
  slots: number,
  windowLength: number,
  lookup: Table | null = query.embedding,
): QueryBuffers {
  const { D } = query.stack.layers.at(-1)!;
  const { time } = query;
  const X = time && time.place > 0 ? time.place + time.table.width : D;
  const network = { ...query.stack, lookup: lookup ?? undefined, W: X };
  const buffers = planForward(arena, network, slots * windowLength, 0);
  const head = planHead(arena, query.head, slots, X);
  return {
    network,
    head,
    output: outputOf(head),
    times: time?.place === 0 ? arena.plan(slots, D) : undefined,
    // The last states are what the head begins with.
    forward: { ...buffers, out: head.x },
  };
}

/** Puts times together with the last states of slots [begin, end), which the head begins with. */
export function addTime(
  kernels: ServingKernels,
  time: TimeTable | undefined,
  { head, times }: QueryBuffers,
  moments: number,
  begin: number,
  end: number,
): void {
  if (!time) return;
  const { ptr, stride, width } = time.table;
  const X = head.x.shape[1]!;
  const to = times?.ptr ?? head.x.ptr + 4 * time.place;
  kernels.gatherRows(to, times ? width : X, ptr, stride, moments, width, begin, end);
  if (times) kernels.addRows(head.x.ptr, X, times.ptr, width, width, begin, end);
}

/** Writes the vectors of candidates [begin, end) of a list of rows of candidate.E. */
export function forwardCandidates(
  kernels: ServingKernels,
  { candidate }: TowerParameters,
  buffers: HeadBuffers,
  { rows, panel }: { readonly rows: number; readonly panel: number },
  begin: number,
  end: number,
): void {
  const { ptr, stride, width } = candidate.embedding;
  kernels.gatherRows(buffers.x.ptr, width, ptr, stride, rows, width, begin, end);
  forwardHead(kernels, candidate.head, buffers, panel, begin, end);
}
