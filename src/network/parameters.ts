/**
 * The weights of a model as tables in an arena.
 *
 * Every parameter is a table of rows: a step of the optimiser is a step of some rows of a table,
 * whether one row is an item or a line of a matrix. While training, a row is followed by its
 * optimiser state, so that both are found together (assembly/optimizer.ts).
 *
 *     table     rows        columns                      stands for
 *     output    items       w … | bias, 0, 0, 0          Wy and By: the bias meets a hidden 1
 *     embedding items       e …                          E (separate); one row more for the pad
 *     input     items or E  r … | z … | c …              Wx of a layer (items: one-hot)
 *     recurrent D           r … | z … | c …              U = [Wrz | Wh]
 *     bias      1           r … | z … | c …              b, and b′ with resetAfter
 *
 * Widths are rounded up to 4, the padding is 0 and stays 0: its gradients are 0 everywhere.
 */

import type { ResolvedModelOptions } from "../models/gru4rec/options.js";
import type { Arena } from "../wasm/arena.js";
import { type Activation, activationOf } from "./activations.js";

/** f32[rows, stride]; the first `width` columns of a row are weights. */
export interface Table {
  readonly ptr: number;
  readonly rows: number;
  readonly width: number;
  readonly stride: number;
  readonly length: number;
}

export interface LayerParameters {
  /** Hidden size, and rounded up to 4. */
  readonly size: number;
  readonly D: number;
  /** Width of the input, and rounded up to 4; the number of items when it is one-hot. */
  readonly inputSize: number;
  readonly E: number;
  /** Column blocks: 3 (r | z | c), or 1 for a plain recurrent layer. */
  readonly gates: number;
  readonly input: Table;
  readonly recurrent: Table;
  readonly bias: Table;
  readonly recurrentBias: Table | undefined;
}

/** Recurrent layers, bottom first, and the activation of their candidates. */
export interface Stack {
  readonly layers: readonly LayerParameters[];
  readonly hiddenActivation: Activation;
}

export interface Parameters extends Stack {
  readonly items: number;
  readonly output: Table;
  /** Where input vectors are looked up: the output table when shared, undefined when one-hot. */
  readonly lookup: Table | undefined;
  readonly embedding: Table | undefined;
  /** Columns of the hidden state that meets the output table: the last layer's D and the 1. */
  readonly W: number;
}

/** What an optimiser keeps with each row: how many times its width, and a few floats at the end. */
export interface RowState {
  readonly widths: number;
  readonly tail: number;
}

const NO_STATE: RowState = { widths: 0, tail: 0 };

/** Rounded up to whole vectors. */
export function padded(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** Reserves tables of an arena, each row followed by its optimiser state. */
export type TablePlanner = (rows: number, width: number) => Table;

export function tablesOf(arena: Arena, state: RowState = NO_STATE): TablePlanner {
  return (rows, width) => {
    const stride = width * (1 + state.widths) + state.tail;
    const { ptr, length } = arena.plan(rows, stride);
    return { ptr, rows, width, stride, length };
  };
}

/** Reserves the tables of a model; the same options give the same plan. */
export function planParameters(
  arena: Arena,
  options: ResolvedModelOptions,
  items: number,
  state?: RowState,
): Parameters {
  const table = tablesOf(arena, state);
  const last = options.layers.at(-1)!;
  const W = padded(last) + 4;
  const output = table(items, W);
  const embeddingSize = options.embeddingSize || options.layers[0]!;
  const separate = options.embedding === "separate";
  const read = items + (options.padding === "unmasked" ? 1 : 0);
  const embedding = separate ? table(read, padded(embeddingSize)) : undefined;
  const oneHot = options.embedding === "one-hot";
  const inputSize = { "one-hot": items, separate: embeddingSize, shared: last }[options.embedding];
  return {
    ...{ items, output, embedding, W },
    ...planStack(table, options, inputSize, oneHot),
    lookup: options.embedding === "shared" ? output : embedding,
  };
}

/** Reserves the tables of recurrent layers over an input of a given width. */
export function planStack(
  table: TablePlanner,
  options: StackOptions,
  inputSize: number,
  oneHot = false,
): Stack {
  const gates = options.cell === "gru" ? 3 : 1;
  const layers = options.layers.map((size, i): LayerParameters => {
    const D = padded(size);
    const width = i === 0 ? inputSize : options.layers[i - 1]!;
    const E = i === 0 && oneHot ? width : padded(width);
    return {
      ...{ size, D, inputSize: width, E, gates },
      input: table(E, gates * D),
      recurrent: table(D, gates * D),
      bias: table(1, gates * D),
      recurrentBias: options.resetAfter ? table(1, gates * D) : undefined,
    };
  });
  const { hiddenActivation, eluParam } = options;
  return { layers, hiddenActivation: activationOf(hiddenActivation, eluParam, "hiddenActivation") };
}

/** What decides the shape of recurrent layers. */
export type StackOptions = Pick<
  ResolvedModelOptions,
  "layers" | "cell" | "resetAfter" | "hiddenActivation" | "eluParam"
>;
