/** The tensors of one training step in the sizes of a shape, filled with seeded numbers. */

import { padded } from "../../src/network/tables.js";
import { host } from "../../src/threads/host.node.js";
import type { Kernels } from "../../src/wasm/abi.js";
import { Arena, type Tensor } from "../../src/wasm/arena.js";
import { compileKernels, linkKernels, type Numerics } from "../../src/wasm/kernels.js";
import { PANEL_FLOATS } from "../../src/wasm/panel.js";
import { mulberry } from "../data.js";
import { ITEMS, type Shape } from "../shapes.js";

export interface StepMemory {
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly oneHot: boolean;
  readonly B: number;
  /** Hidden size, and rounded up to whole vectors. */
  readonly size: number;
  readonly D: number;
  /** Scored rows, width of one (hidden and bias), and of a row of item-major scores. */
  readonly N: number;
  readonly W: number;
  readonly ld: number;
  /** Floats of a row of a table with width 1: the weight and its optimiser state. */
  readonly states: number;
  /** Addresses. */
  readonly at: Readonly<Record<Name, number>>;
}

type Name =
  | ("x" | "h" | "q" | "dq" | "dx" | "out" | "dOut" | "gates" | "da" | "losses" | "scores")
  | ("input" | "recurrent" | "dInput" | "dRecurrent" | "gathered" | "dGathered" | "table")
  | ("items" | "addresses" | "drawn" | "coin" | "alias" | "slots" | "key" | "words" | "panel")
  | ("terms" | "distinct" | "first" | "last" | "next" | "allScores" | "topScores" | "topItems");

export async function stepMemory(shape: Shape, numerics: Numerics): Promise<StepMemory> {
  const { batchSize: B = 64, negatives = 2048, momentum = 0 } = shape.train;
  const size = shape.model.layers?.[0] ?? 100;
  const sizes = {
    ...{ B, size, D: padded(size), N: B + negatives, W: padded(size) + 4, ld: padded(B) },
    ...{ oneHot: shape.model.embedding === "one-hot", states: momentum > 0 ? 3 : 2 },
  };
  const arena = new Arena();
  const planned = Object.entries(shapes(sizes)).map(([name, shape]) => [
    name,
    arena.plan(...shape),
  ]);
  const tensors = Object.fromEntries(planned) as Record<Name, Tensor>;
  const memory = arena.commit(false);
  const kernels = linkKernels(await compileKernels(numerics, false), memory, host.tileRows);
  const random = mulberry(7);
  const floats = new Float32Array(memory.buffer, 65536);
  // Small positive numbers: valid weights, scores and accumulators alike, no denormals.
  for (let i = 0; i < floats.length; ++i) floats[i] = 0.01 + 0.1 * random();
  fillLists(arena, tensors, sizes, random);
  const addresses = Object.entries(tensors).map(([name, { ptr }]) => [name, ptr]);
  const at = Object.fromEntries(addresses) as Record<Name, number>;
  return { kernels, arena, ...sizes, at };
}

interface Sizes {
  readonly B: number;
  readonly D: number;
  readonly N: number;
  readonly W: number;
  readonly ld: number;
  readonly oneHot: boolean;
  readonly states: number;
}

/** Shapes of all tensors, by name. */
function shapes({ B, D, N, W, ld, states, oneHot }: Sizes): Record<Name, number[]> {
  const distinct = [N + B];
  return {
    ...{ x: [B, D], h: [B, D], q: [B, D], dq: [B, D], dx: [B, D], out: [B, W], dOut: [B, W] },
    ...{ gates: [B, 3 * D], da: [B, 3 * D], losses: [ld], scores: [N + 4, ld] },
    ...{ input: [oneHot ? 1 : D, 3 * D * states], recurrent: [D, 3 * D * states] },
    ...{ dInput: [D, 3 * D], dRecurrent: [D, 3 * D], gathered: [N, W], dGathered: [N, W] },
    ...{ table: [ITEMS, W * states], items: distinct, addresses: distinct, drawn: [2048] },
    ...{ coin: [ITEMS], alias: [ITEMS], slots: [ITEMS], key: [4], words: [16] },
    ...{ distinct, first: distinct, last: distinct, next: distinct, panel: [PANEL_FLOATS] },
    ...{ terms: [N, 4], allScores: [ITEMS], topScores: [32], topItems: [32] },
  };
}

function fillLists(
  arena: Arena,
  { items, addresses, dGathered, coin, alias, slots }: Record<Name, Tensor>,
  { W, N }: Sizes,
  random: () => number,
): void {
  // Squares make some items frequent, as popularity does.
  const item = (): number => Math.floor(random() ** 2 * ITEMS);
  arena.words(items).forEach((_, i, view) => {
    view[i] = item();
  });
  arena.words(addresses).forEach((_, i, view) => {
    view[i] = dGathered.ptr + 4 * W * (i % N);
  });
  arena.words(coin).forEach((_, i, view) => {
    view[i] = Math.floor(random() * 2 ** 32);
  });
  arena.words(alias).forEach((_, i, view) => {
    view[i] = item();
  });
  arena.words(slots).fill(0);
}
