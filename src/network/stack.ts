/**
 * Recurrent layers: their tables, and the forward pass over the rows of a mini-batch, position after
 * position.
 *
 *     x ─ Wx ─→ a ─ cell ─→ h′ ─→ next layer …        the states after a row are those before the next
 *
 *     table     rows        columns
 *     input     items or E  a block for each of the cell's   Wx of a layer (items: one-hot)
 *     recurrent D           the same                         U
 *     bias      1           the same                         b, and b′ with resetAfter
 *
 * A stack knows only the layers of a model, and only the interface of a cell (cells/cell.ts). To run one over
 * rows of input vectors:
 *
 *     const stack = planStack(tablesOf(arena, state), options, width);      // weights
 *     const buffers = planLayers(arena, stack, slots · T);                  // one row a click
 *     forwardLayers(kernels, stack, buffers, { x: x.ptr }, step, begin, end);
 *
 * `outputAfter` of the last layer is then the output after each row. The backward pass is stack-backward.ts.
 * Slots are independent, so threads take ranges of slots (`shareOfSlots`) and need no barrier.
 */

import type { Arena, Tensor } from "../wasm/arena.js";
import type { ServingKernels } from "../wasm/serving.js";
import { type Activation, type ActivationName, activationOf } from "./activations.js";
import type { LayerBuffers, LayerParameters } from "./cells/cell.js";
import { CELLS, type CellName } from "./cells/forward.js";
import { openAt, rowsAt } from "./positions.js";
import { padded, type TablePlanner } from "./tables.js";
import { type NamedTensor, named } from "./weights.js";

/** The options that decide the shape of recurrent layers. */
export interface StackOptions {
  readonly layers: readonly number[];
  readonly cell: CellName;
  readonly resetAfter: boolean;
  readonly hiddenActivation: ActivationName;
  /** The a of a hidden activation `"elu"`. */
  readonly eluParam: number;
}

/** Recurrent layers, bottom first, and the activation of their candidates. */
export interface Stack {
  readonly cell: CellName;
  readonly layers: readonly LayerParameters[];
  readonly hiddenActivation: Activation;
}

/** Reserves the tables of recurrent layers over an input of a given width. */
export function planStack(
  table: TablePlanner,
  options: StackOptions,
  inputSize: number,
  oneHot = false,
): Stack {
  const cell = CELLS[options.cell];
  const layers = options.layers.map((size, i): LayerParameters => {
    const D = padded(size);
    const width = cell.blocks * D;
    const below = i === 0 ? inputSize : options.layers[i - 1]!;
    const E = i === 0 && oneHot ? below : padded(below);
    return {
      cell,
      size,
      D,
      inputSize: below,
      E,
      width,
      input: table(E, width),
      recurrent: table(D, width),
      bias: table(1, width),
      recurrentBias: options.resetAfter ? table(1, width) : undefined,
    };
  });
  const { hiddenActivation, eluParam } = options;
  const activation = activationOf(hiddenActivation, eluParam, "hiddenActivation");
  return { cell: options.cell, layers, hiddenActivation: activation };
}

/** Multiply-adds of one click through all layers; a one-hot input, of width 0, is looked up. */
export function stackProducts(
  { cell, layers }: Pick<StackOptions, "cell" | "layers">,
  inputSize: number,
): number {
  const { blocks } = CELLS[cell];
  return layers.reduce((sum, size, i) => {
    const below = i === 0 ? inputSize : layers[i - 1]!;
    return sum + blocks * size * (size + below);
  }, 0);
}

/** The tensors of the i-th layer, in the order in which their initial weights are drawn. */
export function layerTensors(layer: LayerParameters, i: number): NamedTensor[] {
  const { cell, size, D, inputSize } = layer;
  const rows = { input: inputSize, recurrent: size, bias: 1, recurrentBias: 1 };
  return cell.tensors.flatMap(({ name, table, blocks, drawn }) => {
    const of = layer[table];
    if (!of) return [];
    const sizes = blocks.map(() => size);
    const starts = blocks.map((block) => block * D);
    const shape = rows[table] === 1 && of.rows === 1 ? [blocks.length * size] : undefined;
    const tensor = named(`${name}_${i}`, of, rows[table], sizes, starts, shape);
    return { ...tensor, ...(drawn && { drawn: drawn.map((k) => tensor.blocks[k]!) }) };
  });
}

/** Writes the values that a layer's bias begins with. */
export function startBias(arena: Arena, { cell, bias, size, D }: LayerParameters): void {
  const values = arena.floats({ ...bias, shape: [] });
  for (const [block, value] of cell.bias.entries()) {
    values.fill(value, block * D, block * D + size);
  }
}

/** Input of the first layer: vectors f32[R, E], or items i32[R] whose rows of Wx are gathered. */
export type LayerInput = { readonly x: number } | { readonly items: number };

export interface LayerStep {
  /** i32[T + 1], see positions.ts. */
  readonly starts: Int32Array;
  /** Which buffer of each pair of states holds those before the rows. */
  readonly parity: 0 | 1;
  /** Whether all slots begin at 0; else the buffer holds the states of position 0. */
  readonly fresh: boolean;
  /** Address of scratch, f32[PANEL_FLOATS], one per thread. */
  readonly panel: number;
  /**
   * Drops units of a layer's output, in rows [begin, end) of f32[R, D]. The state that the next position reads
   * is whole: dropout at every position would soon erase it (Zaremba et al. 2014). Session-parallel training
   * carries this output, with dropout, from step to step, as the official code does.
   */
  dropHidden?(layer: number, h: number, begin: number, end: number): void;
}

export function planLayers(arena: Arena, { layers }: Stack, rows: number): LayerBuffers[] {
  return layers.map((layer) => {
    const { cell, D, width } = layer;
    const kept = cell.kept(layer);
    return {
      states: Array.from({ length: cell.states }, () => [arena.plan(rows, D), arena.plan(rows, D)]),
      gates: arena.plan(rows, width),
      kept: kept > 0 ? arena.plan(rows, kept * D) : undefined,
    };
  });
}

/** f32[R, D]: the output of a layer after each row. */
export function outputAfter({ states }: LayerBuffers, parity: 0 | 1): Tensor {
  return states[0]![1 - parity]!;
}

/** Runs slots [begin, end) through all layers and positions. */
export function forwardLayers(
  kernels: ServingKernels,
  stack: Stack,
  buffers: readonly LayerBuffers[],
  input: LayerInput,
  step: LayerStep,
  begin: number,
  end: number,
): void {
  const { starts, fresh, parity, panel } = step;
  if (fresh) clearStates(kernels, stack, buffers, parity, begin, end);
  const cellStep = { activation: stack.hiddenActivation, parity, panel };
  for (let t = 0; openAt(starts, t) > begin; ++t) {
    const [first, last] = rowsAt(starts, t, begin, end);
    const goOn = Math.min(end, openAt(starts, t + 1));
    for (let i = 0; i < stack.layers.length; ++i) {
      const layer = stack.layers[i]!;
      const layerBuffers = buffers[i]!;
      const from = i > 0 ? { x: outputAfter(buffers[i - 1]!, parity).ptr } : input;
      project(kernels, layer, layerBuffers, from, panel, first, last);
      layer.cell.forward(kernels, layer, layerBuffers, cellStep, first, last);
      if (goOn > begin) handOn(kernels, layer, layerBuffers, step, t, begin, goOn);
      step.dropHidden?.(i, outputAfter(layerBuffers, parity).ptr, first, last);
    }
  }
}

function clearStates(
  kernels: ServingKernels,
  { layers }: Stack,
  buffers: readonly LayerBuffers[],
  parity: 0 | 1,
  begin: number,
  end: number,
): void {
  for (let i = 0; i < layers.length; ++i) {
    const { D } = layers[i]!;
    for (const pair of buffers[i]!.states) kernels.clearRows(pair[parity].ptr, D, begin, end);
  }
}

/** a = x·Wx + b */
function project(
  kernels: ServingKernels,
  { input: Wx, bias, width, E }: LayerParameters,
  { gates: { ptr: a } }: LayerBuffers,
  from: LayerInput,
  panel: number,
  begin: number,
  end: number,
): void {
  const { ptr, stride } = Wx;
  if ("x" in from) {
    kernels.gemmAB(a, width, from.x, E, ptr, stride, width, E, false, panel, begin, end);
  } else {
    kernels.gatherRows(a, width, ptr, stride, from.items, width, begin, end);
  }
  kernels.addRow(a, width, bias.ptr, width, begin, end);
}

/** Copies the states after position t of slots [begin, end) to where position t + 1 reads them. */
function handOn(
  kernels: ServingKernels,
  { D }: LayerParameters,
  { states }: LayerBuffers,
  { starts, parity }: LayerStep,
  t: number,
  begin: number,
  end: number,
): void {
  for (const pair of states) {
    const from = pair[1 - parity]!.ptr + 4 * D * starts[t]!;
    const to = pair[parity].ptr + 4 * D * starts[t + 1]!;
    kernels.copyRows(to, D, from, D, D, begin, end);
  }
}
