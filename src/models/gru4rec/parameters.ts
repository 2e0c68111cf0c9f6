/**
 * The weights of a GRU4Rec as tables in an arena, and their names in files.
 *
 *     table     rows        columns                      stands for
 *     output    items       w … | bias, 0, 0, 0          Wy [items, L], By [items]: it meets a hidden 1
 *     embedding items       e …                          E [items, d], separate; one row more for the pad
 *     layers    src/network/stack.ts                     Wx_i, Wh_i, b_i …: src/network/cells
 */

import { layerTensors, planStack, type Stack } from "../../network/stack.js";
import { padded, type RowState, type Table, tablesOf } from "../../network/tables.js";
import { type NamedTensor, named } from "../../network/weights.js";
import type { Arena } from "../../wasm/arena.js";
import type { ResolvedModelOptions } from "./options.js";

export interface Parameters extends Stack {
  readonly items: number;
  readonly output: Table;
  /** Where input vectors are looked up: the output table when shared, undefined when one-hot. */
  readonly lookup: Table | undefined;
  readonly embedding: Table | undefined;
  /** Columns of the hidden state that meets the output table: the last layer's D and the 1. */
  readonly W: number;
}

/** Reserves the tables of a model; the same options give the same plan. */
export function planParameters(
  arena: Arena,
  options: ResolvedModelOptions,
  items: number,
  state?: RowState,
): Parameters {
  const table = tablesOf(arena, state);
  const W = padded(options.layers.at(-1)!) + 4;
  const output = table(items, W);
  const read = items + (options.padding === "unmasked" ? 1 : 0);
  const isSeparate = options.embedding === "separate";
  const embedding = isSeparate ? table(read, padded(embeddingWidth(options))) : undefined;
  const oneHot = options.embedding === "one-hot";
  const stack = planStack(table, options, oneHot ? items : embeddingWidth(options), oneHot);
  const lookup = options.embedding === "shared" ? output : embedding;
  return { ...stack, items, output, embedding, lookup, W };
}

/** Width of the vectors that enter the first layer; 0 where items do, one-hot. */
export function embeddingWidth({ embedding, embeddingSize, layers }: ResolvedModelOptions): number {
  if (embedding === "one-hot") return 0;
  return embedding === "shared" ? layers.at(-1)! : embeddingSize || layers[0]!;
}

/** Every tensor of a model, in the order in which the official code draws their initial values. */
export function namedTensors(parameters: Parameters): NamedTensor[] {
  const { items, layers, output, embedding, W } = parameters;
  const first = layers[0]!;
  const last = layers.at(-1)!;
  return [
    ...(embedding ? [named("E", embedding, embedding.rows, [first.inputSize], [0])] : []),
    ...layers.flatMap(layerTensors),
    named("Wy", output, items, [last.size], [0]),
    named("By", output, items, [1], [W - 4], [items]),
  ];
}
