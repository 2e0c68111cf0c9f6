/** What the in-batch softmax keeps in an arena: see softmax.ts, which computes it. */

import type { Arena, Tensor } from "../../wasm/arena.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";

/** Candidates of a block: its scores stay in the second cache. A multiple of every `columns`. */
export const ROWS = 256;
/** Groups of query blocks: more of them would cost memory, fewer would leave threads idle. */
const GROUPS = 16;

/** What the loss does besides the plain softmax. */
export interface SoftmaxOptions {
  /** Of the query's target only the query's occurrence counts, not those of other queries. */
  readonly removesHits: boolean;
  /** Keep so many of the highest negatives of each query; 0 keeps all. */
  readonly hardNegatives: number;
  /** Examples have lists of items that they are not compared with. */
  readonly excludes: boolean;
}

/** Scratch of one thread. */
export interface Scratch {
  /** f32[N, columns]; columns: 64, or fewer for small batches, so that all threads get blocks. */
  readonly scores: Tensor;
  /** f32[blocks of N, columns] */
  readonly maxima: Tensor;
  readonly sums: Tensor;
  /** f32[columns] */
  readonly targets: Tensor;
  /** f32[columns, W] */
  readonly product: Tensor;
  readonly scaled: Tensor;
  readonly panel: Tensor;
}

export interface SoftmaxMemory {
  readonly columns: number;
  readonly groups: number;
  readonly W: number;
  /** f32[B, W] each. */
  readonly queries: Tensor;
  readonly dQueries: Tensor;
  /** f32[N, W] each. */
  readonly candidates: Tensor;
  readonly dCandidates: Tensor;
  /** f32[groups, partStride]: dC of each group. */
  readonly parts: Tensor;
  readonly partStride: number;
  /** f32[B in whole blocks] weight of each query in the gradient, 0 behind the batch. */
  readonly weights: Tensor;
  /** f32[B in whole blocks] the same, negated. */
  readonly pulls: Tensor;
  /** f32[B in whole blocks] out: loss of each query, not weighted. */
  readonly losses: Tensor;
  /** i32[B in whole blocks] row of each query's target. */
  readonly targetRows: Tensor;
  /** f32[N] what is subtracted from the scores of each candidate, and then from a target's. */
  readonly shift: Tensor;
  readonly fix: Tensor;
  readonly scratch: readonly Scratch[];
}

/** The groups of equal candidates (groupRows). `next` counts only where each occurrence has a row. */
export interface CandidateChains {
  readonly items: Tensor;
  readonly places: Tensor;
  readonly distinct: Tensor;
  readonly first: Tensor;
  readonly next: Tensor;
  /** i32[B] example of each query, and the lists of all examples: see exclusions.ts. */
  readonly played: Tensor;
  readonly excludedStarts: Tensor;
  readonly excluded: Tensor;
}

/** At most B queries against N candidates of W columns, and where their vectors are. */
export interface SoftmaxShape {
  readonly B: number;
  readonly N: number;
  readonly W: number;
  readonly queries: Tensor;
  readonly candidates: Tensor;
}

/** Reserves what such batches need. */
export function planSoftmax(
  arena: Arena,
  { B, N, W, queries, candidates }: SoftmaxShape,
  threads: number,
): SoftmaxMemory {
  const columns = B >= 1024 ? 64 : B >= 512 ? 32 : 16;
  const blocks = Math.ceil(B / columns);
  const rowBlocks = Math.ceil(N / ROWS);
  const groups = Math.min(GROUPS, blocks);
  // A cache line more than needed: strides of whole pages would meet in one set of the cache.
  const partStride = N * W + 16;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  return {
    columns,
    groups,
    W,
    partStride,
    queries,
    dQueries: plan(B, W),
    candidates,
    dCandidates: plan(N, W),
    parts: plan(groups, partStride),
    weights: plan(blocks * columns),
    pulls: plan(blocks * columns),
    losses: plan(blocks * columns),
    targetRows: plan(blocks * columns),
    shift: plan(N),
    fix: plan(N),
    scratch: Array.from({ length: threads }, () => ({
      scores: plan(N, columns),
      maxima: plan(rowBlocks, columns),
      sums: plan(rowBlocks, columns),
      targets: plan(columns),
      product: plan(columns, W),
      scaled: plan(columns, W),
      panel: plan(PANEL_FLOATS),
    })),
  };
}
