/**
 * The recurrent layers over the rows of a mini-batch, position after position.
 *
 *     x ─ Wx ─→ gates ─ U ─→ h′ ─→ next layer …        h′ is h of the following position
 *
 * A stack needs nothing of a model but its layers. Whoever has rows of input vectors runs one:
 *
 *     const stack = planStack(tablesOf(arena, state), options, width);      // weights
 *     const buffers = planLayers(arena, stack, slots · T);                  // one row a click
 *     forwardLayers(kernels, stack, buffers, { x: x.ptr }, step, begin, end);
 *
 * and finds what the layers put out after each row in hidden[1 − parity] of the last layer. The way back is
 * src/network/backward.ts. Slots are on their own, so threads take ranges of slots (`shareOfSlots`)
 * and need not meet.
 */

import type { Kernels } from "../wasm/abi.js";
import type { Arena, Tensor } from "../wasm/arena.js";
import type { LayerParameters, Stack } from "./parameters.js";
import { openAt, rowsAt } from "./positions.js";

export interface LayerBuffers {
  /** f32[R, D] twice: the state before each row in one, the output after it in the other (see `parity`). */
  readonly hidden: readonly [Tensor, Tensor];
  /** f32[R, 3·D] r | z | c, or f32[R, D]. */
  readonly gates: Tensor;
  /** GRU: f32[R, D] r ⊙ h, or f32[R, 3·D] h·U + b′ with resetAfter. */
  readonly recurrent: Tensor | undefined;
}

/** What enters the first layer: vectors f32[R, E], or items i32[R] whose rows of Wx are gathered. */
export type LayerInput = { readonly x: number } | { readonly items: number };

export interface LayerStep {
  /** i32[T + 1], see positions.ts. */
  readonly starts: Int32Array;
  /** Which of the two hidden buffers holds the states before the rows. */
  readonly parity: 0 | 1;
  /** Whether all slots begin at 0; else the states of position 0 are there already. */
  readonly fresh: boolean;
  /** Address of scratch, f32[PANEL_FLOATS], one per thread. */
  readonly panel: number;
  /**
   * Drops parts of what a layer puts out, in rows [begin, end) of f32[R, D]. The state that goes on to
   * the next position is whole: dropped at each of them, it would soon be forgotten (Zaremba et al.
   * 2014). From step to step of session-parallel training it is this output that is carried, as in
   * the official code.
   */
  dropHidden?(layer: number, h: number, begin: number, end: number): void;
}

/** Floats of the scratch that a thread brings for matrix products (assembly/gemm.ts, PANEL_BYTES). */
export const PANEL_FLOATS: number = 256 * (256 + 72);

export function planLayers(arena: Arena, { layers }: Stack, rows: number): LayerBuffers[] {
  return layers.map(({ D, gates, recurrentBias }) => ({
    hidden: [arena.plan(rows, D), arena.plan(rows, D)],
    gates: arena.plan(rows, gates * D),
    recurrent: gates === 1 ? undefined : arena.plan(rows, recurrentBias ? gates * D : D),
  }));
}

/** Runs slots [begin, end) through all layers and positions. */
export function forwardLayers(
  kernels: Kernels,
  stack: Stack,
  buffers: readonly LayerBuffers[],
  input: LayerInput,
  step: LayerStep,
  begin: number,
  end: number,
): void {
  const { starts, fresh, parity } = step;
  if (fresh) {
    for (const [i, { D }] of stack.layers.entries()) {
      kernels.clearRows(buffers[i]!.hidden[parity].ptr, D, begin, end);
    }
  }
  for (let t = 0; openAt(starts, t) > begin; ++t) {
    forwardPosition(kernels, stack, buffers, input, { ...step, t, slots: [begin, end] });
  }
}

/** One position, the states before which are known. */
function forwardPosition(
  kernels: Kernels,
  { layers, hiddenActivation }: Stack,
  buffers: readonly LayerBuffers[],
  input: LayerInput,
  step: LayerStep & { readonly t: number; readonly slots: readonly [number, number] },
): void {
  const { starts, parity, panel, t, slots } = step;
  const [begin, end] = rowsAt(starts, t, ...slots);
  const goOn = Math.min(slots[1], openAt(starts, t + 1));
  for (const [i, layer] of layers.entries()) {
    const { hidden, gates } = buffers[i]!;
    const width = layer.gates * layer.D;
    const { ptr, stride } = layer.input;
    const from = i > 0 ? { x: buffers[i - 1]!.hidden[1 - parity]!.ptr } : input;
    if ("x" in from) {
      kernels.gemmAB(
        ...([gates.ptr, width, from.x, layer.E, ptr, stride, width, layer.E, false] as const),
        ...([panel, begin, end] as const),
      );
    } else {
      kernels.gatherRows(gates.ptr, width, ptr, stride, from.items, width, begin, end);
    }
    kernels.addRow(gates.ptr, width, layer.bias.ptr, width, begin, end);
    const next = hidden[1 - parity]!.ptr;
    const cell = { layer, buffers: buffers[i]!, h: hidden[parity].ptr, next, panel };
    if (layer.gates === 1) plainCell(kernels, cell, hiddenActivation, begin, end);
    else gatedCell(kernels, cell, hiddenActivation, begin, end);
    if (goOn > slots[0]) {
      const { D } = layer;
      const [from, to] = [next + 4 * D * starts[t]!, cell.h + 4 * D * starts[t + 1]!];
      kernels.copyRows(to, D, from, D, D, slots[0], goOn);
    }
    step.dropHidden?.(i, next, begin, end);
  }
}

/** What one cell works on: `h` and `next` are addresses of f32[R, D]. */
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
  { kind, a, lambda }: Stack["hiddenActivation"],
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
  { kind, a, lambda }: Stack["hiddenActivation"],
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
