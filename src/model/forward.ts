/**
 * One step of the recurrent layers for rows of a batch: from items to hidden states.
 *
 *     items ─ lookup ─→ x ─ Wx ─→ gates ─ U ─→ h′ ─→ next layer … ─→ out = [h′ | 1 0 0 0]
 *
 * Every row of the batch is on its own, so threads take ranges of rows and need not meet.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { LayerParameters, Parameters } from "./parameters.js";

export interface LayerBuffers {
  /** f32[B, D] twice: the state before a step is one, after it the other, and so on in turns. */
  readonly hidden: readonly [Tensor, Tensor];
  /** f32[B, 3·D] r | z | c, or f32[B, D]. */
  readonly gates: Tensor;
  /** GRU: f32[B, D] r ⊙ h, or f32[B, 3·D] h·U + b′ with resetAfter. */
  readonly recurrent: Tensor | undefined;
}

export interface ForwardBuffers {
  /** f32[B, E] item vectors; undefined when the input is one-hot. */
  readonly x: Tensor | undefined;
  readonly layers: readonly LayerBuffers[];
  /** f32[B, W] what meets the output table. */
  readonly out: Tensor;
}

/** Dropout's places in a step; inference has none. */
export interface Dropout {
  input(x: number, begin: number, end: number): void;
  hidden(layer: number, h: number, begin: number, end: number): void;
}

/** Floats of the scratch that a thread brings for matrix products (assembly/gemm.ts, PANEL_BYTES). */
export const PANEL_FLOATS = 65536;

export function planForward(arena: Arena, parameters: Parameters, B: number): ForwardBuffers {
  const { layers, lookup, W } = parameters;
  return {
    x: lookup && arena.plan(B, layers[0]!.E),
    layers: layers.map(({ D, gates, recurrentBias }) => ({
      hidden: [arena.plan(B, D), arena.plan(B, D)],
      gates: arena.plan(B, gates * D),
      recurrent: gates === 1 ? undefined : arena.plan(B, recurrentBias ? gates * D : D),
    })),
    out: arena.plan(B, W),
  };
}

/** Sets the constant 1 that the biases of the output table meet. Once, after the arena is there. */
export function prepareForward(
  arena: Arena,
  parameters: Parameters,
  { out }: ForwardBuffers,
): void {
  const { W } = parameters;
  const memory = arena.floats(out);
  for (let at = W - 4; at < memory.length; at += W) memory[at] = 1;
}

/**
 * Runs rows [begin, end) through all layers.
 *
 * @param items  address of i32[B]
 * @param parity 0 or 1: which of the two hidden buffers holds the state before the step
 * @param panel  address of scratch, f32[PANEL_FLOATS], one per thread
 */
export function forward(
  kernels: Kernels,
  parameters: Parameters,
  buffers: ForwardBuffers,
  { items, parity, panel, dropout }: ForwardStep,
  begin: number,
  end: number,
): void {
  const { lookup, layers, W } = parameters;
  const { x } = buffers;
  if (lookup && x) {
    const { E } = layers[0]!;
    kernels.gatherRows(x.ptr, E, lookup.ptr, lookup.stride, items, E, begin, end);
    dropout?.input(x.ptr, begin, end);
  }
  for (const [i, layer] of layers.entries()) {
    const { hidden, gates } = buffers.layers[i]!;
    const width = layer.gates * layer.D;
    const { input } = layer;
    const from = i === 0 ? x : buffers.layers[i - 1]!.hidden[1 - parity];
    if (from) {
      kernels.gemmAB(
        ...([gates.ptr, width, from.ptr, layer.E, input.ptr, input.stride] as const),
        ...([width, layer.E, false, panel, begin, end] as const),
      );
    } else {
      kernels.gatherRows(gates.ptr, width, input.ptr, input.stride, items, width, begin, end);
    }
    kernels.addRow(gates.ptr, width, layer.bias.ptr, width, begin, end);
    const next = hidden[1 - parity]!.ptr;
    const cell = { layer, buffers: buffers.layers[i]!, h: hidden[parity]!.ptr, next, panel };
    const act = parameters.hiddenActivation;
    if (layer.gates === 1) plainCell(kernels, cell, act, begin, end);
    else gatedCell(kernels, cell, act, begin, end);
    dropout?.hidden(i, next, begin, end);
  }
  const last = buffers.layers.at(-1)!.hidden[1 - parity]!.ptr;
  const { D } = layers.at(-1)!;
  kernels.copyRows(buffers.out.ptr, W, last, D, D, begin, end);
}

export interface ForwardStep {
  readonly items: number;
  readonly parity: 0 | 1;
  readonly panel: number;
  readonly dropout?: Dropout | undefined;
}

/** What one cell works on: `h` and `next` are addresses of f32[B, D]. */
interface Cell {
  readonly layer: LayerParameters;
  readonly buffers: LayerBuffers;
  readonly h: number;
  readonly next: number;
  readonly panel: number;
}

/** h′ = act(x·W + b + h·U) */
function plainCell(
  kernels: Kernels,
  { layer, buffers, h, next, panel }: Cell,
  { kind, a, lambda }: Parameters["hiddenActivation"],
  begin: number,
  end: number,
): void {
  const { D, recurrent: U } = layer;
  const gates = buffers.gates.ptr;
  kernels.gemmAB(gates, D, h, D, U.ptr, U.stride, D, D, true, panel, begin, end);
  kernels.activate(kind, a, lambda, gates, D, D, begin, end);
  kernels.copyRows(next, D, gates, D, D, begin, end);
}

/** The gated recurrent unit, the reset gate before or after the recurrent product (assembly/gru.ts). */
function gatedCell(
  kernels: Kernels,
  { layer, buffers, h, next, panel }: Cell,
  { kind, a, lambda }: Parameters["hiddenActivation"],
  begin: number,
  end: number,
): void {
  const { D, recurrent: U, recurrentBias } = layer;
  const gates = buffers.gates.ptr;
  const candidate = gates + 8 * D;
  const side = buffers.recurrent!.ptr;
  if (recurrentBias) {
    kernels.gemmAB(side, 3 * D, h, D, U.ptr, U.stride, 3 * D, D, false, panel, begin, end);
    kernels.addRow(side, 3 * D, recurrentBias.ptr, 3 * D, begin, end);
    kernels.gruGatesAfter(gates, side, D, begin, end);
  } else {
    kernels.gemmAB(gates, 3 * D, h, D, U.ptr, U.stride, 2 * D, D, true, panel, begin, end);
    kernels.gruGates(gates, h, side, D, begin, end);
    const Uc = U.ptr + 8 * D;
    kernels.gemmAB(candidate, 3 * D, side, D, Uc, U.stride, D, D, true, panel, begin, end);
  }
  kernels.activate(kind, a, lambda, candidate, 3 * D, D, begin, end);
  kernels.gruOutput(gates, h, next, D, begin, end);
}
