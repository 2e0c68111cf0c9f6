/**
 * The interface of a recurrent cell to its layer. The layer projects its input to
 *
 *     a = x·Wx + b        f32[R, width], width = blocks · D
 *
 * and the cell does the rest of a position. Forward: from a and the states before it to the states after it.
 * Backward: from the gradient of the output to those of a and of the states before. All that the code knows
 * of a cell is in its file; cells/forward.ts and cells/backward.ts list the cells by name.
 */

import type { Kernels } from "../../wasm/abi.js";
import type { Tensor } from "../../wasm/arena.js";
import type { ServingKernels } from "../../wasm/serving.js";
import type { Activation } from "../activations.js";
import type { Table } from "../tables.js";

/** The forward pass. */
export interface Cell {
  /** Column blocks, each of D columns, of Wx, U and b. */
  readonly blocks: number;
  /** How many states f32[D] are carried from click to click. The first one is the output. */
  readonly states: number;
  /** Whether it has a reset gate, which `resetAfter` moves behind the recurrent product. */
  readonly hasReset: boolean;
  /** In the order in which initial weights are drawn. */
  readonly tensors: readonly CellTensor[];
  /** The value that each block of b begins with. */
  readonly bias: readonly number[];
  /** Column blocks of `kept`, which the backward pass reads beside `gates`. */
  kept(layer: LayerParameters): number;
  /** Rows [begin, end) of one position; `gates` holds a and ends as the activated gates. */
  forward(
    kernels: ServingKernels,
    layer: LayerParameters,
    buffers: LayerBuffers,
    step: CellStep,
    begin: number,
    end: number,
  ): void;
}

/** A tensor of a layer as files hold it: some column blocks of one of the layer's tables. */
export interface CellTensor {
  /** Followed by the layer's number, as in `Wx_0`. */
  readonly name: string;
  /** `recurrentBias` is left out where a layer has none. */
  readonly table: "input" | "recurrent" | "bias" | "recurrentBias";
  readonly blocks: readonly number[];
  /** The order in which initial weights of the blocks are drawn, if that differs. */
  readonly drawn?: readonly number[];
}

export interface CellStep {
  readonly activation: Activation;
  /** Which buffer of each pair holds the states before the rows. */
  readonly parity: 0 | 1;
  /** Address of scratch, f32[PANEL_FLOATS], one per thread. */
  readonly panel: number;
}

/** The backward pass. */
export interface CellBackward {
  /** How many scratch tensors f32[B, D] it takes. */
  scratch(layer: LayerParameters): number;
  /**
   * Slots [begin, end) of one position: from the gradient of the output to da and, in `dh`, to the
   * gradient of the output of the position before.
   */
  backward(
    kernels: Kernels,
    layer: LayerParameters,
    at: Readonly<CellPosition>,
    begin: number,
    end: number,
  ): void;
  /** What dU is the sum of. The first factor's `d` adds up to the gradient of b′, too. */
  factors(layer: LayerParameters, buffers: LayerBuffers, da: Tensor): readonly Factor[];
}

/** dU[:, first block …] = Σ over rows of xᵀ·d[:, first block …] */
export interface Factor {
  /** f32[R, D]; undefined for the output before each row, which `parity` finds. */
  readonly x: Tensor | undefined;
  /** f32[R, width] */
  readonly d: Tensor;
  readonly first: number;
  readonly blocks: number;
}

/** One layer at one position of the backward pass: each address is that of the row of slot 0. */
export interface CellPosition {
  readonly activation: CellStep["activation"];
  parity: CellStep["parity"];
  panel: number;
  /** f32[·, ldG] gradient of the output. */
  g: number;
  ldG: number;
  gates: number;
  kept: number;
  /** The states before. */
  readonly states: number[];
  da: number;
  /** f32[B, D] each. */
  readonly scratch: readonly number[];
  /** f32[B, D]; 0 at the first position, where nothing goes back further. */
  dh: number;
  /** Slots from here to `end` have no later position: nothing came back from there. */
  continued: number;
}

/** The tables of one recurrent layer. */
export interface LayerParameters {
  readonly cell: Cell;
  /** Hidden size, and rounded up to 4. */
  readonly size: number;
  readonly D: number;
  /** Width of the input, and rounded up to 4; the number of items when it is one-hot. */
  readonly inputSize: number;
  readonly E: number;
  /** Columns of the projected input: all blocks of the cell. */
  readonly width: number;
  readonly input: Table;
  readonly recurrent: Table;
  readonly bias: Table;
  readonly recurrentBias: Table | undefined;
}

/** f32[R, D] twice: a state before each row in one, after it in the other (see `parity`). */
export type StatePair = readonly [Tensor, Tensor];

/** The buffers that the forward pass through a layer fills. */
export interface LayerBuffers {
  /** One pair for each state of the cell; the first one is the output. */
  readonly states: readonly StatePair[];
  /** f32[R, width] */
  readonly gates: Tensor;
  /** f32[R, kept · D]; undefined where the cell keeps nothing else. */
  readonly kept: Tensor | undefined;
}
