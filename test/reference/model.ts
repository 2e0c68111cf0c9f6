/**
 * The network for one mini-batch: forward, loss, and the gradient of every parameter.
 *
 * Reads like the papers: Hidasi et al. 2016 (network, no back-propagation through time), Hidasi &
 * Karatzoglou 2018 (negatives, shared embedding), logQ correction of the scores.
 */

import { type Activation, activate, derivative } from "./activations.js";
import { BLOCKS, type CellName, type CellStep, cellStep, outputOf, withOutput } from "./cells.js";
import { type Loss, lossAndGradient } from "./losses.js";
import {
  addToRows,
  columnSums,
  gather,
  product,
  productAt,
  productBt,
  scatterAdd,
} from "./matrix.js";

export interface Network {
  /** I: size of the catalogue. */
  readonly items: number;
  /** Rows of E behind the items': what fills up windows that are not masked. Default 0. */
  readonly pads?: number;
  /** D of every layer. */
  readonly layers: readonly number[];
  readonly cell: CellName;
  readonly resetAfter: boolean;
  readonly embedding: "shared" | "separate" | "one-hot";
  /** E of `"separate"`. */
  readonly embeddingSize: number;
  readonly loss: Loss;
  /** Of the scores; cross-entropy takes none (its softmax is in the loss). */
  readonly finalActivation: Activation;
  readonly hiddenActivation: Activation;
  readonly bprReg: number;
  readonly smoothing: number;
  readonly logQ: number;
  readonly sampleAlpha: number;
  /** Training events of each item, for logQ. */
  readonly support: ArrayLike<number>;
  /** The nominal batch size that losses are divided by. */
  readonly batchSize: number;
  /** Other targets that an output is compared with: all (the default), those of other windows, or none. */
  readonly inBatchNegatives?: "all" | "others" | "none";
}

/**
 * Tensors by name, row-major. G = 3·D columns r | z | c for a GRU, 4·D columns i | f | g | o for an LSTM, D
 * for an RNN.
 *
 *   E    [I, E]       separate embedding only; more rows with `pads`
 *   W0   [E, G]       input weights of layer 0 (one-hot: [I, G], its rows are gathered); W1, W2 …
 *   U0   [D, G]       recurrent weights;  U1, U2 …
 *   b0   [G]          bias of the input projection;  b1, b2 …
 *   bU0  [G]          bias of the recurrent projection, `resetAfter` only;  bU1, bU2 …
 *   Wy   [I, D_last]  output weights, in shared mode also the input embedding
 *   By   [I]          output bias
 */
export type Parameters = Record<string, Float64Array>;

export interface MiniBatch {
  /** Input item of each slot, B entries. */
  readonly inputs: readonly number[];
  /** Target item of each slot, B entries. */
  readonly targets: readonly number[];
  /** Sampled items shared by all slots. */
  readonly negatives: readonly number[];
}

/** Factors 0 or 1/keep; absent means 1. */
export interface DropoutMasks {
  /** f64[B, E] on the input vectors; not used by one-hot. */
  readonly embedding?: Float64Array | undefined;
  /** f64[B, D] of each layer's h′. */
  readonly hidden?: readonly (Float64Array | undefined)[];
}

export interface Gradient {
  /** dLoss/dparameter, full shape. */
  readonly values: Float64Array;
  readonly columns: number;
  /** The touched rows of a table, ascending; absent if dense. */
  readonly rows?: readonly number[];
}

export interface StepResult {
  readonly loss: number;
  readonly gradients: Record<string, Gradient>;
  /** States after each layer f64[B, S·D], outputs dropped: what the next step starts from. */
  readonly hidden: Float64Array[];
}

/** Width of the input of layer k; one-hot's layer 0 has the catalogue's. */
export function inputWidth(net: Network, layer: number): number {
  if (layer > 0) return net.layers[layer - 1]!;
  if (net.embedding === "one-hot") return net.items;
  return net.embedding === "shared" ? net.layers.at(-1)! : net.embeddingSize;
}

/** Shape of every parameter, in the order in which they are named above. */
export function shapes(net: Network): Record<string, readonly [rows: number, columns: number]> {
  const out: Record<string, readonly [number, number]> = {};
  if (net.embedding === "separate") out.E = [net.items + (net.pads ?? 0), net.embeddingSize];
  net.layers.forEach((D, k) => {
    const G = BLOCKS[net.cell] * D;
    out[`W${k}`] = [inputWidth(net, k), G];
    out[`U${k}`] = [D, G];
    out[`b${k}`] = [1, G];
    if (net.cell === "gru" && net.resetAfter) out[`bU${k}`] = [1, G];
  });
  out.Wy = [net.items, net.layers.at(-1)!];
  out.By = [net.items, 1];
  return out;
}

/** What a step computes on the way to its loss. */
interface Forward {
  /** x of each layer. */
  readonly inputs: readonly Float64Array[];
  readonly steps: readonly CellStep[];
  /** States of each layer, h′ after dropout. */
  readonly next: Float64Array[];
  /** What the last layer puts out, f64[B, D]. */
  readonly output: Float64Array;
}

function forward(
  net: Network,
  parameters: Parameters,
  hidden: readonly Float64Array[],
  batch: MiniBatch,
  masks: DropoutMasks,
): Forward {
  const B = batch.inputs.length;
  const table = net.embedding === "shared" ? "Wy" : "E";

  // Input vectors, f64[B, E]. One-hot has none: a row of W0 is already the projection.
  let x = new Float64Array(0);
  if (net.embedding !== "one-hot") {
    x = masked(gather(parameters[table]!, batch.inputs, inputWidth(net, 0)), masks.embedding);
  }

  const inputs: Float64Array[] = [];
  const steps: CellStep[] = [];
  const next: Float64Array[] = [];
  for (let k = 0; k < net.layers.length; ++k) {
    const D = net.layers[k]!;
    const G = BLOCKS[net.cell] * D;
    const W = parameters[`W${k}`]!;
    const a =
      k === 0 && net.embedding === "one-hot"
        ? gather(W, batch.inputs, G)
        : product(x, W, B, inputWidth(net, k), G);
    addToRows(a, parameters[`b${k}`]!, B, G);
    inputs.push(x);
    const weights = { U: parameters[`U${k}`]!, bU: parameters[`bU${k}`] };
    const cell = cellStep(net, a, hidden[k]!, weights, B, D);
    steps.push(cell);
    x = masked(outputOf(cell.after, B, D), masks.hidden?.[k]);
    next.push(withOutput(cell.after, x, B, D));
  }
  return { inputs, steps, next, output: x };
}

/** The loss of `step`, without its gradients. */
export function stepLoss(
  net: Network,
  parameters: Parameters,
  hidden: readonly Float64Array[],
  batch: MiniBatch,
  masks: DropoutMasks = {},
): number {
  const { output } = forward(net, parameters, hidden, batch, masks);
  return compared(net, parameters, output, batch, net.batchSize).loss;
}

/** One step from `hidden` (each layer f64[B, S·D], a constant): loss, gradients, next hidden state. */
export function step(
  net: Network,
  parameters: Parameters,
  hidden: readonly Float64Array[],
  batch: MiniBatch,
  masks: DropoutMasks = {},
): StepResult {
  const B = batch.inputs.length;
  const columns = [...batch.targets, ...batch.negatives];
  const L = net.layers.length;
  const Dlast = net.layers[L - 1]!;
  const { inputs, steps, next, output } = forward(net, parameters, hidden, batch, masks);
  const { loss, dH, dWy, dBy } = compareWithItems(net, parameters, output, batch, net.batchSize);
  const gradients: Record<string, Gradient> = {};
  let dx = dH;
  for (let k = L - 1; k >= 0; --k) {
    const D = net.layers[k]!;
    const G = BLOCKS[net.cell] * D;
    const dOut = masked(dx, masks.hidden?.[k]);
    const { after, back } = steps[k]!;
    const { da, dU, dbU } = back(withOutput(new Float64Array(after.length), dOut, B, D));
    gradients[`U${k}`] = { values: dU, columns: G };
    if (dbU) gradients[`bU${k}`] = { values: dbU, columns: G };
    gradients[`b${k}`] = { values: columnSums(da, B, G), columns: G };
    if (k === 0 && net.embedding === "one-hot") {
      const values = new Float64Array(parameters.W0!.length);
      scatterAdd(values, batch.inputs, da, G);
      gradients.W0 = { values, columns: G, rows: distinct(batch.inputs) };
    } else {
      const E = inputWidth(net, k);
      gradients[`W${k}`] = { values: productAt(inputs[k]!, da, E, B, G), columns: G };
      dx = productBt(da, parameters[`W${k}`]!, B, G, E);
    }
  }

  let touched = columns;
  if (net.embedding !== "one-hot") {
    const E = inputWidth(net, 0);
    const dInput = masked(dx, masks.embedding);
    if (net.embedding === "shared") {
      scatterAdd(dWy, batch.inputs, dInput, E);
      touched = [...columns, ...batch.inputs];
    } else {
      const values = new Float64Array(parameters.E!.length);
      scatterAdd(values, batch.inputs, dInput, E);
      gradients.E = { values, columns: E, rows: distinct(batch.inputs) };
    }
  }
  gradients.Wy = { values: dWy, columns: Dlast, rows: distinct(touched) };
  gradients.By = { values: dBy, columns: 1, rows: distinct(columns) };
  return { loss, gradients, hidden: next };
}

/** Scores of outputs, and what they cost. */
interface Compared {
  readonly loss: number;
  readonly columns: readonly number[];
  readonly WyRows: Float64Array;
  /** Gradient of what comes before the final activation, f64[S, N]. */
  readonly dO: Float64Array;
}

/**
 * Loss of outputs H f64[S, D], the i-th with the i-th target.
 *
 *   o = H·Wy[columns]ᵀ + By[columns] − logQ·ln q;  Y = f(o)
 *
 * @param windows which window each output is of
 */
export function compared(
  net: Network,
  parameters: Parameters,
  H: Float64Array,
  { targets, negatives }: Omit<MiniBatch, "inputs">,
  batchSize: number,
  windows: readonly number[] = [...targets.keys()],
): Compared {
  const columns = [...targets, ...negatives];
  const [S, N, D] = [targets.length, columns.length, net.layers.at(-1)!];
  const WyRows = gather(parameters.Wy!, columns, D);
  const Y = productBt(H, WyRows, S, D, N);
  addToRows(Y, gather(parameters.By!, columns, 1), S, N);
  addToRows(Y, logQShift(net, columns, S), S, N);
  const final = net.loss === "cross-entropy" ? LINEAR : net.finalActivation;
  for (let i = 0; i < Y.length; ++i) Y[i] = activate(final, Y[i]!);

  const counts = (i: number, j: number): boolean => {
    if (j >= S || i === j || net.inBatchNegatives === undefined) return true;
    if (net.inBatchNegatives === "none") return false;
    return net.inBatchNegatives === "all" || windows[i] !== windows[j];
  };
  const { loss, dY } = lossAndGradient(net.loss, Y, S, N, batchSize, net, counts);
  const dO = dY.map((g, i) => g * derivative(final, Y[i]!));
  return { loss, columns, WyRows, dO };
}

/** The same loss, and the gradients of H, Wy and By. */
export function compareWithItems(
  net: Network,
  parameters: Parameters,
  H: Float64Array,
  items: Omit<MiniBatch, "inputs">,
  batchSize: number,
  windows?: readonly number[],
): { loss: number; dH: Float64Array; dWy: Float64Array; dBy: Float64Array } {
  const { loss, columns, WyRows, dO } = compared(net, parameters, H, items, batchSize, windows);
  const [S, N, D] = [items.targets.length, columns.length, net.layers.at(-1)!];
  const dWy = new Float64Array(parameters.Wy!.length);
  const dBy = new Float64Array(net.items);
  scatterAdd(dWy, columns, productAt(dO, H, N, S, D), D);
  scatterAdd(dBy, columns, columnSums(dO, S, N), 1);
  return { loss, dH: product(dO, WyRows, S, N, D), dWy, dBy };
}

/** Scores of every item from the last layer's h f64[B, D] → f64[B, I]: no logQ, final activation on. */
export function scoreAll(net: Network, parameters: Parameters, h: Float64Array): Float64Array {
  const D = net.layers.at(-1)!;
  const B = h.length / D;
  const Y = productBt(h, parameters.Wy!, B, D, net.items);
  addToRows(Y, parameters.By!, B, net.items);
  const final = net.loss === "cross-entropy" ? LINEAR : net.finalActivation;
  return Y.map((o) => activate(final, o));
}

/** −logQ·ln q of each column: q = support of the B targets, support^sampleAlpha of the negatives. */
function logQShift(net: Network, columns: readonly number[], B: number): Float64Array {
  return Float64Array.from(columns, (item, j) =>
    net.logQ === 0 ? 0 : -net.logQ * (j < B ? 1 : net.sampleAlpha) * Math.log(net.support[item]!),
  );
}

const LINEAR: Activation = { kind: "linear" };

export function masked(x: Float64Array, mask: Float64Array | undefined): Float64Array<ArrayBuffer> {
  return x.map((value, i) => (mask ? value * mask[i]! : value)) as Float64Array<ArrayBuffer>;
}

export function distinct(rows: readonly number[]): number[] {
  return [...new Set(rows)].sort((a, b) => a - b);
}
