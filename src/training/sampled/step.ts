/**
 * One mini-batch, as every thread runs it. Between two barriers a thread writes only its share of
 * rows, slots or items, and sums never cross a split: the result does not depend on the number of
 * threads, bit for bit.
 *
 * Slots are sessions, one click each, or windows of up to T clicks; see src/network/positions.ts. What
 * is scored are outputs: one a slot, or with a loss at every position one a click.
 *
 *     draw negatives, gather their rows · forward        shares of negatives, slots
 *     ── barrier ── scores = rows · outᵀ                  share of scored rows
 *     ── barrier ── loss and its gradient, in place       share of outputs (one thread groups repeated items)
 *     ── barrier ── dRows = dScoresᵀ · out                share of scored rows
 *                   dOut = dScores · rows                 share of outputs
 *     (─ barrier ─  where shares of slots differ from those of outputs)
 *                   backward                              share of slots
 *     ── barrier ── gradients of matrices, sums of rows   share of rows of every table
 *                   optimiser                             (more barriers: see update.ts)
 */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { forward } from "../../network/forward.js";
import { rowCount, shareOfSlots } from "../../network/positions.js";
import { backward } from "../../network/stack-backward.js";
import { share, type Thread } from "../../threads/program.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import type { Chance } from "../chance.js";
import { SampledControl as Control, Fault } from "../control.js";
import type { ScoreBlock } from "../diagnosis.js";
import type { PhaseClock } from "../profile.js";
import { groupRows, type TouchedRows } from "../touched.js";
import { Comparison } from "./comparison.js";
import type { TrainingConfig, TrainingMemory } from "./memory.js";
import { type Touched, Update } from "./update.js";

export class TrainingStep {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #model: ResolvedModelOptions;
  readonly #negatives: number;
  readonly #comparison: Comparison;
  readonly #update: Update;
  readonly #chance: Chance;
  readonly #panel: number;
  readonly #shift: { items: Int32Array; lnSupport: Float32Array; out: Float32Array } | undefined;
  readonly #alpha: number;
  readonly #control: Int32Array;
  readonly #starts: Int32Array;
  readonly #losses: Float32Array;
  readonly #clock: PhaseClock | undefined;

  constructor(
    thread: Thread,
    memory: TrainingMemory,
    config: TrainingConfig,
    chance: Chance,
    clock?: PhaseClock,
  ) {
    const { arena, rank } = thread;
    const { model, learning } = config;
    this.#thread = thread;
    this.#memory = memory;
    this.#model = model;
    this.#negatives = learning.negatives;
    this.#alpha = learning.sampleAlpha;
    this.#panel = memory.panels.ptr + 4 * PANEL_FLOATS * rank;
    this.#update = new Update(thread, memory, learning, this.#panel);
    this.#chance = chance;
    this.#clock = clock;
    this.#control = arena.integers(memory.control);
    this.#starts = arena.integers(memory.starts);
    this.#losses = arena.floats(memory.losses);
    this.#comparison = new Comparison(thread, memory, model, this.#panel);
    if (memory.shift) {
      this.#shift = {
        items: arena.integers(memory.items),
        lnSupport: arena.floats(memory.columns.lnSupport),
        out: arena.floats(memory.shift),
      };
    }
  }

  /**
   * Runs the mini-batch that stands in memory: `starts`, `inputs`, how many outputs it has, and in
   * `items` their targets and, behind the place of the negatives, the inputs again.
   *
   * A score or a loss that is not finite ends the step before it can spoil a weight.
   *
   * @param parity which hidden buffer holds the state before the step
   * @returns the sum of the losses of all outputs, on rank 0; other ranks return 0
   */
  run(parity: 0 | 1): number {
    const { kernels, rank, threads, barrier } = this.#thread;
    const starts = this.#starts;
    // Read everything now: thread 0 may write the next mini-batch while the others still update.
    const R = rowCount(starts);
    const S = this.#control[Control.outputs]!;
    const N = S + this.#negatives;
    const slots = shareOfSlots(starts, rank, threads);
    const panel = this.#panel;
    const clock = this.#clock;

    clock?.enter("gather");
    this.#gather(S);
    const { parameters, forward: buffers, inputs, dOut } = this.#memory;
    const { windowLength, lossAt: outputs, inBatchNegatives } = this.#model;
    const { dropout } = this.#chance;
    const fresh = windowLength > 0;
    const step = { items: inputs.ptr, starts, parity, fresh, outputs, panel, dropout };
    clock?.enter("forward");
    forward(kernels, parameters, buffers, step, ...slots);
    barrier();
    clock?.enter("scores");
    if (!this.#comparison.score(S)) this.#control[Control.fault] = Fault.score;
    barrier();
    if (this.#isFaulty()) return 0;
    clock?.enter("loss");
    this.#comparison.compare(S);
    if (rank === threads - 1) this.#group(N, R);
    barrier();
    clock?.enter("gradients");
    this.#comparison.differentiate(S);
    if (windowLength > 0 || inBatchNegatives === "none") barrier();
    const way = { starts, parity, panel, dOut: dOut.ptr, ldOut: parameters.W, outputs };
    clock?.enter("backward");
    backward(kernels, this.#memory, way, ...slots);
    const loss = rank === 0 ? this.#sumOfLosses(S) : 0;
    if (!Number.isFinite(loss)) this.#control[Control.fault] = Fault.loss;
    barrier();
    if (this.#isFaulty()) return loss;
    clock?.enter("update");
    const sound = this.#update.run(R, N, parity, this.#counts());
    if (!sound) this.#control[Control.fault] = Fault.update;
    return loss;
  }

  /** The scores of the last step. */
  scores(): Iterable<ScoreBlock> {
    return this.#comparison.blocks(this.#control[Control.outputs]!);
  }

  /** The rows of every table that the last step touched. */
  touched(): TouchedRows[] {
    return this.#update.touched(this.#counts());
  }

  #counts(): Touched {
    return {
      scored: this.#control[Control.scored]!,
      output: this.#control[Control.output]!,
      input: this.#control[Control.input]!,
    };
  }

  #isFaulty(): boolean {
    return this.#control[Control.fault] !== Fault.none;
  }

  /** Draws negatives and copies the scored rows together: targets, then negatives. */
  #gather(S: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { items, gathered, parameters } = this.#memory;
    const { output, W } = parameters;
    const targets = share(S, 1, rank, threads);
    // Eight negatives come from one block of random words.
    const drawn = share(this.#negatives, 8, rank, threads);
    this.#chance.negatives(items.ptr + 4 * S, ...drawn);
    for (const [begin, end] of [targets, [S + drawn[0], S + drawn[1]] as const]) {
      kernels.gatherRows(gathered.ptr, W, output.ptr, output.stride, items.ptr, W, begin, end);
      this.#shiftOf(S, begin, end);
    }
  }

  /** logQ · ln q: q is the support of a target, support^α of a negative. */
  #shiftOf(S: number, begin: number, end: number): void {
    if (!this.#shift) return;
    const { items, lnSupport, out } = this.#shift;
    const { logQ } = this.#model;
    for (let n = begin; n < end; ++n) {
      out[this.#comparison.shiftAt(n, S)] =
        logQ * (n < S ? 1 : this.#alpha) * lnSupport[items[n]!]!;
    }
  }

  /** Finds the distinct items of the step; see assembly/embedding.ts. */
  #group(N: number, R: number): void {
    const { kernels } = this.#thread;
    const { items, inputs, outputRows, inputRows } = this.#memory;
    const { distinct, first, last, next, places } = outputRows;
    const scored = groupRows(kernels, items.ptr, outputRows, N);
    this.#control[Control.scored] = scored;
    this.#control[Control.output] = scored;
    if (!inputRows) {
      // biome-ignore format: one call a line, against its signature
      this.#control[Control.output] = kernels.groupRows(items.ptr, places.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr, scored, N, N + R);
      return;
    }
    this.#control[Control.input] = groupRows(kernels, inputs.ptr, inputRows, R);
  }

  #sumOfLosses(S: number): number {
    let sum = 0;
    for (let b = 0; b < S; ++b) sum += this.#losses[b]!;
    return sum;
  }
}
