/**
 * One mini-batch, as every thread runs it. Between two barriers a thread writes only rows, slots or
 * items of its own, and sums never cross a split: the result does not depend on the number of
 * threads, bit for bit.
 *
 *     draw negatives, gather their rows · forward        own negatives · own slots
 *     ── barrier ── scores = rows · outᵀ                  own scored rows
 *     ── barrier ── loss and its gradient, in place       own slots (one thread groups repeated items)
 *     ── barrier ── dRows = dScoresᵀ · out                own scored rows
 *                   dOut = dScores · rows · backward      own slots
 *     ── barrier ── gradients of matrices, sums of rows   own rows of every table
 *                   optimiser                             (more barriers: see update.ts)
 */

import { type Activation, activationOf } from "../model/activations.js";
import { type Dropout, forward, PANEL_FLOATS } from "../model/forward.js";
import type { ResolvedModelOptions } from "../model/options.js";
import { share, type Thread } from "../threads/program.js";
import { backward } from "./backward.js";
import type { TrainingConfig, TrainingMemory } from "./memory.js";
import { Update } from "./update.js";

/** What a step leaves to chance. */
export interface Chance {
  /** Writes negatives [begin, end) to i32[negatives] at the address. */
  negatives(to: number, begin: number, end: number): void;
  readonly dropout: Dropout | undefined;
}

/** Places in `memory.control`. */
export const Control = { open: 0, goOn: 1, scored: 2, output: 3, input: 4, fault: 5 } as const;

/**
 * Where a step met a number that is not finite, or a score of 2²⁴ or more: the value of `Control.fault`, 0 while there is none.
 * Threads write it in one phase and read it in the next, so all of them stop at the same place.
 */
export const Fault = { none: 0, score: 1, loss: 2, update: 3 } as const;

export class TrainingStep {
  readonly #thread: Thread;
  readonly #memory: TrainingMemory;
  readonly #model: ResolvedModelOptions;
  readonly #negatives: number;
  readonly #final: Activation | undefined;
  readonly #update: Update;
  readonly #chance: Chance;
  readonly #panel: number;
  readonly #shift: { items: Int32Array; lnSupport: Float32Array; out: Float32Array } | undefined;
  readonly #alpha: number;
  readonly #control: Int32Array;
  readonly #losses: Float32Array;

  constructor(thread: Thread, memory: TrainingMemory, config: TrainingConfig, chance: Chance) {
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
    this.#control = arena.integers(memory.control);
    this.#losses = arena.floats(memory.losses);
    if (model.finalActivation !== "softmax") {
      this.#final = activationOf(model.finalActivation, model.eluParam, "finalActivation");
    }
    if (model.logQ > 0) {
      this.#shift = {
        items: arena.integers(memory.items),
        lnSupport: arena.floats(memory.lnSupport),
        out: arena.floats(memory.shift),
      };
    }
  }

  /**
   * Runs the mini-batch that stands in memory: open slots, `inputs`, and in `items` the targets and,
   * behind the place of the negatives, the inputs again.
   *
   * A score or a loss that is not finite ends the step before it can spoil a weight.
   *
   * @param parity which hidden buffer holds the state before the step
   * @returns the sum of the losses of all open slots, on rank 0; other ranks return 0
   */
  run(parity: 0 | 1): number {
    const { rank, threads, barrier } = this.#thread;
    const M = this.#control[Control.open]!;
    const N = M + this.#negatives;
    const slots = share(M, 1, rank, threads);
    const rows = share(N, 1, rank, threads);

    this.#gather(M);
    const { kernels } = this.#thread;
    const { parameters, forward: buffers, inputs } = this.#memory;
    const { dropout } = this.#chance;
    const step = { items: inputs.ptr, parity, panel: this.#panel, dropout };
    forward(kernels, parameters, buffers, step, ...slots);
    barrier();
    this.#score(M, ...rows);
    barrier();
    if (this.#isFaulty()) return 0;
    this.#loss(M, N, ...share(M, 4, rank, threads));
    if (rank === threads - 1) this.#group(M, N);
    barrier();
    this.#differentiate(M, N, rows, slots);
    backward(kernels, this.#memory, { parity, panel: this.#panel }, ...slots);
    const loss = rank === 0 ? this.#sumOfLosses(M) : 0;
    if (!Number.isFinite(loss)) this.#control[Control.fault] = Fault.loss;
    barrier();
    if (this.#isFaulty()) return loss;
    const sound = this.#update.run(M, this.#negatives, parity, {
      scored: this.#control[Control.scored]!,
      output: this.#control[Control.output]!,
      input: this.#control[Control.input]!,
    });
    if (!sound) this.#control[Control.fault] = Fault.update;
    return loss;
  }

  #isFaulty(): boolean {
    return this.#control[Control.fault] !== Fault.none;
  }

  /** Draws negatives and copies the scored rows together: targets, then negatives. */
  #gather(M: number): void {
    const { kernels, rank, threads } = this.#thread;
    const { items, gathered, parameters } = this.#memory;
    const { output, W } = parameters;
    const targets = share(M, 1, rank, threads);
    // Eight negatives come from one block of random words.
    const drawn = share(this.#negatives, 8, rank, threads);
    this.#chance.negatives(items.ptr + 4 * M, ...drawn);
    for (const [begin, end] of [targets, [M + drawn[0], M + drawn[1]] as const]) {
      const table = [output.ptr, output.stride] as const;
      kernels.gatherRows(gathered.ptr, W, ...table, items.ptr, W, begin, end);
      this.#shiftOf(M, begin, end);
    }
  }

  /** logQ · ln q: q is the support of a target, support^α of a negative. */
  #shiftOf(M: number, begin: number, end: number): void {
    if (!this.#shift) return;
    const { items, lnSupport, out } = this.#shift;
    const { logQ } = this.#model;
    for (let n = begin; n < end; ++n) {
      out[n] = logQ * (n < M ? 1 : this.#alpha) * lnSupport[items[n]!]!;
    }
  }

  #score(M: number, begin: number, end: number): void {
    const { kernels } = this.#thread;
    const { scores, ld, gathered, forward: buffers, parameters, shift } = this.#memory;
    const { W } = parameters;
    kernels.gemmABt(
      ...([scores.ptr, ld, gathered.ptr, W, buffers.out.ptr, W, M, W, false] as const),
      ...([this.#panel, begin, end] as const),
    );
    if (this.#shift) kernels.shiftRows(scores.ptr, ld, shift.ptr, M, begin, end);
    // Before the activation, which may hide infinity; what stands in closed slots does not count.
    if (kernels.areBounded(scores.ptr, ld, M, begin, end) === 0) {
      this.#control[Control.fault] = Fault.score;
      return;
    }
    if (!this.#final) return;
    const { kind, a, lambda } = this.#final;
    kernels.activate(kind, a, lambda, scores.ptr, ld, ld, begin, end);
  }

  #loss(M: number, N: number, begin: number, end: number): void {
    const { kernels } = this.#thread;
    const { scores, ld, losses, B } = this.#memory;
    const { loss, smoothing, bprReg } = this.#model;
    const matrix = [scores.ptr, ld, N, losses.ptr] as const;
    const range = [M, 1 / B, begin, end] as const;
    if (!this.#final) {
      kernels.crossEntropy(...matrix, smoothing, ...range);
      return;
    }
    const { kind, a, lambda } = this.#final;
    const final = [kind, a, lambda] as const;
    if (loss === "bpr") kernels.bpr(...matrix, ...final, ...range);
    else if (loss === "top1") kernels.top1(...matrix, ...final, ...range);
    else if (loss === "top1-max") kernels.top1Max(...matrix, ...final, ...range);
    else kernels.bprMax(...matrix, ...final, bprReg, ...range);
  }

  /** Finds the distinct items of the step; see assembly/embedding.ts. */
  #group(M: number, N: number): void {
    const { kernels } = this.#thread;
    const { items, inputs, outputRows, inputRows } = this.#memory;
    const { distinct, first, last, next, slots } = outputRows;
    const lists = [slots.ptr, distinct.ptr, first.ptr, last.ptr, next.ptr] as const;
    const scored = kernels.groupRows(items.ptr, ...lists, 0, 0, N);
    this.#control[Control.scored] = scored;
    this.#control[Control.output] = scored;
    if (!inputRows) {
      this.#control[Control.output] = kernels.groupRows(items.ptr, ...lists, scored, N, N + M);
      return;
    }
    const own = inputRows;
    this.#control[Control.input] = kernels.groupRows(
      ...([inputs.ptr, own.slots.ptr, own.distinct.ptr, own.first.ptr, own.last.ptr] as const),
      ...([own.next.ptr, 0, 0, M] as const),
    );
  }

  /** dScores is item-major: it is the left factor of both products as it stands. */
  #differentiate(M: number, N: number, rows: [number, number], slots: [number, number]): void {
    const { kernels } = this.#thread;
    const { scores, ld, gathered, dGathered, dOut, forward: buffers, parameters } = this.#memory;
    const { W } = parameters;
    const dScores = [scores.ptr, ld] as const;
    kernels.gemmAB(
      ...([dGathered.ptr, W, ...dScores, buffers.out.ptr, W, W, M, false] as const),
      ...([this.#panel, ...rows] as const),
    );
    kernels.gemmAtB(
      ...([dOut.ptr, W, ...dScores, gathered.ptr, W, W, N, false] as const),
      ...([this.#panel, ...slots] as const),
    );
  }

  #sumOfLosses(M: number): number {
    let sum = 0;
    for (let b = 0; b < M; ++b) sum += this.#losses[b]!;
    return sum;
  }
}
