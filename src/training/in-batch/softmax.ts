/**
 * Cross-entropy of every query against the candidates of its whole batch, and its gradient, without
 * the matrix of their scores: 12,800 × 12,800 of them would take 655 MB.
 *
 *     queries in blocks of `columns`; candidates in blocks of ROWS; scores [ROWS, columns] at a time
 *
 *     scores = C·Qᵀ − shift         gemmABt       hits, exclusions, all but the hardest negatives left out
 *     e, m, t                       softmaxBlock  (assembly/softmax.ts)
 *     loss, factors                 softmaxJoin
 *     dQ += factor ⊙ eᵀ·C   dC += e·(factor ⊙ Q)   gemmAtB, gemmAB
 *     dQ −= w·c_target      dC_target −= w·q       the 1 of p − 1 of each target
 *
 * An item that a batch holds m times has one row and not m: its score grows by ln m, which is what m
 * equal terms of the softmax come to (rows.ts). A batch of MovieLens has a quarter as many rows as
 * examples, and takes a quarter of the time.
 *
 * A thread takes whole groups of query blocks. Each group has a sum of dC, and the sums are added in the
 * order of the groups: their number depends on the batch alone, so the result does not depend on the
 * number of threads, bit for bit.
 */

import { share, type Thread } from "../../threads/program.js";
import {
  type CandidateChains,
  ROWS,
  type Scratch,
  type SoftmaxMemory,
  type SoftmaxOptions,
} from "./softmax-memory.js";

/** M queries against N candidates of so many distinct items. */
interface Sizes {
  readonly M: number;
  readonly N: number;
  readonly items: number;
}

export class BatchSoftmax {
  readonly #thread: Thread;
  readonly #memory: SoftmaxMemory;
  readonly #options: SoftmaxOptions;
  readonly #chains: CandidateChains;
  readonly #scratch: Scratch;

  constructor(
    thread: Thread,
    memory: SoftmaxMemory,
    options: SoftmaxOptions,
    chains: CandidateChains,
  ) {
    this.#thread = thread;
    this.#memory = memory;
    this.#options = options;
    this.#chains = chains;
    this.#scratch = memory.scratch[thread.rank]!;
  }

  /**
   * Losses of all M queries against N candidates of so many distinct items, dQueries, and each group's
   * part of dCandidates. This thread's groups; the others are the other threads'.
   *
   * @returns false where a score is 2²⁴ or more, or no number (assembly/bounds.ts): then
   *   that block of scores stays in the thread's scratch, and the rest is not computed
   */
  run(M: number, N: number, items: number): boolean {
    const { rank, threads } = this.#thread;
    const { groups, columns } = this.#memory;
    const blocks = Math.ceil(M / columns);
    const [first, last] = share(groups, 1, rank, threads);
    for (let group = first; group < last; ++group) {
      const [begin, end] = share(blocks, 1, group, groups);
      for (let block = begin; block < end; ++block) {
        const isSound = this.#block(group, block === begin, block * columns, { M, N, items });
        if (!isSound) return false;
      }
    }
    return true;
  }

  /** Adds up the groups' parts for candidates [begin, end). After a barrier. */
  join(M: number, begin: number, end: number): void {
    const { parts, partStride, dCandidates, groups, columns, W } = this.#memory;
    const { kernels } = this.#thread;
    const blocks = Math.ceil(M / columns);
    let isFirst = true;
    for (let group = 0; group < groups; ++group) {
      const [from, to] = share(blocks, 1, group, groups);
      if (from === to) continue; // a small last batch has fewer blocks than groups
      const part = parts.ptr + 4 * group * partStride;
      if (isFirst) kernels.copyRows(dCandidates.ptr, W, part, W, W, begin, end);
      else kernels.addRows(dCandidates.ptr, W, part, W, W, begin, end);
      isFirst = false;
    }
  }

  /** One block of queries, from column `offset` of the batch on. */
  #block(group: number, isFirst: boolean, offset: number, { M, N, items }: Sizes): boolean {
    const { kernels } = this.#thread;
    const { columns, W, queries, dQueries, candidates, parts, partStride } = this.#memory;
    const { weights, pulls, losses, targetRows } = this.#memory;
    const { maxima, sums, targets, product } = this.#scratch;
    const width = Math.min(columns, M - offset);
    const { hardNegatives, excludes } = this.#options;
    const masks = hardNegatives > 0 || excludes;
    const rowBlocks = Math.ceil(N / ROWS);

    for (let k = 0; k < rowBlocks; ++k) {
      if (!this.#score(k, offset, width, N)) return false;
      if (!masks) this.#soften(k, offset, width, N);
    }
    if (masks) {
      this.#mask(offset, width, N, items);
      for (let k = 0; k < rowBlocks; ++k) this.#soften(k, offset, width, N);
    }
    // biome-ignore format: one call a line, against its signature
    kernels.softmaxJoin(maxima.ptr, sums.ptr, columns, rowBlocks, targets.ptr, weights.ptr + 4 * offset, losses.ptr + 4 * offset, 0, width);

    const q = queries.ptr + 4 * W * offset;
    const dq = dQueries.ptr + 4 * W * offset;
    const part = parts.ptr + 4 * group * partStride;
    const [pull, rows] = [pulls.ptr + 4 * offset, targetRows.ptr + 4 * offset];
    kernels.gatherRows(product.ptr, W, candidates.ptr, W, rows, W, 0, width);
    kernels.scaleRows(dq, product.ptr, pull, W, false, 0, width);
    for (let k = 0; k < rowBlocks; ++k) this.#differentiate(k, part, isFirst, offset, width, N);
    kernels.scatterRows(part, rows, q, pull, W, 0, width);
    return true;
  }

  /** Scores of candidate block k. Returns whether they are bounded. */
  #score(k: number, offset: number, width: number, N: number): boolean {
    const { kernels } = this.#thread;
    const { columns, W, queries, candidates, shift } = this.#memory;
    const { panel } = this.#scratch;
    const [begin, end] = rowsOf(k, N);
    const scores = this.#at(begin);
    const q = queries.ptr + 4 * W * offset;
    const c = candidates.ptr + 4 * W * begin;
    kernels.gemmABt(scores, columns, c, W, q, W, width, W, false, panel.ptr, 0, end - begin);
    kernels.shiftRows(scores, columns, shift.ptr + 4 * begin, width, 0, end - begin);
    return kernels.areBoundedRows(scores, columns, width, 0, end - begin) === 1;
  }

  /** Exponentials of block k, after the scores of targets were taken out. */
  #soften(k: number, offset: number, width: number, N: number): void {
    const { kernels } = this.#thread;
    const { columns, targetRows, fix } = this.#memory;
    const { maxima, sums, targets, scores } = this.#scratch;
    const { removesHits } = this.#options;
    const [begin, end] = rowsOf(k, N);
    // biome-ignore format: one call a line, against its signature
    kernels.takeTargetScores(targets.ptr, scores.ptr, columns, targetRows.ptr + 4 * offset, fix.ptr, removesHits, begin, end, 0, width);
    const at = 4 * k * columns;
    // biome-ignore format: one call a line, against its signature
    kernels.softmaxBlock(this.#at(begin), columns, end - begin, maxima.ptr + at, sums.ptr + at, 0, width);
  }

  /**
   * Takes out what does not count: accidental hits, then what the examples exclude, then all negatives
   * but the highest of each query. Where negatives are chosen one by one, every occurrence of an item
   * has a row.
   */
  #mask(offset: number, width: number, N: number, distinct: number): void {
    const { kernels, arena } = this.#thread;
    const { columns, targetRows: rows } = this.#memory;
    const { scores, targets } = this.#scratch;
    const { removesHits, hardNegatives, excludes } = this.#options;
    const { items, places, first, next, ...chains } = this.#chains;
    if (removesHits && hardNegatives > 0) {
      // biome-ignore format: one call a line, against its signature
      kernels.maskHits(scores.ptr, columns, items.ptr, places.ptr, first.ptr, next.ptr, offset, 0, width);
    }
    if (excludes) {
      const { played, excludedStarts, excluded } = chains;
      const chain = hardNegatives > 0 ? next.ptr : 0;
      // biome-ignore format: one call a line, against its signature
      kernels.maskListed(scores.ptr, columns, played.ptr, excludedStarts.ptr, excluded.ptr, places.ptr, chains.distinct.ptr, distinct, first.ptr, chain, offset, 0, width);
    }
    if (hardNegatives === 0) return;
    const targetScores = arena.floats(targets);
    const values = arena.floats(scores);
    const targetRows = arena.integers(rows);
    const place = (b: number): number => targetRows[offset + b]! * columns + b;
    for (let b = 0; b < width; ++b) {
      targetScores[b] = values[place(b)]!;
      values[place(b)] = Number.NEGATIVE_INFINITY;
    }
    kernels.keepHighest(scores.ptr, columns, N, hardNegatives, 0, width);
    for (let b = 0; b < width; ++b) values[place(b)] = targetScores[b]!;
  }

  /** Adds the part of candidate block k to dQ, and its gradient to dC. */
  #differentiate(
    k: number,
    part: number,
    isFirst: boolean,
    offset: number,
    width: number,
    N: number,
  ): void {
    const { kernels } = this.#thread;
    const { columns, W, queries, dQueries, candidates } = this.#memory;
    const { maxima, product, scaled, panel } = this.#scratch;
    const [begin, end] = rowsOf(k, N);
    const e = this.#at(begin);
    const factors = maxima.ptr + 4 * k * columns;
    const q = queries.ptr + 4 * W * offset;
    const c = candidates.ptr + 4 * W * begin;
    kernels.gemmAtB(product.ptr, W, e, columns, c, W, W, end - begin, false, panel.ptr, 0, width);
    const dq = dQueries.ptr + 4 * W * offset;
    kernels.scaleRows(dq, product.ptr, factors, W, true, 0, width);
    kernels.scaleRows(scaled.ptr, q, factors, W, false, 0, width);
    const dc = part + 4 * W * begin;
    kernels.gemmAB(dc, W, e, columns, scaled.ptr, W, W, width, !isFirst, panel.ptr, 0, end - begin);
  }

  /** Address of a candidate's scores. */
  #at(row: number): number {
    return this.#scratch.scores.ptr + 4 * row * this.#memory.columns;
  }
}

/** Candidates of block k. */
function rowsOf(k: number, N: number): readonly [number, number] {
  return [k * ROWS, Math.min(N, (k + 1) * ROWS)];
}
