/**
 * Everything a retrieval training keeps in its arena: batches of B examples with windows of T items,
 * R = B·T rows of clicks over U distinct items, B + negatives occurrences of candidates in N rows.
 */

import type { ResolvedTowerOptions } from "../../models/two-towers/options.js";
import {
  allTensors,
  type FeatureShape,
  planTowers,
  type TowerParameters,
} from "../../models/two-towers/parameters.js";
import { planQuery, type QueryBuffers } from "../../models/two-towers/query.js";
import { type DenseUpdate, denseTables, planDense } from "../../network/dense.js";
import { type HeadBuffers, outputOf, planHead } from "../../network/head.js";
import { type HeadGradients, headTables, planHeadGradients } from "../../network/head-backward.js";
import type { Stack } from "../../network/stack.js";
import { type LayerGradients, planLayerGradients } from "../../network/stack-backward.js";
import { padded, type Table } from "../../network/tables.js";
import type { Arena, Tensor } from "../../wasm/arena.js";
import { PANEL_FLOATS } from "../../wasm/panel.js";
import { rowState } from "../optimizer.js";
import type { PlayerMemory } from "../task.js";
import { planSparse, type SparseUpdate } from "../touched.js";
import { type BagLists, type BagMemory, bagColumns, planBags, planLists } from "./bags.js";
import type { ResolvedRetrievalOptions } from "./options.js";
import { planSoftmax, type SoftmaxMemory, type SoftmaxOptions } from "./softmax-memory.js";

/** The configuration of a training within batches; structured-cloneable. Arrays are sent separately. */
export interface RetrievalConfig {
  readonly model: ResolvedTowerOptions;
  readonly task: Omit<ResolvedRetrievalOptions, "logQ">;
  readonly items: number;
  readonly features: readonly FeatureShape[];
  readonly examples: number;
  /** Length of all lists of excluded items together. */
  readonly excluded: number;
  /** Whether thread 0 measures its phases. */
  readonly profile?: boolean;
}

/**
 * The first layer's input, projected once for each distinct item of a batch instead of once for each
 * click: a batch of MovieLens has 35 times as many clicks as items. To the layer these are the rows
 * of a one-hot input.
 */
export interface Projection {
  /** f32[U, E] embeddings of the distinct items; f32[U, 3·D] their projections E·Wx. */
  readonly vectors: Tensor;
  readonly table: Table;
  /** f32[U, 3·D] and f32[U, E] their gradients. */
  readonly dTable: Tensor;
  readonly dVectors: Tensor;
  /** i32[R]: row of each click's item among the distinct ones. */
  readonly rows: Tensor;
  /** Of Wx. */
  readonly update: DenseUpdate;
}

export interface RetrievalMemory extends PlayerMemory {
  readonly B: number;
  readonly parameters: TowerParameters;
  readonly query: QueryBuffers;
  readonly projection: Projection;
  /** The query's recurrent layers over the projection. */
  readonly stack: Stack;
  readonly candidate: HeadBuffers;
  /** f32[B, W] queries divided by the temperature, and f32[B] 1 / temperature; undefined where it is 1. */
  readonly cooled: Tensor | undefined;
  readonly inverse: Tensor | undefined;
  /** The vectors of both towers, their gradients, and the buffers of the softmax. */
  readonly softmax: SoftmaxMemory;
  readonly queryHead: HeadGradients;
  readonly candidateHead: HeadGradients;
  readonly layers: readonly LayerGradients[];
  /** Of the query's recurrent layers without Wx, then of its head, then of the candidate's. */
  readonly dense: readonly DenseUpdate[];
  readonly queryRows: SparseUpdate;
  readonly candidateRows: SparseUpdate;
  /** f64 as pairs: squared norms of all gradient rows of a step; undefined without a cap. */
  readonly norms: Tensor | undefined;
  /** Features of items: bags of the catalogue, and the buffers of each tower. */
  readonly lists: readonly BagLists[];
  readonly queryBags: BagMemory;
  readonly candidateBags: BagMemory;
  /** Of query.T, and i32[B] the bucket of each slot's time. */
  readonly timeRows: SparseUpdate | undefined;
  readonly slotMoments: Tensor;
  /** i32[T + 1] and i32[R], see src/network/positions.ts. */
  readonly starts: Tensor;
  readonly inputs: Tensor;
  /** i32[B + negatives] items of the targets, by slot, and of the drawn candidates. */
  readonly occurrences: Tensor;
  readonly words: Tensor;
  readonly columns: ExampleColumns;
  /** i32[B] example of each slot. */
  readonly played: Tensor;
  /** One row a thread. */
  readonly panels: Tensor;
}

export interface ExampleColumns extends Readonly<Record<string, Tensor>> {
  /** The examples: i32[examples, T], i32[examples] twice, f32[examples]. */
  readonly contexts: Tensor;
  readonly targets: Tensor;
  readonly moments: Tensor;
  readonly weights: Tensor;
  /** i32[examples]: the examples in the order of time; empty when another order is asked for. */
  readonly order: Tensor;
  /** i32[examples + 1] and i32[·] as in exclusions.ts. */
  readonly excludedStarts: Tensor;
  readonly excluded: Tensor;
  /** f32[items]: ln of the probabilities that correct targets and drawn candidates. */
  readonly lnTargets: Tensor;
  readonly lnDrawn: Tensor;
  /** What candidates are drawn from, see negatives.ts. */
  readonly coin: Tensor;
  readonly alias: Tensor;
}

export function softmaxOptions({ task, excluded }: RetrievalConfig): SoftmaxOptions {
  const { removeAccidentalHits: removesHits, hardNegatives } = task;
  return { removesHits, hardNegatives, excludes: excluded > 0 };
}

export function planRetrieval(
  arena: Arena,
  config: RetrievalConfig,
  threads: number,
): RetrievalMemory {
  const { model, task, items, examples, excluded } = config;
  const state = rowState(task);
  const parameters = planTowers(arena, model, items, state, config.features);
  const { query, candidate, itemWidth, W } = parameters;
  const T = model.windowLength;
  const B = Math.min(task.batchSize, examples);
  const occurrences = B + task.negatives;
  const N = task.hardNegatives > 0 ? occurrences : Math.min(items, occurrences);
  const plan = (...shape: number[]): Tensor => arena.plan(...shape);
  const sparse = (table: Table, n: number): SparseUpdate => planSparse(arena, table, n);
  const projection = planProjection(arena, parameters, B * T);
  const [first, ...others] = query.stack.layers;
  const stack = {
    ...query.stack,
    layers: [{ ...first!, input: projection.table }, ...others],
  };
  const queryBuffers = planQuery(arena, { ...parameters, query: { ...query, stack } }, B, T, null);
  const candidateBuffers = planHead(arena, candidate.head, N, itemWidth);
  const cooled = task.temperature === 1 ? undefined : plan(B, W);
  const queries = cooled ?? queryBuffers.output;
  const vectors = { queries, candidates: outputOf(candidateBuffers) };
  const lists = planLists(arena, items, config.features);
  const bags = (tower: BagMemory["tower"], n: number): BagMemory =>
    planBags(arena, tower, itemWidth, lists, Math.min(items, n));
  const dense = [
    ...denseTables(stack, true),
    ...headTables(query.head),
    ...headTables(candidate.head),
  ];
  const denseRows = [...dense, query.stack.layers[0]!.input].reduce(
    (sum, { rows }) => sum + rows,
    0,
  );
  const queryBags = bags(query, B * T);
  const candidateBags = bags(candidate, occurrences);
  const ofFeatures = [...queryBags.updates, ...candidateBags.updates];
  const featureRows = ofFeatures.reduce((sum, { update }) => sum + update.addresses.length, 0);
  const gradientRows = denseRows + B * T + occurrences + featureRows + (query.time ? B : 0);
  return {
    B,
    parameters,
    query: queryBuffers,
    projection,
    stack,
    candidate: candidateBuffers,
    tensors: allTensors(parameters),
    cooled,
    inverse: cooled && plan(B),
    softmax: planSoftmax(arena, { B, N, W, ...vectors }, threads),
    queryHead: planHeadGradients(arena, query.head, B),
    candidateHead: planHeadGradients(arena, candidate.head, N),
    layers: planLayerGradients(arena, stack, {
      slots: B,
      positions: T,
      oneHot: true,
      dropsInput: false,
      dropsHidden: model.dropoutHidden > 0,
    }),
    dense: dense.map((table) => planDense(arena, table)),
    norms: task.gradientCap > 0 ? plan(2 * gradientRows) : undefined,
    queryRows: sparse(query.embedding, B * T),
    candidateRows: sparse(candidate.embedding, occurrences),
    lists,
    queryBags,
    candidateBags,
    timeRows: query.time && sparse(query.time.table, B),
    slotMoments: plan(B),
    control: plan(8),
    key: plan(4),
    starts: plan(T + 1),
    inputs: plan(B * T),
    occurrences: plan(occurrences),
    words: plan(threads, 16),
    columns: {
      ...bagColumns(lists),
      contexts: plan(examples, T),
      targets: plan(examples),
      moments: plan(query.time ? examples : 0),
      weights: plan(examples),
      order: plan(task.order === "time" ? examples : 0),
      excludedStarts: plan(excluded > 0 ? examples + 1 : 0),
      excluded: plan(excluded),
      lnTargets: plan(items),
      lnDrawn: plan(items),
      coin: plan(items),
      alias: plan(items),
    },
    played: plan(B),
    panels: plan(threads, PANEL_FLOATS),
  };
}

function planProjection(arena: Arena, { query, items }: TowerParameters, R: number): Projection {
  const { width, E, input } = query.stack.layers[0]!;
  const U = Math.min(R, items + 1);
  const { ptr, length } = arena.plan(U, width);
  return {
    table: { ptr, length, rows: U, width, stride: width },
    vectors: arena.plan(U, padded(E)),
    dTable: arena.plan(U, width),
    dVectors: arena.plan(U, padded(E)),
    rows: arena.plan(R),
    update: planDense(arena, input),
  };
}
