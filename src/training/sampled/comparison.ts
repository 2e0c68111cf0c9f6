/**
 * What a step does with its scores: each output is compared with its target, with the negatives, and with the
 * targets of the other outputs (`inBatchNegatives: "all"`), of other windows only (`"others"`), or of none.
 *
 * In item-major memory a row is a scored item, a column an output. Rows that all outputs share are the targets,
 * that of output s in row s, then the negatives. With `"none"` they are the negatives alone, and S² of
 * S·(S + negatives) products are saved. Then four outputs are worked at once, behind their own targets:
 *
 *     columns          0 1 2 3 | 4 5 6 7 | …
 *     rows 0 … 3       targets of outputs 0 … 3 | 4 … 7 | …     only the diagonals count
 *     rows 4 …         negatives
 */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { type Activation, activationOf } from "../../network/activations.js";
import { padded } from "../../network/tables.js";
import { share, type Thread } from "../../threads/program.js";
import type { ScoreBlock } from "../diagnosis.js";
import { HIDDEN, type ScoreLoss, scoreLoss } from "./loss.js";
import type { TrainingMemory } from "./memory.js";

/** Each thread does its share; all of them wait for each other between two calls. S is the number of outputs. */
export class Comparison {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #panel: number;
  /** Of the scores, where it is not the softmax within the loss. */
  readonly #final: Activation | undefined;
  readonly #loss: ScoreLoss;
  readonly #scores: Float32Array;
  readonly #starts: Int32Array;
  readonly #kind: ResolvedModelOptions["inBatchNegatives"];
  readonly #isApart: boolean;
  /** Columns that are worked at once, and rows of targets above those that all outputs share. */
  readonly #unit: number;
  readonly #top: number;

  /** @param panel address of the thread's scratch */
  constructor(thread: Thread, memory: TrainingMemory, model: ResolvedModelOptions, panel: number) {
    const { finalActivation, eluParam, inBatchNegatives } = model;
    this.#thread = thread;
    this.#memory = memory;
    this.#panel = panel;
    if (finalActivation !== "softmax") {
      this.#final = activationOf(finalActivation, eluParam, "finalActivation");
    }
    this.#loss = scoreLoss(thread, memory, model, this.#final);
    this.#scores = thread.arena.floats(memory.scores);
    this.#starts = thread.arena.integers(memory.starts);
    this.#kind = inBatchNegatives;
    this.#isApart = inBatchNegatives === "none";
    this.#unit = this.#isApart ? 4 : 1;
    this.#top = this.#isApart ? 4 : 0;
  }

  /** Where the shift of scored row n stands. That of the first shared row stands at a vector. */
  shiftAt(n: number, S: number): number {
    return this.#isApart && n >= S ? n - S + padded(S) : n;
  }

  /** Scores the gathered rows. False where a score is beyond all bounds. */
  score(S: number): boolean {
    const { first, rows } = this.#shared(S);
    if (!this.#scoreBlock(this.#top, 0, first, S, ...rows)) return false;
    let isBounded = true;
    this.#eachFour(S, (s, count) => {
      isBounded &&= this.#scoreBlock(0, s, s, count, 0, count);
    });
    return isBounded;
  }

  /**
   * Scores rows [begin, end) behind gathered row `first`, for `count` outputs from `column` on.
   *
   * @param top row of memory in which they begin
   */
  #scoreBlock(
    top: number,
    column: number,
    first: number,
    count: number,
    begin: number,
    end: number,
  ): boolean {
    const { kernels } = this.#thread;
    const { scores, ld, gathered, forward, parameters, shift } = this.#memory;
    const W = parameters.W;
    const at = scores.ptr + 4 * (top * ld + column);
    const [rows, out] = [gathered.ptr + 4 * W * first, forward.out.ptr + 4 * W * column];
    // biome-ignore format: one call a line, against its signature
    kernels.gemmABt(at, ld, rows, W, out, W, count, W, false, this.#panel, begin, end);
    if (shift) kernels.shiftRows(at, ld, shift.ptr + 4 * padded(first), count, begin, end);
    // Before the activation, which may hide an infinity. Closed slots do not count.
    if (kernels.areBoundedRows(at, ld, count, begin, end) === 0) return false;
    if (this.#final) {
      const { kind, a, lambda } = this.#final;
      kernels.activate(kind, a, lambda, at, ld, padded(count), begin, end);
    }
    return true;
  }

  /** Losses of outputs, and the gradient of scores in place of them. */
  compare(S: number): void {
    const { rank, threads } = this.#thread;
    const N = this.#memory.negatives;
    const [begin, end] = share(S, 4, rank, threads);
    if (!this.#isApart) {
      this.#hide(HIDDEN, begin, end);
      this.#loss(0, { S, N: S + N, outputs: S, begin, end });
      this.#hide(0, begin, end);
    }
    this.#eachFour(S, (s, count) => {
      this.#hideBeside(HIDDEN, s);
      this.#loss(s, { S: count, N: 4 + N, outputs: S, begin: 0, end: 4 });
      this.#hideBeside(0, s);
    });
  }

  /** Sets the scores of outputs [begin, end) for the other targets of their own window. */
  #hide(value: number, begin: number, end: number): void {
    if (this.#kind !== "others") return;
    const { ld } = this.#memory;
    const starts = this.#starts;
    const positions = starts.length - 1;
    for (let output = begin, t = 0; output < end && output < starts[positions]!; ++output) {
      while (output >= starts[t + 1]!) t++;
      const slot = output - starts[t]!;
      for (let other = 0; other < positions; ++other) {
        const target = starts[other]! + slot;
        if (target >= starts[other + 1]!) break; // the window is over
        if (target !== output) this.#scores[target * ld + output] = value;
      }
    }
  }

  /** Sets what stands beside the diagonal of outputs s … s + 3. */
  #hideBeside(value: number, s: number): void {
    for (let i = 0; i < 16; ++i) {
      const [row, column] = [i >> 2, i & 3];
      if (row !== column) this.#scores[row * this.#memory.ld + s + column] = value;
    }
  }

  /** Gradients of the gathered rows and of outputs. dScores is the left factor of both products as it stands. */
  differentiate(S: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { scores, ld, gathered, dGathered, dOut, forward, parameters } = this.#memory;
    const { W } = parameters;
    const panel = this.#panel;
    const { first, rows, count } = this.#shared(S);
    const [begin, end] = share(S, this.#unit, rank, threads);
    const shared = scores.ptr + 4 * ld * this.#top;
    const skip = 4 * W * first;
    // biome-ignore format: a call reads as a call
    kernels.gemmAB(dGathered.ptr + skip, W, shared, ld, forward.out.ptr, W, W, S, false, panel, ...rows);
    // biome-ignore format: a call reads as a call
    kernels.gemmAtB(dOut.ptr, W, shared, ld, gathered.ptr + skip, W, W, count, false, panel, begin, Math.min(S, end));
    this.#eachFour(S, (s, own) => {
      const at = scores.ptr + 4 * s;
      const row = 4 * W * s;
      // biome-ignore format: a call reads as a call
      kernels.gemmAB(dGathered.ptr + row, W, at, ld, forward.out.ptr + row, W, W, own, false, panel, 0, own);
      // biome-ignore format: a call reads as a call
      kernels.gemmAtB(dOut.ptr + row, W, at, ld, gathered.ptr + row, W, W, own, true, panel, 0, own);
    });
  }

  /** The gathered rows that all outputs share: which is the first, how many, and this thread's of them. */
  #shared(S: number): { first: number; count: number; rows: [number, number] } {
    const first = this.#isApart ? S : 0;
    const count = S - first + this.#memory.negatives;
    const { rank, threads } = this.#thread;
    return { first, count, rows: share(count, 1, rank, threads) };
  }

  /** This thread's outputs, four at a time, where they stand apart. */
  #eachFour(S: number, work: (s: number, count: number) => void): void {
    if (!this.#isApart) return;
    const [begin, end] = share(S, 4, this.#thread.rank, this.#thread.threads);
    for (let s = begin; s < end; s += 4) work(s, Math.min(4, S - s));
  }

  /** The scores as they stand in memory. */
  *blocks(S: number): Generator<ScoreBlock> {
    const { ld, negatives, items } = this.#memory;
    const rows = this.#thread.arena.integers(items);
    for (let s = 0; this.#isApart && s < S; s += 4) {
      const columns = Math.min(4, S - s);
      yield { scores: this.#scores.subarray(s), ld, columns, items: rows.subarray(s, s + columns) };
    }
    const { first } = this.#shared(S);
    const scores = this.#scores.subarray(this.#top * ld);
    yield { scores, ld, columns: S, items: rows.subarray(first, S + negatives) };
  }
}
