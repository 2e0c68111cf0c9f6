/** How far a training has come, read back: refused where no training can have come so far. */

import { checkInteger, checkNumber, checkObject } from "../checks.js";
import { ConfigError } from "../errors.js";
import { decodedObject } from "../files/fields.js";
import type { Header } from "../files/safetensors.js";
import type { Best, Progress, Within } from "./progress.js";

export function progressIn(header: Header): Progress {
  return decodedObject(header, "progress", checkedProgress);
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
