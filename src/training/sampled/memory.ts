/**
 * Everything a training job keeps in its arena, in shapes of B slots, T positions, R = B·T rows of
 * clicks, S targets (B, or R with a loss at every position) and N = S + negatives scored rows.
 *
 * Scored rows are the targets of the step, then the negatives: where the negatives begin moves as
 * slots close, so `items` is filled anew by each step.
 */

import type { ResolvedModelOptions } from "../../models/gru4rec/options.js";
import { namedTensors, type Parameters, planParameters } from "../../models/gru4rec/parameters.js";
import { type DenseUpdate, denseTables, planDense } from "../../network/dense.js";
import { type ForwardBuffers, planForward } from "../../network/forward.js";
import { LOSSES } from "../../network/losses.js";
import { type LayerGradients, planLayerGradients } from "../../network/stack-backward.js";
import { padded } from "../../network/tables.js";
import type { Arena, Tensor } from "../../wasm/arena.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import { rowState } from "../optimizer.js";
import type { ResolvedLearningOptions } from "../options.js";
import type { PlayerMemory } from "../task.js";
import { planSparse, type SparseUpdate } from "../touched.js";

/** The configuration of a training job; structured-cloneable. */
export interface TrainingConfig {
  readonly model: ResolvedModelOptions;
  readonly learning: ResolvedLearningOptions;
  readonly items: number;
  readonly events: number;
  readonly sessions: number;
  /** Whether thread 0 measures its phases. */
  readonly profile?: boolean;
}

export interface TrainingMemory extends PlayerMemory {
  readonly B: number;
  /** Drawn in each step. */
  readonly negatives: number;
  /** Leading dimension of item-major scores: S rounded up to 4. */
  readonly ld: number;
  readonly parameters: Parameters;
  readonly forward: ForwardBuffers;
  /** i32[T + 1], see src/network/positions.ts. */
  readonly starts: Tensor;
  /** i32[N + R] targets, negatives, inputs; and i32[R] inputs at a fixed place. */
  readonly items: Tensor;
  readonly inputs: Tensor;
  /** f32[N, W] scored rows of the output table, and their gradient. */
  readonly gathered: Tensor;
  readonly dGathered: Tensor;
  /** f32[N, ld], item-major; f32[4 + negatives, ld] where targets are compared with negatives alone (comparison.ts). */
  readonly scores: Tensor;
  readonly losses: Tensor;
  /** Scratch of the loss, each thread's: f32[N, terms], see src/network/losses.ts. */
  readonly terms: readonly Tensor[];
  /** f32[N] logQ · ln q of each scored row; undefined where logQ is 0. */
  readonly shift: Tensor | undefined;
  /** f32[S, W] */
  readonly dOut: Tensor;
  readonly layers: readonly LayerGradients[];
  readonly dense: readonly DenseUpdate[];
  /** Of the output table; with a shared embedding inputs fall in too. */
  readonly outputRows: SparseUpdate;
  /** Of the table that inputs are looked up in, where it is another one. */
  readonly inputRows: SparseUpdate | undefined;
  /** f64 as pairs: squared norms of all gradient rows of a step; undefined without a cap. */
  readonly norms: Tensor | undefined;
  readonly columns: {
    readonly itemIndices: Tensor;
    readonly offsets: Tensor;
    readonly order: Tensor;
    /** What negatives are drawn from, see negatives.ts, and f32[items] ln support. */
    readonly coin: Tensor;
    readonly alias: Tensor;
    readonly lnSupport: Tensor;
  };
  /** One row a thread. */
  readonly panels: Tensor;
  readonly words: Tensor;
}

export function planTraining(
  arena: Arena,
  config: TrainingConfig,
  threads: number,
): TrainingMemory {
  const { model, learning, items, events, sessions } = config;
  const parameters = planParameters(arena, model, items, rowState(learning));
  const { layers, W, output, embedding, lookup } = parameters;
  const { B, T, S } = batchShape(config);
  const R = B * T;
  const ld = padded(S);
  const N = S + learning.negatives;
  const compared = model.inBatchNegatives === "none" ? learning.negatives : N;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);

  const oneHot = lookup === undefined;
  const dense = denseTables(parameters, oneHot);
  const inputTable = embedding ?? (oneHot ? layers[0]!.input : undefined);
  const shared = inputTable === undefined;
  const denseRows = dense.reduce((sum, table) => sum + table.rows, 0);

  return {
    B,
    ld,
    negatives: learning.negatives,
    parameters,
    tensors: namedTensors(parameters),
    forward: planForward(arena, parameters, R, S),
    control: plan(8),
    key: plan(4),
    starts: plan(T + 1),
    items: plan(N + R),
    inputs: plan(R),
    gathered: plan(N, W),
    dGathered: plan(N, W),
    // The targets of a vector of slots are read even where the last slots are closed.
    scores: plan(compared + 4, ld),
    losses: plan(ld),
    shift: model.logQ > 0 ? plan(N + 4) : undefined,
    dOut: plan(S, W),
    terms: Array.from({ length: threads }, () => plan(compared + 4, LOSSES[model.loss].terms)),
    layers: planLayerGradients(arena, parameters, {
      slots: B,
      positions: T,
      oneHot,
      dropsInput: model.dropoutEmbedding > 0,
      dropsHidden: model.dropoutHidden > 0,
    }),
    dense: dense.map((table) => planDense(arena, table)),
    outputRows: planSparse(arena, output, shared ? N + R : N),
    inputRows: inputTable && planSparse(arena, inputTable, R),
    norms: learning.gradientCap > 0 ? plan(2 * (denseRows + N + 2 * R)) : undefined,
    columns: {
      itemIndices: plan(events),
      offsets: plan(sessions + 1),
      order: plan(sessions),
      coin: plan(items),
      alias: plan(items),
      lnSupport: plan(items),
    },
    panels: plan(threads, PANEL_FLOATS),
    words: plan(threads, 16),
  };
}

/** How many slots B, positions T and targets S a mini-batch has at most. */
export function batchShape({ model, learning, events, sessions }: TrainingConfig): {
  readonly B: number;
  readonly T: number;
  readonly S: number;
} {
  const { windowLength, lossAt } = model;
  if (windowLength === 0) {
    const B = Math.min(learning.batchSize, sessions);
    return { B, T: 1, S: B };
  }
  // There are no more windows than targets.
  const B = Math.max(1, Math.min(learning.batchSize, events - sessions));
  return { B, T: windowLength, S: lossAt === "every" ? B * windowLength : B };
}
