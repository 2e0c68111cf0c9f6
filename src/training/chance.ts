/** The random parts of a training: negatives and dropout, drawn by kernels. */

import type { Dropout } from "../network/forward.js";
import type { Stack } from "../network/stack.js";
import type { LayerGradients } from "../network/stack-backward.js";
import { Stream } from "../random.js";
import type { Thread } from "../threads/program.js";
import type { Tensor } from "../wasm/arena.js";
import type { TrainingConfig, TrainingMemory } from "./sampled/memory.js";

/** The random parts of a step. */
export interface Chance {
  /** Writes negatives [begin, end) to i32[negatives] at the address. */
  negatives(to: number, begin: number, end: number): void;
  readonly dropout: Dropout | undefined;
}

/** What dropout needs of a training's memory. */
export interface DropoutMemory {
  readonly key: Tensor;
  /** u32[threads, 16] */
  readonly words: Tensor;
  readonly layers: readonly Pick<LayerGradients, "mask" | "inputMask">[];
  readonly parameters: Stack;
}

/** Masks as a function of (seed, epoch, step): no state, so any thread can draw any part. */
export function dropoutOf(
  { kernels, rank }: Thread,
  { key, words, layers, parameters }: DropoutMemory,
  { dropoutEmbedding, dropoutHidden }: { dropoutEmbedding: number; dropoutHidden: number },
): Dropout {
  const scratch = words.ptr + 64 * rank;
  const [input, hidden] = [oddsOf(dropoutEmbedding), oddsOf(dropoutHidden)];
  return {
    input: (x, begin, end) => {
      const { inputMask } = layers[0]!;
      if (!inputMask) return;
      const { E } = parameters.layers[0]!;
      const { dropoutEmbedding: stream } = Stream;
      // biome-ignore format: one call a line, against its signature
      kernels.dropout(x, inputMask.ptr, E, key.ptr, stream, 0, input.below, input.scale, scratch, begin, end);
    },
    hidden: (layer, h, begin, end) => {
      const { mask } = layers[layer]!;
      if (!mask) return;
      const { D } = parameters.layers[layer]!;
      const { dropoutHidden: stream } = Stream;
      // biome-ignore format: one call a line, against its signature
      kernels.dropout(h, mask.ptr, D, key.ptr, stream, layer, hidden.below, hidden.scale, scratch, begin, end);
    },
  };
}

/** A random word below `below` drops its unit. Kept units are scaled up. */
function oddsOf(p: number): { readonly below: number; readonly scale: number } {
  return { below: Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32)), scale: 1 / (1 - p) };
}

/** The random parts of a training of GRU4Rec. */
export function counterChance(
  thread: Thread,
  memory: TrainingMemory,
  { model, items }: TrainingConfig,
): Chance {
  const { kernels, rank } = thread;
  const { key, words, columns } = memory;
  const { coin, alias } = columns;
  const scratch = words.ptr + 64 * rank;
  return {
    negatives: (to, begin, end) =>
      // biome-ignore format: one call a line, against its signature
      kernels.drawNegatives(to, coin.ptr, alias.ptr, items, key.ptr, Stream.negatives, scratch, begin, end),
    dropout: dropoutOf(thread, memory, model),
  };
}
