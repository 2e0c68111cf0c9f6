/**
 * Everything a training job keeps in its arena, in shapes of B slots, N = B + negatives scored rows.
 *
 * Scored rows are the targets of the open slots, then the negatives: where the negatives begin moves
 * as slots close, so `items` is filled anew by each step.
 */

import { type ForwardBuffers, PANEL_FLOATS, planForward } from "../model/forward.js";
import type { ResolvedModelOptions } from "../model/options.js";
import { type Parameters, padded, planParameters, type Table } from "../model/parameters.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import { rowState } from "./optimizer.js";
import type { ResolvedLearningOptions } from "./options.js";

/** What a training job is told; structured-cloneable. */
export interface TrainingConfig {
  readonly model: ResolvedModelOptions;
  readonly learning: ResolvedLearningOptions;
  readonly items: number;
  readonly events: number;
  readonly sessions: number;
}

/** A parameter whose every row gets a gradient in every step. */
export interface DenseUpdate {
  readonly table: Table;
  /** f32[rows, width] */
  readonly gradient: Tensor;
  /** u32[rows]: 0, 1, 2, …, and the address of each row of `gradient`. */
  readonly rows: Tensor;
  readonly addresses: Tensor;
}

/** A table of which a step touches a few rows, some of them several times (embedding.ts). */
export interface SparseUpdate {
  readonly table: Table;
  /** i32[n] distinct items of the n rows of a step; u32[n] first and last occurrence of each. */
  readonly distinct: Tensor;
  readonly first: Tensor;
  readonly last: Tensor;
  /** i32[n] the following occurrence of the same item, −1 at the end. */
  readonly next: Tensor;
  /** u32[n] address of each distinct item's summed gradient. */
  readonly heads: Tensor;
  /** u32[items] sparse set of groupRows. */
  readonly slots: Tensor;
}

export interface LayerGradients {
  /** f32[B, 3·D], gradient of the gates' pre-activations. */
  readonly da: Tensor;
  /** f32[B, E], gradient of the layer's input; undefined when one-hot. */
  readonly dInput: Tensor | undefined;
  /** f32[B, D], scratch of the reset gate; undefined where none is needed. */
  readonly dq: Tensor | undefined;
  /** f32[B, D] mask of dropoutHidden. */
  readonly mask: Tensor | undefined;
}

export interface TrainingMemory {
  readonly B: number;
  /** Leading dimension of item-major scores: B rounded up to 4. */
  readonly ld: number;
  /** B + negatives. */
  readonly N: number;
  readonly parameters: Parameters;
  readonly forward: ForwardBuffers;
  /** i32[8]: the places of `Control` in step.ts. */
  readonly control: Tensor;
  /** u32[4]: seed low, seed high, epoch, step. */
  readonly key: Tensor;
  /** i32[N + B] targets, negatives, inputs; and i32[B] inputs at a fixed place. */
  readonly items: Tensor;
  readonly inputs: Tensor;
  /** f32[N, W] scored rows of the output table, and their gradient. */
  readonly gathered: Tensor;
  readonly dGathered: Tensor;
  /** f32[N, ld], item-major. */
  readonly scores: Tensor;
  readonly losses: Tensor;
  /** f32[N] logQ · ln q of each scored row. */
  readonly shift: Tensor;
  /** f32[B, W] */
  readonly dOut: Tensor;
  readonly inputMask: Tensor | undefined;
  readonly layers: readonly LayerGradients[];
  readonly dense: readonly DenseUpdate[];
  /** Of the output table; with a shared embedding inputs fall in too. */
  readonly outputRows: SparseUpdate;
  /** Of the table that inputs are looked up in, where it is another one. */
  readonly inputRows: SparseUpdate | undefined;
  /** f64 as pairs: squared norms of all gradient rows of a step; undefined without a cap. */
  readonly norms: Tensor | undefined;
  readonly coin: Tensor;
  readonly alias: Tensor;
  /** f32[items] ln support. */
  readonly lnSupport: Tensor;
  readonly itemIndices: Tensor;
  readonly offsets: Tensor;
  readonly order: Tensor;
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
  const B = Math.min(learning.batchSize, sessions);
  const ld = padded(B);
  const N = B + learning.negatives;
  const E = layers[0]!.E;
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);

  const sparse = (table: Table, n: number): SparseUpdate => ({
    ...{ table, distinct: plan(n), first: plan(n), last: plan(n), next: plan(n) },
    ...{ heads: plan(n), slots: plan(items) },
  });
  const dense = layers.flatMap((layer, i) => [
    ...(lookup || i > 0 ? [layer.input] : []),
    ...[layer.recurrent, layer.bias],
    ...(layer.recurrentBias ? [layer.recurrentBias] : []),
  ]);
  const inputTable = embedding ?? (lookup ? undefined : layers[0]!.input);
  const shared = inputTable === undefined;
  const denseRows = dense.reduce((sum, table) => sum + table.rows, 0);

  return {
    ...{ B, ld, N, parameters, forward: planForward(arena, parameters, B) },
    ...{ control: plan(8), key: plan(4), items: plan(N + B), inputs: plan(B) },
    ...{ gathered: plan(N, W), dGathered: plan(N, W) },
    // The targets of a vector of slots are read even where the last slots are closed.
    ...{ scores: plan(N + 4, ld), losses: plan(ld), shift: plan(N), dOut: plan(B, W) },
    inputMask: model.dropoutEmbedding > 0 && lookup ? plan(B, E) : undefined,
    layers: layers.map((layer, i) => ({
      da: plan(B, layer.gates * layer.D),
      dInput: lookup || i > 0 ? plan(B, layer.E) : undefined,
      dq: layer.gates > 1 && !layer.recurrentBias ? plan(B, layer.D) : undefined,
      mask: model.dropoutHidden > 0 ? plan(B, layer.D) : undefined,
    })),
    dense: dense.map((table) => ({
      ...{ table, gradient: plan(table.rows, table.width) },
      ...{ rows: plan(table.rows), addresses: plan(table.rows) },
    })),
    outputRows: sparse(output, shared ? N + B : N),
    inputRows: inputTable && sparse(inputTable, B),
    norms: learning.gradientCap > 0 ? plan(2 * (denseRows + N + 2 * B)) : undefined,
    ...{ coin: plan(items), alias: plan(items), lnSupport: plan(items) },
    ...{ itemIndices: plan(events), offsets: plan(sessions + 1), order: plan(sessions) },
    ...{ panels: plan(threads, PANEL_FLOATS), words: plan(threads, 16) },
  };
}

/** Fills what never changes: the lists that name every row of the dense tables. */
export function prepareDense(arena: Arena, memory: TrainingMemory): void {
  for (const { table, gradient, rows, addresses } of memory.dense) {
    arena.words(rows).forEach((_, row, view) => {
      view[row] = row;
    });
    arena.words(addresses).forEach((_, row, view) => {
      view[row] = gradient.ptr + 4 * row * table.width;
    });
  }
}
