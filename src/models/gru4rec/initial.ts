/**
 * Initial weights: every gate block is drawn on its own, with its own fan (reference: Glorot &
 * Bengio 2010), in the order of the official Theano code and from the same generator. So a seed
 * gives the weights with which the published runs began.
 *
 *     E; per layer Wx (c, r, z), Wh, Wrz (r, z); Wy      biases are 0
 */

import type { Parameters } from "../../network/parameters.js";
import { type Block, type NamedTensor, namedTensors } from "../../network/weights.js";
import { ln } from "../../portable-math.js";
import { MersenneTwister } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import type { ResolvedModelOptions } from "./options.js";

/** Draws all weights into the arena; `pace` is awaited often enough to keep the caller responsive. */
export async function drawInitialWeights(
  arena: Arena,
  parameters: Parameters,
  options: ResolvedModelOptions,
  pace: () => Promise<void>,
): Promise<void> {
  const random = new MersenneTwister(options.seed);
  const draw = options.init === "normal" ? normal(random) : () => 2 * random.next() - 1;
  for (const tensor of namedTensors(parameters)) {
    if (tensor.shape.length === 1) continue; // a bias
    for (const block of inDrawingOrder(tensor)) {
      const scale = options.sigma || Math.sqrt(6 / (tensor.rows + block.columns));
      await fill(arena, tensor, block, () => draw() * scale, pace);
    }
  }
}

/** The candidate's block comes first in the official order, here it stands last. */
function inDrawingOrder({ blocks }: NamedTensor): readonly Block[] {
  return blocks.length === 3 ? [blocks[2]!, blocks[0]!, blocks[1]!] : blocks;
}

async function fill(
  arena: Arena,
  { table, rows }: NamedTensor,
  { at, columns }: Block,
  draw: () => number,
  pace: () => Promise<void>,
): Promise<void> {
  const memory = arena.floats({ ...table, shape: [] });
  for (let row = 0; row < rows; ++row) {
    const start = row * table.stride + at;
    for (let i = 0; i < columns; ++i) memory[start + i] = draw();
    if ((row & 255) === 0) await pace();
  }
}

/** Standard normal numbers by Marsaglia's polar method, two at a time. */
export function normal(random: MersenneTwister): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const held = spare;
      spare = undefined;
      return held;
    }
    for (;;) {
      const x = 2 * random.next() - 1;
      const y = 2 * random.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * ln(square)) / square);
      spare = x * factor;
      return y * factor;
    }
  };
}
