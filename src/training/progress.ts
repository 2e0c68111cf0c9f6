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
}

/** The same for users. */
export function placeOf({ epochs, within, best }: Progress): CheckpointPlace {
  return { epochs, step: within?.steps ?? 0, ...(best && { best: best.epoch }) };
}

export function isProgress(value: unknown): value is Progress {
  const { epochs, within, best } = (value ?? {}) as Partial<Progress>;
  return (
    isCount(epochs) &&
    (within === undefined || isWithin(within)) &&
    (best === undefined || isBest(best, epochs as number))
  );
}

function isWithin(value: Within | null): boolean {
  const { events, steps, loss, seconds } = value ?? ({} as Partial<Within>);
  if (!isCount(events) || !isCount(steps) || !Number.isFinite(loss)) return false;
  return steps! <= events! && Number.isFinite(seconds) && seconds! >= 0;
}

/** Whether `patience` is used up. */
function isBest(best: Best | null, epochs: number): boolean {
  const { epoch, value, waited } = best ?? ({} as Partial<Best>);
  if (!isCount(epoch) || epoch! < 1 || !isCount(waited)) return false;
  return epoch! + waited! === epochs && value! >= 0 && value! <= 1;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
