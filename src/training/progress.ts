/** How far a training has come, as a checkpoint holds it. */

import type { CheckpointPlace } from "./run-options.js";

/** The best epoch so far, by the validation's measure. */
export interface Best {
  readonly epoch: number;
  readonly value: number;
  /** Epochs since, without a better one. */
  readonly waited: number;
}

/** The epoch under way. */
export interface Within {
  readonly events: number;
  readonly steps: number;
  /** Sum of the losses of these events. */
  readonly loss: number;
  readonly seconds: number;
}

export interface Progress {
  /** Whole epochs. */
  readonly epochs: number;
  readonly within?: Within;
  readonly best?: Best;
  /** Of the last whole epoch, where none is under way and the optimiser's state is kept with the model. */
  readonly steps?: number;
}

/** The same for users. */
export function placeOf({ epochs, within, best }: Progress): CheckpointPlace {
  return { epochs, step: within?.steps ?? 0, ...(best && { best: best.epoch }) };
}
