/** How far a training has come, as a checkpoint holds it. */

import { checkInteger, checkNumber, checkObject } from "../checks.js";
import { ConfigError } from "../errors.js";
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

/** Throws ConfigError naming a number that no training can have. */
export function checkedProgress(given: object): Progress {
  const progress = given as Progress;
  const { epochs, within, best, steps } = progress;
  checkInteger("progress.epochs", epochs, 0);
  if (within !== undefined) checkWithin(within);
  if (steps !== undefined) checkInteger("progress.steps", steps, 1);
  if (best !== undefined) checkBest(best, epochs);
  return progress;
}

function checkWithin(within: Within): void {
  checkObject("progress.within", within, "an object");
  const { events, steps, loss, seconds } = within;
  checkInteger("progress.within.events", events, 0);
  checkInteger("progress.within.steps", steps, 0, events);
  if (!Number.isFinite(loss))
    throw new ConfigError("progress.within.loss", "a finite number", loss);
  checkNumber("progress.within.seconds", seconds, 0);
}

function checkBest(best: Best, epochs: number): void {
  checkObject("progress.best", best, "an object");
  const { epoch, value, waited } = best;
  checkInteger("progress.best.epoch", epoch, 1, epochs);
  checkNumber("progress.best.value", value, 0, 1, true);
  const since = epochs - epoch;
  if (waited !== since) throw new ConfigError("progress.best.waited", `${since}`, waited);
}
