/**
 * Initial weights: every gate block is drawn by itself, with its fan (reference: Glorot &
 * Bengio 2010), in the order of the official Theano code and from the same generator. So a seed
 * gives the weights with which the published runs began.
 *
 *     E; per layer its cell's (GRU: Wx (c, r, z), Wh, Wrz (r, z)); Wy
 *
 * Biases begin as the cell has them: 0, but for the forget gate of an LSTM.
 */

import { startBias } from "../../network/stack.js";
import type { Block, NamedTensor } from "../../network/weights.js";
import { pace } from "../../pause.js";
import { ln } from "../../portable-math.js";
import { MersenneTwister } from "../../random.js";
import type { Arena } from "../../wasm/arena.js";
import type { ResolvedModelOptions } from "./options.js";
import { namedTensors, type Parameters } from "./parameters.js";

/** Draws all weights into the arena, and lets others have their turn meanwhile. */
export async function drawInitialWeights(
  arena: Arena,
  parameters: Parameters,
  options: ResolvedModelOptions,
): Promise<void> {
  const random = new MersenneTwister(options.seed);
  const draw = options.init === "normal" ? normal(random) : () => 2 * random.next() - 1;
  for (const tensor of namedTensors(parameters)) {
    if (tensor.shape.length === 1) continue; // a bias
    for (const block of tensor.drawn ?? tensor.blocks) {
      const scale = options.sigma || Math.sqrt(6 / (tensor.rows + block.columns));
      await fill(arena, tensor, block, () => draw() * scale);
    }
  }
  for (const layer of parameters.layers) startBias(arena, layer);
}

async function fill(
  arena: Arena,
  { table, rows }: NamedTensor,
  { at, columns }: Block,
  draw: () => number,
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
