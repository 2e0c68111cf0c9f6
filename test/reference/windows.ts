/**
 * The network for a mini-batch of windows: back-propagation through time over a rectangle of slots
 * and positions, where a closed position hands its hidden state on and takes no part.
 *
 *   h(t, b) = open ? cell(x(t, b), h(t − 1, b)) : h(t − 1, b),   h(−1, b) = 0
 *   output(t, b) = h(t, b) ⊙ mask, which is x of the next layer
 */

import { BLOCKS, type CellStep, cellStep, outputOf, STATES, withOutput } from "./cells.js";
import {
  addToRows,
  columnSums,
  gather,
  product,
  productAt,
  productBt,
  scatterAdd,
} from "./matrix.js";
import {
  compared,
  compareWithItems,
  distinct,
  type Gradient,
  inputWidth,
  masked,
  type Network,
  type Parameters,
} from "./model.js";

export interface WindowBatch {
  /** Items of each window, oldest first, at least one. */
  readonly windows: readonly (readonly number[])[];
  /** One target a window; or, with "every", one a click, window by window. */
  readonly targets: readonly (readonly number[])[];
  readonly lossAt: "last" | "every";
  readonly negatives: readonly number[];
  /** Factors of the input vectors, f64[E] for each click of each window; absent means 1. */
  readonly inputMasks?: readonly (readonly Float64Array[])[];
  /** Factors of each layer's output, f64[D] for each layer, window and click. */
  readonly hiddenMasks?: readonly (readonly (readonly Float64Array[])[])[];
}

/** One layer at one position, over all slots. */
interface Cell {
  readonly x: Float64Array;
  readonly step: CellStep;
  /** The states that go on, and what the layer above sees of them. */
  readonly after: Float64Array;
  readonly output: Float64Array<ArrayBuffer>;
}

/** Targets in the order in which they are scored: by slot, or by position and then by slot. */
export function targetsInOrder({ windows, targets, lossAt }: WindowBatch): number[] {
  if (lossAt === "last") return targets.map((list) => list.at(-1)!);
  const longest = Math.max(...windows.map((items) => items.length));
  return Array.from({ length: longest }, (_, t) =>
    targets.flatMap((list) => (t < list.length ? [list[t]!] : [])),
  ).flat();
}

/** A batch that went forward: what is compared with items, and where it stands. */
interface Played {
  readonly positions: Cell[][];
  readonly places: readonly { readonly t: number; readonly b: number }[];
  /** Outputs f64[places, D], and what they are compared with. */
  readonly H: Float64Array;
  readonly items: { readonly targets: number[]; readonly negatives: readonly number[] };
  /** The window of each output. */
  readonly of: readonly number[];
}

function played(net: Network, parameters: Parameters, batch: WindowBatch): Played {
  const { windows, lossAt, negatives } = batch;
  const B = windows.length;
  const T = Math.max(...windows.map((items) => items.length));
  const L = net.layers.length;
  const D = net.layers[L - 1]!;
  const positions = forwardWindows(net, parameters, batch, T);

  const isOutput = (t: number, b: number): boolean =>
    lossAt === "every" ? t < windows[b]!.length : t === windows[b]!.length - 1;
  const places = [...Array(T).keys()].flatMap((t) =>
    [...Array(B).keys()].filter((b) => isOutput(t, b)).map((b) => ({ t, b })),
  );
  if (lossAt === "last") places.sort((p, q) => p.b - q.b);
  const H = Float64Array.from(
    places.flatMap(({ t, b }) => [...positions[t]![L - 1]!.output.subarray(b * D, (b + 1) * D)]),
  );
  const items = { targets: targetsInOrder(batch), negatives };
  return { positions, places, H, items, of: places.map(({ b }) => b) };
}

/** The loss of `windowStep`, without its gradients. */
export function windowLoss(net: Network, parameters: Parameters, batch: WindowBatch): number {
  const { H, items, places, of } = played(net, parameters, batch);
  return compared(net, parameters, H, items, places.length, of).loss;
}

export function windowStep(
  net: Network,
  parameters: Parameters,
  batch: WindowBatch,
): { loss: number; gradients: Record<string, Gradient> } {
  const { windows } = batch;
  const B = windows.length;
  const D = net.layers.at(-1)!;
  const { positions, places, H, items, of } = played(net, parameters, batch);
  const found = compareWithItems(net, parameters, H, items, places.length, of);

  const dOut = positions.map(() => new Float64Array(B * D));
  for (const [i, { t, b }] of places.entries()) {
    dOut[t]!.set(found.dH.subarray(i * D, (i + 1) * D), b * D);
  }
  const gradients = backwardWindows(net, parameters, batch, positions, dOut);
  const columns = [...items.targets, ...items.negatives];
  const inputs = windows.flat();
  const { dWy, dBy, loss } = found;
  if (net.embedding === "shared") for (const [i, g] of gradients.E!.values.entries()) dWy[i]! += g;
  if (net.embedding !== "separate") delete gradients.E;
  const touched = net.embedding === "shared" ? [...columns, ...inputs] : columns;
  gradients.Wy = { values: dWy, columns: D, rows: distinct(touched) };
  gradients.By = { values: dBy, columns: 1, rows: distinct(columns) };
  return { loss, gradients };
}

/** By position, then by layer. */
function forwardWindows(
  net: Network,
  parameters: Parameters,
  { windows, inputMasks, hiddenMasks }: WindowBatch,
  T: number,
): Cell[][] {
  const B = windows.length;
  const positions: Cell[][] = [];
  for (let t = 0; t < T; ++t) {
    // A closed position reads item 0; whatever comes of it is thrown away.
    const items = windows.map((window) => window[t] ?? 0);
    let x = new Float64Array(0);
    if (net.embedding !== "one-hot") {
      const E = inputWidth(net, 0);
      const table = parameters[net.embedding === "shared" ? "Wy" : "E"]!;
      x = masked(gather(table, items, E), slotMasks(inputMasks, t, B, E));
    }
    const cells: Cell[] = [];
    for (const [k, D] of net.layers.entries()) {
      const G = BLOCKS[net.cell] * D;
      const S = STATES[net.cell] * D;
      const W = parameters[`W${k}`]!;
      const oneHot = k === 0 && net.embedding === "one-hot";
      const a = oneHot ? gather(W, items, G) : product(x, W, B, inputWidth(net, k), G);
      addToRows(a, parameters[`b${k}`]!, B, G);
      const before = t === 0 ? new Float64Array(B * S) : positions[t - 1]![k]!.after;
      const weights = { U: parameters[`U${k}`]!, bU: parameters[`bU${k}`] };
      const step = cellStep(net, a, before, weights, B, D);
      const after = step.after.map((value, at) =>
        t < windows[Math.floor(at / S)]!.length ? value : before[at]!,
      );
      const output = masked(outputOf(after, B, D), slotMasks(hiddenMasks?.[k], t, B, D));
      cells.push({ x, step, after, output });
      x = output;
    }
    positions.push(cells);
  }
  return positions;
}

/** Gradients of all but the output table; E is that of the input vectors, whatever their table. */
function backwardWindows(
  net: Network,
  parameters: Parameters,
  { windows, inputMasks, hiddenMasks }: WindowBatch,
  positions: readonly (readonly Cell[])[],
  dOut: readonly Float64Array[],
): Record<string, Gradient> {
  const B = windows.length;
  const gradients: Record<string, Gradient> = {};
  const add = (name: string, columns: number, values: Float64Array): void => {
    gradients[name] ??= { values: new Float64Array(values.length), columns };
    for (const [i, g] of values.entries()) gradients[name].values[i]! += g;
  };
  const E = inputWidth(net, 0);
  const carried = net.layers.map((D) => new Float64Array(B * STATES[net.cell] * D));
  for (let t = positions.length - 1; t >= 0; --t) {
    const isOpen = (b: number): boolean => t < windows[b]!.length;
    let above = dOut[t]!;
    for (let k = net.layers.length - 1; k >= 0; --k) {
      const D = net.layers[k]!;
      const S = STATES[net.cell] * D;
      const { x, step } = positions[t]![k]!;
      const put = masked(above, slotMasks(hiddenMasks?.[k], t, B, D));
      const added = withOutput(new Float64Array(B * S), put, B, D);
      const total = carried[k]!.map((g, at) => g + added[at]!);
      const back = step.back(total.map((g, at) => (isOpen(Math.floor(at / S)) ? g : 0)));
      carried[k] = total.map((g, at) => (isOpen(Math.floor(at / S)) ? back.dState[at]! : g));
      const G = BLOCKS[net.cell] * D;
      add(`U${k}`, G, back.dU);
      if (back.dbU) add(`bU${k}`, G, back.dbU);
      add(`b${k}`, G, columnSums(back.da, B, G));
      const items = windows.map((window) => window[t] ?? 0);
      if (k === 0 && net.embedding === "one-hot") {
        const values = new Float64Array(parameters.W0!.length);
        scatterAdd(values, items, back.da, G);
        add("W0", G, values);
      } else {
        const width = inputWidth(net, k);
        add(`W${k}`, G, productAt(x, back.da, width, B, G));
        above = productBt(back.da, parameters[`W${k}`]!, B, G, width);
      }
    }
    if (net.embedding === "one-hot") continue;
    const table = parameters[net.embedding === "shared" ? "Wy" : "E"]!;
    const values = new Float64Array(table.length);
    const dInput = masked(above, slotMasks(inputMasks, t, B, E));
    scatterAdd(
      values,
      windows.map((window) => window[t] ?? 0),
      dInput,
      E,
    );
    add("E", E, values);
  }
  const rows = distinct(windows.flat());
  if (gradients.E) gradients.E = { ...gradients.E, rows };
  if (net.embedding === "one-hot") gradients.W0 = { ...gradients.W0!, rows };
  return gradients;
}

/** The factors of position t as f64[B, n]; undefined without masks. */
function slotMasks(
  masks: readonly (readonly Float64Array[])[] | undefined,
  t: number,
  B: number,
  n: number,
): Float64Array | undefined {
  if (!masks) return undefined;
  const out = new Float64Array(B * n).fill(1);
  for (let b = 0; b < B; ++b) if (masks[b]![t]) out.set(masks[b]![t]!, b * n);
  return out;
}
