/** What a training leaves to chance, drawn by the kernels. */

import type { Dropout } from "../model/forward.js";
import { Stream } from "../random.js";
import type { Thread } from "../threads/program.js";
import type { TrainingConfig, TrainingMemory } from "./memory.js";

/** What a step leaves to chance. */
export interface Chance {
  /** Writes negatives [begin, end) to i32[negatives] at the address. */
  negatives(to: number, begin: number, end: number): void;
  readonly dropout: Dropout | undefined;
}

/** Chance as a function of (seed, epoch, step): no state, so any thread can draw any part. */
export function counterChance(
  { kernels, rank }: Thread,
  { key, words, coin, alias, layers, parameters }: TrainingMemory,
  { model, items }: TrainingConfig,
): Chance {
  const scratch = words.ptr + 64 * rank;
  const mask = (p: number) =>
    [Math.min(2 ** 32 - 1, Math.round(p * 2 ** 32)), 1 / (1 - p), scratch] as const;
  const [dropInput, scaleInput] = mask(model.dropoutEmbedding);
  const [dropHidden, scaleHidden] = mask(model.dropoutHidden);
  return {
    negatives: (to, begin, end) =>
      kernels.drawNegatives(
        ...([to, coin.ptr, alias.ptr, items, key.ptr, Stream.negatives, scratch] as const),
        ...([begin, end] as const),
      ),
    dropout: {
      input: (x, begin, end) => {
        const { inputMask } = layers[0]!;
        if (!inputMask) return;
        kernels.dropout(
          ...([
            x,
            inputMask.ptr,
            parameters.layers[0]!.E,
            key.ptr,
            Stream.dropoutEmbedding,
          ] as const),
          ...([0, dropInput, scaleInput, scratch, begin, end] as const),
        );
      },
      hidden: (layer, h, begin, end) => {
        const drawn = layers[layer]!.mask;
        if (!drawn) return;
        kernels.dropout(
          ...([h, drawn.ptr, parameters.layers[layer]!.D, key.ptr, Stream.dropoutHidden] as const),
          ...([layer, dropHidden, scaleHidden, scratch, begin, end] as const),
        );
      },
    },
  };
}
