/**
 * One batch of retrieval, as every thread runs it. Between two barriers a thread writes only its share of
 * slots, candidates or rows, and sums that cross a split have parts of fixed size: the result
 * does not depend on the number of threads, bit for bit.
 *
 *     draw candidates, find repeated items                              last thread
 *     ── barrier ── distinct items ─ query.E, F ─ Wx ─→ projections      share of items (bags.ts)
 *                   candidates ─ candidate tower ─→ C                    share of candidates
 *     ── barrier ── contexts ─ recurrent layers, head ─→ Q ÷ temperature share of slots
 *     ── barrier ── blocks of Q against C: losses, dQ, parts of dC       share of blocks (softmax.ts)
 *     ── barrier ── parts ─→ dC ─→ back through the candidate tower      share of candidates
 *                   dQ ─→ back through head, layers and time             share of slots
 *     ── barrier ── gradients of matrices, sums of items, optimiser      share of rows (update.ts)
 */

import { addTime } from "../../models/two-towers/query.js";
import { type Dropout, forward } from "../../network/forward.js";
import { forwardHead } from "../../network/head.js";
import { backwardHead, inputGradient } from "../../network/head-backward.js";
import { shareOfSlots } from "../../network/positions.js";
import { backward } from "../../network/stack-backward.js";
import { Stream } from "../../random.js";
import { share, type Thread } from "../../threads/program.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import { dropoutOf } from "../chance.js";
import { InBatchControl as Control, Fault } from "../control.js";
import type { PhaseClock } from "../profile.js";
import { groupRows, type TouchedRows } from "../touched.js";
import { ItemBags } from "./bags.js";
import { type RetrievalConfig, type RetrievalMemory, softmaxOptions } from "./memory.js";
import { type RowWriter, rowWriter } from "./rows.js";
import { BatchSoftmax } from "./softmax.js";
import { RetrievalUpdate } from "./update.js";

/** Slots that go through all layers and positions together: their states stay in the second cache. */
const SLOTS = 128;

type Range = readonly [begin: number, end: number];

export class RetrievalStep {
  readonly #thread: Thread;
  readonly #memory: RetrievalMemory;
  readonly #config: RetrievalConfig;
  readonly #softmax: BatchSoftmax;
  readonly #update: RetrievalUpdate;
  readonly #writeRows: RowWriter;
  readonly #queryBags: ItemBags;
  readonly #candidateBags: ItemBags;
  readonly #dropout: Dropout | undefined;
  readonly #panel: number;
  readonly #control: Int32Array;
  readonly #starts: Int32Array;
  readonly #losses: Float32Array;
  readonly #weights: Float32Array;
  readonly #clock: PhaseClock | undefined;

  constructor(
    thread: Thread,
    memory: RetrievalMemory,
    config: RetrievalConfig,
    clock?: PhaseClock,
  ) {
    const { arena, rank, kernels } = thread;
    const { occurrences: items, candidateRows, softmax } = memory;
    this.#thread = thread;
    this.#memory = memory;
    this.#config = config;
    this.#clock = clock;
    this.#panel = memory.panels.ptr + 4 * PANEL_FLOATS * rank;
    const { dropoutHidden } = config.model;
    if (dropoutHidden > 0) {
      const dropped = { ...memory, parameters: memory.stack };
      this.#dropout = dropoutOf(thread, dropped, { dropoutEmbedding: 0, dropoutHidden });
    }
    const { played } = memory;
    const { excludedStarts, excluded } = memory.columns;
    const chains = { items, ...candidateRows, played, excludedStarts, excluded };
    this.#softmax = new BatchSoftmax(thread, softmax, softmaxOptions(config), chains);
    this.#queryBags = new ItemBags(thread, memory.queryBags);
    this.#candidateBags = new ItemBags(thread, memory.candidateBags);
    const bags = { query: this.#queryBags, candidate: this.#candidateBags };
    this.#update = new RetrievalUpdate(thread, memory, config, this.#panel, bags);
    this.#writeRows = rowWriter(arena, kernels, memory, config.task);
    this.#control = arena.integers(memory.control);
    this.#starts = arena.integers(memory.starts);
    this.#losses = arena.floats(softmax.losses);
    this.#weights = arena.floats(softmax.weights);
  }

  /**
   * Runs the batch that stands in memory: `open` examples, their clicks in `inputs` and `starts`, their
   * items first among `occurrences`, and their weights.
   *
   * A score or a loss that is not finite ends the step before it can spoil a weight.
   *
   * @returns the sum of the weighted losses on rank 0; other ranks return 0
   */
  run(): number {
    const { rank, threads, barrier } = this.#thread;
    // The barriers of the update stop thread 0 from writing the next batch before all threads have read these.
    const starts = this.#starts;
    const M = this.#control[Control.open]!;
    const slots = shareOfSlots(starts, rank, threads);
    const clock = this.#clock;
    clock?.enter("gather");
    if (rank === threads - 1) this.#prepare(M, starts.at(-1)!);
    barrier();
    clock?.enter("forward");
    const N = this.#control[Control.rows]!;
    const inputs = this.#control[Control.inputs]!;
    const candidates = share(N, 1, rank, threads);
    this.#project(share(inputs, 1, rank, threads));
    this.#encode(candidates);
    barrier();
    this.#forward(starts, slots);
    barrier();
    const items = this.#control[Control.items]!;
    clock?.enter("scores");
    if (!this.#softmax.run(M, N, items)) this.#control[Control.fault] = Fault.score;
    barrier();
    clock?.enter("gradients");
    this.#softmax.join(M, ...candidates);
    clock?.enter("backward");
    this.#backward(starts, slots, candidates);
    const loss = rank === 0 ? this.#sumOfLosses(M) : 0;
    if (!Number.isFinite(loss)) this.#control[Control.fault] ||= Fault.loss;
    barrier();
    // Read only here: rank 0 may write a fault up to this barrier.
    if (this.#control[Control.fault] !== Fault.none) return loss;
    clock?.enter("update");
    const moments = this.#control[Control.moments]!;
    const sound = this.#update.run({ R: starts.at(-1)!, M, N, items, inputs, moments });
    if (!sound) this.#control[Control.fault] = Fault.update;
    return loss;
  }

  /** The rows of every table that the last step touched. */
  touched(): TouchedRows[] {
    const control = this.#control;
    return this.#update.touched({
      items: control[Control.items]!,
      inputs: control[Control.inputs]!,
      moments: control[Control.moments]!,
    });
  }

  /** Draws candidates, gives them rows, and finds the distinct items of the R clicks. */
  #prepare(M: number, R: number): void {
    const { kernels, arena } = this.#thread;
    const { occurrences, inputs, columns, key, words, queryRows, projection } = this.#memory;
    const { negatives } = this.#config.task;
    const { coin, alias } = columns;
    const drawn = occurrences.ptr + 4 * M;
    const { items: all } = this.#config;
    // biome-ignore format: one call a line, against its signature
    kernels.drawNegatives(drawn, coin.ptr, alias.ptr, all, key.ptr, Stream.negatives, words.ptr, 0, negatives);
    const { N, items } = this.#writeRows(M, negatives);
    this.#control[Control.rows] = N;
    this.#control[Control.items] = items;

    this.#control[Control.inputs] = groupRows(kernels, inputs.ptr, queryRows, R);
    const placeOf = arena.integers(queryRows.places);
    const [clicks, rows] = [arena.integers(inputs), arena.integers(projection.rows)];
    for (let r = 0; r < R; ++r) rows[r] = placeOf[clicks[r]!]!;

    this.#queryBags.prepare(queryRows.distinct, this.#control[Control.inputs]!);
    this.#candidateBags.prepare(this.#memory.candidateRows.distinct, items);
    const { timeRows: times, slotMoments } = this.#memory;
    if (!times) return;
    this.#control[Control.moments] = groupRows(kernels, slotMoments.ptr, times, M);
  }

  /** The input of the first layer for distinct items [begin, end), before its bias. */
  #project([begin, end]: Range): void {
    const { kernels } = this.#thread;
    const { parameters, queryRows, projection } = this.#memory;
    const { vectors, table } = projection;
    const { input, E } = parameters.query.stack.layers[0]!;
    this.#queryBags.vectors(vectors.ptr, E, queryRows.distinct.ptr, begin, end);
    const { width } = table;
    // biome-ignore format: one call a line, against its signature
    kernels.gemmAB(table.ptr, width, vectors.ptr, E, input.ptr, input.stride, width, E, false, this.#panel, begin, end);
  }

  /** Vectors of the candidates in rows [begin, end). */
  #encode([begin, end]: Range): void {
    const { parameters, candidate, candidateRows, occurrences } = this.#memory;
    const { hardNegatives } = this.#config.task;
    const rows = hardNegatives > 0 ? occurrences.ptr : candidateRows.distinct.ptr;
    this.#candidateBags.vectors(candidate.x.ptr, parameters.itemWidth, rows, begin, end);
    const { head } = parameters.candidate;
    forwardHead(this.#thread.kernels, head, candidate, this.#panel, begin, end);
  }

  #forward(starts: Int32Array, slots: Range): void {
    const { kernels } = this.#thread;
    const { parameters, query, projection, cooled, inverse, slotMoments } = this.#memory;
    const { W } = parameters;
    const panel = this.#panel;
    const input = { items: projection.rows.ptr, starts, dropout: this.#dropout };
    const step = { ...input, panel, parity: 0, fresh: true, outputs: "last" } as const;
    for (const range of chunksOf(slots)) {
      forward(kernels, query.network, query.forward, step, ...range);
      addTime(kernels, parameters.query.time, query, slotMoments.ptr, ...range);
      forwardHead(kernels, parameters.query.head, query.head, panel, ...range);
      if (!cooled || !inverse) continue;
      kernels.scaleRows(cooled.ptr, query.output.ptr, inverse.ptr, W, false, ...range);
    }
  }

  #backward(starts: Int32Array, slots: Range, candidates: Range): void {
    const { kernels } = this.#thread;
    const { parameters, query, candidate, softmax, queryHead, candidateHead } = this.#memory;
    const { layers, inverse, stack } = this.#memory;
    const { W } = parameters;
    const panel = this.#panel;
    const { dQueries, dCandidates } = softmax;
    const [queries, ofCandidates] = [parameters.query.head, parameters.candidate.head];
    const way = { dOutput: dCandidates, panel };
    backwardHead(kernels, ofCandidates, candidate, candidateHead, way, ...candidates);
    const { ptr: dOut } = inputGradient(queryHead, dQueries);
    const ldOut = query.head.x.shape[1]!;
    const memory = { parameters: stack, forward: query.forward, layers };
    const step = { starts, panel, dOut, ldOut, parity: 0, outputs: "last" } as const;
    for (const range of chunksOf(slots)) {
      if (inverse) kernels.scaleRows(dQueries.ptr, dQueries.ptr, inverse.ptr, W, false, ...range);
      backwardHead(kernels, queries, query.head, queryHead, { dOutput: dQueries, panel }, ...range);
      // `backward` overwrites the gradient of the states, which is the gradient of added times, too.
      const { times } = query;
      if (times) kernels.copyRows(times.ptr, ldOut, dOut, ldOut, ldOut, ...range);
      backward(kernels, memory, step, ...range);
    }
  }

  #sumOfLosses(M: number): number {
    let sum = 0;
    for (let b = 0; b < M; ++b) sum += this.#weights[b]! * this.#losses[b]!;
    return sum;
  }
}

/** Slots [begin, end) in pieces. */
function* chunksOf([begin, end]: Range): Generator<Range> {
  for (let at = begin; at < end; at += SLOTS) yield [at, Math.min(end, at + SLOTS)];
}
